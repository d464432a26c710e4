"""Dates as offices print them."""

import re
from dataclasses import dataclass
from datetime import date, time

from scrutiny.importing.reading import CannotRead

_MONTHS = ("january february march april may june july august september october november december").split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()

_MONTH = "(?P<month>" + "|".join(f"{m[:3]}(?:{m[3:]})?" if m != "september" else "sept?(?:ember)?" for m in _MONTHS)
_MONTH += r")\.?"
_WEEKDAY = (
    "(?:(?P<weekday>" + "|".join(f"{d[:3]}(?:{d[3:]})?" for d in _WEEKDAYS) + r"|tues|thurs?)\.?,?\s+(?:the\s+)?)?"
)
_PATTERNS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        _WEEKDAY + r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?" + _MONTH + r",?\s+(?P<year>\d{4})\b",
        _WEEKDAY + r"\b" + _MONTH + r"\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})\b",
        _WEEKDAY + r"\b(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>\d{4})\b",
        _WEEKDAY + r"\b(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b",
    )
)


@dataclass(frozen=True)
class PrintedDate:
    date: date
    weekday: str
    text: str
    start: int
    end: int

    def weekday_warning(self, line):
        """A sentence when the weekday printed is not the weekday of the date, else an empty string."""
        if not self.weekday:
            return ""
        real = _WEEKDAYS[self.date.weekday()]
        if real.startswith(self.weekday[:3].lower()):
            return ""
        return (
            f"Line {line}: the source prints {self.weekday}, but {written(self.date)} is a "
            f"{real.capitalize()}. The date was kept; check it."
        )


def find_date(text, line=None):
    """The first date in `text`, or None. A date that does not exist raises CannotRead."""
    found = [match for match in (pattern.search(text) for pattern in _PATTERNS) if match]
    if not found:
        return None
    match = min(found, key=lambda m: (m.start(), -m.end()))
    month = match["month"].lower().rstrip(".")
    number = int(month) if month.isdigit() else next(i for i, m in enumerate(_MONTHS, 1) if m[:3] == month[:3])
    where = f" on line {line}" if line else ""
    try:
        day = date(int(match["year"]), number, int(match["day"]))
    except ValueError as error:
        raise CannotRead(f"“{match.group().strip()}”{where} is not a date that exists.") from error
    return PrintedDate(day, match["weekday"] or "", match.group().strip(), match.start(), match.end())


def is_date_line(line):
    """Whether the line is a date and nothing else, be it one that exists or not."""
    line = re.sub(r"^date\s*:\s*", "", line.strip(), flags=re.I).rstrip(".")
    return any(pattern.fullmatch(line) for pattern in _PATTERNS)


def written(day):
    return f"{day.day} {_MONTHS[day.month - 1].capitalize()} {day.year}"


_TIME = re.compile(r"\b(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|noon|hours|hrs|h)?\b(?!\s*[:.]\d)", re.I)


def find_times(text):
    """The times of day in `text`, in order: "10.00am to 12 noon", "14:00 - 16:30"."""
    times = []
    for match in _TIME.finditer(text.replace("a.m.", "am").replace("p.m.", "pm")):
        hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
        if not (match[2] or half):
            continue
        if half == "pm" and hour < 12:
            hour += 12
        if half == "am" and hour == 12:
            hour = 0
        if hour < 24 and minute < 60:
            times.append(time(hour, minute))
    return times
