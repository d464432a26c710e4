"""The kinds of long work there are. A room registers its own with `@job`."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module


class JobFailed(Exception):
    """Work that could not be done for a reason people can act on; the message is shown to them."""


@dataclass(frozen=True)
class Kind:
    """One kind of work: the function that does it, its title for people, and how long a worker may be silent."""

    name: str
    function: Callable
    title: str
    lease: int


KINDS = {}


def job(kind, *, title="", lease=180):
    """Register `def work(job, payload, progress)` as the work of this kind.

    It returns a dict that becomes the job's result, or None; `progress(done, total, message)` tells people how far it
    is and renews the lease of so many seconds. The work may run twice, when a worker was killed, and must bear that.
    """

    def register(function):
        known = KINDS.get(kind)
        if known and known.function.__module__ != function.__module__:
            raise ValueError(f"{kind} is registered by {known.function.__module__} already")
        words = title or kind.replace("_", " ").capitalize()
        KINDS[kind] = Kind(kind, function, words, lease)
        return function

    return register


def find(kind, code=""):
    """The registered kind; `code` is the module to load when this process has not met it."""
    if kind not in KINDS and code:
        import_module(code)
    return KINDS[kind]
