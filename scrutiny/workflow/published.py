"""What the content of every published document holds alike: its days, and who the office was."""

import datetime

from opcc_portal.files.models import Upload
from opcc_portal.office.models import Office
from scrutiny.workflow.models import Marking
from scrutiny.workflow.papers import LOGO


def day(text):
    """The date of a content, which holds it as ISO text."""
    return datetime.date.fromisoformat(text)


def in_words(text):
    """28 February 2018 for a day as ISO text; anything else, such as "next meeting", as it is."""
    try:
        return f"{day(text):%-d %B %Y}"
    except ValueError:
        return text


def office_on(date):
    """The office's identity of that day, as content: what letterheads print."""
    office = Office.on(date)
    return {
        "display_name": office.display_name if office else "",
        "area_name": office.area_name if office else "",
        "legal_name": office.legal_name if office else "",
        "logo_sha256": office.logo.sha256 if office and office.logo else "",
    }


def logo_of(content):
    """The logo that the content names, as an Upload; None where the office has none."""
    sha256 = content["office"]["logo_sha256"]
    return Upload.objects.filter(sha256=sha256).order_by("uploaded_at", "pk").first() if sha256 else None


def common(title, on, *, demonstration_note="", status="", priority=None):
    """The keys of the content that every kind has: title, day, and who the office was that day."""
    return {
        "schema": 1,
        "title": title,
        "date": on.isoformat(),
        "office": office_on(on),
        "demonstration_note": demonstration_note,
        "marking": Marking.OFFICIAL.label,
        "priority": {"title": priority.title, "slug": priority.slug} if priority else None,
        "status": status,
    }


def day_of(content):
    """The day that the content speaks of."""
    return day(content["date"])


def cover(content, imprint, *, kind, logo):
    """What the cover and the metadata of a published paper print, for templates that extend pdf/base.html."""
    stamp = datetime.datetime.combine(imprint.published_on, datetime.time(), datetime.UTC)
    return {
        "office": content["office"],
        "kind": kind,
        "date": in_words(content["date"]),
        "version": f"Version {imprint.version}",
        "status": f"{content['marking']}. {imprint.in_words}",
        "demonstration_note": content["demonstration_note"],
        "logo": LOGO if logo else "",
        "created": stamp,
        "modified": stamp,
        "imprint": imprint,
    }
