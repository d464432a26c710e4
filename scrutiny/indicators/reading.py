"""What a series says: the verdict in words, the one sentence that stands on tile, page and paper, and the reasons.

Change is judged by a control chart or not at all: never by two numbers (see control_charts). With fewer than 12 figures
since the last restart there is no verdict; small counts get an interval instead. Figures as reported, whose period nobody
has confirmed, are told and never drawn.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from scrutiny.indicators import words
from scrutiny.indicators.control_charts import (
    FAILS,
    HIT_AND_MISS,
    MAKING_DATA_COUNT,
    OUTSIDE,
    PASSES,
    SHIFT,
    TREND,
    TWO_OF_THREE,
    ControlChart,
    control_chart,
)
from scrutiny.indicators.intervals import Interval, poisson_interval, wilson_interval
from scrutiny.indicators.models import Indicator, Target
from scrutiny.indicators.periods import Frequency
from scrutiny.indicators.series import Point, Series

# Raised whenever the same figures would be read differently: summaries of an older version are then out of date.
ENGINE = 1

ENOUGH = 12  # figures since the last restart from which a verdict is given
FEW = 6  # figures from which limits are at least drawn, on trial
SMALL = 5  # a mean count below this is too small for limits to mean much
# Limits are worked out from the first so many figures and then kept, so that a slow change cannot hide in them.
LOCKED_AFTER = {Frequency.MONTH: 24, Frequency.QUARTER: 12, Frequency.CALENDAR_QUARTER: 12}


class Verdict(StrEnum):
    """What the latest figure is, for tiles, filters and colours. The words for people come with the reading."""

    HIGHER = "higher"
    LOWER = "lower"
    IMPROVING = "improving"
    WORSENING = "worsening"
    USUAL = "usual"
    CONSTANT = "constant"
    RANGE = "range"
    TOO_FEW = "too_few"
    SMALL_COUNT = "small_count"
    CORRECTED_UNCLEAR = "corrected_unclear"
    AS_REPORTED = "as_reported"
    NONE = "none"


SIGNALS = (Verdict.HIGHER, Verdict.LOWER, Verdict.IMPROVING, Verdict.WORSENING)
# Code to words, for filters.
VERDICT_NAMES = {
    Verdict.HIGHER: "Higher than usual",
    Verdict.LOWER: "Lower than usual",
    Verdict.IMPROVING: "Better than usual",
    Verdict.WORSENING: "Worse than usual",
    Verdict.USUAL: "As usual",
    Verdict.CONSTANT: "No change at all",
    Verdict.RANGE: "A range, not judged",
    Verdict.TOO_FEW: "Too few points to judge",
    Verdict.SMALL_COUNT: "Too small to judge",
    Verdict.CORRECTED_UNCLEAR: "Corrected, period unclear",
    Verdict.AS_REPORTED: "As reported, no series",
    Verdict.NONE: "No figure held",
}
ASSURANCE = {
    PASSES: "The target is met in ordinary times",
    HIT_AND_MISS: "The target may be met or missed by chance",
    FAILS: "The target is missed unless something changes",
}
_ICONS = {
    Verdict.HIGHER: "high",
    Verdict.LOWER: "low",
    Verdict.IMPROVING: "improvement",
    Verdict.WORSENING: "concern",
}
_DIRECTIONS = {Indicator.Direction.UP: 1, Indicator.Direction.DOWN: -1, Indicator.Direction.NEUTRAL: 0}
_STATES = {0: "usual", 1: "improvement", -1: "concern", 2: "high", -2: "low"}
_CAUSES = {0: "", OUTSIDE: "outside", TREND: "trend", TWO_OF_THREE: "two_of_three", SHIFT: "shift"}


@dataclass(frozen=True)
class Reading:
    """What a series says of its latest figure, with the chart behind it. `sentence` is the same wherever it stands."""

    verdict: Verdict
    words: str
    sentence: str
    latest: Point | None = None
    chart: ControlChart | None = None
    kinds: tuple = ()  # of each segment: limits, locked, trial, mean, none
    interval: Interval | None = None
    assurance: int | None = None
    states: tuple = field(default=())  # of each point: usual, improvement, concern, high, low, none
    causes: tuple = field(default=())

    @property
    def is_signal(self):
        """More than usual variation: something to ask about."""
        return self.verdict in SIGNALS

    @property
    def icon(self):
        """The shape beside the words, empty without a signal."""
        return _ICONS.get(self.verdict, "")

    @property
    def assurance_words(self):
        """Whether the target is met, in words; empty where that cannot be said."""
        return ASSURANCE.get(self.assurance, "")


def read(series: Series) -> Reading:
    """Read a series. A pure function of it."""
    latest = series.latest
    newest = series.stated[-1] if series.stated else None
    if newest and (latest is None or newest.known_on >= latest.known_on):
        return _as_stated(series, newest)
    if latest is None:
        return Reading(Verdict.NONE, VERDICT_NAMES[Verdict.NONE], f"No figure is held for {series.area}.")
    return _of_points(series, latest)


def _of_points(series, latest):
    chart, kinds = _charted(series)
    states = tuple(_STATES[point] for point in chart.points)
    causes = tuple(_CAUSES[abs(cause)] for cause in chart.causes)
    segment, kind = chart.segments[-1], kinds[-1]
    cause = chart.causes[series.points.index(latest)]
    interval = _interval(series, latest)
    verdict = _verdict(series, latest, segment, kind, chart.points[series.points.index(latest)], interval)
    said = verdict in SIGNALS or verdict in (Verdict.USUAL, Verdict.CONSTANT)
    assured = chart.assurance if said and kind in ("limits", "locked") else None
    reading = Reading(
        verdict=verdict,
        words=_headline(verdict, cause),
        sentence="",
        latest=latest,
        chart=chart,
        kinds=kinds,
        interval=interval,
        assurance=assured,
        states=_quiet_on_trial(states, chart, kinds),
        causes=causes,
    )
    return Reading(**{**vars(reading), "sentence": _sentence(series, reading, segment, cause)})


def _charted(series):
    """The control chart, and of what kind the limits of each segment are."""
    lock = LOCKED_AFTER.get(series.indicator.frequency)
    chart = control_chart(
        [None if point.value is None else float(point.value) for point in series.points],
        direction=_DIRECTIONS[series.indicator.direction],
        rebases=list(series.restarts),
        lock_after=lock,
        target=_target_to_meet(series),
        rules=MAKING_DATA_COUNT,
    )
    return chart, tuple(_kind(segment, lock) for segment in chart.segments)


def _kind(segment, lock):
    if segment.count < FEW:
        return "none"
    if not segment.has_limits:
        return "mean"
    if segment.count < ENOUGH:
        return "trial"
    return "locked" if lock and segment.count > lock else "limits"


def _by_kind(states, chart, kinds):
    for segment, kind in zip(chart.segments, kinds, strict=True):
        for state in states[segment.start : segment.end]:
            yield state, kind


def _quiet_on_trial(states, chart, kinds):
    """Limits on trial are drawn but judge nothing."""
    return tuple(state if kind in ("limits", "locked") else "usual" for state, kind in _by_kind(states, chart, kinds))


def _target_to_meet(series):
    """The target as the chart can hold it against limits: only one that asks for what is good."""
    wanted = {Target.Comparator.AT_LEAST: Indicator.Direction.UP, Target.Comparator.AT_MOST: Indicator.Direction.DOWN}
    target = series.target
    if target is None or wanted.get(target.comparator) != series.indicator.direction:
        return None
    return float(target.value)


def _verdict(series, latest, segment, kind, state, interval):
    if latest.value is None:
        return Verdict.RANGE
    if segment.count < FEW and latest.as_reported and len(series.held) == 1:
        return Verdict.AS_REPORTED
    is_count = series.indicator.unit == Indicator.Unit.COUNT and interval is not None
    # Where not even chance explains a count, its chart may say so although the usual counts are small.
    if is_count and segment.mean is not None and segment.mean < SMALL and segment.mean in interval:
        return Verdict.SMALL_COUNT
    if segment.count < ENOUGH:
        return Verdict.TOO_FEW
    if kind == "mean":
        return Verdict.CONSTANT
    by_state = {0: Verdict.USUAL, 1: Verdict.IMPROVING, -1: Verdict.WORSENING, 2: Verdict.HIGHER, -2: Verdict.LOWER}
    return by_state[state]


def _headline(verdict, cause):
    """The verdict for people: which way first, then whether that is wanted."""
    if verdict not in SIGNALS:
        return VERDICT_NAMES[verdict]
    if abs(cause) == TREND:
        way = "Rising" if cause > 0 else "Falling"
    else:
        way = "Higher than usual" if cause > 0 else "Lower than usual"
    wanted = {Verdict.IMPROVING: ", as wanted", Verdict.WORSENING: ", not as wanted"}
    return way + wanted.get(verdict, "")


def _interval(series, latest):
    """What chance alone would explain: for counts and for shares whose numbers are held."""
    unit = series.indicator.unit
    if latest.value is None:
        return None
    if unit == Indicator.Unit.COUNT and not series.indicator.is_change and latest.value >= 0:
        return poisson_interval(int(latest.value))
    if unit == Indicator.Unit.PERCENT and latest.denominator and latest.numerator is not None:
        # A share of a sum of money has no chance in it.
        if all(number == int(number) for number in (latest.numerator, latest.denominator)):
            return wilson_interval(latest.numerator, latest.denominator)
    return None


# --- Sentences -------------------------------------------------------------------------------------------------------


def _sentence(series, reading, segment, cause):
    indicator, latest = series.indicator, reading.latest
    figure = f"{words.figure(latest, indicator)} in {latest.period.label}" + _marks(latest)
    if reading.verdict in SIGNALS:
        said = f"{reading.words}: {figure}, {_why(series, reading, segment, cause)}."
    elif reading.verdict == Verdict.USUAL:
        said = f"As usual: {figure}, inside the usual range from {_limits(segment, indicator)}."
    elif reading.verdict == Verdict.CONSTANT:
        said = f"{figure}. Nothing has varied, so there is no usual range."
    elif reading.verdict == Verdict.RANGE:
        said = f"{figure}. A range is not judged."
    elif reading.verdict == Verdict.SMALL_COUNT:
        low, high = _whole_ends(reading.interval)
        said = f"{figure}. Numbers this small move by chance: {low} to {high} would be no surprise."
    elif reading.verdict == Verdict.AS_REPORTED:
        said = f"{figure}. It stands alone, as it was reported: the numbers behind it are not held."
    else:
        said = f"{figure}. {_too_few(series, segment)}"
    return " ".join(part for part in (said, _neutral(indicator, reading), _target_words(reading)) if part)


def _marks(point):
    marks = [mark for mark, there in (("provisional", point.is_provisional), ("revised", point.is_revised)) if there]
    return f" ({', '.join(marks)})" if marks else ""


def _limits(segment, indicator):
    lower = segment.lower
    if indicator.unit != Indicator.Unit.POUNDS and not indicator.is_change:
        lower = max(lower, 0)
    return f"{words.limit(lower, indicator)} to {words.limit(segment.upper, indicator)}"


def _why(series, reading, segment, cause):
    """What makes the latest point more than usual variation."""
    indicator, name = series.indicator, words.noun_of(series.indicator)
    high = cause > 0
    if abs(cause) == OUTSIDE:
        end, bound = ("above the upper limit", segment.upper) if high else ("below the lower limit", segment.lower)
        return f"{end} of {words.limit(bound, indicator)}{_as_before(series, reading, cause, name)}"
    if abs(cause) == TREND:
        return f"the last of {MAKING_DATA_COUNT.trend} or more {name}s in a row that each {'rose' if high else 'fell'}"
    side = "above" if high else "below"
    if abs(cause) == SHIFT:
        return (
            f"the last of {MAKING_DATA_COUNT.shift} or more {name}s in a row {side} the mean of "
            f"{words.limit(segment.mean, indicator)}"
        )
    return f"one of at least two {name}s of the last three near the {'upper' if high else 'lower'} limit"


def _as_before(series, reading, cause, name):
    """Where the point just before said the same."""
    place = series.points.index(reading.latest)
    same = place > reading.chart.segments[-1].start and reading.chart.causes[place - 1] == cause
    return f", as in the {name} before" if same else ""


def _too_few(series, segment):
    name = words.noun_of(series.indicator)
    held, all_periods = segment.count, segment.end - segment.start
    since = " since the last restart" if segment.start else ""
    if held == all_periods:
        return f"{words.so_many(held, name)} held{since}: too few to judge, {ENOUGH} are needed."
    return f"{held} of {words.so_many(all_periods, name)} held{since}: too few to judge, {ENOUGH} are needed."


def _neutral(indicator, reading):
    if indicator.direction != Indicator.Direction.NEUTRAL or not reading.is_signal:
        return ""
    rose = reading.words.startswith(("Higher", "Rising"))
    return f"A {'rise' if rose else 'fall'} is neither good nor bad in itself."


def _target_words(reading):
    return f"{reading.assurance_words}." if reading.assurance_words else ""


def _whole_ends(interval):
    """The whole numbers that an interval for a count covers."""
    return round(interval.lower), round(interval.upper)


def _as_stated(series, stated):
    """A figure as somebody reported it, whose period is not confirmed."""
    indicator = series.indicator
    corrected = stated.is_revised
    verdict = Verdict.CORRECTED_UNCLEAR if corrected else Verdict.AS_REPORTED
    day = f"{stated.known_on:%-d %B %Y}"
    figure = f"{words.figure(stated, indicator)} for “{stated.stated}”, as {'corrected' if corrected else 'reported'} on {day}"
    said = f"{figure}. Which period that is has still to be confirmed, so it is not drawn as a point."
    name = VERDICT_NAMES[verdict] if corrected else "As reported, period unclear"
    chart, kinds = _charted(series) if series.points else (None, ())
    states = tuple("usual" for _ in series.points)
    return Reading(verdict, name, said, stated, chart, kinds, states=states, causes=tuple("" for _ in series.points))
