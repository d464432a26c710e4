"""Which instant a day, a time and a zone mean; and in words how far away it is."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from scrutiny.news import embargoes
from scrutiny.news.models import NewsRelease, in_words

LONDON, UTC = "Europe/London", "UTC"


def at(day, clock, zone=LONDON):
    return embargoes.instant(datetime.date.fromisoformat(day), datetime.time.fromisoformat(clock), zone)


def utc(text):
    return datetime.datetime.fromisoformat(f"{text}+00:00")


@pytest.mark.parametrize(
    ("day", "clock", "zone", "instant", "words"),
    [
        ("2016-01-19", "00:01", LONDON, "2016-01-19T00:01", "00:01 GMT on Tuesday 19 January 2016"),
        ("2026-07-01", "00:01", LONDON, "2026-06-30T23:01", "00:01 BST on Wednesday 1 July 2026"),
        ("2024-03-31", "00:59", LONDON, "2024-03-31T00:59", "00:59 GMT on Sunday 31 March 2024"),
        ("2024-03-31", "02:00", LONDON, "2024-03-31T01:00", "02:00 BST on Sunday 31 March 2024"),
        ("2024-10-27", "00:59", LONDON, "2024-10-26T23:59", "00:59 BST on Sunday 27 October 2024"),
        ("2024-10-27", "02:00", LONDON, "2024-10-27T02:00", "02:00 GMT on Sunday 27 October 2024"),
        ("2024-10-27", "01:30", UTC, "2024-10-27T01:30", "01:30 UTC on Sunday 27 October 2024"),
        ("2026-01-19", "01:01", "Europe/Brussels", "2026-01-19T00:01", "01:01 CET on Monday 19 January 2026"),
        ("2026-01-18", "19:01", "America/New_York", "2026-01-19T00:01", "19:01 EST on Sunday 18 January 2026"),
    ],
)
def test_a_day_and_a_time_mean_one_instant_in_the_zone_that_was_chosen(day, clock, zone, instant, words):
    assert at(day, clock, zone) == utc(instant)
    assert in_words(at(day, clock, zone), zone) == words


def test_every_zone_that_can_be_chosen_is_known():
    for zone in NewsRelease.Zone.values:
        assert at("2026-01-19", "12:00", zone).tzinfo is datetime.UTC


@pytest.mark.parametrize("clock", ["01:00", "01:30", "01:59"])
def test_the_hour_that_is_left_out_when_summer_time_begins_is_refused_with_its_neighbours(clock):
    with pytest.raises(ValidationError) as refusal:
        at("2024-03-31", clock)
    assert refusal.value.code == "no_such_hour"
    minute = clock[-2:]
    assert f"{clock} on 31 March 2024 does not exist" in refusal.value.message
    assert f"Choose 00:{minute}, which is before it, or 02:{minute}, which is after it" in refusal.value.message


@pytest.mark.parametrize("clock", ["01:00", "01:30", "01:59"])
def test_the_hour_that_comes_twice_when_summer_time_ends_is_refused_with_both_meanings(clock):
    with pytest.raises(ValidationError) as refusal:
        at("2024-10-27", clock)
    assert refusal.value.code == "hour_comes_twice"
    minute = clock[-2:]
    assert f"Choose UTC as the zone and 00:{minute} for the first time, or 01:{minute}" in refusal.value.message
    assert at("2024-10-27", f"00:{minute}", UTC) == utc(f"2024-10-27T00:{minute}")


def test_an_embargo_in_the_past_or_years_away_holds_nothing_back():
    now = utc("2026-03-02T10:00")
    assert "has passed" in embargoes.problem(now, now=now)
    assert "has passed" in embargoes.problem(now - datetime.timedelta(seconds=1), now=now)
    assert "Check the year" in embargoes.problem(now + datetime.timedelta(days=367), now=now)
    assert embargoes.problem(now + datetime.timedelta(seconds=1), now=now) == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, ""),
        (-5, ""),
        (20, "in less than a minute"),
        (60, "in 1 minute"),
        (3 * 3600 + 20 * 60, "in 3 hours 20 minutes"),
        (26 * 3600 + 300, "in 1 day 2 hours"),
        (2 * 86400, "in 2 days"),
    ],
)
def test_how_far_away_it_is(seconds, words):
    now = utc("2026-03-02T10:00")
    assert embargoes.away(now + datetime.timedelta(seconds=seconds), now=now) == words
