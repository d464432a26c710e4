"""How a paper is marked (Government Security Classifications Policy), by a person."""

from django.db import transaction

from opcc_portal.audit import operations as audit
from scrutiny.workflow.models import Marking


@transaction.atomic
def mark(document, wanted, *, by, context=None):
    """Give a document a marking. The text that people signed is the same whatever it is marked."""
    held = type(document).objects.select_for_update(of=("self",)).get(pk=document.pk)
    document.marking = held.marking
    if held.marking != wanted:
        document.marking = held.marking = Marking(wanted)
        held.save(update_fields=["marking"])
        audit.write(f"Marked {held.get_marking_display()}", subject=held, by=by, context=context)
    return document
