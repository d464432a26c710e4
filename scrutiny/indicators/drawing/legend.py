"""The key to the marks of a chart: only those that it holds."""

from django.utils.safestring import SafeString

from scrutiny.indicators.drawing import reading
from scrutiny.indicators.drawing.marks import DASHES, DOTS, SIGNAL_OF, pen, signal_pen, triangle

PATTERNS = {"trial": DOTS, "limits": DASHES, "locked": DASHES}  # how the limits of a stretch are drawn


def legend(data):
    """[{"symbol": SVG, "words"}] for the marks in a chart."""
    return [{"symbol": _symbol(shape), "words": words} for shape, words in keys(data)]


def keys(data):
    """[(shape in a square of 20, words)] for the marks in a chart, in the order in which readers meet them."""
    points = data["points"]
    found = []
    usual = [point for point in points if reading.has_value(point) and not reading.is_signal(point)]
    if usual:
        is_judged = any(point.get("state") == "usual" and point.get("reading") != "Not judged" for point in usual)
        dot = f'<path {pen("dots", stroke_width=9)} d="M10 10h0"/>'
        found.append((dot, "usual" if is_judged else "figure of a period"))
    for state, is_up, words in _signals(data):
        shape = triangle(10, 10, 6, is_up=is_up)
        found.append((f'<path {signal_pen(SIGNAL_OF[state], is_hollow=False)} d="{shape}"/>', words))
    if any(point.get("provisional") and not reading.is_gap(point) for point in points):
        ring = f'<circle {pen("hollow", stroke_width=1.75)} cx="10" cy="10" r="4.5"/>'
        found.append((ring, "hollow: provisional"))
    if any(map(reading.is_range, points)):
        found.append(
            ('<rect class="c-bar" fill="#1d3557" x="7" y="3" width="6" height="14"/>', "bar: from lowest to highest")
        )
    if any(point.get("interval") for point in points):
        found.append((f'<path {pen("limit", stroke_width=1.5)} d="M10 3V17M6 3h8M6 17h8"/>', "how sure the figure is"))
    if any(map(reading.is_gap, points)):
        found.append(
            (
                f'<path {pen("grid")} d="M2 10l8-8M2 18l16-16M10 18l8-8" stroke-width="1.5"/>',
                f"hatched: {reading.gap_words(points)}",
            )
        )
    for kind, label in dict.fromkeys((each.get("kind"), each.get("label")) for each in data.get("segments") or []):
        if label and kind in PATTERNS:
            found.append((f'<path {pen("limit", stroke_dasharray=PATTERNS[kind])} d="M0 10H20"/>', label))
    if data.get("restarts"):
        found.append((f'<path {pen("axis", stroke_dasharray=DOTS)} d="M10 2V18"/>', "limits start anew"))
    if data.get("target"):
        dots = f'<path {pen("aim", stroke_width=2, stroke_linecap="round", stroke_dasharray="0 5")} d="M2 10H19"/>'
        words = data["target"].get("words") or f"Target: {data['target']['shown']}"
        found.append((dots, words[0].lower() + words[1:]))
    if data.get("baseline"):
        dashes = f'<path {pen("axis", stroke_dasharray="14 4 2 4")} d="M0 10H20"/>'
        baseline = data["baseline"]
        found.append(
            (dashes, f"baseline: {baseline['shown']}, {baseline['label']}" if baseline.get("label") else "baseline")
        )
    return found


def _signals(data):
    """(state, does it point up, in words) of each kind of signal in the chart."""
    found = {}
    for index, point in enumerate(data["points"]):
        if reading.has_value(point) and reading.is_signal(point):
            key = point["state"], reading.is_high(data, index)
            words = point.get("reading") or point["state"]
            found.setdefault(key, words[0].lower() + words[1:])
    return [(state, is_up, words) for (state, is_up), words in found.items()]


def _symbol(shape):
    return SafeString(f'<svg class="key" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">{shape}</svg>')
