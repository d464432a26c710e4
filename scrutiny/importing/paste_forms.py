"""Pasting several paragraphs without script: the text, then the entries that are proposed, each to be looked at."""

import uuid

from django import forms

from scrutiny.importing.paste import MAX_PARAGRAPHS
from scrutiny.minutes.forms import SpokenForm
from scrutiny.register.text_fields import WordsField


class PasteForm(forms.Form):
    """What was copied somewhere else."""

    text = WordsField(
        label="Paste here",
        strip=False,
        rows=14,
        error_messages={"required": "Paste some text first."},
    )
    by_speaker = forms.BooleanField(
        required=False,
        label="Part a paragraph where somebody else begins to speak",
        help_text="A question and the answers to it in one paragraph become entries of their own.",
    )


class ProposedForm(SpokenForm):
    """One proposed entry. An empty text leaves it out."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["speaker"].widget.attrs["class"] = "speaker"
        text = self["text"].value() or ""
        self.fields["text"].widget.attrs |= {"rows": 1 + len(text) // 66 + text.count("\n"), "data-grow": ""}


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
