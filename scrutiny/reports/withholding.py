"""Taking words out of a section that are kept from the public, and putting them back.

The words are found in what a reader reads and taken out of the HTML as they stand there, so that putting them back gives
the same text letter for letter: the signatures under the report stay valid.
"""

import html
import re
import uuid
from dataclasses import dataclass

from django.db import transaction

from scrutiny.reports.models import JointReport, ReportSection, RestrictedPassage
from scrutiny.reports.passages import INLINE, TOKEN
from scrutiny.workflow import restrictions, saving
from scrutiny.workflow.operations import NotPossible

_PIECE = re.compile(r"<[^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|\w+);|.", re.S)
_TAG_NAME = re.compile(r"</?\s*([a-z0-9]+)")
TABLE = {"table", "thead", "tbody", "tr", "td", "th"}
# A person copies from a page or types: quotation marks, dashes and kinds of spaces count as the same.
_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u2011": "-"})

NOT_FOUND = (
    "These words do not stand in the section like this. Copy them from the text of the section, letter for letter and "
    "without anything before or behind them."
)
SEVERAL_TIMES = (
    "These words stand in the section {count} times. Add some of the words before or behind the ones you mean, so that it "
    "is clear which of them are withheld."
)
ACROSS = (
    "These words begin in one place and end in another, for instance in two cells of a table or in a heading and the text "
    "below it. Withhold them in two parts."
)
KEPT_ALREADY = "Part of these words is withheld already. Release that first, or choose words beside it."


@dataclass(frozen=True)
class _Letter:
    """One letter as a reader reads it, and where it stands in the HTML."""

    text: str
    start: int
    end: int


# --- finding -----------------------------------------------------------------------------------------------------------


def find(body, words):
    """(start, end) of the only place where these words stand in the HTML. Raises NotPossible in words for people."""
    letters = _letters(body)
    text = "".join(letter.text for letter in letters)
    wanted = " ".join(words.translate(_SAME).split())
    if not wanted:
        raise NotPossible("Enter the words that are withheld.")
    if "\0" in wanted or TOKEN.search(wanted):
        raise NotPossible(KEPT_ALREADY)
    count = sum(text.startswith(wanted, at) for at in range(len(text)))
    if not count:
        raise NotPossible(NOT_FOUND)
    if count > 1:
        raise NotPossible(SEVERAL_TIMES.format(count=count))
    at = text.index(wanted)
    return _whole_marks(body, letters[at].start, letters[at + len(wanted) - 1].end)


def _letters(body):
    """The letters that a reader reads: one space for any white space, also between blocks; a withheld passage is one mark."""
    held = {token.start(): token.end() for token in TOKEN.finditer(body)}
    letters, at = [], 0
    while at < len(body):
        if at in held:
            letters.append(_Letter("\0", at, held[at]))
            at = held[at]
            continue
        piece = _PIECE.match(body, at)
        text = piece[0]
        if text.startswith("<") and len(text) > 1:
            text = "" if _name(text) in INLINE else " "
        else:
            text = html.unescape(text).translate(_SAME)
        if text.isspace():
            text = "" if not letters or letters[-1].text == " " else " "
        letters += [_Letter(letter, piece.start(), piece.end()) for letter in text]
        at = piece.end()
    return letters


def _name(tag):
    found = _TAG_NAME.match(tag)
    return found[1] if found else ""


def _whole_marks(body, start, end):
    """The place, widened over bold, italic and links that it fills, so that nothing of their form stays behind.

    What is taken out must leave the rest in order: both ends stand in the same element, or in neighbours of one kind.
    """
    opened = _opened_at(body)
    starts, ends = [start], [end]
    while (tag := re.search(r"<[^>]*>$", body[: starts[-1]])) and _name(tag[0]) in INLINE:
        starts.append(tag.start())
    while (tag := re.match(r"<[^>]*>", body[ends[-1] :])) and _name(tag[0]) in INLINE:
        ends.append(ends[-1] + tag.end())
    places = [(first, last) for first in starts for last in ends]
    balanced = [place for place in places if opened[place[0]] == opened[place[1]]]
    if not balanced:
        crossed = {_name(tag) for tag in re.findall(r"<[^>]*>", body[start:end])}
        balanced = [] if crossed & TABLE else [place for place in places if _alike(opened, *place)]
    if not balanced:
        raise NotPossible(ACROSS)
    return max(balanced, key=lambda place: place[1] - place[0])


def _opened_at(body):
    """For every place of the HTML the elements that are open there, as a tuple of (name, where it opened)."""
    opened, stack, at = {}, (), 0
    for tag in re.finditer(r"<[^>]*>", body):
        opened |= dict.fromkeys(range(at, tag.start() + 1), stack)
        name, at = _name(tag[0]), tag.end()
        if tag[0].startswith("</"):
            stack = stack[:-1]
        elif name != "br":
            stack = (*stack, (name, tag.start()))
    opened |= dict.fromkeys(range(at, len(body) + 1), stack)
    return opened


def _alike(opened, first, last):
    return [name for name, _ in opened[first]] == [name for name, _ in opened[last]]


# --- acts --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def withhold(section, *, words, by, **restriction):
    """Take words out of a section and keep them from the public. The button pressed twice withholds once.

    Also where the report is signed or published: its words stay the same. Raises NotPossible.
    """
    report = JointReport.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=section.report_id)
    section = ReportSection.objects.get(pk=section.pk)
    wanted = " ".join(words.split())
    for held in section.passages.select_related("restriction"):
        if held.is_restricted and held.token in section.body and _alike_read(held.plain_text, wanted):
            restrictions.restrict(held, by=by, context=report.meeting, **restriction)
            return held
    start, end = find(section.body, wanted)
    passage = RestrictedPassage.objects.create(section=section, text=section.body[start:end])
    _save(section, section.body[:start] + passage.token + section.body[end:], by=by)
    restrictions.restrict(passage, by=by, context=report.meeting, **restriction)
    return passage


@transaction.atomic
def give_back(passage, *, by):
    """Release a passage: its words stand in the section's text again."""
    report = (
        JointReport.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=passage.section.report_id)
    )
    released = restrictions.release(passage, by=by, context=report.meeting)
    section = ReportSection.objects.get(pk=passage.section_id)
    if passage.token in section.body:
        _save(section, section.body.replace(passage.token, passage.text), by=by)
    return released


def _save(section, body, *, by):
    saving.save(
        ReportSection,
        section.uid,
        base_version=section.version,
        save_id=uuid.uuid4(),
        changes={"body": body},
        by=by,
    )


def _alike_read(first, second):
    return " ".join(first.translate(_SAME).split()) == " ".join(second.translate(_SAME).split())


def keep_out(section, body):
    """A text about to be saved, with withheld words taken out again that came back with an older version of it."""
    for passage in section.passages.select_related("restriction"):
        if passage.is_restricted and passage.token not in body and body.count(passage.text) == 1:
            body = body.replace(passage.text, passage.token)
    return body
