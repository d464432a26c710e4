"""Taking a file in, handing it out, and clearing up what nothing holds."""

import errno
import hashlib
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import FileResponse, Http404
from django.utils import timezone

from opcc_portal.files import keeping, limited
from opcc_portal.files.models import MEDIA_TYPES, Upload, unguessable_name
from opcc_portal.files.names import clean_name
from opcc_portal.files.refusal import Refused
from opcc_portal.files.words import size_words

__all__ = ["Refused", "receive", "serve", "sweep"]


def receive(django_file, by):
    """Check a file somebody sent, make it harmless, keep it, and return its Upload.

    Raises Refused with a message for the sender; nothing is kept then. To be called outside a transaction (checked):
    the inspection may take a minute, which no lock should last, and the row must be safe as soon as the file is.
    """
    name = clean_name(django_file.name)
    too_large = (
        f'"{name}" is {size_words(django_file.size)}; a file can be at most {size_words(settings.UPLOAD_LIMIT)}. '
        "Save it with smaller pictures, or split it into parts."
    )
    if django_file.size > settings.UPLOAD_LIMIT:
        raise Refused(too_large)
    if not django_file.size:
        raise Refused(f'"{name}" is empty. Check the file and upload it again.')
    try:
        with tempfile.TemporaryDirectory(prefix="upload-", dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
            source, target = Path(folder) / "source", Path(folder) / "target"
            with source.open("wb") as copy:
                for chunk in django_file.chunks():
                    if copy.tell() + len(chunk) > settings.UPLOAD_LIMIT:  # the size above is what the sender said
                        raise Refused(too_large)
                    copy.write(chunk)
            outcome = _inspected(source, target, name)
            return _keep(target, name, outcome, by)
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refused(
                "There is no room left to keep the file. Nothing else was changed; tell the administrator and try later."
            ) from None
        raise


def _inspected(source, target, name):
    try:
        return limited.inspect(source, target, name)
    except Refused as refusal:
        raise Refused(f'"{name}" {refusal}') from None


def _keep(target, name, outcome, by):
    digest = hashlib.sha256()
    with target.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            digest.update(chunk)
    upload = Upload(
        name=name,
        kind=outcome.kind,
        media_type=MEDIA_TYPES[outcome.kind],
        size=target.stat().st_size,
        sha256=digest.hexdigest(),
        pages=outcome.pages,
        tagged=outcome.tagged,
        cleaned=bool(outcome.taken_out),
        taken_out=outcome.taken_out,
        warnings=outcome.warnings,
        uploaded_by=by if by and by.pk else None,
    )
    stored = unguessable_name(outcome.kind)
    try:
        with transaction.atomic(durable=True):
            with target.open("rb") as file:
                upload.file.name = default_storage.save(stored, File(file))
            upload.save(force_insert=True)
    except BaseException:
        with suppress(OSError):
            default_storage.delete(upload.file.name or stored)
        raise
    return upload


def serve(upload):
    """The file as a download. Whether the reader may have it has been decided by the room that owns the document."""
    try:
        file = upload.file.open("rb")
    except FileNotFoundError:
        raise Http404(f"The file of {upload.name} is missing from the store.") from None
    response = FileResponse(file, as_attachment=True, filename=upload.name, content_type=upload.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def sweep(older_than=timedelta(days=1)):
    """Delete what a killed process left: stored files that have no row, and halves of finished ones; returns how many."""
    removed = keeping.sweep(older_than)
    with suppress(FileNotFoundError):
        for name in default_storage.listdir("uploads")[1]:
            stored = f"uploads/{name}"
            old = default_storage.get_modified_time(stored) < timezone.now() - older_than
            if old and not Upload.objects.filter(file=stored).exists():
                default_storage.delete(stored)
                removed += 1
    return removed
