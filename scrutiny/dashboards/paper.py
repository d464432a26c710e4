"""The dashboard as a paper."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from opcc_portal.files.models import Upload
from opcc_portal.office.models import Office
from scrutiny.workflow.papers import LOGO


@dataclass(frozen=True)
class Paper:
    """A paper ready to be laid out."""

    html: str
    logo: Upload | None
    title: str


def dashboard_paper(position, user):
    """The position as its reader sees it. The same records on the same day always give the same words."""
    office = Office.on(position.day)
    day = position.known_on or position.day
    date = f"{day:%-d %B %Y}"
    title = f"Position as known on {date}"
    context = {
        "position": position,
        "office": office,
        "kind": "Position",
        "title": "Police and Crime Plan: position",
        "full_title": title,
        "description": f"What the figures of the plan say, as known on {date}, and what needs {user}",
        "date": date,
        "version": f"For {user}",
        "reader": user,
        "logo": LOGO if office and office.logo else None,
    }
    html = render_to_string("scrutiny/dashboards/dashboard_pdf.html", context)
    return Paper(html, office.logo if office else None, title)
