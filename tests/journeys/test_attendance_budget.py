"""The attendance of thirteen people costs what design 6.8 allows, counted in clicks and keys in a real browser."""

import datetime

import pytest
from django.urls import reverse

from scrutiny.meetings.attendance import ensure_lists
from scrutiny.meetings.models import Meeting
from tests.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.factories import make_attendance, make_meeting, make_office, make_person, make_post

pytestmark = pytest.mark.django_db(transaction=True)


class Hand:
    """Somebody at the desk whose clicks and keys are counted; letters of a name are typed, not counted."""

    def __init__(self, page):
        self.page = page
        self.clicks = self.keys = 0

    def click(self, place):
        self.clicks += 1
        place.click()

    def press(self, key):
        self.keys += 1
        self.page.keyboard.press(key)

    def type_name(self, letters):
        self.page.keyboard.type(letters, delay=20)


@pytest.fixture
def meeting():
    make_office()
    meeting = make_meeting(date=datetime.date(2018, 1, 8))
    acc = make_post("Assistant Chief Constable", abbreviation="ACC", rank="ACC")
    for number in range(7):
        make_attendance(meeting, make_person(f"Person Number{number}", post=f"Post {number}"), is_chair=number == 0)
    make_attendance(meeting, make_person("Russ Regular", post=acc))
    for number in range(5):
        make_attendance(
            meeting, make_person(f"Guest Number{number}", post=f"Guest post {number}"), category="also_present"
        )
    make_person("Sam Example", post=acc, qualifier="temporary")
    make_person("Sally Other", post="Adviser")
    ensure_lists(meeting)
    return meeting


@pytest.mark.smoke
def test_thirteen_people_with_one_apology_and_a_substitute(page, meeting):
    sign_in(page, "governance")
    page.goto(reverse("attendance", args=[meeting.pk]))
    assert meeting.attendance.count() == 13
    hand = Hand(page)
    row = page.locator(".person-row", has_text="Russ Regular")
    hand.click(row.get_by_role("radio", name="Substitute"))
    hand.type_name("exam")
    hand.press("Enter")
    page.get_by_text("Stands in for Russ Regular", exact=True).wait_for()
    page.locator("#saved", has_text="Saved").wait_for()

    assert hand.clicks <= 2
    assert hand.keys <= 4
    away = meeting.attendance.get(name="Russ Regular")
    substitute = meeting.attendance.get(stands_in_for=away)
    assert away.category == "apologies"
    assert (substitute.name, substitute.post_in_words) == ("Sam Example", "Temporary Assistant Chief Constable (T/ACC)")
    assert meeting.attendance.count() == 14
    assert Meeting.objects.get(pk=meeting.pk).attendance_is_taken
    assert page.locator("input[value=list]:checked").count() == 1, "apologies are a list by themselves"
    assert page.evaluate("document.activeElement.textContent") == "Sam Example", "the focus stays in the row"


def test_each_choice_is_saved_at_once_and_says_so(page, meeting):
    sign_in(page, "governance")
    page.goto(reverse("attendance", args=[meeting.pk]))
    page.locator(".person-row", has_text="Person Number3").get_by_role("radio", name="Apologies").click()
    page.locator("#saved", has_text="Saved").wait_for()
    page.get_by_text("7 of 8").wait_for()
    assert meeting.attendance.get(name="Person Number3").category == "apologies"


def test_choices_made_faster_than_they_are_saved_all_count(page, meeting):
    sign_in(page, "governance")
    page.goto(reverse("attendance", args=[meeting.pk]))
    keys = {row.name: row.pk for row in meeting.attendance.all()}
    page.evaluate(
        """([first, second]) => {
            const click = (key, value) => document.querySelector(`[name="status-${key}"][value="${value}"]`).click();
            click(first, "apologies"); click(second, "apologies"); click(first, "present");
        }""",
        [keys["Person Number1"], keys["Person Number2"]],
    )
    page.get_by_text("7 of 8").wait_for()
    page.locator("#saved", has_text="Saved").wait_for()
    assert meeting.attendance.get(name="Person Number1").category == "present"
    assert meeting.attendance.get(name="Person Number2").category == "apologies"


def test_somebody_new_is_asked_for_the_post(page, meeting):
    sign_in(page, "governance")
    page.goto(reverse("attendance", args=[meeting.pk]))
    page.locator(".person-row", has_text="Russ Regular").get_by_role("radio", name="Substitute").click()
    page.keyboard.type("Nora Newcomer")
    page.keyboard.press("Enter")
    page.keyboard.type("Chief Inspector (CI)")
    page.keyboard.press("Enter")
    page.get_by_text("Stands in for Russ Regular", exact=True).wait_for()
    assert meeting.attendance.get(name="Nora Newcomer").post_in_words == "Chief Inspector (CI)"


def test_a_lost_line_is_said_and_the_choice_goes_through_when_it_is_back(page, context, meeting):
    sign_in(page, "governance")
    page.goto(reverse("attendance", args=[meeting.pk]))
    context.set_offline(True)
    page.locator(".person-row", has_text="Person Number3").get_by_role("radio", name="Apologies").click()
    page.locator("#saved", has_text="Not saved").wait_for()
    context.set_offline(False)
    page.locator("#saved", has_text="Saved").wait_for()
    assert meeting.attendance.get(name="Person Number3").category == "apologies"


def test_an_unfinished_substitute_does_not_stop_other_rows(page, meeting):
    sign_in(page, "governance")
    page.goto(reverse("attendance", args=[meeting.pk]))
    row = page.locator(".person-row", has_text="Russ Regular")
    row.get_by_role("radio", name="Substitute").click()
    page.keyboard.type("Sa")
    page.locator(".person-row", has_text="Person Number3").get_by_role("radio", name="Apologies").click()
    page.locator("#saved", has_text="Saved").wait_for()
    assert meeting.attendance.get(name="Person Number3").category == "apologies"
    assert meeting.attendance.get(name="Russ Regular").category == "present"
    assert row.get_by_role("combobox").input_value() == "Sa"


def test_the_sheet_is_accessible_and_fits_a_phone(page, meeting):
    sign_in(page, "governance")
    page.goto(reverse("attendance", args=[meeting.pk]))
    page.locator(".person-row", has_text="Russ Regular").get_by_role("radio", name="Substitute").click()
    page.keyboard.type("sa")
    page.get_by_role("option", name="Sam Example").wait_for()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
