"""One meeting as a list of tasks: what is done, what is open, what comes next."""

from dataclasses import dataclass, replace

from django.db.models import Count, OuterRef, Q
from django.shortcuts import render
from django.urls import reverse

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from scrutiny.meetings import attendance, planned
from scrutiny.meetings.models import AgendaItem, Meeting
from scrutiny.meetings.models import Task as ItemTask
from scrutiny.minutes import approval
from scrutiny.minutes.models import Minutes
from scrutiny.publication import desk
from scrutiny.workflow import private_notes
from scrutiny.workflow.models import State

DONE, OPEN, WAITING = "done", "open", "waiting"


@dataclass(frozen=True)
class Task:
    """One row. Without an address it cannot start yet, or is not this person's to do."""

    id: str
    name: str
    state: str
    kind: str = ""
    url: str = ""
    hint: str = ""
    button: str = ""
    is_next: bool = True

    @property
    def is_done(self):
        """Completed."""
        return self.kind == DONE


@dataclass(frozen=True)
class Facts:
    """Everything the tasks are worked out from, each loaded once."""

    meeting: Meeting
    items: list
    requests: list
    sheet: attendance.Sheet
    minutes: Minutes | None
    in_series: int
    may_edit: bool
    may_request: bool
    may_read_minutes: bool
    last_minutes: Minutes | None
    may_publish: bool
    agenda_standing: desk.Standing | None
    minutes_standing: desk.Standing | None
    to_ask: int
    note: str


@allow("meetings.view", of=Meeting)
def meeting(request, meeting):
    """The meeting's page."""
    facts = _facts(request.user, meeting)
    groups = [
        ("before", "Before", [_agenda(facts), _papers(facts), _publish_agenda(facts)]),
        ("day", "On the day", [_attendance(facts), *_last_minutes(facts), _minutes(facts)]),
        ("after", "After", [_check(facts), _publish_minutes(facts)]),
    ]
    tasks = [task for _, _, group in groups for task in group]
    context = {
        "meeting": meeting,
        "office": Office.on(meeting.date),
        "groups": groups,
        "done": sum(task.is_done for task in tasks),
        "total": len(tasks),
        "next_task": next((task for task in tasks if task.button and task.is_next and not task.is_done), None),
        "may_edit": facts.may_edit,
        "glance": _glance(facts),
        "in_series": facts.in_series,
        "happened": _what_happened(meeting),
        "to_ask": facts.to_ask,
        "note": facts.note,
        "may_plan": request.user.has_perm("questions.plan") and meeting.date >= today(),
    }
    return render(request, "scrutiny/dashboards/meeting.html", context)


def _facts(user, meeting):
    written = Count("minuted__entries", filter=Q(minuted__entries__deleted=False))
    more = Meeting.objects.select_related("minutes").annotate(
        in_series=Count("series__meetings"),
        to_ask=planned.number_for(OuterRef("pk")),
        note=private_notes.words_on(meeting, user),
    )
    more = more.get(pk=meeting.pk)
    items = list(AgendaItem.objects.filter(meeting=meeting).annotate(entries=written).order_by("position", "pk"))
    brings = any(item.task == ItemTask.PREVIOUS_MINUTES for item in items)
    minutes = more.minutes if hasattr(more, "minutes") else None
    return Facts(
        meeting=meeting,
        items=items,
        requests=list(meeting.paper_requests.filter(withdrawn_at=None).select_related("partner")),
        sheet=attendance.sheet_of(meeting),
        minutes=minutes,
        in_series=more.in_series,
        may_edit=user.has_perm("meetings.edit"),
        may_request=user.has_perm("papers.request"),
        may_read_minutes=user.has_perm("minutes.view"),
        last_minutes=approval.brought_to_meeting(meeting, with_approval=True) if brings else None,
        may_publish=user.has_perm("publishing.publish"),
        agenda_standing=_one(desk.meetings(only_open=False, pk=meeting.pk)) if meeting.agenda_set_at else None,
        minutes_standing=None
        if minutes is None or minutes.is_open
        else _one(desk.minutes(only_open=False, meeting=meeting)),
        to_ask=more.to_ask,
        note=more.note or "",
    )


def _one(standings):
    return standings[0] if standings else None


def _count(number, one, many=None):
    return f"{number} {one if number == 1 else many or one + 's'}"


def _called_off(meeting):
    return meeting.status in (Meeting.Status.POSTPONED, Meeting.Status.CANCELLED)


# --- before ----------------------------------------------------------------------------------------------------------


def _agenda(facts):
    meeting, items = facts.meeting, facts.items
    private = sum(item.part == "private" for item in items)
    hint = _count(len(items), "item") if items else ""
    if private:
        hint += f", {private} of them in private"
    name = "agenda" if facts.may_edit else "agenda-preview"
    state, kind = (
        ("Completed", DONE) if meeting.agenda_set_at else ("In progress", "") if items else ("Not started", OPEN)
    )
    return Task(
        "agenda",
        "Set the agenda" if facts.may_edit else "Agenda",
        state,
        kind,
        reverse(name, args=[meeting.pk]),
        hint,
        "Set the agenda" if facts.may_edit and not _called_off(meeting) else "",
    )


def _papers(facts):
    requests = facts.requests
    late = [request for request in requests if request.is_late]
    received = sum(request.delivered_at is not None for request in requests)
    parts = []
    if requests:
        parts.append(f"{received} of {_count(len(requests), 'paper')} received")
        # Late papers are named with who owes them; the others can wait for the page behind the link.
        parts += [f"late: {request.what} ({request.asked_of_in_words.lower()})" for request in late]
    if late:
        state, kind = f"{len(late)} late", "note"
    elif not requests:
        state, kind = "Not started", OPEN
    elif received == len(requests):
        state, kind = "Completed", DONE
    else:
        state, kind = "In progress", ""
    return Task(
        "papers",
        "Collect papers",
        state,
        kind,
        reverse("paper-requests", args=[facts.meeting.pk]) if facts.may_request else "",
        "; ".join(parts) or "No paper is asked for yet",
        "Collect papers" if facts.may_request and not _called_off(facts.meeting) else "",
        # A meeting may well have no papers: nobody is pushed to ask for one once its day has come.
        is_next=bool(requests) or facts.meeting.date > today(),
    )


def _publish_agenda(facts):
    name, meeting = "Publish the agenda", facts.meeting
    if facts.agenda_standing is None:
        opens = (
            "Nothing goes out: the meeting is called off" if _called_off(meeting) else "Opens when the agenda is set"
        )
        return Task("publish-agenda", name, "Cannot start yet", WAITING, hint=opens)
    task = _publish("publish-agenda", name, facts.agenda_standing, facts.may_publish)
    # Once the day has come the minutes are what the public waits for.
    return replace(task, is_next=meeting.date >= today())


def _publish(task_id, name, standing, may_publish):
    """One publication as a task: ready, published, or changed since."""
    if standing.is_withdrawn:
        state, kind, hint = "Withdrawn", "note", "The public reads the reason. It can be published again"
    elif standing.is_new:
        state, kind, hint = "Ready", OPEN, "The portal checks the finished pages and papers first"
    elif standing.is_changed:
        state, kind, hint = "Changed since", "note", f"{standing.in_words} is public"
    else:
        state, kind, hint = "Published", DONE, standing.in_words
    return Task(task_id, name, state, kind, standing.url, hint, name if may_publish else "")


# --- on the day ------------------------------------------------------------------------------------------------------


def _attendance(facts):
    meeting = facts.meeting
    taken = meeting.attendance_is_taken
    return Task(
        "attendance",
        "Take attendance",
        "Completed" if taken else "Not started",
        DONE if taken else OPEN,
        reverse("attendance", args=[meeting.pk]) if facts.may_edit else "",
        facts.sheet.in_words if taken or any(facts.sheet.people) else "Nobody is listed yet",
        "Take attendance" if facts.may_edit and not _called_off(meeting) else "",
        is_next=meeting.date <= today(),
    )


def _last_minutes(facts):
    """The minutes of the last meeting, where the agenda brings them; nothing before there are any."""
    minutes, meeting = facts.last_minutes, facts.meeting
    if minutes is None or _called_off(meeting):
        return []
    approved = minutes.approved_by_a_meeting
    return [
        Task(
            "last-minutes",
            "Approve the last minutes" if facts.may_edit else "The last minutes",
            "Completed" if approved else "Not started",
            DONE if approved else OPEN,
            reverse("minutes-at-meeting", args=[minutes.pk, meeting.pk])
            if facts.may_edit
            else minutes.get_absolute_url()
            if facts.may_read_minutes
            else "",
            f"{minutes.meeting.date:%-d %B %Y}, {minutes.state_in_words.lower()}",
            "Approve the last minutes" if facts.may_edit and minutes.state != State.DRAFT else "",
            is_next=meeting.date == today(),
        )
    ]


def _unwritten(items):
    """Items that nothing is written about: neither about the item nor about one of its sub-items."""
    written = {item.pk for item in items if item.entries} | {item.parent_id for item in items if item.entries}
    off = (AgendaItem.Outcome.DEFERRED, AgendaItem.Outcome.WITHDRAWN)
    return [item for item in items if item.parent_id is None and item.pk not in written and item.outcome not in off]


def _all_is_written(facts):
    return bool(facts.minutes and facts.items) and not _unwritten(facts.items)


def _minutes(facts):
    meeting, minutes = facts.meeting, facts.minutes
    if _all_is_written(facts) or (minutes and not minutes.is_open):
        state, kind = "Completed", DONE
    elif any(item.entries for item in facts.items):
        state, kind = "In progress", ""
    else:
        state, kind = "Not started", OPEN
    if facts.may_edit:
        url = reverse("minutes-begin", args=[meeting.pk])
    else:
        url = minutes.get_absolute_url() if minutes and facts.may_read_minutes else ""
    begun = kind != OPEN
    return Task(
        "minutes",
        "Write the minutes" if facts.may_edit else "Minutes",
        state,
        kind,
        url,
        _minutes_hint(facts.items) if begun else "",
        ("Continue the minutes" if begun else "Write the minutes")
        if facts.may_edit and not _called_off(meeting)
        else "",
        is_next=meeting.date <= today(),
    )


def _minutes_hint(items):
    written = [item for item in items if item.entries]
    missing = _unwritten(items)
    parts = []
    if len(written) == 1:
        item = written[0]
        parts.append(f"{_item(item)}: {_count(item.entries, 'entry', 'entries')}")
    elif written:
        parts.append(f"{_count(sum(item.entries for item in written), 'entry', 'entries')} in {len(written)} items")
    if len(missing) == 1:
        parts.append(f"{_item(missing[0])} has nothing yet")
    elif missing:
        parts.append(f"{len(missing)} items have nothing yet")
    return ". ".join(parts)


def _item(item):
    return f"Item {item.label}" if item.label else f"“{item.title}”"


# --- after -----------------------------------------------------------------------------------------------------------


def _check(facts):
    minutes = facts.minutes
    if minutes is None or (minutes.state == State.DRAFT and not _all_is_written(facts)):
        return Task("check", "Check and approve", "Cannot start yet", WAITING, hint="Opens when every item is written")
    page = "minutes-check" if minutes.is_open else "minutes"
    state, kind, hint = _how_far(minutes)
    return Task(
        "check",
        "Check and approve",
        state,
        kind,
        reverse(page, args=[minutes.pk]) if facts.may_read_minutes else "",
        hint,
        "Check the minutes" if facts.may_edit and minutes.state == State.DRAFT else "",
    )


def _publish_minutes(facts):
    name = "Publish"
    if facts.minutes_standing is None:
        return Task("publish", name, "Cannot start yet", WAITING, hint="Opens when the minutes are approved")
    return _publish("publish", name, facts.minutes_standing, facts.may_publish)


def _how_far(minutes):
    """State, kind of tag and hint of checking."""
    if minutes.state == State.DRAFT:
        return "Not started", OPEN, "Read the minutes through and send them to their checkers"
    if minutes.state != State.IN_REVIEW:
        return "Completed", DONE, "Approved and closed; later changes are corrections"
    said = list(minutes.checkers)
    parts = [
        _count(sum(checker.verdict == verdict for checker in said), *words)
        for verdict, words in (("agreed", ("agrees", "agree")), ("changes", ("asks for changes", "ask for changes")))
        if any(checker.verdict == verdict for checker in said)
    ]
    silent = sum(not checker.verdict for checker in said)
    parts += [f"{_count(silent, 'checker has', 'checkers have')} not said yet"] if silent else []
    return (
        "In review",
        "accent",
        f"{', '.join(parts)}. To be approved" if parts else "With the commissioner, to be approved",
    )


# --- beside ----------------------------------------------------------------------------------------------------------


def _glance(facts):
    """Facts about the meeting as (label, value)."""
    meeting = facts.meeting
    rows = []
    if meeting.outcome:
        rows.append(("Outcome", meeting.outcome.title))
    chairs = [person for person in facts.sheet.people if person.is_chair]
    if chairs:
        rows.append(("Chair", "; ".join(_person(person) for person in chairs)))
    if lead := _force_lead(facts):
        rows.append(("Force lead", _person(lead)))
    time = f"{meeting.starts:%H:%M}" if meeting.starts else ""
    if time and meeting.ends:
        time += f" to {meeting.ends:%H:%M}"
    if place := ", ".join(part for part in (time, meeting.venue) if part):
        rows.append(("Time and place", place))
    if meeting.mode != Meeting.Mode.IN_PERSON:
        rows.append(("How", meeting.get_mode_display()))
    rows.append(("Public", "Held in public" if meeting.is_public else "Not held in public"))
    return rows


def _person(attendance):
    short = attendance.abbreviation or attendance.post
    return f"{attendance.name}, {short}" if short else attendance.name


def _force_lead(facts):
    """The officer who leads the meeting's own items: the first with a rank whom such an item names as its lead."""
    own = [item for item in facts.items if item.lead and not item.is_standing] or [
        item for item in facts.items if item.lead
    ]
    for item in own:
        named = [
            (item.lead.find(name), person)
            for person in facts.sheet.people
            for name in (person.called, person.name)
            if person.rank and name and name in item.lead
        ]
        if named:
            return min(named, key=lambda found: found[0])[1]
    return None


def _what_happened(meeting):
    """The latest acts, several of one kind by one person in a row told once."""
    told = []
    for line in audit.lines_about(meeting, limit=30):
        if told and (told[-1].act, told[-1].by_id) == (line.act, line.by_id):
            continue
        told.append(line)
    return told[:8]
