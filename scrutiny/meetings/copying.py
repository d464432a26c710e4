"""The next meeting of a series: when it is likely to be, and what comes along from the last one."""

import datetime
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery

from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from scrutiny.meetings.attendance import ended_before, ensure_lists
from scrutiny.meetings.models import AgendaItem, Attendance, AttendanceList, Meeting
from scrutiny.people.models import Appointment, Person

FOUR_WEEKS = datetime.timedelta(weeks=4)
Category = AttendanceList.Category


def _to_copy_first(meetings):
    """Meetings in the order in which the next one would rather be copied from them: with people, then the latest."""
    called_off = [Meeting.Status.CANCELLED, Meeting.Status.POSTPONED]
    people = Attendance.objects.filter(meeting=OuterRef("pk"))
    candidates = meetings.exclude(status__in=called_off).annotate(has_people=Exists(people))
    return candidates.order_by("-has_people", "-date", "-starts", "-pk")


def last_meeting(series):
    """The meeting of the series that the next one is copied from: the latest with people, not called off."""
    return _to_copy_first(series.meetings.all()).first()


def with_last_meetings(every_series):
    """The series, each with the key of its last meeting as `to_copy`."""
    last = _to_copy_first(Meeting.objects.filter(series=OuterRef("pk")))
    return every_series.annotate(to_copy=Subquery(last.values("pk")[:1]))


def next_date(meeting):
    """The likely day of the meeting after this one: as far on as this one was from the one before, in whole weeks, so
    that the weekday stays. Days that have passed or are taken by the series are stepped over."""
    taken = set(meeting.series.meetings.values_list("date", flat=True))
    before = max((date for date in taken if date < meeting.date), default=None)
    step = FOUR_WEEKS
    if before:
        step = datetime.timedelta(weeks=max(1, round((meeting.date - before).days / 7)))
    date = meeting.date + step
    if date <= today():
        steps = (today() - date) // step + 1
        date += steps * step
    while date in taken:
        date += step
    return date


@dataclass
class ComingItem:
    """An agenda item of the next meeting, not saved yet, with its sub-items."""

    item: AgendaItem
    sub_items: list[AgendaItem] = field(default_factory=list)


@dataclass
class ComingPerson:
    """A person expected at the next meeting, not saved yet; `ended` is the appointment that is over by then, if none follows."""

    attendance: Attendance
    ended: Appointment | None = None
    was: str = ""

    @property
    def has_new_post(self):
        """The post differs from the last meeting's: promoted, or moved."""
        return self.ended is None and self.was != self.attendance.post_in_words


def coming_items(meeting, date):
    """The standing items of the series and of this meeting, each once, with the labels of a new agenda."""
    series = meeting.series
    standing = list(series.standing_items.all())
    last = {}
    for item in meeting.items.filter(is_standing=True).order_by("position"):
        last.setdefault(item.parent_id, []).append(item)
    tops = {_same(item.title): item for item in last.get(None, [])}
    listed = {_same(entry.title) for entry in standing}

    def from_series(entry):
        known = tops.get(_same(entry.title))
        return _again(known) if known else ComingItem(_from_standing(entry))

    def _again(item):
        return ComingItem(_copy_of(item), [_copy_of(sub) for sub in last.get(item.pk, [])])

    own = [_again(item) for name, item in tops.items() if name not in listed]
    first = [from_series(entry) for entry in standing if not entry.at_end]
    final = [from_series(entry) for entry in standing if entry.at_end]
    coming = first + own + final
    _give_labels(series, coming, date)
    return coming


def _same(title):
    return " ".join(title.casefold().split())


def _copy_of(item):
    kept = ("label", "title", "part", "purpose", "lead", "planned_time", "priority_id", "note", "is_standing", "task")
    return AgendaItem(**{name: getattr(item, name) for name in kept})


def _from_standing(entry):
    return AgendaItem(
        title=entry.title, part=entry.part, purpose=entry.purpose, lead=entry.lead, task=entry.task, is_standing=True
    )


def _give_labels(series, coming, date):
    """New numbers in the style of the series; typed labels come along as they are."""
    if series.numbering == series.Numbering.NONE:
        return
    for number, entry in enumerate(coming, 1):
        entry.item.label = series.label_for(number, date)
        for place, sub in enumerate(entry.sub_items, 1):
            sub.label = sub_label(entry.item.label, place)


def sub_label(label, number):
    """The label of a sub-item: 5 and 2 give 5.2."""
    return f"{label.rstrip('.')}.{number}" if label else ""


def coming_people(meeting, date):
    """Who comes to every meeting, with name and post as of the new day. Apologies of last time are expected again."""
    regulars = list(meeting.attendance.filter(regular=True, stands_in_for=None).order_by("position", "pk"))
    people = Person.objects.with_posts().in_bulk([row.person_id for row in regulars if row.person_id])
    coming, seen = [], set()
    for row in regulars:
        category = Category.PRESENT if row.category == Category.APOLOGIES else row.category
        if row.person_id and (category, row.person_id) in seen:
            continue
        seen.add((category, row.person_id))
        coming.append(_expected(row, category, people.get(row.person_id), date))
    return coming


def _expected(row, category, person, date):
    kept = ("person_id", "name", "post", "rank", "abbreviation", "organisation", "called", "is_chair", "position")
    again = Attendance(category=category, regular=True, **{name: getattr(row, name) for name in kept})
    # Somebody of whom no appointment is known keeps the post as it was written down last time.
    if person and person.appointments.all():
        again.take_snapshot(person, date)
    return ComingPerson(again, ended=ended_before(person, date) if person else None, was=row.post_in_words)


def like(meeting):
    """A new meeting of the same kind, not saved, without a day."""
    kept = ("series_id", "name", "starts", "ends", "venue", "mode", "is_public", "outcome_id", "demonstration_note")
    again = Meeting(copied_from=meeting, **{name: getattr(meeting, name) for name in kept})
    again.public_notes = ""  # deadlines in it belong to the old day
    return again


@transaction.atomic
def copy_meeting(meeting, new, *, by):
    """Save `new` (see `like`) as the meeting after `meeting`, with standing items, regular people and list headings."""
    new.save()
    position = 0
    for entry in coming_items(meeting, new.date):
        position += 1
        entry.item.meeting, entry.item.position = new, position
        entry.item.save()
        for sub in entry.sub_items:
            position += 1
            sub.meeting, sub.parent, sub.position = new, entry.item, position
            sub.save()
    headings = {held.category: held.heading for held in meeting.attendance_lists.all()}
    ensure_lists(new, headings=headings)
    people = [person.attendance for person in coming_people(meeting, new.date)]
    for attendance in people:
        attendance.meeting = new
    Attendance.objects.bulk_create(people)
    audit.write(f"Meeting made from that of {meeting.date:%-d %B %Y}", subject=new, by=by)
    return new
