"""The steps of a plan's version on its way into force, each an act of its own that checks where the version stands.

Source: Police Reform and Social Responsibility Act 2011, section 5(6): draft, panel, response and its publication, issue;
section 5(4) and (6): a variation goes the same way. Nothing else writes the state of a version.
"""

import datetime

from django.db import transaction

from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from scrutiny.plan import restoring, versions
from scrutiny.plan.models import Objective, Plan, PlanVersion, Priority
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

State = PlanVersion.State
FIRST_DAY = datetime.date(2011, 9, 15)  # the Act was passed


@transaction.atomic
def start(plan, *, change_note="", by):
    """Open a draft: the first version of a plan, or a variation of what is in force. Raises NotPossible."""
    plan = _locked_plan(plan)
    held = list(plan.versions.all())
    if under_way := next((each for each in held if each.is_under_way), None):
        raise NotPossible(
            f"Version {under_way.number} is under way already: {under_way.get_state_display().lower()}. "
            "Finish it or discard it first."
        )
    if any(each.state == State.SUPERSEDED for each in held):
        raise NotPossible("A new plan has superseded this one. Vary the plan that is in force.")
    varies = next((each for each in held if each.state == State.ISSUED), None)
    if varies and not change_note.strip():
        raise NotPossible("Say what the variation is to change.")
    number = max((each.number for each in held), default=0) + 1
    made = PlanVersion.objects.create(
        plan=plan,
        number=number,
        varies=varies,
        change_note=change_note.strip(),
        demonstration_note=plan.demonstration_note,
    )
    _trace(f"Plan version {number} started", made, by)
    return made


@transaction.atomic
def send(version, *, sent_on, change_note=None, seen, by):
    """Send the draft to the panel: from now on the words that it got are kept. Raises NotPossible, ChangedMeanwhile."""
    held = _locked(version)
    if held.state == State.TO_PANEL and held.sent_on == sent_on:
        return held
    _ensure(held, seen, State.DRAFT)
    plan = held.plan
    if lacks := what_it_lacks(plan):
        raise NotPossible(" ".join(lacks))
    data = versions.text_of(plan)
    _ensure_day(
        sent_on, after=held.varies.issued_on if held.varies else None, what="version before this one was issued"
    )
    if held.varies and data_says_the_same(held.varies.issued, data):
        raise NotPossible("It says the same as what is in force. Change something before you send it, or discard it.")
    held.change_note = held.change_note if change_note is None else change_note.strip()
    if held.varies and not held.change_note:
        raise NotPossible("Say what the variation changes.")
    held.state, held.sent, held.sent_on = State.TO_PANEL, data, sent_on
    return _saved(held, f"Plan version {held.number} sent to the panel", by)


@transaction.atomic
def take_back(version, *, reason, seen, by):
    """Take a draft back from the panel, with a reason: it was sent by mistake, or is to be written anew."""
    held = _locked(version)
    if held.state == State.DRAFT and held.sent is None:
        return held
    _ensure(held, seen, State.TO_PANEL)
    if not reason.strip():
        raise NotPossible("Say why it is taken back.")
    held.state, held.sent, held.sent_on = State.DRAFT, None, None
    return _saved(held, f"Plan version {held.number} taken back from the panel", by, reason=reason.strip())


@transaction.atomic
def record_report(version, *, reported_on, report, seen, by):
    """Record what the panel reported on the draft. It can be put right until the version is issued."""
    held = _locked(version)
    if (held.panel_reported_on, held.panel_report) == (reported_on, report.strip()):
        return held
    _ensure(held, seen, State.TO_PANEL, State.RESPONSE)
    if not report.strip():
        raise NotPossible("Say what the panel reported or recommended; also when it agreed without a change.")
    _ensure_day(reported_on, after=held.sent_on, what="draft was sent")
    _ensure_before(reported_on, held.responded_on, "response was published")
    held.state, held.panel_reported_on, held.panel_report = State.RESPONSE, reported_on, report.strip()
    return _saved(held, f"Panel’s report on plan version {held.number} recorded", by)


@transaction.atomic
def respond(version, *, responded_on, response, seen, by):
    """Record the response to the panel and the day of its publication. It can be put right until the version is issued."""
    held = _locked(version)
    if (held.responded_on, held.response) == (responded_on, response.strip()):
        return held
    _ensure(held, seen, State.RESPONSE)
    if not response.strip():
        raise NotPossible("Write the response to the panel. It is published with the plan.")
    _ensure_day(responded_on, after=held.panel_reported_on, what="panel reported")
    held.responded_on, held.response = responded_on, response.strip()
    return _saved(held, f"Response to the panel on plan version {held.number} recorded", by)


@transaction.atomic
def issue(version, *, issued_on, seen, by):
    """Issue it: its words are in force from that day. The version before it is varied, an earlier plan superseded."""
    held = _locked(version)
    if held.state == State.ISSUED and held.issued_on == issued_on:
        return held
    _ensure(held, seen, State.RESPONSE)
    if not held.response or held.responded_on is None:
        raise NotPossible(
            "Write and publish the response to the panel first: the law asks for it before a plan is issued."
        )
    if lacks := what_it_lacks(held.plan):
        raise NotPossible(" ".join(lacks))
    _ensure_day(issued_on, after=held.responded_on, what="response was published")
    _end_what_was_in_force(held, issued_on, by)
    _date_what_is_new(held, issued_on, by)
    held.state, held.issued, held.issued_on = State.ISSUED, versions.text_of(held.plan), issued_on
    return _saved(held, f"Plan version {held.number} issued", by)


@transaction.atomic
def discard(version, *, seen, by):
    """Throw a draft away that the panel never got. The records say again what is in force; the trail keeps the draft's
    words. A first version leaves the records as they are: nothing else says what the plan is."""
    held = _locked(version)
    _ensure(held, seen, State.DRAFT)
    _trace(f"Plan version {held.number} discarded", held, by, draft=versions.text_of(held.plan))
    if held.varies:
        restoring.put_back(held.plan, held.varies.issued, by=by)
    held.delete()


def what_it_lacks(plan):
    """What stands against sending or issuing the plan as its records are, as sentences. 2 queries."""
    priorities = list(Priority.objects.filter(plan=plan, left_out=False))
    lacks = [] if priorities else ["The plan has no priorities yet. Add at least one."]
    lacks += [f"“{each}” does not say what the priority is." for each in priorities if not each.our_priority.strip()]
    strangers = Objective.objects.filter(priority__in=priorities).exclude(theme__plan=plan).select_related("priority")
    lacks += [
        f"An objective of “{each.priority}” has a theme of another plan. Choose one of this plan." for each in strangers
    ]
    return lacks


def data_says_the_same(older, newer):
    """Whether two texts of a plan read alike; keys and days aside."""
    return older is not None and not versions.between(older, newer)


# --- what the steps share ------------------------------------------------------------------------------------------------


def _locked_plan(plan):
    """Every step and every edit of a plan locks the plan first, so that no text changes while it is frozen."""
    return Plan.objects.select_for_update().get(pk=plan.pk)


def _locked(version):
    plan = _locked_plan(version.plan)
    held = PlanVersion.objects.select_for_update(of=("self",)).select_related("varies").filter(pk=version.pk).first()
    if held is None:
        raise NotPossible("Somebody discarded this version.")
    held.plan = plan
    return held


def _ensure(held, seen, *states):
    if held.version != seen:
        raise ChangedMeanwhile(held)
    if held.state not in states:
        raise NotPossible(f"Version {held.number} is at another step: {held.get_state_display().lower()}.")


def _ensure_day(day, *, after, what):
    if day > today():
        raise NotPossible(f"{in_words(day)} is still to come. Record the step once it is done.")
    if day < FIRST_DAY:
        raise NotPossible(f"{in_words(day)} is before there were police and crime plans. Check the year.")
    if after and day < after:
        raise NotPossible(f"{in_words(day)} is before the {what}, on {in_words(after)}. Check the date.")


def _ensure_before(day, later, what):
    if later and day > later:
        raise NotPossible(f"The {what} on {in_words(later)}. Check the date.")


def _end_what_was_in_force(held, day, by):
    if held.varies:
        _ended(held.varies, State.VARIED, day, by)
    others = PlanVersion.objects.filter(state=State.ISSUED).exclude(plan=held.plan).select_related("plan")
    for other in others:
        if other.plan.starts > held.plan.starts:
            raise NotPossible(f"“{other.plan}” is in force already and starts later. Only one plan is in force.")
        if other.plan.versions.filter(state__in=(State.DRAFT, State.TO_PANEL, State.RESPONSE)).exists():
            raise NotPossible(f"A variation of “{other.plan}” is under way. Finish it or discard it first.")
        if day < other.issued_on:
            raise NotPossible(f"“{other.plan}” was issued on {in_words(other.issued_on)}, after that day.")
        _ended(other, State.SUPERSEDED, day, by)


def _ended(version, state, day, by):
    version.state, version.ended_on = state, day
    version.version += 1
    version.save(update_fields=["state", "ended_on", "version"])
    _trace(f"Plan version {version.number} {state.label.lower()}", version, by)


def _date_what_is_new(held, day, by):
    """Priorities whose words are not those of the version before are the plan's from this day on."""
    before = held.varies.issued if held.varies else None
    for priority in versions.with_parts(Priority.objects.filter(plan=held.plan, left_out=False)):
        old = versions.find(before, priority)
        if old and versions.words_of(old) == versions.words_of(versions.priority_text(priority)):
            continue
        Priority.objects.filter(pk=priority.pk).update(text_of=day)
        audit.write(f"Priority issued with version {held.number}", subject=priority, context=held.plan, by=by)


def _saved(held, act, by, **details):
    held.version += 1
    held.save()
    _trace(act, held, by, **details)
    return held


def _trace(act, held, by, **details):
    audit.write(act, subject=held, context=held.plan, by=by, **details)
