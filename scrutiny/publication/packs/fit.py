"""Whether a file that somebody gave us may be part of a public pack: looked at once, remembered by its hash."""

import json
from dataclasses import asdict
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import default_storage

from opcc_portal.files.keeping import keep
from opcc_portal.pdf import RenderFailed, verapdf
from opcc_portal.pdf.merge import Looked, Part, look, merge

RULES = 1  # another number looks at every file again


def fitness_of(sha256, stored):
    """What there is against merging the PDF that lies under the name `stored`, as Looked."""
    by = "vera" if not verapdf.missing() else "look"
    name = f"papers/{sha256}.fit-{by}-{RULES}.json"
    if default_storage.exists(name):
        with default_storage.open(name) as file:
            held = json.load(file)
            return Looked(held["pages"], held["broken"], tuple(held["problems"]))
    found = _looked_at(source_of(stored))
    keep(name, json.dumps(asdict(found)).encode())
    return found


def source_of(stored):
    """A stored file as merge() takes it: where it lies, or its bytes where that is no disk of ours."""
    try:
        return Path(default_storage.path(stored))
    except NotImplementedError:
        with default_storage.open(stored) as file:
            return File(file).read()


def _looked_at(source):
    """Our own look, then veraPDF on a pack of this file alone: what it says of the file's own metadata does not count."""
    found = look(source)
    if not found.is_fit:
        return found
    try:
        alone = merge([Part("Paper", source)], title="Paper")
    except RenderFailed as failure:
        return Looked(found.pages, broken=failure.message)
    (result,) = verapdf.check([alone.pdf], profiles=("ua1",)) or [None]
    if result is None or result.passed:
        return found
    said = [f"veraPDF: {line[:300]}" for line in result.complaints if not line.startswith("FAIL")]
    return Looked(found.pages, problems=tuple(said[:5]) or ("veraPDF refuses it.",))
