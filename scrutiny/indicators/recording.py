"""The one way in which figures are written: each as a revision that stays, with when it was known and why it changed."""

from dataclasses import dataclass, fields
from decimal import ROUND_HALF_EVEN, Decimal

from django.db import transaction
from django.utils import timezone

from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from scrutiny.indicators import summaries, words
from scrutiny.indicators.models import (
    FIGURE_FIELDS,
    Area,
    Figure,
    Indicator,
    Observation,
    ObservationRevision,
)
from scrutiny.indicators.periods import Period
from scrutiny.workflow.operations import NotPossible

_EXACT = Decimal("0.0001")
LARGEST = Decimal(10) ** 14
_AT_A_TIME = 2000

Code = ObservationRevision.Code


@dataclass(frozen=True)
class Said:
    """What a figure says: a value, a value from numerator and denominator, a range, or why there is none."""

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    status: str = Figure.Status.AS_PUBLISHED
    missing_reason: str = ""
    as_reported: bool = False

    @classmethod
    def of(cls, figure):
        """What an Observation or a revision says."""
        return cls(**{name: getattr(figure, name) for name in FIGURE_FIELDS})

    def completed(self, indicator):
        """With the value worked out from numerator and denominator, and everything kept to four digits."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        for name in ("value", "low", "high", "numerator", "denominator"):
            if found[name] is not None:
                found[name] = Decimal(found[name]).quantize(_EXACT, ROUND_HALF_EVEN)
        if self.numerator is not None and self.denominator:
            times = {Indicator.Unit.PERCENT: 100, Indicator.Unit.RATE: 1000}.get(indicator.unit, 1)
            found["value"] = (times * found["numerator"] / found["denominator"]).quantize(_EXACT, ROUND_HALF_EVEN)
            found["as_reported"] = False
        elif self.value is not None and indicator.unit == Indicator.Unit.PERCENT:
            found["as_reported"] = True  # a percentage without the numbers behind it
        return Said(**found)


@dataclass(frozen=True)
class Row:
    """One figure of many that come together; the arguments of `record`."""

    indicator: Indicator
    area: Area
    period_start: object
    said: Said
    code: str = ""
    reason: str = ""
    known_on: object = None
    source: str = ""
    source_url: str = ""


@dataclass
class Recorded:
    """What became of many figures: how many were new, unchanged and revised."""

    new: int = 0
    unchanged: int = 0
    revised: int = 0


# --- Checking --------------------------------------------------------------------------------------------------------


def check(indicator, area, said, period_start=None):
    """Everything that speaks against recording this figure, as sentences for people; empty: nothing does."""
    return [*_wrong_in_time(indicator, area, period_start), *_wrong_in_itself(indicator, said)]


def _wrong_in_time(indicator, area, start):
    if start is None:
        return
    try:
        period = Period.starting(indicator.frequency, start)
    except ValueError:
        yield f"No {words.noun_of(indicator)} of this indicator starts on {start:%-d %B %Y}."
        return
    if start > today():
        yield f"{period.label} has not begun yet. Check the period."
    if (area.valid_from and period.end < area.valid_from) or (area.valid_to and start > area.valid_to):
        yield f"{area} did not exist in {period.label}. Choose another area or period."


def _wrong_in_itself(indicator, said):
    given = {name: getattr(said, name) for name in ("value", "low", "high", "numerator", "denominator")}
    held = {name: value for name, value in given.items() if value is not None}
    has_parts = "numerator" in held or "denominator" in held
    if any(not Decimal(value).is_finite() or abs(value) >= LARGEST for value in held.values()):
        yield "This number is too large. Check it."
        return
    if said.missing_reason and held:
        yield "Enter a figure or say why there is none, not both."
    elif not said.missing_reason and not held:
        yield "Enter a figure, or say why there is none."
    if has_parts and not {"numerator", "denominator"} <= set(held):
        yield "Enter both: how many, and out of how many."
    elif has_parts and held["denominator"] <= 0:
        yield "The number that it is out of has to be above 0."
    elif has_parts and indicator.unit == Indicator.Unit.PERCENT and held["numerator"] > held["denominator"]:
        yield (
            f"{words.number(held['numerator'])} is more than the {words.number(held['denominator'])} that it is out of. "
            "Check both numbers."
        )
    if ("low" in held) != ("high" in held):
        yield "A range needs both ends."
    elif "low" in held and (held["low"] > held["high"] or "value" in held):
        yield "Enter either one value or a range from the lower to the higher number."
    if not indicator.is_change and any(value < 0 for value in held.values()):
        yield "This figure cannot be below 0."
    values = [held[name] for name in ("value", "low", "high") if name in held]
    if indicator.unit == Indicator.Unit.PERCENT and not indicator.is_change and any(value > 100 for value in values):
        yield "A share cannot be more than 100%."
    if indicator.unit == Indicator.Unit.COUNT and any(value != int(value) for value in values):
        yield "A number of things has no part after the point."


# --- One figure ------------------------------------------------------------------------------------------------------


@transaction.atomic
def record(
    indicator,
    area,
    said,
    *,
    by,
    period_start=None,
    period_as_stated="",
    known_on=None,
    code="",
    reason="",
    source="",
    source_url="",
    source_subject="",
    batch=None,
):
    """Write what an indicator's figure for an area and period is, as its next revision. None when it says so already.

    Without `period_start` it is a figure as somebody reported it, of `period_as_stated`. A figure that is there already
    changes only with a code (R1, R2, R3, C) and a reason. Raises NotPossible with what is wrong, in words.
    """
    said, known_on = said.completed(indicator), known_on or today()
    if period_start is None and not period_as_stated.strip():
        raise NotPossible("Say which period the figure is of.")
    if wrong := check(indicator, area, said, period_start):
        raise NotPossible(" ".join(wrong))
    if known_on > today():
        raise NotPossible("A figure cannot be known before its day has come. Enter today or a day before.")
    # Everybody who records in this series takes turns: two first figures of one period cannot pass each other.
    Indicator.objects.select_for_update().get(pk=indicator.pk)
    which = (
        {"period_start": period_start} if period_start else {"period_start": None, "period_as_stated": period_as_stated}
    )
    held = Observation.objects.filter(indicator=indicator, area=area, **which).first()
    if held and Said.of(held) == said:
        return None
    if held:
        _ensure_may_follow(held, known_on, code, reason)
    observation = held or Observation(
        indicator=indicator, area=area, period_start=period_start, period_as_stated=period_as_stated
    )
    before = words_of(observation) if held else ""
    _take_over(observation, said, known_on)
    observation.save()
    revision = ObservationRevision.objects.create(
        observation=observation,
        n=observation.revisions_held,
        code=code if held else Code.FIRST,
        reason=reason if held else "",
        known_on=known_on,
        by=by,
        source=source[:300],
        source_url=source_url[:500],
        source_subject=source_subject,
        batch=batch,
        **{name: getattr(said, name) for name in FIGURE_FIELDS},
    )
    now = words_of(observation)
    act = f"Changed “{observation}” from {before} to {now}" if held else f"Recorded “{observation}”: {now}"
    audit.write(act, subject=observation, context=indicator, by=by, reason=revision.reason)
    summaries.recompute([(indicator, area)])
    return revision


def _ensure_may_follow(held, known_on, code, reason):
    if code not in (Code.BETTER_SOURCE, Code.ROUTINE, Code.METHOD, Code.CORRECTION) or not reason.strip():
        raise NotPossible(
            f"There is a figure already: {words_of(held)}. Say what kind of revision this is, and why the figure changes."
        )
    if held.known_on and known_on < held.known_on:
        raise NotPossible(
            f"What it says now has been known since {held.known_on:%-d %B %Y}. Enter that day or a later one: "
            "a revision follows the one before."
        )


def _take_over(observation, said, known_on):
    for name in FIGURE_FIELDS:
        setattr(observation, name, getattr(said, name))
    observation.known_on = known_on
    observation.revisions_held += 1


def words_of(figure, indicator=None):
    """What an Observation or revision says, in print: 6,021; 10,000 to 13,000; not obtained."""
    indicator = indicator or (figure.indicator if isinstance(figure, Observation) else figure.observation.indicator)
    return words.figure_or_why(figure, indicator)


@transaction.atomic
def confirm_period(observation, period_start, *, by, reason=""):
    """Give a figure that was kept "as reported" its period: from then on it is a point of the series.

    The words in which the period was stated stay. Raises NotPossible where the period holds a figure already.
    """
    indicator = Indicator.objects.select_for_update().get(pk=observation.indicator_id)
    observation = Observation.objects.select_related("area", "indicator").get(pk=observation.pk)
    if observation.period_start is not None:
        raise NotPossible(f"Its period is {observation.period_label} already.")
    if wrong := list(_wrong_in_time(indicator, observation.area, period_start)):
        raise NotPossible(" ".join(wrong))
    taken = Observation.objects.filter(indicator=indicator, area=observation.area, period_start=period_start).first()
    if taken:
        raise NotPossible(
            f"{taken.period_label} has a figure already: {words_of(taken)}. Record a revision of that one instead."
        )
    observation.period_start = period_start
    observation.save(update_fields=["period_start"])
    act = f"Confirmed that “{observation.period_as_stated}” is {observation.period_label}"
    audit.write(act, subject=observation, context=indicator, by=by, reason=reason)
    summaries.recompute([(indicator, observation.area)])
    return observation


# --- Many figures ----------------------------------------------------------------------------------------------------


@transaction.atomic
def record_many(rows, *, by, batch=None, progress=None):
    """Write many figures in one transaction, each as `record` does. `progress(done, total)` is called now and then.

    Raises NotPossible at the first figure that cannot be written: then none is. Summaries are worked out once a series.
    """
    rows, done = list(rows), Recorded()
    list(Indicator.objects.select_for_update().filter(pk__in={row.indicator.pk for row in rows}).order_by("pk"))
    held = _held(rows)
    new, changed, revisions, now = {}, {}, [], timezone.now()
    for number, row in enumerate(rows, 1):
        said, known_on = row.said.completed(row.indicator), row.known_on or today()
        if wrong := check(row.indicator, row.area, said, row.period_start):
            raise NotPossible(f"{row.indicator}, {row.area}: {' '.join(wrong)}")
        if known_on > today():
            raise NotPossible("A figure cannot be known before its day has come. Enter today or a day before.")
        place = (row.indicator.pk, row.area.pk, row.period_start)
        observation = held.get(place)
        if observation is not None and Said.of(observation) == said:
            done.unchanged += 1
            continue
        if observation is None:
            observation = Observation(indicator=row.indicator, area=row.area, period_start=row.period_start)
            held[place] = new[place] = observation
            done.new += 1
        else:
            observation.indicator, observation.area = row.indicator, row.area
            _ensure_may_follow(observation, known_on, row.code, row.reason)
            if place not in new:
                changed[place] = observation
            done.revised += 1
        _take_over(observation, said, known_on)
        revisions.append((observation, said, row, known_on))
        if progress and number % 200 == 0:
            progress(number, len(rows))
    Observation.objects.bulk_create(new.values(), batch_size=_AT_A_TIME)
    # What bulk_update does with a CASE for each row takes ten times as long.
    Observation.objects.bulk_create(
        changed.values(),
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=[*FIGURE_FIELDS, "known_on", "revisions_held"],
        batch_size=_AT_A_TIME,
    )
    _append(revisions, by, batch, now)
    if new or changed:
        touched = {(row.indicator, row.area) for _, _, row, _ in revisions}
        summaries.recompute(touched)
        _note(touched, done, by, batch)
    return done


def _held(rows):
    """The observations that are there already, by indicator, area and period: one query."""
    found = Observation.objects.filter(
        indicator__in={row.indicator.pk for row in rows},
        area__in={row.area.pk for row in rows},
        period_start__isnull=False,
    )
    wanted = {(row.indicator.pk, row.area.pk, row.period_start) for row in rows}
    by_place = {(each.indicator_id, each.area_id, each.period_start): each for each in found.iterator()}
    return {place: each for place, each in by_place.items() if place in wanted}


def _append(revisions, by, batch, now):
    """Append one revision each. A figure that comes twice in one file gets its revisions in that order."""
    last = {}
    made = []
    for observation, said, row, known_on in reversed(revisions):
        n = last.get(id(observation), observation.revisions_held)
        last[id(observation)] = n - 1
        made.append(
            ObservationRevision(
                observation=observation,
                n=n,
                code=row.code if n > 1 else Code.FIRST,
                reason=row.reason if n > 1 else "",
                known_on=known_on,
                recorded_at=now,
                by=by,
                source=row.source[:300],
                source_url=row.source_url[:500],
                batch=batch,
                **{name: getattr(said, name) for name in FIGURE_FIELDS},
            )
        )
    ObservationRevision.objects.bulk_create(reversed(made), batch_size=_AT_A_TIME)


def _note(touched, done, by, batch):
    parts = [(done.new, "new"), (done.revised, "revised")]
    said = " and ".join(f"{words.so_many(count, 'figure')} {what}" for count, what in parts if count)
    indicators = {indicator.pk: indicator for indicator, _ in touched}
    subject = batch or next(iter(indicators.values()))
    audit.write(f"Recorded together: {said}", subject=subject, by=by, indicators=sorted(indicators))
