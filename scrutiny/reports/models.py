"""Joint reports of force and office, the papers asked for, and who signed what."""

import hashlib
import json

from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property

from opcc_portal.office.dates import today
from scrutiny.indicators.models import Area, Indicator
from scrutiny.meetings.models import AgendaItem, Meeting
from scrutiny.people.models import Organisation
from scrutiny.plan.models import Priority
from scrutiny.register.models import Attachment
from scrutiny.reports import passages
from scrutiny.workflow.models import Document, Restrictable, Versioned


class Body(models.TextChoices):
    """The two bodies that write a joint report and both sign it."""

    OFFICE = "office", "The office"
    FORCE = "force", "The force"


class JointReportQuerySet(models.QuerySet):
    """Reports, as people look for them."""

    def visible_to(self, user):
        """All of them for the office; for the force those it was asked for or is to check."""
        if not user.works_for_force:
            return self
        asked = PaperRequest.objects.filter(asked_of=Body.FORCE, withdrawn_at__isnull=True, report__isnull=False)
        return self.filter(Q(pk__in=asked.values("report")) | Q(pk__in=user.checks.keys_of(JointReport)))


class JointReport(Document):
    """A paper of two bodies to a meeting: heading block, sections, attachments, two signatures."""

    LOADED_WITH = ("meeting", "meeting__series", "item", "priority")

    class Kind(models.TextChoices):
        JOINT = "joint", "Joint report"
        QUARTERLY = "quarterly", "Delivery Quarterly"

    class Numbering(models.TextChoices):
        FIRST = "first", "First paragraph of each section: 1, 2, 3"
        EVERY = "every", "Every paragraph: 1, 2, 3"
        DECIMAL = "decimal", "By section: 1.1, 1.2, 2.1"
        NONE = "none", "No numbers"

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.JOINT, editable=False)
    quarter_start = models.DateField(
        null=True, editable=False, help_text="First day of the financial quarter that a Delivery Quarterly is about."
    )
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="reports", verbose_name="agenda item"
    )
    priority = models.ForeignKey(
        Priority, null=True, blank=True, on_delete=models.PROTECT, related_name="reports", verbose_name="plan priority"
    )
    series_heading = models.CharField("meeting, as headed", max_length=200)
    outcome_heading = models.CharField("plan outcome, as headed", max_length=200, blank=True)
    date = models.DateField()
    subject = models.CharField(max_length=250)
    force_author = models.CharField("from the force", max_length=200, blank=True)
    office_author = models.CharField("from the office", max_length=200, blank=True)
    numbering = models.CharField("paragraph numbers", max_length=8, choices=Numbering, default=Numbering.FIRST)
    order_version = models.PositiveIntegerField(default=1, editable=False)

    objects = JointReportQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "subject"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="quarterly", quarter_start__isnull=False)
                | Q(kind="joint", quarter_start__isnull=True),
                name="only_a_quarterly_has_a_quarter",
            )
        ]

    def __str__(self):
        return self.subject

    def get_absolute_url(self):
        """The report builder."""
        return reverse("report", args=[self.pk])

    @cached_property
    def is_asked_of_force(self):
        """Whether the force is to write (a part of) it."""
        return self.requests.filter(asked_of=Body.FORCE, withdrawn_at__isnull=True).exists()

    def is_shared_with(self, user):
        """The force sees papers asked of it, and what it was asked to check."""
        return self.is_asked_of_force or self.has_checker(user)

    @property
    def is_quarterly(self):
        """Whether it is a Delivery Quarterly, made from the indicators of the plan."""
        return self.kind == self.Kind.QUARTERLY

    @property
    def printed_kind(self):
        """What the paper calls itself."""
        if self.is_quarterly:
            return self.get_kind_display()
        return "Joint report" if self.force_author and self.office_author else "Report"

    @property
    def authors_in_words(self):
        """Joint report of the Chief Officer Team and the Office of the …"""
        authors = [author for author in (self.force_author, self.office_author) if author]
        return " and ".join(authors)

    @property
    def signed_by_count(self):
        """How many bodies have signed the text as it stands."""
        return sum(sign_off.stands for sign_off in self.sign_offs.all())

    def live_sections(self):
        """The sections in their order, without the deleted ones."""
        return [section for section in self.sections.all() if not section.deleted]

    def load_parts(self):
        """Load sections and attachments with what pages and papers print of them: two queries, whatever their number."""
        models.prefetch_related_objects(
            [self],
            models.Prefetch("sections", ReportSection.objects.select_related("changed_by").telling_what_they_hold()),
            models.Prefetch(
                "held_attachments",
                ReportAttachment.objects.select_related("attachment__upload", "attachment__restriction"),
            ),
        )
        return self

    @cached_property
    def passages(self):
        """{number: passage} of every section whose text names one; no query where none does."""
        sections = [section.pk for section in self.live_sections() if passages.named_in(section.body)]
        if not sections:
            return {}
        found = (
            RestrictedPassage.objects.filter(section__in=sections)
            .select_related("restriction")
            .prefetch_related("restriction__bases")
        )
        return {passage.pk: passage for passage in found}

    @cached_property
    def charts(self):
        """{section pk: its charts in order}; no query where the loaded sections hold none."""
        sections = [section.pk for section in self.live_sections() if getattr(section, "has_charts", True)]
        if not sections:
            return {}
        found = SectionChart.objects.filter(section__in=sections).select_related("indicator", "area")
        charts = {}
        for chart in found.order_by("position", "pk"):
            charts.setdefault(chart.section_id, []).append(chart)
        return charts

    def passages_of(self, section):
        """{number: passage} of one section: a text can only name its own."""
        return {number: passage for number, passage in self.passages.items() if passage.section_id == section.pk}

    def notices(self):
        """What meetings put right in this report or its attachments, as notices beside the text: one query.

        They belong to the minutes and are no part of the report: its text and its hash stay as they were signed.
        """
        return list(self.corrections.settled().select_related("minutes__meeting").order_by("pk"))

    def content_hash(self):
        """SHA-256 over all that a signature covers: heading block, sections in order, charts where there are any, attachments.

        Words that are kept from the public count where they stood, so that taking them out leaves the signatures alone.
        """
        covered = {
            "heading": [
                self.series_heading,
                self.outcome_heading,
                self.date.isoformat(),
                self.subject,
                self.force_author,
                self.office_author,
                self.numbering,
            ],
            "sections": [
                section.content() | {"body": passages.with_all_words(section.body, self.passages_of(section))}
                for section in self.live_sections()
            ],
            "attachments": [
                [held.attachment.title, held.attachment.label, held.attachment.upload and held.attachment.upload.sha256]
                for held in self.held_attachments.all()
            ],
        }
        if self.charts:
            covered["charts"] = [
                [
                    [chart.known_on.isoformat(), chart.data, chart.commentary]
                    for chart in self.charts.get(section.pk, ())
                ]
                for section in self.live_sections()
            ]
        return hashlib.sha256(json.dumps(covered, sort_keys=True, default=str).encode()).hexdigest()


class ReportSectionQuerySet(models.QuerySet):
    """Sections, as pages load them."""

    def telling_what_they_hold(self):
        """Each with whether charts and figures of record belong to it, so that nobody asks for what is not there."""
        return self.annotate(
            has_charts=models.Exists(SectionChart.objects.filter(section=models.OuterRef("pk"))),
            has_figures=models.Exists(QuotedFigure.objects.filter(section=models.OuterRef("pk"))),
        )


class ReportSection(Versioned):
    """A section of rich text, written by one of the two bodies. Paragraph numbers are computed when it is laid out."""

    VERSIONED = ("heading", "kind", "body", "written_by", "priority", "quoted_text", "quoted_as_of", "quoted_source")
    LOADED_WITH = ("report__meeting__series", "report__item", "report__priority", "priority", "changed_by")

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        RECOMMENDATION = "recommendation", "Recommendation"
        PLAN = "plan", "Quotes the plan"

    report = models.ForeignKey(JointReport, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveIntegerField()
    heading = models.CharField(max_length=200, validators=[MinLengthValidator(1)])
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.TEXT)
    body = models.TextField("text", blank=True)
    written_by = models.CharField(max_length=8, choices=Body, default=Body.OFFICE)
    priority = models.ForeignKey(
        Priority,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="quoted_in",
        verbose_name="plan priority",
    )
    quoted_text = models.TextField("quoted from the plan", blank=True)
    quoted_as_of = models.DateField("plan text as of", null=True, blank=True)
    quoted_source = models.CharField("plan quoted", max_length=250, blank=True)

    objects = ReportSectionQuerySet.as_manager()

    class Meta:
        ordering = ["report", "position", "pk"]

    def __str__(self):
        return self.heading

    def get_absolute_url(self):
        """Where it is written."""
        return reverse("section-edit", args=[self.pk])

    def is_shared_with(self, user):
        """The force writes its own sections of reports asked of it, and no others."""
        return self.written_by == Body.FORCE and self.report.is_asked_of_force

    @cached_property
    def withheld_passages(self):
        """Those that its text names and that are kept from the public; no query where it names none."""
        named = passages.named_in(self.body)
        found = self.passages.filter(pk__in=named).select_related("restriction") if named else []
        return [passage for passage in found if passage.is_restricted]

    @property
    def is_empty(self):
        """Nothing has been written, quoted or drawn yet."""
        return not self.body.strip() and not self.quoted_text.strip() and not self.holds_charts

    @cached_property
    def holds_charts(self):
        """Whether a chart stands in it."""
        return self.has_charts if hasattr(self, "has_charts") else self.charts.exists()

    @property
    def quotation_source(self):
        """Where a quotation comes from, as page and paper print it under its words."""
        as_of = f"text as of {date_format(self.quoted_as_of, 'j F Y')}" if self.quoted_as_of else ""
        return ", ".join(part for part in (self.quoted_source, as_of) if part)


class SectionChart(models.Model):
    """The chart that stands in a section, drawn from the series as it was known on a day: `data` keeps it as it was then.

    A signature covers it. Later figures do not change it; `figures.changed_since` tells where they differ.
    """

    LOADED_WITH = ("section__report__meeting__series", "indicator", "area")

    section = models.ForeignKey(ReportSection, on_delete=models.CASCADE, related_name="charts")
    position = models.PositiveSmallIntegerField(default=1)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="stands_in")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    known_on = models.DateField()
    data = models.JSONField(help_text="As scrutiny.indicators.drawing draws it.")
    commentary = models.TextField(
        blank=True, max_length=5000, help_text="What the office and the force say about it. Needed before publication."
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["section", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["section", "indicator", "area"], name="a_chart_stands_once_in_a_section")
        ]

    def __str__(self):
        return f"{self.indicator}, {self.area}"

    def get_absolute_url(self):
        """Where its commentary is written."""
        return reverse("section-chart", args=[self.pk])

    def is_shared_with(self, user):
        """The force comments on the charts of its own sections."""
        return self.section.is_shared_with(user)

    @property
    def report(self):
        """The report it stands in."""
        return self.section.report


class QuotedFigure(models.Model):
    """A figure that a report's text gives, and where it comes from, so that it can be compared later.

    From an indicator (then `indicator`, `area`, `period_start` and `known_on` say which observation, as known when), from the
    register of awards (then `scope` and `measure` say which total) or typed, with the source in words. `words` is the figure
    exactly as it stands in the section's text.
    """

    LOADED_WITH = ("section__report__meeting__series", "indicator", "area")

    class Measure(models.TextChoices):
        AMOUNT = "amount", "Sum in pounds"
        COUNT = "count", "Number of awards"
        ORGANISATIONS = "organisations", "Number of organisations"

    report = models.ForeignKey(JointReport, on_delete=models.CASCADE, related_name="figures")
    section = models.ForeignKey(ReportSection, on_delete=models.CASCADE, related_name="figures")
    words = models.CharField("the figure as the text gives it", max_length=60)
    what = models.CharField("what it counts", max_length=250, blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    indicator = models.ForeignKey(
        Indicator, null=True, blank=True, on_delete=models.PROTECT, related_name="quoted_figures"
    )
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    period_start = models.DateField(null=True, blank=True)
    period_as_stated = models.CharField("period", max_length=120, blank=True)
    known_on = models.DateField("as known on", null=True, blank=True)
    scope = models.JSONField(null=True, editable=False, help_text="Of awards: funding.totals.counting.Scope as data.")
    measure = models.CharField(max_length=14, choices=Measure, blank=True, editable=False)
    source = models.CharField(max_length=300, blank=True)
    explanation = models.TextField(
        "why it may differ",
        blank=True,
        max_length=1000,
        help_text="Where another document or a later figure says other.",
    )
    explained_differences = models.JSONField(default=list, editable=False, help_text="Which differences that explains.")
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    explained_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["section__position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(indicator__isnull=False, area__isnull=False, known_on__isnull=False)
                | (Q(indicator__isnull=True) & ~Q(source="")),
                name="a_quoted_figure_names_its_source",
            ),
            models.CheckConstraint(
                condition=Q(scope__isnull=True, measure="")
                | (Q(scope__isnull=False, known_on__isnull=False, indicator__isnull=True) & ~Q(measure="")),
                name="a_quoted_total_says_what_it_counts",
            ),
        ]

    def __str__(self):
        return f"{self.words}, {self.what or self.indicator}"

    def get_absolute_url(self):
        """Where a difference is explained."""
        return reverse("quoted-figure", args=[self.pk])

    @property
    def is_typed(self):
        """Whether it comes from no record of the portal, but from a source in words."""
        return self.indicator_id is None and self.scope is None

    def is_shared_with(self, user):
        """The force answers for the figures of its own sections."""
        return self.section.is_shared_with(user)


class RestrictedPassage(Restrictable):
    """Words of a section that are kept from the public. They stand outside the text, which holds `[restricted:7]` there.

    So the section itself never contains what must not be published. Pages of the desk show the words in their place; a
    release puts them back into the text. `text` is the very HTML that was taken out (see `passages`).
    """

    LOADED_WITH = ("section__report__meeting__series", "restriction")

    section = models.ForeignKey(ReportSection, on_delete=models.CASCADE, related_name="passages")
    text = models.TextField(max_length=20_000)

    class Meta:
        ordering = ["section", "pk"]

    def __str__(self):
        return f"Restricted passage of {self.section}"

    @property
    def token(self):
        """What stands in the section's text in its place."""
        return f"[restricted:{self.pk}]"

    @property
    def plain_text(self):
        """Its words as a reader reads them."""
        return passages.plain(self.text)


class ReportAttachment(models.Model):
    """An attachment of a report, in its place."""

    report = models.ForeignKey(JointReport, on_delete=models.CASCADE, related_name="held_attachments")
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="held_by_report")
    position = models.PositiveIntegerField(default=1)

    LOADED_WITH = (
        "report__meeting__series",
        "report__item",
        "report__priority",
        "attachment__upload",
        "attachment__restriction",
    )

    class Meta:
        ordering = ["report", "position", "pk"]

    def __str__(self):
        return f"{self.attachment} of {self.report}"

    def is_shared_with(self, user):
        """The force may bring a file that a report asked of it names and nobody has uploaded yet."""
        return self.attachment.is_missing and self.report.is_asked_of_force


class SignOff(models.Model):
    """The signature of one body under one exact text. An edit afterwards reopens it, visibly; the signature stays on record."""

    report = models.ForeignKey(JointReport, on_delete=models.CASCADE, related_name="sign_offs")
    body = models.CharField(max_length=8, choices=Body)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sign_offs")
    by_post = models.CharField("post that day", max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    content_hash = models.CharField(max_length=64)
    section_versions = models.JSONField(default=dict, help_text="Section uid to the version signed.")
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="reopened_sign_offs"
    )
    reopened_at = models.DateTimeField(null=True)
    reopened_by_act = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "body"], condition=Q(reopened_at__isnull=True), name="one_standing_signature_a_body"
            ),
            models.CheckConstraint(
                condition=Q(reopened_by__isnull=True, reopened_at__isnull=True)
                | Q(reopened_by__isnull=False, reopened_at__isnull=False),
                name="reopened_has_who_and_when",
            ),
        ]

    def __str__(self):
        return f"{self.get_body_display()}, {self.by}, {self.at:%Y-%m-%d}"

    @property
    def stands(self):
        """Nobody has edited the report since."""
        return self.reopened_at is None


class PaperRequestQuerySet(models.QuerySet):
    """Papers asked for."""

    def open(self):
        """Not delivered and not withdrawn."""
        return self.filter(delivered_at__isnull=True, withdrawn_at__isnull=True)

    def late(self):
        """Open, and the day has passed."""
        return self.open().filter(due__lt=today())

    def visible_to(self, user):
        """All of them for the office; for the force those asked of it and not withdrawn."""
        return self.filter(asked_of=Body.FORCE, withdrawn_at__isnull=True) if user.works_for_force else self


class PaperRequest(models.Model):
    """A paper asked for: what, from whom, by when; delivered as a report written here or as an uploaded file."""

    LOADED_WITH = ("meeting__series", "item", "report", "attachment__upload", "partner", "delivered_by", "asked_by")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="paper_requests")
    item = models.ForeignKey(
        AgendaItem,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="requests",
        verbose_name="agenda item",
    )
    what = models.CharField("what is asked for", max_length=300)
    asked_of = models.CharField("asked of", max_length=8, choices=Body, default=Body.FORCE)
    partner = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requests",
        help_text="Where neither the office nor the force but a partner writes it.",
    )
    due = models.DateField("wanted by")
    report = models.ForeignKey(JointReport, null=True, blank=True, on_delete=models.SET_NULL, related_name="requests")
    attachment = models.OneToOneField(
        Attachment, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="delivers"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="requests"
    )
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    delivered_at = models.DateTimeField(null=True, editable=False)
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="deliveries"
    )
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = PaperRequestQuerySet.as_manager()

    class Meta:
        ordering = ["due", "pk"]

    def __str__(self):
        return self.what

    def get_absolute_url(self):
        """The page where the paper is delivered."""
        return reverse("paper-request", args=[self.pk])

    def is_shared_with(self, user):
        """The force sees what it was asked for, until the request is withdrawn."""
        return self.asked_of == Body.FORCE and self.withdrawn_at is None

    @property
    def is_late(self):
        """Not delivered though its day has passed."""
        return self.delivered_at is None and self.withdrawn_at is None and self.due < today()

    @property
    def asked_of_in_words(self):
        """Who is to write it."""
        return self.partner.name if self.partner else self.get_asked_of_display()
