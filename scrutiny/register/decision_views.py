"""The register of decisions: the list, its CSV, one record, changing it until it is signed, signing."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models.functions import Coalesce, ExtractYear
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from opcc_portal.office.dates import today
from scrutiny.register import decisions as operations
from scrutiny.register.csv_file import csv_response
from scrutiny.register.decision_forms import DecisionFilter, DecisionForm
from scrutiny.register.models import Decision
from scrutiny.workflow.forms import whole_number
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

A_PAGE = 30
HEADINGS = [
    "Number", "State", "Title", "What is decided", "Reasons", "Who decides", "Date of the decision", "Signed on", "Signed by",
    "Meeting", "Meeting date", "Item",
]  # fmt: skip


def _filtered(request):
    every = Decision.objects.annotate(its_year=Coalesce("year", ExtractYear("decided_on")))
    years = every.order_by("-its_year").values_list("its_year", flat=True).distinct()
    filters = DecisionFilter(request.GET, year=[(year, str(year)) for year in years])
    return filters, filters.narrow(Decision.objects.select_related("meeting__series", "item", "entry"))


@allow("decisions.view")
def decisions(request):
    """Every decision, those to be signed first, then by number."""
    filters, found = _filtered(request)
    context = {
        "filters": filters,
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "to_sign": Decision.objects.to_sign().count(),
        "may_edit": request.user.has_perm("decisions.edit"),
        "may_sign": request.user.has_perm("decisions.sign"),
    }
    return render(request, "scrutiny/register/decisions.html", context)


@allow("decisions.view")
def decisions_csv(request):
    """Exactly what the list shows, on one sheet."""
    _, found = _filtered(request)
    rows = (
        (
            decision.reference, decision.get_status_display(), decision.title, decision.decided, decision.reasons,
            decision.maker, decision.decided_on, decision.signed_on, decision.signed_name,
            decision.meeting and decision.meeting.name, decision.meeting and decision.meeting.date, decision.item,
        )
        for decision in found.iterator(500)
    )  # fmt: skip
    return csv_response(name="decisions", headings=HEADINGS, rows=rows)


@allow("decisions.view", of=Decision)
def decision(request, decision):
    """One record, with the minutes that it came from and what happened to it."""
    user = request.user
    context = {
        "decision": decision,
        "source": decision.source,
        "lines": lines_about(decision),
        "may_edit": decision.is_draft and user.has_perm("decisions.edit", decision),
        "may_sign": decision.is_draft and user.has_perm("decisions.sign", decision),
    }
    return render(request, "scrutiny/register/decision.html", context)


@allow("decisions.edit")
def decision_add(request):
    """Write down a decision that was made outside a meeting."""
    form = DecisionForm(request.POST or None, initial={"maker": operations.maker_on(today()), "decided_on": today()})
    if form.is_valid():
        made = operations.record(Decision(**form.words), by=request.user)
        messages.success(request, "The decision is written down. The commissioner can sign it.")
        return redirect(made)
    return _form_page(request, form)


@allow("decisions.edit", of=Decision)
def decision_edit(request, decision):
    """Change a record until it is signed."""
    if not decision.is_draft:
        messages.info(request, f"This decision is {decision.get_status_display().lower()} and cannot be changed.")
        return redirect(decision)
    form = DecisionForm(request.POST or None, initial=DecisionForm.initial_for(decision))
    if not form.is_valid():
        return _form_page(request, form, decision=decision)
    try:
        seen = form.cleaned_data["seen_version"]
        operations.change(decision, seen_version=seen, words=form.words, by=request.user)
    except ChangedMeanwhile as changed:
        return _form_page(request, form, decision=decision, newer=form.build_on(changed.now))
    except NotPossible as reason:
        messages.error(request, str(reason))
        return _form_page(request, form, decision=decision, closed=True)
    messages.success(request, "The decision is saved.")
    return redirect(decision)


def _form_page(request, form, *, decision=None, newer=None, closed=False):
    status = 409 if newer is not None or closed else 422 if form.is_bound and form.errors else 200
    context = {"form": form, "decision": decision, "newer": newer, "closed": closed}
    return render(request, "scrutiny/register/decision_form.html", context, status=status)


@allow("decisions.sign", of=Decision)
def decision_sign(request, decision):
    """Sign a decision, after showing what is signed."""
    if decision.is_signed:
        messages.info(request, f"This decision is signed already: {decision.reference}, by {decision.signed_name}.")
        return redirect(decision)
    if request.method != "POST":
        return render(request, "scrutiny/register/decision_sign.html", {"decision": decision, "today": today()})
    try:
        seen = whole_number(request.POST.get("seen_version"))
        signed = operations.sign(decision, seen_version=seen, by=request.user)
    except ChangedMeanwhile as changed:
        messages.error(request, "Somebody changed this decision since you opened it. Read it as it is now, then sign.")
        context = {"decision": changed.now, "today": today()}
        return render(request, "scrutiny/register/decision_sign.html", context, status=409)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect(decision)
    messages.success(request, f"Signed as decision {signed.reference}.")
    return redirect(signed)


@allow("decisions.edit", of=Decision)
@require_POST
def decision_withdraw(request, decision):
    """Say that a record made by hand is no decision; those of minutes follow their entry."""
    if decision.source is not None:
        messages.error(request, "This decision comes from minutes. Change the kind of the entry there.")
        return redirect(decision)
    try:
        operations.withdraw(decision, by=request.user)
        messages.success(request, "The decision is withdrawn. It stays in the register under “No longer a decision”.")
    except NotPossible as reason:
        messages.error(request, str(reason))
    return redirect("decision", decision.pk)
