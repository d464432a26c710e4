"""Published minutes as page and paper show them, made from their content alone."""

from dataclasses import dataclass, field

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from scrutiny.meetings.publishing import cover, logo_of
from scrutiny.minutes.particulars import (
    NO_DUE_DATE,
    NO_OWNER,
    NOT_KNOWN,
    NOT_STATED,
    ActionRow,
    Change,
    CorrectionRow,
    Fact,
)
from scrutiny.minutes.reading import MARKS, PAPER_LOOKS
from scrutiny.minutes.texts import paragraphs
from scrutiny.workflow.published import in_words

_ASKING = ("question", "answer")


@dataclass(frozen=True)
class PublicLine:
    """One entry as everybody reads it: margin (who, what), words, and what they carry. Or the stub of a withheld one."""

    content: dict
    paragraphs: list[SafeString]
    apart: bool = False

    @property
    def anchor(self):
        """Its place on the page; a stub has none of its own."""
        return f"entry-{self.content['uid']}" if self.content["uid"] else ""

    @property
    def who(self):
        """The margin's name."""
        return self.content["who"]

    @property
    def what(self):
        """The margin's kind."""
        return self.content["what"]

    @property
    def withheld(self):
        """Why nothing more is said, or None."""
        return self.content["withheld"]

    @property
    def mark(self):
        """The bar on the rule beside it: question, correction, action or none."""
        return MARKS.get(self.content["kind"], "")

    @property
    def look(self):
        """The same on paper."""
        return PAPER_LOOKS.get(self.mark, "")

    @property
    def change(self):
        """What a correction puts right, or None."""
        correction = self.content["correction"]
        if not correction or not correction["new"]:
            return None
        about = ", ".join(part for part in (correction["measure"], correction["period"]) if part)
        return Change(correction["old"], correction["new"], about)

    @property
    def where(self):
        """Paper and page that a correction puts right."""
        return self.content["correction"]["where"] if self.content["correction"] else ""

    @property
    def facts(self):
        """Owner, due date, level of assurance, …"""
        return [Fact(label, value) for label, value in self.content["facts"]]

    @property
    def notices(self):
        """What was put right after the minutes were closed."""
        return self.content["notices"]


@dataclass(frozen=True)
class PublicSheet:
    """One item with its lines, or with the stub that stands for all of it."""

    item: dict
    lines: list[PublicLine] = field(default_factory=list)

    @property
    def times(self):
        """When it was begun and ended."""
        return self.item["times"]

    @property
    def withheld(self):
        """Why nothing more is said, or None."""
        return self.item["withheld"]


class PublicSheets(list):
    """The items of published minutes and the tables at their end."""

    def __init__(self, content):
        super().__init__(PublicSheet(item, _lines(item["entries"])) for item in content["items"])
        self.actions = [_action_row(row) for row in content["actions"]]
        self.corrections = [_correction_row(row) for row in content["corrections"]]
        self.is_begun = any(sheet.lines or sheet.withheld for sheet in self)


def _lines(entries):
    lines, before = [], ""
    for entry in entries:
        kind = entry["kind"]
        lines.append(PublicLine(entry, paragraphs(entry["text"]), before in _ASKING and kind not in _ASKING))
        before = kind
    return lines


def _action_row(row):
    return ActionRow(
        row["reference"] or "Action", row["text"], row["owners"] or NO_OWNER, in_words(row["due"]) or NO_DUE_DATE
    )


def _correction_row(row):
    return CorrectionRow(
        row["measure"] or NOT_STATED,
        row["old"] or NOT_KNOWN.capitalize(),
        row["new"] or NOT_STATED,
        row["period"] or NOT_STATED,
        row["where"] or NOT_STATED,
        row["said_by"] or NOT_STATED,
        "",
    )


# --- page and paper --------------------------------------------------------------------------------------------------


def html_parts(content):
    """[[anchor, HTML], ...]: attendance, each item that says something, actions, corrections."""
    sheets = PublicSheets(content)
    parts = [["attendance", _part("attendance", lists=content["attendance"])]]
    parts += [
        [f"items/{sheet.item['slug']}", _part("item", sheet=sheet)] for sheet in sheets if sheet.lines or sheet.withheld
    ]
    if sheets.actions:
        parts.append(["actions", _part("actions", rows=_beside(sheets.actions, content["actions"]))])
    if sheets.corrections:
        parts.append(["corrections", _part("corrections", rows=_beside(sheets.corrections, content["corrections"]))])
    return parts


def _beside(rows, content):
    """Each row with the data that it was made of."""
    return list(zip(rows, content, strict=True))


def _part(name, **context):
    return render_to_string(f"public/parts/minutes_{name}.html", context)


def paper_of(content, imprint):
    """(HTML of the paper, the logo as an Upload or None)."""
    meeting, logo = content["meeting"], logo_of(content)
    context = cover(content, imprint, kind="Minutes", logo=logo)
    context |= {
        "title": meeting["name"],
        "full_title": content["title"],
        "status": f"{content['marking']}. {imprint.in_words}. {content['status']}",
        "facts": content["facts"],
        "description": f"Who was there and what was said at the {meeting['name']} of {context['date']}",
        "keywords": f"minutes, {content['series']['name']}",
        "items": PublicSheets(content),
        "lists": [{**each, "printed": each["people"]} for each in content["attendance"]],
    }
    return render_to_string("scrutiny/minutes/minutes_pdf.html", context), logo
