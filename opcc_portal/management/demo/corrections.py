"""The two corrections of 8 January 2018: crimes recorded for January, and intelligence submissions on page 4."""

import uuid

from scrutiny.minutes import correcting
from scrutiny.minutes.models import MinuteEntry
from scrutiny.register.models import Attachment

# Which entry it is, by a figure that its words hold, and what was put right. The public minutes name the month of the first
# and no year: the period is for somebody to ask, so it stays open here and is flagged.
CORRECTIONS = [
    ("127", {"measure": "Recorded crimes", "old_value": "127", "new_value": "176", "period": "", "page": ""}),
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
    """Fill in the corrections of item 5. They put right the force's attachment, and nobody has confirmed them yet."""
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
