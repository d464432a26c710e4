"""Small counts of districts: what the public must neither read nor be able to work out.

A count below the indicator's threshold may tell of a person. So it is told as "fewer than 5", and where districts add up to
their force, another district of the same period is kept back with it when subtracting would give it away.
"""

from collections import defaultdict
from dataclasses import replace

from django.db.models import Q

from scrutiny.indicators.models import Area, Figure, Indicator
from scrutiny.indicators.series import load_many

_GONE = dict.fromkeys(("value", "low", "high", "numerator", "denominator"))


def is_small(figure, indicator, area):
    """Whether a figure (a point of a series, a revision) of this area is too small for the public. 0 tells of nobody."""
    if area.kind != Area.Kind.DISTRICT:
        return False
    counted = (figure.numerator,)
    if indicator.unit == Indicator.Unit.COUNT and not indicator.is_change:
        counted = (figure.value, figure.low, figure.high, figure.numerator)
    elif indicator.unit == Indicator.Unit.PERCENT and None not in (figure.numerator, figure.denominator):
        counted = (figure.numerator, figure.denominator - figure.numerator)
    return any(count is not None and 0 < count < indicator.small_count_threshold for count in counted)


def without(series):
    """The series as the public may have it: small counts as suppressed, stated ones left out."""
    indicator, area = series.indicator, series.area

    def public(point):
        return _hidden(point, Figure.Missing.SUPPRESSED) if is_small(point, indicator, area) else point

    stated = tuple(point for point in series.stated if not is_small(point, indicator, area))
    return replace(series, points=tuple(map(public, series.points)), stated=stated)


def as_published(series):
    """The series as the public may have it: without small counts and without what would give one of its district away."""
    area = series.area
    if area.kind != Area.Kind.DISTRICT or area.parent_id is None:
        return without(series)
    beside = Area.objects.filter(Q(pk=area.parent_id) | Q(parent=area.parent_id, kind=Area.Kind.DISTRICT))
    beside = beside.filter(observations__indicator=series.indicator).distinct()
    many = load_many([(series.indicator, each) for each in beside], series.known_on, with_notes=False)
    return keeping_back(without(series), kept_back(many.values()))


def kept_back(many):
    """{(area pk, first day)} of the figures that are kept back so that no small one of a district can be worked out.

    `many`: the series of one indicator, with every figure. Nothing is kept back where districts do not add up.
    """
    found = set()
    held = {series.area.pk: series for series in many}
    parts = defaultdict(list)
    for series in held.values():
        if series.area.kind == Area.Kind.DISTRICT and series.area.parent_id in held:
            parts[series.area.parent_id].append(series)
    for whole, districts in parts.items():
        totals = {point.period.start: point for point in held[whole].points}
        for start, total in totals.items():
            found |= {(area, start) for area in _more_to_hide(districts, start, total)}
    return found


def _more_to_hide(districts, start, total):
    """The areas whose figures have to go as well: the smallest that are shown, until what is hidden cannot be known."""
    indicator = districts[0].indicator
    points = {series.area: point for series in districts if (point := _at(series, start)) and point.value is not None}
    small = {area for area, point in points.items() if is_small(point, indicator, area)}
    if not small or len(points) < len(districts):
        return set()
    sums = [said for count in _COUNTS if (said := _summed(count, points, total, indicator))]
    if not sums:
        return set()
    first = sums[0]
    shown = sorted((not first[area], first[area], area.pk, area) for area in points if area not in small)
    hidden = set(small)
    while any(_tells(said, hidden, indicator.small_count_threshold) for said in sums):
        if not shown:  # one each in every district: only the sum itself says so
            return {area.pk for area in hidden - small} | {districts[0].area.parent_id}
        hidden.add(shown.pop(0)[-1])
    return {area.pk for area in hidden - small}


def _counted(point, indicator):
    return point.value if indicator.unit == Indicator.Unit.COUNT and not indicator.is_change else point.numerator


def _rest(point, indicator):
    is_share = indicator.unit == Indicator.Unit.PERCENT and None not in (point.numerator, point.denominator)
    return point.denominator - point.numerator if is_share else None


# What anybody can add up: things counted, also as the upper part of a share; and what a share leaves over.
_COUNTS = (_counted, _rest)


def _summed(count, points, total, indicator):
    """{area: so many} where the districts' counts make those of the force, or are said to; else None."""
    found = {area: count(point, indicator) for area, point in points.items()}
    whole = count(total, indicator)
    if whole is None or None in found.values():
        return None
    return found if indicator.is_additive or sum(found.values()) == whole else None


def _tells(found, hidden, threshold):
    """Whether the sum of what is hidden gives away a small count."""
    small = [found[area] for area in hidden if 0 < found[area] < threshold]
    others = [found[area] for area in hidden if not 0 < found[area] < threshold]
    return bool(small) and _can_be_worked_out(small, others, threshold)


def _can_be_worked_out(small, others, threshold):
    """Whether somebody who knows the sum of the small and the other figures kept back also knows a small one."""
    together, count = sum(small) + sum(others), len(small)
    possible = [
        sum_of_small
        for sum_of_small in range(count, count * (threshold - 1) + 1)
        if (rest := together - sum_of_small) == 0 or (others and rest >= threshold)
    ]
    return len(possible) == 1 and (count == 1 or possible[0] in (count, count * (threshold - 1)))


def _at(series, start):
    return next((point for point in series.points if point.period.start == start), None)


def keeping_back(series, places):
    """The series without the figures that are kept back: `places` as `kept_back` gives them."""

    def public(point):
        if (series.area.pk, point.period.start) in places:
            return _hidden(point, Figure.Missing.NOT_PUBLISHED)
        return point

    return replace(series, points=tuple(map(public, series.points)))


def _hidden(point, reason):
    return replace(point, **_GONE, missing_reason=reason, status="", as_reported=False, n=0)
