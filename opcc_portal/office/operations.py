"""A new identity of the office from a day on, and changes to a recorded one."""

import datetime

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from opcc_portal.audit.operations import write
from opcc_portal.office.models import Office


def one_writer_at_a_time():
    """Hold up every other change of identities until this transaction ends.

    No constraint that both databases know keeps times from overlapping, so they are checked in Python; two checks at the
    same moment would both pass. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Office._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


@transaction.atomic
def begin_identity(office, *, by):
    """Record the office under a new name, holder or address from `office.valid_from` on.

    The identity valid until then ends the day before; where a later one is known already, the new one ends before it.
    Raises ValidationError, also when another identity begins that very day.
    """
    one_writer_at_a_time()
    office.pk = None
    day = office.valid_from
    if same := Office.objects.filter(valid_from=day).first():
        raise ValidationError({"valid_from": f"“{same}” already begins on that day. Change that one instead."})
    following = Office.objects.filter(valid_from__gt=day).order_by("valid_from").first()
    office.valid_to = following.valid_from - datetime.timedelta(days=1) if following else None
    before = Office.objects.valid_on(day).first()
    if before:
        before.valid_to = day - datetime.timedelta(days=1)
        before.save(update_fields=["valid_to"])
        write("Identity of the office ended", subject=before, by=by, valid_to=before.valid_to.isoformat())
    office.full_clean()
    office.save()
    write("New identity of the office", subject=office, by=by, valid_from=day.isoformat())
    return office


@transaction.atomic
def change_identity(office, *, by, changed=()):
    """Correct a recorded identity. Raises ValidationError where its time would overlap another's."""
    one_writer_at_a_time()
    office.full_clean()
    office.save()
    write("Identity of the office changed", subject=office, by=by, fields=sorted(changed))
    return office
