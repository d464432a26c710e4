"""Forms of the import: what comes in, how its columns are read, and what has to be said before it is taken over."""

from django import forms

from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField
from scrutiny.indicators.importing import columns
from scrutiny.indicators.importing.columns import Layout
from scrutiny.indicators.importing.sheet_forms import (
    SheetColumnsForm,
    SheetForm,
    SheetTakeForm,
    file_field,
    paste_field,
)
from scrutiny.indicators.models import Area, ColumnMap, Indicator, ObservationRevision
from scrutiny.register.text_fields import WordsField

Code = ObservationRevision.Code
CODES = [("", "Choose one"), *((code.value, f"{code.label} ({code.value})") for code in Code if code != Code.FIRST)]
LONGEST_REASON = 300


class BringForm(SheetForm):
    """A paste from Excel or a file, who sends it, and since when its figures are known."""

    what, neither = "figures", "Paste the figures, or choose a file."

    source = WordsField(
        label="Where the figures come from",
        help_text="For instance Force performance return. Its columns are remembered under this name.",
        max_length=160,
        what="where the figures come from",
        widget=forms.TextInput(attrs={"list": "known-sources", "autocomplete": "off"}),
    )
    known_on = DayField(
        label="Known since", help_text="The day on which the figures were published or sent.", initial=today
    )
    text = paste_field("Paste from Excel")
    file = file_field("Or upload a file", "An Excel workbook (.xlsx) or a CSV file with at most 50,000 rows.")

    def clean_known_on(self):
        """Nobody knows a figure before its day."""
        day = self.cleaned_data["known_on"]
        if day > today():
            raise forms.ValidationError("This day has not come yet. Enter today or a day before.")
        return day

    @property
    def known_sources(self):
        """The names under which columns are remembered."""
        return ColumnMap.objects.values_list("source", flat=True)


class ColumnsForm(SheetColumnsForm):
    """What each column of a sheet holds, and what is said once for the whole sheet."""

    roles = columns.ROLES
    across = forms.ChoiceField(
        label="Each row holds",
        required=False,
        choices=[
            ("", "One figure"),
            ("area", "One figure for each area; the headings name the areas"),
            ("period", "One figure for each period; the headings name the periods"),
            ("indicator", "One figure for each indicator; the headings name the indicators"),
        ],
    )
    indicator = forms.ModelChoiceField(
        Indicator.objects.none(),
        label="Indicator of all figures",
        required=False,
        empty_label="As the sheet says",
    )
    area = forms.ModelChoiceField(
        Area.objects.none(), label="Area of all figures", required=False, empty_label="As the sheet says"
    )

    def __init__(self, batch, layout, data=None):
        super().__init__(batch.cells, layout, data, initial={"across": layout.across, **layout.given})
        self.fields["indicator"].queryset = Indicator.objects.select_related("priority").order_by("title")
        self.fields["area"].queryset = Area.objects.all()
        self.fields["heading"].max_value = len(batch.cells)

    @property
    def chosen(self):
        """The layout that was chosen."""
        said = self.cleaned_data
        given = {role: said[role].pk for role in ("indicator", "area") if said.get(role)}
        return Layout(**self.chosen_columns, across=said.get("across", ""), given=given)


class TakeForm(SheetTakeForm):
    """What a person says before figures are taken over: why they change, what is left out, what was looked at."""

    what = "cells"
    field_order = ("fingerprint", "code", "reason", "leave_out", "confirmed")
    code = forms.ChoiceField(label="Kind of revision", required=False, choices=CODES)
    reason = WordsField(
        label="Why these figures change",
        help_text="Stands with each revised figure that has no reason of its own below.",
        required=False,
        max_length=LONGEST_REASON,
        what="the reason",
    )

    def __init__(self, shown, *args, **kwargs):
        super().__init__(shown, *args, **kwargs)
        self.rows = sorted({finding["row"] for finding in shown["revised"]})
        if not shown["revised"]:
            del self.fields["code"], self.fields["reason"]

    @property
    def revised(self):
        """The revised figures with the words typed for their rows; a row of several figures has its words once."""
        seen = set()
        for finding in self.shown["revised"]:
            row = finding["row"]
            code, reason = (self.data.get(f"{name}-{row}", "") if self.is_bound else "" for name in ("code", "reason"))
            yield {**finding, "has_words": row not in seen, "code": code, "reason": reason}
            seen.add(row)

    @property
    def reasons(self):
        """{row: {code, reason}}; "0" for all rows without words of their own."""
        said = {"0": {"code": self.cleaned_data.get("code", ""), "reason": self.cleaned_data.get("reason", "")}}
        codes = dict(CODES)
        for row in self.rows:
            code, reason = (self.data.get(f"{name}-{row}", "").strip() for name in ("code", "reason"))
            if (code in codes and code) or reason:
                own = {"code": code if code in codes else "", "reason": reason[:LONGEST_REASON]}
                said[str(row)] = {name: own[name] or said["0"][name] for name in own}
        return said

    def clean(self):
        """A revised figure has a reason, its own or that of all."""
        said = super().clean()
        if "code" in self.fields:
            self._ask_for_reasons(said)
        return said

    def _ask_for_reasons(self, said):
        reasons = self.reasons
        for finding in self.shown["revised"]:
            own = reasons.get(str(finding["row"]), reasons["0"])
            if not own["code"] and "code" not in self.errors:
                self.add_error("code", "Choose what kind of revision it is.")
            if not own["reason"] and not finding["note"] and "reason" not in self.errors:
                self.add_error("reason", "Say why these figures change.")


class TakeBackForm(forms.Form):
    """Why a batch is taken back."""

    why = WordsField(
        label="Why these figures are taken back",
        help_text="Stands with each figure, in its trail.",
        max_length=LONGEST_REASON,
        what="why they are taken back",
    )
