"""Doing one job: what happens in the worker process."""

import json
import logging
import time
from datetime import timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Q
from django.utils import timezone

from opcc_portal.jobs import registry
from opcc_portal.jobs.models import Job
from opcc_portal.jobs.registry import JobFailed

log = logging.getLogger(__name__)
MAX_ATTEMPTS = 2
WRITE_EVERY = 0.3  # seconds between two writes of progress; the bar does not need more

OUR_FAULT = (
    "Something went wrong on our side. Nothing was lost. Try again; if it fails again, tell the administrator "
    "and quote the number {number}."
)


class LostLease(Exception):
    """Another worker has this job now; whatever this one still does does not count."""


class Progress:
    """How far the work is, for whoever watches; every call renews the lease, not every call writes."""

    def __init__(self, job, lease):
        self.job, self.lease = job, lease
        self.written, self.last = time.monotonic(), None

    def __call__(self, done, total=0, message=""):
        """So much is done of so much; raises LostLease."""
        news = (total, message)
        if news == self.last and done != total and time.monotonic() - self.written < WRITE_EVERY:
            return
        self.written, self.last = time.monotonic(), news
        done = min(done, total) if total else done
        lease_until = timezone.now() + timedelta(seconds=self.lease)
        _write(self.job, done=done, total=total, message=message[:500], lease_until=lease_until)


def run(job_id):
    """Do this job, unless it is done or another worker is at it."""
    job = Job.objects.get(pk=job_id)
    kind = registry.find(job.kind, job.code)
    if not _claim(job, kind.lease):
        return
    try:
        result = kind.function(job, job.payload, Progress(job, kind.lease)) or {}
        result = json.loads(json.dumps(result, cls=DjangoJSONEncoder))
    except LostLease:
        log.warning("Job %s (%s) was taken over by another worker.", job.pk, job.kind)
    except JobFailed as reason:
        _finish(job, Job.State.FAILED, message=str(reason)[:500])
    except Exception:
        log.exception("Job %s (%s) failed.", job.pk, job.kind)
        _finish(job, Job.State.FAILED, message=OUR_FAULT.format(number=str(job.pk)[:8]))
    except BaseException:
        # The worker is being stopped: the job is free for the next one at once.
        Job.objects.filter(pk=job.pk, started_at=job.started_at).update(lease_until=timezone.now())
        raise
    else:
        _finish(job, Job.State.DONE, result=result, message="", done=F("total"))


def _claim(job, lease):
    """Take the job if it is free; exactly one of several workers succeeds."""
    now = timezone.now()
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    taken = Job.objects.filter(free, pk=job.pk, attempts__lt=MAX_ATTEMPTS).update(
        state=Job.State.RUNNING,
        attempts=F("attempts") + 1,
        started_at=now,
        lease_until=now + timedelta(seconds=lease),
    )
    if taken:
        job.refresh_from_db()
    return bool(taken)


def _write(job, **fields):
    mine = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, started_at=job.started_at)
    if not mine.update(**fields):
        raise LostLease


def _finish(job, state, **fields):
    try:
        _write(job, state=state, finished_at=timezone.now(), lease_until=None, **fields)
    except LostLease:
        log.warning("Job %s (%s) ended after another worker had taken it over.", job.pk, job.kind)
