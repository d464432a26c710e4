"""The quarterly statement on national measures: quarters, sets as data with days, writing, signing, opening again."""

import datetime
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.operations import lines_about
from scrutiny.measures import operations
from scrutiny.measures.models import MeasureSet, MeasuresStatement
from scrutiny.measures.quarters import Quarter
from scrutiny.plan.operations import Row
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible
from tests.factories import make_indicator, make_measure_set, make_statement, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def commissioner():
    return make_user(Role.COMMISSIONER)


@pytest.fixture(autouse=True)
def on_a_day(monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", "2026-11-20")


def say(statement, *, by=None, seen=None, introduction="", **answers):
    """Answer measures by their titles: {title: text}."""
    held = {each.title: each for each in statement.measure_set.measures.all()}
    words = {
        held[title.replace("_", " ")].pk: {"applies": True, "text": text, "indicators": []}
        for title, text in answers.items()
    }
    return operations.change(
        statement, introduction, words, seen=seen or statement.version, by=by or make_user(Role.ANALYST)
    )


# --- quarters --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "key", "first", "last"),
    [
        ("2024-02-29", "2024-q1", "2024-01-01", "2024-03-31"),
        ("2026-12-31", "2026-q4", "2026-10-01", "2026-12-31"),
        ("2026-04-01", "2026-q2", "2026-04-01", "2026-06-30"),
    ],
)
def test_every_day_lies_in_one_quarter(day, key, first, last):
    quarter = Quarter.of(datetime.date.fromisoformat(day))
    assert (quarter.key, quarter.first.isoformat(), quarter.last.isoformat()) == (key, first, last)
    assert Quarter.from_key(key) == quarter == quarter.before().after() == quarter.after().before()


@pytest.mark.parametrize(
    "text", ["", None, "2026-q5", "2026-q0", "0000-q1", "26-q1", "2026-Q1", "٢٠٢٦-q1", "2026-q1 ", "x"]
)
def test_what_names_no_quarter_is_none(text):
    assert Quarter.from_key(text) is None


def test_a_quarter_is_over_on_the_day_after_its_last():
    quarter = Quarter(2026, 3)
    assert not quarter.is_over(datetime.date(2026, 9, 30))
    assert quarter.is_over(datetime.date(2026, 10, 1))
    assert quarter.in_words == "July to September 2026"


def test_a_statement_begins_with_its_quarter():
    held = MeasuresStatement(quarter_start=datetime.date(2026, 8, 1), measure_set=make_measure_set())
    with pytest.raises(ValidationError, match="first day of a quarter"):
        held.full_clean()


# --- sets ----------------------------------------------------------------------------------------------------------------


def fields_of(held, **changes):
    return {name: getattr(held, name) for name in operations.SET_FIELDS} | changes


def test_the_set_of_a_quarter_is_the_one_in_force_at_its_end():
    make_measure_set(name="Old", ends=datetime.date(2026, 8, 10))
    make_measure_set(name="New", starts=datetime.date(2026, 8, 11))
    assert MeasureSet.of_quarter(Quarter(2026, 2)).name == "Old"
    assert MeasureSet.of_quarter(Quarter(2026, 3)).name == "New"
    assert MeasureSet.on(datetime.date(2000, 12, 31)) is None


def test_a_day_has_one_set():
    make_measure_set(name="In force")
    with pytest.raises(NotPossible, match="“In force” is in force in that time"):
        make_measure_set(name="Another", starts=datetime.date(2026, 1, 1))
    make_measure_set(name="Before it", starts=datetime.date(1990, 1, 1), ends=datetime.date(2000, 12, 31))


def test_a_set_sent_twice_is_one():
    fields = {"name": "M", "starts": datetime.date(2021, 5, 31), "ends": None, "source": "", "url": ""}
    by, rows = make_user(), [Row({"title": "A", "description": ""})]
    assert operations.add_set(fields, rows, by=by) == operations.add_set(fields, rows, by=by)
    assert MeasureSet.objects.get().measures.count() == 1


def test_measures_are_ordered_changed_and_removed():
    held = make_measure_set("First", "Second", "Third")
    one, two, three = held.measures.all()
    rows = [
        Row({"title": "Third", "description": ""}, three.pk, 1),
        Row({"title": "First, in new words", "description": ""}, one.pk, 2),
        Row({"title": "Second", "description": ""}, two.pk, 3, remove=True),
        Row({"title": "Fourth", "description": ""}),
    ]
    held = operations.change_set(held, fields_of(held), rows, seen=held.version, by=make_user())
    assert [each.title for each in held.measures.all()] == ["Third", "First, in new words", "Fourth"]
    assert "changed" in lines_about(held)[0].act


def test_a_measure_that_a_draft_speaks_of_is_not_removed():
    held = make_measure_set("Spoken of", "Other")
    make_statement(held)
    gone = held.measures.get(title="Spoken of")
    with pytest.raises(NotPossible, match="speaks of “Spoken of”"):
        operations.change_set(
            held, fields_of(held), [Row({"title": "x", "description": ""}, gone.pk, 1, True)], seen=1, by=make_user()
        )


def test_of_a_set_that_was_signed_under_only_the_last_day_changes():
    held = make_measure_set("First")
    make_statement(held, quarter=Quarter(2026, 3), signed=True)
    measure = held.measures.get()
    ends = datetime.date(2026, 9, 30)
    rows = [Row({"title": "Other words", "description": ""}, measure.pk, 1)]
    held = operations.change_set(held, fields_of(held, name="Other", ends=ends), rows, seen=1, by=make_user())
    assert (held.ends, held.name) != (None, "Other")
    assert held.measures.get().title == "First"
    with pytest.raises(NotPossible, match="later quarter"):
        operations.change_set(
            held, fields_of(held, ends=datetime.date(2026, 6, 30)), [], seen=held.version, by=make_user()
        )


def test_a_set_changed_meanwhile_is_not_overwritten():
    held, by = make_measure_set("First"), make_user()
    ends = datetime.date(2030, 1, 1)
    rows = [Row({"title": "First", "description": "What it covers."}, held.measures.get().pk, 1)]
    operations.change_set(held, fields_of(held, ends=ends), rows, seen=1, by=by)
    with pytest.raises(ChangedMeanwhile):
        operations.change_set(held, fields_of(held, name="Mine"), rows, seen=1, by=by)


# --- statements ------------------------------------------------------------------------------------------------------------


def test_a_quarter_has_one_statement():
    by, held = make_user(), make_measure_set()
    assert operations.begin(Quarter(2026, 3), held, by=by) == operations.begin(Quarter(2026, 3), held, by=make_user())
    with transaction.atomic(), pytest.raises(IntegrityError):
        MeasuresStatement.objects.create(quarter_start="2026-07-01", measure_set=held)


def test_a_quarter_that_has_not_begun_has_none():
    with pytest.raises(NotPossible, match="not begun"):
        operations.begin(Quarter(2027, 1), make_measure_set(), by=make_user())


def test_a_set_of_another_time_is_refused():
    held = make_measure_set(starts=datetime.date(2026, 10, 1))
    with pytest.raises(NotPossible, match="not in force"):
        operations.begin(Quarter(2026, 3), held, by=make_user())


def test_what_somebody_else_saved_is_not_overwritten():
    statement = make_statement(make_measure_set("Thefts"))
    seen = statement.version
    say(statement, Thefts="Theirs.")
    with pytest.raises(ChangedMeanwhile):
        say(statement, seen=seen, Thefts="Mine.")
    assert statement.lines.get().text == "Theirs."


def test_saving_the_same_again_changes_nothing():
    statement = say(make_statement(make_measure_set("Thefts")), Thefts="One.")
    lines = len(lines_about(statement))
    assert say(statement, Thefts="One.").version == statement.version
    assert len(lines_about(statement)) == lines


def test_indicators_are_linked_and_taken_off():
    statement, indicator = make_statement(make_measure_set("Thefts")), make_indicator()
    measure = statement.measure_set.measures.get()
    words = {"applies": False, "text": "It has none.", "indicators": [indicator.pk]}
    statement = operations.change(statement, "In short.", {measure.pk: words}, seen=statement.version, by=make_user())
    line = statement.lines.get()
    assert (line.applies, [*line.indicators.all()], statement.introduction) == (False, [indicator], "In short.")
    statement = operations.change(
        statement, "", {measure.pk: words | {"indicators": []}}, seen=statement.version, by=make_user()
    )
    assert not statement.lines.get().indicators.exists()


# --- signing -----------------------------------------------------------------------------------------------------------------


def test_a_statement_is_signed_as_it_was_read(commissioner):
    statement = make_statement()
    signed = operations.sign(statement, seen=statement.version, by=commissioner)
    assert (signed.signed_by, signed.state, signed.is_open) == (commissioner, State.SIGNED, False)
    assert operations.sign(statement, seen=None, by=commissioner).version == signed.version
    with pytest.raises(NotPossible, match="is signed"):
        say(signed, Fewer_thefts="Something else.")


def test_a_quarter_that_is_not_over_cannot_be_signed(commissioner, monkeypatch):
    statement = make_statement(quarter=Quarter(2026, 4))
    with pytest.raises(NotPossible, match="ends on 31 December 2026"):
        operations.sign(statement, seen=statement.version, by=commissioner)
    monkeypatch.setenv("OPCC_TODAY", "2026-12-31")
    with pytest.raises(NotPossible, match="not over"):
        operations.sign(statement, seen=statement.version, by=commissioner)
    monkeypatch.setenv("OPCC_TODAY", "2027-01-01")
    assert operations.sign(statement, seen=statement.version, by=commissioner).is_signed


def test_a_measure_without_an_answer_keeps_it_from_being_signed(commissioner):
    statement = make_statement(make_measure_set("Thefts", "Homes"), text="")
    statement = say(statement, Thefts="Patrols.")
    with pytest.raises(NotPossible, match=r"Nothing is said yet of: Homes\.$"):
        operations.sign(statement, seen=statement.version, by=commissioner)
    statement = say(statement, Homes=" \n ")  # spaces are no answer, even past the form
    with pytest.raises(NotPossible, match="Homes"):
        operations.sign(statement, seen=statement.version, by=commissioner)


def test_a_set_without_measures_cannot_be_signed_under(commissioner):
    held = make_measure_set()
    held.measures.all().delete()
    statement = make_statement(held)
    with pytest.raises(NotPossible, match="no measures"):
        operations.sign(statement, seen=statement.version, by=commissioner)


def test_only_the_commissioner_signs():
    statement = make_statement()
    for role in (Role.GOVERNANCE, Role.ANALYST, Role.ADMINISTRATOR):
        with pytest.raises(NotPossible, match="Only the commissioner"):
            operations.sign(statement, seen=statement.version, by=make_user(role))


def test_nothing_is_signed_that_was_not_read(commissioner):
    statement = make_statement()
    seen = statement.version
    say(statement, Fewer_thefts="Put in while it was read.")
    with pytest.raises(ChangedMeanwhile):
        operations.sign(statement, seen=seen, by=commissioner)
    with pytest.raises(ChangedMeanwhile):
        operations.sign(statement, seen=None, by=commissioner)
    assert not MeasuresStatement.objects.get().is_signed


def test_the_database_keeps_who_and_when_together(commissioner):
    statement = make_statement()
    with transaction.atomic(), pytest.raises(IntegrityError):
        MeasuresStatement.objects.filter(pk=statement.pk).update(signed_by=commissioner)


def test_opened_again_it_is_signed_anew(commissioner):
    statement = make_statement(signed=True)
    opened = operations.reopen(statement, by=make_user())
    assert (opened.signed_at, opened.state) == (None, State.IN_REVIEW)
    opened = say(opened, Fewer_thefts="Better words.")
    assert operations.sign(opened, seen=opened.version, by=commissioner).state == State.SIGNED


def test_only_what_nobody_signed_is_deleted():
    statement = make_statement(signed=True)
    with pytest.raises(NotPossible, match="stays"):
        operations.delete(statement, by=make_user())
    operations.delete(operations.reopen(statement, by=make_user()), by=make_user())
    operations.delete(statement, by=make_user())
    assert not MeasuresStatement.objects.exists()
    with pytest.raises(NotPossible, match="deleted"):
        say(statement, Fewer_thefts="Too late.")


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_the_same_quarter_get_one_statement():
    held, people, found, barrier = make_measure_set(), [make_user() for _ in range(3)], [], threading.Barrier(3)

    def begin(user):
        try:
            barrier.wait()
            found.append(operations.begin(Quarter(2026, 3), held, by=user).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=begin, args=[user]) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert len(set(found)) == MeasuresStatement.objects.count() == 1
