"""The open data of grants as files, written while they are read: their length costs no memory.

Both hold exactly the awards asked for, the newest first. Those whose recipient is withheld or a person are counted in the
file's description, never listed.
"""

import csv
import datetime
import json

from django.db.models import Q

from funding.open_data import giving, rows
from funding.open_data.models import PublicAward
from opcc_portal.office.dates import today
from scrutiny.workflow.models import Edition

AT_A_TIME = 400
NOT_REGISTERED = "The office is not registered with 360Giving yet: identifiers that begin with 360G-unregistered are for the time being."


def grants(awards, publisher, base):
    """The records of the awards, the newest first; only AT_A_TIME of them are in memory at once."""
    for kept in _listed(awards):
        yield giving.completed(kept, publisher, base)


def _listed(awards):
    """What is kept of each, block by block by key: no cursor stays open while somebody's line is slow."""
    awards = awards.exclude(recipient_id="").order_by("-awarded_on", "-reference")
    last = None
    while True:
        after = awards
        if last:
            on, reference = last
            earlier = Q(awarded_on__lt=on) | Q(awarded_on=on, reference__lt=reference)
            after = awards.filter(earlier, awarded_on__lte=on)  # the second lets the database begin there
        block = list(after.values_list("awarded_on", "reference", "grant")[:AT_A_TIME])
        yield from (grant for _, _, grant in block if grant)
        if len(block) < AT_A_TIME:
            return
        last = block[-1][:2]


def package(awards, publisher, base, *, office_name, address, filters=""):
    """What the file says about itself: everything of the standard's package but the grants."""
    newest = Edition.objects.filter(kind="award").order_by("-number").values_list("published_at", flat=True).first()
    # Before anything is published the day stands for it: the same file is the same to the byte.
    day = (newest or datetime.datetime.combine(today(), datetime.time(), datetime.UTC)).isoformat(timespec="seconds")
    return {
        "version": giving.VERSION,
        "title": f"Grants awarded by {office_name}" if office_name else "Grants awarded",
        "description": description(awards, publisher, filters),
        "issued": day,
        "modified": day,
        "identifier": f"{publisher.prefix or giving.UNREGISTERED}-grants",
        "publisher": {
            "name": office_name or "The office",
            "identifier": publisher.funder_id or f"{publisher.prefix or giving.UNREGISTERED}-ORG-office",
            "website": f"{base}/",
        },
        "downloadURL": f"{base}{address}",
        "accessURL": f"{base}/grants/",
        "license": publisher.licence_url,
    }


def description(awards, publisher, filters=""):
    """What is in the file and what is not, in words."""
    said = [f"Grants as published on the office’s pages{', filtered' if filters else ''}, one record each."]
    if unlisted := awards.filter(recipient_id="").count():
        are = "1 award is" if unlisted == 1 else f"{unlisted} awards are"
        said.append(f"{are} not listed, because the recipient is a person or withheld; the office’s page says more.")
    if awards.filter(is_demonstration=True).exists():
        said.append("Records with “demonstration”: “Yes” are no real grants.")
    if not publisher.prefix:
        said.append(NOT_REGISTERED)
    return " ".join(said)


def stream_json(awards, publisher, base, told):
    """The file of the standard as pieces of text; `told` is its package."""
    head = json.dumps({**told, "grants": []}, ensure_ascii=False, indent=1)
    yield head.removesuffix("]\n}")
    between = "\n"
    for grant in grants(awards, publisher, base):
        yield between + json.dumps(grant, ensure_ascii=False)
        between = ",\n"
    yield "\n]\n}\n"


class _Line:
    """What csv writes to: it hands the line on."""

    def write(self, text):
        return text


def stream_csv(awards, publisher, base):
    """The flat file of the standard as pieces of text, beginning with the mark by which Excel knows UTF-8."""
    return csv_lines(grants(awards, publisher, base))


def csv_lines(records):
    """Records as the lines of a flat file."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(rows.HEADINGS)
    for grant in records:
        yield writer.writerow(rows.row_of(grant))


def everything():
    """All published awards."""
    return PublicAward.objects.all()
