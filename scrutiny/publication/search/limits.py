"""How often one visitor may search, or have a file checked."""

from opcc_portal.accounts.throttling import too_often

MOST, SECONDS = 60, 60


def is_too_often(request, act="searches", most=MOST):
    """Whether this address of the network has done this more than `most` times within SECONDS."""
    return too_often(act, request.META.get("REMOTE_ADDR", ""), most, SECONDS)
