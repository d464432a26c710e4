"""Calendar quarters, of which the national measures are told."""

import calendar
import datetime
import re
from dataclasses import dataclass

from opcc_portal.office.dates import today

_KEY = re.compile(r"(?P<year>[12][0-9]{3})-q(?P<number>[1-4])")


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months: number 1 begins with January."""

    year: int
    number: int

    @classmethod
    def of(cls, day):
        """The quarter in which a day lies."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @classmethod
    def from_key(cls, text):
        """The quarter that 2026-q3 names; None for anything else."""
        found = _KEY.fullmatch(text or "")
        return cls(int(found["year"]), int(found["number"])) if found else None

    @property
    def key(self):
        """As addresses write it: 2026-q3."""
        return f"{self.year:04}-q{self.number}"

    @property
    def first(self):
        """Its first day."""
        return datetime.date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self):
        """Its last day."""
        month = 3 * self.number
        return datetime.date(self.year, month, calendar.monthrange(self.year, month)[1])

    @property
    def in_words(self):
        """October to December 2017."""
        return f"{self.first:%B} to {self.last:%B %Y}"

    def is_over(self, day=None):
        """Whether its last day lies before that day (today)."""
        return self.last < (day or today())

    def before(self):
        """The one before it."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    def after(self):
        """The one after it."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)
