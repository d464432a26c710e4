"""People who write in the same entries at the same time, over a line that loses replies.

Every save adds a marker that no other save has. Whoever meets a conflict takes the other's text and adds the marker to
it. A save is sent again, with the same save id and the same words, until its answer has arrived.
"""

import http.client
import json
import secrets
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field

from bench.chaos.servers import dice

LOST = 0.20  # of the replies are read and thrown away: the server has surely committed
HUNG_UP = 0.05  # of the requests are not waited for: it may have committed or not
TIMEOUT = 30
DEEDS = {3: "add", 6: "delete", 7: "restore"}  # of every ten saves; all others change an entry


class Refused(Exception):
    """The portal said no to something that it should take."""


@dataclass
class Table:
    """What all editors of a run share."""

    port: int
    item: int
    entries: list
    saves: int
    created: list = field(default_factory=list)
    acknowledged: list = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    troubles: list = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    over: threading.Event = field(default_factory=threading.Event)

    def count(self, name):
        """One more of these."""
        with self.lock:
            self.counts[name] += 1


class Editor(threading.Thread):
    """One person at one browser."""

    def __init__(self, table, number, person):
        super().__init__(name=f"editor {number}", daemon=True)
        self.table, self.number, self.person = table, number, person
        self.dice = dice("editor", number)
        self.known = {entry["uid"]: entry for entry in table.entries}
        self.token = secrets.token_hex(16)
        self.line = None
        self.last_deleted = None

    def run(self):
        """Write all saves; what goes wrong with the editor itself is told to the table."""
        try:
            for number in range(self.table.saves):
                self.write(DEEDS.get(number % 10, "change"), f"[{self.number:02}.{number:03}]")
        except Exception as trouble:
            with self.table.lock:
                self.table.troubles.append(f"{self.name}: {type(trouble).__name__}: {trouble}")
        finally:
            self.hang_up()

    # --- what is written ---------------------------------------------------------------------------------------------

    def write(self, deed, marker):
        """Save once, meeting as many conflicts on the way as it takes."""
        entry = self.pick(deed)
        while True:
            sent = self.wording(deed, entry, marker)
            status, answer = self.send_until_answered(sent)
            if status == 200:
                return self.note(deed, marker, sent, answer)
            self.table.count("conflicts")
            entry = answer["theirs"]

    def pick(self, deed):
        """The entry to write in, as this editor last saw it."""
        if deed == "add":
            return None
        if deed == "restore" and self.last_deleted:
            return self.known[self.last_deleted]
        with self.table.lock:
            created = list(self.table.created)
        among = created if created and self.dice.random() < 0.1 else self.table.entries
        chosen = self.dice.choice(among)
        return self.known.get(chosen["uid"], chosen)

    def wording(self, deed, entry, marker):
        """What the browser would send."""
        if entry is None:
            above = self.dice.choice(self.table.entries)
            entry = {"uid": str(uuid.UUID(int=self.dice.getrandbits(128), version=4)), "version": 0, "deleted": False}
            entry |= {
                "kind": self.dice.choice(["answer", "question", "statement"]),
                "text": "New.",
                "below": above["uid"],
            }
        return {
            "writer": self.person["pk"],
            "uid": entry["uid"],
            "base_version": entry["version"],
            "save_id": str(uuid.uuid4()),
            "kind": entry["kind"],
            "speaker": None,
            "second_speaker": None,
            "text": f"{entry['text']} {marker}",
            "rough": False,
            "assurance": "",
            "question_status": "",
            "deleted": {"delete": True, "restore": False}.get(deed, entry["deleted"]),
            "after": entry.get("below"),
            "settled": True,
        }

    def note(self, deed, marker, sent, answer):
        """The save is acknowledged: from here on it must never be lost."""
        entry = answer["entry"]
        self.known[entry["uid"]] = entry
        self.last_deleted = entry["uid"] if deed == "delete" else None
        line = {"marker": marker, "deed": deed, "uid": entry["uid"], "save_id": sent["save_id"], "below": sent["after"]}
        line |= {"truly": marker in entry["text"]}
        with self.table.lock:
            if deed == "add":
                self.table.created.append(entry)
            self.table.acknowledged.append(line)

    # --- how it is sent ----------------------------------------------------------------------------------------------

    def send_until_answered(self, sent):
        """Send the same save again and again until an answer has arrived: (200, …) or (409, …)."""
        body = json.dumps(sent).encode()
        committed = False
        while not self.table.over.is_set():
            chance = self.dice.random()
            status, answer = self.exchange(body, wait=chance >= HUNG_UP)
            if status == 200 and chance < HUNG_UP + LOST:
                committed = True
                self.table.count("replies lost after commit")
            elif status == 409 and chance < HUNG_UP + LOST:
                self.table.count("other replies lost")
            elif status in (200, 409):
                self.look_at(status, answer, committed)
                return status, answer
            elif status is not None and status < 500:
                raise Refused(f"{status} {answer}")
            time.sleep(self.dice.uniform(0.02, 0.2))
        raise Refused("the run was over before this save was acknowledged")

    def look_at(self, status, answer, committed):
        """A save that the server had committed must be known again."""
        if status == 200:
            self.table.count("answers of 200")
            if answer["replayed"]:
                self.table.count("replays")
        if committed and not (status == 200 and answer["replayed"]):
            self.table.count("retries not recognised")

    def exchange(self, body, *, wait):
        """One request. The status is None when no answer came, or none was waited for."""
        self.table.count("requests")
        try:
            if self.line is None:
                self.line = http.client.HTTPConnection("127.0.0.1", self.table.port, timeout=TIMEOUT)
            self.line.request("POST", f"/desk/minutes/items/{self.table.item}/save/", body, self.headers())
            if not wait:
                self.table.count("hung up after sending")
                self.hang_up()
                return None, None
            reply = self.line.getresponse()
            content = reply.read()
            if reply.status < 500:
                return reply.status, json.loads(content) if reply.status in (200, 409) else content[:500]
        except (OSError, http.client.HTTPException):
            self.hang_up()
        self.table.count("requests failed")
        return None, None

    def headers(self):
        """Those of a browser that is signed in."""
        return {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Cookie": f"sessionid={self.person['session']}; csrftoken={self.token}",
            "X-CSRFToken": self.token,
        }

    def hang_up(self):
        """Close the line."""
        if self.line:
            self.line.close()
            self.line = None
