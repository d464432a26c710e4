"""The chaos run: that it still runs, that its checker sees what is wrong, and that its controls are found out.

The whole of it is `make chaos`; here are the same editors in small.
"""

import copy
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client

from bench.chaos import checker, controls, editors, ground
from bench.chaos.killer import MASTER, POSTGRESQL, WORKER, plan
from bench.chaos.run import history_of, run
from scrutiny.minutes import operations
from scrutiny.workflow import saving

# --- The checker -----------------------------------------------------------------------------------------------------


def small_history():
    """Two people in one entry, and a third who wrote below it; all as it should be."""
    texts = {"a": ["First.", "First. [00.000]", "First. [00.000] [01.000]"], "b": ["New. [02.003]"]}
    revisions = [
        {"piece": uid, "version": number, "save_id": f"{uid}{number}", "content": {"text": text, "deleted": False}}
        for uid, chain in texts.items()
        for number, text in enumerate(chain, 1)
    ]
    entries = [
        {"uid": uid, "version": len(chain), "position": place, "content": {"text": chain[-1], "deleted": False}}
        for place, (uid, chain) in enumerate(texts.items(), 1)
    ]
    acknowledged = [
        {"marker": "[00.000]", "deed": "change", "uid": "a", "save_id": "a2", "below": None, "truly": True},
        {"marker": "[01.000]", "deed": "change", "uid": "a", "save_id": "a3", "below": None, "truly": True},
        {"marker": "[02.003]", "deed": "add", "uid": "b", "save_id": "b1", "below": "a", "truly": True},
    ]
    counts = {"replays": 1, "conflicts": 1, "kills of web worker": 1}
    return checker.History(entries, revisions, acknowledged, 3, counts, list(counts))


def last_words(history, text):
    """Let entry a and its last revision say this."""
    history.entries[0]["content"]["text"] = text
    history.revisions[2]["content"]["text"] = text


def test_a_history_in_which_every_word_is_kept_holds():
    assert checker.check(small_history()).holds


def lose_an_acknowledged_save(history):
    last_words(history, "First. [00.000]")


def overwrite_the_save_before(history):
    last_words(history, "First. [01.000]")


def write_a_marker_twice(history):
    last_words(history, "First. [00.000] [01.000] [01.000]")


def write_the_same_save_again(history):
    history.entries[0]["version"] = 4
    history.revisions.append({**copy.deepcopy(history.revisions[2]), "version": 4, "save_id": "a4"})


def create_an_entry_twice(history):
    history.entries.append({**copy.deepcopy(history.entries[1]), "uid": "c", "position": 3})
    history.revisions.append({**copy.deepcopy(history.revisions[3]), "piece": "c", "save_id": "c1"})


def leave_out_a_version(history):
    history.entries[0]["version"] = 4
    history.revisions[2]["version"] = 4


def have_two_revisions_of_one_version(history):
    history.revisions.append({**copy.deepcopy(history.revisions[2]), "save_id": "other"})


def count_a_save_id_twice(history):
    history.revisions[3]["save_id"] = "a3"


def let_an_entry_say_something_else_than_its_last_revision(history):
    history.entries[1]["content"] = {"text": "New. [02.003]", "deleted": True}


def lose_the_revisions_of_an_entry(history):
    del history.revisions[3]


def keep_what_nobody_was_told_of(history):
    del history.acknowledged[1]


def put_two_entries_in_one_place(history):
    history.entries[1]["position"] = 1


def put_an_entry_above_the_one_it_was_written_below(history):
    history.entries[0]["position"], history.entries[1]["position"] = 2, 1


def acknowledge_with_another_text(history):
    history.acknowledged[0]["truly"] = False


def not_know_a_save_again(history):
    history.counts["retries not recognised"] = 1


def give_up(history):
    history.wanted = 4


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lose_an_acknowledged_save, "lost"),
        (overwrite_the_save_before, "overwritten"),
        (overwrite_the_save_before, "lost"),
        (write_a_marker_twice, "duplicated"),
        (write_the_same_save_again, "duplicated"),
        (create_an_entry_twice, "duplicated"),
        (leave_out_a_version, "chain"),
        (have_two_revisions_of_one_version, "chain"),
        (count_a_save_id_twice, "chain"),
        (let_an_entry_say_something_else_than_its_last_revision, "chain"),
        (lose_the_revisions_of_an_entry, "chain"),
        (keep_what_nobody_was_told_of, "chain"),
        (put_two_entries_in_one_place, "order"),
        (put_an_entry_above_the_one_it_was_written_below, "order"),
        (acknowledge_with_another_text, "untrue"),
        (not_know_a_save_again, "untrue"),
        (give_up, "unfinished"),
    ],
)
def test_the_checker_sees_what_is_wrong(spoil, kind):
    history = small_history()
    spoil(history)
    verdict = checker.check(history)
    assert verdict.wrong[kind]
    assert not verdict.holds


@pytest.mark.parametrize("count", ["replays", "conflicts", "kills of web worker"])
def test_a_run_that_was_too_easy_does_not_hold(count):
    history = small_history()
    history.counts[count] = 0
    verdict = checker.check(history)
    assert verdict.missing == [count]
    assert not verdict.holds


def test_kills_of_every_kind_are_spread_over_the_run():
    planned = plan(workers=6, masters=2, databases=3)
    assert [share for share, _ in planned] == sorted(share for share, _ in planned)
    assert {kind for _, kind in planned[:6]} == {WORKER, MASTER, POSTGRESQL}
    assert len(planned) == 11
    assert all(0 < share < 0.95 for share, _ in planned)


# --- The editors and the controls, with no server between -------------------------------------------------------------


class Nearby(editors.Editor):
    """An editor on the test's own database; its line loses replies as any other."""

    def exchange(self, body, *, wait):
        self.browser = getattr(self, "browser", None) or Client(raise_request_exception=False)
        self.browser.cookies["sessionid"] = self.person["session"]
        answer = self.browser.post(
            f"/desk/minutes/items/{self.table.item}/save/",
            body,
            content_type="application/json",
            headers={"Accept": "application/json"},
        )
        assert answer.status_code in (200, 409), answer.content
        return (answer.status_code, answer.json()) if wait else (None, None)


def write_in_turn(people=3, saves=10):
    """Editors who save one after the other, each on what it saw last; the history of it."""
    laid = ground.lay(people, 2)
    table = editors.Table(0, laid["item"], laid["entries"], saves)
    everybody = [Nearby(table, number, person) for number, person in enumerate(laid["people"])]
    for number in range(saves):
        for editor in everybody:
            editor.write(editors.DEEDS.get(number, "change"), f"[{editor.number:02}.{number:03}]")
    return history_of(table, ground.read(laid["item"]), people * saves)


@pytest.fixture
def bad_line(monkeypatch):
    """Every second reply is lost, and nobody waits before trying again."""
    monkeypatch.setattr(editors, "LOST", 0.5)
    monkeypatch.setattr(editors, "time", SimpleNamespace(sleep=lambda seconds: None))


@pytest.fixture
def afterwards_mended(monkeypatch):
    """Whatever a control spoils is whole again after the test."""
    for room, name in ((saving, "save"), (operations, "write_new"), (operations, "facts_about")):
        monkeypatch.setattr(room, name, getattr(room, name))


@pytest.mark.django_db
def test_people_who_meet_conflicts_and_lost_replies_lose_nothing(bad_line):
    history = write_in_turn()
    assert checker.check(history) == checker.Verdict({kind: [] for kind in checker.WRONGS}, [])
    assert {line["deed"] for line in history.acknowledged} == {"add", "change", "delete", "restore"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoil", "kinds"),
    [(controls.last_write_wins, {"lost", "overwritten"}), (controls.no_save_ids, {"duplicated", "untrue"})],
)
def test_a_portal_spoilt_on_purpose_is_found_out(spoil, kinds, bad_line, afterwards_mended):
    spoil()
    wrong = checker.check(write_in_turn()).wrong
    assert kinds <= {kind for kind, sentences in wrong.items() if sentences}


# --- The real server -------------------------------------------------------------------------------------------------


def test_a_small_run_under_the_production_server_survives_a_killed_worker(request, tmp_path):
    if "sqlite3" in settings.DATABASES["default"]["ENGINE"]:  # migrated already; otherwise the run does it
        request.getfixturevalue("django_db_setup")
        with (
            closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as ready,
            closing(sqlite3.connect(tmp_path / "opcc.sqlite3")) as mine,
        ):
            ready.backup(mine)
    outcome = run(editors=4, saves=5, workers=1, entries=2, kills=plan(workers=1), prepared=tmp_path)
    assert outcome.verdict.holds, outcome.verdict
    assert outcome.history.counts["kills of web worker"] == 1
