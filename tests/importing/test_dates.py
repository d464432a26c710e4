"""Dates and times as offices print them."""

import datetime

import pytest

from scrutiny.importing.dates import find_date, find_times, is_date_line
from scrutiny.importing.reading import CannotRead

DAY = datetime.date(2024, 3, 14)


@pytest.mark.parametrize(
    "text",
    [
        "14 March 2024",
        "Thursday 14th March 2024",
        "Thursday, the 14th of March, 2024",
        "Thurs 14 Mar 2024",
        "March 14, 2024",
        "14/03/2024",
        "14.3.2024",
        "2024-03-14",
        "Date: 14 March 2024",
    ],
)
def test_a_date_is_read_however_it_is_written(text):
    assert find_date(text).date == DAY
    assert is_date_line(text)


def test_a_date_inside_a_sentence_is_no_date_line():
    assert not is_date_line("The meeting of 14 March 2024 was held")


@pytest.mark.parametrize("text", ["31 February 2018", "29/02/2023", "Monday 31st June 2018", "2018-13-01"])
def test_a_date_that_does_not_exist_is_refused_by_name_and_line(text):
    with pytest.raises(CannotRead, match="on line 7 is not a date that exists") as refused:
        find_date(text, 7)
    assert text in str(refused.value)


def test_a_weekday_that_does_not_fit_is_told():
    warning = find_date("Friday 14 March 2024").weekday_warning(3)
    assert "Line 3" in warning
    assert "Friday" in warning
    assert "is a Thursday" in warning


@pytest.mark.parametrize("text", ["Thursday 14 March 2024", "Thu 14 March 2024", "14 March 2024"])
def test_a_weekday_that_fits_or_is_not_printed_is_not_remarked_on(text):
    assert find_date(text).weekday_warning(3) == ""


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("10.00am to 12.30pm", [(10, 0), (12, 30)]),
        ("2pm - 4pm", [(14, 0), (16, 0)]),
        ("14:00 – 15:45", [(14, 0), (15, 45)]),
        ("12 noon", [(12, 0)]),
        ("in room 5", []),
    ],
)
def test_times_of_day(text, times):
    assert [(time.hour, time.minute) for time in find_times(text)] == times
