"""From what is decided about a round to its awards, in one act: all of it or nothing."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from funding.applications import operations as applications
from funding.applications.models import Application
from funding.assessment import deciding
from funding.assessment.models import Outcome
from funding.awards import operations, payments, returns
from funding.awards.models import Award, AwardRevision, Payment, Status
from funding.rounds.models import Round
from funding.rounds.money import in_pounds
from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from scrutiny.workflow.operations import NotPossible

Result = Outcome.Result
BECOMES = {
    Result.AWARD: Application.Status.SUCCESSFUL,
    Result.RESERVE: Application.Status.RESERVE,
    Result.REFUSE: Application.Status.UNSUCCESSFUL,
}
SOMEBODY_ELSE = "You declared an interest in an application of this round. Somebody else must make its awards."
NEEDED = (
    "application__organisation",
    "application__area",
    "application__priority",
    "application__round__fund",
    "decision",
)


@dataclass(frozen=True)
class Plan:
    """What deciding the round would do: the awards to be made, the rest, the sums, and what stands against it."""

    to_award: list
    others: list
    amount: Decimal
    given: Decimal
    problems: list

    @property
    def is_ready(self):
        """Whether there is anything to do and nothing stands against it."""
        return bool(self.to_award or self.others) and not self.problems


def is_barred(round_, user):
    """Whether this person may not make the awards of the round: they declared an interest in one of its applications."""
    return deciding.has_interest(round_, user)


def plan(round_, outcomes=None):
    """What `make_awards` would do now, and every reason for which it would refuse."""
    if outcomes is None:
        outcomes = Outcome.objects.filter(application__round=round_).order_by("application__number")
        outcomes = outcomes.select_related(*NEEDED)
    made = set(Award.objects.filter(application__round=round_).values_list("application", flat=True))
    known = AwardRevision.objects.filter(round=round_, known_to=None).exclude(status=Status.WITHDRAWN)
    given = sum(known.values_list("amount", flat=True), Decimal(0))
    to_award = [each for each in outcomes if each.result == Result.AWARD and each.application_id not in made]
    others = [
        each for each in outcomes if each.result != Result.AWARD and each.application.status != BECOMES[each.result]
    ]
    others = [each for each in others if each.application.status != Application.Status.WITHDRAWN]
    amount = sum((each.amount for each in to_award), Decimal(0))
    found = [*_about_round(round_, outcomes, given + amount), *(words for each in to_award for words in _about(each))]
    return Plan(to_award, others, amount, given, found)


def _about_round(round_, outcomes, amount):
    if round_.closes >= today():
        yield f"The round takes applications until {in_words(round_.closes)}. Decide it after that day."
    if not round_.is_decided:
        running = Application.objects.filter(round=round_).in_the_running()
        if left := running.exclude(pk__in=[each.application_id for each in outcomes]).count():
            yield f"{left} application{' has' if left == 1 else 's have'} no outcome yet. Say for each what becomes of it."
    for decision in {each.decision for each in outcomes if each.decision and not each.decision.is_signed}:
        yield f"The decision “{decision.title}” is not signed yet. The commissioner signs it in the register of decisions."
    if amount > round_.most:
        yield (
            f"The awards come to {in_pounds(amount)}, {in_pounds(amount - round_.most)} more than the budget with its "
            f"allowance, {in_pounds(round_.most)}. Lower or take out awards, or raise the budget or the allowance."
        )


def _about(outcome):
    application, fund, decision = outcome.application, outcome.application.round.fund, outcome.decision
    name = application.reference
    if application.organisation_id is None and not application.is_individual:
        yield f"{name}: say first which organisation applied."
    if decision is None and fund.decision_above and outcome.amount >= fund.decision_above:
        yield f"{name}: from {in_pounds(fund.decision_above)} on an award needs a signed decision record."
    for field, words in operations.problems_of_its_own(_award_of(outcome)):
        if field not in ("recipient", "decision"):  # said above, in words that fit
            yield f"{name}: {words}"


@transaction.atomic
def make_awards(round_, outcomes=None, *, by):
    """Make the awards that are decided (all of the round's outcomes unless some are given), tell every application what
    became of it, and close the round. Plans each award's payment and monitoring returns. Returns the awards made.

    Done twice it does nothing the second time; an outcome that became an award later is made then. Raises NotPossible.
    """
    by.act_alone()
    held = Round.objects.select_for_update(of=("self",)).select_related("fund").get(pk=round_.pk)
    if is_barred(held, by):
        raise NotPossible(SOMEBODY_ELSE)
    found = Outcome.objects.filter(application__round=held)
    if outcomes is not None:
        found = found.filter(pk__in=[outcome.pk for outcome in outcomes])
    todo = plan(held, found.order_by("application__number").select_related(*NEEDED))
    if todo.problems:
        raise NotPossible(todo.problems[0])
    made = [_made(outcome, by) for outcome in todo.to_award]
    for outcome in (*todo.to_award, *todo.others):
        applications.set_status(outcome.application, BECOMES[outcome.result], by=by, text=outcome.reason or "Decided")
    if held.decided_on is None:
        held.decided_on = today()
        held.version += 1
        held.save(update_fields=["decided_on", "version"])
        audit.write(f"Round decided: {len(made)} awards", subject=held, context=held.fund, by=by)
    round_.decided_on, round_.version = held.decided_on, held.version
    return made


def _made(outcome, by):
    award = operations.make(_award_of(outcome), by=by)
    due = max(award.awarded_on, award.starts or award.awarded_on)
    payments.add(award, {"kind": Payment.Kind.PAYMENT, "amount": award.amount, "due_on": due}, by=by)
    returns.plan(award, every=outcome.application.round.returns_every, by=by)
    return award


def _award_of(outcome):
    """The award as the application and the decision say it."""
    application, round_ = outcome.application, outcome.application.round
    individual = application.is_individual
    return Award(
        fund=round_.fund,
        round=round_,
        application=application,
        recipient=None if individual else application.organisation,
        individual=application.applicant_name if individual else "",
        title=application.title,
        purpose=application.summary,
        reasons=application.reasons,
        conditions=round_.conditions.strip(),
        without_conditions=not round_.conditions.strip(),
        amount=outcome.amount,
        applied_for=application.amount,
        awarded_on=outcome.decision.decided_on if outcome.decision else today(),
        starts=application.starts,
        ends=application.ends,
        area=application.area,
        priority=application.priority,
        decision=outcome.decision,
        demonstration_note=application.demonstration_note or round_.demonstration_note,
    )
