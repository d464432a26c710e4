"""From the ranked list to the decision: outcomes proposed, a decision record drafted from them, letters sent.

The commissioner signs the record in the register. Awards and the statuses of applications follow from the signed
outcomes; they are made in the room of awards.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from funding.applications.models import Application
from funding.assessment import standing
from funding.assessment.models import Interest, Outcome
from funding.assessment.operations import decision_of, held_outcome, locked_round
from funding.assessment.ranking import Line
from funding.rounds.models import Round
from funding.rounds.money import in_pounds
from opcc_portal.accounts.capabilities import CAPABILITIES
from opcc_portal.accounts.models import User
from opcc_portal.audit import operations as audit
from scrutiny.register import decisions
from scrutiny.register.models import Decision
from scrutiny.workflow.operations import NotPossible

Result = Outcome.Result
SOMEBODY_ELSE = (
    "You declared an interest in an application of this round. Somebody else must propose the outcomes and draft the "
    "decision; you can still work on every other application."
)


# --- outcomes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """What is proposed for one application, and what its applicant is told."""

    result: str
    amount: Decimal | None = None
    reason: str = ""
    above_cap: bool = False


@transaction.atomic
def propose(application, said, *, seen, by):
    """Propose what becomes of one application. `seen` is the version read, 0 for none yet.

    Raises NotPossible, ChangedMeanwhile, PermissionDenied.
    """
    by.act_alone()
    round_ = locked_round(application.round_id)
    application = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if application.is_closed_to(by):
        raise NotPossible(SOMEBODY_ELSE)
    _refuse(application, round_.fund, said)
    held = held_outcome(application, seen)
    if held and (held.result, held.amount, held.reason) == (said.result, said.amount, said.reason):
        return held
    before = _in_words(held) if held else ""
    outcome = _kept(held or Outcome(application=application, version=0), said, by)
    audit.write(
        f"Proposed: {_in_words(outcome)}", subject=application, context=round_, by=by, before=before, reason=said.reason
    )
    return outcome


def _refuse(application, fund, said):
    if application.status not in (Application.Status.SUBMITTED, Application.Status.ELIGIBLE):
        raise NotPossible(f"Nothing is proposed for this application. It is: {application.get_status_display()}.")
    if said.result != Result.AWARD:
        if said.amount is not None:
            raise NotPossible("Only an award has an amount.")
        return
    if application.status != Application.Status.ELIGIBLE:
        raise NotPossible("Check whether it is eligible first: only eligible applications get an award.")
    _refuse_sum(application, fund, said)


def _refuse_sum(application, fund, said):
    if said.amount is None or said.amount <= 0:
        raise NotPossible("Enter an amount above £0.")
    if application.amount is not None and said.amount > application.amount:
        raise NotPossible(f"They asked for {in_pounds(application.amount)}. An award is not more than that.")
    if fund.maximum_grant and said.amount > fund.maximum_grant and not said.above_cap:
        raise NotPossible(
            f"The largest grant of the {fund.name} is {in_pounds(fund.maximum_grant)}. Lower the amount, or say that the "
            "decision is to allow more."
        )


def _kept(outcome, said, by):
    outcome.result, outcome.amount, outcome.reason = said.result, said.amount, said.reason
    outcome.by, outcome.at = by, timezone.now()
    outcome.version += 1
    outcome.save()
    return outcome


def _in_words(outcome):
    if outcome.result == Result.AWARD:
        return f"an award of {in_pounds(outcome.amount)}"
    return outcome.get_result_display().lower()


@transaction.atomic
def award_from_reserve(application, *, amount, decision, reason, seen, by):
    """Turn a place on the reserve list of a decided round into an award, under a signed decision record of its own.

    The award itself is made with the round's others. Raises NotPossible, ChangedMeanwhile.
    """
    by.act_alone()
    application = (
        Application.objects.select_for_update(of=("self",)).select_related("round__fund").get(pk=application.pk)
    )
    if application.is_closed_to(by):
        raise NotPossible(SOMEBODY_ELSE)
    if not application.round.is_decided or application.status != Application.Status.RESERVE:
        raise NotPossible("Only an application on the reserve list of a decided round gets an award this way.")
    if not decision.is_signed:
        raise NotPossible("Choose a decision record that is signed.")
    said = Said(Result.AWARD, amount, reason, above_cap=True)
    _refuse_sum(application, application.round.fund, said)
    held = held_outcome(application, seen)
    if held is None:
        raise NotPossible("Nothing was decided about this application.")
    held.decision, held.letter_sent_on = decision, None
    outcome = _kept(held, said, by)
    words = f"From the reserve list: {_in_words(outcome)}, decision {decision.reference}"
    audit.write(words, subject=application, context=application.round, by=by, reason=reason)
    return outcome


@transaction.atomic
def propose_by_rank(round_, *, line, reserve, lowest, afresh, by):
    """Propose an outcome for everything with a mark, down the ranked list. Returns how many are new.

    Awards go to what the money reaches down to the line and has at least the lowest mark; the next `reserve` that have
    it go on the reserve list; the others get no award. What was proposed before stays unless `afresh`. What is not
    eligible yet, or has no mark, is left.
    """
    by.act_alone()
    held = locked_round(round_.pk)
    _ensure_impartial(held, by)
    versions = {}
    if afresh:
        outcomes = Outcome.objects.filter(application__round=held)
        versions = dict(outcomes.values_list("application", "version"))
        outcomes.delete()
    stand = standing.of(held)
    reached = {entry.key for entry in stand.ranking.within(line)}
    new = 0
    for row in stand.rows:
        if row.outcome or row.entry.mark is None or row.application.status != Application.Status.ELIGIBLE:
            continue
        said = _by_rank(row, row.entry.key in reached, lowest, reserve, held.fund)
        reserve -= said.result == Result.RESERVE
        _kept(Outcome(application=row.application, version=versions.get(row.application.pk, 0)), said, by)
        new += 1
    words = "with the allowance" if line is Line.ALLOWANCE else "within the budget"
    audit.write(f"Outcomes proposed for {new} applications by rank, {words}", subject=held, by=by, afresh=afresh)
    return new


def _by_rank(row, is_reached, lowest, reserve, fund):
    amount = row.application.amount
    if row.entry.mark >= lowest and amount:
        if is_reached:
            return Said(Result.AWARD, min(amount, fund.maximum_grant or amount))
        if reserve > 0:
            return Said(Result.RESERVE)
    return Said(Result.REFUSE)


def _ensure_impartial(round_, by):
    if has_interest(round_, by):
        raise NotPossible(SOMEBODY_ELSE)


def has_interest(round_, user):
    """Whether somebody declared an interest in any application of the round."""
    return Interest.objects.filter(application__round=round_, user=user).exists()


# --- the decision record ---------------------------------------------------------------------------------------------


def why_not_yet(stand):
    """What must be done before a decision can be drafted, each as a sentence; [] where it can."""
    found = []
    if not stand.rows:
        found.append("No application is there to be decided on.")
    if unchecked := [row for row in stand.rows if not row.is_checked]:
        found.append(f"{_many(unchecked)} not been checked for eligibility.")
    if open_ones := stand.undecided:
        found.append(f"{_many(open_ones)} no proposed outcome.")
    if stand.beyond:
        found.append(
            f"The proposals are {in_pounds(stand.beyond)} over: at most {in_pounds(stand.round.most)} may be awarded."
        )
    return found


def _many(rows):
    return f"{len(rows)} application{' has' if len(rows) == 1 else 's have'}"


def decided_text(stand):
    """What the record says is decided: references and amounts, nobody's name."""
    round_, fund = stand.round, stand.round.fund
    awarded = stand.awarded
    parts = [round_.demonstration_note and f"Demonstration. {round_.demonstration_note}"]
    if awarded:
        grants = f"{len(awarded)} grant{'' if len(awarded) == 1 else 's'}"
        parts.append(
            f"{grants} of the {fund.name}, {round_.label}, {in_pounds(stand.proposed)} in all, under the "
            f"{fund.get_legal_power_display()}:"
        )
        parts.append("\n".join(_award_line(row, fund) for row in awarded))
    else:
        parts.append(f"No grant is made in the {fund.name}, {round_.label}.")
    for words, rows in (("On the reserve list, in this order", stand.reserved), ("No grant", stand.refused)):
        if rows:
            parts.append(f"{words}: {', '.join(row.application.reference for row in rows)}.")
    return "\n\n".join(filter(None, parts))


def _award_line(row, fund):
    amount = row.outcome.amount
    above = fund.maximum_grant and amount > fund.maximum_grant
    more = f", more than the fund’s largest grant of {in_pounds(fund.maximum_grant)}" if above else ""
    return f"{row.application.reference}: {in_pounds(amount)}{more}"


def reasons_text(stand):
    """How the outcomes came about, as the draft first says it."""
    round_ = stand.round
    many, members = len(stand.rows), len(stand.panel)
    criteria = ", ".join(criterion.title for criterion in stand.criteria)
    parts = [
        f"{many} eligible application{'' if many == 1 else 's'} asked for {in_pounds(stand.asked)} in all; the budget of "
        f"the round is {in_pounds(round_.budget)}"
        + (f", {in_pounds(round_.most)} with the over-allocation allowed." if round_.allowance else ".")
    ]
    parts.append(
        f"A panel of {members} scored each application" + (f" for: {criteria}." if criteria else ".")
        if members
        else "The applications were assessed by the office."
    )
    if agreed := [row for row in stand.rows if row.moderation]:
        marks = "mark was" if len(agreed) == 1 else "marks were"
        parts.append(f"{len(agreed)} {marks} agreed on in a moderation meeting.")
    if apart := {interest.user_id for row in stand.rows for interest in row.apart}:
        people = "1 person who had declared an interest" if len(apart) == 1 else f"{len(apart)} people with an interest"
        parts.append(f"{people} took no part in the applications concerned.")
    return " ".join(parts)


@transaction.atomic
def draft_decision(round_, *, reasons, decided_on, by):
    """Write one decision record for every proposed outcome of the round, to be signed in the register. Returns it.

    Drafting it twice gives the same record. Raises NotPossible.
    """
    by.act_alone()
    held = Round.objects.select_for_update(of=("self",)).select_related("fund").get(pk=round_.pk)
    _ensure_impartial(held, by)
    if standing_one := decision_of(held):
        return standing_one
    locked_round(held.pk)
    stand = standing.of(held)
    if missing := why_not_yet(stand):
        raise NotPossible(" ".join(missing))
    decision = decisions.record(
        Decision(
            title=f"Grants of the {held.fund.name}, {held.label}"[:200],
            decided=decided_text(stand),
            reasons=reasons,
            maker=decisions.maker_on(decided_on),
            decided_on=decided_on,
        ),
        by=by,
    )
    Outcome.objects.filter(pk__in=[row.outcome.pk for row in stand.rows]).update(decision=decision)
    audit.write(f"Decision drafted for {len(stand.rows)} applications", subject=held, by=by)
    return decision


@transaction.atomic
def take_decision_back(round_, *, by):
    """Take the draft out of the register again, so that marks and outcomes can change. What is signed stays."""
    by.act_alone()
    held = Round.objects.select_for_update(of=("self",)).get(pk=round_.pk)
    _ensure_impartial(held, by)
    decision = decision_of(held)
    if decision is None:
        return
    if decision.is_signed:
        raise NotPossible(f"Decision {decision.reference} is signed. What it says can only be changed by another one.")
    decisions.withdraw(decision, by=by, why="the outcomes of the round are looked at again")
    Outcome.objects.filter(decision=decision).update(decision=None)
    audit.write("Draft of the decision taken back", subject=held, by=by)


# --- letters ---------------------------------------------------------------------------------------------------------


def is_final(application):
    """Whether the applicant may be told: the decision is signed, or the round decided, or it is not eligible at all."""
    if application.status == Application.Status.INELIGIBLE or application.round.is_decided:
        return True
    outcome = getattr(application, "outcome", None)
    return bool(outcome and outcome.decision and outcome.decision.is_signed)


@transaction.atomic
def letters_sent(round_, *, sent_on, by):
    """Note the day on which the letters of the round went out that had not gone before. Returns how many."""
    by.act_alone()
    waiting = Outcome.objects.select_for_update().filter(application__round=round_, letter_sent_on=None)
    waiting = waiting.exclude(application__interests__user=by)
    if not round_.is_decided:
        waiting = waiting.filter(decision__status=Decision.Status.SIGNED)
    found = list(waiting.values_list("pk", flat=True))
    if found:
        Outcome.objects.filter(pk__in=found).update(letter_sent_on=sent_on)
        audit.write(f"{len(found)} letters sent", subject=round_, by=by, sent_on=sent_on.isoformat())
    return len(found)


def signing_with_interest(round_):
    """The names of those who may sign decisions and declared an interest in the round."""
    roles = list(CAPABILITIES["decisions.sign"])
    found = User.objects.filter(interests__application__round=round_, role_holdings__role__in=roles)
    return list(found.order_by("name").values_list("name", flat=True).distinct())
