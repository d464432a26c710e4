"""Areas beside each other: rates per 1,000 people, or shares, inside the funnel that chance alone would draw.

A rank by itself says little. So every area says first whether it can be told from the average at all.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, Subquery
from django.db.models.functions import ExtractYear

from scrutiny.indicators import words
from scrutiny.indicators.intervals import proportion_funnel, rate_funnel
from scrutiny.indicators.models import Area, Indicator, Observation, ObservationRevision, Population

FEWEST = 3  # areas that make a comparison
CURVE = 24  # places at which the funnel's lines are worked out


@dataclass(frozen=True)
class Peer:
    """One area's figure of a period, and how many people live there."""

    area: Area
    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    people: int | None


def peers(indicator, areas, period_start, known_on=None):
    """[Peer] of the areas that have a figure of the period, as known on a day: one query, with the year's population.

    The population is that of the year in which the period starts, or else the last one before.
    """
    held = {area.pk: area for area in areas}
    names = ("value", "numerator", "denominator")
    if known_on is None:
        found = Observation.objects.filter(indicator=indicator, area__in=held, period_start=period_start)
        rows = found.values_list("pk", "area", *names, _people("area", period_start.year))
    else:
        found = ObservationRevision.objects.filter(
            observation__indicator=indicator,
            observation__area__in=held,
            observation__period_start=period_start,
            known_on__lte=known_on,
        )
        rows = found.order_by("observation_id", "n").values_list(
            "observation", "observation__area", *names, _people("observation__area", period_start.year)
        )
    last = {row[0]: row[1:] for row in rows}.values()
    return [Peer(held[area], *rest) for area, *rest in last if rest[0] is not None]


def _people(area, year):
    counted = Population.objects.filter(area=OuterRef(area), year__lte=year)
    return Subquery(counted.order_by("-year", "-pk").values("people")[:1])


def people_of(area):
    """For summaries: how many people lived in the area in the year of its latest figure, or the last year before."""
    counted = Population.objects.filter(area=OuterRef(area), year__lte=ExtractYear(OuterRef("latest_start")))
    return Subquery(counted.order_by("-year", "-pk").values("people")[:1])


def funnel_data(indicator, found, period, *, title):
    """What the funnel draws and its table lists, as JSON; None where fewer than three areas can be compared.

    Counts are set against people; shares against the numbers that they are out of.
    """
    if indicator.is_change or indicator.unit not in (Indicator.Unit.COUNT, Indicator.Unit.PERCENT):
        return None
    is_rate = indicator.unit == Indicator.Unit.COUNT
    parts = [(peer, peer.value, peer.people) if is_rate else (peer, peer.numerator, peer.denominator) for peer in found]
    parts = [(peer, float(top), float(base)) for peer, top, base in parts if top is not None and base]
    if len(parts) < FEWEST:
        return None
    times = 1000 if is_rate else 100
    average = sum(top for _, top, _ in parts) / sum(base for _, _, base in parts) * times
    limits = [_limits(average, base, is_rate) for base in _sizes([base for *_, base in parts])]
    points = [_point(peer, top, base, average, is_rate) for peer, top, base in parts]
    return {
        "title": title,
        "subtitle": f"{period.label}, {'per 1,000 people' if is_rate else 'share'}. Average: {_shown(average, is_rate)}.",
        "sentence": _sentence(points),
        "points": points,
        "limits": limits,
        "mean": average,
        "mean_shown": _shown(average, is_rate),
        "unit": "rate" if is_rate else "percent",
        "size_label": "people" if is_rate else "out of how many",
        "synthetic": indicator.synthetic_note,
    }


def _point(peer, top, base, average, is_rate):
    value = top / base * (1000 if is_rate else 100)
    _, low, high, *_ = _limits(average, base, is_rate)
    outside = "high" if value > high else "low" if value < low else ""
    return {"name": peer.area.name, "value": value, "shown": _shown(value, is_rate), "size": base, "outside": outside}


def _limits(average, base, is_rate):
    """[size, lower and upper of 95 in 100, lower and upper of 998 in 1,000]."""
    if is_rate:
        funnel, times = rate_funnel(average, base), 1
    else:
        funnel, times = proportion_funnel(average / 100, round(base)), 100
    ends = (funnel.inner.lower, funnel.inner.upper, funnel.outer.lower, funnel.outer.upper)
    return [base, *(end * times for end in ends)]


def _sizes(bases):
    """Where the lines are worked out: evenly by ratio, since a funnel narrows fast and then slowly."""
    least, most = max(min(bases) * 0.6, 1), max(bases) * 1.1
    ratio = (most / least) ** (1 / (CURVE - 1))
    return [float(round(least * ratio**step)) for step in range(CURVE)]


def _shown(value, is_rate):
    return words.number(value, 2) if is_rate else f"{words.number(value, 1)}%"


def _sentence(points):
    high = [point["name"] for point in points if point["outside"] == "high"]
    low = [point["name"] for point in points if point["outside"] == "low"]
    if not high and not low:
        return f"None of the {len(points)} areas can be told from the average: chance alone explains the differences."
    parts = []
    for names, side in ((high, "above"), (low, "below")):
        if names:
            parts.append(
                f"{words.listed(names)} {'lies' if len(names) == 1 else 'lie'} further {side} the average than chance explains"
            )
    rest = len(points) - len(high) - len(low)
    others = f" The other {rest} cannot be told from it." if rest > 1 else ""
    return f"{'; '.join(parts)}.{others}"
