"""Fields for days and times as people write them, used by every form of the portal; and the office's own forms."""

import calendar
import datetime
import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils import dateformat

from opcc_portal.files.models import Kind
from opcc_portal.files.operations import Refused, receive
from opcc_portal.office.models import Office

EXAMPLE_DAY = "27 March 2026"
MONTHS = [name.lower() for name in calendar.month_name[1:]]
WEEKDAYS = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in map(str.lower, calendar.day_name))

# 27 March 2026, 27th Mar. 2026, Friday 27 March 2026
IN_WORDS = re.compile(
    rf"^(?:(?:{WEEKDAYS})\.?,?\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:of\s+)?[-\s]?(?P<month>[a-z]{{3,}})\.?,?"
    r"[-\s]*(?P<year>\d*)$"
)
IN_FIGURES = re.compile(r"^(?P<day>\d{1,2})\s*[/.\-\s]\s*(?P<month>\d{1,2})(?:\s*[/.\-\s]\s*(?P<year>\d*))?$")
YEAR_FIRST = re.compile(r"^(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})$")

CLOCK = re.compile(r"^(?P<hour>\d{1,2})(?:\s*[:.h]\s*(?P<minute>\d{2}))?\s*(?P<half>am|pm)?$")
CLOCK_TOGETHER = re.compile(r"^(?P<hour>\d{1,2})(?P<minute>\d{2})\s*(?P<half>am|pm)?$")
# A bare "2" may be meant as two in the afternoon; from 8 on an office means the morning.
FIRST_PLAIN_HOUR = 8


def in_words(day):
    """The day as pages print it: 27 March 2026."""
    return dateformat.format(day, "j F Y")


def read_day(text):
    """The date that the text names. Raises ValidationError that says what is wrong with it."""
    tidy = " ".join(text.lower().split())
    found = YEAR_FIRST.match(tidy) or IN_FIGURES.match(tidy) or IN_WORDS.match(tidy)
    if not found:
        raise ValidationError(f"“{text}” is not a date that can be read. Write it like {EXAMPLE_DAY}.", code="invalid")
    month = _month(found["month"], text)
    year = found["year"] or ""
    if not year:
        raise ValidationError(f"Add the year, for example {EXAMPLE_DAY}.", code="no_year")
    if len(year) != 4:
        raise ValidationError(_short_year(year), code="short_year")
    return _real_day(int(year), month, int(found["day"]))


def _month(text, whole):
    if not text.isdigit():
        matches = [
            number for number, name in enumerate(MONTHS, 1) if name.startswith(text) or text == "sept" == name[:4]
        ]
        if len(matches) != 1:
            raise ValidationError(f"“{text}” is not a month. Write the date like {EXAMPLE_DAY}.", code="no_month")
        return matches[0]
    if not 1 <= int(text) <= 12:
        raise ValidationError(
            f"{whole} is not a date: there is no month {int(text)}. Write the day first, then the month.",
            code="no_month",
        )
    return int(text)


def _short_year(year):
    if len(year) == 2:
        return f"Write the year with four digits: “{year}” could be 19{year} or 20{year}."
    return f"Write the year with four digits, for example {EXAMPLE_DAY}."


def _real_day(year, month, day):
    name = calendar.month_name[month]
    if year < 1000:
        raise ValidationError(f"Write the year with four digits, for example {EXAMPLE_DAY}.", code="short_year")
    length = calendar.monthrange(year, month)[1]
    if not 1 <= day <= length:
        raise ValidationError(
            f"{day} {name} {year} is not a date: {name} {year} has {length} days. Check the day and the month.",
            code="no_such_day",
        )
    return datetime.date(year, month, day)


class DayField(forms.Field):
    """A date typed as people write it: 27 March 2026, 27/3/2026 or 2026-03-27. The day comes before the month."""

    default_error_messages = {"required": "Enter a date."}

    def __init__(self, *, help_text="", **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"class": "date", "autocomplete": "off"}))
        example = f"For example, {EXAMPLE_DAY}."
        super().__init__(help_text=f"{help_text} {example}" if help_text else example, **kwargs)

    def prepare_value(self, value):
        """A date from the database in words; what somebody typed as they typed it."""
        return in_words(value) if isinstance(value, datetime.date) else value

    def to_python(self, value):
        """The date, or None where nothing was typed."""
        if isinstance(value, datetime.datetime):
            return value.date()
        if value in self.empty_values or isinstance(value, datetime.date):
            return value or None
        text = str(value).strip()
        return read_day(text) if text else None

    def has_changed(self, initial, data):
        """Another way of writing the same day is no change."""
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True


def read_clock(text):
    """The time of day that the text names. Raises ValidationError that says what is wrong with it."""
    tidy = text.lower().replace("a.m.", "am").replace("p.m.", "pm").replace("a.m", "am").replace("p.m", "pm").strip()
    if tidy in ("noon", "midday", "12 noon"):
        return datetime.time(12)
    if tidy in ("midnight", "12 midnight"):
        return datetime.time(0)
    found = CLOCK.match(tidy) or CLOCK_TOGETHER.match(tidy)
    if not found:
        raise ValidationError(
            f"“{text}” is not a time that can be read. Write it like 10:30 or 2:15pm.", code="invalid"
        )
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if minute > 59:
        raise ValidationError(f"{text} is not a time: an hour has minutes 00 to 59.", code="no_such_time")
    if half:
        if not 1 <= hour <= 12:
            raise ValidationError(f"{text} is not a time: with {half} the hour is 1 to 12.", code="no_such_time")
        return datetime.time(hour % 12 + (12 if half == "pm" else 0), minute)
    if hour > 23:
        raise ValidationError(f"{text} is not a time: a day has hours 0 to 23.", code="no_such_time")
    if not found["minute"] and 0 < hour < FIRST_PLAIN_HOUR:
        raise ValidationError(f"“{text}” could be {hour}am or {hour}pm. Add which.", code="which_half")
    return datetime.time(hour, minute)


class ClockField(forms.Field):
    """A time of day typed as people write it: 10:00, 10.00, 1000, 10am, 2.15 pm, noon."""

    default_error_messages = {"required": "Enter a time."}

    def __init__(self, *, help_text="", **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"class": "width-10", "autocomplete": "off"}))
        example = "For example, 10:30 or 2:15pm."
        super().__init__(help_text=f"{help_text} {example}" if help_text else example, **kwargs)

    def prepare_value(self, value):
        """A time from the database as 10:30; what somebody typed as they typed it."""
        return f"{value:%H:%M}" if isinstance(value, datetime.time) else value

    def to_python(self, value):
        """The time, or None where nothing was typed."""
        if value in self.empty_values or isinstance(value, datetime.time):
            return None if value in self.empty_values else value
        text = str(value).strip()
        return read_clock(text) if text else None

    def has_changed(self, initial, data):
        """Another way of writing the same time is no change."""
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True


class WebField(forms.URLField):
    """An address on the web; without a scheme it is taken as https."""

    def __init__(self, **kwargs):
        super().__init__(**{"assume_scheme": "https", **kwargs})
        self.error_messages["invalid"] = "Enter a whole address, like https://www.example.org."


class IdentityForm(forms.ModelForm):
    """Names, titles, contact details and logo of the office during one time."""

    logo_file = forms.FileField(
        label="Logo",
        required=False,
        help_text="PNG or JPEG. It stands on letterheads and papers of this time.",
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
    )
    remove_logo = forms.BooleanField(label="Go without a logo", required=False)

    GROUPS = (
        ("The office", ("legal_name", "display_name", "short_name", "area_name")),
        ("The office holder", ("holder_title", "holder_abbreviation", "holder_name", "deputy_title", "deputy_name")),
        ("The police force", ("force_name", "force_short_name", "force_authors")),
        ("Contact", ("address", "phone", "email", "web")),
        ("Logo", ("logo_file", "remove_logo")),
    )

    class Meta:
        model = Office
        fields = [
            *("legal_name", "display_name", "short_name", "area_name"),
            *("holder_title", "holder_abbreviation", "holder_name", "deputy_title", "deputy_name"),
            *("force_name", "force_short_name", "force_authors", "address", "phone", "email", "web"),
            *("valid_from", "valid_to"),
        ]
        field_classes = {"valid_from": DayField, "valid_to": DayField, "web": WebField}
        labels = {"valid_from": "First day", "valid_to": "Last day"}
        widgets = {
            "valid_from": forms.TextInput(attrs={"class": "date", "autocomplete": "off"}),
            "valid_to": forms.TextInput(attrs={"class": "date", "autocomplete": "off"}),
            "address": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        for field in self.fields.values():
            field.error_messages["required"] = f"Enter the {field.label[0].lower()}{field.label[1:]}."
        if not self.instance.logo_id:
            del self.fields["remove_logo"]

    def groups(self):
        """[(legend, fields)] in the order of the page."""
        return [(legend, [self[name] for name in names if name in self.fields]) for legend, names in self.GROUPS]

    def full_clean(self):
        """Take the picture in once everything else is right, so that no upload is left behind by a wrong date."""
        super().full_clean()
        self.upload = None
        if not self.is_bound or self._errors:
            return
        if given := self.cleaned_data.get("logo_file"):
            self._take_in(given)
        elif self.cleaned_data.get("remove_logo"):
            self.instance.logo = None

    def _take_in(self, given):
        try:
            upload = receive(given, by=self.by)
        except Refused as refused:
            self.add_error("logo_file", str(refused))
            return
        if upload.kind not in (Kind.PNG, Kind.JPEG):
            upload.delete()
            self.add_error("logo_file", "A logo must be a PNG or JPEG picture.")
            return
        self.upload = self.instance.logo = upload

    def refuse(self, refused):
        """Show why the operation refused, beside the fields it names, and let go of the picture."""
        for name, found in refused.error_dict.items() if hasattr(refused, "error_dict") else [(None, refused)]:
            self.add_error(name if name in self.fields else None, found)
        if self.upload:
            self.upload.delete()


class NewIdentityForm(IdentityForm):
    """The present identity, to be changed in what becomes different on a day."""

    class Meta(IdentityForm.Meta):
        fields = [name for name in IdentityForm.Meta.fields if name != "valid_to"]
        labels = {"valid_from": "From which day?"}

    def _post_clean(self):
        # Whether the time is free depends on what is ended with it; the operation checks that.
        self.instance = forms.models.construct_instance(self, self.instance, self._meta.fields)
        try:
            self.instance.clean_fields(exclude=self._get_validation_exclusions())
        except ValidationError as refused:
            self._update_errors(refused)
