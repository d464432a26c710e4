"""What the tests of the desk side of publishing share: a page of the site, and a gate that says what a test wants."""

import hashlib
import uuid
from dataclasses import dataclass, field

from django.urls import reverse

from opcc_portal.audit.operations import key
from scrutiny.publication import making, operations
from scrutiny.publication.models import Acceptance
from scrutiny.workflow import kinds

SAID = "The old policy counted another year."


@dataclass
class Gate:
    """Stands in for the gate where the desk's pages are tried, not the checks: it finds what the test puts in."""

    findings: list = field(default_factory=list)
    passed: list = field(default_factory=lambda: ["No restricted text", "Headings in order"])
    asked: int = 0

    def rules_hash(self, bundle):
        """Whatever it would find is part of what is checked."""
        return hashlib.sha256(repr(self.findings).encode()).hexdigest()

    def examine(self, bundle, made, progress=None):
        """Its findings, whatever was made."""
        self.asked += 1
        return self

    def is_open(self, bundle):
        """No error, and a reason for every warning."""
        said = set(Acceptance.objects.filter(subject=bundle.subject).values_list("fingerprint", flat=True))
        return all(not each.blocks and each.fingerprint in said for each in self.findings)

    def manifest(self, bundle, made):
        """What it found and was told."""
        said = {each.fingerprint: each for each in Acceptance.objects.filter(subject=bundle.subject)}
        explained = [
            {"title": each.title, "reason": said[each.fingerprint].reason, "by": str(said[each.fingerprint].by)}
            for each in self.findings
            if each.fingerprint in said
        ]
        return {"passed": self.passed, "explained": explained}


def stand_in(monkeypatch):
    """Put such a gate in place of the real one, and plain pages in place of those of the public site."""
    gate = Gate()
    monkeypatch.setattr("scrutiny.publication.making.gate", gate)
    monkeypatch.setattr(
        "scrutiny.publication.making.pages_for", lambda edition, record: [(f"/{edition.path}/", edition.html)]
    )
    return gate


def here(code="link_text", **fields):
    """A link called here: to be fixed."""
    ordinary = {
        "title": "A link is called “here”",
        "text": "Say what opens.",
        "quote": "It can be read here.",
        "url": "/desk/meetings/",
        "link": "Go to the text",
    }
    return kinds.Finding(code, kinds.ERROR, **{**ordinary, **fields})


def totals(**fields):
    """Two totals: to be explained."""
    ordinary = {"title": "Two documents give different totals", "text": "£36,343 and £50,000."}
    return kinds.Finding("totals", kinds.WARNING, **{**ordinary, **fields})


def make_page(*, by, slug="complaints", title="Complaints policy", body="<p>How to complain.</p>", **facts):
    """A page of the site with a text."""
    page = operations.add_page(title=title, slug=slug, save_id=uuid.uuid4(), by=by, **facts)
    return write(page, by=by, title=title, body=body)


def write(page, *, by, **changes):
    """Another text for a page."""
    page.refresh_from_db()
    changes = {"title": page.title, "summary": page.summary, "body": page.body} | changes
    saved = operations.save_page(
        page, base_version=page.version, save_id=uuid.uuid4(), changes=changes, facts={}, by=by
    )
    return saved.piece


def publish(record, *, by, notes=None):
    """Publish a record as it is now."""
    kind = kinds.of(record)
    record = kind.load(record.pk)
    bundle = making.bundle_of(kind, record)
    notes = {draft.subject: notes for draft in bundle.fresh} if notes else None
    return making.publish(kind, record, seen=bundle.input_hash, by=by, change_notes=notes)


def check_url(record):
    """Its check page."""
    return reverse("publish", args=[kinds.of(record).name, record.pk])


def subject(record):
    """The desk's name for it."""
    return key(record)
