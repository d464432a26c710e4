"""What the pages of this room do alike: a form that saves, a question before something is taken out."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse

from scrutiny.partnerships import operations
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

ROOM = "scrutiny/partnerships"
NETWORKS, EVENTS, POSTS = ("Networks", "networks"), ("Events", "events"), ("Funded posts", "funded-posts")


def trail(*steps):
    """[(words, address)] of lists, as (words, name of the address), and of records."""
    return [
        (step[0], reverse(step[1])) if isinstance(step, tuple) else (str(step), step.get_absolute_url())
        for step in steps
    ]


def form_page(request, form, act, *, title, way, back, save="Save", delete="", **context):
    """Show the form. Once it is right, `act(form)` saves and returns the record; then go to `back`, or to the record.

    What somebody else saved meanwhile is shown beside what was typed, and nothing is lost.
    """
    newer, status = None, 200
    if form.is_valid():
        try:
            record = act(form)
        except ChangedMeanwhile as meanwhile:
            newer, status = form.differences(meanwhile.now), 409
            form.asked_again(meanwhile.now)
        except (NotPossible, ValidationError) as refused:
            form.add_error(None, getattr(refused, "messages", None) or str(refused))
        else:
            if record is not None:
                messages.success(request, f"Saved: {record}.")
                return redirect(back or record)
    if status == 200 and form.is_bound:
        status = 422
    values = {"form": form, "title": title, "trail": way, "save": save, "delete": delete, "newer": newer, **context}
    values["back"] = resolve_url(back) if back else way[-1][1]
    return render(request, f"{ROOM}/form.html", values, status=status)


def delete_page(request, record, *, way, after, context=None, why=""):
    """Ask once; then take it out, unless something refers to it."""
    words, back = str(record), way[-1][1]
    if request.method == "POST":
        try:
            operations.delete(record, context=context, by=request.user)
        except NotPossible as refused:
            messages.error(request, str(refused))
            return redirect(back)
        messages.success(request, f"Deleted: {words}.")
        return redirect(after)
    return render(request, f"{ROOM}/delete.html", {"record": words, "trail": way, "back": back, "why": why})
