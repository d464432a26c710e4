"""Interests, scores, the agreed mark, and what is decided about an application."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from funding.applications.models import Application
from funding.rounds.models import PENNY, Criterion, money_field
from scrutiny.register.models import Decision


class Interest(models.Model):
    """That somebody is too close to an applicant to see or score the application."""

    LOADED_WITH = ("application__round__fund", "user")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="interests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="interests")
    nature = models.CharField("what the interest is", max_length=500)
    declared_at = models.DateTimeField(default=timezone.now)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["declared_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["application", "user"], name="an_interest_is_declared_once")]

    def __str__(self):
        return f"{self.user}: {self.nature[:60]}"

    def is_closed_to(self, user):
        """To whom its application is: nobody takes off their own."""
        return self.application.is_closed_to(user)


class Assessment(models.Model):
    """What one assessor thinks of one application."""

    LOADED_WITH = ("application__round__fund", "user")

    class Advice(models.TextChoices):
        FUND = "fund", "Fund it"
        PART = "part", "Fund a part of it"
        NOT = "not", "Do not fund it"

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="assessments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assessments")
    comment = models.TextField(max_length=5000, blank=True)
    advice = models.CharField(max_length=4, choices=Advice, blank=True)
    submitted_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["application", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "user"], name="an_assessor_assesses_an_application_once")
        ]

    def __str__(self):
        return f"{self.user} on {self.application}"

    def is_shared_with(self, user):
        """It is its assessor's alone until the panel meets."""
        return self.user_id == user.pk

    def is_closed_to(self, user):
        """To whom its application is."""
        return self.application.is_closed_to(user)

    @property
    def is_submitted(self):
        """Handed in, and so counted."""
        return self.submitted_at is not None


class Score(models.Model):
    """The points of one assessment for one criterion."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    points = models.PositiveSmallIntegerField(validators=[MinValueValidator(0)])
    comment = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["criterion__position", "pk"]
        constraints = [models.UniqueConstraint(fields=["assessment", "criterion"], name="a_criterion_is_scored_once")]

    def __str__(self):
        return f"{self.criterion}: {self.points}"


class Moderation(models.Model):
    """The mark that the panel agreed on for an application, in place of the mean of the assessors, with the reason."""

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="moderation")
    mark = models.DecimalField(
        "agreed mark, in per cent",
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    note = models.TextField("why", max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["application"]

    def __str__(self):
        return f"{self.application}: {self.mark} %"


class Outcome(models.Model):
    """What is proposed and then decided about an application: how much, why, under which decision record."""

    class Result(models.TextChoices):
        AWARD = "award", "Award"
        RESERVE = "reserve", "Reserve list"
        REFUSE = "refuse", "No award"

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="outcome")
    result = models.CharField(max_length=8, choices=Result)
    amount = money_field("amount, in pounds", null=True, blank=True, validators=[MinValueValidator(PENNY)])
    reason = models.TextField("what the applicant is told", max_length=3000, blank=True)
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="grant_outcomes"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    letter_sent_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["application"]
        constraints = [
            models.CheckConstraint(
                condition=Q(result="award", amount__gt=0) | (~Q(result="award") & Q(amount__isnull=True)),
                name="an_award_has_its_amount",
            )
        ]

    def __str__(self):
        return f"{self.application}: {self.get_result_display()}"
