"""Having minutes checked: who is asked, what they say, what has been settled."""

from django.shortcuts import render
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from scrutiny.minutes.models import Minutes
from scrutiny.minutes.pages import reading_page
from scrutiny.workflow import checking
from scrutiny.workflow.forms import CommentForm


@allow("minutes.comment", of=Minutes)
@require_POST
def comment(request, minutes):
    """Say something about the minutes or one of their items."""
    form = CommentForm(request.POST, whole="All of the minutes", parts=minutes.meeting.items.all())
    if not form.is_valid():
        return render(request, "scrutiny/minutes/minutes.html", reading_page(request, minutes, form), status=422)
    return checking.add_comment(request, minutes, form)


@allow("minutes.edit", of=Minutes)
@require_POST
def settle(request, minutes, comment):
    """Mark a comment as dealt with."""
    return checking.settle_comment(request, minutes, comment)


@allow("minutes.edit", of=Minutes)
def checker_add(request, minutes):
    """Ask somebody to check the minutes."""
    return checking.ask_checker(request, minutes)


@allow("minutes.edit", of=Minutes)
@require_POST
def checker_drop(request, minutes, user):
    """No longer ask this person."""
    return checking.drop_checker(request, minutes, user)
