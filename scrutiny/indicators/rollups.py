"""Figures added up over longer periods: only where every part is held; else how many of them there are.

A share is worked out anew from the numbers behind its parts, never as a mean of shares. Rates, changes on the period before
and shares without their numbers cannot be added up at all.
"""

from dataclasses import dataclass
from decimal import Decimal

from scrutiny.indicators import words
from scrutiny.indicators.models import Indicator
from scrutiny.indicators.periods import Frequency, Period

# Into what the figures of a frequency can be added up.
INTO = {
    Frequency.MONTH: (Frequency.QUARTER, Frequency.FINANCIAL_YEAR),
    Frequency.QUARTER: (Frequency.FINANCIAL_YEAR,),
    Frequency.CALENDAR_QUARTER: (Frequency.CALENDAR_YEAR,),
}


@dataclass(frozen=True)
class RolledUp:
    """One longer period: its value where all `of` parts are held, else None with how many there are."""

    period: Period
    value: Decimal | None
    held: int
    of: int
    indicator: Indicator

    @property
    def is_complete(self):
        """Every part is held."""
        return self.value is not None

    @property
    def shown(self):
        """The value in print; for an incomplete period what is held: 10 of 12 months."""
        if self.is_complete:
            return words.shown(self.value, self.indicator)
        return f"{self.held} of {words.so_many(self.of, words.noun_of(self.indicator))}"


def can_be_added_up(series):
    """Whether adding its figures means anything."""
    indicator = series.indicator
    if indicator.is_change or indicator.unit == Indicator.Unit.RATE or indicator.frequency not in INTO:
        return False
    if indicator.unit == Indicator.Unit.PERCENT:
        return bool(series.held) and all(point.denominator for point in series.held)
    return True


def roll_up(series, frequency):
    """The longer periods of that frequency that the series touches, oldest first. Empty where it cannot be added up."""
    if not series.points or not can_be_added_up(series):
        return []
    by_start = {point.period.start: point for point in series.points if point.value is not None}
    first, last = (Period.containing(frequency, point.period.start) for point in (series.points[0], series.points[-1]))
    return [_added_up(series.indicator, period, by_start) for period in Period.between(first, last)]


def _added_up(indicator, period, by_start):
    parts = [by_start.get(part.start) for part in period.parts(indicator.frequency)]
    held = [part for part in parts if part is not None]
    value = _sum(indicator, held) if len(held) == len(parts) else None
    return RolledUp(period, value, len(held), len(parts), indicator)


def _sum(indicator, parts):
    if indicator.unit != Indicator.Unit.PERCENT:
        return sum(part.value for part in parts)
    return 100 * sum(part.numerator for part in parts) / sum(part.denominator for part in parts)


def all_of(series):
    """[(words for the length, rolled-up periods newest first)] for a page; empty where nothing can be added up."""
    names = {
        Frequency.QUARTER: "By quarter",
        Frequency.FINANCIAL_YEAR: "By financial year",
        Frequency.CALENDAR_YEAR: "By calendar year",
    }
    found = [(names[into], roll_up(series, into)[::-1]) for into in INTO.get(series.indicator.frequency, ())]
    return [(name, rows) for name, rows in found if rows]
