"""The page on which people watch long work."""

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from opcc_portal.accounts.permissions import allow
from opcc_portal.jobs.models import Job
from opcc_portal.jobs.operations import restart, sweep


@allow("jobs.view", of=Job)
@never_cache
@require_safe
def progress(request, job):
    """How far the work is; when it is done, on to what came of it."""
    if not job.is_over and sweep():
        job.refresh_from_db()
    if job.state == Job.State.DONE and job.result_address and not job.result.get("stay"):
        return redirect(job.result_address)
    return render(request, "opcc_portal/jobs/progress.html", {"job": job})


@allow("jobs.view", of=Job)
@require_POST
def again(request, job):
    """Start work again that was not done."""
    if job.state == Job.State.FAILED:
        restart(job)
    return redirect(job)
