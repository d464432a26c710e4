"""The clock of section 55: how long the office has to publish its response to an inspection.

Police Act 1996, section 55(5A), as inserted by the Policing and Crime Act 2017, section 37: before the end of the period
of 56 days beginning with the day on which the report is published. The law counts days; weekends and holidays are days.
"""

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from opcc_portal.office.dates import today
from scrutiny.indicators.words import so_many

PERIOD = 56  # days, the day of publication being the first
WARNINGS = (28, 14, 7)  # days left at which the office is reminded
LATE = "late"
CITATION = "Police Act 1996, section 55(5A)"
LAW_URL = "https://www.legislation.gov.uk/ukpga/1996/16/section/55"


def day_of(moment):
    """The day of a moment where the office is: 23:59 in summer is still that day, though it is the day before in UTC."""
    return timezone.localtime(moment, ZoneInfo(settings.TIME_ZONE)).date()


@dataclass(frozen=True)
class Clock:
    """Counts from the day on which a report was published."""

    starts: datetime.date

    @property
    def last_day(self):
        """The last day on which the response is in time."""
        return self.starts + datetime.timedelta(days=PERIOD - 1)

    def number_of(self, day):
        """Which day of the period that is: 1 on the day of publication, 56 on the last; 0 or less before it."""
        return (day - self.starts).days + 1

    def left(self, day=None):
        """How many days there are still after that day (today); 0 on the last day, negative once it is late."""
        return (self.last_day - (day or today())).days

    def is_late(self, day=None):
        """Whether that day (today) is past the last one."""
        return self.left(day) < 0

    def warning(self, day=None):
        """The smallest of WARNINGS that the days left have reached; None before the first one and once it is late."""
        left = self.left(day)
        return min((each for each in WARNINGS if 0 <= left <= each), default=None)

    def level(self, day=None):
        """The warning that stands on that day (today): 28, 14, 7 or LATE; None while there is time enough."""
        return LATE if self.is_late(day) else self.warning(day)

    def warning_day(self, left):
        """The day on which so many days are left."""
        return self.last_day - datetime.timedelta(days=left)

    def left_in_words(self, day=None):
        """12 days left; the last day is today; 3 days late."""
        left = self.left(day)
        if left == 0:
            return "Today is the last day"
        return f"{so_many(left, 'day')} left" if left > 0 else f"{so_many(-left, 'day')} late"

    def place_in_words(self, day):
        """Where something that happened on that day stands: day 32 of 56, or how long after the last day."""
        if self.is_late(day):
            return f"{so_many(-self.left(day), 'day')} after the last day"
        return f"day {self.number_of(day)} of {PERIOD}"

    def published_in_words(self, day):
        """Whether a response published on that day was in time, and on which day of the period."""
        if self.is_late(day):
            return f"Published late, {self.place_in_words(day)}"
        return f"Published in time, on {self.place_in_words(day)}"
