"""Intervals and funnels against published tables, exact fractions and what must hold of them."""

import math
import time
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrutiny.indicators import intervals
from scrutiny.indicators.intervals import (
    Interval,
    is_distinguishable,
    poisson_interval,
    proportion_funnel,
    rate_funnel,
    wilson_interval,
)

quick = settings(max_examples=30, deadline=None)


def chance_of_at_most(count, average):
    """The Poisson chance, summed in fractions so that no rounding of ours can hide; only e^-x is a float."""
    if count < 0:
        return 0
    x = Fraction(average)
    total = term = Fraction(1)
    for n in range(1, count + 1):
        term = term * x / n
        total += term
    return float(total) * math.exp(-average)


# --- Counts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "lower", "upper"),
    [
        # Garwood's table, as reprinted in Pearson and Hartley, Biometrika Tables for Statisticians, table 40.
        (0, 0, 3.69),
        (1, 0.0253, 5.57),
        (2, 0.242, 7.22),
        (3, 0.619, 8.77),
        (4, 1.09, 10.24),
        (5, 1.62, 11.67),
        (10, 4.80, 18.39),
        (20, 12.22, 30.89),
        (50, 37.11, 65.92),
    ],
)
def test_the_interval_of_a_count_is_that_of_the_table(count, lower, upper):
    interval = poisson_interval(count)
    assert interval.lower == pytest.approx(lower, abs=0.0051 if lower > 1 else 0.00051)
    assert interval.upper == pytest.approx(upper, abs=0.0051)


def test_no_event_has_zero_as_its_lower_end_and_a_closed_form_above():
    assert poisson_interval(0).lower == 0
    assert poisson_interval(0).upper == pytest.approx(-math.log(0.025), rel=1e-12)
    assert poisson_interval(1).lower == pytest.approx(-math.log(0.975), rel=1e-12)


@quick
@given(count=st.integers(1, 150), confidence=st.sampled_from((0.5, 0.8, 0.95, 0.998)))
def test_each_end_leaves_half_of_the_rest_outside(count, confidence):
    interval, tail = poisson_interval(count, confidence), (1 - confidence) / 2
    assert 1 - chance_of_at_most(count - 1, interval.lower) == pytest.approx(tail, abs=1e-11)
    assert chance_of_at_most(count, interval.upper) == pytest.approx(tail, abs=1e-11)


@pytest.mark.parametrize("count", [10_000, 31_623, 100_000])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.998])
def test_the_expansion_for_large_counts_agrees_with_the_iteration(count, confidence, monkeypatch):
    expanded = poisson_interval(count, confidence)
    monkeypatch.setattr(intervals, "LARGE", math.inf)
    iterated = poisson_interval(count, confidence)
    assert expanded.lower == pytest.approx(iterated.lower, rel=1e-11)
    assert expanded.upper == pytest.approx(iterated.upper, rel=1e-11)


def test_intervals_grow_with_count_and_confidence():
    found = [poisson_interval(count) for count in (*range(300), 9_998, 9_999, 10_000, 10_001)]
    assert all(a.lower < b.lower and a.upper < b.upper for a, b in pairwise(found))
    wide = poisson_interval(7, 0.998)
    assert wide.lower < poisson_interval(7).lower < 7 < poisson_interval(7).upper < wide.upper


def test_an_interval_takes_less_than_a_millisecond():
    for count in (0, 4, 500, 9_999, 1_000_000):
        times = []
        for _ in range(9):
            begun = time.perf_counter()
            poisson_interval(count)
            times.append(time.perf_counter() - begun)
        assert min(times) < 0.001


@pytest.mark.parametrize("count", [-1, 2.5, math.nan])
def test_only_whole_counts_have_an_interval(count):
    with pytest.raises(ValueError, match="whole number"):
        poisson_interval(count)


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5, math.nan])
def test_a_confidence_is_a_share(confidence):
    with pytest.raises(ValueError, match="confidence"):
        poisson_interval(4, confidence)


# --- Proportions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numerator", "denominator", "lower", "upper"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_of_a_proportion_is_that_of_the_table(numerator, denominator, lower, upper):
    interval = wilson_interval(numerator, denominator)
    assert (interval.lower, interval.upper) == (pytest.approx(lower, abs=5e-5), pytest.approx(upper, abs=5e-5))


@quick
@given(numerator=st.integers(0, 500), more=st.integers(0, 500))
def test_wilson_ends_solve_the_equation_they_come_from_and_mirror_each_other(numerator, more):
    total = numerator + more
    if not total:
        return
    interval, mirrored = wilson_interval(numerator, total), wilson_interval(more, total)
    assert interval.lower == pytest.approx(1 - mirrored.upper, abs=1e-12)
    assert 0 <= interval.lower <= numerator / total <= interval.upper <= 1
    for end in (interval.lower, interval.upper):
        distance = (numerator / total - end) ** 2 - 1.959963984540054**2 * end * (1 - end) / total
        assert distance == pytest.approx(0, abs=1e-12)


def test_none_and_all_have_an_end_that_is_exact_and_one_that_is_not():
    none, everyone = wilson_interval(0, 12), wilson_interval(12, 12)
    assert none.lower == 0 < none.upper < 1
    assert everyone.upper == 1 > everyone.lower > 0


@pytest.mark.parametrize(("numerator", "denominator"), [(5, 4), (0, 0), (-1, 4), (1, -4), (1.5, 4)])
def test_what_is_no_proportion_has_no_interval(numerator, denominator):
    with pytest.raises(ValueError, match=r"proportion|whole"):
        wilson_interval(numerator, denominator)


# --- Funnels ---------------------------------------------------------------------------------------------------------


@quick
@given(expected=st.floats(0.01, 150))
def test_no_more_than_the_tail_lies_outside_the_funnel_of_a_rate(expected):
    funnel = rate_funnel(expected, 1, per=1)
    for limits, tail in ((funnel.inner, 0.025), (funnel.outer, 0.001)):
        below, above = math.ceil(limits.lower) - 1, math.floor(limits.upper)
        assert chance_of_at_most(below, expected) <= tail + 1e-11
        assert 1 - chance_of_at_most(above, expected) <= tail + 1e-11
        # And the limits could not be one count narrower.
        assert chance_of_at_most(below + 1, expected) >= tail - 1e-11 or below < 0
        assert 1 - chance_of_at_most(above - 1, expected) >= tail - 1e-11


def test_the_funnel_of_a_small_proportion_is_computed_by_hand():
    """Ten trials at one half: chances in 1,024 are 1, 10, 45, 120, ..."""
    funnel = proportion_funnel(0.5, 10)
    # 11 of 1,024 lie below two, 56 at two or below; 0.025 of 1,024 is 25.6: two less (56 - 25.6) / 45.
    assert funnel.inner.lower == pytest.approx((2 - (56 - 25.6) / 45) / 10, rel=1e-12)
    assert funnel.outer.lower == pytest.approx((1 - (11 - 1.024) / 10) / 10, rel=1e-9)
    assert funnel.inner.upper == pytest.approx(1 - funnel.inner.lower, rel=1e-12)
    assert funnel.average == 0.5


@quick
@given(share=st.floats(0, 1), size=st.integers(1, 2000))
def test_the_funnel_of_a_proportion_mirrors_that_of_its_opposite(share, size):
    funnel, opposite = proportion_funnel(share, size), proportion_funnel(1 - share, size)
    for limits, mirrored in ((funnel.inner, opposite.inner), (funnel.outer, opposite.outer)):
        assert limits.lower == pytest.approx(1 - mirrored.upper, abs=1e-9)
        assert 0 <= limits.lower <= limits.upper <= 1
    assert funnel.outer.lower <= funnel.inner.lower <= funnel.inner.upper <= funnel.outer.upper


def test_a_funnel_narrows_towards_larger_areas():
    widths = [limits.upper - limits.lower for limits in (rate_funnel(8, base).inner for base in (500, 5_000, 500_000))]
    assert widths == sorted(widths, reverse=True)
    assert rate_funnel(8, 2_000_000).inner.lower == pytest.approx(8 - 1.96 * math.sqrt(8 / 2000), abs=0.001)


def test_an_average_of_nothing_or_of_all_lets_no_other_value_pass():
    none, everyone = proportion_funnel(0, 10), proportion_funnel(1, 10)
    assert (is_distinguishable(0, none.inner), is_distinguishable(0.1, none.outer)) == (False, True)
    assert (is_distinguishable(1, everyone.inner), is_distinguishable(0.9, everyone.outer)) == (False, True)
    assert (is_distinguishable(0, rate_funnel(0, 10).inner), is_distinguishable(100, rate_funnel(0, 10).inner)) == (
        False,
        True,
    )


def test_tiny_averages_end():
    for average in (1e-300, 1e-30, 5e-324):
        assert rate_funnel(average, 10).inner.lower == 0
        assert proportion_funnel(average, 10).outer.lower == 0


def test_bradford_stands_out_and_leeds_does_not():
    """Modern slavery crimes 2016/17: 57 of 114 in Bradford, 28 in Leeds; populations rounded to thousands."""
    population = {"Bradford": 534_000, "Leeds": 781_000}
    average = 114 / 2_300_000 * 100_000
    rates = {name: count / population[name] * 100_000 for name, count in (("Bradford", 57), ("Leeds", 28))}
    funnels = {name: rate_funnel(average, people, per=100_000) for name, people in population.items()}
    assert is_distinguishable(rates["Bradford"], funnels["Bradford"].outer)
    assert not is_distinguishable(rates["Leeds"], funnels["Leeds"].inner)


def test_a_value_on_a_limit_is_not_distinguishable():
    limits = Interval(2, 3)
    assert [is_distinguishable(value, limits) for value in (1.999, 2, 2.5, 3, 3.001)] == [
        True,
        False,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(("average", "base"), [(-1, 10), (1, 0), (1, -5), (math.nan, 10), (math.inf, 10)])
def test_what_is_no_rate_has_no_funnel(average, base):
    with pytest.raises(ValueError, match="no funnel"):
        rate_funnel(average, base)


@pytest.mark.parametrize(("average", "size"), [(1.01, 10), (-0.1, 10), (0.5, 0), (math.nan, 3)])
def test_what_is_no_share_has_no_funnel(average, size):
    with pytest.raises(ValueError, match="no funnel"):
        proportion_funnel(average, size)
