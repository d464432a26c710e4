"""Putting a pack together: cover with contents, the papers, the list of files; then merged and numbered.

A paper is laid out once for each content and kept; what changes with every pack is its cover and its list of files. So a
pack with one changed paper costs that paper, the two sheets and the merging.
"""

import datetime
import hashlib
import io
from functools import lru_cache

import pikepdf
from django.core.files.storage import default_storage
from django.template.loader import render_to_string

from opcc_portal import pdf
from opcc_portal.jobs import operations as jobs
from opcc_portal.office.models import Office
from opcc_portal.pdf.merge import Part, merge, open_all
from scrutiny.meetings.models import Meeting
from scrutiny.meetings.pdf import facts_of
from scrutiny.publication.models import Pack
from scrutiny.publication.packs import rows
from scrutiny.publication.packs.fit import source_of
from scrutiny.publication.packs.private import PrivatePapers
from scrutiny.workflow import kinds, papers
from scrutiny.workflow.editions import canonical
from scrutiny.workflow.papers import LOGO

PRIVATE = "Private pack: not for publication"
MAKING = 1  # another number builds every private pack anew
AS_LONG = "000"  # in place of the number of pages while it is not known


class Assembly:
    """A pack in the making: its rows with the names of their files in storage, and what its own sheets print."""

    def __init__(self, *, context, logo=None, foot=""):
        self.context, self.logo, self.foot = context, logo, foot
        self.rows, self.stored = [], []

    def add(self, row, stored=""):
        """A paper; `stored` is the name of its file, "" where it is not in the pack."""
        self.rows.append(row)
        self.stored.append(stored)

    def front(self, total):
        """The HTML of the cover."""
        return render_to_string(
            "pdf/pack_cover.html",
            self.context | {"rows": rows.for_print(self.rows), "total": total, "files_from": self.end + 1},
        )

    @property
    def end(self):
        """The last page of the papers."""
        return max((row["last"] for row in self.rows), default=0)

    def list_of_files(self):
        """The HTML of the sheet that names every file."""
        return render_to_string("pdf/pack_files.html", self.context | {"rows": rows.for_print(self.rows)})

    def measure(self):
        """How many pages the cover takes, from the rows as they are. It is kept, so that this costs once for each cover."""
        self.rows = rows.numbered(self.rows, 1)
        return page_count(papers.laid_out(self.front(AS_LONG), self.logo))

    def number(self, front):
        """Give each paper its pages after a cover of so many."""
        self.rows = rows.numbered(self.rows, front)

    def build(self, front, *, title, subject, when):
        """The whole as bytes. Raises RenderFailed."""
        last = pdf.render_with_report(self.list_of_files(), files=self._files())
        total = self.end + last.pages
        first = pdf.render_with_report(self.front(total), files=self._files())
        if first.pages != front:
            raise pdf.RenderFailed(
                "The contents of this pack do not fit where they should. Nothing is lost. Shorten the longest title on the "
                "agenda by a few words and build it again.",
                reason="contents",
            )
        parts = [Part("Contents", first.pdf)]
        for row, stored in zip(self.rows, self.stored, strict=True):
            if not row["absent"]:
                parts.append(Part(row["title"], source_of(stored), under=_under(row)))
        parts.append(Part("Files in this pack", last.pdf))
        author = self.context["office"]["legal_name"]
        made = merge(parts, title=title, subject=subject, author=author, when=when, foot=self.foot)
        wanted = (first.pages, *(row["pages"] for row in rows.in_pack(self.rows)), last.pages)
        if made.part_pages != wanted:
            raise pdf.RenderFailed(
                "A paper of this pack has another number of pages than is known. Nothing is lost. Build the pack again.",
                reason="pages",
            )
        return made.pdf

    def _files(self):
        if not self.logo:
            return {}
        with self.logo.file.open() as file:
            return {LOGO: file.read()}


def _under(row):
    """The bookmark of its item; a paper that is called like its item needs none above it."""
    if not row["item"] or row["item"] == row["title"]:
        return ()
    return (f"{row['label']} {row['item']}".strip(),)


@lru_cache(maxsize=2000)
def page_count(stored):
    """The pages of a paper that we laid out; its name stands for what is in it."""
    with default_storage.open(stored) as file, pikepdf.open(io.BytesIO(file.read())) as document:
        return len(document.pages)


def sha256_of(stored):
    """The hash and size of a stored file."""
    with default_storage.open(stored) as file:
        data = file.read()
    return hashlib.sha256(data).hexdigest(), len(data)


# --- the private pack ----------------------------------------------------------------------------------------------------


def private_name(meeting, held=None):
    """The name of the private pack in storage: a hash over everything that is in it."""
    held = held or PrivatePapers(meeting)
    keys = [source.key if source else "" for source in held.sources]
    said = canonical([MAKING, held.rows, keys, held.without])
    return f"papers/pack-{hashlib.sha256(said.encode()).hexdigest()}.pdf"


def build_private(meeting, progress=None):
    """Build the private pack as the desk is now and keep it; its name. Raises RenderFailed."""
    held = PrivatePapers(meeting)
    name = private_name(meeting, held)
    if default_storage.exists(name):
        return name
    office = Office.on(meeting.date)
    logo = office.logo if office else None
    pack = Assembly(context=_private_context(meeting, office, logo, held), logo=logo, foot=PRIVATE)
    opened = _opened(held)
    for place, (row, source) in enumerate(zip(held.rows, held.sources, strict=True)):
        if progress:
            progress(place, len(held.rows) + 1, f"Laying out “{row['title']}”")
        pack.add(*_laid_out(row, source, opened))
    if progress:
        progress(len(held.rows), len(held.rows) + 1, "Putting the pack together")
    front = pack.measure()
    pack.number(front)
    day = datetime.datetime.combine(meeting.date, datetime.time(), datetime.UTC)
    title = f"{pack.context['kind']}: {meeting.name}, {meeting.date:%-d %B %Y}"
    papers.keep(name, pack.build(front, title=title, subject=PRIVATE, when=day))
    return name


def _opened(held):
    """{name in storage: what came of opening it} of the files that others gave us, in one go."""
    names = [
        s.upload.file.name
        for row, s in zip(held.rows, held.sources, strict=True)
        if s and s.upload and not row["absent"]
    ]
    names = list(dict.fromkeys(names))
    return dict(zip(names, open_all([source_of(name) for name in names]), strict=True))


def _laid_out(row, source, opened):
    """The row with pages and hash, and the name of its file."""
    if row["absent"]:
        return row, ""
    if source.upload:
        stored = source.upload.file.name
        found = opened[stored]
        if found.broken:
            return row | {"absent": rows.BESIDE, "reason": f"It cannot be merged. {found.broken}"}, ""
        return row | {"pages": found.pages}, stored
    stored = papers.laid_out(source.paper.html, source.paper.logo)
    sha256, size = sha256_of(stored)
    return row | {"pages": page_count(stored), "sha256": sha256, "size": size, "ending": "pdf"}, stored


def _facts(meeting):
    chairs = [person for person in meeting.attendance.all() if person.is_chair]
    return [list(fact) for fact in facts_of(meeting, chairs)]


def _private_context(meeting, office, logo, held):
    day = f"{meeting.date:%-d %B %Y}"
    names = ("legal_name", "display_name", "area_name")
    return {
        "office": {name: getattr(office, name, "") if office else "" for name in names},
        "kind": "Private pack",
        "title": meeting.name,
        "date": day,
        "version": "Private pack",
        "private": PRIVATE,
        "status": "Not for publication. All papers as they stand, drafts too",
        "facts": [fact for fact in _facts(meeting) if fact[0] == "When"],
        "demonstration_note": meeting.demonstration_note,
        "logo": LOGO if logo else "",
        "description": f"{PRIVATE}. {meeting.name}, {day}",
        "without": rows.labels_in_words(held.without),
        "changes": None,
        "created": None,
        "modified": None,
    }


@jobs.job("build_pack", title="Building a pack")
def build_pack(job, payload, progress):
    """Build the private pack of a meeting. Interrupted it begins again and finds the papers that were laid out."""
    meeting = Meeting.objects.select_related("series", "outcome").get(pk=payload["pk"])
    try:
        build_private(meeting, progress)
    except pdf.RenderFailed as failure:
        raise jobs.JobFailed(str(failure)) from failure
    except OSError as problem:
        raise jobs.JobFailed(
            "The pack could not be kept: there may be no room left on the disk. Nothing is lost. Tell the administrator, "
            "then build it again."
        ) from problem
    return {"url": payload["url"]}


@jobs.job("prepare_pack", title="Getting a pack ready")
def prepare_pack(job, payload, progress):
    """Look at the files and lay out the cover, so that the page of checks need not."""
    kind = kinds.named("pack")
    record = Pack.objects.select_related("meeting__series").get(pk=payload["pk"])
    progress(0, 1, "Looking at the published papers")
    try:
        if not kind.why_not(record):
            kind.content(record)
    except pdf.RenderFailed as failure:
        raise jobs.JobFailed(str(failure)) from failure
    return {"url": payload["url"]}
