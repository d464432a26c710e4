"""The minutes as data at one moment, and what differs between two such moments.

What is kept is what a reader reads: who was there, the items, who said what, whose action by when, what was decided and
put right. States of work (rough, an action's progress, whether a correction is confirmed) are no part of it.
"""

import hashlib
import json
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from scrutiny.minutes import particulars, reading
from scrutiny.minutes.models import MinuteEntry, Snapshot
from scrutiny.minutes.texts import paragraphs
from scrutiny.workflow import differences
from scrutiny.workflow.models import Revision

SCHEMA = 1
ADDED, REMOVED, MOVED, CHANGED = "Added", "Removed", "Moved", "Changed"


def content_of(minutes, sheets=None, lists=None):
    """The whole of the minutes as plain data. Pages that have loaded sheets and lists already pass them on."""
    sheets = reading.sheets(minutes) if sheets is None else sheets
    lists = reading.people_lists(minutes.meeting) if lists is None else lists
    meeting = minutes.meeting
    return {
        "schema": SCHEMA,
        "meeting": {"name": meeting.name, "date": meeting.date.isoformat(), "venue": meeting.venue},
        "attendance": [
            {"heading": each.heading, "words": each.words, "people": [dict(person) for person in each.printed]}
            for each in lists
        ],
        "items": [_item(sheet) for sheet in sheets],
    }


def _item(sheet):
    return {
        "item": sheet.item.pk,
        "label": sheet.item.label,
        "title": sheet.item.title,
        "entries": [_entry(line) for line in sheet.lines],
    }


def _entry(line):
    entry = line.entry
    return {
        "uid": str(entry.uid),
        "kind": entry.kind,
        "what": line.what,
        "who": line.who,
        "text": entry.text,
        "assurance": entry.get_assurance_display() if entry.assurance else "",
        "action": _action(entry),
        "decision": _decision(entry),
        "correction": _correction(entry),
    }


def _action(entry):
    action = particulars.action_of(entry)
    return action and {
        "reference": action.reference,
        "owners": action.owners_in_words,
        "due": particulars.due_in_words(action),
    }


def _decision(entry):
    decision = particulars.decision_of(entry)
    return decision and {
        "title": decision.title,
        "maker": decision.maker,
        "decided_on": particulars.day(decision.decided_on),
    }


def _correction(entry):
    correction = particulars.correction_of(entry)
    return correction and {name: getattr(correction, name) for name in ("measure", "old_value", "new_value", "period")}


def content_hash(content):
    """Changes with every word, name and place of the content; not with the numbers that are given to entries."""
    items = [{**item, "entries": [{**entry, "what": ""} for entry in item["entries"]]} for item in content["items"]]
    said = json.dumps({**content, "items": items}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def last_sent(minutes):
    """What was last sent for check, or None."""
    return minutes.snapshots.filter(occasion=Snapshot.Occasion.SENT).select_related("by").order_by("-pk").first()


def approved_versions(minutes):
    """The approved versions, oldest first, without their content."""
    return minutes.snapshots.exclude(version="").select_related("by").defer("content")


def last_approved(minutes):
    """The newest approved version with its content, or None."""
    return minutes.snapshots.exclude(version="").order_by("-pk").first()


def facts_of(entry):
    """What an entry's record says beside its words, as (label, value); `entry` is one entry of a content."""
    facts = []
    if action := entry.get("action"):
        facts += [("Owner", action["owners"]), ("Due", action["due"])]
    if decision := entry.get("decision"):
        facts += [
            ("Decision", decision["title"]),
            ("Decided by", decision["maker"]),
            ("Decided on", decision["decided_on"]),
        ]
    if correction := entry.get("correction"):
        facts += [
            ("Figure", correction["measure"]),
            ("Was", correction["old_value"]),
            ("Now", correction["new_value"]),
            ("Period", correction["period"]),
        ]
    if entry.get("assurance"):
        facts.append(("Assurance", entry["assurance"]))
    return [(label, value) for label, value in facts if value]


def as_read(content):
    """A content ready for a page: items with lines of who, what, paragraphs and facts."""
    return [
        {
            **item,
            "lines": [
                {**entry, "paragraphs": paragraphs(entry["text"]), "facts": facts_of(entry)}
                for entry in item["entries"]
            ],
        }
        for item in content["items"]
    ]


# --- differences -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One entry that differs: what happened to it, its words with the differences, and what else differs."""

    what: str
    entry: dict
    paragraphs: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    @property
    def anchor(self):
        """Its place on the page."""
        return f"change-{self.entry['uid']}"


@dataclass
class ItemChanges:
    """What differs in one item."""

    heading: str
    changes: list = field(default_factory=list)


def between(older, newer):
    """What differs between two contents, item by item; nothing for two that read the same."""
    was, found = _places(older), []
    now = _places(newer)
    found.append(ItemChanges("Attendance", _of_attendance(older, newer)))
    for item in newer["items"]:
        moved = _moved(was, item)
        changes = [
            change
            for entry in item["entries"]
            if (change := _of_entry(was.get(entry["uid"]), entry, item, is_moved=entry["uid"] in moved))
        ]
        found.append(ItemChanges(_heading(item), changes + _gone(older, now, item["item"])))
    kept = {item["item"] for item in newer["items"]}
    for item in older["items"]:
        if item["item"] not in kept:
            found.append(ItemChanges(_heading(item), _gone(older, now, item["item"])))
    return [each for each in found if each.changes]


def count(changes):
    """How many entries differ."""
    return sum(len(each.changes) for each in changes)


def _heading(item):
    return f"{item['label']} {item['title']}".strip()


def _places(content):
    """{uid: (entry, its item, its place among the item's entries)}"""
    return {
        entry["uid"]: (entry, item, place) for item in content["items"] for place, entry in enumerate(item["entries"])
    }


def _moved(was, item):
    """The entries of an item that stand in another order than before, as few as explain it."""
    here = [
        entry["uid"]
        for entry in item["entries"]
        if entry["uid"] in was and was[entry["uid"]][1]["item"] == item["item"]
    ]
    before = sorted(here, key=lambda uid: was[uid][2])
    stayed = set()
    for block in SequenceMatcher(None, before, here, autojunk=False).get_matching_blocks():
        stayed.update(here[block.b : block.b + block.size])
    return set(here) - stayed


def _gone(older, now, item_key):
    return [
        Change(REMOVED, entry, differences.compare(entry["text"], ""))
        for item in older["items"]
        if item["item"] == item_key
        for entry in item["entries"]
        if entry["uid"] not in now
    ]


def _of_entry(before, entry, item, *, is_moved):
    if before is None:
        return Change(ADDED, entry, differences.compare("", entry["text"]))
    old, old_item, _ = before
    notes = []
    if old_item["item"] != item["item"]:
        notes.append(f"It stood in {_heading(old_item)}.")
    for label, name in (("Speaker", "who"), ("Kind", "kind")):
        if old[name] != entry[name]:
            notes.append(f"{label}: {_shown(name, entry[name])}, before {_shown(name, old[name])}.")
    notes += _facts_that_differ(dict(facts_of(old)), dict(facts_of(entry)))
    if old["text"] != entry["text"] or (notes and old_item["item"] == item["item"]):
        return Change(CHANGED, entry, differences.compare(old["text"], entry["text"]), notes)
    if is_moved or old_item["item"] != item["item"]:
        return Change(MOVED, entry, differences.compare(old["text"], entry["text"]), notes)
    return None


def _shown(name, value):
    return str(MinuteEntry.Kind(value).label).lower() if name == "kind" else value or "nobody"


def _facts_that_differ(before, now):
    return [
        f"{label}: {now.get(label) or 'none'}, before {before.get(label) or 'none'}."
        for label in dict.fromkeys([*before, *now])
        if before.get(label) != now.get(label)
    ]


def _of_attendance(older, newer):
    def said(content):
        return "\n".join(
            f"{each['heading']}: "
            + ("; ".join(", ".join(filter(None, person.values())) for person in each["people"]) or each["words"])
            for each in content["attendance"]
        )

    before, now = said(older), said(newer)
    if before == now:
        return []
    return [Change(CHANGED, {"uid": "attendance", "who": "", "what": "Attendance"}, differences.compare(before, now))]


def since(minutes, content, moment):
    """What was changed in entries after the moment, against how each read then; `content` is how they read now."""
    entries = MinuteEntry.objects.filter(minuted_item__minutes=minutes, changed_at__gt=moment)
    touched = {str(entry.uid): entry for entry in entries}
    earlier = {}
    for revision in Revision.objects.filter(piece__in=touched, at__lte=moment).order_by("version"):
        earlier[str(revision.piece)] = revision.content
    now = {entry["uid"] for item in content["items"] for entry in item["entries"]}
    older = {**content, "items": []}
    for item in content["items"]:
        kept = [
            _as_it_was(entry, earlier)
            for entry in item["entries"]
            if entry["uid"] not in touched or entry["uid"] in earlier
        ]
        gone = [
            {**_blank(touched[uid]), "text": was["text"]}
            for uid, was in earlier.items()
            if uid not in now and not was["deleted"] and touched[uid].minuted_item.item_id == item["item"]
        ]
        older["items"].append({**item, "entries": kept + gone})
    return between(older, content)


def _as_it_was(entry, earlier):
    was = earlier.get(entry["uid"])
    return {**entry, "text": was["text"], "kind": was["kind"]} if was else entry


def _blank(entry):
    return {"uid": str(entry.uid), "kind": entry.kind, "what": entry.get_kind_display(), "who": reading.who_said(entry)}
