"""A joint report's text as a draft."""

import datetime

import pytest

from scrutiny.importing.drafts import DECIMAL, EVERY_PARAGRAPH, FIRST_OF_SECTION, UNNUMBERED
from scrutiny.importing.reading import CannotRead, read_file
from scrutiny.importing.report_text import read_report
from scrutiny.importing.words import coverage
from tests.importing import sources
from tests.importing.sources import report


@pytest.fixture(scope="module")
def draft():
    return read_report(read_file(sources.REPORT))


def test_the_heading_block_of_the_look_alike(draft):
    assert draft.series_heading == "Holding to Account Forum"
    assert draft.outcome == "A Safer Coast for Everyone"
    assert draft.date == datetime.date(2024, 3, 14)
    assert draft.subject == "Rural Theft and Farm Machinery"
    assert draft.authors == [
        "Office of the Police, Fire and Crime Commissioner for Saltmarsh",
        "Saltmarsh Constabulary",
    ]


def test_the_sections_and_numbers_of_the_look_alike(draft):
    assert [len(section.paragraphs) for section in draft.sections] == [2, 1, 1, 3, 1, 1, 1, 0]
    assert [paragraph.number for paragraph in draft.paragraphs] == ["1", "2", "3", "4", "5", None, "6", "7", "8", "9"]
    assert draft.numbering == EVERY_PARAGRAPH


def test_the_attachments_of_the_look_alike(draft):
    found = [(a.title, a.printed_kind, a.printed_size, a.target) for a in draft.attachments]
    assert found == [
        ("Chief Officer's figures for the year", "PDF", "1.2 MB", None),
        ("Letter from the growers' union", "Word", "48 KB", "https://files.example.org/letter.docx"),
        ("Costs by district", "Excel", "96KB", None),
    ]


def test_every_word_of_the_look_alike_is_kept_or_listed(draft):
    counted = coverage(read_file(sources.REPORT).text, draft)
    assert counted.complete
    assert [left.text for left in draft.leftovers if not left.restated] == ["Page 2 of 3"]


def test_what_a_person_must_look_at_in_the_look_alike(draft):
    told = "\n".join(draft.warnings)
    assert "“flight log” has no target" in told
    assert "put together again" in told
    assert told.count("has no file") == 2
    assert "was not fetched from https://files.example.org/letter.docx" in told
    assert len(draft.warnings) == 5


def test_a_paragraph_cut_by_a_page_end_is_one_again(draft):
    paragraph = draft.sections[3].paragraphs[2]
    assert paragraph.text.endswith("the cost of that loan was shared equally between both bodies.")


def test_marks_become_html_and_everything_else_is_text(draft):
    assert "<strong>rural team</strong>" in draft.sections[1].html
    assert '<a href="https://growers.example.org/meetings">growers\' union</a>' in draft.sections[3].html
    assert draft.sections[3].html.count("<li>") == 3
    assert "<a" not in draft.sections[4].html


def test_markup_in_a_source_is_words_and_not_html():
    html = report("PURPOSE\n\n1. A <script>alert(1)</script> & <b onclick=x>more</b>.").sections[0].html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; " in html
    assert "<script" not in html
    assert "<b" not in html


@pytest.mark.parametrize("target", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "../x"])
def test_only_web_and_mail_addresses_become_links(target):
    html = report(f"PURPOSE\n\n1. See [the paper]({target}) first.").sections[0].html
    assert "<a" not in html
    assert "the paper" in html


@pytest.mark.parametrize(
    ("body", "mode"),
    [
        ("ONE\n\n1. A.\n\nB.\n\nTWO\n\n2. C.", FIRST_OF_SECTION),
        ("ONE\n\n1. A.\n\n2. B.\n\nTWO\n\n3. C.", EVERY_PARAGRAPH),
        ("FIRST\n\n1.1 A.\n\n1.2 B.\n\nSECOND\n\n2.1 C.", DECIMAL),
        ("FIRST\n\nA.\n\nSECOND\n\nB.", UNNUMBERED),
        ("FIRST\n\n- a bullet\n\n1. A.\n\nEMPTY\n\nSECOND\n\n2. B.\n\nC.", FIRST_OF_SECTION),
        ("FIRST\n\n1. A.\n\nSECOND\n\n3. B.", None),
        ("FIRST\n\n1. A.\n\nB.\n\n2. C.", None),
        ("FIRST\n\nA.\n\n1. B.", None),
    ],
)
def test_the_numbering_mode_is_the_one_that_prints_these_numbers(body, mode):
    body = body.replace("ONE", "FIRST").replace("TWO", "SECOND")
    draft = report(body)
    assert draft.numbering == mode
    assert any("fit no numbering mode" in warning for warning in draft.warnings) == (mode is None)


def test_a_count_at_the_start_of_a_paragraph_is_no_number():
    draft = report("PURPOSE\n\n8 harbours were visited.\n\n2021 was calm.")
    assert [paragraph.number for paragraph in draft.paragraphs] == [None, None]


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Joint Report of the Chief Officers and the Office", ["Chief Officers", "Office"]),
        (
            "Joint report by Northmoor Police and Office of the Police and Crime Commissioner",
            ["Northmoor Police", "Office of the Police and Crime Commissioner"],
        ),
        ("JOINT REPORT OF THE FORCE AND THE OFFICE", ["FORCE", "OFFICE"]),
        ("Joint report of Moor and Fen Police and the Mayor", ["Moor and Fen Police", "Mayor"]),
    ],
)
def test_the_two_bodies_are_parted_at_the_right_and(line, authors):
    text = f"BOARD\n\n5 May 2021\n\nSUBJECT: Boats\n\n{line}\n\nPURPOSE\n\n1. To inform."
    draft = read_report(sources.source(text))
    assert draft.authors == authors
    assert coverage(text, draft).complete


def test_a_single_author_is_reported():
    text = "BOARD\n\n5 May 2021\n\nSUBJECT: Boats\n\nJoint report of the Force\n\nPURPOSE\n\n1. To inform."
    assert any("only one author" in warning for warning in read_report(sources.source(text)).warnings)


@pytest.mark.parametrize("heading", ["ATTACHMENT", "## Attachments", "**Appendices**", "ANNEXES"])
def test_attachments_in_every_form(heading):
    draft = report(
        f"PURPOSE\n\n1. To inform.\n\n{heading}\n\n- [A](#) (PDF 3KB)\n- B (Word, 1.5 MB)\n- C (xlsx)\n- D\n- [E](https://e.example.org)"
    )
    assert [(a.title, a.printed_kind, a.printed_size) for a in draft.attachments] == [
        ("A", "PDF", "3KB"),
        ("B", "Word", "1.5 MB"),
        ("C", "xlsx", ""),
        ("D", "", ""),
        ("E", "", ""),
    ]
    assert sum("Upload it" in warning for warning in draft.warnings) == 5


def test_a_remark_among_the_attachments_stays_a_paragraph():
    draft = report("PURPOSE\n\n1. To inform.\n\nATTACHMENT\n\nNothing is attached this time.")
    assert draft.attachments == []
    assert draft.sections[1].paragraphs[0].text == "Nothing is attached this time."


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ("5 May 2021\n\n", "no date"),
        ("SUBJECT: Moorings\n\n", "no “SUBJECT:” line"),
        ("BOARD FOR HARBOURS\n\nCALM WATERS\n\n", "which meeting"),
    ],
)
def test_a_heading_block_without_what_a_report_must_have_is_refused(missing, reason):
    text = (sources.REPORT_HEAD + "PURPOSE\n\n1. To inform.").replace(missing, "")
    if "SUBJECT" in missing:
        text = text.replace("CALM WATERS\n\n", "")
    with pytest.raises(CannotRead, match=reason):
        read_report(sources.source(text))


def test_a_date_that_does_not_exist_is_refused():
    text = (sources.REPORT_HEAD + "PURPOSE\n\n1. To inform.").replace("5 May", "31 June")
    with pytest.raises(CannotRead, match="31 June 2021” on line 5 is not a date that exists"):
        read_report(sources.source(text))


def test_a_report_without_a_section_is_refused():
    with pytest.raises(CannotRead, match="no section"):
        read_report(sources.source(sources.REPORT_HEAD))
