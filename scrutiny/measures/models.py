"""The quarterly statement on national measures: how the force contributes to each, which apply, and why others do not.

Specified Information Order 2011, paragraph 7A, inserted by SI 2021/547. The national measures change with governments,
so a set of them is data with a first and a last day, and every statement names the set that it was written under.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from opcc_portal.office.dates import today
from scrutiny.indicators.models import Indicator
from scrutiny.measures.quarters import Quarter
from scrutiny.workflow.models import PUBLIC_STATES, Document, State


class MeasureSet(models.Model):
    """The national measures of one time."""

    name = models.CharField(max_length=200, unique=True)
    starts = models.DateField("first day")
    ends = models.DateField("last day", null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)
    url = models.URLField("address of the source", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-starts", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=F("starts")),
                name="a_measure_set_ends_after_it_starts",
                violation_error_message="The last day must not be before the first day.",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """Its page on the desk."""
        return reverse("measure-set", args=[self.pk])

    @classmethod
    def on(cls, day):
        """The set in force on that day, or None."""
        return cls.objects.filter(Q(ends=None) | Q(ends__gte=day), starts__lte=day).first()

    @classmethod
    def of_quarter(cls, quarter):
        """The set under which the statement of a quarter is written: in force on its last day, else in it at all; or None."""
        return cls.on(quarter.last) or cls.on(quarter.first)

    @property
    def is_in_use(self):
        """Whether a signed or public statement speaks of its measures, so that their words have to stay."""
        return self.statements.exclude(signed_at=None, state__in=[State.DRAFT, State.IN_REVIEW]).exists()

    @property
    def days_in_words(self):
        """From 31 May 2021; from 31 May 2021 to 31 March 2026."""
        since = f"From {self.starts:%-d %B %Y}"
        return f"{since} to {self.ends:%-d %B %Y}" if self.ends else since


class Measure(models.Model):
    """One national measure of a set."""

    measure_set = models.ForeignKey(MeasureSet, on_delete=models.CASCADE, related_name="measures")
    position = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=200)
    description = models.TextField(max_length=1000, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title


class StatementQuerySet(models.QuerySet):
    """Statements, as the office looks for them."""

    def for_pages(self):
        """With their lines and the measures of their sets at hand."""
        return self.select_related("measure_set", "signed_by").prefetch_related("lines", "measure_set__measures")

    def to_sign(self, day=None):
        """Unsigned ones of quarters that are over, with every measure of their set answered."""
        said = StatementLine.objects.filter(
            measure=models.OuterRef("pk"), statement=models.OuterRef(models.OuterRef("pk"))
        )
        measures = Measure.objects.filter(measure_set=models.OuterRef("measure_set"))
        unanswered = measures.exclude(models.Exists(said.exclude(text="")))
        ready = self.filter(signed_at=None, quarter_start__lt=Quarter.of(day or today()).first)
        return ready.filter(models.Exists(measures)).exclude(models.Exists(unanswered))


class MeasuresStatement(Document):
    """The statement of one quarter. Signed it is frozen; published it satisfies the duty of that quarter."""

    LOADED_WITH = ("measure_set",)

    quarter_start = models.DateField("quarter", unique=True, help_text="First day of a calendar quarter.")
    measure_set = models.ForeignKey(MeasureSet, on_delete=models.PROTECT, related_name="statements")
    introduction = models.TextField(max_length=4000, blank=True)
    signed_at = models.DateTimeField(null=True, editable=False)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["-quarter_start"]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by=None) | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="a_signed_statement_has_who_and_when",
            )
        ]

    def __str__(self):
        return f"National measures, {self.quarter_in_words}"

    def clean(self):
        """A quarter begins in January, April, July or October, with the first day of the month."""
        if self.quarter_start and self.quarter_start != Quarter.of(self.quarter_start).first:
            raise ValidationError({"quarter_start": "Enter the first day of a quarter."})

    def get_absolute_url(self):
        """The statement's page on the desk."""
        return reverse("measures-statement", args=[self.pk])

    @property
    def quarter(self):
        """The quarter that it speaks of."""
        return Quarter.of(self.quarter_start)

    @property
    def quarter_in_words(self):
        """October to December 2017."""
        return self.quarter.in_words

    @property
    def is_signed(self):
        """Whether it may not be changed now. One that is public already can be opened again for its next version."""
        return self.signed_at is not None

    @property
    def is_open(self):
        """Whether its text may be changed."""
        return not self.is_signed

    @property
    def has_been_public(self):
        """Whether the public has read some version of it."""
        return self.state in PUBLIC_STATES

    @property
    def state_in_words(self):
        """To be signed; Signed; Published; Published, a new version is being written."""
        if not self.has_been_public:
            return "Signed" if self.is_signed else "To be signed"
        words = self.get_state_display()
        return words if self.is_signed else f"{words}, a new version is being written"

    @property
    def unanswered(self):
        """The measures of which it says nothing yet, in their order. Asks for the lines of all of them."""
        said = {line.measure_id: line for line in self.lines.all()}
        measures = self.measure_set.measures.all()
        return [each for each in measures if each.pk not in said or not said[each.pk].text.strip()]

    def why_not_to_sign(self, day=None):
        """Why it cannot be signed yet, in words for people; empty when it can."""
        if not self.quarter.is_over(day):
            return f"The quarter is not over yet: it ends on {self.quarter.last:%-d %B %Y}."
        if not self.measure_set.measures.all():
            return "Its set has no measures yet."
        if missing := self.unanswered:
            return f"Nothing is said yet of: {'; '.join(each.title for each in missing)}."
        return ""


class StatementLine(models.Model):
    """What a statement says about one measure: the contribution, or why the measure does not apply."""

    statement = models.ForeignKey(MeasuresStatement, on_delete=models.CASCADE, related_name="lines")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="lines")
    applies = models.BooleanField("applies to this force", default=True)
    text = models.TextField("contribution, or why it does not apply", max_length=4000, blank=True)
    indicators = models.ManyToManyField(Indicator, blank=True, related_name="statement_lines")

    class Meta:
        ordering = ["measure__position", "pk"]
        constraints = [models.UniqueConstraint(fields=["statement", "measure"], name="a_measure_is_spoken_of_once")]

    def __str__(self):
        return f"{self.measure}: {self.text[:60]}"
