"""Actions as they are captured while minutes are written: what an entry says becomes a record of the register.

Called inside the transaction that saves the entry, with its agenda item locked. Before showing many entries, load them
with LOADED and PREFETCHED.
"""

from django.db.models import prefetch_related_objects

from scrutiny.meetings import copying
from scrutiny.meetings.models import AttendanceList, Meeting
from scrutiny.minutes import action_words
from scrutiny.minutes.action_words import Nameable
from scrutiny.minutes.models import MinuteEntry
from scrutiny.people.models import Organisation, Post
from scrutiny.register import actions
from scrutiny.register.actions import Owner
from scrutiny.register.models import Action

LOADED = ("action", "minuted_item__minutes__meeting")
PREFETCHED = ("action__owners", "minuted_item__minutes__meeting__attendance")


def understood(text, *, meeting):
    """What an action as typed says: clean words, owners, due day. "share it @ACC 28 Feb" names both."""
    said = action_words.read(
        text,
        people=_people(meeting) if "@" in text else [],
        posts=_posts,
        date=meeting.date,
        next_meeting=lambda: next_meeting_day(meeting),
    )
    return said


def next_meeting_day(meeting):
    """The day of the next meeting of the series where one is planned, else the likely one."""
    called_off = (Meeting.Status.CANCELLED, Meeting.Status.POSTPONED)
    later = Meeting.objects.filter(series=meeting.series_id, date__gt=meeting.date).exclude(status__in=called_off)
    planned = later.order_by("date").values_list("date", flat=True).first()
    return planned or copying.next_date(meeting)


def keep_in_step(entry, *, understood, by):
    """Make, change, withdraw or take up the register's action so that it says what the saved entry says.

    Owners and day are changed only where the words named new ones; what the register says otherwise stays. An action that
    was closed stays closed.
    """
    is_action = entry.kind == MinuteEntry.Kind.ACTION and not entry.deleted
    if entry.action_id is None:
        if is_action and (entry.text or (understood and (understood.says_who or understood.due))):
            _raise(entry, understood, by)
        return
    action = entry.action = actions.locked(entry.action_id)
    if not is_action:
        actions.withdraw(action, by=by, why="Deleted from the minutes." if entry.deleted else "")
        return
    if action.status == Action.Status.WITHDRAWN:
        actions.take_up_again(action, by=by)
    if action.text != entry.text:
        actions.reword(action, text=entry.text, by=by)
    if understood and action.is_open:
        if understood.says_who:
            owners = _owners(understood, entry.minuted_item.minutes.meeting)
            actions.hand_over(action, owners=owners, everybody=understood.everybody, by=by)
        if understood.due:
            actions.set_due(action, due=understood.due, as_said=understood.due_as_said, by=by)


def let_go(entries, *, by):
    """Let the entries go, to be deleted with their minutes: what they started in the register is withdrawn, not lost."""
    for action in Action.objects.filter(entry__in=entries).select_for_update(of=("self",)):
        actions.withdraw(action, by=by, why="The draft minutes were deleted.")
    MinuteEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(action=None)


def shown(entry):
    """What the editor shows below the entry: reference, owners, due day, status and what is missing or doubtful."""
    if entry.action_id is None:
        return None
    action, meeting = entry.action, entry.minuted_item.minutes.meeting
    prefetch_related_objects([action], "owners")
    return {
        "reference": action.reference,
        "owners": action.owners_in_words,
        "due": action.due.isoformat() if action.due else "",
        "due_words": actions.in_words(action.due, action.due_as_said) if action.due else "",
        "status": action.get_status_display(),
        "flags": flags(action, entry.text, meeting),
        "address": action.get_absolute_url(),
    }


def flags(action, text, meeting):
    """What is missing or doubtful about an action, in words. Nothing here keeps anybody from saving."""
    if not action.is_open:
        return []
    found = [{"owner": "No owner", "due date": "No due date"}[word] for word in action.lacks]
    if action.due and action.due < action.raised_on:
        found.append("Due in the past")
    found += [f"{name} sent apologies" for name in _absent(action, meeting)]
    if "@" in text or any(letter.isdigit() for letter in text):
        people = _people(meeting) if "@" in text else []
        found += action_words.flags_of(text, people=people, posts=_posts, date=meeting.date)
    return found


# --- who can be named --------------------------------------------------------------------------------------------------


def _raise(entry, understood, by):
    place = entry.minuted_item
    said = understood or action_words.Said(entry.text)
    entry.action = actions.raise_action(
        item=place.item,
        meeting=place.minutes.meeting,
        text=entry.text,
        by=by,
        owners=_owners(said, place.minutes.meeting),
        everybody=said.everybody,
        due=said.due,
        due_as_said=said.due_as_said,
    )
    MinuteEntry.objects.filter(pk=entry.pk).update(action=entry.action)


def _attendance(meeting):
    """Everybody in a list of the meeting, apologies included. Asked once for a meeting object."""
    prefetch_related_objects([meeting], "attendance")
    return list(meeting.attendance.all())


def _people(meeting):
    """Those in the attendance, as they can be named."""
    return [_nameable(row) for row in _attendance(meeting)]


def _nameable(row):
    words = row.name.casefold().split() or [""]
    abbreviation = row.abbreviation.casefold()
    called = row.speaker_name.casefold().split()
    names = [called, called[1:] if called[:1] == ["the"] else [], words]
    for title in (row.abbreviation, row.rank, row.post):
        title = title.casefold().split()
        names += [title, [*title, words[-1]], [*title, *words]] if title else []
    short = {abbreviation, words[0], words[-1], *(called if len(called) == 1 else called[1:])}
    return Nameable(
        called=row.speaker_name,
        person=row.person_id,
        organisation_name=row.organisation,
        short=tuple(sorted(short - {""})),
        whole=[name for name in names if len(name) > 1],
    )


def _posts():
    """Every post, whoever holds it."""
    rows = Post.objects.values_list("pk", "title", "abbreviation", "organisation")
    return [
        Nameable(
            called=title,
            post=pk,
            organisation=organisation,
            short=tuple(short.casefold() for short in (abbreviation, title) if short and " " not in short),
            whole=[title.casefold().split(), abbreviation.casefold().split()],
        )
        for pk, title, abbreviation, organisation in rows
    ]


def _owners(said, meeting):
    """The named as owners, each with the body that they worked for that day."""
    named = said.owners
    names = {each.organisation_name for each in named if each.organisation_name and not each.organisation}
    bodies = dict(Organisation.objects.filter(name__in=names).values_list("name", "pk")) if names else {}
    unknown = [each.person for each in named if each.person and not bodies.get(each.organisation_name)]
    held = actions.organisations_on(meeting.date, unknown) if unknown else {}
    return [
        Owner(
            name=each.called,
            person=each.person,
            post=each.post,
            organisation=each.organisation or bodies.get(each.organisation_name) or held.get(each.person),
        )
        for each in named
    ]


def _absent(action, meeting):
    """The owners who sent apologies and were not there after all."""
    owners = [owner for owner in action.owners.all() if owner.post_id is None]
    if not owners:
        return []
    there, away = set(), set()
    for row in _attendance(meeting):
        names = away if row.category == AttendanceList.Category.APOLOGIES else there
        names |= {row.person_id, row.speaker_name} - {None}
    return [owner.name for owner in owners if (away - there) & {owner.person_id or owner.name}]
