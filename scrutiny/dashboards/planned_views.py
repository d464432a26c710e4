"""Pages of planned questions: asking for one from any record, changing it, taking it back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render

from opcc_portal.accounts.permissions import allow
from scrutiny.dashboards.prompting import prompt_for
from scrutiny.meetings import planned
from scrutiny.meetings.models import PlannedQuestion
from scrutiny.meetings.planned_forms import PlannedQuestionForm
from scrutiny.workflow.forms import whole_number
from scrutiny.workflow.operations import NotPossible


@allow("questions.plan")
def planned_question_add(request):
    """Put a question on a coming agenda, with the sentence that prompted it."""
    prompt = None
    if about := request.GET.get("about"):
        prompt = prompt_for(about, request.GET.get("area", ""), request.user)
    form = PlannedQuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = {"about": prompt.about, "about_words": prompt.words} if prompt else {}
        question = _carried_out(form, lambda: planned.plan(**form.planned, **told, by=request.user))
        if question:
            messages.success(request, f"Your question stands under {question.item}, {question.meeting}.")
            return redirect(prompt.url if prompt else question.meeting)
    context = {"form": form, "prompt": prompt}
    status = 422 if form.errors else 200
    return render(request, "scrutiny/dashboards/planned_question_add.html", context, status=status)


@allow("meetings.view", of=PlannedQuestion)
def planned_question(request, question):
    """One planned question; whoever wants it asked, and who looks after the agenda, can change it or take it back."""
    may_change = planned.may_change(question, request.user)
    form = None
    if request.method == "POST":
        if not may_change and question.status == planned.Status.PLANNED:
            raise PermissionDenied
        if request.POST.get("act") == "withdraw":
            return _withdrawn(request, question)
        form = PlannedQuestionForm(request.POST)
        if form.is_valid() and _changed(form, question, request.user):
            messages.success(request, "The question is changed.")
            return redirect(question.meeting)
    elif may_change:
        place = f"item:{question.item_id}" if question.item_id else ""
        form = PlannedQuestionForm(initial={"place": place, "text": question.text, "base_version": question.version})
    context = {"question": question, "form": form if may_change else None}
    status = 422 if form and form.errors else 200
    return render(request, "scrutiny/dashboards/planned_question.html", context, status=status)


def _withdrawn(request, question):
    try:
        planned.withdraw(question, base_version=whole_number(request.POST.get("base_version")), by=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect(question)
    messages.success(request, "The question is withdrawn.")
    return redirect(question.meeting)


def _changed(form, question, user):
    seen = form.cleaned_data["base_version"]
    changed = _carried_out(form, lambda: planned.change(question, base_version=seen, **form.planned, by=user))
    if changed is None:  # sent again, the words that are in the form win
        form.data = {**form.data.dict(), "base_version": question.version}
    return changed


def _carried_out(form, act):
    """What the act returns; None where it could not be carried out, which the form then says."""
    try:
        return act()
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
    return None
