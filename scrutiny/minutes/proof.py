"""What still stands against approving minutes, and what somebody should look at once more. Reads only.

Errors block approval: an action that nobody owns or that has no day, and an entry without words. Everything else is a
warning. A correction that nobody has confirmed is a warning too: its figure may take the force weeks to settle, while
the minutes say truly what was said. It holds up publication, not approval.
"""

import re
from dataclasses import dataclass, field

from django.urls import reverse

from opcc_portal.office.dates import today
from scrutiny.meetings.models import AgendaItem, AttendanceList
from scrutiny.minutes import particulars, reading
from scrutiny.minutes.models import Correction, MinuteEntry

ERROR, WARNING = "error", "warning"

# What an editor's key leaves behind when it was not understood: a name after @ at the start of a word, a slash and its
# letter at the start of a line.
_LEFT_OVER = re.compile(r"(?<![\w.@/])@\w[\w.]*|^/[a-z]\b", re.MULTILINE)
_NUMBER = re.compile(r"\d+")
_TIME = "%H:%M"


@dataclass(frozen=True)
class Flag:
    """One thing to mend or to look at. `link` is where it is mended; `anchor` where it stands in the minutes as read."""

    severity: str
    message: str
    link: str
    entry: MinuteEntry | None = None
    item: AgendaItem | None = None

    @property
    def blocks(self):
        """Whether the minutes cannot be approved before this is mended."""
        return self.severity == ERROR

    @property
    def anchor(self):
        """Where the flag stands on the page."""
        if self.entry:
            return f"entry-{self.entry.pk}"
        return f"item-{self.item.pk}" if self.item else "attendance"

    @property
    def where(self):
        """Item 5, DCI Stevenson."""
        if self.item is None:
            return "Attendance"
        place = f"Item {self.item.label}" if self.item.label else f"“{self.item.title}”"
        who = reading.who_said(self.entry) if self.entry else ""
        return f"{place}, {who}" if who else place


@dataclass
class Beside:
    """What a page prints below one entry: its flags, what checkers said of it, and one thing to do (words, address)."""

    flags: list = field(default_factory=list)
    comments: list = field(default_factory=list)
    may_mend: bool = False
    words: str = ""
    link: str = ""
    changed: str = ""


def flags_of(minutes, sheets=None, apologies=None):
    """Every flag, in the order of the minutes. Pages that hold the sheets and the apologies already pass them on."""
    sheets = reading.sheets(minutes) if sheets is None else sheets
    if apologies is None:
        apologies = list(minutes.meeting.attendance.filter(category=AttendanceList.Category.APOLOGIES))
    flags = []
    if not minutes.meeting.attendance_is_taken:
        link = reverse("attendance", args=[minutes.meeting_id])
        flags.append(Flag(WARNING, "Nobody has said yet who was there.", link))
    flags += _of_labels(minutes, [sheet.item for sheet in sheets])
    for sheet in sheets:
        flags += _of_item(minutes, sheet, apologies)
    return flags


def errors_of(minutes):
    """The flags that block approval."""
    return [flag for flag in flags_of(minutes) if flag.blocks]


def in_words(flags):
    """1 thing to fix, 2 to look at."""
    errors = sum(flag.blocks for flag in flags)
    warnings = len(flags) - errors
    parts = []
    if errors:
        parts.append(f"{errors} thing{'' if errors == 1 else 's'} to fix")
    if warnings:
        parts.append(
            f"{warnings} to look at" if errors else f"{warnings} thing{'' if warnings == 1 else 's'} to look at"
        )
    return ", ".join(parts)


def _of_labels(minutes, items):
    """Labels that stand twice, and numbers that are left out; sub-items are numbered within their item."""
    link = reverse("agenda", args=[minutes.meeting_id])
    seen, last = set(), None
    for item in items:
        label = item.label.strip()
        if label and label in seen:
            yield Flag(WARNING, f"The label {label} stands twice on the agenda.", link, item=item)
        seen.add(label)
        number = _NUMBER.search(label)
        if item.parent_id or not number:
            continue
        if last is not None and int(number[0]) > last + 1:
            yield Flag(WARNING, f"The agenda goes from {last} to {number[0]}: is an item missing?", link, item=item)
        last = int(number[0])


def _of_item(minutes, sheet, apologies):
    item, minuted = sheet.item, sheet.minuted
    page = reverse("minuted-item", args=[minuted.pk])
    off = (AgendaItem.Outcome.DEFERRED, AgendaItem.Outcome.WITHDRAWN)
    if not sheet.lines and item.outcome not in off:
        yield Flag(WARNING, "Nothing is written here yet.", page, item=item)
    entries = [line.entry for line in sheet.lines]
    answered = _answered(entries)
    for entry in entries:
        for severity, message in _of_entry(minutes, minuted, entry, answered, apologies):
            yield Flag(severity, message, f"{page}#entry-{entry.pk}", entry, item)


def _of_entry(minutes, minuted, entry, answered, apologies):
    kind = MinuteEntry.Kind
    if not entry.text.strip():
        yield ERROR, "The entry holds no words: write them, or delete it."
    if entry.kind == kind.ACTION:
        yield from _of_action(minutes, particulars.action_of(entry), apologies)
    if entry.kind == kind.CORRECTION:
        yield from _of_correction(particulars.correction_of(entry))
    if entry.kind == kind.QUESTION and entry.pk not in answered:
        yield WARNING, "No answer stands below the question."
    if entry.rough:
        yield WARNING, "Marked rough, to be tidied."
    for person in (entry.speaker, entry.second_speaker):
        yield from _of_speaker(person, minuted)
    for found in dict.fromkeys(_LEFT_OVER.findall(entry.text)):
        yield WARNING, f"“{found}” was left in the text."


def _of_action(minutes, action, apologies):
    lacks = action.lacks if action else ["owner", "due date"]
    if lacks:
        yield ERROR, f"The action has no {' and no '.join(lacks)}."
    if action is None:
        return
    if action.due and action.due < minutes.meeting.date:
        yield WARNING, f"The action is due on {action.due:%-d %B %Y}, before the meeting."
    elif action.due and action.due < today() and action.is_open:
        yield WARNING, f"The action was due on {action.due:%-d %B %Y}; that day has passed."
    for owner in action.owners.all():
        if _is_among(owner, apologies):
            yield WARNING, f"{owner.name} is to do this and sent apologies: have they been told?"


def _is_among(owner, people):
    names = {owner.name}
    return any(
        (owner.person_id and owner.person_id == person.person_id)
        or names & {person.name, person.speaker_name, person.abbreviation or None}
        for person in people
    )


def _of_correction(correction):
    if correction is None:
        yield WARNING, "The correction does not say yet what figure it puts right."
        return
    missing = [
        words for words, value in (("new value", correction.new_value), ("period", correction.period)) if not value
    ]
    if missing:
        yield WARNING, f"The correction has no {' and no '.join(missing)}."
    if correction.status == Correction.Status.PROPOSED:
        yield WARNING, "Nobody has confirmed the correction yet."


def _of_speaker(person, minuted):
    if person is None:
        return
    name, began, ended = person.speaker_name, minuted.started, minuted.ended
    if person.category == AttendanceList.Category.APOLOGIES:
        yield WARNING, f"{name} sent apologies."
    if began and person.left and person.left <= began:
        yield WARNING, f"{name} had left at {person.left:{_TIME}}; the item began at {began:{_TIME}}."
    # Who came in while the item was under way may well have spoken.
    if person.arrived and began and person.arrived > began and not (ended and person.arrived < ended):
        yield WARNING, f"{name} arrived at {person.arrived:{_TIME}}; the item began at {began:{_TIME}}."


def _answered(entries):
    """The questions that an answer belongs to, or of which somebody said what became of them."""
    answered, question = set(), None
    for entry in entries:
        if entry.kind == MinuteEntry.Kind.QUESTION:
            question = entry.pk
            if entry.question_status:
                answered.add(entry.pk)
        elif entry.kind == MinuteEntry.Kind.ANSWER:
            answered.add(entry.answers_id or question)
    return answered


def lay_beside(sheets, flags=(), comments=(), *, may_mend=False):
    """Hang flags and comments on the entries and items they speak of, for the templates."""
    about = {}
    for comment in comments:
        about.setdefault(comment.piece, []).append(comment)
    of_entry, of_item = {}, {}
    for flag in flags:
        if flag.entry:
            of_entry.setdefault(flag.entry.pk, []).append(flag)
        elif flag.item:
            of_item.setdefault(flag.item.pk, []).append(flag)
    for sheet in sheets:
        sheet.flags = of_item.get(sheet.item.pk, [])
        for line in sheet.lines:
            entry = line.entry
            entry.beside = Beside(of_entry.get(entry.pk, []), about.get(entry.uid, []), may_mend)


def offer(sheets, words, address):
    """Let every entry offer one thing to do: `address` is called with the entry."""
    for sheet in sheets:
        for line in sheet.lines:
            line.entry.beside.words, line.entry.beside.link = words, address(line.entry)
