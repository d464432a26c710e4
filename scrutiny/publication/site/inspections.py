"""Inspections for the public: the list with the state of each response, each report, and the response that answers it."""

import datetime
from dataclasses import dataclass, field

from django.utils.html import format_html

from opcc_portal.office.dates import today
from scrutiny.inspections.clock import CITATION, Clock
from scrutiny.publication.site.documents import document_page
from scrutiny.publication.site.framing import day_words, pdf_link, render

UP = ("/inspections/", "Inspections")


@dataclass(frozen=True)
class Answer:
    """Where the response to a report stands, as the public is told: in words, with what it leaves open, and links."""

    words: str
    is_out: bool = False
    url: str = ""
    more: str = ""
    is_late: bool = False
    gaps: tuple = ()
    links: list = field(default_factory=list)


def inspections_page(record):
    """Every published inspection, newest first, by year."""
    lines = record.lines(("inspection", "response"))
    responses = {line.target: line for line in lines if line.register == "response"}
    groups = {}
    for line in (line for line in lines if line.register == "inspection"):
        data = line.data
        row = {
            "date": line.date,
            "title": line.text,
            "url": line.url,
            "body": data["body"],
            "kind": f"{data['kind'][:1].lower()}{data['kind'][1:]}".replace("pEEL", "PEEL"),
            "numbers": data["numbers"],
            "is_demonstration": bool(data["demonstration_note"]),
            "answer": answer_to(data, responses.get(data["subject"])),
        }
        groups.setdefault(line.date.year, []).append(row)
    return render(
        "inspections",
        record,
        path="inspections",
        title="Inspections",
        description="What inspectorates asked for, what became of it, and how the office responded.",
        groups=[{"year": year, "rows": rows} for year, rows in groups.items()],
    )


def answer_to(data, line):
    """Where the response stands: `data` is what the report's own line or content holds, `line` that of its response or None."""
    if line is not None:
        words = _when(line.data["words"], line.data["published_on"])
        more = f"It answers this report with another: {line.data['report']}." if line.data["report"] else ""
        return Answer(words, True, line.url, more, line.data["is_late"])
    if not data["needs_response"]:
        return Answer("No response is needed", more=data["why_not_subject"])
    last = datetime.date.fromisoformat(data["last_day"])
    clock = Clock(last - (Clock(last).last_day - last))
    if elsewhere := data["elsewhere"]:
        out = datetime.date.fromisoformat(elsewhere["published_on"])
        words = _when(clock.published_in_words(out), elsewhere["published_on"])
        return Answer(words, True, is_late=clock.is_late(out), gaps=tuple(elsewhere["gaps"]))
    if clock.is_late(today()):
        return Answer(f"No response is published yet; the last day was {day_words(data['last_day'])}", is_late=True)
    return Answer(f"The response is due by {day_words(data['last_day'])}")


def _when(words, published_on):
    """published in time, on day 32 of 56 (24 November 2017)"""
    return f"{words[:1].lower()}{words[1:]} ({day_words(published_on)})"


def inspection_page(record, edition):
    """One report: its recommendations, each with the way to its answer once the response is published."""
    content = edition.content
    lines = record.lines("response", target=edition.publication.subject)
    line = next(iter(lines), None)
    answer = answer_to({**content, "last_day": content["clock"]["last_day"]}, line)
    body, links = edition.html, _links(record, content, line)
    if line is not None:
        body = _with_answers(record, body, line, content)
    said = f"Day 56, the last day for the response: {day_words(content['clock']['last_day'])} ({CITATION})."
    shown = Answer(
        f"The response was {answer.words}" if answer.is_out else answer.words,
        more=" ".join(filter(None, (answer.more, said if content["needs_response"] else ""))),
        is_late=answer.is_late,
        gaps=answer.gaps,
        links=links,
    )
    return document_page(
        record, edition, template="inspection", up=UP, body=body, answer=shown, lede=edition.summary, status=""
    )


def _links(record, content, line):
    """The response and its letter, with their PDFs."""
    links = []
    if line is not None:
        links.append({"url": line.url, "text": line.text})
        if paper := pdf_link(line.edition, "The response on paper"):
            links.append(paper)
    letter = (content["elsewhere"] or {}).get("letter")
    if letter and (known := record.of_subjects({letter["subject"]}).get(letter["subject"])):
        links.append({"url": known.get_absolute_url(), "text": f"Letter of {day_words(letter['date'])}: {known.title}"})
        if paper := pdf_link(known, "The letter on paper"):
            links.append(paper)
    return links


def _with_answers(record, body, line, content):
    """The finished body with the way to its answer under each recommendation that the response answers."""
    response = record.whole(line.edition)
    places = {}
    for report in response.content["reports"]:
        if report["subject"] == line.target:
            places = {each["label"] + each["text"]: each["anchor"] for each in report["answers"] if each["answer"]}
    for each in content["recommendations"]:
        if anchor := places.get(each["label"] + each["text"]):
            words = format_html(
                '<p class="pr-note"><a href="{}#{}">Answer to {}</a></p>', line.url, anchor, _small(each["name"])
            )
            body = _at_end_of(body, f'id="{each["anchor"]}"', words)
    return body


def _small(name):
    return f"{name[:1].lower()}{name[1:]}"


def _at_end_of(body, mark, words):
    """The words inside the row that bears the mark, behind everything that it says."""
    start = body.find(mark)
    place = body.find("</div></div>", start) if start >= 0 else -1
    return f"{body[:place]}{words}{body[place:]}" if place >= 0 else body


def response_page(record, edition):
    """One response, and whether it was in time."""
    content = edition.content
    report = record.of_subjects({content["inspection"]["subject"]}).get(content["inspection"]["subject"])
    line = next(iter(record.lines("response", target=content["inspection"]["subject"])), None)
    words = f"{line.data['words']} ({day_words(line.data['published_on'])})." if line else ""
    up = (report.get_absolute_url(), report.title) if report else UP
    take = [link for link in (pdf_link(edition, "The response"), *_letter(record, content)) if link]
    return document_page(record, edition, up=up, lede=edition.summary, status=words, take=take)


def _letter(record, content):
    letter = content["letter"]
    known = record.of_subjects({letter["subject"]}).get(letter["subject"]) if letter else None
    return (
        [{"url": known.get_absolute_url(), "text": "The letter"}, pdf_link(known, "The letter on paper")]
        if known
        else []
    )
