"""The joint report of 8 January 2018: its six sections in our words, and its two attachments as small real PDFs."""

import datetime
import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string

from opcc_portal import pdf
from opcc_portal.files.operations import receive
from opcc_portal.office.models import Office
from scrutiny.reports import operations
from scrutiny.reports.models import Body, JointReport, PaperRequest

SUBJECT = "Human Trafficking and Modern Slavery Update"
NOTE = "Facts from the public report, worded afresh. The two attachments were made for the demonstration."

PURPOSE = (
    "<p>This joint report says where the Force stands on human trafficking and modern slavery, and how West Yorkshire "
    "Police (WYP) and the Police and Crime Commissioner (PCC) work towards the outcomes of the Police and Crime Plan.</p>"
)
RECOMMENDATION = (
    "<p>That the Police and Crime Commissioner (PCC) examines, with the help of this report, how the Force performs on human "
    "trafficking and modern slavery.</p>"
)
PLAN = "<p>West Yorkshire was among the first in the country to take up the fight against this crime.</p>"
QUOTED = (
    "Trafficking and modern slavery threaten people in West Yorkshire as they do in the rest of the country. They scar "
    "those who suffer them, and the people behind them are often tied to other serious and organised crime."
)
KEY_INFORMATION = (
    "<p>Early in 2015 a report by the Yorkshire and Humber Police Region ranked modern slavery above every other type of "
    "crime for threat and risk. In West Yorkshire sexual exploitation, that of children included, has become the commonest "
    "form; forced labour comes second.</p>"
    "<p>The PCC chairs the National Anti-Trafficking and Modern Slavery Network, launched in February 2016. It gives PCCs and "
    "others a national framework in which to make trafficking and slavery better known in all their forms.</p>"
    "<p>From the Safer Communities Fund 8 organisations have had grants of £36,343 in all for projects against human "
    "trafficking and modern slavery.</p>"
    "<p>Since October 2017 a member of staff has been dedicated to coordinating the work of the national network.</p>"
)
PARTNERSHIP = (
    "<p>In January 2016 Mark Burns-Williamson, the commissioner for West Yorkshire, and Kevin Hyland, the Anti-Slavery "
    "Commissioner, started the first national network on this subject. Commissioners who join it sign an agreement: they "
    "share what works, help to find and convict offenders, and ask their Chief Constables at regular intervals what they "
    "do about this crime.</p>"
    "<p>The PCC took the subject further at the Partnership Summit of November 2016, which the National Police Chiefs’ "
    "Council (NPCC) held together with the Association of Police and Crime Commissioners (APCC).</p>"
)
BODIES = {
    "Purpose of the report": PURPOSE,
    "Recommendation": RECOMMENDATION,
    "Police and Crime Plan": PLAN,
    "Key information": KEY_INFORMATION,
    "Partnership contribution": PARTNERSHIP,
}

CHIEF_CONSTABLES_UPDATE = [
    (
        "What this update is for",
        [
            "This update goes with the joint report to the Community Outcomes Meeting of 8 January 2018. It was made for the "
            "demonstration: it holds the figures that were corrected at the meeting and facts from the public minutes."
        ],
    ),
    (
        "Recorded crime",
        [
            "Crimes of human trafficking and modern slavery recorded for January: 127.",
            "The Force reads the rise as good news: more of this crime is being found.",
        ],
    ),
    (
        "Districts, training and partners",
        [
            "The Chief Officer Team holds each district to account in local accountability meetings. In every district a "
            "Detective Inspector is the point of contact.",
            "A Training and Partnership Officer works inside the Force and with partner agencies, business included. An "
            "iLearn package helps officers and staff to recognise trafficking.",
        ],
    ),
    (
        "Intelligence",
        ["Intelligence submissions rose by 22% during 2017."],
    ),
]
PCCS_UPDATE = [
    (
        "The office’s work",
        [
            "The PCC leads nationally on human trafficking and modern slavery and chairs the national network of "
            "commissioners. This short update was made for the demonstration.",
        ],
    ),
    (
        "The networks",
        [
            "West Yorkshire’s own network has been at work since 2014. In September 2016 it held a summit with the Force for "
            "140 delegates from the public and recruitment sectors.",
            "A member of staff has coordinated the national network since October 2017.",
        ],
    ),
]


# title, label, what it holds, size as printed in 2018
ATTACHMENTS = [
    ("Chief Constable’s update: human trafficking and modern day slavery", "", CHIEF_CONSTABLES_UPDATE, "370 KB"),
    ("PCC’s update", "Appendix A", PCCS_UPDATE, "291 KB"),
]


def make_attachments(officer):
    """The uploads for the report's attachments, none where the report is there already.

    Files are received outside any transaction, as by every other sender.
    """
    if JointReport.objects.filter(subject=SUBJECT).exists():
        return []
    return [_small_pdf(title, pages, officer) for title, _, pages, _ in ATTACHMENTS]


def seed_report(meeting, item, uploads, *, officer, force):
    """The report in review, asked of the force and delivered. Written through the report's own operations."""
    report = JointReport.objects.filter(meeting=meeting, subject=SUBJECT).first()
    if report:
        return report
    request = operations.ask_for_paper(
        meeting,
        by=officer,
        item=item,
        what="Joint report on human trafficking and modern slavery",
        asked_of=Body.FORCE,
        due=datetime.date(2017, 12, 29),
    )
    report = operations.write_here(request, by=officer)
    operations.change_heading(
        report,
        changes={
            **{name: getattr(report, name) for name in operations.HEADING_FIELDS},
            "subject": SUBJECT,
            "office_author": "Office of the Police and Crime Commissioner",
        },
        seen=operations.heading_seen(report),
        by=officer,
    )
    JointReport.objects.filter(pk=report.pk).update(demonstration_note=NOTE)
    _fill_sections(report, officer)
    for (title, label, _, printed), upload in zip(ATTACHMENTS, uploads, strict=True):
        operations.add_attachment(
            report,
            title=title,
            label=label,
            upload=upload,
            printed_kind="PDF",
            printed_size=printed,
            by=officer,
        )
    request.refresh_from_db()
    operations.hand_in(request, by=force)
    # Placeholders near the meeting: no public paper says when this one was asked for and came.
    asked, delivered = (datetime.datetime(2017, 12, day, 9, tzinfo=datetime.UTC) for day in (8, 22))
    PaperRequest.objects.filter(pk=request.pk).update(asked_at=asked, delivered_at=delivered)
    return report


def _fill_sections(report, officer):
    for section in report.sections.all():
        changes = {"body": BODIES[section.heading]}
        if section.priority_id or section.kind == section.Kind.PLAN:
            priority = report.priority
            changes |= {
                "priority": priority,
                "quoted_text": QUOTED,
                "quoted_as_of": priority.text_of,
                "quoted_source": priority.plan.title,
            }
        operations.save_section(
            section, base_version=section.version, save_id=uuid.uuid4(), changes=changes, by=officer
        )


def _small_pdf(title, pages, officer):
    """A real PDF of the house style, one part a page, received like any other upload."""
    html = render_to_string(
        "pdf/demo_update.html",
        {
            "office": Office.on(datetime.date(2018, 1, 8)),
            "kind": "Update",
            "title": title,
            "date": "8 January 2018",
            "version": "Demonstration",
            "status": "Made for the demonstration",
            "facts": [("For", "Community Outcomes Meeting, 8 January 2018, item 5")],
            "demonstration_note": "A small file in place of the public one. Figures are those of the public minutes.",
            "created": datetime.datetime(2018, 1, 2, 9, tzinfo=datetime.UTC),
            "modified": datetime.datetime(2018, 1, 2, 9, tzinfo=datetime.UTC),
            "description": title,
            "pages": pages,
        },
    )
    name = title.split(":")[0].replace("’", "").replace(" ", "-").lower() + ".pdf"
    return receive(SimpleUploadedFile(name, pdf.render(html), "application/pdf"), by=officer)
