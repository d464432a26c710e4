"""Pages of inspections: the list, one report with its clock and its recommendations, adding and changing it."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from opcc_portal.files.operations import serve
from opcc_portal.office.dates import today
from scrutiny.inspections import operations, register
from scrutiny.inspections.clock import CITATION, LAW_URL, PERIOD
from scrutiny.inspections.forms import InspectionFilter, InspectionForm, SeenForm
from scrutiny.inspections.models import Inspection
from scrutiny.register.csv_file import csv_response
from scrutiny.workflow.acting import carry_out

ROOM = "scrutiny/inspections"
A_PAGE = 50


def _filtered(request):
    filters = InspectionFilter(request.GET, user=request.user)
    found = filters.narrow(register.with_standing(Inspection.objects.select_related("body", "response")))
    return filters, register.with_numbers(found)


@allow("inspections.view")
def inspection_list(request):
    """Every report that is listed, the newest first, with where its response stands."""
    filters, found = _filtered(request)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    rows = [{"inspection": each, "standing": register.standing_of(each, request.user)} for each in page]
    context = {"filters": filters, "page": page, "rows": rows, "may_edit": request.user.has_perm("inspections.edit")}
    return render(request, f"{ROOM}/inspections.html", context)


@allow("inspections.view")
def inspections_csv(request):
    """Exactly what the list shows, whole."""
    _, found = _filtered(request)
    rows = (register.inspection_row(each, request.user) for each in found)
    return csv_response(name="inspections", headings=register.INSPECTION_HEADINGS, rows=rows)


@allow("inspections.view", of=Inspection)
def inspection(request, inspection):
    """One report: its clock, what it recommends, and what became of that."""
    user = request.user
    inspection.standing = _standing_key(inspection)
    context = {
        "inspection": inspection,
        "standing": register.standing_of(inspection, user),
        "day": inspection.clock.number_of(today()),
        "period": PERIOD,
        "citation": CITATION,
        "law_url": LAW_URL,
        "response": getattr(inspection, "response", None),
        "recommendations": inspection.recommendations.select_related("owner"),
        "numbers": _numbers(inspection),
        "covers": inspection.covers.all(),
        "covered_by": inspection.covered_by.all(),
        "may_edit": user.has_perm("inspections.edit"),
        "sees_response": user.has_perm("responses.view"),
        "may_respond": user.has_perm("responses.edit"),
        "lines": [] if user.works_for_force else lines_about(inspection),
    }
    return render(request, f"{ROOM}/inspection.html", context)


def _standing_key(inspection):
    return register.with_standing(Inspection.objects.filter(pk=inspection.pk)).values_list("standing", flat=True).get()


def _numbers(inspection):
    return (
        register.with_numbers(Inspection.objects.filter(pk=inspection.pk))
        .values("asked", "still_open", "overdue")
        .get()
    )


@allow("inspections.view", of=Inspection)
def inspection_file(request, inspection):
    """The report as the inspectorate published it."""
    if inspection.report is None or inspection.report.upload is None:
        raise Http404("There is no file of this report.")
    return serve(inspection.report.upload)


@allow("inspections.edit")
def inspection_add(request):
    """List a report."""
    form = InspectionForm(request.POST or None, request.FILES or None)
    return carry_out(
        request,
        form,
        f"{ROOM}/inspection_form.html",
        {"inspection": None},
        lambda: operations.add(form.words, covers=form.repeated, upload=form.upload, by=request.user),
        said="The report is listed. Add what it recommends.",
    )


@allow("inspections.edit", of=Inspection)
def inspection_edit(request, inspection):
    """Change what is known of a report."""
    form = InspectionForm(request.POST or None, request.FILES or None, inspection=inspection)
    return carry_out(
        request,
        form,
        f"{ROOM}/inspection_form.html",
        {"inspection": inspection},
        lambda: operations.change(
            inspection,
            form.words,
            covers=form.repeated if "covers" in form.fields else None,
            upload=form.upload,
            seen=form.cleaned_data["seen"] or 0,
            by=request.user,
        ),
    )


@allow("inspections.edit", of=Inspection)
def inspection_delete(request, inspection):
    """Take a report off the list that is there by mistake."""
    form = SeenForm(request.POST or None, initial={"seen": inspection.version})
    context = {
        "heading": "Delete this report from the list",
        "thing": inspection,
        "trail": [("Inspections", reverse("inspections")), (inspection.title, inspection.get_absolute_url())],
        "why_not": operations.why_kept(inspection),
    }
    return carry_out(
        request,
        form,
        f"{ROOM}/delete.html",
        context,
        lambda: operations.delete(inspection, seen=form.cleaned_data["seen"] or 0, by=request.user),
        said="The report is deleted from the list.",
        to=reverse("inspections"),
    )
