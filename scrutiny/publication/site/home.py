"""The first page: what was asked last, what comes next, what is new."""

from django.utils import timezone

from scrutiny.publication.site.framing import day, render


def home_page(record):
    """The public home."""
    coming = record.next_meeting()
    return render(
        "home",
        record,
        path="",
        title="What was asked, answered and done",
        description="How the commissioner holds the chief constable to account: meetings, papers, minutes and decisions.",
        question=_recent_question(record.newest_minutes()),
        coming=coming,
        coming_facts=_facts(coming) if coming else (),
        latest=[_row(edition) for edition in record.latest(6)],
        classes=record.classes,
        duties="duties" in record.foot,
        watch=record.figure_to_watch(),
    )


def _row(edition):
    helper = edition.summary
    if edition.minor:
        helper = " ".join(filter(None, (f"Version {edition.version}.", edition.change_note or edition.summary)))
    on = timezone.localdate(edition.published_at)
    return {"on": on, "title": edition.title, "url": edition.get_absolute_url(), "helper": helper}


def _facts(edition):
    meeting = edition.content["meeting"]
    times = " to ".join(filter(None, (meeting.get("starts"), meeting.get("ends"))))
    return [words for words in (times, meeting.get("venue")) if words]


def _recent_question(minutes):
    """The first question of the newest minutes and who answered it, with the address of the answer."""
    if minutes is None:
        return None
    base = minutes.get_absolute_url().removesuffix("minutes/")
    for item in minutes.content["items"]:
        entries = [entry for entry in item["entries"] if not entry["withheld"]]
        for place, entry in enumerate(entries):
            if entry["kind"] == "question":
                after = entries[place + 1] if place + 1 < len(entries) else None
                answered = after is not None and after["kind"] == "answer"
                return {
                    "on": day(minutes.content["meeting"]["date"]),
                    "text": entry["text"],
                    "url": f"{base}items/{item['slug']}/",
                    "by": after["who"] if answered else "",
                }
    return None
