"""What many documents share."""

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils import timezone

from opcc_portal.files.models import Upload
from opcc_portal.office.dates import today
from scrutiny.meetings.models import AgendaItem, Meeting
from scrutiny.people.models import Organisation, Person, Post
from scrutiny.workflow.models import Restrictable


class Attachment(Restrictable):
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


class ActionQuerySet(models.QuerySet):
    """Actions, as the office speaks of them."""

    def visible_to(self, user):
        """All of them for the office; for the force those that it owns, alone or with everybody."""
        if not user.works_for_force:
            return self
        of_force = ActionOwner.objects.filter(organisation__kind=Organisation.Kind.FORCE)
        return self.filter(Q(owned_by_all=True) | Q(pk__in=of_force.values("action")))

    def real(self):
        """Without those that turned out not to be actions."""
        return self.exclude(status=Action.Status.WITHDRAWN)

    def open(self):
        """Still to be done; proposed closed is still open until the office closes it."""
        return self.filter(status__in=Action.STILL_OPEN)

    def overdue(self):
        """Open, and the day has passed."""
        return self.open().filter(due__lt=today())

    def proposed(self):
        """Done, as the owners say; the office has not closed them."""
        return self.filter(status=Action.Status.PROPOSED)

    def most_urgent_first(self):
        """Overdue first, then what is open by due day, without a day last; then what is closed."""
        settled = Case(When(status__in=Action.STILL_OPEN, then=0), default=1)
        return self.order_by(settled, F("due").asc(nulls_last=True), "raised_on", "pk")

    def arising_at(self, meeting):
        """Raised in earlier meetings of the series and not closed when this one began: its matters arising."""
        earlier = Q(meeting__date__lt=meeting.date)
        if meeting.starts:
            earlier |= Q(meeting__date=meeting.date, meeting__starts__lt=meeting.starts)
        closed_before = Q(status=Action.Status.CLOSED, closed_on__lt=meeting.date)
        return self.real().filter(earlier, meeting__series=meeting.series_id).exclude(closed_before)


class Action(models.Model):
    """Something that somebody is to do, mostly agreed in a meeting. Referred to as item and number: 5/1."""

    LOADED_WITH = ("meeting__series", "item", "closed_in", "entry__minuted_item__minutes")

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        PROPOSED = "proposed", "Proposed closed"
        CLOSED = "closed", "Closed"
        WITHDRAWN = "withdrawn", "No longer an action"

    STILL_OPEN = (Status.OPEN, Status.PROPOSED)

    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    item = models.ForeignKey(AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    number = models.PositiveSmallIntegerField(editable=False)
    reference = models.CharField(max_length=60, editable=False, help_text="As the minutes print it: 5/1.")
    text = models.TextField()
    owned_by_all = models.BooleanField("everybody", default=False)
    due = models.DateField(null=True, blank=True)
    due_as_said = models.CharField(max_length=80, blank=True, help_text="For instance: next meeting.")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN, editable=False)
    raised_on = models.DateField()
    closed_on = models.DateField(null=True, editable=False)
    closed_in = models.ForeignKey(
        Meeting, null=True, editable=False, on_delete=models.PROTECT, related_name="actions_closed"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="an_action_has_its_number"),
            models.CheckConstraint(
                condition=Q(status="closed", closed_on__isnull=False)
                | (~Q(status="closed") & Q(closed_on__isnull=True)),
                name="a_closed_action_has_its_day",
            ),
        ]

    def __str__(self):
        return f"{self.reference} {self.text[:80]}".strip()

    def get_absolute_url(self):
        """The action's page on the desk."""
        return reverse("action", args=[self.pk])

    def is_shared_with(self, user):
        """The force sees and updates what it owns, alone or with everybody."""
        return self.owned_by_all or any(
            owner.organisation and owner.organisation.kind == Organisation.Kind.FORCE
            for owner in self.owners.select_related("organisation")
        )

    @property
    def is_open(self):
        """Still to be done."""
        return self.status in self.STILL_OPEN

    @property
    def is_overdue(self):
        """Open, and the day has passed."""
        return self.is_open and self.due is not None and self.due < today()

    @property
    def state_in_words(self):
        """Overdue; Open; Proposed closed, overdue; Closed on 5 February 2018."""
        if self.closed_on:
            return f"Closed on {self.closed_on:%-d %B %Y}"
        if not self.is_overdue:
            return self.get_status_display()
        return "Overdue" if self.status == self.Status.OPEN else f"{self.get_status_display()}, overdue"

    @property
    def due_in_words(self):
        """28 February 2018; what was said where no day follows from it; empty without either."""
        return f"{self.due:%-d %B %Y}" if self.due else self.due_as_said

    @property
    def owners_in_words(self):
        """ACC Foster and Jayne Sykes; All; empty where nobody is named yet."""
        if self.owned_by_all:
            return "All"
        names = [owner.name for owner in self.owners.all()]
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

    @property
    def lacks(self):
        """What is missing before the minutes can be approved: "owner", "due date"."""
        has_owner = self.owned_by_all or bool(self.owners.all())
        return [word for word, there in (("owner", has_owner), ("due date", self.due is not None)) if not there]


class ActionOwner(models.Model):
    """Who is to do it: a person by the name used that day, or a post whoever holds it."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="owners")
    position = models.PositiveSmallIntegerField(default=1)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="actions_owned")
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="actions_owned")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="actions_owned"
    )
    name = models.CharField("as the minutes call them", max_length=200)

    class Meta:
        ordering = ["action", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["action", "name"], name="an_owner_is_named_once")]

    def __str__(self):
        return self.name


class ActionUpdate(models.Model):
    """One line of an action's history: what was said or changed, by whom, when, in which meeting. Never changed."""

    class Kind(models.TextChoices):
        RAISED = "raised", "Raised"
        NOTE = "note", "Update"
        TEXT = "text", "Wording changed"
        OWNERS = "owners", "Owners changed"
        DUE = "due", "Due date changed"
        PROPOSED = "proposed", "Proposed closed"
        CLOSED = "closed", "Closed"
        REOPENED = "reopened", "Opened again"
        WITHDRAWN = "withdrawn", "No longer an action"

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="updates")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(max_length=5000, blank=True)
    before = models.TextField(blank=True, editable=False)
    after = models.TextField(blank=True, editable=False)
    evidence = models.ForeignKey(
        Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="action_updates"
    )
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="action_updates")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.action}"


class DecisionCounter(models.Model):
    """The last number given to a decision in a year. Its row is locked while a decision is signed: no gaps, no doubles."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.year}: {self.last}"


class DecisionQuerySet(models.QuerySet):
    """Decisions, as the office speaks of them."""

    def real(self):
        """Without those that turned out not to be decisions."""
        return self.exclude(status=Decision.Status.WITHDRAWN)

    def to_sign(self):
        """Written down and waiting for the commissioner."""
        return self.filter(status=Decision.Status.DRAFT)


class Decision(Restrictable):
    """A decision record, separate from the narrative of the meeting where it was made (Specified Information Order).

    The number is taken when it is signed; the day of signing is not the day of the decision.
    """

    LOADED_WITH = ("meeting__series", "item", "signed_by", "entry__minuted_item__minutes", "restriction")

    class Status(models.TextChoices):
        DRAFT = "draft", "To be signed"
        SIGNED = "signed", "Signed"
        WITHDRAWN = "withdrawn", "No longer a decision"

    READS_DIFFERENTLY = "The minutes now read differently from the signed decision"

    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    item = models.ForeignKey(AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    title = models.CharField(max_length=200, blank=True)
    decided = models.TextField("what is decided")
    reasons = models.TextField(blank=True)
    maker = models.CharField("who decides", max_length=200, blank=True)
    decided_on = models.DateField("date of the decision")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    year = models.PositiveSmallIntegerField(null=True, editable=False)
    number = models.PositiveIntegerField(null=True, editable=False)
    signed_on = models.DateField(null=True, editable=False)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="decisions_signed"
    )
    signed_name = models.CharField("signed as", max_length=200, blank=True, editable=False)
    minutes_said = models.TextField(
        blank=True, editable=False, help_text="What the minutes said when the record last looked; kept when signed."
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = [F("year").desc(nulls_first=True), "-number", "-decided_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="a_decision_number_is_given_once"),
            models.CheckConstraint(
                condition=Q(
                    status="signed",
                    year__isnull=False,
                    number__isnull=False,
                    signed_on__isnull=False,
                    signed_by__isnull=False,
                )
                | (~Q(status="signed") & Q(year__isnull=True, number__isnull=True, signed_on__isnull=True)),
                name="a_decision_is_numbered_when_signed",
            ),
        ]

    def __str__(self):
        return f"{self.reference} {self.title or self.decided[:80]}".strip()

    def get_absolute_url(self):
        """The decision's page on the desk."""
        return reverse("decision", args=[self.pk])

    @property
    def reference(self):
        """2018/001 once it is signed."""
        return f"{self.year}/{self.number:03}" if self.number else ""

    @property
    def is_draft(self):
        """Still to be signed, and so open."""
        return self.status == self.Status.DRAFT

    @property
    def is_signed(self):
        """Signed, and so closed."""
        return self.status == self.Status.SIGNED

    @property
    def source(self):
        """The minute entry it was written down with; None for a decision outside a meeting's minutes."""
        return getattr(self, "entry", None)

    @property
    def flags(self):
        """What somebody should know about a signed record beside the minutes that it came from."""
        source = self.source
        if source is None or not self.is_signed:
            return []
        if source.deleted or source.kind != "decision":
            return ["The minutes no longer hold this signed decision"]
        return [self.READS_DIFFERENTLY] if source.text != self.minutes_said else []

    @property
    def lacks(self):
        """What is missing before it can be signed: "title", "what is decided", "who decides"."""
        words = (("title", self.title), ("what is decided", self.decided), ("who decides", self.maker))
        return [word for word, there in words if not there]
