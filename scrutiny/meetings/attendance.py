"""Who was there: the lists of a meeting, and what may be done to them."""

import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from scrutiny.meetings import record
from scrutiny.meetings.models import Attendance, AttendanceList, Meeting
from scrutiny.people.models import Person, Post
from scrutiny.workflow.operations import NotPossible

Category = AttendanceList.Category
Recorded = AttendanceList.Recorded

# Somebody is there in one of these lists, and away in the list of apologies.
THERE = [Category.PRESENT, Category.ALSO_PRESENT, Category.OBSERVERS]
POST_WITH_SHORT_FORM = re.compile(r"^(?P<title>.+?)\s*\((?P<abbreviation>[^()]+)\)$")


# --- lists -----------------------------------------------------------------------------------------------------------


def lists_of(meeting):
    """The four lists by category; one that is not kept yet is there unsaved, under its ordinary heading. One query."""
    kept = {held.category: held for held in meeting.attendance_lists.all()}
    return {
        category: kept.get(category) or AttendanceList(meeting=meeting, category=category, heading=category.label)
        for category in AttendanceList.ORDER
    }


def ensure_lists(meeting, headings=None):
    """Keep all four lists from now on, headed as given or in the ordinary way, not recorded until somebody says so."""
    lists = lists_of(meeting)
    for category, held in lists.items():
        if held.pk is None:
            held.heading = (headings or {}).get(category, category.label)
            held.save()
    return lists


def settle_lists(meeting):
    """A list with people is a list. One that lost its last person is not recorded: "none" is only ever said by somebody."""
    filled = set(meeting.attendance.values_list("category", flat=True))
    for category, held in ensure_lists(meeting).items():
        state = held.recorded
        if category in filled:
            state = Recorded.LIST
        elif state == Recorded.LIST:
            state = Recorded.NOT_RECORDED
        if state != held.recorded:
            held.recorded = state
            held.save(update_fields=["recorded"])


# --- the sheet as a page shows it ------------------------------------------------------------------------------------


PRESENT, APOLOGIES, SUBSTITUTE = "present", "apologies", "substitute"


@dataclass
class SheetRow:
    """One expected person: there, sent apologies, or sent apologies and somebody else."""

    attendance: Attendance
    substitutes: list[Attendance] = field(default_factory=list)
    remark: str = ""

    @property
    def status(self):
        """The choice that stands in the row."""
        if self.attendance.category == Category.PRESENT:
            return PRESENT
        return SUBSTITUTE if self.substitutes else APOLOGIES


@dataclass
class Sheet:
    """The attendance of one meeting."""

    meeting: Meeting
    lists: dict
    rows: list[SheetRow]
    others: dict

    @property
    def people(self):
        """Everybody on the sheet."""
        for row in self.rows:
            yield row.attendance
            yield from row.substitutes
        for listed in self.others.values():
            yield from listed

    @property
    def there(self):
        """Everybody who was in the room."""
        return [person for person in self.people if person.category in THERE]

    @property
    def in_both(self):
        """People who stand in a list of those there and in apologies."""
        away = {
            person.person_id for person in self.people if person.category == Category.APOLOGIES and person.person_id
        }
        return [person for person in self.there if person.person_id in away]

    @property
    def present_in_words(self):
        """12 of 13, 1 substitute."""
        there = sum(row.status == PRESENT for row in self.rows)
        substitutes = sum(len(row.substitutes) for row in self.rows)
        words = f"{there} of {len(self.rows)}"
        if substitutes:
            words += f", {substitutes} substitute{'' if substitutes == 1 else 's'}"
        return words

    @property
    def in_words(self):
        """8 present, 5 also present, apologies: none."""
        count = dict.fromkeys(AttendanceList.ORDER, 0)
        for person in self.people:
            count[person.category] += 1
        parts = [f"{count[Category.PRESENT]} {'present' if self.meeting.attendance_is_taken else 'expected'}"]
        if count[Category.ALSO_PRESENT]:
            parts.append(f"{count[Category.ALSO_PRESENT]} also present")
        if count[Category.OBSERVERS]:
            parts.append(f"{count[Category.OBSERVERS]} observing")
        if count[Category.APOLOGIES]:
            parts.append(f"apologies: {count[Category.APOLOGIES]}")
        elif self.meeting.attendance_is_taken:
            parts.append(f"apologies: {self.lists[Category.APOLOGIES].get_recorded_display().lower()}")
        return ", ".join(parts)


def sheet_of(meeting, people=()):
    """The sheet as it is now. Three queries. `people` (with their posts loaded) let it remark on posts that have ended."""
    attendance = list(meeting.attendance.prefetch_related("items").order_by("position", "pk"))
    for row in attendance:
        row.meeting = meeting
    known = {person.pk: person for person in people}
    away = {row.pk: SheetRow(row) for row in attendance if row.category == Category.APOLOGIES}
    rows, others = [], {category: [] for category in (Category.ALSO_PRESENT, Category.OBSERVERS)}
    for row in attendance:
        if row.category in others:
            others[row.category].append(row)
        elif row.category == Category.APOLOGIES:
            rows.append(away[row.pk])
        elif row.stands_in_for_id in away:
            away[row.stands_in_for_id].substitutes.append(row)
        else:
            rows.append(SheetRow(row))
    for row in rows:
        row.remark = _remark(row.attendance, known.get(row.attendance.person_id), meeting)
    return Sheet(meeting, lists_of(meeting), rows, others)


def _remark(attendance, person, meeting):
    """Somebody whose post was over by the day of the meeting stays on the sheet, but the page says so."""
    if not person or attendance.post or not person.appointments.all():
        return ""
    if person.appointment_on(meeting.date):
        return ""
    last = ended_before(person, meeting.date)
    if last is None:
        return "No post known on this day"
    return f"{last.title} until {last.ends:%-d %B %Y}; no post known on this day"


def ended_before(person, date):
    """The latest appointment of somebody who holds none on that day; None where one is held or none is over by then."""
    if person.appointment_on(date):
        return None
    over = [held for held in person.appointments.all() if held.ends and held.ends < date]
    return max(over, key=lambda held: held.ends, default=None)


# --- finding somebody by name ----------------------------------------------------------------------------------------


def name_and_post(person, date):
    """The person as pick lists offer them: Sam Example, Chief Constable (CC)."""
    held = person.appointment_on(date)
    if not held:
        return person.name
    return f"{person.name}, {held.title} ({held.abbreviation})" if held.abbreviation else f"{person.name}, {held.title}"


def find_person(text, date):
    """The one person whom a typed or picked text means, or None where nobody of that name is known.

    Raises ValidationError where it could be more than one.
    """
    text = " ".join(text.split())
    known = list(Person.objects.known_as(text).with_posts())
    if not known and ", " in text:
        name = text.partition(", ")[0]
        known = list(Person.objects.known_as(name).with_posts())
        picked = [person for person in known if name_and_post(person, date).casefold() == text.casefold()]
        known = picked or known
    if len(known) > 1:
        offers = "; ".join(name_and_post(person, date) for person in known)
        raise ValidationError(f"There is more than one {known[0].name}: {offers}. Choose one from the list.")
    return known[0] if known else None


def write_down(attendance, *, person, name, post, by):
    """Fill an attendance with a known person's post of that day, or with the name and post of somebody new.

    Somebody new is also entered under People, without an appointment, since nobody said from when to when.
    """
    date = attendance.meeting.date
    if person is None:
        person = Person.objects.create(name=" ".join(name.split()))
        audit.write(f"Person added: {person.name}", subject=person, context=attendance.meeting, by=by)
    attendance.take_snapshot(person, date)
    if post and not attendance.post:
        set_post(attendance, post)
    return attendance


def set_post(attendance, text):
    """A typed post, with rank and short form where such a post is known or the text gives them: Inspector (Insp)."""
    text = " ".join(text.split())
    found = POST_WITH_SHORT_FORM.match(text)
    title = found["title"] if found else text
    known = Post.objects.filter(title__iexact=title).first()
    attendance.post = known.title if known else title
    attendance.abbreviation = known.abbreviation if known else found["abbreviation"] if found else ""
    attendance.rank = known.rank if known else ""
    attendance.called = attendance.name_in_minutes(attendance.meeting.date)


# --- acts ------------------------------------------------------------------------------------------------------------


def take_snapshots_again(meeting):
    """Posts as of the meeting's new day, for those of whom an appointment is known."""
    people = Person.objects.with_posts().in_bulk(list(meeting.attendance.values_list("person_id", flat=True)))
    for attendance in meeting.attendance.exclude(person=None):
        person = people[attendance.person_id]
        if person.appointments.all():
            attendance.take_snapshot(person, meeting.date)
            attendance.save()


def next_position(meeting):
    """Behind everybody who is on the sheet."""
    last = meeting.attendance.order_by("-position").values_list("position", flat=True).first()
    return (last or 0) + 1


def add_person(attendance, *, reason="", by):
    """Put a filled attendance on the sheet, after `check_both_lists`. Runs inside the caller's transaction."""
    meeting = attendance.meeting
    record.hold(meeting)
    attendance.position = next_position(meeting)
    attendance.save()
    acknowledge(meeting, reason)
    settle_lists(meeting)
    where = lists_of(meeting)[attendance.category].heading
    audit.write(f"{attendance.name} added to {where}", subject=attendance, context=meeting, by=by)
    return attendance


def stands_in_both(attendance):
    """Whether this would put somebody who is there among the apologies too, or the other way round."""
    if not attendance.person_id:
        return False
    others = Attendance.objects.filter(meeting_id=attendance.meeting_id, person_id=attendance.person_id)
    others = others.exclude(pk=attendance.pk)
    opposite = THERE if attendance.category == Category.APOLOGIES else [Category.APOLOGIES]
    return others.filter(category__in=opposite).exists()


def acknowledge(meeting, reason):
    """Keep why somebody stands in two lists that exclude each other."""
    if reason and reason != meeting.same_person_acknowledged:
        meeting.same_person_acknowledged = reason
        meeting.save(update_fields=["same_person_acknowledged"])


def change_person(attendance, *, reason="", by):
    """Save what the meeting's record says about one person. Runs inside the caller's transaction."""
    record.hold(attendance.meeting)
    attendance.save()
    acknowledge(attendance.meeting, reason)
    settle_lists(attendance.meeting)
    audit.write(f"Attendance of {attendance.name} changed", subject=attendance, context=attendance.meeting, by=by)


SNAPSHOT = ("name", "post", "rank", "abbreviation", "organisation")


def differs_from_people(attendance):
    """The snapshot as it would be taken from People now, for the day of the meeting; None where it is the same."""
    person = Person.objects.with_posts().filter(pk=attendance.person_id).first()
    if not person or not person.appointment_on(attendance.meeting.date):
        return None
    fresh = Attendance(meeting=attendance.meeting)
    fresh.take_snapshot(person, attendance.meeting.date)
    same = all(getattr(fresh, name) == getattr(attendance, name) for name in SNAPSHOT)
    return None if same else fresh


@transaction.atomic
def renew_snapshot(attendance, *, by):
    """Take name and post from People again, because they were wrong there: always by hand, never by itself."""
    record.hold(attendance.meeting)
    fresh = differs_from_people(attendance)
    if fresh is None:
        return
    attendance.take_snapshot(fresh.person, attendance.meeting.date)
    attendance.save()
    act = f"Name and post of {attendance.name} taken from People again"
    audit.write(act, subject=attendance, context=attendance.meeting, by=by)


def is_minuted(attendance):
    """Whether the minutes name this person as a speaker, or did where something can be brought back."""
    return any(named.exists() for named in (attendance.entries, attendance.second_entries, attendance.corrections))


@transaction.atomic
def remove_person(attendance, *, by):
    """Take somebody off the sheet. Refused once the minutes name them as a speaker."""
    record.hold(attendance.meeting)
    if is_minuted(attendance):
        raise NotPossible(f"The minutes name {attendance.name} as a speaker. Change that there first.")
    audit.write(f"{attendance.name} taken off the attendance", subject=attendance, context=attendance.meeting, by=by)
    attendance.delete()
    settle_lists(attendance.meeting)


def mark(row, status, *, substitute=None):
    """Carry out the choice in one row of the sheet. `substitute` is a filled, unsaved attendance."""
    attendance = row.attendance
    attendance.category = Category.PRESENT if status == PRESENT else Category.APOLOGIES
    if status != PRESENT:
        attendance.is_chair = False
    attendance.save(update_fields=["category", "is_chair"])
    if status != SUBSTITUTE:
        for standing_in in row.substitutes:
            _send_home(standing_in)
    if substitute:
        substitute.stands_in_for = attendance
        substitute.position = attendance.position
        substitute.save()


def _send_home(substitute):
    """No longer a substitute. Whom the minutes name was there all the same, and stays in their own right."""
    if is_minuted(substitute):
        substitute.stands_in_for = None
        substitute.save(update_fields=["stands_in_for"])
    else:
        substitute.delete()


def note_taken(meeting, changes, *, by):
    """Remember that somebody said who was there. Before the day they can only say who is expected."""
    first = not meeting.attendance_is_taken
    if meeting.date <= today():
        meeting.attendance_taken_at = timezone.now()
        meeting.save(update_fields=["attendance_taken_at"])
        if first:
            audit.write("Attendance taken", subject=meeting, by=by, changes=changes)
            return
    if changes:
        audit.write(f"Attendance: {'; '.join(changes)}", subject=meeting, by=by)


@transaction.atomic
def come_or_go(attendance, *, came, at, by):
    """Note that somebody came late or left early just now. The other press of the same button takes the time back.

    Raises NotPossible where somebody would leave before they came.
    """
    record.hold(attendance.meeting)
    wanted = Attendance.objects.select_for_update(of=("self",), no_key=True).select_related("meeting")
    attendance = wanted.filter(pk=attendance.pk).first()
    if attendance is None:
        raise NotPossible("Somebody took this person off the attendance meanwhile.")
    name, word = ("arrived", "came") if came else ("left", "left")
    before = getattr(attendance, name)
    setattr(attendance, name, None if before else at)
    if attendance.arrived and attendance.left and attendance.left <= attendance.arrived:
        raise NotPossible(
            f"{attendance.speaker_name} came at {attendance.arrived:%H:%M}. Set the times on the attendance page."
        )
    attendance.save(update_fields=[name])
    what = (
        f"{attendance.name} {word} at {at:%H:%M}"
        if not before
        else f"Took back that {attendance.name} {word} at {before:%H:%M}"
    )
    audit.write(what, subject=attendance, context=attendance.meeting, by=by)
    return attendance
