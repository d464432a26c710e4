"""Put the parsed HTML in order before it is laid out.

Checks depth, rows and spans exactly; leaves out what no paper may hold; gives every table header a scope; breaks long
titles into lines of like length; names letters that our fonts lack. Everything left out is reported.
"""

import io
import re
from functools import cache
from urllib.parse import urlsplit

from fontTools.ttLib import TTFont

from opcc_portal.pdf import scanner
from opcc_portal.pdf.names import FONTS

LINKS = {"http", "https", "mailto"}
BLOCKS = frozenset("p li td th h1 h2 h3 h4 h5 h6 caption figcaption blockquote div".split())
NOT_ON_PAPER = frozenset("base script iframe object embed audio video form noscript template".split())
TITLE_SIZE, TITLE_WIDTH = 26, 124 / 25.4 * 72  # points; h1 in static/pdf/page.css
PREFIX = re.compile(r"\d{1,3}(\.\d{1,3}){0,3}\.")


def prepare(root, *, limits):
    """Change the tree in place. Returns the warnings and the extra CSS that this document needs."""
    elements = refuse_what_the_scanner_missed(root, limits)
    warnings = []
    for parent in elements:
        for child in [child for child in parent if _tag(child) in NOT_ON_PAPER]:
            warnings.append(f"left out: <{_tag(child)}>")
            _remove(parent, child)
    elements = list(root.iter())
    for element in elements:
        warnings += leave_out_addresses(element)
        if _tag(element) in BLOCKS:
            strip_end(element)
        if "fn" in (element.get("class") or "").split():
            collapse_white_space(element)
        if _tag(element) == "table":
            give_headers_a_scope(element)
        elif _tag(element) == "h1":
            balance(element)
    warnings += letters_without_a_glyph(root)
    return warnings, styles_for_prefixes(elements)


def refuse_what_the_scanner_missed(root, limits):
    """The scanner reads text, a parser repairs it; only the tree knows. Walks without recursion."""
    elements, level, rows = [], [root], 0
    for depth in range(1, limits.depth + 2):
        if not level:
            return elements
        if depth > limits.depth:
            raise scanner.too_deep(limits)
        elements += level
        for element in level:
            rows += element.tag == "tr"
            if any(_number(element.get(name)) > limits.span for name in ("colspan", "rowspan")):
                raise scanner.span_too_wide(limits)
        if rows > limits.rows:
            raise scanner.too_many_rows(rows, limits)
        level = [child for element in level for child in element]
    return elements


def leave_out_addresses(element):
    """Links go to the web, to a mail address or inside the document; nothing may be attached or fetched."""
    warnings = []
    if "attachment" in (element.get("rel") or "").lower().split():
        warnings.append(f"left out: attachment {element.get('href', '')[:100]}")
        element.attrib.pop("rel")
        element.attrib.pop("href", None)
    href = element.get("href")
    if href is not None and _tag(element) in ("a", "area") and not is_allowed_link(href):
        warnings.append(f"left out: link to {href[:100]!r}")
        element.attrib.pop("href")
    return warnings


def is_allowed_link(href):
    href = href.strip()
    if href.startswith("#"):
        return len(href) > 1
    try:
        return urlsplit(href).scheme.lower() in LINKS
    except ValueError:
        return False


def strip_end(block):
    """A space at the end of a line that just fits makes WeasyPrint break the line after its first word."""
    last = block[-1] if len(block) else None
    if last is None:
        block.text = (block.text or "").rstrip(" \t\r\n")
    else:
        last.tail = (last.tail or "").rstrip(" \t\r\n")


def collapse_white_space(note):
    """WeasyPrint takes footnotes out of the text before it collapses white space."""
    for element in note.iter():
        element.text = re.sub(r"[ \t\r\n]+", " ", element.text or "")
        if element is not note:
            element.tail = re.sub(r"[ \t\r\n]+", " ", element.tail or "")
    note.text = note.text.lstrip(" ")
    if len(note):
        note[-1].tail = note[-1].tail.rstrip(" ")
    else:
        note.text = note.text.rstrip(" ")


def give_headers_a_scope(table):
    """As HTML means it when nothing is said: a row of nothing but headers heads columns, any other header its row."""
    head = set().union(*(set(part.iter("tr")) for part in table.iter("thead")))
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("th", "td")]
        heads_columns = row in head or (len(cells) > 1 and all(cell.tag == "th" for cell in cells))
        for cell in cells:
            if cell.tag == "th" and cell.get("scope") not in ("row", "col", "rowgroup", "colgroup"):
                cell.set("scope", "col" if heads_columns else "row")


def balance(heading):
    """Break a title of two lines or more into lines of like length. WeasyPrint has no text-wrap: balance."""
    if len(heading) or not heading.text:
        return
    words = heading.text.split()
    widths = [_width(word + " ") for word in words]
    lines = _lines(widths, TITLE_WIDTH)
    if len(lines) < 2:
        return
    # The narrowest measure that needs no more lines is the balanced one.
    low, high = max(widths), TITLE_WIDTH
    while high - low > 1:
        middle = (low + high) / 2
        low, high = (low, middle) if len(_lines(widths, middle)) <= len(lines) else (middle, high)
    texts, start = [], 0
    for count in _lines(widths, high):
        texts.append(" ".join(words[start : start + count]))
        start += count
    heading.text = texts[0]
    for text in texts[1:]:
        line_break = heading.makeelement("br", {})
        line_break.tail = " " + text
        heading.append(line_break)


def _lines(widths, measure):
    counts, room = [], 0
    for width in widths:
        if width > room:
            counts.append(0)
            room = measure
        counts[-1] += 1
        room -= width
    return counts


def _width(text):
    cmap, advances, per_em = _metrics()
    return sum(advances.get(cmap.get(ord(letter)), (per_em / 2,))[0] for letter in text) / per_em * TITLE_SIZE


@cache
def _metrics():
    with TTFont(io.BytesIO((FONTS / "SourceSans3-Semibold.ttf").read_bytes()), lazy=True) as font:
        return font.getBestCmap(), dict(font["hmtx"].metrics), font["head"].unitsPerEm


def letters_without_a_glyph(root):
    cmap = _metrics()[0]
    body = root.find("body")
    text = set("".join(body.itertext())) if body is not None else set()
    missing = sorted(letter for letter in text if letter.isprintable() and ord(letter) not in cmap)
    if not missing:
        return []
    names = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in missing[:10])
    return [f"no letter in the paper's fonts for: {names}"]


def styles_for_prefixes(elements):
    """<ol class="paras" data-prefix="2."> numbers 2.1, 2.2 ...: a counter style for each prefix used."""
    prefixes = {element.get("data-prefix", "") for element in elements if element.tag == "ol"}
    return "".join(
        f'@counter-style para-{number} {{ system: extends decimal; prefix: "{prefix}"; suffix: " " }}'
        f'ol.paras[data-prefix="{prefix}"] {{ list-style-type: para-{number} }}'
        for number, prefix in enumerate(sorted(p for p in prefixes if PREFIX.fullmatch(p)))
    )


def _tag(element):
    """Comments and processing instructions have a function for a tag."""
    return element.tag if isinstance(element.tag, str) else ""


def _number(text):
    digits = re.match(r"\s*\+?(\d+)", text or "")
    return int(digits[1][:12]) if digits else 0


def _remove(parent, child):
    """Take an element out and keep the text that follows it."""
    siblings = list(parent)
    place = siblings.index(child)
    if child.tail:
        if place:
            siblings[place - 1].tail = (siblings[place - 1].tail or "") + child.tail
        else:
            parent.text = (parent.text or "") + child.tail
    parent.remove(child)
