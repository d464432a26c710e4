"""Acts on a set of minutes. Every text goes through workflow's save function."""

from django.db import transaction

from opcc_portal.audit import operations as audit
from scrutiny.meetings.models import AgendaItem
from scrutiny.minutes.models import MinutedItem, MinuteEntry, Minutes
from scrutiny.minutes.texts import checked_text
from scrutiny.workflow import saving
from scrutiny.workflow.models import Revision, State
from scrutiny.workflow.operations import NotPossible, drop_checker, ensure_open
from scrutiny.workflow.saving import Conflict


@transaction.atomic
def open_minutes(meeting, *, by):
    """The minutes of a meeting with a place for every item of its agenda; begun if nobody has yet."""
    minutes, begun = Minutes.objects.get_or_create(
        meeting=meeting,
        defaults={"created_by": by, "minute_taker": by, "demonstration_note": meeting.demonstration_note},
    )
    places = set(minutes.minuted_items.values_list("item_id", flat=True))
    for item in meeting.items.all():
        if item.pk not in places:
            MinutedItem.objects.get_or_create(minutes=minutes, item=item)
    if begun:
        audit.write("Minutes begun", subject=minutes, context=meeting, by=by)
    return minutes


@transaction.atomic
def add_entry(
    minuted_item, *, save_id, by, kind=MinuteEntry.Kind.STATEMENT, speaker=None, second_speaker=None, text=""
):
    """Append an entry to an item. The item's row is locked, so that a retry with the same save id adds nothing."""
    held = _held(minuted_item.pk)
    ensure_open(held.minutes)
    last = held.entries.order_by("-position").values_list("position", flat=True).first() or 0
    entry = MinuteEntry(
        minuted_item=held,
        position=last + 1,
        kind=kind,
        speaker=speaker,
        second_speaker=second_speaker,
        text=checked_text(text),
    )
    saved = saving.create(entry, save_id=save_id, by=by)
    if not saved.replayed:
        MinutedItem.objects.filter(pk=held.pk).update(order_version=held.order_version + 1)
        _mark_item_taken(held.item_id)
    return saved


@transaction.atomic
def change_entry(entry, *, base_version, save_id, changes, by):
    """Save an entry that the writer read as `base_version`. Raises Conflict with both texts."""
    ensure_open(_held(entry.minuted_item_id).minutes)
    if "text" in changes:
        changes = {**changes, "text": checked_text(changes["text"])}
    return saving.save(MinuteEntry, entry.uid, base_version=base_version, save_id=save_id, changes=changes, by=by)


def delete_entry(entry, *, base_version, save_id, by):
    """Take an entry out of the minutes. It stays as a tombstone with its history and can be brought back."""
    return change_entry(entry, base_version=base_version, save_id=save_id, changes={"deleted": True}, by=by)


def restore_revision(entry, revision, *, base_version, save_id, by):
    """Make an earlier version the current one: a new version with the old words."""
    changes = {name: value for name, value in revision.content.items() if name in MinuteEntry.VERSIONED}
    known = set(entry.minuted_item.minutes.meeting.attendance.values_list("pk", flat=True))
    speakers = [changes.pop(name, None) for name in ("speaker", "second_speaker")]
    speakers = [person for person in speakers if person in known]  # without whom the attendance no longer lists
    changes |= dict(zip(("speaker", "second_speaker"), [*speakers, None, None], strict=False))
    return change_entry(entry, base_version=base_version, save_id=save_id, changes={**changes, "deleted": False}, by=by)


@transaction.atomic
def move_entry(entry, *, up, order_version, by):
    """Move an entry one place up or down among the living entries of its item.

    Raises Conflict when the order changed since the writer read it. Moving past the end does nothing.
    """
    held = _held(entry.minuted_item_id)
    ensure_open(held.minutes)
    if held.order_version != order_version:
        raise Conflict(theirs=entry, mine={"up": up})
    living = list(held.entries.filter(deleted=False).order_by("position", "pk"))
    place = next((number for number, other in enumerate(living) if other.pk == entry.pk), None)
    if place is None:
        return held
    other = place - 1 if up else place + 1
    if 0 <= other < len(living):
        a, b = living[place], living[other]
        MinuteEntry.objects.filter(pk=a.pk).update(position=b.position)
        MinuteEntry.objects.filter(pk=b.pk).update(position=a.position)
        held.order_version += 1
        held.save(update_fields=["order_version"])
    return held


@transaction.atomic
def delete_minutes(minutes, *, by):
    """Delete a draft set of minutes. The trace keeps every entry's words; what was signed or published stays."""
    minutes = Minutes.objects.select_for_update().get(pk=minutes.pk)
    if not minutes.may_be_deleted:
        raise NotPossible(f"These minutes are {minutes.get_state_display().lower()}: only drafts can be deleted.")
    list(minutes.minuted_items.select_for_update())  # whoever is writing has finished before the words are noted down
    entries = MinuteEntry.objects.filter(minuted_item__minutes=minutes).select_related("minuted_item__item", "speaker")
    trace = [
        {
            "item": str(entry.minuted_item.item),
            "kind": entry.kind,
            "speaker": entry.speaker.speaker_name if entry.speaker else "",
            "text": entry.text,
            "deleted": entry.deleted,
            "uid": str(entry.uid),
        }
        for entry in entries
    ]
    meeting = minutes.meeting
    audit.write("Draft minutes deleted", subject=minutes, context=meeting, by=by, entries=trace)
    entries.delete()
    for checker in minutes.checkers:
        drop_checker(minutes, user=checker.user, by=by, context=meeting)
    minutes.minuted_items.all().delete()
    minutes.delete()
    return meeting


@transaction.atomic
def send_for_check(minutes, *, by):
    """Say that every item is written and the minutes are ready to be checked."""
    minutes = Minutes.objects.select_for_update().get(pk=minutes.pk)
    if minutes.state != State.DRAFT:
        raise NotPossible(f"These minutes are {minutes.get_state_display().lower()}, not a draft.")
    if not MinuteEntry.objects.filter(minuted_item__minutes=minutes, deleted=False).exists():
        raise NotPossible("Nothing is written yet. Write at least one entry first.")
    minutes.state = State.IN_REVIEW
    minutes.save(update_fields=["state"])
    audit.write("Minutes sent for check", subject=minutes, context=minutes.meeting, by=by)
    return minutes


@transaction.atomic
def take_back(minutes, *, by):
    """Make minutes that are being checked a draft again."""
    minutes = Minutes.objects.select_for_update().get(pk=minutes.pk)
    if minutes.state != State.IN_REVIEW:
        raise NotPossible("Only minutes that are being checked can be taken back.")
    minutes.state = State.DRAFT
    minutes.save(update_fields=["state"])
    audit.write("Minutes taken back to draft", subject=minutes, context=minutes.meeting, by=by)
    return minutes


def _held(pk):
    """The item, locked to the end of the transaction. Raises NotPossible when its minutes have been deleted."""
    held = MinutedItem.objects.select_for_update(of=("self",)).select_related("minutes").filter(pk=pk).first()
    if held is None:
        raise NotPossible("Somebody deleted these minutes meanwhile.")
    return held


def _mark_item_taken(item_id):
    AgendaItem.objects.filter(pk=item_id, outcome=AgendaItem.Outcome.OPEN).update(outcome=AgendaItem.Outcome.TAKEN)


def history(entry):
    """Every version of an entry, newest first, each with the words that changed against the one before."""
    revisions = list(Revision.objects.filter(piece=entry.uid).select_related("by"))
    return list(zip(revisions, [*revisions[1:], None], strict=True))
