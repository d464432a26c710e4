"""Forms of the decision register."""

import datetime
import re

from django import forms
from django.db.models import Q

from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField
from scrutiny.register.decisions import FIELDS
from scrutiny.register.models import Decision
from scrutiny.register.text_fields import FilterForm, WordsField, series_field

LONGEST = 20_000
# A date before this is a slip of the pen: the office keeps no decisions of that age.
EARLIEST = datetime.date(1990, 1, 1)
REFERENCE = re.compile(r"^(\d{4})/(\d{1,6})$")


class DecisionForm(forms.Form):
    """A decision until it is signed."""

    title = WordsField(what="a title", max_length=200, help_text="Short, as the register lists it.")
    decided = WordsField(label="What is decided", what="what is decided", rows=6, max_length=LONGEST)
    reasons = WordsField(rows=5, max_length=LONGEST, required=False, help_text="Why, and what else was considered.")
    maker = WordsField(
        label="Who decides", what="who decides", max_length=200, help_text="Name and title as of the day."
    )
    decided_on = DayField(
        label="Date of the decision", help_text="When it was made. The day of signing is kept apart from it."
    )
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @classmethod
    def initial_for(cls, decision):
        """The record as the form first shows it."""
        return {**{name: getattr(decision, name) for name in FIELDS}, "seen_version": decision.version}

    def clean_decided_on(self):
        """A year far back is a slip."""
        day = self.cleaned_data["decided_on"]
        if day < EARLIEST:
            raise forms.ValidationError(f"{day.year} is too long ago for a decision of this office. Check the year.")
        if day > today() + datetime.timedelta(days=366):
            raise forms.ValidationError(f"{day:%-d %B %Y} is more than a year from now. Check the year.")
        return day

    @property
    def words(self):
        """The record's fields as typed."""
        return {name: self.cleaned_data[name] for name in FIELDS}

    def build_on(self, newer):
        """Keep what was typed, now knowing what somebody else saved: [(label, saved, typed)] where they differ."""
        self.data = self.data.copy()
        self.data["seen_version"] = newer.version
        shown = {name: self.fields[name].prepare_value(value) for name, value in self.words.items()}
        return [
            (self.fields[name].label or name.capitalize(), self.fields[name].prepare_value(getattr(newer, name)), typed)
            for name, typed in shown.items()
            if getattr(newer, name) != self.words[name]
        ]


class DecisionFilter(FilterForm):
    """Which decisions to list."""

    text = WordsField(label="Words or number", required=False, max_length=200)
    series = series_field()
    year = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, choices=[("", "Every year")])
    status = forms.ChoiceField(required=False, choices=[("", "Every state"), *Decision.Status.choices])

    def narrow(self, decisions):
        """The decisions that the filter asks for. The year is that of the number; before signing, of the decision."""
        wanted = self.wanted
        if series := wanted.get("series"):
            decisions = decisions.filter(meeting__series=series)
        if year := wanted.get("year"):
            decisions = decisions.filter(Q(year=year) | Q(year=None, decided_on__year=year))
        decisions = decisions.filter(status=wanted["status"]) if "status" in wanted else decisions.real()
        if text := wanted.get("text"):
            decisions = decisions.filter(_says(text))
        return decisions


def _says(text):
    found = REFERENCE.match(text)
    if found:
        return Q(year=int(found[1]), number=int(found[2]))
    return Q(title__icontains=text) | Q(decided__icontains=text) | Q(reasons__icontains=text) | Q(maker__icontains=text)
