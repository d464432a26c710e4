"""From signing in to approved minutes by keys alone: no pointer, no script of the test touches the page."""

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.operations import left_off
from scrutiny.workflow.models import State
from tests.factories import PASSWORD, make_attendance, make_minuted_item, make_user

pytestmark = pytest.mark.django_db(transaction=True)

FOCUSED = (
    "() => { const at = document.activeElement; return (at.getAttribute('aria-label') || at.innerText || '').trim(); }"
)


def tab_to(page, name, most=150):
    """Press Tab until something with this name has the focus; whoever only has keys sees where they are."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).startswith(name):
            shown = page.evaluate("document.activeElement.matches(':focus-visible')")
            assert shown, f"{name} does not show that it has the focus"
            return
    raise AssertionError(f"no key leads to {name}")


def sign_in_by_keys(page, user):
    page.goto(reverse("sign-in"))
    page.get_by_label("User name").wait_for()
    while page.evaluate("document.activeElement.name") != "username":
        page.keyboard.press("Tab")
    page.keyboard.type(user.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/")


@pytest.mark.smoke
def test_minutes_are_written_sent_and_approved_by_keys_alone(page, new_context, live_server):
    officer = make_user(name="Robin Example", roles=[Role.GOVERNANCE])
    commissioner = make_user(name="Alex Example", roles=[Role.COMMISSIONER])
    item = make_minuted_item(created_by=officer, minute_taker=officer)
    make_attendance(item.minutes.meeting, name="Alex Example", called="The PCC", is_chair=True)
    left_off(officer, title="Minutes", excerpt="", address=reverse("minuted-item", args=[item.pk]) + "#next")

    sign_in_by_keys(page, officer)
    tab_to(page, "Continue")
    page.keyboard.press("Enter")
    page.locator("#entries[data-ready=yes]").wait_for()
    page.keyboard.type("asked nothing today.")
    page.keyboard.press("Control+s")
    page.locator("#saved").get_by_text("Saved").wait_for()
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.matches('#entries textarea')"), "Tab leaves the text"
    tab_to(page, "Check minutes", most=300)
    page.keyboard.press("Enter")
    page.wait_for_url("**/check/")
    tab_to(page, "Send for check")
    page.keyboard.press("Enter")
    page.get_by_text("In review").first.wait_for()

    other = new_context().new_page()
    sign_in_by_keys(other, commissioner)
    tab_to(other, "Minutes of ")
    other.keyboard.press("Enter")
    other.wait_for_url("**/approve/")
    tab_to(other, "Approve")
    other.keyboard.press("Enter")
    other.wait_for_url(f"**{item.minutes.get_absolute_url()}")
    item.minutes.refresh_from_db()
    assert item.minutes.state == State.SIGNED
