"""Look at HTML once, from left to right, before any parser does.

Parsers need time that grows with the square of the depth, so a document nested 5,000 deep has to be refused before
it is parsed. The scanner never looks back and never recurses: two million characters take well under a second. Where it
is unsure what a parser would make of broken markup it counts too deep rather than too shallow; the renderer counts
once more, exactly, on the parsed tree.
"""

import re
from typing import NamedTuple

from opcc_portal.pdf.failure import RenderFailed
from opcc_portal.pdf.limits import Limits

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
# Start tags that end an open element of the given names, as HTML lets authors leave these end tags out.
IMPLIED_END = {
    "li": {"li", "p"},
    "dt": {"dt", "dd", "p"},
    "dd": {"dt", "dd", "p"},
    "tr": {"tr", "td", "th", "p"},
    "td": {"td", "th", "p"},
    "th": {"td", "th", "p"},
    "tbody": {"thead", "tbody", "tr", "td", "th", "p"},
    "tfoot": {"thead", "tbody", "tr", "td", "th", "p"},
}
CLOSES_P = frozenset(
    "address article aside blockquote div dl fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr main nav ol p pre "
    "section table ul".split()
)
MAY_BE_LEFT_OPEN = frozenset("p li dt dd tr td th thead tbody tfoot".split())
# SVG elements that may close themselves with a slash; foreignObject, title and desc hold HTML again, so they may not.
SVG = frozenset(
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan clippath mask marker pattern "
    "lineargradient radialgradient stop image style".split()
)

_TAG = re.compile(r"<(?:!--|(/?)([a-zA-Z][^\s/>]*))")
_QUOTE_OR_END = re.compile("[\"'>]")
_EMPTY_COMMENT = re.compile("-?>")
_COMMENT_END = re.compile("--!?>")


class Nesting(NamedTuple):
    depth: int
    rows: int


def measure(html, *, stop_at=Limits.depth):
    """Depth of the deepest element and number of table rows, as far as the first place deeper than `stop_at`."""
    open_elements = []  # (name, is it SVG)
    deepest = rows = position = 0
    while match := _TAG.search(html, position):
        slash, name = match.groups()
        if name is None:
            position = _end_of_comment(html, match.end())
            continue
        position, closes_itself = _end_of_tag(html, match.end())
        if position is None:
            break
        name = name.lower()
        if slash:
            top = len(open_elements) - 1
            while top >= 0 and open_elements[top][0] != name and open_elements[top][0] in MAY_BE_LEFT_OPEN:
                top -= 1
            if top >= 0 and open_elements[top][0] == name:
                del open_elements[top:]
            continue
        rows += name == "tr"
        if name in VOID:
            deepest = max(deepest, len(open_elements) + 1)
            continue
        while open_elements and open_elements[-1][0] in IMPLIED_END.get(name, ()):
            open_elements.pop()
        if open_elements and open_elements[-1][0] == "p" and name in CLOSES_P:
            open_elements.pop()
        is_svg = name == "svg" or (bool(open_elements) and open_elements[-1][1] and name in SVG)
        if closes_itself and is_svg:
            deepest = max(deepest, len(open_elements) + 1)
            continue
        open_elements.append((name, is_svg))
        deepest = max(deepest, len(open_elements))
        if deepest > stop_at:
            break
    return Nesting(deepest, rows)


def _end_of_comment(html, position):
    if empty := _EMPTY_COMMENT.match(html, position):
        return empty.end()
    end = _COMMENT_END.search(html, position)
    return end.end() if end else len(html)


def _end_of_tag(html, position):
    """Where the tag ends, past quoted attribute values, and whether a slash stands before its end."""
    while match := _QUOTE_OR_END.search(html, position):
        if match[0] == ">":
            return match.end(), html[match.start() - 1] == "/"
        position = html.find(match[0], match.end()) + 1
        if not position:
            break
    return None, False


def refuse_what_cannot_be_rendered(html, limits=None):
    """Raise RenderFailed for HTML that is too long, too deep or has too many rows."""
    limits = limits or Limits()
    size = len(html.encode("utf-8", "surrogatepass"))
    if size > limits.input_bytes:
        raise too_long(size, limits)
    nesting = measure(html, stop_at=limits.depth)
    if nesting.depth > limits.depth:
        raise too_deep(limits)
    if nesting.rows > limits.rows:
        raise too_many_rows(nesting.rows, limits)


def too_long(size, limits):
    return RenderFailed(
        f"This document is too long for one PDF: its text takes {_megabytes(size)} and the limit is "
        f"{_megabytes(limits.input_bytes)}. Move annexes or long tables into attachments, then try again.",
        reason="too-long",
    )


def too_deep(limits):
    return RenderFailed(
        f"No PDF was made: lists, tables or quotations stand inside each other more than {limits.depth} levels deep. "
        "This usually comes with pasted text. Paste that part again as plain text, then try again.",
        reason="too-deep",
    )


def too_many_rows(rows, limits):
    return RenderFailed(
        f"No PDF was made: the tables of this document have {rows:,} rows and the limit is {limits.rows:,}. "
        "Attach the long table as a spreadsheet or CSV file and keep a summary here.",
        reason="too-many-rows",
    )


def span_too_wide(limits):
    return RenderFailed(
        f"No PDF was made: a table cell claims to reach over more than {limits.span:,} columns or rows. "
        "Delete that table, make it anew, then try again.",
        reason="span-too-wide",
    )


def _megabytes(size):
    return f"{size / 1_000_000:.1f} MB"
