"""Footnotes: typed as a token, called in the text, set at the foot of the page."""

import pytest
from django.urls import reverse

from opcc_portal.pdf import render
from scrutiny.reports import footnotes, pdf
from tests.factories import make_office, make_report, make_section, make_user
from tests.pdf.reading import Tree, text

TEXT = "<p>Speeds fell [note: By 3 mph &amp; more.] in May.</p>"


def test_a_token_becomes_a_call_and_a_note():
    html, notes = footnotes.on_screen(TEXT, first=4)
    assert html.startswith('<p>Speeds fell<sup><a href="#note-4" id="note-call-4"')
    assert html.endswith("</sup> in May.</p>")
    assert [(note.number, note.words) for note in notes] == [(4, "By 3 mph &amp; more.")]


def test_a_token_that_holds_markup_stays_as_it_was_typed():
    html, notes = footnotes.on_screen("<p>Speeds [note: a <strong>b</strong>] fell [note: ]</p>", first=1)
    assert (notes, "[note:" in html) == ([], True)


@pytest.mark.django_db
def test_notes_are_numbered_through_the_report_on_page_and_paper(client):
    make_office()
    report = make_report()
    make_section(report, heading="First", body=TEXT)
    make_section(report, heading="Second", body="<p>One.</p><ul><li>Cameras[note: Twelve of them.]</li></ul>")
    client.force_login(make_user())
    page = client.get(reverse("report-preview", args=[report.pk])).content.decode()
    assert 'href="#note-1"' in page
    assert '<li id="note-2" value="2">Twelve of them.' in page
    paper = render(pdf.paper(report).html, strict=True)
    assert "By 3 mph & more." in text(paper)
    assert "Twelve of them." in text(paper)
    assert "[note" not in text(paper)
    assert len(Tree(paper).elements("Note")) == 2
