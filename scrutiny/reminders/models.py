"""Who was reminded of what, and when: each thing once, one digest a day."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class ReminderChoice(models.Model):
    """Whether somebody wants the daily digest. Without a row they do."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminder_choice")
    wants_digest = models.BooleanField("send me the daily digest", default=True)

    def __str__(self):
        return f"{self.user}: {'wants' if self.wants_digest else 'does not want'} the digest"


class Digest(models.Model):
    """The digest of one person and day. The row is written before the mail goes, so that two runs send one.

    `sent_at` is empty while the mail is on its way. Where that never ends, because the run was killed, nobody knows
    whether the mail went: the row stays and keeps the day from a second mail, and its things come with the next digest.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests")
    day = models.DateField()
    begun_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    things = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="one_digest_a_day")]

    def __str__(self):
        return f"{self.user}, {self.day:%-d %B %Y}"


class Reminded(models.Model):
    """One thing of which somebody was reminded: "scrutiny.response:4 due-28". It is never told again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminded")
    thing = models.CharField(max_length=160)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["user", "thing"], name="reminded_once_of_each")]

    def __str__(self):
        return f"{self.user}: {self.thing}"
