"""The moderation meeting: every mark, how far they are apart, who took no part, the mark agreed on."""

from django.contrib import messages
from django.shortcuts import redirect, render

from funding.applications.models import Application
from funding.assessment import operations, standing
from funding.assessment.forms import AgreeForm, InterestForm, ReasonForm
from funding.assessment.models import Interest
from funding.rounds.models import Round
from opcc_portal.accounts.permissions import allow
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible


def own_first(request, stand):
    """A page in place of everybody's marks, for an assessor who has not handed in all of their own; None for others."""
    if request.user.has_perm("rounds.moderate") or operations.fixed_by(stand.round, stand.decision):
        return None
    left = len(stand.open_work(request.user))
    context = {"round": stand.round, "left": left}
    return render(request, "funding/assessment/own_first.html", context) if left else None


@allow("applications.view", of=Round)
def moderation(request, round_):
    """Every mark of every application, the widest apart first if asked for."""
    stand = standing.of(round_, request.user)
    if page := own_first(request, stand):
        return page
    rows = stand.rows
    if by_spread := request.GET.get("order") == "spread":
        rows = sorted(rows, key=lambda row: -(row.entry.spread or -1))
    assessors = stand.assessors
    context = {
        "round": round_,
        "stand": stand,
        "by_spread": by_spread,
        "assessors": assessors,
        "rows": [(row, _cells(row, assessors)) for row in rows],
        "apart": [(row.application, interest) for row in rows for interest in row.apart],
        "may_moderate": request.user.has_perm("rounds.moderate"),
        "closed": operations.fixed_by(round_, stand.decision),
    }
    return render(request, "funding/assessment/moderation.html", context)


def _cells(row, assessors):
    """What stands in each assessor's column: a mark, one that is not counted, no part taken, or nothing yet."""
    cells = row.cells
    return [(assessor, cells.get(assessor.pk, {})) for assessor in assessors]


@allow("rounds.moderate", of=Application)
def moderate(request, application):
    """Everything the assessors said about one application, and the mark that the panel agreed on."""
    stand = standing.of(application.round, request.user)
    row = stand.row_of(application)
    held = row.moderation if row else None
    initial = {"seen": held.version, "mark": f"{held.mark.normalize():f}", "note": held.note} if held else {"seen": 0}
    form = AgreeForm(request.POST or None, initial=initial)
    drops = request.POST.get("act") == "drop"
    if not (form.is_valid() or (drops and "seen" not in form.errors and form.is_bound)):
        return _moderate_page(request, application, form, stand)
    try:
        done = form.cleaned_data
        if drops:
            operations.drop_agreed(application, seen=done["seen"], by=request.user)
        else:
            operations.agree(application, **done, by=request.user)
    except ChangedMeanwhile as changed:
        version = changed.now.version if changed.now else 0
        return _moderate_page(request, application, form.build_on(version), stand, newer=changed)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect("application-moderate", application.pk)
    messages.success(request, "The mean of the assessors counts again." if drops else "The mark agreed on is kept.")
    return redirect("round-moderation", application.round_id)


def _moderate_page(request, application, form, stand, *, newer=None):
    row = stand.row_of(application)
    context = {
        "application": application,
        "round": application.round,
        "row": row,
        "scores": _by_criterion(stand.criteria, row.marks) if row else [],
        "form": form,
        "newer": newer,
        "closed": operations.fixed_by(application.round, stand.decision),
    }
    status = 409 if newer else 422 if form.is_bound else 200
    return render(request, "funding/assessment/moderate.html", context, status=status)


def _by_criterion(criteria, marks):
    """[(criterion, the score of each mark or None)]"""
    given = [{score.criterion_id: score for score in mark.assessment.scores.all()} for mark in marks]
    return [(criterion, [scores.get(criterion.pk) for scores in given]) for criterion in criteria]


@allow("rounds.moderate", of=Round)
def interest_add(request, round_):
    """Write down an interest that somebody declared in the meeting or by letter."""
    form = InterestForm(request.POST or None, round_=round_, by=request.user)
    if form.is_valid():
        try:
            operations.record_interest(**form.cleaned_data, by=request.user)
            messages.success(request, "The interest is written down. The person sees nothing more of that application.")
            return redirect("round-moderation", round_.pk)
        except NotPossible as reason:
            form.add_error(None, str(reason))
    context = {"round": round_, "form": form}
    return render(request, "funding/assessment/interest_form.html", context, status=422 if form.is_bound else 200)


@allow("rounds.moderate", of=Interest)
def interest_remove(request, interest):
    """Take off an interest that was declared in error, with the reason."""
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            operations.remove_interest(interest, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, "The interest is taken off.")
            return redirect("round-moderation", interest.application.round_id)
        except NotPossible as reason:
            form.add_error(None, str(reason))
    context = {"interest": interest, "round": interest.application.round, "form": form}
    return render(request, "funding/assessment/interest_remove.html", context, status=422 if form.is_bound else 200)
