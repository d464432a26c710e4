"""The agenda on paper and as a page."""

import datetime
import io

import pdfplumber
import pytest
from django.urls import reverse
from django.utils import timezone

from opcc_portal import pdf as pdf_engine
from opcc_portal.pdf import problems
from scrutiny.meetings.pdf import agenda_paper
from tests.factories import make_attendance, make_item, make_meeting, make_office, make_report, make_user
from tests.pdf.vera import VeraPDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting():
    make_office(phone="01632 960001")
    meeting = make_meeting(
        date=datetime.date(2018, 1, 8), starts=datetime.time(10), ends=datetime.time(11, 50), venue="Town Hall",
        public_notes="Doors open at 9:45.", name="Scrutiny Board",
    )  # fmt: skip
    make_attendance(meeting, name="Robin Hale", post="Commissioner", is_chair=True)
    make_item(meeting, title="Welcome", purpose="note", lead="the PCC", planned_time=datetime.time(10))
    top = make_item(meeting, title="Modern slavery", label="5", purpose="scrutiny", lead="ACC Stone")
    make_item(meeting, title="Figures of the force", label="5.1", parent=top)
    make_report(meeting, item=top, subject="Modern slavery in Northmoor")
    private = make_item(
        meeting, title="Live investigations", label="7", part="private", note="it would prejudice an inquiry."
    )
    make_report(meeting, item=private, subject="Names of suspects")
    return meeting


def test_the_paper_says_when_where_who_and_what(meeting):
    html = agenda_paper(meeting).html
    for words in [
        "Monday 8 January 2018, 10:00 to 11:50", "Town Hall", "Robin Hale, Commissioner", "Held in public. Draft agenda",
        "To scrutinise. Led by ACC Stone", '<span class="n">5.1</span>', "Report: Modern slavery in Northmoor",
        "Doors open at 9:45.", "01632 960001", '<p class="time">10:00</p>',
    ]:  # fmt: skip
        assert words in html, words


def test_private_items_say_why_and_keep_their_papers_to_themselves(meeting):
    html = agenda_paper(meeting).html
    assert "Private part" in html
    assert "<b>Why private:</b> it would prejudice an inquiry." in html
    assert "Names of suspects" not in html


def test_the_paper_carries_the_office_of_its_day():
    make_office(valid_to=datetime.date(2021, 5, 9))
    make_office(valid_from=datetime.date(2021, 5, 10), display_name="Mayor of Northmoor")
    old = make_item(make_meeting(date=datetime.date(2018, 1, 8))).meeting
    new = make_item(make_meeting(date=datetime.date(2022, 1, 10))).meeting
    assert "Mayor of Northmoor" not in agenda_paper(old).html
    assert "Mayor of Northmoor" in agenda_paper(new).html


def test_the_same_record_gives_the_same_paper(meeting):
    meeting.agenda_set_at = timezone.now()
    meeting.save()
    assert agenda_paper(meeting).html == agenda_paper(type(meeting).objects.get(pk=meeting.pk)).html


def test_a_demonstration_says_so_on_the_paper(meeting):
    meeting.demonstration_note = "Times are invented."
    assert "Times are invented." in agenda_paper(meeting).html


def test_a_cancelled_meeting_says_so_on_the_paper(meeting):
    meeting.status, meeting.status_note = "cancelled", "Heavy snow"
    assert "Cancelled: Heavy snow" in agenda_paper(meeting).html


def test_the_page_says_the_same_as_the_paper(client, meeting):
    client.force_login(make_user(role="commissioner"))
    page = client.get(reverse("agenda-preview", args=[meeting.pk])).content.decode()
    for words in [
        "Robin Hale, Commissioner",
        "To scrutinise. Led by ACC Stone",
        "Modern slavery in Northmoor",
        "Why private:",
    ]:
        assert words in page, words
    assert "Names of suspects" not in page


def test_the_agenda_comes_as_a_pdf_with_what_the_page_shows(client, meeting):
    client.force_login(make_user())
    answer = client.get(reverse("agenda-pdf", args=[meeting.pk]), follow=True)
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    assert "2018-01-08-agenda.pdf" in answer.headers["Content-Disposition"]
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        text = "\n".join(page.extract_text() for page in pdf.pages)
    for words in ["Scrutiny Board", "Monday 8 January 2018, 10:00 to 11:50", "5.1", "Why private:", "Close"]:
        assert words in text, words
    assert problems(content) == []


@pytest.mark.verapdf
def test_the_agenda_is_pdf_ua_1_and_pdf_a_3a(meeting, tmp_path):
    made = pdf_engine.render(agenda_paper(meeting).html, files={})
    assert VeraPDF(tmp_path).complaints({"agenda": made}) == []
