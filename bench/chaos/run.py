"""One run: lay the ground, start the servers, let people write and servers die, then read what is left."""

import json
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.chaos import checker, ground
from bench.chaos.editors import Editor, Table
from bench.chaos.killer import MASTER, POSTGRESQL, WORKER, Killer
from bench.chaos.servers import PRODUCTION, SQLiteFile, WebServer

AT_MOST = 600  # seconds that people may take to write


@dataclass
class Outcome:
    """A history with the verdict on it."""

    history: checker.History
    verdict: checker.Verdict
    seconds: float


def run(database=SQLiteFile, *, editors, saves, kills, entries=12, workers=3, application=PRODUCTION, prepared=None):
    """Run once with a database of this class in a folder of its own, which may start as a copy of one that is prepared."""
    with tempfile.TemporaryDirectory(prefix="opcc-chaos-") as folder:
        if prepared:
            shutil.copytree(prepared, folder, dirs_exist_ok=True)
        chosen = database(Path(folder))
        try:
            chosen.start()
            laid = prepare(chosen, editors=editors, entries=entries)
            web = WebServer(folder, chosen.environment, workers=workers, application=application)
            table = Table(web.port, laid["item"], laid["entries"], saves)
            killer = Killer(table, web, chosen, kills, total=editors * saves)
            seconds = _write(web, table, killer, laid["people"])
            kept = ground.ask(chosen.environment, "read", laid["item"])
        finally:
            chosen.stop()
    history = history_of(table, kept, editors * saves, kills=kills, confirmed=killer.confirmed)
    return Outcome(history, checker.check(history), seconds)


def prepare(database, *, editors, entries=12):
    """Lay the ground in this database, unless that was done before; what the editors need to know of it."""
    noted = database.data / "laid.json"
    if not noted.exists():
        noted.write_text(json.dumps(ground.ask(database.environment, "lay", editors, entries)))
    return json.loads(noted.read_text())


def _write(web, table, killer, people):
    """Everybody writes until everything is written, and the killer kills; the seconds that it took."""
    threads = [Editor(table, number, person) for number, person in enumerate(people)]
    try:
        web.start()
        began = time.monotonic()
        for thread in [*threads, killer]:
            thread.start()
        for thread in threads:
            thread.join(max(0.1, began + AT_MOST - time.monotonic()))
        seconds = time.monotonic() - began
        table.over.set()
        for thread in [*threads, killer]:
            thread.join(90)
        if not table.troubles:
            web.ensure_ours()
    finally:
        table.over.set()
        web.stop()  # gracefully: what was sent and not waited for may still be under way
    return seconds


def history_of(table, kept, wanted, *, kills=(), confirmed=None):
    """What the checker needs: what the editors know, what the portal kept, and which kills were planned and seen."""
    counts = dict(table.counts) | {f"kills of {kind}": times for kind, times in (confirmed or {}).items()}
    planned = {kind for _share, kind in kills}
    required = ["replays", "conflicts", "replies lost after commit"]
    required += [f"kills of {kind}" for kind in (WORKER, MASTER, POSTGRESQL) if kind in planned]
    return checker.History(
        kept["entries"], kept["revisions"], table.acknowledged, wanted, counts, required, table.troubles
    )
