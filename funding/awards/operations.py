"""Everything that happens to an award. Each act is one transaction, writes the state that is known from now on and an
audit line; nothing that was known before is changed.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from funding.awards.models import Award, AwardCounter, AwardRevision, Status
from funding.rounds.models import Fund, Round
from funding.rounds.money import in_pounds
from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

Kind = AwardRevision.Kind
# What a state of an award says, and what of it counts in totals.
COUNTED = ("fund", "round", "priority", "area", "recipient", "awarded_on", "amount", "status")
EDITABLE = (
    "title", "purpose", "reasons", "conditions", "without_conditions", "amount", "awarded_on", "starts", "ends", "area",
    "priority", "decision", "recipient",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """Why an award changes: the kind of act, the reason, from when, under which decision record."""

    kind: str
    reason: str
    effective_on: object = None
    decision: object = None


@transaction.atomic
def make(award, *, by, known_on=None):
    """Write an award down that does not exist yet, with its number and first state. Returns it.

    `known_on` is the day since which the office's records hold it (today unless a record of old days is entered).
    Raises NotPossible for what no award may be: invariant 14 of the domain.
    """
    fund = Fund.objects.select_for_update().get(pk=award.fund_id)
    if award.application_id and Award.objects.filter(application=award.application_id).exists():
        raise NotPossible("This application has its award already.")
    if award.round_id:
        Round.objects.select_for_update().get(pk=award.round_id)
        if award.round.fund_id != fund.pk:
            raise NotPossible("The round belongs to another fund.")
    refuse(award)
    award.reference = _next_reference(fund, award.awarded_on.year)
    award.changed_at = timezone.now()
    award.save()
    _keep_state(award, Change(Kind.MADE, "", award.awarded_on, award.decision), [], known_on or today(), by)
    audit.write(f"{in_pounds(award.amount)} awarded: {award.reference}", subject=award, context=fund, by=by)
    return award


def refuse(award):
    """Raise NotPossible with the first reason for which the award may not stand as it is."""
    fund = award.fund
    if award.amount is None or award.amount <= 0:
        raise NotPossible("Enter an amount above £0.")
    if fund.maximum_grant and award.amount > fund.maximum_grant and award.decision_id is None:
        raise NotPossible(
            f"The largest grant of the {fund.name} is {in_pounds(fund.maximum_grant)}. Choose the decision record that "
            "allows more, or lower the amount."
        )
    if award.awarded_on > today():
        raise NotPossible(f"The date of the award is in the future. It is {in_words(today())} today.")
    if award.starts and award.ends and award.ends < award.starts:
        raise NotPossible("The last day must not be before the first day.")
    if award.ends and award.ends < award.awarded_on:
        raise NotPossible("The project would have ended before the award. Check the dates.")
    if not award.conditions.strip() and not award.without_conditions:
        raise NotPossible("Write the conditions, or say that there are none.")
    for words, name in ((award.title, "the name of the project"), (award.purpose, "what the money is for")):
        if not words.strip():
            raise NotPossible(f"Write {name}.")
    if not award.reasons.strip():
        raise NotPossible("Write how it reduces crime and disorder. The law asks the office to publish that.")
    if (beyond := beyond_round(award)) > 0:
        raise NotPossible(
            f"The round would be {in_pounds(beyond)} over: at most {in_pounds(award.round.most)} may be awarded in it, "
            "with its allowance. Lower the amount, or raise the round’s budget or allowance first."
        )


def beyond_round(award):
    """By how much the round's awards, with this one as it is, would exceed its budget and allowance; 0 or less: they fit."""
    if not award.round_id:
        return Decimal(0)
    others = AwardRevision.objects.filter(round_id=award.round_id, known_to=None).exclude(status=Status.WITHDRAWN)
    others = others.exclude(award=award.pk) if award.pk else others
    given = sum(others.values_list("amount", flat=True), Decimal(0))
    return given + award.amount - award.round.most


@transaction.atomic
def change(award, fields, change, *, seen, by):
    """Vary or correct an award, as `seen` (its version) by the person. Returns it; unchanged words change nothing.

    Raises NotPossible, ChangedMeanwhile.
    """
    held = _open(award, seen)
    unknown = set(fields) - set(EDITABLE)
    if unknown:
        raise ValueError(f"not to be changed: {', '.join(sorted(unknown))}")
    changes = []
    for name, value in fields.items():
        if (before := getattr(held, name)) != value:
            label = str(held._meta.get_field(name).verbose_name)
            changes.append([label, _printed(before), _printed(value)])
            setattr(held, name, value)
    if not changes:
        return held
    _wants_reason(change)
    if change.decision is not None:
        held.decision = change.decision
    refuse(held)
    return _changed(held, change, changes, by)


@transaction.atomic
def end(award, change, *, seen, by):
    """Complete or withdraw an award. Raises NotPossible, ChangedMeanwhile."""
    held = _open(award, seen)
    before, held.status = held.status, Status(change.kind)
    if held.status == Status.WITHDRAWN:
        _wants_reason(change)
    changes = [["status", Status(before).label, held.get_status_display()]]
    return _changed(held, change, changes, by)


def _open(award, seen):
    held = Award.objects.select_for_update(of=("self",)).select_related(*Award.LOADED_WITH).get(pk=award.pk)
    if held.version != seen:
        raise ChangedMeanwhile(held)
    if held.status == Status.WITHDRAWN:
        raise NotPossible("This award is withdrawn. What was known of it stays as it is.")
    if held.round_id:
        Round.objects.select_for_update().get(pk=held.round_id)
    return held


def _wants_reason(change):
    if not change.reason.strip():
        raise NotPossible("Write why the award changes.")


def _changed(award, change, changes, by):
    award.version += 1
    award.changed_at = timezone.now()
    award.save()
    _keep_state(award, change, changes, today(), by)
    words = f"Award {award.reference}: {Kind(change.kind).label.lower()}"
    audit.write(words, subject=award, context=award.fund, by=by, changes=changes)
    return award


def _keep_state(award, change, changes, known_on, by):
    last = award.revisions.order_by("-n").first()
    if last:
        known_on = max(known_on, last.known_on)
        AwardRevision.objects.filter(pk=last.pk).update(known_to=known_on)
    AwardRevision.objects.create(
        award=award,
        n=last.n + 1 if last else 1,
        kind=change.kind,
        known_on=known_on,
        effective_on=change.effective_on or today(),
        changes=changes,
        reason=change.reason,
        decision=change.decision,
        is_demonstration=award.is_demonstration,
        by=by if by and by.pk else None,
        **{name: getattr(award, name) for name in COUNTED},
    )


def _next_reference(fund, year):
    counter, _ = AwardCounter.objects.select_for_update().get_or_create(fund=fund, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{fund.code}-{year}-{counter.last:04}"


def _printed(value):
    """A value as the history of an award prints it."""
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return in_pounds(value)
    return in_words(value) if hasattr(value, "isoformat") else str(value)
