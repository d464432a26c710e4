"""What the home page tells those who look after grants, and those who sit in a panel."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from funding.assessment import operations as assessment
from funding.awards import payments, returns
from funding.rounds.models import PanelMember
from funding.totals import operations as totals
from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from tests.factories import make_application, make_award, make_fund, make_office, make_round, make_user

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def officer(client):
    make_office()
    user = make_user(Role.GRANTS)
    client.force_login(user)
    return user


def home(client):
    return client.get(reverse("desk")).content.decode()


def test_a_stated_total_waits_until_somebody_has_explained_it(client, officer):
    fund = make_fund(name="Safer Streets Fund")
    words = {"amount": Decimal(36343), "scope": "Everything", "document": "Report", "stated_on": today() - DAY}
    stated = totals.state(fund, words, by=officer)
    assert "Safer Streets Fund: £36,343 stated, £0 listed" in home(client)
    totals.explain(stated, "Before our time.", seen=stated.version, computed=Decimal(0), by=officer)
    assert "£36,343 stated" not in home(client)


def test_what_came_in_waits_to_be_checked_and_a_closed_round_to_be_decided(client, officer):
    round_ = make_round(opens=today() - 30 * DAY, closes=today() - DAY)
    make_application(round_)
    make_application(round_, status="eligible")
    page = home(client)
    assert f"1 application, {round_}" in page
    assert "1 eligible application, closed on" in page


def test_late_payments_and_returns_are_chased(client, officer):
    award = make_award(awarded_on=today() - 90 * DAY)
    payments.add(award, {"kind": "payment", "amount": Decimal(100), "due_on": today() - 5 * DAY}, by=officer)
    returns.ask(award, title="First return", due_on=today() - 3 * DAY, by=officer)
    page = home(client)
    assert "1 payment is late" in page
    assert "1 monitoring return is late" in page


def test_a_panel_is_asked_to_declare_and_then_to_score(client, officer):
    assessor = make_user(Role.ANALYST)
    round_ = make_round(opens=today() - 30 * DAY, closes=today() - DAY)
    PanelMember.objects.create(round=round_, user=assessor)
    make_application(round_, status="eligible")
    client.force_login(assessor)
    assert "Say first in which applications you have an interest." in home(client)
    assessment.declare(round_, natures={}, by=assessor)
    page = home(client)
    assert f"1 application, {round_}" in page
    assert "Say first" not in page


def test_the_home_of_a_grants_officer_costs_at_most_thirteen_queries(client, officer, django_assert_max_num_queries):
    make_award(fund=make_fund())
    for _ in range(3):
        make_application(make_round())
    with django_assert_max_num_queries(13):
        home(client)
