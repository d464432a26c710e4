"""The meeting of 8 January 2018 as its papers have it, and invented ones around it so that lists and copying look real."""

import datetime

from django.utils import timezone

from opcc_portal.management.demo.people import ALSO_PRESENT, INVENTED, INVENTED_PEOPLE, MEETING_DAY, PRESENT
from opcc_portal.office.dates import today
from scrutiny.meetings.attendance import settle_lists
from scrutiny.meetings.models import AgendaItem, Attendance, AttendanceList, Meeting, MeetingSeries, StandingItem, Task
from scrutiny.people.models import Person
from scrutiny.plan.models import Outcome, Priority

SERIES = "Community Outcomes Meeting"
ITEM_5 = "Human Trafficking and Modern Slavery"
NOTE = "Date, people, item 5 and its papers are those of the public papers; items 1 to 4, times and venue are invented."
INVENTED_MEETING = "Invented meeting."
Category = AttendanceList.Category
Recorded = AttendanceList.Recorded

# title, purpose, lead, comes after the meeting's own items, what the portal brings to it
STANDING = [
    ("Welcome and apologies", "note", "the PCC", False, Task.NONE),
    ("Minutes of the last meeting", "agree", "the PCC", False, Task.PREVIOUS_MINUTES),
    ("Actions carried over", "review", "the Chief Executive", False, Task.OPEN_ACTIONS),
    ("Commissioner’s update", "verbal", "the PCC", False, Task.NONE),
    ("Questions from the public", "answer", "the PCC", True, Task.NONE),
]
TOPICS = [
    ("Road safety", "scrutiny"),
    ("Hate crime", "scrutiny"),
    ("Victims’ satisfaction", "assurance"),
    ("Neighbourhood policing", "discuss"),
    ("Domestic abuse", "scrutiny"),
    ("Cyber crime", "scrutiny"),
    ("Burglary", "assurance"),
]


def seed_meetings():
    """The series and all its meetings. Returns the meeting of 8 January 2018 and its item 5."""
    series, made = MeetingSeries.objects.get_or_create(
        name=SERIES,
        defaults={
            "heading": "Community Outcomes",
            "slug": "community-outcomes",
            "aliases": "Community Outcomes\nCommunity Outcome Meetings",
            "purpose": "The commissioner asks the force in public how it serves the outcomes of the plan.",
            "cadence": "Monthly",
            "venue": "Ploughland House, Wakefield",
            "starts": datetime.time(10, 0),
            "ends": datetime.time(12, 0),
            "question_notice": 7,
            "question_notice_in_working_days": True,
        },
    )
    if made:
        for position, (title, purpose, lead, at_end, task) in enumerate(STANDING, 1):
            StandingItem.objects.create(
                series=series, position=position, title=title, purpose=purpose, lead=lead, at_end=at_end, task=task
            )
    MeetingSeries.objects.get_or_create(
        name="Delivery Quarterly",
        defaults={
            "slug": "delivery-quarterly",
            "cadence": "Quarterly",
            "purpose": "Progress on the plan’s priorities, quarter by quarter.",
            "is_public": False,
            "uses_assurance": True,
        },
    )
    if made:
        _earlier_meetings(series)
        _later_meetings(series)
    return _meeting_of_january(series)


def _meeting_of_january(series):
    meeting = Meeting.objects.filter(series=series, date=MEETING_DAY).first()
    if meeting:
        return meeting, meeting.items.get(title=ITEM_5)
    meeting = Meeting.objects.create(
        series=series,
        name=SERIES,
        date=MEETING_DAY,
        starts=datetime.time(10, 0),
        ends=datetime.time(11, 50),
        venue="Ploughland House, Wakefield",
        status=Meeting.Status.HELD,
        outcome=Outcome.objects.filter(title="Safeguarding vulnerable people").first(),
        public_notes="Doors open at 9:45. The building has step-free access and a hearing loop.",
        agenda_set_at=datetime.datetime(2018, 1, 2, 9, tzinfo=datetime.UTC),
        attendance_taken_at=datetime.datetime(2018, 1, 8, 10, 4, tzinfo=datetime.UTC),
        demonstration_note=NOTE,
    )
    _standing_items(meeting, before_only=True)
    item = AgendaItem.objects.create(
        meeting=meeting,
        position=5,
        label="5",
        title=ITEM_5,
        purpose="scrutiny",
        lead="ACC Foster and DCI Stevenson",
        planned_time=datetime.time(10, 30),
        priority=Priority.objects.filter(slug="human-trafficking-and-modern-slavery").first(),
    )
    seed_lists(meeting, present=PRESENT, also=ALSO_PRESENT, apologies=Recorded.NONE, also_heading="Also present")
    return meeting, item


def _standing_items(meeting, *, before_only=False):
    standing = meeting.series.standing_items.all()
    times = ["10:00", "10:05", "10:10", "10:20", "11:40"]
    for position, entry in enumerate(standing, 1):
        if before_only and entry.at_end:
            continue
        place = position + 2 if entry.at_end else position
        AgendaItem.objects.create(
            meeting=meeting,
            position=place,
            label=str(place),
            title=entry.title,
            purpose=entry.purpose,
            lead=entry.lead,
            is_standing=True,
            task=entry.task,
            planned_time=datetime.time.fromisoformat(times[position - 1]),
        )


def _topic_items(meeting, first):
    for offset in range(2):
        title, purpose = TOPICS[(first + offset) % len(TOPICS)]
        AgendaItem.objects.create(
            meeting=meeting,
            position=5 + offset,
            label=str(5 + offset),
            title=title,
            purpose=purpose,
            lead="the Chief Officer Team",
            planned_time=datetime.time(10, 30 + 25 * offset),
        )


def seed_lists(meeting, *, present, also, apologies, also_heading="Also present"):
    headings = {Category.PRESENT: "Present", Category.APOLOGIES: "Apologies", Category.ALSO_PRESENT: also_heading}
    states = {Category.PRESENT: Recorded.LIST, Category.APOLOGIES: apologies, Category.ALSO_PRESENT: Recorded.LIST}
    for category, heading in headings.items():
        state = states[category]
        if category == Category.ALSO_PRESENT and not also:
            state = Recorded.NOT_RECORDED
        AttendanceList.objects.create(meeting=meeting, category=category, heading=heading, recorded=state)
    people = Person.objects.with_posts()
    position = 0
    for category, rows in ((Category.PRESENT, present), (Category.ALSO_PRESENT, also)):
        for row in rows:
            position += 1
            attendance = Attendance(meeting=meeting, category=category, position=position)
            attendance.take_snapshot(people.get(name=row[0]), meeting.date)
            attendance.save()
    settle_lists(meeting)


def _invented_meeting(series, date, topic, **more):
    meeting = Meeting.objects.create(
        series=series,
        name=series.name,
        date=date,
        starts=series.starts,
        ends=series.ends,
        venue=series.venue,
        demonstration_note=INVENTED_MEETING,
        **more,
    )
    _standing_items(meeting)
    _topic_items(meeting, topic)
    return meeting


def _earlier_meetings(series):
    """Four invented ones around the winter of 2017 and 2018, so that years and neighbours have something to show."""
    held = {"status": Meeting.Status.HELD, "agenda_set_at": timezone.now()}
    for number, (month, year) in enumerate([(10, 2017), (11, 2017), (12, 2017), (2, 2018)]):
        _invented_meeting(series, first_monday(datetime.date(year, month, 8)), number, **held)


def _later_meetings(series):
    """Three held lately, one cancelled, two to come: all invented, with invented people."""
    this_week = first_monday(today())
    weeks = datetime.timedelta(weeks=1)
    held = {"status": Meeting.Status.HELD, "agenda_set_at": timezone.now()}
    for number, ago in enumerate((12, 8, 4)):
        meeting = _invented_meeting(series, this_week - ago * weeks, number + 1, **held)
        seed_lists(meeting, present=INVENTED_PEOPLE, also=[], apologies=Recorded.NONE)
        Meeting.objects.filter(pk=meeting.pk).update(attendance_taken_at=timezone.now())
    _invented_meeting(
        series,
        this_week - 6 * weeks,
        5,
        status=Meeting.Status.CANCELLED,
        status_note=f"Cancelled because the venue could not be used. {INVENTED}",
    )
    coming = _invented_meeting(series, this_week + 1 * weeks, 4, agenda_set_at=timezone.now())
    seed_lists(coming, present=INVENTED_PEOPLE, also=[], apologies=Recorded.NOT_RECORDED)
    _invented_meeting(series, this_week + 5 * weeks, 6)


def first_monday(date):
    """The first Monday on or after the date."""
    return date + datetime.timedelta(days=-date.weekday() % 7)
