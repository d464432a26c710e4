"""What makes a figure look wrong though it may be right: asked before it is recorded, never a reason to refuse it."""

from collections import defaultdict

from scrutiny.indicators import words
from scrutiny.indicators.models import Area, Observation
from scrutiny.indicators.periods import Period
from scrutiny.indicators.reading import read
from scrutiny.indicators.series import load_many


def doubts(rows):
    """{(indicator pk, area pk, first day): [sentence]} about figures that are to be recorded (`recording.Row`).

    A figure outside the usual range; districts that do not add up to their force.
    """
    found = defaultdict(list)
    rows = [row for row in rows if row.said.value is not None]
    for place, sentence in [*_outside(rows), *_not_adding_up(rows)]:
        found[place].append(sentence)
    return dict(found)


def _place(row):
    return row.indicator.pk, row.area.pk, row.period_start


def _outside(rows):
    pairs = {(row.indicator.pk, row.area.pk): (row.indicator, row.area) for row in rows}
    readings = {pair: (series, read(series)) for pair, series in load_many(pairs.values(), with_notes=False).items()}
    for row in rows:
        series, reading = readings[row.indicator.pk, row.area.pk]
        limits = _limits_at(series, reading, row.period_start)
        if limits and not limits[0] <= float(row.said.value) <= limits[1]:
            low, high = (
                words.limit(max(end, 0) if not row.indicator.is_change else end, row.indicator) for end in limits
            )
            shown = words.shown(row.said.value, row.indicator)
            yield _place(row), f"{shown} is outside the usual range from {low} to {high}."


def _limits_at(series, reading, start):
    """The usual range in which the period lies; that of the last stretch for a period still to come."""
    if reading.chart is None:
        return None
    index = sum(point.period.start < start for point in series.points)
    stretches = list(zip(reading.chart.segments, reading.kinds, strict=True))
    segment, kind = next(((each, kind) for each, kind in stretches if each.start <= index < each.end), stretches[-1])
    return (segment.lower, segment.upper) if kind in ("limits", "locked") else None


def _not_adding_up(rows):
    additive = [row for row in rows if row.indicator.is_additive]
    if not additive:
        return
    values = _held(additive) | {_place(row): row.said.value for row in additive}
    parts = defaultdict(list)
    for pk, parent in Area.objects.filter(kind=Area.Kind.DISTRICT, parent__isnull=False).values_list("pk", "parent"):
        parts[parent].append(pk)
    told = set()
    for row in additive:
        whole = row.area.pk if row.area.pk in parts else row.area.parent_id
        place = (row.indicator.pk, whole, row.period_start)
        each = [values.get((row.indicator.pk, part, row.period_start)) for part in parts.get(whole, [])]
        if place in told or not each or None in each or values.get(place) in (None, sum(each)):
            continue
        told.add(place)
        period = Period.starting(row.indicator.frequency, row.period_start).label
        total, said = words.shown(sum(each), row.indicator), words.shown(values[place], row.indicator)
        yield _place(row), f"The districts add up to {total} in {period}, and the force’s figure is {said}."


def _held(rows):
    found = Observation.objects.filter(
        indicator__in={row.indicator.pk for row in rows}, period_start__in={row.period_start for row in rows}
    )
    return {tuple(place): value for *place, value in found.values_list("indicator", "area", "period_start", "value")}
