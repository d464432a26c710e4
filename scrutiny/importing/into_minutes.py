"""A MinutesDraft as a meeting with its lists of people, its items, and minutes in draft."""

import re
import uuid

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import slugify

from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from scrutiny.importing import drafts
from scrutiny.importing.capitals import Spelling, sentence_case, title_case
from scrutiny.importing.matching import check, day, known_series, same, spelling_of
from scrutiny.importing.people_lists import HONORIFICS, is_police_rank, surname
from scrutiny.importing.reading import CannotRead
from scrutiny.importing.words import LeftOut
from scrutiny.meetings.attendance import ensure_lists, settle_lists
from scrutiny.meetings.models import AgendaItem, Attendance, AttendanceList, Meeting, MeetingSeries
from scrutiny.meetings.operations import add_meeting
from scrutiny.minutes.models import Minutes
from scrutiny.minutes.operations import add_entry, open_minutes
from scrutiny.minutes.texts import TextRefused
from scrutiny.people import operations as people
from scrutiny.people.models import Person, Post
from scrutiny.reports.models import JointReport

Category = AttendanceList.Category
Recorded = AttendanceList.Recorded

CATEGORIES = {
    drafts.PRESENT: Category.PRESENT,
    drafts.APOLOGIES: Category.APOLOGIES,
    drafts.ALSO_PRESENT: Category.ALSO_PRESENT,
    drafts.IN_ATTENDANCE: Category.ALSO_PRESENT,
    drafts.SUBSTITUTES: Category.ALSO_PRESENT,
    drafts.OBSERVERS: Category.OBSERVERS,
}
_ITEMS_NOTE = re.compile(
    r"^(?:for |attended )?items?\s+(?P<labels>[\w./]+(?:(?:,\s*|\s+and\s+|\s*&\s*)[\w./]+)*)(?:\s+only)?$", re.I
)
_CHAIR_NOTE = re.compile(r"^(?:in the )?(?:co-)?chair(?:man|woman|person)?$", re.I)
_STANDS_IN_NOTE = re.compile(
    r"^(?:(?:substitut\w+|deputising|standing in) )?(?:for|in place of|on behalf of) (?P<name>.+)$", re.I
)


def make_minutes(draft, *, source, by, warnings, leftovers):
    """Draft minutes, with the meeting, its lists of people and its items."""
    meeting = _meeting_to_fill(draft, warnings, leftovers, by)
    items = [_agenda_item(meeting, each) for each in draft.items]
    _take_attendance(meeting, draft, items, warnings, leftovers, by)
    minutes = open_minutes(meeting, by=by)
    places = {place.item_id: place for place in minutes.minuted_items.all()}
    for item, each in zip(items, draft.items, strict=True):
        for text in each.paragraphs:
            try:
                add_entry(places[item.pk], save_id=uuid.uuid4(), by=by, text=text)
            except TextRefused as refused:
                raise CannotRead(f"Item “{item}”: {refused}") from refused
    for report in JointReport.objects.filter(date=meeting.date, meeting=None):
        warnings.append(f"The report “{report}” of that day is not linked to a meeting yet. Is it this one?")
    audit.write(f"Imported minutes from {source.name}", subject=minutes, by=by, context=meeting, sha256=source.sha256)
    return minutes


# --- the meeting -----------------------------------------------------------------------------------------------------


def _meeting_to_fill(draft, warnings, leftovers, by):
    """The meeting of that day while it is still without people and minutes; otherwise a new one."""
    series = known_series(draft.meeting_name)
    if series is None:
        series = _new_series(draft.meeting_name, warnings, by)
    there = series.meetings.filter(date=draft.date, imported_beside=None).order_by("pk").first()
    if there and not there.attendance.exists() and not Minutes.objects.filter(meeting=there).exists():
        return _fill(there, draft, warnings, leftovers)
    name = spelling_of(series, draft.meeting_name)
    if there:
        name = f"{name} (imported)"
        warnings.append(
            f"The meeting “{there}” was there already and was not touched. A second one, “{name}”, stands beside it. "
            "Decide which one stays."
        )
    meeting = Meeting(
        series=series,
        name=name,
        date=draft.date,
        starts=draft.start,
        ends=draft.end,
        venue=draft.venue,
        is_public=series.is_public,
        imported_beside=there,
    )
    _settle_day(meeting, warnings)
    check(meeting, "The meeting")
    add_meeting(meeting, with_standing_items=False, by=by)
    return meeting


def _fill(there, draft, warnings, leftovers):
    """Complete a meeting that was waiting for its minutes; what it says already stays as it is."""
    warnings.append(f"The meeting “{there}” was there already, without people or minutes. The import went into it.")
    if there.status in (Meeting.Status.CANCELLED, Meeting.Status.POSTPONED):
        warnings.append(f"That meeting was {there.get_status_display().lower()} until now. Check that it was held.")
    leftovers.append(LeftOut(1, draft.meeting_name, f"kept as the meeting “{there}”", restated=True))
    if there.venue and draft.venue and same(there.venue) != same(draft.venue):
        leftovers.append(LeftOut(1, draft.venue, f"the meeting has another venue already: {there.venue}"))
    there.venue = there.venue or draft.venue
    if there.starts is None and there.ends is None:
        there.starts, there.ends = draft.start, draft.end
    elif draft.start and (there.starts, there.ends) != (draft.start, draft.end):
        warnings.append("The printed times differ from those that the meeting has. Those of the meeting were kept.")
    _settle_day(there, warnings)
    check(there, "The meeting")
    there.save()
    return there


def _settle_day(meeting, warnings):
    """Minutes say who was there; a day still to come cannot have been held."""
    if meeting.date <= today():
        meeting.status = Meeting.Status.HELD
        meeting.attendance_taken_at = timezone.now()
    else:
        warnings.append(f"The meeting of {day(meeting.date)} is still to come. It is kept as planned.")


def _new_series(printed, warnings, by):
    name = title_case(printed)
    slug = slugify(name)[:70] or "meetings"
    taken = MeetingSeries.objects.filter(slug__startswith=slug).values_list("slug", flat=True)
    number = next(n for n in range(1, len(taken) + 2) if (slug if n == 1 else f"{slug}-{n}") not in taken)
    series = MeetingSeries(name=name, slug=slug if number == 1 else f"{slug}-{number}")
    check(series, "The meeting series")
    series.save()
    audit.write(f"Series “{series}” added", subject=series, by=by)
    warnings.append(
        f"The series “{series}” was not known and was added. It counts as held in public until somebody says otherwise."
    )
    return series


def _agenda_item(meeting, draft):
    """The item of that label on the agenda, or a new one at its end."""
    same_label = list(meeting.items.filter(label=draft.label)) if draft.label else []
    about = [item for item in same_label if same(item.title) == same(draft.title)]
    if about and not about[0].minuted.exists():
        return about[0]
    last = meeting.items.order_by("-position").values_list("position", flat=True).first() or 0
    item = AgendaItem(
        meeting=meeting,
        position=last + 1,
        label=draft.label,
        label_as_printed=bool(same_label),
        title=sentence_case(draft.title, Spelling(" ".join(draft.paragraphs))),
    )
    check(item, f"The item “{draft.label} {draft.title[:60]}”")
    item.save()
    return item


# --- people ----------------------------------------------------------------------------------------------------------


def _take_attendance(meeting, draft, items, warnings, leftovers, by):
    """The lists as printed. Two printed lists of one kind become one, headed with both headings."""
    headings = {}
    for each in draft.lists:
        headings.setdefault(CATEGORIES[each.category], []).append(sentence_case(each.heading))
    kept = ensure_lists(meeting)
    for category, printed in headings.items():
        kept[category].heading = "; ".join(printed)
        if len(printed) > 1:
            warnings.append(f"The lists {', '.join(printed)} were put into one.")
        check(kept[category], "A list of people", exclude=["meeting"])
        kept[category].save()
    position, listed, rows, added = 0, set(), [], []
    for each in draft.lists:
        category = CATEGORIES[each.category]
        if each.state == drafts.NONE and kept[category].recorded == Recorded.NOT_RECORDED:
            kept[category].recorded = Recorded.NONE
            kept[category].save(update_fields=["recorded"])
        for person in each.people:
            position += 1
            known = _person(person, meeting, warnings, added, by)
            if known and (category, known.pk) in listed:
                warnings.append(
                    f"Line {person.line}: {person.name} is named twice in one list; the second is linked to nobody."
                )
                known = None
            listed.add((category, known.pk if known else None))
            row = Attendance(
                meeting=meeting,
                category=category,
                position=position,
                person=known,
                name=person.name,
                post=person.post,
                rank=_rank(person.post),
                abbreviation=person.abbreviation,
                organisation=person.organisation,
                regular=each.category in (drafts.PRESENT, drafts.APOLOGIES),
            )
            row.called = row.name_in_minutes(meeting.date)
            if row.rank and row.abbreviation:
                row.called = f"{row.abbreviation} {surname(person.name)}"
            check(row, f"Line {person.line}: {person.name[:60]}", exclude=["meeting", "person"])
            row.save()
            rows.append((row, person))
    if added:
        warnings.append(f"Not known before and added to People, without posts: {', '.join(added)}.")
    for row, person in rows:
        _carry_out_note(row, person, rows, items, leftovers)
    settle_lists(meeting)


def _person(draft, meeting, warnings, added, by):
    """The person of that name or alias; somebody new is added by name only, since nobody said since when they hold a post."""
    first, _, rest = draft.name.partition(" ")
    plain_name = rest if first.rstrip(".").lower() in HONORIFICS and " " in rest else draft.name
    found = list(Person.objects.known_as(draft.name) | Person.objects.known_as(plain_name))
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        warnings.append(f"Line {draft.line}: more than one person is known as {draft.name}. Choose who it was.")
        return None
    try:
        person = people.save(Person(name=draft.name), by=by, context=meeting)
    except ValidationError as refused:
        raise CannotRead(f"Line {draft.line}: {draft.name[:60]}: {' '.join(refused.messages)}") from refused
    added.append(person.name)
    return person


def _rank(post):
    known = Post.objects.filter(title__iexact=post).first() if post else None
    if known:
        return known.rank
    return post[:100] if is_police_rank(post) else ""


def _carry_out_note(row, person, rows, items, leftovers):
    """What stood in brackets behind a name: in the chair, only for some items, in whose place."""
    for note in filter(None, (part.strip() for part in person.note.split(";"))):
        by_items, stands_in = _ITEMS_NOTE.match(note), _STANDS_IN_NOTE.match(note)
        attended = []
        if by_items:
            labels = re.split(r",\s*|\s+and\s+|\s*&\s*", by_items["labels"])
            attended = [item for item in items if item.label in labels]
        away = stands_in and next(
            (
                other
                for other, _ in rows
                if other.category == Category.APOLOGIES and same(other.name) == same(stands_in["name"])
            ),
            None,
        )
        if _CHAIR_NOTE.match(note):
            row.is_chair = True
            row.save(update_fields=["is_chair"])
            why, restated = f"kept as {row.name} in the chair", True
        elif attended:
            row.items.set(attended)
            why, restated = f"kept as the items that {row.name} attended", True
        elif away:
            row.stands_in_for = away
            row.save(update_fields=["stands_in_for"])
            why, restated = f"kept as {row.name} standing in for {away.name}", True
        else:
            why, restated = f"stands behind {row.name}; there is no field for it", False
        leftovers.append(LeftOut(person.line, note, why, restated))
