"""Quotation marks of spoken words over several paragraphs: each paragraph opens with one, only the last closes."""

import re

OPENING, CLOSING = "“", "”"
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_STRAIGHT_OPENING = re.compile(r'(^|[\s(\[—–-])"')


def paragraphs(text):
    """The paragraphs of a text: an empty line begins a new one, a line break stays a line."""
    parts = (part.strip() for part in _EMPTY_LINE.split(text.replace("\r\n", "\n")))
    return [part for part in parts if part]


def quoted(text):
    """The paragraphs of a quotation with their marks, whether or not the writer typed some; what is quoted inside gets ‘’."""
    found = [_inside(_bare(part)) for part in paragraphs(text)]
    return [f"{OPENING}{part}{CLOSING if place == len(found) else ''}" for place, part in enumerate(found, 1)]


def _bare(part):
    """The paragraph without the marks around it."""
    part = _curled(part)
    opens = part.startswith(OPENING)
    closes = part.endswith(CLOSING)
    inner = part[1 if opens else 0 : len(part) - 1 if closes else len(part)]
    # Marks in pairs inside stand by themselves; “No” is what he said: opens a pair of its own.
    depth = 0
    for letter in inner:
        depth += {OPENING: 1, CLOSING: -1}.get(letter, 0)
        if depth < 0:
            return part
    if depth > 0 and closes:
        return part[1 if opens else 0 :]
    return inner.strip()


def _curled(text):
    return _STRAIGHT_OPENING.sub(rf"\g<1>{OPENING}", text).replace('"', CLOSING)


def _inside(text):
    return text.replace(OPENING, "‘").replace(CLOSING, "’")
