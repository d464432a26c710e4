"""Both standards in one file, and the same file every time."""

import io

import pikepdf
import pytest

from opcc_portal.pdf import Renderer, problems
from tests.pdf import papers

NAMES = ["agenda", "minutes", "report", "long_report"]


@pytest.mark.verapdf
def test_every_paper_is_pdf_ua_1_and_pdf_a_3a(made, vera):
    assert vera.complaints(made) == []


@pytest.mark.verapdf
def test_verapdf_finds_what_is_wrong(vera, made):
    with pikepdf.open(io.BytesIO(made["agenda"])) as pdf:
        del pdf.Root.MarkInfo
        broken = io.BytesIO()
        pdf.save(broken)
    assert any("FAIL ua1 broken.pdf" in line for line in vera.complaints({"broken": broken.getvalue()}))


@pytest.mark.parametrize("name", NAMES)
def test_the_structural_checks_find_nothing(made, name):
    assert problems(made[name]) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_same_html_gives_the_same_bytes(renderer, made, name):
    html, files = papers.all_papers()[name]
    assert renderer.render(html, files=files).pdf == made[name]


def test_another_process_gives_the_same_bytes(made):
    other = Renderer()
    try:
        assert other.render(papers.agenda()).pdf == made["agenda"]
    finally:
        other.close()


def test_title_language_and_dates_are_in_the_file(made):
    with pikepdf.open(io.BytesIO(made["report"])) as pdf:
        assert str(pdf.docinfo.Title) == "Joint report: Rural Crime and the Safety of Farms and Villages"
        assert str(pdf.docinfo.Author) == "Police and Crime Commissioner for Northmoor"
        assert str(pdf.docinfo.Subject) == "Joint report of the force and the office"
        assert str(pdf.docinfo.Keywords) == "rural crime, farms"
        assert str(pdf.docinfo.CreationDate).startswith("D:20310304103000")
        assert str(pdf.Root.Lang) == "en-GB"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "A"
            assert metadata["dc:title"] == str(pdf.docinfo.Title)
