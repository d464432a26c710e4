"""A meeting as large as they come: 13 people, 25 items, papers, minutes, history."""

import datetime
import uuid

from opcc_portal.audit import operations as audit
from opcc_portal.files.models import Upload
from scrutiny.meetings.attendance import ensure_lists, settle_lists
from tests.factories import (
    make_attachment,
    make_attendance,
    make_entry,
    make_item,
    make_meeting,
    make_minutes,
    make_office,
    make_person,
    make_report,
    make_request,
    make_series,
)


def _upload():
    """The row of a file; the pages tested here never open it."""
    name = f"uploads/{uuid.uuid4()}.pdf"
    return Upload.objects.create(file=name, name="update.pdf", kind="pdf", media_type="application/pdf", size=370_000)


def full_meeting():
    """The meeting, with its office and two neighbours in the series."""
    make_office()
    series = make_series()
    make_meeting(series, date=datetime.date(2017, 10, 9))
    meeting = make_meeting(series, date=datetime.date(2018, 1, 8), starts=datetime.time(10), ends=datetime.time(12))
    for number in range(13):
        person = make_person(f"Person Number{number}", post=f"Post {number}")
        make_attendance(meeting, person, category="present" if number < 8 else "also_present", is_chair=number == 0)
    ensure_lists(meeting)
    settle_lists(meeting)
    items = [make_item(meeting, part="public" if n < 20 else "private", lead="Person Number1") for n in range(25)]
    for item in items[:10]:
        report = make_report(meeting, item=item)
        make_attachment(report, upload=_upload())
        make_request(meeting, item=item, attachment=make_attachment(report, upload=_upload()).attachment)
    for place in make_minutes(meeting).minuted_items.all()[:10]:
        make_entry(place)
    for number in range(10):
        audit.write(f"Something happened {number}", subject=meeting, by=None)
    return meeting
