"""The Police and Crime Plan for the public: what is in force, each priority with the way to its figures, earlier plans."""

from django.template.loader import render_to_string
from django.utils.html import format_html

from scrutiny.publication.site.documents import document_page
from scrutiny.publication.site.framing import day_words, pdf_link, render, version_rows
from scrutiny.publication.site.grants import grants_of_priority

TITLE = "Police and Crime Plan"


def plans_page(record):
    """The plan in force with its priorities, its versions, and the plans before it."""
    plans = record.plans()
    current = next((edition for edition in plans if edition.content["is_in_force"]), None)
    links = _priorities_of(record, current) if current else []
    return render(
        "plan",
        record,
        path="plan",
        title=TITLE,
        description="What the commissioner wants to bring about, how, and how everybody can see whether it is done.",
        about=current,
        current=current,
        priorities=links,
        take=[link for link in (pdf_link(current, "The whole plan"),) if link],
        versions=version_rows(record.versions(current)) if current else (),
        earlier=[edition for edition in plans if edition is not current],
        changes=_earlier_versions(current) if current else (),
    )


def plan_page(record, edition):
    """One plan in full. Each priority leads to its own page where that is published."""
    body, pages = edition.html, {each["slug"]: each["url"] for each in _priorities_of(record, edition)}
    for each in edition.content["priorities"]:
        if url := pages.get(each["slug"]):
            words = format_html(
                '<p class="own-page"><a href="{}">{}: on its own page, with figures</a></p>', url, each["title"]
            )
            body = _after(body, f'id="{each["anchor"]}-title"', "</h2>", words)
    return document_page(record, edition, body=body, lede=edition.content["status"], status="")


def priority_page(record, edition):
    """One priority. An indicator leads to its figures as soon as they are published."""
    content, body = edition.content, edition.html
    subjects = {each["subject"] for each in content["indicators"] if each["subject"]}
    known = record.of_subjects({*subjects, content["plan"]["subject"]})
    for each in content["indicators"]:
        if figures := known.get(each["subject"]):
            url, title = figures.get_absolute_url(), each["title"]
            words = format_html('<span class="pr-note"><a href="{}">Figures: {}</a></span>', url, title)
            body = _before(body, f'id="indicator-{each["slug"]}"', "</li>", words)
    if grants := grants_of_priority(record, content["slug"]):
        body += render_to_string("public/parts/priority_grants.html", grants)
    plan = known.get(content["plan"]["subject"])
    lede = ". ".join(filter(None, (content["outcome"], content["status"])))
    up = (plan.get_absolute_url(), plan.title) if plan else None
    more = {"up": up} if up else {}
    take = [link for link in (pdf_link(plan, "The whole plan"),) if link]
    return document_page(record, edition, body=body, lede=lede, status="", take=take, **more)


def _priorities_of(record, edition):
    """[{slug, title, outcome, url}] of a plan; url is empty where the priority has no page of its own. One query."""
    listed = edition.content["priorities"]
    pages = record.of_subjects({each["subject"] for each in listed})
    return [
        {**{name: each[name] for name in ("slug", "title", "outcome")}, "url": page.get_absolute_url() if page else ""}
        for each in listed
        for page in [pages.get(each["subject"])]
    ]


def _earlier_versions(edition):
    return [
        f"Version {each['version']}: in force from {day_words(each['issued_on'])} until {day_words(each['ended_on'])}"
        for each in edition.content["earlier"]
    ]


def _after(body, mark, end, words):
    """The finished body with these words after the element that bears the mark."""
    start = body.find(mark)
    place = body.find(end, start) if start >= 0 else -1
    return f"{body[: place + len(end)]}{words}{body[place + len(end) :]}" if place >= 0 else body


def _before(body, mark, end, words):
    """The finished body with these words at the end of the element that bears the mark."""
    start = body.find(mark)
    place = body.find(end, start) if start >= 0 else -1
    return f"{body[:place]}{words}{body[place:]}" if place >= 0 else body
