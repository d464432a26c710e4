"""Awards, every state in which they were known, payments, and monitoring returns."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from funding.applications.models import Application
from funding.rounds.models import PENNY, Fund, Round, money_field
from opcc_portal.files.models import Upload
from opcc_portal.office.dates import today
from opcc_portal.office.models import Demonstrable
from scrutiny.indicators.models import Area
from scrutiny.people.models import Organisation
from scrutiny.plan.models import Priority
from scrutiny.register.models import Decision
from scrutiny.workflow.models import Restrictable


class AwardCounter(models.Model):
    """The last number given to an award of a fund in a year. Its row is locked meanwhile: no gaps, no doubles."""

    fund = models.ForeignKey(Fund, on_delete=models.CASCADE, related_name="counters")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fund", "year"], name="a_fund_counts_once_a_year")]

    def __str__(self):
        return f"{self.fund} {self.year}: {self.last}"


class Status(models.TextChoices):
    """What became of an award."""

    ACTIVE = "active", "Under way"
    COMPLETED = "completed", "Completed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Award(Restrictable, Demonstrable):
    """A grant that was awarded, as it is known now. `revisions` hold every state in which it was known.

    Written by `funding.awards.operations` only. Sources: Police Reform and Social Responsibility Act 2011, section 9;
    Specified Information Order 2011, paragraph 3(f): recipient, purpose, conditions, and the reasons why the body
    considers that the grant will secure crime and disorder reduction.
    """

    LOADED_WITH = ("fund", "round", "recipient", "area", "priority", "decision", "application", "restriction")

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="awards")
    round = models.ForeignKey(Round, null=True, blank=True, on_delete=models.PROTECT, related_name="awards")
    application = models.OneToOneField(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="award"
    )
    reference = models.CharField(max_length=40, unique=True, editable=False, help_text="SCF-2026-0001.")
    recipient = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="awards")
    individual = models.CharField(
        "name of the person", max_length=200, blank=True, help_text="Only where it goes to a person. Never public."
    )
    title = models.CharField("name of the project", max_length=140)
    purpose = models.TextField("what the money is for", max_length=5000)
    reasons = models.TextField("how it reduces crime and disorder", max_length=5000)
    conditions = models.TextField(max_length=5000, blank=True)
    without_conditions = models.BooleanField("there are no conditions", default=False)
    amount = money_field("amount, in pounds", validators=[MinValueValidator(PENNY)])
    applied_for = money_field("amount asked for, in pounds", null=True, blank=True)
    awarded_on = models.DateField("date of the award", db_index=True)
    starts = models.DateField("first day", null=True, blank=True)
    ends = models.DateField("last day", null=True, blank=True)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="awards")
    priority = models.ForeignKey(Priority, null=True, blank=True, on_delete=models.PROTECT, related_name="awards")
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="awards")
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE, editable=False)
    with_pdf = models.BooleanField("publish a PDF with this award", default=False, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-awarded_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, individual="") | (Q(recipient__isnull=True) & ~Q(individual="")),
                name="an_award_has_one_recipient",
            ),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="an_award_ends_after_it_starts",
                violation_error_message="The last day must not be before the first day.",
            ),
            models.CheckConstraint(
                condition=Q(without_conditions=False) | Q(conditions=""),
                name="an_award_has_conditions_or_none",
                violation_error_message="Either write the conditions or say that there are none.",
            ),
        ]
        indexes = [models.Index(fields=["fund", "-awarded_on"], name="awards_of_a_fund")]

    def __str__(self):
        return f"{self.reference} {self.title}"

    def get_absolute_url(self):
        """The award's page on the desk."""
        return reverse("award", args=[self.pk])

    @property
    def is_individual(self):
        """Whether it goes to a person."""
        return self.recipient_id is None


class AwardRevision(models.Model):
    """One state in which an award was known: from `known_on` until the day before `known_to` (empty: still).

    Totals of any day are sums over these rows. A row says the whole of what counts and is never changed, but closed
    when the next one begins.
    """

    class Kind(models.TextChoices):
        MADE = "made", "Awarded"
        VARIED = "varied", "Varied"
        COMPLETED = "completed", "Completed"
        WITHDRAWN = "withdrawn", "Withdrawn"
        CORRECTED = "corrected", "Record corrected"

    award = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="revisions")
    n = models.PositiveSmallIntegerField("number")
    kind = models.CharField(max_length=10, choices=Kind)
    known_on = models.DateField()
    known_to = models.DateField(null=True, editable=False)
    effective_on = models.DateField("with effect from")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, null=True, on_delete=models.PROTECT, related_name="+")
    priority = models.ForeignKey(Priority, null=True, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    awarded_on = models.DateField()
    amount = money_field("amount, in pounds")
    status = models.CharField(max_length=10, choices=Status)
    is_demonstration = models.BooleanField(default=False)
    changes = models.JSONField(default=list, help_text="[[field in words, before, after], ...].")
    reason = models.TextField(blank=True)
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["award", "n"]
        constraints = [
            models.UniqueConstraint(fields=["award", "n"], name="an_award_revision_has_its_number"),
            models.UniqueConstraint(
                fields=["award"], condition=Q(known_to__isnull=True), name="an_award_is_known_in_one_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["fund", "known_to", "known_on", "status", "is_demonstration", "amount", "recipient"],
                name="totals_of_a_fund",
            ),
            models.Index(
                fields=["round", "known_to", "known_on", "status", "is_demonstration", "amount", "recipient"],
                name="totals_of_a_round",
            ),
            models.Index(
                fields=["priority", "known_to", "known_on", "status", "is_demonstration", "amount", "recipient"],
                name="totals_of_a_priority",
            ),
        ]

    def __str__(self):
        return f"{self.award.reference}, {self.get_kind_display()} on {self.effective_on:%-d %B %Y}"


class Payment(models.Model):
    """Money that goes to the recipient, or comes back. Planned until `paid_on` is set."""

    class Kind(models.TextChoices):
        PAYMENT = "payment", "Payment"
        REPAYMENT = "repayment", "Repayment"

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="payments")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PAYMENT)
    amount = money_field("amount, in pounds", validators=[MinValueValidator(PENNY)])
    due_on = models.DateField("due on")
    paid_on = models.DateField("paid on", null=True, blank=True)
    reference = models.CharField("payment reference", max_length=80, blank=True)
    note = models.CharField(max_length=300, blank=True)
    cancelled = models.CharField("why it is not paid any more", max_length=300, blank=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT)
    version = models.PositiveIntegerField(default=1, editable=False)

    LOADED_WITH = ("award__fund", "award__recipient", "award__restriction")

    class Meta:
        ordering = ["award", "due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_payment_is_of_something"),
            models.CheckConstraint(
                condition=Q(paid_on__isnull=True) | Q(cancelled=""), name="what_is_paid_is_not_cancelled"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} of £{self.amount:,.2f}, {self.award.reference}"

    def get_absolute_url(self):
        """Its page on the desk."""
        return reverse("payment", args=[self.pk])

    @property
    def is_paid(self):
        """Whether the money has moved."""
        return self.paid_on is not None

    @property
    def is_planned(self):
        """Neither paid nor cancelled."""
        return self.paid_on is None and not self.cancelled

    @property
    def is_overdue(self):
        """Planned for a day that has passed."""
        return self.is_planned and self.due_on < today()


class ReturnQuerySet(models.QuerySet):
    """Monitoring returns, as the office speaks of them."""

    def awaited(self):
        """Neither received nor waived."""
        return self.filter(received_on=None, waived="")

    def overdue(self):
        """Awaited, and the day has passed."""
        return self.awaited().filter(due_on__lt=today())

    def to_accept(self):
        """Received, and nobody has said yet that they will do."""
        return self.filter(received_on__isnull=False, accepted_on=None)


class MonitoringReturn(models.Model):
    """What a recipient has to report on a day: asked for, received, accepted."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="returns")
    title = models.CharField(max_length=160)
    due_on = models.DateField("due on")
    received_on = models.DateField("received on", null=True, blank=True)
    spent = money_field("spent so far, in pounds", null=True, blank=True, validators=[MinValueValidator(0)])
    people_reached = models.PositiveIntegerField("people reached", null=True, blank=True)
    outcome = models.TextField("what came of it", max_length=5000, blank=True)
    upload = models.ForeignKey(
        Upload, null=True, blank=True, on_delete=models.PROTECT, related_name="monitoring_returns"
    )
    accepted_on = models.DateField(null=True, blank=True)
    waived = models.CharField("why it is not asked for any more", max_length=300, blank=True)
    reminded_on = models.DateField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    LOADED_WITH = ("award__fund", "award__recipient", "award__application__round", "award__restriction", "upload")

    objects = ReturnQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["award", "due_on", "title"], name="a_return_is_asked_for_once")]

    def __str__(self):
        return f"{self.title}, {self.award.reference}"

    def get_absolute_url(self):
        """Its page on the desk."""
        return reverse("monitoring-return", args=[self.pk])

    @property
    def state_in_words(self):
        """Where it stands."""
        if self.waived:
            return "Not asked for any more"
        if self.accepted_on:
            return "Accepted"
        if self.received_on:
            return "To be accepted"
        return "Overdue" if self.is_overdue else "Awaited"

    @property
    def is_awaited(self):
        """Neither received nor waived."""
        return self.received_on is None and not self.waived

    @property
    def is_overdue(self):
        """Awaited, and the day has passed."""
        return self.is_awaited and self.due_on < today()
