"""Which names a document may use. Needs no WeasyPrint, so that the web process can check names without loading it."""

import mimetypes
import re
from pathlib import Path

STATIC = Path(__file__).resolve().parents[2] / "static"
PAPER = STATIC / "pdf"
FONTS = STATIC / "fonts" / "ttf"
TYPES = {".ttf": "font/ttf", ".svg": "image/svg+xml", ".css": "text/css"}


def own_names():
    """What every document may use: the house style, its drawings and its fonts."""
    drawings = [*sorted(PAPER.glob("*.css")), *sorted(PAPER.glob("*.svg"))]
    return {f"opcc:{path.name}": path.read_bytes() for path in [*drawings, *sorted(FONTS.glob("*.ttf"))]}


def check_names(files):
    """The files of one document, by name. They never replace a name of the house style."""
    for name in files:
        if not re.fullmatch(r"opcc:[a-z0-9][a-z0-9._-]{0,99}", name):
            raise ValueError(f"a file for a PDF is named opcc:name.ext in small letters, not {name!r}")
        if (PAPER / name.removeprefix("opcc:")).exists():
            raise ValueError(f"{name} is a name of the house style")


def content_type(name):
    suffix = Path(name).suffix
    return TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
