"""The register of questions: the list, its CSV, one question with its answers, saying what became of it."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from scrutiny.minutes import operations, questions
from scrutiny.minutes.models import MinuteEntry
from scrutiny.minutes.questions import QuestionFilter, StatusForm, became_in_words, speakers_in_words
from scrutiny.register.csv_file import csv_response
from scrutiny.workflow.operations import NotPossible
from scrutiny.workflow.saving import Conflict

A_PAGE = 25
HEADINGS = ["Meeting date", "Meeting", "Series", "Item", "Asked by", "Question", "What became of it", "Answers"]


def _filtered(request):
    filters = QuestionFilter(request.GET)
    return filters, questions.with_everything(filters.narrow(questions.every_question()))


@allow("questions.view")
def question_list(request):
    """Every question, the latest meeting first, with the answers to it."""
    filters, found = _filtered(request)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    for question in page.object_list:
        _in_words(question)
    return render(request, "scrutiny/minutes/questions.html", {"filters": filters, "page": page})


def _in_words(question):
    question.became_words = became_in_words(question)
    question.asked_by = speakers_in_words(question)
    for answer in question.answered_by:
        names = speakers_in_words(answer)
        # Most answers say themselves who speaks; then the name need not stand before them again.
        answer.given_by = "" if names and answer.text.startswith(names) else names
    return question


@allow("questions.view")
def questions_csv(request):
    """Exactly what the list shows, on one sheet."""
    _, found = _filtered(request)
    return csv_response(name="questions", headings=HEADINGS, rows=map(_row, found.iterator(500)))


def _row(question):
    minutes = question.minuted_item.minutes
    answers = [": ".join(filter(None, (speakers_in_words(each), each.text))) for each in question.answered_by]
    return [
        minutes.meeting.date, minutes.meeting.name, minutes.meeting.series.name, question.minuted_item.item,
        speakers_in_words(question), question.text, became_in_words(question), "\n\n".join(answers),
    ]  # fmt: skip


@allow("questions.view", of=MinuteEntry)
def question(request, entry):
    """One question with its answers."""
    return _page(request, entry)


def _page(request, entry, form=None, status=200):
    found = questions.with_everything(questions.every_question().filter(pk=entry.pk)).first()
    if found is None:
        raise Http404("not a question of any minutes")
    minutes = found.minuted_item.minutes
    may_edit = minutes.is_open and request.user.has_perm("questions.edit", entry)
    initial = {"question_status": found.question_status, "base_version": found.version, "save_id": uuid.uuid4()}
    context = {
        "question": _in_words(found),
        "minutes": minutes,
        "public": getattr(found, "public_question", None),
        "form": (form or StatusForm(initial=initial)) if may_edit else None,
    }
    return render(request, "scrutiny/minutes/question.html", context, status=status)


@allow("questions.edit", of=MinuteEntry)
@require_POST
def question_status(request, entry):
    """Say what became of a question, as long as its minutes are open."""
    form = StatusForm(request.POST)
    if not form.is_valid():
        return _page(request, entry, form, status=422)
    wanted = form.cleaned_data
    changes = {"question_status": wanted["question_status"]}
    try:
        operations.change_entry(
            entry, base_version=wanted["base_version"], save_id=wanted["save_id"], changes=changes, by=request.user
        )
    except NotPossible as reason:
        messages.error(request, str(reason))
    except Conflict:
        messages.error(
            request, "Somebody changed this question since you opened it. Read it as it is now, then choose again."
        )
    else:
        messages.success(request, "What became of the question is saved.")
    return redirect(reverse("question", args=[entry.pk]))
