"""The save address of the live editor: one entry a request, and every answer says what became of the words."""

import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from scrutiny.minutes import operations
from scrutiny.minutes.models import MinutedItem, MinuteEntry
from scrutiny.workflow.models import Revision, State
from tests.factories import make_attendance, make_entry, make_meeting, make_minuted_item, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    user = make_user(roles=[Role.GOVERNANCE])
    client.force_login(user)
    return user


@pytest.fixture
def item(officer):
    return make_minuted_item()


def body(item, user, uid=None, **more):
    sent = {
        "writer": user.pk,
        "uid": str(uid or uuid.uuid4()),
        "base_version": 0,
        "save_id": str(uuid.uuid4()),
        "kind": "statement",
        "speaker": None,
        "second_speaker": None,
        "text": "Somebody said something.",
        "rough": False,
        "assurance": "",
        "question_status": "",
        "deleted": False,
        "after": None,
        "settled": True,
    }
    return {**sent, **more}


def send(client, item, sent):
    return client.post(
        reverse("entry-save", args=[item.pk]),
        json.dumps(sent) if isinstance(sent, dict) else sent,
        content_type="application/json",
        headers={"Accept": "application/json"},
    )


def of(entry, **more):
    """A save of an entry as its writer read it."""
    values = {name: getattr(entry, name) for name in ("kind", "text", "rough", "assurance", "question_status")}
    return {
        **values,
        "uid": str(entry.uid),
        "base_version": entry.version,
        "speaker": entry.speaker_id,
        "second_speaker": entry.second_speaker_id,
        **more,
    }


def test_a_new_entry_is_saved_under_the_uid_that_the_browser_gave_it(client, officer, item):
    uid = uuid.uuid4()
    answer = send(client, item, body(item, officer, uid, kind="question", text="What became of it?"))
    assert answer.status_code == 200
    entry = item.entries.get()
    assert (entry.uid, entry.kind, entry.text, entry.version) == (uid, "question", "What became of it?", 1)
    assert answer.json()["entry"]["version"] == 1
    assert answer.json()["order_version"] == 2


def test_a_new_entry_goes_below_the_one_it_was_written_below(client, officer, item):
    first = make_entry(item, text="First.")
    make_entry(item, text="Last.")
    send(client, item, body(item, officer, after=str(first.uid), text="Between."))
    assert list(item.entries.values_list("text", flat=True)) == ["First.", "Between.", "Last."]


def test_a_new_entry_below_one_that_nobody_knows_goes_to_the_end(client, officer, item):
    make_entry(item, text="First.")
    send(client, item, body(item, officer, after=str(uuid.uuid4()), text="At the end."))
    assert list(item.entries.values_list("text", flat=True)) == ["First.", "At the end."]


def test_the_same_save_sent_five_times_counts_once(client, officer, item):
    sent = body(item, officer)
    answers = [send(client, item, sent) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert [answer.json()["replayed"] for answer in answers] == [False, True, True, True, True]
    assert item.entries.count() == 1
    assert Revision.objects.filter(piece=sent["uid"]).count() == 1


def test_a_change_is_saved_on_the_version_it_builds_on(client, officer, item):
    entry = make_entry(item, text="127 crimes")
    answer = send(client, item, body(item, officer, **of(entry, text="176 crimes")))
    assert answer.json()["entry"]["version"] == 2
    entry.refresh_from_db()
    assert entry.text == "176 crimes"


def test_a_change_of_what_somebody_else_changed_answers_with_both_wordings(client, officer, item):
    entry = make_entry(item, text="127 crimes")
    other = make_user(name="Sam Example")
    operations.change_entry(
        entry, base_version=1, save_id=uuid.uuid4(), changes={"text": "176 <b>crimes</b>"}, by=other
    )
    answer = send(client, item, body(item, officer, **of(entry, text="181 crimes")))
    assert answer.status_code == 409
    assert answer.json()["error"] == "conflict"
    assert answer.json()["theirs"]["text"] == "176 <b>crimes</b>"
    assert answer.json()["theirs"]["version"] == 2
    panel = answer.json()["panel"]
    assert "Sam Example changed this entry" in panel
    assert "<ins>181</ins>" in panel
    assert "&lt;b&gt;" in panel and "<b>" not in panel
    entry.refresh_from_db()
    assert entry.text == "176 <b>crimes</b>"


def test_two_tabs_of_one_person_meet_as_a_conflict_too(client, officer, item):
    entry = make_entry(item, text="One.")
    assert send(client, item, body(item, officer, **of(entry, text="From one tab."))).status_code == 200
    answer = send(client, item, body(item, officer, **of(entry, text="From the other.")))
    assert answer.status_code == 409
    assert "You changed this entry somewhere else" in answer.json()["panel"]


def test_a_page_kept_open_for_a_week_meets_what_was_written_meanwhile(client, officer, item):
    entry = make_entry(item, text="Old.")
    stale = body(item, officer, **of(entry, text="Typed on the old page."))
    for version, text in enumerate(["Newer.", "Newest."], 1):
        operations.change_entry(
            entry, base_version=version, save_id=uuid.uuid4(), changes={"text": text}, by=make_user()
        )
    assert send(client, item, stale).status_code == 409


def test_deleting_what_somebody_else_changed_is_a_conflict(client, officer, item):
    entry = make_entry(item, text="Old.")
    operations.change_entry(entry, base_version=1, save_id=uuid.uuid4(), changes={"text": "New."}, by=make_user())
    answer = send(client, item, body(item, officer, **of(entry, deleted=True)))
    assert answer.status_code == 409


def test_an_entry_that_was_deleted_keeps_its_words_and_comes_back(client, officer, item):
    entry = make_entry(item, text="Kept.")
    assert send(client, item, body(item, officer, **of(entry, deleted=True))).json()["entry"]["deleted"]
    answer = send(client, item, body(item, officer, **of(entry, base_version=2)))
    assert answer.json()["entry"]["version"] == 3
    assert not answer.json()["entry"]["deleted"]


def test_somebody_who_is_signed_out_is_told_so_and_nothing_is_written(client, officer, item):
    sent = body(item, officer)
    client.logout()
    answer = send(client, item, sent)
    assert answer.status_code == 401
    assert answer.json()["error"] == "signed_out"
    assert item.entries.count() == 0


def test_words_of_one_person_are_not_saved_in_the_name_of_another(client, officer, item):
    sent = body(item, officer)
    client.force_login(make_user(name="Kit Example", roles=[Role.GOVERNANCE]))
    answer = send(client, item, sent)
    assert answer.status_code == 403
    assert answer.json()["error"] == "somebody_else"
    assert item.entries.count() == 0


def test_closed_minutes_take_no_words_and_say_why(client, officer, item):
    item.minutes.state = State.SIGNED
    item.minutes.save()
    answer = send(client, item, body(item, officer))
    assert answer.status_code == 410
    assert "approved and closed" in answer.json()["message"]


def test_an_entry_that_is_too_long_is_refused_with_what_to_do(client, officer, item):
    answer = send(client, item, body(item, officer, text="x" * (MinuteEntry.TEXT_LIMIT + 1)))
    assert answer.status_code == 422
    assert "Split it" in answer.json()["message"]


def test_a_paste_of_thirteen_megabytes_is_refused_and_not_broken(client, officer, item):
    answer = send(client, item, body(item, officer, text="x" * 13_000_000))
    assert answer.status_code == 413
    assert answer.json()["error"] == "too_large"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b\x07c", "abc"),
        ("line\r\nnext\rlast", "line\nnext\nlast"),
        ("👮🏽 said مرحبا", "👮🏽 said مرحبا"),
        ("\ud800 half a character", "half a character"),
    ],
)
def test_odd_characters_are_kept_or_dropped_and_never_break_a_save(client, officer, item, typed, kept):
    answer = send(client, item, body(item, officer, text=typed))
    assert answer.status_code == 200
    assert item.entries.get().text == kept


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"writer": 1}',
        "[" * 100_000,
        {"kind": "shout"},
        {"text": 5},
        {"uid": "me"},
        {"save_id": None},
        {"base_version": -1},
        {"base_version": True},
        {"base_version": 10**30},
        {"speaker": "'; drop table"},
        {"speaker": 2**70},
        {"after": "x"},
    ],
)
def test_what_is_no_save_is_refused_in_words(client, officer, item, sent):
    answer = send(client, item, body(item, officer, **sent) if isinstance(sent, dict) else sent)
    assert answer.status_code == 400
    assert answer.json()["error"] == "not_understood"


def test_a_speaker_of_another_meeting_is_refused(client, officer, item):
    stranger = make_attendance(make_meeting())
    answer = send(client, item, body(item, officer, speaker=stranger.pk))
    assert answer.status_code == 410
    assert "not in the attendance" in answer.json()["message"]
    assert item.entries.count() == 0


def test_an_entry_of_another_item_is_not_changed_from_here(client, officer, item):
    elsewhere = make_entry(make_minuted_item(), text="Elsewhere.")
    send(client, item, body(item, officer, **of(elsewhere, text="Changed.")))
    elsewhere.refresh_from_db()
    assert elsewhere.text == "Elsewhere."


def test_answers_belong_to_the_question_above_them_wherever_they_are_moved(client, officer, item):
    first = make_entry(item, kind="question", text="First?")
    answer = make_entry(item, kind="answer", text="Yes.")
    second = make_entry(item, kind="question", text="Second?")
    late = make_entry(item, kind="answer", text="No.")
    for entry in (answer, late):
        entry.refresh_from_db()
    assert (answer.answers, late.answers) == (first, second)
    held = MinutedItem.objects.get(pk=item.pk)
    operations.move_entry(answer, up=False, order_version=held.order_version, by=officer)
    answer.refresh_from_db()
    assert answer.answers == second
    send(client, item, body(item, officer, after=str(first.uid), kind="answer", text="A first answer."))
    assert item.entries.get(text="A first answer.").answers == first
    send(client, item, body(item, officer, **of(second, deleted=True)))
    late.refresh_from_db()
    assert late.answers == first


def test_a_change_takes_at_most_eight_queries_in_a_meeting_of_twelve_items(client, officer, item):
    people = [make_attendance(item.minutes.meeting) for _ in range(3)]
    entries = [make_entry(item, text=f"Entry {number}.", speaker=people[number % 3]) for number in range(35)]
    with CaptureQueriesContext(connection) as changing:
        send(client, item, body(item, officer, **of(entries[20], text="Changed.")))
    with CaptureQueriesContext(connection) as adding:
        send(client, item, body(item, officer, kind="answer", text="New.", speaker=people[0].pk))
    for queries in (changing, adding):
        real = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
        assert len(real) <= 8, real
