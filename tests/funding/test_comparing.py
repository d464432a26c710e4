"""Stated totals beside what the register of awards gives for the same scope."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from funding.awards import operations as awards
from funding.totals import comparing
from funding.totals.counting import Scope, Total, total, totals_by, totals_of
from funding.totals.models import StatedTotal
from tests.factories import make_award, make_fund, make_round, make_user

pytestmark = pytest.mark.django_db

DAY = datetime.date(2025, 6, 30)


def state(fund, amount=3000, **fields):
    ordinary = {"document": "Report", "scope": "Everything", "stated_on": DAY}
    return StatedTotal.objects.create(fund=fund, amount=Decimal(amount), **(ordinary | fields))


def award(fund, amount=3000, *, known_on=DAY, **fields):
    return make_award(fund, amount=Decimal(amount), known_on=known_on, **({"awarded_on": DAY} | fields))


def test_a_stated_total_agrees_with_the_same_awards():
    fund = make_fund()
    award(fund, 1000)
    award(fund, 2000)
    found = comparing.compare(state(fund, 3000, organisations=2))
    assert (found.agrees, found.difference, found.needs_explaining) == (True, 0, False)
    assert found.words == "The awards listed on 30 June 2025 come to £3,000, as the document states."


def test_a_difference_of_a_pound_is_a_difference():
    fund = make_fund()
    award(fund, 3000)
    found = comparing.compare(state(fund, 3001))
    assert (found.difference, found.agrees, found.needs_explaining) == (Decimal(1), False, True)
    assert "£1 less than the document states" in found.words


def test_the_same_sum_to_another_number_of_organisations_does_not_agree():
    fund = make_fund()
    award(fund, 3000)
    found = comparing.compare(state(fund, 3000, organisations=2))
    assert not found.agrees
    assert found.words.endswith("but went to 1 organisation and not to 2.")


def test_demonstration_awards_and_those_known_later_never_count():
    fund = make_fund()
    award(fund, 1000, demonstration_note="Invented.")
    award(fund, 2000, known_on=DAY + datetime.timedelta(days=1))
    found = comparing.compare(state(fund, 3000))
    assert found.computed == Total(0, Decimal(0), 0)
    assert found.difference == Decimal(3000)


def test_only_the_awards_of_its_scope_are_compared():
    fund = make_fund()
    round_ = make_round(fund)
    award(fund, 1000, round=round_)
    award(fund, 2000)
    award(fund, 4000, awarded_on=DAY - datetime.timedelta(days=400))
    assert comparing.compare(state(fund, 1000, round=round_)).agrees
    assert comparing.compare(state(fund, 3000, scope="This year", starts=datetime.date(2025, 1, 1), ends=DAY)).agrees


def test_an_explanation_holds_for_the_computed_amount_it_was_written_for():
    fund = make_fund()
    award(fund, 1000)
    stated = state(fund, 3000, explanation="Two agreements were not signed.", explained_amount=Decimal(1000))
    assert comparing.compare(stated).is_explained
    award(fund, 500)
    later = comparing.compare(stated)
    assert (later.is_explained, later.is_outdated, later.needs_explaining) == (False, True, True)


def test_all_totals_of_a_fund_are_compared_in_two_queries(django_assert_num_queries):
    fund = make_fund()
    award(fund, 1250.50)
    for month in range(1, 6):
        state(fund, 3000, stated_on=DAY + datetime.timedelta(days=30 * month), document=f"Report {month}")
    with django_assert_num_queries(2):
        found = comparing.compare_all(fund)
    assert [each.computed for each in found] == [Total(1, Decimal("1250.50"), 1)] * 5
    assert found == [comparing.compare(each.stated) for each in found]
    assert comparing.compare_all(make_fund()) == []


def test_a_varied_award_counts_as_it_was_known_on_the_day():
    fund = make_fund()
    made = award(fund, 3000)
    change = awards.Change("varied", "Less is needed.")
    awards.change(made, {"amount": Decimal(2000)}, change, seen=made.version, by=make_user())
    now = Scope(fund=fund.pk)
    assert totals_of({1: replace(now, known_on=DAY), 2: now}) == {
        1: Total(1, Decimal(3000), 1),
        2: Total(1, Decimal(2000), 1),
    }
    assert total(now) == totals_by("fund", now)[fund.pk]
