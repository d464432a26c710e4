"""Minutes: one set a meeting, entries a speech act each."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from scrutiny.meetings.models import AgendaItem, Attendance, Meeting
from scrutiny.workflow.models import Document, Versioned


class Minutes(Document):
    """The minutes of one meeting."""

    LOADED_WITH = ("meeting", "meeting__series")

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes")
    minute_taker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="minutes_taken"
    )

    class Meta:
        verbose_name_plural = "minutes"

    def __str__(self):
        return f"Minutes of {self.meeting}"

    def get_absolute_url(self):
        """The minutes as they read."""
        return reverse("minutes", args=[self.pk])

    def is_shared_with(self, user):
        """The force sees minutes that it was asked to check."""
        return not user.works_for_force or self.has_checker(user)


class MinutedItem(models.Model):
    """An agenda item as the minutes treat it. The order of its entries has a version of its own."""

    LOADED_WITH = ("minutes", "minutes__meeting", "minutes__meeting__series", "item")

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="minuted_items")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="minuted")
    order_version = models.PositiveIntegerField(default=1)
    started = models.TimeField(null=True, blank=True)
    ended = models.TimeField(null=True, blank=True)

    class Meta:
        ordering = ["minutes", "item__position"]
        constraints = [
            models.UniqueConstraint(fields=["minutes", "item"], name="an_item_is_minuted_once"),
            models.CheckConstraint(
                condition=Q(started__isnull=True) | Q(ended__isnull=True) | Q(ended__gte=models.F("started")),
                name="item_ends_after_it_starts",
            ),
        ]

    def __str__(self):
        return f"{self.item}, {self.minutes}"

    def is_shared_with(self, user):
        """As its minutes are."""
        return self.minutes.is_shared_with(user)


class MinuteEntry(Versioned):
    """One speech act: what kind, who spoke, what was said. Written only through workflow's save function."""

    VERSIONED = ("kind", "speaker", "second_speaker", "text", "rough")
    LOADED_WITH = ("minuted_item__minutes__meeting__series", "minuted_item__item", "speaker", "second_speaker")

    class Kind(models.TextChoices):
        STATEMENT = "statement", "Statement"
        PRESENTATION = "presentation", "Presentation"
        QUESTION = "question", "Question"
        ANSWER = "answer", "Answer"
        COMMENT = "comment", "Comment"
        CORRECTION = "correction", "Correction"
        ACTION = "action", "Action"
        DECISION = "decision", "Decision"
        ASSURANCE = "assurance", "Assurance"
        THANKS = "thanks", "Thanks"
        NOTE = "note", "Note"

    TEXT_LIMIT = 20_000

    minuted_item = models.ForeignKey(MinutedItem, on_delete=models.CASCADE, related_name="entries")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=14, choices=Kind, default=Kind.STATEMENT)
    speaker = models.ForeignKey(Attendance, null=True, blank=True, on_delete=models.PROTECT, related_name="entries")
    second_speaker = models.ForeignKey(
        Attendance, null=True, blank=True, on_delete=models.PROTECT, related_name="second_entries"
    )
    text = models.TextField(blank=True)
    rough = models.BooleanField("rough, to be tidied", default=False)

    class Meta:
        ordering = ["minuted_item", "position", "pk"]
        verbose_name_plural = "minute entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(second_speaker__isnull=True) | Q(speaker__isnull=False),
                name="a_second_speaker_follows_a_first",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.text[:60]}"

    def is_shared_with(self, user):
        """As its minutes are."""
        return self.minuted_item.minutes.is_shared_with(user)
