"""An invented quarterly meeting that states assurance and takes a decision, and an invented decision that is signed."""

import datetime
import uuid

from opcc_portal.management.demo.people import INVENTED, INVENTED_PEOPLE
from opcc_portal.office.dates import today
from scrutiny.meetings.attendance import settle_lists
from scrutiny.meetings.models import AgendaItem, Attendance, AttendanceList, Meeting, MeetingSeries
from scrutiny.minutes import operations
from scrutiny.people.models import Person
from scrutiny.register import decisions
from scrutiny.register.models import Decision

SERIES = "Delivery Quarterly"
NOTE = "Invented meeting."
# Nobody real is said to have decided what is invented.
MAKER = "The Police and Crime Commissioner"
SIGNED = "Grant for a youth bus in the evenings"
# title, purpose, entries: kind, words, level of assurance
ITEMS = [
    (
        "Progress on the plan’s priorities",
        "assurance",
        [
            ("question", "The commissioner asked which of the priorities had moved least since spring.", ""),
            ("answer", "Two of them wait for figures that partners still collect, said the force.", ""),
            (
                "assurance",
                "The commissioner is partly assured: the work is under way, and its results are to be shown in "
                "figures next quarter.",
                "partly",
            ),
        ],
    ),
    (
        "Cameras worn on patrol",
        "decide",
        [
            (
                "decision",
                "The commissioner agreed to extend the contract for cameras worn on patrol by one year. The force "
                "reports on their use in autumn.",
                "",
            ),
        ],
    ),
]


def seed_decisions(*, officer, commissioner):
    """The quarterly meeting with its minutes, and the signed decision. What is there already is left alone."""
    series = MeetingSeries.objects.get(name=SERIES)
    if not series.meetings.exists():
        _hold(series, by=officer)
    if not Decision.objects.filter(title=SIGNED).exists():
        _sign(officer, commissioner)


def _hold(series, *, by):
    day = today() - datetime.timedelta(weeks=5, days=today().weekday() - 1)
    meeting = Meeting.objects.create(
        series=series,
        name=series.name,
        date=day,
        starts=datetime.time(14, 0),
        ends=datetime.time(16, 0),
        venue="Ploughland House, Wakefield",
        is_public=series.is_public,
        status=Meeting.Status.HELD,
        agenda_set_at=datetime.datetime.combine(day, datetime.time(9), tzinfo=datetime.UTC),
        attendance_taken_at=datetime.datetime.combine(day, datetime.time(14, 5), tzinfo=datetime.UTC),
        demonstration_note=NOTE,
    )
    _take_attendance(meeting)
    items = [
        AgendaItem.objects.create(meeting=meeting, position=number, label=str(number), title=title, purpose=purpose)
        for number, (title, purpose, _) in enumerate(ITEMS, 1)
    ]
    minutes = operations.open_minutes(meeting, by=by)
    for item, (_, _, entries) in zip(items, ITEMS, strict=True):
        place = minutes.minuted_items.get(item=item)
        for kind, text, level in entries:
            operations.add_entry(place, save_id=uuid.uuid4(), by=by, kind=kind, text=text, assurance=level)
    for record in meeting.decisions.all():
        words = {"maker": MAKER, "reasons": INVENTED}
        decisions.change(record, seen_version=record.version, words=words, by=by)


def _take_attendance(meeting):
    category = AttendanceList.Category.PRESENT
    AttendanceList.objects.create(
        meeting=meeting, category=category, heading="Present", recorded=AttendanceList.Recorded.LIST
    )
    for position, row in enumerate(INVENTED_PEOPLE, 1):
        person = Attendance(meeting=meeting, category=category, position=position)
        person.take_snapshot(Person.objects.with_posts().get(name=row[0]), meeting.date)
        person.save()
    settle_lists(meeting)


def _sign(officer, commissioner):
    day = today() - datetime.timedelta(days=9)
    written = decisions.record(
        Decision(
            title=SIGNED,
            decided="A grant of £4,800 pays for a bus that takes young people home on Friday evenings until the "
            "end of March.",
            reasons=f"Young people said that they do not feel safe at the stops after dark. {INVENTED}",
            maker=MAKER,
            decided_on=day,
        ),
        by=officer,
    )
    decisions.sign(written, seen_version=written.version, by=commissioner)
