"""The report as a paper."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.text import slugify

from opcc_portal.files.models import Upload
from scrutiny.reports.layout import LaidOut
from scrutiny.workflow import papers

FIGURES_HEADING = "Figures of the charts"


@dataclass(frozen=True)
class Paper:
    """A paper ready to be laid out."""

    html: str
    file_name: str
    title: str
    logo: Upload | None


@dataclass(frozen=True)
class ContentsLine:
    """A line of the list of contents."""

    anchor: str
    title: str
    number: str = ""


@dataclass(frozen=True)
class PrintedAttachment:
    """An attachment as the paper lists it."""

    title: str
    type_and_size: str
    note: str
    url: str = ""


def paper(report):
    """The report with the office's identity of the report's day. The same record always gives the same HTML."""
    laid_out = LaidOut(report)
    office = laid_out.office
    kind = report.printed_kind
    date = date_format(report.date, "j F Y")
    logo = office.logo if office else None
    context = {
        "report": report,
        "laid_out": laid_out,
        "office": office,
        "kind": kind,
        "title": report.subject,
        "full_title": f"{kind}: {report.subject}, {date}",
        "date": date,
        "version": report.get_state_display(),
        "status": f"{report.get_marking_display()}. {laid_out.status}",
        "facts": _facts(report, date),
        "demonstration_note": report.demonstration_note
        or (report.meeting.demonstration_note if report.meeting else ""),
        "logo": papers.LOGO if logo else "",
        "description": f"{laid_out.authors or kind}, {date}",
        "keywords": ", ".join(word for word in (report.series_heading, report.outcome_heading) if word),
        "created": report.created_at,
        "modified": laid_out.last_change,
        "contents": _contents(laid_out) if laid_out.is_long else [],
        "attachments": [_printed(held.attachment, report.date.year) for held in laid_out.attachments],
    }
    file_name = f"{report.date:%Y-%m-%d}-{slugify(report.subject)[:80] or 'report'}.pdf"
    return Paper(render_to_string("scrutiny/reports/report_pdf.html", context), file_name, context["full_title"], logo)


def _facts(report, date):
    item = f", item {report.item.label}" if report.item and report.item.label else ""
    heading = report.meeting.name if report.meeting else report.series_heading
    facts = [("From", report.authors_in_words), ("For", f"{heading}, {date}{item}"), ("Theme", report.outcome_heading)]
    return [(label, value) for label, value in facts if value]


def _contents(laid_out):
    lines = [ContentsLine(each.anchor, each.section.heading, each.number) for each in laid_out.sections]
    if laid_out.attachments:
        lines.append(ContentsLine("attachments", laid_out.attachments_heading))
    lines.append(ContentsLine("signatures", "Signatures"))
    return [*lines, ContentsLine("chart-figures", FIGURES_HEADING)] if laid_out.report.charts else lines


def _printed(attachment, year):
    title = f"{attachment.label}: {attachment.title}" if attachment.label else attachment.title
    kind_and_size = attachment.kind_and_size.replace(" ", "\u00a0")  # never parted at the end of a line
    if attachment.is_missing:
        return PrintedAttachment(title, kind_and_size, "No file yet")
    note = f"Printed in {year} as {attachment.printed}" if attachment.printed else ""
    return PrintedAttachment(title, kind_and_size, note)
