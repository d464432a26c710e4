"""Letters on paper: one look for every letter of the office, whichever room it comes from."""

import math
import re
from dataclasses import dataclass, field

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from opcc_portal.files.models import Upload
from opcc_portal.office.forms import in_words
from opcc_portal.richtext.cleaning import to_plain
from scrutiny.letters import marks, operations
from scrutiny.letters.letterhead import letterhead_on, logo_of
from scrutiny.workflow.papers import LOGO

# So begins the name by which the HTML of a letter refers to the picture of the signature; its hash follows.
SIGNATURE = "opcc:signature-"
_LEVELS = re.compile(r"(</?h)([34])(?=>)")
NOT_SENT = "Draft. Not sent yet, and without a number."


@dataclass(frozen=True)
class Setting:
    """A size in which letters are set, as letter.css has it. Heights in points."""

    name: str
    letters: int  # of text in a line
    line: float
    gap: float  # after a paragraph
    address: float  # a line of the address
    fact: float  # a line of the facts
    fixed: float  # what every letter has: head, gaps, subject, sign-off
    room: float  # on the first page; less where a smaller size is still to come


# The first in which a letter stays on one page is taken; what fits in none is set as usual.
SETTINGS = (
    Setting("", 68, 15, 7.75, 14.5, 18.5, 136, 726),
    Setting("close", 71, 14, 6.5, 14.5, 16, 152, 730),
    Setting("tight", 75, 12.6, 4.5, 13, 13.5, 106, 746),
)
LONG_NAME = 21  # letters that the margin holds in a line


@dataclass(frozen=True)
class Sheet:
    """A letter as it is printed. Words are plain text, but for what is a SafeString; `date` is in words.

    `subject` is the heading as HTML, `title` the same in plain words. `facts` are (label, value) under the address; an empty
    value is printed as an empty place. `footnotes` stand in the body already and are named again only to know how much room
    they take. `draft` says why it may not be sent; `running` stands at the foot of the margin; `imprint` is that of a
    published copy.
    """

    letterhead: dict
    date: str
    addressee: tuple
    salutation: str
    title: str
    body: SafeString
    sender_name: str
    sender_office: str
    subject: str = ""
    facts: tuple = ()
    sign_off: str = "Yours sincerely"
    signature: str = ""
    copied_to: tuple = ()
    enclosures: tuple = ()
    footnotes: tuple = ()
    demonstration: str = ""
    draft: str = ""
    running: str = ""
    imprint: object = None

    @property
    def heading(self):
        """The subject, as HTML."""
        return self.subject or self.title

    @property
    def name_in_margin(self):
        """The sender's name as the lines of a narrow column: a long one breaks before the surname."""
        words = self.sender_name.split()
        surname = next((at for at in range(len(words) - 1, 0, -1) if not words[at].isupper()), 0)
        if len(self.sender_name) <= LONG_NAME or surname == 0:
            return (self.sender_name,)
        return " ".join(words[:surname]), " ".join(words[surname:])

    @property
    def setting(self):
        """The name of the size in which it stays on one page; None where it needs more than one."""
        return next((each.name for each in SETTINGS if height_of(self, each) <= each.room), None)

    @property
    def is_short(self):
        """Whether it stays on one page: then what a published copy says of itself stands in the margin."""
        return self.setting is not None


@dataclass(frozen=True)
class Paper:
    """A paper ready to be laid out, with the pictures that its HTML names."""

    html: str
    logo: Upload | None
    title: str
    file_name: str
    pictures: dict = field(default_factory=dict)


def of_letter(letter):
    """The letter as the desk prints it: a draft as it would go out today, a sent one as it went."""
    sheet = sheet_of(letter)
    pictures = {sheet.signature: letter.signature} if letter.signature else {}
    name = f"{letter.date.isoformat()}-letter-{letter.number.replace('/', '-') or 'draft'}.pdf".lower()
    return Paper(html_of(sheet), logo_of(sheet.letterhead), sheet.title, name, pictures)


def sheet_of(letter):
    """The letter as a sheet. Name and office that a draft does not say yet are those of its day."""
    if not letter.is_sent:
        operations.as_signed(letter)
    return Sheet(
        letterhead=letter.letterhead or letterhead_on(letter.date),
        date=in_words(letter.date),
        facts=facts_of(letter.date, letter.our_reference, letter.their_reference),
        addressee=tuple(letter.addressee_lines),
        salutation=letter.salutation,
        title=letter.title,
        subject=marks.marked(letter.subject),
        body=body_on_paper(letter.body, letter.footnote_lines),
        sender_name=letter.sender_name,
        sender_office=letter.sender_office,
        sign_off=letter.sign_off,
        signature=f"{SIGNATURE}{letter.signature.sha256[:32]}" if letter.signature else "",
        copied_to=tuple(letter.copied_lines),
        enclosures=tuple(each.title for each in letter.enclosures.all()),
        footnotes=tuple(letter.footnote_lines),
        demonstration=letter.demonstration_note,
        draft="" if letter.is_sent else NOT_SENT,
        running=letter.number,
    )


def facts_of(day, our_reference, their_reference):
    """What stands under the address of a letter. Their reference is printed even where there is none."""
    mine = (("My reference", our_reference),) if our_reference else ()
    return (("Date", in_words(day)), *mine, ("Your reference", their_reference))


def html_of(*sheets, title="", description="", keywords="letter", created=None):
    """The HTML of one letter, or of several in one file, each beginning on a page of its own."""
    first = sheets[0]
    context = {
        "office": first.letterhead,
        "kind": "Letter" if len(sheets) == 1 else "Letters",
        "title": title or first.title,
        "full_title": title or f"Letter: {first.title}, {first.date}",
        "description": description or f"Letter to {next(iter(first.addressee), 'a reader')}, {first.date}",
        "keywords": keywords,
        "created": created,
        "modified": created,
        "logo": LOGO if first.letterhead["logo_sha256"] else "",
        "sheets": sheets,
    }
    return render_to_string("scrutiny/letters/letter_pdf.html", context)


def body_on_paper(html, notes):
    """Cleaned HTML with each footnote where it is called, for the foot of the page; called again it is its number only."""

    def write(number, is_first):
        if number > len(notes):
            return None
        if is_first:
            return format_html('<span class="fn">{}</span>', notes[number - 1])
        return format_html('<sup class="again">{}</sup>', number)

    return mark_safe(_LEVELS.sub(_one_level_up, marks.with_notes(html, write)))


def body_on_screen(html, notes):
    """The same for a page: each call leads to its note, which stands under the text as note-1, note-2."""

    def write(number, is_first):
        if number > len(notes):
            return None
        own = format_html(' id="note-call-{}"', number) if is_first else ""
        return format_html('<sup><a href="#note-{0}"{1} aria-label="Note {0}">{0}</a></sup>', number, own)

    return marks.with_notes(html, write)


def _one_level_up(tag):
    """Headings of rich text begin at h3; on paper they stand right under the subject."""
    return f"{tag[1]}{int(tag[2]) - 1}"


def paragraphs(*texts):
    """Plain paragraphs as the body of a sheet."""
    return mark_safe("".join(format_html("<p>{}</p>", text) for text in texts))


def height_of(sheet, setting):
    """About how high the sheet is in this setting, in points."""
    texts = [text for text in to_plain(str(sheet.body)).split("\n") if text.strip()]
    notes = sum(math.ceil(len(note) / 88) for note in sheet.footnotes)
    height = setting.fixed + setting.line * sum(math.ceil(len(text) / setting.letters) for text in texts)
    height += setting.gap * len(texts) + 16 * math.ceil(len(sheet.title) / 58)
    height += max(len(sheet.addressee) * setting.address, 12 * (len(sheet.letterhead["lines"]) + 1))
    height += setting.fact * len(sheet.facts)
    height += sum(setting.line * len(end) + 8 for end in (sheet.enclosures, sheet.copied_to) if end)
    height += 12.5 * math.ceil(len(sheet.demonstration) / 88) + 8 if sheet.demonstration else 0
    return height + (36 if sheet.draft else 0) + (20 + 14 * notes if sheet.footnotes else 0)
