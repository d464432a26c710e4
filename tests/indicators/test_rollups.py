"""Figures are added up only where every part is held."""

import datetime
from decimal import Decimal

import pytest

from scrutiny.indicators import rollups, series
from scrutiny.indicators.periods import Frequency
from scrutiny.indicators.recording import Row, Said, record_many
from tests.factories import make_area, make_figures, make_indicator, make_user

pytestmark = pytest.mark.django_db

APRIL = datetime.date(2016, 4, 1)


def shown(found, frequency):
    return [(each.period.label, each.shown) for each in rollups.roll_up(found, frequency)]


def test_a_quarter_is_the_sum_of_its_three_months_and_is_labelled_with_them():
    found = series.load(*make_figures(values=[1000, 2000, 3000], first=APRIL))
    assert shown(found, Frequency.QUARTER) == [("Q1 2016/17 (Apr to Jun 2016)", "6,000")]


def test_a_year_with_two_months_missing_has_no_sum_and_says_how_many_are_held():
    found = series.load(*make_figures(values=[5, 5, None, 5, 5, 5, 5, 5, 5, None, 5, 5], first=APRIL))
    assert shown(found, Frequency.FINANCIAL_YEAR) == [("2016/17", "10 of 12 months")]


def test_a_share_is_worked_out_from_the_numbers_and_not_from_the_shares():
    indicator, area = make_indicator(unit="percent"), make_area()
    parts = [(1, 2), (9, 10), (90, 100)]
    rows = [
        Row(
            indicator,
            area,
            datetime.date(2016, 4 + number, 1),
            Said(numerator=Decimal(some), denominator=Decimal(all_)),
        )
        for number, (some, all_) in enumerate(parts)
    ]
    record_many(rows, by=make_user())
    assert shown(series.load(indicator, area), Frequency.QUARTER)[0][1] == "89%"


@pytest.mark.parametrize("fields", [{"unit": "percent"}, {"unit": "rate"}, {"is_change": True}])
def test_what_means_nothing_when_added_up_is_not(fields):
    found = series.load(*make_figures(make_indicator(**fields), values=[1, 2, 3], first=APRIL))
    assert rollups.all_of(found) == []
