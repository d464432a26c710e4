"""What may be tried so often only. Passwords: whose attempts count together, and when the door opens again; django-axes
counts. Whatever else costs much: how often within a minute."""

import datetime

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.core.cache import cache
from django.db.models import Max
from django.utils import timezone

from opcc_portal.accounts.models import User


def counted_name(request, credentials=None):
    """The name under which failed attempts are counted: the account's own, however it was typed.

    Otherwise each way of writing it, in capitals or as e-mail, would have attempts of its own.
    """
    typed = (credentials or {}).get("username") or (request.POST.get("username") if request else "") or ""
    user = User.objects.known_as(typed).only("username").first() if typed.strip() else None
    return (user.username if user else typed.strip()).lower()[:255]


def opens_again(request, credentials=None):
    """The moment from which this name may be tried again from here."""
    attempts = AccessAttempt.objects.filter(
        username=counted_name(request, credentials), ip_address=request.axes_ip_address
    )
    last = attempts.aggregate(last=Max("attempt_time"))["last"] or timezone.now()
    # Rounded up, because pages print minutes.
    return last + get_cool_off(request) + datetime.timedelta(seconds=59)


def too_often(act, who, most, seconds=60):
    """Whether somebody has done this more than `most` times within so many seconds, this time included.

    Counted by each process alone, which is enough to keep a robot from costing much.
    """
    name = f"{act}:{who}"
    cache.add(name, 0, seconds)
    try:
        return cache.incr(name) > most
    except ValueError:  # it ran out between the two
        return False
