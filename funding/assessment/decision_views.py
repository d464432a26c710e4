"""The decision about a round: its draft in the register, and the letters that follow."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from funding.applications.models import Application
from funding.assessment import deciding, papers, standing
from funding.assessment.forms import DecideForm, SentForm
from funding.rounds.models import Round
from opcc_portal.accounts.permissions import allow
from opcc_portal.office.dates import today
from scrutiny.workflow import papers as laid_out
from scrutiny.workflow.operations import NotPossible


@allow("rounds.decide", of=Round)
def decide(request, round_):
    """What is proposed, what is missing, the draft for the commissioner; afterwards the letters."""
    stand = standing.of(round_)
    if any(interest.user_id == request.user.pk for interest in stand.interests):
        return _page(request, standing.of(round_, request.user))
    form = DecideForm(request.POST or None, initial={"reasons": deciding.reasons_text(stand), "decided_on": today()})
    if not form.is_valid():
        return _page(request, stand, form=form, status=422 if form.is_bound else 200)
    try:
        decision = deciding.draft_decision(round_, **form.cleaned_data, by=request.user)
    except NotPossible as reason:
        form.add_error(None, str(reason))
        return _page(request, stand, form=form, status=422)
    messages.success(request, f"The decision “{decision.title}” is in the register, to be signed.")
    return redirect("round-decide", round_.pk)


def _page(request, stand, *, form=None, status=200):
    """The page; without a form it is that of somebody with an interest, who drafts nothing and sees no text of it."""
    round_, decision = stand.round, stand.decision
    finished = round_.is_decided or bool(decision and decision.is_signed)
    context = {
        "round": round_,
        "stand": stand,
        "is_impartial": form is not None,
        "form": form,
        "decision": decision,
        "text": deciding.decided_text(stand) if form else "",
        "missing": deciding.why_not_yet(stand) if form else [],
        "finished": finished,
        "unsent": sum(row.outcome is not None and row.outcome.letter_sent_on is None for row in stand.rows),
        "sent_form": SentForm(initial={"sent_on": today()}, prefix="sent"),
        "signing_with_interest": deciding.signing_with_interest(round_),
    }
    return render(request, "funding/assessment/decide.html", context, status=status)


@allow("rounds.decide", of=Round)
@require_POST
def take_decision_back(request, round_):
    """Take the draft out of the register again."""
    try:
        deciding.take_decision_back(round_, by=request.user)
        messages.success(request, "The draft is taken back. Marks and outcomes can change again.")
    except NotPossible as reason:
        messages.error(request, str(reason))
    return redirect("round-decide", round_.pk)


@allow("applications.contact", of=Application)
def letter_pdf(request, application):
    """The letter to one applicant; marked as a draft before the decision."""
    if not papers.has_letter(application):
        messages.info(request, "Nothing is proposed for this application yet, so there is no letter.")
        return redirect("application-outcome", application.pk)
    made = papers.letters([application])
    return laid_out.respond(request, html=made.html, logo=made.logo, file_name=made.file_name, title=made.title)


@allow("applications.contact", of=Round)
def letters_pdf(request, round_):
    """Every letter of the round in one file, without those that are closed to this person."""
    found = Application.objects.visible_to(request.user).filter(round=round_).sent()
    found = found.select_related("round__fund", "organisation", "outcome__decision")
    found = [each for each in found.prefetch_related("eligibility_answers__question") if papers.has_letter(each)]
    if not found:
        messages.info(request, "Nothing is proposed in this round yet, so there are no letters.")
        return redirect("round-decide", round_.pk)
    made = papers.letters(found)
    return laid_out.respond(request, html=made.html, logo=made.logo, file_name=made.file_name, title=made.title)


@allow("rounds.decide", of=Round)
@require_POST
def letters_sent(request, round_):
    """Note when the letters went out."""
    form = SentForm(request.POST, prefix="sent")
    if form.is_valid():
        many = deciding.letters_sent(round_, sent_on=form.cleaned_data["sent_on"], by=request.user)
        messages.success(request, f"{many} letter{'' if many == 1 else 's'} noted as sent.")
    else:
        messages.error(request, form.errors["sent_on"][0])
    return redirect("round-decide", round_.pk)
