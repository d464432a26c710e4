"""Pages of funds and rounds: their sums, their steps, what documents state."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from funding.applications.models import Application
from funding.assessment.models import Assessment, Interest, Outcome
from funding.desk import progress
from funding.rounds.models import PanelMember, Round
from funding.totals.models import StatedTotal
from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from scrutiny.register import decisions
from tests.factories import make_application, make_award, make_decision, make_fund, make_round, make_user

pytestmark = pytest.mark.django_db

Status = Application.Status


def page(client, address, *args, role=Role.GRANTS, **query):
    client.force_login(make_user(roles=[role]))
    return client.get(reverse(address, args=args), query).content.decode()


def steps(round_):
    return {step.key: step for step in progress.of(Round.objects.get(pk=round_.pk)).steps}


def test_the_list_of_funds_counts_real_and_invented_awards_apart(client, django_assert_max_num_queries):
    fund = make_fund()
    make_round(fund, label="Autumn round")
    make_award(fund, amount=Decimal(4500))
    make_award(fund, amount=Decimal(1000), demonstration_note="Invented.")
    StatedTotal.objects.create(
        fund=fund, amount=36343, organisations=8, document="Report", scope="All", stated_on=datetime.date(2018, 1, 8)
    )
    client.force_login(make_user(roles=[Role.GRANTS]))
    with django_assert_max_num_queries(12):
        shown = client.get(reverse("funding")).content.decode()
    assert "£4,500 in 1 award<br>£1,000 in 1 demonstration award" in shown
    assert "£36,343 to 8 organisations" in shown
    assert "1 stated total to explain" in shown
    assert "Autumn round</a> is open until" in shown


def test_only_the_grants_officer_is_offered_to_write(client):
    fund = make_fund()
    assert "Add a fund" in page(client, "funding")
    assert "Add a round" in page(client, "fund", fund.pk)
    assert "Add a fund" not in page(client, "funding", role=Role.ANALYST)
    assert "Add a round" not in page(client, "fund", fund.pk, role=Role.ANALYST)


def test_a_fund_s_page_shows_every_document_beside_what_is_listed(client, django_assert_max_num_queries):
    fund = make_fund(name="Safer Communities Fund")
    day = datetime.date(2025, 3, 31)
    make_award(fund, amount=Decimal(4000), awarded_on=day, known_on=day, round=make_round(fund))
    for number, amount in enumerate((4000, 36343, 50000, 100), 1):
        StatedTotal.objects.create(fund=fund, amount=amount, document=f"Report {number}", scope="All", stated_on=day)
    client.force_login(make_user(roles=[Role.GRANTS]))
    with django_assert_max_num_queries(12):
        shown = client.get(reverse("fund", args=[fund.pk])).content.decode()
    assert "£32,343" in shown
    assert "They agree" in shown
    assert "Two documents state different totals" in shown


def test_a_round_s_sums_are_those_of_its_applications_proposals_and_awards(client, django_assert_max_num_queries):
    round_ = make_round(budget=Decimal(10000), allowance=10)
    made = make_application(round_, amount=Decimal(3000), status=Status.ELIGIBLE)
    make_application(round_, amount=Decimal(2500))
    make_application(round_, amount=Decimal(9000), status=Status.WITHDRAWN)
    make_application(round_, amount=Decimal(9000), status=Status.DRAFT, number=None, reference=None, submitted_at=None)
    officer = make_user(roles=[Role.GRANTS])
    Outcome.objects.create(application=made, result="award", amount=Decimal(2900), by=officer)
    make_award(round=round_, application=made, amount=Decimal(2900))
    PanelMember.objects.create(round=round_, user=officer)
    stand = progress.of(round_)
    assert (stand.asked, stand.proposed, stand.awarded.amount, stand.left) == (5500, 2900, 2900, 7100)
    client.force_login(officer)
    with django_assert_max_num_queries(12):
        shown = client.get(reverse("round", args=[round_.pk])).content.decode()
    for words in ("At most £11,000", "£5,500", "2 applications", "£7,100", "29% of the budget"):
        assert words in shown


def test_awards_beyond_the_budget_are_said_to_be_so(client):
    round_ = make_round(budget=Decimal(4000), allowance=25)
    make_award(round=round_, amount=Decimal(5000))
    shown = page(client, "round", round_.pk)
    assert "Over the budget" in shown
    assert "Within the allowance" in shown
    Round.objects.filter(pk=round_.pk).update(allowance=10)
    assert "£600 more than the budget with its allowance" in page(client, "round", round_.pk)


@pytest.mark.parametrize(
    ("opens", "closes", "decided", "offered"), [(-9, 9, None, 1), (-9, -2, None, 1), (-9, -2, -1, 0), (2, 9, None, 0)]
)
def test_a_sheet_is_offered_as_long_as_the_round_takes_one(client, opens, closes, decided, offered):
    days = [each and today() + datetime.timedelta(days=each) for each in (opens, closes, decided)]
    round_ = make_round(opens=days[0], closes=days[1], decided_on=days[2])
    assert page(client, "round", round_.pk).count("Import applications") == offered


def test_the_steps_of_a_round_open_one_after_the_other():
    round_ = make_round()
    found = steps(round_)
    assert found["criteria"].is_done
    assert not found["panel"].is_done
    assert found["applications"].state.startswith("Open until")
    assert [key for key, step in found.items() if step.is_closed] == [
        "eligibility", "interests", "scores", "moderation", "ranking", "decision", "awards", "letters",
    ]  # fmt: skip


def test_every_assessment_is_waited_for_but_those_of_people_with_an_interest():
    day = today() - datetime.timedelta(days=1)
    round_ = make_round(closes=day)
    first, second = (make_user(roles=[Role.ANALYST]) for _ in range(2))
    for user in (first, second):
        PanelMember.objects.create(round=round_, user=user, interests_declared_at=timezone.now())
    one, other = (make_application(round_, status=Status.ELIGIBLE) for _ in range(2))
    Interest.objects.create(application=one, user=first, nature="Trustee", declared_by=first)
    found = steps(round_)
    assert found["applications"].is_done
    assert found["eligibility"].is_done
    assert found["interests"].is_done
    assert found["scores"].hint == "0 of 3 assessments handed in"
    for application, user in ((one, first), (one, second), (other, first), (other, second)):
        Assessment.objects.create(application=application, user=user, submitted_at=timezone.now())
    found = steps(round_)
    assert found["scores"].hint == "3 of 3 assessments handed in"
    assert found["scores"].is_done
    assert not found["ranking"].is_closed
    assert found["decision"].opens == "Opens when every eligible application has a proposal"


def test_a_signed_decision_opens_the_awards_and_the_letters():
    round_ = make_round(closes=today() - datetime.timedelta(days=1))
    officer = make_user(roles=[Role.GRANTS])
    application = make_application(round_, status=Status.ELIGIBLE)
    decision = make_decision()
    Outcome.objects.create(application=application, result="award", amount=Decimal(3000), decision=decision, by=officer)
    found = steps(round_)
    assert found["decision"].hint == "The draft waits for the commissioner’s signature"
    assert found["awards"].is_closed
    decisions.sign(decision, seen_version=decision.version, by=make_user(roles=[Role.COMMISSIONER]))
    found = steps(round_)
    assert found["decision"].is_done
    assert (found["awards"].is_closed, found["awards"].hint) == (False, "0 of 1 award made")
    make_award(round=round_, application=application)
    Round.objects.filter(pk=round_.pk).update(decided_on=today())
    Outcome.objects.update(letter_sent_on=today())
    assert all(
        step.is_done for key, step in steps(round_).items() if key in ("decision", "awards", "letters", "scores")
    )
