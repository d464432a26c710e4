"""The decisions that minutes hold. The narrative starts a record and is followed by it until somebody signs it."""

import re

from django.urls import reverse

from opcc_portal.audit import operations as audit
from scrutiny.minutes.models import MinuteEntry
from scrutiny.register import decisions
from scrutiny.register.models import Decision

TITLE_LENGTH = 100

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)]*\s|\n")
_MARKS = re.compile(r"\*\*|(?<!\w)_|_(?!\w)|\[([^\]\n]+)\]\([^)\s]+\)")


def title_of(text):
    """The first sentence of the text, cut at a word where it is long."""
    plain = _MARKS.sub(lambda found: found[1] or "", text).strip()
    first = _SENTENCE_END.split(plain, maxsplit=1)[0].strip()
    if len(first) <= TITLE_LENGTH:
        return first.rstrip(".")
    return f"{first[:TITLE_LENGTH].rsplit(' ', 1)[0].rstrip(',;:')}…"


def keep_in_step(entry, *, by):
    """Bring the record in step with an entry that was just saved. What is signed is never touched by the narrative."""
    is_decision = entry.kind == MinuteEntry.Kind.DECISION and not entry.deleted
    if entry.decision_id is None:
        if is_decision:
            _start(entry, by=by)
        return
    held = Decision.objects.select_for_update(of=("self",)).get(pk=entry.decision_id)
    if held.is_signed:
        return
    if not is_decision:
        decisions.withdraw(held, by=by)
        return
    _follow(held, entry.text)
    if not held.is_draft:
        decisions.bring_back(held, by=by)


def _start(entry, *, by):
    minuted = entry.minuted_item
    meeting = minuted.minutes.meeting
    decision = Decision.objects.create(
        meeting=meeting,
        item=minuted.item,
        title=title_of(entry.text),
        decided=entry.text,
        maker=decisions.maker_on(meeting.date),
        decided_on=meeting.date,
        minutes_said=entry.text,
    )
    MinuteEntry.objects.filter(pk=entry.pk).update(decision=decision)
    entry.decision = decision
    audit.write("Decision written down in the minutes", subject=decision, context=meeting, by=by)


def _follow(held, text):
    """Take over the minutes' words wherever nobody has changed the record itself."""
    if held.minutes_said == text:
        return
    if held.decided == held.minutes_said:
        held.decided = text
    if held.title == title_of(held.minutes_said):
        held.title = title_of(text)
    held.minutes_said = text
    held.version += 1
    held.save(update_fields=["title", "decided", "minutes_said", "version"])


def shown(entry):
    """What the editor shows of the entry's decision; None where it has none, or none any more."""
    if entry.decision_id is None:
        return None
    decision = entry.decision
    if not decision.is_signed and entry.kind != MinuteEntry.Kind.DECISION:
        return None
    return {
        "reference": decision.reference,
        "status": decision.get_status_display(),
        "flags": decision.flags,
        "address": reverse("decision", args=[decision.pk]),
    }


def forget(minutes, *, by):
    """Withdraw the unsigned records of draft minutes that are about to be deleted."""
    for decision in Decision.objects.filter(entry__minuted_item__minutes=minutes).to_sign():
        decisions.withdraw(decision, by=by, why="the draft minutes were deleted")
