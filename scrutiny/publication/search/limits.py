"""How often one visitor may search, or have a file checked.

Counted by each process alone, which is enough to keep a robot from costing much.
"""

from django.core.cache import cache

MOST, SECONDS = 60, 60


def is_too_often(request, act="searches", most=MOST):
    """Whether this address of the network has done this more than `most` times within SECONDS."""
    name = f"{act}:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(name, 0, SECONDS)
    try:
        return cache.incr(name) > most
    except ValueError:  # it ran out between the two
        return False
