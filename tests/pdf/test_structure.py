"""What a screen reader is told."""

import io

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from tests.pdf import papers
from tests.pdf.reading import Tree

PLAIN = {"kind": "Note", "title": "Short note", "facts": []}


@pytest.fixture(scope="module")
def report(made):
    return Tree(made["report"])


@pytest.fixture(scope="module")
def long_report(made):
    return Tree(made["long_report"])


@pytest.fixture
def tree_of(renderer):
    return lambda body: Tree(renderer.render(papers.paper(body, **PLAIN), strict=True).pdf)


def test_headers_say_whether_they_head_a_row_or_a_column(report):
    facts, table = report.elements("Table")
    assert {header.A.Scope for header in report.elements("TH", facts)} == {Name.Row}
    assert [report.words(header) for header in report.elements("TH", table)] == ["District", "Reports"]
    assert {header.A.Scope for header in report.elements("TH", table)} == {Name.Column}


def test_a_table_over_four_pages_is_one_table_with_one_head(long_report):
    _, table = long_report.elements("Table")
    assert len(long_report.elements("THead", table)) == 1
    assert len(long_report.elements("TBody", table)) == 1
    assert len(long_report.elements("TR", table)) == 81
    assert long_report.words(long_report.elements("TR", table)[80]) == "Day 80 Aldbeck 80"


def test_cells_on_later_pages_name_the_one_head(long_report):
    table = long_report.elements("Table")[1]
    ids = {str(header.ID) for header in long_report.elements("TH", table)}
    assert len(ids) == 83
    for cell in long_report.elements("TD", table):
        assert len(cell.A.Headers) == 2
        assert {str(header) for header in cell.A.Headers} <= ids


def test_a_paragraph_over_a_page_end_is_one_paragraph(long_report):
    items = [item for item in long_report.elements("LI") if "Paragraph" in long_report.words(item)]
    assert len(items) == 36
    assert all("End." in long_report.words(item) for item in items)
    over = [item for item in items if len({str(element.Pg.objgen) for element in long_report.descendants(item)}) > 1]
    assert len(over) > 3


def test_a_section_over_a_page_end_is_one_section(long_report):
    assert len(long_report.elements("Sect")) == 13


def test_lists_say_how_they_count(report):
    numbering = {report.words(one)[:12]: one.A.ListNumbering for one in report.elements("L")}
    assert numbering["1 To say how"] == Name.Decimal
    assert numbering["– tractors a"] == Name.Disc
    assert numbering["Force’s upda"] == Name("/None")


def test_a_list_item_holds_a_label_and_a_body(report):
    for item in report.elements("LI"):
        kinds = [str(kid.S) for kid in report.kids(item)]
        assert kinds in (["/Lbl", "/LBody"], ["/LBody"])


def test_contents_are_a_toc_whose_entries_are_one_link_each(long_report):
    (contents,) = long_report.elements("TOC")
    entries = long_report.elements("TOCI", contents)
    assert len(entries) == 12
    for number, entry in enumerate(entries, start=1):
        (link,) = long_report.elements("Link", entry)
        assert "." not in long_report.words(link)
        assert long_report.words(entry).startswith(f"{number} What was found in district {number}")
        assert sum(isinstance(kid, Dictionary) and kid.get(Name.Type) == Name.OBJR for kid in link.K) == 1


def test_a_link_over_two_lines_is_one_link_called_by_its_text(report):
    (link,) = [one for one in report.elements("Link") if "advice for farmers" in report.words(one)]
    annotations = [kid.Obj for kid in link.K if isinstance(kid, Dictionary)]
    assert len(annotations) == 2
    for annotation in annotations:
        assert str(annotation.Contents) == (
            "the page on rural crime of the office, with advice for farmers and for the people next door"
        )
        assert int(annotation.F) & 4


def test_a_footnote_is_read_where_it_is_called(report):
    notes = report.elements("Note")
    assert [report.words(note) for note in notes] == [
        "1. Corrected at the meeting of 4 March 2031.",
        "2. Members of the scheme on 31 January 2031.",
    ]
    assert len({str(note.ID) for note in notes}) == 2
    order = report.reading_order()
    assert order.index("64 reports.") < order.index("Corrected at the meeting of") < order.index("They came from")


def test_running_matter_is_not_read(long_report):
    order = long_report.reading_order()
    assert "Page 2 of" not in order
    assert order.count("Rural Crime in Every District of Northmoor") == 1


def test_running_matter_is_a_pagination_artifact(made):
    with pikepdf.open(io.BytesIO(made["minutes"])) as pdf:
        for page in pdf.pages:
            found = [
                operands
                for operands, operator in pikepdf.parse_content_stream(page)
                if str(operator) == "BDC"
                and operands[0] == Name.Artifact
                and operands[1].get(Name.Type) == Name.Pagination
            ]
            assert len(found) >= 3


def test_pictures_have_words_in_their_place(made):
    drawn, pictured = Tree(made["report"]), Tree(made["long_report"])
    assert [str(one.Alt) for one in drawn.elements("Figure")] == ["Four bars: 12, 15, 18 and 19 reports."]
    assert [str(one.Alt) for one in pictured.elements("Figure")] == [
        "Logo of the Office of the Police and Crime Commissioner"
    ]


def test_another_language_is_marked(report):
    (welsh,) = [one for one in report.elements("P") if report.words(one) == "Diolch yn fawr."]
    assert str(welsh.Lang) == "cy"


def test_who_is_read_before_what_was_said(made):
    tree = Tree(made["minutes"])
    order = tree.reading_order()
    assert order.index("Question 3") < order.index("What has changed in district 3") < order.index("Question 4")


def test_text_between_blocks_keeps_its_place_when_a_page_ends_inside(tree_of):
    filler = "".join(f"<p>Line {number}</p>" for number in range(40))
    tree = tree_of(f"<div>Before the lines {filler} after the lines</div>")
    order = tree.reading_order()
    assert order.index("Before the lines") < order.index("Line 0") < order.index("Line 39") < order.index("after the")


def test_nested_lists_over_a_page_end_stay_in_order(tree_of):
    inner = "".join(f"<li>inner {number}</li>" for number in range(60))
    tree = tree_of(f'<div class="rich"><ul><li>outer one<ul>{inner}</ul></li><li>outer two</li></ul></div>')
    order = tree.reading_order()
    places = [order.index(f"inner {number}") for number in range(60)]
    assert places == sorted(places)
    assert order.index("outer one") < places[0] < places[-1] < order.index("outer two")
    assert len(tree.elements("L")) == 2
