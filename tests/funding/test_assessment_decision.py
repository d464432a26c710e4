"""Outcomes proposed, the decision record, and what is told to whom."""

import datetime
from decimal import Decimal

import pytest

from funding.assessment import deciding, operations, standing
from funding.assessment.models import Outcome
from funding.assessment.ranking import Line
from funding.rounds.models import Round
from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from scrutiny.register import decisions
from scrutiny.register.models import Decision
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible
from tests.factories import make_fund, make_office, make_user
from tests.funding.panels import make_eligible, make_interest, make_marked_round

pytestmark = pytest.mark.django_db
RULE = {"line": Line.BUDGET, "reserve": 0, "lowest": Decimal(0), "afresh": False}


@pytest.fixture
def officer():
    return make_user(Role.GRANTS)


def results(applications):
    found = {outcome.application_id: (outcome.result, outcome.amount) for outcome in Outcome.objects.all()}
    return [found.get(application.pk) for application in applications]


def draft(round_, officer, **words):
    return deciding.draft_decision(round_, **{"reasons": "By rank.", "decided_on": today(), **words}, by=officer)


def sign(decision):
    return decisions.sign(decision, seen_version=decision.version, by=make_user(Role.COMMISSIONER))


# --- outcomes ----------------------------------------------------------------------------------------------------------


def test_outcomes_follow_the_list_down_to_the_budget(officer):
    round_, _, found = make_marked_round(10, 9, 8, 7, budget=Decimal(6000))
    assert deciding.propose_by_rank(round_, **RULE | {"reserve": 1}, by=officer) == 4
    assert results(found) == [("award", 3000), ("award", 3000), ("reserve", None), ("refuse", None)]


def test_outcomes_go_down_to_the_allowance_if_asked_and_never_below_the_lowest_mark(officer):
    round_, _, found = make_marked_round(10, 9, 2, budget=Decimal(6000), allowance=Decimal(50))
    rule = RULE | {"line": Line.ALLOWANCE, "reserve": 5, "lowest": Decimal(50)}
    deciding.propose_by_rank(round_, **rule, by=officer)
    assert results(found) == [("award", 3000), ("award", 3000), ("refuse", None)]


def test_an_award_by_rank_is_never_more_than_the_largest_grant(officer):
    round_, _, found = make_marked_round(10, amount=Decimal(8000))
    deciding.propose_by_rank(round_, **RULE, by=officer)
    assert results(found) == [("award", 5000)]


def test_what_was_proposed_by_hand_stays_unless_all_is_proposed_afresh(officer):
    round_, _, found = make_marked_round(10, 9)
    deciding.propose(found[0], deciding.Said("refuse", reason="No accounts."), seen=0, by=officer)
    deciding.propose_by_rank(round_, **RULE, by=officer)
    assert results(found) == [("refuse", None), ("award", 3000)]
    deciding.propose_by_rank(round_, **RULE | {"afresh": True}, by=officer)
    assert results(found) == [("award", 3000), ("award", 3000)]
    with pytest.raises(ChangedMeanwhile):  # by somebody who read it before
        deciding.propose(found[0], deciding.Said("refuse"), seen=1, by=officer)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (deciding.Said("award"), "above £0"),
        (deciding.Said("award", Decimal(0)), "above £0"),
        (deciding.Said("award", Decimal("3000.01")), "asked for £3,000"),
        (deciding.Said("refuse", Decimal(10)), "Only an award"),
    ],
)
def test_what_no_outcome_can_be_is_refused(officer, said, words):
    _, _, (application,) = make_marked_round(10)
    with pytest.raises(NotPossible, match=words):
        deciding.propose(application, said, seen=0, by=officer)


def test_more_than_the_largest_grant_needs_to_be_said(officer):
    _, _, (application,) = make_marked_round(10, amount=Decimal(8000))
    with pytest.raises(NotPossible, match="largest grant"):
        deciding.propose(application, deciding.Said("award", Decimal(6000)), seen=0, by=officer)
    said = deciding.Said("award", Decimal(6000), above_cap=True)
    assert deciding.propose(application, said, seen=0, by=officer).amount == 6000


def test_only_what_is_eligible_gets_an_award(officer):
    round_, _, _ = make_marked_round()
    unchecked = make_eligible(round_, status="submitted")
    with pytest.raises(NotPossible, match="eligible"):
        deciding.propose(unchecked, deciding.Said("award", Decimal(10)), seen=0, by=officer)


def test_who_has_an_interest_in_the_round_neither_proposes_for_all_nor_drafts(officer):
    round_, _, found = make_marked_round(10, 9)
    make_interest(found[1], officer)
    for act in (
        lambda: deciding.propose_by_rank(round_, **RULE, by=officer),
        lambda: draft(round_, officer),
        lambda: deciding.take_decision_back(round_, by=officer),
    ):
        with pytest.raises(NotPossible, match="Somebody else must"):
            act()
    deciding.propose(found[0], deciding.Said("refuse"), seen=0, by=officer)
    assert results(found) == [("refuse", None), None]


# --- the decision ------------------------------------------------------------------------------------------------------


def test_one_record_says_references_and_amounts_and_nobodys_name(officer):
    make_office()
    fund = make_fund(name="Safer Streets Fund")
    round_, _, found = make_marked_round(10, 9, 2, 1, fund=fund, label="Round 2", budget=Decimal(6000))
    deciding.propose_by_rank(round_, **RULE | {"reserve": 1}, by=officer)
    decision = draft(round_, officer)
    assert draft(round_, officer) == decision
    assert (decision.title, decision.is_draft) == ("Grants of the Safer Streets Fund, Round 2", True)
    assert decision.maker == "Robin Hale, Police and Crime Commissioner"
    assert "2 grants of the Safer Streets Fund, Round 2, £6,000 in all" in decision.decided
    assert f"{found[0].reference}: £3,000\n{found[1].reference}: £3,000" in decision.decided
    assert f"On the reserve list, in this order: {found[2].reference}." in decision.decided
    assert f"No grant: {found[3].reference}." in decision.decided
    for application in found:
        assert application.applicant_name not in decision.decided + decision.reasons
        assert application.title not in decision.decided
    assert set(Outcome.objects.values_list("decision", flat=True)) == {decision.pk}


def test_an_amount_above_the_largest_grant_is_said_in_the_record(officer):
    round_, _, (application,) = make_marked_round(10, amount=Decimal(8000))
    deciding.propose(application, deciding.Said("award", Decimal(6000), above_cap=True), seen=0, by=officer)
    assert f"{application.reference}: £6,000, more than the fund’s largest grant of £5,000" in (
        draft(round_, officer).decided
    )


def test_a_demonstration_says_so_in_its_record(officer):
    round_, _, (application,) = make_marked_round(10, demonstration_note="Everything is invented.")
    deciding.propose(application, deciding.Said("refuse"), seen=0, by=officer)
    assert draft(round_, officer).decided.startswith("Demonstration. Everything is invented.")


def test_a_record_is_not_drafted_before_everything_is_settled(officer):
    round_, _, found = make_marked_round(10, 9, budget=Decimal(3000))
    unchecked = make_eligible(round_, status="submitted")
    for application in found:
        deciding.propose(application, deciding.Said("award", Decimal(3000)), seen=0, by=officer)
    with pytest.raises(NotPossible) as refused:
        draft(round_, officer)
    for words in ("1 application has not been checked", "1 application has no proposed outcome", "£3,000 over"):
        assert words in str(refused.value)
    type(unchecked).objects.filter(pk=unchecked.pk).delete()
    deciding.propose(found[1], deciding.Said("refuse"), seen=1, by=officer)
    assert draft(round_, officer).is_draft


def test_marks_and_outcomes_are_fixed_by_the_draft_and_free_again_without_it(officer):
    round_, _, found = make_marked_round(10)
    deciding.propose(found[0], deciding.Said("refuse"), seen=0, by=officer)
    decision = draft(round_, officer)
    for act in (
        lambda: deciding.propose(found[0], deciding.Said("reserve"), seen=1, by=officer),
        lambda: operations.agree(found[0], mark=Decimal(1), note="Late.", seen=0, by=officer),
    ):
        with pytest.raises(NotPossible, match="Take the draft back"):
            act()
    deciding.take_decision_back(round_, by=officer)
    decision.refresh_from_db()
    assert decision.status == Decision.Status.WITHDRAWN
    assert deciding.propose(found[0], deciding.Said("reserve"), seen=1, by=officer).decision is None


def test_a_draft_withdrawn_in_the_register_frees_the_outcomes_too(officer):
    round_, _, found = make_marked_round(10)
    deciding.propose(found[0], deciding.Said("refuse"), seen=0, by=officer)
    first = draft(round_, officer)
    decisions.withdraw(first, by=officer)
    deciding.propose(found[0], deciding.Said("reserve"), seen=1, by=officer)
    second = draft(round_, officer)
    assert second != first and operations.decision_of(round_) == second


def test_a_signed_decision_is_not_taken_back(officer):
    make_office()
    round_, _, found = make_marked_round(10)
    deciding.propose(found[0], deciding.Said("refuse"), seen=0, by=officer)
    signed = sign(draft(round_, officer))
    with pytest.raises(NotPossible, match=f"{signed.reference} is signed"):
        deciding.take_decision_back(round_, by=officer)
    with pytest.raises(NotPossible, match="Nothing it rests on changes"):
        deciding.propose(found[0], deciding.Said("reserve"), seen=1, by=officer)


# --- afterwards --------------------------------------------------------------------------------------------------------


def test_letters_are_noted_as_sent_once_the_decision_is_signed(officer):
    make_office()
    round_, _, found = make_marked_round(10, 9)
    other = make_user(Role.GRANTS)
    deciding.propose_by_rank(round_, **RULE, by=officer)
    decision = draft(round_, officer)
    assert deciding.letters_sent(round_, sent_on=today(), by=officer) == 0
    sign(decision)
    make_interest(found[0], other)
    assert deciding.letters_sent(round_, sent_on=today(), by=other) == 1
    assert deciding.letters_sent(round_, sent_on=today(), by=officer) == 1
    assert deciding.letters_sent(round_, sent_on=today(), by=officer) == 0


def test_an_award_from_the_reserve_list_needs_a_signed_decision_of_its_own(officer):
    make_office()
    round_, _, (application,) = make_marked_round(10)
    deciding.propose(application, deciding.Said("reserve"), seen=0, by=officer)
    sign(draft(round_, officer))
    words = {"amount": Decimal(2000), "reason": "Money became free.", "seen": 1, "by": officer}
    unsigned = decisions.record(
        Decision(title="More", decided="More.", maker="Robin Hale", decided_on=today()), by=officer
    )
    with pytest.raises(NotPossible, match="reserve list of a decided round"):
        deciding.award_from_reserve(application, decision=unsigned, **words)
    Round.objects.filter(pk=round_.pk).update(decided_on=today() - datetime.timedelta(days=1))
    type(application).objects.filter(pk=application.pk).update(status="reserve")
    with pytest.raises(NotPossible, match="signed"):
        deciding.award_from_reserve(application, decision=unsigned, **words)
    outcome = deciding.award_from_reserve(application, decision=sign(unsigned), **words)
    assert (outcome.result, outcome.amount, outcome.decision.title) == ("award", Decimal(2000), "More")


def test_who_may_sign_and_has_an_interest_is_named(officer):
    round_, assessor, (application,) = make_marked_round(10)
    commissioner = make_user(Role.COMMISSIONER, name="Robin Hale")
    assert deciding.signing_with_interest(round_) == []
    make_interest(application, assessor)
    make_interest(application, commissioner)
    assert deciding.signing_with_interest(round_) == ["Robin Hale"]


def test_what_is_left_and_what_is_beyond_is_counted_over_the_awards_proposed(officer):
    round_, _, found = make_marked_round(10, 9, 8, budget=Decimal(5000), allowance=Decimal(10))
    for application in found[:2]:
        deciding.propose(application, deciding.Said("award", Decimal(3000)), seen=0, by=officer)
    stand = standing.of(round_)
    assert (stand.proposed, stand.left, stand.beyond) == (Decimal(6000), Decimal(-1000), Decimal(500))
    assert [row.application for row in stand.undecided] == [found[2]]
