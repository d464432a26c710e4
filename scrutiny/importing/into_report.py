"""A ReportDraft as a joint report in draft."""

import re
import uuid

from opcc_portal.audit import operations as audit
from opcc_portal.richtext.cleaning import RichTextRefused, clean
from scrutiny.importing import drafts
from scrutiny.importing.capitals import Spelling, sentence_case, title_case
from scrutiny.importing.matching import check, day, known_series, meeting_of, same, spelling_of
from scrutiny.importing.reading import CannotRead
from scrutiny.importing.words import LeftOut
from scrutiny.plan.models import Outcome
from scrutiny.reports.models import JointReport, ReportSection
from scrutiny.reports.operations import add_attachment
from scrutiny.workflow import saving

NUMBERING = {
    drafts.FIRST_OF_SECTION: JointReport.Numbering.FIRST,
    drafts.EVERY_PARAGRAPH: JointReport.Numbering.EVERY,
    drafts.DECIMAL: JointReport.Numbering.DECIMAL,
    drafts.UNNUMBERED: JointReport.Numbering.NONE,
    None: JointReport.Numbering.NONE,
}
_RECOMMENDATION = re.compile(r"recommendations?", re.I)
_THE_OFFICE = re.compile(r"\b(?:office|commissioner|commissioner's|mayor|opcc|pcc|pfcc)\b", re.I)


def make_report(draft, *, source, by, warnings, leftovers):
    """A joint report in draft, with its sections and attachments. The meeting is linked where it is known."""
    spelling = Spelling(" ".join(paragraph.text for paragraph in draft.paragraphs))
    series = known_series(draft.series_heading)
    meeting = meeting_of(series, draft.date) if series else None
    if meeting is None:
        warnings.append(
            f"No meeting “{title_case(draft.series_heading)}” on {day(draft.date)} is known. Link the report to its "
            "meeting when it is there."
        )
    item = _item_about(meeting, draft.subject) if meeting else None
    force, office = _authors(draft, warnings)
    report = JointReport(
        meeting=meeting,
        item=item,
        priority=item.priority if item else None,
        series_heading=spelling_of(series, draft.series_heading),
        outcome_heading=_outcome(draft.outcome, spelling),
        date=draft.date,
        subject=sentence_case(draft.subject, spelling),
        force_author=force,
        office_author=office,
        numbering=NUMBERING[draft.numbering],
        created_by=by,
    )
    if JointReport.objects.filter(subject__iexact=report.subject, date=report.date).exists():
        warnings.append("There is already a report of that day with this subject. This is a second draft beside it.")
    check(report, "The heading block")
    report.save()
    for position, section in enumerate(_sections_of_text(draft, leftovers), 1):
        _add_section(report, section, position, draft.numbering, spelling, by, warnings)
    for attachment in draft.attachments:
        for name, limit in (("title", 300), ("printed_kind", 40), ("printed_size", 40)):
            if len(getattr(attachment, name)) > limit:
                raise CannotRead(f"Line {attachment.line}: the {name.replace('_', ' ')} of an attachment is too long.")
        add_attachment(
            report,
            title=attachment.title,
            printed_kind=attachment.printed_kind,
            printed_size=attachment.printed_size,
            summary=f"Was at {attachment.target}" if attachment.target else "",
            by=by,
        )
    audit.write(f"Imported “{report}” from {source.name}", subject=report, by=by, context=meeting, sha256=source.sha256)
    return report


def _sections_of_text(draft, leftovers):
    """The sections that hold text. The list of attachments closes every report by itself and is none of them."""
    kept = []
    for section in draft.sections:
        if section.is_attachments and not section.paragraphs:
            why = "heading of the list of attachments, which closes the report"
            leftovers.append(LeftOut(section.line, section.heading, why, restated=True))
        else:
            kept.append(section)
    return kept


def _add_section(report, draft, position, numbering, spelling, by, warnings):
    heading = sentence_case(draft.heading, spelling)
    if not heading:
        heading = "Introduction"
        warnings.append(f"Line {draft.line}: the text before the first heading was headed “{heading}”.")
    html = "\n".join(_html(paragraph, typed=numbering is None) for paragraph in draft.paragraphs)
    try:
        html = clean(html)
    except RichTextRefused as refused:
        raise CannotRead(f"The section “{heading}”: {refused}") from refused
    kind = ReportSection.Kind.RECOMMENDATION if _RECOMMENDATION.fullmatch(heading) else ReportSection.Kind.TEXT
    section = ReportSection(report=report, position=position, heading=heading, kind=kind, body=html)
    check(section, f"The section “{heading[:60]}”")
    saving.create(section, save_id=uuid.uuid4(), by=by)


def _html(paragraph, *, typed):
    """Numbers are computed when a paper is laid out. Only those that no mode would give are typed."""
    if typed and paragraph.number:
        return paragraph.html.replace("<p>", f"<p>{paragraph.number} ", 1)
    return paragraph.html


def _authors(draft, warnings):
    """(force, office): the office's own part names the office or its holder."""
    ours = [author for author in draft.authors if _THE_OFFICE.search(author)]
    theirs = [author for author in draft.authors if author not in ours]
    if len(draft.authors) == 2 and len(ours) != 1:
        warnings.append(
            "Which author is the force and which the office could not be told; they stand in printed order."
        )
        return draft.authors[0], draft.authors[1]
    return " and ".join(theirs), " and ".join(ours)


def _outcome(printed, spelling):
    """The plan's spelling of an outcome, or the printed one."""
    known = Outcome.objects.filter(title__iexact=printed).first() if printed else None
    return known.title if known else sentence_case(printed, spelling)


def _item_about(meeting, subject):
    """The one agenda item whose title is, or begins, the report's subject."""
    wanted = same(subject)
    found = [
        item
        for item in meeting.items.select_related("priority")
        if same(item.title) and wanted.startswith(same(item.title))
    ]
    return found[0] if len(found) == 1 else None
