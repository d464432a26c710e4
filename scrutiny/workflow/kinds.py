"""Kinds of things that can be published. Each room registers its own in a module `publishing`; nobody else names them.

A kind turns one record of the desk into what the public gets: first `content`, plain data that holds nothing restricted,
and from that data alone the finished HTML and the paper. So what is withheld cannot reach the output.
"""

import hashlib
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field

from opcc_portal.audit.operations import key
from scrutiny.workflow.models import Edition, Publication

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Finding:
    """Something the gate found: an error blocks, a warning needs a reason. `url` leads to where it is mended."""

    code: str
    severity: str
    title: str
    text: str = ""
    quote: str = ""
    url: str = ""
    link: str = ""

    @property
    def blocks(self):
        """Whether nothing can be published until it is mended."""
        return self.severity == ERROR

    @property
    def fingerprint(self):
        """The same for the same finding, so that a reason counts for exactly this one."""
        return hashlib.sha256("\x1f".join((self.code, self.title, self.text, self.quote)).encode()).hexdigest()

    def as_data(self):
        """For a manifest and for the candidate that keeps it."""
        return {**asdict(self), "fingerprint": self.fingerprint}


@dataclass(frozen=True)
class Secret:
    """Words that must not be in any public output. `what` says where they belong, for the desk; `url` leads there."""

    text: str
    what: str
    url: str = ""


@dataclass(frozen=True)
class FileToPublish:
    """A file that is published with a document, at <its address>/files/<slug>. `upload` is an opcc_portal.files Upload."""

    slug: str
    title: str
    upload: object
    label: str = ""
    summary: str = ""


@dataclass(frozen=True)
class Line:
    """A line that an Edition adds to a public register; the fields of RegisterLine."""

    register: str
    date: object
    text: str
    url: str
    reference: str = ""
    data: dict = field(default_factory=dict)
    target: str = ""
    target_file: str = ""


@dataclass(frozen=True)
class Entry:
    """One thing that the public search can find in an Edition: the fields of PublicSearchEntry."""

    url: str
    title: str
    text: str
    people: tuple = ()
    priority: str = ""


@dataclass(frozen=True)
class Imprint:
    """What a published paper prints about itself: version, day, address, content hash and the chain head before it."""

    version: str
    published_on: object
    url: str
    content_hash: str
    chain_before: str
    change_note: str = ""

    @property
    def in_words(self):
        """Version 1.0, published on 5 February 2018."""
        return f"Version {self.version}, published on {self.published_on:%-d %B %Y}"


class Kind:
    """How one kind of record is published. A subclass sets the names and fills the methods that raise."""

    name = ""
    label = ""
    model = None
    schema = 1
    pdf_name = ""  # as the PDF's address ends; empty for what never has a PDF
    scheme_class = ""  # slug of the usual publication class
    capability = "publishing.publish"  # what somebody needs who publishes and withdraws it
    who = "Governance officers"  # who has that, in words for those who have not

    def load(self, pk):
        """The record with what publishing it needs. Raises model.DoesNotExist."""
        return self.model.objects.get(pk=pk)

    def why_not(self, record):
        """Why it cannot be published yet, in words for people; empty when it can."""
        raise NotImplementedError

    def not_before(self, record):
        """The instant before which it may not be published, ready or not; None where there is none."""
        return None

    def path(self, record):
        """The address it would take at its first publication: from neutral titles, no slash at either end."""
        raise NotImplementedError

    def belongs_to(self, record):
        """The subject ("scrutiny.meeting:5") of the meeting it belongs to; empty without one."""
        return ""

    def title(self, content):
        """Its public title."""
        return content["title"]

    def summary(self, content):
        """One line for lists: 7 questions and their answers. 2 figures corrected."""
        return ""

    def date(self, content):
        """The day that it speaks of, as a date."""
        raise NotImplementedError

    def content(self, record):
        """Everything the public gets, as plain JSON data, and nothing else. Restricted things appear as their stub."""
        raise NotImplementedError

    def parts(self, content):
        """The finished HTML of the body as [[anchor, html], ...], from `content` alone."""
        raise NotImplementedError

    def has_pdf(self, content):
        """Whether what is published with this content has a PDF."""
        return bool(self.pdf_name)

    def paper(self, content, imprint):
        """(HTML of the paper, its logo as an Upload or None), from `content` and Imprint alone. Only where it `has_pdf`."""
        raise NotImplementedError

    def pictures(self, content):
        """The pictures that the HTML of the paper names, beside the logo: {"opcc:map.png": Upload}."""
        return {}

    def make_pdf(self, content, imprint, progress=None):
        """The PDF as bytes, where it is not simply `paper` laid out; None: it is."""
        return None

    def as_previewed(self, record, html):
        """A finished page as the desk shows it before it is published: what the page shows from files stands nowhere yet."""
        return html

    def files(self, record):
        """The files published with it, as FileToPublish; restricted and private ones are never among them."""
        return []

    def secrets(self, record):
        """What must not be found in the output, as Secret."""
        return []

    def findings(self, record, content):
        """What the room itself has to say against publishing: unresolved corrections, missing owners or dates, …"""
        return []

    def passes(self, record, content):
        """What the room's own checks found in order, in words: "Every action has an owner and a date"."""
        return []

    def others(self, record):
        """Records to be published in the same act, as (kind name, record): all papers of a meeting."""
        return []

    def takes_back(self, record):
        """What must not stay public once this is: [(record, the reason that the public reads), ...]."""
        return []

    def published(self, record, edition, *, by):
        """What changes on the desk once it is published, inside that transaction: mostly its state."""

    def withdrawn(self, record, *, by):
        """What changes on the desk once it is withdrawn."""

    def lines(self, edition):
        """The lines that the Edition adds to public registers."""
        return []

    def search(self, edition):
        """What search can find in the Edition."""
        return [Entry(edition.get_absolute_url(), edition.title, edition.summary)]

    def derive(self, edition):
        """Write rows of the room's own that are made from this Edition, inside the transaction that publishes it."""

    def forget(self, publication):
        """Delete such rows of a publication that is withdrawn or published anew; of all publications for None."""

    def desk_url(self, record):
        """Where somebody of the desk mends it."""
        return record.get_absolute_url()

    def people(self, record):
        """Who made and approved it, for the manifest: [(part, name, day), ...]."""
        return []

    def place_of(self, subject):
        """Where the public reads what this record of the desk says: (address, title of the Edition); None: nowhere."""
        return None


_kinds = {}


def register(kind):
    """Make a kind known; a class decorator of the rooms' `publishing` modules."""
    _kinds[kind.name] = kind()
    return kind


def all_kinds():
    """Every kind, by name."""
    return dict(_kinds)


def named(name):
    """The kind of that name. Raises KeyError."""
    return _kinds[name]


def of(record):
    """The kind of a record. Raises KeyError for what cannot be published."""
    return {kind.model: kind for kind in _kinds.values()}[type(record)]


_act = ContextVar("subjects that the act under way publishes", default=frozenset())


@contextmanager
def published_together(subjects):
    """While this lasts, contents are put together for one act that publishes all these subjects."""
    before = _act.set(frozenset(subjects))
    try:
        yield
    finally:
        _act.reset(before)


def are_public(records):
    """Those of the records that are published, or will be by the act under way. One query."""
    names = {key(record): record for record in records}
    held = Publication.objects.filter(subject__in=names, withdrawn_at=None, current__isnull=False)
    public = {*held.values_list("subject", flat=True), *_act.get()}
    return [record for name, record in names.items() if name in public]


def public_path(record):
    """The address at which a record is published, "" while it is not (or is withdrawn). One query."""
    found = Publication.objects.filter(subject=key(record), withdrawn_at=None).first()
    return found.path if found else ""


def public_place(subject):
    """(address, title) of where the public reads what a record inside a published one says; None where it is not public."""
    return next((place for kind in _kinds.values() if (place := kind.place_of(subject))), None)


def current_edition(record):
    """The newest Edition of a record that is not withdrawn, or None. One query."""
    return Edition.objects.current().of(record).first()
