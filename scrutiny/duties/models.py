"""Statutory duties of the office, confirmations where no record can tell, and what state each was in over time."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from opcc_portal.office.models import Demonstrable


class State(models.TextChoices):
    """In which state a duty is, in words."""

    MET = "met", "Met"
    DUE_SOON = "due_soon", "Due soon"
    OVERDUE = "overdue", "Overdue"
    NOT_DUE = "not_due", "Nothing due"
    UNKNOWN = "unknown", "Not known"


class Duty(models.Model):
    """One line of the board: what the law asks for, how often, who sees to it, and which query over records tells.

    `query` names a function of `scrutiny.duties.queries`; empty where no record can tell and a person confirms. The
    interval is a setting, since statutes often say "as soon as practicable".
    """

    LOADED_WITH = ("owner",)

    code = models.SlugField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(default=1)
    group = models.CharField(max_length=120, help_text="The heading under which it stands.")
    title = models.CharField(max_length=200)
    text = models.TextField("what has to be done", max_length=2000)
    citation = models.CharField(max_length=300)
    law_url = models.URLField("address of the law", blank=True)
    query = models.CharField(max_length=60, blank=True)
    interval_days = models.PositiveSmallIntegerField(
        "days allowed",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3660)],
        help_text="How long after the event, or between two confirmations. The office sets it.",
    )
    warn_days = models.PositiveSmallIntegerField(
        "days of warning", default=14, validators=[MaxValueValidator(366)], help_text="From then on it is due soon."
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="duties"
    )
    in_use = models.BooleanField("on the board", default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name_plural = "duties"

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """The duty's page on the desk."""
        return reverse("duty", args=[self.pk])


class Confirmation(Demonstrable):
    """That somebody looked on a day and found the duty met, with where it can be seen and until when that counts."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="confirmations")
    on = models.DateField("confirmed on")
    expires_on = models.DateField("counts until")
    url = models.URLField("where it can be seen", blank=True)
    note = models.TextField(max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__gt=F("on")),
                name="a_confirmation_counts_for_a_while",
                violation_error_message="The confirmation has to count for at least one day.",
            ),
            models.CheckConstraint(
                condition=~Q(url="") | ~Q(note=""),
                name="a_confirmation_says_where_it_can_be_seen",
                violation_error_message="Give the address where it can be seen, or say in words what shows it.",
            ),
        ]

    def __str__(self):
        return f"{self.duty}, {self.on:%-d %B %Y}"


class DutyChange(models.Model):
    """The state in which a duty was found, each time it had changed. Rows are added by the daily round, never changed."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="changes")
    on = models.DateField()
    state = models.CharField(max_length=10, choices=State)
    words = models.CharField(max_length=300)
    next_due = models.DateField(null=True)

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["duty", "on"], name="a_duty_changes_once_a_day")]

    def __str__(self):
        return f"{self.duty}: {self.get_state_display()} on {self.on:%-d %B %Y}"


class Board(models.Model):
    """The board of duties as the office puts it before the public: one row, each publication a version of its document."""

    slug = models.SlugField(max_length=20, unique=True, default="duties")

    def __str__(self):
        return "Board of statutory duties"

    def get_absolute_url(self):
        """The board on the desk."""
        return reverse("duties")

    @classmethod
    def the(cls):
        """The one board."""
        return cls.objects.get_or_create(slug="duties")[0]
