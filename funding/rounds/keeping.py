"""How a record of funds, rounds and totals is changed: as its reader saw it, one version further, with what changed."""

from decimal import Decimal

from django.db import IntegrityError, transaction

from funding.rounds.money import in_pounds
from opcc_portal.audit import operations as audit
from opcc_portal.office.forms import in_words
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible


def held_as(model, record, seen):
    """The record, locked until the transaction ends, if it still is as `seen` by the person. Raises ChangedMeanwhile."""
    found = model.objects.select_for_update(of=("self",)).select_related(*getattr(model, "LOADED_WITH", ()))
    held = found.get(pk=record.pk)
    if held.version != seen:
        raise ChangedMeanwhile(held)
    return held


def change(held, words, *, by, context=None):
    """Set the words of a locked record, as its next version. Unchanged words change nothing. Raises ValidationError."""
    changes = []
    for name, value in words.items():
        field = held._meta.get_field(name)
        before = list(getattr(held, name).all()) if field.many_to_many else getattr(held, name)
        value = list(value) if field.many_to_many else value
        if before == value:
            continue
        changes.append([str(field.verbose_name), _printed(field, before), _printed(field, value)])
        if field.many_to_many:
            getattr(held, name).set(value)
        else:
            setattr(held, name, value)
    if changes:
        held.version += 1
        keep(held)
        act = f"{str(held._meta.verbose_name).capitalize()} changed"
        audit.write(act, subject=held, context=context, by=by, changes=changes)
    return held


def keep(record):
    """Save the record if it makes sense. Raises ValidationError, or NotPossible where somebody was quicker with a name."""
    try:
        with transaction.atomic():
            record.full_clean()
            record.save()
    except IntegrityError:
        raise NotPossible("Somebody else has just used this name or code. Choose another.") from None
    return record


def _printed(field, value):
    """A value as the trail prints it."""
    if value in (None, "", []):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, Decimal):
        return in_pounds(value) if "pounds" in str(field.verbose_name) else f"{value.normalize():f}"
    return in_words(value) if hasattr(value, "isoformat") else str(value)
