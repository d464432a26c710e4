"""The flat file of the standard: one line a grant, its columns named as the schema names them; there and back.

Conditions, reasons and two more columns of our own stand at the end: the standard has no field for them, the Specified
Information Order asks for them.
"""

import csv
import re

from funding.open_data.giving import number

SUMS = ("amountAppliedFor", "amountAwarded", "amountDisbursed")
# The heading of each column, and where its value stands in a record.
COLUMNS = (
    ("Identifier", ("id",)),
    ("Title", ("title",)),
    ("Description", ("description",)),
    ("Currency", ("currency",)),
    ("Amount Applied For", ("amountAppliedFor",)),
    ("Amount Awarded", ("amountAwarded",)),
    ("Amount Disbursed", ("amountDisbursed",)),
    ("Award Date", ("awardDate",)),
    ("URL", ("url",)),
    ("Planned Dates:Start Date", ("plannedDates", "startDate")),
    ("Planned Dates:End Date", ("plannedDates", "endDate")),
    ("Recipient Org:Identifier", ("recipientOrganization", "id")),
    ("Recipient Org:Name", ("recipientOrganization", "name")),
    ("Recipient Org:Charity Number", ("recipientOrganization", "charityNumber")),
    ("Recipient Org:Company Number", ("recipientOrganization", "companyNumber")),
    ("Recipient Org:Web Address", ("recipientOrganization", "url")),
    ("Beneficiary Location:Name", ("beneficiaryLocation", "name")),
    ("Beneficiary Location:Geographic Code", ("beneficiaryLocation", "geoCode")),
    ("Beneficiary Location:Geographic Code Type", ("beneficiaryLocation", "geoCodeType")),
    ("Funding Org:Identifier", ("fundingOrganization", "id")),
    ("Funding Org:Name", ("fundingOrganization", "name")),
    ("Grant Programme:Code", ("grantProgramme", "code")),
    ("Grant Programme:Title", ("grantProgramme", "title")),
    ("Grant Programme:Description", ("grantProgramme", "description")),
    ("From An Open Call?", ("fromOpenCall",)),
    ("Classifications:Vocabulary", ("classifications", "vocabulary")),
    ("Classifications:Code", ("classifications", "code")),
    ("Classifications:Title", ("classifications", "title")),
    ("Related Document:Title", ("relatedDocument", "title")),
    ("Related Document:Web Address", ("relatedDocument", "url")),
    ("Related Document:Document Type", ("relatedDocument", "documentType")),
    ("Last Modified", ("dateModified",)),
    ("Data Source", ("dataSource",)),
    ("Conditions", ("conditions",)),
    ("Reasons", ("reasons",)),
    ("Award Status", ("awardStatus",)),
    ("Demonstration", ("demonstration",)),
)
HEADINGS = tuple(heading for heading, _ in COLUMNS)
_PATHS = dict(COLUMNS)
# What a spreadsheet would run gets an apostrophe before it, and so does what looks as if it had got one: then every cell
# can be read back exactly.
_RUN = re.compile(r"[ ']*[=+\-@\t\r\n]")
_GUARDED = re.compile(r"'[ ']*[=+\-@\t\r\n]")


class NotTheStandard(ValueError):
    """A flat file that cannot be read as grants, and why."""


def row_of(grant):
    """The cells of one record."""
    return [_cell(_at(grant, path)) for _, path in COLUMNS]


def _at(grant, path):
    value = grant.get(path[0])
    if len(path) == 2:
        value = value[0].get(path[1]) if value else None
    return value


def _cell(value):
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if _RUN.match(value) else value
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def read(lines):
    """The records of a flat file, one after the other. `lines` as csv.reader takes them. Raises NotTheStandard."""
    rows = csv.reader(lines)
    headings = [heading.removeprefix("\ufeff").strip() for heading in next(rows, [])]
    if not headings:
        raise NotTheStandard("The file is empty. Its first line has to name the columns.")
    if unknown := [heading for heading in headings if heading not in _PATHS]:
        raise NotTheStandard(
            f"No column of ours is called “{unknown[0]}”. Name the columns as the standard does: “{HEADINGS[0]}”, …"
        )
    for row in rows:
        if any(row):
            if len(row) != len(headings):
                raise NotTheStandard(f"Line {rows.line_num} has {len(row)} cells and not {len(headings)}.")
            yield _grant(zip(headings, row, strict=True), rows.line_num)


def _grant(cells, line):
    grant = {}
    for heading, text in cells:
        if not text:
            continue
        name, *rest = _PATHS[heading]
        value = text[1:] if _GUARDED.match(text) else text
        if name in SUMS:
            value = _sum(value, heading, line)
        if rest:
            grant.setdefault(name, [{}])[0][rest[0]] = value
        else:
            grant[name] = value
    return grant


def _sum(text, heading, line):
    try:
        return number(text)
    except ArithmeticError:
        raise NotTheStandard(f"Line {line}: “{text}” under {heading} is no number. Write 4500 or 4500.50.") from None
