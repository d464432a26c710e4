"""The daily digest: what is new to tell a person, as one mail, once.

In two steps, so that two runs at once, or a run that is killed, never mail twice on one day. First a row says that this
person's digest of the day is on its way; then the mail goes; then the row says so and the things in it count as told.
A mail server that refuses gives the row back: the next run of the day tries again. Where nobody knows whether the mail
went, because the run was killed or the line broke, the row stays, and its things come with the digest of the next day.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from opcc_portal.accounts.models import User
from opcc_portal.office.dates import today
from scrutiny.indicators.words import so_many
from scrutiny.reminders.choice import stop_token
from scrutiny.reminders.models import Digest, Reminded
from scrutiny.reminders.sources import Group, Sources

# So many things of one source stand in a mail; of the others it says how many there are.
LISTED = 15
# A mail that is on its way for longer is not on its way any more.
ON_ITS_WAY = timedelta(hours=1)
# What a mail server says when it does not take a message: then it has not taken it.
REFUSALS = (SMTPResponseException, SMTPRecipientsRefused)


@dataclass
class Outcome:
    """What a run did, as user names where somebody has to look; `down` says why no mail could be sent at all."""

    sent: int = 0
    refused: list = field(default_factory=list)
    uncertain: list = field(default_factory=list)
    down: str = ""


def gather(user, day=None, sources=None):
    """The groups of things that this person has not been told of yet."""
    told = {*Reminded.objects.filter(user=user).values_list("thing", flat=True)}
    fresh = []
    for group in (sources or Sources(day)).groups(user):
        things = tuple(thing for thing in group.things if thing.key not in told)
        if things:
            fresh.append(Group(group.title, group.url, things))
    return fresh


def send_all(day=None):
    """Send everybody who wants one the digest of the day, where there is something to tell."""
    day = day or today()
    done, sources, connection = Outcome(), Sources(day), None
    wanting = User.objects.active().exclude(email="").exclude(reminder_choice__wants_digest=False)
    waiting = wanting.exclude(digests__day=day).with_roles().order_by("pk")
    for user in waiting:
        if not gather(user, sources=sources):
            continue
        if connection is None:
            connection = get_connection()
            try:
                connection.open()
            except OSError as problem:  # nothing has been said to anybody: the next run begins anew
                done.down = str(problem) or type(problem).__name__
                return done
        _send(user, day, sources, connection, done)
    if connection is not None:
        connection.close()
    return done


def _send(user, day, sources, connection, done):
    begun = _begin(user, day, sources)
    if begun is None:
        return
    digest, groups = begun
    message = message_for(user, groups)
    message.connection = connection
    try:
        message.send()
    except REFUSALS:
        digest.delete()
        done.refused.append(user.username)
    except OSError:  # the line broke: the server may have taken it
        done.uncertain.append(user.username)
    else:
        _finish(digest, groups)
        done.sent += 1


@transaction.atomic
def _begin(user, day, sources):
    """Say that the mail is on its way: (the row, what to tell); None where another run was quicker or nothing is left."""
    user.act_alone()
    just_begun = Digest.objects.filter(user=user, sent_at=None, begun_at__gt=timezone.now() - ON_ITS_WAY)
    if just_begun.exists():
        return None
    groups = gather(user, sources=sources)
    if not groups:
        return None
    try:
        with transaction.atomic():
            return Digest.objects.create(user=user, day=day), groups
    except IntegrityError:
        return None


@transaction.atomic
def _finish(digest, groups):
    """The mail went: what was in it counts as told."""
    things = [thing for group in groups for thing in group.things]
    told = [Reminded(user_id=digest.user_id, thing=thing.key) for thing in things]
    Reminded.objects.bulk_create(told, ignore_conflicts=True, batch_size=500)
    digest.sent_at, digest.things = timezone.now(), len(things)
    digest.save(update_fields=["sent_at", "things"])


def message_for(user, groups):
    """The mail, not sent: plain text of counts, days and addresses."""
    site = settings.PORTAL_ADDRESS
    number = sum(len(group.things) for group in groups)
    stop = f"{site}{reverse('reminders-stop', args=[stop_token(user)])}"
    context = {
        "number": number,
        "site": site,
        "groups": [
            {
                "title": group.title,
                "number": len(group.things),
                "things": group.things[:LISTED],
                "more": max(len(group.things) - LISTED, 0),
                "url": group.url,
            }
            for group in groups
        ],
        "desk": f"{site}{reverse('desk')}",
        "settings": f"{site}{reverse('reminders')}",
        "stop": stop,
    }
    headers = {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
        "Auto-Submitted": "auto-generated",
    }
    subject = f"OPCC portal: {so_many(number, 'thing')} to look at"
    body = render_to_string("scrutiny/reminders/digest_mail.txt", context)
    return EmailMessage(subject, body, None, [user.email], headers=headers)
