"""What stands around an item while it is being written: speakers, papers, figures, open actions."""

from dataclasses import dataclass

from django.urls import reverse

from opcc_portal.office.models import Office
from scrutiny.meetings.models import Attendance, Task
from scrutiny.minutes.forms import speakers_of
from scrutiny.minutes.models import MinuteEntry
from scrutiny.register.models import Action

# Alt and a digit reach this many people.
WITH_A_KEY = 9
MOST_ACTIONS = 8


@dataclass(frozen=True)
class Speaker:
    """Somebody in the room as the right column lists them."""

    attendance: Attendance
    entries: int
    key: int | None

    @property
    def times(self):
        """When they came or went, where that was noted."""
        arrived, left = self.attendance.arrived, self.attendance.left
        parts = [f"came at {arrived:%H:%M}" if arrived else "", f"left at {left:%H:%M}" if left else ""]
        return ", ".join(part for part in parts if part)


def speakers(meeting, rows):
    """Everybody who can speak, with how often they have in this item."""
    counts = {}
    for row in rows:
        for name in ("speaker", "second_speaker"):
            if key := row.values.get(name):
                counts[str(key)] = counts.get(str(key), 0) + 1
    return [
        Speaker(person, counts.get(str(person.pk), 0), number if number <= WITH_A_KEY else None)
        for number, person in enumerate(speakers_of(meeting), 1)
    ]


def asks(meeting, listed):
    """Who a question is taken to come from: whoever is in the chair, else the office holder; None where neither is there."""
    if chair := next((speaker for speaker in listed if speaker.attendance.is_chair), None):
        return chair.attendance.pk
    office = Office.on(meeting.date)
    held = (speaker for speaker in listed if office and speaker.attendance.abbreviation == office.holder_abbreviation)
    return next((speaker.attendance.pk for speaker in held), None)


def open_actions(minuted_item):
    """Open actions to keep in view: all of the series where the item is for them, else those of its plan priority and
    those that this item has raised."""
    item, meeting = minuted_item.item, minuted_item.minutes.meeting
    actions = Action.objects.open().filter(meeting__series=meeting.series_id).most_urgent_first()
    if item.task != Task.OPEN_ACTIONS:
        own = actions.filter(item=item)
        actions = own | actions.filter(item__priority=item.priority_id) if item.priority_id else own
    return actions.prefetch_related("owners")[:MOST_ACTIONS]


def setup(minuted_item, *, user, listed, next_item, chair):
    """What the live editor has to know, as data for its script."""
    meeting = minuted_item.minutes.meeting
    pk = minuted_item.pk
    return {
        "writer": user.pk,
        "item": pk,
        "title": f"{meeting.name}, {meeting.date:%-d %B %Y}, item {minuted_item.item.label or minuted_item.item.title}",
        "order_version": minuted_item.order_version,
        "limit": MinuteEntry.TEXT_LIMIT,
        "chair": chair,
        "addresses": {
            "here": reverse("minuted-item", args=[pk]),
            "save": reverse("entry-save", args=[pk]),
            "move": reverse("entry-move", args=[pk]),
            "presence": reverse("item-presence", args=[pk]),
            "stamp": reverse("item-stamp", args=[pk]),
            "paste": reverse("paste", args=[pk]),
            "history": reverse("entry-history", args=[0]),
            "correction": reverse("entry-correction", args=[0]),
            "next": reverse("minuted-item", args=[next_item.pk]) if next_item else "",
            "sign_in": reverse("sign-in"),
        },
        "people": [_person(speaker) for speaker in listed],
    }


def _person(speaker):
    person = speaker.attendance
    words = [person.speaker_name, person.name, person.abbreviation, person.post]
    return {
        "id": person.pk,
        "called": person.speaker_name,
        "letters": [word for word in " ".join(words).lower().replace("(", " ").replace(")", " ").split() if word],
        "name": person.name,
        "left": f"{person.left:%H:%M}" if person.left else "",
        "key": speaker.key,
    }
