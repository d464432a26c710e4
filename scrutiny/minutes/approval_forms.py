"""Forms of checking and approving minutes."""

from django import forms

from scrutiny.minutes.models import MinuteEntry
from scrutiny.workflow.models import Checker

_AREA = {"rows": 3}


class EntryCommentForm(forms.Form):
    """What somebody says about one entry."""

    text = forms.CharField(
        label="Comment",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write the comment.", "max_length": "Keep a comment under 5,000 letters."},
    )


class VerdictForm(forms.Form):
    """Whether a checker agrees, and in what words they ask for changes. `sent` names the text they read."""

    verdict = forms.ChoiceField(
        label="What do you say?",
        choices=[choice for choice in Checker.Verdict.choices if choice[0]],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you agree or ask for changes."},
    )
    text = forms.CharField(
        label="In your words",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs=_AREA),
        help_text="Say which changes you ask for. Comments beside the entries stay as they are.",
        error_messages={"max_length": "Keep it under 5,000 letters."},
    )
    sent = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self):
        """Whoever asks for changes says which."""
        data = super().clean()
        if data.get("verdict") == Checker.Verdict.CHANGES and not data.get("text"):
            self.add_error("text", "Say which changes you ask for.")
        return data


class GiveBackForm(forms.Form):
    """Why minutes go back to the officer."""

    note = forms.CharField(
        label="What is to be changed",
        max_length=5000,
        widget=forms.Textarea(attrs=_AREA),
        error_messages={"required": "Say what is to be changed.", "max_length": "Keep it under 5,000 letters."},
    )


class AmendmentForm(forms.Form):
    """How an entry should read, and why."""

    after = forms.CharField(
        label="As it should read",
        max_length=MinuteEntry.TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Say how the entry should read."},
    )
    note = forms.CharField(
        label="Why",
        required=False,
        max_length=300,
        help_text="For the change note.",
        error_messages={"max_length": "Keep the reason under 300 letters."},
    )


class AtMeetingForm(forms.Form):
    """The approval that a meeting gives. `is_amended` asks for the change note."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    at = forms.CharField(required=False, widget=forms.HiddenInput)
    change_note = forms.CharField(
        label="Change note",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Printed with the approved version.",
        error_messages={"required": "Say in the change note what is amended."},
    )
    write_down = forms.BooleanField(label="Write it into this meeting’s minutes", required=False)

    def __init__(self, *args, is_amended, place, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_amended:
            del self.fields["change_note"]
        if place is None:
            del self.fields["write_down"]
        else:
            self.fields["write_down"].label = f"Write it into this meeting’s minutes, under “{place.item}”"
