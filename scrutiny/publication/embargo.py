"""News at the end of its embargo: every release whose minute has come is checked once more and published.

Never before its minute: `making.publish` and the release itself ask the clock again. Late is possible, where nothing ran
at the minute; what is due then goes out with the next run. Two runs at once publish it once.
"""

import logging
import threading
from datetime import timedelta

from django.db import connections
from django.utils import timezone

from opcc_portal import pdf
from scrutiny.news.models import NewsRelease
from scrutiny.news.operations import note_trouble
from scrutiny.publication import checking, gate, making
from scrutiny.workflow import editions, kinds
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import NotPossible

log = logging.getLogger(__name__)
LOOK_EVERY = 15.0  # seconds; somebody may approve a release for the next minute
AHEAD = timedelta(
    seconds=90
)  # so long before its minute a release is laid out once, so that at the minute it goes quickly
OUR_FAULT = "Something went wrong on our side. It is tried again every minute; tell the administrator if this stays."


def publish_due(now=None):
    """Publish everything whose minute has come; returns [(release, why it did not go out or "")]."""
    return [(release, _publish(release)) for release in NewsRelease.objects.due(now or timezone.now())]


def _publish(release):
    """Publish one release. Whatever stands against it is kept for the desk, and the others go out all the same."""
    try:
        words = _try(release)
    except (NotPossible, pdf.RenderFailed) as refusal:
        words = str(refusal)
    except OSError:
        log.exception("The files of a news release could not be kept.")
        words = making.NO_ROOM
    except Exception:
        log.exception("A news release could not be published.")
        words = OUR_FAULT
    if words:
        note_trouble(release, words)
    return words


def _try(release):
    kind, by = kinds.named("news"), release.approved_by
    bundle = making.bundle_of(kind, release)
    if not bundle.fresh:
        return "" if _is_out(release) else "; ".join(reason for _, _, reason in bundle.waiting)
    if release.trouble:
        checking.forget(bundle)  # what stood against it may have been mended elsewhere
    candidate = making.check(bundle, by=by)
    if against := _against(bundle, candidate):
        return against
    making.publish(kind, release, seen=bundle.input_hash, by=by)
    return "" if _is_out(release) else "The approval was taken back."


def _is_out(release):
    return NewsRelease.objects.filter(pk=release.pk).exclude(state=State.SIGNED).exists()


def _against(bundle, candidate):
    """What the gate found that blocks or that nobody has explained, in words; empty where nothing is."""
    check = checking.Check(bundle, candidate)
    titles = [finding["title"] for finding in check.to_fix] + [each.finding["title"] for each in check.to_explain]
    return f"The checks found: {'; '.join(titles)}." if titles else ""


def keep_publishing(stop=None, say=None):
    """Publish at each minute until `stop` (an Event) is set; `say` is told what came of each release."""
    stop, prepared = stop or threading.Event(), set()
    while not stop.is_set():
        try:
            for release, trouble in publish_due():
                if say:
                    say(f"{release}: {trouble or 'published'}")
            prepare(prepared)
            wait = _until_the_next()
        except Exception:
            log.exception("The news could not be looked through.")  # the database may be away for a moment
            wait = LOOK_EVERY
        finally:
            connections.close_all()
        stop.wait(wait)


def prepare(prepared):
    """Lay out what goes out in a moment and let veraPDF look at it: papers are remembered by their very bytes.

    Nothing is kept and nothing is published; at the minute everything is made and checked again, from what is at hand then.
    `prepared` remembers what was done.
    """
    soon = NewsRelease.objects.waiting().filter(
        embargo_until__gt=timezone.now(), embargo_until__lte=timezone.now() + AHEAD
    )
    for release in soon:
        bundle, after = making.bundle_of(kinds.named("news"), release), editions.head()
        if not bundle.fresh or (bundle.input_hash, after) in prepared:
            continue
        prepared.add((bundle.input_hash, after))
        try:
            gate.examine(bundle, making.make(bundle, after=after, by=release.approved_by, at=release.embargo_until))
        except (pdf.RenderFailed, OSError):
            log.exception("A news release could not be laid out ahead of its minute.")


def _until_the_next():
    """Seconds until the next release is due, at most LOOK_EVERY: what is in trouble is looked at again then."""
    now = timezone.now()
    coming = NewsRelease.objects.waiting().filter(embargo_until__gt=now).order_by("embargo_until").first()
    return min(LOOK_EVERY, (coming.embargo_until - now).total_seconds()) if coming else LOOK_EVERY
