"""Acts on meetings and series. The agenda and the attendance have their own files."""

from django.db import transaction

from opcc_portal.audit import operations as audit
from scrutiny.meetings import record
from scrutiny.meetings.attendance import ensure_lists, take_snapshots_again
from scrutiny.meetings.copying import coming_items
from scrutiny.meetings.models import AgendaItem, Meeting

# What minutes print of their meeting.
PRINTED = ("series_id", "name", "date", "venue")


@transaction.atomic
def add_meeting(meeting, *, with_standing_items, by):
    """Save a new meeting, with the standing items of its series if they are wanted."""
    meeting.save()
    ensure_lists(meeting)
    if with_standing_items:
        items = [entry.item for entry in coming_items(meeting, meeting.date)]
        for position, item in enumerate(items, 1):
            item.meeting, item.position = meeting, position
        AgendaItem.objects.bulk_create(items)
    audit.write("Meeting planned", subject=meeting, by=by)
    return meeting


@transaction.atomic
def change_meeting(meeting, *, by):
    """Save changed facts of a meeting. On a new day, people who are still only expected get their posts of that day.

    Raises NotPossible where closed minutes print what is to be changed.
    """
    before = Meeting.objects.select_for_update(of=("self",), no_key=True).get(pk=meeting.pk)
    if any(getattr(before, name) != getattr(meeting, name) for name in PRINTED):
        record.hold(meeting)
    meeting.save()
    if before.date != meeting.date and not before.attendance_is_taken:
        take_snapshots_again(meeting)
    audit.write(_what_changed(before, meeting), subject=meeting, by=by)
    return meeting


def _what_changed(before, meeting):
    if before.status != meeting.status:
        words = f"Meeting {meeting.get_status_display().lower()}"
        return f"{words}: {meeting.status_note}" if meeting.status_note else words
    if before.date != meeting.date:
        return f"Meeting moved from {before.date:%-d %B %Y} to {meeting.date:%-d %B %Y}"
    return "Meeting details changed"


@transaction.atomic
def save_series(series, *, by):
    """Save a new or changed series."""
    is_new = series.pk is None
    series.save()
    audit.write(f"Series “{series}” {'added' if is_new else 'changed'}", subject=series, by=by)
    return series


@transaction.atomic
def save_standing_items(series, formset, *, by):
    """Save the standing items in the order of the form; those of the end stand after the others."""
    formset.save(commit=False)
    for gone in formset.deleted_objects:
        gone.delete()
    kept = [form.instance for form in formset.ordered_kept_forms()]
    for position, item in enumerate(kept, 1):
        item.series, item.position = series, position
        item.save()
    audit.write(f"Standing items of “{series}” changed", subject=series, by=by)
