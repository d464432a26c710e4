"""Acts that every kind of document shares: asking somebody to check it, and what checkers say."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from opcc_portal.audit import operations as audit
from opcc_portal.audit.operations import key
from scrutiny.workflow.models import Checker, Comment, State

# What is sent again within this time is taken for a button pressed twice.
AT_ONCE = timedelta(minutes=1)


class NotPossible(Exception):
    """The act does not fit the present state of the record; the message tells the person why and what to do."""


class ChangedMeanwhile(Exception):
    """Somebody else saved this since the person read it. `now` is the record as it stands, where it is at hand."""

    def __init__(self, now=None):
        super().__init__("somebody else was quicker")
        self.now = now


def ensure_open(document):
    """Raise NotPossible when the document's text may not be changed any more; the document says why."""
    if not document.is_open:
        raise NotPossible(document.why_closed)


@transaction.atomic
def name_checker(document, *, user, by, context=None):
    """Ask somebody to check a document. Asking twice changes nothing."""
    checker, is_new = Checker.objects.get_or_create(document=key(document), user=user, defaults={"asked_by": by})
    if is_new:
        audit.write(f"Asked {user} to check “{document}”", subject=document, by=by, context=context)
    return checker


@transaction.atomic
def drop_checker(document, *, user, by, context=None):
    """No longer ask this person; what they said stays."""
    gone, _ = Checker.objects.filter(document=key(document), user=user).delete()
    if gone:
        audit.write(f"No longer asks {user} to check “{document}”", subject=document, by=by, context=context)


def may_comment(document, user):
    """The office comments on what it sees; somebody from the force where named as checker."""
    return not user.works_for_force or document.has_checker(user)


@transaction.atomic
def comment(document, *, text, by, piece=None, about="", context=None):
    """Say something about a document, or about one piece of it. Raises PermissionDenied for who may not.

    The same words again within a minute are a button pressed twice.
    """
    if not may_comment(document, by):
        raise PermissionDenied
    by.act_alone()
    just_now = timezone.now() - AT_ONCE
    if same := Comment.objects.filter(document=key(document), piece=piece, text=text, by=by, at__gt=just_now).first():
        return same
    said = Comment.objects.create(document=key(document), piece=piece, about=about[:200], text=text, by=by)
    where = f" ({about})" if about else ""
    audit.write(f"Commented on “{document}”{where}", subject=document, by=by, context=context)
    return said


@transaction.atomic
def settle(said, *, document, by, context=None):
    """Mark a comment as dealt with. It stays readable; settling twice keeps the first."""
    said = Comment.objects.select_for_update().get(pk=said.pk)
    if said.settled_at is None:
        said.settled_by = by
        said.settled_at = timezone.now()
        said.save(update_fields=["settled_by", "settled_at"])
        audit.write(f"Settled a comment of {said.by}", subject=document, by=by, context=context)
    return said


@transaction.atomic
def say_verdict(document, *, verdict, text, by, context=None):
    """What a named checker says of the document as a whole: agrees, or asks for changes and says which.

    The words are kept as a comment. Saying the same again changes nothing; saying something else takes its place, until
    the document is sent again and everybody is asked anew. Raises PermissionDenied for somebody who was not asked.
    """
    checker = Checker.objects.select_for_update().filter(document=key(document), user=by).first()
    if checker is None:
        raise PermissionDenied
    document.refresh_from_db(fields=["state"])
    if document.state != State.IN_REVIEW:
        raise NotPossible("Nothing is asked for at present: the text has not been sent for check, or is approved.")
    if verdict == Checker.Verdict.CHANGES and not text.strip():
        raise NotPossible("Say which changes you ask for.")
    words = Checker.Verdict(verdict).label
    if text.strip():
        comment(document, text=text.strip(), by=by, about=words, context=context)
    if checker.verdict != verdict:
        checker.verdict, checker.said_at = verdict, timezone.now()
        checker.save(update_fields=["verdict", "said_at"])
        audit.write(f"{words}: “{document}”", subject=document, by=by, context=context)
    return checker


def ask_anew(document):
    """What checkers said of an earlier text is not said of this one."""
    Checker.objects.filter(document=key(document)).exclude(verdict="").update(verdict="", said_at=None)
