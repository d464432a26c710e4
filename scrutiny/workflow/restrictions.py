"""Keeping something from the public, changing why, and releasing it. The target is any Restrictable.

The lines of audit name the kind of thing and nothing of what it says: whoever reads the trail learns no restricted word.
"""

import hashlib
import json

from django.db import transaction
from django.db.models import Q, prefetch_related_objects
from django.utils import timezone

from opcc_portal.audit import operations as audit
from opcc_portal.audit.models import AuditLine
from opcc_portal.audit.operations import key
from opcc_portal.office.dates import today
from scrutiny.workflow.models import Restriction
from scrutiny.workflow.operations import NotPossible

WORDS = ("public_reason", "public_interest", "neutral_title", "decided_by", "decided_on", "review_on")
NEEDS_REASON = "Say what the public is told in place of what is withheld."
NEEDS_BASIS = "Choose at least one legal basis."
NEEDS_INTEREST = (
    "Say why it is in the public interest to withhold this. One of the legal bases you chose is a qualified exemption "
    "and asks for it."
)


class ChangedMeanwhile(NotPossible):
    """Somebody else changed or released the restriction since this person read it."""

    def __init__(self):
        super().__init__("Somebody else changed this restriction since you opened the page. Read it as it is now.")


# --- reading -----------------------------------------------------------------------------------------------------------


def relations():
    """Names under which a Restriction finds its target: one for each model that can be restricted."""
    return [relation.name for relation in Restriction._meta.related_objects if relation.one_to_one]


def target_of(restriction):
    """What the restriction is on; None where that has been deleted, or restricted anew since the release."""
    return next((getattr(restriction, name) for name in relations() if hasattr(restriction, name)), None)


def in_force():
    """The restrictions that still withhold something, the one to be looked at first first."""
    on_something = Q()
    for name in relations():
        on_something |= Q(**{f"{name}__isnull": False})
    return Restriction.objects.filter(on_something, released_at__isnull=True).order_by("review_on", "pk")


def due_for_review():
    """Those in force whose day to be looked at again has come."""
    return in_force().filter(review_on__lte=today())


def earlier(target):
    """What was in force on this target before and has been released, newest first."""
    lines = AuditLine.objects.filter(subject=key(target), details__has_key="restriction")
    held = {line.details["restriction"] for line in lines}
    found = Restriction.objects.filter(pk__in=held, released_at__isnull=False).select_related("released_by")
    return found.order_by("-released_at")


def seen(restriction):
    """A short sign of the restriction as it stands, for a form to bring back with its changes."""
    values = [str(getattr(restriction, name)) for name in WORDS]
    bases = sorted(basis.pk for basis in restriction.bases.all())
    return hashlib.sha256(json.dumps([restriction.pk, *values, bases]).encode()).hexdigest()[:16]


# --- acts --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def restrict(target, *, bases, by, context=None, **words):
    """Keep something from the public. `words` are those of WORDS; what is already kept for the same reasons stays so.

    Raises NotPossible where it is kept from the public on other grounds, or a ground or reason is missing.
    """
    words = _in_order(bases, words)
    held = _locked(target)
    if held.is_restricted:
        if _says(held.restriction, bases, words):
            return _given_to(target, held.restriction)
        raise NotPossible("This is kept from the public already. Change the restriction that is there.")
    made = Restriction.objects.create(created_by=by, **words)
    made.bases.set(bases)
    held.restriction = made
    held.save(update_fields=["restriction"])
    _note("Restricted", held, made, by=by, context=context)
    return _given_to(target, made)


@transaction.atomic
def change(target, *, bases, by, seen_as=None, context=None, **words):
    """Change grounds, reason or dates of the restriction in force. Raises ChangedMeanwhile, NotPossible."""
    words = _in_order(bases, words)
    held = _locked(target)
    if not held.is_restricted:
        raise NotPossible("This has been released: it is no longer kept from the public.")
    now = held.restriction
    if _says(now, bases, words):
        return _given_to(target, now)
    if seen_as is not None and seen_as != seen(now):
        raise ChangedMeanwhile
    for name, value in words.items():
        setattr(now, name, value)
    now.save(update_fields=list(words))
    now.bases.set(bases)
    prefetch_related_objects([now], "bases")
    _note("Restriction changed", held, now, by=by, context=context)
    return _given_to(target, now)


@transaction.atomic
def release(target, *, by, context=None):
    """Let the public have it again, from the next Edition on. The restriction stays on record; twice is once."""
    held = _locked(target)
    now = held.restriction
    if now is None:
        raise NotPossible("This is not kept from the public.")
    if now.is_in_force:
        now.released_at, now.released_by = timezone.now(), by
        now.save(update_fields=["released_at", "released_by"])
        _note("Restriction released", held, now, by=by, context=context)
    return _given_to(target, now)


def _in_order(bases, words):
    words = {name: words.get(name, "") for name in WORDS}
    words["public_reason"] = words["public_reason"].strip()
    words["public_interest"] = words["public_interest"].strip()
    if not bases:
        raise NotPossible(NEEDS_BASIS)
    if not words["public_reason"]:
        raise NotPossible(NEEDS_REASON)
    if needs_public_interest(bases) and not words["public_interest"]:
        raise NotPossible(NEEDS_INTEREST)
    return words


def needs_public_interest(bases):
    """Whether one of these grounds is qualified."""
    return any(basis.needs_public_interest for basis in bases)


def _locked(target):
    """The target as it is now: whoever restricts, changes or releases it next waits."""
    now = (
        type(target).objects.select_for_update(of=("self",)).select_related("restriction").filter(pk=target.pk).first()
    )
    if now is None:
        raise NotPossible("This has been deleted meanwhile.")
    return now


def _says(restriction, bases, words):
    same = all(getattr(restriction, name) == value for name, value in words.items())
    return same and {basis.pk for basis in restriction.bases.all()} == {basis.pk for basis in bases}


def _given_to(target, restriction):
    target.restriction = restriction
    return restriction


def _note(act, target, restriction, *, by, context):
    what = target._meta.verbose_name
    audit.write(f"{act}: {what}", subject=target, by=by, context=context, restriction=restriction.pk)
