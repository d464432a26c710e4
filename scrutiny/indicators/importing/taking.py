"""Batches of figures: from a file or paste through its preview into the record, whole or not at all, and back again."""

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from opcc_portal.audit import operations as audit
from opcc_portal.jobs import operations as jobs
from scrutiny.indicators import recording, words
from scrutiny.indicators.importing import columns, preview, reading_files
from scrutiny.indicators.importing.columns import Layout
from scrutiny.indicators.importing.names import Names, Unknown
from scrutiny.indicators.importing.reading_files import Unreadable
from scrutiny.indicators.importing.sheets import LARGE_FILE, LOOK_LEASE, TAKE_LEASE, digest_of
from scrutiny.indicators.models import FIGURE_FIELDS, ImportBatch, Observation, ObservationRevision
from scrutiny.indicators.recording import Row, Said
from scrutiny.workflow.operations import NotPossible

State, Code = ImportBatch.State, ObservationRevision.Code

LARGE = 2000  # rows: more are looked through in the background
CHANGED_SINCE = "Figures were recorded since you looked through this. Look through it again, then take it over."


# --- Bringing in ---------------------------------------------------------------------------------------------------


def paste(text, *, source, known_on, by, name=""):
    """A batch of what somebody pasted, to be looked through. Raises Unreadable."""
    rows, digest = reading_files.pasted(text, advice=reading_files.SPLIT)
    return _begin(name or f"Pasted: {words.so_many(len(rows), 'row')}", rows, digest, source, known_on, by)


def upload(file, *, source, known_on, by):
    """A batch of a file that somebody sent, to be looked through; its cells are still to be read. Raises Unreadable.

    To be called outside a transaction, as `files.receive` is.
    """
    name = file.name
    kept, digest = reading_files.taken_in(file, by=by)
    return _begin(name[:250], [], digest, source, known_on, by, upload=kept)


@transaction.atomic
def _begin(name, rows, digest, source, known_on, by, upload=None):
    batch = ImportBatch.objects.create(
        name=name, cells=rows, sha256=digest, source=source, known_on=known_on, by=by, upload=upload
    )
    audit.write(f"Brought in figures to look through: “{name}”", subject=batch, by=by)
    return batch


def seen_before(batch):
    """The batch that was taken over from exactly the same file or paste, or None."""
    same = ImportBatch.objects.filter(sha256=batch.sha256, state=State.TAKEN).exclude(pk=batch.pk)
    return same.select_related("by").defer("cells", "reasons").order_by("-taken_at").first()


def sheets_to_choose(batch):
    """The sheets of a workbook, where there is more than one to choose from; else an empty list."""
    if batch.cells or not batch.upload or batch.columns.get("sheet"):
        return []
    return reading_files.sheets_to_choose(batch.upload)


def read_cells(batch, progress=None):
    """Read the rows of a batch's file, once its sheet is known, and find out how its columns are read."""
    if not batch.cells:
        batch.cells = _rows(batch, progress)
    if not batch.columns.get("roles"):
        names = Names()
        layout = columns.recall(batch.source, batch.cells, names) or columns.guess(batch.cells, names)
        layout.sheet = batch.columns.get("sheet", "")
        batch.columns = layout.as_data()
    batch.save(update_fields=["cells", "columns"])


def _rows(batch, progress):
    rows, sheet = reading_files.rows_of_upload(
        batch.upload, batch.columns.get("sheet", ""), name=batch.name, progress=progress
    )
    batch.columns = {**batch.columns, "sheet": sheet}
    return rows


def choose_sheet(batch, sheet):
    """Say which sheet of the workbook holds the figures."""
    _ensure_open(batch)
    batch.columns, batch.cells, batch.counts = {"sheet": sheet}, [], {}
    batch.save(update_fields=["columns", "cells", "counts"])


def set_layout(batch, layout):
    """Say how the columns are read, and remember it for the next file of this source."""
    _ensure_open(batch)
    batch.columns, batch.counts = layout.as_data(), {}
    batch.save(update_fields=["columns", "counts"])
    columns.remember(batch.source, layout, batch.cells)


# --- Looking through -----------------------------------------------------------------------------------------------


def is_large(batch):
    """Whether it is worked on in the background: read, looked through, taken over and taken back."""
    if batch.state == State.TAKEN:
        return batch.counts["new"] + batch.counts["revised"] > LARGE
    if batch.cells:
        return len(batch.cells) > LARGE
    return batch.upload is not None and batch.upload.size > LARGE_FILE


def look(batch, progress=None):
    """The preview of a batch whose columns are known."""
    rows, layout = batch.cells, Layout.of(batch)
    try:
        return preview.look(rows, layout, Names(), known_on=batch.known_on, progress=progress)
    except Unknown as problem:
        raise NotPossible(str(problem)) from None


def shown(batch):
    """What the page of the preview shows: worked out now, or by the background work for many rows. None: not yet."""
    if is_large(batch):
        return batch.counts or None
    return look(batch).as_data()


def start_looking(batch, *, by):
    """Read and look through a large batch in the background."""
    return jobs.start(
        "figures_look",
        key=f"figures-look:{batch.pk}:{digest_of(batch.columns)}",
        by=by,
        title=f"Looking through “{batch.name}”",
        payload={"batch": batch.pk, "back": batch.get_absolute_url()},
        again=True,
    )


@jobs.job("figures_look", title="Looking through figures", lease=LOOK_LEASE)
def look_in_background(job, payload, progress):
    """Read the file where that is still to be done, and work out the four piles."""
    batch = ImportBatch.objects.select_related("upload").get(pk=payload["batch"])
    progress(0, 0, "Reading the file")
    try:
        read_cells(batch, progress)
        if not Layout.of(batch).missing():
            _keep_preview(batch, look(batch, progress))
    except (Unreadable, NotPossible) as problem:
        raise jobs.JobFailed(str(problem)) from problem
    return {"url": batch.get_absolute_url()}


@transaction.atomic
def _keep_preview(batch, found):
    """Keep the preview for its page, unless the columns have been changed meanwhile: that has a preview of its own."""
    now = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if now.columns == batch.columns and now.state == State.PREVIEWED:
        now.counts = found.as_data()
        now.save(update_fields=["counts"])


# --- Taking over ---------------------------------------------------------------------------------------------------


def take(batch, *, fingerprint, reasons, by, leave_out=False, confirmed=False, progress=None):
    """Record every figure of the batch, in one transaction. Raises NotPossible, and then nothing is recorded.

    `fingerprint` is that of the preview the person saw; `leave_out` and `confirmed` say that rejected cells are left
    out and that warnings have been looked at.
    """
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        _ensure_open(batch)
        found = look(batch, progress)
        if found.fingerprint != fingerprint:
            raise NotPossible(CHANGED_SINCE)
        confirmed = confirmed or not (found.warnings or seen_before(batch))
        found.ensure_may_be_taken(leave_out=leave_out, confirmed=confirmed)
        _ensure_reasons(found, reasons)
        rows = found.rows(reasons, known_on=batch.known_on, source=f"{batch.source}: {batch.name}")
        recording.record_many(rows, by=by, batch=batch)
        mark_taken(batch, found.counts, reasons)
        said = ", ".join(f"{count:,} {pile}" for pile, count in found.counts.items())
        audit.write(f"Took over figures from “{batch.name}”: {said}", subject=batch, by=by)
    return batch


def mark_taken(batch, counts, reasons):
    """The figures of the batch are recorded."""
    batch.state, batch.taken_at, batch.reasons, batch.counts = State.TAKEN, timezone.now(), reasons, counts
    batch.save(update_fields=["state", "taken_at", "reasons", "counts"])


def _ensure_reasons(found, reasons):
    for finding in found.revised:
        reason = reasons.get(str(finding.read.row)) or reasons.get("0") or {}
        if not reason.get("code") or not (finding.read.note or reason.get("reason", "").strip()):
            raise NotPossible(
                f"Say what kind of revision it is, and why: row {finding.read.row:,} has no reason of its own, and none "
                "is given for all."
            )


def start_taking(batch, *, fingerprint, reasons, by, leave_out, confirmed):
    """Record a large batch in the background. Said once more in other words, it is other work."""
    said = {"fingerprint": fingerprint, "reasons": reasons, "leave_out": leave_out, "confirmed": confirmed}
    return jobs.start(
        "figures_take",
        key=f"figures-take:{batch.pk}:{by.pk}:{digest_of(said)}",
        by=by,
        title=f"Taking over “{batch.name}”",
        payload={"batch": batch.pk, "said": said, "back": batch.get_absolute_url()},
        again=True,
    )


@jobs.job("figures_take", title="Taking over figures", lease=TAKE_LEASE)
def take_in_background(job, payload, progress):
    """Record the figures. Interrupted, nothing was recorded; done by an earlier attempt, there is nothing left to do."""
    batch = ImportBatch.objects.get(pk=payload["batch"])
    progress(0, 0, f"Recording {words.so_many(len(batch.cells), 'row')} in one go; nobody sees half of them")
    if batch.state != State.TAKEN:
        try:
            take(batch, by=job.by, **payload["said"])
        except NotPossible as problem:
            # Its page has the batch looked through once more.
            ImportBatch.objects.filter(pk=batch.pk, state=State.PREVIEWED).update(counts={})
            raise jobs.JobFailed(str(problem)) from problem
    return {"url": batch.get_absolute_url()}


@transaction.atomic
def drop(batch, *, by):
    """Do not take this batch. What was read stays, so that it can be seen what was not taken."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    _ensure_open(batch)
    batch.state = State.DROPPED
    batch.save(update_fields=["state"])
    audit.write(f"Did not take figures from “{batch.name}”", subject=batch, by=by)


def _ensure_open(batch):
    if batch.state != State.PREVIEWED:
        raise NotPossible(f"“{batch.name}” is not open any more: {batch.get_state_display().lower()}.")


# --- Taking back ---------------------------------------------------------------------------------------------------


def figures_of(batch):
    """The figures of a batch, each with the number of its last revision by the batch."""
    last = Max("revisions__n", filter=Q(revisions__batch=batch))
    found = Observation.objects.filter(revisions__batch=batch).annotate(last_of_batch=last)
    return found.select_related("indicator", "area").order_by("pk")


def changed_since(batch):
    """The figures of a batch that somebody has changed since: they stay when it is taken back."""
    return figures_of(batch).filter(revisions_held__gt=F("last_of_batch"))


@transaction.atomic
def take_back(batch, *, why, by):
    """Give every figure of the batch what it said before, as a further revision. Returns those that stay.

    A figure that was new says afterwards that it was not obtained. One that somebody has changed since stays as it is.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != State.TAKEN:
        raise NotPossible(f"“{batch.name}” cannot be taken back: {batch.get_state_display().lower()}.")
    if not why.strip():
        raise NotPossible("Say why the figures are taken back.")
    back, stay = list(figures_of(batch).filter(revisions_held=F("last_of_batch"))), list(changed_since(batch))
    before = _before(batch)
    missing = Said(missing_reason=Observation.Missing.NOT_OBTAINED)
    recording.record_many(
        (
            Row(
                indicator=figure.indicator,
                area=figure.area,
                period_start=figure.period_start,
                said=before.get(figure.pk, missing),
                code=Code.CORRECTION,
                reason=f"Import taken back: {why}"[:500],
                source=f"{batch.source}: {batch.name}, taken back",
            )
            for figure in back
        ),
        by=by,
    )
    batch.state, batch.reverted_by, batch.reverted_at, batch.reverted_why = State.REVERTED, by, timezone.now(), why
    batch.save(update_fields=["state", "reverted_by", "reverted_at", "reverted_why"])
    said = words.so_many(len(back), "figure")
    audit.write(f"Took back {said} of “{batch.name}”", subject=batch, by=by, why=why, stayed=len(stay))
    return stay


def start_taking_back(batch, *, why, by):
    """Take a large batch back in the background."""
    return jobs.start(
        "figures_take_back",
        key=f"figures-take-back:{batch.pk}",
        by=by,
        title=f"Taking back “{batch.name}”",
        payload={"batch": batch.pk, "why": why, "back": batch.get_absolute_url()},
        again=True,
    )


@jobs.job("figures_take_back", title="Taking figures back", lease=TAKE_LEASE)
def take_back_in_background(job, payload, progress):
    """Take the figures back, unless an earlier attempt did so."""
    batch = ImportBatch.objects.get(pk=payload["batch"])
    progress(0, 0, "Recording what each figure said before")
    if batch.state != State.REVERTED:
        try:
            take_back(batch, why=payload["why"], by=job.by)
        except NotPossible as problem:
            raise jobs.JobFailed(str(problem)) from problem
    return {"url": batch.get_absolute_url()}


def _before(batch):
    """{figure: what it said before the batch} of figures that were there already."""
    first = {}
    for figure, n in batch.revisions.order_by("-n").values_list("observation_id", "n"):
        first[figure] = n
    earlier = ObservationRevision.objects.filter(observation__revisions__batch=batch).distinct()
    return {
        row[0]: Said(**dict(zip(FIGURE_FIELDS, row[2:], strict=True)))
        for row in earlier.values_list("observation_id", "n", *FIGURE_FIELDS).order_by("observation_id", "n")
        if row[1] == first[row[0]] - 1
    }
