"""The plan as papers quote it."""

import datetime

import pytest
from django.urls import reverse

from scrutiny.plan.models import Indicator, Objective, Outcome, Plan, Priority, Theme
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def make_priority():
    plan = Plan.objects.create(title="Plan of Northmoor", starts=datetime.date(2016, 4, 1))
    outcome = Outcome.objects.create(plan=plan, title="Safer roads")
    priority = Priority.objects.create(
        plan=plan,
        outcome=outcome,
        title="Speeding",
        slug="speeding",
        our_priority="Speed kills.",
        text_of=datetime.date(2016, 4, 1),
    )
    theme = Theme.objects.create(plan=plan, name="Working together")
    Objective.objects.create(priority=priority, theme=theme, text="Slow people down.")
    Indicator.objects.create(priority=priority, title="Collisions")
    return priority


def test_a_priority_is_read_in_the_plans_own_structure(client, django_assert_max_num_queries):
    priority = make_priority()
    client.force_login(make_user())
    with django_assert_max_num_queries(12):
        page = client.get(reverse("priority", args=[priority.pk])).content.decode()
    for words in (
        "Our priority",
        "Speed kills.",
        "Slow people down.",
        "Working together",
        "Collisions",
        "1 April 2016",
    ):
        assert words in page


def test_the_plan_lists_its_priorities(client, django_assert_max_num_queries):
    priority = make_priority()
    client.force_login(make_user())
    with django_assert_max_num_queries(12):
        page = client.get(reverse("plan")).content.decode()
    assert reverse("priority", args=[priority.pk]) in page


def test_without_a_plan_the_page_says_what_that_means(client):
    client.force_login(make_user())
    assert "No plan is entered yet" in client.get(reverse("plan")).content.decode()
