"""Days and times as people type them."""

import datetime

import pytest
from django import forms
from django.core.exceptions import ValidationError

from opcc_portal.office.forms import ClockField, DayField


class Both(forms.Form):
    day = DayField(required=False)
    clock = ClockField(required=False)


@pytest.mark.parametrize(
    "text",
    [
        "27 March 2026",
        "27 march 2026",
        " 27  March   2026 ",
        "27 Mar 2026",
        "27th March 2026",
        "27th of March 2026",
        "Friday 27 March 2026",
        "Fri, 27 March, 2026",
        "27-Mar-2026",
        "27/3/2026",
        "27/03/2026",
        "27.3.2026",
        "27-3-2026",
        "27 3 2026",
        "2026-03-27",
        "2026/3/27",
    ],
)
def test_a_day_is_read_however_it_is_written(text):
    assert DayField().clean(text) == datetime.date(2026, 3, 27)


def test_the_day_comes_before_the_month():
    assert DayField().clean("4/3/2026") == datetime.date(2026, 3, 4)


@pytest.mark.parametrize(("text", "month"), [("1 Sept 2026", 9), ("1 September 2026", 9), ("1 may 2026", 5)])
def test_months_may_be_shortened(text, month):
    assert DayField().clean(text).month == month


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("31 February 2018", "31 February 2018 is not a date: February 2018 has 28 days."),
        ("29/2/2019", "29 February 2019 is not a date: February 2019 has 28 days."),
        ("0 March 2018", "0 March 2018 is not a date: March 2018 has 31 days."),
        ("31 April 2020", "April 2020 has 30 days"),
        ("3/27/2026", "there is no month 27. Write the day first"),
        ("27 March 26", "“26” could be 1926 or 2026"),
        ("27/3/26", "Write the year with four digits"),
        ("27 March 0026", "Write the year with four digits"),
        ("27 March 20266", "Write the year with four digits"),
        ("27 March", "Add the year"),
        ("27/3", "Add the year"),
        ("27 Mrach 2026", "“mrach” is not a month"),
        ("27 ma 2026", "is not a date that can be read"),
        ("next Friday", "“next Friday” is not a date that can be read"),
        ("٢٧ March ٢٠٢٦x", "is not a date that can be read"),
        ("2026-02-30", "February 2026 has 28 days"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_the_reason(text, reason):
    with pytest.raises(ValidationError) as refused:
        DayField().clean(text)
    assert reason in refused.value.messages[0]


def test_a_leap_day_is_a_day():
    assert DayField().clean("29 February 2024") == datetime.date(2024, 2, 29)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("10:00", 10, 0),
        ("10.30", 10, 30),
        ("1000", 10, 0),
        ("0930", 9, 30),
        ("930", 9, 30),
        ("10am", 10, 0),
        ("10 a.m.", 10, 0),
        ("2:15pm", 14, 15),
        ("2.15 PM", 14, 15),
        ("215pm", 14, 15),
        ("12am", 0, 0),
        ("12pm", 12, 0),
        ("12.30pm", 12, 30),
        ("noon", 12, 0),
        ("midnight", 0, 0),
        ("9", 9, 0),
        ("14", 14, 0),
        ("00:00", 0, 0),
        ("23:59", 23, 59),
    ],
)
def test_a_time_is_read_however_it_is_written(text, hour, minute):
    assert ClockField().clean(text) == datetime.time(hour, minute)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("25:00", "a day has hours 0 to 23"),
        ("24:00", "a day has hours 0 to 23"),
        ("10:75", "minutes 00 to 59"),
        ("13pm", "with pm the hour is 1 to 12"),
        ("0am", "with am the hour is 1 to 12"),
        ("2", "could be 2am or 2pm"),
        ("ten", "is not a time that can be read"),
        ("10:0", "is not a time that can be read"),
    ],
)
def test_a_time_that_cannot_be_is_refused_with_the_reason(text, reason):
    with pytest.raises(ValidationError) as refused:
        ClockField().clean(text)
    assert reason in refused.value.messages[0]


def test_empty_is_none_where_it_may_be_and_a_request_where_not():
    form = Both({"day": "  ", "clock": ""})
    assert form.is_valid()
    assert form.cleaned_data == {"day": None, "clock": None}
    with pytest.raises(ValidationError, match="Enter a date"):
        DayField().clean("")
    with pytest.raises(ValidationError, match="Enter a time"):
        ClockField().clean("")


def test_the_form_shows_a_kept_day_in_words_and_a_wrong_one_as_typed():
    kept = Both(initial={"day": datetime.date(2026, 3, 27), "clock": datetime.time(10, 0)})
    assert 'value="27 March 2026"' in str(kept["day"])
    assert 'value="10:00"' in str(kept["clock"])
    assert 'value="31 February 2018"' in str(Both({"day": "31 February 2018"})["day"])


def test_another_way_of_writing_the_same_day_is_no_change():
    initial = {"day": datetime.date(2026, 3, 27), "clock": datetime.time(10, 0)}
    assert not Both({"day": "27/3/2026", "clock": "10am"}, initial=initial).has_changed()
    assert Both({"day": "28/3/2026", "clock": "10am"}, initial=initial).changed_data == ["day"]
    assert Both({"day": "rubbish", "clock": "25:00"}, initial=initial).changed_data == ["day", "clock"]
