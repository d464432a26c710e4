"""Sample data for the page that shows every component (templates/components/all.html). Used by nothing else."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import ButtonHolder, Fieldset, Layout, Row, Submit
from django import forms, template
from django.core.paginator import Paginator

register = template.Library()


class LookForm(forms.Form):
    """One field of every kind that the form pack draws."""

    title = forms.CharField(label="Title", help_text="As it stands on the agenda.", max_length=120)
    held_on = forms.CharField(
        label="Date", help_text="For example 8 January 2018 or 8/1/2018.", widget=forms.TextInput({"class": "date"})
    )
    starts_at = forms.TimeField(label="Starts at", required=False, widget=forms.TimeInput({"class": "width-4"}))
    amount = forms.DecimalField(label="Amount in pounds", widget=forms.NumberInput({"class": "width-10"}))
    outcome = forms.ChoiceField(
        label="Outcome", choices=[("", "Choose one"), ("1", "Safeguarding vulnerable people"), ("2", "Safer roads")]
    )
    presence = forms.ChoiceField(
        label="Attendance",
        choices=[("present", "Present"), ("apologies", "Apologies"), ("substitute", "Substitute")],
        widget=forms.RadioSelect({"class": "segmented fill"}),
    )
    apologies = forms.ChoiceField(
        label="Apologies",
        help_text="“None” is recorded only if someone said so.",
        choices=[("unrecorded", "Not recorded"), ("none", "None"), ("list", "As marked above")],
        widget=forms.RadioSelect({"class": "inline"}),
    )
    papers = forms.MultipleChoiceField(
        label="Papers",
        help_text="Choose all that go into the pack.",
        choices=[("From the force", [("1", "Joint report")]), ("From the office", [("2", "Update"), ("3", "Letter")])],
        widget=forms.CheckboxSelectMultiple,
    )
    public = forms.BooleanField(label="The public may attend", help_text="Says so on the agenda.", required=False)
    notes = forms.CharField(label="Notes", required=False, widget=forms.Textarea({"data-grow": True, "rows": 3}))
    paper = forms.FileField(label="Paper", help_text="PDF or Word, up to 50 MB.", required=False)
    password = forms.CharField(label="Password", widget=forms.PasswordInput({"data-show-password": True}))
    arrives = forms.SplitDateTimeField(label="Arrives", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, initial=1)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Fieldset("Meeting", "title", Row("held_on", "starts_at"), "amount", "outcome"),
            Fieldset("People and papers", "presence", "apologies", "papers", "public", "notes", "paper"),
            "password",
            "arrives",
            "version",
            ButtonHolder(Submit("save", "Save"), Submit("draft", "Save as draft", css_class="quiet")),
        )

    def clean(self):
        """One error that belongs to no field, to show where it goes."""
        if not self.cleaned_data.get("title"):
            raise forms.ValidationError("This meeting cannot be saved yet.")
        return self.cleaned_data


@register.simple_tag
def sample_form(bound=False):
    """The form as it opens, or sent with nearly everything wrong."""
    return LookForm({"held_on": "8 Januar", "amount": "a lot", "version": "1"} if bound else None)


@register.simple_tag
def sample_page():
    """The fifth page of a list of 230 records."""
    return Paginator(range(230), 20).get_page(5)
