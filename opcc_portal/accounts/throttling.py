"""Guessing passwords is slow: whose attempts count together, and when the door opens again. django-axes counts."""

import datetime

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
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
