"""A meeting with everything that a pack can hold or leave out, published as the office publishes it."""

import datetime
import hashlib
import io
from functools import cache

import pikepdf
from django.core.files.base import ContentFile
from pikepdf import Dictionary, Name

from opcc_portal.audit.operations import key
from opcc_portal.files.models import Upload
from opcc_portal.pdf import render
from scrutiny.meetings.models import Part, Task
from scrutiny.publication import making
from scrutiny.publication.models import Pack
from scrutiny.reports.models import JointReport
from scrutiny.workflow import kinds
from scrutiny.workflow.models import State
from tests.factories import (
    make_attachment,
    make_item,
    make_legal_basis,
    make_meeting,
    make_office,
    make_report,
    make_restriction,
    make_series,
    make_user,
)

SECRET = "Operation Kestrel"
SET = datetime.datetime(2031, 2, 20, 9, tzinfo=datetime.UTC)


@cache
def note(title, words="Words that are worth reading."):
    """A small accessible PDF."""
    return render(
        f'<!doctype html><html lang="en-GB"><head><title>{title}</title></head><body><h1>{title}</h1><p>{words}</p>'
        '<p><a href="#end">To the end</a></p><h2 id="end">The end</h2><p>That is all.</p></body></html>'
    )


@cache
def untagged(words="Scanned words"):
    """A PDF as a scanner makes it."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(595, 842))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.obj.Resources = Dictionary(Font=Dictionary(F=font))
    page.obj.Contents = document.make_stream(f"BT /F 12 Tf 90 700 Td ({words}) Tj ET".encode())
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def make_upload(data, *, name="update.pdf", kind="pdf", tagged=True, pages=1):
    """A file as somebody handed it in."""
    media = "application/pdf" if kind == "pdf" else "application/octet-stream"
    upload = Upload(name=name, kind=kind, media_type=media, size=len(data), pages=pages if kind == "pdf" else None)
    upload.tagged, upload.sha256 = tagged if kind == "pdf" else None, hashlib.sha256(data).hexdigest()
    upload.file.save(name, ContentFile(data))
    upload.save()
    return upload


def signed(report):
    """The report as both bodies have signed it."""
    JointReport.objects.filter(pk=report.pk).update(state=State.SIGNED)
    return JointReport.objects.get(pk=report.pk)


def publish(kind_name, record, *, by):
    """Publish a record; the gate is the caller's."""
    kind = kinds.named(kind_name)
    record = kind.load(record.pk)
    return making.publish(kind, record, seen=making.bundle_of(kind, record).input_hash, by=by)


class Board:
    """A meeting of five items: nothing, open actions, a report with four attachments, a private item, a restricted one.

    Of the attachments one is accessible, one is a scan, one a table, one restricted.
    """

    def __init__(self):
        make_office()
        self.officer = make_user()
        # The same day and grounds every time, so that equal papers of several tests are laid out once.
        series = make_series("Northmoor Board", slug="northmoor-board")
        self.meeting = make_meeting(series, date=datetime.date(2031, 3, 4), agenda_set_at=SET)
        grounds = [make_legal_basis(paragraph="section 4000")]
        self.welcome = make_item(self.meeting, title="Welcome")
        self.arising = make_item(self.meeting, title="Actions", task=Task.OPEN_ACTIONS)
        self.roads = make_item(self.meeting, title="Safer roads")
        self.private = make_item(
            self.meeting, title="Live cases", part=Part.PRIVATE, note="It is about investigations."
        )
        self.held = make_item(self.meeting, title=f"{SECRET} review")
        make_restriction(self.held, neutral_title="A review", public_reason="It is about a person.", bases=grounds)
        night = {
            "subject": "Roads by night",
            "sections": ["Purpose"],
            "bodies": ["<p>Safe roads.</p>"],
            "created_at": SET,
        }
        self.report = make_report(self.meeting, item=self.roads, **night)
        self.update = make_attachment(
            self.report, title="Force’s update", upload=make_upload(note("Force’s update", "Patrols at dusk."))
        )
        make_attachment(self.report, title="Letter", upload=make_upload(untagged(), name="letter.pdf", tagged=False))
        table = make_upload(b"a,b\r\n1,2\r\n", name="figures.csv", kind="csv")
        make_attachment(self.report, title="Figures", upload=table)
        shut = make_attachment(
            self.report, title=f"{SECRET} map", upload=make_upload(note("Map", f"{SECRET} by street."), name="map.pdf")
        )
        make_restriction(
            shut.attachment, neutral_title="A map", public_reason="It would help offenders.", bases=grounds
        )
        self.report = signed(self.report)
        for item in (self.private, self.held):
            secret = {"subject": f"{SECRET} paper {item.label}", "sections": ["Facts"], "created_at": SET}
            paper = make_report(self.meeting, item=item, **secret)
            make_attachment(paper, title=SECRET, upload=make_upload(note("Secret", SECRET), name="secret.pdf"))
            signed(paper)
        self.pack = Pack.objects.create(meeting=self.meeting)

    def publish_all(self):
        """The agenda with all papers that are ready."""
        return publish("meeting", self.meeting, by=self.officer)

    def publish_pack(self):
        """The pack; its new Edition, or None where nothing is new."""
        made = publish("pack", self.pack, by=self.officer)
        return made[0] if made else None

    @property
    def subject(self):
        """The meeting's name in the record."""
        return key(self.meeting)
