"""Totals: what a document states beside what the register holds, and how much was awarded in any scope."""

from dataclasses import replace

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from funding.rounds.editing import form_page, trail_of
from funding.rounds.models import Fund
from funding.totals import comparing, counting, operations
from funding.totals.forms import ExplainForm, StatedTotalForm, TotalsForm
from funding.totals.models import StatedTotal
from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from scrutiny.register.csv_file import csv_response
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

# So many of the awards that are compared stand on the page; the register lists the rest.
AWARDS_SHOWN = 25


# --- stated totals -------------------------------------------------------------------------------------------------------


@allow("funding.edit", of=Fund)
def stated_total_add(request, fund):
    """Write down what a document states."""
    return form_page(
        request,
        StatedTotalForm(request.POST or None, instance=StatedTotal(fund=fund)),
        lambda words, seen: operations.state(fund, words, by=request.user),
        title="Add a stated total",
        lede=f"A sum that a document gives for the {fund}. It is kept as stated and compared, never corrected.",
        trail=trail_of(fund),
        back=fund.get_absolute_url(),
        save="Add the total",
        done="The total is written down and compared.",
    )


@allow("funding.edit", of=StatedTotal)
def stated_total_edit(request, stated):
    """Put right how a stated total was written down."""
    return form_page(
        request,
        StatedTotalForm(request.POST or None, instance=stated),
        lambda words, seen: operations.change_stated(stated, words, seen=seen, by=request.user),
        title="Change a stated total",
        lede="Only what was written down wrongly here. What the document says stays as it is.",
        trail=[*trail_of(stated.fund), (str(stated), stated.get_absolute_url())],
        back=stated.get_absolute_url(),
        done="The stated total is saved.",
    )


@allow("funding.view", of=StatedTotal)
def stated_total(request, stated):
    """One stated total beside the awards of the same scope, and why they differ."""
    return _stated_page(request, stated)


@allow("funding.edit", of=StatedTotal)
@require_POST
def stated_total_explain(request, stated):
    """Say why the document and the register differ."""
    form = ExplainForm(request.POST, comparison=comparing.compare(stated))
    if not form.is_valid():
        return _stated_page(request, stated, form, status=422)
    words = form.cleaned_data
    try:
        operations.explain(
            stated, words["explanation"], seen=words["seen"], computed=words["computed"], by=request.user
        )
    except ChangedMeanwhile as changed:
        form.look_again(comparing.compare(changed.now))
        return _stated_page(request, changed.now, form, status=409)
    except NotPossible as reason:
        form.add_error("explanation", str(reason))
        return _stated_page(request, stated, form, status=422)
    messages.success(request, "The explanation is saved.")
    return redirect(stated)


def _stated_page(request, stated, form=None, status=200):
    comparison = comparing.compare(stated)
    awards = (
        counting.states(comparing.scope_of(stated)).select_related("award", "recipient").order_by("-awarded_on", "pk")
    )
    context = {
        "stated": stated,
        "comparison": comparison,
        "form": form or ExplainForm(comparison=comparison),
        "awards": awards[:AWARDS_SHOWN] if comparison.computed else [],
        "others": comparing.clashes_of(stated),
        "trail": trail_of(stated.fund),
        "lines": lines_about(stated),
        "may_edit": request.user.has_perm("funding.edit"),
        "is_late": status == 409,
    }
    return render(request, "funding/totals/stated_total.html", context, status=status)


# --- any scope -----------------------------------------------------------------------------------------------------------


@allow("funding.view")
def grant_totals(request):
    """How many awards and how much, for any scope, as known on any day."""
    form = TotalsForm(request.GET)
    scope = form.scope
    context = {
        "filters": form,
        "total": counting.total(scope),
        "rows": counting.table(form.grouped_by, scope),
        "left_out": _left_out(form, scope),
        "is_invented": scope.demonstration is not False,
    }
    return render(request, "funding/totals/totals.html", context)


def _left_out(form, scope):
    """(Total, address) of the demonstration awards of the scope where only real ones are counted, None without any."""
    if scope.demonstration is not False:
        return None
    found = counting.total(replace(scope, demonstration=True))
    query = form.query("kind")
    return (found, f"{query}{'&' if query else '?'}kind=invented") if found else None


@allow("funding.view")
def grant_totals_csv(request):
    """Exactly the table of the page, with what was counted and as known when beside every row."""
    form = TotalsForm(request.GET)
    rows = [*counting.table(form.grouped_by, form.scope), ("Total", counting.total(form.scope))]
    return csv_response(
        name="grant totals",
        headings=[form.grouped_words, "Awards", "Organisations", "Amount in pounds", "Which awards", "As known on"],
        rows=[(words, each.count, each.organisations, each.amount, form.kind_words, form.day) for words, each in rows],
    )
