"""The page of one agenda item: its paper, what was asked and answered, what came of it."""

import re

from scrutiny.publication.site.framing import (
    correction_rows,
    day_words,
    file_links,
    number_words,
    pdf_link,
    render,
    version_rows,
)

_HEADING = re.compile(r"(<h2[^>]*>).*?(</h2>)", re.DOTALL)


def item_page(record, meeting, slug):
    """The page of the item with this slug of the meeting's Edition; None where neither agenda nor minutes have it."""
    record.fetch(f"{meeting.publication.path}/minutes", "actions")
    folder = record.of_meeting(meeting.publication.subject)
    minutes = record.whole(folder.one("minutes"))
    planned, minuted = _item(meeting, slug), _item(minutes, slug)
    if planned is None and minuted is None:
        return None
    # What was said last counts: the agenda may have been published again after the minutes.
    newest = minuted if minuted and (planned is None or minutes.number > meeting.number) else planned
    withheld = newest["withheld"]
    entries = [entry for entry in (minuted or {}).get("entries", ()) if not entry["withheld"] and not withheld]
    said = "Questions and answers" if any(entry["kind"] == "question" for entry in entries) else "What was said"
    part = _part(minutes, slug, said) if minuted and not withheld else ""
    corrections = [
        {**entry["correction"], "who": entry["who"], "url": _place(entry, part)}
        for entry in entries
        if entry["correction"]
    ]
    title = newest["title"]
    label = newest["label"]
    return render(
        "item",
        record,
        path=f"{meeting.publication.path}/items/{slug}",
        title=title,
        description=f"{f'Item {label}: ' if label else ''}{title}. {meeting.title}. {_summary(entries)}",
        about=meeting if newest is planned else minutes,
        meeting=meeting,
        item=newest,
        planned=planned or {},
        label=label,
        withheld=withheld,
        lede=_summary(entries),
        corrections=correction_rows(corrections),
        corrections_title=f"{number_words(len(corrections), 'figure was', 'figures were')} corrected at this meeting",
        papers=[] if withheld else _papers(folder, meeting, planned, slug),
        part=part,
        json=f"/{meeting.publication.path}/items/{slug}.json",
        minutes=minutes,
        status=minutes.content["status"] if minutes else "",
        actions=_actions(record, entries, part),
        decisions=_decisions(folder, entries, part),
        take=[] if withheld else [link for link in (pdf_link(minutes, "Minutes"), pdf_link(meeting, "Agenda")) if link],
        versions=version_rows(record.versions_in(folder, minutes)) if minuted and not withheld else (),
        who=_who(minutes, entries),
        priority=newest.get("priority") or (planned or {}).get("priority") if not withheld else None,
        **_neighbours(meeting, minutes, slug),
    )


def _item(edition, slug):
    items = edition.content["items"] if edition else ()
    return next((item for item in items if item["slug"] == slug), None)


def _part(minutes, slug, heading):
    """What the minutes say about the item, as published; its heading says what follows, since the page has the title."""
    part = dict(minutes.parts).get(f"items/{slug}", "")
    return _HEADING.sub(lambda found: f"{found[1]}{heading}{found[2]}", part, count=1)


def _place(entry, part):
    """Where on the page an entry stands; nothing where it stands nowhere."""
    anchor = f"entry-{entry['uid']}"
    return f"#{anchor}" if f'id="{anchor}"' in part else ""


def _summary(entries):
    """Seven questions were asked. Two figures were corrected. One action was agreed."""
    counted = [
        ("question", "question was asked", "questions were asked"),
        ("correction", "figure was corrected", "figures were corrected"),
        ("decision", "decision was made", "decisions were made"),
        ("action", "action was agreed", "actions were agreed"),
    ]
    said = []
    for kind, one, several in counted:
        number = sum(entry["kind"] == kind for entry in entries)
        if number:
            said.append(f"{number_words(number, one, several)}.")
    return " ".join(said)


def _papers(folder, meeting, planned, slug):
    """The published papers of the item, each with its files, and what was handed in as a file; else titles alone."""
    published = [each for each in folder.by_kind.get("report", ()) if getattr(each, "item_slug", None) == slug]
    rows = [
        {
            "title": paper.title,
            "url": paper.get_absolute_url(),
            "links": [link for link in (pdf_link(paper, "The report as one file"), *file_links(paper)) if link],
        }
        for paper in published
    ]
    handed_in = {file["slug"] for file in (planned or {}).get("files", ())}
    loose = [link for link in file_links(meeting) if link["slug"] in handed_in]
    if loose:
        rows.append({"title": "", "url": "", "links": loose})
    if not published:
        rows += [{"title": title, "url": "", "links": ()} for title in (planned or {}).get("papers", ())]
    return rows


def _actions(record, entries, part):
    found = [(entry, entry["action"]) for entry in entries if entry["action"]]
    states = record.action_states() if found else {}
    return [
        {
            **action,
            "text": action.get("text") or entry["text"],
            "due_words": day_words(action.get("due")),
            "state": states.get(f"entry-{entry['uid']}", ""),
            "url": _place(entry, part),
        }
        for entry, action in found
    ]


def _decisions(folder, entries, part):
    addresses = {
        each.publication.path.rpartition("/")[2]: each.get_absolute_url() for each in folder.by_kind.get("decision", ())
    }
    return [
        {**entry["decision"], "url": addresses.get(entry["decision"].get("reference")) or _place(entry, part)}
        for entry in entries
        if entry["decision"]
    ]


def _who(minutes, entries):
    """Who spoke, in the order of their first words, each with the post of that day."""
    spoke = list(dict.fromkeys(name for entry in entries for name in entry["speakers"]))
    lists = minutes.content["attendance"] if minutes else ()
    posts = {person["name"]: person["post"] for each in lists for person in each["people"]}
    return [{"name": name, "post": posts.get(name, "")} for name in spoke]


def _neighbours(meeting, minutes, slug):
    items = meeting.content["items"]
    if not any(item["slug"] == slug for item in items):
        items = minutes.content["items"]
    place = [item["slug"] for item in items].index(slug)
    return {
        "before": items[place - 1] if place else None,
        "after": items[place + 1] if place + 1 < len(items) else None,
    }
