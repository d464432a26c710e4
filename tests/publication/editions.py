"""Editions for tests: finished ones put into the chain as publishing does, without a desk behind them."""

import datetime
import hashlib
from itertools import count

from django.utils import timezone

from opcc_portal.audit.operations import key
from scrutiny.publication.derived import derive
from scrutiny.publication.models import PublicSearchEntry, RegisterLine
from scrutiny.workflow import editions, kinds
from scrutiny.workflow.models import Edition, Publication, PublicationClass

PDF = b"%PDF-1.7\n% a small paper of the tests\n%%EOF\n"
_number = count(1)

OFFICE = {
    "display_name": "Office of the Police and Crime Commissioner for Northmoor",
    "area_name": "Northmoor",
    "legal_name": "The Police and Crime Commissioner for Northmoor",
}
PDF_NAMES = {
    "meeting": "agenda.pdf",
    "minutes": "minutes.pdf",
    "report": "report.pdf",
    "decision": "decision.pdf",
    "pack": "pack.pdf",
}


def common(title="A document", date="2018-01-08", **more):
    """What the content of every kind holds."""
    ordinary = {
        "schema": 1,
        "title": title,
        "date": date,
        "office": OFFICE,
        "demonstration_note": "",
        "marking": "OFFICIAL",
        "priority": None,
        "status": "",
    }
    return {**ordinary, **more}


def make_publication(*, kind="page", path=None, subject=None, scheme_class=""):
    """The address that Editions are published at; a known path or subject gives the same one again."""
    number = next(_number)
    path = path or f"documents/document-{number}"
    known = Publication.objects.filter(subject=subject).first() if subject else None
    held = known or Publication.objects.filter(path=path).first()
    if held:
        return held
    named = PublicationClass.objects.filter(slug=scheme_class).first() if scheme_class else None
    return Publication.objects.create(
        kind=kind, path=path, subject=subject or f"tests.{kind}:{number}", scheme_class=named
    )


def make_edition(
    *,
    kind="page",
    path=None,
    subject=None,
    belongs_to="",
    title=None,
    date=datetime.date(2018, 1, 8),
    content=None,
    parts=None,
    files=(),
    pdf=None,
    pdf_name=None,
    version=None,
    published_at=None,
    lines=None,
    entries=None,
    scheme_class="",
    derived=False,
    save=True,
    **fields,
):
    """One Edition, appended to the chain; a second one at the same path is the next version.

    `pdf` are its bytes (PDF for some); `files` are (slug, title, kind, bytes). Its rows for lists and search are `lines`
    (kinds.Line) and `entries` (kinds.Entry), or with derived=True what its kind makes of the content. With save=False
    it is what the gate looks at before anything is kept.
    """
    date = datetime.date.fromisoformat(date) if isinstance(date, str) else date
    publication = make_publication(kind=kind, path=path, subject=subject, scheme_class=scheme_class)
    content = content or common(title or f"Document {publication.pk}", date.isoformat())
    title = title or content["title"]
    number, head = editions.head()
    major, minor = version or editions.next_version(publication)
    kept = [_file(*file) for file in files]
    edition = Edition(
        publication=publication,
        number=number + 1,
        kind=kind,
        path=publication.path,
        belongs_to=belongs_to,
        major=major,
        minor=minor,
        title=title,
        date=date,
        content=content,
        parts=parts if parts is not None else [["text", f"<p>{title}</p>"]],
        files=kept,
        chain_before=head,
        published_at=published_at or timezone.now(),
        published_name="Alex Account",
        **{"change_note": "First published." if minor == 0 else "Put right.", **fields},
    )
    if pdf:
        edition.pdf_name = pdf_name or PDF_NAMES.get(kind, f"{kind}.pdf")
        edition.pdf_sha256 = editions.keep_file(pdf, "pdf") if save else hashlib.sha256(pdf).hexdigest()
        edition.pdf_size, edition.pdf_pages = len(pdf), 3
    edition.content_hash = editions.content_hash_of(
        kind=kind, path=edition.path, title=title, date=date, content=content, files=kept
    )
    edition.chain = editions.chain_of(edition)
    if not save:
        return edition
    editions.append([edition], after=(number, head))
    if derived:
        derive(edition)
    else:
        _keep_rows(edition, lines or (), entries or ())
    return edition


def _file(slug, title, kind="pdf", data=PDF, label="", summary=""):
    return {
        "slug": slug,
        "title": title,
        "label": label,
        "summary": summary,
        "kind": kind,
        "media_type": "application/pdf" if kind == "pdf" else "application/octet-stream",
        "size": len(data),
        "pages": 2 if kind == "pdf" else None,
        "tagged": True if kind == "pdf" else None,
        "sha256": editions.keep_file(data, kind),
    }


def _keep_rows(edition, lines, entries):
    publication = edition.publication
    RegisterLine.objects.filter(edition__publication=publication).delete()
    PublicSearchEntry.objects.filter(edition__publication=publication).delete()
    RegisterLine.objects.bulk_create(RegisterLine(edition=edition, **vars(line)) for line in lines)
    PublicSearchEntry.objects.bulk_create(
        PublicSearchEntry(
            edition=edition,
            kind=edition.kind,
            url=entry.url,
            title=entry.title,
            text=entry.text,
            date=edition.date,
            people="\n".join(entry.people),
            priority=entry.priority,
        )
        for entry in entries
    )


# --- A small record: one meeting with everything that can be published about it ----------------------------------------

MEETING = "tests.meeting:1"
REPORT = "tests.report:1"
MEETING_PATH = "meetings/2018-01-08-community-outcomes"
REPORT_PATH = "reports/2018-01-08-canal-safety"
INDICATOR_PATH = "indicators/all-recorded-crime"
UIDS = [f"00000000-0000-4000-8000-00000000000{number}" for number in range(10)]
STUB = {
    "title": "Legal matter",
    "reason": "It would prejudice an investigation that is going on.",
    "bases": ["Freedom of Information Act 2000, section 31 (Law enforcement)"],
    "public_interest": "Knowing of it now would help those who are investigated.",
}


def item(slug, title, **more):
    """An agenda item as a meeting's content has it."""
    ordinary = {
        "slug": slug,
        "label": slug,
        "title": title,
        "part": "public",
        "purpose": "",
        "lead": "",
        "time": "",
        "outcome": "",
        "note": "",
        "is_sub": False,
        "priority": None,
        "papers": [],
        "withheld": None,
    }
    return {**ordinary, **more}


def meeting_content(**more):
    """A meeting of three items: one with a paper, one withheld."""
    return common(
        "Community Outcomes Meeting, 8 January 2018",
        status="Held",
        meeting={
            "name": "Community Outcomes Meeting",
            "date": "2018-01-08",
            "starts": "10:00",
            "ends": "12:00",
            "venue": "Committee room 2",
            "mode": "In person",
            "status": "Held",
            "status_note": "",
            "is_public": True,
            "webcast_url": "",
            "outcome": "",
            "notes": [],
            "contact": "",
            "question_deadline": "",
        },
        series={"name": "Community Outcomes", "slug": "community-outcomes"},
        facts=[["Date", "Monday 8 January 2018"], ["Time", "10:00 to 12:00"], ["Place", "Committee room 2"]],
        items=[
            item("4", "Minutes of the last meeting"),
            item("5", "Canal safety", papers=["Canal Safety Update"], lead="Robin Hale", purpose="To scrutinise"),
            item("6", STUB["title"], withheld=STUB),
        ],
        **more,
    )


def entry(number, kind, what, who, text, **more):
    """An entry as the content of minutes has it."""
    ordinary = {
        "uid": UIDS[number],
        "kind": kind,
        "what": what,
        "who": who,
        "speakers": [who] if who else [],
        "text": text,
        "assurance": "",
        "question_status": "",
        "facts": [],
        "action": None,
        "decision": None,
        "correction": None,
        "notices": [],
        "withheld": None,
    }
    return {**ordinary, **more}


def minutes_content(**more):
    """Minutes of that meeting: a question, its answer, a correction and an action in item 5; item 6 withheld."""
    correction = {
        "measure": "Recorded crimes",
        "old": "127",
        "new": "176",
        "period": "January 2018",
        "said_by": "DCI Marsh",
        "page": "4",
        "target": REPORT,
        "target_title": "Canal Safety Update",
        "target_file": "the-forces-update",
        "attachment": "The force’s update",
        "notice": "Put right on 8 January 2018: 176, not 127.",
    }
    action = {
        "reference": "5/1",
        "owners": "ACC Lane",
        "due": "2018-02-28",
        "text": "Share the lock-keepers’ notes with the partners.",
    }
    entries = [
        entry(
            1, "question", "Question 1", "The PCC", "How is the towpath kept safe  after dark?", speakers=["Robin Hale"]
        ),
        entry(2, "answer", "Answer", "DCI Marsh", "By two patrols a night.", speakers=["Sam Marsh"]),
        entry(3, "correction", "Correction", "DCI Marsh", "It is 176, not 127.", correction=correction),
        entry(4, "action", "Action 5/1", "ACC Lane", action["text"], action=action),
    ]
    blank = {"times": "", "withheld": None, "entries": []}
    return common(
        "Minutes of the Community Outcomes Meeting, 8 January 2018",
        status="Draft, to be approved at the next meeting.",
        meeting={"name": "Community Outcomes Meeting", "date": "2018-01-08"},
        meeting_subject=MEETING,
        attendance=[
            {
                "heading": "Present",
                "words": "",
                "people": [
                    {"name": "Robin Hale", "post": "Police and Crime Commissioner"},
                    {"name": "Sam Marsh", "post": "Detective Chief Inspector"},
                ],
            }
        ],
        items=[
            {**blank, "slug": "4", "label": "4", "title": "Minutes of the last meeting"},
            {**blank, "slug": "5", "label": "5", "title": "Canal safety", "entries": entries},
            {**blank, "slug": "6", "label": "6", "title": STUB["title"], "withheld": STUB},
        ],
        actions=[],
        corrections=[],
        approved_version="1.0",
        **more,
    )


def minutes_parts(content=None):
    """The finished HTML of those minutes, as plain as it can be."""
    parts = []
    for each in (content or minutes_content())["items"]:
        rows = "".join(f'<p id="entry-{said["uid"]}">{said["text"]}</p>' for said in each["entries"])
        parts.append([f"items/{each['slug']}", f"<h2>{each['label']} {each['title']}</h2>{rows}"])
    return parts


def make_meeting_edition(content=None, **fields):
    """The meeting of 8 January 2018, with its agenda as a PDF."""
    return make_edition(
        **{
            "kind": "meeting",
            "path": MEETING_PATH,
            "subject": MEETING,
            "content": content or meeting_content(),
            "parts": [["agenda", "<h2>Agenda</h2><p>Canal safety</p>"]],
            "summary": "Held on Monday 8 January 2018",
            "pdf": PDF,
            **fields,
        }
    )


def make_minutes_edition(content=None, **fields):
    """Its minutes, with the lines that they add to the registers."""
    content = content or minutes_content()
    return make_edition(
        **{
            "kind": "minutes",
            "path": f"{MEETING_PATH}/minutes",
            "subject": "tests.minutes:1",
            "belongs_to": MEETING,
            "content": content,
            "parts": minutes_parts(content),
            "summary": "1 question and its answer. 1 figure corrected.",
            "pdf": PDF,
            "lines": minutes_lines(),
            **fields,
        }
    )


def minutes_lines():
    """The lines of those minutes: a correction of a file of the report, and an action."""
    place = f"/{MEETING_PATH}/items/5/"
    content = minutes_content()["items"][1]["entries"]
    day = datetime.date(2018, 1, 8)
    return [
        kinds.Line(
            "correction",
            day,
            "Recorded crimes, January 2018: 176, not 127",
            f"{place}#entry-{UIDS[3]}",
            data=content[2]["correction"],
            target=REPORT,
            target_file="the-forces-update",
        ),
        kinds.Line("action", day, content[3]["text"], f"{place}#entry-{UIDS[4]}", "5/1", data=content[3]["action"]),
    ]


def report_content(**more):
    """The paper under item 5."""
    return common(
        "Canal Safety Update",
        status="Signed off on 2 January 2018.",
        heading={
            "series": "Community Outcomes",
            "outcome": "Safer places",
            "subject": "Canal Safety Update",
            "force_author": "Northmoor Police",
            "office_author": "The office",
            "for_meeting": "Community Outcomes Meeting, 8 January 2018",
            "item": "5",
        },
        meeting_subject=MEETING,
        item_slug="5",
        sections=[],
        attachments=[],
        signatures=[],
        corrections=[],
        **more,
    )


def make_report_edition(content=None, **fields):
    """That paper, with one file."""
    return make_edition(
        **{
            "kind": "report",
            "path": REPORT_PATH,
            "subject": REPORT,
            "belongs_to": MEETING,
            "content": content or report_content(),
            "parts": [["purpose", "<h2>Purpose</h2><p>To look at the canal.</p>"]],
            "files": [("the-forces-update", "The force’s update")],
            "summary": "Police and office, one report, 1 attachment",
            "pdf": PDF,
            **fields,
        }
    )


def make_indicator_edition(indicator, **fields):
    """An indicator as its kind would publish it, without its paper."""
    kind = kinds.named("indicator")
    content = kind.content(indicator)
    ordinary = {"subject": key(indicator), "path": kind.path(indicator), "date": kind.date(content), "derived": True}
    ordinary |= {"parts": kind.parts(content), "summary": kind.summary(content)}
    return make_edition(kind="indicator", content=content, **{**ordinary, **fields})


def make_award_edition(award, **fields):
    """An award as its kind would publish it."""
    kind = kinds.named("award")
    content = kind.content(kind.load(award.pk))
    ordinary = {"subject": key(award), "path": kind.path(award), "date": kind.date(content), "derived": True}
    ordinary |= {"parts": kind.parts(content), "summary": kind.summary(content), "title": kind.title(content)}
    return make_edition(kind="award", content=content, **{**ordinary, **fields})


def make_decision_edition(**fields):
    """A decision that was published by itself."""
    content = common(
        "A grant for the lock-keepers",
        "2018-01-15",
        reference="2018-001",
        decided="A grant of £2,000.",
        reasons="They are out every night.",
        maker="Robin Hale",
        decided_on="2018-01-15",
        signed_on="2018-01-16",
        signed_name="Robin Hale",
        meeting=None,
        item=None,
    )
    return make_edition(
        **{
            "kind": "decision",
            "path": "decisions/2018-001",
            "content": content,
            "date": "2018-01-15",
            "parts": [["decision", "<h2>What was decided</h2><p>A grant of £2,000.</p>"]],
            "pdf": PDF,
            "lines": [
                kinds.Line(
                    "decision",
                    datetime.date(2018, 1, 15),
                    "A grant for the lock-keepers",
                    "/decisions/2018-001/",
                    "2018-001",
                    data={"maker": "Robin Hale"},
                )
            ],
            **fields,
        }
    )


def make_actions_edition(rows=None, **fields):
    """The register of actions as it stood when somebody published it."""
    rows = rows or [
        {
            "reference": "5/1",
            "text": "Share the lock-keepers’ notes with the partners.",
            "owners": "ACC Lane",
            "due": "2018-02-28",
            "due_in_words": "28 February 2018",
            "state": "Completed on 20 February 2018",
            "is_open": False,
            "url": f"/{MEETING_PATH}/minutes/#entry-{UIDS[4]}",
            "meeting": {"name": "Community Outcomes Meeting", "date": "2018-01-08", "path": MEETING_PATH},
            "item_slug": "5",
        }
    ]
    content = common("Register of actions", "2018-03-01", rows=rows)
    return make_edition(
        **{
            "kind": "actions",
            "path": "actions",
            "subject": "tests.actions:1",
            "content": content,
            "date": "2018-03-01",
            "parts": [["actions", "<h2>Actions</h2>"]],
            "derived": True,
            **fields,
        }
    )


def make_page_edition(slug="accessibility", title="Accessibility statement", **fields):
    """A page of the site, or a document under a publication class."""
    own = slug in ("accessibility", "contact", "privacy")
    return make_edition(
        **{
            "kind": "page",
            "path": slug if own else f"documents/{slug}",
            "content": common(title, "2018-01-02", summary=f"About: {title}", body="<p>Words.</p>", slug=slug),
            "date": "2018-01-02",
            "parts": [["text", "<p>Words.</p>"]],
            "summary": f"About: {title}",
            **fields,
        }
    )


def make_record():
    """A whole small record; returns its Editions by kind."""
    return {
        "page": make_page_edition(),
        "meeting": make_meeting_edition(),
        "report": make_report_edition(),
        "minutes": make_minutes_edition(),
        "decision": make_decision_edition(),
        "actions": make_actions_edition(),
        "pack": make_edition(
            kind="pack",
            path=f"{MEETING_PATH}/pack",
            belongs_to=MEETING,
            content=common("Pack of the Community Outcomes Meeting, 8 January 2018"),
            parts=[["files", "<h2>What is in it</h2>"]],
            pdf=PDF,
        ),
    }
