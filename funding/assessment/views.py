"""What somebody on the panel does: declare interests, then score one application after the other."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from funding.applications.models import Application
from funding.assessment import operations, standing
from funding.assessment.forms import AssessForm, InterestsForm
from funding.assessment.models import Assessment, Interest
from funding.rounds.models import Round
from opcc_portal.accounts.permissions import allow
from scrutiny.workflow.forms import whole_number
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible


@allow("rounds.assess", of=Round)
def interests(request, round_):
    """Look at the applicants' names, say in which one has an interest."""
    form = InterestsForm(request.POST or None, applications=operations.to_declare(round_, request.user))
    if form.is_valid():
        try:
            new = operations.declare(round_, natures=form.natures, by=request.user)
        except NotPossible as reason:
            messages.error(request, str(reason))
            return redirect("round-interests", round_.pk)
        words = f"{new} interest{'' if new == 1 else 's'} declared." if new else "You declared no interest."
        messages.success(request, f"{words} You can assess the applications now.")
        return redirect("assess-list", round_.pk)
    declared = Interest.objects.filter(application__round=round_, user=request.user).select_related("application")
    context = {
        "round": round_,
        "form": form,
        "declared": declared,
        "member": operations.member_of(round_, request.user),
        "closed": operations.why_fixed(round_),
    }
    return render(request, "funding/assessment/interests.html", context, status=422 if form.errors else 200)


@allow("rounds.assess", of=Round)
def assess_list(request, round_):
    """One's own assessments of the round, with how far one is."""
    user = request.user
    member = operations.member_of(round_, user)
    if member.interests_declared_at is None and not round_.is_decided:
        return redirect("round-interests", round_.pk)
    mine = {each.application_id: each for each in _of(user, round_)}
    criteria = list(round_.criteria.all())
    rows = []
    ranked = Application.objects.visible_to(user).filter(round=round_, status__in=standing.RANKED)
    for application in ranked.select_related("organisation"):
        held = mine.get(application.pk)
        mark = standing.exact_mark(held, criteria) if held else None
        new = not operations.has_looked(member, application)
        rows.append({"application": application, "held": held, "mark": mark and standing.rounded(mark), "new": new})
    closed = operations.why_fixed(round_)
    context = {
        "round": round_,
        "rows": rows,
        "next": None if closed else next((row["application"] for row in rows if _is_to_assess(row)), None),
        "eligible": sum(row["application"].status != Application.Status.SUBMITTED for row in rows),
        "done": sum(row["held"] is not None and row["held"].is_submitted for row in rows),
        "new": sum(row["new"] for row in rows),
        "hidden": Interest.objects.filter(application__round=round_, user=user).count(),
        "closed": closed,
    }
    return render(request, "funding/assessment/assess_list.html", context)


def _is_to_assess(row):
    is_open = row["held"] is None or not row["held"].is_submitted
    return is_open and not row["new"] and row["application"].status == Application.Status.ELIGIBLE


def _of(user, round_):
    return Assessment.objects.filter(application__round=round_, user=user).prefetch_related("scores")


@allow("applications.assess", of=Application)
def assess(request, application):
    """Score one application: as a draft as often as one likes, then handed in."""
    try:
        operations.ensure_assessable(application, request.user)
    except NotPossible as reason:
        return _not_now(request, application, str(reason))
    held = _of(request.user, application.round).filter(application=application).first()
    if held and held.is_submitted:
        return _handed_in(request, application, held)
    criteria = application.round.criteria.all()
    handing_in = request.POST.get("act") == "hand_in"
    initial = AssessForm.initial_for(held)
    form = AssessForm(request.POST or None, initial=initial, criteria=criteria, handing_in=handing_in)
    if not form.is_valid():
        return _assess_page(request, application, form)
    try:
        operations.save_assessment(
            application,
            words=form.words,
            scores=form.scores,
            seen=form.cleaned_data["seen"],
            by=request.user,
            hand_in=handing_in,
        )
    except ChangedMeanwhile as changed:
        return _assess_page(request, application, form.build_on(changed.now.version), newer=changed.now)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect("application-assess", application.pk)
    messages.success(request, "Handed in." if handing_in else "Kept as a draft. Hand it in when it is complete.")
    return redirect("assess-list", application.round_id)


def _not_now(request, application, reason):
    messages.info(request, reason)
    if reason == operations.DECLARE_FIRST:
        return redirect("round-interests", application.round_id)
    held = _of(request.user, application.round).filter(application=application).first()
    if held:
        return _handed_in(request, application, held)
    return redirect("assess-list", application.round_id)


def _assess_page(request, application, form, *, newer=None):
    status = 409 if newer else 422 if form.is_bound else 200
    context = {"application": application, "round": application.round, "form": form, "newer": newer}
    return render(request, "funding/assessment/assess.html", context, status=status)


def _handed_in(request, application, held):
    criteria = list(application.round.criteria.all())
    given = {score.criterion_id: score for score in held.scores.all()}
    mark = standing.exact_mark(held, criteria)
    context = {
        "application": application,
        "round": application.round,
        "held": held,
        "scores": [(criterion, given.get(criterion.pk)) for criterion in criteria],
        "mark": mark if mark is None else standing.rounded(mark),
        "agreed": hasattr(application, "moderation"),
        "closed": operations.why_fixed(application.round),
    }
    return render(request, "funding/assessment/handed_in.html", context)


@allow("applications.assess", of=Assessment)
@require_POST
def take_back(request, assessment):
    """Open one's own assessment again."""
    try:
        operations.take_back(assessment, seen=whole_number(request.POST.get("seen")), by=request.user)
        messages.success(request, "The assessment is a draft again. Hand it in when you have changed it.")
    except ChangedMeanwhile:
        messages.error(request, "It has changed since you opened it. This is how it stands now.")
    except NotPossible as reason:
        messages.error(request, str(reason))
    return redirect("application-assess", assessment.application_id)
