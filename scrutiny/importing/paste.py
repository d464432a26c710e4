"""Several paragraphs pasted at once, as proposed entries of minutes. Nothing is saved here; see paste_views."""

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import pairwise

import lxml.html
from lxml.etree import ParserError

from opcc_portal.files import markings
from opcc_portal.richtext import cleaning
from scrutiny.importing.speech import Listener, may_be_an_action, sentences
from scrutiny.importing.words import words
from scrutiny.minutes.models import MinuteEntry
from scrutiny.minutes.texts import TextRefused, checked_text

# Five times the longest item that we know; what is longer is a document and comes in as one.
MAX_PARAGRAPHS = 200
MAX_BYTES = 200 * 1024
# What both forms of one paste may weigh on their way. Word sends its whole style sheet along, so this is generous.
MAX_SENT = 11 * 1024 * 1024
# Mails break their lines behind some seventy characters; a line that ends much sooner ends for a reason.
FULL_LINE = 50

_NUMBER = re.compile(r"^\s*(?P<number>\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-z]|[ivx]{1,5})[.)])[\s\u00a0]+(?=\S)", re.I)
# Word's own second and third bullets are the letter o and a paragraph sign, each with a tab behind it.
_BULLET = re.compile(r"^\s*(?:[•·▪◦●○■□§–—*-][\s\u00a0]+|o(?:\t|[\s\u00a0]{2,}))(?=\S)")
_ITEM = re.compile(rf"{_BULLET.pattern}|{_NUMBER.pattern}", re.I)
_MARKS = {"strong": "**", "b": "**", "em": "_", "i": "_"}


class CannotPaste(Exception):
    """Nothing can be proposed; the message says why and what to do. `too_large` where it is a matter of size."""

    def __init__(self, message, *, too_large=False):
        super().__init__(message)
        self.too_large = too_large


@dataclass
class Proposal:
    """One entry as it could be: kind, who speaks, and the words."""

    kind: str
    speaker: object
    second_speaker: object
    text: str

    def as_json(self):
        """As the editor takes it: people by the key of their attendance."""
        return {
            "kind": str(self.kind),
            "speaker": self.speaker and self.speaker.pk,
            "second_speaker": self.second_speaker and self.second_speaker.pk,
            "text": self.text,
        }


@dataclass
class Proposed:
    """What a paste could become, and what to look at."""

    entries: list[Proposal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def propose(text, html, *, attendance, by_speaker=False):
    """The paste as proposed entries: one for each paragraph, or with `by_speaker` one for each who speaks in it.

    The words of the entries are the words that were pasted, in their order. Raises CannotPaste.
    """
    _check_size(text)
    proposed = Proposed()
    pasted = _put_together(_paragraphs_of(text, html, proposed.notes), proposed.notes)
    if marking := markings.too_high("\n".join([text, *pasted])):
        raise CannotPaste(f"What you pasted {markings.why_refused(marking)}")
    if not pasted:
        raise CannotPaste("There are no words in what you pasted.")
    if len(pasted) > MAX_PARAGRAPHS:
        raise CannotPaste(
            f"You pasted {len(pasted):,} paragraphs; {MAX_PARAGRAPHS} at once is the most. Paste them in several parts.",
            too_large=True,
        )
    listener = Listener(attendance)
    for number, paragraph in enumerate(pasted, 1):
        try:
            paragraph = checked_text(paragraph)
        except TextRefused as refused:
            raise CannotPaste(f"Paragraph {number}: {refused}", too_large=True) from refused
        if not paragraph:
            continue
        proposed.entries += _entries(paragraph, number, listener, by_speaker, proposed.notes)
    if not proposed.entries:
        raise CannotPaste("There are no words in what you pasted.")
    if len(proposed.entries) > MAX_PARAGRAPHS:
        raise CannotPaste(
            f"These would be {len(proposed.entries):,} entries; {MAX_PARAGRAPHS} at once is the most. "
            "Paste them in several parts.",
            too_large=True,
        )
    return proposed


def _check_size(text):
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise CannotPaste(
            f"You pasted {size / 1024:,.0f} KB of text; {MAX_BYTES // 1024} KB at once is the most. "
            "Paste it in several parts.",
            too_large=True,
        )


# --- paragraphs ------------------------------------------------------------------------------------------------------


def _paragraphs_of(text, html, notes):
    """The paragraphs of the formatted paste where it says the same words as the plain one, else of the plain one."""
    plain = _of_text(text)
    if not html:
        return plain
    try:
        formatted = _of_html(html)
    except (cleaning.RichTextRefused, ParserError, ValueError):
        formatted = None
    if formatted and (not plain or _same_words(formatted, plain)):
        _check_size("\n".join(formatted))
        return formatted
    if plain:
        notes.append("Bold, italic and links could not be kept: only the words were taken.")
        return plain
    raise CannotPaste("The formatting of what you pasted could not be read. Paste it as plain text.")


def _same_words(formatted, plain):
    return words(" ".join(map(_tidied, _without_marks(formatted)))) == words(" ".join(map(_tidied, plain)))


def _without_marks(paragraphs):
    return [re.sub(r"\]\((?:https?|mailto):[^\s)]+\)", "]", text) for text in paragraphs]


def _of_text(text):
    """A line is a paragraph, as word processors put it on the clipboard; lines that a mail has broken are one again."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n\n").replace("\u2028", "\n")
    text = text.replace("\v", "\n").replace("\f", "\n\n")
    if re.search(r"\n[ \t]*\n", text) and _is_wrapped(text):
        parts = [_rejoined(part) for part in re.split(r"\n\s*\n", text)]
        lines = [line for part in parts for line in part]
    else:
        lines = text.split("\n")
    return [line for line in lines if line.strip()]


def _is_wrapped(text):
    """Whether line ends stand where a line was full, as in a mail, and not where a paragraph ends."""
    lines = [line.strip() for line in text.split("\n")]
    inside = [line for line, following in pairwise(lines) if line and following and not _ITEM.match(following)]
    full = [line for line in inside if len(line) >= FULL_LINE and not re.search(r"[.!?:;…][\"'”’)\]]*$", line)]
    return len(full) * 2 > len(inside)


def _rejoined(part):
    """The lines of one block, joined but for bullets and numbers."""
    joined = []
    for line in part.split("\n"):
        if not line.strip():
            continue
        if joined and not _ITEM.match(line):
            joined[-1] = f"{joined[-1].rstrip()} {line.strip()}"
        else:
            joined.append(line)
    return joined


def _put_together(lines, notes):
    """Paragraphs that a page end had cut in two, whole again: the sign is no full stop before and a small letter after."""
    whole, before_is_item = [], True
    for line in lines:
        is_item = bool(_ITEM.match(line))
        tidied = _tidied(line)
        if not tidied:
            continue
        broken = tidied[:1].islower() and not is_item and not before_is_item
        broken = broken and len(whole[-1]) + len(tidied) < MinuteEntry.TEXT_LIMIT
        if broken and not re.search(r"[.!?:;…][\"'”’)\]*_]*$", whole[-1]):
            notes.append(
                f"A paragraph broken in two was put together again: “… {_shown(whole[-1][-30:])} {_shown(tidied[:30])} …”."
            )
            whole[-1] = f"{whole[-1]} {tidied}"
        else:
            whole.append(tidied)
        before_is_item = is_item
    return whole


def _tidied(line):
    """One paragraph without its bullet, its number with one space behind it, and no run of spaces. "" for no words."""
    line = re.sub(r"[ \t\u00a0\u2007\u202f\u2009]+", " ", _BULLET.sub("", line)).strip()
    if not any(unicodedata.category(character)[0] in "LNS" for character in line):
        return ""
    return _NUMBER.sub(lambda found: f"{found['number']} ", line)


def _of_html(html):
    """The paragraphs, items and rows of formatted text, with bold, italic and web links as entries keep them."""
    found = []
    for block in cleaning.blocks(cleaning.from_word(_copied_part(html))):
        if block.tag in ("p", "h3", "h4"):
            found += _marked(block.html).split("\n")
        else:
            found += block.text.replace("\t", " ").split("\n")
    return [line for line in found if line.strip()]


def _copied_part(html):
    """What was copied, without the style sheet that Word sends along before it."""
    start, end = html.find("<!--StartFragment"), html.rfind("<!--EndFragment")
    if start == -1:
        return html
    start = html.find("-->", start) + len("-->")
    return html[start : end if end > start else len(html)]


def _marked(html):
    element = lxml.html.fragment_fromstring(html)
    return _inline(element)


def _inline(element):
    pieces = [_one_space(element.text)]
    for child in element:
        inside = _inline(child)
        mark = _MARKS.get(child.tag)
        if child.tag == "br":
            inside = "\n"
        elif child.tag == "a" and re.match(r"(?:https?://|mailto:)[^\s()]+$", child.get("href", "")) and inside.strip():
            inside = f"[{inside.strip()}]({child.get('href')})" if not re.search(r"[\[\]\n]", inside) else inside
        elif mark and inside.strip() and not re.search(r"[*_\n\[]", inside):
            body = inside.strip()
            inside = inside.replace(body, f"{mark}{body}{mark}", 1)
        pieces += [inside, _one_space(child.tail)]
    return "".join(pieces)


def _one_space(text):
    return re.sub(r"\s+", " ", text or "")


# --- entries ---------------------------------------------------------------------------------------------------------


def _entries(paragraph, number, listener, by_speaker, notes):
    acts = [(listener.hear(said, begins=place == 0), said) for place, said in enumerate(sentences(paragraph))]
    groups = _grouped(acts)
    if by_speaker:
        made = [_proposal(group, " ".join(sentence for _, sentence in group)) for group in groups]
    else:
        made = [_proposal(groups[0], paragraph)]
        missed = [
            kind.label.lower()
            for kind in _HELD_TOO
            if any(act.kind == kind for act, _ in acts) and made[0].kind != kind
        ]
        if missed or _several_speak(groups):
            held = f"also holds {' and '.join(f'a {word}' for word in missed)}" if missed else "has several speakers"
            notes.append(f"Paragraph {number} {held}. Part it where each should stand on its own.")
    notes += [
        f"Paragraph {number} may hold an action: {_start(sentence)}"
        for act, sentence in acts
        if may_be_an_action(sentence) and act.kind != MinuteEntry.Kind.ACTION
    ]
    return made


_HELD_TOO = (MinuteEntry.Kind.QUESTION, MinuteEntry.Kind.CORRECTION)
# Kinds that do not run on into what the same person says next.
_OF_THEIR_OWN = (
    MinuteEntry.Kind.QUESTION,
    MinuteEntry.Kind.CORRECTION,
    MinuteEntry.Kind.DECISION,
    MinuteEntry.Kind.ACTION,
)


def _grouped(acts):
    """Sentences that belong together: one speaker, and nothing between that stands on its own."""
    groups = []
    for act, sentence in acts:
        before = groups[-1][-1][0] if groups else None
        same = before is not None and (act.speaker is None or act.speaker == before.speaker)
        if same and before.speaker is None and act.speaker is None and act.kind != before.kind:
            same = False
        if (
            same
            and act.kind != before.kind
            and (act.kind in _OF_THEIR_OWN or (before.kind in _OF_THEIR_OWN and act.sure))
        ):
            same = False
        groups[-1].append((act, sentence)) if same else groups.append([(act, sentence)])
    return groups


def _proposal(group, text):
    act = group[0][0]
    second = next((other.second_speaker for other, _ in group if other.second_speaker), None)
    return Proposal(act.kind, act.speaker, second if act.speaker else None, text)


def _several_speak(groups):
    return len({act.speaker.pk for group in groups for act, _ in group if act.sure}) > 1


def _start(text, limit=60):
    return f"“{text}”" if len(text) <= limit else f"“{text[:limit].rstrip()}…”"


def _shown(text):
    """What a reader can see of it."""
    return "".join(character for character in text if character.isprintable()).strip()
