"""What the office tells the gate: names to withhold, periods before elections, classes of the publication scheme."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from opcc_portal.audit.operations import write
from scrutiny.publication.models import WithheldName


@transaction.atomic
def save(record, *, by):
    """Keep a new or changed name, period or class. Raises ValidationError when somebody else was quicker."""
    is_new = record.pk is None
    if is_new and isinstance(record, WithheldName):
        record.created_by = by
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as met:
        raise ValidationError("Somebody saved the same thing at this moment. Look at what is there now.") from met
    write(f"{_what(record)} {'added' if is_new else 'changed'}", subject=record, by=by, **_words(record))
    return record


@transaction.atomic
def delete(record, *, by):
    """Take out a name or a period; the gate looks for it no more."""
    write(f"{_what(record)} taken out", subject=record, by=by, **_words(record))
    record.delete()


def _what(record):
    return record._meta.verbose_name.capitalize()


def _words(record):
    """What the trail says of it. More people read the trail than the list of names, so it never holds one."""
    return {} if isinstance(record, WithheldName) else {"words": str(record)}
