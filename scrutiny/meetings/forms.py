"""Forms for series, meetings and agenda items."""

import json

from django import forms
from django.db import models
from django.db.models import Q
from django.forms import inlineformset_factory
from django.forms.models import BaseInlineFormSet
from django.utils.text import slugify

from opcc_portal.office.forms import ClockField, DayField, WebField
from scrutiny.meetings.models import AgendaItem, Meeting, MeetingSeries, StandingItem
from scrutiny.plan.models import Outcome, Priority


class WholeRecordForm(forms.ModelForm):
    """Checks every constraint of the record, and overwrites nothing that somebody else saved meanwhile.

    The page carries what it showed (`seen`). Of fields that somebody else changed since, those left alone here keep the
    other's value; one that both changed comes back with both.
    """

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data.copy() if data is not None else None, *args, **kwargs)
        if self.instance.pk:
            self.fields["seen"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=json.dumps(self._shown())
            )

    def _shown(self):
        return {name: self._words(name, self.initial.get(name)) for name in self._meta.fields if name in self.fields}

    def _words(self, name, value):
        """A value as it would be compared: keys for records, text for the rest."""
        if isinstance(value, (list, models.QuerySet)):
            return ",".join(sorted(str(getattr(one, "pk", one)) for one in value))
        value = getattr(value, "pk", value)
        return "" if value is None else str(self.fields[name].prepare_value(value))

    def clean(self):
        """Bring what was typed here together with what somebody else saved meanwhile."""
        cleaned = super().clean()
        for name, before in self._seen().items():
            now = self._words(name, self.initial.get(name))
            if now == before or name not in cleaned:
                continue
            mine = self._words(name, cleaned[name])
            if mine == before:
                cleaned[name] = self.fields[name].clean(self.initial.get(name))
            elif mine != now:
                self.add_error(
                    name, f"Somebody else wrote “{self._readable(name)}” here meanwhile. Save again to keep yours."
                )
                self.data["seen"] = json.dumps(self._shown())
        return cleaned

    def _seen(self):
        try:
            seen = json.loads(self.data.get("seen") or "{}")
        except (ValueError, RecursionError):
            return {}
        return (
            {name: text for name, text in seen.items() if name in self._meta.fields} if isinstance(seen, dict) else {}
        )

    def _readable(self, name):
        value = self.initial.get(name)
        choices = dict(getattr(self.fields[name], "choices", ()))
        return choices.get(value) or self._words(name, value) or "nothing"

    def _post_clean(self):
        super()._post_clean()
        if not self.errors:
            self.check_constraints()

    def check_constraints(self):
        """Django leaves out constraints on fields that the form does not show; here they count."""
        try:
            self.instance.validate_constraints()
        except forms.ValidationError as error:
            self.add_error(None, error.messages)


# --- meetings --------------------------------------------------------------------------------------------------------


class MeetingForm(WholeRecordForm):
    """The facts of a meeting."""

    date = DayField(label="Date")
    starts = ClockField(label="Start", required=False)
    ends = ClockField(label="End", required=False)

    class Meta:
        model = Meeting
        fields = [
            "series", "name", "date", "starts", "ends", "venue", "mode", "is_public", "outcome", "webcast_url",
            "public_notes", "status", "status_note",
        ]  # fmt: skip
        field_classes = {"webcast_url": WebField}
        widgets = {
            "mode": forms.RadioSelect,
            "status": forms.RadioSelect,
            "public_notes": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["outcome"].queryset = Outcome.objects.select_related("plan")
        self.fields["outcome"].empty_label = "None"

    def clean(self):
        """A meeting that does not take place says why: the public page will have to."""
        cleaned = super().clean()
        called_off = cleaned.get("status") in (Meeting.Status.POSTPONED, Meeting.Status.CANCELLED)
        if called_off and not cleaned.get("status_note"):
            self.add_error("status_note", "Say why the meeting is postponed or cancelled.")
        return cleaned


class NewMeetingForm(MeetingForm):
    """A meeting that is copied from nothing: what is left empty is as the series usually has it."""

    with_standing_items = forms.BooleanField(
        label="Start with the standing items of the series", required=False, initial=True
    )

    class Meta(MeetingForm.Meta):
        fields = [name for name in MeetingForm.Meta.fields if name not in ("status", "status_note", "webcast_url")]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["series"].empty_label = "Choose a series"
        self.fields["series"].error_messages["required"] = "Choose the series this meeting belongs to."
        self.fields["name"].required = False
        self.fields["name"].help_text = "Leave empty to use the name of the series."
        for name in ("starts", "ends"):
            self.fields[name].help_text += " Leave empty for the usual time of the series."
        self.fields["venue"].help_text = "Leave empty for the usual venue of the series."

    def clean(self):
        """The usual name, times and venue count when the record is checked."""
        cleaned = super().clean()
        series = cleaned.get("series")
        for name in ("name", "starts", "ends", "venue"):
            if series and not cleaned.get(name) and name not in self.errors:
                cleaned[name] = getattr(series, name)
        return cleaned


class CopyForm(WholeRecordForm):
    """What may differ in the next meeting of a series."""

    date = DayField(label="Date")
    starts = ClockField(label="Start", required=False)
    ends = ClockField(label="End", required=False)

    class Meta:
        model = Meeting
        fields = ["date", "starts", "ends", "venue", "mode", "is_public"]
        widgets = {"mode": forms.RadioSelect}


class MeetingFilterForm(forms.Form):
    """Which meetings a list shows."""

    series = forms.ModelChoiceField(MeetingSeries.objects.all(), required=False, empty_label="All series")
    year = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)

    def __init__(self, *args, years=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", "All years"), *((year, str(year)) for year in years)]


# --- agenda ----------------------------------------------------------------------------------------------------------


class ItemForm(WholeRecordForm):
    """One agenda item. A label that stands twice on the printed agenda must be confirmed."""

    planned_time = ClockField(label="Planned for", required=False)
    label_as_printed = forms.BooleanField(label="Printed twice on the paper: keep it as printed", required=False)

    class Meta:
        model = AgendaItem
        fields = [
            "label", "label_as_printed", "title", "part", "purpose", "lead", "planned_time", "parent", "priority",
            "is_standing", "outcome", "note", "task",
        ]  # fmt: skip
        widgets = {
            "label": forms.TextInput(attrs={"class": "width-10", "autocomplete": "off"}),
            "part": forms.RadioSelect,
            "outcome": forms.RadioSelect,
            "note": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "label": "As it is printed, for instance 5, 7A or 5.1. Leave empty for an item without a number.",
            "lead": "Who introduces it, as it is to be printed.",
            "note": "Printed below the item. For an item of the private part say here why it is private.",
        }
        error_messages = {"title": {"required": "Enter the title of the item."}}

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.meeting = self.instance.meeting = meeting
        parents = meeting.items.filter(parent=None).exclude(pk=self.instance.pk)
        self.fields["parent"].queryset = parents
        self.fields["parent"].label = "Sub-item of"
        self.fields["parent"].empty_label = "No other item"
        if "priority" in self.fields:
            held = Q(pk=self.instance.priority_id)
            now = Q(plan__starts__lte=meeting.date) & (Q(plan__ends=None) | Q(plan__ends__gte=meeting.date))
            self.fields["priority"].queryset = Priority.objects.filter(held | now)
            self.fields["priority"].empty_label = "None"

    @property
    def asks_about_label(self):
        """Whether the question about a label that stands twice has to be on the page."""
        return bool(self.errors.get("label")) or self["label_as_printed"].value() in (True, "on", "true", "True")

    def clean(self):
        """Refuse a label that another item has, unless it was confirmed; see also the constraint on the record."""
        cleaned = super().clean()
        label = cleaned["label"] = (cleaned.get("label") or "").strip()
        if not label or cleaned.get("label_as_printed"):
            return cleaned
        if other := self.meeting.items.filter(label=label).exclude(pk=self.instance.pk).first():
            self.add_error(
                "label",
                f"“{label}” is already the label of “{other.title}”. Change one of them, or confirm that the paper "
                "prints it twice.",
            )
        return cleaned


class NewItemForm(ItemForm):
    """The line at the end of the agenda: a title and Enter are enough."""

    proposed = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta(ItemForm.Meta):
        fields = ["label", "label_as_printed", "title", "part", "purpose", "lead", "planned_time", "parent"]
        help_texts = {}
        widgets = {
            "label": forms.TextInput(attrs={"autocomplete": "off"}),
            "title": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def __init__(self, *args, label="", **kwargs):
        initial = {"label": label, "proposed": label, **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["planned_time"].help_text = ""

    @property
    def label_was_proposed(self):
        """Nobody typed the label: it may give way to the next one."""
        return self.cleaned_data.get("label", "") == self.cleaned_data.get("proposed", "")

    def clean(self):
        """A proposed label that was taken meanwhile is no mistake of whoever adds the item."""
        typed = (self.data.get(self.add_prefix("label")) or "").strip()
        if typed and typed == self.data.get(self.add_prefix("proposed")):
            cleaned = self.cleaned_data
            cleaned["label"] = typed
            return cleaned
        return super().clean()

    def check_constraints(self):
        """Checked when the item is added, with the label that it then gets."""


# --- series ----------------------------------------------------------------------------------------------------------


class SeriesForm(WholeRecordForm):
    """A series of meetings."""

    starts = ClockField(label="Usual start", required=False)
    ends = ClockField(label="Usual end", required=False)

    class Meta:
        model = MeetingSeries
        fields = [
            "name", "heading", "aliases", "purpose", "cadence", "numbering", "is_public", "venue", "starts", "ends",
            "uses_assurance", "question_notice", "question_notice_in_working_days",
        ]  # fmt: skip
        widgets = {
            "aliases": forms.Textarea(attrs={"rows": 3}),
            "purpose": forms.Textarea(attrs={"rows": 3}),
            "numbering": forms.RadioSelect,
        }
        help_texts = {
            "cadence": "In words, for instance every three months.",
            "question_notice": "Counted back from the day of the meeting. Leave empty for no deadline.",
            "question_notice_in_working_days": "Monday to Friday. Bank holidays are not known to the portal: count them "
            "in where one falls into the time.",
        }

    question_notice = forms.IntegerField(
        label="Days of notice for questions from the public",
        required=False,
        min_value=0,
        max_value=366,
        widget=forms.TextInput(attrs={"class": "width-10", "inputmode": "numeric", "autocomplete": "off"}),
        help_text=Meta.help_texts["question_notice"],
        error_messages={
            "invalid": "Enter the days of notice as a whole number, for example 7.",
            "min_value": "The days of notice cannot be fewer than 0.",
            "max_value": "The days of notice cannot be more than 366.",
        },
    )

    def clean(self):
        """A usual end before the usual start is a slip."""
        cleaned = super().clean()
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", "The usual end must be after the usual start.")
        return cleaned

    def _post_clean(self):
        if not self.instance.slug:
            self.instance.slug = free_slug(self.cleaned_data.get("name", ""))
        super()._post_clean()


def free_slug(name):
    """A slug that no other series has."""
    start = slugify(name)[:70] or "series"
    slug, number = start, 1
    while MeetingSeries.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{start}-{number}"
    return slug


class _StandingItems(BaseInlineFormSet):
    def ordered_kept_forms(self):
        """The forms that stay, in the order that was asked for; those without a number behind the others."""
        kept = [
            form for form in self.forms if form not in self.deleted_forms and (form.has_changed() or form.instance.pk)
        ]
        return sorted(
            kept, key=lambda form: (form.cleaned_data.get("ORDER") is None, form.cleaned_data.get("ORDER") or 0)
        )


StandingItemsFormSet = inlineformset_factory(
    MeetingSeries,
    StandingItem,
    formset=_StandingItems,
    fields=["title", "part", "purpose", "lead", "at_end", "task"],
    extra=3,
    can_order=True,
    can_delete=True,
    max_num=60,
)
