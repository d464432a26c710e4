"""Small finished outputs for tests of the gate: made by hand, so that each holds exactly the one thing that is wrong."""

import datetime
import io

import pikepdf
from django.utils import timezone

from opcc_portal.audit.operations import key
from scrutiny.publication import making
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Edition, Publication

GOOD = '<h2 id="purpose">Purpose</h2><p>To say how the force meets rural crime in Northmoor.</p>'
FRAME = (
    '<!DOCTYPE html><html lang="en-GB"><head><title>{title}</title></head><body>'
    '<a href="#main">Skip to the main content</a><main id="main"><h1>{title}</h1>{body}</main></body></html>'
)


class Paper(kinds.Kind):
    """A kind of document that says what a test gives it."""

    name, label, scheme_class, pdf_name = "paper", "Joint report", "", "report.pdf"

    def __init__(self, secrets=(), findings=(), passes=(), people=()):
        self.said = secrets, findings, passes, people

    def belongs_to(self, record):
        return key(record)

    def date(self, content):
        return datetime.date(2018, 1, 8)

    def secrets(self, record):
        return self.said[0]

    def findings(self, record, content):
        return list(self.said[1])

    def passes(self, record, content):
        return list(self.said[2])

    def people(self, record):
        return list(self.said[3])

    def desk_url(self, record):
        return "/desk/reports/1/"


def paper(
    record, body=GOOD, *, kind=None, title="Rural crime", path="reports/2018-01-08-rural-crime", pdf=None, **fields
):
    """(bundle, made) of one document with this body. `page` replaces the whole page, `content` adds to the data."""
    kind = kind or Paper()
    content = {"schema": 1, "title": title, "marking": "OFFICIAL", **fields.get("content", {})}
    publication = Publication(kind=kind.name, subject=key(record), path=path)
    draft = making.Draft(kind, record, publication, content, list(fields.get("files", ())))
    edition = Edition(
        publication=publication,
        number=1,
        kind=kind.name,
        path=path,
        title=title,
        date=datetime.date(2018, 1, 8),
        content=content,
        parts=[["text", body]],
        files=draft.file_data,
        published_at=timezone.now(),
        pdf_name="report.pdf" if pdf is not None else "",
    )
    page = fields.get("page", FRAME.format(title=title, body=body))
    made = making.Made(draft, edition, pdf, [(f"/{path}/", page)])
    return making.Bundle(kind, record, drafts=[draft], waiting=list(fields.get("waiting", ()))), [made]


def plain_pdf(text, *, title="", hidden="", attached=None, link=None):
    """A PDF of one page with this text in a standard font: it can be read, and is tagged in no way."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(595, 842))
    font = document.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    lines = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").split("\n")
    drawn = " ".join(f"({line}) Tj 0 -16 Td" for line in lines)
    page.Contents = document.make_stream(f"BT /F1 12 Tf 60 780 Td {drawn} ET".encode("latin-1"))
    if title:
        document.docinfo["/Title"] = title
    if hidden:
        document.Root.Unused = document.make_stream(hidden.encode())
    if attached:
        document.attachments[attached[0]] = attached[1]
    if link:
        action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(link))
        note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
        page.Annots = pikepdf.Array([document.make_indirect(note)])
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()
