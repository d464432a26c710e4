"""Two people at one set of minutes at the same moment, in connections of their own: one is told, nobody is lost.

Whatever order the two acts land in, each ends as done or refused in words; a database that finds its locks crossed, a
record that vanished or a constraint that broke is a failure.
"""

import datetime
import threading
import uuid

import pytest
from django.db import connection

from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from scrutiny.meetings import agenda
from scrutiny.meetings import attendance as acts
from scrutiny.minutes import approval, correcting, operations, public_questions, versions
from scrutiny.minutes.models import Amendment, Correction, MinuteEntry, Minutes, PublicQuestion
from scrutiny.register import actions, decisions
from scrutiny.register.models import Action
from scrutiny.workflow.models import Checker
from scrutiny.workflow.operations import NotPossible, name_checker
from scrutiny.workflow.saving import Conflict
from tests.factories import (
    make_action,
    make_attendance,
    make_decision,
    make_entry,
    make_item,
    make_meeting,
    make_minutes,
    make_public_question,
    make_report,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)
IN_WORDS = (NotPossible, Conflict, actions.Stale, decisions.ChangedMeanwhile, public_questions.ChangedMeanwhile)
ROUNDS = 4
WEEK_AGO = today() - datetime.timedelta(days=7)
KINDS = ["correction", "action", "decision", "question"]


def at_once(*acts):
    """Run the acts in threads that start together. Returns what each one raised in words, None where it was done."""
    start, ends = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        try:
            start.wait()
            act()
        except Exception as problem:
            ends[number] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert [end for end in ends if end and not isinstance(end, IN_WORDS)] == []
    return ends


@pytest.fixture
def officer():
    return make_user()


@pytest.fixture
def commissioner():
    return make_user(Role.COMMISSIONER)


@pytest.fixture
def place(officer):
    return a_place(officer)


def a_place(officer):
    """An item of minutes with one entry, in a meeting of its own."""
    minutes = make_minutes(make_item(label="5").meeting, minute_taker=officer)
    make_entry(minutes.minuted_items.get(), text="The figure is 127.", by=officer)
    return minutes.minuted_items.get()


def writes(place, kind, by, **more):
    return lambda: operations.add_entry(place, save_id=uuid.uuid4(), by=by, kind=kind, text="Share it @All", **more)


def seen(minutes):
    return versions.content_hash(versions.content_of(Minutes.objects.get(pk=minutes.pk)))


@pytest.mark.parametrize("kind", KINDS)
def test_approving_and_writing(officer, commissioner, kind):
    for _ in range(ROUNDS):
        place = a_place(officer)
        minutes = approval.send(place.minutes, by=officer)
        read = seen(minutes)
        at_once(
            lambda minutes=minutes, read=read: approval.approve(minutes, seen=read, by=commissioner),
            writes(place, kind, officer),
            writes(place, kind, officer),
        )
        minutes.refresh_from_db()
        kept = minutes.snapshots.filter(version="1.0").first()
        assert (kept is not None) == (not minutes.is_open)
        assert kept is None or versions.content_hash(kept.content) == read == seen(minutes)


@pytest.mark.parametrize("kind", KINDS)
def test_deleting_minutes_and_writing_in_them(officer, kind):
    for _ in range(ROUNDS):
        place = a_place(officer)
        ends = at_once(
            lambda place=place: operations.delete_minutes(place.minutes, by=officer),
            writes(place, kind, officer),
            writes(place, kind, officer),
        )
        assert ends[0] is None and not Minutes.objects.filter(pk=place.minutes_id).exists()
        assert not Action.objects.open().exists()


def test_deleting_minutes_and_confirming_what_they_correct(officer):
    for _ in range(ROUNDS):
        place = a_place(officer)
        record = make_entry(place, kind="correction", by=officer).correction
        report = make_report(place.minutes.meeting)
        words = {"measure": "Crimes", "new_value": "176", "period": "2018", "report": report}
        Correction.objects.filter(pk=record.pk).update(**words)
        ends = at_once(
            lambda place=place: operations.delete_minutes(place.minutes, by=officer),
            lambda record=record: correcting.confirm(record, seen=record.version, by=officer),
        )
        assert (ends[0] is None) != (ends[1] is None)
        assert Correction.objects.filter(pk=record.pk).exists() == (ends[1] is None)


def test_deleting_minutes_and_using_a_question_from_the_public_in_them(officer):
    for _ in range(ROUNDS):
        place = a_place(officer)
        question = make_public_question(place.minutes.meeting.series, meeting=place.minutes.meeting)
        old = make_public_question(place.minutes.meeting.series, entry=place.entries.get())
        use = {"item": place.item, "with_entry": True, "seen_version": 1, "by": officer}
        at_once(
            lambda place=place: operations.delete_minutes(place.minutes, by=officer),
            lambda old=old, use=use: public_questions.use(old, **use),
            lambda question=question, use=use: public_questions.use(question, **use),
        )
        for each in PublicQuestion.objects.exclude(entry=None):
            assert MinuteEntry.objects.filter(pk=each.entry_id).exists()


def test_deleting_an_item_and_writing_in_it(officer):
    for _ in range(ROUNDS):
        place = make_minutes(make_item().meeting).minuted_items.get()
        ends = at_once(
            lambda place=place: agenda.delete_item(place.item, by=officer),
            *(writes(place, kind, officer) for kind in KINDS),
        )
        written = MinuteEntry.objects.filter(minuted_item=place.pk).count()
        assert written == sum(end is None for end in ends[1:])


def test_taking_somebody_off_the_sheet_and_naming_them(officer, place):
    for _ in range(ROUNDS):
        person = make_attendance(place.minutes.meeting)
        key = person.pk
        ends = at_once(
            lambda person=person: acts.remove_person(person, by=officer),
            writes(place, "correction", officer, speaker=key),
            writes(place, "action", officer, speaker=key),
        )
        named = MinuteEntry.objects.filter(speaker=key).count()
        assert named == sum(end is None for end in ends[1:])
        assert (ends[0] is None) == (named == 0)


def test_coming_late_and_writing_and_approving(officer, commissioner):
    place = a_place(officer)
    person = make_attendance(place.minutes.meeting)
    minutes = approval.send(place.minutes, by=officer)
    for _ in range(ROUNDS):
        read = seen(minutes)
        at_once(
            writes(place, "correction", officer, speaker=person),
            lambda: acts.come_or_go(person, came=True, at=datetime.time(10, 30), by=officer),
            lambda read=read: approval.approve(minutes, seen=read, by=commissioner),
        )


def test_two_people_amending_one_entry(officer, place):
    other, later = make_user(), make_meeting(place.minutes.meeting.series)
    approval.send(place.minutes, by=officer)
    entry = place.entries.get()
    ends = at_once(
        lambda: approval.amend(entry, meeting=later, after="It is 176.", note="", by=officer),
        lambda: approval.amend(entry, meeting=later, after="It is 167.", note="", by=other),
    )
    assert sorted(type(end).__name__ for end in ends) == ["AmendedMeanwhile", "NoneType"]
    assert Amendment.objects.count() == 1


def test_amending_while_the_meeting_approves(officer, place):
    type(place.minutes.meeting).objects.update(date=WEEK_AGO - datetime.timedelta(days=7))
    place = type(place).objects.select_related("minutes__meeting__series").get(pk=place.pk)
    later = make_meeting(place.minutes.meeting.series, date=WEEK_AGO)
    minutes = approval.send(place.minutes, by=officer)
    entry, read = place.entries.get(), seen(minutes)
    ends = at_once(
        lambda: approval.amend(entry, meeting=later, after="It is 176.", note="", by=officer),
        lambda: approval.approve_at_meeting(
            minutes, meeting=later, seen=read, change_note="Words.", write_down=False, by=officer, asked=""
        ),
    )
    entry.refresh_from_db()
    assert entry.text == "The figure is 127."
    assert sum(end is None for end in ends) == 1


def test_a_verdict_while_the_minutes_are_sent_again(officer, place):
    force = make_user(Role.FORCE)
    minutes = approval.send(place.minutes, by=officer)
    name_checker(minutes, user=force, by=officer)
    for number in range(ROUNDS):
        sent = versions.last_sent(minutes).pk
        make_entry(place, text=f"Said later, {number}.", by=officer)
        ends = at_once(
            lambda: approval.send(minutes, by=officer),
            lambda sent=sent: approval.say_verdict(minutes, verdict="agreed", text="", sent=str(sent), by=force),
        )
        assert ends[0] is None
        assert Checker.objects.get(user=force).verdict == ""


def test_closing_an_action_that_is_being_reported_on_and_reworded(officer, place):
    other = make_user(Role.COMMISSIONER)
    for _ in range(ROUNDS):
        entry = make_entry(place, kind="action", text="Share it.", by=officer)
        action = Action.objects.get(pk=entry.action_id)
        ends = at_once(
            lambda action=action: actions.close(action, text="Done.", by=officer, base_version=action.version),
            lambda action=action: actions.say(action, text="Half way.", by=other, base_version=action.version),
            lambda entry=entry: operations.change_entry(
                entry,
                base_version=1,
                save_id=uuid.uuid4(),
                changes={"kind": "action", "text": "Share it all."},
                by=other,
            ),
        )
        assert ends[2] is None
        assert Action.objects.get(pk=action.pk).text == "Share it all."


def test_two_meetings_closing_one_action(officer):
    for _ in range(ROUNDS):
        action = make_action(make_item(make_meeting(date=WEEK_AGO)))
        series, seen_version = action.meeting.series, action.version
        meetings = [make_meeting(series, date=WEEK_AGO + datetime.timedelta(days=day)) for day in (2, 4)]
        closing = [
            lambda action=action, meeting=meeting, version=seen_version: actions.close(
                action, text=f"Done by {meeting}.", by=officer, base_version=version, meeting=meeting
            )
            for meeting in meetings
        ]
        ends = at_once(*closing)
        assert sum(end is None for end in ends) == 1
        assert action.updates.filter(kind="closed").count() == 1


def test_signing_a_decision_that_is_being_changed(commissioner, officer):
    for _ in range(ROUNDS):
        decision = make_decision()
        words = {"title": decision.title, "decided": "Other words.", "reasons": "", "maker": decision.maker}
        words["decided_on"] = decision.decided_on
        ends = at_once(
            lambda decision=decision: decisions.sign(decision, seen_version=decision.version, by=commissioner),
            lambda decision=decision, words=words: decisions.change(
                decision, seen_version=decision.version, words=words, by=officer
            ),
        )
        assert sum(end is None for end in ends) == 1
        signed_as_read = decision.decided
        decision.refresh_from_db()
        assert decision.decided == (signed_as_read if decision.is_signed else "Other words.")
