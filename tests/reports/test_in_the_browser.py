"""Writing a section in a real browser."""

import pytest
from playwright.sync_api import expect

from scrutiny.reports.models import ReportSection
from tests.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.factories import make_office, make_report, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def section(page):
    """A section, open in the editor of a signed-in officer."""
    make_office()
    sign_in(page, make_user())
    report = make_report(sections=["Key information"], bodies=["<p>It began in spring.</p>"])
    section = report.live_sections()[0]
    page.goto(section.get_absolute_url())
    expect(page.locator(".ProseMirror")).to_be_visible()
    return section


def test_what_is_typed_is_not_saved_until_it_is_saved(page, section):
    expect(page.locator("#saved")).to_contain_text("Saved")
    page.locator(".ProseMirror").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" It ended in autumn.")
    expect(page.locator("#saved")).to_have_text("Not saved")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("It began in spring. It ended in autumn.")).to_be_visible()
    expect(page.locator("#saved")).to_contain_text("Saved")
    assert ReportSection.objects.get(pk=section.pk).body == "<p>It began in spring. It ended in autumn.</p>"


def test_leaving_with_unsaved_words_asks_first(page, section):
    page.locator(".ProseMirror").click()
    page.keyboard.type("Do not lose this. ")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Stop without saving").click(no_wait_after=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    expect(page.locator(".ProseMirror")).to_contain_text("Do not lose this.")


def test_the_choice_between_two_texts_is_accessible(page, section):
    page.locator("[name=base_version]").evaluate("field => { field.value = '0' }")
    page.locator(".ProseMirror").click()
    page.keyboard.type("My own words. ")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("heading", name="As you wrote it")).to_be_visible()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
