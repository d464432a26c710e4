"""The JSON twin of each public page: what the page says, as data."""

import re

from scrutiny.publication.machine import LICENCE
from scrutiny.publication.site.indicators import indicator_groups
from scrutiny.publication.site.registers import action_rows

SUBJECT = re.compile(r"[a-z_]+\.[a-z_]+:\d+")


def page(base, path, title, **more):
    """What every twin begins with: what it is, whose page it is, and under which licence."""
    return {"title": title, "url": f"{base}/{path}/" if path else f"{base}/", "licence": LICENCE, **more}


# --- one document ------------------------------------------------------------------------------------------------------


def edition(record, edition, base, *, pinned=False):
    """One Edition; `pinned`: as the version that it is, whatever came after it."""
    address = edition.version_url if pinned else edition.get_absolute_url()
    versions = record.versions(edition)
    return {
        **page(base, address.strip("/"), edition.title),
        **_facts(edition),
        "is_newest": versions[0].number == edition.number,
        "content": _content(record, edition.content, base),
        "pdf": _pdf(edition, base + address),
        "files": [_file(file, base + address) for file in edition.files],
        "versions": [_version(each, base) for each in versions],
        "proof": {
            "content_hash": edition.content_hash,
            "number": edition.number,
            "chain_before": edition.chain_before,
            "chain": edition.chain,
        },
    }


def _facts(edition):
    return {
        "kind": edition.kind,
        "date": edition.date,
        "summary": edition.summary,
        "version": edition.version,
        "published_at": edition.published_at,
        "change_note": edition.change_note,
    }


def _version(edition, base):
    return {
        "version": edition.version,
        "url": base + edition.version_url,
        "published_at": edition.published_at,
        "change_note": edition.change_note,
    }


def _pdf(edition, address):
    if not edition.pdf_name:
        return None
    return {
        "url": address + edition.pdf_name,
        "size": edition.pdf_size,
        "pages": edition.pdf_pages,
        "sha256": edition.pdf_sha256,
    }


def _file(file, address):
    told = {name: file.get(name) for name in ("title", "label", "summary", "media_type", "size", "pages", "sha256")}
    return {**told, "url": f"{address}files/{file['slug']}.{file['kind']}"}


def _content(record, content, base):
    """The content with the desk's names for records turned into addresses; those that are not published fall away."""
    known = record.of_subjects(set(_subjects(content)))
    return _named(content, {subject: base + each.get_absolute_url() for subject, each in known.items()})


def _subjects(value):
    if isinstance(value, str):
        if SUBJECT.fullmatch(value):
            yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _subjects(inner)


def _named(value, addresses):
    if isinstance(value, list):
        return [_named(inner, addresses) for inner in value if not _is_subject(inner)]
    if not isinstance(value, dict):
        return value
    named = {}
    for name, inner in value.items():
        if not _is_subject(inner):
            named[name] = _named(inner, addresses)
        elif inner in addresses:
            named[f"{name.removesuffix('_subject')}_url"] = addresses[inner]
    return named


def _is_subject(value):
    return isinstance(value, str) and SUBJECT.fullmatch(value) is not None


def item(record, meeting, slug, base):
    """One item of a meeting: as planned, as minuted, and its papers. None where neither agenda nor minutes have it."""
    folder = record.of_meeting(meeting.publication.subject)
    minutes = record.whole(folder.one("minutes"))
    planned, minuted = _item(meeting, slug), _item(minutes, slug)
    if planned is None and minuted is None:
        return None
    # As on the page: what was said last counts, and of something withheld nothing else is told.
    newest = minuted if minuted and (planned is None or minutes.number > meeting.number) else planned
    withheld = newest["withheld"]
    path = f"{meeting.publication.path}/items/{slug}"
    papers = [each for each in folder.by_kind.get("report", ()) if getattr(each, "item_slug", None) == slug]
    told = {"meeting": _listed(meeting, base), "label": newest["label"], "withheld": withheld}
    if not withheld:
        told["agenda"] = _content(record, planned, base) if planned else None
        told["minutes"] = {**_listed(minutes, base), "item": _content(record, minuted, base)} if minuted else None
        told["papers"] = [_listed(each, base) for each in papers]
    return {**page(base, path, newest["title"]), **told}


def _item(edition, slug):
    items = edition.content["items"] if edition else ()
    return next((item for item in items if item["slug"] == slug), None)


def versions(record, edition, base):
    """Every version of a document."""
    path = f"{edition.publication.path}/versions"
    rows = [_version(each, base) for each in record.versions(edition)]
    gone = [
        {"version": each.edition.version, "withdrawn_at": each.at, "reason": each.reason}
        for each in record.withdrawn_versions(edition)
    ]
    title = f"{edition.title}: versions"
    return page(base, path, title, document=_listed(edition, base), versions=rows, withdrawn=gone)


# --- lists -------------------------------------------------------------------------------------------------------------


def _listed(edition, base):
    url = base + edition.get_absolute_url()
    return {"title": edition.title, "url": url, "json": f"{url[:-1]}.json", **_facts(edition)}


def home(record, base):
    """What is new, and where everything else is."""
    lists = (
        "meetings",
        "news",
        "letters",
        "reports",
        "decisions",
        "actions",
        "corrections",
        "plan",
        "indicators",
        "documents",
    )
    coming = record.next_meeting()
    return page(
        base,
        "",
        record.office.display_name if record.office else "",
        next_meeting=_listed(coming, base) if coming else None,
        latest=[_listed(each, base) for each in record.latest(20)],
        lists={name: f"{base}/{name}.json" for name in lists},
        grants=f"{base}/grants/360giving.json",
        data=f"{base}/data/",
    )


def listed(record, kind, base, year=None):
    """The meetings or reports, of one year if given."""
    name = {"letter": "letters", "meeting": "meetings", "news": "news", "report": "reports"}[kind]
    rows = [_listed(each, base) for each in record.listed(kind, year)]
    path, title = (f"{name}/{year}", f"{name.capitalize()} in {year}") if year else (name, name.capitalize())
    return page(base, path, title, items=rows, years=list(record.years(kind)))


def documents(record, base):
    """The publication scheme: its classes, and the documents that the office put here itself."""
    classes = [
        {
            "title": each.name,
            "description": each.description,
            "url": f"{base}/documents/{each.slug}/",
            "holds": each.held,
        }
        for each in record.classes
    ]
    return page(base, "documents", "Documents", classes=classes, items=[_listed(each, base) for each in record.pages()])


def plan(record, base):
    """Every plan with its priorities: what is in force, and what was."""
    rows = [
        {
            **_listed(edition, base),
            "in_force": edition.content["is_in_force"],
            "priorities": [_listed(each, base) for each in _priorities_of(record, edition)],
        }
        for edition in record.plans()
    ]
    return page(base, "plan", "Police and Crime Plan", items=rows)


def _priorities_of(record, edition):
    subjects = [each["subject"] for each in edition.content["priorities"]]
    known = record.of_subjects(set(subjects))
    return [known[subject] for subject in subjects if subject in known]


def scheme_class(record, held, base):
    """What stands under one class of the scheme."""
    rows = [_listed(each, base) for each in record.in_class(held)]
    return page(base, f"documents/{held.slug}", held.name, description=held.description, items=rows)


# --- registers ---------------------------------------------------------------------------------------------------------


def actions(record, base):
    """The register of actions, as its page has it."""
    rows, edition = action_rows(record)
    names = ("reference", "text", "owners", "due", "state", "meeting", "on")
    return page(
        base,
        "actions",
        "Actions",
        as_at=edition.published_at if edition else None,
        items=[{**{name: row.get(name, "") for name in names}, "url": base + row["url"]} for row in rows],
    )


def indicators(record, base):
    """The register of indicators, as its page has it."""
    rows = []
    for group in indicator_groups(record):
        for line in group["lines"]:
            tile, url = line.data["tile"], base + line.url
            rows.append(
                {
                    "title": line.text,
                    "priority": group["priority"]["title"],
                    "area": line.data["area"],
                    "says": tile["words"],
                    "figure": tile["shown"],
                    "period": tile["period"],
                    "status": tile["status"],
                    "known_since": line.date,
                    "sentence": tile["sentence"],
                    "owner": line.data["owner"],
                    "synthetic": line.data["synthetic"],
                    "url": url,
                    "csv": f"{url[:-1]}.csv",
                    "recorded_in": _listed(line.edition, base),
                }
            )
    return page(base, "indicators", "Indicators", items=rows)


def corrections(record, base):
    """The log of corrections."""
    lines = record.lines("correction")
    papers = record.of_subjects({line.target for line in lines if line.target})
    names = ("measure", "period", "old", "new", "said_by", "page", "attachment", "notice")
    rows = [
        {
            "date": line.date,
            "text": line.text,
            **{name: line.data.get(name, "") for name in names},
            "url": base + line.url,
            "paper": _listed(papers[line.target], base) if line.target in papers else None,
            "recorded_in": _listed(line.edition, base),
        }
        for line in lines
    ]
    return page(base, "corrections", "Corrections", items=rows)


def decisions(record, base):
    """The register of decisions."""
    rows = [
        {
            "date": line.date,
            "reference": line.reference,
            "title": line.text,
            "maker": line.data.get("maker", ""),
            "url": base + line.url,
            "recorded_in": _listed(line.edition, base),
        }
        for line in record.lines("decision")
    ]
    return page(base, "decisions", "Decisions", items=rows)
