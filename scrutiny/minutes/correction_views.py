"""Pages of corrections: the panel under an entry, the register with its CSV, one correction, corrections of closed minutes."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from opcc_portal.office.models import Office
from scrutiny.minutes import corrected_figures, correcting, corrections, figures
from scrutiny.minutes.correction_forms import (
    ApplyForm,
    ConfirmForm,
    CorrectionFilter,
    CorrectionOfMinutesForm,
    DetailsForm,
    FigureForm,
    place_in_words,
)
from scrutiny.minutes.models import Correction, MinuteEntry
from scrutiny.register.csv_file import csv_response
from scrutiny.workflow.operations import NotPossible
from scrutiny.workflow.saving import Conflict

A_PAGE = 30
HEADINGS = [
    "State", "Meeting", "Meeting date", "Item", "Said by", "What is corrected", "Was", "Now", "Period", "Paper", "Page",
    "Why", "Confirmed by", "Confirmed on", "Applied", "Applied on",
]  # fmt: skip


# --- The panel under an entry ----------------------------------------------------------------------------------------


@allow("minutes.edit", of=MinuteEntry)
def entry_correction(request, entry):
    """What an entry puts right: a page, or with the header X-Fragment only the panel of the editor."""
    papers = figures.papers_of(entry.minuted_item.item)
    record = Correction.objects.select_related(*Correction.LOADED_WITH).filter(entry=entry).first()
    given = {"correction": record, "papers": papers, "figures": figures.figures_in(papers)}
    if _is_fragment(request):
        given["auto_id"] = f"id_c{entry.pk}_%s"  # several panels may stand on one page
    if entry.kind != MinuteEntry.Kind.CORRECTION or entry.deleted:
        return _not_possible(
            request, entry, DetailsForm(_posted(request, record), **given), correcting.NOT_A_CORRECTION
        )
    if request.method != "POST":
        return _panel(request, entry, DetailsForm(**given))
    form = DetailsForm(_posted(request, record), **given)
    if not form.is_valid():
        return _panel(request, entry, form, status=422)
    data = form.cleaned_data
    try:
        done = correcting.save_details(
            entry,
            base_version=data["base_version"],
            save_id=data["save_id"],
            changes=form.changes(),
            by=request.user,
            write_sentence=not data["has_words"],
        )
    except Conflict as conflict:
        return _clash(request, entry, form, conflict)
    except NotPossible as reason:
        return _not_possible(request, entry, form, reason)
    return _saved(request, done)


def _posted(request, record):
    """What was posted; where two versions met, the fields for which the other's wording was chosen hold that."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    if record and data.get("base_version") == str(record.version):
        theirs = DetailsForm.initial_for(record)
        for name in DetailsForm.SHOWN:
            if data.get(f"pick_{name}") == "theirs":
                data[name] = theirs[name]
                data["figure"] = ""  # else an emptied field would be filled from it again
    return data


def _is_fragment(request):
    return request.headers.get("X-Fragment") == "1"


def _panel(request, entry, form, *, status=200, clash=None, reason=""):
    minutes = entry.minuted_item.minutes
    context = {
        "entry": entry,
        "form": form,
        "clash": clash,
        "reason": reason,
        "minutes": minutes,
        "meeting": minutes.meeting,
        "office": Office.on(minutes.meeting.date),
        "is_fragment": _is_fragment(request),
    }
    name = "correction_panel" if _is_fragment(request) else "correction_page"
    answer = render(request, f"scrutiny/minutes/{name}.html", context, status=status)
    answer["Vary"] = "X-Fragment, Cookie"
    answer["Cache-Control"] = "no-store"
    return answer


def _not_possible(request, entry, form, reason):
    """What was typed stays in the form, with the reason above it."""
    return _panel(request, entry, form, status=422 if request.method == "POST" else 409, reason=str(reason))


def _clash(request, entry, form, conflict):
    """Both versions, field by field, and the form built on the other's version."""
    record = Correction.objects.select_related(*Correction.LOADED_WITH).get(pk=conflict.theirs.pk)
    theirs = DetailsForm.initial_for(record)
    differing = [
        {
            "name": name,
            "label": form.fields[name].label,
            "mine": _in_words(form, name, form.cleaned_data[name]),
            "theirs": _in_words(form, name, theirs[name]),
        }
        for name in DetailsForm.SHOWN
        if form.cleaned_data[name] != theirs[name]
    ]
    data = form.data.copy()
    data["base_version"], data["save_id"] = record.version, str(uuid.uuid4())
    for name in DetailsForm.SHOWN:
        data[name] = form.cleaned_data[name]
    again = DetailsForm(
        data, correction=record, papers=form.papers, figures=form.figures.values(), auto_id=form.auto_id
    )
    again.is_valid()
    return _panel(request, entry, again, status=409, clash={"theirs": record, "fields": differing})


def _in_words(form, name, value):
    return form.place_label(value) if name == "place" else value or "empty"


def _saved(request, done):
    record, entry = done.correction, done.entry
    shown = corrections.shown_of(record)
    if _is_fragment(request):
        answer = {
            "entry": entry.pk,
            "uid": str(entry.uid),
            "text": entry.text,
            "version": entry.version,
            "wrote": done.wrote,
            "correction": shown,
        }
        return JsonResponse(answer)
    missing = f" Still to settle: {'; '.join(shown['flags'])}." if shown["flags"] else ""
    messages.success(request, f"The correction is saved.{missing}")
    if entry.minuted_item.minutes.is_open:
        return redirect(f"{reverse('minuted-item', args=[entry.minuted_item_id])}#entry-{entry.pk}")
    return redirect(record)


# --- The register ----------------------------------------------------------------------------------------------------


def _filtered(request):
    visible = Correction.objects.standing().visible_to(request.user)
    filters = CorrectionFilter.over(request.GET, visible)
    return filters, filters.narrow(visible.select_related(*Correction.LOADED_WITH))


@allow("corrections.view")
def corrections_page(request):
    """Every correction that this person may see, the latest meeting first."""
    filters, found = _filtered(request)
    context = {"filters": filters, "page": Paginator(found, A_PAGE).get_page(request.GET.get("page"))}
    return render(request, "scrutiny/minutes/corrections.html", context)


@allow("corrections.view")
def corrections_csv(request):
    """Exactly what the list shows, on one sheet."""
    _, found = _filtered(request)
    return csv_response(name="corrections", headings=HEADINGS, rows=(_row(one) for one in found.iterator(500)))


def _row(one):
    meeting, entry = one.minutes.meeting, one.entry or one.corrected_entry
    return (
        one.get_status_display(), meeting.name, meeting.date, entry.minuted_item.item, one.said_by and one.said_by.name,
        one.measure, one.old_value, one.new_value, one.period,
        "The minutes themselves" if one.is_of_minutes else place_in_words(one), one.page, one.note, one.confirmed_by,
        one.confirmed_at and one.confirmed_at.date(), one.applied_how, one.applied_at and one.applied_at.date(),
    )  # fmt: skip


@allow("corrections.view", of=Correction)
def correction(request, correction):
    """One correction: what, who, where it stands, and its history."""
    return _record_page(request, correction)


def _record_page(request, record, *, confirm=None, apply=None, figure=None, status=200):
    user, is_proposed = request.user, record.status == Correction.Status.PROPOSED
    sees_minutes = user.has_perm("minutes.view", record.minutes)
    may_confirm = user.has_perm("corrections.confirm", record) and not record.deleted
    may_edit = user.has_perm("minutes.edit", record.minutes) and is_proposed and not record.deleted
    edit = "correction-edit" if record.is_of_minutes else "entry-correction"
    may_point = may_confirm and not record.is_of_minutes and not record.revision_id
    confirm = confirm or ConfirmForm(initial={"seen": record.version, "period": record.period})
    if record.period or record.is_of_minutes:
        confirm.fields.pop("period", None)
    context = {
        "correction": record,
        "shown": corrections.shown_of(record),
        "entry": record.entry or record.corrected_entry,
        "place": "" if record.is_of_minutes else place_in_words(record),
        "versions": _versions(record),
        "lines": lines_about(record),
        "confirm": confirm if may_confirm and is_proposed else None,
        "apply": (apply or ApplyForm())
        if record.status == Correction.Status.CONFIRMED and user.has_perm("corrections.apply", record)
        else None,
        "figure": (figure or FigureForm(correction=record)) if may_point else None,
        "proposal": corrected_figures.proposal(record),
        "may_take_back": may_confirm and not is_proposed and user.has_perm("corrections.apply", record),
        "edit_url": reverse(edit, args=[record.pk if record.is_of_minutes else record.entry_id]) if may_edit else "",
        "sees_minutes": sees_minutes,
        "sees_report": record.report and user.has_perm("reports.view", record.report),
    }
    return render(request, "scrutiny/minutes/correction.html", context, status=status)


_KEPT = (
    ("measure", "What is corrected"),
    ("old_value", "Was"),
    ("new_value", "Now"),
    ("period", "Period"),
    ("page", "Page"),
    ("note", "Why"),
)


def _versions(record):
    """Every saved version, newest first, each with the fields it changed: (revision, [(label, before, after)])."""
    revisions = list(record.revisions)
    found = []
    for revision, before in zip(revisions, [*revisions[1:], None], strict=True):
        old, new = before.content if before else {}, revision.content
        changed = [
            (label, old.get(name), new.get(name)) for name, label in _KEPT if old.get(name, "") != new.get(name, "")
        ]
        if before and any(old.get(name) != new.get(name) for name in ("report", "section", "attachment")):
            changed.append(("Paper", "", _paper_of(new, record)))
        if new.get("deleted") != old.get("deleted", False):
            changed.append(("Entry", "", "no longer a correction" if new["deleted"] else "a correction again"))
        found.append((revision, changed))
    return found


def _paper_of(content, record):
    """The place that a version names, in words where it is still the one of the record."""
    same = all(content.get(name) == getattr(record, f"{name}_id") for name in ("report", "section", "attachment"))
    return (place_in_words(record) if same else "another place") if content.get("report") else ""


@allow("corrections.confirm", of=Correction)
@require_POST
def correction_confirm(request, record):
    """Confirm a correction as it read on the page."""
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _record_page(request, record, confirm=form, status=422)
    seen, period = form.cleaned_data["seen"], form.cleaned_data["period"]
    return _act(request, record, "The correction is confirmed.", correcting.confirm, seen=seen, period=period)


@allow("corrections.confirm", of=Correction)
@require_POST
def correction_figure(request, record):
    """Say which figure of an indicator the correction puts right."""
    form = FigureForm(request.POST, correction=record)
    if not form.is_valid():
        return _record_page(request, record, figure=form, status=422)
    chosen = {name: form.cleaned_data[name] for name in ("indicator", "area", "period_start", "seen")}
    return _act(request, record, "Kept with the correction.", corrected_figures.point, **chosen)


@allow("corrections.apply", of=Correction)
@require_POST
def correction_apply(request, record):
    """Write down how a confirmed correction was carried out."""
    form = ApplyForm(request.POST)
    if not form.is_valid():
        return _record_page(request, record, apply=form, status=422)
    return _act(request, record, "The correction is applied.", correcting.apply, how=form.cleaned_data["how"])


@allow("corrections.apply", of=Correction)
@require_POST
def correction_take_back(request, record):
    """Make it a proposal again."""
    return _act(request, record, "The correction is a proposal again.", correcting.take_back)


def _act(request, record, done, operation, **given):
    try:
        operation(record, by=request.user, **given)
    except NotPossible as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, done)
    return redirect(record)


# --- Corrections of closed minutes -----------------------------------------------------------------------------------


@allow("minutes.edit", of=MinuteEntry)
def entry_correct(request, entry):
    """Propose that an entry of closed minutes should read otherwise."""
    minutes = entry.minuted_item.minutes
    if minutes.is_open:
        messages.info(request, "These minutes are still open. Change the entry itself.")
        return redirect(f"{reverse('minuted-item', args=[entry.minuted_item_id])}#entry-{entry.pk}")
    form = CorrectionOfMinutesForm(request.POST or None, entry=entry, initial={"old_value": _one_line(entry.text)})
    if form.is_valid():
        saved = correcting.correct_minutes(
            entry, save_id=form.cleaned_data["save_id"], changes=form.changes(), by=request.user
        )
        messages.success(request, "The correction is proposed. The minutes stay as they were approved.")
        return redirect(saved.piece)
    return _of_minutes_page(request, entry, form)


def _one_line(text):
    words = " ".join(text.split())
    return words if len(words) <= 300 else ""


@allow("minutes.edit", of=Correction)
def correction_edit(request, record):
    """Change a correction of closed minutes that nobody has confirmed yet."""
    if not record.is_of_minutes:
        return redirect("entry-correction", record.entry_id)
    entry = record.corrected_entry
    form = CorrectionOfMinutesForm(
        request.POST or None, entry=entry, initial=CorrectionOfMinutesForm.initial_for(record)
    )
    if not form.is_valid():
        return _of_minutes_page(request, entry, form, record=record)
    try:
        correcting.change_correction_of_minutes(
            record,
            base_version=form.cleaned_data["base_version"],
            save_id=form.cleaned_data["save_id"],
            changes=form.changes(),
            by=request.user,
        )
    except Conflict as conflict:
        return _newer_of_minutes(request, entry, form, conflict.theirs)
    except NotPossible as reason:
        form.add_error(None, str(reason))
        return _of_minutes_page(request, entry, form, record=record)
    messages.success(request, "The correction is saved.")
    return redirect(record)


def _newer_of_minutes(request, entry, form, theirs):
    """Show what somebody else saved, keep what was typed, and build the form on the newer version."""
    newer = [
        (form.fields[name].label, getattr(theirs, name), form.cleaned_data[name])
        for name in form.SHOWN
        if getattr(theirs, name) != form.cleaned_data[name]
    ]
    form.data = form.data.copy()
    form.data["base_version"], form.data["save_id"] = theirs.version, str(uuid.uuid4())
    return _of_minutes_page(request, entry, form, record=theirs, newer=newer)


def _of_minutes_page(request, entry, form, *, record=None, newer=None):
    minutes = entry.minuted_item.minutes
    context = {
        "entry": entry,
        "form": form,
        "correction": record,
        "newer": newer,
        "minutes": minutes,
        "office": Office.on(minutes.meeting.date),
    }
    status = 409 if newer else 422 if form.is_bound and form.errors else 200
    return render(request, "scrutiny/minutes/correction_of_minutes.html", context, status=status)
