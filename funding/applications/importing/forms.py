"""Forms of the import: what comes in, how its columns are read, and what has to be said before it is taken over."""

from django import forms

from funding.applications.importing import columns
from funding.applications.importing.columns import Layout
from funding.applications.models import Application
from scrutiny.workflow.forms import WordsField


class BringForm(forms.Form):
    """A paste from Excel or a file."""

    file = forms.FileField(
        label="Upload a file",
        help_text="An Excel workbook (.xlsx) or a CSV file with one application in a row.",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt"}),
    )
    text = forms.CharField(
        label="Or paste from Excel",
        help_text="Copy the cells together with their headings, and paste them here.",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def clean(self):
        """Either the one or the other."""
        has_text, has_file = bool((self.cleaned_data.get("text") or "").strip()), bool(self.cleaned_data.get("file"))
        if has_text and has_file:
            self.add_error("file", "You pasted applications and chose a file. Send one of the two.")
        elif not has_text and not has_file and "file" not in self.errors:
            self.add_error("file", "Choose a file, or paste the applications.")
        return self.cleaned_data


class ColumnsForm(forms.Form):
    """What each column of a sheet holds, and what is said once for the whole sheet."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label="Kind of organisation where a row says none",
        help_text="A row with a charity number is a charity, one with a company number a company.",
        required=False,
        choices=[("", "Ask me: such rows are rejected"), *Application.Applicant.choices],
    )
    heading = forms.IntegerField(
        label="Row of the headings", min_value=1, widget=forms.NumberInput(attrs={"class": "width-4"})
    )

    def __init__(self, batch, layout, data=None):
        initial = {"heading": layout.heading + 1, "kind": layout.kind, "seen": batch.version}
        super().__init__(data, initial=initial)
        self.batch, self.layout = batch, layout
        self.headings = columns.headings_of(batch.rows, layout.heading)
        for place in range(len(self.headings)):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=f"Column {columns.letter(place)}",
                required=False,
                choices=list(columns.ROLES.items()),
                initial=layout.roles[place] if place < len(layout.roles) else "",
            )

    @property
    def columns(self):
        """[(letter, heading, some cells, the field)]: the sheet as its table of choices shows it."""
        below = self.batch.rows[self.layout.heading + 1 :][:3]
        for place, heading in enumerate(self.headings):
            some = [row[place] for row in below if place < len(row) and row[place]]
            yield columns.letter(place), heading, some, self[f"column_{place}"]

    def clean_heading(self):
        """A row that is there."""
        row = self.cleaned_data["heading"]
        if row > len(self.batch.rows):
            raise forms.ValidationError(f"The sheet has {len(self.batch.rows):,} rows. Enter one of them.")
        return row

    def clean(self):
        """Everything that an application cannot do without has its column, once."""
        if "heading" in self.cleaned_data:
            for missing in self.chosen.missing():
                self.add_error(None, missing)
        return self.cleaned_data

    @property
    def chosen(self):
        """The layout that was chosen."""
        said = self.cleaned_data
        return Layout(
            heading=said["heading"] - 1,
            roles=[said.get(f"column_{place}", "") for place in range(len(self.headings))],
            kind=said.get("kind", ""),
            sheet=self.layout.sheet,
        )


class TakeForm(forms.Form):
    """What a person says before applications are taken over: what is left out, what was looked at, why so late."""

    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)
    leave_out = forms.BooleanField(label="Leave the rejected rows out", required=False)
    confirmed = forms.BooleanField(label="I have looked at what is to be confirmed", required=False)
    late = WordsField(
        label="Why they are taken after the last day",
        help_text="The round is closed. The history of each of these applications shows this.",
        max_length=300,
        what="why they are taken after the last day",
    )

    def __init__(self, shown, *args, seen=None, **kwargs):
        super().__init__(*args, **kwargs)
        if not shown["rejected"]:
            del self.fields["leave_out"]
        if not shown["warned"] and not seen:
            del self.fields["confirmed"]
        if not shown["late"]:
            del self.fields["late"]

    def clean(self):
        """Rejected rows and warnings are left out or confirmed by a person, never by themselves."""
        said = self.cleaned_data
        if "leave_out" in self.fields and not said.get("leave_out"):
            self.add_error("leave_out", "Put the rejected rows right in the file, or tick that they are left out.")
        if "confirmed" in self.fields and not said.get("confirmed"):
            self.add_error("confirmed", "Tick that you have looked at what is to be confirmed.")
        return said
