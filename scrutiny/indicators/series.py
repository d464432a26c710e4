"""One indicator in one area over time, as it is known now or was known on a day. Nothing is judged here."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import DateField, DecimalField, F, Q, Value
from django.utils import timezone

from opcc_portal.office.dates import today
from scrutiny.indicators.models import (
    FIGURE_FIELDS,
    Annotation,
    Area,
    Baseline,
    DefinitionVersion,
    Figure,
    Indicator,
    Observation,
    ObservationRevision,
    Rebase,
    Target,
)
from scrutiny.indicators.periods import Period


@dataclass(frozen=True)
class Point:
    """One period of a series: its figure, or the gap where there is none."""

    period: Period | None
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    status: str = ""
    missing_reason: str = ""
    as_reported: bool = False
    n: int = 0  # how many revisions there had been by then
    known_on: datetime.date | None = None
    observation_id: int | None = None
    stated: str = ""  # the period in the reporter's words, where it is not confirmed

    @property
    def is_provisional(self):
        """The publisher may still change it."""
        return self.status == Figure.Status.PROVISIONAL

    @property
    def is_revised(self):
        """It has said something else before."""
        return self.n > 1

    @property
    def status_in_words(self):
        """Provisional, Revised, As published; for a gap why there is no figure."""
        if self.missing_reason:
            return Figure.Missing(self.missing_reason).label
        if not self.status:
            return Figure.Missing.NOT_OBTAINED.label
        if self.is_provisional:
            return Figure.Status.PROVISIONAL.label
        return Figure.Status.REVISED.label if self.is_revised else Figure.Status(self.status).label


@dataclass(frozen=True)
class Series:
    """What is known of an indicator in an area. `points` has every period from the first to the last figure."""

    indicator: Indicator
    area: Area
    known_on: datetime.date | None = None
    points: tuple = ()
    stated: tuple = ()  # figures as reported whose period is to be confirmed
    rebases: tuple = ()
    breaks: tuple = ()  # definitions from which on figures are not comparable with those before
    notes: tuple = ()
    target: Target | None = None
    baseline: Baseline | None = None
    definitions: tuple = ()

    @property
    def held(self):
        """The points that have a value."""
        return [point for point in self.points if point.value is not None]

    @property
    def latest(self):
        """The last point with a value or a range, or None."""
        return next(
            (point for point in reversed(self.points) if point.value is not None or point.low is not None), None
        )

    @property
    def restarts(self):
        """{index of a point: why limits start anew there}."""
        places = {point.period.start: index for index, point in enumerate(self.points)}
        reasons = {rebase.period_start: rebase.reason for rebase in self.rebases}
        reasons |= {each.from_period: "What is counted has changed" for each in self.breaks}
        return {places[start]: reason for start, reason in sorted(reasons.items()) if places.get(start)}


def load(indicator, area, known_on=None):
    """The series of one indicator in one area. Five queries."""
    return load_many([(indicator, area)], known_on)[indicator.pk, area.pk]


def load_many(pairs, known_on=None, *, with_notes=True):
    """{(indicator pk, area pk): Series} in as many queries however many pairs. Without notes: no baselines and remarks."""
    pairs = list(pairs)
    found = _Found(
        {indicator.pk for indicator, _ in pairs}, {area.pk for _, area in pairs}, known_on, pairs, with_notes
    )
    return {(indicator.pk, area.pk): found.series(indicator, area) for indicator, area in pairs}


@dataclass
class _Found:
    """Everything that the asked series are made of, each kind loaded once."""

    indicators: set
    areas: set
    known_on: datetime.date | None
    pairs: list
    with_notes: bool
    points: dict = field(init=False)

    def __post_init__(self):
        self.points = _points(self.indicators, self.areas, self.known_on)
        self.rebases = _grouped(_rebases(self.indicators, self.known_on), "indicator_id", "area_id")
        self.definitions = _grouped(DefinitionVersion.objects.filter(indicator__in=self.indicators), "indicator_id")
        targets, baselines = _aims(self.indicators) if self.with_notes else (_targets(self.indicators), [])
        self.targets, self.baselines = _grouped(targets, "indicator_id"), _grouped(baselines, "indicator_id")
        self.notes = []
        if self.with_notes:
            priorities = {indicator.priority_id for indicator, _ in self.pairs}
            about = Q(indicator__in=self.indicators) | Q(indicator__isnull=True, priority__in=priorities)
            self.notes = list(Annotation.objects.filter(about))

    def series(self, indicator, area):
        points, stated = self._timeline(indicator, self.points.get((indicator.pk, area.pk), []))
        definitions = self.definitions.get((indicator.pk,), [])
        return Series(
            indicator=indicator,
            area=area,
            known_on=self.known_on,
            points=points,
            stated=stated,
            rebases=tuple(self.rebases.get((indicator.pk, area.pk), [])),
            breaks=tuple(each for each in definitions if each.breaks_series and each.from_period),
            notes=tuple(note for note in self.notes if self._is_about(note, indicator, area)),
            target=self._target(indicator, area),
            baseline=_of_area(self.baselines.get((indicator.pk,), []), area),
            definitions=tuple(definitions),
        )

    def _timeline(self, indicator, rows):
        """Every period from the first to the last row, and apart from them what has no period."""
        stated = tuple(sorted((row for row in rows if row.stated), key=lambda row: row.known_on))
        by_start = {row.period: row for row in rows if not row.stated}
        if not by_start:
            return (), stated
        periods = Period.between(Period(indicator.frequency, min(by_start)), Period(indicator.frequency, max(by_start)))
        points = []
        for period in periods:
            row = by_start.get(period.start)
            points.append(Point(period) if row is None else _at(row, period))
        return tuple(points), stated

    def _target(self, indicator, area):
        day = self.known_on or today()
        valid = [
            target
            for target in self.targets.get((indicator.pk,), [])
            if target.starts <= day and (target.ends is None or target.ends >= day)
        ]
        return _of_area(valid, area)

    def _is_about(self, note, indicator, area):
        if self.known_on and note.starts > self.known_on:
            return False
        of_indicator = note.indicator_id in (None, indicator.pk) and note.priority_id in (None, indicator.priority_id)
        return of_indicator and note.area_id in (None, area.pk)


def _targets(indicators):
    return Target.objects.filter(indicator__in=indicators).order_by("starts")


def _aims(indicators):
    """Every target and baseline of the indicators: one query for both."""
    shared = ("pk", "indicator_id", "area_id", "value")
    of_target = ("starts", "comparator", "upper_value", "ends", "set_by", "decision_reference")
    targets = Target.objects.filter(indicator__in=indicators).order_by()
    nothing = (Value(None, DateField()), Value(""), Value(None, DecimalField()), Value(None, DateField()), F("label"))
    baselines = Baseline.objects.filter(indicator__in=indicators).order_by()
    rows = targets.values_list(Value(True), *shared, *of_target).union(
        baselines.values_list(Value(False), *shared, *nothing, Value("")), all=True
    )
    found = ([], [])
    for is_target, *row in rows:
        if is_target:
            found[0].append(Target(**dict(zip((*shared, *of_target), row, strict=True))))
        else:
            found[1].append(Baseline(**dict(zip(shared, row, strict=False)), label=row[8]))
    return sorted(found[0], key=lambda target: target.starts), sorted(found[1], key=lambda baseline: baseline.pk)


def _at(row, period):
    """The row as a point of its period."""
    return Point(**{**vars(row), "period": period})


def _of_area(rows, area):
    """The last of the rows for this area, else the last for all areas, else None."""
    own = [row for row in rows if row.area_id == area.pk] or [row for row in rows if row.area_id is None]
    return own[-1] if own else None


def _grouped(rows, *names):
    found = defaultdict(list)
    for row in rows:
        found[tuple(getattr(row, name) for name in names)].append(row)
    return found


def _rebases(indicators, known_on):
    found = Rebase.objects.filter(indicator__in=indicators)
    if known_on is None:
        return found.filter(removed_at__isnull=True)
    end_of_day = timezone.make_aware(datetime.datetime.combine(known_on, datetime.time.max))
    return found.filter(recorded_at__lte=end_of_day).filter(Q(removed_at__isnull=True) | Q(removed_at__gt=end_of_day))


def _points(indicators, areas, known_on):
    """{(indicator pk, area pk): [Point whose period is only its first day]}: one query."""
    found = defaultdict(list)
    if known_on is None:
        names = ("indicator_id", "area_id", "pk", "period_start", "period_as_stated", "revisions_held", "known_on")
        rows = Observation.objects.filter(indicator__in=indicators, area__in=areas)
        rows = rows.values_list(*names, *FIGURE_FIELDS)
    else:
        rows = _as_known_on(indicators, areas, known_on)
    for indicator, area, pk, start, stated, n, day, *figure in rows:
        said = dict(zip(FIGURE_FIELDS, figure, strict=True))
        point = Point(start, **said, n=n, known_on=day, observation_id=pk, stated="" if start else stated)
        found[indicator, area].append(point)
    return found


def _as_known_on(indicators, areas, day):
    """For each figure its last revision that could be known on that day."""
    about = "observation__indicator_id", "observation__area_id", "observation_id"
    when = "observation__period_start", "observation__period_as_stated"
    rows = (
        ObservationRevision.objects.filter(
            observation__indicator__in=indicators, observation__area__in=areas, known_on__lte=day
        )
        .order_by(F("observation_id"), F("n"))
        .values_list(*about, *when, "n", "known_on", *FIGURE_FIELDS)
    )
    return {row[2]: row for row in rows}.values()
