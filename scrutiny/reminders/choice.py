"""Whether somebody wants the daily digest, and the link in each mail that ends it without a sign-in."""

from django.core import signing
from django.db import transaction

from opcc_portal.accounts.models import User
from opcc_portal.audit import operations as audit
from scrutiny.reminders.models import ReminderChoice

SALT = "reminders.stop"


def wants_digest(user):
    """Whether this person gets the digest; who never said otherwise does."""
    choice = ReminderChoice.objects.filter(user=user).first()
    return choice is None or choice.wants_digest


@transaction.atomic
def choose(user, *, wants, by=None):
    """Say whether this person is to get the digest; saying it again changes nothing."""
    if wants_digest(user) == wants:
        return
    ReminderChoice.objects.update_or_create(user=user, defaults={"wants_digest": wants})
    words = "Daily digest wanted again" if wants else "Daily digest stopped"
    audit.write(words, subject=user, by=by)


def stop_token(user):
    """What the link in a mail says: whose digest it ends, signed. It can do nothing else, so it never expires."""
    return signing.Signer(salt=SALT).sign(str(user.pk))


def user_of(token):
    """Whose digest the token ends; None for one that the portal did not sign."""
    try:
        return User.objects.active().filter(pk=int(signing.Signer(salt=SALT).unsign(token))).first()
    except (signing.BadSignature, ValueError):
        return None
