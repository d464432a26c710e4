"""The next things of analyst, grants officer and force, as rows of their home page."""

import datetime

from django.db.models import CharField, DateField, F, Q, Value
from django.db.models.functions import Cast
from django.urls import reverse

from funding.totals.comparing import clashes, funds_with_latest
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from scrutiny.dashboards.rows import Row
from scrutiny.indicators.models import ImportBatch, Summary
from scrutiny.indicators.words import so_many
from scrutiny.minutes.models import Correction
from scrutiny.reports.models import JointReport, SectionChart
from scrutiny.workflow.models import State

MOST = 5


def for_analyst():
    """Late figures, files to look through, corrections without period or figure, charts without a comment. Two queries."""
    found = list(_batches().union(_corrections(), _uncommented(), all=True))
    made = _late()
    made += [
        Row(
            "Look through",
            title,
            reverse("figures-batch", args=[pk]),
            "Figures were read from this file and not taken over yet.",
            f"Since {in_words(day)}",
        )
        for what, pk, title, day in found
        if what == "batch"
    ]
    made += [
        Row(
            "Confirm",
            title,
            reverse("correction", args=[pk]),
            "Corrected in a meeting. Say which period and which figure it speaks of.",
            f"Since {in_words(day)}",
        )
        for what, pk, title, day in found
        if what == "correction"
    ]
    reports = {pk: (title, day) for what, pk, title, day in found if what == "quarterly"}
    return made + [
        Row(
            "Comment",
            title,
            reverse("report", args=[pk]),
            "Charts of this report want a comment before it is published.",
            in_words(day),
        )
        for pk, (title, day) in reports.items()
    ]


def _named(what, records, title, day):
    shape = {"title_of": Cast(title, CharField()), "day_of": Cast(day, DateField())}
    records = records.order_by().annotate(what_of=Value(what, output_field=CharField()), **shape)
    return records.values_list("what_of", "pk", "title_of", "day_of")


def _batches():
    first = ImportBatch.objects.filter(state=ImportBatch.State.PREVIEWED).order_by("-at").values("pk")[:MOST]
    return _named("batch", ImportBatch.objects.filter(pk__in=first), F("name"), F("known_on"))


def _corrections():
    waiting = Correction.objects.settled().filter(indicator__isnull=False)
    waiting = waiting.filter(Q(period_start=None) | Q(revision=None))
    first = waiting.order_by("pk").values("pk")[:MOST]
    return _named("correction", Correction.objects.filter(pk__in=first), F("measure"), F("minutes__meeting__date"))


def _uncommented():
    charts = SectionChart.objects.filter(commentary="", section__deleted=False)
    reports = JointReport.objects.filter(
        kind=JointReport.Kind.QUARTERLY, state__in=[State.DRAFT, State.IN_REVIEW], sections__charts__in=charts
    )
    first = reports.order_by("pk").values("pk").distinct()[:MOST]
    return _named("quarterly", JointReport.objects.filter(pk__in=first), F("subject"), F("date"))


def _late():
    """One row for all figures that are late, with when the first was due."""
    shown = Summary.objects.filter(area=F("indicator__headline_area"), indicator__breakdown_of=None)
    days = sorted(due for due in shown.values_list("tile__due", flat=True) if due and due < today().isoformat())
    if not days:
        return []
    title = so_many(len(days), "figure is late", "figures are late")
    since = in_words(datetime.date.fromisoformat(days[0]))
    address = f"{reverse('indicators')}?late=on"
    return [Row("Record", title, address, "Their day has passed and nothing is recorded", f"Since {since}", True)]


def for_grants_officer():
    """Funds of which two documents state different totals. Two queries."""
    made = []
    for fund in funds_with_latest():
        if found := clashes(fund, list(fund.stated_totals.all())):
            last = found[-1]
            title = f"{fund.name}: £{last.earlier.amount:,.0f} or £{last.later.amount:,.0f}"
            made.append(Row("Explain", title, fund.get_absolute_url(), "Two documents state different totals."))
    return made[:MOST]


def for_force(user):
    """Corrections that the force is asked to confirm. One query beside those that find what it may read."""
    waiting = Correction.objects.visible_to(user).standing().filter(status=Correction.Status.PROPOSED)
    return [
        Row(
            "Confirm",
            f"{correction.measure}: {correction.old_value or 'not known'} became {correction.new_value}",
            reverse("correction", args=[correction.pk]),
            "Said in a meeting. Is it right?",
            f"Meeting of {in_words(correction.minutes.meeting.date)}",
        )
        for correction in waiting.select_related("minutes__meeting").order_by("pk")[:MOST]
    ]
