"""Pages of recommendations: the register, one with its history and what belongs to it, adding, changing, deleting."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from opcc_portal.files.operations import serve
from scrutiny.inspections import links, operations, register
from scrutiny.inspections.forms import RecommendationFilter, SeenForm
from scrutiny.inspections.models import Inspection, Recommendation
from scrutiny.inspections.recommendation_forms import AddForm, LinksForm, RecommendationForm, StatusForm
from scrutiny.register.csv_file import csv_stream
from scrutiny.workflow.acting import carry_out, done, let_go
from scrutiny.workflow.forms import readable

ROOM = "scrutiny/inspections"
A_PAGE = 50
LONGEST_WORDS = 200


def _filtered(request):
    filters = RecommendationFilter(request.GET)
    found = filters.narrow(Recommendation.objects.select_related("inspection__body", "owner"))
    return filters, register.with_latest(found)


@allow("inspections.view")
def recommendation_list(request):
    """What all reports ask for, the overdue ones first."""
    filters, found = _filtered(request)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, f"{ROOM}/recommendations.html", {"filters": filters, "page": page})


@allow("inspections.view")
def recommendations_csv(request):
    """Exactly what the list shows, whole."""
    _, found = _filtered(request)
    rows = map(register.recommendation_row, found.iterator(500))
    return csv_stream(name="recommendations", headings=register.RECOMMENDATION_HEADINGS, rows=rows)


# --- one recommendation --------------------------------------------------------------------------------------------------


@allow("inspections.view", of=Recommendation)
def recommendation(request, recommendation):
    """One recommendation with its whole history, and the form for what became of it."""
    may_update = request.user.has_perm("recommendations.update", recommendation)
    return _page(
        request, recommendation, StatusForm(recommendation=recommendation, user=request.user) if may_update else None
    )


def _page(request, recommendation, form, status=200):
    user = request.user
    context = {
        "recommendation": recommendation,
        "inspection": recommendation.inspection,
        "changes": recommendation.changes.select_related("by", "upload"),
        "form": form,
        "links": links.seen_by(user, recommendation),
        "answers": recommendation.answers.select_related("response") if user.has_perm("responses.view") else [],
        "may_edit": user.has_perm("inspections.edit"),
        "lines": [] if user.works_for_force else lines_about(recommendation),
    }
    return render(request, f"{ROOM}/recommendation.html", context, status=status)


@allow("recommendations.update", of=Recommendation)
@require_POST
def recommendation_status(request, recommendation):
    """Say what became of it, with what shows it."""
    user = request.user
    form = StatusForm(request.POST, request.FILES, recommendation=recommendation, user=user)
    change, status = done(
        form,
        lambda: operations.set_status(
            recommendation, upload=form.upload, seen=form.cleaned_data["seen"] or 0, by=user, **form.words
        ),
        user,
    )
    if change is None:
        recommendation.refresh_from_db(fields=["status", "version"])
        return _page(request, recommendation, form, status)
    if form.upload and change.upload_id != form.upload.pk:
        let_go(form)  # the button was pressed twice
    recommendation.refresh_from_db(fields=["status"])
    messages.success(request, _said(recommendation, change))
    return redirect(f"{recommendation.get_absolute_url()}#history")


def _said(recommendation, change):
    if recommendation.status == change.status:
        return f"{change.get_status_display()}: that is saved, with what shows it."
    return f"That is saved. The status stays “{recommendation.get_status_display()}”, which was said of a later day."


@allow("inspections.view", of=Recommendation)
def recommendation_evidence(request, recommendation, change):
    """The file that shows what became of it."""
    said = recommendation.changes.filter(pk=change, upload__isnull=False).select_related("upload").first()
    if said is None:
        raise Http404("No such file.")
    return serve(said.upload)


@allow("inspections.edit", of=Recommendation)
def recommendation_links(request, recommendation):
    """Choose which questions, actions, indicators and reports belong to it, by looking for words."""
    words = readable(request.GET.get("text", ""))[:LONGEST_WORDS].strip()
    form = LinksForm(request.POST or None, recommendation=recommendation, words=words)
    return carry_out(
        request,
        form,
        f"{ROOM}/recommendation_links.html",
        {"recommendation": recommendation, "words": words, "trail": _trail(recommendation)},
        lambda: operations.link(recommendation, seen=form.cleaned_data["seen"] or 0, by=request.user, **form.chosen),
        said="What belongs to it is saved.",
    )


# --- adding, changing, deleting ------------------------------------------------------------------------------------------


@allow("inspections.edit", of=Inspection)
def recommendations_add(request, inspection):
    """Add what a report recommends, as a list."""
    form = AddForm(request.POST or None, inspection=inspection)
    return carry_out(
        request,
        form,
        f"{ROOM}/recommendations_add.html",
        {"inspection": inspection, "listed": inspection.recommendations.count()},
        lambda: operations.add_recommendations(
            inspection, form.cleaned_data["pasted"], seen=form.cleaned_data["seen"] or 0, by=request.user, **form.common
        ),
        said="The recommendations are listed. Check their numbers and kinds below.",
        to=f"{inspection.get_absolute_url()}#recommendations",
    )


@allow("inspections.edit", of=Recommendation)
def recommendation_edit(request, recommendation):
    """Change what a recommendation says, who sees to it, or its place."""
    form = RecommendationForm(request.POST or None, recommendation=recommendation)
    return carry_out(
        request,
        form,
        f"{ROOM}/recommendation_form.html",
        {"recommendation": recommendation, "trail": _trail(recommendation)},
        lambda: operations.change_recommendation(
            recommendation,
            form.words,
            position=form.cleaned_data["position"],
            seen=form.cleaned_data["seen"] or 0,
            by=request.user,
        ),
    )


@allow("inspections.edit", of=Recommendation)
def recommendation_delete(request, recommendation):
    """Take out what was entered by mistake."""
    form = SeenForm(request.POST or None, initial={"seen": recommendation.version})
    context = {
        "heading": f"Delete this {recommendation.get_kind_display().lower()}",
        "thing": recommendation,
        "words": recommendation.text,
        "trail": _trail(recommendation),
        "why_not": operations.why_recommendation_kept(recommendation),
    }
    return carry_out(
        request,
        form,
        f"{ROOM}/delete.html",
        context,
        lambda: operations.delete_recommendation(recommendation, seen=form.cleaned_data["seen"] or 0, by=request.user),
        said="It is deleted.",
        to=recommendation.inspection.get_absolute_url(),
    )


def _trail(recommendation):
    inspection = recommendation.inspection
    return [
        ("Inspections", reverse("inspections")),
        (inspection.title, inspection.get_absolute_url()),
        (str(recommendation), recommendation.get_absolute_url()),
    ]
