"""The page of a priority: the plan's words with what the figures say, and the money that was awarded under it."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from tests.factories import make_area, make_award, make_figures, make_fund, make_indicator, make_priority, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def priority():
    priority = make_priority(title="Safer roads")
    area = make_area("Northmoor")
    indicator = make_indicator("Collisions", priority=priority, headline_area=area)
    make_figures(indicator, area, [5, 6, 7], known_on=today())
    fund = make_fund()
    make_award(fund, title="Crossings", amount=Decimal(2500), priority=priority)
    make_award(fund, title="Not really", amount=Decimal(900), priority=priority, demonstration_note="Invented.")
    return priority


def read(client, role, priority, **query):
    client.force_login(make_user(role))
    return client.get(reverse("priority", args=[priority.pk]), query)


def test_it_shows_its_figures_and_its_grants_and_says_which_are_invented(client, priority):
    page = read(client, Role.COMMISSIONER, priority).content.decode()
    assert "Collisions, Northmoor" in page
    assert "2 awards, £3,400" in page
    assert "As known today. Demonstration" not in page
    assert page.count(", demonstration</span>") == 1
    assert f"{reverse('awards')}?priority={priority.pk}" in page


def test_as_known_on_an_earlier_day_it_shows_what_was_known_then(client, priority):
    page = read(client, Role.COMMISSIONER, priority, known="2018-01-08").content.decode()
    assert "as known on 8 January 2018" in page
    assert "No award was known then" in page
    assert "£2,500" not in page


def test_a_day_that_is_none_is_said_to_be_none(client, priority):
    answer = read(client, Role.COMMISSIONER, priority, known="tomorrow")
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()


def test_the_force_reads_the_plan_without_the_money(client, priority):
    page = read(client, Role.FORCE, priority).content.decode()
    assert "Safer roads" in page
    assert "£2,500" not in page


def test_it_costs_at_most_twelve_queries_however_much_there_is(client, priority, django_assert_max_num_queries):
    for number in range(5):
        make_award(amount=Decimal(100 + number), priority=priority)
    client.force_login(make_user(Role.COMMISSIONER))
    with django_assert_max_num_queries(12):
        client.get(reverse("priority", args=[priority.pk]))


def test_the_dashboard_counts_the_grants_of_a_priority(client, priority):
    priority.plan.ends = datetime.date(2099, 1, 1)
    priority.plan.save()
    client.force_login(make_user(Role.COMMISSIONER))
    page = client.get(reverse("dashboard")).content.decode()
    assert "2 awards, £3,400" in page
