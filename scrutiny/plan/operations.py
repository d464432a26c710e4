"""Acts on the live records of a plan: what a draft follows. What is in force is changed by none of them.

Each locks the plan, so that no text changes while a step freezes it, and asks whether the plan is open for editing.
"""

import hashlib
import json
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from opcc_portal.audit import operations as audit
from scrutiny.plan import versions
from scrutiny.plan.models import MonitoringRoute, Objective, Outcome, Plan, PlanVersion, Priority, Resource, Theme
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

PLAN_FIELDS = ("title", "starts", "ends")
PARTS = {"objectives": Objective, "resources": Resource, "routes": MonitoringRoute}
SLUG_LENGTH = 100


@dataclass(frozen=True)
class Row:
    """One line of a list as somebody typed it: which record it is (None: a new one), its words and its place."""

    words: dict
    pk: int | None = None
    place: int | None = None
    remove: bool = False


@dataclass(frozen=True)
class Lists:
    """The lists of a priority as somebody typed them."""

    objectives: list = field(default_factory=list)
    resources: list = field(default_factory=list)
    routes: list = field(default_factory=list)


# --- the plan ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_plan(words, *, by):
    """Write a new plan down. The same words sent again are the same plan."""
    by.act_alone()
    if same := Plan.objects.filter(**words).first():
        return same
    plan = Plan.objects.create(**words, slug=_free_slug(Plan, words["title"]))
    audit.write(f"Plan “{plan}” written down", subject=plan, by=by)
    return plan


def front_of(plan):
    """What stands in front of a plan's priorities, by what it says: changes whenever somebody saves something else."""
    said = [
        plan.title,
        str(plan.starts),
        str(plan.ends),
        [(each.pk, each.title, each.position) for each in plan.outcomes.order_by("position", "pk")],
        [(each.pk, each.name, each.position) for each in plan.themes.order_by("position", "pk")],
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


@transaction.atomic
def change_plan(plan, words, *, outcomes=(), themes=(), seen, by):
    """Change title, years, outcomes and themes as `seen` by the person. Raises NotPossible, ChangedMeanwhile."""
    held = _open_plan(plan)
    before = front_of(held)
    for name in PLAN_FIELDS:
        setattr(held, name, words[name])
    held.save()
    _apply(Outcome, {"plan": held}, outcomes)
    _apply(Theme, {"plan": held}, themes)
    if front_of(held) == before:
        return held
    if seen != before:
        raise ChangedMeanwhile
    audit.write("Plan changed: title, years, outcomes or themes", subject=held, by=by)
    return held


# --- priorities ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_priority(plan, words, lists=None, *, by):
    """Add a priority at the end of the plan. The same words sent again are the same priority. Raises NotPossible."""
    by.act_alone()
    plan = _open_plan(plan)
    _ensure_of(plan, words, lists)
    alike = {name: words[name] for name in ("title", "our_priority")}
    if same := Priority.objects.filter(plan=plan, left_out=False, **alike).first():
        return same
    last = Priority.objects.filter(plan=plan).order_by("-position").values_list("position", flat=True).first() or 0
    made = Priority.objects.create(
        plan=plan,
        position=last + 1,
        slug=_free_slug(Priority, words["title"]),
        demonstration_note=plan.demonstration_note,
        **{"text_of": plan.starts, **words},
    )
    _apply_lists(made, lists)
    audit.write(f"Priority “{made}” added", subject=made, context=plan, by=by)
    return made


@transaction.atomic
def change_priority(priority, words, lists=None, *, seen_version, by):
    """Change a priority's words and lists. Saving what stands there already changes nothing.

    Raises NotPossible, ChangedMeanwhile.
    """
    plan = _open_plan(priority.plan)
    held = _locked_priority(priority)
    _ensure_of(plan, words, lists)
    before = _said(held)
    for name, value in words.items():
        setattr(held, name, value)
    held.save()
    _apply_lists(held, lists)
    if _said(held) == before:
        return held
    if held.version != seen_version:
        raise ChangedMeanwhile
    held.version += 1
    held.save(update_fields=["version"])
    audit.write(f"Priority “{held}” changed", subject=held, context=plan, by=by)
    return held


@transaction.atomic
def move_priority(priority, *, up, by):
    """Move a priority one place up or down. At the end of the list nothing happens."""
    plan = _open_plan(priority.plan)
    order = list(Priority.objects.filter(plan=plan, left_out=False).order_by("position", "pk"))
    here = order.index(priority) if priority in order else None
    there = None if here is None else here + (-1 if up else 1)
    if there is None or not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, each in enumerate(order, 1):
        Priority.objects.filter(pk=each.pk).update(position=position)
    audit.write("Order of the priorities changed", subject=priority, context=plan, by=by)


@transaction.atomic
def remove_priority(priority, *, by):
    """Delete a priority that nothing speaks of. Raises NotPossible with what does: then it can be left out."""
    plan = _open_plan(priority.plan)
    held = _locked_priority(priority)
    if used := what_uses(held):
        raise NotPossible(f"“{held}” cannot be deleted: {', '.join(used)}. Leave it out of the plan instead.")
    audit.write(f"Priority “{held}” deleted", subject=held, context=plan, by=by, our_priority=held.our_priority)
    held.delete()


@transaction.atomic
def leave_out(priority, *, out, by):
    """Leave a priority out of the plan, or take it in again. Papers that speak of it still lead to it."""
    plan = _open_plan(priority.plan)
    held = _locked_priority(priority)
    if held.left_out == out:
        return held
    held.left_out = out
    held.version += 1
    held.save(update_fields=["left_out", "version"])
    act = "left out of the plan" if out else "taken into the plan again"
    audit.write(f"Priority “{held}” {act}", subject=held, context=plan, by=by)
    return held


def what_uses(record):
    """What speaks of a priority, an outcome or a theme, in words: ["2 joint reports"]. A few queries."""
    found = []
    for relation in record._meta.related_objects:
        model = relation.related_model
        if model in PARTS.values() and isinstance(record, Priority):
            continue
        if count := model._default_manager.filter(**{relation.field.name: record}).count():
            name = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
            found.append(f"{count} {name}")
    if isinstance(record, Priority):
        frozen = PlanVersion.objects.filter(plan=record.plan_id)
        count = sum(any(versions.find(text, record) for text in (each.sent, each.issued)) for each in frozen)
        found += [f"{count} version{'' if count == 1 else 's'} of the plan"] if count else []
    return found


# --- what the acts share -------------------------------------------------------------------------------------------------


def _open_plan(plan):
    held = Plan.objects.select_for_update().get(pk=plan.pk)
    if reason := versions.why_closed(held):
        raise NotPossible(reason)
    return held


def _locked_priority(priority):
    held = Priority.objects.select_for_update(of=("self",)).select_related("plan", "outcome").filter(pk=priority.pk)
    if (found := held.first()) is None:
        raise NotPossible("Somebody deleted this priority.")
    return found


def _ensure_of(plan, words, lists):
    """Outcome and themes are those of this plan."""
    outcome = words.get("outcome")
    if outcome and outcome.plan_id != plan.pk:
        raise NotPossible(f"“{outcome}” is an outcome of another plan. Choose one of this plan.")
    for row in lists.objectives if lists else ():
        theme = row.words.get("theme")
        if not row.remove and (theme is None or theme.plan_id != plan.pk):
            raise NotPossible("Every objective serves one theme of this plan. Choose it.")


def _said(priority):
    """Everything that is saved with a priority's form."""
    fresh = versions.with_parts(Priority.objects.filter(pk=priority.pk)).get()
    data = versions.priority_text(fresh)
    return {name: value for name, value in data.items() if name != "indicators"}


def _apply_lists(priority, lists):
    for name, model in PARTS.items() if lists else ():
        _apply(model, {"priority": priority}, getattr(lists, name))


def _apply(model, owner, rows):
    """Bring the records of a list to what was typed, in the order that was typed. Rows that nobody typed stay.

    Raises NotPossible for removing what is used, and where two would be called the same.
    """
    held = {each.pk: each for each in model.objects.filter(**owner)}
    placed = []
    for number, row in enumerate(rows):
        record = held.pop(row.pk, None)
        if row.remove:
            if record is not None:
                _remove(record)
            continue
        record = record or model(**owner)
        for name, value in row.words.items():
            setattr(record, name, value)
        placed.append((row.place if row.place is not None else len(rows) + 1, number, record))
    placed += [(each.position, len(rows) + number, each) for number, each in enumerate(held.values())]
    try:
        with transaction.atomic():
            for position, (_, _, record) in enumerate(sorted(placed, key=lambda each: each[:2]), 1):
                record.position = position
                record.save()
    except IntegrityError as met:
        raise NotPossible("Two of the same list would be called the same. Give each its own name.") from met


def _remove(record):
    used = [] if isinstance(record, tuple(PARTS.values())) else what_uses(record)
    if used:
        raise NotPossible(f"“{record}” cannot be removed: {', '.join(used)} name it. Change those first.")
    record.delete()


def _free_slug(model, title):
    wanted = slug = slugify(title)[:SLUG_LENGTH].strip("-") or model._meta.model_name
    number = 1
    while model.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{wanted}-{number}"
    return slug
