"""What every page of the public site shares: its frame, and the words for files, days and versions."""

import datetime
from contextvars import ContextVar

from django.template.loader import render_to_string

from opcc_portal.files.words import kind_words, size_words
from scrutiny.publication.record import Record
from scrutiny.workflow import published

SECTIONS = (
    ("news", "News"),
    ("meetings", "Meetings"),
    ("reports", "Reports"),
    ("decisions", "Decisions"),
    ("actions", "Actions"),
    ("corrections", "Corrections"),
    ("plan", "Plan"),
    ("indicators", "Indicators"),
    ("inspections", "Inspections"),
    ("grants", "Grants"),
    ("documents", "Documents"),
)
FOOT_WORDS = {
    "duties": "Our duties by law",
    "accessibility": "Accessibility",
    "privacy": "Privacy",
    "contact": "Contact the office",
}
# Where the site stands, for the few addresses that others follow without its pages: https://pcc.example. Set while a page
# is made for a visitor; empty otherwise.
site_address = ContextVar("where the site stands", default="")
NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def frame(address, *, record=None, about=None, title="", description="", **context):
    """What a template of the public site needs beside its own words. `about` is the Edition that the page shows, if one."""
    record = record or Record()
    office = record.office
    name = office.display_name if office else "Office of the Police and Crime Commissioner"
    notes = [about.content.get("demonstration_note", "")] if about is not None else []
    notes.append(office.demonstration if office else "")
    section = address.strip("/").partition("/")[0]
    here = {section: "page" if address == f"/{section}/" else "true"}
    return {
        "office": office,
        "office_name": name,
        "area_name": office.area_name if office and office.area_name not in name else "",
        "sections": [(at, words, here.get(at, "")) for at, words in SECTIONS],
        "foot": [(at, FOOT_WORDS[at]) for at in record.foot],
        "demonstration": next((note for note in notes if note), ""),
        "address": address,
        "base": site_address.get(),
        "title": title,
        "description": " ".join((description or title).split()),
        "edition": about,
        **context,
    }


def render(template, record, *, path, **context):
    """A finished page of templates/public/. `path` is its address without slashes at the ends."""
    address = f"/{path}/" if path else "/"
    return render_to_string(f"public/{template}.html", frame(address, record=record, **context))


def day(text):
    """A day of a content as a date; words that are no day stay words."""
    try:
        return datetime.date.fromisoformat(text)
    except (TypeError, ValueError):
        return text


def day_words(text):
    """28 February 2018; words that are no day stay words, and nothing stays nothing."""
    return published.in_words(text or "")


def number_words(number, one, several):
    """Two figures: a number as a sentence starts with it, and what is counted."""
    words = NUMBERS[number] if number < len(NUMBERS) else str(number)
    return f"{words} {one if number == 1 else several}"


def pdf_link(edition, words="", base=""):
    """A link to the PDF of an Edition: {url, text, kind_and_size, pages}; None for what has none."""
    if not edition or not edition.pdf_name:
        return None
    return {
        "url": f"{base or edition.get_absolute_url()}{edition.pdf_name}",
        "text": words or edition.title,
        "kind_and_size": f"PDF, {size_words(edition.pdf_size)}",
        "pages": pages_words(edition.pdf_pages),
    }


def file_links(edition, base=""):
    """Links to the files that are published with an Edition, in their order, each with its slug, label and summary."""
    return [
        {
            "url": f"{base or edition.get_absolute_url()}files/{file['slug']}.{file['kind']}",
            "text": file["title"],
            "kind_and_size": f"{kind_words(file['kind'])}, {size_words(file['size'])}",
            "pages": pages_words(file.get("pages")),
            "slug": file["slug"],
            "label": file.get("label", ""),
            "summary": file.get("summary", ""),
        }
        for file in edition.files
    ]


def pages_words(number):
    """3 pages; nothing where that is not known."""
    return f"{number} page{'' if number == 1 else 's'}" if number else ""


def version_rows(versions):
    """The versions of one publication for a side list, newest first."""
    return [
        {
            "number": edition.version,
            "url": edition.version_url,
            "is_current": place == 0,
            "on": edition.published_at,
            "note": edition.change_note,
        }
        for place, edition in enumerate(versions)
    ]


def correction_rows(corrections):
    """Corrections, as data of an entry or of a register's line, with what a page prints of each."""
    return [
        {
            **each,
            "about": ", ".join(part for part in (each.get("measure"), each.get("period")) if part) or "A figure",
            "where": each.get("where") or _where(each),
        }
        for each in corrections
    ]


def _where(correction):
    paper = correction.get("attachment") or correction.get("target_title") or "the paper"
    page = str(correction.get("page") or "")
    if not page:
        return paper
    return f"{paper}, {f'page {page}' if page[:1].isdigit() else page}"
