"""What the pages of every kind of document do when it is checked; each room's views add address and permission."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from opcc_portal.accounts.models import User
from scrutiny.workflow import operations
from scrutiny.workflow.forms import CheckerForm


def _to_comments(document):
    return redirect(f"{document.get_absolute_url()}#comments")


def add_comment(request, document, form):
    """Keep what a valid CommentForm says. Raises PermissionDenied for who may not comment."""
    part = form.part
    operations.comment(
        document,
        text=form.cleaned_data["text"],
        by=request.user,
        piece=getattr(part, "uid", None),
        about=str(part) if part else "",
        context=document.meeting,
    )
    return _to_comments(document)


def settle_comment(request, document, comment):
    """Mark a comment as dealt with."""
    said = get_object_or_404(document.comments, pk=comment)
    operations.settle(said, document=document, by=request.user, context=document.meeting)
    return _to_comments(document)


def ask_checker(request, document):
    """The page on which somebody is asked to check the document."""
    form = CheckerForm(request.POST or None)
    if form.is_valid():
        user = form.cleaned_data["user"]
        operations.name_checker(document, user=user, by=request.user, context=document.meeting)
        messages.success(request, f"{user} is asked to check “{document}”.")
        return redirect(document)
    return render(request, "scrutiny/workflow/checker_form.html", {"form": form, "document": document})


def drop_checker(request, document, user):
    """No longer ask this person."""
    who = get_object_or_404(User, pk=user)
    operations.drop_checker(document, user=who, by=request.user, context=document.meeting)
    return redirect(document)
