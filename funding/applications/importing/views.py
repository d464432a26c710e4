"""Pages of the import: bring applications in, say what the columns hold, look through, take over."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from funding.applications.importing import taking
from funding.applications.importing.columns import Layout
from funding.applications.importing.forms import BringForm, ColumnsForm, TakeForm
from funding.applications.models import ApplicationImport
from funding.rounds.models import Round
from opcc_portal.accounts.permissions import allow
from scrutiny.indicators.importing.reading_files import Unreadable
from scrutiny.indicators.importing.sheet_pages import LISTED, go_on, says_why_not, sheet_named, when_done
from scrutiny.indicators.importing.sheets import discard
from scrutiny.indicators.words import so_many
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

State = ApplicationImport.State


@allow("applications.edit", of=Round)
def bring(request, round_):
    """Paste applications or send a file; below, what came in before."""
    form = BringForm(request.POST or None, request.FILES or None)
    closed = taking.why_not(round_)
    if request.method == "POST" and not closed and form.is_valid():
        try:
            return go_on(request, _brought(form.cleaned_data, round_, request.user), taking)
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
        discard(batch)
        raise
    return batch


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
        return when_done(taking.start_taking(batch, by=request.user, **said), batch)
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
    taking.choose_sheet(batch, sheet_named(request, batch, taking, what="applications"))
    if not taking.is_large(batch):
        taking.read_rows(batch)
    return go_on(request, batch, taking)


@allow("applications.edit", of=ApplicationImport)
@require_POST
@says_why_not
def look(request, batch):
    """Look through a large sheet, once more where it was before."""
    return go_on(request, batch, taking)


@allow("applications.edit", of=ApplicationImport)
@says_why_not
def batch_columns(request, batch):
    """What each column holds."""
    layout = Layout.of(batch)
    if batch.state in (State.TAKEN, State.LEFT) or layout is None:
        return redirect(batch)
    form = ColumnsForm(batch, layout, request.POST if request.method == "POST" else None)
    if form.is_valid():
        batch = taking.set_layout(batch, form.chosen, seen=form.cleaned_data["seen"])
        return go_on(request, batch, taking)
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
