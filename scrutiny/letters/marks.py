"""The small marks of a letter: *stars* for italics in its subject, [1] for the first footnote in its text."""

import re

from django.utils.html import escape
from django.utils.safestring import mark_safe

from opcc_portal.richtext.printing import ready

_STARS = re.compile(r"\*(?=\S)([^*]+?)(?<=\S)\*")
# Two digits at most: [2017] is the year of a case in law reports.
_CALL = re.compile(r"\s*\[([1-9]\d?)\]")
_TAG = re.compile(r"(<[^>]*>)")


def lines(text):
    """The lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def plain(subject):
    """The subject without its stars."""
    return _STARS.sub(r"\1", subject)


def marked(subject):
    """The subject as HTML, with what stands between stars in italics."""
    return mark_safe(_STARS.sub(r"<i>\1</i>", escape(subject)))


def called(html):
    """The numbers of the footnotes that the text calls, in its order, each once."""
    found = (int(call) for piece in _pieces(html) if not piece.startswith("<") for call in _CALL.findall(piece))
    return list(dict.fromkeys(found))


def footnote_problem(html, notes):
    """What is wrong between the calls in the text and the footnotes, in words for people; empty when all is right."""
    calls = called(html)
    if missing := [number for number in calls if number > len(notes)]:
        many = "There is no footnote" if not notes else f"There {'is' if len(notes) == 1 else 'are'} only {len(notes)}"
        return f"The text calls footnote [{missing[0]}]. {many}: write it, or take the call out."
    if unused := [number for number in range(1, len(notes) + 1) if number not in calls]:
        return f"No place in the text calls footnote {unused[0]}. Write [{unused[0]}] where it belongs."
    if calls != sorted(calls):
        return "The footnotes are not called in their order. Number them as they come in the text."
    return ""


def with_notes(html, write):
    """The rich text with each call as `write(number, is_first)` says; where it stands in a link, right after the link.

    A call without a footnote stays as it is typed: `write` answers None.
    """
    seen, done, held, in_link = set(), [], [], False

    def put(call):
        number = int(call[1])
        html = write(number, number not in seen)
        if html is None:
            return call[0]
        seen.add(number)
        if in_link:
            held.append(html)
            return ""
        return html

    for piece in _pieces(ready(html)):
        if not piece.startswith("<"):
            done.append(_CALL.sub(put, piece))
            continue
        done.append(piece)
        if piece.startswith("<a "):
            in_link = True
        elif piece == "</a>":
            done += held
            in_link = False
            held.clear()
    return mark_safe("".join(done))


def _pieces(html):
    """Tags and what stands between them. An attribute of cleaned HTML holds no ">"."""
    return _TAG.split(html)
