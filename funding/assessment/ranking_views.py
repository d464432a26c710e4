"""The ranked list against the money: page, CSV and paper, and the outcomes that are proposed from it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from funding.applications.models import Application
from funding.assessment import deciding, operations, papers, standing
from funding.assessment.forms import FromReserveForm, OutcomeForm, ProposeForm
from funding.assessment.panel_views import own_first
from funding.rounds.models import Round
from opcc_portal.accounts.permissions import allow
from scrutiny.register.csv_file import csv_response
from scrutiny.workflow import papers as laid_out
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

HEADINGS = [
    "Place", "Reference", "Applicant", "Project", "Status", "Assessments", "Mean", "Spread", "Agreed mark", "Mark", "Asked for",
    "Proposed", "Amount proposed", "Running sum", "Money", "Demonstration",
]  # fmt: skip


@allow("applications.view", of=Round)
def ranking(request, round_):
    """The ranked list with its cut lines."""
    stand = standing.of(round_, request.user)
    return own_first(request, stand) or _page(request, stand, ProposeForm())


def _page(request, stand, form, status=200):
    context = {
        "round": stand.round,
        "stand": stand,
        "form": form,
        "decision": stand.decision,
        "may_decide": request.user.has_perm("rounds.decide"),
        "closed": operations.fixed_by(stand.round, stand.decision),
    }
    return render(request, "funding/assessment/ranking.html", context, status=status)


@allow("applications.view", of=Round)
def ranking_csv(request, round_):
    """The ranked list as a sheet."""
    stand = standing.of(round_, request.user)
    if page := own_first(request, stand):
        return page
    rows = [_line(row) for row in stand.rows] + [["", papers.STUB] for _ in stand.stubs]
    return csv_response(name=f"ranking-{round_.fund.code}-{round_.code}", headings=HEADINGS, rows=rows)


def _line(row):
    application, entry, placed, outcome = row.application, row.entry, row.placed, row.outcome
    return [
        placed.place, application.reference, application.applicant_name, application.title, application.get_status_display(),
        len(row.counted), entry.mean, entry.spread, entry.agreed, entry.mark, application.amount,
        outcome and outcome.get_result_display(), outcome and outcome.amount, placed.running,
        placed.line and placed.line.value, application.demonstration_note or row.application.round.demonstration_note,
    ]  # fmt: skip


@allow("applications.view", of=Round)
def ranking_pdf(request, round_):
    """The ranked list on paper, for the meeting."""
    stand = standing.of(round_, request.user)
    if page := own_first(request, stand):
        return page
    made = papers.ranked_list(stand)
    return laid_out.respond(request, html=made.html, logo=made.logo, file_name=made.file_name, title=made.title)


@allow("rounds.decide", of=Round)
@require_POST
def propose_by_rank(request, round_):
    """Propose outcomes down the ranked list by one rule."""
    form = ProposeForm(request.POST)
    if not form.is_valid():
        return _page(request, standing.of(round_, request.user), form, status=422)
    try:
        new = deciding.propose_by_rank(round_, **form.rule, by=request.user)
        messages.success(
            request, f"{new} outcome{'' if new == 1 else 's'} proposed. Change any of them before the decision."
        )
    except NotPossible as reason:
        messages.error(request, str(reason))
    return redirect("round-ranking", round_.pk)


@allow("rounds.decide", of=Application)
def outcome(request, application):
    """Propose what becomes of one application; once the round is decided, award from the reserve list."""
    held = getattr(application, "outcome", None)
    from_reserve = application.round.is_decided and application.status == Application.Status.RESERVE
    form = (FromReserveForm if from_reserve else OutcomeForm)(request.POST or None, initial=_initial(application, held))
    if not form.is_valid():
        return _outcome_page(request, application, form, held)
    try:
        seen = form.cleaned_data["seen"]
        if from_reserve:
            deciding.award_from_reserve(application, **form.words, seen=seen, by=request.user)
        else:
            deciding.propose(application, form.said, seen=seen, by=request.user)
    except ChangedMeanwhile as changed:
        version = changed.now.version if changed.now else 0
        return _outcome_page(request, application, form.build_on(version), changed.now, conflict=True)
    except NotPossible as reason:
        form.add_error("amount" if "£" in str(reason) else None, str(reason))
        return _outcome_page(request, application, form, held)
    messages.success(request, f"The outcome proposed for {application.reference} is kept.")
    return redirect("round-ranking", application.round_id)


def _initial(application, held):
    if held is None:
        return {"seen": 0, "amount": application.amount}
    cap = application.round.fund.maximum_grant
    return {
        "seen": held.version,
        "result": held.result,
        "amount": held.amount or application.amount,
        "reason": held.reason,
        "above_cap": bool(cap and held.amount and held.amount > cap),
    }


def _outcome_page(request, application, form, held, *, conflict=False):
    stand = standing.of(application.round, request.user)
    context = {
        "application": application,
        "round": application.round,
        "row": stand.row_of(application),
        "stand": stand,
        "form": form,
        "held": held,
        "conflict": conflict,
        "from_reserve": isinstance(form, FromReserveForm),
        "closed": "" if isinstance(form, FromReserveForm) else operations.fixed_by(application.round, stand.decision),
    }
    status = 409 if conflict else 422 if form.is_bound else 200
    return render(request, "funding/assessment/outcome.html", context, status=status)
