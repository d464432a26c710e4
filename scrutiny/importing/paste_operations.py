"""Adding pasted entries, and taking exactly these back."""

import uuid

from django.db import transaction

from scrutiny.minutes import operations
from scrutiny.minutes.models import MinuteEntry
from scrutiny.workflow.saving import Conflict


@transaction.atomic
def add_entries(minuted_item, proposals, *, batch, by):
    """Add the entries in their order, all of them or none. The same batch sent again adds nothing.

    Each has a save id of its own that follows from the batch. Raises NotPossible where the minutes are closed.
    """
    return [
        operations.add_entry(minuted_item, save_id=uuid.uuid5(batch, str(number)), by=by, **fields).piece
        for number, fields in proposals
    ]


def take_back(minuted_item, keys, *, by):
    """Delete these entries of the item as long as nobody has changed them since they were added.

    They stay as tombstones with their words. Returns (how many went, how many stay since they were changed).
    """
    gone = stay = 0
    for entry in MinuteEntry.objects.filter(minuted_item=minuted_item, pk__in=keys, deleted=False).order_by("pk"):
        entry.minuted_item = minuted_item
        try:
            operations.delete_entry(entry, base_version=1, save_id=uuid.uuid5(entry.uid, "taken back"), by=by)
        except Conflict:
            stay += 1
        else:
            gone += 1
    return gone, stay
