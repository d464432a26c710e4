"""A page about a dated document is headed by the office of that day, every other page by today's."""

import datetime

import pytest
from django.urls import reverse

from tests.factories import make_item, make_meeting, make_minutes, make_office, make_report, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_offices():
    make_office(short_name="OPCC Northmoor", valid_from=datetime.date(2012, 11, 22), valid_to=datetime.date(2021, 5, 9))
    make_office(short_name="Mayor of Northmoor", valid_from=datetime.date(2021, 5, 10))


def bar_of(page):
    return page.content.decode().split("</header>")[0].split('class="brand"')[1].split("</a>")[0]


def test_the_header_takes_the_identity_valid_on_the_documents_date(client, two_offices):
    client.force_login(make_user())
    meeting = make_meeting(date=datetime.date(2018, 1, 8))
    make_item(meeting)
    minutes, report = make_minutes(meeting), make_report(meeting)
    pages = [
        reverse("meeting", args=[meeting.pk]),
        reverse("agenda", args=[meeting.pk]),
        reverse("agenda-preview", args=[meeting.pk]),
        reverse("attendance", args=[meeting.pk]),
        minutes.get_absolute_url(),
        reverse("minuted-item", args=[minutes.minuted_items.get().pk]),
        report.get_absolute_url(),
        reverse("report-preview", args=[report.pk]),
    ]
    for address in pages:
        assert "OPCC Northmoor" in bar_of(client.get(address)), address


def test_the_desk_is_headed_by_todays_office(client, two_offices):
    client.force_login(make_user())
    assert "Mayor of Northmoor" in bar_of(client.get(reverse("desk")))
