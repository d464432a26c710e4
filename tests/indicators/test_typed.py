"""A figure as people type it: what is read, and what is sent back with advice."""

from decimal import Decimal

import pytest

from scrutiny.indicators.models import Indicator
from scrutiny.indicators.typed import TypedWrong, how_read, parse_figure


def said(text, **fields):
    return parse_figure(text, Indicator(**{"unit": "count"} | fields))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4,586", 4586),
        ("4586", 4586),
        (" 4 586 ", 4586),
        ("4\u00a0586", 4586),
        ("４，５８６", 4586),
        ("0", 0),
        ("\u200b62", 62),
    ],
)
def test_a_count_is_read_however_its_thousands_are_written(text, value):
    assert said(text).value == value


@pytest.mark.parametrize(("text", "value"), [("62%", "62"), ("62", "62"), ("62.5 %", "62.5"), ("62 per cent", "62")])
def test_a_typed_percentage_is_as_reported(text, value):
    figure = said(text, unit="percent")
    assert (figure.value, figure.as_reported) == (Decimal(value), True)


def test_a_share_keeps_both_its_numbers():
    figure = said("45/120", unit="percent")
    assert (figure.value, figure.numerator, figure.denominator) == (Decimal("37.5"), 45, 120)
    assert not figure.as_reported
    assert said("45 out of 12,000", unit="rate").value == Decimal("3.75")


@pytest.mark.parametrize("minus", ["-", "\u2212", "\u2013"])
def test_every_minus_is_one_where_a_figure_may_be_below_nought(minus):
    assert said(f"{minus}4.5%", unit="percent", is_change=True).value == Decimal("-4.5")
    with pytest.raises(TypedWrong, match="below 0"):
        said(f"{minus}5")


def test_a_change_may_carry_its_plus_and_pass_a_hundred():
    assert said("+230%", unit="percent", is_change=True).value == 230
    with pytest.raises(TypedWrong, match="reads like a change"):
        said("+23")


@pytest.mark.parametrize("text", ["3,804 to 3,805", "3,805 or 3,804", "3804–3805", "between 3,804 and 3,805"])
def test_a_range_keeps_its_two_ends(text):
    figure = said(text)
    assert (figure.low, figure.high, figure.value) == (3804, 3805, None)


@pytest.mark.parametrize(
    ("text", "status"),
    [("6,407 r", "revised"), ("6,407p", "provisional"), ("12 [p]", "provisional"), ("12", "as_published")],
)
def test_the_publishers_mark_is_read(text, status):
    assert said(text).status == status


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("*", "suppressed"),
        ("c", "suppressed"),
        ("[c]", "suppressed"),
        ("..", "not_obtained"),
        ("n/a", "not_obtained"),
        ("Not published", "not_published"),
    ],
)
def test_signs_for_a_missing_figure_say_why_there_is_none(text, reason):
    figure = said(text)
    assert (figure.missing_reason, figure.value) == (reason, None)
    assert text in how_read(text, figure)
    assert how_read("5", said("5")) == ""


@pytest.mark.parametrize(
    ("text", "unit", "advice"),
    [
        ("", "count", "Enter the figure"),
        ("-", "count", "Type 0, or choose why"),
        ("<5", "count", "Type the exact count if you hold it"),
        (">10", "count", "does not say how many"),
        ("1.234,5", "count", "1,234.5"),
        ("1.234.567", "count", "decimal point"),
        ("1.234", "count", "type 1,234"),
        ("1,5", "percent", "in two ways"),
        ("4,58,600", "count", "not a number that can be read"),
        ("04/05/2017", "count", "looks like a date"),
        ("2017-18", "count", "does not go from less to more"),
        ("45/120", "count", "not a share"),
        ("1.5/3", "percent", "not whole"),
        ("121/120", "percent", "more than the 120"),
        ("5/0", "percent", "above 0"),
        ("101%", "percent", "more than 100%"),
        ("62%", "count", "is a percentage"),
        ("£5", "count", "sum of money"),
        ("0.5", "count", "no part after the point"),
        ("=A1", "count", "formula"),
        ("(5)", "count", "with a minus"),
        ("1e5", "count", "power of ten"),
        ("nan", "count", "not a number"),
        ("inf", "count", "not a number"),
        ("٣", "count", "not a number"),
        ("5²", "count", "not a number"),
        ("9" * 15, "count", "too large"),
        ("1.23456", "pounds", "too many digits"),
    ],
)
def test_what_can_mean_two_things_is_sent_back_with_advice(text, unit, advice):
    with pytest.raises(TypedWrong, match=advice):
        said(text, unit=unit)


def test_a_long_text_is_quoted_in_short():
    with pytest.raises(TypedWrong) as met:
        said("x" * 5000)
    assert len(str(met.value)) < 200
