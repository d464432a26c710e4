"""One's own reminders: whether the digest comes by mail, what it would tell now; and ending it from a mail."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from opcc_portal.accounts.permissions import allow, open_to_all
from scrutiny.reminders import choice
from scrutiny.reminders.digest import gather

ROOM = "scrutiny/reminders"


@allow("account.own")
def reminders(request):
    """Whether this person wants the digest, and what the next one will tell."""
    user = request.user
    if request.method == "POST":
        wants = request.POST.get("digest") == "yes"
        choice.choose(user, wants=wants, by=user)
        messages.success(request, "The digest will come by mail." if wants else "No more digests will come by mail.")
        return redirect("reminders")
    context = {
        "wants": choice.wants_digest(user),
        "groups": gather(user),
        "last": user.digests.exclude(sent_at=None).first(),
    }
    return render(request, f"{ROOM}/reminders.html", context)


@open_to_all
@csrf_exempt  # a mail program sends it without a page (RFC 8058); the signed address is what allows it
@never_cache
def stop(request, token):
    """End the digest from the link in a mail. Only a button does it, since mail programs follow links by themselves."""
    user = choice.user_of(token)
    is_done = user is not None and request.method == "POST"
    if is_done:
        choice.choose(user, wants=False, by=user)
    context = {"known": user is not None, "is_done": is_done}
    return render(request, f"{ROOM}/stop.html", context, status=200 if user or request.method != "POST" else 404)
