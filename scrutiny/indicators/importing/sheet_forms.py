"""Forms that every import of a sheet is made of: what comes in, what its columns hold, what is said before it is taken."""

from django import forms

from scrutiny.indicators.importing import sheets


def paste_field(label):
    """Cells pasted from a spreadsheet."""
    return forms.CharField(
        label=label,
        help_text="Copy the cells together with their headings, and paste them here.",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )


def file_field(label, help_text):
    """A workbook or CSV file."""
    widget = forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt"})
    return forms.FileField(label=label, help_text=help_text, required=False, widget=widget)


class SheetForm(forms.Form):
    """A paste (`text`) or a file (`file`). `what` names what its rows hold; `neither` is told at the first of the two."""

    what = neither = ""

    def clean(self):
        """Either the one or the other."""
        has_text, has_file = bool((self.cleaned_data.get("text") or "").strip()), bool(self.cleaned_data.get("file"))
        if has_text and has_file:
            self.add_error("file", f"You pasted {self.what} and chose a file. Send one of the two.")
        elif not has_text and not has_file and "file" not in self.errors:
            first = next(name for name in self.fields if name in ("text", "file"))
            self.add_error(first, self.neither)
        return self.cleaned_data


class SheetColumnsForm(forms.Form):
    """What each column of a sheet holds: one of `roles`. A room adds what is said once for the whole sheet."""

    roles = {}
    heading = forms.IntegerField(
        label="Row of the headings", min_value=1, widget=forms.NumberInput(attrs={"class": "width-4"})
    )

    def __init__(self, rows, layout, data=None, *, initial):
        super().__init__(data, initial={"heading": layout.heading + 1, **initial})
        self.rows, self.layout = rows, layout
        self.headings = sheets.headings_of(rows, layout.heading)
        for place in range(len(self.headings)):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=f"Column {sheets.letter(place)}",
                required=False,
                choices=list(self.roles.items()),
                initial=layout.roles[place] if place < len(layout.roles) else "",
            )

    @property
    def columns(self):
        """[(letter, heading, some cells, the field)]: the sheet as its table of choices shows it."""
        below = self.rows[self.layout.heading + 1 :][:3]
        for place, heading in enumerate(self.headings):
            some = [row[place] for row in below if place < len(row) and row[place]]
            yield sheets.letter(place), heading, some, self[f"column_{place}"]

    def clean_heading(self):
        """A row that is there."""
        row = self.cleaned_data["heading"]
        if row > len(self.rows):
            raise forms.ValidationError(f"The sheet has {len(self.rows):,} rows. Enter one of them.")
        return row

    def clean(self):
        """Everything that rows cannot be read without has its column, once."""
        if "heading" in self.cleaned_data:
            for missing in self.chosen.missing():
                self.add_error(None, missing)
        return self.cleaned_data

    @property
    def chosen_columns(self):
        """What of the chosen layout every sheet has."""
        said = self.cleaned_data
        roles = [said.get(f"column_{place}", "") for place in range(len(self.headings))]
        return {"heading": said["heading"] - 1, "roles": roles, "sheet": self.layout.sheet}


class SheetTakeForm(forms.Form):
    """What a person says before a sheet is taken over: what is left out, and that warnings were looked at."""

    what = ""  # that are rejected: rows or cells
    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)
    leave_out = forms.BooleanField(required=False)
    confirmed = forms.BooleanField(label="I have looked at what is to be confirmed", required=False)

    def __init__(self, shown, *args, seen=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.shown = shown
        self.fields["leave_out"].label = f"Leave the rejected {self.what} out"
        if not shown["rejected"]:
            del self.fields["leave_out"]
        if not shown["warned"] and not seen:
            del self.fields["confirmed"]

    def clean(self):
        """What is rejected or warned about is left out or confirmed by a person, never by itself."""
        said = self.cleaned_data
        if "leave_out" in self.fields and not said.get("leave_out"):
            self.add_error(
                "leave_out", f"Put the rejected {self.what} right in the file, or tick that they are left out."
            )
        if "confirmed" in self.fields and not said.get("confirmed"):
            self.add_error("confirmed", "Tick that you have looked at what is to be confirmed.")
        return said
