"""Text sent after the session has ended: kept, signed in on the same page, saved."""

from html import escape

import pytest
from django.urls import reverse

from scrutiny.meetings.models import Meeting
from scrutiny.minutes.models import MinuteEntry
from tests.browser import sign_in
from tests.demo_office import PASSWORD

TEXT = "DCI Stevenson said – with “care” – that <this> took an hour to write & must not be lost."


@pytest.fixture
def meeting(demo):
    return Meeting.objects.get(date="2018-01-08")


def lose_the_session(page):
    page.context.clear_cookies(name="sessionid")


def sign_in_again_and_save(page):
    """On the page that keeps the text; nothing is typed but name and password."""
    page.get_by_role("heading", name="You were signed out; your text is kept below").wait_for()
    page.get_by_label("Work e-mail or user name").fill("officer")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    with page.expect_navigation():
        page.get_by_role("button", name="Save your text").click()


@pytest.mark.smoke
def test_an_entry_of_the_minutes_is_not_lost_without_script(plain_page, meeting):
    page = plain_page
    sign_in(page, "officer")
    minuted = meeting.minutes.minuted_items.get(item__label="5")
    page.goto(reverse("minuted-item", args=[minuted.pk]))
    page.get_by_label("Text of the next entry").fill(TEXT)
    lose_the_session(page)
    page.get_by_role("button", name="Save", exact=True).last.click()
    sign_in_again_and_save(page)
    page.wait_for_url(f"**{reverse('minuted-item', args=[minuted.pk])}*")
    assert MinuteEntry.objects.filter(text=TEXT).count() == 1
    assert minuted.entries.count() == 33


def test_a_section_of_a_report_is_not_lost(page, meeting):
    sign_in(page, "officer")
    section = meeting.reports.get().sections.get(heading="Key information")
    page.goto(section.get_absolute_url())
    page.locator(".ProseMirror").click()
    page.keyboard.insert_text(TEXT)
    page.locator(".ProseMirror", has_text="took an hour to write").wait_for()
    lose_the_session(page)
    page.get_by_role("button", name="Save", exact=True).click()
    sign_in_again_and_save(page)
    section.refresh_from_db()
    assert escape(TEXT, quote=False) in section.body
    assert section.body.count("<p>") == 4
