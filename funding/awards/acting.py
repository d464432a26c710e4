"""What every page of an act on an award does with its form."""

from django.contrib import messages
from django.shortcuts import redirect, render

from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

MEANWHILE = "Somebody else changed this since you opened the page. Look at it as it is now, then do it again."


def carry_out(request, form, context, act):
    """Do what a valid form asks for and go to `context["back"]`, or show the form with what stands against it."""
    status = 200
    if form.is_valid():
        try:
            act()
        except ChangedMeanwhile as meanwhile:
            form.asked_again(meanwhile.now)
            form.add_error(None, MEANWHILE)
            status = 409
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "Saved.")
            return redirect(context["back"])
    if status == 200 and form.is_bound and form.errors:
        status = 422
    return render(request, "funding/awards/act.html", {**context, "form": form}, status=status)
