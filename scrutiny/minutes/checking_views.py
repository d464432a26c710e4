"""Having minutes checked: who is asked, what they say, what has been settled."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from opcc_portal.accounts.models import User
from opcc_portal.accounts.permissions import allow
from scrutiny.minutes.forms import CheckerForm, CommentForm
from scrutiny.minutes.models import Minutes
from scrutiny.minutes.views import reading_page
from scrutiny.workflow import operations as workflow


@allow("minutes.comment", of=Minutes)
@require_POST
def comment(request, minutes):
    """Say something about the minutes or one of their items."""
    form = CommentForm(request.POST, items=minutes.meeting.items.all())
    if not form.is_valid():
        return render(request, "scrutiny/minutes/minutes.html", reading_page(request, minutes, form), status=422)
    workflow.comment(
        minutes,
        text=form.cleaned_data["text"],
        about=form.cleaned_data["about"],
        by=request.user,
        context=minutes.meeting,
    )
    return redirect(f"{minutes.get_absolute_url()}#comments")


@allow("minutes.edit", of=Minutes)
@require_POST
def settle(request, minutes, comment):
    """Mark a comment as dealt with."""
    said = get_object_or_404(minutes.comments, pk=comment)
    workflow.settle(said, document=minutes, by=request.user, context=minutes.meeting)
    return redirect(f"{minutes.get_absolute_url()}#comments")


@allow("minutes.edit", of=Minutes)
def checker_add(request, minutes):
    """Ask somebody to check the minutes."""
    form = CheckerForm(request.POST or None)
    if form.is_valid():
        user = form.cleaned_data["user"]
        workflow.name_checker(minutes, user=user, by=request.user, context=minutes.meeting)
        messages.success(request, f"{user} is asked to check these minutes.")
        return redirect(minutes)
    return render(request, "scrutiny/minutes/checker_form.html", {"form": form, "minutes": minutes})


@allow("minutes.edit", of=Minutes)
@require_POST
def checker_drop(request, minutes, user):
    """No longer ask this person."""
    workflow.drop_checker(minutes, user=get_object_or_404(User, pk=user), by=request.user, context=minutes.meeting)
    return redirect(minutes)
