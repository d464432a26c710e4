"""Which kind of document a text is, told by its marks."""

import re

from scrutiny.importing.layout import blocks_of, plain
from scrutiny.importing.people_lists import heading_in
from scrutiny.importing.reading import CannotRead

REPORT = "joint report"
MINUTES = "minutes"

SUBJECT_LINE = re.compile(r"^(?P<label>subject|title of report|report title)\s*:\s*(?P<value>\S.*)$", re.I)
AUTHORSHIP_LINE = re.compile(r"^(?P<label>(?:joint\s+)?report\s+(?:of|by|from))\s*:?\s+(?P<value>\S.*)$", re.I)
MINUTES_LINE = re.compile(r"^(?:draft\s+)?(?:minutes|notes)(?:\s+of\b|\s*$)", re.I)


def recognise(text, *, name="The file"):
    """REPORT or MINUTES. Raises CannotRead with the marks that were looked for."""
    blocks, _ = blocks_of(text)
    lines = [plain(line.text).lstrip("# ").strip() for block in blocks for line in block.lines]
    subject = any(SUBJECT_LINE.match(line) for line in lines)
    authorship = any(AUTHORSHIP_LINE.match(line) for line in lines)
    joint = any(re.match(r"^joint\s+report\b", line, re.I) for line in lines)
    attendance = any(heading_in(line.text) for block in blocks for line in block.lines)
    minutes = any(MINUTES_LINE.match(line) for line in lines)
    is_report = (subject and authorship) or joint
    if is_report and attendance:
        raise CannotRead(
            f"{name}: this looks like a report and like minutes at once: it has an authorship line and a list of "
            "people present. Split it into two files."
        )
    if is_report:
        return REPORT
    if attendance or minutes:
        return MINUTES
    raise CannotRead(
        f"{name}: this is neither a joint report nor minutes. A report is known by its “SUBJECT:” line and its "
        "“Joint Report of … and …” line; minutes by a list headed Present, Attendees, In attendance or Apologies."
    )
