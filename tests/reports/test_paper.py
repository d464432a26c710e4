"""The report as a paper: what stands on it, in which order, with which numbers."""

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.pdf import render
from scrutiny.reports import operations, pdf
from scrutiny.reports.models import Body, JointReport
from scrutiny.workflow.models import State
from tests.factories import (
    make_attachment,
    make_item,
    make_meeting,
    make_office,
    make_person,
    make_report,
    make_section,
    make_user,
)
from tests.pdf.reading import Tree, bookmarks, text
from tests.pdf.vera import VeraPDF

pytestmark = pytest.mark.django_db

RICH = (
    "<h3>Roads</h3><p>Collisions fell by <strong>a tenth</strong>.</p><p>More was done.</p>"
    "<ul><li>patrols</li><li>cameras</li></ul><blockquote><p>We felt safer.</p></blockquote>"
    '<table><thead><tr><th scope="col">Month</th><th scope="col">Collisions</th></tr></thead>'
    "<tbody><tr><td>May</td><td>12</td></tr></tbody></table>"
    '<p>Read <a href="https://example.org/roads">the road safety page</a>.</p>'
)


@pytest.fixture
def report():
    make_office()
    meeting = make_meeting(name="Scrutiny Board", date="2026-03-12")
    meeting.refresh_from_db()
    report = make_report(meeting, subject="Safer roads", item=make_item(meeting, label="7A"))
    make_section(report, heading="Purpose of the report", body="<p>To say how safe the roads are.</p>")
    make_section(report, heading="Recommendation", kind="recommendation", body="<p>That the commissioner reads it.</p>")
    make_section(
        report,
        heading="Police and Crime Plan",
        kind="plan",
        body="<p>This is one of six priorities.</p>",
        quoted_text="Nobody should die on our roads.",
        quoted_as_of="2021-04-01",
        quoted_source="Police and Crime Plan 2021-25",
    )
    make_section(report, heading="Key information", body=RICH)
    make_attachment(report, title="Figures of the force", printed_kind="PDF", printed_size="370KB")
    return report


def printed(report):
    return render(pdf.paper(JointReport.objects.get(pk=report.pk)).html, strict=True)


def test_the_paper_holds_what_the_page_shows(report):
    words = text(printed(report))
    for part in [
        "Safer roads",
        report.authors_in_words,
        "Scrutiny Board, 12 March 2026, item 7A",
        "Safer places",
        "Draft",
        "1 To say how safe the roads are.",
        "2 That the commissioner reads it.",
        "Nobody should die on our roads.",
        "Police and Crime Plan 2021-25, text as of 1 April 2021",
        "3 This is one of six priorities.",
        "4 Collisions fell by a tenth.",
        "Figures of the force (PDF, 370KB)",
        "No file yet",
        "Not signed yet",
        "Page 1 of 2",
    ]:
        assert part in words, part
    assert "5 " not in words.partition("4 Collisions")[2].partition("Attachments")[0].replace("12", "")


def test_headings_step_down_one_level_at_a_time_and_are_the_bookmarks(report):
    assert bookmarks(printed(report)) == [
        (1, "Safer roads"),
        (2, "Purpose of the report"),
        (2, "Recommendation"),
        (2, "Police and Crime Plan"),
        (2, "Key information"),
        (3, "Roads"),
        (2, "Attachments"),
        (2, "Signatures"),
    ]


def test_numbers_are_labels_of_list_items_and_table_headers_have_a_scope(report):
    tree = Tree(printed(report))
    assert [tree.words(label) for label in tree.elements("Lbl")][:4] == ["1", "2", "3", "4"]
    assert all("/Scope" in str(header.get("/A", "")) for header in tree.elements("TH"))


def test_decimal_numbers_reach_the_paper(report):
    JointReport.objects.update(numbering="decimal")
    words = text(printed(report))
    assert "4.1 Collisions fell" in words
    assert "4.2 More was done." in words
    assert "4.3 Read the road safety page" in words


def test_a_long_report_gets_a_list_of_contents(report):
    assert "Contents" not in text(printed(report))
    for number in range(6):
        make_section(report, heading=f"Further matter {number}")
    assert "Contents" in text(printed(report))


def test_signatures_stand_at_the_end_of_the_paper(report):
    signer = make_user(Role.COMMISSIONER, name="Robin Hale")
    make_person("Robin Hale", post="Police and Crime Commissioner", account=signer)
    operations.send_for_review(report, by=make_user())
    for body in Body:
        seen = JointReport.objects.get(pk=report.pk).content_hash()
        operations.sign(report, body=body, seen=seen, by=signer)
    tree = Tree(printed(report))
    assert "Signed by both bodies" in tree.reading_order()
    cells = [tree.words(cell) for cell in tree.elements("TD")]
    assert cells.count("Robin Hale, Police and Crime Commissioner") == 2


def test_a_demonstration_says_so_on_its_paper(report):
    JointReport.objects.update(demonstration_note="The figures are invented.")
    assert "Demonstration The figures are invented." in text(printed(report))


def test_the_same_report_gives_the_same_bytes(report):
    assert printed(report) == printed(report)


@pytest.mark.verapdf
def test_the_paper_is_pdf_ua_1_and_pdf_a_3a(report, tmp_path):
    long = make_report(report.meeting, subject="A long one", numbering="decimal")
    for number in range(9):
        make_section(long, heading=f"Part {number}", body=RICH)
    papers = {"report": printed(report), "long": printed(long)}
    assert VeraPDF(tmp_path).complaints(papers) == []


def test_the_pdf_comes_from_its_address_with_a_name_of_its_own(client, report):
    client.force_login(make_user())
    answer = client.get(reverse("report-pdf", args=[report.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert "2026-03-12-safer-roads.pdf" in answer["Content-Disposition"]
    assert "Safer roads" in text(b"".join(answer.streaming_content))


def test_a_text_that_got_in_uncleaned_is_named_with_the_reason_and_the_site_goes_on(client, report):
    section = report.live_sections()[0]
    type(section).objects.filter(pk=section.pk).update(body="<ul><li>" * 5000 + "deep")
    client.force_login(make_user())
    answer = client.get(reverse("report-pdf", args=[report.pk]), follow=True)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert client.get(report.get_absolute_url()).status_code == 200
    assert "This section cannot be shown." in client.get(reverse("report-preview", args=[report.pk])).content.decode()
    assert "&lt;ul&gt;&lt;li&gt;" in client.get(section.get_absolute_url()).content.decode()


def test_states_read_as_words_on_the_paper(report):
    JointReport.objects.update(state=State.IN_REVIEW)
    assert "In review" in text(printed(report))
