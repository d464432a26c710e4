"""Workbooks and CSV files as offices send them, made in memory."""

import datetime
import io
import re
import zipfile

from openpyxl import Workbook

DAY = datetime.date(2018, 3, 1)


def workbook(rows, *, name="figures.xlsx", formats=(), merged=(), hidden=(), more=()):
    """An .xlsx with these rows in the sheet "Data"; `more` are further (title, rows); `formats` {cell: number format}."""
    book = Workbook()
    book.active.title = "Data"
    sheets = [(book.active, rows), *((book.create_sheet(title), others) for title, others in more)]
    for sheet, content in sheets:
        for row in content:
            sheet.append(row)
        if sheet.title in hidden:
            sheet.sheet_state = "hidden"
    for cell, number_format in dict(formats).items():
        book["Data"][cell].number_format = number_format
    for cells in merged:
        book["Data"].merge_cells(cells)
    return saved(book, name)


def saved(book, name="figures.xlsx"):
    """The workbook as an open file with a name."""
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = name
    return file


def long_workbook(rows):
    """A workbook whose sheet has so many rows, written without openpyxl: it would take a minute."""
    lines = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, rows + 1))
    return with_sheet(
        f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:A{rows}"/>'
        f"<sheetData>{lines}</sheetData></worksheet>"
    )


def bomb():
    """A small file that unpacks to a sheet of 60 MB."""
    return with_sheet(b"<worksheet>" + b" " * 60_000_000 + b"</worksheet>")


def with_sheet(content):
    """An ordinary workbook whose sheet has this content instead."""
    source, target = workbook([["x"]]), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, content if part.filename.endswith("sheet1.xml") else old.read(part))
    target.seek(0)
    target.name = "figures.xlsx"
    return target


def edited(file, part, pattern, text):
    """The workbook with a piece of one part put differently."""
    target = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            data = old.read(each)
            new.writestr(each.filename, re.sub(pattern, text, data) if each.filename == part else data)
    target.seek(0)
    target.name = file.name
    return target
