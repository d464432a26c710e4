"""What stands against approving minutes, and what is to be looked at: each flag, and the page that shows them."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from opcc_portal.accounts.capabilities import Role
from scrutiny.meetings.models import Meeting
from scrutiny.minutes import proof
from scrutiny.minutes.models import Correction, MinutedItem, MinuteEntry, Minutes
from scrutiny.minutes.operations import add_entry
from scrutiny.register.models import ActionOwner
from scrutiny.workflow.operations import name_checker
from tests.factories import make_attendance, make_entry, make_item, make_meeting, make_minutes, make_person, make_user
from tests.minutes.kinds import give_action, give_correction

pytestmark = pytest.mark.django_db
NOON = datetime.time(12)


def messages_of(minutes):
    return [flag.message for flag in proof.flags_of(Minutes.objects.get(pk=minutes.pk))]


def errors_of(minutes):
    return [flag.message for flag in proof.errors_of(Minutes.objects.get(pk=minutes.pk))]


@pytest.fixture
def meeting():
    return make_meeting(attendance_taken_at=timezone.now())


@pytest.fixture
def minutes(meeting):
    make_item(meeting)
    return make_minutes(meeting)


@pytest.fixture
def place(minutes):
    return minutes.minuted_items.get()


def test_tidy_minutes_have_no_flag(place, minutes):
    make_entry(place, text="The meeting opened.")
    assert messages_of(minutes) == []


def test_an_action_without_owner_and_day_blocks_approval(place, minutes):
    entry = make_entry(place, kind="action", text="Share the chapter.")
    give_action(entry)
    assert errors_of(minutes) == ["The action has no owner and no due date."]
    give_action(entry, owners=["ACC Late"])
    assert errors_of(minutes) == ["The action has no due date."]
    give_action(entry, owners=["ACC Late"], due=minutes.meeting.date + datetime.timedelta(days=900))
    assert errors_of(minutes) == []


def test_an_action_that_became_a_comment_is_no_longer_asked_for_its_owner(place, minutes):
    entry = make_entry(place, kind="action", text="Share the chapter.")
    give_action(entry)
    MinuteEntry.objects.filter(pk=entry.pk).update(kind="comment")
    assert messages_of(minutes) == []


def test_an_action_due_before_the_meeting_is_a_warning(place, minutes, meeting):
    entry = make_entry(place, kind="action", text="Share the chapter.")
    give_action(entry, owners=["ACC Late"], due=meeting.date - datetime.timedelta(days=1))
    assert errors_of(minutes) == []
    assert "before the meeting" in messages_of(minutes)[0]


def test_an_action_whose_day_has_passed_is_a_warning(place, minutes, meeting, monkeypatch):
    entry = make_entry(place, kind="action", text="Share the chapter.")
    give_action(entry, owners=["ACC Late"], due=meeting.date + datetime.timedelta(days=1))
    monkeypatch.setenv("OPCC_TODAY", (meeting.date + datetime.timedelta(days=30)).isoformat())
    assert "that day has passed" in messages_of(minutes)[0]


def test_an_owner_who_sent_apologies_is_a_warning(place, minutes, meeting):
    person = make_person("Bo Away")
    make_attendance(meeting, person, category="apologies")
    entry = make_entry(place, kind="action", text="Share the chapter.")
    action = give_action(entry, due=meeting.date + datetime.timedelta(days=900))
    ActionOwner.objects.create(action=action, person=person, name="ACC Away")
    assert messages_of(minutes) == ["ACC Away is to do this and sent apologies: have they been told?"]
    assert errors_of(minutes) == []


def test_a_rough_entry_is_a_warning(place, minutes):
    entry = make_entry(place)
    MinuteEntry.objects.filter(pk=entry.pk).update(rough=True)
    assert messages_of(minutes) == ["Marked rough, to be tidied."]
    assert errors_of(minutes) == []


def test_a_speaker_who_sent_apologies_is_a_warning(place, minutes, meeting):
    make_entry(place, speaker=make_attendance(meeting, called="CC Moor", category="apologies"))
    assert messages_of(minutes) == ["CC Moor sent apologies."]


@pytest.mark.parametrize(
    ("fields", "flagged"),
    [
        ({"left": datetime.time(11, 30)}, True),
        ({"left": datetime.time(12, 30)}, False),
        ({"arrived": datetime.time(12, 5)}, False),  # while the item was under way
        ({"arrived": datetime.time(12, 40)}, True),
        ({"arrived": datetime.time(11)}, False),
    ],
)
def test_a_speaker_who_was_not_in_the_room_is_a_warning(place, minutes, meeting, fields, flagged):
    MinutedItem.objects.filter(pk=place.pk).update(started=NOON, ended=datetime.time(12, 20))
    make_entry(place, speaker=make_attendance(meeting, called="CC Moor", **fields))
    assert bool(messages_of(minutes)) == flagged


def test_where_no_times_are_known_nobody_is_accused(place, minutes, meeting):
    make_entry(place, speaker=make_attendance(meeting, left=datetime.time(9)))
    assert messages_of(minutes) == []


def test_a_correction_that_is_not_settled_is_a_warning(place, minutes):
    entry = make_entry(place, kind="correction", text="It is 176.")
    give_correction(entry, measure="Recorded crimes", new_value="", period="", status=Correction.Status.PROPOSED)
    assert messages_of(minutes) == [
        "The correction has no new value and no period.",
        "Nobody has confirmed the correction yet.",
    ]
    confirmed = {"status": Correction.Status.CONFIRMED, "confirmed_at": timezone.now()}
    give_correction(entry, new_value="176", period="January", **confirmed)
    assert messages_of(minutes) == []


def test_a_question_without_an_answer_is_a_warning_until_somebody_says_what_became_of_it(place, minutes):
    entry = make_entry(place, kind="question", text="Why?")
    make_entry(place, kind="comment", text="Indeed.")
    assert messages_of(minutes) == ["No answer stands below the question."]
    MinuteEntry.objects.filter(pk=entry.pk).update(question_status="not_answered")
    assert messages_of(minutes) == []


def test_a_question_with_an_answer_below_it_is_not_flagged(place, minutes):
    make_entry(place, kind="question", text="Why?")
    make_entry(place, kind="answer", text="Because.")
    assert messages_of(minutes) == []


def test_an_entry_without_words_blocks_approval(place, minutes):
    make_entry(place, text="")
    assert errors_of(minutes) == ["The entry holds no words: write them, or delete it."]


def test_an_item_without_an_entry_is_a_warning_unless_it_was_deferred(minutes, meeting):
    assert messages_of(minutes) == ["Nothing is written here yet."]
    meeting.items.update(outcome="deferred")
    assert messages_of(minutes) == []


def test_attendance_that_was_not_taken_is_a_warning(place, minutes, meeting):
    make_entry(place)
    Meeting.objects.filter(pk=meeting.pk).update(attendance_taken_at=None)
    assert messages_of(minutes) == ["Nobody has said yet who was there."]


def test_doubled_and_skipped_labels_are_warnings():
    meeting = make_meeting(attendance_taken_at=timezone.now())
    for label in ("4", "5", "5A", "7"):
        make_item(meeting, label=label, outcome="withdrawn")
    make_item(meeting, label="7", label_as_printed=True, outcome="withdrawn")
    assert messages_of(make_minutes(meeting)) == [
        "The agenda goes from 5 to 7: is an item missing?",
        "The label 7 stands twice on the agenda.",
    ]


@pytest.mark.parametrize("left", ["@ACC", "/a"])
def test_what_an_editor_key_left_behind_is_a_warning(place, minutes, left):
    make_entry(place, text=f"{left} share the chapter")
    assert messages_of(minutes) == [f"“{left}” was left in the text."]


def test_an_address_is_not_taken_for_a_left_over(place, minutes):
    make_entry(place, text="Write to pcc@example.org or [us](https://example.org/a/@home) and/or call.")
    assert messages_of(minutes) == []


def test_the_proof_shows_each_flag_and_leads_to_the_place_where_it_is_mended(client, place, minutes):
    entry = make_entry(place, text="")
    client.force_login(make_user())
    page = client.get(reverse("minutes-check", args=[minutes.pk])).content.decode()
    assert "Check: 1 thing to fix" in page
    assert f'href="{reverse("minuted-item", args=[place.pk])}#entry-{entry.pk}"' in page
    assert "Send for check" in page


def test_somebody_who_cannot_mend_is_led_to_the_entry_on_the_page(client, place, minutes):
    entry = make_entry(place, text="")
    client.force_login(make_user(Role.COMMISSIONER))
    page = client.get(reverse("minutes-check", args=[minutes.pk])).content.decode()
    assert f'href="#entry-{entry.pk}"' in page
    assert reverse("minuted-item", args=[place.pk]) not in page
    assert "Send for check" not in page


@pytest.mark.parametrize("name", ["minutes", "minutes-check", "minutes-approve", "minutes-changes"])
@pytest.mark.parametrize("role", [Role.GOVERNANCE, Role.COMMISSIONER, Role.FORCE])
def test_pages_of_full_minutes_stay_within_the_budget(client, name, role, django_assert_max_num_queries):
    meeting = make_meeting(attendance_taken_at=timezone.now())
    people = [make_attendance(meeting, called=f"Person {number}") for number in range(6)]
    items = [make_item(meeting) for _ in range(12)]
    minutes, writer, user = make_minutes(meeting), make_user(), make_user(role)
    places = {place.item_id: place for place in minutes.minuted_items.all()}
    rows = [
        MinuteEntry(
            minuted_item=places[item.pk],
            position=number,
            kind=["statement", "question", "answer", "correction"][number % 4],
            speaker=people[number % 6],
            text="Somebody said something of this length.",
            changed_by=writer,
        )
        for item in items
        for number in range(1, 35)
    ]
    MinuteEntry.objects.bulk_create(rows)
    for item in items:
        entry = add_entry(places[item.pk], save_id=uuid.uuid4(), by=writer, kind="action", text="Do it.").piece
        give_action(MinuteEntry.objects.get(pk=entry.pk), owners=["Person 1"], due=meeting.date)
    name_checker(minutes, user=user, by=writer)
    client.force_login(make_user())
    client.post(reverse("minutes-send", args=[minutes.pk]))
    client.force_login(user)
    if name == "minutes-approve" and role != Role.COMMISSIONER:
        assert client.get(reverse(name, args=[minutes.pk])).status_code == 403
        return
    client.get(reverse("help"))  # the session is there
    with django_assert_max_num_queries(12):
        assert client.get(reverse(name, args=[minutes.pk])).status_code == 200
