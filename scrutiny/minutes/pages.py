"""What the pages of the minutes have in common."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from opcc_portal.office.models import Office
from scrutiny.minutes import proof, reading, versions
from scrutiny.workflow.forms import CommentForm
from scrutiny.workflow.models import State


def about(minutes, **more):
    """What every page of the minutes shows around its own content."""
    meeting = minutes.meeting
    return {"minutes": minutes, "meeting": meeting, "office": Office.on(meeting.date), **more}


def reading_page(request, minutes, comment_form=None):
    """The context of the minutes as they read; `comment_form` is one that came back with errors."""
    items, user = reading.sheets(minutes), request.user
    lists = reading.people_lists(minutes.meeting)
    comments, checkers = list(minutes.comments), minutes.known_checkers
    may_edit, may_comment = user.has_perm("minutes.edit", minutes), user.has_perm("minutes.comment", minutes)
    if may_comment and comment_form is None:
        comment_form = CommentForm(whole="All of the minutes", parts=[sheet.item for sheet in items])
    approvals = [] if minutes.is_open else list(minutes.approvals.select_related("meeting", "by"))
    proof.lay_beside(items, comments=comments)
    if may_comment and minutes.is_open:
        proof.offer(items, "Comment", lambda entry: reverse("entry-comment", args=[entry.pk]))
    return about(
        minutes,
        items=items,
        lists=lists,
        comments=comments,
        checkers=checkers,
        my_check=next((checker for checker in checkers if checker.user_id == user.pk), None),
        comment_form=comment_form if may_comment else None,
        may_edit=may_edit,
        may_write=may_edit and minutes.is_open,
        may_correct=may_edit and not minutes.is_open,
        may_restrict=user.has_perm("restrictions.edit"),
        may_comment=may_comment and minutes.is_open,
        may_approve=minutes.state == State.IN_REVIEW
        and (user.has_perm("minutes.approve") or _is_in_the_chair(user, lists)),
        may_take_back=may_edit and minutes.state == State.SIGNED and not any(each.meeting_id for each in approvals),
        approvals=approvals,
        approved_versions=[] if minutes.is_open else list(versions.approved_versions(minutes)),
    )


def _is_in_the_chair(user, lists):
    """As Minutes.is_chaired_by, from lists that are loaded already."""
    people = [person for each in lists for person in each.people]
    return any(person.is_chair and person.person and person.person.account_id == user.pk for person in people)


def refused_page(request, minutes, *, reason, typed):
    """What somebody gets whose words could not be kept where they were meant for: why, and every word, to be copied."""
    typed = [text for text in typed if text.strip()]
    return render(request, "scrutiny/minutes/closed.html", about(minutes, reason=reason, typed=typed), status=409)


def closed_page(request, minuted_item):
    """What somebody gets who writes into minutes that are closed by now: where to read them, and every word they typed."""
    minutes = minuted_item.minutes
    if request.method != "POST":
        messages.info(request, "These minutes are closed. You can read them here.")
        return redirect(minutes)
    stored = {f"e{entry.pk}-text": entry.text for entry in minuted_item.entries.all()}
    typed = [
        text
        for name, text in request.POST.items()
        if name.endswith("-text") and text.strip() and text.replace("\r\n", "\n").strip() != stored.get(name, "")
    ]
    return render(request, "scrutiny/minutes/closed.html", about(minutes, typed=typed), status=409)
