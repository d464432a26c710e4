"""Acts on actions: said, changed, closed and opened again. Each one locks the action and leaves a line of its history."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from scrutiny.meetings.models import Meeting
from scrutiny.people.models import Appointment
from scrutiny.register.models import Action, ActionOwner, ActionUpdate, Attachment
from scrutiny.workflow.operations import AT_ONCE, NotPossible

Kind = ActionUpdate.Kind
Status = Action.Status
NOBODY = "Nobody yet"


class Stale(Exception):
    """Somebody changed the action since the writer last read it. `now` is the action as it stands."""

    def __init__(self, now):
        super().__init__("the action has changed")
        self.now = now


@dataclass(frozen=True)
class Owner:
    """Somebody an action is given to: by the name used that day, as a person or as the holder of a post."""

    name: str
    person: int | None = None
    post: int | None = None
    organisation: int | None = None


def in_words(day, as_said=""):
    """A due day as histories print it: 28 February 2018 (next meeting); No due date."""
    if day is None:
        return as_said or "No due date"
    return f"{day:%-d %B %Y}" + (f" ({as_said})" if as_said else "")


# --- Raised and kept in step with the minutes --------------------------------------------------------------------------


@transaction.atomic(savepoint=False)
def raise_action(*, item, meeting, text, by, owners=(), everybody=False, due=None, due_as_said=""):
    """Put a new action into the register, under the next number of its agenda item. The caller holds the item locked."""
    last = Action.objects.filter(item=item).aggregate(last=Max("number"))["last"] or 0
    action = Action.objects.create(
        meeting=meeting,
        item=item,
        number=last + 1,
        reference=f"{item.label.strip().rstrip('.') or 'A'}/{last + 1}",
        text=text,
        owned_by_all=everybody,
        due=due,
        due_as_said=due_as_said,
        raised_on=meeting.date,
    )
    if not everybody:
        _give_to(action, owners)
    ActionUpdate.objects.create(action=action, kind=Kind.RAISED, after=text, meeting=meeting, by=by)
    return action


def locked(pk):
    """The action, locked to the end of the transaction."""
    return Action.objects.select_for_update(of=("self",)).get(pk=pk)


@transaction.atomic(savepoint=False)
def reword(action, *, text, by):
    """Give a locked action the words that the minutes now have. Words typed in one go are one line of its history."""
    before, action.text = action.text, text
    action.version += 1
    action.save(update_fields=["text", "version"])
    last = action.updates.order_by("-at", "-pk").first()
    at_once = timezone.now() - timezone.timedelta(minutes=10)
    if last and last.kind in (Kind.TEXT, Kind.RAISED) and last.by_id == by.pk and last.at > at_once:
        last.after = text
        last.save(update_fields=["after"])
    else:
        ActionUpdate.objects.create(action=action, kind=Kind.TEXT, before=before, after=text, by=by)


@transaction.atomic(savepoint=False)
def withdraw(action, *, by, why=""):
    """Say that a locked action turned out not to be one. It keeps its number, and can come back."""
    if not action.is_open:
        return
    before = action.get_status_display()
    action.status = Status.WITHDRAWN
    action.version += 1
    action.save(update_fields=["status", "version"])
    _note(action, Kind.WITHDRAWN, by=by, text=why, before=before, after=action.get_status_display())


@transaction.atomic(savepoint=False)
def take_up_again(action, *, by, why=""):
    """Bring a withdrawn action back under the same reference."""
    before, action.status = action.get_status_display(), Status.OPEN
    action.version += 1
    action.save(update_fields=["status", "version"])
    _note(action, Kind.REOPENED, by=by, text=why, before=before, after=action.get_status_display())


@transaction.atomic(savepoint=False)
def hand_over(action, *, owners, everybody, by, text="", meeting=None):
    """Give a locked action to others. The same owners again change nothing; returns whether anything changed."""
    before = action.owners_in_words
    after = "All" if everybody else _names(owners)
    if before == after:
        return False
    action.owners.all().delete()
    action.owned_by_all = everybody
    action.version += 1
    action.save(update_fields=["owned_by_all", "version"])
    if not everybody:
        _give_to(action, owners)
    _note(action, Kind.OWNERS, by=by, text=text, meeting=meeting, before=before or NOBODY, after=after or NOBODY)
    return True


@transaction.atomic(savepoint=False)
def set_due(action, *, due, by, as_said="", text="", meeting=None):
    """Give a locked action another due day. The same day again changes nothing; returns whether anything changed."""
    if (action.due, action.due_as_said) == (due, as_said) or (action.due == due and not as_said):
        return False
    before = in_words(action.due, action.due_as_said)
    action.due, action.due_as_said = due, as_said
    action.version += 1
    action.save(update_fields=["due", "due_as_said", "version"])
    _note(action, Kind.DUE, by=by, text=text, meeting=meeting, before=before, after=in_words(due, as_said))
    return True


def _give_to(action, owners):
    known = {owner.name: owner for owner in owners}
    ActionOwner.objects.bulk_create(
        ActionOwner(
            action=action,
            position=position,
            name=owner.name[:200],
            person_id=owner.person,
            post_id=owner.post,
            organisation_id=owner.organisation,
        )
        for position, owner in enumerate(known.values(), 1)
    )


def _names(owners):
    names = list(dict.fromkeys(owner.name for owner in owners))
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _note(action, kind, *, by, **words):
    return ActionUpdate.objects.create(action=action, kind=kind, by=by, **words)


# --- On the register's pages -------------------------------------------------------------------------------------------


@transaction.atomic
def say(action, *, text, by, base_version, upload=None, meeting=None):
    """Note how an action is going, perhaps with a file that shows it. Returns the line of history.

    The same words again within a minute are a button pressed twice: they count once, and their file goes.
    """
    held = locked(action.pk)
    if same := _just_said(held, Kind.NOTE, text, by):
        _drop(upload)
        return same
    _ensure_seen(held, base_version)
    if held.status == Status.WITHDRAWN:
        raise NotPossible("This is no longer an action, so nothing can be reported on it.")
    _count(held)
    said = _note(held, Kind.NOTE, by=by, text=text, meeting=meeting, evidence=_evidence(upload))
    audit.write(f"Update on action {held.reference}", subject=held, context=held.meeting, by=by)
    return said


@transaction.atomic
def propose_closed(action, *, text, by, base_version, upload=None):
    """Say that an action is done, so that the office may close it."""
    held = locked(action.pk)
    if same := _just_said(held, Kind.PROPOSED, text, by):
        _drop(upload)
        return same
    _ensure_seen(held, base_version)
    if held.status != Status.OPEN:
        raise NotPossible(f"This action is not open: {held.get_status_display().lower()}.")
    before, held.status = held.get_status_display(), Status.PROPOSED
    _count(held, "status")
    said = _note(
        held,
        Kind.PROPOSED,
        by=by,
        text=text,
        evidence=_evidence(upload),
        before=before,
        after=held.get_status_display(),
    )
    audit.write(f"Action {held.reference} proposed closed", subject=held, context=held.meeting, by=by)
    return said


@transaction.atomic
def close(action, *, text, by, base_version, meeting=None):
    """Close an action in a meeting, on the meeting's day; without a meeting today."""
    held = locked(action.pk)
    if same := _just_said(held, Kind.CLOSED, text, by):
        return same
    _ensure_seen(held, base_version)
    if not held.is_open:
        raise NotPossible(f"This action cannot be closed: {held.get_status_display().lower()}.")
    day = meeting.date if meeting else today()
    if day > today():
        raise NotPossible(
            "This meeting has not taken place yet. Close the action on the day, or in an earlier meeting."
        )
    if day < held.raised_on:
        raise NotPossible("This meeting was before the action was raised. Choose a later one.")
    before = held.get_status_display()
    held.status, held.closed_on, held.closed_in = Status.CLOSED, day, meeting
    _count(held, "status", "closed_on", "closed_in")
    where = f"in the meeting of {meeting.date:%-d %B %Y}" if meeting else f"on {day:%-d %B %Y}"
    said = _note(held, Kind.CLOSED, by=by, text=text, meeting=meeting, before=before, after=f"Closed {where}")
    audit.write(f"Action {held.reference} closed", subject=held, context=meeting or held.meeting, by=by)
    return said


@transaction.atomic
def reopen(action, *, text, by, base_version):
    """Open an action again that was closed, or whose closing was proposed too early."""
    held = locked(action.pk)
    if same := _just_said(held, Kind.REOPENED, text, by):
        return same
    _ensure_seen(held, base_version)
    if held.status not in (Status.CLOSED, Status.PROPOSED):
        raise NotPossible(f"This action is not closed: {held.get_status_display().lower()}.")
    before = f"Closed on {held.closed_on:%-d %B %Y}" if held.closed_on else held.get_status_display()
    held.status, held.closed_on, held.closed_in = Status.OPEN, None, None
    _count(held, "status", "closed_on", "closed_in")
    said = _note(held, Kind.REOPENED, by=by, text=text, before=before, after=held.get_status_display())
    audit.write(f"Action {held.reference} opened again", subject=held, context=held.meeting, by=by)
    return said


@transaction.atomic
def change_due(action, *, due, reason, by, base_version, meeting=None):
    """Give an action another due day, with the reason. Returns whether anything changed."""
    held = locked(action.pk)
    if held.due == due:
        return False
    _ensure_seen(held, base_version)
    _ensure_open(held)
    changed = set_due(held, due=due, by=by, text=reason, meeting=meeting)
    audit.write(f"Due date of action {held.reference} changed", subject=held, context=held.meeting, by=by)
    return changed


@transaction.atomic
def change_owners(action, *, owners, everybody, reason, by, base_version):
    """Give an action to other people or posts, or to everybody. Returns whether anything changed."""
    held = locked(action.pk)
    if held.owners_in_words == ("All" if everybody else _names(owners)):
        return False
    _ensure_seen(held, base_version)
    _ensure_open(held)
    changed = hand_over(held, owners=owners, everybody=everybody, by=by, text=reason)
    audit.write(f"Owners of action {held.reference} changed", subject=held, context=held.meeting, by=by)
    return changed


@transaction.atomic
def carry_on(action, *, text, due, by, base_version, meeting):
    """What a meeting says about an action that goes on: words, another due day, or both."""
    held = locked(action.pk)
    if due is not None and due == held.due and (same := _just_said(held, Kind.DUE, text, by)):
        return same
    if due is None or due == held.due:
        return say(held, text=text, by=by, base_version=base_version, meeting=meeting)
    return change_due(held, due=due, reason=text, by=by, base_version=base_version, meeting=meeting)


def person_as_owner(person, *, date):
    """The person by the name that minutes of that day use, with the body they then worked for."""
    held = person.appointment_on(date)
    rank = held.abbreviation if held and held.post.rank else ""
    return Owner(
        name=f"{rank} {person.surname}" if rank else person.name,
        person=person.pk,
        organisation=held.post.organisation_id if held else None,
    )


def post_as_owner(post):
    """Whoever holds the post."""
    return Owner(name=post.title, post=post.pk, organisation=post.organisation_id)


def organisations_on(date, people):
    """{person: organisation} by the posts that they held that day. One query."""
    held = Appointment.objects.held_on(date).filter(person__in=people).order_by("starts")
    return dict(held.values_list("person", "post__organisation"))


def meetings_to_close_in(action):
    """Meetings of its series since it was raised that have been held or are held today, the latest first."""
    if action.meeting is None:
        return Meeting.objects.none()
    called_off = (Meeting.Status.CANCELLED, Meeting.Status.POSTPONED)
    meetings = Meeting.objects.filter(series=action.meeting.series_id, date__lte=today(), date__gte=action.raised_on)
    return meetings.exclude(status__in=called_off).order_by("-date", "-starts")


def _ensure_seen(held, base_version):
    if held.version != base_version:
        raise Stale(held)


def _ensure_open(held):
    if not held.is_open:
        raise NotPossible(f"This action is not open: {held.get_status_display().lower()}. Open it again first.")


def _just_said(held, kind, text, by):
    """The last line of history, where it says just this and the same person wrote it within the last minute."""
    last = held.updates.filter(at__gt=timezone.now() - AT_ONCE).order_by("-at", "-pk").first()
    return last if last and (last.kind, last.by_id, last.text) == (kind, by.pk, text) else None


def _count(held, *fields):
    held.version += 1
    held.save(update_fields=[*fields, "version"])


def _evidence(upload):
    return Attachment.objects.create(title=upload.name, upload=upload) if upload else None


def _drop(upload):
    if upload:
        upload.delete()
