"""Pasting several paragraphs without script: the text, then the entries that are proposed, each to be looked at."""

import uuid

from django import forms

from scrutiny.importing.paste import MAX_PARAGRAPHS
from scrutiny.minutes.models import MinuteEntry
from scrutiny.minutes.texts import TextRefused, checked_text


class Words(forms.CharField):
    """Text from anywhere: a NUL is nothing that a reader sees, so it goes without a complaint."""

    widget = forms.Textarea

    def to_python(self, value):
        """As typed, without NUL."""
        return super().to_python(value).replace("\0", "")


class PasteForm(forms.Form):
    """What was copied somewhere else."""

    text = Words(
        label="Paste here",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        error_messages={"required": "Paste some text first."},
    )
    by_speaker = forms.BooleanField(
        required=False,
        label="Part a paragraph where somebody else begins to speak",
        help_text="A question and the answers to it in one paragraph become entries of their own.",
    )


class ProposedForm(forms.Form):
    """One proposed entry. An empty text leaves it out."""

    kind = forms.ChoiceField(choices=MinuteEntry.Kind, label="Kind")
    speaker = forms.ChoiceField(required=False, label="Speaker")
    second_speaker = forms.ChoiceField(required=False, label="Second speaker")
    text = Words(required=False, strip=False, label="Text")

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", "Nobody"), *((str(person.pk), person.speaker_name) for person in people)]
        self.fields["speaker"].choices = self.fields["second_speaker"].choices = choices
        self.fields["speaker"].widget.attrs["class"] = "speaker"
        text = self["text"].value() or ""
        self.fields["text"].widget.attrs |= {"rows": 1 + len(text) // 66 + text.count("\n"), "data-grow": ""}

    def clean_text(self):
        """Refuse what no entry can hold, keeping it in the form."""
        try:
            return checked_text(self.cleaned_data["text"])
        except TextRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean(self):
        """A second speaker needs a first, and somebody else."""
        data = super().clean()
        first, second = data.get("speaker"), data.get("second_speaker")
        if second and not first:
            self.add_error("second_speaker", "Choose the first speaker as well.")
        elif second and first == second:
            self.add_error("second_speaker", "The second speaker is the same person. Choose somebody else or nobody.")
        return data

    def fields_of_entry(self):
        """As add_entry takes them."""
        data = self.cleaned_data
        people = {name: int(data[name]) if data[name] else None for name in ("speaker", "second_speaker")}
        return {"kind": data["kind"], "text": data["text"], **people}


def proposed_forms(proposals, people):
    """A form for each proposed entry."""
    return [
        ProposedForm(
            prefix=f"p{number}",
            people=people,
            initial={
                "kind": proposal.kind,
                "speaker": proposal.speaker.pk if proposal.speaker else "",
                "second_speaker": proposal.second_speaker.pk if proposal.second_speaker else "",
                "text": proposal.text,
            },
        )
        for number, proposal in enumerate(proposals)
    ]


def posted_forms(data, people):
    """The forms that came back, in their order, and the number of their batch. (None, []) for what is no such form."""
    try:
        batch, count = uuid.UUID(data.get("batch", "")), int(data.get("count", ""))
    except ValueError:
        return None, []
    count = min(max(count, 0), MAX_PARAGRAPHS)
    return batch, [ProposedForm(data, prefix=f"p{number}", people=people) for number in range(count)]


def errors_of(posted):
    """Every error with the control it belongs to, for the summary on top of the page."""
    return [
        {"message": f"Entry {number}: {message}", "target": form[name].id_for_label}
        for number, form in enumerate(posted, 1)
        for name, messages in form.errors.items()
        for message in messages
    ]
