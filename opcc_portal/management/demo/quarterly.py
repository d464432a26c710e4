"""The figures of the joint report on record, and a Delivery Quarterly in the making.

The comments on charts are ours. Some charts have none yet, so that a visitor sees what is asked for before publication.
"""

import datetime
import uuid

from opcc_portal.management.demo.report import SUBJECT
from scrutiny.indicators.models import Area, Indicator
from scrutiny.reports import charts, quarterly, quoting
from scrutiny.reports.models import JointReport

QUARTER = datetime.date(2025, 10, 1)
KNOWN_ON = datetime.date(2026, 2, 19)
FIRST_KNOWN = datetime.date(2025, 12, 31)
NOTE = "A draft made for the demonstration. Its charts are those of the portal; the comments on them are examples."

# The words of the figure in the joint report, what it counts, where it comes from.
MARKED = [
    (
        "Key information",
        "£36,343",
        "Grants from the Safer Communities Fund for projects against trafficking and slavery",
        "As the joint report of 8 January 2018 states it",
    ),
]

# How the name of an indicator begins, and what is said about its chart.
COMMENTARY = [
    (
        "Referrals to the National Referral Mechanism",
        "These are figures of the whole country. They do not say how many people were found in West Yorkshire, nor whether more "
        "harm is done or more of it is recognised. The office asks for the county’s own numbers.",
    ),
    (
        "Modern slavery crimes",
        "Counts differ between sources and are not joined into one series. Two years are held, which is too few to judge.",
    ),
]


def seed_quarterly(*, officer):
    """Put the figure of the joint report on record and make the draft. Needs the plan, the indicators and the report."""
    _mark_figures(JointReport.objects.get(subject=SUBJECT), officer)
    if JointReport.objects.filter(kind=JointReport.Kind.QUARTERLY).exists():
        return None
    report = quarterly.start(quarter_start=QUARTER, known_on=KNOWN_ON, by=officer, demonstration_note=NOTE)
    for beginning, words in COMMENTARY:
        for section in report.sections.all():
            for chart in section.charts.filter(indicator__title__startswith=beginning, commentary=""):
                charts.save_commentary(chart, base_version=chart.version, commentary=words, by=officer)
    _quote_an_older_figure(report, officer)
    return report


def _mark_figures(report, officer):
    for heading, words, what, source in MARKED:
        section = report.sections.get(heading=heading)
        if not section.figures.filter(words=words).exists():
            quoting.record_typed(section, words=words, what=what, source=source, by=officer)


def _quote_an_older_figure(report, officer):
    """A figure as its publisher first gave it: it was revised since, which the check page tells."""
    indicator = Indicator.objects.filter(
        slug__startswith="referrals-to-the-national-referral-mechanism", frequency="calendar_quarter"
    ).first()
    nation = indicator and indicator.headline_area
    if not isinstance(nation, Area):
        return
    found = quoting.choices(indicator, nation, FIRST_KNOWN)
    section = report.sections.filter(charts__indicator=indicator).first()
    if found and section:
        quoting.append(
            section,
            found[0],
            in_full=True,
            base_version=section.version,
            save_id=uuid.uuid4(),
            by=officer,
        )
