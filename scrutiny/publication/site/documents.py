"""The pages of minutes, reports, decisions and everything else that is one document."""

from django.template.loader import render_to_string

from scrutiny.publication.site.framing import correction_rows, file_links, number_words, pdf_link, render, version_rows

UP = {
    "meetings": ("/meetings/", "Meetings"),
    "reports": ("/reports/", "Reports"),
    "news": ("/news/", "News"),
    "letters": ("/letters/", "Letters"),
    "decisions": ("/decisions/", "Decisions"),
    "documents": ("/documents/", "Documents"),
    "plan": ("/plan/", "Police and Crime Plan"),
    "indicators": ("/indicators/", "Indicators"),
    "grants": ("/grants/", "Grants"),
    "inspections": ("/inspections/", "Inspections"),
}


def document_page(record, edition, *, template="document", **context):
    """A document without anything of its own: its words, its files, its versions."""
    folder = record.of_meeting(edition.belongs_to) if edition.belongs_to else None
    meeting = folder.one("meeting") if folder else None
    versions = record.versions_in(folder, edition) if folder else record.versions(edition)
    links = file_links(edition)
    return render(
        template,
        record,
        path=edition.publication.path,
        title=edition.title,
        about=edition,
        meeting=meeting,
        versions=version_rows(versions),
        priority=edition.content.get("priority"),
        json=f"/{edition.publication.path}.json",
        **{
            "up": up_from(edition),
            "take": [link for link in (pdf_link(edition, as_one_file(edition)),) if link],
            "lede": edition.summary,
            "status": edition.content["status"],
            "description": edition.summary,
            "files": links,
            "body": edition.html,
            **context,
        },
    )


def up_from(edition):
    """(address, words) of the list that an Edition stands in; None for a page of the site."""
    return UP.get(edition.publication.path.partition("/")[0])


def as_one_file(edition):
    """What a link to the PDF of an Edition says."""
    return {
        "minutes": "Minutes",
        "report": "Report",
        "decision": "Decision",
        "pack": "The pack",
        "news": "News release",
    }.get(edition.kind, edition.title)


def minutes_page(record, edition):
    """The minutes as a page: the same words as on paper."""
    base = edition.get_absolute_url().removesuffix("minutes/")
    return document_page(
        record,
        edition,
        template="minutes",
        lede=edition.content["status"],
        items=[
            {
                **item,
                "url": f"{base}items/{item['slug']}/",
                "anchor": f"item-{item['slug']}",
                "here": f'id="item-{item["slug"]}"' in edition.html,
            }
            for item in edition.content["items"]
        ],
    )


def report_page(record, edition):
    """A report with its files, and beside each what was put right about it since."""
    lines = record.lines("correction", target=edition.publication.subject)
    rows = correction_rows(
        [{**line.data, "url": line.url, "on": line.date, "file": line.target_file} for line in lines]
    )
    slugs = {file["slug"] for file in edition.files}
    own_box = bool(edition.content.get("corrections"))
    beside = [row for row in rows if row["file"] in slugs]
    body, links = edition.html, [_with_notices(link, beside) for link in file_links(edition)]
    for link in links:
        body = _woven(body, link)
    links = [link for link in links if f'id="file-{link["slug"]}"' not in body]
    elsewhere = [row for row in rows if row["file"] not in slugs and (row.get("attachment") or not own_box)]
    return document_page(
        record,
        edition,
        template="report",
        lede="",  # stands in the body, like the status
        status="",
        body=body,
        files=links,
        corrections=elsewhere,
        corrected=beside,
        corrected_words=f"{number_words(len(beside), 'figure', 'figures')} in the files of this paper {_was(beside)} corrected.",
        item_url=_item_url(record, edition),
    )


def _was(rows):
    return "was" if len(rows) == 1 else "were"


def _with_notices(link, rows):
    own = [row for row in rows if row["file"] == link["slug"]]
    number = number_words(len(own), "figure in this file was", "figures in this file were")
    return {**link, "corrections": own, "corrections_title": f"{number} corrected"}


def _woven(body, link):
    """The finished body with the notices about a file where it names that file."""
    start = body.find(f'id="file-{link["slug"]}"')
    end = body.find("</li>", start)
    if start < 0 or end < 0 or not link["corrections"]:
        return body
    notice = {"title": link["corrections_title"], "rows": link["corrections"], "level": 3, "said": "the file"}
    return body[:end] + render_to_string("public/corrected.html", notice) + body[end:]


def _item_url(record, edition):
    """The page of the item that the report was read under; empty where that is not published."""
    slug = edition.content.get("item_slug")
    folder = record.of_meeting(edition.belongs_to) if slug and edition.belongs_to else None
    meeting = folder.one("meeting") if folder else None
    return f"{meeting.get_absolute_url()}items/{slug}/" if meeting else ""


def decision_page(record, edition):
    """One decision."""
    caption = " ".join(filter(None, ("Decision", edition.content.get("reference"))))
    return document_page(
        record,
        edition,
        caption=caption,
        heading=edition.title.removeprefix(f"{caption}: "),
        lede="",  # stands in the body
    )
