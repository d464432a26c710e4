"""The agenda builder with script: Enter adds, Alt and the arrow keys move, the focus stays where the work is."""

import datetime

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.factories import make_attendance, make_item, make_meeting, make_office, make_request

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting():
    make_office()
    return make_meeting(date=datetime.date(2018, 1, 8), starts=datetime.time(10), ends=datetime.time(12))


def titles(meeting):
    return list(meeting.items.order_by("position").values_list("label", "title"))


def test_items_are_added_one_after_the_other_without_leaving_the_keyboard(page, meeting):
    sign_in(page, "governance")
    page.goto(reverse("agenda", args=[meeting.pk]))
    page.get_by_label("Title").focus()
    for title in ("Welcome", "Stop and search", "Questions"):
        page.keyboard.type(title)
        page.keyboard.press("Enter")
    page.locator(".agenda-row >> nth=2").wait_for()
    assert titles(meeting) == [("1", "Welcome"), ("2", "Stop and search"), ("3", "Questions")]
    expect(page.get_by_label("Title")).to_be_focused()


def test_alt_and_arrow_move_an_item_and_keep_the_focus(page, meeting):
    for title in ("First", "Second", "Third"):
        make_item(meeting, title=title)
    sign_in(page, "governance")
    page.goto(reverse("agenda", args=[meeting.pk]))
    page.get_by_role("link", name="Third").focus()
    page.keyboard.press("Alt+ArrowUp")
    page.get_by_text("Third moved up").wait_for()
    expect(page.get_by_role("link", name="Third")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".agenda-row .title").first).to_have_text("Third")
    assert [title for _, title in titles(meeting)] == ["Third", "First", "Second"]


def test_a_title_is_not_lost_with_the_line(page, context, meeting):
    sign_in(page, "governance")
    page.goto(reverse("agenda", args=[meeting.pk]))
    page.get_by_label("Title").fill("Stop and search")
    context.set_offline(True)
    page.keyboard.press("Enter")
    page.get_by_text("The connection is lost").wait_for()
    expect(page.get_by_label("Title")).to_have_value("Stop and search")


def test_a_label_used_twice_is_explained_in_place(page, meeting):
    make_item(meeting, label="5", title="First five")
    sign_in(page, "governance")
    page.goto(reverse("agenda", args=[meeting.pk]))
    page.get_by_label("Label").fill("5")
    page.get_by_label("Title").fill("Second five")
    page.keyboard.press("Enter")
    page.get_by_label("Printed twice on the paper: keep it as printed").check()
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("link", name="Second five").wait_for()
    assert titles(meeting) == [("5", "First five"), ("5", "Second five")]


@pytest.mark.parametrize("name", ["agenda", "agenda-preview", "meeting", "meeting-copy", "meeting-edit"])
def test_pages_of_a_meeting_are_accessible_and_fit_a_phone(page, meeting, name):
    top = make_item(meeting, planned_time=datetime.time(10), purpose="note", lead="the PCC", is_standing=True)
    make_item(meeting, parent=top, label="1.1")
    make_item(meeting, part="private", note="It would prejudice an inquiry.")
    make_request(meeting, item=top)
    make_attendance(meeting, name="Robin Hale", post="Commissioner", is_chair=True)
    sign_in(page, "governance")
    page.goto(reverse(name, args=[meeting.pk]))
    assert_accessible(page)
    assert_no_sideways_scroll(page)
