"""How sure a figure is: intervals for counts and proportions, and the funnel within which areas do not differ.

Small numbers move by chance. A count of 4 could as well have been 2 or 9, and a district that stands first of five may
be no different from the last. Pages say so with what is computed here.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

CONFIDENCE = 0.95
WIDE_CONFIDENCE = 0.998  # the outer line of a funnel: about three standard deviations
NEGLIGIBLE = 7  # standard deviations beyond which nothing is left that a limit could depend on
NOTHING = 1e-250  # a probability too small to start multiplying from
CLOSE_ENOUGH = 1e-12
LARGE = 10_000  # counts from which an expansion is as good as exact, and a hundred times faster


@dataclass(frozen=True)
class Interval:
    """From lower to upper, both included."""

    lower: float
    upper: float

    def __contains__(self, value):
        """Whether the value lies between the limits or on one."""
        return self.lower <= value <= self.upper


@dataclass(frozen=True)
class Funnel:
    """Where an area of one size would lie by chance if it were like the average of all."""

    average: float
    inner: Interval  # 95 of 100 such areas
    outer: Interval  # 998 of 1,000


def is_distinguishable(value, limits):
    """Whether a value lies outside limits, so that chance alone is no good explanation of it."""
    return value not in limits


# --- Intervals -------------------------------------------------------------------------------------------------------


def poisson_interval(count, confidence=CONFIDENCE):
    """The exact interval of the average behind a count (Garwood, Biometrika, 1936).

    The lower end is the average at which so high a count, or a higher one, still has half of what is left of the
    confidence as its chance; the upper end the same for so low a count. A count of 4 gives 1.09 to 10.24.
    """
    count = _whole(count, "count")
    tail = _tail(confidence)
    return Interval(_average_with_tail(count, tail, rising=True) if count else 0.0, _average_with_tail(count, tail))


def wilson_interval(numerator, denominator, confidence=CONFIDENCE):
    """The interval of a proportion between 0 and 1 (Wilson, Journal of the American Statistical Association, 1927).

    Unlike the textbook's plus or minus it stays between 0 and 1 and has a width at 0 and at 100 per cent.
    """
    numerator, denominator = _whole(numerator, "numerator"), _whole(denominator, "denominator")
    if not 0 < denominator >= numerator:
        raise ValueError(f"{numerator} of {denominator} is no proportion.")
    z = NormalDist().inv_cdf(1 - _tail(confidence))
    share, weight = numerator / denominator, z * z / denominator
    centre = share + weight / 2
    spread = z * math.sqrt(share * (1 - share) / denominator + weight / (4 * denominator))
    return Interval(
        (centre - spread) / (1 + weight) if numerator else 0.0,
        (centre + spread) / (1 + weight) if numerator < denominator else 1.0,
    )


def _average_with_tail(count, tail, *, rising=False):
    """The Poisson average at which the chance of `count` or fewer (rising: or more) is `tail`, by Newton's method.

    The logarithm of either chance is a concave function of the average. Newton's steps therefore close in on the answer
    from one side, once they are on it.
    """
    sign = 1 if rising else -1
    shape = count if rising else count + 1  # both chances are those of a gamma distribution of this shape
    z = sign * NormalDist().inv_cdf(tail)
    if shape >= LARGE:
        return _large_gamma_quantile(shape, z)
    # Wilson and Hilferty (1931) start it near the answer, save for the smallest counts.
    average = shape * max(1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape)), 0.1) ** 3
    while True:
        probability = _poisson(count, average)
        chance = probability * _sum_of_ratios(count, average, rising)
        # The chance changes by the probability of the outermost count: P(count - 1) when rising, P(count) when not.
        slope = sign * probability * (count / average if rising else 1)
        step = (math.log(tail) - math.log(chance)) * chance / slope
        average = max(average + step, average / 10)
        if abs(step) <= CLOSE_ENOUGH * average:
            return average


def _large_gamma_quantile(shape, z):
    """The quantile of a gamma distribution by its Cornish-Fisher expansion (Goldberg and Levine, 1946)."""
    root = math.sqrt(shape)
    return (
        shape
        + z * root
        + (z**2 - 1) / 3
        + (z**3 - 7 * z) / (36 * root)
        - (3 * z**4 + 7 * z**2 - 16) / (810 * shape)
        + (9 * z**5 + 256 * z**3 - 433 * z) / (38880 * shape * root)
    )


def _sum_of_ratios(count, average, rising):
    """The chance of a count and everything beyond it, in units of the chance of the count itself."""
    total = term = 1.0
    while term > total * 1e-17:
        if rising:
            count += 1
            term *= average / count
        else:
            term *= count / average
            count -= 1
        total += term
    return total


# --- Funnels ---------------------------------------------------------------------------------------------------------


def rate_funnel(average, base, per=1000):
    """Funnel limits for a rate of events, such as crimes per 1,000 people, of an area of `base` people.

    average: the rate of all areas together, per `per`.
    """
    if not (average >= 0 and base > 0 and per > 0 and math.isfinite(average * base / per)):
        raise ValueError(f"There is no funnel for a rate of {average} per {per} in {base}.")
    expected = average * base / per
    counts = _Counts(
        mean=expected,
        deviation=math.sqrt(expected),
        largest=math.inf,
        probability=lambda count: _poisson(count, expected),
        a=expected,
        b=0,
    )
    return _funnel(average, counts, unit=per / base)


def proportion_funnel(average, denominator):
    """Funnel limits for a proportion between 0 and 1 of an area with so many cases, such as victims asked.

    average: the proportion of all areas together.
    """
    denominator = _whole(denominator, "denominator")
    if not (0 <= average <= 1 and denominator):
        raise ValueError(f"There is no funnel for a proportion of {average} of {denominator}.")
    odds = average / (1 - average) if average < 1 else math.inf
    counts = _Counts(
        mean=average * denominator,
        deviation=math.sqrt(average * (1 - average) * denominator),
        largest=denominator,
        probability=lambda count: _binomial(count, denominator, average),
        a=odds * denominator,
        b=odds,
    )
    return _funnel(average, counts, unit=1 / denominator)


@dataclass(frozen=True)
class _Counts:
    """How likely each count is. Each next one is (a - b * count) / (count + 1) times as likely (Panjer, 1981)."""

    mean: float
    deviation: float
    largest: float
    probability: Callable
    a: float
    b: float

    def lower_limits(self, tails):
        """For each tail, the smallest first, the count with so much of all chances below it.

        Between whole counts it is interpolated: Spiegelhalter, Funnel plots for comparing institutional performance,
        Statistics in Medicine 24 (2005), appendix.
        """
        count = max(math.floor(self.mean - self._reach), 0)
        while (probability := self.probability(count)) < NOTHING:
            count += 1
        beyond = 0.0
        for tail in tails:
            while beyond + probability < tail:
                beyond += probability
                probability *= (self.a - self.b * count) / (count + 1)
                count += 1
            yield max(count - (beyond + probability - tail) / probability, 0)

    def upper_limits(self, tails):
        """The mirror of the lower limits, so that on either side no more than the tail lies outside."""
        count = min(math.ceil(self.mean + self._reach), self.largest)
        while (probability := self.probability(count)) < NOTHING:
            count -= 1
        beyond = 0.0
        for tail in tails:
            while beyond + probability < tail:
                beyond += probability
                probability *= count / (self.a - self.b * (count - 1))
                count -= 1
            yield min(count + (beyond + probability - tail) / probability, self.largest)

    @property
    def _reach(self):
        return NEGLIGIBLE * self.deviation + 30  # the 30 are for averages so small that they have no bell


def _funnel(average, counts, *, unit):
    tails = _tail(WIDE_CONFIDENCE), _tail(CONFIDENCE)
    outer, inner = zip(counts.lower_limits(tails), counts.upper_limits(tails), strict=True)
    return Funnel(
        average,
        inner=Interval(inner[0] * unit, inner[1] * unit),
        outer=Interval(outer[0] * unit, outer[1] * unit),
    )


# --- Probabilities ---------------------------------------------------------------------------------------------------


def _poisson(count, average):
    if not average:
        return float(count == 0)
    return math.exp(count * math.log(average) - average - math.lgamma(count + 1))


def _binomial(count, size, share):
    if share in (0, 1):
        return float(count == share * size)
    choices = math.lgamma(size + 1) - math.lgamma(count + 1) - math.lgamma(size - count + 1)
    return math.exp(choices + count * math.log(share) + (size - count) * math.log1p(-share))


def _tail(confidence):
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence lies between 0 and 1, not {confidence}.")
    return (1 - confidence) / 2


def _whole(number, name):
    if number != number or number < 0 or number != int(number):
        raise ValueError(f"A {name} is a whole number from 0 on, not {number}.")
    return int(number)
