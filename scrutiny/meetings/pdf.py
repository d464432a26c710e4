"""The agenda as a paper, and as the page that says the same."""

from dataclasses import dataclass, field

from django.template.loader import render_to_string

from opcc_portal.files.models import Upload
from opcc_portal.office.models import Office
from scrutiny.meetings import agenda
from scrutiny.meetings.models import Part
from scrutiny.workflow.papers import LOGO

PRIVATE_NOTE = "The public and press leave for this part. Its papers are not published."


@dataclass(frozen=True)
class Paper:
    """A paper ready to be laid out: its HTML and the office's logo, if it has one."""

    html: str
    logo: Upload | None


@dataclass
class PrintedPart:
    """A part of the agenda under its heading."""

    title: str
    note: str = ""
    rows: list = field(default_factory=list)


def agenda_context(meeting):
    """What page and paper print. The same record always gives the same words."""
    office = Office.on(meeting.date)
    rows = agenda.rows(meeting)
    chairs = [person for person in meeting.attendance.all() if person.is_chair]
    return {
        "meeting": meeting,
        "office": office,
        "parts": _parts(meeting, rows),
        "facts": facts_of(meeting, chairs),
        "status": _status(meeting),
        "version": f"Set {in_words(meeting.agenda_set_at)}" if meeting.agenda_set_at else "Draft",
        "public_notes": [line.strip() for line in meeting.public_notes.splitlines() if line.strip()],
        "contact": contact_of(office),
    }


def contact_of(office):
    """How to reach the office: phone or e-mail."""
    return " or ".join(way for way in (office.phone, office.email) if way) if office else ""


def agenda_paper(meeting):
    """The agenda with the office's identity of the meeting's day."""
    context = agenda_context(meeting)
    office = context["office"]
    context |= {
        "kind": "Agenda",
        "title": meeting.name,
        "full_title": f"Agenda: {meeting.name}, {in_words(meeting.date)}",
        "description": f"Agenda of the {meeting.name} of {in_words(meeting.date)}",
        "date": in_words(meeting.date),
        "demonstration_note": meeting.demonstration_note,
        "logo": LOGO if office and office.logo else None,
        "created": meeting.agenda_set_at,
        "modified": meeting.agenda_set_at,
    }
    html = render_to_string("scrutiny/meetings/agenda_pdf.html", context)
    return Paper(html, office.logo if office else None)


def in_words(day):
    """8 January 2018."""
    return f"{day:%-d %B %Y}"


def _parts(meeting, rows):
    """The agenda part by part. Papers of a private item are not named: the public reads this."""
    parts = []
    has_private = any(row.item.part == Part.PRIVATE for row in rows)
    for row in rows:
        private = row.item.part == Part.PRIVATE
        if row.opens_part or not parts:
            if private:
                parts.append(PrintedPart("Private part", PRIVATE_NOTE if meeting.is_public else ""))
            else:
                parts.append(PrintedPart("Public part" if has_private else "Items"))
        if private:
            row.papers = []
        parts[-1].rows.append(row)
    return parts


def facts_of(meeting, chairs):
    """When, where, who is in the chair, which theme: [(label, value), ...]."""
    when = f"{meeting.date:%A} {in_words(meeting.date)}"
    if meeting.starts:
        when += f", {meeting.starts:%H:%M}"
        if meeting.ends:
            when += f" to {meeting.ends:%H:%M}"
    facts = [("When", when)]
    where = meeting.venue
    if meeting.mode != meeting.Mode.IN_PERSON:
        where = f"{where} ({meeting.get_mode_display().lower()})" if where else meeting.get_mode_display()
    if where:
        facts.append(("Where", where))
    if chairs:
        facts.append(
            ("Chair", "; ".join(f"{chair.name}, {chair.post}" if chair.post else chair.name for chair in chairs))
        )
    if meeting.outcome:
        facts.append(("Plan outcome", meeting.outcome.title))
    return facts


def _status(meeting):
    words = ["Held in public" if meeting.is_public else "Not held in public"]
    if meeting.status in (meeting.Status.POSTPONED, meeting.Status.CANCELLED):
        words.append(f"{meeting.get_status_display()}: {meeting.status_note}".rstrip(": ").rstrip("."))
    words.append(f"Agenda set on {in_words(meeting.agenda_set_at)}" if meeting.agenda_set_at else "Draft agenda")
    return ". ".join(words)
