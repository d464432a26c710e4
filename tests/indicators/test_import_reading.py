"""Sheets as people have them become rows of text, and what cannot be read says what to do."""

import datetime
import io

import pytest
from openpyxl import Workbook

from scrutiny.indicators.importing import reading_files
from scrutiny.indicators.importing.reading_files import MERGED, NO_RESULT, Unreadable
from tests.indicators import sheets


def rows_of(file, sheet="Data", **more):
    return reading_files.rows_of_workbook(file, sheet, **more)


@pytest.mark.parametrize(
    "text",
    [
        "Area\tPeriod\tValue\nLeeds\tOctober 2017\t4,586\n",
        'Area,Period,Value\nLeeds,October 2017,"4,586"\n',
        "Area;Period;Value\r\nLeeds;October 2017;4,586\r\n\r\n",
        "\ufeffArea\tPeriod\tValue\nLeeds\tOctober 2017\t\x00 4,586\n\t\t\n",
    ],
)
def test_a_paste_from_excel_and_every_usual_csv_give_the_same_rows(text):
    assert reading_files.rows_of_text(text) == [["Area", "Period", "Value"], ["Leeds", "October 2017", "4,586"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_file_is_read_in_the_encodings_that_offices_use(tmp_path, encoding):
    path = tmp_path / "figures.csv"
    path.write_bytes("Area,Value\nYnys Môn – north,£5\n".encode(encoding))
    assert reading_files.rows_of_csv(path)[1] == ["Ynys Môn – north", "£5"]


def test_cells_of_a_workbook_read_as_excel_shows_them():
    file = sheets.workbook(
        [
            ["Day", "Share", "Sum", "Whole", "Text"],
            [datetime.date(2017, 10, 1), 0.62, 0.1 + 0.2, 4586.0, " a\u00a0 b "],
        ],
        formats={"B2": "0%"},
    )
    assert rows_of(file)[1] == ["2017-10-01", "62%", "0.3", "4586", "a b"]


def test_a_formula_without_its_result_is_not_taken_for_an_empty_cell():
    file = sheets.workbook([["Value"], ["=1+1"], [3]])
    assert rows_of(file) == [["Value"], [NO_RESULT], ["3"]]


def test_a_formula_with_its_result_is_read_as_the_result():
    file = sheets.edited(
        sheets.workbook([["Value"], ["=1+1"]]), "xl/worksheets/sheet1.xml", rb"<v\s*/>|<v></v>", b"<v>2</v>"
    )
    assert rows_of(file) == [["Value"], ["2"]]


def test_merged_cells_of_the_table_are_marked_and_a_merged_title_is_not():
    file = sheets.workbook([["Title"], ["Area", "Value"], ["Leeds", 1], ["", 2]], merged=["A1:B1", "A3:A4"])
    assert rows_of(file) == [["Title"], ["Area", "Value"], [MERGED, "1"], [MERGED, "2"]]


def test_hidden_sheets_are_named_and_empty_ones_left_out():
    file = sheets.workbook([["x"]], more=[("Old", [["y"]]), ("Empty", [])], hidden=["Old"])
    assert [(each.name, each.is_hidden) for each in reading_files.sheets_of(file)] == [("Data", False), ("Old", True)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("\n\t\t\n", "is empty"),
        ("x\n" * 50_102, "more than 50,000 rows.*load_figures"),
        ("\t".join("x" * 61), "more than 60 columns in row 1"),
        ("a\tb\n1\t" + "x" * 1001, "row 2, column B has 1,001 characters"),
    ],
)
def test_a_paste_that_is_no_table_says_what_to_do(text, words):
    with pytest.raises(Unreadable, match=words):
        reading_files.rows_of_text(text)


def named(content, name):
    file = io.BytesIO(content)
    file.name = name
    return file


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel format.*Save as"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "has a password"),
        ("a.xlsm", b"PK\x03\x04", "macros"),
        ("a.pdf", b"%PDF-1.7", "neither a workbook nor a CSV"),
        ("a.xlsx", b"PK\x03\x04 half a file", "damaged"),
    ],
)
def test_what_is_no_table_of_figures_is_refused_before_it_is_opened(name, content, words):
    with pytest.raises(Unreadable, match=words):
        reading_files.prepared(named(content, name))


def test_a_sheet_of_200000_rows_is_refused_fast_with_what_to_do():
    file = sheets.long_workbook(200_000)
    with pytest.raises(Unreadable, match=r"200,000 rows.*Split the file.*load_figures"):
        reading_files.prepared(file)


def test_a_zip_bomb_is_refused_by_its_list_of_parts():
    file = sheets.bomb()
    with pytest.raises(Unreadable, match="unpacks to a sheet of 57 MB"):
        reading_files.prepared(file)


def test_a_sheet_that_hides_its_length_is_refused_while_it_is_read():
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    for number in range(60):
        sheet.append([number])
    file = sheets.edited(sheets.saved(book), "xl/worksheets/sheet1.xml", rb"<dimension[^>]*>", b"")
    with pytest.raises(Unreadable, match="more than 40 rows"):
        rows_of(file, limit=40)


def test_text_in_utf16_is_prepared_as_utf8_csv():
    file = reading_files.prepared(named("Area\tValue\nYnys Môn\t5".encode("utf-16"), "unicode.txt"))
    assert (file.name, file.read().decode()) == ("unicode.csv", "Area\tValue\nYnys Môn\t5")
