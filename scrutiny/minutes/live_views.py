"""The addresses that the live editor talks to. All take and give JSON; nothing here is a page."""

import uuid

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.accounts.views import from_script
from scrutiny.meetings import attendance
from scrutiny.meetings.models import Attendance
from scrutiny.minutes import live, operations
from scrutiny.minutes.models import MinutedItem, MinuteEntry
from scrutiny.minutes.texts import TextRefused, marked_difference
from scrutiny.minutes.work import left_off_at
from scrutiny.workflow.operations import NotPossible
from scrutiny.workflow.saving import Conflict


def _refused(status, error, message, **more):
    return JsonResponse({"error": error, "message": message, **more}, status=status)


@allow("minutes.edit", of=MinutedItem)
@require_POST
def save(request, minuted_item):
    """Save one entry. 200 saved, 409 somebody else was quicker, 410 closed, 422 cannot be kept as it is."""
    try:
        sent = live.read(request)
    except live.NotUnderstood as trouble:
        return _refused(400, "not_understood", str(trouble))
    if sent.writer != request.user.pk:
        return _refused(
            403,
            "somebody_else",
            f"{request.user} is signed in here now. Your words are kept on this device until you sign in again.",
        )
    try:
        saved, order_version = live.save(minuted_item, sent, by=request.user)
    except Conflict as conflict:
        return _both_wordings(conflict, sent)
    except NotPossible as refusal:
        return _refused(410, "closed", str(refusal))
    except TextRefused as refusal:
        return _refused(422, "refused", str(refusal))
    except MinuteEntry.DoesNotExist:
        return _refused(410, "gone", "These minutes no longer hold this entry.")
    now = timezone.localtime(timezone.now())
    return JsonResponse(
        {
            "entry": live.shown(saved.piece),
            "order_version": order_version,
            "replayed": saved.replayed,
            "at": f"{now:%H:%M}",
        }
    )


def _both_wordings(conflict, sent):
    theirs = MinuteEntry.objects.select_related(*live.LOADED).get(pk=conflict.theirs.pk)
    mine = sent.changes["text"]
    theirs_marked, mine_marked = marked_difference("" if theirs.deleted else theirs.text, mine)
    context = {
        "theirs": theirs,
        "mine": sent.changes,
        "mine_marked": mine_marked,
        "theirs_marked": theirs_marked,
        "who": theirs.changed_by.name if theirs.changed_by else "Somebody",
        "same_writer": theirs.changed_by_id == sent.writer,
        "kinds_differ": theirs.kind != sent.changes["kind"],
        "mine_kind": MinuteEntry.Kind(sent.changes["kind"]).label,
        "gone": sent.changes["deleted"],
    }
    return JsonResponse(
        {
            "error": "conflict",
            "message": f"{context['who']} changed this entry while you were writing.",
            "theirs": live.shown(theirs),
            "who": context["who"],
            "panel": render_to_string("scrutiny/minutes/conflict.html", context),
        },
        status=409,
    )


@allow("minutes.edit", of=MinutedItem)
@require_POST
def move(request, minuted_item):
    """Move an entry one place. 409 with the order as it is when somebody else changed it meanwhile."""
    try:
        sent = live.body(request)
        uid, up, order_version = uuid.UUID(sent["uid"]), sent["up"] is True, sent["order_version"]
        entry = minuted_item.entries.get(uid=uid)
    except (ValueError, KeyError, TypeError, AttributeError, MinuteEntry.DoesNotExist):
        return _refused(400, "not_understood", "This move could not be read.")
    status = 200
    try:
        operations.move_entry(entry, up=up, order_version=order_version, by=request.user)
    except Conflict:
        status = 409
    except NotPossible as refusal:
        return _refused(410, "closed", str(refusal))
    return JsonResponse(live.news(minuted_item, since=timezone.now(), order_version=None), status=status)


@allow("minutes.edit", of=MinutedItem)
@require_POST
def presence(request, minuted_item):
    """Who else has this item open, and what they have changed since this tab last asked. Sent every ten seconds."""
    try:
        sent = live.body(request)
        tab, since = uuid.UUID(sent["tab"]), _moment(sent.get("since") or "")
        order_version = sent.get("order_version")
    except (ValueError, KeyError, TypeError, AttributeError):
        return _refused(400, "not_understood", "This could not be read.")
    now = timezone.now()
    if sent.get("wrote") is True:
        left_off_at(request.user, minuted_item)
    if sent.get("leaves") is True:
        live.leaves(tab=tab, user=request.user)
        return JsonResponse({})
    others = live.heard_from(minuted_item, tab=tab, user=request.user, now=now)
    answer = live.news(minuted_item, since=since, order_version=order_version)
    return JsonResponse(
        {
            **answer,
            "others": others,
            "now": now.isoformat(),
            "open": minuted_item.minutes.is_open,
            "user": request.user.pk,
        }
    )


@allow("minutes.edit", of=MinutedItem)
@require_POST
def stamp(request, minuted_item):
    """Note that the item began or ended just now: from the editor as data, or from a button without script."""
    try:
        sent = live.body(request) if from_script(request) else request.POST
        began, ended = bool(sent.get("began")), bool(sent.get("ended"))
    except (ValueError, AttributeError):
        return _refused(400, "not_understood", "This could not be read.")
    try:
        held = operations.stamp(minuted_item, began=began, ended=ended, at=_this_minute(), by=request.user)
    except NotPossible as refusal:
        return _no(request, minuted_item, refusal)
    if from_script(request):
        return JsonResponse({"started": _clock(held.started), "ended": _clock(held.ended)})
    return redirect("minuted-item", minuted_item.pk)


@allow("meetings.edit", of=Attendance)
@require_POST
def clock(request, person, item):
    """Note that somebody came late or left early just now, at one click; a second click takes it back."""
    minuted_item = get_object_or_404(MinutedItem, pk=item, minutes__meeting=person.meeting_id)
    came = request.POST.get("what") == "came"
    try:
        person = attendance.come_or_go(person, came=came, at=_this_minute(), by=request.user)
    except NotPossible as refusal:
        return _no(request, minuted_item, refusal)
    if from_script(request):
        return JsonResponse({"arrived": _clock(person.arrived), "left": _clock(person.left)})
    return redirect(f"{reverse('minuted-item', args=[item])}#speakers")


def _no(request, minuted_item, refusal):
    if from_script(request):
        return _refused(410, "closed", str(refusal))
    messages.error(request, str(refusal))
    return redirect("minuted-item", minuted_item.pk)


def _moment(text):
    """A moment that this portal has told; None for any other."""
    moment = parse_datetime(text)
    return moment if moment and timezone.is_aware(moment) and 2000 < moment.year < 3000 else None


def _this_minute():
    return timezone.localtime(timezone.now()).time().replace(second=0, microsecond=0)


def _clock(time):
    return f"{time:%H:%M}" if time else ""
