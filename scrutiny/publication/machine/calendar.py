"""Meetings for calendars, as iCalendar (RFC 5545)."""

import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from scrutiny.workflow.models import Edition

MOST = 300
LINE = 74  # octets: 75 with the space that a folded line begins with
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def meetings(record, base):
    """The meetings that are published, the newest first, as they stand now; what is called off says so."""
    name = record.office.display_name if record.office else "Meetings"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//OPCC portal//Public record//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(f'Meetings: {name}')}",
    ]
    shown = Edition.objects.current().filter(kind="meeting").defer("parts", "manifest").order_by("-date", "-number")
    shown = list(shown[:MOST])
    # The name of an event stays when its page gets another address: it is the address of the first version.
    of_these = Edition.objects.filter(publication__in=[each.publication_id for each in shown])
    first = dict(of_these.order_by("-number").values_list("publication_id", "path"))
    host = base.partition("://")[2].partition(":")[0]
    for edition in shown:
        lines += _event(edition, base, f"{first[edition.publication_id].replace('/', '-')}@{host}")
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(edition, base, uid):
    said = edition.content["meeting"]
    status = str(said.get("status", "")).lower()
    off = any(word in status for word in ("cancel", "postpone"))
    words = [edition.summary, said.get("status_note", ""), f"{base}{edition.get_absolute_url()}"]
    stamp = edition.published_at.astimezone(datetime.UTC)
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(uid)}",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        f"LAST-MODIFIED:{stamp:%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{edition.minor}",
        *_times(edition.date, said.get("starts", ""), said.get("ends", "")),
        f"SUMMARY:{_text(edition.title)}",
        *([f"LOCATION:{_text(said['venue'])}"] if said.get("venue") else []),
        f"DESCRIPTION:{_text(chr(10).join(word for word in words if word))}",
        f"URL:{base}{edition.get_absolute_url()}",
        f"STATUS:{'CANCELLED' if off else 'CONFIRMED'}",
        "TRANSP:OPAQUE",
        "END:VEVENT",
    ]


def _times(day, starts, ends):
    """When it is: in universal time, which every calendar turns into its own; a whole day where no time is known."""
    if not starts:
        return [f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + datetime.timedelta(days=1):%Y%m%d}"]
    first = _moment(day, starts)
    lines = [f"DTSTART:{first:%Y%m%dT%H%M%SZ}"]
    if ends:
        last = _moment(day, ends)
        lines.append(f"DTEND:{last if last > first else last + datetime.timedelta(days=1):%Y%m%dT%H%M%SZ}")
    return lines


def _moment(day, clock):
    local = datetime.datetime.combine(day, datetime.time.fromisoformat(clock), ZoneInfo(settings.TIME_ZONE))
    return local.astimezone(datetime.UTC)


def _text(words):
    return " ".join(words.split(" ")).translate(ESCAPED)


def _folded(line):
    """The line in pieces of at most 75 octets, none of which ends inside a letter."""
    pieces, piece, length = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if length + octets > LINE:
            pieces.append(piece)
            piece, length = "", 0
        piece, length = piece + letter, length + octets
    return "\r\n ".join([*pieces, piece])
