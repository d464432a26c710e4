"""Small counts of districts: what the public must neither read nor be able to work out.

A count below the indicator's threshold may tell of a person. So it is told as "fewer than 5", and where districts add up to
their force, another district of the same period is kept back with it when subtracting would give it away.
"""

from collections import defaultdict
from dataclasses import replace

from scrutiny.indicators.models import Area, Figure, Indicator

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


def kept_back(many):
    """{(area pk, first day)} of the figures of districts that are kept back so that no small one can be worked out.

    `many`: the series of one indicator, with every figure. Nothing is kept back where districts do not add up.
    """
    found = set()
    held = {series.area.pk: series for series in many}
    if not any(series.indicator.is_additive and series.indicator.unit == Indicator.Unit.COUNT for series in many):
        return found
    parts = defaultdict(list)
    for series in many:
        if series.area.kind == Area.Kind.DISTRICT and series.area.parent_id in held:
            parts[series.area.parent_id].append(series)
    for whole, districts in parts.items():
        totals = {point.period.start: point for point in held[whole].points}
        for start, total in totals.items():
            found |= {(area, start) for area in _more_to_hide(districts, start, total)}
    return found


def _more_to_hide(districts, start, total):
    """The areas whose figures have to go as well: the smallest that are shown, until what is hidden cannot be known."""
    points = {series.area: point for series in districts if (point := _at(series, start)) and point.value is not None}
    indicator = districts[0].indicator
    small = [point.value for area, point in points.items() if is_small(point, indicator, area)]
    if not small or total.value is None or len(points) < len(districts):
        return set()
    shown = [(not point.value, point.value, area.pk) for area, point in points.items()]
    shown = sorted(
        each for each, area in zip(shown, points, strict=True) if not is_small(points[area], indicator, area)
    )
    more = []
    while shown and _can_be_worked_out(small, [value for _, value, _ in more], indicator.small_count_threshold):
        more.append(shown.pop(0))
    return {pk for *_, pk in more}


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
