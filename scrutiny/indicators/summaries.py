"""Summaries: one row a series, worked out whenever a figure changes, so that a dashboard reads rows and computes nothing."""

from django.db import transaction

from opcc_portal.office.dates import today
from scrutiny.indicators.charting import tile_data
from scrutiny.indicators.control_charts import MAKING_DATA_COUNT
from scrutiny.indicators.models import Area, Indicator, Observation, Summary
from scrutiny.indicators.reading import ENGINE, read
from scrutiny.indicators.series import load_many

_COMPARED = (
    "verdict",
    "words",
    "sentence",
    "is_signal",
    "assurance",
    "latest_value",
    "latest_start",
    "latest_known_on",
    "tile",
)
_WRITTEN = (*_COMPARED, "rules", "engine", "computed_at")
_AT_A_TIME = 50


def recompute(pairs):
    """Work out anew the summaries of these (indicator, area), inside the caller's transaction."""
    pairs = {(indicator.pk, area.pk): (indicator, area) for indicator, area in pairs}
    for chunk in _chunks(list(pairs.values())):
        Summary.objects.bulk_create(
            _worked_out(chunk),
            update_conflicts=True,
            unique_fields=["indicator", "area"],
            update_fields=_WRITTEN,
        )


def recompute_indicator(indicator):
    """Work out anew all summaries of one indicator: its definition, target or direction has changed."""
    areas = Area.objects.filter(observations__indicator=indicator).distinct()
    recompute([(indicator, area) for area in areas])


def rebuild(progress=None):
    """Work out every summary anew from the figures and take out those without any. Returns how many there are."""
    pairs = _all_pairs()
    for number, chunk in enumerate(_chunks(pairs)):
        with transaction.atomic():
            recompute(chunk)
        if progress:
            progress(min((number + 1) * _AT_A_TIME, len(pairs)), len(pairs))
    wanted = {(indicator.pk, area.pk) for indicator, area in pairs}
    stale = [
        pk for pk, *pair in Summary.objects.values_list("pk", "indicator_id", "area_id") if tuple(pair) not in wanted
    ]
    Summary.objects.filter(pk__in=stale).delete()
    return len(pairs)


def differences(progress=None):
    """How stored summaries differ from what the figures say now: sentences; empty when all are equal."""
    pairs, found = _all_pairs(), []
    held = {(each.indicator_id, each.area_id) for each in Summary.objects.only("indicator_id", "area_id")}
    for number, chunk in enumerate(_chunks(pairs)):
        stored = {
            (each.indicator_id, each.area_id): each
            for each in Summary.objects.filter(indicator__in={indicator for indicator, _ in chunk})
        }
        for fresh in _worked_out(chunk):
            pair = (fresh.indicator_id, fresh.area_id)
            held.discard(pair)
            found += _differing(stored.get(pair), fresh)
        if progress:
            progress(min((number + 1) * _AT_A_TIME, len(pairs)), len(pairs))
    return found + [
        f"A summary of indicator {indicator} and area {area} has no figures." for indicator, area in sorted(held)
    ]


def _differing(stored, fresh):
    name = f"{fresh.indicator}, {fresh.area}"
    if stored is None:
        return [f"{name}: no summary is kept."]
    if stored.engine != fresh.engine:
        return [f"{name}: worked out by version {stored.engine} of the software, now {fresh.engine}."]
    return [
        f"{name}: {field} is kept as {getattr(stored, field)!r}, the figures say {getattr(fresh, field)!r}."
        for field in _COMPARED
        if getattr(stored, field) != getattr(fresh, field)
    ]


def _all_pairs():
    found = Observation.objects.order_by("indicator_id", "area_id").values_list("indicator_id", "area_id").distinct()
    pairs = list(found)
    indicators = Indicator.objects.select_related("owner").in_bulk({indicator for indicator, _ in pairs})
    areas = Area.objects.in_bulk({area for _, area in pairs})
    return [(indicators[indicator], areas[area]) for indicator, area in pairs]


def _chunks(pairs):
    return (pairs[start : start + _AT_A_TIME] for start in range(0, len(pairs), _AT_A_TIME))


def _worked_out(pairs):
    day = today()
    return [_summary(series, read(series), day) for series in load_many(pairs, with_notes=False).values()]


def _summary(series, reading, day):
    latest = reading.latest
    return Summary(
        indicator=series.indicator,
        area=series.area,
        verdict=str(reading.verdict),
        words=reading.words,
        sentence=reading.sentence,
        is_signal=reading.is_signal,
        assurance=reading.assurance,
        latest_value=latest.value if latest else None,
        latest_start=latest.period.start if latest and latest.period else None,
        latest_known_on=latest.known_on if latest else None,
        tile=tile_data(series, reading, day),
        rules=MAKING_DATA_COUNT.name,
        engine=ENGINE,
    )
