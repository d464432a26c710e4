"""Signing in with keys alone, and an hour's text that outlives its session, in a real browser."""

import pytest
from django.urls import reverse

from scrutiny.people.models import Person
from tests.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.factories import (
    PASSWORD,
    make_office,
    make_user,
)

TEXT = "A note that took an hour, with “quotes” & <marks>. " * 5


@pytest.fixture(autouse=True)
def office(transactional_db):
    return make_office(demonstration="Invented for the tests.")


def sign_in_by_keys(page, name):
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")


@pytest.mark.smoke
def test_text_sent_after_the_session_has_ended_is_kept_and_saved(page, context):
    make_user(username="carla")
    page.goto(reverse("person-add"))
    sign_in_by_keys(page, "carla")
    page.fill("#id_name", "Ann Other")
    page.fill("#id_note", TEXT.strip())
    context.clear_cookies(name="sessionid")
    page.press("#id_name", "Enter")

    page.wait_for_selector("text=You were signed out; your text is kept below")
    assert page.input_value("#kept-1") == TEXT.strip()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.fill("#id_username", "carla")
    page.fill("#id_password", "wrong")
    page.press("#id_password", "Enter")
    page.wait_for_selector("text=do not go together")
    sign_in_by_keys(page, "carla")

    page.wait_for_selector("text=Signed in. Save your text")
    assert_accessible(page)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Ann Other is listed.")
    assert Person.objects.get().note == TEXT.strip()


def test_the_password_can_be_shown_and_is_hidden_again_when_sent(page):
    make_user(username="carla")
    page.goto(reverse("sign-in"))
    assert page.evaluate("document.activeElement.id") == "id_username"
    page.fill("#id_password", "wrong")
    page.click("text=Show password")
    assert page.get_attribute("#id_password", "type") == "text"
    page.click("text=Hide password")
    assert page.get_attribute("#id_password", "type") == "password"


def test_a_mistake_is_told_on_top_with_the_way_to_its_field(page):
    sign_in(page, make_user())
    page.goto(reverse("person-add"))
    page.fill("#id_starts", "31 February 2018")
    page.press("#id_starts", "Enter")
    page.click("text=31 February 2018 is not a date >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_starts"
    assert page.input_value("#id_starts") == "31 February 2018"
    assert_accessible(page)


def test_the_first_office_is_accessible_and_fits_a_phone(page, office):
    office.delete()
    page.goto("/")
    page.wait_for_selector("text=Open the office")
    page.click("button >> text=Open the office")
    page.wait_for_selector("text=There is a problem")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
