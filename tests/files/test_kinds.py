"""What a file is comes from its content; its name must agree; the message says what to do."""

import pytest

from opcc_portal.files.inspect import what_it_is
from opcc_portal.files.names import clean_name
from opcc_portal.files.refusal import Refused
from opcc_portal.files.words import size_words
from tests.files import samples

GOOD = {
    "a.pdf": samples.pdf(),
    "a.PDF": b"\n\n" + samples.pdf(),
    "a.docx": samples.office("docx"),
    "a.xlsx": samples.office("xlsx"),
    "a.pptx": samples.office("pptx"),
    "a.csv": b"Area,Calls\nNorth,12\n",
    "a.png": samples.image("png"),
    "a.jpg": samples.image("jpeg"),
    "a.jpeg": samples.image("jpeg"),
}
MACRO_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"
TEMPLATE_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
BAD = [
    ("update.pdf", b"MZ\x90\x00" + b"\x00" * 60, "is a Windows program, not a PDF. Do not open it"),
    ("update.docx", b"\x7fELF\x02", "is a Linux program, not a Word document"),
    ("run.csv", b"#!/bin/sh\nrm -rf /\n", "is a script, not a CSV file"),
    (
        "a.pdf",
        samples.office("docx"),
        "is a Word document, not a PDF. If that is what you meant to send, name it a.docx",
    ),
    ("a.docx", samples.pdf(), "is a PDF, not a Word document"),
    ("a.jpg", samples.image("png"), "is a PNG image, not a JPEG image"),
    ("a", samples.pdf(), "is a PDF, but its name has no ending"),
    ("a.exe", samples.pdf(), "is a PDF, not a .exe file"),
    (
        "a.doc",
        samples.ole("WordDocument"),
        "is an old Word document (.doc), a format that can carry macros. Save it as .docx",
    ),
    ("a.xls", samples.ole("Workbook"), "is an old Excel workbook (.xls)"),
    ("a.ppt", samples.ole("PowerPoint Document"), "is an old PowerPoint presentation (.ppt)"),
    ("a.docx", samples.ole("EncryptionInfo", "EncryptedPackage"), "is protected with a password"),
    ("a.msi", samples.ole("Other"), "is an old Office file or an installer"),
    ("a.docx", samples.office("docx", main_type=MACRO_MAIN), "contains macros"),
    ("a.docm", samples.office("docx", main_type=MACRO_MAIN), "contains macros"),
    ("a.dotx", samples.office("docx", main_type=TEMPLATE_MAIN), "is a Word template. Save it as .docx"),
    ("a.zip", samples.zipped({"a.txt": "x"}), "is a ZIP archive. Take the files out"),
    ("a.docx", samples.zipped({"a.txt": "x"}), "is a ZIP archive, not a Word document"),
    ("a.odt", samples.zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "is an OpenDocument text"),
    ("a.docx", b"PK\x03\x04 broken", "is damaged"),
    ("a.gif", b"GIF89a", "is a GIF image. Save it as PNG or JPEG"),
    ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'>", "is an SVG image, not a PNG image"),
    ("a.svg", b"<?xml version='1.0'?>\n<svg>", "is an SVG image"),
    ("a.csv", b"<!DOCTYPE html><html>", "is a web page, not a CSV file"),
    ("a.csv", b"<script>alert(1)</script>", "is a web page, not a CSV file"),
    (
        "a.csv",
        "Área,Zahl".encode("utf-16"),
        'is text in an encoding we cannot read safely. In Excel choose "CSV UTF-8"',
    ),
    ("a.txt", b"Hello", "is plain text"),
    ("a.rtf", b"{\\rtf1", "is a rich text (RTF) document. Save it as PDF or as a Word document"),
    ("a.bin", b"\x00\x01\x02\x03", "is of a kind we do not know"),
    ("a.mp4", b"\x00\x00\x00\x18ftypmp42", "is a video"),
    ("a.heic", b"\x00\x00\x00\x18ftypheic", "is a HEIC image"),
]


@pytest.mark.parametrize("name", GOOD)
def test_the_seven_kinds_are_known_by_their_content(name, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(GOOD[name])
    expected = name.rsplit(".", 1)[1].lower().replace("jpg", "jpeg")
    assert what_it_is(path, name) == expected


@pytest.mark.parametrize(("name", "content", "message"), BAD)
def test_anything_else_is_refused_with_what_it_is_and_what_to_do(name, content, message, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(Refused) as refused:
        what_it_is(path, name)
    assert str(refused.value).startswith(message)
    assert str(refused.value).count(".") >= 1


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (1, "1 byte"),
        (812, "812 bytes"),
        (1024, "1 KB"),
        (378_880, "370 KB"),
        (379_391, "370 KB"),
        (379_392, "371 KB"),
        (297_984, "291 KB"),
        (1_047_552, "1023 KB"),
        (1_048_064, "1 MB"),
        (1_258_291, "1.2 MB"),
        (52_428_800, "50 MB"),
        (62_914_560, "60 MB"),
        (5_368_709_120, "5 GB"),
    ],
)
def test_sizes_read_as_they_are_printed(size, words):
    assert size_words(size) == words


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("..\\..\\Annex A.pdf", "Annex A.pdf"),
        ("/etc/passwd", "passwd"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("gnp.\u202efdp.exe", "gnp.fdp.exe"),
        ('a<b>"c|d?.pdf', "a-b-c-d-.pdf"),
        ("  .hidden.csv ", "hidden.csv"),
        ("", "file"),
        ("...", "file"),
        ("x" * 300 + ".docx", "x" * 115 + ".docx"),
        ("Übersicht – Q1.xlsx", "Übersicht – Q1.xlsx"),
    ],
)
def test_names_lose_what_could_harm_or_mislead(given, kept):
    assert clean_name(given) == kept
