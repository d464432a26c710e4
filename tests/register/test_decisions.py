"""Decision records: they follow the minutes until they are signed, and are numbered without a gap when they are."""

import datetime
import threading
import uuid

import pytest
from django.db import connection

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.operations import lines_about
from opcc_portal.office.models import Office
from scrutiny.minutes import decisions as in_minutes
from scrutiny.minutes import operations
from scrutiny.minutes.models import MinuteEntry
from scrutiny.register import decisions
from scrutiny.register.models import Decision, DecisionCounter
from scrutiny.workflow.operations import NotPossible
from tests.factories import (
    make_decision,
    make_entry,
    make_item,
    make_meeting,
    make_minuted_item,
    make_office,
    make_user,
)

pytestmark = pytest.mark.django_db
KIND = MinuteEntry.Kind.DECISION
WORDS = "The PCC agreed to fund the crossing patrols. They start in April."


def make_decided(text=WORDS, **fields):
    """An entry of the kind Decision, as the editor writes it, in an office with somebody who decides."""
    if not Office.objects.exists():
        make_office()
    meeting = make_meeting(date=datetime.date(2026, 1, 5))
    place = make_minuted_item(meeting=make_item(meeting).meeting)
    return make_entry(place, text=text, kind=KIND, **fields)


def save(entry, **changes):
    """Save an entry as it stands now."""
    now = MinuteEntry.objects.get(pk=entry.pk)
    operations.change_entry(now, base_version=now.version, save_id=uuid.uuid4(), changes=changes, by=make_user())
    return MinuteEntry.objects.select_related("decision").get(pk=entry.pk)


def make_commissioner():
    return make_user(Role.COMMISSIONER)


def signed(decision, by=None):
    decision.refresh_from_db()
    return decisions.sign(decision, seen_version=decision.version, by=by or make_commissioner())


@pytest.fixture(autouse=True)
def _in_2026(monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", "2026-11-21")


# --- from the minutes ------------------------------------------------------------------------------------------------


def test_a_decision_in_the_minutes_is_a_record_to_be_signed():
    make_office(holder_name="Robin Hale", holder_title="Police and Crime Commissioner")
    entry = make_decided()
    record = Decision.objects.get()
    assert entry.minuted_item.item == record.item
    assert (record.title, record.decided) == ("The PCC agreed to fund the crossing patrols", WORDS)
    assert record.maker == "Robin Hale, Police and Crime Commissioner"
    assert record.decided_on == entry.minuted_item.minutes.meeting.date
    assert (record.status, record.reference) == ("draft", "")


def test_the_maker_is_who_held_the_office_on_the_day_of_the_meeting():
    make_office(holder_name="Before", valid_to=datetime.date(2025, 12, 31))
    make_office(holder_name="After", valid_from=datetime.date(2026, 1, 1))
    make_decided()
    assert Decision.objects.get().maker.startswith("After,")


def test_an_unsigned_record_follows_the_minutes():
    save(make_decided(), text="The PCC agreed to fund half of them.")
    record = Decision.objects.get()
    assert (record.decided, record.title) == (
        "The PCC agreed to fund half of them.",
        "The PCC agreed to fund half of them",
    )


def test_what_somebody_wrote_into_the_record_does_not_follow_the_minutes():
    entry = make_decided()
    record = Decision.objects.get()
    decisions.change(record, seen_version=record.version, words={"decided": "Fund the patrols."}, by=make_user())
    save(entry, text="The PCC agreed. Patrols start in May.")
    record.refresh_from_db()
    assert record.decided == "Fund the patrols."
    assert record.title == "The PCC agreed"


def test_a_former_decision_is_withdrawn_and_comes_back_as_the_same_record():
    entry = make_decided()
    entry = save(entry, kind="statement", text="The PCC talked about patrols.")
    record = Decision.objects.get()
    assert record.status == Decision.Status.WITHDRAWN
    assert in_minutes.shown(entry) is None
    entry = save(entry, kind=KIND)
    assert Decision.objects.get().pk == record.pk
    assert (entry.decision.status, entry.decision.decided) == ("draft", "The PCC talked about patrols.")


def test_a_deleted_entry_withdraws_its_decision_and_bringing_it_back_takes_it_up_again():
    entry = make_decided()
    entry = save(entry, deleted=True)
    assert entry.decision.status == "withdrawn"
    assert save(entry, deleted=False).decision.status == "draft"


def test_the_minutes_never_change_a_signed_decision_but_say_that_they_differ():
    entry = make_decided()
    signed(Decision.objects.get())
    entry = save(entry, text="The PCC did not agree.")
    record = entry.decision
    assert (record.decided, record.status, record.number) == (WORDS, "signed", 1)
    assert in_minutes.shown(entry)["flags"] == ["The minutes now read differently from the signed decision"]
    assert in_minutes.shown(save(entry, text=WORDS))["flags"] == []


def test_a_record_worded_apart_from_the_minutes_before_it_was_signed_is_not_flagged():
    entry = make_decided()
    record = Decision.objects.get()
    decisions.change(record, seen_version=1, words={"decided": "Fund the patrols."}, by=make_user())
    signed(record)
    assert in_minutes.shown(MinuteEntry.objects.get(pk=entry.pk))["flags"] == []


@pytest.mark.parametrize("change", [{"kind": "comment"}, {"deleted": True}])
def test_a_signed_decision_stays_signed_when_its_entry_goes(change):
    entry = make_decided()
    signed(Decision.objects.get())
    entry = save(entry, **change)
    assert entry.decision.status == "signed"
    assert in_minutes.shown(entry)["flags"] == ["The minutes no longer hold this signed decision"]


def test_the_editor_is_told_reference_state_and_address():
    entry = make_decided()
    record = signed(Decision.objects.get())
    shown = in_minutes.shown(MinuteEntry.objects.get(pk=entry.pk))
    assert shown == {"reference": "2026/001", "status": "Signed", "flags": [], "address": record.get_absolute_url()}


def test_deleting_draft_minutes_withdraws_what_waits_and_keeps_what_is_signed():
    entry = make_decided()
    operations.delete_minutes(entry.minuted_item.minutes, by=make_user())
    assert Decision.objects.get().status == "withdrawn"
    entry = make_decided()
    kept = signed(Decision.objects.get(status="draft"))
    operations.delete_minutes(entry.minuted_item.minutes, by=make_user())
    assert Decision.objects.get(pk=kept.pk).reference == "2026/001"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("One sentence only", "One sentence only"),
        ("**Bold** and [words](https://example.org/x). More.", "Bold and words"),
        ("First line\nSecond line", "First line"),
        ("", ""),
        ("word " * 60, "word " * 19 + "word…"),
        ("x" * 300, "x" * 100 + "…"),
        ("👮 decides. Then more.", "👮 decides"),
    ],
)
def test_the_title_is_the_first_sentence(text, title):
    assert in_minutes.title_of(text) == title


# --- changing --------------------------------------------------------------------------------------------------------


def test_a_change_on_an_older_version_is_refused_with_the_record_as_it_is():
    record = make_decision()
    decisions.change(record, seen_version=1, words={"title": "Theirs"}, by=make_user())
    with pytest.raises(decisions.ChangedMeanwhile) as refused:
        decisions.change(record, seen_version=1, words={"title": "Mine"}, by=make_user())
    assert refused.value.now.title == "Theirs"
    record.refresh_from_db()
    assert record.title == "Theirs"


def test_the_same_change_sent_again_counts_once():
    record = make_decision()
    for _ in range(3):
        decisions.change(record, seen_version=1, words={"title": "Once"}, by=make_user())
    record.refresh_from_db()
    assert record.version == 2
    assert len(lines_about(record)) == 1


def test_a_decision_outside_a_meeting_sent_twice_is_one():
    by = make_user()
    for _ in range(2):
        decisions.record(Decision(title="Once", decided="So.", maker="R", decided_on=datetime.date(2026, 1, 5)), by=by)
    assert Decision.objects.count() == 1


def test_nothing_signed_can_be_changed_or_withdrawn():
    record = signed(make_decision())
    for act in (
        lambda: decisions.change(record, seen_version=record.version, words={"title": "Other"}, by=make_user()),
        lambda: decisions.withdraw(record, by=make_user()),
    ):
        with pytest.raises(NotPossible, match="2026/001 is signed"):
            act()
    record.refresh_from_db()
    assert record.is_signed and record.title.startswith("Award")


# --- signing ---------------------------------------------------------------------------------------------------------


def test_the_number_is_of_the_year_of_signing_and_the_days_are_kept_apart():
    record = signed(make_decision(decided_on=datetime.date(2018, 1, 8)))
    assert record.reference == "2026/001"
    assert (record.decided_on, record.signed_on) == (datetime.date(2018, 1, 8), datetime.date(2026, 11, 21))
    assert [line.act for line in lines_about(record)] == [f"Decision 2026/001 “{record.title}” signed"]


def test_each_year_counts_from_one(monkeypatch):
    references = []
    for day in ("2025-12-31", "2025-12-31", "2026-01-01"):
        monkeypatch.setenv("OPCC_TODAY", day)
        references.append(signed(make_decision(decided_on=datetime.date(2025, 6, 1))).reference)
    assert references == ["2025/001", "2025/002", "2026/001"]


def test_signing_twice_counts_once():
    record, by = make_decision(), make_commissioner()
    first = decisions.sign(record, seen_version=1, by=by)
    again = decisions.sign(record, seen_version=1, by=make_commissioner())
    assert (first.number, again.number, again.signed_by) == (1, 1, by)
    assert DecisionCounter.objects.get().last == 1


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COMMISSIONER])
def test_only_the_commissioner_signs(role):
    record = make_decision()
    with pytest.raises(NotPossible, match="Only the commissioner"):
        signed(record, by=make_user(role))
    record.refresh_from_db()
    assert record.is_draft


def test_a_record_changed_after_it_was_read_is_not_signed():
    record = make_decision()
    decisions.change(record, seen_version=1, words={"decided": "Twice as much."}, by=make_user())
    with pytest.raises(decisions.ChangedMeanwhile):
        decisions.sign(record, seen_version=1, by=make_commissioner())
    assert not DecisionCounter.objects.exists()


def test_a_refused_signing_takes_no_number():
    with pytest.raises(NotPossible, match="who decides"):
        signed(make_decision(maker=""))
    with pytest.raises(NotPossible, match="1 December 2026"):
        signed(make_decision(decided_on=datetime.date(2026, 12, 1)))
    assert signed(make_decision()).reference == "2026/001"


@pytest.mark.django_db(transaction=True)
def test_eight_people_signing_at_once_give_eight_numbers_without_a_gap():
    """Real threads, real locks; the year's first decision among them."""
    records, people = [make_decision() for _ in range(8)], [make_commissioner() for _ in range(8)]
    given = _at_once(zip(records, people, strict=True))
    assert sorted(given) == list(range(1, 9))
    assert sorted(Decision.objects.values_list("number", flat=True)) == list(range(1, 9))
    assert DecisionCounter.objects.get(year=2026).last == 8


@pytest.mark.django_db(transaction=True)
def test_eight_people_signing_the_same_decision_at_once_sign_it_once():
    record = make_decision()
    given = _at_once((record, make_commissioner()) for _ in range(8))
    assert given == [1] * 8
    assert DecisionCounter.objects.get().last == 1


def _at_once(pairs):
    """The numbers given when everybody signs at the same moment."""
    pairs = list(pairs)
    given, start = [], threading.Barrier(len(pairs))

    def act(record, person):
        start.wait()
        try:
            given.append(decisions.sign(record, seen_version=1, by=person).number)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def test_the_database_refuses_a_number_twice():
    signed(make_decision())
    other = make_decision()
    with pytest.raises(Exception, match=r"(?i)unique|a_decision_number"):
        Decision.objects.filter(pk=other.pk).update(
            status="signed", year=2026, number=1, signed_on="2026-11-21", signed_by=make_user()
        )


def test_an_item_without_decisions_costs_no_query(django_assert_num_queries):
    entry = make_entry(make_minuted_item())
    with django_assert_num_queries(0):
        in_minutes.keep_in_step(entry, by=None)
        assert in_minutes.shown(entry) is None
