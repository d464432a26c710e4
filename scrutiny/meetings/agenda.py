"""The agenda: items in their order, labels as text. Every act locks the meeting first, so two people cannot collide."""

import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from opcc_portal.audit import operations as audit
from scrutiny.meetings import record
from scrutiny.meetings.copying import sub_label
from scrutiny.meetings.models import AgendaItem, Meeting, Part, Task
from scrutiny.workflow.operations import NotPossible

NUMBER = re.compile(r"\d+")
# What minutes print of an item.
PRINTED = ("label", "title", "part", "parent_id")
_ATTACHED = ("attachment__upload", "attachment__restriction")


def lock(meeting):
    """Nobody else changes this meeting's agenda or attendance until the transaction ends."""
    return Meeting.objects.select_for_update(of=("self",), no_key=True).get(pk=meeting.pk)


def in_order(items):
    """The items as they are printed: by position, each followed by its sub-items."""
    items = sorted(items, key=lambda item: (item.position, item.pk))
    known = {item.pk for item in items}
    below = {}
    for item in items:
        below.setdefault(item.parent_id if item.parent_id in known else None, []).append(item)
    return [item for top in below.get(None, []) for item in (top, *below.get(top.pk, []))]


@dataclass
class Row:
    """One line of the agenda on a page: the item, its papers, and whether it can move."""

    item: AgendaItem
    papers: list = field(default_factory=list)
    questions: list = field(default_factory=list)  # planned ones, on pages of the desk alone
    open_actions: int | None = None  # where the item brings those of earlier meetings
    opens_part: bool = False
    is_first: bool = False
    is_last: bool = False

    @property
    def is_sub(self):
        """Stands below another item."""
        return self.item.parent_id is not None

    @property
    def brings_actions(self):
        """Whether the open actions of earlier meetings are a paper of this item."""
        return self.item.task == Task.OPEN_ACTIONS


@dataclass(frozen=True)
class Paper:
    """A paper of an item as lists name it. `kind_and_size` is empty for what is written here; open ones are to follow."""

    title: str
    kind_and_size: str = ""
    to_follow: bool = False

    def __str__(self):
        words = f"{self.title} ({self.kind_and_size})" if self.kind_and_size else self.title
        return f"{words}, to follow" if self.to_follow else words


def papers_of(item):
    """Reports with their attachments, and what else was asked for; through relations that the upper rooms keep."""
    papers = []
    for report in item.reports.all():
        papers.append(Paper(f"Report: {report.subject}"))
        for held in report.held_attachments.all():
            papers.append(Paper(held.attachment.title, held.attachment.kind_and_size))
    for request in item.requests.all():
        if request.withdrawn_at or request.report_id:
            continue
        delivered = request.attachment
        papers.append(
            Paper(delivered.title, delivered.kind_and_size) if delivered else Paper(request.what, to_follow=True)
        )
    return papers


def with_papers(items):
    """The items with everything that papers_of() reads. Four queries for any number of items."""
    report = AgendaItem._meta.get_field("reports").related_model
    held = report._meta.get_field("held_attachments").related_model
    request = AgendaItem._meta.get_field("requests").related_model
    return items.prefetch_related(
        "reports",
        Prefetch("reports__held_attachments", held.objects.select_related(*_ATTACHED)),
        Prefetch("requests", request.objects.select_related(*_ATTACHED)),
    )


def rows(meeting):
    """The whole agenda for a page."""
    items = in_order(with_papers(meeting.items.select_related("restriction")))
    open_actions = None
    if any(item.task == Task.OPEN_ACTIONS for item in items):
        action = Meeting._meta.get_field("actions").related_model
        open_actions = action.objects.arising_at(meeting).open().count()
    made = []
    part = None
    for item in items:
        beside = _siblings(items, item)
        made.append(
            Row(
                item,
                papers=papers_of(item),
                open_actions=open_actions if item.task == Task.OPEN_ACTIONS else None,
                opens_part=item.parent_id is None and item.part != part,
                is_first=beside[0] is item,
                is_last=beside[-1] is item,
            )
        )
        if item.parent_id is None:
            part = item.part
    return made


def _siblings(items, item):
    """Where an item may move: a sub-item among those of its parent, an item within its part."""
    if item.parent_id:
        return [other for other in items if other.parent_id == item.parent_id]
    return [other for other in items if other.parent_id is None and other.part == item.part]


def proposed_label(series, date, items, parent=None):
    """The label that comes next in the style of the series; "" where labels are typed."""
    used = {item.label for item in items}
    if series.numbering == series.Numbering.NONE:
        return ""
    if parent:
        number = 1 + sum(item.parent_id == parent.pk for item in items)
        while (label := sub_label(parent.label, number)) in used:
            number += 1
        return label
    numbers = [int(found[0]) for item in items if item.parent_id is None and (found := NUMBER.match(item.label))]
    number = 1 + (numbers[-1] if numbers else sum(item.parent_id is None for item in items))
    while (label := series.label_for(number, date)) in used:
        number += 1
    return label


def numbers_in_order(series, date, items):
    """The labels that the style of the series would give, item by item."""
    labels, number, below = {}, 0, {}
    for item in in_order(items):
        if item.parent_id is None:
            number += 1
            labels[item.pk] = series.label_for(number, date)
        else:
            below[item.parent_id] = below.get(item.parent_id, 0) + 1
            labels[item.pk] = sub_label(labels.get(item.parent_id, ""), below[item.parent_id])
    return labels


def numbers_are_mixed(series, date, items):
    """Whether all labels are numbers in the style of the series, but out of order or with a gap after 1.

    Labels of another kind, and an extract that begins at 5, are as somebody wanted them.
    """
    if series.numbering == series.Numbering.NONE or not items:
        return False
    items = in_order(items)
    tops = {item.pk: item.label for item in items if item.parent_id is None}
    numbers = [int(found[0]) if (found := NUMBER.match(label)) else 0 for label in tops.values()]
    if any(series.label_for(number, date) != label for number, label in zip(numbers, tops.values(), strict=True)):
        return False
    if any(not item.label.startswith(sub_label(tops[item.parent_id], "")) for item in items if item.parent_id):
        return True
    in_a_row = list(range(1, len(numbers) + 1))
    return numbers != sorted(set(numbers)) or (numbers[0] == 1 and numbers != in_a_row)


@transaction.atomic
def add_item(item, *, label_was_proposed=False, by):
    """Put a new item at the end of its part, before what the series always has at the end; a sub-item below its item.

    A proposed label that somebody else took meanwhile gives way to the next one. Raises ValidationError otherwise.
    """
    meeting = lock(item.meeting)
    record.hold(meeting)
    items = in_order(meeting.items.all())
    if item.parent:
        item.part = item.parent.part
    if label_was_proposed and any(other.label == item.label for other in items):
        item.label = proposed_label(meeting.series, meeting.date, items, item.parent)
    item.position = max((other.position for other in items), default=0) + 1
    item.full_clean()
    item.save()
    items.insert(_place_for(item, items, meeting), item)
    _save_order(items)
    audit.write(f"Item added: {item}"[:300], subject=item, context=meeting, by=by)
    return item


def _place_for(item, items, meeting):
    if item.parent_id:
        family = [n for n, other in enumerate(items) if item.parent_id in (other.pk, other.parent_id)]
        return family[-1] + 1
    final = {entry.title.casefold() for entry in meeting.series.standing_items.all() if entry.at_end}
    place = None
    for number, other in enumerate(items):
        if other.part == item.part and not (other.parent_id is None and other.title.casefold() in final):
            place = number + 1
    if place is None:  # nothing of this part yet but what stands at its end, or nothing at all
        place = next((n for n, other in enumerate(items) if other.part == item.part), None)
    if place is None:
        place = 0 if item.part == Part.PUBLIC and items else len(items)
    while place < len(items) and items[place].parent_id:
        place += 1
    return place


def _save_order(items):
    moved = []
    for position, item in enumerate(items, 1):
        if item.position != position:
            item.position = position
            moved.append(item)
    AgendaItem.objects.bulk_update(moved, ["position"])


@transaction.atomic
def change_item(item, *, by):
    """Save a changed item; in another part or below another item it goes to the end there.

    Raises ValidationError, and NotPossible where closed minutes print what is to be changed.
    """
    meeting = lock(item.meeting)
    before = AgendaItem.objects.get(pk=item.pk)
    if any(getattr(before, name) != getattr(item, name) for name in PRINTED):
        record.hold(meeting)
    item.position = before.position
    if item.parent_id and item.sub_items.exists():
        message = "This item has sub-items of its own, so it cannot become a sub-item. Move those first."
        raise ValidationError({"parent": message})
    if item.parent:
        item.part = item.parent.part
    item.full_clean()
    item.save()
    item.sub_items.exclude(part=item.part).update(part=item.part)
    if (before.part, before.parent_id) != (item.part, item.parent_id):
        items = in_order(meeting.items.all())
        family = [other for other in items if item.pk in (other.pk, other.parent_id)]
        others = [other for other in items if other not in family]
        place = _place_for(item, others, meeting)
        others[place:place] = family
        _save_order(others)
    audit.write(f"Item changed: {item}"[:300], subject=item, context=meeting, by=by)
    return item


@transaction.atomic
def move_item(item, *, up, by):
    """One place up or down, with its sub-items. At the end of its part nothing happens. Returns whether it moved."""
    meeting = lock(item.meeting)
    record.hold(meeting)
    items = in_order(meeting.items.all())
    item = next((other for other in items if other.pk == item.pk), None)
    if item is None:
        raise NotPossible("Somebody deleted this item meanwhile.")
    beside = _siblings(items, item)
    place = beside.index(item)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(beside):
        return False
    first, second = (beside[other], item) if up else (item, beside[other])
    _save_order(_swapped(items, first, second))
    audit.write("Order of the agenda changed", subject=meeting, by=by, item=str(item), up=up)
    return True


def _swapped(items, first, second):
    """The items with `second` and its sub-items put right before `first`."""
    family = [item for item in items if second.pk in (item.pk, item.parent_id)]
    rest = [item for item in items if item not in family]
    place = rest.index(first)
    return [*rest[:place], *family, *rest[place:]]


def is_minuted(item):
    """Whether the minutes say anything about the item or one of its sub-items; an empty place in them does not count."""
    family = [item, *item.sub_items.all()]
    return any(place.entries.exists() for one in family for place in one.minuted.all())


def is_on_record(item):
    """Whether the register holds an action or a decision of the item or of one of its sub-items, withdrawn ones too."""
    family = [item, *item.sub_items.all()]
    return any(one.actions.exists() or one.decisions.exists() for one in family)


@transaction.atomic
def delete_item(item, *, by):
    """Take an item and its sub-items off the agenda; its papers stay with the meeting. Refused once it is minuted."""
    meeting = lock(item.meeting)
    record.hold(meeting)  # whoever is writing has finished before we look
    if is_minuted(item):
        raise NotPossible("The minutes already treat this item. Mark it as withdrawn instead.")
    if is_on_record(item):
        raise NotPossible("An action or decision of this item is on record. Mark the item as withdrawn instead.")
    name = str(item)
    audit.write(f"Item deleted: {name}"[:300], subject=item, context=meeting, by=by)
    for one in [item, *item.sub_items.all()]:
        one.minuted.all().delete()  # the empty places that the minutes keep for every item
    item.delete()
    _save_order(in_order(meeting.items.all()))
    return name


@transaction.atomic
def number_again(meeting, *, by):
    """Number all items in the style of the series, in their order."""
    meeting = lock(meeting)
    record.hold(meeting)
    items = list(meeting.items.all())
    labels = numbers_in_order(meeting.series, meeting.date, items)
    for item in items:
        item.label, item.label_as_printed = labels[item.pk], False
    # Labels are unique in a meeting: free them all before giving the new ones.
    meeting.items.update(label="")
    AgendaItem.objects.bulk_update(items, ["label", "label_as_printed"])
    audit.write("Items numbered again", subject=meeting, by=by)


@transaction.atomic
def mark_as_set(meeting, *, is_set, by):
    """Say that the agenda is complete, or that it is being worked on again."""
    held = lock(meeting)
    if is_set and not held.items.exists():
        raise NotPossible("Add at least one item first.")
    if is_set == (held.agenda_set_at is not None):
        return
    held.agenda_set_at = timezone.now() if is_set else None
    held.save(update_fields=["agenda_set_at"])
    audit.write("Agenda set" if is_set else "Agenda opened again", subject=held, by=by)
