"""The two corrections of 8 January 2018: crimes recorded for January, and intelligence submissions on page 4."""

import datetime
import uuid

from scrutiny.indicators.models import Indicator
from scrutiny.minutes import corrected_figures, correcting
from scrutiny.minutes.models import Correction, MinuteEntry
from scrutiny.register.models import Attachment

# Which entry it is, by a figure that its words hold, and what was put right. The public minutes name the month of the first
# and no year: the figure keeps that word, and which January it was stays for somebody to confirm.
CORRECTIONS = [
    ("127", {"measure": "Recorded crimes", "old_value": "127", "new_value": "176", "period": "January", "page": ""}),
    (
        "22%",
        {
            "measure": "Intelligence submissions",
            "old_value": "22%",
            "new_value": "23%",
            "period": "during 2017",
            "page": "4",
        },
    ),
]


def seed_corrections(minutes, report, *, by):
    """Fill in the corrections of item 5, which put right the force's attachment. `join_figures` confirms them."""
    held = report.held_attachments.get(attachment=Attachment.objects.get(held_by_report__report=report, label=""))
    entries = MinuteEntry.objects.filter(minuted_item__minutes=minutes, kind=MinuteEntry.Kind.CORRECTION)
    for figure, details in CORRECTIONS:
        entry = entries.filter(text__contains=figure).select_related("correction").first()
        record = getattr(entry, "correction", None)
        if entry is None or (record and record.new_value):
            continue
        correcting.save_details(
            entry,
            base_version=record.version if record else 0,
            save_id=uuid.uuid4(),
            changes={**details, "report": report.pk, "section": None, "attachment": held.pk, "quoted": ""},
            by=by,
            write_sentence=False,
        )


# The figure of an indicator that each one puts right, by a figure in its words; without a period it is still to be confirmed.
FIGURES = {
    "127": ("Modern slavery crimes recorded", None),
    "22%": ("Instances of intelligence", datetime.date(2017, 1, 1)),
}


def join_figures(minutes, *, by):
    """Point both corrections to their figures and confirm them: 127 becomes 176, and 22% becomes 23%, everywhere."""
    for old, (title, start) in FIGURES.items():
        record = minutes.corrections.filter(old_value=old, status=Correction.Status.PROPOSED).first()
        indicator = Indicator.objects.select_related("headline_area").filter(title=title).first()
        if record is None or indicator is None:
            continue
        area = indicator.headline_area
        given = {"indicator": indicator, "area": area, "period_start": start}
        pointed = corrected_figures.point(record, **given, seen=record.version, by=by)
        correcting.confirm(pointed, seen=pointed.version, by=by)
