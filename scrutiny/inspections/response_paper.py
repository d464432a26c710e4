"""The response as a paper: published, from the content of its Edition alone; or as it stands on the desk, marked as a draft."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from opcc_portal.files.models import Upload
from opcc_portal.office.dates import today
from scrutiny.inspections import content as contents
from scrutiny.inspections.clock import Clock
from scrutiny.inspections.models import Response
from scrutiny.workflow.papers import LOGO
from scrutiny.workflow.published import cover, day, in_words, logo_of

FIRST = "1.0"
KIND = "Response to"  # the title of the report stands beside it
NOT_INVITED = "The invitation to comment is not recorded"
NO_COMMENTS = {
    Response.Comments.NONE: "The chief constable was invited to comment and made no comments.",
    Response.Comments.NOT_RECORDED: "No comments of the chief constable are recorded.",
}


@dataclass(frozen=True)
class Paper:
    """A paper ready to be laid out."""

    html: str
    logo: Upload | None
    file_name: str
    title: str


def as_read(content):
    """What page and paper print, from the content alone."""
    return {
        "content": content,
        "reports": [{**report, "when": in_words(report["published_on"])} for report in content["reports"]],
        "comments_came": in_words(content["comments_received_on"]),
        "no_comments": NO_COMMENTS.get(content["comments_state"], ""),
        "dispatches": [{**each, "on": in_words(each["sent_on"])} for each in content["dispatches"]],
        "rows": facts(content),
    }


def facts(content):
    """[(label, value)]: which report it answers, the last day, who was invited and who signed."""
    inspection = content["inspection"]
    invited = f"Invited on {in_words(content['invited_on'])}" if content["invited_on"] else NOT_INVITED
    if content["comments_by"]:
        invited += f", comments asked for by {in_words(content['comments_by'])}"
    rows = [
        ("Report", f"{inspection['body']}, published on {in_words(inspection['published_on'])}"),
        ("Last day", f"{in_words(content['clock']['last_day'])} ({content['clock']['citation']})"),
        ("Chief constable", invited),
    ]
    if content["signed_name"]:
        rows.append(("Signed", f"{content['signed_name']}, {in_words(content['signed_on'])}"))
    if letter := content["letter"]:
        rows.append(("Letter", f"{letter['number']}, {in_words(letter['date'])}"))
    return rows


def of_content(content, imprint):
    """(HTML, logo) of the published paper. The first version says whether it was in time; it knows its own day."""
    logo = logo_of(content)
    context = cover(content, imprint, kind=KIND, logo=logo)
    rows = facts(content)
    elsewhere = content["published_elsewhere_on"]
    out = day(elsewhere) if elsewhere else imprint.published_on if imprint.version == FIRST else None
    if out:
        words = Clock(day(content["clock"]["starts"])).published_in_words(out)
        rows.append(("Response", f"{words}, {out:%-d %B %Y}"))
    return _rendered(content, context | {"facts": rows, "imprint": imprint}), logo


def draft_of(response):
    """The response as its records say it now."""
    content = contents.of_response(response)
    logo = logo_of(content)
    context = {
        "office": content["office"],
        "kind": KIND,
        "date": f"{today():%-d %B %Y}",
        "version": "Draft",
        "status": f"{content['marking']}. Draft of {today():%-d %B %Y}, {'signed' if response.is_signed else 'not signed'}.",
        "demonstration_note": content["demonstration_note"],
        "logo": LOGO if logo else "",
        "facts": facts(content),
        "imprint": None,
    }
    name = f"{response.inspection.published_on.isoformat()}-{response.inspection.slug}-response.pdf"
    return Paper(_rendered(content, context), logo, name, content["title"])


def _rendered(content, context):
    inspection = content["inspection"]
    context |= as_read(content) | {
        "title": inspection["title"],
        "full_title": f"{content['title']} ({inspection['body']}, {in_words(inspection['published_on'])})",
        "description": f"{content['title']}, with the chief constable’s comments and the answer to every recommendation",
        "keywords": "inspection, response, section 55",
    }
    return render_to_string("scrutiny/inspections/response_pdf.html", context)
