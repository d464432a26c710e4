"""What is taken out of files, and what is refused inside them. Here the cleaners run in the test's own process."""

import csv
import io
import struct
import zipfile
import zlib

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from opcc_portal.files import clean_csv, clean_image, clean_office, clean_pdf
from opcc_portal.files.child import work
from opcc_portal.files.refusal import Refused
from opcc_portal.pdf import render
from tests.files import samples
from tests.pdf.vera import VeraPDF

MB = 1024 * 1024


@pytest.fixture
def clean(tmp_path):
    """Clean some content as this kind; returns (outcome, what was written)."""

    def cleaned(kind, content):
        source, target = tmp_path / "source", tmp_path / "target"
        source.write_bytes(content)
        if kind == "pdf":
            outcome = clean_pdf.clean(source, target)
        elif kind == "csv":
            outcome = clean_csv.clean(source, target)
        elif kind in ("png", "jpeg"):
            outcome = clean_image.clean(kind, source, target)
        else:
            outcome = clean_office.clean(kind, source, target)
        return outcome, target.read_bytes()

    return cleaned


def unpacked(content):
    """All a PDF says once it is uncompressed."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.generalized, compress_streams=False)
    return out.getvalue()


# --- PDF -------------------------------------------------------------------------------------------------------------


def test_a_clean_pdf_keeps_its_pages_and_says_whether_it_is_tagged(clean):
    outcome, _ = clean("pdf", samples.pdf(3))
    assert (outcome.pages, outcome.tagged, outcome.taken_out) == (3, False, [])
    assert "no tags" in outcome.warnings[0]
    outcome, _ = clean("pdf", samples.pdf(change=samples.tagged))
    assert (outcome.tagged, outcome.warnings) == (True, [])


def test_scripts_programs_and_embedded_files_are_taken_out_and_named(clean):
    dirty = samples.hostile_pdf()
    assert unpacked(dirty).count(b"HOSTILE") >= 5
    outcome, content = clean("pdf", dirty)
    for word in (b"HOSTILE", b"JavaScript", b"Launch", b"EmbeddedFile", b"javascript:", b"cmd.exe"):
        assert word not in unpacked(content), word
    assert b"https://example.org/kept" in unpacked(content)
    taken = "; ".join(outcome.taken_out)
    for words in ("script", "command that starts a program", "payload.exe", "run by themselves", "1 comment"):
        assert words in taken, words


def test_cleaning_twice_finds_nothing_more_and_gives_the_same_bytes(clean):
    _, once = clean("pdf", samples.hostile_pdf())
    outcome, twice = clean("pdf", once)
    assert outcome.taken_out == []
    assert clean("pdf", once)[1] == twice


def test_what_was_filled_into_a_form_stays_readable_when_the_form_goes(clean):
    outcome, content = clean("pdf", samples.form_pdf())
    assert outcome.taken_out[0].startswith("1 form field")
    plain = unpacked(content)
    assert b"FILLED 42" in plain
    assert b"HOSTILE" not in plain
    assert b"AcroForm" not in plain
    assert b"/Widget" not in plain


def test_redactions_that_were_only_drawn_are_refused(clean):
    marked = samples.pdf(change=lambda document: samples.annotate(document, samples.note("Redact")))
    with pytest.raises(Refused, match="text beneath them is still in the file"):
        clean("pdf", marked)


def test_text_of_an_earlier_version_does_not_come_along(clean):
    first = samples.pdf_with_text("EARLIER")
    with pikepdf.open(io.BytesIO(first)) as document:
        document.pages[0].Contents = document.make_stream(b"")
        out = io.BytesIO()
        document.save(out)
    # An incremental update, by hand: both versions stand in the file one after the other.
    _, content = clean("pdf", first + out.getvalue())
    assert b"EARLIER" not in unpacked(content)


@pytest.mark.parametrize("content", [samples.locked_pdf(), samples.locked_pdf(user="")])
def test_a_locked_pdf_is_refused_even_when_it_opens(clean, content):
    with pytest.raises(Refused, match="is protected"):
        clean("pdf", content)


def test_a_pdf_of_too_many_pages_is_refused(clean, monkeypatch):
    monkeypatch.setattr(clean_pdf, "MAX_PAGES", 2)
    with pytest.raises(Refused, match="has 3 pages; a file can have at most 2"):
        clean("pdf", samples.pdf(3))


def test_a_page_tree_that_leads_to_itself_is_refused(clean):
    def loop(document):
        document.Root.Pages.Kids = Array([document.Root.Pages])

    with pytest.raises(Refused, match="damaged"):
        clean("pdf", samples.pdf(change=loop))


@pytest.mark.parametrize("content", [b"%PDF-1.7\nnothing", samples.pdf()[:200], b"%PDF-1.7" + b"\x00" * 5000])
def test_a_broken_pdf_is_refused(clean, content):
    with pytest.raises(Refused, match="damaged"):
        clean("pdf", content)


def test_leading_junk_is_left_behind(clean):
    _, content = clean("pdf", b"<script>junk</script>\n" + samples.pdf())
    assert content.startswith(b"%PDF-")
    assert b"junk" not in content


def test_attributes_of_tags_are_not_taken_for_actions(clean):
    def tag(document):
        samples.tagged(document)
        cell = Dictionary(Type=Name.StructElem, S=Name.TH, A=Dictionary(O=Name.Table, Scope=Name.Column))
        document.Root.StructTreeRoot.K = document.make_indirect(cell)

    outcome, content = clean("pdf", samples.pdf(change=tag))
    assert outcome.taken_out == []
    assert b"/Scope /Column" in unpacked(content)


def test_links_inside_the_document_stay(clean):
    def link(document):
        samples.annotate(document, samples.note("Link", A=Dictionary(S=Name.GoTo, D=String("part"))))
        document.Root.OpenAction = Array([document.pages[0].obj, Name.Fit])

    outcome, content = clean("pdf", samples.pdf(change=link))
    assert outcome.taken_out == []
    assert b"/GoTo" in unpacked(content)
    assert b"/OpenAction" in unpacked(content)


def test_a_tagged_pdf_stays_valid_to_the_standards(clean, tmp_path):
    table = "<table><caption>Calls</caption><thead><tr><th scope='col'>Area</th></tr></thead><tr><td>North</td></tr></table>"
    link = '<p>See <a href="https://example.org/">the&nbsp;example</a>.</p>'
    head = '<!DOCTYPE html><html lang="en-GB"><head><title>Annex</title></head>'
    sent = render(f"{head}<body><h1>Annex</h1>{link}{table}</body></html>")
    outcome, content = clean("pdf", sent)
    assert (outcome.tagged, outcome.taken_out, outcome.warnings) == (True, [], [])
    assert VeraPDF(tmp_path).complaints({"annex": content}) == []


# --- Word, Excel, PowerPoint -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx"])
def test_an_ordinary_office_file_comes_through_whole(clean, kind):
    sent = samples.office(kind, **{"customXml/item1.xml": "<x/>"})
    outcome, content = clean(kind, sent)
    assert outcome.taken_out == outcome.warnings == []
    before, after = zipfile.ZipFile(io.BytesIO(sent)), zipfile.ZipFile(io.BytesIO(content))
    assert {name: before.read(name) for name in before.namelist()} == {
        name: after.read(name) for name in after.namelist()
    }
    assert after.namelist()[0] == "[Content_Types].xml"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"word/vbaProject.bin": b"x"}, "contains macros"),
        ({"xl/macrosheets/sheet1.xml": "<x/>"}, "contains macros"),
        (
            {"types": '<Override PartName="/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>'},
            "contains macros",
        ),
        ({"word/activeX/activeX1.xml": "<x/>"}, "contains ActiveX"),
        ({"word/embeddings/oleObject1.bin": b"x"}, r"has another file embedded in it \(oleobject1.bin\)"),
        ({"word/embeddings/run.exe": b"x"}, "has another file embedded"),
        ({"word/media/image1.png": b"MZ\x90\x00"}, "contains a program"),
        ({"word/embeddings/a.xlsx": samples.office("xlsx", **{"xl/vbaProject.bin": b"x"})}, "contains macros"),
        ({"word/embeddings/a.xlsx": samples.zipped({"x": "y"})}, "an embedded file that is damaged"),
        ({"word/settings.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "DOCTYPE"),
        ({"word/settings.xml": "<!doctype a><a/>".encode("utf-16")}, "DOCTYPE"),
        ({"word/settings.xml": "<!DOCTYPE a><a/>".encode("utf-16-le")}, "DOCTYPE"),
        ({"word/settings.xml": b'<?xml version="1.0" encoding="utf-7"?><a/>'}, "unusual encoding"),
        (
            {
                "body": '<w:instrText>DDE</w:instrText><w:r/><w:instrText xml:space="preserve">AUTO c:\\cmd</w:instrText>'
            },
            "DDE",
        ),
        ({"body": '<w:fldSimple w:instr="DDEAUTO cmd"/>'}, "DDE"),
        ({"xl/externalLinks/externalLink1.xml": '<externalLink><ddeLink ddeService="cmd"/></externalLink>'}, "DDE"),
        ({"word/_rels/document.xml.rels": "<Relationships><broken"}, "damaged"),
    ],
)
def test_what_could_run_or_trap_a_parser_is_refused(clean, parts, message):
    with pytest.raises(Refused, match=message):
        clean("docx", samples.office("docx", **parts))


def test_calls_to_other_places_lead_to_nothing_and_web_links_stay(clean):
    entries = [
        ("hyperlink", "https://example.org/a?b=1&amp;c=2"),
        ("attachedTemplate", "http://evil.example/t.dotm"),
        ("image", "\\\\evil.example\\share\\x.png"),
        ("hyperlink", "file:///c:/secret.doc"),
        ("oleObject", "http://evil.example/x.sct"),
        ("image", "media/image1.png", ""),
    ]
    sent = samples.office("docx", **{"word/_rels/document.xml.rels": samples.relations(*entries)})
    outcome, content = clean("docx", sent)
    kept = zipfile.ZipFile(io.BytesIO(content)).read("word/_rels/document.xml.rels").decode()
    assert "evil.example" not in kept
    assert "secret" not in kept
    assert 'Target="https://example.org/a?b=1&amp;c=2"' in kept
    assert 'Target="media/image1.png"' in kept
    assert kept.count("<Relationship ") == 6
    assert outcome.taken_out == [
        "1 link to a template elsewhere",
        "1 picture fetched from elsewhere",
        "1 link to a file on another computer",
        "1 call to a file elsewhere",
    ]


def test_tracked_changes_comments_and_hidden_parts_are_pointed_out(clean):
    body = '<w:ins w:id="1"><w:t>176</w:t></w:ins><w:del w:id="2"><w:delText>127</w:delText></w:del><w:vanish/>'
    comments = '<w:comments><w:comment w:id="1"/></w:comments>'
    outcome, _ = clean("docx", samples.office("docx", body=body, **{"word/comments.xml": comments}))
    assert outcome.warnings == ["It has 2 tracked changes.", "It has 1 hidden passage.", "It has 1 comment."]
    outcome, _ = clean("xlsx", samples.office("xlsx", body='<sheet name="a" state="veryHidden"/>'))
    assert outcome.warnings == ["It has 1 hidden sheet."]


def test_a_part_that_unpacks_to_too_much_is_refused_without_unpacking_it_all(clean):
    bomb = samples.office("docx", **{"word/media/image1.emf": b"\x00" * (61 * MB)})
    assert len(bomb) < MB
    with pytest.raises(Refused, match=r"unpacks to more than it may: the part word/media/image1\.emf"):
        clean("docx", bomb)
    with pytest.raises(Refused, match="larger than 10 MB"):
        clean("docx", samples.office("docx", body="<w:t>" + "x" * (11 * MB) + "</w:t>"))


def test_parts_that_unpack_to_too_much_together_are_refused(clean, monkeypatch):
    monkeypatch.setattr(clean_office, "MAX_TOTAL", 5 * MB)
    parts = {f"word/media/image{at}.emf": b"\x00" * MB for at in range(6)}
    with pytest.raises(Refused, match="unpacks to more"):
        clean("docx", samples.office("docx", **parts))


def test_a_part_that_lies_about_its_size_is_refused(clean):
    sent = bytearray(samples.office("docx", **{"word/media/image1.emf": b"\x00" * 4000}))
    # The size in the list of parts says 10 bytes; 4,000 are there.
    at = sent.rfind(b"word/media/image1.emf") - 46
    assert sent[at : at + 4] == b"PK\x01\x02"
    sent[at + 24 : at + 28] = struct.pack("<I", 10)
    with pytest.raises(Refused, match="damaged"):
        clean("docx", bytes(sent))


def test_an_archive_with_too_many_parts_is_refused_before_it_is_listed(clean):
    bomb = samples.zipped({f"{at}": b"" for at in range(5001)})
    with pytest.raises(Refused, match="more than 5,000 parts"):
        clean("docx", bomb)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\x"])
def test_parts_with_names_that_lead_out_are_refused(clean, name):
    with pytest.raises(Refused, match="damaged"):
        clean("docx", samples.zipped({"[Content_Types].xml": "<Types/>", name: "x"}))


# --- Pictures --------------------------------------------------------------------------------------------------------


def test_a_photo_loses_its_place_and_camera_and_stays_the_right_way_up(clean):
    outcome, content = clean("jpeg", samples.photo_with_a_place())
    assert b"HOSTILE" not in content
    assert outcome.taken_out == [
        "the place where the picture was taken",
        "data of the camera or program",
        "written notes inside the file",
    ]
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.size == (30, 40)
        assert not picture.getexif()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_ordinary_png_comes_through(clean, mode):
    outcome, content = clean("png", samples.image("png", mode=mode))
    assert outcome.taken_out == []
    assert Image.open(io.BytesIO(content)).size == (40, 30)


def test_a_jpeg_in_printing_colours_comes_through(clean):
    _, content = clean("jpeg", samples.image("jpeg", mode="CMYK"))
    assert Image.open(io.BytesIO(content)).mode == "RGB"


def test_what_follows_the_picture_is_left_behind(clean):
    _, content = clean("png", samples.image("png") + b"PK\x03\x04HOSTILE")
    assert b"HOSTILE" not in content


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_drawn(clean):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    with pytest.raises(Refused, match="is 30,000 by 30,000 pixels; a picture can have 40 million"):
        clean("png", bomb)


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_half_a_picture_is_refused(clean, kind):
    content = samples.image(kind, size=(300, 300))
    with pytest.raises(Refused, match="damaged picture"):
        clean(kind, content[: len(content) // 2])


# --- CSV -------------------------------------------------------------------------------------------------------------


def test_a_csv_in_utf_8_is_kept_as_it_is(clean):
    sent = "Gebiet,Größe\nNorth,-5%\nSouth,–\nEast,+44 113 496 0000\nWest,-\n".encode()
    outcome, content = clean("csv", sent)
    assert (outcome.taken_out, content) == ([], sent)
    assert clean("csv", b"\xef\xbb\xbf" + sent)[1] == sent


def test_a_csv_in_the_old_windows_encoding_is_put_into_utf_8(clean):
    outcome, content = clean("csv", "Fund,£5 – café\n".encode("cp1252"))
    assert content.decode("utf-8") == "Fund,£5 – café\n"
    assert outcome.taken_out == ["the old Windows encoding (now UTF-8)"]


@pytest.mark.parametrize(
    "cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!D2", "\t=1", '=HYPERLINK("x")']
)
def test_cells_that_a_spreadsheet_would_run_become_text(clean, cell):
    out = io.StringIO()
    csv.writer(out).writerows([["Area", "Note"], ["North", cell]])
    outcome, content = clean("csv", out.getvalue().encode())
    assert list(csv.reader(io.StringIO(content.decode())))[1] == ["North", "'" + cell]
    assert outcome.taken_out == ["1 cell that a spreadsheet would run as a formula"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b\nc,\x00d\n", "has a character in line 2 that no text contains"),
        (b"a,b\nc,\x81\xe9\n", "is not readable text: line 2, character 3"),
        (b'a,b\n"c,d\n', "cannot be read as a table from line 2"),
        (b"," * 3000, "more than 2,000 columns in line 1"),
        (b"x" * 200_000, "cannot be read as a table from line 1"),
    ],
)
def test_a_csv_that_cannot_be_read_is_refused_with_its_place(clean, content, message):
    with pytest.raises(Refused, match=message):
        clean("csv", content)


# --- the child's answer ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.csv", "a.png", "a.jpg"])
def test_the_child_answers_with_plain_data(tmp_path, name):
    from tests.files.test_kinds import GOOD

    (tmp_path / "source").write_bytes(GOOD[name])
    answer = work({"source": str(tmp_path / "source"), "target": str(tmp_path / "target"), "name": name})
    assert answer["outcome"]["kind"] in ("pdf", "docx", "csv", "png", "jpeg")
    assert (tmp_path / "target").stat().st_size
    (tmp_path / "source").write_bytes(b"MZ")
    assert "Windows program" in work({"source": str(tmp_path / "source"), "target": "t", "name": name})["refused"]
