"""Meetings: the list by year, and the page of one."""

from opcc_portal.office.dates import today
from scrutiny.publication.site.framing import (
    correction_rows,
    day_words,
    file_links,
    number_words,
    pdf_link,
    render,
    version_rows,
)


def meetings_page(record, year=None):
    """All meetings of a year, newest first; without a year those to come and those of the newest year."""
    years = record.years("meeting")
    shown = year or next(iter(years), None)
    found = record.listed("meeting", "minutes", year=shown, ahead=year is None) if shown else []
    told = {each.belongs_to: each for each in found if each.kind == "minutes"}
    rows = [each for each in found if each.kind == "meeting"]
    for row in rows:
        row.minutes = told.get(row.publication.subject)
    coming = [] if year else [row for row in reversed(rows) if row.date >= today()]
    rows = [row for row in rows if row not in coming and row.date.year == shown]
    return render(
        "list",
        record,
        path=f"meetings/{year}" if year else "meetings",
        title=f"Meetings in {year}" if year else "Meetings",
        lede="" if year else "Agendas, papers and minutes of every meeting that is published here.",
        description="Meetings of the commissioner: agendas, papers, minutes, decisions and actions.",
        up=("/meetings/", "Meetings") if year else None,
        groups=[
            group
            for group in (
                {"heading": "To come", "rows": coming} if coming else None,
                {"heading": f"In {shown}" if not year else "", "rows": rows} if rows else None,
            )
            if group
        ],
        years=[(each, f"/meetings/{each}/", count, each == year) for each, count in years.items()],
        nothing="No meeting is published yet.",
    )


def meeting_page(record, edition):
    """One meeting: facts, agenda, papers, minutes, what was decided and promised, and every file to take away."""
    record.fetch("actions")
    content, folder = edition.content, record.of_meeting(edition.publication.subject)
    minutes, pack = folder.one("minutes"), folder.one("pack")
    lines = record.lines(("action", "decision", "correction"), of_meeting=edition.publication.subject)
    states = record.action_states() if any(line.register == "action" for line in lines) else {}
    corrections = [line for line in lines if line.register == "correction"]
    papers = {}
    for paper in folder.by_kind.get("report", ()):
        papers.setdefault(getattr(paper, "item_slug", None) or "", []).append(paper)
    return render(
        "meeting",
        record,
        path=edition.publication.path,
        title=edition.title,
        description=edition.summary,
        about=edition,
        up=("/meetings/", "Meetings"),
        body=edition.html,
        papers=_papers(content["items"], papers),
        minutes=minutes,
        decisions=[line for line in lines if line.register == "decision"],
        actions=[
            {
                "reference": line.reference,
                "text": line.text,
                "url": line.url,
                "owners": line.data.get("owners", ""),
                "due_words": day_words(line.data.get("due")),
                "state": states.get(line.url.partition("#")[2], ""),
            }
            for line in lines
            if line.register == "action" and line.edition.kind != "actions"
        ],
        corrections=correction_rows([{**line.data, "url": line.url} for line in corrections]),
        corrections_title=f"{number_words(len(corrections), 'figure was', 'figures were')} corrected at this meeting",
        json=f"/{edition.publication.path}.json",
        take=[
            link
            for link in (
                pdf_link(edition, "Agenda"),
                pdf_link(minutes, "Minutes"),
                pdf_link(pack, "Agenda and all papers in one file"),
                *file_links(edition),
            )
            if link
        ],
        pack=pack,
        versions=version_rows(record.versions_in(folder, edition)),
    )


def _papers(items, papers):
    """The published reports in the order of the agenda, none under an item that is withheld; last those of no item."""
    labels = {item["slug"]: item["label"] for item in items}
    hidden = {item["slug"] for item in items if item["withheld"]}
    order = [*labels, *(slug for slug in papers if slug not in labels)]
    return [
        {
            "label": labels.get(slug, ""),
            "title": paper.title,
            "url": paper.get_absolute_url(),
            "links": [link for link in (pdf_link(paper, "The report as one file"), *file_links(paper)) if link],
        }
        for slug in order
        if slug not in hidden
        for paper in papers.get(slug, ())
    ]
