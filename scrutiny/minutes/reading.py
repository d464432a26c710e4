"""Minutes as they read, on page and paper alike: who was there, then item by item who said what."""

from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, prefetch_related_objects
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from scrutiny.meetings.models import Attendance, AttendanceList
from scrutiny.minutes import corrections, particulars
from scrutiny.minutes.models import MinutedItem, MinuteEntry
from scrutiny.minutes.texts import paragraphs

# The bar on the rule beside an entry, and how a paper draws it.
MARKS = {
    MinuteEntry.Kind.QUESTION: "question",
    MinuteEntry.Kind.CORRECTION: "correction",
    MinuteEntry.Kind.ACTION: "action",
    MinuteEntry.Kind.DECISION: "action",
}
PAPER_LOOKS = {"question": "q", "correction": "mark", "action": "mark"}


@dataclass(frozen=True)
class Line:
    """One entry as a reader sees it: margin (who, what), text, and what it carries beside its words.

    `apart` marks what follows a question and its answers without belonging to them: it stands off a little.
    """

    entry: MinuteEntry
    who: str
    what: str
    paragraphs: list[SafeString]
    apart: bool = False
    notices: list[str] = field(default_factory=list)

    @property
    def change(self):
        """What a correction puts right, or None."""
        return particulars.change_of(self.entry)

    @property
    def facts(self):
        """Owner and due date, decision date, level of assurance: in words."""
        return particulars.facts_of(self.entry)

    @property
    def mark(self):
        """The bar on the rule beside it on pages: question, correction, action or none."""
        return MARKS.get(self.entry.kind, "")

    @property
    def look(self):
        """The same on paper."""
        return PAPER_LOOKS.get(self.mark, "")


def _how_far(written, rough):
    if not written:
        return "Nothing yet"
    count = f"{written} entr{'y' if written == 1 else 'ies'}"
    return f"{count}, {rough} rough" if rough else count


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
    def times(self):
        """When the item was begun and ended, as far as anybody wrote it down."""
        begun, ended = self.minuted.started, self.minuted.ended
        if begun and ended:
            return f"{begun:%H:%M} to {ended:%H:%M}"
        return f"From {begun:%H:%M}" if begun else f"Until {ended:%H:%M}" if ended else ""

    @property
    def rough(self):
        """How many entries are still marked rough."""
        return sum(line.entry.rough for line in self.lines)

    @property
    def state_in_words(self):
        """Written, begun or nothing yet, for the list of items."""
        return _how_far(len(self.lines), self.rough)


@dataclass(frozen=True)
class PeopleList:
    """One attendance list as printed. `people` is empty for "None" and for a list that was not recorded."""

    heading: str
    recorded: str
    people: list[Attendance]

    @property
    def printed(self):
        """The people as a paper prints them: name, and post with what was special about their attendance."""
        return self.printed_with(lambda item: item.title)

    def printed_with(self, title_of):
        """The same with another title for items without a label: the neutral one for the public."""
        return [{"name": person.name, "post": _post_and_remarks(person, title_of)} for person in self.people]

    @property
    def words(self):
        """What stands in place of a list."""
        return {"none": "None", "not_recorded": "Not recorded"}.get(self.recorded, "")


def _post_and_remarks(person, title_of):
    remarks = [person.post_in_words]
    if person.is_chair:
        remarks.append("in the chair")
    if person.stands_in_for:
        remarks.append(f"standing in for {person.stands_in_for.name}")
    if person.arrived:
        remarks.append(f"from {person.arrived:%H:%M}")
    if person.left:
        remarks.append(f"until {person.left:%H:%M}")
    items = [item.label or title_of(item) for item in person.items.all()] if person.came_for_items else []
    if items:
        remarks.append(f"for item{'s' if len(items) > 1 else ''} {', '.join(items)}")
    return ", ".join(remark for remark in remarks if remark)


def who_said(entry):
    """The margin's name: one speaker, two, the asker of a question from the public, or nobody."""
    names = [speaker.speaker_name for speaker in (entry.speaker, entry.second_speaker) if speaker]
    if not names and entry.kind == MinuteEntry.Kind.QUESTION and (asked := getattr(entry, "public_question", None)):
        names = [asked.asked_as]
    return " and ".join(names)


def lines_of(entries, notices=None):
    """Lines of one item's living entries in their order; questions are counted within the item.

    What is restricted is not counted, so that a question has the same number on the desk and in public. `notices` holds by
    entry what was put right after the minutes were closed.
    """
    questions, lines, before = 0, [], None
    asking = (MinuteEntry.Kind.QUESTION, MinuteEntry.Kind.ANSWER)
    for entry in entries:
        what = entry.get_kind_display()
        if entry.kind == MinuteEntry.Kind.QUESTION:
            if not entry.is_restricted:
                questions += 1
                what = f"{what} {questions}"
        elif reference := particulars.reference_of(entry):
            what = f"{what} {reference}"
        apart = before in asking and entry.kind not in asking
        noticed = (notices or {}).get(entry.pk, [])
        lines.append(Line(entry, who_said(entry), what, paragraphs(entry.text), apart, noticed))
        before = entry.kind
    return lines


class Sheets(list):
    """The sheets of one meeting, in agenda order, and what stands once more at the end: its actions and corrections."""

    @cached_property
    def _entries(self):
        return [line.entry for sheet in self for line in sheet.lines]

    @property
    def is_begun(self):
        """Whether anything is written."""
        return bool(self._entries)

    @property
    def actions(self):
        """Every action, for the table at the end."""
        return [particulars.action_row(entry) for entry in self._entries if entry.kind == MinuteEntry.Kind.ACTION]

    @property
    def corrections(self):
        """Every correction, for the table at the end."""
        return [particulars.correction_row(entry) for entry in self._entries if particulars.correction_of(entry)]


def sheets(minutes):
    """Every item of the meeting with its lines. Three queries, one more where minutes are closed."""
    held = minutes.minuted_items.select_related("item__restriction").order_by("item__position", "item__pk")
    entries = (
        MinuteEntry.objects.filter(minuted_item__minutes=minutes, deleted=False)
        .select_related("speaker", "second_speaker", "restriction", *particulars.LOADED_WITH)
        .prefetch_related(*particulars.PREFETCHED)
        .order_by("position", "pk")
    )
    by_item = {}
    for entry in entries:
        by_item.setdefault(entry.minuted_item_id, []).append(entry)
    notices = {} if minutes.is_open else corrections.notices_for(minutes)
    return Sheets(ItemSheet(minuted, lines_of(by_item.get(minuted.pk, []), notices)) for minuted in held)


@dataclass(frozen=True)
class OutlineItem:
    """One item in the list of items beside the minutes: how far it is written, without its words."""

    minuted: MinutedItem
    written: int
    rough: int

    item = ItemSheet.item
    times = ItemSheet.times

    @property
    def state_in_words(self):
        """Written, begun or nothing yet."""
        return _how_far(self.written, self.rough)


def outline(minutes):
    """Every item of the meeting with how much is written of it. One query."""
    living = Count("entries", filter=Q(entries__deleted=False))
    rough = Count("entries", filter=Q(entries__deleted=False, entries__rough=True))
    held = minutes.minuted_items.select_related("item").order_by("item__position", "item__pk")
    return [OutlineItem(row, row.written, row.to_tidy) for row in held.annotate(written=living, to_tidy=rough)]


def people_lists(meeting):
    """The attendance lists in the order of records; lists that nobody keeps are left out. Two queries, three where
    somebody came for some items only."""
    kept = {held.category: held for held in meeting.attendance_lists.all()}
    people = {}
    part_of_it = Attendance.items.through.objects.filter(attendance=OuterRef("pk"))
    attending = meeting.attendance.order_by("position", "pk").select_related("stands_in_for", "person")
    attending = list(attending.annotate(came_for_items=Exists(part_of_it)))
    prefetch_related_objects([person for person in attending if person.came_for_items], "items")
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
