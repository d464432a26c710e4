"""The one state machine of documents: draft > in review > signed > published, then superseded or withdrawn."""

from opcc_portal.audit import operations as audit
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import NotPossible

# From each state the states that an act may lead to. What was signed goes back to review when somebody edits it.
MOVES = {
    State.DRAFT: {State.IN_REVIEW},
    State.IN_REVIEW: {State.DRAFT, State.SIGNED},
    State.SIGNED: {State.IN_REVIEW, State.PUBLISHED},
    State.PUBLISHED: {State.SUPERSEDED, State.WITHDRAWN},
    State.SUPERSEDED: {State.WITHDRAWN},
    State.WITHDRAWN: {State.PUBLISHED},
}


def move(document, to, *, by, act="", context=None, **details):
    """Move a locked document to another state and, with `act`, leave a line of audit; staying where it is does nothing.

    Nothing else writes `state`. Raises NotPossible for a move that the machine does not know.
    """
    if document.state == to:
        return document
    if to not in MOVES[document.state]:
        there = State(to).label.lower()
        raise NotPossible(f"“{document}” is {document.get_state_display().lower()}; it cannot become {there}.")
    document.state = to
    document.save(update_fields=["state"])
    if act:
        audit.write(act, subject=document, by=by, context=context, **details)
    return document
