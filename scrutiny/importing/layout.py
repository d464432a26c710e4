"""Lines, blocks and headings of a text, before anyone asks what they mean."""

import html
import re
from dataclasses import dataclass, field

from scrutiny.importing.words import LeftOut, without_tags

_MARKDOWN_HEADING = re.compile(r"^#{1,6}\s+(?P<text>.+?)\s*#*$")
_BOLD_LINE = re.compile(r"^(?:\*\*|__)(?P<text>[^*]+?)(?:\*\*|__)\s*:?$")
_PAGE_NUMBER = re.compile(
    r"^[\s\-–—]*(?:page\s+\d+(?:\s*(?:of|/)\s*\d+)?|\d+\s+of\s+\d+|[-–—]\s*\d+\s*[-–—])[\s\-–—]*$", re.I
)
_BULLET = re.compile(r"^\s*(?:[-*•▪◦·–]|o(?=\s{2,}))\s+(?P<text>\S.*)$")
_LINK = re.compile(r"(?P<picture>!?)\[(?P<text>[^\[\]]*)\]\((?P<target>[^()\s]*)(?:\s+\"[^\"]*\")?\)")
_BOLD = re.compile(
    r"(?<![\w*])\*\*(?=[^\s*])([^*]+?)(?<=[^\s*])\*\*(?![\w*])|(?<!\w)__(?=[^\s_])([^_]+?)(?<=[^\s_])__(?!\w)"
)
_ITALIC = re.compile(
    r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=[^\s*])\*(?![\w*])|(?<!\w)_(?=[^\s_])([^_]+?)(?<=[^\s_])_(?!\w)"
)
_SAFE_TARGET = re.compile(r"^(?:https?://[^\s<>\"']+|mailto:[^\s<>\"']+)$", re.I)
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’)\]*_]*$")
_HERE = re.compile(
    r"\b(?:accessed|found|viewed|available|seen|read|downloaded|click|watched)(?:\s+\w+)?\s+here\b", re.I
)

LABEL = re.compile(
    r"^(?:(?:agenda\s+)?item\s+(?:no\.?\s*)?)?"
    r"(?P<label>\d{1,3}(?:\.\d{1,3})*[A-Za-z]?|\d{1,4}(?:/\d{1,4})+)"
    r"(?P<mark>[.):]|(?=\s))\s*(?:[-–—]\s+)?(?P<rest>\S.*)$",
    re.I,
)


@dataclass(frozen=True)
class Line:
    number: int
    text: str


@dataclass
class Block:
    """Lines that stand together, with an empty line (or a page break) before and after."""

    lines: list[Line] = field(default_factory=list)

    @property
    def number(self):
        return self.lines[0].number

    @property
    def text(self):
        return " ".join(line.text.strip() for line in self.lines)

    @property
    def heading(self):
        return heading_of(self.lines[0].text) if len(self.lines) == 1 else None


def blocks_of(text, *, is_own_line=lambda line: False):
    """The blocks of `text` and the page numbers that were taken out of them.

    A heading is a block of its own even where no empty line sets it apart; `is_own_line` names
    further lines of that kind (list headings).
    """
    blocks, left, current = [], [], Block()

    def flush():
        nonlocal current
        if current.lines:
            blocks.append(current)
        current = Block()

    for number, raw in enumerate(text.split("\n"), 1):
        if "\f" in raw:
            flush()
        line = raw.replace("\f", " ").strip()
        if not line:
            flush()
        elif not re.search(r"[^\W_]|[£$€%]", line):
            # A rule or a row of dots: it divides, but says nothing.
            flush()
        elif _PAGE_NUMBER.match(line):
            flush()
            left.append(LeftOut(number, line, "page number of the printed document"))
        elif is_own_line(line) or (heading_of(line) and (not current.lines or not is_capitals(line))):
            # Capitals in the middle of a block may be an acronym that a line end pushed there.
            flush()
            current.lines.append(Line(number, line))
            flush()
        else:
            current.lines.append(Line(number, line))
    flush()
    return blocks, left


def heading_of(line):
    """The words of a heading line (markdown, wholly bold, or capitals), or None."""
    line = line.strip()
    match = _MARKDOWN_HEADING.match(line)
    if match:
        return plain(match["text"]).strip().rstrip(":").strip()
    match = _BOLD_LINE.match(line)
    if match and len(match["text"]) <= 100 and not match["text"].rstrip().endswith("."):
        return plain(match["text"]).strip().rstrip(":").strip()
    if is_capitals(line):
        return plain(line).rstrip(":").strip()
    return None


def is_capitals(line):
    """Whether the line is wholly in capitals, as headings are; a bullet or a link in capitals is none."""
    letters = [c for c in line if c.isalpha()]
    if len(letters) < 4 or len(line) > 120 or line.rstrip().endswith("."):
        return False
    return "".join(letters).isupper() and not bullet_of(line) and not _LINK.search(line)


def bullet_of(line):
    """The text of a bullet line without its mark, or None."""
    match = _BULLET.match(line)
    return match["text"].strip() if match else None


def rejoin_broken_paragraphs(blocks, warnings, *, stops=lambda block: False):
    """Put a paragraph together again that a page end had cut in two (the blocks given are changed).

    The sign: a block ends without a full stop and the next begins with a small letter. It is a
    guess, so each one is reported.
    """
    joined = []
    for block in blocks:
        before = joined[-1] if joined else None
        if (
            before
            and not _SENTENCE_END.search(before.lines[-1].text)
            and block.lines[0].text[:1].islower()
            and not before.heading
            and not block.heading
            and not bullet_of(block.lines[0].text)
            and not bullet_of(before.lines[-1].text)
            and not stops(before)
            and not stops(block)
        ):
            warnings.append(
                f"Lines {before.lines[-1].number} and {block.number}: a paragraph broken in two "
                f"(“… {_tail(before.lines[-1].text)}” / “{_head(block.lines[0].text)} …”) was put together again."
            )
            before.lines += block.lines
        else:
            joined.append(block)
    return joined


def plain(text, *, with_targets=True):
    """The text without its marks (bold, italic, underline, links); where a link leads stands behind it in brackets."""

    def link(match):
        leads_nowhere = match["target"] in ("", "#") or not with_targets
        return match["text"] if leads_nowhere else f"{match['text']} ({match['target']})"

    text = _LINK.sub(link, text)
    text = without_tags(text)
    text = _BOLD.sub(lambda m: m[1] or m[2], text)
    text = _ITALIC.sub(lambda m: m[1] or m[2], text)
    return re.sub(r"\s+", " ", text).strip()


def links_of(text):
    """(words, target) of each link; the target is empty where the source has none ("#")."""
    return [(plain(m["text"]), "" if m["target"] in ("", "#") else m["target"]) for m in _LINK.finditer(text)]


def is_web_address(target):
    return bool(_SAFE_TARGET.match(target))


def to_html(text):
    """The text as the HTML a section may hold: strong, em, links with a web address; all else as words."""
    out, position = [], 0
    for match in _LINK.finditer(text):
        out.append(_marks(text[position : match.start()]))
        words = _marks(match["text"])
        if is_web_address(match["target"]) and not match["picture"]:
            words = f'<a href="{html.escape(match["target"])}">{words}</a>'
        elif match["target"] not in ("", "#"):
            words = f"{words} ({html.escape(match['target'])})"
        out.append(words)
        position = match.end()
    out.append(_marks(text[position:]))
    return "".join(out).strip()


def to_marked_text(text):
    """The text as a minute entry keeps it: bold, italic and links with a web address; no other marks."""

    def link(match):
        words, target = plain(match["text"]), match["target"]
        if is_web_address(target) and not match["picture"]:
            return f"[{words}]({target})"
        return words if target in ("", "#") else f"{words} ({target})"

    text = without_tags(_LINK.sub(link, text))
    return re.sub(r"\s+", " ", text).strip()


def link_warnings(text, line):
    """What a reader could not follow: links without a target, and "here" where a link must have been."""
    found = []
    for words, target in links_of(text):
        if not target:
            found.append(f"Line {line}: the link “{words}” has no target. The words were kept.")
        elif not is_web_address(target):
            found.append(f"Line {line}: the link “{words}” leads to “{target}”, which is no web address.")
    bare = plain(_LINK.sub("", text))
    for match in _HERE.finditer(bare):
        found.append(
            f"Line {line}: “{match.group()}” points to something the text does not name or link. "
            "Name the document and attach it."
        )
    return found


def _marks(text):
    text = without_tags(text)
    text = html.escape(text, quote=False)
    text = _BOLD.sub(lambda m: f"<strong>{m[1] or m[2]}</strong>", text)
    text = _ITALIC.sub(lambda m: f"<em>{m[1] or m[2]}</em>", text)
    return re.sub(r"\s+", " ", text)


def _tail(text, count=3):
    return " ".join(plain(text).split()[-count:])


def _head(text, count=3):
    return " ".join(plain(text).split()[:count])
