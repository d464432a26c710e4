"""Finished text becomes approved minutes with four clicks by two people."""

from django.urls import reverse

from opcc_portal.accounts.models import User
from scrutiny.minutes.models import Minutes
from scrutiny.workflow.models import State
from tests.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.factories import make_attendance, make_entry, make_item, make_meeting, make_minutes


def test_finished_text_is_approved_with_four_clicks_by_two_people(page, db):
    officer, commissioner = sign_in(page, "officer"), None
    meeting = make_meeting()
    make_item(meeting)
    minutes = make_minutes(meeting, minute_taker=officer)
    make_entry(minutes.minuted_items.get(), speaker=make_attendance(meeting), text="All is said.", by=officer)
    page.goto(reverse("minuted-item", args=[minutes.minuted_items.get().pk]))

    page.get_by_role("link", name="Check minutes").click()  # 1
    page.get_by_role("heading", name="Check:").wait_for()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.get_by_role("button", name="Send for check").click()  # 2
    page.get_by_text("The minutes are with their checkers.").wait_for()

    page.context.clear_cookies()
    commissioner = sign_in(page, "commissioner")
    assert commissioner != officer
    page.goto(reverse("desk"))
    page.get_by_role("link", name="Minutes of ").first.click()  # 3
    page.get_by_role("heading", name="Approve these minutes").wait_for()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.get_by_role("button", name="Approve", exact=True).click()  # 4
    page.get_by_text("The minutes are approved as version 1.0.").wait_for()

    minutes = Minutes.objects.get(pk=minutes.pk)
    assert minutes.state == State.SIGNED
    assert minutes.approvals.get().by == User.objects.get(username="commissioner")
