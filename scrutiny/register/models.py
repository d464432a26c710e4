"""What many documents share."""

from django.db import models

from opcc_portal.files.models import Upload


class Attachment(models.Model):
    """A file that goes with a paper, or the mention of one that has not been found yet.

    Kind and size as an old paper printed them are kept beside those of the file that is really there.
    """

    title = models.CharField(max_length=300)
    label = models.CharField(max_length=60, blank=True, help_text="For instance Appendix A.")
    upload = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.PROTECT, related_name="attachments")
    printed_kind = models.CharField("kind as printed", max_length=40, blank=True)
    printed_size = models.CharField("size as printed", max_length=40, blank=True)
    summary = models.TextField(blank=True, help_text="What the file holds, for those who cannot open it.")

    def __str__(self):
        return self.title

    @property
    def is_missing(self):
        """The paper names this attachment, but no file is there."""
        return self.upload_id is None

    @property
    def kind_and_size(self):
        """As links print it: PDF, 370 KB. Computed from the file; from the old paper where there is none."""
        if self.upload:
            return self.upload.kind_and_size
        return ", ".join(part for part in (self.printed_kind, self.printed_size) if part)

    @property
    def printed(self):
        """Kind and size as the old paper printed them, where they differ from what is there."""
        printed = ", ".join(part for part in (self.printed_kind, self.printed_size) if part)
        return printed if self.upload and printed and printed != self.upload.kind_and_size else ""
