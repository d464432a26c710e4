"""The two corrections of a meeting entered by real keys, and what happens when the line is down."""

import pytest
from playwright.sync_api import expect

from scrutiny.minutes.models import Correction, MinuteEntry
from tests.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.factories import (
    make_attachment,
    make_attendance,
    make_entry,
    make_minuted_item,
    make_office,
    make_report,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def report(page):
    """An item with its paper, open in the editor after one answer."""
    make_office()
    user = sign_in(page, make_user())
    item = make_minuted_item()
    report = make_report(
        item.minutes.meeting,
        item=item.item,
        sections=["Key information"],
        bodies=["<p>Submissions of intelligence rose by 22% in 2017. There were 127 recorded crimes in January.</p>"],
    )
    make_attachment(report, title="The force’s update")
    make_entry(item, kind="answer", speaker=make_attendance(item.minutes.meeting, called="DCI Stone"), by=user)
    page.goto(f"/desk/minutes/items/{item.pk}/")
    return report


def begin(page):
    """A new entry, made a correction by three keys."""
    page.locator("#next textarea, .entry-form textarea").last.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type("/c ")
    expect(page.get_by_role("combobox", name="Figure of the paper")).to_be_focused()


def test_two_corrections_are_entered_by_letters_enter_value_enter(page, report):
    for pick, value, words in [
        ("127", "176", "corrected the report: 176 recorded crimes, not 127."),
        ("su", "23%", "is 23%, not 22%."),
    ]:
        begin(page)  # three keys
        page.keyboard.type(pick)
        expect(page.locator(".figure-list [role=option]").first).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Enter")
        expect(page.locator(".correction-panel [name=new_value]")).to_be_focused()
        expect(page.locator(".correction-panel [name=period]")).to_have_value("")
        page.keyboard.type(value)
        page.keyboard.press("Enter")  # the fourth
        page.wait_for_function(
            "words => [...document.querySelectorAll('textarea')].some(area => area.value.endsWith(words))", arg=words
        )
    found = Correction.objects.order_by("pk").values_list(
        "old_value", "new_value", "period", "section__heading", "said_by__called"
    )
    assert list(found) == [
        ("127", "176", "", "Key information", "DCI Stone"),
        ("22%", "23%", "", "Key information", "DCI Stone"),
    ]
    page.get_by_role("link", name="Correction details").last.click()
    expect(page.locator(".correction-panel [name=page]")).to_be_visible()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.locator(".correction-panel [name=place]").select_option(label="Attachment: The force’s update")
    page.locator(".correction-panel [name=page]").fill("4")
    page.locator(".correction-panel [name=period]").fill("during 2017")
    page.locator(".correction-panel [name=period]").press("Enter")
    expect(page.locator(".correction-panel [name=page]")).to_be_hidden()
    second = Correction.objects.order_by("pk").last()
    assert (second.page, second.period, str(second.attachment.attachment)) == ("4", "during 2017", "The force’s update")


def test_escape_and_a_line_that_is_down_lose_nothing(page, report):
    begin(page)
    page.keyboard.type("999")
    page.keyboard.press("Enter")
    page.keyboard.type("1,001")
    page.keyboard.press("Escape")
    expect(page.locator(".correction-panel [name=new_value]")).to_be_hidden()
    page.get_by_role("link", name="Correction details").click()
    expect(page.locator(".correction-panel [name=new_value]")).to_have_value("1,001")
    page.context.set_offline(True)
    page.locator(".correction-panel [name=new_value]").press("Enter")
    expect(page.get_by_text("Not saved. The line is down.")).to_be_visible()
    expect(page.locator(".correction-panel [name=new_value]")).to_have_value("1,001")
    page.context.set_offline(False)
    expect(page.locator(".correction-panel [name=new_value]")).to_be_hidden()
    held = Correction.objects.get()
    assert (held.old_value, held.new_value, held.version) == ("999", "1,001", 2)
    assert MinuteEntry.objects.get(correction=held).text.endswith("the figure is 1,001, not 999.")
