"""The Police and Crime Plan as far as papers quote it: priorities, objectives, themes, routes, indicators.

Source: Police Reform and Social Responsibility Act 2011, sections 5 and 7.
"""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from opcc_portal.office.models import Demonstrable


class Plan(Demonstrable):
    """One Police and Crime Plan and its years."""

    title = models.CharField(max_length=200)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="plan_ends_after_start"
            )
        ]

    def __str__(self):
        return self.title


class Outcome(models.Model):
    """What the plan wants to bring about; meetings and reports are held under one."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="outcomes")
    title = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["plan", "position"]
        constraints = [models.UniqueConstraint(fields=["plan", "title"], name="an_outcome_stands_once_in_a_plan")]

    def __str__(self):
        return self.title


class Theme(models.Model):
    """A theme that cuts across the priorities; each objective serves exactly one."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="themes")
    name = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["plan", "position"]
        constraints = [models.UniqueConstraint(fields=["plan", "name"], name="a_theme_stands_once_in_a_plan")]

    def __str__(self):
        return self.name


class Priority(Demonstrable):
    """A priority in the plan's own structure: our priority, how we deliver, how we know.

    `our_priority` is the text that reports quote; a report keeps the words it quoted and the day.
    """

    LOADED_WITH = ("plan", "outcome")

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="priorities")
    outcome = models.ForeignKey(Outcome, null=True, blank=True, on_delete=models.PROTECT, related_name="priorities")
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=120, unique=True)
    position = models.PositiveSmallIntegerField(default=1)
    our_priority = models.TextField()
    how_we_deliver = models.TextField(blank=True)
    how_we_know = models.TextField(blank=True)
    text_of = models.DateField("text as of", help_text="The day from which this wording is the plan's.")

    class Meta:
        ordering = ["plan", "position"]
        verbose_name_plural = "priorities"

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """The priority's page on the desk."""
        return reverse("priority", args=[self.pk])


class Objective(models.Model):
    """What the office undertakes to do for a priority, under one theme."""

    priority = models.ForeignKey(Priority, on_delete=models.CASCADE, related_name="objectives")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="objectives")
    text = models.TextField()
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["priority", "position"]

    def __str__(self):
        return self.text


class MonitoringRoute(models.Model):
    """Where progress on a priority is looked at: a Community Outcomes Meeting, the Delivery Quarterly."""

    priority = models.ForeignKey(Priority, on_delete=models.CASCADE, related_name="monitoring_routes")
    name = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["priority", "position"]

    def __str__(self):
        return self.name


class Indicator(models.Model):
    """What is counted to know whether a priority is delivered. Target, baseline and direction may be missing."""

    priority = models.ForeignKey(Priority, on_delete=models.CASCADE, related_name="indicators")
    title = models.CharField(max_length=250)
    sources = models.CharField(max_length=250, blank=True)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["priority", "position"]

    def __str__(self):
        return self.title
