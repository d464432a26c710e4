"""What a drawing needs to know of the points of a chart beyond their figures."""

from scrutiny.indicators.drawing.marks import SIGNAL_OF

TREND = "trend"


def has_value(point):
    """It has one figure, not a range and not a gap."""
    return point.get("value") is not None


def is_range(point):
    """It was published as from and to."""
    return point.get("value") is None and point.get("low") is not None and point.get("high") is not None


def is_gap(point):
    """There is no figure."""
    return not has_value(point) and not is_range(point)


def gap_words(points):
    """What to say of the gaps: that there is no figure, or that all of them are too small to be published."""
    shown = {point["shown"] for point in points if is_gap(point)}
    return shown.pop() if len(shown) == 1 and shown != {"none"} else "no figure"


def is_signal(point):
    """It is more than the usual ups and downs."""
    return point.get("state") in SIGNAL_OF


def is_high(data, index):
    """Whether a signal points up: neutral ones say so; the others by their side of the mean, or by the way of their trend."""
    point = data["points"][index]
    if point["state"] in ("high", "low"):
        return point["state"] == "high"
    if point.get("cause") == TREND:
        held = [each["value"] for each in data["points"][max(0, index - 1) : index + 2] if has_value(each)]
        if len(held) > 1:
            return held[-1] > held[0]
    segment = segment_of(data, index)
    return segment is None or segment.get("mean") is None or point["value"] >= segment["mean"]


def segment_of(data, index):
    """The stretch of one set of limits that a point belongs to."""
    return next((each for each in data.get("segments", ()) if each["from"] <= index < each["to"]), None)


def heights(data):
    """Every value that must find its place on the axis."""
    found = []
    for point in data["points"]:
        found += [point.get(name) for name in ("value", "low", "high")]
        found += point.get("interval") or []
    for segment in data.get("segments", ()):
        found += [segment.get(name) for name in ("mean", "lower", "upper")]
    for name in ("target", "baseline"):
        found += [(data.get(name) or {}).get(part) for part in ("value", "upper")]
    return [float(value) for value in found if value is not None]
