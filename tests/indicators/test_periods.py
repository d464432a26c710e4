"""Periods: what they are called, how they follow one another, and what people may write for them."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrutiny.indicators.periods import Ambiguous, Frequency, NotAPeriod, Period, parse_period

MONTH, QUARTER, CALENDAR_QUARTER, FINANCIAL_YEAR, CALENDAR_YEAR = Frequency
day = datetime.date
quick = settings(max_examples=80, deadline=None)
frequencies = st.sampled_from(list(Frequency))
days = st.dates(day(1901, 1, 1), day(2098, 12, 31))


# --- What a period is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frequency", "start", "end", "label", "short", "year"),
    [
        (MONTH, day(2017, 10, 1), day(2017, 10, 31), "October 2017", "Oct 2017", "2017"),
        (MONTH, day(2016, 2, 1), day(2016, 2, 29), "February 2016", "Feb 2016", "2016"),
        (QUARTER, day(2017, 10, 1), day(2017, 12, 31), "Q3 2017/18 (Oct to Dec 2017)", "Oct to Dec 2017", "2017"),
        (QUARTER, day(2018, 1, 1), day(2018, 3, 31), "Q4 2017/18 (Jan to Mar 2018)", "Jan to Mar 2018", "2018"),
        (QUARTER, day(2000, 1, 1), day(2000, 3, 31), "Q4 1999/00 (Jan to Mar 2000)", "Jan to Mar 2000", "2000"),
        (CALENDAR_QUARTER, day(2025, 10, 1), day(2025, 12, 31), "October to December 2025", "Oct to Dec 2025", "2025"),
        (FINANCIAL_YEAR, day(2017, 4, 1), day(2018, 3, 31), "2017/18", "2017/18", "2017/18"),
        (CALENDAR_YEAR, day(2017, 1, 1), day(2017, 12, 31), "2017", "2017", "2017"),
    ],
)
def test_a_period_knows_its_days_and_names(frequency, start, end, label, short, year):
    period = Period.starting(frequency, start)
    assert (period.end, period.label, period.short, period.year_label, str(period)) == (end, label, short, year, label)


def test_no_label_of_a_quarter_says_its_number_without_its_months():
    for frequency in (QUARTER, CALENDAR_QUARTER):
        for quarter in Period(CALENDAR_YEAR, day(2019, 1, 1)).parts(frequency):
            first, last = (Period.containing(MONTH, when).short[:3] for when in (quarter.start, quarter.end))
            for name in (quarter.label, quarter.short):
                assert first in name and last in name
            assert "Q" not in quarter.short


@quick
@given(frequency=frequencies, when=days)
def test_every_day_lies_in_one_period_and_periods_leave_no_day_out(frequency, when):
    period = Period.containing(frequency, when)
    assert period.start <= when <= period.end
    assert period.next().start == period.end + datetime.timedelta(days=1)
    assert period.next().previous() == period
    assert len(period.months) == frequency.length
    assert period.months[0] == period.start
    assert Period.containing(frequency, period.end) == period


@quick
@given(frequency=frequencies, when=days, count=st.integers(0, 40))
def test_between_lists_every_period_in_order(frequency, when, count):
    first = last = Period.containing(frequency, when)
    for _ in range(count):
        last = last.next()
    periods = Period.between(first, last)
    assert len(periods) == count + 1
    assert periods == sorted(set(periods))
    assert (periods[0], periods[-1]) == (first, last)


def test_between_needs_two_of_a_kind_in_order():
    first = Period(MONTH, day(2017, 1, 1))
    with pytest.raises(ValueError, match="no periods"):
        Period.between(first, first.previous())
    with pytest.raises(ValueError, match="no periods"):
        Period.between(first, Period(CALENDAR_YEAR, day(2017, 1, 1)))


@pytest.mark.parametrize(
    ("frequency", "start"),
    [
        (MONTH, day(2017, 10, 15)),
        (QUARTER, day(2017, 11, 1)),
        (CALENDAR_QUARTER, day(2017, 2, 1)),
        (FINANCIAL_YEAR, day(2017, 1, 1)),
        (CALENDAR_YEAR, day(2017, 4, 1)),
        ("fortnight", day(2017, 4, 1)),
    ],
)
def test_a_day_on_which_none_starts_makes_no_period(frequency, start):
    with pytest.raises(ValueError, match=r"starts on|not a valid"):
        Period.starting(frequency, start)


def test_the_stored_word_makes_the_same_period_as_the_frequency():
    assert Period("month", day(2017, 1, 1)) == Period(MONTH, day(2017, 1, 1))
    assert len({Period("month", day(2017, 1, 1)), Period(MONTH, day(2017, 1, 1))}) == 1


def test_a_year_is_made_of_quarters_and_months():
    year = Period(FINANCIAL_YEAR, day(2017, 4, 1))
    assert [part.label[:2] for part in year.parts(QUARTER)] == ["Q1", "Q2", "Q3", "Q4"]
    assert [part.start for part in year.parts(MONTH)] == list(year.months)
    assert year.parts(MONTH)[-1].end == year.end


@pytest.mark.parametrize(
    ("whole", "part"), [(MONTH, MONTH), (MONTH, QUARTER), (QUARTER, CALENDAR_QUARTER), (FINANCIAL_YEAR, CALENDAR_YEAR)]
)
def test_a_period_is_not_made_of_larger_or_equal_ones(whole, part):
    with pytest.raises(ValueError, match="is not made of"):
        Period.containing(whole, day(2017, 4, 1)).parts(part)


def test_a_figure_is_due_so_many_days_after_the_end():
    assert Period(QUARTER, day(2017, 10, 1)).due(45) == day(2018, 2, 14)


# --- What people write -----------------------------------------------------------------------------------------------


@quick
@given(frequency=frequencies, when=days)
def test_what_a_period_is_called_can_be_written_for_it(frequency, when):
    period = Period.containing(frequency, when)
    for written in (period.label, period.short, period.label.upper(), period.start, period.start.isoformat()):
        assert parse_period(written, frequency) == period


@pytest.mark.parametrize(
    "written",
    [
        "Oct 2017",
        "October 2017",
        " OCTOBER  2017 ",
        "oct. 2017",
        "Oct-2017",
        "Oct/2017",
        "2017 Oct",
        "2017-10",
        "2017/10",
        "10/2017",
        "2017-10-01",
        "2017/10/01",
        "2017-10-01 00:00:00",
        "2017-10-01T00:00",
        "01/10/2017",
        "1.10.2017",
        "1 October 2017",
        "1st Oct 2017",
        "1-Oct-2017",
        "October\u00a02017",
        day(2017, 10, 1),
        datetime.datetime(2017, 10, 1),
    ],
)
def test_ways_to_write_a_month(written):
    assert parse_period(written, MONTH) == Period(MONTH, day(2017, 10, 1))


@pytest.mark.parametrize(
    "written",
    [
        "Oct-Dec 2017",
        "Oct–Dec 2017",
        "Oct to Dec 2017",
        "October to December 2017",
        "Oct 2017 to Dec 2017",
        "2017-10-01",
        day(2017, 10, 1),
    ],
)
@pytest.mark.parametrize("frequency", [QUARTER, CALENDAR_QUARTER])
def test_ways_to_write_a_quarter(written, frequency):
    assert parse_period(written, frequency) == Period(frequency, day(2017, 10, 1))


@pytest.mark.parametrize(
    "written",
    ["Q3 2017/18", "q3 2017-18", "2017/18 Q3", "Q3 2017/2018", "Q3, 2017/18", "Q3 2017/18 (Oct-Dec)", "Q3 FY 2017/18"],
)
def test_ways_to_write_a_financial_quarter(written):
    assert parse_period(written, QUARTER) == Period(QUARTER, day(2017, 10, 1))


@pytest.mark.parametrize(
    "written",
    ["2017/18", "2017-18", "2017–18", "2017/2018", "FY2017/18", "April 2017 to March 2018", "01/04/2017", "2017-04-01"],
)
def test_ways_to_write_a_financial_year(written):
    assert parse_period(written, FINANCIAL_YEAR) == Period(FINANCIAL_YEAR, day(2017, 4, 1))


@pytest.mark.parametrize("written", ["2017", 2017, 2017.0, "Jan to Dec 2017", "01/01/2017", day(2017, 1, 1)])
def test_ways_to_write_a_calendar_year(written):
    assert parse_period(written, CALENDAR_YEAR) == Period(CALENDAR_YEAR, day(2017, 1, 1))


def test_a_year_and_ten_is_a_month_or_a_financial_year_as_wanted():
    """ISO 8601 writes October 2009 as 2009-10; the year after 2008/09 looks the same."""
    assert parse_period("2009-10", MONTH).label == "October 2009"
    assert parse_period("2009-10", FINANCIAL_YEAR).label == "2009/10"
    with pytest.raises(NotAPeriod, match="financial year"):
        parse_period("2009/10", MONTH)


# --- What is ambiguous -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "frequency", "message"),
    [
        (
            "04/05/2017",
            MONTH,
            "“04/05/2017” can be read as 4 May 2017 or 5 April 2017. A month is wanted: write May 2017 or April 2017.",
        ),
        (
            "04/05/2017",
            FINANCIAL_YEAR,
            "“04/05/2017” can be read as 4 May 2017 or 5 April 2017. A financial year is wanted: write 2017/18.",
        ),
        # Month first, as some exports have it: 10 January starts no month, but nobody can say that October is meant.
        (
            "10/01/2017",
            MONTH,
            "“10/01/2017” can be read as 10 January 2017 or 1 October 2017. A month is wanted: write January 2017 or "
            "October 2017.",
        ),
        (
            "Q3 2017",
            QUARTER,
            "“Q3 2017” can be read as July to September 2017, or as October to December 2017 where years begin in April. "
            "Name the months.",
        ),
        (
            "2017 Q4",
            CALENDAR_QUARTER,
            "“2017 Q4” can be read as October to December 2017, or as January to March 2018 where years begin in April. "
            "Name the months.",
        ),
    ],
)
def test_what_can_be_read_in_two_ways_names_both(written, frequency, message):
    with pytest.raises(Ambiguous) as refused:
        parse_period(written, frequency)
    assert str(refused.value) == message


@pytest.mark.parametrize("month", range(1, 13))
def test_a_column_of_first_days_is_read_day_first_and_never_month_first(month):
    assert parse_period(f"01/{month:02}/2017", MONTH).start == day(2017, month, 1)
    if month > 1:
        with pytest.raises(Ambiguous):
            parse_period(f"{month:02}/01/2017", MONTH)


# --- What is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "frequency", "message"),
    [
        (
            "13/05/2017",
            MONTH,
            "13 May 2017 is not the first day of a month. If the month it falls in is meant, write May 2017.",
        ),
        (
            "15 Oct 2017",
            MONTH,
            "15 October 2017 is not the first day of a month. If the month it falls in is meant, write October 2017.",
        ),
        (
            day(2017, 10, 31),
            MONTH,
            "31 October 2017 is not the first day of a month. If the month it falls in is meant, write October 2017.",
        ),
        (
            day(2017, 11, 1),
            QUARTER,
            "1 November 2017 is not the first day of a quarter. If the quarter it falls in is meant, "
            "write Q3 2017/18 (Oct to Dec 2017).",
        ),
        ("2017/18", MONTH, "“2017/18” is a financial year. A month is wanted, such as October 2017."),
        ("2017-18", MONTH, "“2017-18” is a financial year. A month is wanted, such as October 2017."),
        ("2017", FINANCIAL_YEAR, "“2017” is a calendar year. A financial year is wanted, such as 2017/18."),
        (
            "Oct 2017",
            QUARTER,
            "“Oct 2017” is a month. A quarter is wanted, such as Q3 2017/18 or October to December 2017.",
        ),
        (
            "Q3 2017/18",
            CALENDAR_QUARTER,
            "“Q3 2017/18” is a quarter of the financial year. Name its months instead: Oct to Dec 2017.",
        ),
        ("Q3 2017/18", MONTH, "“Q3 2017/18” is a quarter. A month is wanted, such as October 2017."),
        ("Q3 2017", MONTH, "“Q3 2017” is a quarter. A month is wanted, such as October 2017."),
        (
            "Q3 2017/18 (Jul to Sep 2017)",
            QUARTER,
            "“Q3 2017/18 (Jul to Sep 2017)” contradicts itself: Q3 2017/18 is Oct to Dec 2017.",
        ),
        ("2017/19", FINANCIAL_YEAR, "“2017/19” is no financial year: the one that begins in 2017 is 2017/18."),
        (
            "Nov 2017 to Jan 2018",
            QUARTER,
            "“Nov 2017 to Jan 2018” is 3 months. No quarter has these months. Write one, such as Q3 "
            "2017/18 or October to December 2017.",
        ),
        (
            "Apr to Mar 2018",
            FINANCIAL_YEAR,
            "“Apr to Mar 2018” runs over a new year. Write both years, as in April 2017 to March 2018.",
        ),
        ("Dec 2017 to Oct 2017", QUARTER, "“Dec 2017 to Oct 2017” ends before it begins."),
        ("32/10/2017", MONTH, "“32/10/2017” is no day or month of the calendar."),
        ("2017-02-30", MONTH, "“2017-02-30” is no day or month of the calendar."),
        ("01/10/0017", MONTH, "“01/10/0017” is in the year 17. Years from 1900 to 2099 can be recorded."),
        ("01/10/17", MONTH, "“01/10/17” has no year in four digits. Write it in full, such as October 2017."),
        ("Oct-17", MONTH, "“Oct-17” has no year in four digits. Write it in full, such as October 2017."),
        (
            43009,
            MONTH,
            "“43009” is not a period. If it was a date, give the cell a date format, or write one like October 2017.",
        ),
        (
            "43009",
            MONTH,
            "“43009” is not a period. If it was a date, give the cell a date format, or write one like October 2017.",
        ),
        (None, MONTH, "No period is given. Write one like October 2017."),
        ("\u00a0 ", CALENDAR_YEAR, "No period is given. Write one like 2017."),
        ("last month", MONTH, "“last month” is not a period that can be read. Write one like October 2017."),
    ],
)
def test_what_is_no_such_period_is_told_and_how_to_write_it(written, frequency, message):
    with pytest.raises(NotAPeriod) as refused:
        parse_period(written, frequency)
    assert not isinstance(refused.value, Ambiguous)
    assert str(refused.value) == message


@pytest.mark.parametrize("written", ["x" * 40_000, "1" * 5_000, "=1+1", "٢٠١٧", True, 1e300, float("nan"), b"2017", []])
@pytest.mark.parametrize("frequency", Frequency)
def test_anything_else_is_refused_shortly(written, frequency):
    with pytest.raises(NotAPeriod) as refused:
        parse_period(written, frequency)
    assert len(str(refused.value)) < 200


@settings(max_examples=150, deadline=None)
@given(
    written=st.text(max_size=30)
    | st.lists(st.sampled_from(["Q", "2", "0", "1", "7", "/", "-", " ", "Oct", "to", "(", ".", "'"]), max_size=14).map(
        "".join
    ),
    frequency=frequencies,
)
def test_whatever_is_written_is_a_period_or_refused(written, frequency):
    try:
        period = parse_period(written, frequency)
    except NotAPeriod:
        return
    assert period.frequency == frequency
