"""The one place that knows which queue carries the jobs; from Django 6 on it is Django's own."""

try:
    from django.tasks import task
except ImportError:
    from django_tasks import task

from opcc_portal.jobs import worker


@task
def run_job(job_id):
    """What is put on the queue: only the number of the job; everything else is in its row."""
    worker.run(job_id)
