"""Attendance: everyone is present until somebody says otherwise; names and posts stay as they were that day."""

import datetime
import re

import pytest
from django.urls import reverse

from opcc_portal.audit.models import LastWork
from opcc_portal.audit.operations import lines_about
from scrutiny.meetings import attendance as acts
from scrutiny.meetings.models import Attendance, Meeting
from scrutiny.people.models import Person
from scrutiny.workflow.operations import NotPossible
from tests.factories import (
    make_appointment,
    make_attendance,
    make_entry,
    make_item,
    make_meeting,
    make_minutes,
    make_person,
    make_post,
    make_user,
)

pytestmark = pytest.mark.django_db

DAY = datetime.date(2018, 1, 8)


@pytest.fixture(autouse=True)
def the_day(monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", "2018-01-08")


@pytest.fixture
def officer(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def meeting():
    return make_meeting(date=DAY)


def address(meeting):
    return reverse("attendance", args=[meeting.pk])


def as_shown(client, meeting):
    """What the browser would send of the page as it is, nothing touched."""
    form = client.get(address(meeting)).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def send(client, meeting, **changes):
    changes = {re.sub(r"_(\d+)$", r"-\1", name).replace("__", "-"): value for name, value in changes.items()}
    return client.post(address(meeting), {**as_shown(client, meeting), **changes})


def states(meeting):
    return {held.category: held.recorded for held in meeting.attendance_lists.all()}


# --- the sheet -------------------------------------------------------------------------------------------------------


def test_everyone_is_present_until_somebody_says_otherwise(client, officer, meeting):
    for _ in range(3):
        make_attendance(meeting)
    page = client.get(address(meeting)).content.decode()
    assert page.count('value="present"') >= 3
    assert "3 of 3" in page
    send(client, meeting)
    meeting.refresh_from_db()
    assert meeting.attendance_is_taken
    assert states(meeting)["present"] == "list"
    assert lines_about(meeting)[0].act == "Attendance taken"
    assert LastWork.objects.get(user=officer).address == address(meeting)


def test_one_choice_marks_apologies_and_makes_them_a_list(client, officer, meeting):
    row = make_attendance(meeting, name="Ann Away")
    send(client, meeting, **{f"status_{row.pk}": "apologies"})
    row.refresh_from_db()
    assert row.category == "apologies"
    assert states(meeting)["apologies"] == "list"


def test_apologies_that_are_taken_back_leave_the_list_not_recorded_rather_than_none(client, officer, meeting):
    row = make_attendance(meeting)
    send(client, meeting, **{f"status_{row.pk}": "apologies"})
    send(client, meeting, **{f"status_{row.pk}": "present"})
    row.refresh_from_db()
    assert row.category == "present"
    assert states(meeting)["apologies"] == "not_recorded"


def test_none_is_recorded_only_when_somebody_says_so(client, officer, meeting):
    make_attendance(meeting)
    send(client, meeting)
    assert states(meeting)["apologies"] == "not_recorded"
    send(client, meeting, recorded__apologies="none")
    assert states(meeting)["apologies"] == "none"


def test_none_while_somebody_is_marked_as_away_is_refused(client, officer, meeting):
    row = make_attendance(meeting, name="Ann Away", category="apologies")
    acts.settle_lists(meeting)
    answer = send(client, meeting, recorded__apologies="none")
    assert answer.status_code == 422
    assert "Ann Away is marked as away" in answer.content.decode()
    assert states(meeting)["apologies"] == "list"
    row.refresh_from_db()
    assert row.category == "apologies"


def test_as_marked_above_with_nobody_marked_is_refused(client, officer, meeting):
    make_attendance(meeting)
    answer = send(client, meeting, recorded__apologies="list")
    assert answer.status_code == 422
    assert "Nobody is marked as away" in answer.content.decode()


def test_each_empty_list_can_be_not_recorded_or_none(client, officer, meeting):
    make_attendance(meeting)
    send(client, meeting, recorded__observers="none")
    assert states(meeting) == {
        "present": "list", "apologies": "not_recorded", "also_present": "not_recorded", "observers": "none",
    }  # fmt: skip


def test_headings_are_kept_as_printed(client, officer, meeting):
    make_attendance(meeting, category="also_present")
    send(client, meeting, heading__also_present="In attendance")
    assert "In attendance" in client.get(address(meeting)).content.decode()


def test_the_chair_is_one_choice(client, officer, meeting):
    first, second = make_attendance(meeting, is_chair=True), make_attendance(meeting)
    send(client, meeting, chair=str(second.pk))
    assert list(meeting.attendance.filter(is_chair=True)) == [second]
    send(client, meeting, chair="")
    assert not meeting.attendance.filter(is_chair=True).exists()
    assert first.pk


def test_whoever_is_away_is_not_in_the_chair(client, officer, meeting):
    row = make_attendance(meeting, is_chair=True)
    send(client, meeting, **{f"status_{row.pk}": "apologies"})
    row.refresh_from_db()
    assert not row.is_chair


def test_before_the_day_the_sheet_says_who_is_expected_and_is_not_taken(client, officer):
    meeting = make_meeting(date=datetime.date(2018, 2, 5))
    row = make_attendance(meeting, name="Ann Away")
    assert "Who is expected?" in client.get(address(meeting)).content.decode()
    send(client, meeting, **{f"status_{row.pk}": "apologies"})
    meeting.refresh_from_db()
    assert not meeting.attendance_is_taken
    assert states(meeting)["apologies"] == "list"
    assert lines_about(meeting)[0].act == "Attendance: Ann Away sends apologies"


def test_the_main_button_saves_and_goes_to_the_minutes(client, officer, meeting):
    row = make_attendance(meeting)
    answer = send(client, meeting, then="minutes", **{f"status_{row.pk}": "apologies"})
    assert answer.headers["Location"] == reverse("minutes-begin", args=[meeting.pk])
    assert meeting.attendance.get().category == "apologies"


def test_two_people_marking_different_rows_both_count(client, officer, meeting):
    first, second = make_attendance(meeting), make_attendance(meeting)
    mine, theirs = as_shown(client, meeting), as_shown(client, meeting)
    client.post(address(meeting), {**theirs, f"status-{first.pk}": "apologies"})
    client.post(address(meeting), {**mine, f"status-{second.pk}": "apologies"})
    assert meeting.attendance.filter(category="apologies").count() == 2


def test_two_people_marking_the_same_row_differently_are_told(client, officer, meeting):
    row = make_attendance(meeting, name="Ann Away", category="apologies")
    make_attendance(meeting, person=make_person("Sam Example", post="Adviser"), stands_in_for=row, regular=False)
    mine = as_shown(client, meeting)
    assert mine[f"was-status-{row.pk}"] == "substitute"
    client.post(address(meeting), {**mine, f"status-{row.pk}": "present"})
    answer = client.post(address(meeting), {**mine, f"status-{row.pk}": "apologies"})
    assert answer.status_code == 422
    assert "Ann Away: somebody else chose “Present” meanwhile, you “Apologies”" in answer.content.decode()
    row.refresh_from_db()
    assert row.category == "present"


def test_a_row_that_somebody_removed_meanwhile_is_no_crash(client, officer, meeting):
    row = make_attendance(meeting)
    data = as_shown(client, meeting)
    row.delete()
    assert client.post(address(meeting), {**data, f"status-{row.pk}": "apologies"}).status_code == 302


# --- substitutes -----------------------------------------------------------------------------------------------------


def test_a_substitute_is_apologies_and_somebody_else_present(client, officer, meeting):
    row = make_attendance(meeting, name="Russ Regular")
    make_person(
        "Sam Example",
        post=make_post("Assistant Chief Constable", abbreviation="ACC", rank="ACC"),
        qualifier="temporary",
    )
    send(client, meeting, **{f"status_{row.pk}": "substitute", f"substitute_{row.pk}": "sam example"})
    row.refresh_from_db()
    substitute = row.substitutes.get()
    assert row.category == "apologies"
    assert (substitute.category, substitute.post_in_words) == ("present", "Temporary Assistant Chief Constable (T/ACC)")
    assert not substitute.regular
    assert "0 of 1, 1 substitute" in client.get(address(meeting)).content.decode()


def test_a_substitute_is_found_by_what_the_list_offers(client, officer, meeting):
    row = make_attendance(meeting)
    make_person("Sam Example", post=make_post("Inspector", abbreviation="Insp"))
    twin = make_person("Sam Example", post=make_post("Adviser"))
    ambiguous = send(client, meeting, **{f"status_{row.pk}": "substitute", f"substitute_{row.pk}": "Sam Example"})
    assert ambiguous.status_code == 422
    assert "There is more than one Sam Example" in ambiguous.content.decode()
    send(client, meeting, **{f"status_{row.pk}": "substitute", f"substitute_{row.pk}": "Sam Example, Adviser"})
    assert row.substitutes.get().person == twin


def test_a_substitute_is_found_by_another_spelling(client, officer, meeting):
    row = make_attendance(meeting)
    person = make_person("Samuel Example", post="Adviser", aliases=["Sam Example"])
    send(client, meeting, **{f"status_{row.pk}": "substitute", f"substitute_{row.pk}": "Sam Example"})
    assert row.substitutes.get().person == person


def test_an_unknown_substitute_needs_a_post_before_anybody_is_added(client, officer, meeting):
    row = make_attendance(meeting)
    data = {f"status_{row.pk}": "substitute", f"substitute_{row.pk}": "Nora New"}
    answer = send(client, meeting, **data)
    assert answer.status_code == 422
    assert "Nobody called “Nora New” is known yet" in answer.content.decode()
    assert not Person.objects.exists()
    send(client, meeting, **data, **{f"post_{row.pk}": "Chief Inspector (CI)"})
    substitute = row.substitutes.get()
    assert substitute.person.name == "Nora New"
    assert (substitute.post, substitute.abbreviation) == ("Chief Inspector", "CI")


def test_a_substitute_without_a_name_is_refused(client, officer, meeting):
    row = make_attendance(meeting, name="Russ Regular")
    answer = send(client, meeting, **{f"status_{row.pk}": "substitute"})
    assert answer.status_code == 422
    assert "Enter who stands in for Russ Regular." in answer.content.decode()
    row.refresh_from_db()
    assert row.category == "present"


def test_nobody_on_the_sheet_can_be_a_substitute(client, officer, meeting):
    person = make_person("Sam Example", post="Adviser")
    row, _ = make_attendance(meeting), make_attendance(meeting, person)
    answer = send(client, meeting, **{f"status_{row.pk}": "substitute", f"substitute_{row.pk}": "Sam Example"})
    assert "Sam Example is already on this sheet." in answer.content.decode()


def test_the_substitute_goes_when_the_person_comes_after_all(client, officer, meeting):
    row = make_attendance(meeting, category="apologies")
    make_attendance(meeting, make_person(post="Adviser"), stands_in_for=row, regular=False)
    send(client, meeting, **{f"status_{row.pk}": "present"})
    assert list(meeting.attendance.all()) == [row]


def test_a_substitute_whom_the_minutes_name_stays_in_their_own_right(client, officer, meeting):
    row = make_attendance(meeting, category="apologies")
    substitute = make_attendance(meeting, make_person(post="Adviser"), stands_in_for=row, regular=False)
    make_item(meeting)
    make_entry(make_minutes(meeting).minuted_items.get(), speaker=substitute)
    send(client, meeting, **{f"status_{row.pk}": "present"})
    substitute.refresh_from_db()
    assert substitute.stands_in_for is None
    assert substitute.category == "present"


# --- frozen names ----------------------------------------------------------------------------------------------------


def test_a_later_promotion_changes_nothing_in_an_earlier_attendance(meeting):
    person = make_person("Robin Hale", post=make_post("Superintendent", abbreviation="Supt", rank="Supt"))
    row = make_attendance(meeting, person)
    person.appointments.update(ends=DAY + datetime.timedelta(days=30))
    make_appointment(
        person, make_post("Chief Constable", abbreviation="CC", rank="CC"), starts=DAY + datetime.timedelta(days=31)
    )
    person.name = "Robin Hale-Winter"
    person.save()
    row.refresh_from_db()
    assert (row.name, row.post_in_words, row.called) == ("Robin Hale", "Superintendent (Supt)", "Supt Hale")


def test_a_post_corrected_under_people_is_taken_over_only_by_hand(client, officer, meeting):
    person = make_person("Robin Hale", post="Adviser")
    row = make_attendance(meeting, person)
    person.appointments.all().delete()
    make_appointment(person, "Engagement Officer")
    edit = reverse("attendance-edit", args=[row.pk])
    assert "People now says something else" in client.get(edit).content.decode()
    row.refresh_from_db()
    assert row.post == "Adviser"
    client.post(edit, {"act": "renew"})
    row.refresh_from_db()
    assert row.post == "Engagement Officer"
    assert "People now says something else" not in client.get(edit).content.decode()


def test_moving_a_meeting_before_it_is_held_gives_posts_of_the_new_day(client, officer):
    meeting = make_meeting(date=datetime.date(2018, 2, 5))
    person = make_person(post="Adviser", ends=datetime.date(2018, 2, 28))
    make_appointment(person, "Chief Adviser", starts=datetime.date(2018, 3, 1))
    row = make_attendance(meeting, person)
    form = client.get(reverse("meeting-edit", args=[meeting.pk])).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    client.post(reverse("meeting-edit", args=[meeting.pk]), {**data, "date": "12 March 2018"})
    row.refresh_from_db()
    assert row.post == "Chief Adviser"


# --- one person ------------------------------------------------------------------------------------------------------


def person_as_shown(client, row):
    form = client.get(reverse("attendance-edit", args=[row.pk])).context["form"]
    return {name: form[name].value() or "" for name in form.fields if form[name].value()}


def test_arrival_and_part_attendance_show_on_the_sheet(client, officer, meeting):
    row = make_attendance(meeting, name="Warren Late")
    item = make_item(meeting, label="5")
    make_item(meeting)
    data = person_as_shown(client, row) | {"arrived": "10.25", "items": [item.pk]}
    assert client.post(reverse("attendance-edit", args=[row.pk]), data).status_code == 302
    page = client.get(address(meeting)).content.decode()
    assert "Arrived 10:25" in page
    assert "Item 5 only" in page


def test_nobody_leaves_before_arriving(client, officer, meeting):
    row = make_attendance(meeting)
    data = person_as_shown(client, row) | {"arrived": "11:00", "left": "10:00"}
    answer = client.post(reverse("attendance-edit", args=[row.pk]), data)
    assert answer.status_code == 422
    assert "must be after the time of arrival" in answer.content.decode()


def test_people_are_added_to_any_list_by_name(client, officer, meeting):
    make_person("Celia Guest", post="Engagement Officer")
    add = reverse("attendance-add", args=[meeting.pk])
    client.post(add, {"person": "celia guest", "category": "also_present"})
    client.post(add, {"person": "Nora New", "typed_post": "Coordinator", "category": "observers"})
    assert [(row.name, row.post, row.category) for row in meeting.attendance.all()] == [
        ("Celia Guest", "Engagement Officer", "also_present"),
        ("Nora New", "Coordinator", "observers"),
    ]
    assert states(meeting)["also_present"] == states(meeting)["observers"] == "list"


def test_a_slip_of_the_pen_adds_nobody(client, officer, meeting):
    make_person("Celia Guest", post="Engagement Officer")
    answer = client.post(reverse("attendance-add", args=[meeting.pk]), {"person": "Celia Gest", "category": "present"})
    assert answer.status_code == 422
    assert "Nobody called “Celia Gest” is known yet" in answer.content.decode()
    assert Person.objects.count() == 1


def test_nobody_stands_twice_in_one_list(client, officer, meeting):
    person = make_person("Celia Guest", post="Engagement Officer")
    make_attendance(meeting, person)
    answer = client.post(reverse("attendance-add", args=[meeting.pk]), {"person": "Celia Guest", "category": "present"})
    assert answer.status_code == 422
    assert "already in that list" in answer.content.decode()


def test_a_person_in_present_and_apologies_needs_a_reason_and_is_then_kept_in_both(client, officer, meeting):
    person = make_person("Celia Guest", post="Engagement Officer")
    make_attendance(meeting, person, category="apologies")
    add = reverse("attendance-add", args=[meeting.pk])
    data = {"person": "Celia Guest", "category": "present"}
    refused = client.post(add, data)
    assert refused.status_code == 422
    assert "already listed under apologies" in refused.content.decode()
    assert meeting.attendance.count() == 1
    client.post(add, {**data, "reason": "Joined for item 5 only"})
    assert sorted(meeting.attendance.values_list("category", flat=True)) == ["apologies", "present"]
    assert Meeting.objects.get(pk=meeting.pk).same_person_acknowledged == "Joined for item 5 only"
    assert "Joined for item 5 only" in client.get(address(meeting)).content.decode()


def test_changing_a_list_into_such_a_pair_needs_a_reason_too(client, officer, meeting):
    person = make_person("Celia Guest", post="Engagement Officer")
    make_attendance(meeting, person, category="also_present")
    row = make_attendance(meeting, person, category="observers")
    data = person_as_shown(client, row) | {"category": "apologies"}
    answer = client.post(reverse("attendance-edit", args=[row.pk]), data)
    assert answer.status_code == 422
    assert "already listed among those there" in answer.content.decode()


def test_a_person_whom_the_minutes_name_cannot_be_taken_off(client, officer, meeting):
    row = make_attendance(meeting)
    make_item(meeting)
    make_entry(make_minutes(meeting).minuted_items.get(), speaker=row)
    client.post(reverse("attendance-edit", args=[row.pk]), {"act": "remove"})
    assert Attendance.objects.filter(pk=row.pk).exists()
    with pytest.raises(NotPossible):
        acts.remove_person(row, by=officer)


def test_taking_the_last_person_off_a_list_leaves_it_not_recorded(client, officer, meeting):
    row = make_attendance(meeting, category="also_present")
    acts.settle_lists(meeting)
    client.post(reverse("attendance-edit", args=[row.pk]), {"act": "remove"})
    assert states(meeting)["also_present"] == "not_recorded"


def test_the_commissioner_does_not_change_the_attendance(client, meeting):
    client.force_login(make_user(role="commissioner"))
    assert client.get(address(meeting)).status_code == 403


@pytest.mark.parametrize("number", ["9" * 20, "²", "-1", "x"])
def test_an_item_that_cannot_be_is_refused_with_a_message(client, officer, number):
    row = make_attendance(make_item().meeting)
    data = person_as_shown(client, row) | {"items": number}
    answer = client.post(reverse("attendance-edit", args=[row.pk]), data)
    assert answer.status_code == 422
    assert answer.context["form"].errors["items"]


def test_a_forged_note_of_what_was_seen_counts_for_nothing(client, officer):
    row = make_attendance(make_item().meeting)
    data = person_as_shown(client, row) | {"seen": "[" * 100_000, "post": "Chief Adviser"}
    assert client.post(reverse("attendance-edit", args=[row.pk]), data).status_code == 302
    row.refresh_from_db()
    assert row.post == "Chief Adviser"
