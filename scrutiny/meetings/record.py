"""What the record of a meeting prints is closed with its minutes: who was there, and what the items were called."""

from scrutiny.meetings.models import Meeting
from scrutiny.workflow.operations import NotPossible

CLOSED = (
    "The minutes of this meeting are approved, and this stands in them. It stays as it was approved: put it right by a "
    "correction of an entry, or by an amendment at the next meeting."
)


def why_closed(meeting):
    """Why nothing that the minutes print can be changed any more, in words; empty while it can."""
    minutes = getattr(meeting, "minutes", None)
    return "" if minutes is None or minutes.is_open else CLOSED


def hold(meeting):
    """Keep the minutes as they are until the transaction ends: nobody writes in them, deletes or approves them.

    Raises NotPossible where they are closed.
    """
    kept = Meeting._meta.get_field("minutes").related_model
    minutes = kept.objects.select_for_update(of=("self",), no_key=True).filter(meeting=meeting).first()
    if minutes is None:
        return
    if not minutes.is_open:
        raise NotPossible(CLOSED)
    list(minutes.minuted_items.select_for_update(of=("self",)).order_by("pk"))
