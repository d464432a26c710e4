"""The text of an entry: plain paragraphs with three inline marks, and how it is shown.

`**bold**`, `_italic_` and `[words](https://…)` are all there is; everything else is text and is escaped.
"""

import re
from difflib import SequenceMatcher

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from scrutiny.minutes.models import MinuteEntry
from scrutiny.register.text_fields import readable

_MARKS = re.compile(
    r"\*\*(?P<bold>[^*\n]+)\*\*"
    r"|(?<!\w)_(?P<italic>[^_\n]+)_(?!\w)"
    r"|\[(?P<words>[^\]\n]+)\]\((?P<address>(?:https?://|mailto:)[^\s)]+)\)"
)


class TextRefused(ValueError):
    """The text cannot be kept as it is; the message says what to do."""


def checked_text(text):
    """The text with one kind of line break and without characters that no reader can see.

    Raises TextRefused when it is longer than an entry may be.
    """
    text = readable(text)
    if len(text) > MinuteEntry.TEXT_LIMIT:
        raise TextRefused(
            f"This entry has {len(text):,} characters; {MinuteEntry.TEXT_LIMIT:,} is the most. "
            "Split it into several entries."
        )
    return text.strip()


def marked_up(text) -> SafeString:
    """The text as HTML without paragraphs: marks become elements, line breaks stay line breaks."""
    pieces, done = [], 0
    for found in _MARKS.finditer(text):
        pieces.append(escape(text[done : found.start()]))
        if found["bold"]:
            pieces.append(format_html("<strong>{}</strong>", found["bold"]))
        elif found["italic"]:
            pieces.append(format_html("<em>{}</em>", found["italic"]))
        else:
            pieces.append(format_html('<a href="{}">{}</a>', found["address"], found["words"]))
        done = found.end()
    pieces.append(escape(text[done:]))
    return mark_safe("".join(pieces).replace("\n", "<br>"))  # every piece above is escaped or formatted


def plain(text):
    """The text as a reader hears it: without its marks, on one line."""
    words = _MARKS.sub(lambda found: found["bold"] or found["italic"] or found["words"], text)
    return " ".join(words.split())


def paragraphs(text):
    """The text's paragraphs as safe HTML; an empty line parts them."""
    return [marked_up(part) for part in re.split(r"\n\s*\n", text) if part.strip()]


def marked_difference(before, after):
    """Two texts as safe HTML with the words that differ marked: (before with <del>, after with <ins>)."""
    old, new = re.findall(r"\s+|[^\s]+", before), re.findall(r"\s+|[^\s]+", after)
    left, right = [], []
    for act, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        gone, come = escape("".join(old[a:b])), escape("".join(new[c:d]))
        if act == "equal":
            left.append(gone)
            right.append(come)
        else:
            left.append(f"<del>{gone}</del>" if gone else "")
            right.append(f"<ins>{come}</ins>" if come else "")
    return mark_safe("".join(left)), mark_safe("".join(right))  # every word above is escaped
