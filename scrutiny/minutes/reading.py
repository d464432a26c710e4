"""Minutes as they read, on page and paper alike: who was there, then item by item who said what."""

from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from scrutiny.meetings.models import Attendance, AttendanceList
from scrutiny.minutes.models import MinutedItem, MinuteEntry
from scrutiny.minutes.texts import paragraphs


@dataclass(frozen=True)
class Line:
    """One entry as a reader sees it: margin (who, what) and text."""

    entry: MinuteEntry
    who: str
    what: str
    paragraphs: list[SafeString]

    @property
    def mark(self):
        """The bar on the rule beside it on pages: question, correction, action or none."""
        kind = MinuteEntry.Kind
        marks = {
            kind.QUESTION: "question",
            kind.CORRECTION: "correction",
            kind.ACTION: "action",
            kind.DECISION: "action",
        }
        return marks.get(self.entry.kind, "")

    @property
    def look(self):
        """The same on paper."""
        return {"question": "q", "correction": "mark", "action": "mark"}.get(self.mark, "")


@dataclass
class ItemSheet:
    """One agenda item with its lines."""

    minuted: MinutedItem
    lines: list[Line] = field(default_factory=list)

    @property
    def item(self):
        """The agenda item."""
        return self.minuted.item

    @property
    def rough(self):
        """How many entries are still marked rough."""
        return sum(line.entry.rough for line in self.lines)

    @property
    def state_in_words(self):
        """Written, begun or nothing yet, for the list of items."""
        if not self.lines:
            return "Nothing yet"
        count = f"{len(self.lines)} entr{'y' if len(self.lines) == 1 else 'ies'}"
        return f"{count}, {self.rough} rough" if self.rough else count


@dataclass(frozen=True)
class PeopleList:
    """One attendance list as printed. `people` is empty for "None" and for a list that was not recorded."""

    heading: str
    recorded: str
    people: list[Attendance]

    @property
    def printed(self):
        """The people as a paper prints them: name, and post with what was special about their attendance."""
        return [{"name": person.name, "post": _post_and_remarks(person)} for person in self.people]

    @property
    def words(self):
        """What stands in place of a list."""
        return {"none": "None", "not_recorded": "Not recorded"}.get(self.recorded, "")


def _post_and_remarks(person):
    remarks = [person.post_in_words]
    if person.is_chair:
        remarks.append("in the chair")
    if person.stands_in_for:
        remarks.append(f"standing in for {person.stands_in_for.name}")
    if person.arrived:
        remarks.append(f"from {person.arrived:%H:%M}")
    if person.left:
        remarks.append(f"until {person.left:%H:%M}")
    items = [item.label or item.title for item in person.items.all()]
    if items:
        remarks.append(f"for item{'s' if len(items) > 1 else ''} {', '.join(items)}")
    return ", ".join(remark for remark in remarks if remark)


def who_said(entry):
    """The margin's name: one speaker, two, or nobody."""
    names = [speaker.speaker_name for speaker in (entry.speaker, entry.second_speaker) if speaker]
    return " and ".join(names)


def lines_of(entries):
    """Lines of one item's living entries in their order; questions are counted within the item."""
    questions, lines = 0, []
    for entry in entries:
        what = entry.get_kind_display()
        if entry.kind == MinuteEntry.Kind.QUESTION:
            questions += 1
            what = f"{what} {questions}"
        lines.append(Line(entry, who_said(entry), what, paragraphs(entry.text)))
    return lines


def sheets(minutes):
    """Every item of the meeting with its lines, in agenda order. Two queries."""
    held = list(minutes.minuted_items.select_related("item").order_by("item__position", "item__pk"))
    entries = (
        MinuteEntry.objects.filter(minuted_item__minutes=minutes, deleted=False)
        .select_related("speaker", "second_speaker")
        .order_by("position", "pk")
    )
    by_item = {}
    for entry in entries:
        by_item.setdefault(entry.minuted_item_id, []).append(entry)
    return [ItemSheet(minuted, lines_of(by_item.get(minuted.pk, []))) for minuted in held]


def people_lists(meeting):
    """The attendance lists in the order of records; lists that nobody keeps are left out. Three queries."""
    kept = {held.category: held for held in meeting.attendance_lists.all()}
    people = {}
    attending = meeting.attendance.order_by("position", "pk").select_related("stands_in_for").prefetch_related("items")
    for attendance in attending:
        people.setdefault(attendance.category, []).append(attendance)
    lists = []
    for category in AttendanceList.ORDER:
        held, listed = kept.get(category), people.get(category, [])
        if held is None and not listed and category != AttendanceList.Category.APOLOGIES:
            continue
        heading = held.heading if held else category.label
        recorded = AttendanceList.Recorded.LIST if listed else held.recorded if held else "not_recorded"
        if recorded == AttendanceList.Recorded.LIST and not listed:
            recorded = AttendanceList.Recorded.NOT_RECORDED
        if recorded == "not_recorded" and category == AttendanceList.Category.OBSERVERS:
            continue
        lists.append(PeopleList(heading, recorded, listed))
    return lists
