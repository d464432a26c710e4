"""What is counted to know whether a priority is delivered: indicators, their areas, and every figure with its revisions.

A figure is an `Observation`; it holds its last `ObservationRevision` and nothing else decides its value. Revisions are only
ever added: the database refuses to change or delete one (see `append_only`). So the portal can say what was known on any day.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from opcc_portal.files.models import Upload
from opcc_portal.office.models import Demonstrable
from scrutiny.indicators.periods import Frequency, Period
from scrutiny.people.models import Post
from scrutiny.plan.models import Priority


class Area(Demonstrable):
    """A place that figures speak of: the nation, a region, the force's area, one of its districts."""

    class Kind(models.TextChoices):
        NATIONAL = "national", "Nation"
        REGION = "region", "Region"
        FORCE = "force", "Police force area"
        DISTRICT = "district", "District"

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    gss_code = models.CharField("code of the Office for National Statistics", max_length=9, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="an_area_ends_after_it_starts",
            ),
            models.UniqueConstraint(fields=["gss_code"], condition=~Q(gss_code=""), name="a_code_belongs_to_one_area"),
        ]

    def __str__(self):
        return self.name


class ComparatorGroup(Demonstrable):
    """Forces that are compared with each other, for instance a most similar group. Who belongs to it changes over time."""

    name = models.CharField(max_length=160, unique=True)
    note = models.TextField(blank=True, help_text="Who drew it up, and by what.")

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def areas_on(self, day):
        """The areas that belong to it on that day."""
        held = self.memberships.filter(Q(starts__isnull=True) | Q(starts__lte=day))
        return Area.objects.filter(memberships__in=held.filter(Q(ends__isnull=True) | Q(ends__gte=day))).distinct()


class ComparatorMembership(models.Model):
    """An area in a group of comparators, from and to a day; empty: not known, or still."""

    group = models.ForeignKey(ComparatorGroup, on_delete=models.CASCADE, related_name="memberships")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="memberships")
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["group", "area"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="a_membership_ends_after_it_starts",
            )
        ]

    def __str__(self):
        return f"{self.area} in {self.group}"


class Population(models.Model):
    """How many people live in an area, in the middle of a year, by one release of the statistics."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="populations")
    year = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField()
    source = models.CharField(max_length=250, help_text="The release that it is taken from.")

    class Meta:
        ordering = ["area", "-year"]
        constraints = [models.UniqueConstraint(fields=["area", "year", "source"], name="a_release_counts_people_once")]

    def __str__(self):
        return f"{self.area}, {self.year}: {self.people:,}"


class IndicatorQuerySet(models.QuerySet):
    """Indicators, as people look for them."""

    def in_use(self, day):
        """Those that are followed on that day."""
        return self.filter(Q(active_from__isnull=True) | Q(active_from__lte=day)).filter(
            Q(active_to__isnull=True) | Q(active_to__gte=day)
        )


class Indicator(Demonstrable):
    """What is counted for a priority, by whom it is owned, and how its figures are to be read.

    Direction, target and baseline may be missing: a plan that sets none is not given one.
    """

    LOADED_WITH = ("priority__plan", "owner__organisation", "headline_area")

    class Unit(models.TextChoices):
        COUNT = "count", "Number"
        PERCENT = "percent", "Per cent"
        RATE = "rate", "Rate per 1,000 people"
        POUNDS = "pounds", "Pounds"

    class Direction(models.TextChoices):
        UP = "up", "A rise is good"
        DOWN = "down", "A fall is good"
        NEUTRAL = "neutral", "Neither is good or bad in itself"

    priority = models.ForeignKey(Priority, on_delete=models.CASCADE, related_name="indicators")
    title = models.CharField("name", max_length=250)
    slug = models.SlugField(max_length=120, unique=True)
    position = models.PositiveSmallIntegerField(default=1)
    in_plan = models.BooleanField(
        "named in the plan", default=True, help_text="Others are followed beside those that the plan names."
    )
    question = models.CharField(
        "the question it answers", max_length=250, blank=True, help_text="In plain words, as a reader would ask it."
    )
    sources = models.CharField("where it is recorded", max_length=250, blank=True)
    source_name = models.CharField("publisher or system", max_length=200, blank=True)
    source_url = models.URLField("address of the source", blank=True, max_length=500)
    attribution = models.CharField(
        max_length=300, blank=True, help_text="Printed beside the figures, for instance the licence."
    )
    owner = models.ForeignKey(
        Post, null=True, blank=True, on_delete=models.PROTECT, related_name="indicators", verbose_name="owner (a post)"
    )
    frequency = models.CharField(max_length=16, choices=Frequency, default=Frequency.FINANCIAL_YEAR)
    lag_days = models.PositiveSmallIntegerField(
        "days until it is out",
        default=0,
        help_text="From the end of a period until its figure is due. 0: not followed.",
    )
    unit = models.CharField(max_length=8, choices=Unit, default=Unit.COUNT)
    decimals = models.PositiveSmallIntegerField("digits after the point", default=0, validators=[MaxValueValidator(4)])
    is_change = models.BooleanField(
        "a change on the period before", default=False, help_text="Shown with its sign, for instance +23%."
    )
    is_additive = models.BooleanField("districts add up to the force", default=False)
    direction = models.CharField("what is good", max_length=8, choices=Direction, default=Direction.NEUTRAL)
    direction_why = models.CharField(
        "why", max_length=300, blank=True, help_text="Printed with the figures where neither is good in itself."
    )
    small_count_threshold = models.PositiveSmallIntegerField(
        "publish counts from",
        default=5,
        help_text="Smaller counts of places below the force are published as “fewer than”.",
    )
    headline_area = models.ForeignKey(
        Area,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Whose figure stands on the tile.",
    )
    breakdown_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="breakdowns", verbose_name="part of"
    )
    active_from = models.DateField(null=True, blank=True)
    active_to = models.DateField(null=True, blank=True)
    synthetic_note = models.CharField(
        "synthetic figures",
        max_length=300,
        blank=True,
        help_text="Only for figures that are made up to try the portal: printed wherever they appear.",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        ordering = ["priority", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(active_from__isnull=True) | Q(active_to__isnull=True) | Q(active_to__gte=F("active_from")),
                name="an_indicator_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=Q(decimals__lte=4), name="figures_are_kept_to_four_digits"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """Its page on the desk, with its headline area."""
        return reverse("indicator", args=[self.pk])

    def clean(self):
        """A neutral direction says why."""
        if self.direction == self.Direction.NEUTRAL and not self.direction_why.strip():
            raise ValidationError({"direction_why": "Say why neither a rise nor a fall is good in itself."})

    @property
    def is_synthetic(self):
        """Its figures are made up, to try the portal."""
        return bool(self.synthetic_note)


class DefinitionVersion(models.Model):
    """What exactly is counted from a period on. `breaks_series`: figures before and after are not to be joined."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="definitions")
    number = models.PositiveSmallIntegerField()
    from_period = models.DateField(
        "from", null=True, blank=True, help_text="First day of the first period. Empty: always."
    )
    numerator = models.TextField("what is counted")
    denominator = models.TextField("out of what", blank=True)
    coverage = models.TextField("what is missing or special", blank=True)
    breaks_series = models.BooleanField("not comparable with figures before", default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["indicator", "number"]
        constraints = [models.UniqueConstraint(fields=["indicator", "number"], name="a_definition_has_its_own_number")]

    def __str__(self):
        return f"{self.indicator}, definition {self.number}"


class Baseline(models.Model):
    """The figure that an indicator is measured from."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="baselines")
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    value = models.DecimalField(max_digits=18, decimal_places=4)
    label = models.CharField("of when", max_length=120, help_text="For instance June 2019 quarter.")

    class Meta:
        ordering = ["indicator", "pk"]

    def __str__(self):
        return f"{self.value.normalize():f}, {self.label}"


class Target(models.Model):
    """What an indicator is to reach, from and to a day, and who set it."""

    class Comparator(models.TextChoices):
        AT_LEAST = ">=", "At least"
        AT_MOST = "<=", "At most"
        BETWEEN = "between", "Between"

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="targets")
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    comparator = models.CharField(max_length=8, choices=Comparator, default=Comparator.AT_LEAST)
    value = models.DecimalField(max_digits=18, decimal_places=4)
    upper_value = models.DecimalField("and", max_digits=18, decimal_places=4, null=True, blank=True)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    set_by = models.CharField(max_length=200)
    decision_reference = models.CharField("decision", max_length=60, blank=True, help_text="For instance 2018-003.")

    class Meta:
        ordering = ["indicator", "-starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(comparator="between", upper_value__isnull=False, upper_value__gte=F("value"))
                | (~Q(comparator="between") & Q(upper_value__isnull=True)),
                name="only_a_range_has_two_values",
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="a_target_ends_after_it_starts"
            ),
        ]

    def __str__(self):
        upper = f" and {self.upper_value.normalize():f}" if self.upper_value is not None else ""
        return f"{self.get_comparator_display()} {self.value.normalize():f}{upper}"


class Figure(models.Model):
    """What one figure says: a value (perhaps from numerator and denominator), a range, or why there is none."""

    class Status(models.TextChoices):
        PROVISIONAL = "provisional", "Provisional"
        REVISED = "revised", "Revised"
        FINAL = "final", "Final"
        AS_PUBLISHED = "as_published", "As published"

    class Missing(models.TextChoices):
        NONE = "", "There is a figure"
        NOT_DUE = "not_due", "Not due yet"
        LATE = "late", "Late"
        NOT_PUBLISHED = "not_published", "Not published"
        NOT_OBTAINED = "not_obtained", "Not obtained"
        SUPPRESSED = "suppressed", "Suppressed"
        NOT_COLLECTED = "not_collected", "Not collected"
        NOT_COMPARABLE = "not_comparable", "Not comparable"

    value = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    low = models.DecimalField("from", max_digits=18, decimal_places=4, null=True, blank=True)
    high = models.DecimalField("to", max_digits=18, decimal_places=4, null=True, blank=True)
    numerator = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.AS_PUBLISHED)
    missing_reason = models.CharField(max_length=14, choices=Missing, blank=True, default=Missing.NONE)
    as_reported = models.BooleanField(
        default=False, help_text="A percentage or sum as somebody stated it, without the numbers behind it."
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(value__isnull=False, low__isnull=True, high__isnull=True, missing_reason="")
                | Q(value__isnull=True, low__isnull=False, high__isnull=False, high__gte=F("low"), missing_reason="")
                | (Q(value__isnull=True, low__isnull=True, high__isnull=True) & ~Q(missing_reason="")),
                name="%(class)s_is_a_value_a_range_or_missing",
            ),
        ]


FIGURE_FIELDS = ("value", "low", "high", "numerator", "denominator", "status", "missing_reason", "as_reported")


class Observation(Figure):
    """One figure of an indicator for an area and a period: always what its last revision says.

    Without `period_start` it is a figure as somebody reported it, whose period is still to be confirmed: `period_as_stated`
    keeps the words. Such a figure is shown as that and never drawn as a point of the series.
    """

    LOADED_WITH = ("indicator__priority", "area")

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="observations")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="observations")
    period_start = models.DateField(null=True, blank=True, help_text="First day of the period. Empty: to be confirmed.")
    period_as_stated = models.CharField(max_length=120, blank=True, help_text="The period in the reporter's words.")
    revisions_held = models.PositiveSmallIntegerField(default=0, editable=False)
    known_on = models.DateField(null=True, editable=False, help_text="The day of its last revision.")

    class Meta(Figure.Meta):
        ordering = ["indicator", "area", "period_start"]
        constraints = [
            *Figure.Meta.constraints,
            models.UniqueConstraint(
                fields=["indicator", "area", "period_start"],
                condition=Q(period_start__isnull=False),
                name="one_figure_a_period",
            ),
            models.UniqueConstraint(
                fields=["indicator", "area", "period_as_stated"],
                condition=Q(period_start__isnull=True),
                name="one_figure_a_stated_period",
            ),
            models.CheckConstraint(
                condition=Q(period_start__isnull=False) | ~Q(period_as_stated=""),
                name="a_figure_has_its_period_or_the_words_for_it",
            ),
        ]
        indexes = [models.Index(fields=["indicator", "period_start", "area"], name="observation_by_period")]

    def __str__(self):
        return f"{self.indicator}, {self.area}, {self.period_label}"

    def get_absolute_url(self):
        """Its trail: every revision with who, when and why."""
        return reverse("observation", args=[self.pk])

    @property
    def period(self):
        """The Period, or None while it is to be confirmed."""
        return Period.starting(self.indicator.frequency, self.period_start) if self.period_start else None

    @property
    def period_label(self):
        """The period in words, with its months; what was stated, while it is to be confirmed."""
        return self.period.label if self.period_start else f"“{self.period_as_stated}”"

    @property
    def is_revised(self):
        """It has said something else before."""
        return self.revisions_held > 1


class ImportBatch(models.Model):
    """Figures that came in together: one file or paste, one transaction; can be taken back by compensating revisions."""

    LOADED_WITH = ("by", "reverted_by", "upload")

    class State(models.TextChoices):
        PREVIEWED = "previewed", "To be looked through"
        TAKEN = "taken", "Taken over"
        REVERTED = "reverted", "Taken back"
        DROPPED = "dropped", "Not taken"

    name = models.CharField("file or what was pasted", max_length=250)
    source = models.CharField(
        max_length=160, help_text="Who sends such files; their columns are remembered under this name."
    )
    sha256 = models.CharField(max_length=64, db_index=True)
    upload = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    columns = models.JSONField(default=dict, help_text="How its columns are read: columns.Layout as data.")
    cells = models.JSONField(default=list, help_text="The rows as read: [[text, ...], ...], headings first.")
    reasons = models.JSONField(default=dict, help_text="Row number to the reason for its revision; 0: for all others.")
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEWED, editable=False)
    counts = models.JSONField(
        default=dict, help_text="new, unchanged, revised, rejected; of many rows also what their page shows."
    )
    known_on = models.DateField("known since", help_text="The day on which these figures were published or told.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="import_batches")
    at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True, editable=False)
    reverted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    reverted_at = models.DateTimeField(null=True, editable=False)
    reverted_why = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "import batches"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """Its preview, and afterwards what became of it."""
        return reverse("figures-batch", args=[self.pk])


class ColumnMap(models.Model):
    """Which column of a source holds what, remembered for its next file."""

    source = models.CharField(max_length=160, unique=True)
    columns = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["source"]

    def __str__(self):
        return self.source


class ObservationRevision(Figure):
    """What a figure said from a day on, who recorded it and why. Only ever added.

    Reason codes after the Home Office's policy on revisions of 24 September 2020: R1 better source, R2 routine recalculation,
    R3 change of method, C correction of an error.
    """

    class Code(models.TextChoices):
        FIRST = "first", "First figure"
        BETTER_SOURCE = "R1", "Better source"
        ROUTINE = "R2", "Routine recalculation"
        METHOD = "R3", "Change of method"
        CORRECTION = "C", "Correction of an error"

    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="revisions")
    n = models.PositiveSmallIntegerField()
    code = models.CharField("kind of reason", max_length=5, choices=Code, default=Code.FIRST)
    reason = models.CharField(max_length=500, blank=True)
    known_on = models.DateField(help_text="From this day on it could be known: published, or told in a meeting.")
    recorded_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=300, blank=True, help_text="The document or meeting, in words.")
    source_url = models.CharField(max_length=500, blank=True)
    source_subject = models.CharField(
        max_length=100, blank=True, db_index=True, help_text="The record of the portal that caused it, as its subject."
    )
    batch = models.ForeignKey(ImportBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="revisions")

    class Meta(Figure.Meta):
        ordering = ["observation", "n"]
        constraints = [
            *Figure.Meta.constraints,
            models.UniqueConstraint(fields=["observation", "n"], name="revisions_are_numbered"),
            models.CheckConstraint(condition=Q(n=1) | ~Q(reason=""), name="a_revision_says_why"),
            models.CheckConstraint(
                condition=Q(n=1, code="first") | (Q(n__gt=1) & ~Q(code="first")), name="only_the_first_is_first"
            ),
        ]

    def __str__(self):
        return f"{self.observation}, revision {self.n}"


class Annotation(Demonstrable):
    """Something that happened and that a reader of the chart should know. Never said to be the cause."""

    class Kind(models.TextChoices):
        INSPECTION = "inspection", "Inspection"
        POLICY = "policy", "Law or policy"
        RECORDING = "recording", "Way of recording"
        OPERATION = "operation", "Operation or unit"
        EVENT = "event", "Event"

    indicator = models.ForeignKey(
        Indicator, null=True, blank=True, on_delete=models.CASCADE, related_name="annotations"
    )
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    priority = models.ForeignKey(Priority, null=True, blank=True, on_delete=models.CASCADE, related_name="annotations")
    starts = models.DateField("day or first day")
    ends = models.DateField("last day", null=True, blank=True)
    day_in_words = models.CharField(max_length=60, blank=True, help_text="Where only the month or year is known.")
    label = models.CharField("in short", max_length=40)
    text = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.EVENT)
    link = models.CharField(max_length=500, blank=True)
    is_public = models.BooleanField("shown to the public", default=True)

    class Meta:
        ordering = ["starts", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(indicator__isnull=False) | Q(priority__isnull=False), name="a_note_is_about_something"
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="a_note_ends_after_it_starts"
            ),
        ]

    def __str__(self):
        return self.label


class Rebase(models.Model):
    """From this period on the usual range is worked out anew: a person's judgement, with its reason."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="rebases")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    period_start = models.DateField("from the period that starts on")
    reason = models.CharField(max_length=300)
    annotation = models.ForeignKey(Annotation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["indicator", "area", "period_start"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "area", "period_start"],
                condition=Q(removed_at__isnull=True),
                name="limits_restart_once_a_period",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_restart_says_why"),
        ]

    def __str__(self):
        return f"{self.indicator}, {self.area}: restarted {self.period_start}"


class Summary(models.Model):
    """What tiles and lists show of one indicator in one area, worked out whenever a figure changes.

    Derived: `rebuild_summaries` makes every row anew from the observations and `--check` compares.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="summaries")
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="summaries")
    verdict = models.CharField(max_length=20, db_index=True, help_text="Code of the reading; see reading.Verdict.")
    words = models.CharField(max_length=80, help_text="The verdict in words.")
    sentence = models.TextField(help_text="What the chart shows, in plain words.")
    is_signal = models.BooleanField(default=False)
    assurance = models.SmallIntegerField(null=True)
    latest_value = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    latest_start = models.DateField(null=True)
    latest_known_on = models.DateField(null=True)
    tile = models.JSONField(default=dict, help_text="What the tile prints and its sparkline draws.")
    rules = models.CharField(max_length=40, help_text="The name of the set of rules it was judged by.")
    engine = models.PositiveSmallIntegerField(help_text="Version of the software's way to judge.")
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["indicator", "area"]
        verbose_name_plural = "summaries"
        constraints = [models.UniqueConstraint(fields=["indicator", "area"], name="one_summary_a_series")]

    def __str__(self):
        return f"{self.indicator}, {self.area}: {self.words}"
