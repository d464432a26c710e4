"""The minutes as a paper."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from opcc_portal.files.models import Upload
from opcc_portal.office.models import Office
from scrutiny.minutes import reading
from scrutiny.minutes.models import MinuteEntry
from scrutiny.workflow import papers
from scrutiny.workflow.models import State


@dataclass(frozen=True)
class Paper:
    """A paper ready to be laid out: its HTML and the office's logo, if it has one."""

    html: str
    logo: Upload | None


def minutes_paper(minutes):
    """The minutes with the office's identity of the meeting's day. The same record always gives the same HTML."""
    meeting, office = minutes.meeting, Office.on(minutes.meeting.date)
    entries = MinuteEntry.objects.filter(minuted_item__minutes=minutes)
    items = reading.sheets(minutes)
    changed = entries.order_by("-changed_at").values_list("changed_at", flat=True).first()
    logo = office.logo if office else None
    context = {
        "office": office,
        "kind": "Minutes",
        "title": meeting.name,
        "full_title": f"Minutes of the {meeting.name}, {meeting.date:%-d %B %Y}",
        "date": f"{meeting.date:%-d %B %Y}",
        "version": minutes.state_in_words,
        "status": _status(minutes),
        "facts": facts_of_meeting(meeting),
        "demonstration_note": minutes.demonstration_note or meeting.demonstration_note,
        "logo": papers.LOGO if logo else "",
        "description": f"Who was there and what was said at the {meeting.name} of {meeting.date:%-d %B %Y}",
        "keywords": f"minutes, {meeting.series.name}",
        "created": minutes.created_at,
        "modified": changed or minutes.created_at,
        "unsigned": minutes.is_open,
        "items": items,
        "lists": reading.people_lists(meeting),
    }
    return Paper(render_to_string("scrutiny/minutes/minutes_pdf.html", context), logo)


def _status(minutes):
    """In words, because running matter is not read aloud."""
    if minutes.state == State.DRAFT:
        return f"{minutes.get_marking_display()}. Draft, not yet checked or approved"
    if minutes.state == State.IN_REVIEW:
        return f"{minutes.get_marking_display()}. Being checked, to be approved"
    return f"{minutes.get_marking_display()}. {minutes.state_in_words}"


def facts_of_meeting(meeting):
    """When, where, who was in the chair, and the plan outcome, as [(label, value)]."""
    held = f"{meeting.date:%A} {meeting.date:%-d %B %Y}"
    if meeting.starts:
        held += f", {meeting.starts:%H:%M}" + (f" to {meeting.ends:%H:%M}" if meeting.ends else "")
    facts = [("Held on", held)]
    if meeting.venue:
        facts.append(("Where", meeting.venue))
    if chair := meeting.attendance.filter(is_chair=True).first():
        facts.append(("Chair", f"{chair.name}, {chair.post}" if chair.post else chair.name))
    if meeting.outcome:
        facts.append(("Plan outcome", meeting.outcome.title))
    return facts
