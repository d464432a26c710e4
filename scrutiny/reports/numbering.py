"""Paragraph numbers, computed when a report is laid out and never typed.

Only paragraphs at the top level of a section count. Lists, tables and quotations go without a number, and so does the
list of attachments that closes a report.
"""

from dataclasses import dataclass, replace
from html import escape
from itertools import count

from opcc_portal.richtext.cleaning import RichTextRefused
from opcc_portal.richtext.cleaning import blocks as blocks_of
from scrutiny.reports.models import JointReport

Numbering = JointReport.Numbering


@dataclass(frozen=True)
class Block:
    """One element at the top level of a section: what it is, its HTML, what is inside it, and its number as text."""

    tag: str
    html: str
    inside: str
    number: str = ""


def number_paragraphs(bodies, mode):
    """The blocks of every section, in order, with the numbers that the mode gives to their paragraphs.

    `bodies` are the rich texts of the sections. A section without a paragraph uses up no number.
    """
    sections = [_blocks(body) for body in bodies]
    give = {
        Numbering.FIRST: _number_firsts,
        Numbering.EVERY: _number_all,
        Numbering.DECIMAL: _number_by_section,
        Numbering.NONE: lambda sections: sections,
    }[Numbering(mode)]
    return [_with_steady_headings(blocks) for blocks in give(sections)]


def _blocks(body):
    """The blocks of one rich text. For a text that got in uncleaned and is refused, the reason; its editor still holds it."""
    try:
        return [Block(block.tag, block.html, block.inner) for block in blocks_of(body)]
    except RichTextRefused as refusal:
        reason = escape(f"This section cannot be shown. {refusal}")
        return [Block("p", f"<p>{reason}</p>", reason)]


def _number_firsts(sections):
    numbers = count(1)
    return [_numbered(blocks, lambda at: str(next(numbers)) if at == 1 else "") for blocks in sections]


def _number_all(sections):
    numbers = count(1)
    return [_numbered(blocks, lambda at: str(next(numbers))) for blocks in sections]


def _number_by_section(sections):
    numbers = count(1)
    done = []
    for blocks in sections:
        section = next(numbers) if any(block.tag == "p" for block in blocks) else None
        done.append(_numbered(blocks, lambda at, section=section: f"{section}.{at}"))
    return done


def _numbered(blocks, number_of):
    """The blocks with `number_of(n)` on the n-th paragraph."""
    places = count(1)
    return [replace(block, number=number_of(next(places))) if block.tag == "p" else block for block in blocks]


def _with_steady_headings(blocks):
    """A smaller heading before any larger one would skip a level below the section's own: it becomes the larger."""
    done, has_larger = [], False
    for block in blocks:
        has_larger = has_larger or block.tag == "h3"
        if block.tag == "h4" and not has_larger:
            block = replace(block, tag="h3", html=f"<h3>{block.inside}</h3>")
        done.append(block)
    return done
