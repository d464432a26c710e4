"""Footnotes of a report: typed in the text as [note: its words], set at the foot of the page on paper.

The token is plain text, so that it survives every editor and every cleaning; its words carry no marks of their own.
"""

import re
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

_TOKEN = re.compile(r"\s*\[note:\s*([^\[\]<>\s][^\[\]<>]*?)\s*\]")


@dataclass(frozen=True)
class Footnote:
    """One footnote as a page lists it: its number in the report, the anchors of call and note, its words as safe HTML."""

    number: int
    words: SafeString

    @property
    def anchor(self):
        """Where the note stands."""
        return f"note-{self.number}"

    @property
    def call(self):
        """Where the text calls it."""
        return f"note-call-{self.number}"


def on_paper(html):
    """Cleaned HTML with each token as the element that the paper's style sends to the foot of the page."""
    return _TOKEN.sub(r'<span class="fn">\1</span>', html)


def on_screen(html, first):
    """(cleaned HTML with each token as a link to its note, the notes), numbered from `first` on."""
    notes = []

    def call(token):
        note = Footnote(first + len(notes), mark_safe(token[1]))  # the token holds no tags, its entities stay escaped
        notes.append(note)
        return f'<sup><a href="#{note.anchor}" id="{note.call}" aria-label="Note {note.number}">{note.number}</a></sup>'

    return _TOKEN.sub(call, html), notes
