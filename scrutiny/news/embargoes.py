"""From a day, a time and a zone, as people say them, to the one instant that is meant; and how far away it is."""

import datetime
import zoneinfo

from django.core.exceptions import ValidationError
from django.utils import timezone

from scrutiny.indicators.words import so_many

LONGEST = datetime.timedelta(days=366)


def instant(day, clock, zone):
    """The instant at which clocks of the zone show this. Raises ValidationError for an hour that is left out or comes twice.

    When summer time begins an hour does not exist, when it ends one comes twice: then nobody knows which is meant.
    """
    there = zoneinfo.ZoneInfo(zone)
    shown = datetime.datetime.combine(day, clock)
    first, second = (shown.replace(tzinfo=there, fold=fold).astimezone(datetime.UTC) for fold in (0, 1))
    said = f"{clock:%H:%M} on {day:%-d %B %Y}"
    if first.astimezone(there).replace(tzinfo=None) != shown:
        # Read with the offset before the change it lies after it, and the other way round.
        raise ValidationError(
            f"{said} does not exist there: the clocks go forward over that hour. Choose {_clock(second, there)}, which is "
            f"before it, or {_clock(first, there)}, which is after it.",
            code="no_such_hour",
        )
    if first != second:
        raise ValidationError(
            f"{said} comes twice there: the clocks go back over that hour. Choose UTC as the zone and {first:%H:%M} for the "
            f"first time, or {second:%H:%M} for the second.",
            code="hour_comes_twice",
        )
    return first


def _clock(moment, there):
    return f"{moment.astimezone(there):%H:%M}"


def problem(until, *, now=None):
    """What is wrong with holding back until then, in words; empty where nothing is."""
    now = now or timezone.now()
    if until <= now:
        return "This moment has passed, so nothing would be held back. Choose a later one, or go without an embargo."
    if until > now + LONGEST:
        return "This is more than a year from now. Check the year."
    return ""


def away(until, *, now=None):
    """In 2 days 3 hours; in 4 hours 10 minutes; in less than a minute; "" for what has passed."""
    left = until - (now or timezone.now())
    if left <= datetime.timedelta(0):
        return ""
    minutes = int(left.total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    counted = [(days, "day"), (hours, "hour"), *(() if days else [(minutes, "minute")])]
    words = [so_many(number, what) for number, what in counted if number]
    return f"in {' '.join(words)}" if words else "in less than a minute"
