"""The corrections that minutes hold, and what the editor, the pages and the papers show of them."""

import re
import uuid

from django.urls import reverse

from scrutiny.minutes.models import Correction, MinuteEntry
from scrutiny.workflow import saving
from scrutiny.workflow.operations import NotPossible

_PREPOSITIONS = (
    "during ",
    "in ",
    "for ",
    "from ",
    "since ",
    "until ",
    "up to ",
    "at ",
    "by ",
    "between ",
    "over ",
    "as at ",
)


def keep_in_step(entry, *, by):
    """Keep the record in step with its entry, inside the transaction that saved the entry.

    An entry that becomes a correction gets its record; one that stops being one leaves a tombstone, and comes back with
    all it said. The person follows the entry's speaker until somebody has confirmed the correction.
    """
    wanted = entry.kind == MinuteEntry.Kind.CORRECTION and not entry.deleted
    held = Correction.objects.select_for_update(of=("self",)).filter(entry=entry).first()
    if held is None:
        if wanted:
            fresh = Correction(minutes_id=entry.minuted_item.minutes_id, entry=entry, said_by_id=entry.speaker_id)
            held = saving.create(fresh, save_id=uuid.uuid4(), by=by).piece
        return held
    if held.deleted == wanted:
        held = saving.save(
            Correction,
            held.uid,
            base_version=held.version,
            save_id=uuid.uuid4(),
            changes={"deleted": not wanted},
            by=by,
        ).piece
    if wanted and held.status == Correction.Status.PROPOSED and held.said_by_id != entry.speaker_id:
        held.said_by_id = entry.speaker_id
        held.save(update_fields=["said_by"])
    return held


def forget(minutes):
    """Delete the corrections of draft minutes that go; returns what they said, for the trace.

    Raises NotPossible where somebody has confirmed one: a paper carries its notice.
    """
    held = Correction.objects.filter(minutes=minutes)
    told = list(held.select_for_update(of=("self",)))  # whoever is confirming one has finished
    if any(not one.deleted and one.status != Correction.Status.PROPOSED for one in told):
        raise NotPossible("A correction in these minutes is confirmed: a paper carries its notice, so they stay.")
    names = ("measure", "old_value", "new_value", "period", "page")
    said = [{**{name: getattr(one, name) for name in names}, "uid": str(one.uid)} for one in told]
    held.delete()
    return said


def held_by(entry):
    """The entry's correction while it is one; without a query where it was loaded with the entry."""
    if entry.kind != MinuteEntry.Kind.CORRECTION or entry.deleted:
        return None
    correction = getattr(entry, "correction", None)
    return correction if correction and not correction.deleted else None


def shown(entry):
    """What the editor shows of the entry's correction, or None."""
    correction = held_by(entry)
    return correction and shown_of(correction)


def shown_of(correction):
    """The values, the state and what is missing, ready for chips."""
    return {
        "measure": correction.measure,
        "old_value": correction.old_value,
        "new_value": correction.new_value,
        "period": correction.period,
        "page": correction.page,
        "status": correction.status,
        "status_words": correction.get_status_display(),
        "about": ", ".join(part for part in (correction.measure, correction.period) if part),
        "flags": correction.lacks,
        "address": reverse("entry-correction", args=[correction.entry_id]) if correction.entry_id else "",
        "record": correction.get_absolute_url(),
        "version": correction.version,
    }


def notices_for(minutes):
    """By entry, what was put right after the minutes were closed: {entry pk: [sentence]}. One query."""
    notices = {}
    for correction in (
        Correction.objects.settled().filter(minutes=minutes, corrected_entry__isnull=False).order_by("pk")
    ):
        notices.setdefault(correction.corrected_entry_id, []).append(correction.notice)
    return notices


# --- The sentence that is written for the clerk ----------------------------------------------------------------------


def sentence(correction):
    """The correction as minutes say it, in as many words as are known; empty while the new value is not.

    DCI Stevenson corrected the report: 176 recorded crimes for January, not 127.
    """
    if not correction.new_value:
        return ""
    place = _place(correction)
    speaker = correction.said_by
    lead = f"{speaker.speaker_name} corrected {place}" if speaker else f"{place[:1].upper()}{place[1:]} was corrected"
    return f"{lead}: {_what(correction)}{f', not {correction.old_value}' if correction.old_value else ''}."


def _place(correction):
    paper = f"“{correction.attachment.attachment.title}”" if correction.attachment else "the report"
    if not correction.page:
        return paper
    page = f"page {correction.page}" if correction.page[:1].isdigit() else correction.page
    return f"{page} of {paper}"


def _what(correction):
    measure, new = _in_a_sentence(correction.measure), correction.new_value
    period = correction.period
    is_count = re.fullmatch(r"[\d,]+", new) is not None
    when = f" {period}" if period.lower().startswith(_PREPOSITIONS) else f" for {period}" if period else ""
    if not measure:
        return f"the figure{when} is {new}"
    return f"{new} {measure}{when}" if is_count else f"the figure for {measure}{when} is {new}"


def _in_a_sentence(measure):
    """Without the capital at its start, unless that belongs to a name or an abbreviation."""
    first, second = [*measure.split(None, 2), "", ""][:2]
    is_name = second[:1].isupper() or any(character.isupper() for character in first[1:])
    return measure if is_name else measure[:1].lower() + measure[1:]
