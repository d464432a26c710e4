"""Forms of the indicators: lists, one indicator with all that it is judged by, single figures, and the places."""

import datetime

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.text import slugify

from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField, WebField, in_words
from scrutiny.indicators import words
from scrutiny.indicators.models import (
    Annotation,
    Area,
    Baseline,
    ComparatorGroup,
    ComparatorMembership,
    DefinitionVersion,
    Figure,
    Indicator,
    ObservationRevision,
    Population,
    Target,
)
from scrutiny.indicators.periods import EXAMPLES, MONTHS, NotAPeriod, Period, parse_period
from scrutiny.indicators.reading import VERDICT_NAMES
from scrutiny.indicators.recording import Said, check
from scrutiny.indicators.typed import TypedWrong, parse_figure
from scrutiny.people.models import Post
from scrutiny.plan.models import Priority
from scrutiny.register.text_fields import FilterForm
from scrutiny.workflow.forms import WordsField

NOT_FIRST = [choice for choice in ObservationRevision.Code.choices if choice[0] != ObservationRevision.Code.FIRST]
DAY = forms.TextInput(attrs={"class": "date", "autocomplete": "off"})
ONE_LINE = forms.TextInput(attrs={"autocomplete": "off"})
SHORT = forms.TextInput(attrs={"class": "width-10", "autocomplete": "off"})


class PeriodField(forms.CharField):
    """A period as people write it, of the frequency that the form sets: Q3 2017/18, October 2017, 2017/18."""

    widget = forms.TextInput(attrs={"class": "width-20", "autocomplete": "off"})

    def __init__(self, *, frequency=None, help_text="", **kwargs):
        super().__init__(max_length=60, help_text=help_text, **kwargs)
        if frequency:
            self.of(frequency)

    def of(self, frequency):
        """Take periods of this frequency."""
        self.frequency = frequency
        self.help_text = f"{self.help_text} For example, {EXAMPLES[frequency]}.".strip()

    def prepare_value(self, value):
        """A first day in words; what somebody typed as they typed it."""
        if isinstance(value, datetime.date):
            return Period.containing(self.frequency, value).label
        return value

    def clean(self, value):
        """The first day of the period, or None."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_period(text, self.frequency).start
        except NotAPeriod as wrong:
            raise forms.ValidationError(str(wrong)) from wrong

    def has_changed(self, initial, data):
        """Another way of writing the same period is no change."""
        try:
            return self.clean(data) != initial
        except forms.ValidationError:
            return True


# --- lists -----------------------------------------------------------------------------------------------------------


class IndicatorFilter(FilterForm):
    """Which indicators the register and its file hold."""

    priority = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, choices=[("", "Every priority")])
    verdict = forms.ChoiceField(
        required=False, choices=[("", "Every verdict"), ("signal", "Something changed"), *VERDICT_NAMES.items()]
    )
    owner = forms.ChoiceField(required=False, choices=[("", "Everybody"), ("=", "Nobody yet")])
    late = forms.BooleanField(label="Late figures only", required=False)

    def __init__(self, data):
        priorities = Priority.objects.filter(indicators__isnull=False).order_by("plan", "position").distinct()
        owners = Post.objects.filter(indicators__isnull=False).distinct()
        super().__init__(
            data,
            priority=list(priorities.values_list("pk", "title")),
            owner=[(str(post.pk), str(post)) for post in owners],
        )

    def narrow(self, rows):
        """Those rows (see `register.rows`) that the filters ask for."""
        wanted = self.wanted
        if (priority := wanted.get("priority")) is not None:
            rows = [row for row in rows if row.indicator.priority_id == priority]
        if owner := wanted.get("owner"):
            rows = [row for row in rows if str(row.indicator.owner_id or "=") == owner]
        if verdict := wanted.get("verdict"):
            rows = [row for row in rows if (row.is_signal if verdict == "signal" else row.verdict == verdict)]
        if wanted.get("late"):
            rows = [row for row in rows if row.is_late]
        return rows


class AsKnownForm(forms.Form):
    """For which place, and as it was known on which day, a page shows its figures."""

    area = forms.ChoiceField(required=False)
    known = DayField(label="As known on", required=False)

    def __init__(self, data, *, areas):
        super().__init__(data)
        self.areas = {area.slug: area for area in areas}
        self.fields["area"].choices = [(slug, area.name) for slug, area in self.areas.items()]
        self.fields["known"].help_text = "Empty: as known today."
        self.is_valid()

    def clean_known(self):
        """A day to come has nothing known on it."""
        day = self.cleaned_data["known"]
        if day and day > today():
            raise forms.ValidationError(f"{in_words(day)} has not come yet. Enter today or a day before.")
        return day

    @property
    def known_on(self):
        """The day, or None for today."""
        return self.cleaned_data.get("known")


# --- one indicator ---------------------------------------------------------------------------------------------------


class IndicatorForm(forms.ModelForm):
    """An indicator with everything that does not change from period to period."""

    base_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    class Meta:
        model = Indicator
        fields = [
            *("priority", "title", "question", "position", "breakdown_of"),
            *("frequency", "unit", "decimals", "is_change", "is_additive"),
            *("direction", "direction_why", "small_count_threshold", "headline_area"),
            *("sources", "source_name", "source_url", "attribution", "lag_days", "owner"),
            *("active_from", "active_to", "synthetic_note"),
        ]
        field_classes = {"active_from": DayField, "active_to": DayField, "source_url": WebField}
        widgets = {"active_from": DAY, "active_to": DAY, "title": ONE_LINE}
        labels = {
            "frequency": "How often it comes",
            "unit": "What kind of figure it is",
            "headline_area": "Main area",
            "active_from": "Followed from",
            "active_to": "Followed until",
            "synthetic_note": "Note on made-up figures",
            "position": "Place within its priority",
        }
        error_messages = {"title": {"required": "Enter the name."}, "priority": {"required": "Choose the priority."}}

    GROUPS = (
        ("What it is", ("priority", "title", "question", "position", "breakdown_of")),
        ("Its figures", ("frequency", "unit", "decimals", "is_change", "is_additive")),
        ("How it is read", ("direction", "direction_why", "small_count_threshold", "headline_area")),
        (
            "Where it comes from",
            ("sources", "source_name", "source_url", "attribution", "lag_days", "owner"),
        ),
        ("When it is followed", ("active_from", "active_to", "synthetic_note")),
    )

    # Beyond these a page could not be written, a day not be told, or a sum of small counts not be tried.
    MOST = {"decimals": 4, "lag_days": 3660, "small_count_threshold": 1000, "position": 30_000}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, most in self.MOST.items():
            self.fields[name].validators.append(MaxValueValidator(most, f"Enter a number from 0 to {most:,}."))
        self.initial["base_version"] = self.instance.version if self.instance.pk else 0
        self.fields["breakdown_of"].queryset = Indicator.objects.exclude(pk=self.instance.pk)
        self.fields["breakdown_of"].empty_label = "It stands by itself"
        self.fields["owner"].queryset = Post.objects.by_body()
        self.fields["owner"].empty_label = "Nobody yet"
        self.fields["headline_area"].empty_label = "None yet"
        if self.instance.pk and self.instance.observations.exists():
            self.fields["frequency"].disabled = True
            self.fields["frequency"].help_text = "It has figures already, so this stays."

    def groups(self):
        """[(legend, fields)] in the order of the page."""
        return [(legend, [self[name] for name in names]) for legend, names in self.GROUPS]

    def clean(self):
        """Its days in order; an address of its own for the public record, made from the name once."""
        cleaned = super().clean()
        first, last = cleaned.get("active_from"), cleaned.get("active_to")
        if first and last and last < first:
            self.add_error("active_to", "The last day lies before the first. Check both.")
        if not self.instance.slug and cleaned.get("title"):
            self.instance.slug = _free_slug(Indicator, cleaned["title"], 120)
        return cleaned

    def show_again(self, now):
        """Bring what was typed back on the version that is there now, for the writer to look and send again."""
        self.data = self.data.copy()
        self.data[self.add_prefix("base_version")] = str(now.version)
        self.add_error(
            None,
            "Somebody changed this indicator after you opened the page. What you typed is still here: look at what "
            "changed, then save again.",
        )


def _free_slug(model, name, longest):
    base = slugify(name)[: longest - 4].strip("-") or "indicator"
    taken = set(model.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for number in range(1, 1000) if (slug := base if number == 1 else f"{base}-{number}") not in taken)


class DefinitionForm(forms.ModelForm):
    """What is counted from a period on."""

    from_period = PeriodField(label="From", required=False, help_text="Leave empty only for the first definition.")

    class Meta:
        model = DefinitionVersion
        fields = ["from_period", "numerator", "denominator", "coverage", "breaks_series"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("numerator", "denominator", "coverage")}
        error_messages = {"numerator": {"required": "Say what is counted."}}
        help_texts = {"breaks_series": "The line of the chart breaks there and the usual range starts anew."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["from_period"].of(self.instance.indicator.frequency)

    def clean(self):
        """A break has to say where."""
        cleaned = super().clean()
        if cleaned.get("breaks_series") and not cleaned.get("from_period") and "from_period" not in self.errors:
            self.add_error("from_period", "Say from which period figures are not comparable with those before.")
        return cleaned


class FigureTextField(forms.CharField):
    """One value as people type it, of the indicator that the form sets."""

    indicator = None
    widget = SHORT

    def prepare_value(self, value):
        """A number without the noughts that the database keeps."""
        return plain(value) if hasattr(value, "as_tuple") else value

    def clean(self, value):
        """The number."""
        text = super().clean(value)
        if not text:
            return None
        try:
            said = parse_figure(text, self.indicator)
        except TypedWrong as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        if said.value is None:
            raise forms.ValidationError("Type one number.")
        return said.value

    def has_changed(self, initial, data):
        """Another way of writing the same number is no change."""
        try:
            return self.clean(data) != initial
        except forms.ValidationError:
            return True


class _OfIndicator(forms.ModelForm):
    """A form about an indicator whose figures it takes."""

    def __init__(self, *args, indicator, **kwargs):
        super().__init__(*args, **kwargs)
        self.indicator = indicator
        for field in self.fields.values():
            if isinstance(field, FigureTextField):
                field.indicator = indicator
        if "area" in self.fields:
            self.fields["area"].empty_label = "Every area"


class TargetForm(_OfIndicator):
    """What is to be reached, until when, and who set it."""

    value = FigureTextField(error_messages={"required": "Enter the value."})
    upper_value = FigureTextField(label="And", required=False, help_text="Only between two values.")

    class Meta:
        model = Target
        fields = ["comparator", "value", "upper_value", "area", "starts", "ends", "set_by", "decision_reference"]
        field_classes = {"starts": DayField, "ends": DayField}
        widgets = {"starts": DAY, "ends": DAY, "decision_reference": SHORT}
        labels = {"comparator": "What is wanted", "starts": "Valid from", "ends": "Valid until"}
        error_messages = {"set_by": {"required": "Say who set it."}, "starts": {"required": "Enter the first day."}}

    def clean(self):
        """Two values for a range and only there; days in order."""
        cleaned = super().clean()
        low, high = cleaned.get("value"), cleaned.get("upper_value")
        if cleaned.get("comparator") == Target.Comparator.BETWEEN:
            if high is None and "upper_value" not in self.errors:
                self.add_error("upper_value", "Enter the upper value as well.")
            elif None not in (low, high) and high < low:
                self.add_error("upper_value", "The upper value is less than the lower. Check both.")
        elif high is not None:
            self.add_error("upper_value", "A second value stands only between two values. Leave it empty.")
        first, last = cleaned.get("starts"), cleaned.get("ends")
        if first and last and last < first:
            self.add_error("ends", "The last day lies before the first. Check both.")
        return cleaned


class BaselineForm(_OfIndicator):
    """The figure that is measured from."""

    value = FigureTextField(error_messages={"required": "Enter the value."})

    class Meta:
        model = Baseline
        fields = ["value", "label", "area"]
        error_messages = {"label": {"required": "Say of when it is."}}


class AnnotationForm(_OfIndicator):
    """Something that happened and that a reader of the chart should know: of one indicator, or of its whole priority."""

    of_priority = forms.BooleanField(label="On every chart of the priority", required=False)

    class Meta:
        model = Annotation
        fields = ["label", "starts", "ends", "day_in_words", "kind", "text", "link", "area", "is_public"]
        field_classes = {"starts": DayField, "ends": DayField}
        widgets = {"starts": DAY, "ends": DAY}
        error_messages = {
            "label": {
                "required": "Say what happened, in at most 40 letters.",
                "max_length": "Keep it under 40 letters: it stands below the chart. Yours has %(show_value)d.",
            },
            "starts": {"required": "Enter the day, or the first one."},
        }
        help_texts = {"link": "A page of this portal or of the web."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["label"].widget.attrs.pop("maxlength", None)
        self.initial["of_priority"] = self.instance.indicator_id is None

    def clean_link(self):
        """Nothing but addresses: the public follows it."""
        link = self.cleaned_data["link"].strip()
        if link and not link.startswith(("https://", "http://", "/")):
            raise forms.ValidationError(
                "Enter a whole address, like https://www.example.org, or one that begins with /."
            )
        return link

    def clean(self):
        """Days in order."""
        cleaned = super().clean()
        first, last = cleaned.get("starts"), cleaned.get("ends")
        if first and last and last < first:
            self.add_error("ends", "The last day lies before the first. Check both.")
        everywhere = bool(cleaned.get("of_priority"))
        self.instance.indicator = None if everywhere else self.indicator
        self.instance.priority = self.indicator.priority if everywhere else None
        return cleaned


class RestartForm(forms.Form):
    """From which period the usual range is worked out anew, and why."""

    area = forms.ModelChoiceField(Area.objects.none(), empty_label=None)
    period = PeriodField(label="From", error_messages={"required": "Enter the first period of the new range."})
    reason = WordsField(
        label="Why",
        rows=3,
        max_length=300,
        what="why the usual range starts anew",
        help_text="Printed beside the chart.",
    )
    annotation = forms.ModelChoiceField(
        Annotation.objects.none(), label="What happened", required=False, empty_label="Nothing that is noted"
    )

    def __init__(self, data=None, *, indicator, initial=None):
        super().__init__(data, initial=initial)
        self.fields["period"].of(indicator.frequency)
        self.fields["area"].queryset = Area.objects.filter(summaries__indicator=indicator)
        self.fields["annotation"].queryset = indicator.annotations.all()


# --- single figures --------------------------------------------------------------------------------------------------


def plain(number):
    """A number without the noughts that the database keeps: 4586, 62.5."""
    return f"{number.normalize():f}"


def as_typed(figure):
    """What a held figure looks like in a field: 4,586; 45/120; 3,804 to 3,805; empty where there is none."""

    def grouped(number):
        whole, _, after = plain(number).partition(".")
        return f"{int(whole):,}{f'.{after}' if after else ''}" if whole not in ("-0", "-") else plain(number)

    if figure.numerator is not None:
        return f"{plain(figure.numerator)}/{plain(figure.denominator)}"
    if figure.low is not None:
        return f"{grouped(figure.low)} to {grouped(figure.high)}"
    return grouped(figure.value) if figure.value is not None else ""


class SaidForm(forms.Form):
    """What a figure says, as it is typed: the figure, or why there is none."""

    figure = forms.CharField(required=False, max_length=60, widget=SHORT)
    missing = forms.ChoiceField(
        label="Or why there is none",
        required=False,
        choices=[(value, label) for value, label in Figure.Missing.choices],
    )

    def said(self, indicator, status):
        """What was typed as a Said, or None after putting what is wrong beside the field."""
        text, missing = self.cleaned_data.get("figure", "").strip(), self.cleaned_data.get("missing", "")
        if text and missing:
            self.add_error("figure", "There is a figure and a reason why there is none. Keep one of them.")
            return None
        try:
            said = Said(missing_reason=missing) if missing else parse_figure(text, indicator)
        except TypedWrong as wrong:
            self.add_error("figure", str(wrong))
            return None
        if status and not (said.status != Figure.Status.AS_PUBLISHED and status == Figure.Status.AS_PUBLISHED):
            said = Said(**{**vars(said), "status": status})
        return said.completed(indicator)


class ReviseForm(SaidForm):
    """The next revision of a figure: what it says now, since when, and why."""

    status = forms.ChoiceField(choices=Figure.Status.choices)
    code = forms.ChoiceField(
        label="What kind of revision this is", choices=NOT_FIRST, widget=forms.RadioSelect,
        error_messages={"required": "Choose what kind of revision this is."},
    )  # fmt: skip
    reason = WordsField(label="Why it changes", rows=3, max_length=500, what="why the figure changes")
    known_on = DayField(label="Known since", help_text="The day on which it was published or told.")
    source = WordsField(required=False, max_length=300, help_text="The document or meeting, in words.")
    source_url = WebField(label="Address of the source", required=False, max_length=500)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**15)

    field_order = ["figure", "missing", "status", "code", "reason", "known_on", "source", "source_url"]

    def __init__(self, data=None, *, observation):
        self.observation = observation
        super().__init__(
            data,
            initial={
                "figure": as_typed(observation),
                "missing": observation.missing_reason,
                "status": observation.status,
                "known_on": today(),
                "seen": observation.revisions_held,
            },
        )
        self.fields["figure"].help_text = _how_to_type(observation.indicator)

    def clean_known_on(self):
        """Nothing is known before its day."""
        day = self.cleaned_data["known_on"]
        if day and day > today():
            raise forms.ValidationError(f"{in_words(day)} has not come yet. Enter today or a day before.")
        return day

    def clean(self):
        """The figure itself, held against what is there now."""
        cleaned = super().clean()
        observation = self.observation
        if cleaned.get("seen") != observation.revisions_held:
            self.data = self.data.copy()
            self.data["seen"] = str(observation.revisions_held)
            self.add_error(
                None, "Somebody revised this figure after you opened the page. Look at it above, then save again."
            )
        cleaned["said"] = self.said(observation.indicator, cleaned.get("status"))
        if cleaned["said"] and cleaned["said"] == Said.of(observation):
            self.add_error("figure", "That is what it says already. Change it, or go back.")
        if cleaned["said"] and (wrong := check(observation.indicator, observation.area, cleaned["said"])):
            self.add_error("figure", " ".join(wrong))
        return cleaned


def _how_to_type(indicator):
    examples = {
        Indicator.Unit.COUNT: "4,586",
        Indicator.Unit.PERCENT: "62% or, better, 45/120",
        Indicator.Unit.RATE: "3.4, or 45/12,000",
        Indicator.Unit.POUNDS: "£36,343",
    }
    example = "+23%" if indicator.is_change else examples[indicator.unit]
    return f"For example, {example}."


class ConfirmPeriodForm(forms.Form):
    """Which period a figure is of that was reported without one."""

    OTHER = "other"
    which = forms.ChoiceField(
        label="Which period is it of?", widget=forms.RadioSelect, error_messages={"required": "Choose the period."}
    )
    period = PeriodField(label="Another period", required=False)
    reason = WordsField(label="How you know", rows=2, max_length=300, what="how you know which period it is")

    def __init__(self, data=None, *, observation):
        super().__init__(data)
        self.observation = observation
        frequency = observation.indicator.frequency
        self.fields["period"].of(frequency)
        self.candidates = candidates(observation)
        choices = [(each.start.isoformat(), f"{each.label}: {why}") for each, why in self.candidates]
        self.fields["which"].choices = [*choices, (self.OTHER, "Another one, entered below")]

    def clean(self):
        """The first day of the period that was chosen or entered."""
        cleaned = super().clean()
        which = cleaned.get("which")
        if which == self.OTHER and not cleaned.get("period") and "period" not in self.errors:
            self.add_error("period", "Enter the period.")
        if which and which != self.OTHER:
            if cleaned.get("period"):
                self.add_error("period", "You chose a period above. Leave this empty, or choose “Another one”.")
            cleaned["start"] = datetime.date.fromisoformat(which)
        elif which:
            cleaned["start"] = cleaned.get("period")
        return cleaned


def candidates(observation):
    """[(Period, why)]: the periods that the reported words may mean, seen from the day on which they were said."""
    frequency, day = observation.indicator.frequency, observation.known_on
    stated = observation.period_as_stated.lower()
    named = [number for number, name in enumerate(MONTHS, 1) if name.lower() in stated]
    years = [year for year in (day.year, day.year - 1) if str(year) in stated] or [day.year, day.year - 1]
    firsts = [datetime.date(year, month, 1) for month in named for year in years]
    found = dict.fromkeys(Period.containing(frequency, first) for first in firsts)
    found = [period for period in found if period.start <= day] or [
        Period.containing(frequency, day).previous(),
        Period.containing(frequency, day),
    ]
    return [(period, _seen_from(period, day)) for period in sorted(found)]


def _seen_from(period, day):
    if period.end >= day:
        gone = (day - period.start).days
        return f"had begun {words.so_many(gone, 'day')} before it was said, on {in_words(day)}, and was not over"
    return f"had ended {words.so_many((day - period.end).days, 'day')} before it was said, on {in_words(day)}"


# --- places ----------------------------------------------------------------------------------------------------------


class AreaForm(forms.ModelForm):
    """A place that figures speak of."""

    class Meta:
        model = Area
        fields = ["name", "kind", "parent", "gss_code", "valid_from", "valid_to", "position"]
        field_classes = {"valid_from": DayField, "valid_to": DayField}
        widgets = {"valid_from": DAY, "valid_to": DAY, "gss_code": SHORT}
        labels = {
            "parent": "Lies in",
            "valid_from": "Exists since",
            "valid_to": "Existed until",
            "position": "Place in lists",
        }
        error_messages = {"name": {"required": "Enter the name."}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Area.objects.exclude(pk=self.instance.pk)
        self.fields["parent"].empty_label = "Nothing larger"

    def clean_gss_code(self):
        """A code has a letter and eight digits."""
        code = self.cleaned_data["gss_code"].strip().upper()
        if code and not (len(code) == 9 and code[0].isalpha() and code[1:].isdigit()):
            raise forms.ValidationError("A code has one letter and eight digits, for example E23000010.")
        if code and Area.objects.filter(gss_code=code).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Another area has this code.")
        return code

    def clean(self):
        """Days in order, and no place inside itself."""
        cleaned = super().clean()
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", "The last day lies before the first. Check both.")
        above, seen = cleaned.get("parent"), set()
        while above and self.instance.pk and above.pk not in seen:
            seen.add(above.pk)
            if above.parent_id == self.instance.pk:
                self.add_error("parent", f"{above} lies in {self.instance} itself. Choose something larger.")
            above = above.parent
        if not self.instance.slug and cleaned.get("name"):
            self.instance.slug = _free_slug(Area, cleaned["name"], 80)
        return cleaned


class PopulationForm(forms.ModelForm):
    """How many people live in an area, by one release."""

    people = forms.CharField(max_length=20, widget=SHORT, error_messages={"required": "Enter how many people."})

    class Meta:
        model = Population
        fields = ["year", "people", "source"]
        widgets = {"year": SHORT}
        error_messages = {
            "source": {"required": "Say from which release it is."},
            "year": {"required": "Enter the year."},
        }

    def clean_people(self):
        """A whole number, typed as people type one."""
        counts = Indicator(unit=Indicator.Unit.COUNT)
        try:
            said = parse_figure(self.cleaned_data["people"], counts)
        except TypedWrong as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        if said.value is None or not 0 < said.value < 2_000_000_000:
            raise forms.ValidationError("Type how many people live there, for example 2,332,000.")
        return int(said.value)

    def clean_year(self):
        """A year that has been counted."""
        year = self.cleaned_data["year"]
        if not 1900 <= year <= today().year:
            raise forms.ValidationError(f"Enter a year from 1900 to {today().year}.")
        return year


class GroupForm(forms.ModelForm):
    """A group of forces that are compared."""

    class Meta:
        model = ComparatorGroup
        fields = ["name", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
        error_messages = {"name": {"required": "Enter the name.", "unique": "There is a group of this name already."}}


class MembershipForm(forms.ModelForm):
    """An area in a group, from and to a day."""

    class Meta:
        model = ComparatorMembership
        fields = ["area", "starts", "ends"]
        field_classes = {"starts": DayField, "ends": DayField}
        widgets = {"starts": DAY, "ends": DAY}
        labels = {"starts": "Since", "ends": "Until"}
        error_messages = {"area": {"required": "Choose the area."}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.filter(kind=Area.Kind.FORCE)
        self.fields["area"].empty_label = "Choose a police force area"

    def clean(self):
        """Days in order; one time after the other."""
        cleaned = super().clean()
        first, last, area = cleaned.get("starts"), cleaned.get("ends"), cleaned.get("area")
        if first and last and last < first:
            self.add_error("ends", "The last day lies before the first. Check both.")
        elif area:
            for held in self.instance.group.memberships.filter(area=area).exclude(pk=self.instance.pk):
                if (first is None or held.ends is None or first <= held.ends) and (
                    last is None or held.starts is None or held.starts <= last
                ):
                    self.add_error("area", f"{area} is in this group already at that time. Change that line instead.")
                    break
        return cleaned
