"""Acts on questions that people outside send in. Who they are and how to reach them is for the desk alone.

No act writes a name, an address or the words of a question into the audit trail.
"""

import uuid

from django.db import transaction
from django.utils import timezone

from opcc_portal.audit import operations as audit
from scrutiny.minutes import operations as minutes_operations
from scrutiny.minutes.models import MinuteEntry, PublicQuestion
from scrutiny.workflow.operations import NotPossible

Status = PublicQuestion.Status
PRIVATE = ("private_name", "private_contact")
FIELDS = ("series", "meeting", "text", "asked_as", "channel", "received_at", *PRIVATE)


class ChangedMeanwhile(Exception):
    """Somebody else did something about the question since this person read it. `now` is the question as it stands."""

    def __init__(self, now):
        super().__init__(f"version {now.version} is newer")
        self.now = now


@transaction.atomic
def receive(question, *, by):
    """Take a question in. The same question sent again is the same question, not a second one."""
    by.act_alone()
    words = {name: getattr(question, name) for name in FIELDS}
    if same := PublicQuestion.objects.filter(**words).first():
        return same
    question.created_by = by
    question.save()
    _trace("Question from the public received", question, by)
    return question


@transaction.atomic
def change(question, *, seen_version, words, by):
    """Put right what was taken in, as long as nothing was done about it. Raises ChangedMeanwhile, NotPossible."""
    held = _locked(question)
    if all(getattr(held, name) == value for name, value in words.items()):
        return held
    _ensure_received(held, seen_version)
    for name, value in words.items():
        setattr(held, name, value)
    if held.item and (held.meeting is None or held.item.meeting_id != held.meeting.pk):
        held.item = None
    held.version += 1
    held.save()
    _trace("Question from the public put right", held, by)
    return held


@transaction.atomic
def use(question, *, item, with_entry, seen_version, by):
    """Say that it is asked at a meeting, under an item of the agenda, and with `with_entry` write it into the minutes."""
    place = _place(item, by) if with_entry else None
    held = _locked(question)
    if held.status == Status.USED and held.item == item and bool(held.entry_id) >= with_entry:
        return held
    _ensure_received(held, seen_version)
    standing = held.entry if held.entry_id and not held.entry.deleted else None
    if standing and standing.minuted_item.item_id != item.pk:
        raise NotPossible(
            f"It stands in the minutes of {standing.minuted_item.minutes.meeting} already. Take it out there first."
        )
    held.meeting, held.item = item.meeting, item
    if with_entry and standing is None:
        held.entry = _written_into_minutes(held, place, by)
    _settle(held, Status.USED, timezone.now(), by)
    _trace("Question from the public asked at a meeting", held, by)
    return held


@transaction.atomic
def answer_in_writing(question, *, answer, at, seen_version, by):
    """Keep what was answered in writing, and when."""
    held = _locked(question)
    if held.status == Status.ANSWERED and held.answer == answer:
        return held
    _ensure_received(held, seen_version)
    held.answer = answer
    _settle(held, Status.ANSWERED, at, by)
    _trace("Question from the public answered in writing", held, by)
    return held


@transaction.atomic
def decline(question, *, reason, seen_version, by):
    """Decline a question, with a reason."""
    held = _locked(question)
    if held.status == Status.DECLINED and held.reason == reason:
        return held
    _ensure_received(held, seen_version)
    held.reason = reason
    _settle(held, Status.DECLINED, timezone.now(), by)
    _trace("Question from the public declined", held, by)
    return held


@transaction.atomic
def reopen(question, *, seen_version, by):
    """Make it a question that was received and nothing more. What stands in minutes stays there."""
    held = _locked(question)
    if held.is_received:
        return held
    if held.version != seen_version:
        raise ChangedMeanwhile(held)
    before = held.get_status_display()
    held.status, held.settled_at, held.settled_by = Status.RECEIVED, None, None
    held.version += 1
    held.save()
    audit.write("Question from the public opened again", subject=held, context=held.meeting, by=by, before=before)
    return held


def _locked(question):
    rows = PublicQuestion.objects.select_for_update(of=("self",))
    return rows.select_related("series", "meeting", "item__meeting", "entry__minuted_item__minutes__meeting").get(
        pk=question.pk
    )


def _ensure_received(held, seen_version):
    if held.version != seen_version:
        raise ChangedMeanwhile(held)
    if not held.is_received:
        raise NotPossible(f"This question is settled: {held.get_status_display().lower()}. Open it again first.")


def _place(item, by):
    """The item's place in the minutes, locked before the question: whoever deletes minutes locks in this order too."""
    minutes = minutes_operations.open_minutes(item.meeting, by=by)
    return minutes_operations.held_for_writing(minutes.minuted_items.get(item=item).pk)


def _written_into_minutes(held, place, by):
    saved = minutes_operations.add_entry(
        place,
        # One writing for this state of the question: sent again, it meets itself.
        save_id=uuid.uuid5(uuid.NAMESPACE_URL, f"public-question/{held.pk}/{held.version}"),
        by=by,
        kind=MinuteEntry.Kind.QUESTION,
        text=f"{held.asked_as} asked: {held.text}",
    )
    return saved.piece


def _settle(held, status, at, by):
    held.status, held.settled_at, held.settled_by = status, at, by
    held.version += 1
    held.save()


def _trace(act, held, by):
    audit.write(act, subject=held, context=held.meeting, by=by)
