"""From the desk's records to Editions: put together, made and checked outside any transaction, committed in a short one.

What is published in one act is a bundle: a record and what goes with it. Everything is made from the bundle's content;
if that is no longer the same when it is to be committed, nothing is.
"""

import hashlib
import io
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property

import pikepdf
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from opcc_portal import pdf
from opcc_portal.audit import operations as audit
from opcc_portal.audit.operations import key
from opcc_portal.jobs import operations as jobs
from scrutiny.publication import gate, operations
from scrutiny.publication.derived import derive
from scrutiny.publication.models import Candidate
from scrutiny.publication.record import Record
from scrutiny.publication.site import pages_for
from scrutiny.workflow import editions, kinds
from scrutiny.workflow.models import Edition, FormerAddress, Publication, PublicationClass
from scrutiny.workflow.operations import NotPossible
from scrutiny.workflow.papers import LOGO

FIRST_EDITION = "First published."
TRIES = 5
MOST_KEPT = 40

# Papers that were laid out just now, by the very words they were made of; publishing makes once more what its check
# page showed, and mostly nothing has changed.
_laid_out = OrderedDict()


@dataclass
class Draft:
    """One document as it would be published now: everything that is decided before it is made."""

    kind: kinds.Kind
    record: object
    publication: Publication
    content: dict
    files: list
    why_not: str = ""

    @property
    def subject(self):
        """The desk's name for the record."""
        return self.publication.subject

    @cached_property
    def content_hash(self):
        """What its paper prints; the same as long as nothing public about it changes."""
        return editions.content_hash_of(
            kind=self.kind.name,
            path=self.publication.path,
            title=self.kind.title(self.content),
            date=self.kind.date(self.content),
            content=self.content,
            files=self.file_data,
        )

    @cached_property
    def file_data(self):
        """The files as an Edition keeps them."""
        return [
            {
                "slug": file.slug,
                "title": file.title,
                "label": file.label,
                "summary": file.summary,
                "kind": file.upload.kind,
                "media_type": file.upload.media_type,
                "size": file.upload.size,
                "pages": file.upload.pages,
                "tagged": file.upload.tagged,
                "sha256": file.upload.sha256,
            }
            for file in self.files
        ]

    @property
    def is_unchanged(self):
        """Published already, exactly like this."""
        newest = self.publication.current
        return bool(newest) and not self.publication.is_withdrawn and newest.content_hash == self.content_hash

    @property
    def version(self):
        """The version it would get, or has where nothing has changed."""
        if self.is_unchanged:
            return self.publication.current.version
        return "{}.{}".format(*editions.next_version(self.publication))


@dataclass
class Bundle:
    """A record and what goes with it: what one act publishes."""

    kind: kinds.Kind
    record: object
    drafts: list = field(default_factory=list)
    waiting: list = field(default_factory=list)

    @property
    def subject(self):
        """The desk's name for what it is about."""
        return key(self.record)

    @property
    def fresh(self):
        """What would be published: ready, and not published like this already."""
        return [draft for draft in self.drafts if not draft.is_unchanged]

    @property
    def input_hash(self):
        """Changes with everything that the output or the gate depends on."""
        parts = [
            f"{draft.subject} {draft.version} {draft.content_hash} {draft.publication.is_withdrawn or ''}".rstrip()
            for draft in self.fresh
        ]
        return hashlib.sha256("\n".join([*parts, gate.rules_hash(self)]).encode()).hexdigest()


@dataclass
class Made:
    """One document as the public will get it: its Edition (not saved yet), PDF and pages as (address, HTML)."""

    draft: Draft
    edition: Edition
    pdf: bytes | None
    pages: list = field(default_factory=list)


def bundle_of(kind, record):
    """What publishing this record publishes, put together anew from the desk. Papers that are not ready wait beside."""
    record = kind.load(record.pk)
    bundle, ready, waiting, taken = Bundle(kind, record), {}, {}, set()
    for each_kind, each in [(kind, record), *((kinds.named(name), other) for name, other in kind.others(record))]:
        if reason := each_kind.why_not(each) or (too_early(each_kind, each) if each != record else ""):
            waiting.setdefault(key(each), (each_kind, each, reason))
        else:
            ready.setdefault(key(each), (each_kind, each))
    with kinds.published_together(ready):
        bundle.drafts = [draft_of(each_kind, each, taken) for each_kind, each in ready.values()]
    bundle.waiting = list(waiting.values())
    return bundle


def too_early(kind, record):
    """Why it may not be published at this moment, in words; empty once its time has come."""
    until = kind.not_before(record)
    if until is None or until <= timezone.now():
        return ""
    there = timezone.localtime(until)
    return f"It is held back until {there:%H:%M} {there.tzname()} on {there:%-d %B %Y}."


def draft_of(kind, record, taken=None):
    """One record as it would be published now. `taken` gathers the addresses that the same act takes."""
    taken = set() if taken is None else taken
    publication = Publication.objects.filter(subject=key(record)).select_related("current").first()
    if publication is None:
        publication = Publication(kind=kind.name, subject=key(record), path=_free_path(kind.path(record), taken))
        publication.scheme_class = PublicationClass.objects.filter(slug=kind.scheme_class).first()
    taken.add(publication.path)
    return Draft(kind, record, publication, kind.content(record), kind.files(record))


def _free_path(path, taken):
    """The address, with a number behind it where another thing has or had it."""
    taken = {
        *taken,
        *Publication.objects.filter(path__startswith=path).values_list("path", flat=True),
        *FormerAddress.objects.filter(path__startswith=path).values_list("path", flat=True),
    }
    free, number = path, 1
    while free in taken:
        number += 1
        free = f"{path}-{number}"
    return free


# --- making ------------------------------------------------------------------------------------------------------------


def make(bundle, *, after, by, change_notes=None, at=None, progress=None):
    """Make everything that the bundle would publish after the chain head `after`. Raises RenderFailed, OSError.

    The Editions are complete but for their manifests, and not saved.
    """
    number, head = after
    at, made = at or timezone.now(), []
    for place, draft in enumerate(bundle.fresh):
        if progress:
            progress(place, len(bundle.fresh) + 1, f"Laying out “{draft.kind.title(draft.content)}”")
        number += 1
        made.append(_make_one(draft, number, head, by=by, at=at, note=(change_notes or {}).get(draft.subject, "")))
    record = Record(candidates=[each.edition for each in made])
    for each in made:
        each.pages = pages_for(each.edition, record)
    return made


def _make_one(draft, number, head, *, by, at, note):
    major, minor = editions.next_version(draft.publication)
    kind, content = draft.kind, draft.content
    edition = Edition(
        publication=draft.publication,
        number=number,
        kind=kind.name,
        path=draft.publication.path,
        belongs_to=kind.belongs_to(draft.record),
        major=major,
        minor=minor,
        schema=kind.schema,
        title=kind.title(content),
        summary=kind.summary(content),
        date=kind.date(content),
        change_note=note or (FIRST_EDITION if (major, minor) == (1, 0) else ""),
        content=content,
        parts=kind.parts(content),
        files=draft.file_data,
        content_hash=draft.content_hash,
        published_at=at,
        published_by=by,
        published_name=by.name if by else "",
    )
    data = pdf_of(kind, edition, head, render=_render_once) if kind.has_pdf(content) else None
    if data is not None:
        edition.pdf_name = kind.pdf_name
        edition.pdf_sha256 = hashlib.sha256(data).hexdigest()
        edition.pdf_size = len(data)
        with pikepdf.open(io.BytesIO(data)) as document:
            edition.pdf_pages = len(document.pages)
    return Made(draft, edition, data)


def imprint_of(edition, head):
    """What the paper of an Edition prints about itself; `head` is the chain before the act that publishes it."""
    return kinds.Imprint(
        version=edition.version,
        published_on=timezone.localdate(edition.published_at),
        url=f"/{edition.path}/",
        content_hash=edition.content_hash,
        chain_before=head,
        change_note=edition.change_note,
    )


def pdf_of(kind, edition, head, *, render=None):
    """The paper of an Edition as bytes, always the same; `head` is the chain before the act that publishes it."""
    imprint = imprint_of(edition, head)
    made = kind.make_pdf(edition.content, imprint)
    if made is not None:
        return made
    html, logo = kind.paper(edition.content, imprint)
    files = {}
    for name, upload in (({LOGO: logo} if logo else {}) | kind.pictures(edition.content)).items():
        with upload.file.open() as file:
            files[name] = file.read()
    return (render or pdf.render)(html, files=files)


def _render_once(html, *, files):
    """The same words and pictures give the same bytes, so a paper that was laid out just now is not laid out again."""
    name = hashlib.sha256(repr((html, sorted(files.items()))).encode()).digest()
    data = _laid_out.pop(name, None) or pdf.render(html, files=files)
    _laid_out[name] = data
    while len(_laid_out) > MOST_KEPT:
        _laid_out.popitem(last=False)
    return data


# --- checking ----------------------------------------------------------------------------------------------------------


def check(bundle, *, by, progress=None):
    """Make the bundle as it would come out now, let the gate look at it, and keep what it found as a Candidate."""
    held = Candidate.objects.filter(subject=bundle.subject, input_hash=bundle.input_hash).first()
    if held:
        return held
    made = make(bundle, after=editions.head(), by=by, progress=progress)
    found = gate.examine(bundle, made, progress=progress)
    candidate, _ = Candidate.objects.get_or_create(
        subject=bundle.subject,
        input_hash=bundle.input_hash,
        defaults={
            "documents": [_as_listed(each) for each in made],
            "findings": [finding.as_data() for finding in found.findings],
            "passed": found.passed,
        },
    )
    return candidate


def _as_listed(made):
    edition = made.edition
    return {
        "subject": made.draft.subject,
        "kind": made.draft.kind.label,
        "title": edition.title,
        "url": f"/{edition.path}/",
        "version": edition.version,
        "pdf_name": edition.pdf_name,
        "pdf_size": edition.pdf_size,
        "pdf_pages": edition.pdf_pages,
        "files": [{"title": file["title"], "kind": file["kind"], "size": file["size"]} for file in edition.files],
        "pages": [address for address, _ in made.pages],
    }


# --- publishing --------------------------------------------------------------------------------------------------------


class Blocked(NotPossible):
    """The gate found something that must be mended, or that nobody has explained yet."""


class TooEarly(NotPossible):
    """It is held back until a moment that has not come."""


class ChangedMeanwhile(NotPossible):
    """What is to be published is no longer what was checked."""

    def __init__(self):
        super().__init__(
            "Something has changed since this was checked. Look at the checks again; nothing is published yet."
        )


def publish(kind, record, *, seen, by, change_notes=None, progress=None):
    """Publish the bundle that was checked as `seen` (a Candidate's input hash). Returns the new Editions.

    Made with the newest chain head and checked once more; then committed if nothing has changed meanwhile. Published
    twice at once it is published once: what stands already in exactly these words is left alone.
    Raises ChangedMeanwhile, Blocked, RenderFailed, OSError.
    """
    for _ in range(TRIES):
        bundle = bundle_of(kind, record)
        if not bundle.fresh:
            return []
        if refusal := next(filter(None, (too_early(draft.kind, draft.record) for draft in bundle.fresh)), ""):
            raise TooEarly(refusal)
        if bundle.input_hash != seen:
            raise ChangedMeanwhile
        after = editions.head()
        made = make(bundle, after=after, by=by, change_notes=change_notes, progress=progress)
        found = gate.examine(bundle, made, progress=progress)
        if not found.is_open(bundle):
            raise Blocked(
                "Something is still to be fixed or explained. Look at the checks again; nothing is published yet."
            )
        _complete(bundle, made, found, after)
        for each in made:
            if each.pdf is not None:
                editions.keep_file(each.pdf, "pdf")
            for file in each.draft.files:
                with file.upload.file.open() as source:
                    editions.keep_file(source.read(), file.upload.kind)
        try:
            return _commit(kind, record, bundle, made, after=after, by=by)
        except editions.HeadMoved:
            continue
        except IntegrityError:
            # Somebody else took the first version or the address at this moment: put together anew, it is known which.
            if not _is_taken(made):
                raise
    raise NotPossible("Others keep publishing at the same moment. Try again in a minute; nothing is published yet.")


def _complete(bundle, made, found, after):
    """Put the manifest into each Edition and close its link: what is chained includes who checked what.

    The papers of one act all print the head before the act (`printed_head`); the links follow each other.
    """
    chain = after[1]
    for each in made:
        edition = each.edition
        edition.chain_before = chain
        edition.manifest = {**found.manifest(bundle, each), "printed_head": after[1]}
        chain = edition.chain = editions.chain_of(edition)


def _is_taken(made):
    """Whether one of these publications, new when it was made, is there by now, or another one at its address."""
    new = [each.draft.publication for each in made if each.edition.minor == 0 and each.edition.major == 1]
    names, paths = {each.subject for each in new}, {each.path for each in new}
    return Publication.objects.filter(Q(subject__in=names) | Q(path__in=paths)).exists()


@transaction.atomic
def _commit(kind, record, bundle, made, *, after, by):
    # Whoever withdraws one of them waits, or has done so before: then what was checked is no longer what is here.
    list(
        Publication.objects.select_for_update().filter(subject__in=[each.draft.subject for each in made]).order_by("pk")
    )
    now = bundle_of(kind, kind.load(record.pk))  # loaded anew: what is in memory knows nothing of an edit since
    if not now.fresh:
        return []
    if now.input_hash != bundle.input_hash:
        raise ChangedMeanwhile
    for each in made:
        if each.draft.publication.pk is None:
            each.draft.publication.save()
            each.edition.publication = each.draft.publication
    editions.append([each.edition for each in made], after=after)
    for each in made:
        each.draft.kind.published(each.draft.record, each.edition, by=by)
        derive(each.edition)
        audit.write(
            f"Published {each.edition.title}, version {each.edition.version}",
            subject=each.draft.record,
            context=getattr(each.draft.record, "meeting", None),
            by=by,
            chain=each.edition.chain,
        )
    _take_back(made, by=by)
    return [each.edition for each in made]


def _take_back(made, *, by):
    """Withdraw what must not stay public beside what is published now."""
    reasons = {key(record): reason for each in made for record, reason in each.draft.kind.takes_back(each.draft.record)}
    for publication in Publication.objects.filter(subject__in=reasons, withdrawn_at=None).order_by("pk"):
        operations.withdraw_publication(publication, reason=reasons[publication.subject], by=by)


# --- in the background ---------------------------------------------------------------------------------------------------


@jobs.job("check_publication", title="Checking what will be published")
def check_in_background(job, payload, progress):
    """Check a bundle and lead to its page."""
    kind = kinds.named(payload["kind"])
    try:
        check(bundle_of(kind, kind.load(payload["pk"])), by=job.by, progress=progress)
    except pdf.RenderFailed as failure:
        raise jobs.JobFailed(str(failure)) from failure
    except OSError as problem:
        raise jobs.JobFailed(NO_ROOM) from problem
    return {"url": payload["url"]}


@jobs.job("publish", title="Publishing")
def publish_in_background(job, payload, progress):
    """Publish a bundle and lead to what came of it."""
    kind = kinds.named(payload["kind"])
    try:
        publish(
            kind,
            kind.load(payload["pk"]),
            seen=payload["seen"],
            by=job.by,
            change_notes=payload.get("change_notes"),
            progress=progress,
        )
    except (NotPossible, pdf.RenderFailed) as refusal:
        raise jobs.JobFailed(str(refusal)) from refusal
    except OSError as problem:
        raise jobs.JobFailed(NO_ROOM) from problem
    return {"url": payload["url"]}


NO_ROOM = (
    "The finished files could not be kept: there may be no room left on the disk. Nothing is published and nothing is "
    "lost. Tell the administrator, then try again."
)
