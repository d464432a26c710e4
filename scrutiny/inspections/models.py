"""Inspections of the force, what they recommend, what became of it, and the office's response with its clock."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from opcc_portal.files.models import Upload
from opcc_portal.office.dates import today
from opcc_portal.office.models import Demonstrable
from opcc_portal.richtext.fields import RichTextColumn
from scrutiny.indicators.models import Indicator
from scrutiny.inspections.clock import Clock
from scrutiny.letters.models import Letter
from scrutiny.minutes.models import MinuteEntry
from scrutiny.people.models import Organisation, Person
from scrutiny.plan.models import Priority
from scrutiny.register.models import Action, Attachment
from scrutiny.reports.models import JointReport
from scrutiny.workflow.models import Document


class Inspection(Demonstrable):
    """A published report of an inspectorate that the office must answer, or has looked at and need not.

    Police Act 1996, section 55, as amended by the Policing and Crime Act 2017, section 37. A national report counts
    unless the force is clearly not among its subjects; where a report on the force repeats a national one, its response
    answers both (`covers`).
    """

    LOADED_WITH = ("body", "priority__plan", "owner", "report__upload", "response")

    class Kind(models.TextChoices):
        PEEL = "peel", "PEEL inspection"
        THEMATIC = "thematic", "Thematic inspection"
        FORCE = "force", "Inspection of the force"

    class Subject(models.TextChoices):
        NAMED = "named", "The force is a subject of it"
        NOT_EXCLUDED = "not_excluded", "National; the force is not clearly left out"
        NOT_SUBJECT = "not_subject", "The force is clearly not a subject of it"

    body = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="inspections", verbose_name="inspectorate"
    )
    title = models.CharField(max_length=300)
    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.THEMATIC)
    published_on = models.DateField("day of publication", help_text="The clock of the law begins with this day.")
    subject = models.CharField("does it concern the force?", max_length=12, choices=Subject, default=Subject.NAMED)
    why_not_subject = models.TextField("why it does not concern the force", max_length=1000, blank=True)
    covers = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="covered_by",
        help_text="National reports that this one repeats; its response answers them too.",
    )
    summary = models.TextField(max_length=4000, blank=True, help_text="What it found, in your own words.")
    url = models.URLField("address of the report", blank=True)
    report = models.ForeignKey(Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="inspections")
    priority = models.ForeignKey(Priority, null=True, blank=True, on_delete=models.SET_NULL, related_name="inspections")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="inspections",
        help_text="Who of the office sees to the response.",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-published_on", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "title", "published_on"],
                name="an_inspection_is_listed_once",
                violation_error_message="This report is already listed.",
            ),
            models.CheckConstraint(
                condition=~Q(subject="not_subject") | ~Q(why_not_subject=""),
                name="what_does_not_concern_the_force_says_why",
                violation_error_message="Write why the report does not concern the force.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """The inspection's page on the desk."""
        return reverse("inspection", args=[self.pk])

    def clean(self):
        """The clock cannot begin on a day that has not come."""
        if self.published_on and self.published_on > today():
            raise ValidationError(
                {"published_on": "The report has not been published yet on that day. Enter it on the day it is."}
            )

    @property
    def clock(self):
        """The clock of section 55 for this report."""
        return Clock(self.published_on)

    @property
    def needs_response(self):
        """Whether the law asks for a response at all."""
        return self.subject != self.Subject.NOT_SUBJECT


class RecommendationQuerySet(models.QuerySet):
    """Recommendations, as registers show them."""

    def open(self):
        """Those about which something is still to be done."""
        return self.filter(status__in=Recommendation.STILL_OPEN)

    def overdue(self):
        """Open, and the day has passed."""
        return self.open().filter(due__lt=today())


class Recommendation(models.Model):
    """One thing that an inspection asks for. Its status is that of its newest StatusChange, kept here for lists."""

    LOADED_WITH = ("inspection__body", "owner")

    class Kind(models.TextChoices):
        RECOMMENDATION = "recommendation", "Recommendation"
        IMPROVEMENT = "improvement", "Area for improvement"
        CONCERN = "concern", "Cause of concern"

    class Status(models.TextChoices):
        OPEN = "open", "Not started"
        UNDER_WAY = "under_way", "Under way"
        DONE = "done", "Done, says the force"
        CLOSED = "closed", "Closed by the inspectorate"
        NOT_ACCEPTED = "not_accepted", "Not accepted"

    STILL_OPEN = (Status.OPEN, Status.UNDER_WAY)

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="recommendations")
    position = models.PositiveSmallIntegerField(default=1)
    label = models.CharField("number as printed", max_length=20, blank=True)
    kind = models.CharField(max_length=14, choices=Kind, default=Kind.RECOMMENDATION)
    text = models.TextField(max_length=4000)
    addressee = models.CharField("addressed to", max_length=200, blank=True, help_text="For instance: chief constables")
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="recommendations")
    due = models.DateField("due day", null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.OPEN, editable=False)
    questions = models.ManyToManyField(MinuteEntry, blank=True, related_name="recommendations")
    actions = models.ManyToManyField(Action, blank=True, related_name="recommendations")
    indicators = models.ManyToManyField(Indicator, blank=True, related_name="recommendations")
    reports = models.ManyToManyField(JointReport, blank=True, related_name="recommendations")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["inspection", "position", "pk"]
        indexes = [models.Index(fields=["status", "due"], name="recommendations_by_state_due")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.label}".strip()

    def get_absolute_url(self):
        """The recommendation's page on the desk."""
        return reverse("recommendation", args=[self.pk])

    @property
    def is_open(self):
        """Whether something is still to be done about it."""
        return self.status in self.STILL_OPEN

    @property
    def is_overdue(self):
        """Open, and the day has passed."""
        return self.is_open and self.due is not None and self.due < today()


class StatusChange(models.Model):
    """What became of a recommendation on a day, with the evidence and who says so. Rows are added, never changed."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="changes")
    status = models.CharField(max_length=12, choices=Recommendation.Status)
    on = models.DateField("day")
    evidence = models.TextField(max_length=4000, help_text="What shows it.")
    upload = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(evidence=""), name="a_status_change_has_evidence")]

    def __str__(self):
        return f"{self.get_status_display()} on {self.on:%-d %B %Y}"


class Response(Document):
    """The office's response to an inspection (Police Act 1996, section 55(5) to (6)).

    Published with it: the chief constable's comments, and for each recommendation the action taken or proposed, or why
    there is none. Two dispatches: to the Secretary of State and to the inspectorate.
    """

    LOADED_WITH = ("inspection__body", "letter")

    class Comments(models.TextChoices):
        NOT_RECORDED = "not_recorded", "Not recorded"
        NONE = "none", "None were made"
        RECEIVED = "received", "Received"

    inspection = models.OneToOneField(Inspection, on_delete=models.PROTECT, related_name="response")
    invited_on = models.DateField("chief constable invited on", null=True, blank=True)
    comments_by = models.DateField("comments asked for by", null=True, blank=True)
    comments_state = models.CharField(
        "comments of the chief constable", max_length=12, choices=Comments, default=Comments.NOT_RECORDED
    )
    comments_received_on = models.DateField("comments received on", null=True, blank=True)
    comments = RichTextColumn("what the chief constable says", blank=True)
    text = RichTextColumn("what the office says", blank=True)
    # A draft of a letter may be thrown away; what is sent never is.
    letter = models.ForeignKey(Letter, null=True, blank=True, on_delete=models.SET_NULL, related_name="responses")
    signed_at = models.DateTimeField(null=True, editable=False)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    signed_name = models.CharField(max_length=200, blank=True, editable=False, help_text="By the name of that day.")
    signed_hash = models.CharField(
        max_length=64, blank=True, editable=False, help_text="Of everything that was signed, recommendations too."
    )
    published_on = models.DateField(
        "published before this portal on",
        null=True,
        blank=True,
        help_text="Only where the response stood elsewhere before. Otherwise empty: the portal knows the day.",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-inspection__published_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(comments_by=None) | Q(invited_on=None) | Q(comments_by__gte=F("invited_on")),
                name="comments_are_asked_for_after_the_invitation",
                violation_error_message="The day for comments must not be before the invitation.",
            ),
            models.CheckConstraint(
                condition=~Q(comments_state="received") | Q(comments_received_on__isnull=False),
                name="received_comments_have_their_day",
                violation_error_message="Enter the day on which the comments came.",
            ),
        ]

    def __str__(self):
        return f"Response to {self.inspection}"

    def get_absolute_url(self):
        """The response's page on the desk."""
        return reverse("response", args=[self.pk])

    @property
    def is_signed(self):
        """Whether the commissioner has signed it; from then on its words stand, until somebody opens it again."""
        return self.signed_at is not None

    @property
    def is_open(self):
        """Whether its words may be changed: a published one that was opened again is changed for its next version."""
        return not self.is_signed

    @property
    def why_closed(self):
        """What to tell somebody who wants to change a signed response."""
        return "This response is signed. Open it again before you change it; the commissioner then signs it anew."


class Answer(models.Model):
    """What the response says about one recommendation: action taken or proposed, or why there is none (section 55(5B))."""

    class Kind(models.TextChoices):
        TAKEN = "taken", "Action taken"
        PROPOSED = "proposed", "Action proposed"
        NONE = "none", "No action, and why"

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(max_length=4000)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["recommendation__inspection", "recommendation__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["response", "recommendation"], name="a_recommendation_is_answered_once"),
            models.CheckConstraint(condition=~Q(text=""), name="an_answer_says_something"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.text[:60]}"


class Dispatch(models.Model):
    """That the published response was sent on (section 55(6)): to the Secretary of State, to the inspectorate."""

    class To(models.TextChoices):
        SECRETARY_OF_STATE = "secretary_of_state", "Secretary of State"
        INSPECTORATE = "inspectorate", "Inspectorate"

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="dispatches")
    to = models.CharField(max_length=20, choices=To)
    sent_on = models.DateField("sent on")
    how = models.CharField(max_length=200, blank=True, help_text="For instance: by e-mail, or with which letter.")

    class Meta:
        ordering = ["to"]
        constraints = [models.UniqueConstraint(fields=["response", "to"], name="a_response_is_sent_once_to_each")]

    def __str__(self):
        return f"{self.get_to_display()}: {self.sent_on:%-d %B %Y}"
