"""What saving one entry costs the server: the whole request through middleware and view, in minutes of 12 items of 35
entries, on a database file and on PostgreSQL. The figure to hold: at most 25 ms in the median and 8 queries.

Run: .venv/bin/python bench/saving.py [SAVES]. On a busy machine look at the processor's time: what is above it is waiting.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.chaos.servers import ROOT, PostgreSQL, SQLiteFile

ITEMS, ENTRIES = 12, 35
AROUND = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
MEASURE = "--here"  # in the process that has the database in its environment


def measure(saves):
    """Lay out the minutes and save, in turn changing an entry somewhere and adding one. Prints a line for each."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    call_command("migrate", interactive=False, verbosity=0)
    user, client = lay_out(Client(SERVER_NAME="localhost"))
    save = {"changing": change, "adding": add}
    times = {name: [] for name in save}
    processor = {name: [] for name in save}
    queries = dict.fromkeys(save, 0)
    for number in range(-5, saves):  # the first few only warm up
        for name, wording in save.items():
            item, sent = wording(user, number)
            body = json.dumps(sent)
            if not connection.settings_dict["CONN_MAX_AGE"]:
                connection.close()  # as after every request in service
            with CaptureQueriesContext(connection) if number < 0 else Unwatched() as watched:
                began, began_work = time.perf_counter(), time.process_time()
                answer = client.post(
                    f"/desk/minutes/items/{item}/save/",
                    body,
                    "application/json",
                    headers={"Accept": "application/json"},
                )
                took, worked = time.perf_counter() - began, time.process_time() - began_work
            if answer.status_code != 200:
                raise SystemExit(f"{name} was answered with {answer.status_code}: {answer.content[:300]}")
            if number < 0:
                queries[name] = sum(not query["sql"].startswith(AROUND) for query in watched)
            else:
                times[name].append(1000 * took)
                processor[name].append(1000 * worked)
    for name, taken in times.items():
        figures = statistics.median(taken), statistics.quantiles(taken, n=20)[-1], statistics.median(processor[name])
        print(
            f"{connection.vendor:<12}{name:<12}" + "".join(f"{one:>14.1f}" for one in figures) + f"{queries[name]:>10}"
        )


class Unwatched:
    """Counting queries takes time, so what is timed is not counted."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


def lay_out(client):
    """Minutes of one meeting; the account that writes in them, and a browser where it is signed in."""
    from tests.factories import make_attendance, make_entry, make_item, make_meeting, make_minutes, make_user

    user = make_user(password=None)
    client.force_login(user)
    meeting = make_meeting()
    for _ in range(ITEMS):
        make_item(meeting)
    people = [make_attendance(meeting) for _ in range(4)]
    for item in make_minutes(meeting).minuted_items.all():
        for number in range(ENTRIES):
            kind = ("question", "answer", "statement")[number % 3]
            make_entry(item, kind=kind, text=f"Entry {number}. " * 12, speaker=people[number % 4], by=user)
    return user, client


def wording(user, **values):
    """What the editor sends."""
    sent = {"writer": user.pk, "uid": str(uuid.uuid4()), "base_version": 0, "save_id": str(uuid.uuid4())}
    sent |= {"kind": "answer", "speaker": None, "second_speaker": None, "rough": False, "settled": True}
    return sent | values


def change(user, number):
    """Another entry every time."""
    from scrutiny.minutes.models import MinuteEntry

    entries = MinuteEntry.objects.order_by("pk")
    entry = entries[37 * (number + 5) % (ITEMS * ENTRIES)]
    known = {"uid": str(entry.uid), "base_version": entry.version, "kind": entry.kind, "speaker": entry.speaker_id}
    return entry.minuted_item_id, wording(user, **known, text=f"{entry.text} Change {number}.")


def add(user, number):
    """An answer at the end of an item, each item in turn."""
    from scrutiny.minutes.models import MinutedItem

    item = MinutedItem.objects.order_by("pk")[number % ITEMS if number >= 0 else 0]
    speaker = item.minutes.meeting.attendance.first()
    return item.pk, wording(user, speaker=speaker.pk, text=f"Added {number}.")


def main(saves):
    """Both databases, each in a process of its own."""
    heads = ("median ms", "p95 ms", "processor ms")
    print(
        f"{'database':<12}{'saving by':<12}" + "".join(f"{one:>14}" for one in heads) + f"{'queries':>10}", flush=True
    )
    for database in (SQLiteFile, PostgreSQL):
        with tempfile.TemporaryDirectory(prefix="opcc-saving-") as folder:
            chosen = database(folder)
            if database is PostgreSQL and not chosen.binaries:
                print("PostgreSQL: no server is installed here.")
                continue
            try:
                chosen.start()
                command = [sys.executable, "-W", "ignore", os.path.abspath(__file__), MEASURE, str(saves)]
                subprocess.run(command, cwd=ROOT, env=chosen.environment, check=True)
            finally:
                chosen.stop()


if __name__ == "__main__":
    if sys.argv[1:2] == [MEASURE]:
        measure(int(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
