"""Who did what, when; and where each person left off."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class AuditLine(models.Model):
    """One act in one sentence, kept for good.

    `subject` names the record acted on and `context` the record it belongs to (a meeting, mostly), both as
    "app.model:pk", so that a line outlives what it speaks of and this room needs to know no document.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="audit_lines")
    act = models.CharField(max_length=300)
    subject = models.CharField(max_length=100, db_index=True)
    context = models.CharField(max_length=100, blank=True, db_index=True)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.by or 'the portal'}: {self.act}"


class LastWork(models.Model):
    """The place where a person last wrote something: what "Continue" on the home page leads back to."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="last_work")
    title = models.CharField(max_length=300)
    excerpt = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=500)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"{self.user}: {self.title}"
