"""Several finished PDFs in, one PDF out, still tagged.

    made = merge([Part("Agenda", agenda), Part("Joint report", report, under=("5 Fraud",))], title="Pack, 8 January 2018")

Each part keeps its structure, its links and its bookmarks; each page gets its number in the whole at its foot, which is
also what a viewer calls it. Strangers' files are merged too, so all of it happens in a process with limits that dies
without harm. Parts that are PDF/UA-1 make a whole that is; parts that are all PDF/A-3a as well make that.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from opcc_portal.pdf.failure import RenderFailed
from opcc_portal.pdf.limits import MIB
from opcc_portal.pdf.renderer import BASE_DIR, KEPT_FROM_ENVIRONMENT, NOTHING_LOST
from opcc_portal.pdf.stamp import foot_font

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class MergeLimits:
    """How much one merge may cost. Measured: 12 papers of 62 pages take 0.4 s and 90 MiB."""

    cpu_seconds: int = 120
    wall_seconds: float = 240
    memory_bytes: int = 1536 * MIB
    input_bytes: int = 400 * MIB
    pages: int = 4_000
    parts: int = 400


@dataclass(frozen=True)
class Part:
    """One PDF of the whole: bytes, or where it lies. `under` names the bookmarks that its own one stands below."""

    title: str
    source: bytes | Path = field(repr=False)
    under: tuple = ()


@dataclass(frozen=True)
class Merged:
    """The whole, and how many pages each part has in it."""

    pdf: bytes = field(repr=False)
    pages: int
    part_pages: tuple[int, ...]


@dataclass(frozen=True)
class Looked:
    """What a PDF is worth to a pack. `broken`: it cannot be merged at all; `problems`: it would not be accessible."""

    pages: int
    broken: str = ""
    problems: tuple[str, ...] = ()

    @property
    def is_fit(self):
        """Whether a pack that passes PDF/UA-1 may hold it."""
        return not self.broken and not self.problems


def merge(parts, *, title, author="", subject="", language="en-GB", when=None, foot="", limits=None):
    """One PDF of these parts, in order. `when` is what its metadata say of its making, so that it comes out the same
    every time; `foot` is printed beside the number of each page. Raises RenderFailed with words for people."""
    if not f"{foot} ".isascii() or not f"{foot} ".isprintable():
        raise ValueError("the foot is printed in plain letters")
    limits = limits or MergeLimits()
    parts = list(parts)
    size = sum(_size(part.source) for part in parts)
    if not parts:
        raise ValueError("nothing to merge")
    if size > limits.input_bytes or len(parts) > limits.parts:
        raise RenderFailed(
            f"These papers are too large for one PDF: {len(parts)} papers of {size // MIB:,} MB together. {NOTHING_LOST} "
            f"A pack can hold {limits.parts} papers of {limits.input_bytes // MIB:,} MB. Save the largest with smaller "
            "pictures, or make them attachments of another kind than PDF.",
            reason="pack-too-large",
        )
    order = {
        "task": "merge",
        "title": title,
        "author": author,
        "subject": subject,
        "language": language,
        "when": when.isoformat() if when else "",
        "foot": foot,
        "most_pages": limits.pages,
        "font": foot_font(),
    }
    with _folder() as folder:
        order["parts"] = [
            {"title": part.title, "under": list(part.under), "path": _path(part.source, folder, number)}
            for number, part in enumerate(parts)
        ]
        answer = _ask(order, folder, limits)
        return Merged((folder / "made.pdf").read_bytes(), answer["pages"], tuple(answer["part_pages"]))


def look(source, *, limits=None):
    """Open a PDF in the limited process and say how it would fare in a pack; never raises for what the file is."""
    limits = limits or MergeLimits(cpu_seconds=30, wall_seconds=60)
    with _folder() as folder:
        order = {"task": "look", "path": _path(source, folder, 0), "most_pages": limits.pages}
        try:
            answer = _ask(order, folder, limits)
        except RenderFailed as failure:
            return Looked(0, broken=failure.message)
    return Looked(answer["pages"], answer["broken"], tuple(answer["problems"]))


def open_all(sources, *, limits=None):
    """Whether each of these PDFs can be merged at all, in one go: a Looked for each, without problems."""
    limits = limits or MergeLimits()
    with _folder() as folder:
        paths = [_path(source, folder, number) for number, source in enumerate(sources)]
        try:
            answer = _ask({"task": "open", "paths": paths}, folder, limits) if paths else {"found": []}
        except RenderFailed:  # one of them is too much for the process; which one, they say one by one
            return [look(source) for source in sources]
    return [Looked(pages, broken) for pages, broken in answer["found"]]


def _size(source):
    return len(source) if isinstance(source, bytes) else Path(source).stat().st_size


def _path(source, folder, number):
    if not isinstance(source, bytes):
        return str(source)
    path = folder / f"{number}.pdf"
    path.write_bytes(source)
    return str(path)


@contextmanager
def _folder():
    with tempfile.TemporaryDirectory(prefix="opcc-merge-") as folder:
        yield Path(folder)


# The child


def _ask(order, folder, limits):
    """What the child answers. Raises RenderFailed."""
    (folder / "order.json").write_text(json.dumps(order))
    limiting = {name: getattr(limits, name) for name in ("cpu_seconds", "memory_bytes", "input_bytes")}
    kept = {name: os.environ[name] for name in KEPT_FROM_ENVIRONMENT if name in os.environ}
    with (folder / "errors").open("w+b") as errors:
        child = subprocess.Popen(
            [sys.executable, "-m", "opcc_portal.pdf.merge_child", str(folder), json.dumps(limiting)],
            stdin=subprocess.PIPE,  # open for as long as we live, so that the child sees us go
            stdout=errors,
            stderr=errors,
            cwd=BASE_DIR,
            env={**kept, "PYTHONPATH": str(BASE_DIR), "TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        )
        try:
            code = child.wait(limits.wall_seconds)
        except subprocess.TimeoutExpired:
            raise _too_complex() from None
        finally:
            child.kill()
            child.wait()
            child.stdin.close()
        if code == -signal.SIGXCPU:
            raise _too_complex()
        if code:
            errors.seek(0)
            detail = f"exit {code}: {errors.read()[-2000:].decode(errors='replace').strip()}"
            logger.error("the process that merges PDFs ended (%s)", detail)
            raise RenderFailed(
                f"The part of this site that merges PDFs stopped unexpectedly. {NOTHING_LOST} Try once more. If it happens "
                "again, tell the administrator which pack it was and when.",
                reason="stopped",
                detail=detail,
            )
    answer = json.loads((folder / "answer.json").read_text())
    if "failed" in answer:
        raise RenderFailed(answer["message"], reason=answer["failed"], detail=answer.get("detail", ""))
    return answer


def _too_complex():
    return RenderFailed(
        f"These papers are too complex to be merged: it took too long and was stopped. {NOTHING_LOST} Save the papers "
        "that came as PDF in a simpler form, then try again.",
        reason="too-complex",
    )
