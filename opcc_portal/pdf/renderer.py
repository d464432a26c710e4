"""The parent's side: keeps one warm child process, gives it a job at a time, replaces it when it dies.

Safe to call from several threads (they take turns) and after a fork (the new process starts its own child).
"""

import atexit
import contextlib
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from opcc_portal.pdf.failure import RenderFailed
from opcc_portal.pdf.frames import read_frame, write_frame
from opcc_portal.pdf.limits import Limits
from opcc_portal.pdf.names import check_names
from opcc_portal.pdf.scanner import refuse_what_cannot_be_rendered

BASE_DIR = Path(__file__).resolve().parents[2]
KEPT_FROM_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "HOME", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH")
NOTHING_LOST = "Nothing you wrote is lost."

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rendered:
    pdf: bytes
    pages: int
    warnings: tuple[str, ...]
    cpu_seconds: float


class Renderer:
    def __init__(self, limits=None):
        self.limits = limits or Limits()
        self._turn = threading.Lock()
        self._forget()
        atexit.register(self.close)
        os.register_at_fork(after_in_child=self._forget)

    def render(self, html, *, files=None, strict=False):
        """Make one PDF. With `strict`, any warning (a picture without alt text, a name nobody provided) is a failure."""
        files = dict(files or {})
        check_names(files)
        refuse_what_cannot_be_rendered(html, self.limits)
        if sum(map(len, files.values())) > self.limits.files_bytes:
            raise RenderFailed(
                "No PDF was made: its pictures are too large. Use smaller pictures, then try again.",
                reason="files-too-large",
            )
        if not self._turn.acquire(timeout=2 * self.limits.wall_seconds):
            raise RenderFailed(
                f"Other documents are still being made into PDFs. {NOTHING_LOST} Try again in a few minutes.",
                reason="busy",
            )
        try:
            rendered = self._work(html, files)
        finally:
            self._turn.release()
        if strict and rendered.warnings:
            raise RenderFailed(
                "No PDF was made, because it would not be right: " + "; ".join(rendered.warnings),
                reason="warnings",
            )
        return rendered

    def close(self):
        """End the child, if there is one. The next job starts another."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()
        if process.poll() is None:
            process.kill()
        process.wait()
        self._errors.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def child_pid(self):
        return self._process.pid if self._process else None

    # One job

    def _work(self, html, files):
        out_of_time = threading.Event()
        begun, answer = self._ask(html, files, out_of_time)
        if not begun and not out_of_time.is_set():
            # The child was killed while it was idle, or never got up. The job cannot be the cause, so once more.
            self._why_it_died(False)
            begun, answer = self._ask(html, files, out_of_time)
        if answer is None:
            raise self._why_it_died(out_of_time.is_set())
        header, blobs = answer
        if "failed" in header:
            raise self._why_it_failed(header)
        return Rendered(blobs[0], header["pages"], tuple(header["warnings"]), header["cpu_seconds"])

    def _ask(self, html, files, out_of_time):
        """(has the child begun with it, its answer or None)"""
        if self._process is not None and (self._process.poll() is not None or self._jobs >= self.limits.jobs_per_child):
            self.close()
        if self._process is None:
            self._start()
        self._jobs += 1
        begun = answer = None
        clock = threading.Timer(self.limits.wall_seconds, self._stop, [self._process, out_of_time])
        clock.start()
        try:
            write_frame(self._process.stdin, {"files": list(files)}, [html.encode("utf-8", "replace"), *files.values()])
            begun = read_frame(self._process.stdout)
            answer = read_frame(self._process.stdout)
        except (OSError, EOFError):
            pass  # it died; _work asks why
        finally:
            clock.cancel()
        return begun is not None, answer

    @staticmethod
    def _stop(process, out_of_time):
        out_of_time.set()
        process.kill()

    def _why_it_died(self, out_of_time):
        code = self._process.wait()
        detail = self._last_words()
        self.close()
        if out_of_time or code == -signal.SIGXCPU:
            logger.warning("a document was too complex for a PDF (exit %s, out of time: %s)", code, out_of_time)
            return _too_complex()
        logger.error("the PDF process ended (exit %s): %s", code, detail)
        return _stopped(f"exit {code}: {detail}")

    def _why_it_failed(self, header):
        reason = header["failed"]
        if "message" in header:
            return RenderFailed(header["message"], reason=reason)
        self.close()  # what a process looks like after these, nobody knows
        detail = header.get("detail", "")
        logger.error("no PDF was made (%s): %s", reason, detail)
        if reason == "memory":
            return RenderFailed(
                f"This document needs more memory than a PDF may take, so it was stopped. {NOTHING_LOST} Look for a very "
                "large table or picture, make it an attachment, then try again.",
                reason="memory",
            )
        if reason == "too-deep-to-lay-out":
            return RenderFailed(
                f"This document is nested too deeply to be laid out. {NOTHING_LOST} Look for pasted lists or tables inside "
                "each other, paste them again as plain text, then try again.",
                reason="too-deep",
            )
        return _stopped(detail)

    # The child

    def _start(self):
        # The child asks to die with the *thread* that started it (Linux knows no other parent), so a thread that lives
        # as long as this process starts it, not the thread of a web request.
        if self._starter is None:
            self._starter = ThreadPoolExecutor(1, thread_name_prefix="pdf-starter")
        self._folder = tempfile.mkdtemp(prefix="opcc-pdf-")  # WeasyPrint unpacks fonts; a killed child cannot clean up
        self._errors = (Path(self._folder) / "errors").open("w+b")
        self._process = self._starter.submit(
            subprocess.Popen,
            [sys.executable, "-m", "opcc_portal.pdf.child", json.dumps(asdict(self.limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=BASE_DIR,
            env=self._environment(),
        ).result()
        self._owner, self._jobs = os.getpid(), 0

    def _environment(self):
        """Only what drawing needs: no secret of the application gets into this process."""
        kept = {name: os.environ[name] for name in KEPT_FROM_ENVIRONMENT if name in os.environ}
        return {**kept, "PYTHONPATH": str(BASE_DIR), "TMPDIR": self._folder}

    def _last_words(self):
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 2000))
        return self._errors.read().decode(errors="replace").strip()

    def _forget(self):
        """Start without a child; after a fork the child belongs to the other process, which goes on using it."""
        self._inherited = getattr(self, "_process", None)
        self._turn = threading.Lock()
        self._process = self._starter = self._folder = self._errors = self._owner = None
        self._jobs = 0


def _too_complex():
    return RenderFailed(
        f"This document is too complex: making its PDF took too long and was stopped. {NOTHING_LOST} Look for very long or "
        "nested tables and lists, move them into an attachment or split the document, then try again.",
        reason="too-complex",
    )


def _stopped(detail):
    return RenderFailed(
        f"The part of this site that makes PDFs stopped unexpectedly. {NOTHING_LOST} Try once more. If it happens again, "
        "tell the administrator which document it was and when.",
        reason="stopped",
        detail=detail,
    )
