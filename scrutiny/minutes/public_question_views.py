"""Questions from the public: taking them in, and what is done about each."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from scrutiny.minutes import public_questions as operations
from scrutiny.minutes.models import PublicQuestion
from scrutiny.minutes.public_question_forms import AnswerForm, DeclineForm, PublicQuestionFilter, ReceiveForm, UseForm
from scrutiny.minutes.public_questions import ChangedMeanwhile
from scrutiny.workflow.forms import whole_number
from scrutiny.workflow.operations import NotPossible

A_PAGE = 30
CHANGED = "Somebody did something about this question since you opened it. See how it stands, then go on."


@allow("public_questions.view")
def public_questions(request):
    """Every question from outside, the latest first. Nobody is named."""
    filters = PublicQuestionFilter(request.GET)
    found = filters.narrow(PublicQuestion.objects.select_related("series", "meeting__series", "item"))
    context = {
        "filters": filters,
        "page": Paginator(found.defer(*operations.PRIVATE), A_PAGE).get_page(request.GET.get("page")),
        "may_edit": request.user.has_perm("public_questions.edit"),
    }
    return render(request, "scrutiny/minutes/public_questions.html", context)


@allow("public_questions.view", of=PublicQuestion)
def public_question(request, question):
    """One question: its words, its deadline, what was done about it; for governance who sent it."""
    user = request.user
    may_edit = user.has_perm("public_questions.edit", question)
    knows = user.has_perm("public_questions.contact", question)
    context = {
        "question": question,
        "may_settle": may_edit and question.is_received,
        "may_reopen": may_edit and not question.is_received,
        "sender": {"name": question.private_name, "contact": question.private_contact} if knows else None,
        "lines": lines_about(question),
    }
    return render(request, "scrutiny/minutes/public_question.html", context)


@allow("public_questions.edit")
@sensitive_post_parameters()
def public_question_add(request):
    """Take a question in."""
    form = ReceiveForm(request.POST or None, initial=ReceiveForm.initial_for(None))
    if form.is_valid():
        taken_in = operations.receive(PublicQuestion(**form.words), by=request.user)
        messages.success(request, "The question is taken in.")
        return redirect(taken_in)
    return _form_page(request, form, template="receive")


@allow("public_questions.edit", of=PublicQuestion)
@sensitive_post_parameters()
def public_question_edit(request, question):
    """Put right what was taken in."""
    if request.method != "POST" and not question.is_received:
        messages.info(request, "This question is settled. Open it again before you change it.")
        return redirect(question)
    form = ReceiveForm(request.POST or None, question=question, initial=ReceiveForm.initial_for(question))
    if not form.is_valid():
        return _form_page(request, form, question=question, template="receive")
    seen = form.cleaned_data["seen_version"]
    return _carried_out(
        request,
        form,
        lambda: operations.change(question, seen_version=seen, words=form.words, by=request.user),
        question=question,
        template="receive",
        done="The question is saved.",
    )


@allow("public_questions.edit", of=PublicQuestion)
def public_question_use(request, question):
    """Ask it at a meeting."""
    return _act(request, question, UseForm, operations.use, "use", "The question is on the meeting’s list.")


@allow("public_questions.edit", of=PublicQuestion)
def public_question_answer(request, question):
    """Keep the answer that was given in writing."""
    return _act(request, question, AnswerForm, operations.answer_in_writing, "answer", "The answer is kept.")


@allow("public_questions.edit", of=PublicQuestion)
def public_question_decline(request, question):
    """Decline it, with a reason."""
    return _act(request, question, DeclineForm, operations.decline, "decline", "The question is declined.")


def _act(request, question, form_class, operation, template, done):
    if request.method != "POST" and not question.is_received:
        messages.info(request, f"This question is settled: {question.get_status_display().lower()}.")
        return redirect(question)
    form = form_class(request.POST or None, question=question, initial={"seen_version": question.version})
    if not form.is_valid():
        return _form_page(request, form, question=question, template=template)
    seen = form.cleaned_data["seen_version"]
    return _carried_out(
        request,
        form,
        lambda: operation(question, seen_version=seen, by=request.user, **form.act),
        question=question,
        template=template,
        done=done,
    )


def _carried_out(request, form, act, *, question, template, done):
    """Run the act. What the question's present state does not allow leaves the words in the form, and says why."""
    try:
        act()
    except ChangedMeanwhile as changed:
        form.data = form.data.copy()
        form.data["seen_version"] = changed.now.version
        return _form_page(request, form, question=changed.now, template=template, refusal=CHANGED)
    except NotPossible as reason:
        return _form_page(request, form, question=question, template=template, refusal=str(reason))
    messages.success(request, done)
    return redirect("public-question", question.pk)


def _form_page(request, form, *, template, question=None, refusal=""):
    status = 409 if refusal else 422 if form.is_bound and form.errors else 200
    context = {"form": form, "question": question, "refusal": refusal}
    return render(request, f"scrutiny/minutes/public_question_{template}.html", context, status=status)


@allow("public_questions.edit", of=PublicQuestion)
@require_POST
def public_question_reopen(request, question):
    """Open a settled question again."""
    try:
        operations.reopen(question, seen_version=whole_number(request.POST.get("seen_version")), by=request.user)
        messages.success(request, "The question is open again.")
    except ChangedMeanwhile:
        messages.error(request, CHANGED)
    return redirect("public-question", question.pk)
