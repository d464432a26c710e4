"""Forms of the import: what comes in, how its columns are read, and what has to be said before it is taken over."""

from django import forms

from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField
from scrutiny.indicators.importing import columns
from scrutiny.indicators.importing.columns import Layout
from scrutiny.indicators.models import Area, ColumnMap, Indicator, ObservationRevision
from scrutiny.register.text_fields import WordsField

Code = ObservationRevision.Code
CODES = [("", "Choose one"), *((code.value, f"{code.label} ({code.value})") for code in Code if code != Code.FIRST)]
LONGEST_REASON = 300


class BringForm(forms.Form):
    """A paste from Excel or a file, who sends it, and since when its figures are known."""

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
    text = forms.CharField(
        label="Paste from Excel",
        help_text="Copy the cells together with their headings, and paste them here.",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label="Or upload a file",
        help_text="An Excel workbook (.xlsx) or a CSV file with at most 50,000 rows.",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt"}),
    )

    def clean_known_on(self):
        """Nobody knows a figure before its day."""
        day = self.cleaned_data["known_on"]
        if day > today():
            raise forms.ValidationError("This day has not come yet. Enter today or a day before.")
        return day

    def clean(self):
        """Either the one or the other."""
        has_text, has_file = bool((self.cleaned_data.get("text") or "").strip()), bool(self.cleaned_data.get("file"))
        if has_text and has_file:
            self.add_error("file", "You pasted figures and chose a file. Send one of the two.")
        elif not has_text and not has_file and "file" not in self.errors:
            self.add_error("text", "Paste the figures, or choose a file.")
        return self.cleaned_data

    @property
    def known_sources(self):
        """The names under which columns are remembered."""
        return ColumnMap.objects.values_list("source", flat=True)


class ColumnsForm(forms.Form):
    """What each column of a sheet holds, and what is said once for the whole sheet."""

    heading = forms.IntegerField(
        label="Row of the headings", min_value=1, widget=forms.NumberInput(attrs={"class": "width-4"})
    )
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
        initial = {"heading": layout.heading + 1, "across": layout.across, **layout.given}
        super().__init__(data, initial=initial)
        self.batch, self.layout = batch, layout
        self.fields["indicator"].queryset = Indicator.objects.select_related("priority").order_by("title")
        self.fields["area"].queryset = Area.objects.all()
        self.fields["heading"].max_value = len(batch.cells)
        headings = columns.headings_of(batch.cells, layout)
        for place in range(len(headings)):
            role = layout.roles[place] if place < len(layout.roles) else ""
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=f"Column {columns.letter(place)}",
                required=False,
                choices=list(columns.ROLES.items()),
                initial=role,
            )
        self.headings = headings

    @property
    def columns(self):
        """[(letter, heading, some cells, the field)]: the sheet as its table of choices shows it."""
        below = self.batch.cells[self.layout.heading + 1 :][:3]
        for place, heading in enumerate(self.headings):
            some = [row[place] for row in below if place < len(row) and row[place]]
            yield columns.letter(place), heading, some, self[f"column_{place}"]

    def clean_heading(self):
        """A row that is there."""
        row = self.cleaned_data["heading"]
        if row > len(self.batch.cells):
            raise forms.ValidationError(f"The sheet has {len(self.batch.cells):,} rows. Enter one of them.")
        return row

    def clean(self):
        """Everything that rows are read by has to be named once."""
        if "heading" in self.cleaned_data:
            for missing in self.chosen.missing():
                self.add_error(None, missing)
        return self.cleaned_data

    @property
    def chosen(self):
        """The layout that was chosen."""
        said = self.cleaned_data
        given = {role: said[role].pk for role in ("indicator", "area") if said.get(role)}
        return Layout(
            heading=said["heading"] - 1,
            roles=[said.get(f"column_{place}", "") for place in range(len(self.headings))],
            across=said.get("across", ""),
            given=given,
            sheet=self.layout.sheet,
        )


class TakeForm(forms.Form):
    """What a person says before figures are taken over: why they change, what is left out, what was looked at."""

    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)
    code = forms.ChoiceField(label="Kind of revision", required=False, choices=CODES)
    reason = WordsField(
        label="Why these figures change",
        help_text="Stands with each revised figure that has no reason of its own below.",
        required=False,
        max_length=LONGEST_REASON,
        what="the reason",
    )
    leave_out = forms.BooleanField(label="Leave the rejected cells out", required=False)
    confirmed = forms.BooleanField(label="I have looked at what is to be confirmed", required=False)

    def __init__(self, shown, *args, seen=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.shown, self.seen = shown, seen
        self.rows = sorted({finding["row"] for finding in shown["revised"]})
        if not shown["revised"]:
            del self.fields["code"], self.fields["reason"]
        if not shown["rejected"]:
            del self.fields["leave_out"]
        if not shown["warned"] and not seen:
            del self.fields["confirmed"]

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
        """Rejected cells and warnings are left out or confirmed by a person, never by themselves."""
        said = self.cleaned_data
        if "leave_out" in self.fields and not said.get("leave_out"):
            self.add_error("leave_out", "Put the rejected cells right in the file, or tick that they are left out.")
        if "confirmed" in self.fields and not said.get("confirmed"):
            self.add_error("confirmed", "Tick that you have looked at what is to be confirmed.")
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
