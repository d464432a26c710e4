"""The stretches of time that figures are for, how they are written, and how people write them in spreadsheets.

A period is kept as its frequency and first day; everything else follows from these. Quarters are always said with
their months: the office's Q1 begins in April, a publisher's in January.
"""

import datetime
import re
import unicodedata
from dataclasses import dataclass

from django.db import models

from opcc_portal.office.forms import in_words

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
YEARS = range(1900, 2100)  # anything else in a spreadsheet is a slip


class Frequency(models.TextChoices):
    """How often an indicator is measured."""

    MONTH = "month", "Month"
    QUARTER = "quarter", "Financial quarter (Q1 is April to June)"
    CALENDAR_QUARTER = "calendar_quarter", "Calendar quarter (January to March first)"
    FINANCIAL_YEAR = "financial_year", "Financial year (April to March)"
    CALENDAR_YEAR = "calendar_year", "Calendar year"

    @property
    def length(self):
        """How many months such a period has."""
        return {"month": 1, "quarter": 3, "calendar_quarter": 3}.get(self.value, 12)

    @property
    def noun(self):
        """As a sentence says it."""
        return {"quarter": "quarter", "calendar_quarter": "quarter"}.get(self.value, self.value.replace("_", " "))


@dataclass(frozen=True, order=True)
class Period:
    """A month, a quarter or a year, known by its first day."""

    frequency: Frequency
    start: datetime.date

    def __post_init__(self):
        """A day on which no such period starts makes none."""
        object.__setattr__(self, "frequency", Frequency(self.frequency))
        if self.start != _first_day(self.frequency, self.start):
            raise ValueError(f"No {self.frequency.noun} starts on {in_words(self.start)}.")

    @classmethod
    def containing(cls, frequency, day):
        """The period that the day falls into."""
        return cls(frequency, _first_day(Frequency(frequency), day))

    @classmethod
    def starting(cls, frequency, day):
        """The period that the day begins; ValueError when none does."""
        return cls(frequency, day)

    @staticmethod
    def between(first, last):
        """All periods from the first to the last."""
        if first.frequency != last.frequency or last < first:
            raise ValueError(f"There are no periods from {first.label} to {last.label}.")
        periods = [first]
        while periods[-1] < last:
            periods.append(periods[-1].next())
        return periods

    @property
    def end(self):
        """The last day."""
        return _months_later(self.start, self.frequency.length - 1, last_day=True)

    @property
    def months(self):
        """The first day of every month in it."""
        return tuple(_months_later(self.start, number) for number in range(self.frequency.length))

    @property
    def label(self):
        """In full: October 2017, Q3 2017/18 (Oct to Dec 2017), October to December 2017, 2017/18, 2017."""
        match self.frequency:
            case Frequency.MONTH:
                return f"{MONTHS[self.start.month - 1]} {self.start.year}"
            case Frequency.QUARTER:
                number = (self.start.month - 4) % 12 // 3 + 1
                return f"Q{number} {_financial_year(self.start)} ({self.short})"
            case Frequency.CALENDAR_QUARTER:
                return f"{MONTHS[self.start.month - 1]} to {MONTHS[self.end.month - 1]} {self.start.year}"
            case Frequency.FINANCIAL_YEAR:
                return _financial_year(self.start)
        return str(self.start.year)

    @property
    def short(self):
        """For a narrow place: Oct 2017, Oct to Dec 2017, 2017/18, 2017."""
        first, last = MONTHS[self.start.month - 1][:3], MONTHS[self.end.month - 1][:3]
        match self.frequency.length:
            case 1:
                return f"{first} {self.start.year}"
            case 3:
                return f"{first} to {last} {self.start.year}"
        return self.label

    @property
    def year_label(self):
        """The year that an axis shows."""
        return self.label if self.frequency == Frequency.FINANCIAL_YEAR else str(self.start.year)

    def __str__(self):
        """The label."""
        return self.label

    def next(self):
        """The period right after it."""
        return Period(self.frequency, _months_later(self.start, self.frequency.length))

    def previous(self):
        """The period right before it."""
        return Period(self.frequency, _months_later(self.start, -self.frequency.length))

    def parts(self, frequency):
        """The smaller periods that it is made of; ValueError when it cannot be cut so."""
        frequency = Frequency(frequency)
        if frequency.length >= self.frequency.length:
            raise ValueError(f"A {self.frequency.noun} is not made of {frequency.noun}s.")
        return tuple(Period(frequency, day) for day in self.months[:: frequency.length])

    def due(self, lag_days):
        """The day by which its figure should be known."""
        return self.end + datetime.timedelta(days=lag_days)


def _first_day(frequency, day):
    first_month = 4 if frequency == Frequency.FINANCIAL_YEAR else 1
    return _months_later(day, -((day.month - first_month) % frequency.length))


def _months_later(day, count, *, last_day=False):
    """The first day of the month so many months later, or its last day."""
    years, month = divmod(day.month - 1 + count + last_day, 12)
    first = datetime.date(day.year + years, month + 1, 1)
    return first - datetime.timedelta(days=1) if last_day else first


def _financial_year(day):
    start = day.year - (day.month < 4)
    return f"{start}/{(start + 1) % 100:02}"


# --- Reading what people write ---------------------------------------------------------------------------------------


class NotAPeriod(ValueError):
    """What was written names no period of this frequency. The message says what it is and what to write."""


class Ambiguous(NotAPeriod):
    """What was written names two periods."""


EXAMPLES = {
    Frequency.MONTH: "October 2017",
    Frequency.QUARTER: "Q3 2017/18 or October to December 2017",
    Frequency.CALENDAR_QUARTER: "October to December 2017",
    Frequency.FINANCIAL_YEAR: "2017/18",
    Frequency.CALENDAR_YEAR: "2017",
}
LONGEST = 60  # characters; no way of writing a period needs more

_MONTH_NUMBERS = {name[:length].lower(): n for n, name in enumerate(MONTHS, 1) for length in (3, len(name))} | {
    "sept": 9
}
_NAMES = "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True))
_MONTH = rf"({_NAMES})\.?"
_YEAR = r"([0-9]{4})"
_FINANCIAL_YEAR = r"(?:fy ?)?([0-9]{4}) ?[/-] ?([0-9]{2}|[0-9]{4})"
_TO = r" ?(?:-|to|until) ?"


def parse_period(value, frequency):
    """The period that a cell of a spreadsheet names. NotAPeriod, or Ambiguous, says what to write instead.

    A day stands for a period when it is its first day. A day written in numbers is taken day first, and only when the
    other way round would not begin such a period as well.
    """
    frequency = Frequency(frequency)
    if isinstance(value, datetime.date):
        return _begun_by(_day(value.year, value.month, value.day, str(value)[:10]), frequency)
    text = _tidy(value, frequency)
    for pattern, read in _READERS:
        if found := pattern.fullmatch(text):
            return read(text, frequency, *found.groups())
    raise NotAPeriod(f"“{text}” is not a period that can be read. Write one like {EXAMPLES[frequency]}.")


def _tidy(value, frequency):
    """The text of a cell with plain spaces and hyphens. A number is text only if it can be a year."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value in YEARS:
        return str(int(value))
    if value is not None and not isinstance(value, str):
        _bare_number(_cut(str(value)), frequency)
    text = re.sub(r"[‐-―−]", "-", unicodedata.normalize("NFKC", value or ""))
    text = " ".join(text.split())
    if not text:
        raise NotAPeriod(f"No period is given. Write one like {EXAMPLES[frequency]}.")
    if len(text) > LONGEST:
        raise NotAPeriod(f"“{_cut(text)}” is too long for a period. Write one like {EXAMPLES[frequency]}.")
    return text


def _cut(text):
    return text if len(text) <= 40 else f"{text[:39]}…"


# Each reader gets the text, the frequency and what its pattern found.


def _iso_day(text, frequency, year, month, day):
    return _begun_by(_day(year, month, day, text), frequency)


def _worded_day(text, frequency, day, month, year):
    return _begun_by(_day(year, _month_number(month), day, text), frequency)


def _numeric_day(text, frequency, first, second, year):
    """Day and month in numbers, in whichever order."""
    readings = []
    for day, month in ((first, second), (second, first)):
        try:
            reading = _day(year, month, day, text)
        except NotAPeriod:
            continue
        if reading not in readings:
            readings.append(reading)
    if not readings:
        _day(year, second, first, text)
    day_first = readings[0]
    if len(readings) == 1:
        return _begun_by(day_first, frequency)
    fitting = [reading for reading in readings if reading == _first_day(frequency, reading)]
    if fitting == [day_first]:
        return Period(frequency, day_first)
    wanted = list(dict.fromkeys(Period.containing(frequency, reading).label for reading in readings))
    raise Ambiguous(
        f"“{text}” can be read as {' or '.join(map(in_words, readings))}. A {frequency.noun} is wanted: "
        f"write {' or '.join(wanted)}."
    )


def _month_of_year(text, frequency, month, year):
    return _spanning(text, frequency, _day(year, _month_number(month), 1, text), 1)


def _year_and_named_month(text, frequency, year, month):
    return _month_of_year(text, frequency, month, year)


def _year_and_month(text, frequency, year, separator, month):
    """2017-10 is a month, 2017/18 a financial year, and 2009-10 whichever of the two is wanted."""
    follows = int(month) == (int(year) + 1) % 100
    if int(month) > 12 or (follows and (separator == "/" or frequency == Frequency.FINANCIAL_YEAR)):
        return _year_to_year(text, frequency, year, month)
    return _spanning(text, frequency, _day(year, month, 1, text), 1)


def _year_to_year(text, frequency, year, following):
    return _spanning(text, frequency, _start_of_financial_year(text, year, following), 12)


def _numbered_quarter(text, frequency, number, year, following, months=None):
    """Q3 2017/18: the two years say that it is a financial quarter."""
    april = _start_of_financial_year(text, year, following)
    period = Period(Frequency.QUARTER, _months_later(april, 3 * (int(number) - 1)))
    if months and re.sub(_TO, " to ", months.lower()) not in (period.short.lower(), period.short[:-5].lower()):
        raise NotAPeriod(f"“{text}” contradicts itself: Q{number} {year}/{following[-2:]} is {period.short}.")
    if frequency == Frequency.CALENDAR_QUARTER:
        raise NotAPeriod(f"“{text}” is a quarter of the financial year. Name its months instead: {period.short}.")
    return _spanning(text, frequency, period.start, 3)


def _year_before_quarter(text, frequency, year, following, number):
    return _numbered_quarter(text, frequency, number, year, following)


def _bare_quarter(text, frequency, number, year):
    """Q3 2017 is one thing to the office and another to a publisher."""
    if frequency.length != 3:
        raise NotAPeriod(f"“{text}” is a quarter. A {frequency.noun} is wanted, such as {EXAMPLES[frequency]}.")
    start = _day(year, 3 * int(number) - 2, 1, text)
    calendar = Period(Frequency.CALENDAR_QUARTER, start)
    financial = Period(Frequency.CALENDAR_QUARTER, _months_later(start, 3))
    raise Ambiguous(
        f"“{text}” can be read as {calendar.label}, or as {financial.label} where years begin in April. Name the months."
    )


def _year_before_bare_quarter(text, frequency, year, number):
    return _bare_quarter(text, frequency, number, year)


def _months_range(text, frequency, first, first_year, last, last_year):
    """Oct-Dec 2017, or April 2017 to March 2018; over a new year both years are asked for."""
    first, last = _month_number(first), _month_number(last)
    if first_year is None and first > last:
        raise NotAPeriod(f"“{text}” runs over a new year. Write both years, as in April 2017 to March 2018.")
    start, end = _day(first_year or last_year, first, 1, text), _day(last_year, last, 1, text)
    length = 12 * (end.year - start.year) + end.month - start.month + 1
    if length < 1:
        raise NotAPeriod(f"“{text}” ends before it begins.")
    return _spanning(text, frequency, start, length)


def _short_year(text, frequency):
    raise NotAPeriod(f"“{text}” has no year in four digits. Write it in full, such as {EXAMPLES[frequency]}.")


def _bare_number(text, frequency):
    raise NotAPeriod(
        f"“{text}” is not a period. If it was a date, give the cell a date format, or write one like "
        f"{EXAMPLES[frequency]}."
    )


def _whole_year(text, frequency, year):
    return _spanning(text, frequency, _day(year, 1, 1, text), 12)


_READERS = [
    (re.compile(pattern, re.IGNORECASE | re.ASCII), reader)
    for pattern, reader in (
        (rf"{_YEAR}[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}})(?:[ T]00:00(?::00)?(?:\.0+)?)?", _iso_day),
        (rf"([0-9]{{1,2}})(?:st|nd|rd|th)?[ -]{_MONTH}[ -]{_YEAR}", _worded_day),
        (rf"([0-9]{{1,2}})[-/.]([0-9]{{1,2}})[-/.]{_YEAR}(?: 00:00(?::00)?)?", _numeric_day),
        (rf"{_MONTH},?[ /-]?{_YEAR}", _month_of_year),
        (rf"([0-9]{{1,2}})[/-]{_YEAR}", _month_of_year),
        (rf"{_YEAR}[ ]?{_MONTH}", _year_and_named_month),
        (rf"{_YEAR}([/-])([0-9]{{1,2}})", _year_and_month),
        (_FINANCIAL_YEAR, _year_to_year),
        (rf"Q([1-4]),? ?{_FINANCIAL_YEAR}(?: ?\(([^()]*)\))?", _numbered_quarter),
        (rf"{_FINANCIAL_YEAR},? ?Q([1-4])", _year_before_quarter),
        (rf"Q([1-4]),?[ -]?{_YEAR}", _bare_quarter),
        (rf"{_YEAR},?[ -]?Q([1-4])", _year_before_bare_quarter),
        (rf"{_MONTH}(?: {_YEAR})?{_TO}{_MONTH} {_YEAR}", _months_range),
        (_YEAR, _whole_year),
        (rf"(?:[0-9]{{1,2}}[-/. ])?(?:[0-9]{{1,2}}|{_NAMES})[-/. ]'?[0-9]{{2}}", _short_year),
        (r"[0-9]+(?:\.[0-9]+)?", _bare_number),
    )
]


def _month_number(month):
    return int(month) if month.isdecimal() else _MONTH_NUMBERS[month.lower()]


def _day(year, month, day, text):
    """A real day in a likely year."""
    year, month, day = int(year), int(month), int(day)
    if year not in YEARS:
        raise NotAPeriod(f"“{text}” is in the year {year}. Years from {YEARS[0]} to {YEARS[-1]} can be recorded.")
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise NotAPeriod(f"“{text}” is no day or month of the calendar.") from None


def _start_of_financial_year(text, year, following):
    if int(following) not in (int(year) + 1, (int(year) + 1) % 100):
        raise NotAPeriod(
            f"“{text}” is no financial year: the one that begins in {year} is {year}/{(int(year) + 1) % 100:02}."
        )
    return _day(year, 4, 1, text)


def _begun_by(day, frequency):
    """The period that begins on this day."""
    if day != _first_day(frequency, day):
        period = Period.containing(frequency, day)
        raise NotAPeriod(
            f"{in_words(day)} is not the first day of a {frequency.noun}. If the {frequency.noun} it falls in is meant, "
            f"write {period.label}."
        )
    return Period(frequency, day)


def _spanning(text, frequency, start, length):
    """The period of exactly these months; otherwise the message says what they are."""
    if length == frequency.length and start == _first_day(frequency, start):
        return Period(frequency, start)
    kinds = [kind for kind in Frequency if kind.length == length and start == _first_day(kind, start)]
    what = f"a {kinds[0].noun}" if kinds else f"{length} months" if length > 1 else "a month"
    wanted = f"A {frequency.noun} is wanted"
    if length == frequency.length and not kinds:
        wanted = f"No {frequency.noun} has these months. Write one"
    raise NotAPeriod(f"“{text}” is {what}. {wanted}, such as {EXAMPLES[frequency]}.")
