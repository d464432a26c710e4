"""The figures that papers under discussion print: numbers with the words that say what they measure.

A clerk picks one of them to put it right. What is read from a sentence is a proposal; nothing is decided by it.
"""

import re
from dataclasses import dataclass

from django.db.models import Prefetch

from opcc_portal.richtext.cleaning import RichTextRefused, to_plain
from scrutiny.reports.models import ReportAttachment, ReportSection
from scrutiny.reports.numbers import MONTHS, PERIOD, YEAR, read


@dataclass(frozen=True)
class Figure:
    """One number of a paper: the value as printed, what it seems to measure, and the sentence it stands in."""

    value: str
    measure: str
    sentence: str
    section: ReportSection
    start: int

    @property
    def key(self):
        """The name under which a form sends it back. It holds as long as the section says the same."""
        return f"{self.section.pk}-{self.start}-{self.value}"

    @property
    def label(self):
        """In one line: 22% Intelligence submissions (Key information)."""
        return f"{' '.join(part for part in (self.value, self.measure) if part)} ({self.section.heading})"

    @property
    def period_hint(self):
        """What to ask about its period: the paper may suggest one, but only people know."""
        found = PERIOD.search(self.sentence)
        if not found:
            return ""
        words = found[0].split(None, 1)[1]
        month = re.search(rf"\b(?:{MONTHS})\b", words)
        if month and not re.search(YEAR, words):
            return f"Which {month[0]}? The paper does not name the year. Ask."
        return f"The paper says “{found[0]}”. Ask whether that is the period meant."


def papers_of(item):
    """The reports before the meeting under this agenda item, with sections and attachments. Three queries."""
    sections = Prefetch("sections", ReportSection.objects.filter(deleted=False).order_by("position", "pk"))
    held = Prefetch("held_attachments", ReportAttachment.objects.select_related("attachment__upload"))
    return list(item.reports.prefetch_related(sections, held))


def figures_in(papers):
    """Every figure of these papers, in reading order."""
    return [figure for paper in papers for section in paper.sections.all() for figure in _of_section(section)]


def _of_section(section):
    try:
        text = to_plain(section.body)
    except RichTextRefused:
        return []
    return [Figure(value, measure, sentence, section, start) for value, measure, sentence, start in read(text)]
