"""How a meeting is published: its facts and its agenda."""

import datetime
import re
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from opcc_portal.audit.operations import key
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from scrutiny.meetings import agenda, pdf
from scrutiny.meetings.models import AgendaItem, Meeting, Part, Task
from scrutiny.workflow import kinds, published
from scrutiny.workflow.kinds import Finding, Secret
from scrutiny.workflow.models import Edition, Marking, State
from scrutiny.workflow.published import common, cover, day_of, logo_of

SLUG_LENGTH = 70  # leaves room for a number behind it
NOT_PUBLIC = "It belongs to an item that is not public."
# What was signed may be named on an agenda; a draft may not.
READY = (State.SIGNED, State.PUBLISHED)


# --- items as the public sees them -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PublicItem:
    """An item of the agenda as the public may know it: `withheld` is its stub, None where everything is public."""

    item: AgendaItem
    slug: str
    withheld: dict | None


def public_items(meeting):
    """The items in order, each with its address. What stands below a restricted item is part of what is withheld."""
    found, slugs = [], item_slugs(meeting)
    items = meeting.items.select_related("restriction", "parent__restriction", "priority")
    for item in agenda.in_order(agenda.with_papers(items)):
        if item.parent and item.parent.is_restricted and not item.is_restricted:
            continue
        found.append(PublicItem(item, slugs[item.pk], stub_of(item)))
    return found


def stub_of(item):
    """What the public is told of a private or restricted item in place of everything else; None for other items."""
    if item.is_restricted:
        return item.restriction.stub(item.title)
    if item.part == Part.PRIVATE:
        reason = item.note.strip() or (item.parent.note.strip() if item.parent else "")
        return {"title": item.title, "reason": reason, "bases": [], "public_interest": ""}
    return stub_of(item.parent) if item.parent and item.parent.is_restricted else None


def item_slugs(meeting):
    """{item.pk: the last part of its public address} for every item of the meeting, each once. One query.

    The label where there is one, else the title that the public reads. What an item was first published at stays.
    """
    items = agenda.in_order(meeting.items.select_related("restriction"))
    slugs = {item.pk: kept for item in items if (kept := _kept_slug(item))}
    taken = set(slugs.values())
    for item in items:
        if item.pk in slugs:
            continue
        wanted = slug = _slug_of(item.label) or _slug_of(public_title(item)) or "item"
        number = 1
        while slug in taken:
            number += 1
            slug = f"{wanted}-{number}"
        slugs[item.pk] = slug
        taken.add(slug)
    return slugs


def public_title(item):
    """The item's title as the public reads it: the neutral one where the title itself says too much."""
    return (item.restriction.neutral_title if item.is_restricted else "") or item.title


def _slug_of(text):
    return slugify(re.sub(r"[./]", "-", text))[:SLUG_LENGTH].strip("-")


def _kept_slug(item):
    """Its address of before; none where that was made of a title which is restricted now."""
    tells = item.is_restricted and item.restriction.neutral_title and not _slug_of(item.label)
    return "" if tells and not item.slug.startswith(_slug_of(public_title(item))) else item.slug


def taken_back(meeting):
    """[(report, reason)] of the public reports of items that were kept from the public since."""
    items = meeting.items.select_related("restriction", "parent__restriction").prefetch_related("reports")
    found = {}
    for item in items:
        if item.is_withheld or (item.parent and item.parent.is_withheld):
            stub = stub_of(item) or (stub_of(item.parent) if item.parent else None) or {}
            found |= {report: stub.get("reason", "").strip() or NOT_PUBLIC for report in item.reports.all()}
    return [(report, found[report]) for report in kinds.are_public(found)] if found else []


def will_be_taken_back(meeting):
    """A warning for each, so that nothing leaves the public site unseen."""
    return [
        Finding(
            code="taken-back",
            severity=kinds.WARNING,
            title="A report that is public will be withdrawn",
            text="Its item is kept from the public now. Its addresses will answer with the reason of the item.",
            quote=report.subject,
            url=report.get_absolute_url(),
            link="Go to the report",
        )
        for report, _ in taken_back(meeting)
    ]


# --- the kind ----------------------------------------------------------------------------------------------------------


@kinds.register
class MeetingKind(kinds.Kind):
    """The facts of a meeting and its agenda. Publishing it publishes all of its papers that are ready."""

    name = "meeting"
    label = "Agenda"
    model = Meeting
    pdf_name = "agenda.pdf"
    scheme_class = "how-we-make-decisions"

    def load(self, pk):
        """With its series and theme."""
        return Meeting.objects.select_related("series", "outcome").get(pk=pk)

    def why_not(self, record):
        """The agenda must be set; that a meeting is off is public without one."""
        if record.imported_beside_id:
            return "It was imported beside another meeting of the same day. Decide first which of the two stays."
        if record.agenda_set_at is None and not _is_off(record):
            return "The agenda is not set yet."
        return ""

    def path(self, record):
        """The day and the series."""
        return f"meetings/{record.date}-{record.series.slug}"

    def belongs_to(self, record):
        """Itself: everything about a meeting is found under it."""
        return key(record)

    def date(self, content):
        """The day of the meeting."""
        return day_of(content)

    def summary(self, content):
        """Whether it is off, else how much is on the agenda."""
        off = content["meeting"]["status_words"]
        count = len(content["items"])
        return off or f"{count} item{'' if count == 1 else 's'} on the agenda"

    def content(self, record):
        """Facts, notes for the public, and the items; of a private or restricted one label, title and reason."""
        record = self.load(record.pk)  # as it is now, whatever the caller has read before
        office = Office.on(record.date)
        chairs = [person for person in record.attendance.all() if person.is_chair]
        items = public_items(record) if record.agenda_set_at else []
        off = _off_in_words(record)
        agenda_words = (
            f"Agenda set on {pdf.in_words(timezone.localdate(record.agenda_set_at))}"
            if record.agenda_set_at
            else "No agenda"
        )
        publicity = "Held in public" if record.is_public else "Not held in public"
        deadline = record.question_deadline
        return {
            **common(
                f"{record.name}, {pdf.in_words(record.date)}",
                record.date,
                demonstration_note=record.demonstration_note,
                status=f"{off or publicity}. {agenda_words}",
            ),
            "path": kinds.public_path(record) or self.path(record),
            "meeting": {
                "name": record.name,
                "date": record.date.isoformat(),
                "starts": _clock(record.starts),
                "ends": _clock(record.ends),
                "venue": record.venue,
                "mode": record.get_mode_display(),
                "status": record.status if off else "",
                "status_words": off,
                "status_note": record.status_note,
                "is_public": record.is_public,
                "webcast_url": record.webcast_url,
                "outcome": record.outcome.title if record.outcome else "",
                "notes": [line.strip() for line in record.public_notes.splitlines() if line.strip()],
                "contact": pdf.contact_of(office),
                "question_deadline": deadline.isoformat() if deadline and record.is_public else "",
            },
            "series": {"name": record.series.name, "slug": record.series.slug},
            "facts": [list(fact) for fact in pdf.facts_of(record, chairs)],
            "items": [_as_content(public) for public in items],
        }

    def parts(self, content):
        """Facts with the notes for the public, then the agenda."""
        meeting = content["meeting"]
        context = {
            "content": content,
            "meeting": meeting,
            "question_deadline": _day(meeting["question_deadline"]),
            "groups": _groups(content),
        }
        return [
            ["facts", render_to_string("public/parts/meeting_facts.html", context)],
            ["agenda", render_to_string("public/parts/agenda.html", context)],
        ]

    def paper(self, content, imprint):
        """The agenda as the desk prints it, from the content alone."""
        logo, meeting = logo_of(content), content["meeting"]
        context = cover(content, imprint, kind="Agenda", logo=logo) | {
            "meeting": meeting | {"ends": _time(meeting["ends"])},
            "title": meeting["name"],
            "facts": content["facts"],
            "status": f"{content['status']}. {imprint.in_words}",
            "parts": _groups(content),
            "public_notes": meeting["notes"],
            "contact": meeting["contact"],
            "off": meeting["status_words"],
            "question_deadline": _day(meeting["question_deadline"]),
        }
        context["full_title"] = f"Agenda: {meeting['name']}, {context['date']}"
        context["description"] = f"Agenda of the {meeting['name']} of {context['date']}"
        return render_to_string("scrutiny/meetings/agenda_pdf.html", context), logo

    def files(self, record):
        """Papers that were delivered as a file and are part of no report."""
        if not record.agenda_set_at:
            return []
        return [file for public in public_items(record) if not public.withheld for file in _delivered(public)]

    def secrets(self, record):
        """The titles that neutral ones stand for, and everything on a private or restricted item but label and title."""
        said = []
        for item in agenda.with_papers(record.items.select_related("restriction", "parent__restriction")):
            if not item.is_withheld:
                continue
            public = {item.title, item.note.strip()}
            if stub := stub_of(item):
                public = {stub["title"], stub["reason"]}
            url = _item_url(item)
            words = [item.title, item.note.strip(), *(paper.title for paper in _all_papers(item))]
            said += [Secret(text, f"Item “{item}”", url) for text in words if text and text not in public]
        return said

    def findings(self, record, content):
        """Items that are withheld without a reason; labels that stand twice or in disorder; an agenda that came late."""
        return [*_without_reason(record), *will_be_taken_back(record), *_labels(record), *_late(record)]

    def passes(self, record, content):
        """What is in order."""
        passed = []
        if any(item["withheld"] for item in content["items"]) and not _without_reason(record):
            passed.append("Every private or restricted item says why")
        if content["items"] and not _labels(record):
            passed.append("Every item stands under a label of its own")
        return passed

    def others(self, record):
        """Everything of the meeting: reports whose item is not withheld, the minutes, signed decisions."""
        reports = record.reports.select_related("item__restriction", "item__parent__restriction").order_by("date", "pk")
        shown = [report for report in reports if report.item is None or not report.item.is_withheld]
        found = [("report", report) for report in shown if report.state != State.WITHDRAWN]
        if minutes := getattr(record, "minutes", None):
            found.append(("minutes", minutes))
        return [*found, *(("decision", each) for each in record.decisions.filter(status="signed").order_by("number"))]

    def takes_back(self, record):
        """Reports of items that are withheld now."""
        return taken_back(record)

    def published(self, record, edition, *, by):
        """The items keep the addresses under which they are public now."""
        for pk, slug in item_slugs(record).items():
            AgendaItem.objects.filter(pk=pk).exclude(slug=slug).update(slug=slug)

    def search(self, edition):
        """One entry: the items with their notes, the place, and what the public is told."""
        content = edition.content
        lines = [value for _, value in content["facts"]] + content["meeting"]["notes"]
        for item in content["items"]:
            said = item["withheld"]["reason"] if item["withheld"] else item["note"]
            lines += [f"{item['label']} {item['title']}".strip(), item["lead"], said, *item["papers"]]
        return [kinds.Entry(edition.get_absolute_url(), edition.title, "\n".join(filter(None, lines)))]

    def desk_url(self, record):
        """Where the agenda is written."""
        return reverse("agenda", args=[record.pk])


def _is_off(meeting):
    return meeting.status in (Meeting.Status.CANCELLED, Meeting.Status.POSTPONED)


def _off_in_words(meeting):
    if not _is_off(meeting):
        return ""
    return f"{meeting.get_status_display()}: {meeting.status_note}".rstrip(": ").rstrip(".")


def _clock(time):
    return f"{time:%H:%M}" if time else ""


def _time(text):
    return datetime.time.fromisoformat(text) if text else None


def _day(text):
    return published.day(text) if text else None


def _item_url(item):
    return reverse("item-edit", args=[item.pk])


def _as_content(public):
    item, withheld = public.item, public.withheld
    said = {
        "slug": public.slug,
        "label": item.label,
        "title": withheld["title"] if withheld else item.title,
        "part": item.part,
        "is_sub": item.parent_id is not None,
        "withheld": withheld,
    }
    nothing = {
        "purpose": "",
        "lead": "",
        "time": "",
        "outcome": "",
        "note": "",
        "priority": None,
        "papers": [],
        "files": [],
    }
    if withheld:
        return said | nothing
    is_moved = item.outcome in (AgendaItem.Outcome.DEFERRED, AgendaItem.Outcome.WITHDRAWN)
    return said | {
        "purpose": item.get_purpose_display() if item.purpose else "",
        "lead": item.lead,
        "time": _clock(item.planned_time),
        "outcome": item.get_outcome_display() if is_moved else "",
        "note": item.note.strip(),
        "priority": {"title": item.priority.title, "slug": item.priority.slug} if item.priority else None,
        "papers": _papers(item),
        "files": [
            {"slug": file.slug, "file": f"{file.slug}.{file.upload.kind}", "title": file.title}
            | {"kind_and_size": file.upload.kind_and_size}
            for file in _delivered(public)
        ],
    }


def _papers(item):
    """Titles of the papers that are signed, with their attachments; of a restricted one what its stub says."""
    papers = ["Open actions of earlier meetings"] if item.task == Task.OPEN_ACTIONS else []
    for report in item.reports.all():
        if report.state in READY and report.marking == Marking.OFFICIAL:
            papers.append(f"Report: {report.subject}")
            papers += [_as_named(held.attachment) for held in report.held_attachments.all()]
    return list(dict.fromkeys(papers))


def _as_named(attachment):
    if attachment.is_restricted:
        return f"{attachment.restriction.stub(attachment.title)['title']} (not published)"
    words = attachment.kind_and_size
    return f"{attachment.title} ({words})" if words else attachment.title


def _all_papers(item):
    """Everything that an item which is withheld has to read, drafts too."""
    papers = [agenda.Paper(report.subject) for report in item.reports.all()]
    papers += [
        agenda.Paper(held.attachment.title) for report in item.reports.all() for held in report.held_attachments.all()
    ]
    return papers + [agenda.Paper(request.what) for request in item.requests.all()]


def _delivered(public):
    """Files that others handed in for this item, as they are published."""
    files, taken = [], set()
    for request in public.item.requests.all():
        paper = request.attachment
        if paper is None or request.withdrawn_at or paper.is_missing or paper.is_restricted:
            continue
        wanted = slug = f"{public.slug}-{slugify(paper.title)[:80]}".strip("-")
        number = 1
        while slug in taken:
            number += 1
            slug = f"{wanted}-{number}"
        taken.add(slug)
        files.append(kinds.FileToPublish(slug, paper.title, paper.upload, paper.label, paper.summary))
    return files


def _groups(content):
    """The agenda part by part, for page and paper."""
    items, groups = content["items"], []
    has_private = any(item["part"] == Part.PRIVATE for item in items)
    for item in items:
        private = item["part"] == Part.PRIVATE
        if not groups or (groups[-1]["is_private"] != private and not item["is_sub"]):
            title = "Private part" if private else "Public part" if has_private else "Items"
            note = pdf.PRIVATE_NOTE if private and content["meeting"]["is_public"] else ""
            groups.append({"title": title, "note": note, "is_private": private, "rows": []})
        groups[-1]["rows"].append(
            {
                "item": item
                | {
                    "planned_time": _time(item["time"]),
                    "get_purpose_display": item["purpose"],
                    "outcome": item["outcome"].lower(),
                    "get_outcome_display": item["outcome"],
                },
                "url": f"/{content['path']}/items/{item['slug']}/",
                "files": [file | {"url": f"/{content['path']}/files/{file['file']}"} for file in item["files"]],
                "papers": item["papers"],
                "is_sub": item["is_sub"],
            }
        )
    return groups


# --- what the room has to say --------------------------------------------------------------------------------------------


def _without_reason(meeting):
    items = meeting.items.select_related("restriction", "parent__restriction")
    silent = [item for item in items if (stub := stub_of(item)) and not stub["reason"].strip()]
    return [
        Finding(
            code="item-without-reason",
            severity=kinds.ERROR,
            title=f"Item {item} does not say why it is private",
            text="The public reads the reason in place of the papers. Give the grounds and the reason.",
            url=reverse("restrict-item", args=[item.pk]),
            link="Say why",
        )
        for item in silent
    ]


def _labels(meeting):
    items = list(meeting.items.all())
    url, link = reverse("agenda", args=[meeting.pk]), "Look at the agenda"
    labels = [item.label for item in items if item.label]
    doubles = sorted({label for label in labels if labels.count(label) > 1})
    found = [
        Finding("label-twice", kinds.WARNING, f"Two items stand under the label {label}", "", "", url, link)
        for label in doubles
    ]
    if labels and len(labels) < len(items):
        missing = next(item for item in items if not item.label)
        title = f"“{missing.title}” has no label"
        found.append(Finding("label-missing", kinds.WARNING, title, "Other items have one.", "", url, link))
    if not doubles and agenda.numbers_are_mixed(meeting.series, meeting.date, items):
        title = "The items’ numbers are out of order or leave a gap"
        found.append(Finding("labels-mixed", kinds.WARNING, title, "", "", url, link))
    return found


def _late(meeting):
    """A meeting held in public whose agenda the public could not read before its day."""
    if not meeting.is_public or _is_off(meeting):
        return []
    first = Edition.objects.of(meeting).order_by("number").values_list("published_at", flat=True).first()
    if (timezone.localdate(first) if first else today()) < meeting.date:
        return []
    return [
        Finding(
            code="agenda-late",
            severity=kinds.WARNING,
            title="The agenda was not published before the meeting",
            text="A meeting held in public should have its agenda published before its day. Say why it comes later.",
        )
    ]
