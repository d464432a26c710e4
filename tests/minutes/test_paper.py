"""The minutes on paper: what the screen shows, under the office's name of that day."""

import datetime
import io
import re

import pdfplumber
import pytest
from django.urls import reverse

from opcc_portal import pdf
from scrutiny.meetings.models import AttendanceList
from scrutiny.minutes.pdf import minutes_paper
from scrutiny.minutes.reading import people_lists
from tests.factories import make_attendance, make_entry, make_item, make_meeting, make_minutes, make_office, make_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_database("a paper is laid out from data that other tests load on both databases"),
]
Category = AttendanceList.Category


def text_of(data):
    with pdfplumber.open(io.BytesIO(data)) as document:
        return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in document.pages))


@pytest.fixture
def minutes():
    make_office(display_name="Office of the Commissioner", area_name="Northmoor")
    meeting = make_meeting(name="Public Scrutiny Board", date=datetime.date(2023, 6, 21), starts=datetime.time(10))
    make_item(meeting, label="7A", title="Road safety")
    chief = make_attendance(meeting, name="Ann Moor", post="Chief Constable", abbreviation="CC", called="CC Moor")
    make_attendance(meeting, name="Bo Late", post="Superintendent", arrived=datetime.time(10, 25))
    AttendanceList.objects.create(meeting=meeting, category=Category.PRESENT, heading="Attendees", recorded="list")
    AttendanceList.objects.create(meeting=meeting, category=Category.APOLOGIES, heading="Absent", recorded="none")
    minutes = make_minutes(meeting)
    place = minutes.minuted_items.get()
    make_entry(
        place, kind="question", speaker=chief, text="CC Moor asked **why** speeds rise — and ≥ 30 mph is “normal”."
    )
    make_entry(place, kind="answer", text="Nobody knew.\n\nTwo studies are under way.")
    return minutes


def test_the_paper_holds_every_word_that_the_page_shows(client, minutes):
    client.force_login(make_user())
    page = client.get(reverse("minutes", args=[minutes.pk])).content.decode()
    paper = text_of(pdf.render(minutes_paper(minutes).html, strict=True))
    expected = [
        "Public Scrutiny Board",
        "Wednesday 21 June 2023",
        "Attendees",
        "Ann Moor",
        "Chief Constable (CC)",
        "from 10:25",
        "Absent",
        "None",
        "7A",
        "Road safety",
        "Question 1",
        "CC Moor asked why speeds rise — and ≥ 30 mph is “normal”.",
        "Nobody knew.",
        "Two studies are under way.",
        "Office of the Commissioner",
        "Northmoor",
    ]
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    for words in expected:
        assert words in paper, words
        assert words in shown, words


def test_a_draft_says_that_it_is_one(minutes):
    assert "Draft, not yet checked or approved" in text_of(pdf.render(minutes_paper(minutes).html))


def test_the_letterhead_is_the_office_of_the_meetings_day(minutes):
    from opcc_portal.office.models import Office

    Office.objects.update(valid_to=datetime.date(2024, 5, 8))
    make_office(display_name="Office of the Mayor", valid_from=datetime.date(2024, 5, 9))
    html = minutes_paper(minutes).html
    assert "Office of the Commissioner" in html
    assert "Office of the Mayor" not in html


def test_the_same_minutes_make_the_same_bytes(minutes):
    assert pdf.render(minutes_paper(minutes).html) == pdf.render(minutes_paper(minutes).html)


def test_a_list_that_nobody_spoke_of_is_not_said_to_be_empty():
    meeting = make_meeting()
    lists = {held.heading: held.words for held in people_lists(meeting)}
    assert lists == {"Apologies": "Not recorded"}


def test_the_pdf_comes_straight_back_and_a_second_time_from_the_store(client, minutes):
    client.force_login(make_user())
    first = client.get(reverse("minutes-pdf", args=[minutes.pk]))
    assert first["Content-Type"] == "application/pdf"
    data = first.getvalue()
    assert data.startswith(b"%PDF")
    assert client.get(reverse("minutes-pdf", args=[minutes.pk])).getvalue() == data


def test_an_entry_that_fills_pages_is_laid_out(minutes):
    make_entry(minutes.minuted_items.get(), text="\n\n".join("A long speech goes on. " * 40 for _ in range(15)))
    assert text_of(pdf.render(minutes_paper(minutes).html)).count("speech") == 600


def test_the_pdf_is_sent_to_be_kept_and_shown_where_a_preview_is_asked_for(client, minutes):
    client.force_login(make_user())
    kept = client.get(reverse("minutes-pdf", args=[minutes.pk]))
    shown = client.get(reverse("minutes-pdf", args=[minutes.pk]) + "?preview")
    assert kept["Content-Disposition"] == 'attachment; filename="2023-06-21-minutes.pdf"'
    assert shown["Content-Disposition"] == 'inline; filename="2023-06-21-minutes.pdf"'
    assert kept.getvalue() == shown.getvalue()


def test_the_lines_to_sign_on_never_stand_alone_on_the_last_page(minutes):
    place, by = minutes.minuted_items.get(), make_user()
    for number in range(24):  # over a page end, two lines at a time: they need the room of three
        make_entry(place, by=by, text=f"Word {number}.")
        if number % 2:
            with pdfplumber.open(io.BytesIO(pdf.render(minutes_paper(minutes).html))) as document:
                last = document.pages[-1].extract_text()
            assert "Signed, chair" in last
            assert "Word" in last, number
