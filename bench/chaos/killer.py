"""Kills servers while people write, and counts only those deaths that it has seen."""

import threading
import time
from collections import Counter

from bench.chaos.servers import dice

WORKER, MASTER, POSTGRESQL = "web worker", "web master", "PostgreSQL"


def plan(**times):
    """When to kill what: a list of (share of the saves acknowledged, what), spread evenly and mixed."""
    kinds = {"workers": WORKER, "masters": MASTER, "databases": POSTGRESQL}
    marks = [((number + 0.5) / many, kinds[name]) for name, many in times.items() for number in range(many)]
    return sorted((0.05 + 0.85 * share, kind) for share, kind in marks)


class Killer(threading.Thread):
    """Follows a plan by how far the editors have come, so that no machine is too fast or too slow for it."""

    def __init__(self, table, web, database, plan, *, total):
        super().__init__(name="killer", daemon=True)
        self.table, self.web, self.database = table, web, database
        self.plan, self.total = plan, total
        self.dice = dice("killer")
        self.confirmed = Counter()

    def run(self):
        """Carry out the plan."""
        try:
            for share, kind in self.plan:
                while len(self.table.acknowledged) < share * self.total:
                    if self.table.over.is_set():
                        return
                    time.sleep(0.01)
                if self.kill(kind) is not None:
                    self.confirmed[kind] += 1
        except Exception as trouble:
            with self.table.lock:
                self.table.troubles.append(f"killer: {type(trouble).__name__}: {trouble}")
            self.table.over.set()

    def kill(self, kind):
        """The process id of what died, None when that could not be confirmed."""
        if kind == POSTGRESQL:
            return self.database.kill()
        return self.web.kill_master() if kind == MASTER else self.web.kill_worker(self.dice)
