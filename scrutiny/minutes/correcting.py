"""Acts on corrections: filling in what was corrected, confirming it, saying how it was applied, correcting closed minutes."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from opcc_portal.audit import operations as audit
from scrutiny.minutes import corrected_figures, corrections, operations
from scrutiny.minutes.models import Correction, MinuteEntry
from scrutiny.workflow import saving
from scrutiny.workflow.models import PUBLIC_STATES
from scrutiny.workflow.operations import NotPossible

NOT_A_CORRECTION = "This entry is no longer a correction. Make it one again first; nothing it said is lost."
PUBLISHED = (
    "These minutes are published with this correction as it stands. Correct the entry itself instead: the public reads that "
    "as a dated notice beside it."
)
# What may stay unknown: a correction can be right although nobody can say any more what the paper had.
_NEED_NOT_BE_KNOWN = {"Old value not known"}


@dataclass(frozen=True)
class Done:
    """The outcome of filling in: the correction, its entry, and whether its words were written for the clerk."""

    correction: Correction
    entry: MinuteEntry
    wrote: bool


@transaction.atomic
def save_details(entry, *, base_version, save_id, changes, by, write_sentence=True):
    """Save what was corrected, and write the entry's sentence while nobody has worded it otherwise.

    The item's row is locked before the correction's, in the order in which saving an entry locks them. Raises Conflict
    with both versions, and NotPossible once the correction is confirmed or published, or is none any more.
    """
    held = operations.held_for_writing(entry.minuted_item_id)
    entry = MinuteEntry.objects.select_related("speaker").get(pk=entry.pk)
    entry.minuted_item = held
    if entry.kind != MinuteEntry.Kind.CORRECTION or entry.deleted:
        raise NotPossible(NOT_A_CORRECTION)
    _ensure_unpublished(held.minutes)
    record = _loaded(corrections.keep_in_step(entry, by=by).pk)
    _ensure_proposed(record)
    before = corrections.sentence(record)
    saved = saving.save(
        Correction, record.uid, base_version=max(base_version, 1), save_id=save_id, changes=changes, by=by
    )
    record = _loaded(record.pk)
    words = corrections.sentence(record)
    free = entry.text.strip() in ("", before)
    if saved.replayed or not (words and free and write_sentence and held.minutes.is_open) or words == entry.text:
        return Done(record, entry, False)
    written = operations.change_entry(
        entry,
        base_version=entry.version,
        save_id=uuid.uuid5(save_id, "sentence"),
        changes={"kind": entry.kind, "text": words},
        by=by,
    )
    return Done(record, written.piece, True)


@transaction.atomic
def correct_minutes(entry, *, save_id, changes, by):
    """Put a wording of closed minutes right. The minutes stay as they were approved; a notice stands beside them."""
    held = operations.held_for_writing(entry.minuted_item_id)
    if held.minutes.is_open:
        raise NotPossible("These minutes are still open. Change the entry itself.")
    wanted = Correction(minutes=held.minutes, corrected_entry=entry)
    for name in ("measure", "old_value", "new_value", "note"):
        setattr(wanted, name, changes[name])
    saved = saving.create(wanted, save_id=save_id, by=by)
    if not saved.replayed:
        _note("Proposed a correction of the minutes", saved.piece, by)
    return saved


@transaction.atomic
def change_correction_of_minutes(correction, *, base_version, save_id, changes, by):
    """Change a correction of closed minutes that nobody has confirmed yet. Raises Conflict."""
    _ensure_proposed(_locked(correction))
    return saving.save(Correction, correction.uid, base_version=base_version, save_id=save_id, changes=changes, by=by)


@transaction.atomic
def confirm(correction, *, seen, by, period=""):
    """Say that the correction is right, as it read in version `seen`; `period` fills one that nobody had given yet.

    A button pressed twice confirms once.
    """
    held = _locked(correction)
    if held.status == Correction.Status.CONFIRMED and held.confirmed_by_id == by.pk:
        return held
    _ensure_proposed(held)
    if held.version != seen:
        raise NotPossible(
            "Somebody changed this correction since you opened it. Read it as it is now, then confirm it."
        )
    if period and not held.period:
        held = saving.save(
            Correction,
            held.uid,
            base_version=held.version,
            save_id=uuid.uuid4(),
            changes={"period": period},
            by=by,
        ).piece
    missing = [words for words in held.lacks if words not in _NEED_NOT_BE_KNOWN]
    if missing:
        raise NotPossible(f"Not confirmed yet: {'; '.join(missing)}.")
    held.status, held.confirmed_by, held.confirmed_at = Correction.Status.CONFIRMED, by, timezone.now()
    held.save(update_fields=["status", "confirmed_by", "confirmed_at"])
    corrected_figures.carry_over(_loaded(held.pk), by=by)
    _note(f"Confirmed: {held.notice}", held, by)
    return held


@transaction.atomic
def apply(correction, *, how, by):
    """Write down how a confirmed correction was carried out, for instance by a notice on the report."""
    held = _locked(correction)
    if held.status == Correction.Status.APPLIED and held.applied_by_id == by.pk and held.applied_how == how:
        return held
    if held.status != Correction.Status.CONFIRMED or held.deleted:
        raise NotPossible(f"This correction is {held.get_status_display().lower()}. Only a confirmed one is applied.")
    held.status, held.applied_by, held.applied_at = Correction.Status.APPLIED, by, timezone.now()
    held.applied_how = how
    held.save(update_fields=["status", "applied_by", "applied_at", "applied_how"])
    _note(f"Applied: {how}", held, by)
    return held


@transaction.atomic
def take_back(correction, *, by):
    """Make a confirmed or applied correction a proposal again; its notices disappear until it is confirmed anew."""
    held = _locked(correction)
    if held.status == Correction.Status.PROPOSED:
        raise NotPossible("This correction is a proposal already.")
    if not held.is_of_minutes:
        _ensure_unpublished(held.minutes)
    was = held.get_status_display().lower()
    corrected_figures.take_back(_loaded(held.pk), by=by)
    held = _locked(correction)
    held.status, held.applied_how = Correction.Status.PROPOSED, ""
    held.confirmed_by = held.confirmed_at = held.applied_by = held.applied_at = None
    held.save()
    _note(f"Taken back to a proposal (it was {was})", held, by)
    return held


def _locked(correction):
    wanted = Correction.objects.select_for_update(of=("self",)).select_related("minutes__meeting")
    held = wanted.filter(pk=correction.pk).first()
    if held is None:
        raise NotPossible(operations.DELETED)
    return held


def _ensure_unpublished(minutes):
    if minutes.state in PUBLIC_STATES:
        raise NotPossible(PUBLISHED)


def _loaded(pk):
    return Correction.objects.select_related(*Correction.LOADED_WITH).get(pk=pk)


def _ensure_proposed(correction):
    if correction.deleted:
        raise NotPossible(NOT_A_CORRECTION)
    if correction.status != Correction.Status.PROPOSED:
        raise NotPossible(
            f"This correction is {correction.get_status_display().lower()}. "
            "Take it back to a proposal before you change it."
        )


def _note(act, correction, by):
    audit.write(act, subject=correction, context=correction.minutes, by=by)
