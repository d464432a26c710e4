"""Every form of checking, approving, correcting and pasting: sent five times it counts once, odd letters do not break it."""

import datetime
import uuid

import pytest
from django.apps import apps
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from scrutiny.minutes import approval, correcting, public_questions, versions
from scrutiny.minutes.models import MinuteEntry, Minutes
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import name_checker
from tests.factories import (
    make_entry,
    make_item,
    make_meeting,
    make_minutes,
    make_office,
    make_public_question,
    make_user,
)

pytestmark = pytest.mark.django_db
ODD = "Café שלום 😀, a nul\0 and a bell\a."
SEEN = "Café שלום 😀, a nul and a bell."
LONG = "word " * (1024 * 1024)


class Desk:
    """Minutes that were sent for check, a later meeting, and everybody who does something about them."""

    def __init__(self, client):
        make_office()
        self.client, self.officer = client, make_user()
        meeting = make_item(make_meeting(date=datetime.date(2024, 1, 8))).meeting
        self.minutes = make_minutes(meeting, minute_taker=self.officer)
        self.place = self.minutes.minuted_items.get()
        self.entry = make_entry(self.place, text="The figure is 127.", by=self.officer)
        self.question = make_entry(self.place, kind="question", by=self.officer)
        self.correction = make_entry(self.place, kind="correction", by=self.officer)
        self.later = make_meeting(meeting.series, date=datetime.date(2024, 2, 5))
        approval.send(self.minutes, by=self.officer)
        self.people = {role: make_user(role) for role in (Role.COMMISSIONER, Role.ANALYST)} | {
            Role.GOVERNANCE: self.officer
        }
        name_checker(self.minutes, user=self.people[Role.ANALYST], by=self.officer)

    def close(self):
        """The minutes are approved."""
        Minutes.objects.update(state=State.SIGNED)

    def post(self, name, *keys, role=Role.GOVERNANCE, **data):
        """What the portal answers to a form."""
        self.client.force_login(self.people[role])
        return self.client.post(reverse(name, args=keys), data)


@pytest.fixture
def desk(client):
    return Desk(client)


def sent(desk):
    return versions.last_sent(desk.minutes).pk


def seen(desk):
    return versions.content_hash(versions.content_of(Minutes.objects.get(pk=desk.minutes.pk)))


def amended(desk, text):
    return {"keys": ("entry-amend", desk.entry.pk, desk.later.pk), "after": text, "note": "A slip."}


def commented(desk, text):
    return {"keys": ("entry-comment", desk.entry.pk), "text": text}


def judged(desk, text):
    keys = ("minutes-verdict", desk.minutes.pk)
    return {"keys": keys, "role": Role.ANALYST, "verdict": "changes", "text": text, "sent": sent(desk)}


def given_back(desk, text):
    return {"keys": ("minutes-give-back", desk.minutes.pk), "role": Role.COMMISSIONER, "note": text}


def approved_there(desk, text):
    held = approval.amend(desk.entry, meeting=desk.later, after="It is 176.", note="", by=desk.officer)
    keys = ("minutes-at-meeting", desk.minutes.pk, desk.later.pk)
    return {"keys": keys, "seen": seen(desk), "asked": approval.mark_of(held), "change_note": text}


def filled_in(desk, text):
    keys = ("entry-correction", desk.correction.pk)
    return {"keys": keys, "base_version": 1, "save_id": uuid.uuid4(), "measure": text, "new_value": "176"}


def corrected_afterwards(desk, text):
    desk.close()
    keys = ("entry-correct", desk.entry.pk)
    words = {"old_value": "The figure is 127.", "new_value": "The figure is 176.", "note": text}
    return {"keys": keys, "base_version": 0, "save_id": uuid.uuid4(), **words}


def pasted(desk, text):
    keys = ("paste", desk.place.pk)
    return {"keys": keys, "batch": uuid.uuid4(), "count": 1, "p0-kind": "statement", "p0-text": text}


def answered_in_writing(desk, text):
    question = make_public_question(desk.minutes.meeting.series)
    return {
        "keys": ("public-question-answer", question.pk),
        "answer": text,
        "answered_on": "5 January 2026",
        "seen_version": 1,
    }


FORMS = [
    amended, commented, judged, given_back, approved_there, filled_in, corrected_afterwards, pasted, answered_in_writing,
]  # fmt: skip


def everything():
    """How many records there are of each kind, but for who signed in."""
    models = [model for label in ("opcc_portal", "scrutiny") for model in apps.get_app_config(label).get_models()]
    return {model.__name__: model.objects.count() for model in models}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_sent_five_times_counts_once(desk, form):
    data = form(desk, "In my own words.")
    keys = data.pop("keys")
    before = everything()
    assert desk.post(*keys, **data).status_code == 302
    once = everything()
    assert once != before
    assert {desk.post(*keys, **data).status_code for _ in range(4)} <= {302, 409}
    assert everything() == once


def kept_words():
    """All text that the records of the scrutiny side hold."""
    models = apps.get_app_config("scrutiny").get_models()
    return "\n".join(
        str(value)
        for model in models
        for row in model.objects.values()
        for value in row.values()
        if isinstance(value, (str, dict))
    )


@pytest.mark.parametrize("form", FORMS)
def test_letters_that_nobody_sees_are_dropped_and_others_kept(desk, form):
    data = form(desk, ODD)
    keys = data.pop("keys")
    assert desk.post(*keys, **data).status_code == 302
    assert SEEN in kept_words()


@pytest.mark.one_database("the limits of a process and of a request know no database")
@pytest.mark.parametrize("form", FORMS)
def test_five_megabytes_come_back_with_a_message_and_nothing_is_kept(desk, form):
    data = form(desk, LONG)
    keys = data.pop("keys")
    before = everything()
    answer = desk.post(*keys, **data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "There is a problem" in page and LONG.strip() in page
    assert everything() == before


@pytest.mark.parametrize("form", [amended, judged, given_back, approved_there, pasted])
def test_a_form_kept_until_the_minutes_were_approved_says_so_and_keeps_the_words(desk, form):
    data = form(desk, "Forty words of mine.")
    keys = data.pop("keys")
    approval.approve(desk.minutes, seen=seen(desk), by=desk.people[Role.COMMISSIONER])
    later = approval.amend(desk.entry, meeting=desk.later, after="Ours.", note="", by=make_user(), seen=_held(desk))
    assert later.after == "Ours."
    answer = desk.post(*keys, **data)
    assert answer.status_code in (409, 422)
    assert "Forty words of mine." in answer.content.decode()


def _held(desk):
    return approval.mark_of(approval.recorded(desk.entry, desk.later))


def test_a_correction_of_minutes_that_was_confirmed_meanwhile_keeps_what_was_typed(desk):
    data = corrected_afterwards(desk, "Why.")
    assert desk.post(*data.pop("keys"), **data).status_code == 302
    record = desk.entry.put_right_by.get()
    correcting.confirm(record, seen=record.version, by=desk.officer)
    words = {"old_value": "The figure is 127.", "new_value": "Nobody knows the figure.", "note": ""}
    answer = desk.post("correction-edit", record.pk, base_version=1, save_id=uuid.uuid4(), **words)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Nobody knows the figure." in page and "Take it back to a proposal" in page


def test_no_meeting_of_another_series_and_none_that_was_called_off_speaks_of_the_minutes(desk):
    other = make_meeting(date=datetime.date(2024, 2, 5))
    for name, keys in [("minutes-at-meeting", [desk.minutes.pk]), ("entry-amend", [desk.entry.pk])]:
        assert desk.post(name, *keys, other.pk, after="Ours.", seen="").status_code == 404
    type(desk.later).objects.filter(pk=desk.later.pk).update(status="cancelled")
    answer = desk.post(*amended(desk, "Ours.")["keys"], after="Ours.")
    assert answer.status_code == 422 and "was cancelled" in answer.content.decode()
    answer = desk.post("minutes-at-meeting", desk.minutes.pk, desk.later.pk, seen=seen(desk))
    assert answer.status_code == 409 and not desk.minutes.approvals.exists()


def test_an_amendment_recorded_since_the_page_was_read_is_not_approved_unread(desk):
    data = approved_there(desk, "It is 176.")
    keys = data.pop("keys")
    approval.amend(desk.question, meeting=desk.later, after="Why not?", note="", by=make_user())
    answer = desk.post(*keys, **data)
    assert answer.status_code == 409
    assert "The amendments are no longer those that you read" in answer.content.decode()
    assert MinuteEntry.objects.get(pk=desk.question.pk).text == desk.question.text


def test_a_question_from_the_public_is_written_into_the_minutes_once(desk):
    question = make_public_question(desk.minutes.meeting.series, meeting=desk.minutes.meeting)
    for _ in range(5):
        public_questions.use(question, item=desk.place.item, with_entry=True, seen_version=1, by=desk.officer)
    assert desk.place.entries.filter(text__contains=question.text).count() == 1
