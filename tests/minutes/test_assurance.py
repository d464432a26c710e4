"""Assurance: a level in words with a statement, per item, in series that record it."""

import uuid

import pytest
from django.urls import reverse

from scrutiny.meetings.models import MeetingSeries
from scrutiny.minutes import assurance, editing, operations
from scrutiny.minutes.models import MinuteEntry
from tests.factories import make_entry, make_item, make_meeting, make_minuted_item, make_series, make_user

pytestmark = pytest.mark.django_db
KIND = MinuteEntry.Kind.ASSURANCE


def state(place=None, level="partly", text="The PCC is partly assured.", **fields):
    """A statement of assurance with its level."""
    entry = make_entry(place or make_minuted_item(), kind=KIND, text=text, **fields)
    if level:
        operations.change_entry(
            entry, base_version=1, save_id=uuid.uuid4(), changes={"assurance": level}, by=make_user()
        )
        entry.refresh_from_db()
    return entry


@pytest.fixture
def officer(client):
    user = make_user()
    client.force_login(user)
    return user


def page(client, **query):
    return client.get(reverse("assurance"), query).content.decode()


def test_only_series_that_record_it_offer_it():
    for uses_assurance in (False, True):
        meeting = make_meeting(make_series(uses_assurance=uses_assurance))
        page = editing.opened(make_minuted_item(meeting=make_item(meeting).meeting))
        assert ("assurance" in dict(page.options.kinds)) == uses_assurance


def test_the_editor_is_told_the_level_in_words():
    shown = assurance.shown(state(level="not_assured"))
    assert shown == {"level": "not_assured", "words": "Not assured", "flags": []}
    assert assurance.shown(make_entry()) is None


def test_a_statement_without_level_and_a_second_one_are_flagged():
    place = make_minuted_item()
    first, second = state(place), state(place, level="")
    assert assurance.shown(first)["flags"] == [assurance.TWICE]
    assert len(assurance.shown(second)["flags"]) == 2
    now = MinuteEntry.objects.get(pk=second.pk)
    operations.delete_entry(now, base_version=now.version, save_id=uuid.uuid4(), by=make_user())
    assert assurance.shown(first)["flags"] == []


def test_the_register_prints_level_item_meeting_and_statement(client, officer):
    series = make_series("Assurance Board")
    item = make_item(make_meeting(series), title="Custody health care")
    state(make_minuted_item(meeting=item.meeting), level="assured", text="Nurses are there day and night.")
    shown = page(client)
    for words in ("Assured", "Custody health care", "Assurance Board", "Nurses are there day and night."):
        assert words in shown


def test_the_register_is_narrowed_by_series_level_and_words(client, officer):
    state(text="Nurses are there.", level="assured")
    board = make_series()
    state(make_minuted_item(meeting=make_item(make_meeting(board)).meeting), text="Vans are late.", level="")
    assert "Vans" not in page(client, level="assured")
    assert "Nurses" not in page(client, level="missing")
    assert "Nurses" not in page(client, series=board.pk)
    assert "Vans" not in page(client, text="nurses")
    assert "Vans" in page(client, level="\x00")


def test_a_statement_that_became_a_comment_leaves_the_register(client, officer):
    entry = state(text="No longer.")
    operations.change_entry(
        entry, base_version=entry.version, save_id=uuid.uuid4(), changes={"kind": "comment"}, by=make_user()
    )
    assert "No longer." not in page(client)


def test_the_register_costs_few_queries(client, officer, django_assert_max_num_queries):
    place = make_minuted_item()
    MinuteEntry.objects.bulk_create(
        MinuteEntry(minuted_item=place, kind=KIND, text=f"Statement {n}", position=n) for n in range(200)
    )
    with django_assert_max_num_queries(12):
        assert "200 statements" in page(client)


def test_the_series_form_turns_assurance_on(client, officer):
    series = make_series("Board")
    where = reverse("series-edit", args=[series.pk])
    data = {"name": "Board", "numbering": "plain", "uses_assurance": "on", "question_notice": "7"}
    assert client.post(where, {**data, "question_notice_in_working_days": "on"}).status_code == 302
    series = MeetingSeries.objects.get(pk=series.pk)
    assert (series.uses_assurance, series.question_notice_in_words) == (True, "7 working days before the meeting")
    assert "7 working days before the meeting" in client.get(series.get_absolute_url()).content.decode()
    for wrong, message in (("-1", "cannot be fewer"), ("900", "more than 366"), ("a week", "whole number")):
        sent = client.post(where, {**data, "question_notice": wrong})
        assert sent.status_code == 422
        assert message in sent.content.decode()
