"""Forms for the figures and charts of a report, and for starting a Delivery Quarterly."""

import datetime

from django import forms

from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField, in_words
from scrutiny.indicators.models import Area, Indicator
from scrutiny.meetings.models import Meeting
from scrutiny.reports import quarterly, quoting
from scrutiny.reports.models import ReportSection

AS_KNOWN = "Empty: as known today."


def _known(day):
    """A day on which something could be known. Raises ValidationError for one that is still to come."""
    if day and day > today():
        raise forms.ValidationError(
            f"Enter today or a day before: nobody knows on {in_words(today())} what comes later."
        )
    return day or today()


class SeriesForm(forms.Form):
    """Which series: an indicator, an area, and the day on which its figures were known."""

    indicator = forms.ModelChoiceField(
        Indicator.objects.select_related("priority").order_by("priority__position", "position", "pk"),
        empty_label="Choose an indicator",
        error_messages={"required": "Choose an indicator."},
    )
    area = forms.ModelChoiceField(
        Area.objects.all(), empty_label="Choose an area", error_messages={"required": "Choose an area."}
    )
    known_on = DayField(label="As known on", required=False, help_text=AS_KNOWN)

    def clean_known_on(self):
        """Not a day to come."""
        return _known(self.cleaned_data["known_on"])

    def choices(self):
        """The figures of the series, the latest first; the form says so where there are none."""
        done = self.cleaned_data
        found = quoting.choices(done["indicator"], done["area"], done["known_on"])
        if not found:
            day = in_words(done["known_on"])
            self.add_error("area", f"No figure of “{done['indicator']}” for {done['area']} was known on {day}.")
        return found


class ChosenFigureForm(forms.Form):
    """One of the figures found, and how the text is to say it."""

    FULL, VALUE = "full", "value"

    token = forms.CharField(error_messages={"required": "Choose a figure."})
    words = forms.ChoiceField(choices=[(FULL, "With period and day"), (VALUE, "The value alone")], initial=FULL)
    base_version = forms.IntegerField()
    save_id = forms.UUIDField()


class PutForm(forms.Form):
    """How a total of awards is put into a section: alone or with its table."""

    TOTAL, TABLE = "total", "table"

    form = forms.ChoiceField(choices=[(TOTAL, "The total"), (TABLE, "The total with its table")])
    base_version = forms.IntegerField()
    save_id = forms.UUIDField()


class MarkForm(forms.Form):
    """Where a figure of the text comes from: a figure of an indicator, or a source in words."""

    section = forms.ModelChoiceField(ReportSection.objects.none(), empty_label="Choose the section")
    words = forms.CharField(
        label="The figure, as the text gives it",
        max_length=60,
        help_text="Letter for letter, for example £36,343 or 62%.",
        error_messages={"required": "Enter the figure as it stands in the text."},
    )
    token = forms.ChoiceField(label="It is a figure of an indicator", required=False, widget=forms.RadioSelect)
    what = forms.CharField(
        label="What it counts",
        max_length=250,
        required=False,
        help_text="For example, grants from the Safer Streets Fund.",
    )
    period = forms.CharField(label="Period", max_length=120, required=False, help_text="As the source gives it.")
    source = forms.CharField(
        label="Source",
        max_length=300,
        required=False,
        help_text="Document and day, so that somebody can look it up.",
    )

    def __init__(self, *args, sections, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = sections
        words = self.data.get("words") if self.is_bound else self.initial.get("words")
        found = quoting.candidates(words or "")
        self.fields["token"].choices = [
            *((each.token, f"{each.indicator}, {each.area}: {each.in_full}") for each in found),
            ("", "None of these: I give the source"),
        ]
        if not found:
            del self.fields["token"]

    def clean_words(self):
        """As a reader reads it: single spaces."""
        return " ".join(self.cleaned_data["words"].split())

    def clean(self):
        """What is no figure of an indicator has a source, and says what it counts."""
        done = super().clean()
        if not done.get("token"):
            if not done.get("what"):
                self.add_error("what", "Enter what the figure counts.")
            if not done.get("source"):
                self.add_error("source", "Enter the source: the document and its day.")
        return done


class ExplainForm(forms.Form):
    """Why a figure stays as it is though something says otherwise."""

    explanation = forms.CharField(
        label="Why it stays as it is",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write why the figure stays as it is."},
    )


class CommentaryForm(forms.Form):
    """What is said about a chart. Carries the version that it is based on."""

    commentary = forms.CharField(
        label="Commentary",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What office and force say about it: why it is so, and what is done. Needed before publication.",
    )
    base_version = forms.IntegerField(widget=forms.HiddenInput)


class RefreshForm(forms.Form):
    """The day as of which a chart is drawn anew."""

    known_on = DayField(label="Draw it as known on", required=False, help_text=AS_KNOWN)

    def clean_known_on(self):
        """Not a day to come."""
        return _known(self.cleaned_data["known_on"])


class QuarterlyForm(forms.Form):
    """For which quarter, and for which meeting."""

    quarter = forms.ChoiceField(
        label="Quarter",
        help_text="Financial quarters, with their months. The latest stands first.",
        error_messages={"required": "Choose the quarter."},
    )
    meeting = forms.ModelChoiceField(
        Meeting.objects.select_related("series", "outcome").order_by("-date"),
        required=False,
        empty_label="No meeting yet",
        help_text="The heading block is taken from it.",
    )
    known_on = DayField(label="Figures as known on", required=False, help_text=AS_KNOWN)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["quarter"].choices = [
            (quarter.start.isoformat(), f"{quarterly.quarter_in_words(quarter)} ({_number(quarter)})")
            for quarter in quarterly.quarters_to_choose()
        ]

    def clean_quarter(self):
        """Its first day."""
        return datetime.date.fromisoformat(self.cleaned_data["quarter"])

    def clean_known_on(self):
        """Not a day to come."""
        return _known(self.cleaned_data["known_on"])


def _number(quarter):
    """Q3 2017/18, without the months that stand before it."""
    return quarter.label.partition(" (")[0]
