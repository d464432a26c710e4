"""What reading a text gives: plain data, in the order of the source, before any record exists."""

from dataclasses import dataclass, field
from datetime import date, time
from itertools import count

from scrutiny.importing.layout import to_html, to_marked_text
from scrutiny.importing.words import LeftOut

# The three states of a list.
NONE = "none"
LIST = "list"
NOT_RECORDED = "not recorded"

# Categories of attendance lists.
PRESENT = "present"
ALSO_PRESENT = "also_present"
IN_ATTENDANCE = "in_attendance"
APOLOGIES = "apologies"
SUBSTITUTES = "substitutes"
OBSERVERS = "observers"

# How the paragraphs of a report are numbered.
FIRST_OF_SECTION = "first_of_section"
EVERY_PARAGRAPH = "every_paragraph"
DECIMAL = "decimal"
UNNUMBERED = "none"


@dataclass
class ParagraphDraft:
    """A paragraph or a bulleted list of a report; `number` as printed, or None."""

    number: str | None
    text: str
    source: str
    line: int
    is_list: bool = False

    @property
    def html(self):
        if self.is_list:
            items = "".join(f"<li>{to_html(item)}</li>" for item in self.source.split("\n"))
            return f"<ul>{items}</ul>"
        return f"<p>{to_html(self.source)}</p>"


@dataclass
class SectionDraft:
    heading: str
    line: int
    paragraphs: list[ParagraphDraft] = field(default_factory=list)
    is_attachments: bool = False

    @property
    def html(self):
        return "\n".join(paragraph.html for paragraph in self.paragraphs)


@dataclass
class AttachmentDraft:
    """A document the report names: title, type and size as printed, where it can be had or None."""

    title: str
    printed_kind: str
    printed_size: str
    target: str | None
    line: int


@dataclass
class ReportDraft:
    series_heading: str
    outcome: str
    date: date
    subject: str
    authors: list[str]
    sections: list[SectionDraft] = field(default_factory=list)
    attachments: list[AttachmentDraft] = field(default_factory=list)
    leftovers: list[LeftOut] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def paragraphs(self):
        return [paragraph for section in self.sections for paragraph in section.paragraphs]

    @property
    def numbering(self):
        """The numbering mode that gives exactly the printed numbers, or None when none does.

        Lists go without a number, and a section without a paragraph uses none up.
        """
        sections = [[p for p in section.paragraphs if not p.is_list] for section in self.sections]
        sections = [paragraphs for paragraphs in sections if paragraphs]
        printed = [[p.number for p in paragraphs] for paragraphs in sections]
        running = count(1)
        modes = {
            UNNUMBERED: [[None for _ in each] for each in sections],
            FIRST_OF_SECTION: [[str(n), *[None for _ in each[1:]]] for n, each in enumerate(sections, 1)],
            EVERY_PARAGRAPH: [[str(next(running)) for _ in each] for each in sections],
            DECIMAL: [[f"{n}.{m}" for m, _ in enumerate(each, 1)] for n, each in enumerate(sections, 1)],
        }
        return next((mode for mode, numbers in modes.items() if numbers == printed), None)

    def pieces(self):
        """Every text this draft keeps, for the count of words."""
        yield from (self.series_heading, self.outcome, self.subject, *self.authors)
        for section in self.sections:
            yield section.heading
            for paragraph in section.paragraphs:
                yield paragraph.number or ""
                yield paragraph.text
        for attachment in self.attachments:
            yield from (attachment.title, attachment.printed_kind, attachment.printed_size, attachment.target or "")


@dataclass
class PersonDraft:
    """One name of a list. Not `sure` where the rules had to guess where the name begins."""

    name: str
    post: str = ""
    abbreviation: str = ""
    organisation: str = ""
    note: str = ""
    sure: bool = True
    line: int = 0


@dataclass
class ListDraft:
    category: str
    heading: str
    line: int
    state: str = NOT_RECORDED
    people: list[PersonDraft] = field(default_factory=list)


@dataclass
class ItemDraft:
    """An item with its label as printed ("5", "7A", "39/20", or nothing)."""

    label: str
    title: str
    line: int
    paragraphs: list[str] = field(default_factory=list)


@dataclass
class MinutesDraft:
    meeting_name: str
    date: date
    weekday: str = ""
    venue: str = ""
    start: time | None = None
    end: time | None = None
    lists: list[ListDraft] = field(default_factory=list)
    items: list[ItemDraft] = field(default_factory=list)
    leftovers: list[LeftOut] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def people(self):
        return [person for each in self.lists for person in each.people]

    def list_of(self, category):
        """The first list of that category, or None: a list the source does not have is not recorded."""
        return next((each for each in self.lists if each.category == category), None)

    def pieces(self):
        """Every text this draft keeps, for the count of words."""
        yield from (self.meeting_name, self.venue)
        for each in self.lists:
            yield each.heading
            for person in each.people:
                yield from (person.name, person.post, person.abbreviation, person.organisation, person.note)
        for item in self.items:
            yield from (item.label, item.title, *item.paragraphs)


def entry_text(source):
    """The words of a source paragraph as a minute entry keeps them."""
    return to_marked_text(source)
