"""Inspections, and what they ask for, as data: the same as their pages say."""

import datetime

from scrutiny.publication.machine import twins
from scrutiny.publication.site.inspections import answer_to
from scrutiny.register.csv_file import csv_text

HEADINGS = (
    "Published", "Inspection", "Inspectorate", "Kind", "Recommendations", "Last day for the response", "Response",
    "Response published", "Demonstration", "Address", "Address of the response",
)  # fmt: skip
ASKED = (
    "Inspection", "Inspectorate", "Published", "Number", "Kind", "Recommendation", "Addressed to", "Due", "Status",
    "Since", "Demonstration", "Address",
)  # fmt: skip


def listed(record, base):
    """The list of inspections as JSON."""
    return twins.page(base, "inspections", "Inspections", items=list(_rows(record, base)))


def table(record, base):
    """The same as CSV."""
    names = ("date", "title", "body", "kind", "recommendations", "last_day", "response", "response_published_on")
    names += ("demonstration_note", "url", "response_url")
    return csv_text(HEADINGS, [[row[name] for name in names] for row in _rows(record, base)])


def _rows(record, base):
    lines = record.lines(("inspection", "response"))
    responses = {line.target: line for line in lines if line.register == "response"}
    for line in lines:
        if line.register == "inspection":
            data, response = line.data, responses.get(line.data["subject"])
            answer = answer_to(data, response)
            elsewhere = (data["elsewhere"] or {}).get("published_on", "")
            yield {
                "date": line.date,
                "title": line.text,
                "body": data["body"],
                "kind": data["kind"],
                "recommendations": data["numbers"],
                "last_day": datetime.date.fromisoformat(data["last_day"]) if data["needs_response"] else "",
                "response": f"{answer.words[:1].upper()}{answer.words[1:]}",
                "response_published_on": response.data["published_on"] if response else elsewhere,
                "demonstration_note": data["demonstration_note"],
                "url": base + line.url,
                "response_url": base + response.url if response else "",
            }


def recommendations(record, base):
    """Every recommendation of every published inspection as CSV, with what became of it."""
    rows = []
    for edition in record.inspections():
        content = edition.content
        for each in content["recommendations"]:
            since = each["history"][0]["on"] if each["history"] else ""
            about = (content["title"], content["body"], content["published_on"])
            said = (each["label"], each["kind"], each["text"], each["addressee"], each["due"], each["status"], since)
            address = f"{base}{edition.get_absolute_url()}#{each['anchor']}"
            rows.append((*about, *said, content["demonstration_note"], address))
    return csv_text(ASKED, rows)
