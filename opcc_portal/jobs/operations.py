"""Asking for long work, waiting for it, and picking up what a dead worker left."""

import time
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from opcc_portal.jobs import registry
from opcc_portal.jobs.models import Job
from opcc_portal.jobs.registry import JobFailed, job
from opcc_portal.jobs.tasks import run_job
from opcc_portal.jobs.worker import MAX_ATTEMPTS

__all__ = ["JobFailed", "job", "restart", "start", "sweep", "wait"]

START_WITHIN = timedelta(minutes=5)
INTERRUPTED_TWICE = (
    "The work was interrupted twice and has been stopped. Try again; if it stops again, tell the administrator."
)


def start(kind, key, by, payload=None, title="", again=False):
    """Ask for work of this kind and return its Job.

    The same key finds the same job, waiting, running or done; one that failed is started again, and with `again` one
    that is done as well. Whoever asks may watch it. Say in the key everything the outcome depends on (a content hash).
    """
    known = registry.find(kind)
    sweep()
    with transaction.atomic():
        found, made = Job.objects.get_or_create(
            key=key,
            defaults={
                "kind": kind,
                "code": known.function.__module__,
                "title": (title or known.title)[:200],
                "payload": payload or {},
                "by": by,
                "lease_until": timezone.now() + START_WITHIN,
            },
        )
        if found.kind != kind:
            raise ValueError(f"the key {key} belongs to a job of kind {found.kind}")
        if by:
            found.asked_by.add(by)
        if made:
            _enqueue(found)
    if not made and (found.state == Job.State.FAILED or (again and found.state == Job.State.DONE)):
        restart(found)
    found.refresh_from_db()
    return found


def restart(found):
    """Start a job again that is over. Pressed twice at once it still starts once."""
    with transaction.atomic():
        over = Job.objects.filter(pk=found.pk, state__in=[Job.State.FAILED, Job.State.DONE])
        fresh = over.update(
            state=Job.State.QUEUED,
            lease_until=timezone.now() + START_WITHIN,
            attempts=0,
            done=0,
            total=0,
            message="",
            result={},
            started_at=None,
            finished_at=None,
        )
        if fresh:
            _enqueue(found)
    found.refresh_from_db()
    return found


def wait(found, seconds=3.0):
    """The job after it is over, or after so long: quick work is answered at once, without a progress page."""
    until, pause = time.monotonic() + seconds, 0.05
    while not found.is_over and time.monotonic() < until:
        time.sleep(pause)
        pause = min(0.25, pause * 1.5)
        found.refresh_from_db()
    return found


def sweep():
    """Give abandoned jobs to another worker, once; returns how many were touched.

    Called whenever somebody asks for work or looks at a job, and by `manage.py sweep`, so nothing need run all the time.
    """
    touched = 0
    for found in list(Job.objects.abandoned()[:20]):
        with transaction.atomic():
            mine = Job.objects.filter(pk=found.pk, state=found.state, lease_until=found.lease_until)
            if found.attempts < MAX_ATTEMPTS:
                changed = mine.update(
                    state=Job.State.QUEUED,
                    lease_until=timezone.now() + START_WITHIN,
                    message="Started again after an interruption." if found.attempts else found.message,
                )
                if changed:
                    _enqueue(found)
            else:
                changed = mine.update(
                    state=Job.State.FAILED, lease_until=None, finished_at=timezone.now(), message=INTERRUPTED_TWICE
                )
        touched += changed
    return touched


def _enqueue(found):
    """Put the job on the queue: with the transaction where the queue is in the database, after it where it is not."""
    backend = type(run_job.get_backend()).__module__
    if backend.startswith("django_tasks_db") or backend.endswith(".immediate"):
        run_job.enqueue(str(found.pk))
    else:
        transaction.on_commit(lambda: run_job.enqueue(str(found.pk)))
