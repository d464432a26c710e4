"""Copy last meeting: what is proposed and what comes along."""

import datetime

import pytest
from django.urls import reverse

from opcc_portal.audit.operations import lines_about
from scrutiny.meetings import copying
from scrutiny.meetings.models import Attendance, AttendanceList, Meeting, StandingItem
from tests.factories import (
    make_appointment,
    make_attendance,
    make_item,
    make_meeting,
    make_person,
    make_post,
    make_series,
    make_user,
)

pytestmark = pytest.mark.django_db

DAY = datetime.date


@pytest.fixture(autouse=True)
def the_day(monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", "2018-01-20")


@pytest.fixture
def officer(client):
    user = make_user()
    client.force_login(user)
    return user


def copy(meeting, date, by=None):
    new = copying.like(meeting)
    new.date = date
    return copying.copy_meeting(meeting, new, by=by or make_user())


def test_next_date_keeps_the_gap_and_the_weekday():
    series = make_series()
    make_meeting(series, date=DAY(2017, 10, 9))
    last = make_meeting(series, date=DAY(2018, 1, 8))
    assert copying.next_date(last) == DAY(2018, 4, 9)
    assert copying.next_date(last).weekday() == last.date.weekday()


def test_next_date_keeps_the_weekday_of_an_uneven_gap():
    series = make_series()
    make_meeting(series, date=DAY(2017, 12, 7))
    last = make_meeting(series, date=DAY(2018, 1, 8))
    assert copying.next_date(last) == DAY(2018, 2, 12)


def test_next_date_of_a_first_meeting_is_four_weeks_on():
    assert copying.next_date(make_meeting(date=DAY(2018, 1, 8))) == DAY(2018, 2, 5)


def test_next_date_is_never_in_the_past_nor_on_a_day_that_is_taken(monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", "2018-03-10")
    series = make_series()
    last = make_meeting(series, date=DAY(2018, 1, 8))
    make_meeting(series, date=DAY(2018, 4, 2))
    assert copying.next_date(last) == DAY(2018, 4, 30)


def test_last_meeting_is_the_latest_that_was_not_called_off():
    series = make_series()
    held = make_meeting(series, date=DAY(2018, 1, 8))
    make_meeting(series, date=DAY(2018, 4, 9), status=Meeting.Status.CANCELLED, status_note="Snow")
    make_meeting(series, date=DAY(2018, 5, 7), status=Meeting.Status.POSTPONED, status_note="Snow")
    assert copying.last_meeting(series) == held


def test_last_meeting_is_rather_one_with_people_than_an_empty_plan():
    series = make_series()
    held = make_meeting(series, date=DAY(2018, 1, 8))
    make_attendance(held)
    make_meeting(series, date=DAY(2018, 4, 9))
    assert copying.last_meeting(series) == held


def test_each_series_offers_its_own_last_meeting(client, officer):
    board, forum = make_meeting(date=DAY(2018, 1, 8)), make_meeting(date=DAY(2017, 12, 4))
    make_meeting(forum.series, date=DAY(2018, 2, 5), status=Meeting.Status.CANCELLED, status_note="Snow")
    page = client.get(reverse("meetings")).content.decode()
    for meeting in (board, forum):
        assert f'href="{reverse("meeting-copy", args=[meeting.pk])}"' in page


def test_facts_of_the_last_meeting_come_along_but_not_its_state():
    last = make_meeting(
        date=DAY(2018, 1, 8), starts=datetime.time(10), ends=datetime.time(12), venue="Wakefield", is_public=False,
        mode="hybrid", status="held", public_notes="Questions by noon on Friday",
    )  # fmt: skip
    new = copy(last, DAY(2018, 4, 9))
    assert (new.name, new.venue, new.mode, new.is_public) == (last.name, "Wakefield", "hybrid", False)
    assert (new.starts, new.ends) == (datetime.time(10), datetime.time(12))
    assert new.status == Meeting.Status.PLANNED
    assert not new.public_notes
    assert new.copied_from == last


def test_standing_items_come_along_in_order_with_fresh_numbers():
    last = make_meeting()
    make_item(last, title="Welcome", is_standing=True, lead="The chair")
    make_item(last, title="Stop and search")
    make_item(last, title="Questions from the public", is_standing=True)
    new = copy(last, DAY(2026, 12, 7))
    assert [(item.label, item.title, item.lead) for item in new.items.all()] == [
        ("1", "Welcome", "The chair"),
        ("2", "Questions from the public", ""),
    ]


def test_standing_items_of_the_series_come_once_and_those_of_the_end_come_last():
    last = make_meeting()
    StandingItem.objects.create(series=last.series, title="Welcome", position=1)
    StandingItem.objects.create(series=last.series, title="Questions from the public", position=2, at_end=True)
    make_item(last, title="WELCOME", is_standing=True)
    make_item(last, title="Commissioner's update", is_standing=True)
    new = copy(last, DAY(2026, 12, 7))
    assert [str(item) for item in new.items.all()] == [
        "1 WELCOME",
        "2 Commissioner's update",
        "3 Questions from the public",
    ]


def test_standing_sub_items_come_with_their_item():
    last = make_meeting()
    top = make_item(last, title="Actions", is_standing=True)
    make_item(last, title="Open actions", is_standing=True, parent=top, label="1.1")
    new = copy(last, DAY(2026, 12, 7))
    actions, below = new.items.all()
    assert below.parent == actions
    assert below.label == "1.1"


def test_typed_labels_come_along_as_they_are():
    last = make_meeting(make_series(numbering="none"))
    make_item(last, label="Ref 03/21/06", title="Welcome", is_standing=True)
    assert copy(last, DAY(2026, 12, 7)).items.get().label == "Ref 03/21/06"


def test_a_promoted_person_comes_with_the_new_post():
    person = make_person(
        "Robin Hale", post=make_post("Superintendent", abbreviation="Supt", rank="Supt"), ends=DAY(2018, 2, 1)
    )
    make_appointment(
        person, make_post("Chief Superintendent", abbreviation="C/Supt", rank="C/Supt"), starts=DAY(2018, 2, 2)
    )
    last = make_meeting(date=DAY(2018, 1, 8))
    before = make_attendance(last, person)
    after = copy(last, DAY(2018, 4, 9)).attendance.get()
    assert (before.post, before.called) == ("Superintendent", "Supt Hale")
    assert (after.post, after.called) == ("Chief Superintendent", "C/Supt Hale")


def test_a_person_whose_post_ended_comes_along_without_a_post_and_is_pointed_out(client, officer):
    person = make_person("Jo Gone", post="Adviser", ends=DAY(2018, 2, 1))
    last = make_meeting(date=DAY(2018, 1, 8))
    make_attendance(last, person)
    (coming,) = copying.coming_people(last, DAY(2018, 4, 9))
    assert coming.attendance.name == "Jo Gone"
    assert coming.attendance.post == ""
    assert coming.ended.ends == DAY(2018, 2, 1)
    assert "until 1 February 2018" in client.get(reverse("meeting-copy", args=[last.pk])).content.decode()
    new = copy(last, DAY(2018, 4, 9))
    assert "until 1 February 2018" in client.get(reverse("attendance", args=[new.pk])).content.decode()


def test_a_person_of_whom_no_appointment_is_known_keeps_the_post_as_printed():
    last = make_meeting()
    make_attendance(last, name="Kim Guest", post="Victims adviser")
    make_attendance(last, make_person("Lee Guest"), post="Safeguarding adviser")
    posts = [row.post for row in copy(last, DAY(2026, 12, 7)).attendance.all()]
    assert posts == ["Victims adviser", "Safeguarding adviser"]


def test_regular_people_are_expected_again_even_after_apologies_but_substitutes_and_guests_are_not():
    last = make_meeting()
    away = make_attendance(last, category="apologies", name="Ann Away")
    make_attendance(last, name="Sam Substitute", stands_in_for=away, regular=False)
    make_attendance(last, name="Guy Guest", category="also_present", regular=False)
    make_attendance(last, name="Olly Often", category="also_present")
    new = copy(last, DAY(2026, 12, 7))
    assert [(row.name, row.category) for row in new.attendance.all()] == [
        ("Ann Away", "present"),
        ("Olly Often", "also_present"),
    ]


def test_the_chair_stays_and_times_of_arrival_do_not():
    last = make_meeting()
    make_attendance(last, is_chair=True, arrived=datetime.time(10, 25))
    row = copy(last, DAY(2026, 12, 7)).attendance.get()
    assert row.is_chair
    assert row.arrived is None


def test_lists_of_the_copy_are_not_recorded_and_keep_their_headings():
    last = make_meeting()
    AttendanceList.objects.create(meeting=last, category="also_present", heading="In attendance", recorded="list")
    AttendanceList.objects.create(meeting=last, category="apologies", heading="Apologies", recorded="none")
    new = copy(last, DAY(2026, 12, 7))
    lists = {held.category: held for held in new.attendance_lists.all()}
    assert lists["also_present"].heading == "In attendance"
    assert {held.recorded for held in lists.values()} == {"not_recorded"}
    assert not new.attendance_is_taken


def test_copying_takes_two_clicks_from_the_list_and_leaves_a_trace(client, officer):
    last = make_meeting(date=DAY(2018, 1, 8), starts=datetime.time(10))
    make_attendance(last)
    page = client.get(reverse("meetings")).content.decode()
    address = reverse("meeting-copy", args=[last.pk])
    assert f'href="{address}"' in page
    form = client.get(address).context["form"]
    created = client.post(address, {name: form[name].value() or "" for name in form.fields})
    new = Meeting.objects.get(date=DAY(2018, 2, 5))
    assert created.headers["Location"] == reverse("meeting", args=[new.pk])
    assert Attendance.objects.filter(meeting=new).count() == 1
    assert lines_about(new)[0].act == "Meeting made from that of 8 January 2018"


def test_a_second_meeting_at_the_same_time_is_refused_with_a_message(client, officer):
    last = make_meeting(date=DAY(2018, 1, 8), starts=datetime.time(10))
    data = {"date": "8 January 2018", "starts": "10:00", "mode": "in_person"}
    answer = client.post(reverse("meeting-copy", args=[last.pk]), data)
    assert answer.status_code == 422
    assert "already has a meeting at that date and time" in answer.content.decode()
    assert Meeting.objects.count() == 1


def test_a_date_that_does_not_exist_is_refused_with_a_message(client, officer):
    last = make_meeting(date=DAY(2018, 1, 8))
    answer = client.post(reverse("meeting-copy", args=[last.pk]), {"date": "30 February 2018", "mode": "in_person"})
    assert answer.status_code == 422
    assert "February 2018 has 28 days" in answer.content.decode()
    assert Meeting.objects.count() == 1
