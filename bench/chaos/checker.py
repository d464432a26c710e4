"""Reads what was kept and what was acknowledged, and says what does not agree. Knows nothing of how it came about."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

MARKER = re.compile(r"\[\d+\.\d+\]")
WRONGS = ("lost", "overwritten", "duplicated", "chain", "order", "untrue", "unfinished")


@dataclass
class History:
    """One run: what the portal holds, and what it told the editors.

    entries: uid, version, position, content; revisions: piece, version, save_id, content; acknowledged: marker, deed,
    uid, save_id, below, truly. `required` names the counts that must be above zero for the run to mean anything.
    """

    entries: list
    revisions: list
    acknowledged: list
    wanted: int  # saves that the editors set out to make
    counts: dict = field(default_factory=dict)
    required: list = field(default_factory=list)
    troubles: list = field(default_factory=list)


@dataclass
class Verdict:
    """What is wrong, by kind, each as a list of sentences; and what was missing for the run to prove anything."""

    wrong: dict
    missing: list

    @property
    def holds(self):
        """Nothing was wrong, and the run was hard enough to show it."""
        return not self.missing and not any(self.wrong.values())


def check(history):
    """The verdict on a run."""
    wrong = {kind: [] for kind in WRONGS}
    texts = {entry["uid"]: markers(entry) for entry in history.entries}
    _acknowledged(history, texts, wrong)
    _duplicates(texts, wrong["duplicated"])
    _chains(history, wrong)
    _order(history, wrong["order"])
    if len(history.acknowledged) != history.wanted:
        wrong["unfinished"].append(f"{len(history.acknowledged)} of {history.wanted} saves were acknowledged")
    wrong["unfinished"] += history.troubles
    if unrecognised := history.counts.get("retries not recognised"):
        wrong["untrue"].append(f"{unrecognised} saves that had been committed were not known again")
    return Verdict(wrong, [name for name in history.required if not history.counts.get(name)])


def markers(row):
    """The markers in the text of an entry or a revision, in their order."""
    return MARKER.findall(row["content"]["text"])


def _acknowledged(history, texts, wrong):
    for line in history.acknowledged:
        if line["marker"] not in texts.get(line["uid"], ()):
            wrong["lost"].append(f"{line['marker']} was acknowledged and is not in entry {line['uid']}")
        if not line["truly"]:
            wrong["untrue"].append(f"{line['marker']} was acknowledged with a text that lacks it")
    for marker, times in Counter(line["marker"] for line in history.acknowledged).items():
        if times > 1:
            wrong["duplicated"].append(f"{marker} was acknowledged {times} times")


def _duplicates(texts, duplicated):
    for marker, times in Counter(marker for found in texts.values() for marker in found).items():
        if times > 1:
            duplicated.append(f"{marker} stands {times} times in the minutes")


def _chains(history, wrong):
    """Versions from 1 to n, each holding all of the one before and the marker of its own save; the last is the entry."""
    save_of = {line["marker"]: line["save_id"] for line in history.acknowledged}
    added = {line["marker"]: line["uid"] for line in history.acknowledged if line["deed"] == "add"}
    for save_id, times in Counter(revision["save_id"] for revision in history.revisions).items():
        if times > 1:
            wrong["chain"].append(f"save id {save_id} counted {times} times")
    chains = defaultdict(list)
    for revision in sorted(history.revisions, key=lambda row: row["version"]):
        chains[revision["piece"]].append(revision)
    born = set(added.values())
    for uid in chains.keys() ^ {entry["uid"] for entry in history.entries}:
        wrong["chain"].append(f"{uid} has an entry or revisions, but not both")
    for entry in history.entries:
        chain = chains[entry["uid"]]
        if [revision["version"] for revision in chain] != list(range(1, entry["version"] + 1)):
            wrong["chain"].append(
                f"entry {entry['uid']} is version {entry['version']} and its revisions are not 1 to it"
            )
        if chain and chain[-1]["content"] != entry["content"]:
            wrong["chain"].append(f"entry {entry['uid']} does not say what its last revision says")
        parent = {"content": {"text": ""}}
        for revision in chain:
            seeded = revision["version"] == 1 and not markers(revision) and entry["uid"] not in born
            if not seeded:
                _step(parent, revision, save_of, wrong)
            parent = revision


def _step(parent, revision, save_of, wrong):
    """One save: nothing of the parent is gone, and exactly the marker that it brought is new."""
    before, now = markers(parent), markers(revision)
    name = f"version {revision['version']} of {revision['piece']}"
    if gone := set(before) - set(now):
        wrong["overwritten"].append(f"{name} lacks {', '.join(sorted(gone))} of the version before")
    new = list((Counter(now) - Counter(before)).elements())
    if not set(new) - set(before):
        wrong["duplicated"].append(f"{name} adds nothing that was not there: the same save counted again")
    elif len(new) > 1:
        wrong["chain"].append(f"{name} adds {', '.join(new)} at once")
    elif new[0] not in save_of:
        wrong["chain"].append(f"{name} adds {new[0]}, which nobody was told of")
    elif save_of[new[0]] != revision["save_id"]:
        wrong["chain"].append(f"{name} adds {new[0]} under another save id than was acknowledged")


def _order(history, order):
    """Every place is taken once, and what was written below an entry stands below it (nothing is moved in a run)."""
    for position, times in Counter(entry["position"] for entry in history.entries).items():
        if times > 1:
            order.append(f"{times} entries stand at position {position}")
    place = {entry["uid"]: entry["position"] for entry in history.entries}
    for line in history.acknowledged:
        if line["deed"] == "add" and place.get(line["uid"], 0) <= place.get(line["below"], 0):
            order.append(f"entry {line['uid']} was written below {line['below']} and does not stand there")
