"""Pages of papers asked for: ask, change, withdraw, and deliver by writing here or by uploading."""

from functools import wraps

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.files.operations import serve
from scrutiny.meetings.models import Meeting
from scrutiny.reports import operations
from scrutiny.reports.forms import DeliverForm, PaperRequestForm
from scrutiny.reports.models import PaperRequest
from scrutiny.workflow.operations import NotPossible


def says_why_not(view):
    """An act that the request's present state does not allow ends on its page, with the reason in a banner."""

    @wraps(view)
    def guarded(request, wanted, *args, **kwargs):
        try:
            return view(request, wanted, *args, **kwargs)
        except NotPossible as reason:
            messages.error(request, str(reason))
            return redirect(wanted)

    return guarded


@allow("meetings.view", of=Meeting)
def paper_requests(request, meeting):
    """Every paper asked for this meeting, the late ones first."""
    wanted = meeting.paper_requests.select_related("partner", "report", "attachment__upload", "item")
    wanted = sorted(wanted, key=lambda each: (not each.is_late, each.due))
    may_ask = request.user.has_perm("papers.request")
    return render(
        request, "scrutiny/reports/requests.html", {"meeting": meeting, "requests": wanted, "may_ask": may_ask}
    )


@allow("papers.request", of=Meeting)
def request_add(request, meeting):
    """Ask for a paper."""
    form = PaperRequestForm(request.POST or None, meeting=meeting)
    if form.is_valid():
        wanted = operations.ask_for_paper(meeting, by=request.user, **form.cleaned_data)
        messages.success(request, f"Asked for “{wanted}”.")
        return redirect("paper-requests", meeting.pk)
    return render(request, "scrutiny/reports/request_form.html", {"form": form, "meeting": meeting})


@allow("papers.request", of=PaperRequest)
@says_why_not
def request_edit(request, wanted):
    """Change what is asked for, of whom, or by when."""
    form = PaperRequestForm(request.POST or None, meeting=wanted.meeting, instance=wanted)
    if form.is_valid():
        operations.change_request(wanted, by=request.user, **form.cleaned_data)
        return redirect("paper-requests", wanted.meeting_id)
    return render(
        request, "scrutiny/reports/request_form.html", {"form": form, "meeting": wanted.meeting, "wanted": wanted}
    )


@allow("papers.request", of=PaperRequest)
@says_why_not
def request_withdraw(request, wanted):
    """No longer ask for the paper, after asking."""
    if request.method == "POST":
        operations.withdraw_request(wanted, by=request.user)
        messages.success(request, f"“{wanted}” is no longer asked for.")
        return redirect("paper-requests", wanted.meeting_id)
    return render(request, "scrutiny/reports/request_withdraw.html", {"wanted": wanted})


@allow("papers.deliver", of=PaperRequest)
@says_why_not
def paper_request(request, wanted):
    """Deliver the paper: write it here, or upload it as Word or PDF."""
    form = DeliverForm(request.POST or None, request.FILES or None)
    if form.is_valid() and (upload := form.receive(request.user)):
        operations.deliver_file(wanted, upload=upload, by=request.user)
        messages.success(request, f"“{wanted}” is delivered.")
        return redirect(wanted)
    may_ask = request.user.has_perm("papers.request", wanted)
    return render(request, "scrutiny/reports/request.html", {"wanted": wanted, "form": form, "may_ask": may_ask})


@allow("papers.deliver", of=PaperRequest)
@require_POST
@says_why_not
def request_write(request, wanted):
    """Start the paper here, or go on with it."""
    return redirect(operations.write_here(wanted, by=request.user))


@allow("papers.deliver", of=PaperRequest)
@require_POST
@says_why_not
def request_hand_in(request, wanted):
    """Deliver what was written here."""
    operations.hand_in(wanted, by=request.user)
    messages.success(request, f"“{wanted}” is handed in.")
    return redirect(wanted.report or wanted)


@allow("reports.view", of=PaperRequest)
def request_file(request, wanted):
    """The uploaded paper."""
    with_file = PaperRequest.objects.filter(attachment__upload__isnull=False).select_related("attachment__upload")
    return serve(get_object_or_404(with_file, pk=wanted.pk).attachment.upload)
