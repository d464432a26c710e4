"""A file that somebody gave us."""

import secrets
import uuid

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.utils import timezone

from opcc_portal.files.words import kind_words, size_words


class Kind(models.TextChoices):
    """The seven kinds of file the office exchanges. What a file is comes from its content, never from its name."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"
    XLSX = "xlsx", "Excel"
    PPTX = "pptx", "PowerPoint"
    CSV = "csv", "CSV"
    PNG = "png", "PNG image"
    JPEG = "jpeg", "JPEG image"


MEDIA_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    Kind.CSV: "text/csv; charset=utf-8",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
}


def unguessable_name(kind):
    """Where a file is stored: its address tells nothing and cannot be guessed from another one's."""
    return f"uploads/{secrets.token_urlsafe(24)}.{'jpg' if kind == Kind.JPEG else kind}"


class Upload(models.Model):
    """One file as the office keeps it: checked, made harmless, with what was taken out of it written down.

    It knows no document; whatever the file belongs to holds the key to it and decides who may read it. Rows are made by
    `opcc_portal.files.operations.receive` only, so that a row and its file always exist together.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.FileField(max_length=200, upload_to="uploads/")
    name = models.CharField(max_length=150, help_text="The sender's name for the file, without anything harmful in it.")
    kind = models.CharField(max_length=4, choices=Kind)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField("size in bytes", validators=[MinValueValidator(1)])
    sha256 = models.CharField("SHA-256 of the file as kept", max_length=64)
    pages = models.PositiveIntegerField(null=True, blank=True, help_text="PDF only.")
    tagged = models.BooleanField(
        null=True, help_text="Whether a PDF carries the tags that screen readers need; empty for other kinds."
    )
    cleaned = models.BooleanField(default=False, help_text="Whether something was taken out or changed.")
    taken_out = models.JSONField(default=list, blank=True, help_text="What was taken out or changed, in words.")
    warnings = models.JSONField(
        default=list, blank=True, help_text="What a person should look at before publishing: tracked changes, comments."
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="uploads"
    )
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="upload_is_not_empty"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="upload_kind_is_known"),
            models.UniqueConstraint(fields=["file"], name="a_stored_file_has_one_row"),
        ]

    def __str__(self):
        return f"{self.name} ({self.kind_and_size})"

    @property
    def size_in_words(self):
        """The size as links print it: "370 KB"."""
        return size_words(self.size)

    @property
    def kind_and_size(self):
        """What a link says after its title: "PDF, 370 KB"."""
        return f"{kind_words(self.kind)}, {self.size_in_words}"

    def delete(self, *args, **kwargs):
        """Delete the row, and the file once it is certain that the row is gone."""
        storage, stored = self.file.storage, self.file.name
        outcome = super().delete(*args, **kwargs)
        transaction.on_commit(lambda: storage.delete(stored))
        return outcome
