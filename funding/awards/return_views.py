"""Pages of monitoring returns: those of all awards, and one of them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from funding.awards import returns
from funding.awards.acting import carry_out
from funding.awards.forms import ReasonForm, ReceiveForm, ReturnFilter, ReturnForm
from funding.awards.models import Award, MonitoringReturn
from funding.awards.names import named_for
from opcc_portal.accounts.permissions import allow
from opcc_portal.files.operations import serve
from scrutiny.register.csv_file import csv_response
from scrutiny.workflow.forms import whole_number
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

ROOM = "funding/awards"
A_PAGE = 50
HEADINGS = [
    "Award", "Fund", "Recipient", "Return", "Due", "State", "Received on", "Accepted on", "Spent (£)", "People reached",
    "Reminded on", "Not asked for any more because", "Demonstration",
]  # fmt: skip


def _filtered(request):
    filters = ReturnFilter(request.GET)
    found = MonitoringReturn.objects.select_related("award__fund", "award__recipient")
    return filters, filters.narrow(found)


MEANWHILE = "Somebody else changed this since you opened the page. Look at it as it is now, then do it again."


@allow("awards.view")
def grant_returns(request):
    """The returns of all awards, the first due first."""
    filters, found = _filtered(request)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    rows = [{"asked": each, "name": named_for(each.award, request.user)} for each in page]
    context = {"filters": filters, "page": page, "rows": rows, "overdue": MonitoringReturn.objects.overdue().count()}
    return render(request, f"{ROOM}/returns.html", context)


@allow("awards.view")
def grant_returns_csv(request):
    """Exactly what the list shows."""
    _, found = _filtered(request)
    rows = (
        (
            each.award.reference, each.award.fund, named_for(each.award, request.user), each.title, each.due_on,
            each.state_in_words, each.received_on, each.accepted_on, each.spent, each.people_reached, each.reminded_on,
            each.waived, each.award.demonstration_note,
        )
        for each in found.iterator(500)
    )  # fmt: skip
    return csv_response(name="monitoring-returns", headings=HEADINGS, rows=rows)


@allow("awards.view", of=MonitoringReturn)
def monitoring_return(request, asked):
    """One return: what was asked for and what came."""
    user = request.user
    context = {
        "asked": asked,
        "award": asked.award,
        "name": named_for(asked.award, user),
        "may_edit": user.has_perm("awards.edit"),
        "has_address": bool(returns.address_of(asked)),
    }
    return render(request, f"{ROOM}/return.html", context)


@allow("awards.view", of=MonitoringReturn)
def return_file(request, asked):
    """The return as it was sent."""
    if asked.upload is None:
        raise Http404("No file was sent with this return.")
    return serve(asked.upload)


@allow("awards.edit", of=Award)
def return_add(request, award):
    """Ask for one more return."""
    form = ReturnForm(request.POST or None)
    context = {"heading": "Ask for a monitoring return", "button": "Ask for it", "award": award, "back": award}
    return carry_out(request, form, context, lambda: returns.ask(award, by=request.user, **form.words))


@allow("awards.edit", of=MonitoringReturn)
def return_edit(request, asked):
    """Change what a return is called or when it is due."""
    initial = {"title": asked.title, "due_on": asked.due_on, "seen": asked.version}
    form = ReturnForm(request.POST or None, initial=initial)
    context = {"heading": "Change this return", "button": "Save", "award": asked.award, "back": asked}
    return carry_out(
        request,
        form,
        context,
        lambda: returns.move(asked, seen=form.cleaned_data["seen"], by=request.user, **form.words),
    )


@allow("awards.edit", of=MonitoringReturn)
def return_receive(request, asked):
    """Note what a recipient has reported."""
    form = ReceiveForm(request.POST or None, request.FILES or None, initial=ReceiveForm.initial_for(asked))
    context = {"heading": "What was reported", "button": "Save", "award": asked.award, "back": asked}
    return carry_out(
        request,
        form,
        context,
        lambda: returns.receive(asked, form.words, upload=form.upload, seen=form.cleaned_data["seen"], by=request.user),
    )


@allow("awards.edit", of=MonitoringReturn)
def return_waive(request, asked):
    """No longer ask for a return."""
    form = ReasonForm(request.POST or None, record=asked)
    context = {
        "heading": "No longer ask for this return",
        "button": "Do not ask for it",
        "award": asked.award,
        "back": asked,
    }
    return carry_out(request, form, context, lambda: returns.waive(asked, by=request.user, **form.cleaned_data))


@allow("awards.edit", of=MonitoringReturn)
@require_POST
def return_accept(request, asked):
    """Say that a return will do."""
    try:
        returns.accept(asked, seen=whole_number(request.POST.get("seen")), by=request.user)
        messages.success(request, "The return is accepted.")
    except ChangedMeanwhile:
        messages.error(request, MEANWHILE)
    except NotPossible as reason:
        messages.error(request, str(reason))
    return redirect(asked)


@allow("awards.edit", of=MonitoringReturn)
@require_POST
def return_remind(request, asked):
    """Mail the contact now."""
    try:
        sent = returns.remind(asked, by=request.user)
    except NotPossible as reason:
        messages.error(request, str(reason))
    except OSError:
        messages.error(
            request, "The mail could not be sent. Try again later; if it fails again, tell the administrator."
        )
    else:
        messages.success(request, "A reminder is on its way." if sent else "A reminder went out today already.")
    return redirect(asked)
