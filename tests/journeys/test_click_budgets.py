"""What the office does every month costs no more clicks than promised. The attendance has a file of its own."""

import pytest
from django.urls import reverse

from opcc_portal.office.dates import today
from scrutiny.meetings.models import Meeting
from tests.browser import sign_in


@pytest.mark.smoke
def test_the_next_meeting_is_two_clicks_away_from_the_list(page, demo):
    sign_in(page, "officer")
    page.goto(reverse("meetings"))
    before = set(Meeting.objects.values_list("pk", flat=True))

    page.get_by_role("link", name="Copy last meeting").first.click()
    page.get_by_role("button", name="Create").click()

    page.get_by_role("link", name="Set the agenda").first.wait_for()
    meeting = Meeting.objects.exclude(pk__in=before).get()
    assert meeting.date > today()
    standing = list(meeting.items.filter(is_standing=True).order_by("position").values_list("title", flat=True))
    assert standing == [each.title for each in meeting.series.standing_items.all()]
    assert meeting.attendance.filter(category="present").count() == 6
    assert set(meeting.attendance_lists.values_list("recorded", flat=True)) == {"not_recorded"}
