"""Everything that happens to an award. Each act is one transaction, writes the state that is known from now on and an
audit line; nothing that was known before is changed.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from funding.awards import payments, returns
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
    "priority", "decision", "recipient", "individual",
)  # fmt: skip
# Personal data: the history says that it changed, not from what to what.
NOT_PRINTED = ("individual",)
CHANGING = (Kind.VARIED, Kind.CORRECTED)
# The public list has a page for every month since the first award: a slip in a year must not make thousands.
EARLIEST = datetime.date(2000, 1, 1)
# A project years away is a slip of the pen, and would have a return asked for every few months until then.
FARTHEST = datetime.timedelta(days=366 * 10)
ENDING = (Kind.COMPLETED, Kind.WITHDRAWN)


@dataclass(frozen=True)
class Change:
    """Why an award changes: the kind of act, the reason, from when, under which decision record."""

    kind: str
    reason: str
    effective_on: object = None
    decision: object = None


# --- making ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def make(award, *, by, known_on=None):
    """Write an award down that does not exist yet, with its number and first state. Returns it.

    `known_on` is the day since which the office's records hold it (today unless a record of old days is entered).
    Raises NotPossible for what no award may be: invariant 14 of the domain.
    """
    award.fund = Fund.objects.select_for_update().get(pk=award.fund_id)
    if award.application_id and Award.objects.filter(application=award.application_id).exists():
        raise NotPossible("This application has its award already.")
    if known_on and known_on > today():
        raise NotPossible("The register cannot know of an award from a day that is still to come.")
    _hold_round(award)
    refuse(award)
    award.reference = _next_reference(award.fund, award.awarded_on.year)
    award.changed_at = timezone.now()
    award.save()
    _keep_state(award, Change(Kind.MADE, "", award.awarded_on, award.decision), [], known_on or today(), by)
    words = f"{in_pounds(award.amount)} awarded: {award.reference}"
    audit.write(words, subject=award, context=award.fund, by=by)
    return award


@transaction.atomic
def write_down(award, *, by):
    """Make an award that an officer has typed. The same words sent again are the same award."""
    by.act_alone()
    said = {name: getattr(award, name) for name in ("fund", "round", "application", *EDITABLE)}
    standing = Award.objects.exclude(status=Status.WITHDRAWN)
    return standing.filter(**said).first() or make(award, by=by)


def refuse(award, before=None):
    """Raise NotPossible with the first reason for which the award may not stand as it is."""
    for _, words in problems(award, before):
        raise NotPossible(words)


def problems(award, before=None):
    """What stands against the award as it is, as (name of the field, words for people), the first first.

    `before` is the award as it was: sums that were let through then are asked about only where they grow, so that a
    slip in an old title can be mended after the fund's cap has been lowered.
    """
    yield from problems_of_its_own(award, before)
    if award.amount and _is_more(award, before) and (beyond := beyond_round(award)) > 0:
        yield (
            "amount",
            f"The round would be {in_pounds(beyond)} over: at most {in_pounds(award.round.most)} may be awarded in it, "
            "with its allowance. Lower the amount, or raise the round’s budget or allowance first.",
        )


def problems_of_its_own(award, before=None):
    """The same without a look at the other awards of its round, and so without a question to the database."""
    if (award.recipient_id is None) == (not award.individual.strip()):
        yield "recipient", "Choose the organisation that receives it, or give the name of a person: one of the two."
    yield from _missing_words(award)
    yield from _wrong_sums(award, before)
    yield from _wrong_days(award)


def _missing_words(award):
    if not award.title.strip():
        yield "title", "Write the name of the project."
    if not award.purpose.strip():
        yield "purpose", "Write what the money is for."
    if not award.reasons.strip():
        yield "reasons", "Write how it reduces crime and disorder. The law asks the office to publish that."
    if not award.conditions.strip() and not award.without_conditions:
        yield "conditions", "Write the conditions, or say that there are none."
    if award.conditions.strip() and award.without_conditions:
        yield "conditions", "Either write the conditions or say that there are none."


def _wrong_sums(award, before):
    fund = award.fund
    if award.amount is None or award.amount <= 0:
        yield "amount", "Enter an amount above £0."
        return
    if award.decision_id and not award.decision.is_signed:
        yield "decision", "This decision is not signed. Choose one that is, or have it signed first."
    above = fund.maximum_grant and award.amount > fund.maximum_grant
    if above and award.decision_id is None and _is_more(award, before):
        yield (
            "amount",
            f"The largest grant of the {fund.name} is {in_pounds(fund.maximum_grant)}. Choose the decision record that "
            "allows more, or lower the amount.",
        )


def _is_more(award, before):
    """Whether it is new, larger, or without the decision that it had."""
    return before is None or award.amount > before.amount or (before.decision_id and not award.decision_id)


def _wrong_days(award):
    if award.awarded_on > today():
        yield "awarded_on", f"The date of the award is in the future. It is {in_words(today())} today."
    if award.awarded_on < EARLIEST:
        yield "awarded_on", f"The office’s records begin with {EARLIEST.year}. Check the year of the award."
    if award.starts and award.ends and award.ends < award.starts:
        yield "ends", "The last day must not be before the first day."
    elif award.ends and award.ends < award.awarded_on:
        yield "ends", "The project would have ended before the award. Check the dates."
    for name in ("starts", "ends"):
        if (day := getattr(award, name)) and abs(day - award.awarded_on) > FARTHEST:
            yield name, f"{in_words(day)} is more than ten years from the date of the award. Check the year."


def beyond_round(award):
    """By how much the round's awards, with this one as it is, would exceed its budget and allowance; 0 or less: they fit."""
    if not award.round_id:
        return Decimal(0)
    others = AwardRevision.objects.filter(round_id=award.round_id, known_to=None).exclude(status=Status.WITHDRAWN)
    others = others.exclude(award=award.pk) if award.pk else others
    given = sum(others.values_list("amount", flat=True), Decimal(0))
    return given + award.amount - award.round.most


# --- changing ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def change(award, fields, change, *, seen, by):
    """Vary or correct an award, as `seen` (its version) by the person. Returns it; unchanged words change nothing.

    Raises NotPossible, ChangedMeanwhile.
    """
    if change.kind not in CHANGING:
        raise ValueError(f"{change.kind} is no way of changing an award")
    if unknown := set(fields) - set(EDITABLE):
        raise ValueError(f"not to be changed: {', '.join(sorted(unknown))}")
    if change.decision is not None:
        fields = {**fields, "decision": change.decision}
    held = _open(award, seen)
    before, changes = Award.objects.select_related("decision").get(pk=held.pk), []
    for name, value in fields.items():
        if (was := getattr(held, name)) != value:
            label = str(held._meta.get_field(name).verbose_name).removesuffix(", in pounds")
            told = ("not shown", "not shown") if name in NOT_PRINTED else (_printed(was), _printed(value))
            changes.append([label, *told])
            setattr(held, name, value)
    if not changes:
        return held
    _wants_reason(change)
    if change.effective_on and change.effective_on < held.awarded_on:
        raise NotPossible(f"It cannot change before it was awarded, on {in_words(held.awarded_on)}.")
    refuse(held, before)
    payments.refuse(held)
    return _changed(held, change, changes, by)


@transaction.atomic
def end(award, change, *, seen, by):
    """Complete or withdraw an award. A withdrawn one has nothing left to be paid out or reported.

    Raises NotPossible, ChangedMeanwhile.
    """
    if change.kind not in ENDING:
        raise ValueError(f"{change.kind} is no way of ending an award")
    held = _open(award, seen)
    if held.status == change.kind:
        raise NotPossible("This award is completed already.")
    day = change.effective_on or today()
    if not held.awarded_on <= day <= today():
        raise NotPossible(f"Give a day from {in_words(held.awarded_on)}, the day of the award, until today.")
    before, held.status = held.status, Status(change.kind)
    if held.status == Status.WITHDRAWN:
        _wants_reason(change)
        payments.cancel_open(held, note="The award is withdrawn.", by=by)
        returns.waive_open(held, note="The award is withdrawn.", by=by)
    changes = [["status", Status(before).label, held.get_status_display()]]
    return _changed(held, change, changes, by)


@transaction.atomic
def reopen(award, reason, *, seen, by):
    """Say that a completed award is under way after all. Raises NotPossible, ChangedMeanwhile."""
    held = _open(award, seen)
    if held.status != Status.COMPLETED:
        raise NotPossible("Only a completed award can be opened again.")
    change = Change(Kind.CORRECTED, reason)
    _wants_reason(change)
    held.status = Status.ACTIVE
    return _changed(held, change, [["status", Status.COMPLETED.label, Status.ACTIVE.label]], by)


@transaction.atomic
def publish_with_pdf(award, wanted, *, by):
    """Say whether the public gets a PDF of this award, from its next publication on. Nothing that is known of it changes."""
    held = Award.objects.select_for_update(of=("self",)).get(pk=award.pk)
    if held.with_pdf != wanted:
        held.with_pdf = wanted
        held.save(update_fields=["with_pdf"])
        words = f"Award {held.reference}: to be published {'with' if wanted else 'without'} a PDF"
        audit.write(words, subject=held, context=held.fund, by=by)
    return held


def _open(award, seen):
    held = Award.objects.select_for_update(of=("self",)).select_related(*Award.LOADED_WITH).get(pk=award.pk)
    if held.version != seen:
        raise ChangedMeanwhile(held)
    if held.status == Status.WITHDRAWN:
        raise NotPossible("This award is withdrawn. What was known of it stays as it is.")
    _hold_round(held)
    return held


def _hold_round(award):
    """Lock the award's round and look at it as it is now: whoever awards in it next waits."""
    if award.round_id is None:
        return
    award.round = Round.objects.select_for_update(of=("self",)).select_related("fund").get(pk=award.round_id)
    if award.round.fund_id != award.fund_id:
        raise NotPossible("The round belongs to another fund.")


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
    """The fund's row is locked: nobody else counts meanwhile, and an award that fails gives its number back."""
    counter, _ = AwardCounter.objects.get_or_create(fund=fund, year=year)
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
