"""The text of minutes as a MinutesDraft."""

import re

from scrutiny.importing import drafts
from scrutiny.importing.dates import find_date, find_times
from scrutiny.importing.drafts import ItemDraft, ListDraft, MinutesDraft, entry_text
from scrutiny.importing.layout import (
    LABEL,
    blocks_of,
    bullet_of,
    heading_of,
    is_capitals,
    link_warnings,
    plain,
    rejoin_broken_paragraphs,
)
from scrutiny.importing.people_lists import block_of, heading_in, is_heading_line, read_people, says_none
from scrutiny.importing.reading import CannotRead
from scrutiny.importing.words import LeftOut

_LEAD_IN = re.compile(
    r"^(?P<lead>(?:draft\s+)?(?:minutes|notes)(?:\s+of)?(?:\s+(?:the|a))?(?:\s+meeting\s+of(?:\s+the)?)?)\s+(?=\S)",
    re.I,
)
_ALONE = re.compile(r"^(?:draft\s+)?(?:minutes|notes)(?:\s+of\s+(?:the\s+)?meeting)?$", re.I)
_DETAIL = re.compile(
    r"^(?P<label>venue|place|location|held at|time|start time|date|date and time)\s*:\s*(?P<value>\S.*)$", re.I
)
# Twenty times a long meeting. All of it is written in one transaction, which must not keep others waiting.
MAX_RECORDS = 2_000
_VENUES = ("venue", "place", "location", "held at")
_HELD_BEHIND = re.compile(r"[\s,]+(?:meeting\s+)?held(?:\s+on)?$", re.I)
_AT_VENUE = re.compile(r"(?:\bat|\bin|,)\s+(?P<venue>(?:the\s+)?[A-Z][^\d:]*)$")
_HELD = re.compile(r"^(?:(?:meeting\s+)?held\s+)?(?:on\s+|date:\s*)?$", re.I)


def read_minutes(source):
    """The draft in the text of minutes. Raises CannotRead where a meeting could not be made of it."""
    warnings = list(source.warnings)
    blocks, leftovers = blocks_of(source.text, is_own_line=_is_own_line)
    blocks = rejoin_broken_paragraphs(blocks, warnings, stops=lambda block: bool(heading_in(block.lines[0].text)))
    start = next((i for i, block in enumerate(blocks) if _list_start(block) or _item_start(block)), len(blocks))
    draft = _heading_block(blocks[:start], leftovers, warnings)
    draft.leftovers, draft.warnings = leftovers, warnings
    _body(blocks[start:], draft)
    _look_over(draft)
    draft.leftovers.sort(key=lambda left: left.line)
    return draft


def _is_own_line(line):
    return is_heading_line(line) or bool(heading_in(line)) or _label_of_heading(line) is not None


def _list_start(block):
    return heading_in(block.text)


def _item_start(block):
    """(label, title) of an item heading, or None."""
    if len(block.lines) > 1:
        return None
    line = block.lines[0].text
    labelled = _label_of_heading(line)
    if labelled:
        return labelled
    return None


def _label_of_heading(line):
    """(label, title) of a line that is the heading of a numbered item, or None.

    A numbered sentence is not a heading: without marks of a heading (#, bold, capitals, the word
    "item") the line must be short and end without a full stop.
    """
    marked = heading_of(line)
    text = marked or plain(line)
    match = LABEL.match(text)
    if not match or not re.search(r"[^\W\d_]", match["rest"]):
        return None
    if marked:
        return match["label"], match["rest"].rstrip(":").strip()
    announced = text[:1].isalpha()
    bare_number = match["label"].isdigit() and not match["mark"].strip()
    short = len(text) <= 100 and not re.search(r"[.!?;:,]$", text) and match["rest"][:1].isupper()
    if short and (announced or not bare_number):
        return match["label"], match["rest"].strip()
    return None


class _Head:
    """What stands above the first list: the meeting's name, its day, times and venue."""

    def __init__(self, leftovers):
        self.leftovers = leftovers
        self.name = self.venue = ""
        self.day = self.day_line = None
        self.times = []

    def leave(self, line, text, why, *, restated=True):
        self.leftovers.append(LeftOut(line, text, why, restated))

    def read(self, text, line):
        """Take one line in."""
        detail = _DETAIL.match(text)
        label = detail["label"].lower() if detail else ""
        found = None if self.day else find_date(text, line)
        if found:
            self.take_date(found, text, line)
        elif label in _VENUES and not self.venue:
            self.venue = detail["value"].strip()
            self.leave(line, detail["label"], "name of a field: the venue")
        elif "time" in label and not self.times and find_times(detail["value"]):
            self.times = find_times(detail["value"])
            self.leave(line, text, "kept as the times of the meeting")
        elif _ALONE.match(text):
            self.leave(line, text, "says that these are minutes")
        elif rest := self.name_or_rest(text, line):
            self.leave(line, rest, "a further line above the lists; there is no field for it", restated=False)

    def take_date(self, found, text, line):
        """The day, and what else its line says: times, a venue, the name of the meeting."""
        self.day, self.day_line = found, line
        kept = found.text
        rest = f"{text[: found.start]} {text[found.end :]}".strip(" ,")
        times = find_times(text[found.end :])
        if times and not self.times:
            venue = _venue_behind(text[found.end :])
            self.times, self.venue = times, self.venue or venue
            # The venue keeps its own words; where one was known already, they go with the rest of the line.
            kept, rest = (text.replace(venue, " ", 1) if venue == self.venue and venue else text), ""
        elif _HELD.match(rest) or rest.lower().rstrip(":") in ("date", "date and time"):
            kept, rest = text, ""
        else:
            rest = self.name_or_rest(rest, line)
        self.leave(line, kept.strip(), f"kept as the date {found.date.isoformat()}")
        if rest:
            self.leave(line, rest, "stands beside the date; there is no field for it", restated=False)

    def name_or_rest(self, text, line):
        """Take the first title line as the meeting's name; hand further lines back."""
        if self.name:
            return text
        lead = _LEAD_IN.match(text)
        if lead:
            self.leave(line, lead["lead"].strip(), "words before the name of the meeting")
            text = text[lead.end() :]
        held = _HELD_BEHIND.search(text)
        if held:
            self.leave(line, held.group().strip(" ,"), "words after the name of the meeting")
            text = text[: held.start()]
        self.name = text.strip(" ,–-")
        return ""


def _heading_block(blocks, leftovers, warnings):
    head = _Head(leftovers)
    for block in blocks:
        for line in block.lines:
            head.read(heading_of(line.text) or plain(line.text), line.number)
    if not head.day:
        raise CannotRead("The minutes have no date above their first list or item. A meeting needs its date.")
    if not head.name:
        raise CannotRead("The minutes do not say which meeting they are of: no line above the lists has its name.")
    if warning := head.day.weekday_warning(head.day_line):
        warnings.append(warning)
    start, end, *_ = [*head.times, None, None]
    if len(head.times) > 2:
        warnings.append("More than two times stand above the lists; the first two were taken as start and end.")
    if start and end and end <= start:
        warnings.append(f"The end of the meeting ({end:%H:%M}) is not after its start; it was left empty.")
        end = None
    return MinutesDraft(head.name, head.day.date, head.day.weekday, head.venue, start, end)


def _venue_behind(text):
    """What follows "at" or "in" behind the times of a date line: the venue."""
    match = _AT_VENUE.search(text)
    return match["venue"].strip(" .") if match else ""


def _body(blocks, draft):
    current_list, item = None, None
    for block in blocks:
        heading_line = block.lines[0]
        started = _item_start(block)
        found = None if started else heading_in(block.text)
        if item and found and not (found[2] == "" or is_capitals(found[1])):
            found = None
        if started:
            label, title = started
            item, current_list = ItemDraft(label, title, heading_line.number), None
            draft.items.append(item)
            _report_label_words(block, label, title, draft)
        elif found:
            category, heading, rest = found
            current_list, item = ListDraft(category, heading, heading_line.number), None
            draft.lists.append(current_list)
            if rest:
                _fill(current_list, block_of(rest, heading_line.number), draft)
        elif current_list and _is_none(block):
            _fill(current_list, block, draft)
        elif block.heading:
            item, current_list = ItemDraft("", block.heading, block.number), None
            draft.items.append(item)
            draft.warnings.append(f"Line {block.number}: the item “{block.heading}” has no label in the source.")
        elif current_list:
            _fill(current_list, block, draft)
        elif item:
            _entries(item, block, draft)
        else:
            draft.leftovers.append(LeftOut(block.number, plain(block.text), "stands before the first item"))


def _is_none(block):
    return says_none(block.text)


def _report_label_words(block, label, title, draft):
    """The word "item" before a label belongs to the label's form, not to its text."""
    line = heading_of(block.text) or plain(block.text)
    before = line[: line.lower().index(label.lower())].strip()
    if before:
        draft.leftovers.append(LeftOut(block.number, before, f"word before the label {label}", restated=True))


def _fill(current_list, block, draft):
    if says_none(block.text):
        if current_list.people:
            draft.leftovers.append(LeftOut(block.number, plain(block.text), "says none under a list that has names"))
            return
        current_list.state = drafts.NONE
        draft.leftovers.append(
            LeftOut(
                block.number, plain(block.text), f"kept as “explicitly none” of {current_list.heading}", restated=True
            )
        )
        return
    before = len(draft.leftovers)
    people = read_people(block, draft.warnings, draft.leftovers)
    current_list.people += people
    if people:
        current_list.state = drafts.LIST
    for left in draft.leftovers[before:]:
        if not left.restated:
            draft.warnings.append(
                f"Line {left.line}: “{_short(left.text)}” stands under {current_list.heading}, but no name could be "
                "seen in it. Nobody was added; classify it by hand."
            )


def _entries(item, block, draft):
    """Each paragraph or bullet of an item is one entry."""
    groups = []
    for line in block.lines:
        bullet = bullet_of(line.text)
        numbered = (
            LABEL.match(line.text) and not line.text[:1].isalpha() and re.match(r"\d[\d./]*[.)]\s|\d+\.\d", line.text)
        )
        if bullet or numbered or not groups:
            groups.append((line.number, bullet or line.text))
        else:
            groups[-1] = (groups[-1][0], f"{groups[-1][1]} {line.text.strip()}")
    for number, text in groups:
        draft.warnings += link_warnings(text, number)
        item.paragraphs.append(entry_text(text))


def _look_over(draft):
    records = len(draft.people) + len(draft.items) + sum(len(item.paragraphs) for item in draft.items)
    if records > MAX_RECORDS:
        raise CannotRead(
            f"The minutes have {records:,} people, items and paragraphs in all; at most {MAX_RECORDS:,} can be imported "
            "at once. Split the file."
        )
    if not draft.lists and not draft.items:
        raise CannotRead("The minutes have neither a list of people nor an item.")
    for each in draft.lists:
        if each.state == drafts.NOT_RECORDED:
            draft.warnings.append(f"Line {each.line}: nothing could be read under {each.heading}: not recorded.")
    categories = [each.category for each in draft.lists]
    if drafts.APOLOGIES not in categories:
        draft.warnings.append("The source has no list of apologies: apologies are not recorded.")
    here = {p.name.casefold(): p for each in draft.lists if each.category != drafts.APOLOGIES for p in each.people}
    for each in draft.lists:
        for person in each.people if each.category == drafts.APOLOGIES else ():
            if person.name.casefold() in here:
                draft.warnings.append(
                    f"Line {person.line}: {person.name} is in {each.heading} and among those who were there."
                )
    seen = set()
    for item in draft.items:
        if item.label and item.label in seen:
            draft.warnings.append(f"Line {item.line}: the label {item.label} is used twice; kept as printed.")
        seen.add(item.label)
        if not item.paragraphs:
            draft.warnings.append(
                f"Line {item.line}: nothing is minuted under “{item.label} {item.title}”.".replace("“ ", "“")
            )
    if not draft.items:
        draft.warnings.append("No item was found.")


def _short(text, limit=60):
    return text if len(text) <= limit else f"{text[:limit].rstrip()}…"
