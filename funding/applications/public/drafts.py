"""What applicants do with an application before they send it: save a page, add a file, send."""

import hashlib
import json
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from funding.applications import operations
from funding.applications.models import Application
from opcc_portal.files.operations import receive
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

MOST_DOCUMENTS = 10


def mark(application, names):
    """A short sign of what one page of the application says now; a page that was read earlier is known by it."""
    said = [[name, _plain(getattr(application, name)), application.typed.get(name, "")] for name in names]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _plain(value):
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value or "")


@transaction.atomic
def save_page(application, form, *, seen):
    """Keep what one page says, with its gaps, and as typed where it cannot be read. Returns the application.

    The same again changes nothing, so that a button pressed twice does no harm. Raises NotPossible once it is sent, and
    ChangedMeanwhile where the page was saved elsewhere since `seen`.
    """
    held = _unsent(application)
    names = list(form.fields)
    before = mark(held, names)
    values, typed = form.taken()
    said_before = {name: getattr(held, name) for name in names}
    for name, value in values.items():
        setattr(held, name, value)
    typed_before, held.typed = held.typed, {**{n: t for n, t in held.typed.items() if n not in names}, **typed}
    if mark(held, names) == before:
        return held
    if seen != before:
        for name, value in said_before.items():
            setattr(held, name, value)
        held.typed = typed_before
        raise ChangedMeanwhile(held)
    held.version += 1
    held.save(update_fields=[*names, "typed", "version"])
    return held


def add_document(application, *, file, kind, title):
    """Check a file and keep it with the application. Raises NotPossible, and Refused for a file we will not take."""
    if application.documents.count() >= MOST_DOCUMENTS:
        raise NotPossible(f"An application can have {MOST_DOCUMENTS} documents. Remove one first.")
    upload = receive(file, by=None)
    try:
        with transaction.atomic():
            held = _changed(application)
            return operations.add_document(held, upload=upload, kind=kind, title=title)
    except NotPossible:
        upload.delete()
        raise


@transaction.atomic
def remove_document(application, key):
    """Take a document out again. One that is gone already is no reason to complain."""
    held = _unsent(application)
    if document := held.documents.filter(pk=key).first():
        operations.remove_document(document)
        _changed(held)


@transaction.atomic
def send(application, *, seen, declared_by):
    """Declare and send. Returns the application with its reference; raises NotPossible and ChangedMeanwhile."""
    held = _unsent(application)
    if held.version != seen:
        raise ChangedMeanwhile(held)
    held.declared_by, held.declared_at, held.typed = declared_by, timezone.now(), {}
    return operations.receive(held)


def _changed(application):
    held = _unsent(application)
    held.version += 1
    held.save(update_fields=["version"])
    return held


def _unsent(application):
    found = Application.objects.select_for_update(of=("self",)).select_related("round__fund", "area", "priority")
    held = found.get(pk=application.pk)
    if not held.is_being_filled_in:
        raise NotPossible(f"This application was sent already. Its reference is {held.reference}.")
    return held
