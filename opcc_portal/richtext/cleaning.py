"""
Rich text in, rich text out: only what rules.py allows, in one normal form.

The normal form is what makes cleaning repeatable and texts comparable: blocks (p, h3, h4, lists, quotations, tables)
hold lines, a line holds text with marks, marks nest in one order, empty paragraphs and stray spaces are gone. Cleaning
what has been cleaned changes nothing.
"""

import re
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import urlsplit

import nh3

from opcc_portal.richtext import word
from opcc_portal.richtext.rules import (
    EXTENSIONS,
    LINK_SCHEMES,
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_DEPTH,
    MAX_ROWS,
    allowed,
)
from opcc_portal.richtext.tree import Node, TooDeep, check_depth, parse


class RichTextRefused(ValueError):
    """A text we will not take, with a message for the person who wrote or pasted it."""


class TooLarge(RichTextRefused):
    """A text beyond MAX_BYTES."""


# Other people's words for what we allow.
MARKS = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "cite": "em", "sub": "sub", "sup": "sup"}
STYLE_MARKS = {
    "strong": re.compile(r"font-weight:\s*(bold|[6-9]00)"),
    "em": re.compile(r"font-style:\s*italic"),
    "sup": re.compile(r"vertical-align:\s*super"),
    "sub": re.compile(r"vertical-align:\s*sub\b"),
}
HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
# Inline elements we know and unwrap, and boxes that end a paragraph and are otherwise unwrapped.
PLAIN = ["span", "font", "u", "s", "strike", "ins", "small", "big", "mark", "code", "abbr", "q", "time", "tt", "kbd"]
BOXES = ["div", "section", "article", "header", "footer", "main", "aside", "nav", "figure", "figcaption", "address"]
BOXES += ["center", "dl", "dt", "dd", "pre", "details", "summary", "caption", "fieldset", "form", "hr", "legend"]
# What stands in these is not text of the document. `del` is what Word's tracked changes have taken out.
DROPPED = {"script", "style", "title", "xml", "noscript", "template", "iframe", "object", "svg", "math", "textarea"}
DROPPED |= {"select", "button", "audio", "video", "canvas", "del", "noembed", "noframes", "embed", "applet"}

_STRICT = allowed()
_STYLED = ["p", "span", "li", "div", "b", "i", "strong", "em", "h1", "h2", "h3", "h4", "h5", "h6"]
# The first pass keeps what tells us how Word meant a paragraph; nothing of it reaches the normal form.
_first_pass = nh3.Cleaner(
    tags=_STRICT["tags"] | MARKS.keys() | HEADINGS.keys() | {"tfoot"} | set(PLAIN) | set(BOXES),
    clean_content_tags=DROPPED,
    attributes={
        **{tag: {"style", "class"} for tag in _STYLED},
        "a": {"href"},
        "ol": {"start", "type"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    },
    url_schemes=set(LINK_SCHEMES),
    link_rel=None,
)
_last_pass = nh3.Cleaner(**_STRICT)

# C0 and C1 controls but tab and newline, the byte order mark, zero-width spaces and joiners of words, interlinear marks,
# half surrogates: no one sees them, PostgreSQL refuses one of them, and they hide words from search and from the gate.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
# Characters that turn the reading direction of what follows: "gnp.exe" can be made to look like "exe.png".
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile("[ \t\n\f\r\u2028\u2029]+")
_EDGE = " \u00a0"


def scrub(text):
    """Text without characters nobody can see and without direction overrides; newlines are one character."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _BIDI.sub("", _UNSEEN.sub("", text))


@dataclass(frozen=True)
class Run:
    """Some text with the same marks; or a line break."""

    text: str
    link: str = ""
    marks: frozenset = frozenset()
    is_break: bool = False


@dataclass
class Paragraph:
    """A line of runs under p, h3 or h4."""

    tag: str
    runs: list


@dataclass
class Box:
    """A quotation, a list of items or a table of rows."""

    tag: str
    parts: list
    attrs: dict


class _Blocks:
    """Collects the blocks of one container, putting loose text into paragraphs."""

    def __init__(self):
        self.blocks = []
        self.line = []

    def end_line(self, tag="p"):
        runs, self.line = self.line, []
        for part in _paragraphs(runs):
            self.blocks.append(Paragraph(tag, part))

    def add(self, nodes, link="", marks=frozenset()):
        for node in nodes:
            if isinstance(node, str):
                self.line.append(Run(scrub(node), link, marks))
            elif node.tag == "br":
                self.line.append(Run("", is_break=True))
            elif node.tag == "a":
                self.add(node.children, _address(node.attrs.get("href", "")) or link, marks)
            elif node.tag in MARKS:
                mark = MARKS[node.tag]
                # Google Docs wraps a whole paste in a <b> that says it is not bold.
                is_not_bold = mark == "strong" and re.search(
                    r"font-weight:\s*(normal|400)", node.attrs.get("style", "")
                )
                other = {"sub": "sup", "sup": "sub"}.get(mark)
                self.add(node.children, link, marks if is_not_bold else (marks | {mark}) - {other})
            elif node.tag in PLAIN:
                self.add(node.children, link, marks | _marks_of_style(node.attrs.get("style", "")))
            else:
                self.end_line()
                self.add_block(node, link, marks)
                self.end_line()

    def add_block(self, node, link, marks):
        if node.tag in HEADINGS:
            for block in _blocks(node.children, link, marks):
                is_line = isinstance(block, Paragraph)
                self.blocks.append(Paragraph(HEADINGS[node.tag], block.runs) if is_line else block)
        elif node.tag in ("ul", "ol"):
            items = _items(node, link, marks)
            if items:
                self.blocks.append(Box(node.tag, items, _list_attributes(node)))
        elif node.tag == "blockquote":
            inside = _blocks(node.children, link, marks)
            if inside:
                self.blocks.append(Box("blockquote", inside, {}))
        elif node.tag == "table":
            self.add_table(node, link, marks)
        else:
            self.add(node.children, link, marks)

    def add_table(self, node, link, marks):
        rows = []
        for caption in (child for child in node.children if isinstance(child, Node) and child.tag == "caption"):
            self.add(caption.children, link, marks)
            self.end_line()
        for row in _rows(node):
            cells = [cell for cell in row.children if isinstance(cell, Node) and cell.tag in ("td", "th")]
            if cells:
                rows.append([(cell.tag, _spans(cell), _blocks(cell.children, link, marks)) for cell in cells])
        if len(rows) > MAX_ROWS:
            raise RichTextRefused(
                f"A table in this text has {len(rows):,} rows; it can have {MAX_ROWS:,}. "
                "Attach it as an Excel or CSV file, or split it."
            )
        if any(sum(int(spans.get("colspan", 1)) for _, spans, _ in row) > MAX_COLUMNS for row in rows):
            raise RichTextRefused(
                f"A table in this text has more than {MAX_COLUMNS} columns and cannot be laid out on paper. "
                "Attach it as an Excel or CSV file, or split it."
            )
        if any(blocks for row in rows for _, _, blocks in row):
            self.blocks.append(Box("table", rows, {}))


def _marks_of_style(style):
    """Google Docs and others write bold and italic as styles."""
    return frozenset(mark for mark, meaning in STYLE_MARKS.items() if meaning.search(style))


def _blocks(nodes, link="", marks=frozenset()):
    collected = _Blocks()
    collected.add(nodes, link, marks)
    collected.end_line()
    return collected.blocks


def _items(node, link, marks):
    """The items of a list. A list that stands directly in a list (Word, Google) belongs to the item before it."""
    items = []
    for child in node.children:
        is_list = isinstance(child, Node) and child.tag in ("ul", "ol")
        is_item = isinstance(child, Node) and child.tag == "li"
        blocks = _blocks(child.children if is_item else [child], link, marks)
        if blocks and is_list and items:
            items[-1] += blocks
        elif blocks:
            items.append(blocks)
    return items


def _rows(table):
    for child in table.children:
        if isinstance(child, Node) and child.tag == "tr":
            yield child
        elif isinstance(child, Node) and child.tag in ("thead", "tbody", "tfoot"):
            yield from _rows(child)


def _number(text, low, high):
    text = text.strip()
    return int(text) if re.fullmatch("[0-9]{1,6}", text) and low <= int(text) <= high else None


def _spans(cell):
    found = {
        name: _number(cell.attrs.get(name, ""), 2, most) for name, most in (("colspan", 9999), ("rowspan", MAX_ROWS))
    }
    return {name: str(value) for name, value in found.items() if value}


def _list_attributes(node):
    if node.tag == "ul":
        return {}
    start = _number(node.attrs.get("start", ""), 0, 99999)
    kind = node.attrs.get("type", "1")
    attrs = {} if start in (None, 1) else {"start": str(start)}
    return attrs | ({"type": kind} if kind in ("a", "A", "i", "I") else {})


def _address(href):
    """A link we keep: a web or mail address; else empty."""
    href = scrub(href).strip()
    if href.lower().startswith("www."):
        href = "https://" + href
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    if parts.scheme not in LINK_SCHEMES or len(href) > 2000 or re.search(r"\s", href):
        return ""
    return href if parts.netloc or (parts.scheme == "mailto" and "@" in parts.path) else ""


def _paragraphs(runs):
    """Lines of tidy runs. Two line breaks together are how other programs end a paragraph."""
    lines, line, breaks = [], [], 0
    for run in [*runs, Run("", is_break=True), Run("", is_break=True)]:
        if run.is_break:
            breaks += 1
        elif run.text.strip(" \t\n\f\r\u2028\u2029") or (run.text and not breaks):
            if breaks > 1 and line:
                lines.append(line)
                line = []
            elif breaks == 1 and line:
                line.append(Run("", is_break=True))
            line.append(run)
            breaks = 0
    lines.append(line)
    return [tidied for tidied in map(_tidy, lines) if tidied]


def _tidy(runs):
    """Runs with single spaces, none at the edges or round line breaks, and neighbours with equal marks made one."""
    merged = []
    for run in runs:
        if run.is_break:
            merged.append(run)
            continue
        text = _SPACES.sub(" ", run.text)
        at_start = not merged or merged[-1].is_break
        if at_start:
            text = text.lstrip(_EDGE)
        elif merged[-1].text.endswith(" "):
            text = text.lstrip(" ")
        if not text:
            continue
        before = merged[-1] if merged else None
        if before and not before.is_break and (before.link, before.marks) == (run.link, run.marks):
            merged[-1] = replace(before, text=before.text + text)
        else:
            merged.append(replace(run, text=text))
    tidied = []
    for run in [*merged, Run("", is_break=True)]:
        if not run.is_break:
            tidied.append(run)
            continue
        _strip_end_of_line(tidied)
        if tidied and not tidied[-1].is_break:  # a line that holds nothing needs no break of its own
            tidied.append(run)
    return tidied[:-1]


def _strip_end_of_line(runs):
    """Take the spaces off the end of the last line, and with them the runs that hold nothing else."""
    while runs and not runs[-1].is_break:
        text = runs[-1].text.rstrip(_EDGE)
        if text:
            runs[-1] = replace(runs[-1], text=text)
            return
        runs.pop()


def _write_text(text):
    return escape(text, quote=False).replace("\u00a0", "&nbsp;")


def _write_runs(runs):
    """Runs as HTML: the link outermost, then strong, em, sub or sup."""
    html, opened = [], []
    for run in [*runs, None]:
        wanted = []
        if run is not None and not run.is_break:
            wanted = [f'a href="{escape(run.link)}"'] if run.link else []
            wanted += [mark for mark in ("strong", "em", "sub", "sup") if mark in run.marks]
        same = 0
        while same < min(len(opened), len(wanted)) and opened[same] == wanted[same]:
            same += 1
        for tag in reversed(opened[same:]):
            html.append(f"</{tag.split()[0]}>")
        html += [f"<{tag}>" for tag in wanted[same:]]
        opened = wanted
        if run is not None:
            html.append("<br>" if run.is_break else _write_text(run.text))
    return "".join(html)


def _write_inside(blocks):
    """Blocks of a list item or cell: one paragraph (with lists under it) needs no p."""
    if blocks and isinstance(blocks[0], Paragraph) and blocks[0].tag == "p":
        rest = blocks[1:]
        if all(isinstance(block, Box) and block.tag in ("ul", "ol") for block in rest):
            return _write_runs(blocks[0].runs) + _write(rest)
    return _write(blocks)


def _write_table(table):
    heads = 0
    while heads < len(table.parts) and all(tag == "th" for tag, _, _ in table.parts[heads]):
        heads += 1
    if heads == len(table.parts):
        heads = min(heads, 1)  # a table of nothing but headers: the first row heads it
    rows = []
    for at, cells in enumerate(table.parts):
        row = ""
        for tag, spans, blocks in cells:
            attrs = "".join(f' {name}="{value}"' for name, value in spans.items())
            if tag == "th":
                attrs += f' scope="{"col" if at < heads else "row"}"'
            row += f"<{tag}{attrs}>{_write_inside(blocks)}</{tag}>"
        rows.append(f"<tr>{row}</tr>")
    head, body = "".join(rows[:heads]), "".join(rows[heads:])
    return f"<table>{f'<thead>{head}</thead>' if head else ''}{f'<tbody>{body}</tbody>' if body else ''}</table>"


def _write(blocks):
    html = []
    for block in blocks:
        if isinstance(block, Paragraph):
            html.append(f"<{block.tag}>{_write_runs(block.runs)}</{block.tag}>")
        elif block.tag == "table":
            html.append(_write_table(block))
        elif block.tag == "blockquote":
            html.append(f"<blockquote>{_write(block.parts)}</blockquote>")
        else:
            attrs = "".join(f' {name}="{value}"' for name, value in block.attrs.items())
            items = "".join(f"<li>{_write_inside(item)}</li>" for item in block.parts)
            html.append(f"<{block.tag}{attrs}>{items}</{block.tag}>")
    return "".join(html)


def _size_words(size):
    return f"{size / 1024**2:.1f} MB" if size >= 1024**2 else f"{round(size / 1024)} KB"


def _check_size(html):
    size = len(html.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise TooLarge(
            f"This text is {_size_words(size)}; one section can hold {_size_words(MAX_BYTES)}, about 60,000 words. "
            "Split it into several sections, or attach it as a file."
        )


def _read(html):
    """The blocks of any HTML, known or hostile."""
    _check_size(html)
    html = scrub(html)
    try:
        check_depth(html)
        return _blocks(word.convert_lists(parse(_first_pass.clean(html))).children)
    except TooDeep:
        raise RichTextRefused(
            f"This text has lists or boxes inside one another more than {MAX_DEPTH} deep, which no page can show. "
            "Paste it again as plain text, or take the nesting out."
        ) from None


def clean(html):
    """The text in its normal form, with nothing in it but what the editor can make.

    Raises RichTextRefused (TooLarge) with a message for people; the text is then unchanged and nothing is lost.
    """
    cleaned = _last_pass.clean(_write(_read(html))) if html else ""
    _check_size(cleaned)  # "<" is stored as "&lt;": a text of nothing else grows
    return cleaned


def from_word(html):
    """HTML as Word puts it on the clipboard or saves it, as rich text: its typed numbers and bullets become lists."""
    return clean(html)


def from_plain(text):
    """Typed text as rich text: an empty line ends a paragraph, a newline stays a line break."""
    paragraphs = re.split(r"\n\s*\n", scrub(text))
    return clean("".join(f"<p>{escape(part.strip()).replace(chr(10), '<br>')}</p>" for part in paragraphs))


def _line_text(runs):
    return "".join("\n" if run.is_break else run.text for run in runs)


def _counting(attrs):
    kind, number = attrs.get("type", "1"), int(attrs.get("start", 1))
    while True:
        yield f"{word.label(number, kind)}. "
        number += 1


def _plain(blocks, lead="", rest=""):
    for block in blocks:
        if isinstance(block, Paragraph):
            yield lead + _line_text(block.runs).replace("\n", "\n" + rest)
        elif block.tag == "table":
            for cells in block.parts:
                yield lead + "\t".join(" ".join(_plain(inside)).replace("\n", " ") for _, _, inside in cells)
        elif block.tag == "blockquote":
            yield from _plain(block.parts, lead, rest)
        else:
            numbers = _counting(block.attrs) if block.tag == "ol" else None
            for item in block.parts:
                mark = next(numbers) if numbers else "• "
                yield from _plain(item, rest + mark, rest + "  ")
        lead = rest


def to_plain(html):
    """The words alone, for search, comparison and mails: a line for each paragraph, item and row."""
    return "\n".join(_plain(_read(html))) if html else ""


@dataclass(frozen=True)
class Block:
    """One block at the top of a text, for whoever lays it out (numbered paragraphs, say)."""

    tag: str
    html: str
    text: str

    @property
    def inner(self):
        """What stands between its tags."""
        return self.html[self.html.index(">") + 1 : self.html.rindex("<")]


def blocks(html):
    """The text's blocks in order: p, h3, h4, ul, ol, blockquote, table."""
    return [
        Block(block.tag, _last_pass.clean(_write([block])), "\n".join(_plain([block]))) for block in _read(html or "")
    ]


def _words_in(blocks):
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from _line_text(block.runs).split()
        elif block.tag == "table":
            for cells in block.parts:
                for _, _, inside in cells:
                    yield from _words_in(inside)
        elif block.tag == "blockquote":
            yield from _words_in(block.parts)
        else:
            for item in block.parts:
                yield from _words_in(item)


def word_count(html):
    """How many words a reader reads."""
    return sum(any(char.isalnum() for char in found) for found in _words_in(_read(html or "")))


def paragraph_count(html):
    """How many paragraphs stand at the top of the text: those that a numbering mode can number."""
    return sum(block.tag == "p" for block in _read(html or ""))


__all__ = [
    "EXTENSIONS",
    "Block",
    "RichTextRefused",
    "TooLarge",
    "blocks",
    "clean",
    "from_plain",
    "from_word",
    "paragraph_count",
    "scrub",
    "to_plain",
    "word_count",
]
