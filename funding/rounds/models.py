"""Funds, their rounds, and what a round asks of applicants and assessors."""

from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from opcc_portal.office.dates import today
from opcc_portal.office.models import Demonstrable
from scrutiny.plan.models import Priority

PENNY = Decimal("0.01")


def money_field(label, **options):
    """A sum in pounds, to the penny."""
    return models.DecimalField(label, max_digits=12, decimal_places=2, **options)


class Fund(Demonstrable):
    """A pot of money that the office awards grants from."""

    class Power(models.TextChoices):
        DISORDER = "disorder", "Police Reform and Social Responsibility Act 2011, section 9"
        VICTIMS = "victims", "Anti-social Behaviour, Crime and Policing Act 2014, section 143"

    name = models.CharField(
        max_length=200, unique=True, error_messages={"unique": "There is a fund of this name already."}
    )
    code = models.CharField(
        "short code", max_length=12, unique=True, help_text="References of awards begin with it: SCF-2026-0001."
    )
    slug = models.SlugField(max_length=120, unique=True)
    source = models.CharField(
        "where the money comes from", max_length=200, blank=True, help_text="For instance proceeds of crime."
    )
    legal_power = models.CharField("legal power", max_length=10, choices=Power, default=Power.DISORDER)
    maximum_grant = money_field(
        "largest grant, in pounds", null=True, blank=True, validators=[MinValueValidator(PENNY)]
    )
    decision_above = money_field(
        "a decision record is expected from, in pounds",
        null=True,
        blank=True,
        validators=[MinValueValidator(PENNY)],
        help_text="An award of this much or more without a decision record is pointed out.",
    )
    purpose = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """The fund's page on the desk."""
        return reverse("fund", args=[self.pk])


class RoundQuerySet(models.QuerySet):
    """Rounds, as applicants and officers look for them."""

    def open_to_the_public(self, date=None):
        """Those that take applications by the public form on that day."""
        date = date or today()
        return self.filter(public_form=True, decided_on=None, opens__lte=date, closes__gte=date)


class Round(Demonstrable):
    """One round of a fund: when it is open, how much there is, what it asks, who assesses."""

    LOADED_WITH = ("fund",)

    class Phase(models.TextChoices):
        PLANNED = "planned", "Not open yet"
        OPEN = "open", "Open for applications"
        ASSESSMENT = "assessment", "Closed, being assessed"
        DECIDED = "decided", "Decided"

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="rounds")
    label = models.CharField("name of the round", max_length=120)
    code = models.CharField(
        "short code", max_length=12, help_text="References of applications begin with it: SCF-R2-0001."
    )
    slug = models.SlugField(max_length=120)
    opens = models.DateField("first day for applications")
    closes = models.DateField("last day for applications")
    budget = money_field("budget, in pounds", validators=[MinValueValidator(PENNY)])
    allowance = models.DecimalField(
        "over-allocation allowed, in per cent",
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Some projects fall through; 10 means that awards may exceed the budget by a tenth.",
    )
    priorities = models.ManyToManyField(Priority, blank=True, related_name="rounds")
    guidance = models.TextField("what it funds", blank=True, help_text="Applicants read this.")
    conditions = models.TextField("conditions of every award", blank=True)
    declaration = models.TextField(
        blank=True, help_text="What applicants declare before they send: one sentence a line."
    )
    public_form = models.BooleanField("applications by the public form", default=True)
    returns_every = models.PositiveSmallIntegerField(
        "months between monitoring returns",
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text="Returns are due every so many months from the start of a project, and one month after its end.",
    )
    decided_on = models.DateField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-opens", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "code"],
                name="a_round_code_stands_once",
                violation_error_message="Another round of this fund has this code.",
            ),
            models.UniqueConstraint(
                fields=["fund", "slug"],
                name="a_round_address_stands_once",
                violation_error_message="Another round of this fund has this name.",
            ),
            models.CheckConstraint(
                condition=Q(closes__gte=F("opens")),
                name="a_round_closes_after_it_opens",
                violation_error_message="The last day must not be before the first day.",
            ),
        ]

    def __str__(self):
        return f"{self.fund.name}, {self.label}"

    def get_absolute_url(self):
        """The round's page on the desk."""
        return reverse("round", args=[self.pk])

    def phase_on(self, date):
        """Where the round stands on that day."""
        if self.decided_on and self.decided_on <= date:
            return self.Phase.DECIDED
        if date < self.opens:
            return self.Phase.PLANNED
        return self.Phase.OPEN if date <= self.closes else self.Phase.ASSESSMENT

    @property
    def phase(self):
        """Where the round stands today."""
        return self.phase_on(today())

    @property
    def is_open(self):
        """Whether applications may come in today."""
        return self.phase == self.Phase.OPEN

    @property
    def is_decided(self):
        """Whether its outcome is decided, so that nothing in it is scored or ranked any more."""
        return self.decided_on is not None

    @property
    def most(self):
        """The most that may be awarded: the budget with the over-allocation allowed, in pounds."""
        return (self.budget * (100 + self.allowance) / 100).quantize(PENNY, ROUND_HALF_UP)

    def is_shared_with(self, user):
        """Its panel sees it."""
        return any(member.user_id == user.pk for member in self.panel.all())


class PanelMember(models.Model):
    """Somebody who assesses the applications of a round."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="panel")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="panels")
    is_chair = models.BooleanField("chairs the panel", default=False)
    interests_declared_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-is_chair", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "user"], name="a_panel_names_somebody_once")]

    def __str__(self):
        return f"{self.user}, {self.round}"


class Criterion(models.Model):
    """Something that every application of a round is scored for, from 0 to `maximum`."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=160)
    guidance = models.TextField(blank=True)
    maximum = models.PositiveSmallIntegerField(
        "most points", default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    weight = models.DecimalField(
        max_digits=4, decimal_places=2, default=1, validators=[MinValueValidator(PENNY), MaxValueValidator(10)]
    )

    class Meta:
        ordering = ["round", "position", "pk"]
        verbose_name_plural = "criteria"
        constraints = [models.UniqueConstraint(fields=["round", "title"], name="a_criterion_stands_once")]

    def __str__(self):
        return self.title


class EligibilityQuestion(models.Model):
    """Something that must hold before an application of the round is assessed at all."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="eligibility")
    position = models.PositiveSmallIntegerField(default=1)
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["round", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "text"], name="an_eligibility_question_stands_once")]

    def __str__(self):
        return self.text
