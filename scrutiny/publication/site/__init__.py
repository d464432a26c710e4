"""The pages of the public site, each a function from the public record to finished HTML. They know no request.

`page_of` gives the page that stands at an Edition's address; `pages_for` gives the gate every page that an Edition adds
or changes most directly.
"""

from scrutiny.publication.site.documents import decision_page, document_page, minutes_page, report_page
from scrutiny.publication.site.duties import duties_page
from scrutiny.publication.site.framing import frame
from scrutiny.publication.site.gone import missing_page, withdrawn_page
from scrutiny.publication.site.grants import fund_page, grant_page, round_page
from scrutiny.publication.site.home import home_page
from scrutiny.publication.site.indicators import indicator_page, indicators_page
from scrutiny.publication.site.inspections import inspection_page, inspections_page, response_page
from scrutiny.publication.site.items import item_page
from scrutiny.publication.site.letters import letter_page, letters_page
from scrutiny.publication.site.measures import measures_page, statement_page
from scrutiny.publication.site.meetings import meeting_page, meetings_page
from scrutiny.publication.site.networks import network_page, networks_page
from scrutiny.publication.site.news import news_page, release_page
from scrutiny.publication.site.plan import plan_page, plans_page, priority_page
from scrutiny.publication.site.registers import (
    actions_page,
    class_page,
    corrections_page,
    decisions_page,
    documents_page,
    reports_page,
)
from scrutiny.publication.site.versions import version_page, versions_page

__all__ = [
    "actions_page",
    "class_page",
    "corrections_page",
    "decisions_page",
    "documents_page",
    "frame",
    "home_page",
    "indicators_page",
    "inspections_page",
    "item_page",
    "letters_page",
    "measures_page",
    "meeting_page",
    "meetings_page",
    "missing_page",
    "networks_page",
    "news_page",
    "page_of",
    "pages_for",
    "plans_page",
    "reports_page",
    "version_page",
    "versions_page",
    "withdrawn_page",
]

_PAGES = {
    "meeting": meeting_page,
    "minutes": minutes_page,
    "report": report_page,
    "decision": decision_page,
    "actions": lambda record, edition: actions_page(record),
    "indicator": indicator_page,
    "plan": plan_page,
    "priority": priority_page,
    "award": grant_page,
    "round": round_page,
    "fund": fund_page,
    "network": network_page,
    "inspection": inspection_page,
    "response": response_page,
    "duties": duties_page,
    "letter": letter_page,
    "news": release_page,
    "measures": statement_page,
}

_REGISTERS = {
    "action": ("/actions/", actions_page),
    "correction": ("/corrections/", corrections_page),
    "decision": ("/decisions/", decisions_page),
    "indicator": ("/indicators/", indicators_page),
    "inspection": ("/inspections/", inspections_page),
    "response": ("/inspections/", inspections_page),
}


def page_of(record, edition):
    """The page at the address of this Edition."""
    return _PAGES.get(edition.kind, document_page)(record, edition)


def pages_for(edition, record):
    """[(address, HTML)] of every page that this Edition adds or changes most directly, as it would read then."""
    pages = {edition.get_absolute_url(): page_of(record, edition)}
    meeting = _meeting_of(edition, record)
    if meeting is not None:
        pages[meeting.get_absolute_url()] = meeting_page(record, meeting)
        for slug in _items_of(edition):
            html = item_page(record, meeting, slug)
            if html:
                pages[f"{meeting.get_absolute_url()}items/{slug}/"] = html
    for register in sorted({line.register for line in record.lines(tuple(_REGISTERS)) if line.edition is edition}):
        address, page = _REGISTERS[register]
        pages[address] = page(record)
    if edition.kind == "letter":
        pages["/letters/"] = letters_page(record)
    if edition.kind == "news":
        pages["/news/"] = news_page(record)
    if edition.kind in ("plan", "priority"):
        pages["/plan/"] = plans_page(record)
    if edition.kind == "network":
        pages["/networks/"] = networks_page(record)
    if edition.kind == "measures":
        pages["/measures/"] = measures_page(record)
    for paper in _put_right_by(edition, record):
        pages.setdefault(paper.get_absolute_url(), report_page(record, paper))
    return list(pages.items())


def _meeting_of(edition, record):
    if edition.kind == "meeting":
        return edition
    return record.of_subject(edition.belongs_to) if edition.belongs_to else None


def _items_of(edition):
    if edition.kind in ("meeting", "minutes"):
        return [item["slug"] for item in edition.content["items"]]
    return [slug] if (slug := edition.content.get("item_slug")) else []


def _put_right_by(edition, record):
    targets = {line.target for line in record.lines("correction") if line.edition is edition and line.target}
    return [paper for paper in (record.of_subject(target) for target in sorted(targets)) if paper]
