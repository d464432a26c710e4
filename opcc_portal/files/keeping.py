"""Storing a finished file whole or not at all: whoever is interrupted leaves no half file under its name."""

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

HALF = ".half-"  # what a file is called until it is whole


def keep(name, data):
    """Store bytes under this name, unless they are there already: the name says what is in it (a hash)."""
    if default_storage.exists(name):
        return
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:  # not on a disk of ours; such stores take a file whole
        default_storage.save(name, ContentFile(data))
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=HALF, delete=False) as half:
        try:
            half.write(data)
            half.flush()
            os.fsync(half.fileno())
            os.chmod(half.name, getattr(default_storage, "file_permissions_mode", None) or 0o644)
            os.replace(half.name, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(half.name)
            raise


def sweep(older_than):
    """Delete halves that a killed process left behind; returns how many."""
    try:
        root = Path(default_storage.path(""))
    except NotImplementedError:
        return 0
    old = [half for half in root.glob(f"*/{HALF}*") if half.stat().st_mtime < time.time() - older_than.total_seconds()]
    for half in old:
        half.unlink(missing_ok=True)
    return len(old)
