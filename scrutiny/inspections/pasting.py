"""Recommendations as people paste them out of a report: one a block, with an empty line between, number and kind in front."""

import re
from dataclasses import dataclass

from scrutiny.inspections.models import Recommendation
from scrutiny.workflow.forms import readable

Kind = Recommendation.Kind
KINDS = {
    "recommendation": Kind.RECOMMENDATION,
    "area for improvement": Kind.IMPROVEMENT,
    "afi": Kind.IMPROVEMENT,
    "cause of concern": Kind.CONCERN,
}
NUMBER = r"(?:[A-Za-z]{0,3}\d{1,3}[a-z]?(?:\.\d{1,3})*|[ivx]{1,6}|[a-h])"
# Recommendation 3: …; Recommendation 3 By March …; Area for improvement; Cause of concern 1. …
NAMED = re.compile(
    rf"^(?P<kind>{'|'.join(KINDS)})(?:\s+(?P<number>[A-Za-z]{{0,3}}\d{{1,3}}[a-z]?(?:\.\d{{1,3}})*)(?:\s*[.:)–-]\s*|\s+|$)"
    r"|\s*(?:[.:–-]\s*|$))",
    re.IGNORECASE,
)
# 3. …; (b) …; R12: …
NUMBERED = re.compile(rf"^\(?(?P<number>{NUMBER})[.:)]\)?\s+")
MARKS = "•●▪◦‣–-*·"
LONGEST_LABEL = 20


@dataclass(frozen=True)
class Piece:
    """One recommendation as it was pasted; `kind` is None where the words do not say it."""

    label: str
    text: str
    kind: str | None = None


def pieces_of(text):
    """The recommendations of a pasted text, in their order. A heading that stands alone belongs to what comes after it."""
    found, kind, label = [], None, ""
    for block in re.split(r"\n[^\S\n]*\n", readable(text)):
        said, number, words = _opened(_joined(block))
        kind, label = said or kind, number or label
        if not words:
            continue
        found.append(Piece(label=label[:LONGEST_LABEL], text=words, kind=kind))
        kind, label = None, ""
    return found


def _joined(block):
    """One line for each paragraph of a block: a paste out of a PDF breaks lines where the page did, points of a list stay."""
    lines = []
    for line in map(str.strip, block.split("\n")):
        is_point = line[:1] in MARKS
        if line and lines and not is_point and not lines[-1].endswith(":"):
            lines[-1] = f"{lines[-1]} {line}"
        elif line:
            lines.append(line)
    return "\n".join(lines)


def _opened(block):
    """(kind or None, number, the rest) of one block."""
    if named := NAMED.match(block):
        return KINDS[named["kind"].lower()], named["number"] or "", block[named.end() :].strip()
    if numbered := NUMBERED.match(block):
        return None, numbered["number"], block[numbered.end() :].strip()
    return None, "", block.strip()
