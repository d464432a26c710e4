"""Pages of the response to an inspection: how it stands against its clock, and one page for each of its steps."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from scrutiny.inspections import response_letters, response_paper, responses, steps
from scrutiny.inspections.models import Inspection, Response
from scrutiny.inspections.response_forms import (
    AnswerForm,
    CommentsForm,
    DispatchForm,
    ElsewhereForm,
    InvitationForm,
    TextForm,
)
from scrutiny.workflow import papers
from scrutiny.workflow.acting import carry_out
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

ROOM = "scrutiny/inspections"


@allow("responses.edit", of=Inspection)
@require_POST
def response_start(request, inspection):
    """Begin the response, or go to the one that somebody has begun."""
    try:
        return redirect(responses.start(inspection, by=request.user))
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect(inspection)


@allow("responses.view", of=Response)
def response(request, response):
    """The clock, the steps, and what is still missing."""
    user = request.user
    state = steps.state_of(response)
    context = {
        "response": response,
        "inspection": response.inspection,
        "state": state,
        "standing": state.standing,
        "groups": steps.groups(state, user),
        "next": steps.next_of(state, user),
        "lines": lines_about(response),
        "may_edit": user.has_perm("responses.edit", response),
        "sees_letter": user.has_perm("letters.view"),
    }
    return render(request, f"{ROOM}/response.html", context)


def _step(request, response, form_class, *, heading, hint, done):
    """A page that writes some fields of the response."""
    if not response.is_open and form_class is not ElsewhereForm:
        messages.info(request, response.why_closed)
        return redirect(response)
    form = form_class(request.POST or None, response=response)
    newer, status = None, 422 if form.is_bound else 200
    if form.is_valid():
        try:
            responses.change(response, form.words, seen=form.cleaned_data["seen"], act=heading, by=request.user)
        except ChangedMeanwhile as meanwhile:
            newer, status = form.differences(meanwhile.now), 409
            form.asked_again(meanwhile.now)
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, done)
            return redirect(response)
    context = {"form": form, "response": response, "heading": heading, "hint": hint, "newer": newer}
    return render(request, f"{ROOM}/response_step.html", context, status=status)


@allow("responses.edit", of=Response)
def response_invitation(request, response):
    """When the chief constable was invited."""
    return _step(
        request,
        response,
        InvitationForm,
        heading="Invitation to the chief constable",
        hint="The law asks the office to invite comments before it responds, by a day that the office sets.",
        done="The invitation is recorded.",
    )


@allow("responses.edit", of=Response)
def response_comments(request, response):
    """What the chief constable says."""
    return _step(
        request,
        response,
        CommentsForm,
        heading="Comments of the chief constable",
        hint="They are published with the response, in full.",
        done="The comments are recorded.",
    )


@allow("responses.edit", of=Response)
def response_text(request, response):
    """What the office says."""
    return _step(
        request,
        response,
        TextForm,
        heading="What the office says",
        hint="Its comments on the report as a whole.",
        done="The text is saved.",
    )


@allow("responses.edit", of=Response)
def response_elsewhere(request, response):
    """That it was public before this portal was there."""
    return _step(
        request,
        response,
        ElsewhereForm,
        heading="Published before this portal",
        hint="A response of earlier years that stood on another site: the day stops the clock.",
        done="The day is recorded.",
    )


@allow("responses.edit", of=Response)
def response_answers(request, response):
    """Every recommendation with its answer, on one page."""
    if not response.is_open:
        messages.info(request, response.why_closed)
        return redirect(response)
    reports = steps.with_forms(responses.asked_by(response), AnswerForm, request.POST or None)
    forms = [form for report in reports for form in report.forms]
    status = 200
    if request.method == "POST":
        status = 422
        wrong = [form for form in forms if not form.is_valid()]
        if not wrong:
            conflicts, refusal = _answered(request, response, forms)
            if not conflicts and not refusal:
                messages.success(request, "The answers are saved.")
                return redirect(response)
            status = 409
    context = {"response": response, "reports": reports, "forms": forms, "count": len(forms)}
    context["unanswered"] = sum(form.answer is None for form in forms)
    return render(request, f"{ROOM}/response_answers.html", context, status=status)


def _answered(request, response, forms):
    """Save what is typed: (answers in conflict, why nothing could be saved)."""
    try:
        conflicts = responses.answer_all(response, [form.said for form in forms], by=request.user)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return [], str(reason)
    by_recommendation = {form.recommendation.pk: form for form in forms}
    for conflict in conflicts:
        by_recommendation[conflict.said.recommendation.pk].in_conflict(conflict)
    if conflicts:
        messages.error(request, "Somebody else changed an answer meanwhile. It is marked below; the others are saved.")
    return conflicts, ""


@allow("responses.sign", of=Response)
def response_sign(request, response):
    """Sign the response, after showing all of it."""
    if response.is_signed:
        messages.info(request, f"This response is signed already, by {response.signed_name}.")
        return redirect(response)
    status = 200
    if request.method == "POST":
        try:
            responses.sign(response, seen=request.POST.get("seen", ""), by=request.user)
        except ChangedMeanwhile:
            messages.error(
                request, "Somebody changed this response since you opened it. Read it as it is now, then sign."
            )
            status = 409
        except NotPossible as reason:
            messages.error(request, str(reason))
            return redirect(response)
        else:
            messages.success(request, "The response is signed. It can be published now.")
            return redirect(response)
    reports = responses.asked_by(response)
    context = {
        "response": response,
        "reports": reports,
        "lacks": responses.lacks(response, reports),
        "seen": responses.hash_of(response, reports),
    }
    return render(request, f"{ROOM}/response_sign.html", context, status=status)


@allow("responses.edit", of=Response)
@require_POST
def response_reopen(request, response):
    """Open a signed response for changes."""
    responses.reopen(response, by=request.user)
    messages.success(request, "The response is open again. The commissioner signs it anew once it is changed.")
    return redirect(response)


@allow("responses.edit", of=Response)
@require_POST
def response_letter(request, response):
    """Draft the letter from the answers and go on editing it."""
    try:
        letter = response_letters.draft_letter(response, by=request.user)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect(response)
    if letter.is_sent:
        return redirect(letter)
    messages.success(request, "The letter is drafted from the answers. Read it, change what you like, then send it.")
    return redirect("letter-edit", letter.pk)


@allow("responses.edit", of=Response)
@require_POST
def response_letter_off(request, response):
    """Say that a draft is not the letter of this response."""
    try:
        response_letters.take_letter_off(response, by=request.user)
        messages.success(request, "The draft is no longer the letter of this response. It stays among the letters.")
    except NotPossible as reason:
        messages.error(request, str(reason))
    return redirect(response)


@allow("responses.edit", of=Response)
def response_dispatches(request, response):
    """To whom the response was sent."""
    form = DispatchForm(request.POST or None, response=response)
    return carry_out(
        request,
        form,
        f"{ROOM}/response_dispatches.html",
        {"response": response},
        lambda: responses.record_dispatches(response, form.sent, seen=form.cleaned_data["seen"], by=request.user),
        said=_recorded(response),
        to=response,
    )


def _recorded(response):
    """What is said after dispatches are recorded: a response that is public says them only in its next version."""
    again = " Publish the response again, so that the public reads it." if response.state == State.PUBLISHED else ""
    return f"The dispatches are recorded.{again}"


@allow("responses.view", of=Response)
def response_pdf(request, response):
    """The response as a paper: as it stands, and marked as a draft until it is published."""
    paper = response_paper.draft_of(response)
    return papers.respond(request, html=paper.html, logo=paper.logo, file_name=paper.file_name, title=paper.title)
