"""The Police and Crime Plan: its versions, priorities, objectives, themes, routes and resources.

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
    slug = models.SlugField(max_length=120, unique=True)

    class Meta:
        ordering = ["-starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="plan_ends_after_start"
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """Where it stands on the desk's page of plans."""
        return f"{reverse('plan')}#plan-{self.pk}"

    @property
    def years(self):
        """1 April 2016 to 31 March 2021."""
        starts = f"{self.starts:%-d %B %Y}"
        return f"{starts} to {self.ends:%-d %B %Y}" if self.ends else f"From {starts}"


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

    `our_priority` is the text that reports quote; a report keeps the words it quoted and the day. One that papers speak of
    is never deleted: it is left out of the plan, so that those papers still lead to it.
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
    left_out = models.BooleanField("left out of the plan", default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

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


class Resource(models.Model):
    """What a priority is paid from or supported by: a fund, a group of partners."""

    priority = models.ForeignKey(Priority, on_delete=models.CASCADE, related_name="resources")
    name = models.CharField(max_length=160)
    text = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["priority", "position"]

    def __str__(self):
        return self.name


class PlanVersion(Demonstrable):
    """One version of a plan on its way by the panel into force. From the day it is sent its words are kept as they were.

    A draft follows what is edited on the desk; `sent` is what the panel got, `issued` what is in force: whole texts as data
    (see `versions.text_of`), so that a later edit changes neither.

    Source: Police Reform and Social Responsibility Act 2011, section 5(6): the draft goes to the panel, the office responds
    to its report and publishes the response, then the plan is issued; section 5(4) lets it be varied.
    """

    LOADED_WITH = ("plan", "varies")

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        TO_PANEL = "to_panel", "Sent to the panel"
        RESPONSE = "response", "Panel has reported"
        ISSUED = "issued", "Issued"
        VARIED = "varied", "Varied"
        SUPERSEDED = "superseded", "Superseded"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, editable=False)
    varies = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="variations"
    )
    change_note = models.TextField("what changes", blank=True)
    sent = models.JSONField(null=True, editable=False)
    sent_on = models.DateField("sent to the panel on", null=True, blank=True)
    panel_report = models.TextField("what the panel said", blank=True)
    panel_reported_on = models.DateField("panel reported on", null=True, blank=True)
    response = models.TextField("response to the panel", blank=True)
    responded_on = models.DateField("response published on", null=True, blank=True)
    issued = models.JSONField(null=True, editable=False)
    issued_on = models.DateField("issued on", null=True, blank=True)
    ended_on = models.DateField("varied or superseded on", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_versions_are_numbered"),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(state__in=["draft", "to_panel", "response"]),
                name="one_version_of_a_plan_is_under_way",
            ),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(state="issued"), name="one_version_of_a_plan_is_in_force"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "to_panel", "response"])
                | Q(issued__isnull=False, issued_on__isnull=False),
                name="an_issued_plan_has_its_words_and_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["to_panel", "response"]) | Q(sent__isnull=False, sent_on__isnull=False),
                name="what_the_panel_got_is_kept",
            ),
        ]

    def __str__(self):
        return f"{self.plan}, version {self.number}"

    def get_absolute_url(self):
        """Its page on the desk."""
        return reverse("plan-version", args=[self.pk])

    @property
    def is_under_way(self):
        """Not in force yet, so still to be worked on."""
        return self.state in (self.State.DRAFT, self.State.TO_PANEL, self.State.RESPONSE)

    def was_in_force(self, day):
        """Whether it was the plan on that day: issued by then, and neither varied nor superseded yet."""
        if self.issued_on is None or self.issued is None:
            return False
        return self.issued_on <= day and (self.ended_on is None or day < self.ended_on)

    @property
    def tag_kind(self):
        """How its state looks: only what is under way stands out."""
        return "" if self.is_under_way else "done"
