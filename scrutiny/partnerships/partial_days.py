"""Days as they are known: a day, only its month, or only its year."""

import calendar
import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

FIRST_YEAR, LAST_YEAR = 1800, 2200


def in_words(year, month=None, day=None):
    """19 January 2016, January 2016, or 2016: as much as is known."""
    return " ".join(filter(None, (str(day or ""), calendar.month_name[month] if month else "", str(year))))


class PartialDay(models.Model):
    """A year, with the month and the day where they are known."""

    year = models.PositiveSmallIntegerField(validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)])
    month = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    day = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(day=None) | Q(month__isnull=False),
                name="%(class)s_day_has_its_month",
                violation_error_message="A day needs its month.",
            )
        ]

    def clean(self):
        """Refuse 31 February."""
        super().clean()
        if self.year and self.month and self.day and self.day > calendar.monthrange(self.year, self.month)[1]:
            raise ValidationError({"day": f"{calendar.month_name[self.month]} {self.year} has no day {self.day}."})

    @property
    def first(self):
        """The first day that it can mean."""
        return datetime.date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self):
        """The last day that it can mean."""
        if self.day:
            return self.first
        month = self.month or 12
        return datetime.date(self.year, month, calendar.monthrange(self.year, month)[1])

    @property
    def in_words(self):
        """19 January 2016, January 2016, or 2016."""
        return in_words(self.year, self.month, self.day)

    @property
    def as_text(self):
        """2016-01-19, 2016-01, or 2016: as machines write it (ISO 8601)."""
        return "-".join(
            filter(None, (f"{self.year:04}", self.month and f"{self.month:02}", self.day and f"{self.day:02}"))
        )

    def agrees_with(self, other):
        """Whether both can be true: one means the same days as the other, or some of them."""
        return self.first <= other.last and other.first <= self.last
