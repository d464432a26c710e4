"""The next things of analyst, grants officer and force, as rows of their home page."""

import datetime

from django.db.models import BigIntegerField, CharField, Count, DateField, F, Min, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse

from funding.applications.models import Application
from funding.assessment.models import Assessment
from funding.awards.models import MonitoringReturn, Payment
from funding.rounds.models import PanelMember, Round
from funding.rounds.money import in_pounds
from funding.totals import comparing
from funding.totals.models import StatedTotal
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
    """Totals to explain, applications to check, rounds to go on with, payments and returns that are late. Four queries."""
    made = _unexplained()
    for round_ in _rounds_with_work():
        if round_.unchecked:
            title = f"{so_many(round_.unchecked, 'application')}, {round_}"
            made.append(Row("Check", title, _applications(round_), "Received and not checked for eligibility yet."))
        if round_.eligible and round_.closes < today():
            helper = f"{so_many(round_.eligible, 'eligible application')}, closed on {in_words(round_.closes)}."
            made.append(Row("Decide", str(round_), round_.get_absolute_url(), helper))
    for words, count, first, address in sorted(_late_money()):
        title = so_many(count, f"{words} is late", f"{words}s are late")
        made.append(Row("Chase", title, address, "Due and not there yet.", f"Since {in_words(first)}", True))
    return made[:MOST]


def _unexplained():
    """Stated totals that differ from the register, and nobody has said why. Two queries."""
    stated = StatedTotal.objects.select_related("fund").order_by("fund", "stated_on", "pk")
    open_ones = [found for found in comparing.compare_each(stated) if found.needs_explaining]
    return [
        Row(
            "Explain",
            f"{found.stated.fund}: {in_pounds(found.stated.amount)} stated, {in_pounds(found.computed.amount)} listed",
            found.stated.get_absolute_url(),
            f"{found.stated.document}, {in_words(found.stated.stated_on)}",
        )
        for found in open_ones
    ]


def _rounds_with_work():
    """Rounds that are not decided, with how many applications are not checked and how many are eligible. One query."""
    status = Application.Status
    counted = {
        "unchecked": Count("applications", Q(applications__status=status.SUBMITTED)),
        "eligible": Count("applications", Q(applications__status=status.ELIGIBLE)),
    }
    rounds = Round.objects.filter(decided_on=None).select_related("fund").annotate(**counted)
    return rounds.filter(Q(unchecked__gt=0) | Q(eligible__gt=0)).order_by("closes", "pk")[:MOST]


def _applications(round_):
    return f"{reverse('applications', args=[round_.pk])}?status={Application.Status.SUBMITTED}"


def _late_money():
    """(what, how many are late, since when, where) of payments and of monitoring returns. One query."""
    payments = Payment.objects.filter(paid_on=None, cancelled="", due_on__lt=today())
    awaited = MonitoringReturn.objects.filter(received_on=None, waived="", due_on__lt=today())
    first = payments.order_by("due_on", "pk").values("award")[:1]
    counted = [
        records.order_by()
        .annotate(what=Value(words), award_of=award)
        .values_list("what", "award_of")
        .annotate(n=Count("pk"), since=Min("due_on"))
        for words, records, award in (
            ("payment", payments, Subquery(first)),
            ("monitoring return", awaited, Value(None, output_field=BigIntegerField())),
        )
    ]
    for what, award, number, since in counted[0].union(counted[1], all=True):
        if number:
            overdue = f"{reverse('grant-returns')}?state=overdue"
            yield what, number, since, reverse("award", args=[award]) if award else overdue


def for_panel(user):
    """Rounds in whose panel somebody sits: interests to declare, applications to score. One query."""
    mine = Assessment.objects.filter(application__round=OuterRef("round"), user=user, submitted_at__isnull=False)
    done = mine.order_by().annotate(every=Value(1)).values("every").annotate(n=Count("pk")).values("n")
    to_score = Application.objects.filter(round=OuterRef("round"), status=Application.Status.ELIGIBLE)
    to_score = to_score.exclude(interests__user=user).order_by().annotate(every=Value(1)).values("every")
    seats = PanelMember.objects.filter(user=user, round__decided_on=None, round__closes__lt=today())
    seats = seats.select_related("round__fund").annotate(
        done=Coalesce(Subquery(done), 0), there=Coalesce(Subquery(to_score.annotate(n=Count("pk")).values("n")), 0)
    )
    return [
        Row(
            "Assess" if seat.interests_declared_at else "Declare",
            f"{so_many(seat.there - seat.done, 'application')}, {seat.round}",
            reverse("assess-list" if seat.interests_declared_at else "round-interests", args=[seat.round_id]),
            "" if seat.interests_declared_at else "Say first in which applications you have an interest.",
        )
        for seat in seats.order_by("round__closes", "pk")[:MOST]
        if seat.there > seat.done
    ]


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
