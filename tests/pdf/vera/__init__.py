"""veraPDF in the tests, as the product runs it; a test that needs it is skipped where it is not installed."""

from pathlib import Path

from django.test import override_settings

from opcc_portal.pdf import verapdf
from tests import needs

PROFILES = verapdf.PROFILES


class VeraPDF:
    """Holds files against the standards; `folder` is where it may put them."""

    def __init__(self, folder):
        self.folder = Path(folder)
        with override_settings(VERAPDF=True):
            if lacking := verapdf.missing():
                needs.skip_or_fail(f"veraPDF: {lacking}")
        verapdf.prepare()

    def complaints(self, papers, profiles=PROFILES):
        """papers: name -> bytes. Every line veraPDF says against them; [] if each passes each profile."""
        files = {self.folder / f"{name}.pdf": pdf for name, pdf in papers.items()}
        for path, pdf in files.items():
            path.write_bytes(pdf)
        said = verapdf.ask(profiles, files)
        passes = [line for line in said if line.startswith("PASS ")]
        complaints = [line for line in said if not line.startswith("PASS ")]
        if not complaints and len(passes) != len(papers) * len(profiles):
            return [f"veraPDF answered {len(passes)} times for {len(papers)} files: {said}"]
        return complaints
