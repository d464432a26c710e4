"""What approved minutes print of their meeting is closed with them: who was there, and what the items were called."""

import datetime

import pytest
from django.urls import reverse

from scrutiny.meetings import agenda, record
from scrutiny.meetings import attendance as acts
from scrutiny.minutes.models import Minutes
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import NotPossible
from tests.factories import (
    make_attendance,
    make_entry,
    make_item,
    make_meeting,
    make_minutes,
    make_office,
    make_person,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(client):
    """A meeting with two items and one person, whose minutes are approved."""
    make_office()
    client.force_login(make_user())
    meeting = make_meeting(date=datetime.date(2024, 1, 8))
    make_item(meeting, label="1", title="Welcome")
    make_item(meeting, label="2", title="Road safety")
    make_attendance(meeting, make_person("Robin Reed"))
    Minutes.objects.filter(pk=make_minutes(meeting).pk).update(state=State.SIGNED)
    return meeting


def printed(meeting):
    """What minutes print of the meeting."""
    meeting.refresh_from_db()
    people = list(meeting.attendance.values_list("name", "category", "arrived", "is_chair", "post"))
    return meeting.date, meeting.name, list(meeting.items.values_list("label", "title", "position")), people


def form_of(answer):
    """The fields of the page's form as a browser would send them."""
    form = answer.context["form"]
    return {field.html_name: field.value() for field in form if field.value() not in (None, False)}


def test_the_attendance_stays_as_it_was_approved(client, meeting):
    before, person = printed(meeting), meeting.attendance.get()
    sheet = reverse("attendance", args=[meeting.pk])
    answer = client.post(sheet, {**form_of(client.get(sheet)), f"status-{person.pk}": "apologies"})
    assert answer.status_code == 422 and record.CLOSED in answer.content.decode()
    known = make_person("Una New")
    answer = client.post(reverse("attendance-add", args=[meeting.pk]), {"person": known.name, "category": "present"})
    assert answer.status_code == 422 and record.CLOSED in answer.content.decode()
    edit = reverse("attendance-edit", args=[person.pk])
    answer = client.post(edit, {**form_of(client.get(edit)), "arrived": "10:15"})
    assert answer.status_code == 422 and record.CLOSED in answer.content.decode()
    for act in ("remove", "renew"):
        client.post(edit, {"act": act})
    minuted = meeting.minutes.minuted_items.first()
    client.post(reverse("speaker-clock", args=[minuted.pk, person.pk]), {"what": "came"})
    assert printed(meeting) == before


def test_the_pages_say_so_and_offer_nothing(client, meeting):
    for name in ("attendance", "agenda"):
        page = client.get(reverse(name, args=[meeting.pk])).content.decode()
        assert "The minutes of this meeting are approved." in page
        assert "Save</button>" not in page and "Add</button>" not in page and "Delete<span" not in page


def test_the_agenda_stays_as_it_was_approved(client, meeting):
    before, (first, second) = printed(meeting), meeting.items.all()
    answer = client.post(reverse("agenda", args=[meeting.pk]), {"title": "Late item", "label": "3", "part": "public"})
    assert answer.status_code == 422 and record.CLOSED in answer.content.decode()
    client.post(reverse("item-move", args=[second.pk]), {"move": "up"})
    client.post(reverse("item-delete", args=[first.pk]), {"confirmed": "yes"})
    client.post(reverse("agenda-number", args=[meeting.pk]))
    edit = reverse("item-edit", args=[first.pk])
    answer = client.post(edit, {**form_of(client.get(edit)), "title": "Another title"})
    assert answer.status_code == 422 and record.CLOSED in answer.content.decode()
    assert printed(meeting) == before


def test_what_minutes_do_not_print_of_an_item_may_still_change(client, meeting):
    item = meeting.items.first()
    edit = reverse("item-edit", args=[item.pk])
    assert client.post(edit, {**form_of(client.get(edit)), "lead": "The clerk"}).status_code == 302
    item.refresh_from_db()
    assert item.lead == "The clerk"


def test_the_day_and_name_of_the_meeting_stay(client, meeting):
    edit = reverse("meeting-edit", args=[meeting.pk])
    answer = client.post(edit, {**form_of(client.get(edit)), "name": "Another name"})
    assert answer.status_code == 422 and record.CLOSED in answer.content.decode()


def test_open_minutes_hold_nobody_up(meeting):
    Minutes.objects.update(state=State.IN_REVIEW)
    acts.remove_person(meeting.attendance.get(), by=make_user())
    agenda.move_item(meeting.items.last(), up=True, by=make_user())
    assert [item.title for item in meeting.items.all()] == ["Road safety", "Welcome"]


def test_somebody_whose_correction_was_confirmed_stays_on_the_sheet(client, meeting):
    Minutes.objects.update(state=State.DRAFT)
    said, other = make_attendance(meeting), make_attendance(meeting)
    entry = make_entry(meeting.minutes.minuted_items.first(), kind="correction", speaker=said)
    type(entry.correction).objects.update(said_by=said)
    type(entry).objects.update(speaker=other)
    with pytest.raises(NotPossible, match="The minutes name"):
        acts.remove_person(said, by=make_user())
