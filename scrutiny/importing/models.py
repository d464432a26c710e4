"""What was imported from which file."""

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone


class ImportedDocument(models.Model):
    """One run of an import: the source by its hash, and the draft that it became."""

    sha256 = models.CharField(max_length=64, db_index=True)
    file_name = models.CharField(max_length=250)
    kind = models.CharField(max_length=40)
    draft = models.CharField(max_length=100, help_text='The draft made, as "app.model:pk".')
    notes = models.JSONField(default=list, help_text="What was left out, joined or doubtful, as printed.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]

    def __str__(self):
        return f"{self.file_name} became {self.draft}"

    @property
    def record(self):
        """The draft that was made, or None once it has been deleted."""
        model, _, pk = self.draft.rpartition(":")
        return apps.get_model(model).objects.filter(pk=pk).first()
