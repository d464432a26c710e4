"""Pages of the import: bring figures in, say what the columns hold, look through, take over, take back."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from scrutiny.indicators.importing import taking
from scrutiny.indicators.importing.columns import Layout
from scrutiny.indicators.importing.forms import BringForm, ColumnsForm, TakeBackForm, TakeForm
from scrutiny.indicators.importing.reading_files import Unreadable
from scrutiny.indicators.importing.sheet_pages import LISTED, go_on, says_why_not, sheet_named, when_done
from scrutiny.indicators.importing.sheets import SHOWN, discard
from scrutiny.indicators.models import ImportBatch
from scrutiny.indicators.words import so_many
from scrutiny.workflow.operations import NotPossible

State = ImportBatch.State


@allow("figures.record")
def bring(request):
    """Paste figures or send a file; below, what came in before."""
    form = BringForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return go_on(request, _brought(form.cleaned_data, request.user), taking)
        except Unreadable as problem:
            form.add_error("file" if form.cleaned_data["file"] else "text", str(problem))
    before = ImportBatch.objects.select_related("by", "reverted_by").defer("cells", "columns", "reasons")[:LISTED]
    status = 422 if form.errors else 200
    return render(request, "scrutiny/indicators/import.html", {"form": form, "before": before}, status=status)


def _brought(said, user):
    """The batch that was pasted or sent. What is no table of figures raises Unreadable and leaves nothing behind."""
    common = {"source": said["source"], "known_on": said["known_on"], "by": user}
    if not said["file"]:
        batch = taking.paste(said["text"], **common)
    else:
        batch = taking.upload(said["file"], **common)
    try:
        if not taking.is_large(batch) and not taking.sheets_to_choose(batch):
            taking.read_cells(batch)
    except Unreadable:
        discard(batch)
        raise
    return batch


@allow("figures.record", of=ImportBatch)
def batch(request, batch):
    """The preview in four piles, or the step before it that is still to be done; afterwards what became of it."""
    if batch.state != State.PREVIEWED:
        return _outcome(request, batch)
    try:
        if sheets := taking.sheets_to_choose(batch):
            return render(request, "scrutiny/indicators/import_sheet.html", {"batch": batch, "sheets": sheets})
        if not taking.is_large(batch) and not batch.columns.get("roles"):
            taking.read_cells(batch)
        layout = Layout.of(batch)
        if layout and layout.missing():
            return redirect("figures-columns", batch.pk)
        shown = taking.shown(batch) if layout else None
    except (Unreadable, NotPossible) as problem:
        return render(request, "scrutiny/indicators/import_waiting.html", {"batch": batch, "problem": str(problem)})
    if shown is None:
        return render(request, "scrutiny/indicators/import_waiting.html", {"batch": batch})
    if request.method == "POST":
        return _take(request, batch, shown)
    return _preview(request, batch, shown)


def _preview(request, batch, shown, form=None):
    seen = taking.seen_before(batch)
    form = form or TakeForm(shown, seen=seen, initial={"fingerprint": shown["fingerprint"]})
    context = {
        "batch": batch,
        "layout": Layout.of(batch),
        "shown": shown,
        "form": form,
        "seen": seen,
        "to_take": shown["counts"]["new"] + shown["counts"]["revised"],
    }
    status = 422 if form.errors else 200
    return render(request, "scrutiny/indicators/import_preview.html", context, status=status)


def _take(request, batch, shown):
    form = TakeForm(shown, request.POST, seen=taking.seen_before(batch))
    if not form.is_valid():
        return _preview(request, batch, shown, form)
    said = {
        "fingerprint": form.cleaned_data["fingerprint"],
        "reasons": form.reasons,
        "leave_out": form.cleaned_data.get("leave_out", False),
        "confirmed": form.cleaned_data.get("confirmed", False),
        "by": request.user,
    }
    if taking.is_large(batch):
        return when_done(taking.start_taking(batch, **said), batch)
    try:
        batch = taking.take(batch, **said)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect(batch)
    counts = batch.counts
    messages.success(
        request, f"{so_many(counts['new'], 'new figure')} and {so_many(counts['revised'], 'revision')} recorded."
    )
    return redirect(batch)


def _outcome(request, batch):
    """What became of a batch: its figures, and the way to take them back."""
    revisions = batch.revisions.select_related("observation__indicator", "observation__area").order_by("pk")
    context = {"batch": batch, "revisions": revisions[:SHOWN], "more": max(0, revisions.count() - SHOWN)}
    return render(request, "scrutiny/indicators/import_batch.html", context)


@allow("figures.record", of=ImportBatch)
@require_POST
@says_why_not
def sheet(request, batch):
    """Choose the sheet that holds the figures."""
    taking.choose_sheet(batch, sheet_named(request, batch, taking, what="figures"))
    if not taking.is_large(batch):
        taking.read_cells(batch)
    return go_on(request, batch, taking)


@allow("figures.record", of=ImportBatch)
@require_POST
@says_why_not
def look(request, batch):
    """Look through a large batch, once more where it was before."""
    return go_on(request, batch, taking)


@allow("figures.record", of=ImportBatch)
def batch_columns(request, batch):
    """What each column holds."""
    layout = Layout.of(batch)
    if batch.state != State.PREVIEWED or layout is None:
        return redirect(batch)
    asked = request.GET.get("heading", "")
    if asked.isdecimal() and 0 < int(asked[:6]) <= len(batch.cells):
        layout.heading = int(asked[:6]) - 1
    form = ColumnsForm(batch, layout, request.POST if request.method == "POST" else None)
    if form.is_valid():
        taking.set_layout(batch, form.chosen)
        return go_on(request, batch, taking)
    context = {"batch": batch, "form": form, "missing": [] if form.is_bound else layout.missing()}
    status = 422 if form.errors else 200
    return render(request, "scrutiny/indicators/import_columns.html", context, status=status)


@allow("figures.record", of=ImportBatch)
@require_POST
@says_why_not
def drop(request, batch):
    """Do not take it."""
    taking.drop(batch, by=request.user)
    messages.success(request, f"Nothing of “{batch.name}” was taken over.")
    return redirect("figures-import")


@allow("figures.record", of=ImportBatch)
def take_back(request, batch):
    """Say why, and see which figures stay since somebody has changed them."""
    if batch.state != State.TAKEN:
        messages.error(request, f"“{batch.name}” cannot be taken back: {batch.get_state_display().lower()}.")
        return redirect(batch)
    form = TakeBackForm(request.POST or None)
    if form.is_valid():
        if taking.is_large(batch):
            job = taking.start_taking_back(batch, why=form.cleaned_data["why"], by=request.user)
            return when_done(job, batch)
        try:
            stay = taking.take_back(batch, why=form.cleaned_data["why"], by=request.user)
        except NotPossible as reason:
            messages.error(request, str(reason))
            return redirect(batch)
        said = "The figures say again what they said before."
        if stay:
            named = "; ".join(str(figure) for figure in stay[:5])
            more = f" and {len(stay) - 5} more" if len(stay) > 5 else ""
            said += f" {so_many(len(stay), 'figure')} changed since and stay as they are: {named}{more}."
        messages.success(request, said)
        return redirect(batch)
    stay = list(taking.changed_since(batch))
    back = taking.figures_of(batch).count() - len(stay)
    context = {"batch": batch, "form": form, "back": back, "stay": stay}
    status = 422 if form.errors else 200
    return render(request, "scrutiny/indicators/import_take_back.html", context, status=status)
