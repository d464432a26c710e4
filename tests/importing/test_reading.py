"""A file as text, or one clear sentence why not."""

import pytest

from scrutiny.importing.reading import MAX_BYTES, MAX_LINES, CannotRead, read_bytes, read_file


def test_utf8_with_and_without_a_byte_order_mark_reads_the_same():
    assert read_bytes("£5 – ü".encode()).text == read_bytes("£5 – ü".encode("utf-8-sig")).text == "£5 – ü"


def test_utf16_text_of_a_word_processor_is_read():
    assert read_bytes("Present: Ana Ruíz".encode("utf-16")).text == "Present: Ana Ruíz"


def test_windows_text_is_read_with_a_warning_to_check_its_signs():
    source = read_bytes("£36 – “quoted”".encode("cp1252"))
    assert source.text == "£36 – “quoted”"
    assert "Windows-1252" in source.warnings[0]


def test_line_ends_of_every_system_become_one():
    assert read_bytes(b"a\r\nb\rc\nd").text == "a\nb\nc\nd"


def test_invisible_characters_and_hard_spaces_do_not_part_words():
    assert read_bytes("mod\u00adern\u200b hard\u00a0space".encode()).text == "modern hard space"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"*** --- ***", "no words"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04 word/document.xml", "Word, Excel or zip"),
        (b"\xd0\xcf\x11\xe0 old", "old Word"),
        (b"{\\rtf1 text}", "RTF"),
        (b"MZ\x90", "program"),
        (b"<!DOCTYPE html><p>Present", "web page"),
        (b"text\x00text", "NUL"),
        (b"line\nbell\x07", "control character 0x07 on line 2"),
        (b"\xff\xfeA", "damaged"),
        (b"caf\x81", "neither UTF-8 nor Windows-1252"),
        (b"a " * MAX_BYTES, "MB"),
        (b"a\n" * (MAX_LINES + 1), "lines"),
    ],
)
def test_what_is_no_plain_text_is_refused_with_the_reason(data, reason):
    with pytest.raises(CannotRead, match=reason) as refused:
        read_bytes(data, name="paper.txt")
    assert str(refused.value).startswith("paper.txt: ")


def test_a_missing_file_and_a_folder_are_named_as_such(tmp_path):
    with pytest.raises(CannotRead, match="no such file"):
        read_file(tmp_path / "nothing.txt")
    with pytest.raises(CannotRead, match="folder"):
        read_file(tmp_path)


def test_a_file_of_sixty_megabytes_is_refused_by_its_size(tmp_path):
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(60 * 1024 * 1024)
    with pytest.raises(CannotRead, match=r"60\.0 MB"):
        read_file(path)


def test_the_hash_is_that_of_the_bytes_in_the_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc")
    assert read_file(path).sha256.startswith("ba7816bf8f01cfea")


@pytest.mark.parametrize("marking", ["SECRET", "TOP SECRET"])
def test_a_paper_that_is_marked_too_high_is_not_read(marking):
    with pytest.raises(CannotRead, match=f"is marked {marking}.*Nothing of it was kept"):
        read_bytes(f"{marking}\nMinutes of a meeting\nWords.\n{marking}\n".encode())
