"""What the live editor sends and gets: one entry a request, as data.

A save names the entry by a uid that the browser may have made itself, the version it builds on, and a save id that is the
same on every retry. The answer is the entry as it now stands; a Conflict answers with both wordings.
"""

import json
import uuid
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from scrutiny.minutes import actions, assurance, corrections, decisions, operations
from scrutiny.minutes.models import MinutedItem, MinuteEntry, Presence

# Browsers wake the timers of a hidden tab once a minute: somebody not heard of for longer has gone.
GONE_AFTER = timezone.timedelta(seconds=90)
# Whoever asks what is new asks from a little earlier on, because a save may have been under way.
OVERLAP = timezone.timedelta(seconds=10)

LOADED = (
    "speaker",
    "second_speaker",
    "changed_by",
    "action",
    "decision",
    "correction",
    "restriction",
)


class NotUnderstood(ValueError):
    """What came is not what the editor sends; the message names the part."""


@dataclass(frozen=True)
class Sent:
    """One save as the editor sent it."""

    writer: int
    uid: uuid.UUID
    base_version: int
    save_id: uuid.UUID
    settled: bool
    after: uuid.UUID | None
    changes: dict = field(default_factory=dict)

    @property
    def is_new(self):
        """The browser has no version of this entry from the server yet."""
        return self.base_version == 0


def body(request):
    """The data that a request holds. Raises NotUnderstood."""
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError) as trouble:
        raise NotUnderstood("this is not JSON") from trouble
    if not isinstance(sent, dict):
        raise NotUnderstood("this names nothing")
    return sent


def read(request):
    """The save in a request. Raises NotUnderstood."""
    try:
        sent = body(request)
        changes = {
            "kind": MinuteEntry.Kind(sent["kind"]).value,
            "speaker": _key(sent.get("speaker")),
            "second_speaker": _key(sent.get("second_speaker")),
            "text": _text(sent["text"]),
            "rough": sent.get("rough") is True,
            "assurance": MinuteEntry.Assurance(sent.get("assurance") or "").value,
            "question_status": MinuteEntry.QuestionStatus(sent.get("question_status") or "").value,
            "deleted": sent.get("deleted") is True,
        }
        if changes["second_speaker"] and (not changes["speaker"] or changes["second_speaker"] == changes["speaker"]):
            changes["second_speaker"] = None
        base_version = sent["base_version"]
        if not isinstance(base_version, int) or isinstance(base_version, bool) or not 0 <= base_version < 2**31:
            raise NotUnderstood("base_version")
        return Sent(
            writer=_key(sent["writer"]),
            uid=uuid.UUID(sent["uid"]),
            base_version=base_version,
            save_id=uuid.UUID(sent["save_id"]),
            settled=sent.get("settled") is True,
            after=uuid.UUID(sent["after"]) if sent.get("after") else None,
            changes=changes,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as trouble:
        raise NotUnderstood(f"This save could not be read: {trouble}") from trouble


def _key(value):
    if value in (None, ""):
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise NotUnderstood("a key is a whole number")
    return value


def _text(value):
    if not isinstance(value, str):
        raise NotUnderstood("the text is missing")
    return value


@transaction.atomic
def save(minuted_item, sent, *, by):
    """Carry out one save. Returns (Saved, order version). Raises Conflict, NotPossible and TextRefused."""
    held = operations.held_for_writing(minuted_item.pk)
    if sent.is_new:
        named = [sent.changes["speaker"], sent.changes["second_speaker"]]
        facts = operations.facts_about(held, save_id=sent.save_id, after=sent.after, uid=sent.uid, speakers=named)
        operations.ensure_writable(held, facts.state)
        if not facts.known:
            values = {name: value for name, value in sent.changes.items() if name != "deleted"}
            saved = operations.write_new(
                held, facts, save_id=sent.save_id, by=by, uid=sent.uid, settled=sent.settled, **values
            )
            return saved, held.order_version
    else:
        operations.ensure_writable(held)
    saved = operations.write_entry(
        held,
        sent.uid,
        base_version=sent.base_version,
        save_id=sent.save_id,
        changes=sent.changes,
        by=by,
        settled=sent.settled,
    )
    return saved, held.order_version


# --- what the editor gets --------------------------------------------------------------------------------------------


def shown(entry):
    """An entry as the editor keeps it."""
    return {
        "uid": str(entry.uid),
        "pk": entry.pk,
        "version": entry.version,
        "kind": entry.kind,
        "speaker": entry.speaker_id,
        "second_speaker": entry.second_speaker_id,
        "text": entry.text,
        "rough": entry.rough,
        "assurance": entry.assurance,
        "question_status": entry.question_status,
        "deleted": entry.deleted,
        "details": details(entry),
    }


def details(entry):
    """What hangs on the entry: its action, decision or correction in words."""
    rooms = {
        MinuteEntry.Kind.ACTION: actions,
        MinuteEntry.Kind.DECISION: decisions,
        MinuteEntry.Kind.CORRECTION: corrections,
        MinuteEntry.Kind.ASSURANCE: assurance,
    }
    room = rooms.get(entry.kind)
    return room.shown(entry) if room else None


def entries_of(minuted_item):
    """The entries of an item with what `shown` needs, in their order."""
    wanted = minuted_item.entries.select_related(*LOADED, *actions.LOADED).prefetch_related(*actions.PREFETCHED)
    return wanted.annotate(on_item=assurance.on_item()).order_by("position", "pk")


def heard_from(minuted_item, *, tab, user, now):
    """Note that this tab has the item open, and return the names of the others who have."""
    Presence.objects.update_or_create(tab=tab, defaults={"minuted_item": minuted_item, "user": user, "seen_at": now})
    Presence.objects.filter(seen_at__lt=now - 10 * GONE_AFTER).delete()
    others = (
        Presence.objects.filter(minuted_item=minuted_item, seen_at__gt=now - GONE_AFTER)
        .exclude(tab=tab)
        .select_related("user")
        .order_by("user__name")
    )
    names = []
    for other in others:
        name = "You, in another tab" if other.user_id == user.pk else other.user.name
        if name not in names:
            names.append(name)
    return names


def leaves(*, tab, user):
    """This tab has closed the item."""
    Presence.objects.filter(tab=tab, user=user).delete()


def news(minuted_item, *, since, order_version):
    """What changed in an item since a moment, and the order of its entries where that changed."""
    changed = entries_of(minuted_item).filter(changed_at__gte=since - OVERLAP) if since else entries_of(minuted_item)
    current = MinutedItem.objects.values_list("order_version", flat=True).get(pk=minuted_item.pk)
    answer = {"entries": [shown(entry) for entry in changed], "order_version": current}
    if current != order_version:
        living = minuted_item.entries.filter(deleted=False).order_by("position", "pk")
        answer["order"] = [str(uid) for uid in living.values_list("uid", flat=True)]
    return answer
