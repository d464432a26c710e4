"""Protective markings that a text itself carries (Government Security Classifications Policy).

A marking stands in a line of its own, in capitals, or behind its label ("Classification: Secret"); the word inside a
sentence is no marking. The portal holds OFFICIAL and OFFICIAL-SENSITIVE; what is marked higher is not taken in.
"""

import re

_DESCRIPTOR = r"(?:\s*[-–—/:,]+\s*[A-Z0-9][A-Z0-9 ,/&–—-]*|\s+(?:UK|EYES)\b[A-Z ]*)?"
_TOO_HIGH = re.compile(rf"^[\W_]*(?:UK\s+)?(TOP\s+SECRET|SECRET){_DESCRIPTOR}[\W_]*$")
_SENSITIVE = re.compile(rf"^[\W_]*(?:UK\s+)?(OFFICIAL\s*[-–—:]?\s*SENSITIVE){_DESCRIPTOR}[\W_]*$")
_LABEL = r"^\W*(?:(?:government|security|protective|protectively)\s+)*(?:marking|marked|classification|classified|sensitivity)"
_LABELLED_TOO_HIGH = re.compile(rf"{_LABEL}\s*[:–—-]?\s*(?:UK\s+)?(top\s+secret|secret)\b(?!\s+[a-z])", re.I)
_LABELLED_SENSITIVE = re.compile(rf"{_LABEL}\s*[:–—-]?\s*(?:UK\s+)?official\s*[-–—:]?\s*sensitive\b", re.I)
LONGEST = 200  # no marking is a longer line


def too_high(text):
    """The marking above OFFICIAL-SENSITIVE that the text carries: SECRET or TOP SECRET; empty where it has none."""
    for line in _lines(text):
        if found := _TOO_HIGH.match(line) or _LABELLED_TOO_HIGH.match(line):
            return " ".join(found[1].upper().split())
    return ""


def is_sensitive(text):
    """Whether the text is marked OFFICIAL-SENSITIVE."""
    return any(_SENSITIVE.match(line) or _LABELLED_SENSITIVE.match(line) for line in _lines(text))


def why_refused(marking):
    """What to tell somebody who brings such a text, as the end of a sentence that names it."""
    return (
        f"is marked {marking}. This portal holds papers up to OFFICIAL-SENSITIVE only. Nothing of it was kept. "
        "Do not send it again; tell whoever is responsible for security in your organisation."
    )


def _lines(text):
    return (line for line in re.split(r"[\n\r\f\v]", text) if 5 < len(line) <= LONGEST)
