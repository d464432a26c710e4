"""Appending Editions to the chain, and taking publications back. What is in the chain is never changed.

The chain is a hash over every field of an Edition and the chain of the one before it. Its head is printed in each PDF,
so that copies outside the house vouch for everything that was published earlier.
"""

import datetime
import hashlib
import json

from django.db import transaction
from django.utils import timezone

from opcc_portal.audit import operations as audit
from opcc_portal.files.keeping import keep
from scrutiny.workflow.models import ChainHead, Edition, FormerAddress, Publication, WithdrawnVersion
from scrutiny.workflow.operations import NotPossible

GENESIS = "0" * 64
# Everything that the chain vouches for, beside the chain before it.
CHAINED = (
    "number",
    "kind",
    "path",
    "belongs_to",
    "major",
    "minor",
    "schema",
    "title",
    "summary",
    "date",
    "change_note",
    "content",
    "parts",
    "files",
    "pdf_name",
    "pdf_sha256",
    "pdf_size",
    "pdf_pages",
    "content_hash",
    "manifest",
    "published_at",
    "published_name",
)


class HeadMoved(Exception):
    """Somebody else published since the papers were laid out: they print a chain head that is no longer the newest."""


def canonical(data):
    """The one JSON text of the data: keys sorted, nothing spaced, letters as they are."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value):
    return value.isoformat()


def content_hash_of(*, kind, path, title, date, content, files):
    """SHA-256 over what a document says and the files that go with it: what its paper prints about itself."""
    said = {"kind": kind, "path": path, "title": title, "date": date, "content": content, "files": files}
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def chain_of(edition):
    """The link that this Edition adds to the chain."""
    said = {name: getattr(edition, name) for name in CHAINED}
    said["published_at"] = edition.published_at.astimezone(datetime.UTC).isoformat()
    said["publication"] = edition.publication.subject
    return hashlib.sha256((edition.chain_before + canonical(said)).encode()).hexdigest()


def head():
    """(number, chain) of the newest Edition; (0, GENESIS) before the first."""
    newest = ChainHead.objects.first()
    return (newest.number, newest.chain) if newest else (0, GENESIS)


def next_version(publication):
    """(major, minor) that the next Edition of a publication takes: 1.0, then 1.1."""
    newest = publication.current if publication else None
    return (newest.major, newest.minor + 1) if newest else (1, 0)


def stored_name(sha256, ending):
    """Where a published file lies in storage: by what it holds, so that equal files are kept once."""
    return f"editions/{sha256}.{ending}"


def keep_file(data, ending):
    """Store bytes by their hash and return it. Raises OSError where there is no room; then no half file is left."""
    sha256 = hashlib.sha256(data).hexdigest()
    keep(stored_name(sha256, ending), data)
    return sha256


@transaction.atomic
def append(editions, *, after):
    """Add finished Editions to the chain, in order. `after` is the chain head that they were made for.

    Each comes with everything but its publication's pointer. Raises HeadMoved when another Edition came first.
    """
    ChainHead.objects.get_or_create(pk=1, defaults={"number": 0, "chain": GENESIS})
    newest = ChainHead.objects.select_for_update().get(pk=1)
    if (newest.number, newest.chain) != after:
        raise HeadMoved
    for edition in editions:
        edition.save(force_insert=True)
        publication = edition.publication
        _keep_withdrawn(publication, before=edition)
        publication.current = edition
        publication.withdrawn_at, publication.withdrawn_by, publication.withdrawn_reason = None, None, ""
        publication.save()
        newest.number, newest.chain = edition.number, edition.chain
    newest.save()
    return editions


def _keep_withdrawn(publication, *, before):
    """What was withdrawn as a whole does not come back with the version that is published now."""
    now = Publication.objects.select_for_update().get(pk=publication.pk)
    if not now.is_withdrawn:
        return
    earlier = Edition.objects.filter(publication=now, number__lt=before.number, withdrawal=None)
    WithdrawnVersion.objects.bulk_create(
        WithdrawnVersion(edition=each, reason=now.withdrawn_reason, by=now.withdrawn_by, at=now.withdrawn_at)
        for each in earlier.only("pk")
    )


@transaction.atomic
def withdraw_version(edition, *, reason, by):
    """Take one earlier version from the public: its addresses answer 410 with the reason. Twice keeps the first reason.

    Raises NotPossible without a reason, and for the version that counts: that is withdrawn with its publication.
    """
    publication = Publication.objects.select_for_update().get(pk=edition.publication_id)
    reason = reason.strip()
    if not reason:
        raise NotPossible("Say why it is withdrawn. The public reads this reason.")
    if publication.current_id == edition.pk:
        raise NotPossible(
            "This is the version that counts. Publish a new one first, then withdraw this one; or withdraw the whole."
        )
    made, is_new = WithdrawnVersion.objects.get_or_create(edition=edition, defaults={"reason": reason, "by": by})
    if is_new:
        audit.write(
            f"Withdrew version {edition.version} of {publication}", subject=publication, by=by, reason=made.reason
        )
    return made


@transaction.atomic
def withdraw(publication, *, reason, by):
    """Take a publication back: its addresses answer 410 with the reason from now on. Its Editions are kept."""
    publication = Publication.objects.select_for_update().get(pk=publication.pk)
    if not reason.strip():
        raise NotPossible("Say why it is withdrawn. The public reads this reason.")
    if publication.is_withdrawn:
        return publication
    publication.withdrawn_at, publication.withdrawn_by = timezone.now(), by
    publication.withdrawn_reason = reason.strip()
    publication.save()
    audit.write(f"Withdrew {publication}", subject=publication, by=by, reason=reason.strip())
    return publication


@transaction.atomic
def rename(publication, *, path, by):
    """Give a publication another address. The former one, and everything below it, leads there for good."""
    publication = Publication.objects.select_for_update().get(pk=publication.pk)
    path = path.strip("/")
    if path == publication.path:
        return publication
    taken = Publication.objects.filter(path=path).exists()
    if taken or FormerAddress.objects.filter(path=path).exclude(publication=publication).exists():
        raise NotPossible("Something else is or was published at this address. Choose another one.")
    former, publication.path = publication.path, path
    FormerAddress.objects.filter(path=path).delete()
    FormerAddress.objects.create(path=former, publication=publication)
    publication.save(update_fields=["path"])
    audit.write(f"Moved /{former}/ to {publication}", subject=publication, by=by)
    return publication


def versions(publication):
    """Every Edition of a publication, newest first, without the heavy parts."""
    return Edition.objects.filter(publication=publication).defer("content", "parts", "manifest").order_by("-number")
