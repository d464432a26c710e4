"""Matters arising: the open actions of earlier meetings, as a page and a paper of the next one. Nothing of it is stored."""

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.template.loader import render_to_string

from opcc_portal.files.models import Upload
from opcc_portal.office.models import Office
from scrutiny.meetings.models import Part
from scrutiny.register.models import Action, ActionUpdate
from scrutiny.workflow import papers


def of(meeting):
    """The actions that this meeting has to look at, the most urgent first, each with `latest`: what was last said."""
    said = ActionUpdate.objects.filter(action=OuterRef("pk")).exclude(text="").order_by("-at", "-pk")
    found = Action.objects.arising_at(meeting).annotate(
        latest=Subquery(said.values("text")[:1]), latest_at=Subquery(said.values("at")[:1])
    )
    return found.most_urgent_first().select_related("meeting", "item", "closed_in").prefetch_related("owners")


@dataclass(frozen=True)
class Paper:
    """A paper ready to be laid out: its HTML and the office's logo, if it has one."""

    html: str
    logo: Upload | None


def paper(meeting):
    """The matters arising as a paper of the agenda. Actions of private parts are counted there and not told."""
    office = Office.on(meeting.date)
    found = list(of(meeting))
    private = [action for action in found if is_private(action)]
    told = [action for action in found if not is_private(action)]
    day = f"{meeting.date:%-d %B %Y}"
    logo = office.logo if office else None
    context = {
        "office": office,
        "kind": "Matters arising",
        "title": "Open actions of earlier meetings",
        "full_title": f"Open actions of earlier meetings: {meeting.name}, {day}",
        "date": day,
        "version": "Working copy",
        "status": "Working copy: the register of actions as it stands when this paper is made",
        "facts": [("For", f"{meeting.name}, {meeting.date:%A} {day}"), ("Actions", _count(told))],
        "demonstration_note": meeting.demonstration_note,
        "logo": papers.LOGO if logo else "",
        "description": f"Actions raised in earlier meetings and open at the {meeting.name} of {day}",
        "keywords": f"actions, matters arising, {meeting.series.name}",
        "created": None,
        "modified": None,
        "meeting": meeting,
        "groups": [
            (heading, rows)
            for heading, rows in (
                ("Overdue", [action for action in told if action.is_overdue]),
                ("Open", [action for action in told if action.is_open and not action.is_overdue]),
                ("Closed in this meeting or later", [action for action in told if not action.is_open]),
            )
            if rows
        ],
        "private": len(private),
    }
    return Paper(render_to_string("scrutiny/register/matters_arising_pdf.html", context), logo)


def is_private(action):
    """Whether it was raised in the private part of its meeting."""
    return bool(action.item and action.item.part == Part.PRIVATE)


def _count(actions):
    overdue = sum(action.is_overdue for action in actions)
    return f"{len(actions)}, {overdue} of them overdue" if overdue else str(len(actions))
