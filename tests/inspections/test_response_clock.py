"""The clock of section 55: 56 days with the day of publication as the first, whatever the calendar does meanwhile."""

import datetime

import pytest

from scrutiny.inspections.clock import LATE, Clock, day_of

DAY = datetime.date
UTC = datetime.UTC


@pytest.mark.parametrize(
    ("published", "last"),
    [
        (DAY(2017, 10, 24), DAY(2017, 12, 18)),  # the report that the source letter answers
        (DAY(2024, 1, 5), DAY(2024, 2, 29)),  # a leap year has a 29 February to end on
        (DAY(2023, 1, 5), DAY(2023, 3, 1)),  # another year has not
        (DAY(2024, 2, 29), DAY(2024, 4, 24)),  # and one to begin on
        (DAY(2100, 2, 1), DAY(2100, 3, 28)),  # a hundred years are no leap year
        (DAY(2000, 2, 1), DAY(2000, 3, 27)),  # four hundred are
        (DAY(2025, 12, 1), DAY(2026, 1, 25)),  # over the turn of the year
    ],
)
def test_the_last_day_is_the_fifty_sixth(published, last):
    clock = Clock(published)
    assert clock.last_day == last
    assert (clock.number_of(published), clock.number_of(last)) == (1, 56)
    assert not clock.is_late(last) and clock.is_late(last + datetime.timedelta(days=1))


@pytest.mark.parametrize(
    ("published", "last", "what"),
    [
        (DAY(2025, 10, 31), DAY(2025, 12, 25), "Christmas Day"),
        (DAY(2025, 11, 1), DAY(2025, 12, 26), "Boxing Day"),
        (DAY(2025, 11, 7), DAY(2026, 1, 1), "New Year's Day"),
        (DAY(2025, 2, 22), DAY(2025, 4, 18), "Good Friday"),
        (DAY(2025, 2, 25), DAY(2025, 4, 21), "Easter Monday"),
        (DAY(2026, 1, 4), DAY(2026, 2, 28), "a Saturday"),
        (DAY(2026, 1, 5), DAY(2026, 3, 1), "a Sunday"),
    ],
)
def test_holidays_and_weekends_are_days_like_others(published, last, what):
    clock = Clock(published)
    assert clock.last_day == last, what
    # Every day between counts once: none is skipped.
    days = [published + datetime.timedelta(days=number) for number in range(56)]
    assert [clock.number_of(day) for day in days] == list(range(1, 57))


def test_warnings_are_given_with_28_14_and_7_days_left_and_stay_until_the_next():
    clock = Clock(DAY(2017, 10, 24))
    levels = {
        DAY(2017, 11, 19): None,  # 29 days left
        DAY(2017, 11, 20): 28,
        DAY(2017, 12, 3): 28,
        DAY(2017, 12, 4): 14,
        DAY(2017, 12, 10): 14,
        DAY(2017, 12, 11): 7,
        DAY(2017, 12, 18): 7,
        DAY(2017, 12, 19): LATE,
    }
    assert {day: clock.level(day) for day in levels} == levels
    assert [clock.warning_day(left) for left in (28, 14, 7)] == [DAY(2017, 11, 20), DAY(2017, 12, 4), DAY(2017, 12, 11)]


def test_words_for_each_day():
    clock = Clock(DAY(2017, 10, 24))
    assert clock.left_in_words(DAY(2017, 12, 16)) == "2 days left"
    assert clock.left_in_words(DAY(2017, 12, 17)) == "1 day left"
    assert clock.left_in_words(DAY(2017, 12, 18)) == "Today is the last day"
    assert clock.left_in_words(DAY(2017, 12, 19)) == "1 day late"
    assert clock.place_in_words(DAY(2017, 11, 24)) == "day 32 of 56"
    assert clock.published_in_words(DAY(2017, 12, 18)) == "Published in time, on day 56 of 56"
    assert clock.published_in_words(DAY(2017, 12, 20)) == "Published late, 2 days after the last day"


@pytest.mark.parametrize(
    ("moment", "day", "late"),
    [
        # 56 days from 6 May 2026 end on 30 June, in summer time.
        (datetime.datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC), DAY(2026, 6, 30), False),  # 23:59:59 on the wall
        (datetime.datetime(2026, 6, 30, 23, 0, 0, tzinfo=UTC), DAY(2026, 7, 1), True),  # midnight on the wall
        (datetime.datetime(2026, 6, 29, 23, 30, 0, tzinfo=UTC), DAY(2026, 6, 30), False),  # already the last day
    ],
)
def test_a_minute_before_midnight_in_summer_is_in_time(moment, day, late):
    clock = Clock(DAY(2026, 5, 6))
    assert day_of(moment) == day
    assert clock.is_late(day_of(moment)) is late


@pytest.mark.parametrize(
    ("published", "end"),
    [
        (DAY(2026, 5, 6), datetime.datetime(2026, 6, 30, 23, tzinfo=UTC)),  # summer time at both ends
        (DAY(2026, 12, 1), datetime.datetime(2027, 1, 26, 0, tzinfo=UTC)),  # winter time at both ends
        (
            DAY(2026, 2, 2),
            datetime.datetime(2026, 3, 30, 0, tzinfo=UTC) - datetime.timedelta(hours=1),
        ),  # into summer time
        (DAY(2026, 8, 31), datetime.datetime(2026, 10, 26, 0, tzinfo=UTC)),  # out of it
    ],
)
def test_the_period_ends_at_midnight_on_the_wall(published, end):
    clock = Clock(published)
    assert not clock.is_late(day_of(end - datetime.timedelta(seconds=1)))
    assert clock.is_late(day_of(end))


def test_on_the_nights_of_the_change_a_day_has_another_length_and_the_count_does_not():
    # The last day is the Sunday of 23 hours; the clock counts days, so one hour less makes nothing late.
    clock = Clock(DAY(2026, 2, 2))
    assert clock.last_day == DAY(2026, 3, 29)
    assert not clock.is_late(day_of(datetime.datetime(2026, 3, 29, 22, 59, tzinfo=UTC)))
    # And the Sunday of 25 hours: its last minute is 23:59 in winter time.
    clock = Clock(DAY(2026, 8, 31))
    assert clock.last_day == DAY(2026, 10, 25)
    assert not clock.is_late(day_of(datetime.datetime(2026, 10, 25, 23, 59, tzinfo=UTC)))
    assert clock.is_late(day_of(datetime.datetime(2026, 10, 26, 0, 0, tzinfo=UTC)))
