"""Forms of corrections: the details of one, its states, and what narrows the register."""

import uuid
from functools import reduce
from operator import or_

from django import forms
from django.db.models import Q

from opcc_portal.richtext.cleaning import scrub
from scrutiny.indicators.models import Area, Indicator
from scrutiny.indicators.periods import NotAPeriod, Period, parse_period
from scrutiny.minutes.models import Correction
from scrutiny.register.text_fields import FilterForm, WordsField, series_field

LONGEST = 300


class LineField(forms.CharField):
    """One line of words, without characters that nobody can see."""

    def to_python(self, value):
        """Spaces and line breaks become single spaces."""
        return " ".join(scrub(super().to_python(value)).split())


class Kept(forms.Form):
    """What every act of saving carries: the version it is based on, and an id that is the same on every retry."""

    base_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)
    save_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("save_id", uuid.uuid4())


class DetailsForm(Kept):
    """What was corrected, in the panel under an entry. Nothing is required: what is unknown is flagged, not refused.

    `papers` are the reports before the meeting under this item, `figures` their figures.
    """

    SHOWN = ("measure", "old_value", "new_value", "period", "place", "page")

    figure = forms.CharField(label="Figure of the paper", required=False, max_length=400)
    old_value = LineField(label="Was", required=False, max_length=LONGEST, help_text="Empty: not known.")
    new_value = LineField(label="Now", required=False, max_length=LONGEST)
    measure = LineField(label="What is corrected", required=False, max_length=LONGEST)
    period = LineField(label="Period", required=False, max_length=100)
    place = forms.ChoiceField(label="Where it stands", required=False)
    page = LineField(label="Page", required=False, max_length=20)
    has_words = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, correction=None, papers=(), figures=(), **kwargs):
        self.correction, self.papers = correction, papers
        self.figures = {figure.key: figure for figure in figures}
        if correction and not kwargs.get("initial"):
            kwargs["initial"] = self.initial_for(correction)
        super().__init__(*args, **kwargs)
        self.initial.setdefault("base_version", correction.version if correction else 0)
        self.fields["place"].choices = self._places()
        self.fields["period"].help_text = self.period_hint
        for name in ("old_value", "new_value", "page"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.initial.setdefault("figure", self._figure_of_the_record())

    @staticmethod
    def initial_for(correction):
        """The record as the form's values."""
        return {
            "base_version": correction.version,
            **{name: getattr(correction, name) for name in DetailsForm.SHOWN if name != "place"},
            "place": place_of(correction),
        }

    @property
    def period_hint(self):
        """Whom and what to ask; the paper's own words are a hint only."""
        figure = self.figures.get(self["figure"].value() or "")
        return (figure and figure.period_hint) or "Which period does the figure speak of? Ask, do not guess."

    def _figure_of_the_record(self):
        held = self.correction
        if not held or not held.section_id:
            return ""
        for key, figure in self.figures.items():
            if (figure.section.pk, figure.value, figure.sentence) == (held.section_id, held.old_value, held.quoted):
                return key
        return ""

    def _places(self):
        groups = [("", "Not chosen yet")]
        for paper in self.papers:
            rows = [(f"report:{paper.pk}", f"The report: {paper.subject}")]
            rows += [(f"section:{section.pk}", f"Section: {section.heading}") for section in paper.sections.all()]
            rows += [
                (f"attachment:{held.pk}", f"Attachment: {held.attachment.title}")
                for held in paper.held_attachments.all()
            ]
            groups.append((paper.subject, rows))
        known = {key for _, rows in groups[1:] for key, _ in rows}
        now = place_of(self.correction) if self.correction else ""
        if now and now not in known:  # the paper has gone to another item; the correction still names it
            groups.append(("Elsewhere", [(now, place_in_words(self.correction))]))
        return groups

    def place_label(self, key):
        """A choice of place in words."""
        rows = [row for _, rows in self.fields["place"].choices[1:] for row in rows]
        return dict(rows).get(key, "Not chosen yet")

    def clean(self):
        """A figure that was picked fills in what nobody typed; the same value twice is no correction."""
        data = super().clean()
        figure = self.figures.get(data.get("figure", ""))
        if figure:
            data["old_value"] = data.get("old_value") or figure.value
            data["measure"] = data.get("measure") or figure.measure
            data["place"] = data.get("place") or f"section:{figure.section.pk}"
        if data.get("new_value") and data.get("new_value") == data.get("old_value"):
            self.add_error("new_value", "Now and was are the same. Enter the value that is right.")
        return data

    def changes(self):
        """The versioned fields as posted, ready for the save function."""
        data, figure = self.cleaned_data, self.figures.get(self.cleaned_data["figure"])
        changes = {name: data[name] for name in self.SHOWN if name != "place"}
        changes |= self._place_changes(data["place"])
        held = self.correction
        if figure and changes["section"] == figure.section.pk and changes["old_value"] == figure.value:
            changes["quoted"] = figure.sentence
        else:
            same = held and (held.section_id, held.old_value) == (changes["section"], changes["old_value"])
            changes["quoted"] = held.quoted if same else ""
        return changes

    def _place_changes(self, key):
        none = {"report": None, "section": None, "attachment": None}
        if not key:
            return none
        if self.correction and key == place_of(self.correction):
            held = self.correction
            return {"report": held.report_id, "section": held.section_id, "attachment": held.attachment_id}
        kind, _, pk = key.partition(":")
        for paper in self.papers:
            within = {
                "report": [paper],
                "section": paper.sections.all(),
                "attachment": paper.held_attachments.all(),
            }[kind]
            if any(str(one.pk) == pk for one in within):
                return {**none, "report": paper.pk, kind: int(pk)}
        return none


def place_of(correction):
    """Where the figure stands, as the form names it."""
    for kind in ("attachment", "section", "report"):
        if pk := getattr(correction, f"{kind}_id"):
            return f"{kind}:{pk}"
    return ""


def place_in_words(correction):
    """Where the figure stands, for people."""
    if correction.attachment:
        return str(correction.attachment.attachment)
    if correction.section:
        return f"{correction.section.heading}, {correction.report.subject}"
    return correction.report.subject if correction.report else ""


class CorrectionOfMinutesForm(Kept):
    """What an entry of closed minutes should say instead."""

    SHOWN = ("measure", "old_value", "new_value", "note")

    measure = LineField(
        label="What is corrected", required=False, max_length=LONGEST, help_text="For instance: a name."
    )
    old_value = LineField(
        label="The words as they stand",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "data-grow": ""}),
        error_messages={"required": "Copy the words that are wrong."},
    )
    new_value = LineField(
        label="How they should read",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "data-grow": ""}),
        error_messages={"required": "Write how it should read."},
    )
    note = LineField(label="Why", required=False, max_length=300, help_text="Who noticed it, and what shows it.")

    def __init__(self, *args, entry, **kwargs):
        self.entry = entry
        super().__init__(*args, **kwargs)
        self.initial.setdefault("base_version", 0)

    @staticmethod
    def initial_for(correction):
        """The record as the form's values."""
        names = CorrectionOfMinutesForm.SHOWN
        return {"base_version": correction.version, **{name: getattr(correction, name) for name in names}}

    def clean(self):
        """The wrong words stand in the entry; the right ones differ."""
        data = super().clean()
        old, new = data.get("old_value"), data.get("new_value")
        if old and old not in " ".join(self.entry.text.split()):
            self.add_error("old_value", "These words do not stand in the entry. Copy them exactly.")
        if old and old == new:
            self.add_error("new_value", "Both wordings are the same.")
        return data

    def changes(self):
        """The versioned fields as posted."""
        return {name: self.cleaned_data[name] for name in self.SHOWN}


class ConfirmForm(forms.Form):
    """That a correction is right, as it read; with the period where nobody has given one."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)
    period = LineField(
        label="Period",
        required=False,
        max_length=100,
        help_text="Which period the figure speaks of. Where nobody can say any more, write “not stated”.",
    )


class FigureForm(forms.Form):
    """Which figure of an indicator a correction puts right. The period is as people write it, or still to be confirmed."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)
    indicator = forms.ModelChoiceField(
        Indicator.objects.none(), label="Indicator", required=False, empty_label="No figure that is kept here"
    )
    area = forms.ModelChoiceField(Area.objects.none(), label="Area", required=False, empty_label="Choose an area")
    period_start = LineField(
        label="Period of the figure",
        required=False,
        max_length=60,
        help_text="For instance October 2017 or 2017/18. Leave it empty while nobody can say which one is meant: the figure "
        "is then kept as reported, and not drawn as a point.",
    )

    def __init__(self, *args, correction, **kwargs):
        self.correction = correction
        super().__init__(*args, initial=kwargs.pop("initial", None) or self._initial(), **kwargs)
        self.fields["indicator"].queryset = Indicator.objects.select_related("priority").order_by("title")
        self.fields["area"].queryset = Area.objects.all()

    def _initial(self):
        held = self.correction
        start = held.indicator and held.period_start
        return {
            "seen": held.version,
            "indicator": held.indicator_id,
            "area": held.area_id,
            "period_start": Period.starting(held.indicator.frequency, held.period_start).label if start else "",
        }

    def clean(self):
        """An indicator comes with an area; the period is one of the indicator's."""
        data = super().clean()
        indicator, text = data.get("indicator"), data.get("period_start")
        data["period_start"] = None
        if indicator is None:
            return data
        if data.get("area") is None:
            if indicator.headline_area is None:
                self.add_error("area", "Choose the area that the figure is of.")
            data["area"] = indicator.headline_area
        if text:
            try:
                data["period_start"] = parse_period(text, indicator.frequency).start
            except NotAPeriod as wrong:
                self.add_error("period_start", str(wrong))
        return data


class ApplyForm(forms.Form):
    """How a correction was carried out."""

    how = LineField(
        label="How it was applied",
        max_length=300,
        help_text="For instance: notice on the report; new version of the attachment.",
        error_messages={"required": "Say how it was applied."},
    )


class CorrectionFilter(FilterForm):
    """Which corrections to list. Meetings and people are those that the list knows."""

    folded = ("series", "meeting", "person")

    text = WordsField(label="Words or figures", required=False, max_length=100)
    status = forms.ChoiceField(label="State", choices=[("", "Every state"), *Correction.Status.choices], required=False)
    series = series_field()
    meeting = forms.ChoiceField(label="Meeting", choices=[("", "Every meeting")], required=False)
    person = forms.ChoiceField(label="Said by", choices=[("", "Everybody")], required=False)

    @classmethod
    def over(cls, data, visible):
        """The filter over these corrections."""
        told = visible.order_by("-minutes__meeting__date", "said_by__name").values_list(
            "minutes__meeting__pk", "minutes__meeting__name", "minutes__meeting__date", "said_by__name"
        )
        told = list(told.distinct())
        meetings = {str(pk): f"{name}, {date:%-d %B %Y}" for pk, name, date, _ in told}
        people = sorted({name for *_, name in told if name})
        return cls(data, meeting=meetings.items(), person=[(name, name) for name in people])

    def narrow(self, corrections):
        """The corrections that the filter asks for."""
        wanted = self.wanted
        names = {
            "status": "status",
            "series": "minutes__meeting__series",
            "meeting": "minutes__meeting",
            "person": "said_by__name",
        }
        corrections = corrections.filter(**{names[name]: wanted[name] for name in names if name in wanted})
        for word in wanted.get("text", "").split():
            corrections = corrections.filter(_says(word))
        return corrections


def _says(word):
    """That a correction, its paper or its entry speaks of this word."""
    places = (
        "measure", "old_value", "new_value", "period", "note", "report__subject", "attachment__attachment__title",
        "entry__text", "corrected_entry__text",
    )  # fmt: skip
    return reduce(or_, (Q(**{f"{place}__icontains": word}) for place in places))
