"""Forms of the import: what comes in, how its columns are read, and what has to be said before it is taken over."""

from django import forms

from funding.applications.importing import columns
from funding.applications.importing.columns import Layout
from funding.applications.models import Application
from scrutiny.indicators.importing.sheet_forms import (
    SheetColumnsForm,
    SheetForm,
    SheetTakeForm,
    file_field,
    paste_field,
)
from scrutiny.workflow.forms import WordsField


class BringForm(SheetForm):
    """A paste from Excel or a file."""

    what, neither = "applications", "Choose a file, or paste the applications."
    file = file_field("Upload a file", "An Excel workbook (.xlsx) or a CSV file with one application in a row.")
    text = paste_field("Or paste from Excel")


class ColumnsForm(SheetColumnsForm):
    """What each column of a sheet holds, and what is said once for the whole sheet."""

    roles = columns.ROLES
    seen = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label="Kind of organisation where a row says none",
        help_text="A row with a charity number is a charity, one with a company number a company.",
        required=False,
        choices=[("", "Ask me: such rows are rejected"), *Application.Applicant.choices],
    )

    def __init__(self, batch, layout, data=None):
        super().__init__(batch.rows, layout, data, initial={"kind": layout.kind, "seen": batch.version})

    @property
    def chosen(self):
        """The layout that was chosen."""
        return Layout(**self.chosen_columns, kind=self.cleaned_data.get("kind", ""))


class TakeForm(SheetTakeForm):
    """What a person says before applications are taken over: what is left out, what was looked at, why so late."""

    what = "rows"
    late = WordsField(
        label="Why they are taken after the last day",
        help_text="The round is closed. The history of each of these applications shows this.",
        max_length=300,
        what="why they are taken after the last day",
    )

    def __init__(self, shown, *args, **kwargs):
        super().__init__(shown, *args, **kwargs)
        if not shown["late"]:
            del self.fields["late"]
