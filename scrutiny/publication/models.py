"""What publishing needs beside the Editions: what the gate looks for, candidates, rows derived for lists and search."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from opcc_portal.office.dates import today
from scrutiny.meetings.models import Meeting
from scrutiny.workflow.models import Document, Edition, PublicationClass, Versioned

# --- What the gate looks for -------------------------------------------------------------------------------------------


class WithheldName(models.Model):
    """A name that must not appear in anything published: a victim, a witness, somebody with a reason. For the desk alone."""

    name = models.CharField(max_length=200, unique=True)
    why = models.TextField(max_length=1000)
    until = models.DateField(null=True, blank=True, help_text="Empty: for good.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def is_in_force(self):
        """Still to be withheld."""
        return self.until is None or self.until >= today()


class PreElectionPeriod(models.Model):
    """The weeks before an election, in which publishing needs a reason."""

    name = models.CharField(max_length=200, help_text="For instance: police and crime commissioner election.")
    starts = models.DateField("first day")
    ends = models.DateField("last day")

    class Meta:
        ordering = ["-starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")),
                name="a_period_ends_after_it_starts",
                violation_error_message="The last day must not be before the first day.",
            )
        ]

    def __str__(self):
        return f"{self.name}, {self.starts:%-d %B %Y} to {self.ends:%-d %B %Y}"

    @classmethod
    def on(cls, day):
        """The period that includes the day, or None."""
        return cls.objects.filter(starts__lte=day, ends__gte=day).first()


class Acceptance(models.Model):
    """The reason that a person gave why something may be published although the gate warned of it.

    It counts for exactly this finding (`fingerprint`), as long as nothing about it changes.
    """

    subject = models.CharField(max_length=100, db_index=True, help_text="What is published: app.model:pk.")
    check_code = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=64)
    reason = models.TextField(max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["subject", "fingerprint"], name="a_finding_is_explained_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="an_acceptance_has_its_reason"),
        ]

    def __str__(self):
        return f"{self.check_code}: {self.reason[:60]}"


class Candidate(models.Model):
    """What was made ready and checked for publishing: the documents by their hashes, and what each check found.

    It stands for one exact input: once anything has changed, another candidate is made.
    """

    subject = models.CharField(max_length=100, help_text="What is published: app.model:pk.")
    input_hash = models.CharField(max_length=64)
    documents = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    findings = models.JSONField(default=list)
    passed = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at"]
        constraints = [models.UniqueConstraint(fields=["subject", "input_hash"], name="a_candidate_is_checked_once")]

    def __str__(self):
        return f"{self.subject} {self.input_hash[:12]}"


# --- What lists and search read; derived from Editions in the transaction that publishes them ------------------------------


class RegisterLine(models.Model):
    """One line of a public register: an action, a decision, or a correction, as its Edition has it.

    `target` (the subject of a publication) and `target_file` (the slug of one of its files) say what a correction puts
    right.
    """

    class Register(models.TextChoices):
        ACTION = "action", "Action"
        CORRECTION = "correction", "Correction"
        DECISION = "decision", "Decision"
        INDICATOR = "indicator", "Indicator"
        INSPECTION = "inspection", "Inspection"
        RESPONSE = "response", "Response to an inspection"

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="lines")
    register = models.CharField(max_length=12, choices=Register)
    reference = models.CharField(max_length=60, blank=True)
    date = models.DateField()
    text = models.TextField()
    data = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    target = models.CharField(max_length=100, blank=True, db_index=True)
    target_file = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-date", "-edition__number", "pk"]
        indexes = [models.Index(fields=["register", "-date"], name="lines_by_register_and_day")]

    def __str__(self):
        return f"{self.reference} {self.text[:60]}".strip()


class SearchEntry(models.Model):
    """One thing that search can find. The words are indexed by the database itself; see the migration `search`."""

    kind = models.CharField(max_length=20, db_index=True)
    url = models.CharField(max_length=300)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    date = models.DateField(null=True, db_index=True)
    people = models.TextField(blank=True, help_text="Names, one a line.")
    priority = models.CharField(max_length=250, blank=True, db_index=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.title


class PublicSearchEntry(SearchEntry):
    """One part of an Edition that anybody may find."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="search_entries")

    class Meta:
        verbose_name_plural = "public search entries"


class StaffSearchEntry(SearchEntry):
    """One record of the desk; who may find it is asked by `capability`, and for the force by what is shared with it."""

    subject = models.CharField(max_length=100, db_index=True)
    capability = models.CharField(max_length=40)

    class Meta:
        verbose_name_plural = "staff search entries"
        constraints = [models.UniqueConstraint(fields=["subject"], name="a_record_is_found_once")]


# --- Pages of the site that belong to no meeting -----------------------------------------------------------------------------


class SitePage(Document, Versioned):
    """A page of the public site that the office writes itself, or a document that it puts under a publication class.

    The accessibility statement is one (Public Sector Bodies Accessibility Regulations 2018, regulation 8); so are the
    contact and privacy pages and every policy. With a file, the page is what introduces it.
    """

    VERSIONED = ("title", "summary", "body")
    LOADED_WITH = ("scheme_class", "upload")

    slug = models.SlugField(max_length=80, unique=True, error_messages={"unique": "Another page has this address."})
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=300, blank=True)
    body = models.TextField("text", blank=True)
    scheme_class = models.ForeignKey(
        PublicationClass, null=True, blank=True, on_delete=models.PROTECT, related_name="pages", verbose_name="class"
    )
    upload = models.ForeignKey(
        "opcc_portal.Upload", null=True, blank=True, on_delete=models.PROTECT, related_name="site_pages"
    )
    review_on = models.DateField("look at it again on", null=True, blank=True)

    class Meta:
        ordering = ["title"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """Where it is written."""
        return reverse("site-page", args=[self.pk])


class Pack(models.Model):
    """The pack of one meeting: agenda and all papers as one PDF. The definition is the agenda; this row names the act."""

    LOADED_WITH = ("meeting__series",)

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="pack")

    def __str__(self):
        return f"Pack of {self.meeting}"

    def get_absolute_url(self):
        """Where it is built and published."""
        return reverse("pack", args=[self.meeting_id])


class ActionsRegister(models.Model):
    """The public register of actions as a document: one row, published again when actions have moved on."""

    slug = models.SlugField(max_length=20, unique=True, default="actions")

    def __str__(self):
        return "Register of actions"

    def get_absolute_url(self):
        """Where it is read and published."""
        return reverse("publish", args=["actions", self.pk])


class StaffIndexState(models.Model):
    """One row: how far the staff's search index has followed the audit trail and the revisions."""

    followed_to = models.DateTimeField()
    revision = models.PositiveBigIntegerField(default=0)

    def __str__(self):
        return f"{self.followed_to:%Y-%m-%d %H:%M}"
