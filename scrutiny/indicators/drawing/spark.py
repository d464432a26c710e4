"""The small drawing on a tile: the last two dozen figures in their usual range, without words."""

from collections import defaultdict

from django.utils.safestring import SafeString

from scrutiny.indicators.drawing.marks import SIGNAL_OF, name, num, pen, signal_pen, triangle, words
from scrutiny.indicators.drawing.scale import SMALL_RANGE

WIDTH, HEIGHT = 320, 76
LEFT, RIGHT, TOP, BOTTOM = 6, 314, 10, 62
FLOOR = 74


def sparkline_svg(spark, *, prefix, alt=""):
    """Values, means and limits as lines. Hidden from assistive technology: the sentence beside it says what it shows.

    A PDF has to have words for every drawing: there `alt` is its title. One figure alone is said, not drawn.
    """
    values = spark["values"]
    if sum(value is not None for value in values) < 2:
        return SafeString("")
    segments = spark.get("segments") or []
    held = [value for value in values if value is not None]
    held += [value for _, _, *three in segments for value in three if value is not None]
    low, high = min(held), max(held)
    if high - low < SMALL_RANGE * 0.1 * max(abs(low), abs(high)) or high == low:  # a ripple is not made a wave
        space = max(abs(high), abs(low), 1) * SMALL_RANGE * 0.1
        low, high = low - space, high + space
    step = (RIGHT - LEFT) / len(values)

    def x(index):
        return LEFT + (index + 0.5) * step

    def y(value):
        return BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP)

    parts = [
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" id="{name(prefix)}" ',
        f'role="img"><title>{words(alt)}</title>' if alt else 'aria-hidden="true" focusable="false">',
        _limits(segments, step, y),
        _line(values, x, y, {start for start, *_ in segments}),
        _points(spark, x, y, step),
        "</svg>",
    ]
    return SafeString("".join(parts))


def _limits(segments, step, y):
    bands, means = "", ""
    for start, end, mean, lower, upper in segments:
        left, right = LEFT + start * step, LEFT + end * step
        if lower is not None and upper is not None:
            bands += f"M{num(left)} {num(y(upper))}H{num(right)}V{num(y(lower))}H{num(left)}z"
        if mean is not None:
            means += f"M{num(left)} {num(y(mean))}H{num(right)}"
    found = f'<path {pen("band")} d="{bands}"/>' if bands else ""
    return found + (f'<path {pen("limit")} d="{means}"/>' if means else "")


def _line(values, x, y, starts):
    path, gaps, is_joined = "", "", False
    for index, value in enumerate(values):
        if value is None:
            gaps += f"M{num(x(index))} {FLOOR}v-4"
        else:
            path += f"{'L' if is_joined and index not in starts else 'M'}{num(x(index))} {num(y(value))}"
        is_joined = value is not None
    found = f'<path {pen("axis")} d="{gaps}"/>' if gaps else ""
    return f'{found}<path {pen("line", stroke_width=1.5)} d="{path}"/>'


def _points(spark, x, y, step):
    values, dots, hollow, signals = spark["values"], "", "", defaultdict(str)
    states = spark.get("states") or [""] * len(values)
    provisional = spark.get("provisional") or [False] * len(values)
    radius = min(2.8, step / 3)
    for index, (value, state, may_change) in enumerate(zip(values, states, provisional, strict=True)):
        if value is None:
            continue
        if state in SIGNAL_OF:
            is_up = _is_up(spark, index)
            signals[SIGNAL_OF[state], bool(may_change)] += triangle(x(index), y(value), 4.8, is_up=is_up)
        elif may_change:
            hollow += f'<circle cx="{num(x(index))}" cy="{num(y(value))}" r="3.6"/>'
        else:
            dots += f"M{num(x(index))} {num(y(value))}h0"
    found = f'<path {pen("dots", stroke_width=num(radius * 2))} d="{dots}"/>' if dots else ""
    found += f"<g {pen('hollow', stroke_width=1.5)}>{hollow}</g>" if hollow else ""
    for (meaning, is_hollow), path in signals.items():
        found += f'<path {signal_pen(meaning, is_hollow=is_hollow)} stroke-width="1.5" d="{path}"/>'
    return found


def _is_up(spark, index):
    """Neutral signals say it themselves; the others by their side of the mean."""
    state = spark["states"][index]
    if state in ("high", "low"):
        return state == "high"
    means = (segment[2] for segment in spark.get("segments") or [] if segment[0] <= index < segment[1])
    mean = next(means, None)
    return mean is None or spark["values"][index] >= mean


def verdict_icon(tile):
    """The triangle before a verdict; nothing where there is no signal. `icon`: high, low, improvement or concern."""
    meaning = SIGNAL_OF.get(tile.get("icon"))
    if meaning is None:
        return SafeString("")
    spark = tile.get("spark") or {}
    last = max((index for index, value in enumerate(spark.get("values", ())) if value is not None), default=None)
    is_up = tile["icon"] != "low"
    may_change = False
    if last is not None:
        if tile["icon"] in ("improvement", "concern") and (spark.get("states") or [""] * (last + 1))[last] in SIGNAL_OF:
            is_up = _is_up(spark, last)
        may_change = bool((spark.get("provisional") or [False] * (last + 1))[last])
    shape = (
        f'<path {signal_pen(meaning, is_hollow=may_change)} stroke-width="2" d="{triangle(10, 10, 7, is_up=is_up)}"/>'
    )
    return SafeString(f'<svg class="key" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">{shape}</svg>')
