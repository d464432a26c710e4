"""The finished output of one document, taken apart into texts to search and pages to look at."""

import csv
import html
import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

import lxml.html
from lxml.etree import ParserError

from opcc_portal.pdf import reading
from scrutiny.publication.gate import words

# Elements that end a line for a reader; what stands in them is not joined with what follows.
BLOCKS = frozenset(
    "address article aside blockquote body br button caption dd desc details div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol option p pre section summary svg table tbody td text tfoot "
    "th thead title tr ul".split()
)
UNREAD = frozenset(["script", "style", "template", "noscript"])
# What a page says only because it is a page: it need not stand on paper. A drawing there has other axes; what it shows
# stands in its table.
PAGE_ONLY_ELEMENTS = frozenset(["nav", "button", "form", "summary", "svg"])
PAGE_ONLY_CLASSES = frozenset(["page-only", "visually-hidden"])
MOST_OF_A_FILE = 30_000_000
SPACES = re.compile(r"\s+")
ANY_TAG = re.compile(r"<[^<>]+>")
END_OF_LINE = re.compile(
    r"</(?:\w+:)?(?:p|t[cr]|si|row|title|creator|keywords|subject|description)>|<(?:\w+:)?(?:br|tab)\b[^>]*>"
)
OFFICE_ATTRIBUTE = re.compile(r'\b(?:descr|title|name|Target|author)="([^"]{3,})"')


@dataclass
class Surface:
    """One place where the public could find words, and how to name it: "on the page /reports/…/"."""

    where: str
    text: str
    is_source: bool = False
    is_paper: bool = False

    @cached_property
    def words(self):
        """Its words in order, with what encodings hide."""
        return words.words_of(words.unfolded(self.text) if self.is_source else self.text)

    @cached_property
    def joined(self):
        """Its words as one text with a space on either side of each, to look for phrases in."""
        return f" {' '.join(self.words)} "

    @cached_property
    def vocabulary(self):
        """The different words that stand here."""
        return frozenset(self.words)

    @cached_property
    def squeezed(self):
        """Its letters without anything between them."""
        return "".join(self.words)

    def holds(self, phrase):
        """Whether these words stand here one after the other."""
        return self.vocabulary.issuperset(phrase) and f" {' '.join(phrase)} " in self.joined

    def holds_broken(self, phrase):
        """The same on paper, where a word may be broken at the end of a line."""
        return self.is_paper and "".join(phrase) in self.squeezed

    def quote(self, phrase):
        """The words of the phrase as they stand here, with a little around them."""
        return words.shown(words.unfolded(self.text) if self.is_source else self.text, phrase)


@dataclass
class Page:
    """A whole page (or, where none was made, the body alone) as a tree."""

    address: str
    html: str
    is_whole: bool = True

    @cached_property
    def tree(self):
        """Its elements; an empty tree where there is nothing."""
        try:
            return lxml.html.document_fromstring(self.html or "<p></p>")
        except ParserError:
            return lxml.html.document_fromstring("<p></p>")

    @cached_property
    def text(self):
        """What a reader sees, one block a line."""
        return text_of(self.tree)


def text_of(element, *, without=lambda element: False, between=""):
    """The text of an element and everything in it, one block a line, without scripts and styles.

    `between` stands where one element ends and another begins within a line.
    """
    found = []
    _collect(element, found, without, between)
    lines = (" ".join(line.split()) for line in "".join(found).splitlines())
    return "\n".join(line for line in lines if line)


def is_page_only(element):
    """Whether the element belongs to the page and not to what the document says: "Back to the text"."""
    if element.tag == "a" and element.get("href", "").startswith("#"):
        return True
    return element.tag in PAGE_ONLY_ELEMENTS or bool(PAGE_ONLY_CLASSES & set(element.get("class", "").split()))


def _collect(element, found, without, between):
    waiting = [element]
    while waiting:
        here = waiting.pop()
        if isinstance(here, str):
            found.append(here)
            continue
        if here.tail and here is not element:
            waiting.append(SPACES.sub(" ", here.tail))
        if not isinstance(here.tag, str) or here.tag in UNREAD or without(here):
            continue
        edge = "\n" if here.tag in BLOCKS else between
        found.append(edge)
        waiting.append(edge)
        found.append(SPACES.sub(" ", here.text or ""))
        waiting += reversed(here)


@dataclass
class Attached:
    """What could be read of one attached file."""

    slug: str
    title: str
    text: str = ""
    insides: str = ""
    problem: str = ""


@dataclass
class Output:
    """One document as the public would get it, in all its forms."""

    made: object
    findings: list = field(default_factory=list)

    @property
    def draft(self):
        """What it was made from."""
        return self.made.draft

    @property
    def edition(self):
        """The Edition that it would become."""
        return self.made.edition

    @property
    def kind(self):
        """Its kind."""
        return self.made.draft.kind

    @property
    def name(self):
        """The kind as a sentence uses it: minutes, joint report."""
        label = self.kind.label or self.kind.name
        return label[:1].lower() + label[1:]

    @cached_property
    def desk(self):
        """Where it is mended: the address and what a link there says."""
        return {"url": self.kind.desk_url(self.draft.record), "link": f"Go to the {self.name}"}

    @cached_property
    def body(self):
        """The document's own HTML, without the frame of the site."""
        return Page(f"/{self.edition.path}/", "".join(part for _, part in self.edition.parts), is_whole=False)

    @cached_property
    def pages(self):
        """Every page as it will be served; the body where none was made."""
        return [Page(*page) for page in self.made.pages] or [self.body]

    @cached_property
    def pdf_pages(self):
        """The text of each page of the PDF. Raises reading.CannotBeRead."""
        return reading.pages(self.made.pdf) if self.made.pdf is not None else []

    @cached_property
    def pdf_text(self):
        """The text of the PDF, as a reader sees it."""
        return "\n".join(self.pdf_pages)

    @cached_property
    def attached(self):
        """The attached files, read."""
        return [_read(file) for file in self.draft.files]

    @cached_property
    def named(self):
        """Title, summary, address and the names of files: what stands in lists, links and addresses."""
        edition = self.edition
        lines = [edition.title, edition.summary, edition.change_note, edition.path, edition.pdf_name]
        for file in self.draft.files:
            lines += [file.slug, file.title, file.label, file.summary, file.upload.name]
        return "\n".join(line for line in lines if line)

    @cached_property
    def own_surfaces(self):
        """Every place of the document itself: its pages as read and as sent, its data, its names, its PDF inside and out."""
        content = json.dumps(self.edition.content, ensure_ascii=False, default=str)
        found = [Surface("in its title, address or the names of its files", self.named)]
        found.append(Surface(f"on the page /{self.edition.path}/", self.body.text))
        for page in self.pages:
            found.append(Surface(f"on the page {page.address}", page.text))
        for page in self.pages:
            found.append(Surface(f"in the source of the page {page.address}", page.html, is_source=True))
        found.append(Surface(f"in the data of the page (/{self.edition.path}.json)", content, is_source=True))
        if self.made.pdf is not None:
            found.append(Surface(f"in the PDF {self.edition.pdf_name}", self.pdf_text, is_paper=True))
            insides = reading.insides(self.made.pdf)
            found.append(Surface(f"inside the file {self.edition.pdf_name}", insides, is_source=True))
        return found

    @cached_property
    def attached_surfaces(self):
        """Every place in the attached files."""
        found = []
        for file in self.attached:
            found.append(Surface(f"in the attachment “{file.title}”", file.text, is_paper=True))
            if file.insides:
                found.append(Surface(f"inside the file of “{file.title}”", file.insides, is_source=True))
        return found

    @property
    def surfaces(self):
        """All places where the public could find words."""
        return chain(self.own_surfaces, self.attached_surfaces)


def _read(file):
    """What can be read of an attached file: text, and what else is in it."""
    upload, found = file.upload, Attached(file.slug, file.title)
    if upload.size > MOST_OF_A_FILE:
        found.problem = "it is too large"
        return found
    with upload.file.open() as source:
        data = source.read()
    try:
        if upload.kind == "pdf":
            pages, found.insides = reading.read_apart(data)
            found.text = "\n".join(pages)
            if not found.text.strip():
                found.problem = "it has no text, perhaps because it was scanned"
        elif upload.kind in ("docx", "xlsx", "pptx"):
            found.text, found.insides = _office_parts(data)
        elif upload.kind == "csv":
            rows = csv.reader(io.StringIO(data.decode("utf-8-sig", "replace")))
            found.text = "\n".join(" ".join(row) for row in rows)
        else:
            found.insides = data.decode("latin-1") if len(data) < 1_000_000 else ""
    except (reading.CannotBeRead, zipfile.BadZipFile, csv.Error, OSError) as problem:
        found.problem = f"it could not be opened ({type(problem).__name__})"
    return found


def _office_parts(data):
    """(the words of every part of an Office file, its attributes): text, notes, properties; other texts, link targets."""
    texts, others = [], []
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for part in parts.infolist():
            if part.filename.endswith((".xml", ".rels")) and part.file_size < MOST_OF_A_FILE:
                xml = parts.read(part).decode("utf-8", "ignore")
                texts.append(html.unescape(ANY_TAG.sub("", END_OF_LINE.sub("\n", xml))))
                others += OFFICE_ATTRIBUTE.findall(xml)
    return "\n".join(texts), "\n".join(dict.fromkeys(map(html.unescape, others)))
