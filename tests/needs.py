"""What a test needs from outside the project, and what happens when it is missing.

On a developer's machine such a test is skipped with its reason. With CI=true it fails, with one exception: the source
texts beside the project, which not everybody has.
"""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CI = os.environ.get("CI") == "true"
SOURCES_MISSING = "the source texts beside the project are not here"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def skip_or_fail(reason, *, allow_module_level=False):
    """Leave out this test because something is not installed; with CI=true that is a failure."""
    __tracebackhide__ = True
    if CI:
        pytest.fail(f"{reason}; with CI=true nothing may be missing", pytrace=False)
    pytest.skip(reason, allow_module_level=allow_module_level)


def is_permitted(reason):
    """Whether a skip for this reason is one that CI accepts."""
    return SOURCES_MISSING in reason


def shared_dir(name):
    """The folder of that name beside the project (seeds, data), or None."""
    folder = ROOT.parent / "shared" / name
    return folder if folder.is_dir() else None


def seeds_dir():
    """The folder with the five source texts, or None."""
    return shared_dir("seeds")


def source_text(number):
    """The path of one source text, by the number its name starts with; the test is skipped where it is missing."""
    __tracebackhide__ = True
    folder = seeds_dir()
    found = sorted(folder.glob(f"{number:03d}_*.txt")) if folder else []
    if not found:
        pytest.skip(SOURCES_MISSING)
    return found[0]


def chromium():
    """The path of a Chromium on this machine."""
    __tracebackhide__ = True
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    found = found or next((place for place in CHROMIUM_PLACES if Path(place).exists()), None)
    return found or skip_or_fail("Chromium is not installed")
