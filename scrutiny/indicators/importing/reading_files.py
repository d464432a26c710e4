"""A sheet as rows of text, whether it was pasted, is a CSV file or a workbook.

Nothing is judged here. What a cell cannot say (a formula without its result, a merged cell) becomes a text that begins
with "#", which nobody takes for a figure or a name.
"""

import codecs
import csv
import datetime
import hashlib
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath

from django.core.files.base import ContentFile
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from opcc_portal.files.inspect import open_package
from opcc_portal.files.models import Kind
from opcc_portal.files.operations import receive
from opcc_portal.files.refusal import Refused

MAX_ROWS = 50_000
MAX_COLUMNS = 60
MAX_CELLS = 800_000
MAX_CELL = 1000
MAX_PROSE = 10_000  # characters of a cell where people write sentences and paragraphs
MAX_PASTED = 5_000_000  # characters
# A sheet of 50,000 rows and ten columns has about 20 MB of XML; clean_office unpacks at most 40 MB of a part.
MAX_SHEET_XML = 40 * 1024 * 1024
HEAD = 4096

NO_RESULT = "#NO RESULT"
MERGED = "#MERGED"
WHAT_SIGNS_MEAN = {
    NO_RESULT: "is a formula that was never worked out. Open the file in Excel, save it and upload it again.",
    MERGED: "is merged with other cells. Unmerge them, write into each cell what it says, and upload it again.",
}

# What zipfile and openpyxl raise over a workbook that is damaged, locked or packed in a way that nobody uses.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
IS_DAMAGED = "The workbook is damaged. Open it in Excel, save it under a new name and upload that."

SPLIT = (
    f"At most {MAX_ROWS:,} rows can be looked through in one go. Split the file, for instance by year. Whole histories "
    "of figures can be loaded by the administrator with the command load_figures."
)
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
_CELL = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3}[0-9]{1,7})"[^>]*>\s*<(?:\w+:)?f\b(.*?)</(?:\w+:)?c>', re.DOTALL
)
_RESULT = re.compile(rb"<(?:\w+:)?(?:v|t)\b[^>/]*>[^<]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z0-9:]+)"')
_DIMENSION = re.compile(rb'<(?:\w+:)?dimension\b[^>]*\bref="([A-Z0-9:]+)"')


class Unreadable(ValueError):
    """The file or paste cannot be read as a table. The message says why and what to do."""


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook that has something in it."""

    name: str
    is_hidden: bool = False


# --- Before a file is taken in -------------------------------------------------------------------------------------


def prepared(file):
    """The file as the portal's checks take it: text of any usual encoding as a CSV file, a workbook as it is.

    Raises Unreadable at once for what no check could make a table, above all for sheets that are far too long.
    """
    ending = PurePath(file.name).suffix.lower()
    head = file.read(8)
    file.seek(0)
    if ending in (".txt", ".tsv", ".csv") and not head.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return _as_csv(file, head)
    if ending not in (".csv", ".txt", ".tsv", ".xlsx", ".xls", ".xlsm", ".xlsb"):
        raise Unreadable(
            f"“{file.name}” is neither a workbook nor a CSV file. Save the table as .xlsx or as CSV, or paste it."
        )
    if head.startswith(b"\xd0\xcf\x11\xe0") or ending == ".xls":
        raise Unreadable(
            f"“{file.name}” is in the old Excel format (.xls) or has a password. Open it in Excel, choose Save as, "
            "Excel workbook (.xlsx), and upload that."
        )
    if ending in (".xlsm", ".xlsb"):
        raise Unreadable(
            f"“{file.name}” can carry macros, that is, programs. Open it in Excel, choose Save as, Excel workbook "
            "(.xlsx), and upload that."
        )
    if ending == ".xlsx":
        if head and not head.startswith(b"PK"):
            raise Unreadable(
                f"“{file.name}” is called a workbook and is none. If it is a CSV file, name it "
                f"{PurePath(file.name).stem}.csv and upload it again; if not, ask whoever sent it for the right file."
            )
        _look_at_sizes(file)
    return file


def _as_csv(file, head):
    name = f"{PurePath(file.name).stem}.csv"
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(mark):
            try:
                return ContentFile(file.read().decode(encoding).encode(), name=name)
            except UnicodeDecodeError:
                raise Unreadable(
                    f"“{file.name}” is damaged: its text breaks off inside a letter. In Excel choose “CSV UTF-8” when "
                    "you save it."
                ) from None
    file.name = name
    return file


def _look_at_sizes(file):
    """Refuse by the list of parts and the first lines of each sheet what would take minutes to unpack."""
    try:
        with open_package(file) as package:
            for part in package.infolist():
                if not re.match(r"xl/worksheets/[^/]+\.xml$", part.filename, re.IGNORECASE):
                    continue
                rows = _rows_said(package, part)
                if rows > MAX_ROWS + 100:
                    raise Unreadable(f"“{file.name}” has a sheet with {rows:,} rows. {SPLIT}")
                if part.file_size > MAX_SHEET_XML:
                    raise Unreadable(f"“{file.name}” unpacks to a sheet of {part.file_size // 1024**2} MB. {SPLIT}")
    except Refused as refusal:
        raise Unreadable(f"“{file.name}” {refusal}") from None
    finally:
        file.seek(0)


def _rows_said(package, part):
    """How many rows the sheet says that it has; 0 where it says nothing."""
    try:
        with package.open(part) as sheet:
            found = _DIMENSION.search(sheet.read(HEAD))
        return range_boundaries(found[1].decode())[3] or 0 if found else 0
    except DAMAGED:
        return 0  # opening the workbook says what is wrong with it


def taken_in(file, *, by):
    """(the checked file as it is kept, the digest of what was sent). Raises Unreadable, and then nothing is kept.

    To be called outside a transaction, as `files.receive` is.
    """
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    name = file.name
    try:
        kept = receive(prepared(file), by=by)
    except Refused as refusal:
        raise Unreadable(_in_our_words(str(refusal))) from None
    if kept.kind not in (Kind.XLSX, Kind.CSV):
        kept.delete()
        raise Unreadable(f"“{name}” is neither a workbook nor a CSV file. Save the table as .xlsx or as CSV.")
    return kept, digest.hexdigest()


def _in_our_words(refusal):
    """The checks of files suggest a PDF, of which no rows can be read."""
    for theirs, ours in (
        (" Save it as PDF and upload that.", f" {SPLIT}"),
        ("If it is a real document, save it as PDF and upload that.", SPLIT),
        ("Split it, or save it as a simpler PDF.", SPLIT),
        ("Save it as a simpler PDF and upload that.", SPLIT),
    ):
        refusal = refusal.replace(theirs, ours)
    return refusal


def pasted(text, *, advice="", prose=False):
    """(the rows of a paste, the digest of what was pasted). Raises Unreadable; `advice` is added where it is too long."""
    if len(text) > MAX_PASTED:
        raise Unreadable(f"You pasted {len(text):,} characters. Upload it as a file. {advice}".strip())
    return rows_of_text(text, prose=prose), hashlib.sha256(text.encode(errors="replace")).hexdigest()


# --- Reading -------------------------------------------------------------------------------------------------------


def rows_of_text(text, *, what="What you pasted", limit=MAX_ROWS, prose=False):
    """The rows of a paste from Excel or of a CSV file: tab, comma or semicolon, whichever it uses.

    With `prose` a cell may be long and keeps its line breaks; here and in the other readers.
    """
    text = text.removeprefix("\ufeff").replace("\x00", "")
    csv.field_size_limit(MAX_SHEET_XML)  # of the whole process: too small a limit would be everybody’s
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        return _within_limits(reader, what, limit, prose=prose)
    except csv.Error as problem:
        raise Unreadable(
            f"{what} cannot be read as a table from line {reader.line_num:,} on ({problem}). Check that line."
        ) from None


def rows_of_csv(path, *, what="The file", limit=MAX_ROWS):
    """The rows of a CSV file as an administrator has it: UTF-8, UTF-16 or the old Windows encoding."""
    with open(path, "rb") as file:
        data = file.read()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return rows_of_text(data.decode(encoding), what=what, limit=limit)
        except UnicodeDecodeError:
            continue
    raise Unreadable(f"{what} is not readable text. In Excel choose “CSV UTF-8” when you save it.")


def _delimiter(text):
    """What parts the cells: of tab, semicolon and comma the one that stands in most of the first lines."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text[:20_000].splitlines()[:30] if line.strip()]
    return max("\t;,", key=lambda mark: (sum(mark in line for line in lines), sum(line.count(mark) for line in lines)))


def sheets_of(file):
    """The sheets of a workbook that have cells, in their order, with whether they are hidden."""
    book = _open(file)
    try:
        found = []
        for sheet in book.worksheets:
            has_cells = any(value is not None for row in _first_rows(sheet) for value in row)
            if has_cells:
                found.append(Sheet(sheet.title, sheet.sheet_state != "visible"))
        return found
    finally:
        book.close()


def sheets_to_choose(upload):
    """The sheets of a kept workbook, where there is more than one to choose from or it is hidden; else an empty list."""
    if upload.kind != Kind.XLSX:
        return []
    with upload.file.open("rb") as file:
        sheets = sheets_of(file)
    return sheets if len(sheets) > 1 or (sheets and sheets[0].is_hidden) else []


def rows_of_upload(upload, sheet="", *, name, progress=None, prose=False):
    """(the rows of a kept file, the sheet they stand in): of the sheet that is named, or of the first one."""
    with upload.file.open("rb") as file:
        if upload.kind == Kind.CSV:
            return rows_of_text(file.read().decode(), what=f"“{name}”", prose=prose), ""
        if not sheet:
            sheets = sheets_of(file)
            if not sheets:
                raise Unreadable(f"“{name}” is empty. Check that the rows are in it.")
            sheet = sheets[0].name
            file.seek(0)
        told = progress and (lambda number: progress(number, 0, f"Read {number:,} rows"))
        return rows_of_workbook(file, sheet, progress=told, prose=prose), sheet


def _first_rows(sheet):
    return sheet.iter_rows(min_row=1, max_row=50, max_col=MAX_COLUMNS + 1, values_only=True)


def rows_of_workbook(file, sheet, *, limit=MAX_ROWS, progress=None, prose=False):
    """The rows of one sheet as text, each cell as Excel shows it. Raises Unreadable."""
    book = _open(file)
    try:
        if sheet not in book.sheetnames:
            raise Unreadable(f"The workbook has no sheet “{sheet}”.")
        found = book[sheet]
        found.reset_dimensions()  # a wrong dimension would hide rows; an enormous one is met by the limit on columns
        rows = ([_cell_text(cell) for cell in row] for row in found.iter_rows())
        rows = _within_limits(rows, f"The sheet “{sheet}”", limit, progress, prose=prose)
        _mark_what_cells_cannot_say(book, found, rows)
        return rows
    except Unreadable:
        raise
    except DAMAGED:
        raise Unreadable(IS_DAMAGED) from None
    finally:
        book.close()


def _open(file):
    try:
        return load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except DAMAGED:
        raise Unreadable(IS_DAMAGED) from None


def _cell_text(cell):
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number_text(value, cell.number_format or "")
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ")
    return str(value)


def _number_text(value, number_format):
    """The number without the noise of binary fractions; what a cell shows as 62% is 0.62 inside."""
    number = Decimal(f"{value:.15g}")
    if re.fullmatch("0{2,}", number_format) and number == number.to_integral_value():
        return f"{number:f}".zfill(len(number_format))  # a number of a list, shown with its leading zeros
    if "%" in number_format.split(";")[0]:
        text = f"{(number * 100).normalize():f}"
        return f"{text}%"
    return f"{number:f}" if number == number.to_integral_value() else f"{number.normalize():f}"


def _mark_what_cells_cannot_say(book, sheet, rows):
    """Write into the rows where a formula has no result and where cells are merged."""
    part = book._archive.read(sheet._worksheet_path)
    for where, rest in _CELL.findall(part):
        if not _RESULT.search(rest):
            column, row, *_ = range_boundaries(where.decode())
            _put(rows, row, column, NO_RESULT)
    for where in _MERGED.findall(part):
        first_column, first_row, last_column, last_row = range_boundaries(where.decode())
        for row in range(first_row, min(last_row, len(rows)) + 1):
            for column in range(first_column, min(last_column, MAX_COLUMNS) + 1):
                # A title over the table may be merged; a title is the only cell with words in its row.
                if sum(bool(text) for text in rows[row - 1]) > 1 or first_row != last_row:
                    _put(rows, row, column, MERGED)


def _put(rows, row, column, text):
    if row > len(rows):
        return
    cells = rows[row - 1]
    cells.extend([""] * (column - len(cells)))
    cells[column - 1] = text


def _within_limits(rows, what, limit, progress=None, *, prose=False):
    """The rows, tidied, without empty ones at the end. Raises Unreadable where there is too much or nothing."""
    kept, cells = [], 0
    tidied, longest = (_tidy_prose, MAX_PROSE) if prose else (_tidy, MAX_CELL)
    for number, row in enumerate(rows, 1):
        tidy = [tidied(text) for text in row]
        while tidy and not tidy[-1]:
            tidy.pop()
        if len(tidy) > MAX_COLUMNS:
            raise Unreadable(
                f"{what} has more than {MAX_COLUMNS} columns in row {number:,}. Take out those that are not needed."
            )
        for column, text in enumerate(tidy, 1):
            if len(text) > longest:
                raise Unreadable(
                    f"{what}: row {number:,}, column {get_column_letter(column)} has {len(text):,} characters. A cell can "
                    f"have {longest:,}. Shorten it, or take the column out."
                )
        cells += len(tidy)
        if limit and (cells > MAX_CELLS or (tidy and number > limit + 1)):
            raise Unreadable(f"{what} has more than {limit:,} rows, or very many columns. {SPLIT}")
        kept.append(tidy)
        if progress and number % 1000 == 0:
            progress(number)
    while kept and not kept[-1]:
        kept.pop()
    if not kept:
        raise Unreadable(f"{what} is empty. Check that the rows are in it.")
    return kept


def _tidy(text):
    return " ".join(_UNSEEN.sub("", text).split())


def _tidy_prose(text):
    """The text line by line, with at most one empty line between paragraphs."""
    lines = "\n".join(_tidy(line) for line in text.splitlines())
    return re.sub("\n{3,}", "\n\n", lines).strip()
