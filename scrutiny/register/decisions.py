"""Acts on decision records: writing one down, changing it until it is signed, signing it under the next number."""

from django.db import transaction

from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from scrutiny.register.models import Decision, DecisionCounter
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

FIELDS = ("title", "decided", "reasons", "maker", "decided_on")


def maker_on(day):
    """Who decides for the office on that day: name and title of the office holder."""
    office = Office.on(day)
    return f"{office.holder_name}, {office.holder_title}" if office else ""


@transaction.atomic
def record(decision, *, by):
    """Write down a decision that was made outside a meeting's minutes. The same words sent again are the same decision."""
    by.act_alone()
    words = {name: getattr(decision, name) for name in FIELDS}
    same = Decision.objects.filter(status=Decision.Status.DRAFT, entry=None, meeting=decision.meeting, **words).first()
    if same:
        return same
    decision.save()
    audit.write(f"Decision “{decision.title}” written down", subject=decision, context=decision.meeting, by=by)
    return decision


@transaction.atomic
def change(decision, *, seen_version, words, by):
    """Change a record that is not signed yet. `words` maps FIELDS to new values. Raises ChangedMeanwhile, NotPossible."""
    held = _locked(decision)
    if held.is_draft and all(getattr(held, name) == value for name, value in words.items()):
        return held
    _ensure_draft(held)
    if held.version != seen_version:
        raise ChangedMeanwhile(held)
    before = {name: str(getattr(held, name)) for name in words if getattr(held, name) != words[name]}
    for name, value in words.items():
        setattr(held, name, value)
    held.version += 1
    held.save(update_fields=[*words, "version"])
    audit.write(f"Decision “{held.title}” changed", subject=held, context=held.meeting, by=by, before=before)
    return held


@transaction.atomic
def sign(decision, *, seen_version, by):
    """Sign a decision as it was read, under the next number of today's year. Signing it again changes nothing.

    The year's counter is locked to the end of the transaction, so that two people who sign at once get two numbers that
    follow each other, and a signing that fails gives its number back.
    """
    if not by.has_perm("decisions.sign", decision):
        raise NotPossible("Only the commissioner or the deputy can sign a decision.")
    held = _locked(decision)
    if held.is_signed:
        return held
    _ensure_draft(held)
    if held.version != seen_version:
        raise ChangedMeanwhile(held)
    if held.lacks:
        raise NotPossible(f"Missing: {', '.join(held.lacks)}. Write it down before it is signed.")
    day = today()
    if held.decided_on > day:
        raise NotPossible(f"It is to be decided on {held.decided_on:%-d %B %Y}, and can be signed from that day on.")
    held.year, held.number = day.year, _next_number(day.year)
    held.status, held.signed_on = Decision.Status.SIGNED, day
    held.signed_by, held.signed_name = by, by.name
    held.version += 1
    held.save()
    audit.write(f"Decision {held.reference} “{held.title}” signed", subject=held, context=held.meeting, by=by)
    return held


@transaction.atomic
def withdraw(decision, *, by, why=""):
    """Say that this is no decision after all. What was signed stays signed."""
    held = _locked(decision)
    if held.status == Decision.Status.WITHDRAWN:
        return held
    _ensure_draft(held)
    held.status = Decision.Status.WITHDRAWN
    held.version += 1
    held.save(update_fields=["status", "version"])
    act = f"Decision “{held.title}” withdrawn"
    audit.write(f"{act}: {why}" if why else act, subject=held, context=held.meeting, by=by)
    return held


@transaction.atomic
def bring_back(decision, *, by):
    """Take a withdrawn decision up again, to be signed."""
    held = _locked(decision)
    if held.status == Decision.Status.WITHDRAWN:
        held.status = Decision.Status.DRAFT
        held.version += 1
        held.save(update_fields=["status", "version"])
        audit.write(f"Decision “{held.title}” taken up again", subject=held, context=held.meeting, by=by)
    return held


def _locked(decision):
    return Decision.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=decision.pk)


def _ensure_draft(held):
    if held.is_signed:
        raise NotPossible(f"Decision {held.reference} is signed. Nothing in it can be changed.")
    if not held.is_draft:
        raise NotPossible("This was withdrawn: it is no longer a decision.")


def _next_number(year):
    DecisionCounter.objects.get_or_create(year=year)
    counter = DecisionCounter.objects.select_for_update().get(year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last
