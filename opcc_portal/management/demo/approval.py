"""Invented meetings of the quarterly series: minutes approved and then amended, and minutes that wait for approval."""

import datetime
import uuid

from django.utils import timezone

from opcc_portal.management.demo.meetings import INVENTED_MEETING, first_monday, seed_lists
from opcc_portal.management.demo.people import INVENTED, INVENTED_PEOPLE
from opcc_portal.office.dates import today
from scrutiny.meetings.models import AgendaItem, AttendanceList, Meeting, MeetingSeries, Task
from scrutiny.minutes import approval, operations, versions
from scrutiny.minutes.models import MinuteEntry, Snapshot
from scrutiny.workflow.operations import comment, name_checker

SERIES = "Delivery Quarterly"
WEEKS_AGO = (26, 13)

# title, what the portal brings
ITEMS = [
    ("Welcome and apologies", Task.NONE),
    ("Minutes of the last meeting", Task.PREVIOUS_MINUTES),
    ("Progress on road safety", Task.NONE),
]
# label of the item, kind, speaker, text
FIRST = [
    ("1", "statement", "Sam Example", "Sam Example opened the meeting and welcomed everybody."),
    (
        "3",
        "presentation",
        "Chris Illustration",
        "ACC Illustration reported that 40 crossings had been surveyed in the first half of the year.",
    ),
    ("3", "question", "Sam Example", "Sam Example asked when the other crossings would follow."),
    ("3", "answer", "Chris Illustration", "ACC Illustration said that the survey would be finished by the summer."),
]
AMENDED = "ACC Illustration reported that 44 crossings had been surveyed in the first half of the year."
WHY = "The count left out four crossings."
SECOND = [
    ("1", "statement", "Sam Example", "Sam Example opened the meeting and thanked the survey team."),
    ("3", "presentation", "Pat Pattern", "DCC Pattern presented the finished survey of crossings."),
    ("3", "question", "Sam Example", "Sam Example asked which crossings would be rebuilt first."),
    ("3", "answer", "Pat Pattern", "DCC Pattern said that crossings near schools come first."),
]
SAID = "The survey covers crossings near hospitals as well: please add them."


def seed_approval(*, officer, commissioner, force):
    """Two meetings with short minutes. Not sown again where the series has amended minutes already."""
    series = MeetingSeries.objects.get(name=SERIES)
    if Snapshot.objects.filter(minutes__meeting__series=series, occasion=Snapshot.Occasion.AMENDED).exists():
        return
    monday = first_monday(today())
    first, second = (_meeting(series, monday - datetime.timedelta(weeks=ago)) for ago in WEEKS_AGO)
    approved = _written(first, FIRST, by=officer)
    approval.send(approved, by=officer)
    approval.approve(approved, seen=_as_seen(approved), by=commissioner)
    waiting = _written(second, SECOND, by=officer)
    entry = MinuteEntry.objects.get(minuted_item__minutes=approved, kind=MinuteEntry.Kind.PRESENTATION)
    approval.amend(entry, meeting=second, after=AMENDED, note=WHY, by=officer)
    approval.approve_at_meeting(
        approved,
        meeting=second,
        seen=_as_seen(approved),
        change_note=f"Item 3: 44 crossings, not 40. {WHY}",
        write_down=True,
        by=officer,
    )
    name_checker(waiting, user=force, by=officer)
    approval.send(waiting, by=officer)
    answer = MinuteEntry.objects.get(minuted_item__minutes=waiting, kind=MinuteEntry.Kind.ANSWER)
    comment(waiting, text=SAID, by=force, piece=answer.uid, about="Item 3, DCC Pattern: answer", context=second)


def _as_seen(minutes):
    return versions.content_hash(versions.content_of(minutes))


def _meeting(series, date):
    meeting = Meeting.objects.create(
        series=series,
        name=series.name,
        date=date,
        starts=datetime.time(14),
        ends=datetime.time(15, 30),
        is_public=False,
        status=Meeting.Status.HELD,
        agenda_set_at=timezone.now(),
        attendance_taken_at=timezone.now(),
        demonstration_note=INVENTED_MEETING,
    )
    for position, (title, task) in enumerate(ITEMS, 1):
        AgendaItem.objects.create(meeting=meeting, position=position, label=str(position), title=title, task=task)
    seed_lists(meeting, present=INVENTED_PEOPLE, also=[], apologies=AttendanceList.Recorded.NONE)
    return meeting


def _written(meeting, rows, *, by):
    minutes = operations.open_minutes(meeting, by=by)
    minutes.demonstration_note = INVENTED
    minutes.save(update_fields=["demonstration_note"])
    places = {place.item.label: place for place in minutes.minuted_items.select_related("item")}
    people = {person.name: person for person in meeting.attendance.all()}
    for label, kind, name, text in rows:
        operations.add_entry(
            places[label], save_id=uuid.uuid4(), by=by, kind=MinuteEntry.Kind(kind), speaker=people[name], text=text
        )
    return minutes
