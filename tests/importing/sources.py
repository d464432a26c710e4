"""The texts that these tests read."""

from pathlib import Path

from scrutiny.importing.minutes_text import read_minutes
from scrutiny.importing.reading import read_bytes
from scrutiny.importing.report_text import read_report
from scrutiny.importing.words import coverage

LOOK_ALIKES = Path(__file__).parent / "look_alikes"
REPORT = LOOK_ALIKES / "joint_report.txt"
MINUTES = LOOK_ALIKES / "minutes.txt"

REPORT_HEAD = "BOARD FOR HARBOURS\n\nCALM WATERS\n\n5 May 2021\n\nSUBJECT: Moorings\n\nJoint Report of the Force and the Office\n\n"
MINUTES_HEAD = "BOARD FOR HARBOURS\n\n5 May 2021\n\n"


def source(text):
    """The text as it would come out of a file."""
    return read_bytes(text.encode(), name="made up.txt")


def report(text):
    """A draft of this body under an ordinary heading block; no word may be lost on the way."""
    return _counted(read_report, REPORT_HEAD + text)


def minutes(text, head=MINUTES_HEAD):
    """A draft of these lists and items under an ordinary head; no word may be lost on the way."""
    return _counted(read_minutes, head + text)


def _counted(read, text):
    draft = read(source(text))
    counted = coverage(source(text).text, draft)
    assert counted.complete, str(counted)
    return draft
