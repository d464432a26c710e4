"""Acts on a set of minutes. Every text goes through workflow's save function."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from opcc_portal.audit import operations as audit
from scrutiny.meetings.models import AgendaItem, Attendance
from scrutiny.minutes import actions, corrections, decisions, questions
from scrutiny.minutes.models import MinutedItem, MinuteEntry, Minutes
from scrutiny.minutes.texts import checked_text
from scrutiny.workflow import saving, states
from scrutiny.workflow.models import Revision, State
from scrutiny.workflow.operations import NotPossible, drop_checker
from scrutiny.workflow.saving import Conflict

DELETED = "Somebody deleted these minutes meanwhile."
STRANGER = "This person is not in the attendance of the meeting. Add them there first."


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
    minuted_item,
    *,
    save_id,
    by,
    kind=MinuteEntry.Kind.STATEMENT,
    speaker=None,
    second_speaker=None,
    text="",
    rough=False,
    assurance="",
    question_status="",
    uid=None,
    after=None,
    settled=True,
):
    """Add an entry to an item, at its end or below the entry with the uid `after`.

    The item's row is locked, so that a retry with the same save id adds nothing. `settled` says that the writer has
    left the entry: then an action's owner and day are read from its words. `uid` may be chosen by the client.
    """
    held = held_for_writing(minuted_item.pk)
    named = [getattr(person, "pk", person) for person in (speaker, second_speaker)]
    facts = facts_about(held, after=after, save_id=save_id, speakers=named)
    ensure_writable(held, facts.state)
    return write_new(
        held,
        facts,
        save_id=save_id,
        by=by,
        uid=uid,
        settled=settled,
        kind=kind,
        speaker=named[0],
        second_speaker=named[1],
        text=text,
        rough=rough,
        assurance=assurance,
        question_status=question_status,
    )


@dataclass(frozen=True)
class Facts:
    """What a new entry has to know of an item whose row is locked."""

    last: int  # position of the last entry, 0 where there is none
    above: int | None  # position of the entry below which the new one goes, None for the end
    question: int | None  # the question that an answer there would answer
    spent: bool  # this save id has counted already
    known: bool  # an entry with this uid is there already
    state: str  # of the minutes
    strangers: bool  # a speaker is not in the attendance of this meeting

    @property
    def position(self):
        """Where the new entry stands."""
        return (self.last if self.above is None else self.above) + 1

    @property
    def is_at_end(self):
        """Nothing stands below the new entry."""
        return self.position > self.last


def facts_about(held, *, save_id, after=None, uid=None, speakers=()):
    """One query, made after the item's row was locked: before, another writer's changes could be missed."""
    speakers = set(speakers) - {None}
    there = Attendance.objects.filter(meeting=held.minutes.meeting_id, pk__in=speakers).order_by().values("meeting")
    entries = MinuteEntry.objects.filter(minuted_item=held).order_by()
    above = entries.filter(uid=after).values("position")[:1] if after else Value(None, output_field=IntegerField())
    living = entries.filter(deleted=False, kind__in=[MinuteEntry.Kind.QUESTION])
    known = MinuteEntry.objects.filter(uid=uid) if uid else MinuteEntry.objects.none()
    row = (
        MinutedItem.objects.filter(pk=held.pk)
        .annotate(
            last=Subquery(entries.order_by("-position").values("position")[:1]),
            above=Subquery(above) if after else above,
            spent=Exists(Revision.objects.filter(save_id=save_id)),
            known=Exists(known),
            state=F("minutes__state"),
            there=Coalesce(Subquery(there.annotate(n=Count("pk")).values("n")), 0) if speakers else Value(0),
        )
        .annotate(
            question=Subquery(
                living.filter(position__lte=Coalesce(OuterRef("above"), OuterRef("last"), 0))
                .order_by("-position", "-pk")
                .values("pk")[:1]
            )
        )
        .values("last", "above", "question", "spent", "known", "state", "there")
        .get()
    )
    strangers = row.pop("there") != len(speakers)
    return Facts(**{**row, "last": row["last"] or 0}, strangers=strangers)


@transaction.atomic(savepoint=False)
def write_new(held, facts, *, save_id, by, uid=None, settled=True, **values):
    """Write a new entry into an item whose row is locked. `values` are the versioned fields, people by key."""
    understood = None
    values["text"] = checked_text(values["text"])
    if values["kind"] == MinuteEntry.Kind.ACTION and settled:
        understood = actions.understood(values["text"], meeting=held.minutes.meeting)
        values["text"] = understood.text
    speakers = {f"{name}_id": values.pop(name) for name in ("speaker", "second_speaker")}
    entry = MinuteEntry(minuted_item=held, position=facts.position, **values, **speakers)
    if uid:
        entry.uid = uid
    if values["kind"] == MinuteEntry.Kind.ANSWER:
        entry.answers_id = facts.question
    saved = saving.create(entry, save_id=save_id, by=by, may_be_spent=facts.spent)
    if saved.replayed:
        return saved
    if not facts.is_at_end:
        held.entries.filter(position__gte=facts.position).exclude(pk=entry.pk).update(position=F("position") + 1)
    if facts.strangers:
        raise NotPossible(STRANGER)
    _count_order(held)
    _mark_item_taken(held.item)
    _follow(held, entry, understood=understood, before={}, by=by)
    if not facts.is_at_end and entry.kind == MinuteEntry.Kind.QUESTION:
        settle_answers(held)
    return saved


def _ensure_known(held, speakers):
    """Raise NotPossible when somebody is named who is not in the attendance of this meeting."""
    speakers = speakers - {None}
    if speakers and Attendance.objects.filter(meeting=held.minutes.meeting_id, pk__in=speakers).count() != len(
        speakers
    ):
        raise NotPossible(STRANGER)


def _count_order(held):
    held.order_version += 1
    held.save(update_fields=["order_version"])


@transaction.atomic
def change_entry(entry, *, base_version, save_id, changes, by, settled=True):
    """Save an entry that the writer read as `base_version`. Raises Conflict with both texts. For `settled` see add_entry."""
    held = held_for_writing(entry.minuted_item_id)
    ensure_writable(held)
    return write_entry(
        held, entry.uid, base_version=base_version, save_id=save_id, changes=changes, by=by, settled=settled
    )


@transaction.atomic(savepoint=False)
def write_entry(held, uid, *, base_version, save_id, changes, by, settled=True):
    """Save the entry `uid` of an item whose row is locked, and let everything that follows from it follow."""
    understood = None
    if "text" in changes:
        changes = {**changes, "text": checked_text(changes["text"])}
        if settled and changes.get("kind") == MinuteEntry.Kind.ACTION and not changes.get("deleted"):
            understood = actions.understood(changes["text"], meeting=held.minutes.meeting)
            changes["text"] = understood.text
    saved = saving.save(MinuteEntry, uid, base_version=base_version, save_id=save_id, changes=changes, by=by)
    if saved.piece.minuted_item_id != held.pk:
        raise NotPossible("This entry belongs to another item.")
    named = {saved.piece.speaker_id, saved.piece.second_speaker_id}
    _ensure_known(held, named - {saved.before.get("speaker"), saved.before.get("second_speaker")})
    says_more = understood and (understood.owners or understood.everybody or understood.due)
    if not saved.replayed or says_more:  # "@ACC" alone changes the action and not the words
        saved.piece.minuted_item = held
        _follow(held, saved.piece, understood=understood, before=saved.before, by=by)
        _settle_where_needed(held, saved.piece, saved.before)
    return saved


def _follow(held, entry, *, understood, before, by):
    """Keep what hangs on an entry in step with it: its action, its decision, its correction."""
    kinds = (entry.kind, before.get("kind", ""))
    if MinuteEntry.Kind.ACTION in kinds or entry.action_id:
        actions.keep_in_step(entry, understood=understood, by=by)
    if MinuteEntry.Kind.DECISION in kinds or entry.decision_id:
        decisions.keep_in_step(entry, by=by)
    if MinuteEntry.Kind.CORRECTION in kinds:
        corrections.keep_in_step(entry, by=by)


def _settle_where_needed(held, entry, before):
    exchanges = {MinuteEntry.Kind.QUESTION, MinuteEntry.Kind.ANSWER}
    moved = entry.kind != before["kind"] or entry.deleted != before["deleted"]
    if moved and exchanges & {entry.kind, before["kind"]}:
        settle_answers(held)


def settle_answers(held):
    """Let every answer of an item point at the question above it."""
    rows = held.entries.order_by("position", "pk").values_list("pk", "kind", "deleted", "answers_id")
    question, wrong = None, {}
    for pk, kind, deleted, answers in rows:
        if kind == MinuteEntry.Kind.QUESTION and not deleted:
            question = pk
        right = question if kind == MinuteEntry.Kind.ANSWER and not deleted else None
        if answers != right:
            wrong.setdefault(right, []).append(pk)
    for right, entries in wrong.items():
        MinuteEntry.objects.filter(pk__in=entries).update(answers=right)


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
    held = held_for_writing(entry.minuted_item_id)
    ensure_writable(held)
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
        _count_order(held)
        settle_answers(held)
    return held


@transaction.atomic
def delete_minutes(minutes, *, by):
    """Delete a draft set of minutes. The trace keeps every entry's words; what was signed or published stays."""
    minutes = held_whole(minutes)  # whoever is writing has finished before the words are noted down
    if not minutes.may_be_deleted:
        raise NotPossible(f"These minutes are {minutes.get_state_display().lower()}: only drafts can be deleted.")
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
    put_right = corrections.forget(minutes)
    decisions.forget(minutes, by=by)
    questions.forget(minutes)
    asked_for = list(minutes.amendments.values("before", "after", "note"))
    said = {"entries": trace, "corrections": put_right, "amendments": asked_for}
    audit.write("Draft minutes deleted", subject=minutes, context=meeting, by=by, **said)
    minutes.amendments.all().delete()
    minutes.snapshots.all().delete()  # what was sent for check, never approved
    actions.let_go(entries, by=by)
    entries.delete()
    for checker in minutes.checkers:
        drop_checker(minutes, user=checker.user, by=by, context=meeting)
    minutes.minuted_items.all().delete()
    minutes.delete()
    return meeting


@transaction.atomic
def take_back(minutes, *, by):
    """Make minutes that are being checked a draft again."""
    minutes = held_whole(minutes)
    if minutes.state != State.IN_REVIEW:
        raise NotPossible("Only minutes that are being checked can be taken back.")
    return states.move(minutes, State.DRAFT, by=by, act="Minutes taken back to draft", context=minutes.meeting)


def ensure_writable(held, state=None):
    """Raise NotPossible when the minutes of an item whose row is locked are approved or published.

    Their state is read after the lock: whoever approves locks every item first, and a writer who waited for that has
    read the minutes as they were before.
    """
    minutes = held.minutes
    minutes.state = state or Minutes.objects.values_list("state", flat=True).get(pk=minutes.pk)
    if not minutes.is_open:
        raise NotPossible("These minutes are approved and closed. A later change is a correction.")


def held_whole(minutes):
    """The minutes and all their items as they are now, locked to the end of the transaction.

    Their own row is locked so that records may still be added which refer to it: a writer who holds an item adds some.
    Raises NotPossible when they have been deleted.
    """
    wanted = Minutes.objects.select_for_update(of=("self",), no_key=True).select_related("meeting__series")
    held = wanted.filter(pk=minutes.pk).first()
    if held is None:
        raise NotPossible(DELETED)
    list(held.minuted_items.select_for_update(of=("self",)).order_by("pk"))
    return held


def held_for_writing(pk):
    """The item, locked to the end of the transaction. Raises NotPossible when its minutes have been deleted."""
    wanted = MinutedItem.objects.select_for_update(of=("self",)).select_related("item", "minutes__meeting__series")
    held = wanted.filter(pk=pk).first()
    if held is None:
        raise NotPossible(DELETED)
    return held


def _mark_item_taken(item):
    if item.outcome == AgendaItem.Outcome.OPEN:
        AgendaItem.objects.filter(pk=item.pk, outcome=AgendaItem.Outcome.OPEN).update(outcome=AgendaItem.Outcome.TAKEN)


@transaction.atomic
def stamp(minuted_item, *, began=False, ended=False, at, by):
    """Note when an item began or ended. What is noted already stays: somebody who comes back to an item changes nothing."""
    held = held_for_writing(minuted_item.pk)
    ensure_writable(held)
    if began and held.started is None and (held.ended is None or held.ended >= at):
        held.started = at
    if ended and held.ended is None and (held.started is None or held.started <= at):
        held.ended = at
    held.save(update_fields=["started", "ended"])
    return held


def history(entry):
    """Every version of an entry, newest first, each with the words that changed against the one before."""
    revisions = list(Revision.objects.filter(piece=entry.uid).select_related("by"))
    return list(zip(revisions, [*revisions[1:], None], strict=True))
