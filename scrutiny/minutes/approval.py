"""Sending minutes for check, approving them, and approving them again at the next meeting, perhaps with amendments.

Every act locks the minutes and then all their items: whoever is still writing has finished before the words are taken
down, and nobody writes in between.
"""

import hashlib
import uuid

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from scrutiny.meetings.models import Meeting, Task
from scrutiny.minutes import operations, proof, versions
from scrutiny.minutes.models import Amendment, Approval, MinutedItem, MinuteEntry, Minutes, Snapshot
from scrutiny.minutes.reading import who_said
from scrutiny.minutes.texts import checked_text
from scrutiny.workflow import operations as workflow
from scrutiny.workflow import states
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import NotPossible

# States in which a meeting can speak about minutes: they have been sent round at least once. What is published stays
# so; what the meeting says of it is published as the next version.
BEFORE_A_MEETING = (State.IN_REVIEW, State.SIGNED, State.PUBLISHED, State.WITHDRAWN)
OTHER_AMENDMENTS = (
    "The amendments are no longer those that you read. These are recorded now: read them, and look at the change note. "
    "Nothing is approved yet."
)


class Blocked(NotPossible):
    """Something must be mended before the minutes can be approved; `flags` say what."""

    def __init__(self, flags):
        super().__init__("These minutes cannot be approved yet: see what is to be fixed.")
        self.flags = flags


class AmendedMeanwhile(NotPossible):
    """Somebody else has recorded another amendment of the same entry. `held` is theirs."""

    def __init__(self, held):
        who = held.by.name if held.by else "Somebody"
        super().__init__(
            f"{who} recorded how this entry should read while you were writing: “{held.after}” What you typed is still "
            "here. Send it again if it is to take the place of that."
        )
        self.held = held


class Changed(NotPossible):
    """The minutes are no longer as the approver read them."""

    def __init__(self):
        super().__init__("The minutes have changed since you opened this page. Nothing is approved yet.")


def _keep(minutes, occasion, content, *, by, version="", change_note=""):
    return Snapshot.objects.create(
        minutes=minutes, occasion=occasion, content=content, by=by, version=version, change_note=change_note
    )


# --- sending ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def send(minutes, *, by):
    """Send the minutes to their checkers and the approver; they may be sent again after changes.

    What is sent is kept whole, and every checker is asked anew. The same text sent twice is a button pressed twice.
    """
    minutes = operations.held_whole(minutes)
    if minutes.state not in (State.DRAFT, State.IN_REVIEW):
        raise NotPossible(f"These minutes are {minutes.get_state_display().lower()}, not a draft.")
    content = versions.content_of(minutes)
    if not any(item["entries"] for item in content["items"]):
        raise NotPossible("Nothing is written yet. Write at least one entry first.")
    last = versions.last_sent(minutes)
    again = minutes.state == State.IN_REVIEW
    if again and last and versions.content_hash(last.content) == versions.content_hash(content):
        return minutes
    _keep(minutes, Snapshot.Occasion.SENT, content, by=by)
    states.move(minutes, State.IN_REVIEW, by=by)
    workflow.ask_anew(minutes)
    act = "Minutes sent for check again" if again else "Minutes sent for check"
    audit.write(act, subject=minutes, context=minutes.meeting, by=by)
    return minutes


@transaction.atomic
def give_back(minutes, *, note, by):
    """The approver wants changes: a draft again, with a note that says which."""
    minutes = operations.held_whole(minutes)
    if minutes.state != State.IN_REVIEW:
        raise NotPossible(f"These minutes are {minutes.get_state_display().lower()}: there is nothing to give back.")
    workflow.comment(minutes, text=note, by=by, about="Given back for changes", context=minutes.meeting)
    return states.move(minutes, State.DRAFT, by=by, act="Minutes given back for changes", context=minutes.meeting)


@transaction.atomic
def say_verdict(minutes, *, verdict, text, sent, by):
    """What a named checker says of the text that was sent as the snapshot with the key `sent`.

    Whoever sends the minutes again locks them too, so that no verdict counts for a text that its checker has not read.
    """
    minutes = operations.held_whole(minutes)
    last = versions.last_sent(minutes)
    if sent != str(last.pk if last else ""):
        raise NotPossible("The minutes were sent again since you opened this page. Read what changed, then say so.")
    return workflow.say_verdict(minutes, verdict=verdict, text=text, by=by, context=minutes.meeting)


# --- approving -------------------------------------------------------------------------------------------------------


def why_not(minutes, user, last=None):
    """Why this person may not approve these minutes, in words; empty if they may. Author and approver differ.

    A page that has loaded what was last sent passes it on.
    """
    if minutes.minute_taker_id == user.pk:
        return "You wrote these minutes, so somebody else has to approve them."
    last = last or versions.last_sent(minutes)
    if last and last.by_id == user.pk:
        return "You sent these minutes for check, so somebody else has to approve them."
    return ""


@transaction.atomic
def approve(minutes, *, seen, by):
    """Approve the minutes as the approver read them (`seen` is the hash of that content). They are closed from then on.

    Raises Blocked, Changed or NotPossible. The button pressed twice approves once.
    """
    minutes = operations.held_whole(minutes)
    if not minutes.is_open and minutes.approvals.filter(how=Approval.How.SIGNED, by=by).exists():
        return minutes
    if minutes.state != State.IN_REVIEW:
        raise NotPossible(_not_to_be_approved(minutes))
    if refusal := why_not(minutes, by):
        raise NotPossible(refusal)
    by.act_alone()
    content = _content_as_seen(minutes, seen)
    states.move(minutes, State.SIGNED, by=by)
    Approval.objects.create(minutes=minutes, how=Approval.How.SIGNED, on=today(), by=by)
    last = versions.last_approved(minutes)
    number = _after(last.version) if last else "1.0"
    version = _keep(minutes, Snapshot.Occasion.APPROVED, content, by=by, version=number)
    _note_approval("Minutes approved", minutes, version, content, by)
    return minutes


@transaction.atomic
def take_back(minutes, *, by):
    """Take the approval of minutes back that nobody has published and no meeting has approved: something is to be mended.

    They are in review again and have to be approved anew; what was approved stays readable as a version.
    """
    minutes = operations.held_whole(minutes)
    if refusal := why_not_back(minutes):
        raise NotPossible(refusal)
    approved_by = ", ".join(str(approval.by) for approval in minutes.approvals.all())
    minutes.approvals.all().delete()
    act = "Approval of the minutes taken back, to mend them"
    return states.move(minutes, State.IN_REVIEW, by=by, act=act, context=minutes.meeting, approved_by=approved_by)


def why_not_back(minutes):
    """Why the approval cannot be taken back, in words; empty if it can."""
    if minutes.state != State.SIGNED:
        return f"These minutes are {minutes.state_in_words.lower()}. Only an approval can be taken back."
    if minutes.approvals.filter(how=Approval.How.MEETING).exists():
        return "A meeting has approved these minutes. A later change is a correction."
    return ""


def _not_to_be_approved(minutes):
    if minutes.state == State.DRAFT:
        return "These minutes are a draft. They can be approved once they have been sent for check."
    return "These minutes are approved already."


def _content_as_seen(minutes, seen):
    content = versions.content_of(minutes)
    if versions.content_hash(content) != seen:
        raise Changed()
    if blocking := proof.errors_of(minutes):
        raise Blocked(blocking)
    return content


def _note_approval(act, minutes, version, content, by):
    words = f"{act}, version {version.version}" if version else act
    digest = versions.content_hash(version.content if version else content)
    audit.write(words, subject=minutes, context=minutes.meeting, by=by, content_hash=digest)


# --- at the next meeting ---------------------------------------------------------------------------------------------


def brought_to(item):
    """The minutes that an agenda item brings: of the last meeting of the series before this one. None where none are."""
    return brought_to_meeting(item.meeting)


def brought_to_meeting(meeting, with_approval=False):
    """The minutes of the last earlier meeting of the same series that has any. One query.

    `with_approval` also says whether a meeting has approved them, as `approved_by_a_meeting`.
    """
    earlier = Q(meeting__date__lt=meeting.date)
    if meeting.starts:
        earlier |= Q(meeting__date=meeting.date, meeting__starts__lt=meeting.starts)
    minutes = Minutes.objects.filter(earlier, meeting__series=meeting.series_id)
    if with_approval:
        by_a_meeting = Approval.objects.filter(minutes=OuterRef("pk"), how=Approval.How.MEETING)
        minutes = minutes.annotate(approved_by_a_meeting=Exists(by_a_meeting))
    called_off = [Meeting.Status.CANCELLED, Meeting.Status.POSTPONED]
    held = minutes.exclude(meeting__status__in=called_off).select_related("meeting__series")
    return held.order_by("-meeting__date", "-meeting__starts", "-pk").first()


def speaks_later(minutes, meeting):
    """Whether this meeting can speak about these minutes: it is another one of the same series, and not an earlier."""
    own = minutes.meeting
    if meeting.pk == own.pk or meeting.series_id != own.series_id or meeting.date < own.date:
        return False
    return meeting.date > own.date or not own.starts or not meeting.starts or meeting.starts > own.starts


def why_not_at(minutes, meeting):
    """Why this meeting cannot approve these minutes yet, in words; empty if it can."""
    if minutes.state == State.DRAFT:
        return "These minutes are a draft. Send them for check first."
    if meeting.status in (Meeting.Status.CANCELLED, Meeting.Status.POSTPONED):
        return f"The meeting of {meeting.date:%-d %B %Y} was {meeting.get_status_display().lower()}."
    if minutes.state not in BEFORE_A_MEETING:
        return f"These minutes are {minutes.get_state_display().lower()}."
    if done := minutes.approvals.filter(how=Approval.How.MEETING).select_related("meeting").first():
        return f"The meeting of {done.meeting.date:%-d %B %Y} has approved these minutes."
    return ""


@transaction.atomic
def amend(entry, *, meeting, after, note, by, seen=""):
    """Record at a meeting how an entry should read. It is made when the meeting's approval is recorded.

    A second amendment of the same entry takes the place of the first, whose mark (`mark_of`) is then `seen`. Raises
    AmendedMeanwhile where another one is recorded than its writer has read. Returns the amendment.
    """
    minutes = operations.held_whole(entry.minuted_item.minutes)
    _ensure_can_speak(minutes, meeting)
    entry = MinuteEntry.objects.get(pk=entry.pk, minuted_item__minutes=minutes)
    after = checked_text(after)
    if entry.deleted:
        raise NotPossible("This entry was deleted: there is nothing to amend.")
    if not after:
        raise NotPossible("Say how the entry should read. An amendment cannot take all words out.")
    if after == entry.text:
        raise NotPossible("These are the words that stand already. Change them, or leave the entry as it is.")
    held = recorded(entry, meeting)
    if held and (held.before, held.after, held.note) == (entry.text, after, note):
        return held
    if held and mark_of(held) != seen:
        raise AmendedMeanwhile(held)
    amendment = held or Amendment(minutes=minutes, meeting=meeting, entry=entry)
    amendment.before, amendment.after, amendment.note = entry.text, after, note
    amendment.by, amendment.at = by, timezone.now()
    amendment.save()
    act = "Amendment changed" if held else "Amendment recorded"
    audit.write(f"{act} for the minutes of {minutes.meeting.date:%-d %B %Y}", subject=minutes, context=meeting, by=by)
    return amendment


def recorded(entry, meeting):
    """How this meeting wants the entry to read, as long as that is not made; None where nobody has said."""
    waiting = Amendment.objects.filter(meeting=meeting, entry=entry, made=False)
    return waiting.select_related("by").order_by("-pk").first()


def mark_of(*amendments):
    """What tells these amendments, as they read now, from any others; empty for none."""
    said = [(each.pk, each.after, each.note) for each in amendments if each]
    return hashlib.sha256(repr(said).encode()).hexdigest() if said else ""


@transaction.atomic
def remove_amendment(amendment, *, by):
    """Take back an amendment that has not been made. Taking it back twice is taking it back."""
    minutes = operations.held_whole(amendment.minutes)
    current = Amendment.objects.filter(pk=amendment.pk).first()
    if current is None:
        return minutes
    if current.made:
        raise NotPossible("This amendment has been made and approved. A later change is a correction.")
    current.delete()
    audit.write(
        f"Amendment taken back for the minutes of {minutes.meeting.date:%-d %B %Y}",
        subject=minutes,
        context=amendment.meeting,
        by=by,
        before=current.before,
        after=current.after,
    )
    return minutes


def amendments_at(minutes, meeting):
    """What this meeting wants amended, in the order of the minutes."""
    rows = minutes.amendments.filter(meeting=meeting)
    return rows.select_related("entry__speaker", "entry__second_speaker", "entry__minuted_item__item").order_by(
        "entry__minuted_item__item__position", "entry__position", "pk"
    )


def change_note_for(amendments):
    """The change note as the portal proposes it; the officer may word it differently."""
    return "\n".join(_in_words(amendment) for amendment in amendments)


def _in_words(amendment):
    entry = amendment.entry
    item = entry.minuted_item.item
    where = f"Item {item.label}" if item.label else item.title
    who = who_said(entry)
    words = f"{where}{f', {who}' if who else ''}: “{amendment.before}” is to read “{amendment.after}”"
    return f"{words} ({amendment.note})" if amendment.note else f"{words}."


@transaction.atomic
def approve_at_meeting(minutes, *, meeting, seen, change_note, write_down, by, asked=None):
    """Record that a meeting approved the minutes: as they stand, or subject to the amendments recorded there.

    The amendments are made on the entries here and nowhere else, past the rule that approved minutes are closed. Both
    wordings stay readable as versions. With `write_down` the approving meeting's own minutes say so. `asked` is the mark
    of the amendments as the page showed them, None where nobody read them on a page.
    Raises Blocked, Changed or NotPossible; recorded twice it counts once.
    """
    minutes = operations.held_whole(minutes)
    if minutes.approvals.filter(how=Approval.How.MEETING, meeting=meeting).exists():
        return minutes
    _ensure_can_speak(minutes, meeting)
    if meeting.date > today():
        raise NotPossible(f"The meeting of {meeting.date:%-d %B %Y} is still to come. Record there what it decides.")
    before = _content_as_seen(minutes, seen)
    amendments = list(amendments_at(minutes, meeting).filter(made=False))
    if asked is not None and asked != mark_of(*amendments):
        raise NotPossible(OTHER_AMENDMENTS)
    if amendments and not change_note:
        raise NotPossible("Say in the change note what is amended.")
    if not amendments:
        change_note = ""
    for amendment in amendments:
        _make(minutes, amendment, by=by)
    version = _new_version(minutes, before, amendments, change_note, by=by)
    if minutes.is_open:
        states.move(minutes, State.SIGNED, by=by)
    approval = Approval.objects.create(
        minutes=minutes,
        how=Approval.How.MEETING,
        meeting=meeting,
        on=meeting.date,
        amended=bool(amendments),
        change_note=change_note,
        by=by,
    )
    act = f"Minutes approved by the meeting of {meeting.date:%-d %B %Y}"
    _note_approval(f"{act}, as amended" if amendments else act, minutes, version, before, by)
    audit.write(
        f"Approved the minutes of {minutes.meeting.date:%-d %B %Y}{' as amended' if amendments else ''}",
        subject=meeting,
        by=by,
    )
    if write_down:
        _write_down(approval, by=by)
    return minutes


def _ensure_can_speak(minutes, meeting):
    if not speaks_later(minutes, meeting):
        raise NotPossible("Only a later meeting can speak about these minutes.")
    if refusal := why_not_at(minutes, meeting):
        raise NotPossible(refusal)


def _make(minutes, amendment, *, by):
    """Put one amendment into its entry, as a new version of it. The item's row is locked."""
    entry = amendment.entry
    if entry.text != amendment.before or entry.deleted:
        where = entry.minuted_item.item
        raise NotPossible(f"An entry of “{where}” was changed after its amendment was recorded. Record it again.")
    held = MinutedItem.objects.select_related("item", "minutes__meeting__series").get(pk=entry.minuted_item_id)
    operations.write_entry(
        held,
        entry.uid,
        base_version=entry.version,
        save_id=uuid.uuid5(entry.uid, f"amendment {amendment.pk}"),
        changes={"text": amendment.after},
        by=by,
    )
    amendment.made = True
    amendment.save(update_fields=["made"])


def _new_version(minutes, before, amendments, change_note, *, by):
    """Keep the version that the meeting made: 1.0 if none was approved before, 1.1 if it amended one. None otherwise.

    It is the content that was approved with the amended words in it. What has moved on since in the registers, such as
    the due date of an action, is no part of what the meeting changed.
    """
    last = versions.last_approved(minutes)
    was_open = minutes.is_open  # a draft still, or one whose approval was taken back and that was written on
    if last and not amendments and not was_open:
        return None
    content = last.content if last and not was_open else before
    words = {str(amendment.entry.uid): amendment.after for amendment in amendments}
    for item in content["items"]:
        for entry in item["entries"]:
            entry["text"] = words.get(entry["uid"], entry["text"])
    occasion = Snapshot.Occasion.AMENDED if amendments else Snapshot.Occasion.APPROVED
    number = _after(last.version) if last else "1.0"
    return _keep(minutes, occasion, content, by=by, version=number, change_note=change_note)


def _after(version):
    whole, part = version.split(".")
    return f"{whole}.{int(part) + 1}"


def place_to_write_down(meeting):
    """Where the approving meeting's own minutes say so: at the item that brings the last minutes, if they are open."""
    places = MinutedItem.objects.filter(minutes__meeting=meeting, item__task=Task.PREVIOUS_MINUTES)
    place = places.select_related("minutes", "item").order_by("item__position").first()
    return place if place and place.minutes.is_open else None


def words_to_write_down(minutes, change_note=""):
    """What the approving meeting's minutes say."""
    day = f"{minutes.meeting.date:%-d %B %Y}"
    if not change_note:
        return f"The minutes of {day} were approved as a true record."
    return f"The minutes of {day} were approved subject to the following amendments:\n\n{change_note}"


def _write_down(approval, *, by):
    place = place_to_write_down(approval.meeting)
    if place is None:
        return
    operations.add_entry(
        place,
        save_id=uuid.uuid4(),
        by=by,
        kind=MinuteEntry.Kind.NOTE,
        text=words_to_write_down(approval.minutes, approval.change_note),
    )
