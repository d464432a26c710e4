"""Small charts beside each other, one for each area, all on one scale and over the same periods."""

from django.utils.safestring import SafeString

from scrutiny.indicators.drawing import chart, reading
from scrutiny.indicators.drawing.marks import name
from scrutiny.indicators.drawing.scale import scale_for


def small_multiples(charts, *, prefix):
    """[{"area", "shown", "period", "reading", "svg"}] for charts of one indicator in several areas.

    An area without any figure has no drawing; its row says so.
    """
    drawn = [data for data in charts if any(not reading.is_gap(point) for point in data["points"])]
    if not drawn:
        return [_panel(data, None, "") for data in charts]
    periods = {point["start"]: point for data in drawn for point in data["points"]}
    slots = [periods[start] for start in sorted(periods)]
    scale = scale_for(
        [value for data in drawn for value in reading.heights(data)],
        from_zero=drawn[0].get("from_zero", True),
        most=4,
        is_whole=drawn[0].get("unit", "count") == "count" and not drawn[0].get("decimals"),
        ceiling=100 if drawn[0].get("unit") == "percent" else None,
    )
    return [
        _panel(data, _on(slots, data) if data in drawn else None, f"{prefix}-{n}", scale)
        for n, data in enumerate(charts)
    ]


def _panel(data, aligned, prefix, scale=None):
    latest = next((point for point in reversed(data["points"]) if not reading.is_gap(point)), {})
    svg = chart.panel_svg(aligned, prefix=name(prefix), scale=scale) if aligned else ""
    return {
        "area": data["area"],
        "shown": latest.get("shown", ""),
        "period": latest.get("short", ""),
        "verdict": data.get("verdict") or {},
        "svg": SafeString(svg),
    }


def _on(slots, data):
    """The same chart over the periods of all of them: what is missing before and after is a gap."""
    own = {point["start"]: point for point in data["points"]}
    points = [own.get(slot["start"]) or _nothing(slot) for slot in slots]
    shift = next(place for place, slot in enumerate(slots) if slot["start"] in own)
    segments = [
        {**each, "from": each["from"] + shift, "to": each["to"] + shift, "label": ""}
        for each in data.get("segments") or []
    ]
    restarts = [place + shift for place in data.get("restarts") or []]
    return {**data, "points": points, "segments": segments, "restarts": restarts, "notes": [], "baseline": None}


def _nothing(slot):
    names = ("start", "label", "short", "axis")
    return {**{key: slot.get(key, "") for key in names}, "value": None, "shown": "none", "state": "none"}
