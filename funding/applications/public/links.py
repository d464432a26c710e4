"""Links by which applicants come back to what they have begun. A link opens for the address that it was sent to, only."""

import datetime
import hashlib
import secrets
from enum import Enum

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from funding.applications.models import Application, SavedLink
from funding.rounds.models import Round
from opcc_portal.audit import operations as audit

LASTS = datetime.timedelta(days=30)
MOST_TRIES = 5
# So many mails an address gets within an hour, whoever asks for them; and none for a button pressed twice.
MOST_AN_HOUR = 5
AT_ONCE = datetime.timedelta(minutes=1)


class Answer(Enum):
    """What becomes of somebody who opens a link and gives an address."""

    OPENS = "opens"
    WRONG_ADDRESS = "wrong address"
    TOO_OLD = "too old"
    SPENT = "spent"


def hashed(token):
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def ask(round_, email):
    """A link for this address to its unsent application in the round; where there is none, one is begun.

    None where nothing is to be mailed: the round takes none, or the address has had enough mails. Whoever asks is told
    the same in every case.
    """
    held = Round.objects.select_for_update(of=("self",)).get(pk=round_.pk)
    mine = Application.objects.filter(round=held, origin=Application.Origin.PUBLIC, status=Application.Status.DRAFT)
    application = mine.filter(links__email=tidy(email)).order_by("-pk").first()
    if application is None:
        if not (held.public_form and held.is_open) or _has_had_enough(tidy(email)):
            return None
        application = _begin(held, email)
    return renew(application, email)


def _begin(round_, email):
    application = Application.objects.create(
        round=round_,
        origin=Application.Origin.PUBLIC,
        contact_email=email.strip(),
        demonstration_note=round_.demonstration_note,
    )
    audit.write("Application begun by the public form", subject=application, context=round_, by=None)
    return application


@transaction.atomic
def renew(application, email):
    """One more link to this application for the address that it belongs to. None after too many within an hour."""
    email = tidy(email)
    just_now = application.links.filter(email=email, made_at__gt=timezone.now() - AT_ONCE)
    if just_now.exists() or _has_had_enough(email):
        return None
    # The mail's writer puts the real one in its place, so that nobody but the addressee ever has it.
    nobody_knows = hashed(secrets.token_urlsafe(32))
    return SavedLink.objects.create(
        application=application, email=email, token_hash=nobody_knows, expires_at=timezone.now() + LASTS
    )


def give_token(link):
    """A new token for the link, to be mailed; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    link.token_hash = hashed(token)
    link.save(update_fields=["token_hash"])
    return token


@transaction.atomic
def open_with(token, email):
    """(Answer, link) for somebody who has the token and gives an address. Five wrong addresses spend the link."""
    found = SavedLink.objects.select_for_update(of=("self",)).select_related("application__round__fund")
    link = found.filter(token_hash=hashed(token)).first()
    if link is None or link.tries >= MOST_TRIES:
        return Answer.SPENT, None
    if not constant_time_compare(link.email, tidy(email)):
        link.tries += 1
        link.save(update_fields=["tries"])
        return (Answer.WRONG_ADDRESS if link.tries < MOST_TRIES else Answer.SPENT), link
    return (Answer.OPENS if link.expires_at > timezone.now() else Answer.TOO_OLD), link


def address_of(application):
    """The address that the application's mails go to: the one that was given at the start and has opened its links."""
    return application.links.values_list("email", flat=True).first()


def tidy(email):
    """An address as it is compared."""
    return email.strip().casefold()


def _has_had_enough(email):
    an_hour_ago = timezone.now() - datetime.timedelta(hours=1)
    return SavedLink.objects.filter(email=email, made_at__gt=an_hour_ago).count() >= MOST_AN_HOUR
