"""XmR control charts: what a series usually does, and which of its points are more than the usual ups and downs.

The method is Shewhart's chart for individual values and moving ranges (Wheeler, Understanding Variation, 1993) in the
convention of NHS England's Making Data Count. Limits, causes and assurance equal those of its reference
implementation, NHSRplotthedots 0.2.2, down to its habits: each is said where it is followed. `manage.py
check_control_charts` holds this module against cases that the reference computed.

Everything here is a pure function of the numbers it is given; a missing value (None) is a gap and is never filled in.
"""

import math
from dataclasses import dataclass
from itertools import groupby, pairwise

# Why a point is more than usual variation; the sign says whether it is high or rising (+), low or falling (-).
USUAL, OUTSIDE, TREND, TWO_OF_THREE, SHIFT = range(5)

# What a point means to a reader who knows which direction is wanted.
IMPROVEMENT, CONCERN, NEUTRAL_HIGH, NEUTRAL_LOW = 1, -1, 2, -2

# Whether the process can be relied on to meet its target.
PASSES, HIT_AND_MISS, FAILS = 1, 0, -1

LIMIT = 2.66  # three sigma in mean moving ranges: 3 / 1.128
NEAR_LIMIT = 2 * (LIMIT / 3)
LARGEST_USUAL_RANGE = 3.267  # upper limit of the moving ranges, in mean moving ranges
LARGEST_VALUE = 1e300  # beyond it the arithmetic of a chart overflows


@dataclass(frozen=True)
class Rules:
    """How many points it takes. Offices differ, so the name of the set is kept with every chart."""

    name: str
    shift: int  # points in a row on one side of the mean
    trend: int  # points in a row that only rise or only fall
    minimum: int  # rows below which limits are on trial


# The reference warns of fewer than 12 points but compares with 13; the comparison is what the cases hold.
MAKING_DATA_COUNT = Rules("Making Data Count", shift=7, trend=7, minimum=13)
# Provost and Murray, The Health Care Data Guide (2011); their further rule of 15 points near the mean is not used.
HEALTH_CARE_DATA_GUIDE = Rules("Health Care Data Guide", shift=8, trend=6, minimum=13)


@dataclass(frozen=True)
class Segment:
    """A stretch between two rebases, with limits of its own. Nothing is compared across its borders."""

    start: int
    end: int  # exclusive
    count: int  # values held, gaps not counted
    based_on: int  # values that the mean and the limits were computed from
    mean: float | None  # None when no value was held to compute it from
    lower: float | None  # None, like the three below, when no two neighbouring values differ within what is usual
    upper: float | None
    near_lower: float | None
    near_upper: float | None
    is_short: bool  # fewer rows than the rules ask for; as in the reference, gaps count as rows

    @property
    def has_limits(self):
        """A constant stretch and one without two neighbouring values have none."""
        return self.lower is not None


@dataclass(frozen=True)
class ControlChart:
    """What the chart of a series says. `causes` and `points` have one entry for each value; a gap is 0 in both."""

    segments: tuple[Segment, ...]
    causes: tuple[int, ...]
    points: tuple[int, ...]
    assurance: int | None
    rules: str


def control_chart(
    values,
    *,
    direction=0,
    screen=True,
    rebases=(),
    fix_after=None,
    lock_after=None,
    target=None,
    rules=MAKING_DATA_COUNT,
):
    """The control chart of `values`, numbers in order of time with None for a gap.

    direction: 1 when a rise is good, -1 when a fall is good, 0 when neither is said.
    screen: leave moving ranges that are themselves out of control out of the limits.
    rebases: where new limits begin. One at 0, outside the series or named twice changes nothing.
    fix_after: mean and limits of each segment come from its first so many rows, gaps counted, as in the reference.
    lock_after: our own: the same, but counting values held, so that a gap does not weaken the limits.
    """
    if direction not in (-1, 0, 1):
        raise ValueError(f"A direction is 1, 0 or -1, not {direction!r}.")
    if fix_after is not None and lock_after is not None:
        raise ValueError("Limits are fixed after a number of rows or locked after a number of values, not both.")
    if any(length is not None and length < 1 for length in (fix_after, lock_after)):
        raise ValueError("Limits need at least one value to rest on.")
    numbers = [None if value is None else _number(value) for value in values]
    target = None if target is None else _number(target)
    segments, causes = [], []
    for start, end in _stretches(len(numbers), rebases):
        stretch = numbers[start:end]
        rows = fix_after if lock_after is None else _rows_holding(stretch, lock_after)
        segments.append(_segment(start, stretch, stretch[:rows], screen, rules))
        causes += _causes(stretch, segments[-1], rules)
    return ControlChart(
        segments=tuple(segments),
        causes=tuple(causes),
        points=tuple(_point(cause, direction) for cause in causes),
        assurance=_assurance(segments[-1], direction, target) if segments else None,
        rules=rules.name,
    )


# --- Limits ----------------------------------------------------------------------------------------------------------


def _stretches(length, rebases):
    starts = sorted({0, *(rebase for rebase in rebases if 0 < rebase < length)})
    return pairwise([*starts, length]) if length else ()


def _rows_holding(stretch, count):
    """How many rows of the stretch it takes to hold so many values."""
    rows = [row for row, value in enumerate(stretch, 1) if value is not None]
    return rows[count - 1] if len(rows) >= count else len(stretch)


def _segment(start, stretch, fixed, screen, rules):
    """Mean and limits of a stretch, from its fixed part alone.

    Screening is strict: in a constant stretch no range of 0 is below 3.267 times 0, which leaves nothing to compute
    limits from. Unscreened, as in the reference, the limits of a constant stretch are its mean.
    """
    held = [value for value in fixed if value is not None]
    mean = _mean(held)
    ranges = [abs(after - before) for before, after in pairwise(fixed) if None not in (before, after)]
    mean_range = _mean(ranges)
    if screen and ranges:
        mean_range = _mean([step for step in ranges if step < LARGEST_USUAL_RANGE * mean_range])
    lower = upper = near_lower = near_upper = None
    if mean_range is not None:
        lower, upper = mean - LIMIT * mean_range, mean + LIMIT * mean_range
        near_lower, near_upper = mean - NEAR_LIMIT * mean_range, mean + NEAR_LIMIT * mean_range
    return Segment(
        start=start,
        end=start + len(stretch),
        count=sum(value is not None for value in stretch),
        based_on=len(held),
        mean=mean,
        lower=lower,
        upper=upper,
        near_lower=near_lower,
        near_upper=near_upper,
        is_short=len(stretch) < rules.minimum,
    )


def _mean(numbers):
    """The mean, rounded once.

    Whether a value lies exactly on the mean decides about shifts. The reference sums in extended precision and corrects
    for what is left over; dividing a rounded sum would land beside the mean of values such as 0.1, 0.2 and 0.3.
    """
    if not numbers:
        return None
    mean = math.fsum(numbers) / len(numbers)
    return mean + math.fsum(numbers + [-mean] * len(numbers)) / len(numbers)


# --- Causes ----------------------------------------------------------------------------------------------------------


def _causes(stretch, segment, rules):
    """Why each point of a stretch is special. Where several rules apply the first one named here counts."""
    sides = [_sign_of_change(segment.mean, value) for value in stretch]
    outside = [segment.has_limits and _is_beyond(value, segment.lower, segment.upper) for value in stretch]
    slopes = _slopes(stretch, rules.trend)
    two_of_three = _two_of_three(stretch, sides, outside, segment) if segment.has_limits else [False] * len(stretch)
    shifted = _in_runs(sides, rules.shift)
    for row, side in enumerate(sides):
        if outside[row]:
            yield OUTSIDE * side
        elif slopes[row]:
            yield TREND * slopes[row]
        elif two_of_three[row]:
            yield TWO_OF_THREE * side
        elif shifted[row]:
            yield SHIFT * side
        else:
            yield USUAL


def _slopes(stretch, length):
    """Which way the trend goes that each point belongs to, 0 for none: by its slope, on whichever side of the mean.

    A point followed by another point of a trend takes the direction of the step between them, every other the
    direction of the step before it. So a turning point takes the later direction. It also means, as in the reference,
    that the last point of one trend counts as falling when the next row starts another without a rise to it.
    """
    steps = [_sign_of_change(before, after) for before, after in pairwise(stretch)]
    steep = _in_runs(steps, length - 1)
    in_trend = [before or after for before, after in zip([False, *steep], [*steep, False], strict=True)]
    slopes = []
    for row, is_member in enumerate(in_trend):
        goes_on = row + 1 < len(in_trend) and in_trend[row + 1]
        rises = is_member and steps[row if goes_on else row - 1] > 0
        slopes.append((1 if rises else -1) if is_member else 0)
    return slopes


def _two_of_three(stretch, sides, outside, segment):
    """The points near a limit among three in a row on one side of the mean, two or more of them near.

    A point beyond the limit may be the third of the three, but does not count as near.
    """
    near = [
        not is_outside and _is_beyond(value, segment.near_lower, segment.near_upper)
        for value, is_outside in zip(stretch, outside, strict=True)
    ]
    marked = [False] * len(stretch)
    for first in range(len(stretch) - 2):
        window = slice(first, first + 3)
        if sum(near[window]) >= 2 and abs(sum(sides[window])) == 3:
            marked[window] = [
                is_marked or is_near for is_marked, is_near in zip(marked[window], near[window], strict=True)
            ]
    return marked


def _in_runs(signs, length):
    """Where the same sign, not 0, stands at least `length` times in a row."""
    marked = []
    for sign, group in groupby(signs):
        run = len(list(group))
        marked += [sign != 0 and run >= length] * run
    return marked


def _sign_of_change(before, after):
    """1 for up, -1 for down, 0 for level or where a value is missing: a gap ends a run as a level step does."""
    if before is None or after is None:
        return 0
    return (after > before) - (after < before)


def _is_beyond(value, lower, upper):
    return value is not None and (value < lower or value > upper)


# --- What it means ---------------------------------------------------------------------------------------------------


def _point(cause, direction):
    sign = (cause > 0) - (cause < 0)
    return sign * direction if direction else sign * NEUTRAL_HIGH


def _assurance(last, direction, target):
    """Target against the limits of the last segment. None without a target or when no direction is wanted.

    Without limits nothing is assured: the reference says hit and miss, and so do we. A page should say that there are
    no limits yet instead.
    """
    if target is None or not direction:
        return None
    if last.has_limits and target > last.upper:
        return FAILS if direction > 0 else PASSES
    if last.has_limits and target < last.lower:
        return PASSES if direction > 0 else FAILS
    return HIT_AND_MISS


def _number(value):
    """A value as the float that is computed with."""
    try:
        number = math.nan if isinstance(value, str) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not abs(number) <= LARGEST_VALUE:
        raise ValueError(f"A chart is made of finite numbers and gaps, not {value!r}.")
    return number
