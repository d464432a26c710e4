"""Times that the portal notes by itself: when an item began and ended, who came late and left early, whatever the clock does."""

import datetime

import pytest
from django.urls import reverse

from scrutiny.minutes import live_views
from tests.factories import make_attendance, make_minuted_item, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(client):
    client.force_login(make_user())
    return make_minuted_item()


@pytest.fixture
def clock_shows(monkeypatch):
    """Set the portal's clock."""

    def set_to(hour, minute):
        monkeypatch.setattr(live_views, "_this_minute", lambda: datetime.time(hour, minute))

    return set_to


def stamp(client, place, **what):
    return client.post(reverse("item-stamp", args=[place.pk]), what, content_type="application/json")


def press(client, place, person, what):
    return client.post(reverse("speaker-clock", args=[place.pk, person.pk]), {"what": what}, follow=True)


def test_an_item_begins_and_ends_once_however_often_it_is_left(client, place, clock_shows):
    clock_shows(10, 0)
    assert stamp(client, place, began=True).json() == {"started": "10:00", "ended": ""}
    clock_shows(10, 20)
    assert stamp(client, place, ended=True).json() == {"started": "10:00", "ended": "10:20"}
    clock_shows(11, 5)
    assert stamp(client, place, began=True, ended=True).json() == {"started": "10:00", "ended": "10:20"}


def test_a_clock_that_jumps_back_ends_no_item_before_it_began(client, place, clock_shows):
    clock_shows(10, 0)
    stamp(client, place, began=True)
    clock_shows(9, 10)
    assert stamp(client, place, ended=True).json() == {"started": "10:00", "ended": ""}
    clock_shows(10, 30)
    assert stamp(client, place, ended=True).json() == {"started": "10:00", "ended": "10:30"}


def test_nobody_leaves_before_they_came_and_the_second_press_takes_the_time_back(client, place, clock_shows):
    person = make_attendance(place.minutes.meeting)
    clock_shows(10, 15)
    press(client, place, person, "came")
    clock_shows(9, 50)
    assert "came at 10:15. Set the times" in press(client, place, person, "left").content.decode()
    person.refresh_from_db()
    assert (person.arrived, person.left) == (datetime.time(10, 15), None)
    press(client, place, person, "came")
    person.refresh_from_db()
    assert person.arrived is None


def test_the_clock_of_somebody_at_another_meeting_is_not_pressed_from_here(client, place):
    stranger = make_attendance()
    assert press(client, place, stranger, "came").status_code == 404
    stranger.refresh_from_db()
    assert stranger.arrived is None


def test_somebody_taken_off_the_sheet_is_not_found(client, place):
    person = make_attendance(place.minutes.meeting)
    address = reverse("speaker-clock", args=[place.pk, person.pk])
    person.delete()
    assert client.post(address, {"what": "left"}).status_code == 404
