"""Papers that are marked too high for this portal are known by their marking and not taken in."""

from functools import partial

import pytest

from opcc_portal.files import clean_csv, clean_office, clean_pdf, markings
from opcc_portal.files.refusal import Refused
from tests.files import samples


@pytest.mark.parametrize(
    ("line", "marking"),
    [
        ("SECRET", "SECRET"),
        ("  TOP  SECRET  ", "TOP SECRET"),
        ("UK SECRET", "SECRET"),
        ("SECRET - UK EYES ONLY", "SECRET"),
        ("SECRET UK EYES ONLY", "SECRET"),
        ("*** TOP SECRET ***", "TOP SECRET"),
        ("TOP SECRET//STRAP 1", "TOP SECRET"),
        ("Protective marking: Secret", "SECRET"),
        ("Security Classification – TOP SECRET", "TOP SECRET"),
        ("Protectively marked: secret", "SECRET"),
    ],
)
def test_a_marking_is_known_in_a_line_of_its_own_or_behind_its_label(line, marking):
    assert markings.too_high(f"Report to the board\n{line}\nWords.") == marking


@pytest.mark.parametrize(
    "line",
    [
        "It is no secret that burglary fell.",
        "Secret",
        "SECRET SHOPPERS VISITED TEN STATIONS",
        "The papers are secret until Monday.",
        "Classification: secret shopping is no crime",
        "OFFICIAL-SENSITIVE",
        "Official Secrets Act",
        "SECRETARIAT",
        "The secret",
    ],
)
def test_the_word_in_a_sentence_is_no_marking(line):
    assert markings.too_high(line) == ""


@pytest.mark.parametrize(
    ("line", "sensitive"),
    [
        ("OFFICIAL-SENSITIVE", True),
        ("OFFICIAL – SENSITIVE: PERSONAL", True),
        ("OFFICIAL SENSITIVE", True),
        ("Classification: Official-Sensitive", True),
        ("OFFICIAL", False),
        ("This is official, and sensitive.", False),
    ],
)
def test_official_sensitive_is_known(line, sensitive):
    assert markings.is_sensitive(line) is sensitive


SPLIT = (
    "<w:p><w:r><w:t>TOP </w:t></w:r><w:r><w:t>SEC</w:t></w:r><w:r><w:t>RET</w:t></w:r></w:p><w:p><w:t>Words</w:t></w:p>"
)
HEADER = {"word/header1.xml": '<?xml version="1.0"?><w:hdr xmlns:w="w"><w:p><w:t>SECRET</w:t></w:p></w:hdr>'}
SLIDE = {"ppt/slides/slide1.xml": '<?xml version="1.0"?><p xmlns:a="a"><a:p><a:t>SECRET</a:t></a:p></p>'}
STRINGS = {"xl/sharedStrings.xml": '<?xml version="1.0"?><sst><si><t>SECRET</t></si><si><t>12</t></si></sst>'}
SHEET = {
    "xl/worksheets/sheet1.xml": '<?xml version="1.0"?><w><headerFooter><oddHeader>&amp;CSECRET</oddHeader></headerFooter></w>'
}


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("docx", samples.office(body=SPLIT)),
        ("docx", samples.office(**HEADER)),
        ("pptx", samples.office("pptx", **SLIDE)),
        ("xlsx", samples.office("xlsx", **STRINGS)),
        ("xlsx", samples.office("xlsx", **SHEET)),
        ("pdf", samples.pdf_with_text("SECRET")),
        ("csv", b'"TOP SECRET",,\nDistrict,Crimes\nNorth,12\n'),
    ],
    ids=["word", "word-header", "slide", "cell", "sheet-header", "pdf", "csv"],
)
def test_a_file_that_is_marked_too_high_is_refused(tmp_path, kind, content):
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(content)
    clean = {"pdf": clean_pdf.clean, "csv": clean_csv.clean}.get(kind, partial(clean_office.clean, kind))
    with pytest.raises(Refused, match=r"is marked .*SECRET.*Nothing of it was kept"):
        clean(source, target)


def test_a_file_that_speaks_of_a_secret_is_taken(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(samples.pdf_with_text("It is no secret that burglary fell."))
    assert clean_pdf.clean(source, target).pages == 1
