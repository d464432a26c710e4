"""Forms of checking and approving minutes."""

from django import forms

from scrutiny.minutes.models import MinuteEntry
from scrutiny.register.text_fields import WordsField
from scrutiny.workflow.models import Checker


class EntryCommentForm(forms.Form):
    """What somebody says about one entry."""

    text = WordsField(label="Comment", rows=4, max_length=5000, error_messages={"required": "Write the comment."})


class VerdictForm(forms.Form):
    """Whether a checker agrees, and in what words they ask for changes. `sent` names the text they read."""

    verdict = forms.ChoiceField(
        label="What do you say?",
        choices=[(Checker.Verdict.AGREED, "I agree"), (Checker.Verdict.CHANGES, "I ask for changes")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you agree or ask for changes."},
    )
    text = WordsField(
        label="In your words",
        required=False,
        rows=3,
        max_length=5000,
        help_text="Say which changes you ask for. Comments beside the entries stay as they are.",
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

    note = WordsField(label="What is to be changed", what="what is to be changed", rows=3, max_length=5000)


class AmendmentForm(forms.Form):
    """How an entry should read, and why."""

    after = WordsField(
        label="As it should read", what="how the entry should read", rows=6, max_length=MinuteEntry.TEXT_LIMIT
    )
    note = WordsField(label="Why", what="the reason", required=False, max_length=300, help_text="For the change note.")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class AtMeetingForm(forms.Form):
    """The approval that a meeting gives. `is_amended` asks for the change note."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    at = forms.CharField(required=False, widget=forms.HiddenInput)
    asked = forms.CharField(required=False, widget=forms.HiddenInput)
    change_note = WordsField(
        label="Change note",
        what="the change note",
        rows=5,
        max_length=10_000,
        help_text="Printed with the approved version.",
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
