"""A CSV file as UTF-8 text, without cells that a spreadsheet would run as formulas.

Runs in the limited child process only.
"""

import codecs
import csv
import io
import re

from opcc_portal.files import markings
from opcc_portal.files.outcome import Outcome, counted
from opcc_portal.files.refusal import Refused

MAX_CELL = 100_000
# As much of it is read for a marking.
HEAD = 4000
MAX_COLUMNS = 2000
ADVICE = 'In Excel choose "CSV UTF-8" when you save it.'
# What a spreadsheet runs. After a sign it takes a function or a call: "-5%", "+44 113 496 0000" and "-" are only text.
FORMULA = re.compile(r"[=@\t\r]|[+-].*(?:[A-Za-z]\s*\(|[!|])")
FORMULA_WORDS = ("cell that a spreadsheet would run as a formula", "cells that a spreadsheet would run as formulas")


def clean(source, target):
    """Write the CSV at `source` to `target` as UTF-8; raises Refused with line and column."""
    with open(source, "rb") as file:
        text, encoding = _text(file.read())
    head = re.sub(r'[",;\t]+', " ", text[:HEAD])
    if marking := markings.too_high(head):
        raise Refused(markings.why_refused(marking))
    taken = ["the old Windows encoding (now UTF-8)"] if encoding == "cp1252" else []
    formulas = sum(bool(FORMULA.match(cell)) for row in _rows(text) for cell in row)
    with open(target, "w", encoding="utf-8", newline="") as file:
        if formulas:
            writer = csv.writer(file, dialect=_dialect(text), lineterminator="\n")
            writer.writerows([f"'{cell}" if FORMULA.match(cell) else cell for cell in row] for row in _rows(text))
        else:
            file.write(text)
    return Outcome("csv", taken_out=taken + counted({FORMULA_WORDS: formulas}))


def _text(data):
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\x00" in data:
        line = data.count(b"\n", 0, data.index(b"\x00")) + 1
        raise Refused(f"has a character in line {line:,} that no text contains (NUL). {ADVICE}")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        column = problem.start - data.rfind(b"\n", 0, problem.start)
        raise Refused(f"is not readable text: line {line:,}, character {column:,}. {ADVICE}") from None


def _dialect(text):
    class Found(csv.excel):
        """Comma, semicolon or tab, whichever the first line uses most."""

        delimiter = max(",;\t", key=text.split("\n", 1)[0].count)

    return Found


def _rows(text):
    """The rows one by one; raises Refused with the line at which they stop making sense."""
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), dialect=_dialect(text), strict=True)
    try:
        for row in reader:
            if len(row) > MAX_COLUMNS:
                line = reader.line_num
                raise Refused(f"has more than {MAX_COLUMNS:,} columns in line {line:,}. Is it really a CSV file?")
            yield row
    except csv.Error as problem:
        raise Refused(
            f"cannot be read as a table from line {reader.line_num:,} on ({problem}). Open it in a spreadsheet, "
            "check that line and save it as CSV again."
        ) from None
