"""A piece of long work: laying out papers, importing a file, rebuilding a pack."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone


class JobQuerySet(models.QuerySet):
    """Sets of jobs the office talks about."""

    def visible_to(self, user):
        """The jobs this person asked for."""
        return self.filter(asked_by=user)

    def abandoned(self):
        """Not over, says the record, but nobody has been heard of for as long as the lease."""
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING], lease_until__lt=timezone.now())


class Job(models.Model):
    """One piece of long work, asked for once however often the button is pressed.

    The key says what is wanted ("agenda-pdf:17:<content hash>"): asking again with the same key finds this job. A
    worker holds the job on a lease, which each sign of progress renews; when the lease runs out the work is given to
    another worker once, then counts as failed. `started_at` is the ticket of the present worker: one that lost its
    lease holds an old one and can no longer write.
    """

    class State(models.TextChoices):
        """Where the work stands."""

        QUEUED = "queued", "Waiting to start"
        RUNNING = "running", "Working"
        DONE = "done", "Done"
        FAILED = "failed", "Not done"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    code = models.CharField(max_length=200, help_text="The module that holds this kind, for a worker new to it.")
    title = models.CharField(max_length=200, help_text="What is being done, for people.")
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="0 while nobody knows.")
    message = models.CharField(max_length=500, blank=True, help_text="For people: what is going on or what went wrong.")
    result = models.JSONField(
        default=dict,
        blank=True,
        help_text='What came of it: "url" and "title" of a page, "stay" not to go there at once.',
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="jobs")
    asked_by = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="jobs_asked_for", blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "lease_until"], name="jobs_by_state_and_lease")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed"], finished_at__isnull=False)
                | Q(state__in=["queued", "running"], finished_at__isnull=True),
                name="a_job_has_finished_when_it_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False), name="a_running_job_is_leased"
            ),
            models.CheckConstraint(condition=Q(total=0) | Q(done__lte=F("total")), name="a_job_is_not_overdone"),
        ]

    def __str__(self):
        return f"{self.kind}: {self.get_state_display()}"

    def get_absolute_url(self):
        """The page that shows how far the work is."""
        return reverse("job", kwargs={"pk": self.pk})

    def is_shared_with(self, user):
        """Whoever asked for it may watch it."""
        return self.by_id == user.pk or self.asked_by.filter(pk=user.pk).exists()

    @property
    def is_over(self):
        """Whether nothing more will happen by itself."""
        return self.state in (self.State.DONE, self.State.FAILED)

    @property
    def result_address(self):
        """Where the outcome can be seen, when it is a page of this portal; else empty."""
        address = self.result.get("url", "") if isinstance(self.result, dict) else ""
        return address if address.startswith("/") and not address.startswith(("//", "/\\")) else ""
