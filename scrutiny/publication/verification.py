"""Is the public record still what was published? Looks at every Edition, file and derived row, and says what is not.

One Edition after the other, so that it needs no more memory for a large record than for a small one.
"""

import hashlib
import io
import json
from dataclasses import dataclass, field

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import F, Max, Q

from opcc_portal.pdf import reading
from scrutiny.indicators import append_only
from scrutiny.publication import derived
from scrutiny.publication.models import PublicSearchEntry, RegisterLine
from scrutiny.workflow import editions, frozen, kinds
from scrutiny.workflow.models import ChainHead, Edition, Publication

AT_ONCE = 20
LINE_FIELDS = ("register", "reference", "date", "text", "data", "url", "target", "target_file")
ENTRY_FIELDS = ("kind", "url", "title", "text", "date", "people", "priority")


@dataclass(frozen=True)
class Found:
    """Something that is not as it was published, and where."""

    where: str
    what: str

    def __str__(self):
        return f"{self.where}: {self.what}"


@dataclass
class Verification:
    """One look at the whole record. Iterate over it to do the work; it gives what it finds, and counts."""

    known_head: str = ""
    editions_seen: int = 0
    files_seen: int = 0
    found: int = 0
    _before: tuple = (0, editions.GENESIS)
    _known: bool = field(default=False)

    def __iter__(self):
        for found in self._all():
            self.found += 1
            yield found

    def _all(self):
        for name in frozen.missing(connection):
            yield Found("The database", f"its guard “{name}” is missing: it would let a published Edition be changed.")
        for name in append_only.missing(connection):
            yield Found("The database", f"its guard “{name}” is missing: it would let a figure’s revision be changed.")
        self._known = self.known_head == editions.GENESIS
        everything = Edition.objects.select_related("publication").order_by("number")
        for edition in everything.iterator(chunk_size=AT_ONCE):
            for what in self._edition(edition):
                yield Found(where(edition), what)
            self.editions_seen += 1
        yield from self._head()
        yield from _pointers()
        yield from _strangers()

    # --- one Edition -------------------------------------------------------------------------------------------------

    def _edition(self, edition):
        yield from self._link(edition)
        if edition.content_hash != _content_hash(edition):
            yield (
                "its content hash does not match: content, title, date, address or the list of files was changed "
                "after it was published."
            )
        if edition.pdf_name:
            yield from self._pdf(edition)
        for file in edition.files:
            yield from self._file(file["sha256"], file["kind"], file["size"], f"the file “{file['slug']}”")
        if edition.publication.current_id == edition.pk and not edition.publication.is_withdrawn:
            yield from _derived_rows(edition)

    def _link(self, edition):
        number, chain = self._before
        if edition.number != number + 1:
            gap = range(number + 1, edition.number)
            yield (
                f"before it, {_counted(len(gap), 'Edition is', 'Editions are')} missing "
                f"({', '.join(f'number {each}' for each in gap[:5])}{' …' if len(gap) > 5 else ''})."
            )
        if edition.chain_before != chain:
            yield "it does not follow the Edition before it in the chain: one of the two was changed, removed or moved."
        if edition.chain != editions.chain_of(edition):
            yield "its chain hash does not match: something in this row was changed after it was published."
        self._known = self._known or edition.chain == self.known_head
        self._before = (edition.number, edition.chain)

    def _pdf(self, edition):
        data = yield from self._file(
            edition.pdf_sha256, "pdf", edition.pdf_size, f"its PDF {edition.pdf_name}", keep=True
        )
        head = edition.manifest.get("printed_head", "")
        if head != editions.GENESIS and not Edition.objects.filter(chain=head, number__lt=edition.number).exists():
            yield "the chain head that its PDF is said to print is not in the chain before it."
        if data is None:
            return
        try:
            words = "".join("".join(reading.pages(data)).split())
        except reading.CannotBeRead:
            yield "its PDF cannot be read."
            return
        if edition.content_hash not in words:
            yield "its PDF does not print this Edition's content hash."
        if head not in words:
            yield "its PDF does not print the chain head that the manifest names."

    def _file(self, sha256, ending, size, what, keep=False):
        """Compare one stored file with its hash; gives back its bytes if they are wanted and right."""
        self.files_seen += 1
        name, digest, length, data = editions.stored_name(sha256, ending), hashlib.sha256(), 0, io.BytesIO()
        try:
            with default_storage.open(name) as file:
                for chunk in file.chunks():
                    digest.update(chunk)
                    length += len(chunk)
                    if keep:
                        data.write(chunk)
        except FileNotFoundError:
            yield f"{what} is missing from the store ({name})."
            return None
        except OSError as problem:
            yield f"{what} cannot be read ({problem})."
            return None
        if digest.hexdigest() != sha256:
            yield f"{what} is not the one that was published: its SHA-256 is {digest.hexdigest()}, not {sha256}."
            return None
        if length != size:
            yield f"{what} has {length} bytes, the Edition says {size}."
        return data.getvalue() if keep else None

    # --- the ends ----------------------------------------------------------------------------------------------------

    def _head(self):
        heads = list(ChainHead.objects.values_list("number", "chain"))
        if len(heads) > 1:
            yield Found("The chain", "it has more than one head.")
        if (heads[0] if heads else (0, editions.GENESIS)) != self._before:
            number = heads[0][0] if heads else 0
            yield Found(
                "The chain",
                f"its head says number {number}, the last Edition is number {self._before[0]}: "
                "Editions were removed from the end, or the head was changed.",
            )
        if self.known_head and not self._known:
            yield Found("The chain", f"the head {self.known_head} is not in it: the record was written anew.")


def where(edition):
    """How a finding names an Edition."""
    return f"Edition {edition.number}, {edition.publication}, version {edition.version}"


def _content_hash(edition):
    return editions.content_hash_of(
        kind=edition.kind,
        path=edition.path,
        title=edition.title,
        date=edition.date,
        content=edition.content,
        files=edition.files,
    )


def _pointers():
    """Publications whose newest Edition is not the one that the public is shown."""
    known = Publication.objects.annotate(newest=Max("editions__number")).select_related("current")
    wrong = known.filter(
        Q(newest__isnull=False, current=None)
        | Q(current__isnull=False, newest=None)
        | ~Q(current__number=F("newest"))
        | ~Q(current__publication=F("pk"))
        | ~Q(current__kind=F("kind"))
    ).exclude(newest=None, current=None)
    for publication in wrong.iterator(chunk_size=AT_ONCE):
        shown = f"number {publication.current.number}" if publication.current else "none"
        yield Found(str(publication), f"it shows Edition {shown}; its newest is number {publication.newest}.")


def _derived_rows(edition):
    """Whether lists and search say what this Edition says."""
    try:
        kind = kinds.named(edition.kind)
    except KeyError:
        yield f"nobody knows how to read its kind “{edition.kind}”."
        return
    for what, rows, names, fresh in (
        ("lines in the registers", edition.lines, LINE_FIELDS, kind.lines(edition)),
        (
            "entries in search",
            edition.search_entries,
            ENTRY_FIELDS,
            (derived.entry_of(edition, each) for each in kind.search(edition)),
        ),
    ):
        if _as_texts(rows.all(), names) != _as_texts(fresh, names):
            yield f"its {what} do not say what it says. “manage.py rebuild_public_record” makes them anew."


def _as_texts(rows, names):
    return sorted(
        json.dumps([getattr(row, name) for name in names], cls=DjangoJSONEncoder, sort_keys=True) for row in rows
    )


def _strangers():
    """Rows in lists and search that belong to no Edition which the public is shown."""
    shown = Q(edition=F("edition__publication__current"), edition__publication__withdrawn_at=None)
    for model, what in ((RegisterLine, "lines in the registers"), (PublicSearchEntry, "entries in search")):
        for url in model.objects.exclude(shown).values_list("url", flat=True).distinct().iterator(chunk_size=AT_ONCE):
            yield Found(url, f"{what} come from an Edition that is not shown any more.")


def _counted(number, one, many):
    return f"{number} {one if number == 1 else many}"
