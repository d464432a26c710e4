"""Pages of the import: bring applications in, say what the columns hold, look through, take over."""

from functools import wraps

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from funding.applications.importing import taking
from funding.applications.importing.columns import Layout
from funding.applications.importing.forms import BringForm, ColumnsForm, TakeForm
from funding.applications.models import ApplicationImport
from funding.rounds.models import Round
from opcc_portal.accounts.permissions import allow
from opcc_portal.jobs import operations as jobs
from scrutiny.indicators.importing.reading_files import Unreadable
from scrutiny.indicators.words import so_many
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

PATIENCE = 6.0  # seconds that a person waits for background work before its own page is shown
LISTED = 20
State = ApplicationImport.State
CHANGED = "Somebody else changed this import since you opened it. Look at it again."


def says_why_not(view):
    """An act that the import's present state does not allow ends on its page, with the reason in a banner."""

    @wraps(view)
    def guarded(request, batch):
        try:
            return view(request, batch)
        except (NotPossible, Unreadable, ChangedMeanwhile) as reason:
            messages.error(request, CHANGED if isinstance(reason, ChangedMeanwhile) else str(reason))
            return redirect(batch)

    return guarded


@allow("applications.edit", of=Round)
def bring(request, round_):
    """Paste applications or send a file; below, what came in before."""
    form = BringForm(request.POST or None, request.FILES or None)
    closed = taking.why_not(round_)
    if request.method == "POST" and not closed and form.is_valid():
        try:
            return _go_on(request, _brought(form.cleaned_data, round_, request.user))
        except Unreadable as problem:
            form.add_error("file" if form.cleaned_data["file"] else "text", str(problem))
    before = round_.imports.select_related("by").defer("rows", "columns", "headings")[:LISTED]
    context = {"round": round_, "form": form, "closed": closed, "before": before}
    return render(request, "funding/importing/bring.html", context, status=422 if form.errors else 200)


def _brought(said, round_, user):
    """The import that was pasted or sent. What is no table raises Unreadable and leaves nothing behind."""
    if not said["file"]:
        batch = taking.paste(said["text"], round_=round_, by=user)
    else:
        batch = taking.upload(said["file"], round_=round_, by=user)
    try:
        if not taking.sheets_to_choose(batch) and (batch.rows or not taking.is_large(batch)):
            taking.read_rows(batch)
    except Unreadable:
        taking.discard(batch)
        raise
    return batch


def _go_on(request, batch):
    """Read and look through a large sheet in the background; then to the import, or to the page of that work."""
    if not taking.is_large(batch) or taking.sheets_to_choose(batch):
        return redirect(batch)
    job = jobs.wait(taking.start_looking(batch, by=request.user), seconds=PATIENCE)
    return redirect(batch if job.state == job.State.DONE else job)


@allow("applications.edit", of=ApplicationImport)
def batch(request, batch):
    """The preview in four piles, or the step before it that is still to be done; afterwards what became of it."""
    if batch.state in (State.TAKEN, State.LEFT):
        return render(request, "funding/importing/outcome.html", {"batch": batch})
    try:
        if sheets := taking.sheets_to_choose(batch):
            return render(request, "funding/importing/sheet.html", {"batch": batch, "sheets": sheets})
        layout = Layout.of(batch)
        if layout and layout.missing():
            return redirect("applications-import-columns", batch.pk)
        shown = taking.shown(batch, by=request.user) if layout else None
    except (Unreadable, NotPossible) as problem:
        return render(request, "funding/importing/waiting.html", {"batch": batch, "problem": str(problem)})
    if shown is None:
        return render(request, "funding/importing/waiting.html", {"batch": batch})
    return _take(request, batch, shown) if request.method == "POST" else _preview(request, batch, shown)


def _preview(request, batch, shown, form=None):
    seen = taking.seen_before(batch)
    context = {
        "batch": batch,
        "shown": shown,
        "form": form or TakeForm(shown, seen=seen, initial={"fingerprint": shown["fingerprint"]}),
        "seen": seen,
        "closed": taking.why_not(batch.round),
        "to_take": shown["counts"]["new"] + shown["counts"]["revised"],
    }
    status = 422 if form and form.errors else 200
    return render(request, "funding/importing/preview.html", context, status=status)


def _take(request, batch, shown):
    form = TakeForm(shown, request.POST, seen=taking.seen_before(batch))
    if not form.is_valid():
        return _preview(request, batch, shown, form)
    said = form.cleaned_data
    if taking.is_large(batch):
        job = jobs.wait(taking.start_taking(batch, by=request.user, **said), seconds=PATIENCE)
        return redirect(batch if job.state == job.State.DONE else job)
    try:
        counts = taking.take(batch, by=request.user, **said).piles["counts"]
    except (NotPossible, ChangedMeanwhile) as reason:
        messages.error(request, taking.CHANGED_SINCE if isinstance(reason, ChangedMeanwhile) else str(reason))
        return redirect(batch)
    new = so_many(counts["new"], "application")
    messages.success(request, f"{new} received, {counts['revised']:,} changed.")
    return redirect(batch)


@allow("applications.edit", of=ApplicationImport)
@require_POST
@says_why_not
def sheet(request, batch):
    """Choose the sheet that holds the applications."""
    name = request.POST.get("sheet", "")
    if name not in {sheet.name for sheet in taking.sheets_to_choose(batch)}:
        messages.error(request, "Choose the sheet that holds the applications.")
        return redirect(batch)
    taking.choose_sheet(batch, name)
    if not taking.is_large(batch):
        taking.read_rows(batch)
    return _go_on(request, batch)


@allow("applications.edit", of=ApplicationImport)
@require_POST
@says_why_not
def look(request, batch):
    """Look through a large sheet, once more where it was before."""
    return _go_on(request, batch)


@allow("applications.edit", of=ApplicationImport)
@says_why_not
def batch_columns(request, batch):
    """What each column holds."""
    layout = Layout.of(batch)
    if batch.state in (State.TAKEN, State.LEFT) or layout is None:
        return redirect(batch)
    form = ColumnsForm(batch, layout, request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _go_on(request, taking.set_layout(batch, form.chosen, seen=form.cleaned_data["seen"]))
    context = {"batch": batch, "form": form, "missing": [] if form.is_bound else layout.missing()}
    return render(request, "funding/importing/columns.html", context, status=422 if form.errors else 200)


@allow("applications.edit", of=ApplicationImport)
@require_POST
@says_why_not
def leave(request, batch):
    """Do not take it over."""
    taking.leave(batch, by=request.user)
    messages.success(request, f"Nothing of “{batch.name}” was taken over.")
    return redirect("applications-import-add", batch.round_id)
