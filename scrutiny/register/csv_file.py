"""A list as a CSV file: what a page shows filtered, whole, and safe to open in a spreadsheet."""

import csv
import io
from decimal import Decimal

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.text import slugify

from opcc_portal.office.dates import today

# A cell that starts with one of these is run as a formula by spreadsheets; an apostrophe before it makes it text.
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n")
# So many letters are sent at once.
A_PIECE = 16 * 1024


def cell(value):
    """The value as a cell: nothing for None, ISO for days, numbers as numbers, and never a formula."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, int | float):
        return str(value)
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(RUN_BY_SPREADSHEETS) else text


def csv_response(*, name, headings, rows):
    """The rows as a file to keep, named after the list and today."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(name)}-{today().isoformat()}.csv"'
    response["Cache-Control"] = "no-store"
    response.write(csv_text(headings, rows))
    return response


def csv_stream(*, name, headings, rows):
    """The same sent row by row, for lists that are too long to be held at once. `rows` is asked for while it is sent."""
    response = StreamingHttpResponse(_written(headings, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(name)}-{today().isoformat()}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _written(headings, rows):
    line = io.StringIO(newline="")
    writer = csv.writer(line)
    line.write("\ufeff")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([cell(value) for value in row])
        if line.tell() > A_PIECE:
            yield line.getvalue()
            line.seek(0)
            line.truncate()
    yield line.getvalue()


def csv_text(headings, rows):
    """The rows as CSV, beginning with the mark by which Excel knows UTF-8."""
    text = io.StringIO(newline="")
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()
