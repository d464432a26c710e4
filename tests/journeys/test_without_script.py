"""The same work in a browser that runs no script: forms and buttons do all of it."""

import pytest
from django.urls import reverse

from opcc_portal.office.dates import today
from scrutiny.meetings.models import Meeting
from scrutiny.minutes.models import MinuteEntry
from tests.browser import sign_in


@pytest.fixture
def page(plain_page, demo):
    """Somebody signed in whose browser runs no script."""
    sign_in(plain_page, "officer")
    return plain_page


@pytest.fixture
def meeting(demo):
    return Meeting.objects.get(date="2018-01-08")


def test_an_agenda_is_built(page):
    meeting = Meeting.objects.filter(date__gte=today()).last()
    page.goto(reverse("agenda", args=[meeting.pk]))
    before = meeting.items.count()
    page.get_by_label("Title").fill("Stop and search")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Stop and search").wait_for()
    row = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Stop and search", exact=True))
    with page.expect_navigation():
        row.get_by_role("button", name="Up").click()
    titles = list(meeting.items.order_by("position").values_list("title", flat=True))
    assert len(titles) == before + 1
    assert titles.index("Stop and search") == before - 2, "one up from its place before what always comes last"


def test_attendance_is_taken(page, meeting):
    page.goto(reverse("attendance", args=[meeting.pk]))
    row = page.locator(".person-row").filter(has_text="Russ Foster")
    row.get_by_label("Apologies").check()
    page.get_by_label("As marked above").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("7 of 8").wait_for()
    assert meeting.attendance.get(name="Russ Foster").category == "apologies"
    assert meeting.attendance_lists.get(category="apologies").recorded == "list"


def test_a_section_of_a_report_is_written(page, meeting):
    section = meeting.reports.get().sections.get(heading="Purpose of the report")
    page.goto(section.get_absolute_url())
    page.locator("textarea[name=body]").fill("It says where the force stands.\n\nAnd where it wants to go.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("And where it wants to go.").wait_for()
    section.refresh_from_db()
    assert section.body == "<p>It says where the force stands.</p><p>And where it wants to go.</p>"


def test_minutes_are_written(page, meeting):
    minuted = meeting.minutes.minuted_items.get(item__label="1")
    page.goto(reverse("minuted-item", args=[minuted.pk]))
    new = page.get_by_role("group", name="Next entry")
    new.get_by_label("Kind").select_option("Question")
    new.get_by_label("Speaker", exact=True).select_option("CC Collins")
    new.get_by_label("Text of the next entry").fill("CC Collins asked when the next meeting is.")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.get_by_role("group", name="Question, CC Collins").wait_for()
    entry = MinuteEntry.objects.get(minuted_item=minuted)
    assert (entry.kind, entry.speaker.name) == ("question", "Dee Collins")
