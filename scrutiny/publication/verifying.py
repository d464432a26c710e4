"""What the public record says of a hash: published, superseded, withdrawn, or unknown."""

import hashlib
import re
from dataclasses import dataclass

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.db.models import TextField
from django.db.models.functions import Cast

from scrutiny.publication.record import HEAVY, Withdrawal
from scrutiny.workflow.models import Edition

LARGEST = 60 * 1024 * 1024
SHA256 = re.compile(r"[0-9a-f]{64}")

PUBLISHED, SUPERSEDED, WITHDRAWN, UNKNOWN = "published", "superseded", "withdrawn", "unknown"


@dataclass(frozen=True)
class Verdict:
    """What is known of a hash. Of what is withdrawn nothing is told but where it stood, when, and why it is gone."""

    state: str
    sha256: str
    what: str = ""
    edition: Edition | None = None
    newest: Edition | None = None
    file: dict | None = None

    @property
    def publication(self):
        """Where it stands or stood."""
        return self.edition.publication if self.edition else None

    @property
    def withdrawal(self):
        """When and why it was withdrawn: the version, or all of it."""
        if hasattr(self.edition, "withdrawal"):
            return Withdrawal(self.publication.path, self.edition.withdrawal.at, self.edition.withdrawal.reason)
        return Withdrawal(self.publication.path, self.publication.withdrawn_at, self.publication.withdrawn_reason)

    @property
    def url(self):
        """The file itself, or the page of this very version."""
        if self.file:
            return f"{self.edition.version_url}files/{self.file['slug']}.{self.file['kind']}"
        return self.edition.version_url


def as_hash(text):
    """The hash that somebody copied from a paper, in groups or with its name before it; "" if it is none."""
    plain = re.sub(r"[\s:-]", "", text.lower().strip().removeprefix("sha256").removeprefix("sha-256"))
    return plain if SHA256.fullmatch(plain) else ""


def look_up(sha256):
    """The verdict on a hash: of a PDF, of a file published with something, of what a paper says, or of the chain."""
    known = Edition.objects.select_related("publication__current", "withdrawal").defer(*HEAVY).order_by("number")
    for what, found in (
        ("PDF", known.filter(pdf_sha256=sha256)),
        ("content hash", known.filter(content_hash=sha256)),
        ("state of the record", known.filter(chain=sha256)),
        ("file", known.annotate(files_as_text=Cast("files", TextField())).filter(files_as_text__contains=sha256)),
    ):
        if editions := list(found):
            return _verdict(sha256, what, editions)
    return Verdict(UNKNOWN, sha256)


def _verdict(sha256, what, editions):
    """The kindest of several: the same file or the same words may have been published more than once."""
    shown = [each for each in editions if not each.publication.is_withdrawn and not hasattr(each, "withdrawal")]
    if not shown:
        return Verdict(WITHDRAWN, sha256, what, editions[-1])
    current = [edition for edition in shown if edition.publication.current_id == edition.pk]
    edition = (current or shown)[-1]
    file = next((file for file in edition.files if file["sha256"] == sha256), None) if what == "file" else None
    return Verdict(
        PUBLISHED if current or what == "state of the record" else SUPERSEDED,
        sha256,
        what,
        edition,
        edition.publication.current,
        file,
    )


# --- the file that somebody sends ----------------------------------------------------------------------------------------


class Hashed:
    """All that is left of a file that somebody sent: its hash and how long it was."""

    def __init__(self, sha256, size):
        self.sha256, self.size = sha256, size


class OnlyHash(FileUploadHandler):
    """Takes a file in piece by piece for its hash and keeps none of it, neither in memory nor on the disk."""

    def new_file(self, *args, **kwargs):
        """Begin."""
        super().new_file(*args, **kwargs)
        self.digest, self.length = hashlib.sha256(), 0

    def receive_data_chunk(self, raw_data, start):
        """One more piece; given to nobody else."""
        self.length += len(raw_data)
        if self.length > LARGEST:
            self.request.too_large = True
            raise StopUpload(connection_reset=True)
        self.digest.update(raw_data)

    def file_complete(self, file_size):
        """The whole has come."""
        return Hashed(self.digest.hexdigest(), self.length)
