"""Fields of this room's forms: a day as far as it is known, and organisations by their names."""

import re

from django import forms
from django.core.exceptions import ValidationError

from opcc_portal.office.forms import MONTHS, read_day
from scrutiny.partnerships.partial_days import FIRST_YEAR, LAST_YEAR, PartialDay
from scrutiny.people.models import Organisation

YEAR = re.compile(r"^(?P<year>\d{4})$")
MONTH = re.compile(r"^(?P<month>[a-z]{3,})\.?,?\s+(?P<year>\d{4})$")
MONTH_IN_FIGURES = re.compile(
    r"^(?:(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>\d{4})|(?P<year_first>\d{4})-(?P<last>\d{2}))$"
)


class WhenField(forms.Field):
    """A day, a month or a year, typed as people say it. Its value is (year, month or None, day or None)."""

    def __init__(self, *, help_text="", **kwargs):
        kwargs.setdefault("error_messages", {"required": "Enter the day, the month or the year."})
        kwargs.setdefault("widget", forms.TextInput(attrs={"class": "width-20", "autocomplete": "off"}))
        example = "As far as it is known: 19 January 2016, January 2016 or 2016."
        super().__init__(help_text=f"{help_text} {example}" if help_text else example, **kwargs)

    def prepare_value(self, value):
        """A day of the database in words; what somebody typed as they typed it."""
        return value.in_words if isinstance(value, PartialDay) else value

    def to_python(self, value):
        """(year, month, day); None where nothing was typed."""
        if isinstance(value, PartialDay):
            return value.year, value.month, value.day
        if value in self.empty_values or isinstance(value, tuple):
            return value or None
        text = " ".join(str(value).split())
        found = _read(text)
        if not FIRST_YEAR <= found[0] <= LAST_YEAR:
            raise ValidationError(f"Check the year: {found[0]} is not between {FIRST_YEAR} and {LAST_YEAR}.")
        return found

    def has_changed(self, initial, data):
        """Another way of writing the same day is no change."""
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True


def _read(text):
    tidy = text.lower()
    if found := YEAR.match(tidy):
        return int(found["year"]), None, None
    if found := MONTH.match(tidy):
        return int(found["year"]), _month(found["month"], text), None
    if found := MONTH_IN_FIGURES.match(tidy):
        month = int(found["month"] or found["last"])
        if not 1 <= month <= 12:
            raise ValidationError(f"“{text}” is not a month: there is no month {month}.")
        return int(found["year"] or found["year_first"]), month, None
    day = read_day(text)
    return day.year, day.month, day.day


def _month(name, text):
    numbers = [number for number, each in enumerate(MONTHS, 1) if each.startswith(name) or name == "sept" == each[:4]]
    if len(numbers) != 1:
        raise ValidationError(f"“{text}” is not a month. Write it like January 2016.")
    return numbers[0]


class BodiesField(forms.CharField):
    """Organisations by their names, one a line, as they are listed. Its value is a list of them."""

    def __init__(self, **kwargs):
        super().__init__(**{"widget": forms.Textarea(attrs={"rows": 3}), "required": False, **kwargs})

    def prepare_value(self, value):
        """Records as their names."""
        return value if isinstance(value, str) or value is None else "\n".join(str(each) for each in value)

    def clean(self, value):
        """The organisations, each once. Names that are not listed are all said at once."""
        names = list(dict.fromkeys(" ".join(line.split()) for line in (value or "").splitlines() if line.strip()))
        known = {}
        for each in Organisation.objects.filter(name__in=names):
            known[each.name] = each
        missing = []
        for name in names:
            if name not in known:
                found = Organisation.objects.filter(name__iexact=name).first()
                known[name] = found
                if found is None:
                    missing.append(f"“{name}”")
        if missing:
            raise ValidationError(
                f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not listed under Organisations. Write the "
                "name as it is listed, or add it there first."
            )
        return list(dict.fromkeys(known[name] for name in names))

    def has_changed(self, initial, data):
        """Whether other names are given."""
        return (self.prepare_value(initial) or "").split("\n") != (data or "").replace("\r", "").split("\n")
