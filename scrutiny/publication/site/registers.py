"""Lists of the whole record: reports, decisions, actions, corrections, and documents by class."""

from scrutiny.publication.site.framing import correction_rows, day_words, pdf_link, render, version_rows

# How the state of an action begins that asks for nothing more.
DONE = ("completed", "closed", "done", "withdrawn")


def reports_page(record, year=None):
    """The reports of a year, newest first; without a year those of the newest."""
    years = record.years("report")
    shown = year or next(iter(years), None)
    rows = record.listed("report", year=shown) if shown else []
    return render(
        "list",
        record,
        path=f"reports/{year}" if year else "reports",
        title=f"Reports in {year}" if year else "Reports",
        lede="" if year else "What the force and the office reported, with every attachment that is published.",
        description="Reports to the commissioner, with their attachments.",
        up=("/reports/", "Reports") if year else None,
        groups=[{"heading": "" if year else f"In {shown}", "rows": rows}] if rows else [],
        years=[(each, f"/reports/{each}/", count, each == year) for each, count in years.items()],
        nothing="No report is published yet.",
    )


def decisions_page(record):
    """The register of decisions, newest first."""
    return render(
        "decisions",
        record,
        path="decisions",
        title="Decisions",
        description="What the commissioner decided, with the reasons.",
        lines=record.lines("decision"),
    )


def actions_page(record):
    """The register of actions: as minutes recorded them, in the state that the office published last."""
    rows, edition = action_rows(record)
    is_done = [str(row["state"]).lower().startswith(DONE) for row in rows]
    return render(
        "actions",
        record,
        path="actions",
        title="Actions",
        description="What was promised at meetings, by whom and by when.",
        about=edition,
        open_rows=[row for row, done in zip(rows, is_done, strict=True) if not done],
        done_rows=[row for row, done in zip(rows, is_done, strict=True) if done],
        as_at=edition.published_at if edition else None,
        take=[link for link in (pdf_link(edition, "Register of actions"),) if link],
        versions=version_rows(record.versions(edition)) if edition else (),
    )


def action_rows(record):
    """(every action, newest first; the register that the office published last or None)"""
    edition = record.at("actions")
    rows = [_action(line) for line in record.lines("action") if line.edition.kind != "actions"]
    newer = {_mark(row): row for row in edition.content["rows"]} if edition else {}
    for row in rows:
        # The words are those of the minutes: an action that they do not hold any more is not public.
        if now := newer.get(_mark(row)):
            row |= {"state": now["state"], "owners": now["owners"], **_due(now)}
    rows.sort(key=lambda row: str(row["on"]), reverse=True)
    return rows, edition


def _mark(row):
    """What an action is known by, here and in the register: the entry of the minutes that holds it."""
    return row.get("url", "").partition("#")[2] or row.get("reference")


def _due(data):
    return {"due": data.get("due") or "", "due_words": day_words(data.get("due"))}


def _action(line):
    return {
        "reference": line.reference,
        "text": line.text,
        "owners": line.data.get("owners", ""),
        **_due(line.data),
        "state": line.data.get("state", ""),
        "url": line.url,
        "meeting": line.edition.title,
        "on": line.date,
    }


def corrections_page(record):
    """Every figure that was put right in public, newest first."""
    lines = record.lines("correction")
    papers = record.of_subjects({line.target for line in lines if line.target})
    rows = correction_rows(
        [
            {
                **line.data,
                "on": line.date,
                "text": line.text,
                "url": line.url,
                "meeting": line.edition.title,
                "paper": papers.get(line.target),
            }
            for line in lines
        ]
    )
    return render(
        "corrections",
        record,
        path="corrections",
        title="Corrections",
        description="Figures in published papers that were put right, when and by whom.",
        rows=rows,
    )


def documents_page(record):
    """What the office must publish, by class of the publication scheme."""
    return render(
        "documents",
        record,
        path="documents",
        title="Documents",
        lede="The publication scheme: what the office publishes as a matter of course, by class.",
        description="The publication scheme: what the office publishes as a matter of course, by class.",
        classes=record.classes,
        pages=record.pages(),
    )


def class_page(record, scheme_class):
    """Everything that stands under one class, newest first."""
    rows = list(record.in_class(scheme_class))
    return render(
        "list",
        record,
        path=f"documents/{scheme_class.slug}",
        title=scheme_class.name,
        lede=scheme_class.description,
        description=scheme_class.description,
        up=("/documents/", "Documents"),
        groups=[{"heading": "", "rows": rows}] if rows else [],
        years=(),
        nothing="Nothing is published in this class yet.",
    )
