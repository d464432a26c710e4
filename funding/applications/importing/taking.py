"""Imports of applications: from a file or paste through its preview into the round, whole or not at all."""

from django.db import transaction
from django.utils import timezone

from funding.applications import operations
from funding.applications.importing import columns, preview
from funding.applications.importing.columns import ROLES, Layout
from funding.applications.models import ApplicationEvent, ApplicationImport
from funding.rounds.models import Round
from opcc_portal.audit import operations as audit
from opcc_portal.jobs import operations as jobs
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from scrutiny.indicators.importing import reading_files
from scrutiny.indicators.importing.reading_files import Unreadable
from scrutiny.indicators.importing.sheets import LARGE_FILE, LOOK_LEASE, TAKE_LEASE, digest_of, headings_of
from scrutiny.indicators.words import so_many
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

State = ApplicationImport.State

LARGE = 500  # rows: more are looked through and taken over in the background
LONGEST_NAME = 150
CHANGED_SINCE = (
    "Applications came in or changed since you looked through this. Look through it again, then take it over."
)


# --- Bringing in ---------------------------------------------------------------------------------------------------


def why_not(round_):
    """Why the round takes no sheet of applications now, in words; empty where it does."""
    if round_.is_decided:
        return "This round is decided. It takes no applications any more."
    if today() < round_.opens:
        return f"This round opens on {in_words(round_.opens)}. It takes no applications before that day."
    return ""


def paste(text, *, round_, by):
    """An import of what somebody pasted, to be looked through. Raises Unreadable."""
    rows, digest = reading_files.pasted(text, prose=True)
    return _begin(f"Pasted: {so_many(len(rows), 'row')}", digest, round_, by, rows=rows)


def upload(file, *, round_, by):
    """An import of a file that somebody sent, to be looked through; its rows are still to be read. Raises Unreadable.

    To be called outside a transaction, as `files.receive` is.
    """
    name = file.name
    kept, digest = reading_files.taken_in(file, by=by)
    return _begin(name[-LONGEST_NAME:], digest, round_, by, upload=kept)


@transaction.atomic
def _begin(name, digest, round_, by, **content):
    batch = ApplicationImport.objects.create(name=name, sha256=digest, round=round_, by=by, **content)
    audit.write(f"Brought in applications to look through: “{name}”", subject=batch, context=round_, by=by)
    return batch


def seen_before(batch):
    """The import into this round that was taken over from exactly the same file or paste, or None."""
    same = ApplicationImport.objects.filter(sha256=batch.sha256, round=batch.round_id, state=State.TAKEN)
    return same.exclude(pk=batch.pk).select_related("by").defer("rows").first()


def sheets_to_choose(batch):
    """The sheets of a workbook, where there is more than one to choose from; else an empty list."""
    if batch.rows or not batch.upload or batch.columns.get("sheet"):
        return []
    return reading_files.sheets_to_choose(batch.upload)


def read_rows(batch, progress=None):
    """Read the rows of an import's file, once its sheet is known, and find out how its columns are read."""
    kept, sheet = batch.upload, batch.columns.get("sheet", "")
    if not batch.rows:
        batch.rows, sheet = reading_files.rows_of_upload(kept, sheet, name=batch.name, progress=progress, prose=True)
    if not batch.columns.get("roles"):
        layout = columns.find(batch)
        layout.sheet = sheet
        batch.columns, batch.headings = layout.as_data(), headings_of(batch.rows, layout.heading)
    batch.upload, batch.state = None, _state_of(batch)
    batch.save(update_fields=["rows", "columns", "headings", "upload", "state"])
    if kept:
        kept.delete()


def choose_sheet(batch, sheet):
    """Say which sheet of the workbook holds the applications."""
    _ensure_open(batch)
    batch.columns = {"sheet": sheet}
    batch.save(update_fields=["columns"])


@transaction.atomic
def set_layout(batch, layout, *, seen):
    """Say how the columns are read. Raises ChangedMeanwhile where somebody else said it since."""
    held = _locked(batch)
    if held.version != seen:
        raise ChangedMeanwhile(held)
    held.columns, held.headings = layout.as_data(), headings_of(held.rows, layout.heading)
    held.piles, held.state, held.version = {}, _state_of(held), held.version + 1
    held.save(update_fields=["columns", "headings", "piles", "state", "version"])
    return held


def _state_of(batch):
    """A small sheet is looked through whenever its page is opened, a large one by background work."""
    return State.READ if is_large(batch) or Layout.of(batch).missing() else State.CHECKED


# --- Looking through -----------------------------------------------------------------------------------------------


def is_large(batch):
    """Whether it is worked on in the background: read, looked through and taken over."""
    if batch.rows:
        return len(batch.rows) > LARGE
    return batch.upload is not None and batch.upload.size > LARGE_FILE


def look(batch, *, by, progress=None):
    """The preview of an import whose columns are known, for a person who sees it."""
    return preview.look(batch.rows, Layout.of(batch), batch.round, by=by, progress=progress)


def shown(batch, *, by):
    """What the page of the preview shows: worked out now, or by the background work for many rows. None: not yet.

    What was worked out for somebody else is not shown: applications may be closed to one person and not to another.
    """
    if is_large(batch):
        return batch.piles if batch.piles.get("for") == by.pk else None
    return look(batch, by=by).as_data()


def start_looking(batch, *, by):
    """Read and look through a large sheet in the background."""
    return jobs.start(
        "applications_look",
        key=f"applications-look:{batch.pk}:{by.pk}:{digest_of(batch.columns)}",
        by=by,
        title=f"Looking through “{batch.name}”",
        payload={"import": batch.pk, "back": batch.get_absolute_url()},
        again=True,
    )


@jobs.job("applications_look", title="Looking through applications", lease=LOOK_LEASE)
def look_in_background(job, payload, progress):
    """Read the file where that is still to be done, and work out the four piles."""
    batch = ApplicationImport.objects.select_related(*ApplicationImport.LOADED_WITH).get(pk=payload["import"])
    progress(0, 0, "Reading the file")
    try:
        _ensure_open(batch)
        read_rows(batch, progress)
        if not Layout.of(batch).missing():
            _keep_preview(batch, look(batch, by=job.by, progress=progress), job.by)
    except (Unreadable, NotPossible) as problem:
        raise jobs.JobFailed(str(problem)) from problem
    return {"url": batch.get_absolute_url()}


@transaction.atomic
def _keep_preview(batch, found, by):
    """Keep the preview for its page, unless the columns have been changed meanwhile: that has a preview of its own."""
    now = ApplicationImport.objects.select_for_update().get(pk=batch.pk)
    if now.columns == batch.columns and _is_open(now):
        now.piles, now.state = {**found.as_data(), "for": by.pk}, State.CHECKED
        now.save(update_fields=["piles", "state"])


# --- Taking over ---------------------------------------------------------------------------------------------------


def take(batch, *, fingerprint, by, leave_out=False, confirmed=False, late="", progress=None):
    """Take every application of the sheet over, in one transaction. Raises NotPossible, and then nothing is changed.

    `fingerprint` is that of the preview the person saw; `leave_out` and `confirmed` say that rejected rows are left out
    and that warnings have been looked at; `late` says why applications are taken after the round's last day.
    """
    with transaction.atomic():
        by.act_alone()
        batch = _locked(batch)
        # Nothing comes into the round while the sheet is compared with it.
        batch.round = Round.objects.select_for_update(of=("self",)).select_related("fund").get(pk=batch.round_id)
        if reason := why_not(batch.round):
            raise NotPossible(reason)
        found = look(batch, by=by, progress=progress)
        if found.fingerprint != fingerprint:
            raise NotPossible(CHANGED_SINCE)
        confirmed = confirmed or not (found.warnings or seen_before(batch))
        found.ensure_may_be_taken(leave_out=leave_out, confirmed=confirmed)
        if found.late and not late.strip():
            raise NotPossible("Say why applications are taken after the last day of the round.")
        made = operations.receive_many(batch.round, _arrivals(batch, found), by=by, late=late)
        _revise(batch, found, by)
        _close(batch, State.TAKEN, found, made)
        said = ", ".join(f"{count:,} {pile}" for pile, count in found.counts.items())
        audit.write(f"Took over applications from “{batch.name}”: {said}", subject=batch, context=batch.round, by=by)
    return batch


def _arrivals(batch, found):
    now = timezone.now()
    for finding in found.new:
        read = finding.read
        own = f", there as {read.reference[:40]}" if read.reference else ""
        yield read.application(batch.round), read.received or now, f"From “{batch.name}”, row {read.row:,}{own}."


def _revise(batch, found, by):
    """Change what is held, and note in each history what it said before; how to reach somebody stands in no history."""
    events = []
    for finding in found.revised:
        changes = finding.changes
        words = {name: now for name, (_, now) in changes.items()}
        held = operations.change(finding.old, words, seen=finding.old.version, by=by)
        said = "; ".join(_was(name, *pair) for name, pair in changes.items())
        text = f"Changed by “{batch.name}”, row {finding.read.row:,}: {said}."
        events.append(ApplicationEvent(application=held, status=held.status, text=text, by=by))
    ApplicationEvent.objects.bulk_create(events, batch_size=operations.AT_A_TIME)


def _was(name, was, now):
    label = ROLES[name].lower()
    if name in operations.CONTACT or name in ("summary", "reasons") or was in (None, ""):
        return label
    return f"{label} from {preview.printed(name, was)} to {preview.printed(name, now)}"


def _close(batch, state, found=None, made=()):
    """Keep what became of it, and forget its rows: they hold personal data, which stands in the applications."""
    batch.state, batch.rows, batch.piles = state, [], {}
    if found:
        ends = [made[0].reference, made[-1].reference] if made else []
        batch.piles = {"counts": found.counts, "left_out": found.rejected_rows, "references": ends}
    batch.save(update_fields=["state", "rows", "piles"])


def start_taking(batch, *, by, **said):
    """Take a large sheet over in the background. Said once more in other words, it is other work."""
    return jobs.start(
        "applications_take",
        key=f"applications-take:{batch.pk}:{by.pk}:{digest_of(said)}",
        by=by,
        title=f"Taking over “{batch.name}”",
        payload={"import": batch.pk, "said": said, "back": batch.get_absolute_url()},
        again=True,
    )


@jobs.job("applications_take", title="Taking over applications", lease=TAKE_LEASE)
def take_in_background(job, payload, progress):
    """Take them over. Interrupted, nothing was changed; done by an earlier attempt, there is nothing left to do."""
    batch = ApplicationImport.objects.get(pk=payload["import"])
    progress(0, 0, f"Taking over {so_many(len(batch.rows), 'row')} in one go; nobody sees half of them")
    if batch.state != State.TAKEN:
        try:
            take(batch, by=job.by, **payload["said"])
        except (NotPossible, ChangedMeanwhile) as problem:
            # Its page has the sheet looked through once more.
            ApplicationImport.objects.filter(pk=batch.pk, state=State.CHECKED).update(piles={}, state=State.READ)
            words = CHANGED_SINCE if isinstance(problem, ChangedMeanwhile) else str(problem)
            raise jobs.JobFailed(words) from problem
    return {"url": batch.get_absolute_url()}


@transaction.atomic
def leave(batch, *, by):
    """Do not take this sheet over: its rows and its file go."""
    batch = _locked(batch)
    kept, batch.upload = batch.upload, None
    batch.save(update_fields=["upload"])
    _close(batch, State.LEFT)
    if kept:
        kept.delete()
    audit.write(f"Did not take applications from “{batch.name}”", subject=batch, context=batch.round, by=by)


def _locked(batch):
    found = ApplicationImport.objects.select_for_update(of=("self",)).select_related(*ApplicationImport.LOADED_WITH)
    held = found.get(pk=batch.pk)
    _ensure_open(held)
    return held


def _is_open(batch):
    return batch.state in (State.READ, State.CHECKED)


def _ensure_open(batch):
    if not _is_open(batch):
        raise NotPossible(f"“{batch.name}” is not open any more: {batch.get_state_display().lower()}.")
