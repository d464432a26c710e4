"""What the page of an act on a record does with its form."""

from django.contrib import messages
from django.shortcuts import redirect, render

from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

MEANWHILE = (
    "Somebody else changed this since you opened the page. What you typed is still here. Look at it as it is now, then send "
    "it again."
)


def done(form, act, by):
    """Run an act with what a valid form says, its file taken in first; returns (what the act returns, status of the page).

    What cannot be done now brings the form back with its words, and lets go of the file.
    """
    if not form.is_valid() or not _has_taken_its_file(form, by):
        return None, 422 if form.is_bound else 200
    status = 422
    try:
        return act(), 302
    except ChangedMeanwhile as meanwhile:
        form.asked_again(meanwhile.now)
        form.add_error(None, MEANWHILE)
        status = 409
    except NotPossible as reason:
        form.add_error(None, str(reason))
    let_go(form)
    return None, status


def let_go(form):
    """Delete the file that a form took in and nothing holds: a browser never hands it back."""
    if upload := getattr(form, "upload", None):
        upload.delete()


def _has_taken_its_file(form, by):
    return not hasattr(form, "receive") or form.receive(by)


def carry_out(request, form, template, context, act, *, said="Saved.", to=None):
    """Do what a valid form asks for and go on, to what the act returns or to `to`; else show the form again."""
    outcome, status = done(form, act, request.user)
    if status == 302:
        messages.success(request, said)
        return redirect(to or outcome)
    return render(request, template, {**context, "form": form}, status=status)
