"""How a report is published: the signed text, its attachments, and what meetings put right in it."""

import re

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.text import slugify

from opcc_portal.audit.operations import key
from opcc_portal.files.words import kind_words
from opcc_portal.office.models import Office
from opcc_portal.richtext.cleaning import to_plain
from scrutiny.meetings import publishing as meetings
from scrutiny.reports import figures, passages
from scrutiny.reports.layout import LaidOut
from scrutiny.reports.models import Body, JointReport
from scrutiny.reports.operations import ATTACHMENTS_HEADING
from scrutiny.reports.pdf import FIGURES_HEADING, ContentsLine, PrintedAttachment
from scrutiny.workflow import kinds, published, states
from scrutiny.workflow.kinds import ERROR, WARNING, Finding, Secret
from scrutiny.workflow.models import Marking, State


@kinds.register
class ReportKind(kinds.Kind):
    """A report of force and office, or of one of them, as it was signed."""

    name = "report"
    label = "Report"
    model = JointReport
    pdf_name = "report.pdf"
    scheme_class = "how-we-make-decisions"

    def load(self, pk):
        """With meeting, item and priority."""
        found = JointReport.objects.select_related(
            "meeting__series", "item__restriction", "item__parent__restriction", "item__priority", "priority"
        )
        return found.get(pk=pk)

    def why_not(self, record):
        """It must be signed by both bodies, and its item public."""
        if record.item and record.item.is_withheld:
            return "Its agenda item is private or restricted, so nothing of this report is published."
        if record.state in (State.SIGNED, State.PUBLISHED, State.WITHDRAWN):
            return ""
        return f"It is {record.get_state_display().lower()}. Both bodies have to sign it first."

    def path(self, record):
        """The day and the subject."""
        return f"reports/{record.date}-{slugify(record.subject)[:80].strip('-') or 'report'}"

    def belongs_to(self, record):
        """Its meeting."""
        return key(record.meeting) if record.meeting else ""

    def date(self, content):
        """The day printed in its heading block."""
        return meetings.day_of(content)

    def summary(self, content):
        """Who wrote it, what comes with it, and what was put right."""
        files, put_right = len(content["attachments"]), len(content["corrections"])
        said = [content["authors"]]
        if charts := sum(len(section.get("charts", ())) for section in content["sections"]):
            said.append(f"{charts} chart{'' if charts == 1 else 's'}")
        if files:
            said.append(f"{files} attachment{'' if files == 1 else 's'}")
        if put_right:
            said.append(f"{put_right} correction{'' if put_right == 1 else 's'}")
        return ". ".join(part for part in said if part)[:500]

    def content(self, record):
        """The text as it is laid out now, without anything that is kept from the public."""
        record = self.load(record.pk)  # sections that were loaded before may be older than a change
        laid_out, path = LaidOut(record, public=True), kinds.public_path(record) or self.path(record)
        corrections = _corrections(record)
        item, meeting = record.item, record.meeting
        anchors = _anchors(laid_out)
        slugs = meetings.item_slugs(meeting) if item and meeting and item.meeting_id == meeting.pk else {}
        return {
            **meetings.common(
                record.subject,
                record.date,
                demonstration_note=record.demonstration_note or (meeting.demonstration_note if meeting else ""),
                status="Signed by both bodies",
                priority=record.priority or (item.priority if item else None),
            ),
            "path": path,
            "kind": record.printed_kind,
            "authors": laid_out.authors,
            "heading": {
                "series": record.series_heading,
                "outcome": record.outcome_heading,
                "subject": record.subject,
                "force_author": record.force_author,
                "office_author": record.office_author,
                "for_meeting": meeting.name if meeting else record.series_heading,
                "item_label": item.label if item else "",
            },
            "meeting_subject": self.belongs_to(record),
            "item_slug": slugs.get(item.pk, "") if item else "",
            "is_long": laid_out.is_long,
            "sections": [_section(each, anchors, corrections) for each in laid_out.sections],
            "attachments": _attachments(record),
            "signatures": [
                {
                    "for": signature.name,
                    "by": str(signature.standing.by),
                    "post": signature.standing.by_post,
                    "on": timezone.localdate(signature.standing.at).isoformat(),
                }
                for signature in laid_out.signatures
                if signature.standing
            ],
            "corrections": [_correction(each, anchors) for each in corrections],
        }

    def parts(self, content):
        """The correction box, the sections one by one, the attachments and the signatures."""
        parts = [
            [
                "heading",
                _rendered(
                    "report_heading",
                    content=content,
                    corrections=_by_meeting(content),
                    day=published.in_words(content["date"]),
                ),
            ]
        ]
        parts += [
            [section["anchor"], _rendered("report_section", section=_for_page(section))]
            for section in content["sections"]
        ]
        if content["attachments"]:
            parts.append(["attachments", _rendered("report_attachments", content=content, heading=ATTACHMENTS_HEADING)])
        if content["signatures"]:
            parts.append(["signatures", _rendered("report_signatures", signatures=_dated(content["signatures"]))])
        return parts

    def paper(self, content, imprint):
        """The report as the desk prints it, from the content alone."""
        logo, heading = published.logo_of(content), content["heading"]
        context = meetings.cover(content, imprint, kind=content["kind"], logo=logo)
        context |= {
            "title": content["title"],
            "full_title": f"{content['kind']}: {content['title']}, {context['date']}",
            "facts": _facts(content, context["date"]),
            "description": f"{content['authors'] or content['kind']}, {context['date']}",
            "keywords": ", ".join(word for word in (heading["series"], heading["outcome"]) if word),
            "contents": _contents(content) if content["is_long"] else [],
            "laid_out": _as_laid_out(content),
            "attachments": [_printed(each, self.date(content).year) for each in content["attachments"]],
            "corrections": _by_meeting(content),
        }
        return render_to_string("scrutiny/reports/report_pdf.html", context), logo

    def files(self, record):
        """The attachments that are there and public."""
        record = self.load(record.pk)
        slugs = file_slugs(record)
        return [
            kinds.FileToPublish(
                slugs[held.pk],
                held.attachment.title,
                held.attachment.upload,
                held.attachment.label,
                held.attachment.summary,
            )
            for held in _held(record)
            if held.pk in slugs
        ]

    def secrets(self, record):
        """Words of restricted passages; titles, summaries and file names of restricted attachments.

        What checkers said is none: they quote the text and propose what it says in the end, and content never holds it.
        """
        said = []
        for passage in record.load_parts().passages.values():
            if passage.is_restricted:
                what, url = f"Restricted passage of “{passage.section.heading}”", passage.section.get_absolute_url()
                said += [Secret(passage.plain_text, what, url)]
        for held in _held(record):
            attachment, url = held.attachment, reverse("attachment-edit", args=[held.pk])
            if not attachment.is_restricted:
                continue
            words = [attachment.title if attachment.restriction.neutral_title else "", attachment.summary]
            words.append(attachment.upload.name if attachment.upload else "")
            said += [Secret(text, "Restricted attachment", url) for text in words if text.strip()]
        return said

    def findings(self, record, content):
        """Empty sections, charts without commentary, figures that differ, doubtful files, names not of the day."""
        record.load_parts()
        of_text = [*_marking(record), *_signatures(record), *_sections(record)]
        return [*of_text, *_charts(record), *_figures(record), *_files(record), *_names(record)]

    def passes(self, record, content):
        """What is in order."""
        record.load_parts()
        checks = [
            (
                "Both bodies signed exactly this text",
                not _signatures(record) and len(content["signatures"]) == len(Body),
            ),
            ("Every section has its text", not _sections(record)),
            ("Every chart has its commentary", record.charts and not _charts_without_commentary(record)),
            ("Its figures agree with everything that the portal holds", not _figures(record) and _has_figures(record)),
            ("Every attachment has its file", content["attachments"] and not _files(record)),
            ("The authors are named as on that day", not _names(record)),
        ]
        return [words for words, holds in checks if holds]

    def published(self, record, edition, *, by):
        """The text is closed for good: a change is a correction from now on."""
        report = JointReport.objects.select_for_update().get(pk=record.pk)
        states.move(report, State.PUBLISHED, by=by)

    def withdrawn(self, record, *, by):
        """It stays closed."""
        report = JointReport.objects.select_for_update().get(pk=record.pk)
        if report.state in (State.PUBLISHED, State.SUPERSEDED):
            states.move(report, State.WITHDRAWN, by=by)

    def search(self, edition):
        """One entry with the whole text; whoever wrote or signed it is found by name."""
        content, heading = edition.content, edition.content["heading"]
        lines = [content["authors"], heading["outcome"]]
        for section in content["sections"]:
            html = "".join(row["html"] for row in section["rows"])
            lines += [section["heading"], section["quoted"], to_plain(html)]
            for chart in section.get("charts", ()):
                lines += [
                    f"{chart['data']['title']}, {chart['data']['area']}",
                    chart["data"]["sentence"],
                    chart["commentary"],
                ]
            lines += [to_plain(note["html"]) for note in section["notes"]]
        for attachment in content["attachments"]:
            lines += [attachment["title"], attachment["summary"]]
        lines += [correction["notice"] for correction in content["corrections"]]
        people = [heading["force_author"], heading["office_author"], *(each["by"] for each in content["signatures"])]
        return [
            kinds.Entry(
                url=edition.get_absolute_url(),
                title=edition.title,
                text="\n".join(line for line in lines if line),
                people=tuple(dict.fromkeys(name for name in people if name)),
                priority=content["priority"]["slug"] if content["priority"] else "",
            )
        ]

    def people(self, record):
        """Who signed for which body."""
        standing = [sign_off for sign_off in record.sign_offs.select_related("by") if sign_off.stands]
        return [
            (f"Signed for {each.get_body_display().lower()}", str(each.by), timezone.localdate(each.at).isoformat())
            for each in standing
        ]


def file_slugs(report):
    """{ReportAttachment.pk: slug} of the attachments whose files are published: what corrections of them point to."""
    slugs, taken = {}, set()
    for held in _held(report):
        attachment = held.attachment
        if attachment.is_missing or attachment.is_restricted:
            continue
        wanted = slug = slugify(attachment.title)[:80].strip("-") or "attachment"
        number = 1
        while slug in taken:
            number += 1
            slug = f"{wanted}-{number}"
        taken.add(slug)
        slugs[held.pk] = slug
    return slugs


def _held(report):
    return list(report.load_parts().held_attachments.all())


# --- content -------------------------------------------------------------------------------------------------------------


def _anchors(laid_out):
    """{section.pk: anchor}: the heading as part of an address, each once."""
    anchors = {}
    for each in laid_out.sections:
        wanted = anchor = f"section-{slugify(each.section.heading)[:60].strip('-') or 'text'}"
        number = 1
        while anchor in anchors.values():
            number += 1
            anchor = f"{wanted}-{number}"
        anchors[each.section.pk] = anchor
    return anchors


def _section(laid_out, anchors, corrections):
    section = laid_out.section
    return {
        "anchor": anchors[section.pk],
        "heading": section.heading,
        "kind": section.kind,
        "number": laid_out.number,
        "rows": [{"number": row.number, "html": str(row.html)} for row in laid_out.rows],
        "runs": [
            {"paragraphs": [str(each) for each in run.paragraphs], "html": str(run.html)}
            | {"start": run.start, "prefix": run.prefix}
            for run in laid_out.runs
        ],
        "notes": [{"number": note.number, "html": str(note.words)} for note in laid_out.notes],
        "quoted": section.quoted_text,
        "quotation_source": section.quotation_source,
        "withheld": _stubs(section),
        "corrected": [each.notice for each in corrections if each.section_id == section.pk],
        **({"charts": charts} if (charts := _drawn(laid_out.charts)) else {}),
    }


def _drawn(charts):
    return [{"number": chart.number, "data": chart.data, "commentary": chart.commentary} for chart in charts]


def _stubs(section):
    """Why passages of the section are withheld, each reason once: the text itself has room for the reason alone."""
    held = section.report.passages_of(section)
    named = [held[number] for number in passages.named_in(section.body) if number in held]
    stubs = []
    for passage in named:
        if passage.is_restricted and (stub := passage.restriction.stub()) not in stubs:
            stubs.append(stub)
    return stubs


def _attachments(report):
    """The attachments as they are listed. Of a restricted one the label and its stub, and equal neighbours once."""
    listed, slugs = [], file_slugs(report)
    for held in _held(report):
        attachment = held.attachment
        entry = {"title": attachment.title, "label": attachment.label, "slug": slugs.get(held.pk, ""), "withheld": None}
        if attachment.is_restricted:
            stub = attachment.restriction.stub(attachment.title)
            entry |= {
                "title": stub["title"],
                "file": "",
                "kind_and_size": "",
                "summary": "",
                "printed": "",
                "withheld": stub,
            }
        else:
            entry |= {
                "file": f"{slugs[held.pk]}.{attachment.upload.kind}" if held.pk in slugs else "",
                "kind_and_size": attachment.kind_and_size,
                "summary": attachment.summary,
                "printed": attachment.printed,
            }
        if not (listed and entry["withheld"] and listed[-1] == entry):
            listed.append(entry)
    return listed


def _corrections(report):
    """What meetings put right in our own text, as far as their minutes are public or become so by the same act."""
    settled = report.corrections.settled().filter(attachment=None, corrected_entry=None)
    found = settled.select_related(
        "minutes__meeting",
        "said_by",
        "entry__restriction",
        "entry__minuted_item__item__restriction",
        "entry__minuted_item__item__parent__restriction",
    )
    found = [each for each in found.order_by("minutes__meeting__date", "pk") if _is_public(each)]
    public = {minutes.pk for minutes in kinds.are_public([each.minutes for each in found])}
    return [each for each in found if each.minutes_id in public]


def _is_public(correction):
    entry = correction.entry
    return entry is None or not (entry.is_restricted or entry.deleted or entry.minuted_item.item.is_withheld)


def _correction(correction, anchors):
    meeting = correction.minutes.meeting
    return {
        "measure": correction.measure,
        "old": correction.old_value,
        "new": correction.new_value,
        "period": correction.period,
        "said_by": correction.said_by.name if correction.said_by else "",
        "page": correction.page,
        "section": anchors.get(correction.section_id, ""),
        "notice": correction.notice,
        "meeting": {"name": meeting.name, "date": meeting.date.isoformat()},
    }


# --- from content to page and paper ----------------------------------------------------------------------------------------


def _rendered(template, **context):
    return render_to_string(f"public/parts/{template}.html", context)


def _dated(signatures):
    return [each | {"on_day": published.in_words(each["on"])} for each in signatures]


def _by_meeting(content):
    """The corrections under the meeting that made them: [{heading, day, rows}]."""
    groups = {}
    titles = {section["anchor"]: section["heading"] for section in content["sections"]}
    for each in content["corrections"]:
        rows = groups.setdefault((each["meeting"]["date"], each["meeting"]["name"]), [])
        rows.append(each | {"section_title": titles.get(each["section"], "")})
    return [
        {
            "heading": f"{_how_many(rows)} corrected at the meeting",
            "day": published.in_words(day),
            "meeting": name,
            "rows": rows,
            "said_by": list(dict.fromkeys(row["said_by"] for row in rows if row["said_by"])),
        }
        for (day, name), rows in groups.items()
    ]


def _how_many(rows):
    what = "figure" if all(re.search(r"\d", row["new"]) for row in rows) else "statement"
    if len(rows) == 1:
        return f"One {what} was"
    return f"{ {2: 'Two', 3: 'Three', 4: 'Four'}.get(len(rows), len(rows)) } {what}s were"


def _for_page(section):
    rows = [row | {"html": mark_safe(row["html"])} for row in section["rows"]]
    notes = [note | {"html": mark_safe(note["html"])} for note in section["notes"]]
    return section | {"rows": rows, "notes": notes}


def _as_laid_out(content):
    """The content in the shape of LaidOut, for the paper's template."""
    return {
        "notices": [],
        "sections": [
            {
                "section": {
                    "heading": section["heading"],
                    "quoted_text": section["quoted"],
                    "quotation_source": section["quotation_source"],
                },
                "anchor": section["anchor"],
                "is_recommendation": section["kind"] == "recommendation",
                "runs": [
                    run
                    | {"html": mark_safe(run["html"]), "paragraphs": [mark_safe(each) for each in run["paragraphs"]]}
                    for run in section["runs"]
                ],
                "stubs": section["withheld"],
                "charts": section.get("charts", []),
                "notices": [{"notice": notice} for notice in section["corrected"]],
            }
            for section in content["sections"]
        ],
        "charts": [chart for section in content["sections"] for chart in section.get("charts", ())],
        "attachments": [],
        "attachments_heading": ATTACHMENTS_HEADING,
        "signatures": [
            {
                "name": each["for"],
                "standing": {"by": each["by"], "by_post": each["post"], "at": published.day(each["on"])},
            }
            for each in content["signatures"]
        ],
    }


def _facts(content, date):
    heading = content["heading"]
    item = f", item {heading['item_label']}" if heading["item_label"] else ""
    authors = " and ".join(author for author in (heading["force_author"], heading["office_author"]) if author)
    facts = [("From", authors), ("For", f"{heading['for_meeting']}, {date}{item}"), ("Theme", heading["outcome"])]
    return [(label, value) for label, value in facts if value]


def _contents(content):
    lines = [ContentsLine(each["anchor"], each["heading"], each["number"]) for each in content["sections"]]
    if content["attachments"]:
        lines.append(ContentsLine("attachments", ATTACHMENTS_HEADING))
    if content["signatures"]:
        lines.append(ContentsLine("signatures", "Signatures"))
    if any(each.get("charts") for each in content["sections"]):
        lines.append(ContentsLine("chart-figures", FIGURES_HEADING))
    return lines


def _printed(attachment, year):
    title = f"{attachment['label']}: {attachment['title']}" if attachment["label"] else attachment["title"]
    kind_and_size = attachment["kind_and_size"].replace(" ", "\u00a0")
    if stub := attachment["withheld"]:
        words = [stub["reason"], *stub["bases"], stub["public_interest"]]
        return PrintedAttachment(title, "", " ".join(["Withheld:", *(word for word in words if word)]))
    if not attachment["file"]:
        return PrintedAttachment(title, kind_and_size, "The office holds no file of it.")
    note = f"Printed in {year} as {attachment['printed']}. " if attachment["printed"] else ""
    return PrintedAttachment(title, kind_and_size, f"{note}Published beside this report.")


# --- what the room has to say --------------------------------------------------------------------------------------------


def _marking(report):
    if report.marking == Marking.OFFICIAL:
        return []
    return [
        Finding(
            code="marking",
            severity=ERROR,
            title=f"This report is marked {report.get_marking_display()}",
            text="Nothing with this marking is ever public. Change the marking, or keep the report where it is.",
            url=report.get_absolute_url(),
            link="Open the report",
        )
    ]


def _signatures(report):
    now = report.content_hash()
    return [
        Finding(
            code="signature",
            severity=WARNING,
            title=f"{sign_off.get_body_display()} signed another text than the one that is there now",
            text="Nobody edited it in the portal since. Compare the two before it is published.",
            url=report.get_absolute_url(),
            link="Open the report",
        )
        for sign_off in report.sign_offs.all()
        if sign_off.stands and sign_off.content_hash != now
    ]


def _sections(report):
    found = []
    for section in report.live_sections():
        about = {"url": section.get_absolute_url(), "link": f"Open {section.heading}"}
        if section.is_empty:
            found.append(Finding("section-empty", ERROR, f"“{section.heading}” is empty", **about))
        unknown = set(passages.named_in(section.body)) - set(report.passages_of(section))
        for number in sorted(unknown):
            title = f"“{section.heading}” names a restricted passage that is not there"
            found.append(Finding("passage-unknown", ERROR, title, quote=f"[restricted:{number}]", **about))
    return found


def _charts_without_commentary(report):
    return [chart for held in report.charts.values() for chart in held if not chart.commentary.strip()]


def _charts(report):
    """Every chart says what it means; one that later figures have overtaken is looked at again."""
    found = [
        Finding(
            "chart-commentary",
            ERROR,
            f"The chart of {chart} has no commentary",
            "Readers need to know what office and force say about it.",
            url=chart.get_absolute_url(),
            link="Write the commentary",
        )
        for chart in _charts_without_commentary(report)
    ]
    charts = [chart for held in report.charts.values() for chart in held]
    later = figures.changed_since(charts)
    for chart in charts:
        if changed := later.get(chart.pk):
            points = "; ".join(f"{each.label}: {each.old or 'none'}, now {each.new}" for each in changed[:3])
            title = f"The chart of {chart} was drawn before later figures were known"
            about = {"url": chart.get_absolute_url(), "link": "Draw it anew or leave it"}
            found.append(Finding("chart-later-figures", WARNING, title, f"{points}.", **about))
    return found


def _has_figures(report):
    return any(section.has_figures for section in report.live_sections())


def _figures(report):
    """Figures of record that something else says otherwise, as far as nobody has explained it."""
    url = reverse("report-figures", args=[report.pk])
    return [
        Finding(
            "figure-differs",
            WARNING,
            f"{checked.figure.words} in “{checked.figure.section}” differs from another document or a later figure",
            difference.says,
            url=f"{url}#figure-{checked.figure.pk}",
            link="Mend or explain it",
        )
        for checked in figures.FigureCheck(report).open
        for difference in checked.open
    ]


def _files(report):
    found = []
    for held in report.held_attachments.all():
        attachment, upload = held.attachment, held.attachment.upload
        if attachment.is_restricted:
            continue
        about = {"url": reverse("attachment-edit", args=[held.pk]), "link": "Open the attachment"}
        if upload is None:
            text = "The report names it; the public will read that the office holds no file of it."
            found.append(Finding("attachment-missing", WARNING, f"“{attachment}” has no file", text, **about))
            continue
        if upload.tagged is False:
            text = (
                "Screen readers cannot read it well. Ask its author for a tagged PDF, or say why it goes out as it is."
            )
            title = f"“{attachment}” is {kind_words(upload.kind)} without tags"
            found.append(Finding("attachment-untagged", WARNING, title, text, **about))
        found += [
            Finding("attachment-doubtful", WARNING, f"Look at “{attachment}” before it is public", warning, **about)
            for warning in upload.warnings
        ]
    return found


def _names(report):
    """The heading block against what office and force were called that day."""
    office = Office.on(report.date)
    if office is None:
        return []
    of_office = [
        office.display_name,
        f"{office.display_name}, {office.area_name}",
        office.legal_name,
        office.short_name,
    ]
    of_force = [office.force_authors, office.force_name, office.force_short_name]
    url, found = reverse("report-heading", args=[report.pk]), []
    for printed, right, whose in (
        (report.office_author, of_office, "The office"),
        (report.force_author, of_force, "The force"),
    ):
        if printed and printed.casefold() not in [name.casefold() for name in right if name]:
            title = f"{whose} is called “{printed}” in the heading block"
            text = f"On {report.date:%-d %B %Y} it was “{right[0] or right[1]}”."
            found.append(Finding("name-of-the-day", WARNING, title, text, url=url, link="Change the heading block"))
    return found
