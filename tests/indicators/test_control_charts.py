"""Control charts: equal to the reference, true to their rules, unmoved by what must not matter."""

import json
import math
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from scrutiny.indicators.control_charts import (
    FAILS,
    HEALTH_CARE_DATA_GUIDE,
    HIT_AND_MISS,
    OUTSIDE,
    PASSES,
    SHIFT,
    TREND,
    TWO_OF_THREE,
    USUAL,
    control_chart,
)

CASES = Path(__file__).with_name("xmr_cases.json")
WIDE = [0, 20] * 7  # limits so far apart that only runs and trends are left to see
STEADY = [20, 22, 19, 21, 23, 20, 18, 22, 21, 20, 19, 22]

# Few different values, so that ties, runs and trends are frequent; halves and quarters are exact.
small = st.integers(0, 12).map(lambda number: number / 4)
series = st.lists(small, min_size=1, max_size=40)
with_gaps = st.lists(st.none() | small, max_size=40)
directions = st.sampled_from((-1, 0, 1))
quick = settings(max_examples=60, deadline=None)


def check(path):
    """What the command prints about a file."""
    out = StringIO()
    call_command("check_control_charts", str(path), stdout=out)
    return out.getvalue()


def limits(chart):
    """Mean and limits of every segment."""
    return [(segment.mean, segment.lower, segment.upper) for segment in chart.segments]


# --- The reference ---------------------------------------------------------------------------------------------------


def test_every_reference_case_is_equal():
    assert check(CASES) == "24 of 24 equal\n"


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("seg", [[0, 7.1, None, None]], "case 13, seg 0: expected [0, 7.1, null, null], got [0, 7.0, null, null]"),
        ("seg", [[0, 7, 7, None]], "case 13, seg 0: expected [0, 7, 7, null], got [0, 7.0, null, null]"),
        ("seg", [], 'case 13, seg 0: expected "nothing", got [0, 7.0, null, null]'),
        ("cause", [4] + [0] * 14, "case 13, cause 0: expected 4, got 0"),
        ("cause", [0] * 14, 'case 13, cause 14: expected "nothing", got 0'),
        ("point", [0] * 14 + [-1], "case 13, point 14: expected -1, got 0"),
        ("assure", 0, "case 13, assure: expected 0, got null"),
        ("short", [1], "case 13, short 0: expected 1, got 0"),
        ("y", ["7"], "case 13, series: expected a chart, got a refusal: A chart is made of finite numbers"),
    ],
)
def test_a_case_that_differs_is_shown_and_ends_with_status_1(tmp_path, capsys, key, value, line):
    cases = json.loads(CASES.read_text(encoding="utf-8"))
    next(case for case in cases if case["n"] == 13)[key] = value
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(cases), encoding="utf-8")
    with pytest.raises(CommandError, match="1 of 24 cases differ") as ended:
        call_command("check_control_charts", str(file))
    assert ended.value.returncode == 1
    printed = capsys.readouterr().out
    assert printed.startswith("23 of 24 equal\n")
    assert line in printed


def test_a_difference_beyond_one_in_a_thousand_million_counts(tmp_path):
    cases = json.loads(CASES.read_text(encoding="utf-8"))
    file = tmp_path / "cases.json"
    for factor, equal in ((1 + 5e-10, True), (1 + 2e-9, False)):
        changed = json.loads(json.dumps(cases))
        changed[0]["seg"][0][1] *= factor
        file.write_text(json.dumps(changed), encoding="utf-8")
        if equal:
            assert check(file).startswith("24 of 24")
        else:
            with pytest.raises(CommandError):
                check(file)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        (b"\xff\xfe\x00", "is not JSON"),
        (b"[{]", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"{}", "holds no list of cases"),
        (b"[]", "holds no list of cases"),
        (b"[7]", "entry 0 is not a case but 7"),
        (b'[{"n": 5, "y": []}]', "case 5 lacks dir, screen"),
    ],
)
def test_a_file_that_holds_no_cases_is_said_plainly(tmp_path, content, message):
    file = tmp_path / "cases.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        check(file)


def worded(values, mean, lower, upper, near):
    """The causes of one segment read off the rules window by window, which is slower and hard to get wrong."""
    n, causes = len(values), []
    side = [0 if value is None else (value > mean) - (value < mean) for value in values]
    outside = [value is not None and lower is not None and not lower <= value <= upper for value in values]
    close = [
        value is not None and lower is not None and not out and not near[0] <= value <= near[1]
        for value, out in zip(values, outside, strict=True)
    ]

    def windows(length, row):
        return [range(first, first + length) for first in range(max(0, row - length + 1), min(row, n - length) + 1)]

    def is_trend(window):
        held = [values[row] for row in window]
        return None not in held and (
            all(after > before for before, after in pairwise(held))
            or all(after < before for before, after in pairwise(held))
        )

    in_trend = [any(is_trend(window) for window in windows(7, row)) for row in range(n)]
    for row in range(n):
        if outside[row]:
            causes.append(OUTSIDE * side[row])
        elif in_trend[row]:
            later = row + 1 if row + 1 < n and in_trend[row + 1] else row
            causes.append(TREND if values[later] > values[later - 1] else -TREND)
        elif close[row] and any(
            len({side[other] for other in window}) == 1 and sum(close[other] for other in window) >= 2
            for window in windows(3, row)
        ):
            causes.append(TWO_OF_THREE * side[row])
        elif side[row] and any(len({side[other] for other in window}) == 1 for window in windows(7, row)):
            causes.append(SHIFT * side[row])
        else:
            causes.append(USUAL)
    return causes


walks = st.lists(st.sampled_from((-1, -0.25, 0, 0.25, 0.5, 1, 1, 1)), min_size=5, max_size=40).map(
    lambda steps: [sum(steps[: row + 1]) for row in range(len(steps))]
)


@settings(max_examples=150, deadline=None)
@given(values=with_gaps | walks, screen=st.booleans(), rebases=st.lists(st.integers(-3, 45), max_size=3))
def test_causes_are_those_that_the_rules_name_window_by_window(values, screen, rebases):
    chart = control_chart(values, screen=screen, rebases=rebases)
    expected = []
    for segment in chart.segments:
        near = segment.near_lower, segment.near_upper
        stretch = values[segment.start : segment.end]
        expected += worded(stretch, segment.mean or 0, segment.lower, segment.upper, near)
    assert list(chart.causes) == expected


# --- What must not matter --------------------------------------------------------------------------------------------


@quick
@given(values=with_gaps, shift=st.integers(-1000, 1000))
def test_a_constant_added_moves_the_limits_with_it(values, shift):
    chart = control_chart(values)
    moved = control_chart([value if value is None else value + shift for value in values])
    for before, after in zip(limits(chart), limits(moved), strict=True):
        assert [number is None for number in before] == [number is None for number in after]
        assert [x + shift for x in before if x is not None] == pytest.approx([x for x in after if x is not None])


@quick
@given(values=with_gaps, power=st.integers(-20, 20), direction=directions)
def test_another_unit_changes_no_verdict(values, power, direction):
    """By powers of two, which are exact, so that what lies on a limit stays on it."""
    scale = 2.0**power
    chart = control_chart(values, direction=direction)
    scaled = control_chart([value if value is None else value * scale for value in values], direction=direction)
    assert (scaled.causes, scaled.points) == (chart.causes, chart.points)
    assert [[x if x is None else x * scale for x in row] for row in limits(chart)] == [list(x) for x in limits(scaled)]


@quick
@given(values=with_gaps, direction=st.sampled_from((-1, 1)), target=small)
def test_a_series_upside_down_with_the_other_direction_is_as_good_or_bad(values, direction, target):
    chart = control_chart(values, direction=direction, target=target)
    turned = control_chart([x if x is None else -x for x in values], direction=-direction, target=-target)
    # Where two rising trends stand next to each other the reference counts the last point of the first as falling.
    if TREND not in map(abs, chart.causes):
        assert turned.points == chart.points
        assert [-cause for cause in turned.causes] == list(chart.causes)
    assert turned.assurance == chart.assurance


@quick
@given(values=with_gaps, before=st.integers(0, 5), after=st.integers(0, 5))
def test_gaps_at_the_ends_change_nothing(values, before, after):
    chart = control_chart(values)
    padded = control_chart([None] * before + values + [None] * after)
    assert padded.causes == (0,) * before + chart.causes + (0,) * after
    assert limits(padded)[:1] == (limits(chart) or limits(padded))


@quick
@given(values=with_gaps, rebase=st.integers(1, 39))
def test_each_side_of_a_rebase_is_charted_as_if_alone(values, rebase):
    whole = control_chart(values, rebases=[rebase])
    first, second = control_chart(values[:rebase]), control_chart(values[rebase:])
    assert whole.causes == first.causes + second.causes
    assert limits(whole) == limits(first) + limits(second)


@quick
@given(values=with_gaps, rebases=st.lists(st.integers(1, 39), max_size=3))
def test_a_rebase_at_the_start_outside_or_named_twice_changes_nothing(values, rebases):
    plain = control_chart(values, rebases=rebases)
    assert control_chart(values, rebases=[0, -1, len(values), 999, *reversed(rebases), *rebases]) == plain


@quick
@given(values=series, lock=st.integers(1, 45), end=st.lists(small, max_size=20))
def test_what_comes_later_does_not_move_locked_limits(values, lock, end):
    """Without gaps, rows and values are the same, so fixing and locking agree."""
    locked = control_chart(values, lock_after=lock)
    assert locked == control_chart(values, fix_after=lock)
    if len(values) >= lock:
        assert limits(control_chart(values + end, lock_after=lock)) == limits(locked)


@quick
@given(values=with_gaps, target=small)
def test_a_neutral_series_is_neither_good_nor_bad(values, target):
    chart = control_chart(values, target=target)
    assert chart.assurance is None
    assert {abs(point) for point in chart.points} <= {0, 2}


# --- Limits ----------------------------------------------------------------------------------------------------------


def test_an_empty_series_makes_an_empty_chart():
    chart = control_chart([], direction=1, target=5)
    assert (chart.segments, chart.causes, chart.points, chart.assurance) == ((), (), (), None)


def test_a_series_of_gaps_has_neither_mean_nor_limits():
    chart = control_chart([None] * 3, direction=1)
    (segment,) = chart.segments
    assert (segment.mean, segment.lower, segment.count, segment.is_short) == (None, None, 0, True)
    assert chart.causes == chart.points == (0, 0, 0)


def test_a_single_value_is_its_own_mean_and_has_no_limits():
    (segment,) = control_chart([None, 3, None]).segments
    assert (segment.mean, segment.upper, segment.count, segment.end) == (3, None, 1, 3)


def test_values_without_neighbours_have_no_limits():
    (segment,) = control_chart([3, None, 5, None, 7]).segments
    assert segment.mean == 5
    assert not segment.has_limits


def test_a_constant_series_has_no_limits_and_no_signal():
    chart = control_chart([7] * 20, direction=1)
    assert limits(chart) == [(7, None, None)]
    assert set(chart.causes) == {0}


def test_the_limits_of_an_unscreened_constant_series_are_its_mean():
    chart = control_chart([7] * 12 + [8], screen=False, fix_after=12)
    assert limits(chart) == [(7, 7, 7)]
    assert chart.causes == (0,) * 12 + (OUTSIDE,)


def test_a_shift_away_from_a_constant_needs_no_limits():
    chart = control_chart([7] * 12 + [8] * 7, direction=-1, fix_after=12)
    assert limits(chart) == [(7, None, None)]
    assert chart.causes == (0,) * 12 + (SHIFT,) * 7
    assert chart.points[-1] == -1


def test_fixing_counts_gaps_and_locking_does_not():
    values = [1, None, 3, 3, None, 8]
    fixed, locked = control_chart(values, fix_after=3), control_chart(values, lock_after=3)
    assert (fixed.segments[0].mean, fixed.segments[0].based_on, fixed.segments[0].upper) == (2, 2, None)
    assert (locked.segments[0].mean, locked.segments[0].based_on) == (7 / 3, 3)


def test_limits_fixed_on_gaps_alone_leave_only_the_trend():
    chart = control_chart([None, None, *range(9)], fix_after=2)
    assert limits(chart) == [(None, None, None)]
    assert chart.causes == (0, 0) + (TREND,) * 9


def test_a_fix_counts_anew_after_each_rebase():
    chart = control_chart([1, 2, 9, 4, 5, 9], rebases=[3], fix_after=2)
    assert [segment.mean for segment in chart.segments] == [1.5, 4.5]


def test_twelve_rows_are_short_and_thirteen_are_not_gaps_counted():
    lengths = [control_chart(values).segments[0].is_short for values in (STEADY, [*STEADY, None])]
    assert lengths == [True, False]


def test_a_mean_of_decimals_is_exact_enough_to_lie_on_it():
    chart = control_chart([0.1, 0.2, 0.3])
    assert chart.segments[0].mean == 0.2


def test_whole_numbers_decimals_and_fractions_of_a_float_are_the_same_series():
    assert control_chart([Decimal(value) for value in STEADY]) == control_chart(STEADY)
    assert control_chart(map(float, STEADY)) == control_chart(STEADY)


# --- Causes ----------------------------------------------------------------------------------------------------------


def test_a_gap_interrupts_a_shift_and_a_trend():
    high_then_low = [9, 6] * 4 + [4, 1] * 4
    assert set(map(abs, control_chart(high_then_low).causes)) == {SHIFT}
    interrupted = [*high_then_low[:4], None, *high_then_low[4:8], *high_then_low[8:12], None, *high_then_low[12:]]
    assert set(control_chart(interrupted).causes) == {0}
    assert control_chart([*WIDE, *range(7)], fix_after=14).causes[14:] == (TREND,) * 7
    assert control_chart([*WIDE, *range(4), None, *range(4, 7)], fix_after=14).causes[14:] == (0,) * 8


def test_a_value_on_the_mean_interrupts_a_shift():
    first, second = [9, 6, 9, 6, 9, 6], [1, 4, 1, 4, 1, 4]
    for middle, is_shift in ((5, False), (6, True)):
        (segment,) = control_chart([*first, middle, *second]).segments
        assert (segment.mean == middle) is not is_shift
        assert (SHIFT in control_chart([*first, middle, *second]).causes) is is_shift


def test_a_turning_point_belongs_to_the_later_trend():
    chart = control_chart([*WIDE, 1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1], direction=1, fix_after=14)
    assert chart.causes[14:] == (TREND,) * 6 + (-TREND,) * 7
    assert chart.points[14:] == (1,) * 6 + (-1,) * 7


def test_the_last_point_of_a_trend_counts_as_falling_when_the_next_trend_starts_lower_or_level():
    """A habit of the reference, which looks at the step to the next point of any trend."""
    for next_trend in (range(3, 10), range(7, 14)):
        chart = control_chart([*WIDE, *range(1, 8), *next_trend], fix_after=14)
        assert chart.causes[14:] == (TREND,) * 6 + (-TREND,) + (TREND,) * 7


def test_no_rule_looks_across_a_rebase():
    rising = list(range(12))
    assert set(control_chart(rising, rebases=[6]).causes) == {0}


def test_a_point_near_the_limit_needs_a_second_one_within_three():
    values = [10, 12] * 12
    near = control_chart(values).segments[0].near_upper
    (segment,) = control_chart([*values, 16, 12, 16], fix_after=24).segments
    assert near < 16 < segment.upper
    assert control_chart([*values, 16, 12, 16], fix_after=24).causes[-3:] == (TWO_OF_THREE, 0, TWO_OF_THREE)
    assert control_chart([*values, 16, 10, 16], fix_after=24).causes[-3:] == (0, 0, 0)
    assert control_chart([*values, 16, None, 16], fix_after=24).causes[-3:] == (0, 0, 0)
    # One beyond the limit is on the same side but not near.
    assert control_chart([*values, 16, 40, 12], fix_after=24).causes[-3:] == (0, OUTSIDE, 0)
    assert control_chart([*values, 16, 40, 16], fix_after=24).causes[-3:] == (TWO_OF_THREE, OUTSIDE, TWO_OF_THREE)


def test_a_value_on_a_limit_is_not_outside():
    (segment,) = control_chart(STEADY).segments
    assert control_chart([*STEADY, segment.upper], fix_after=12).causes[-1] != OUTSIDE
    assert control_chart([*STEADY, math.nextafter(segment.upper, 99)], fix_after=12).causes[-1] == OUTSIDE


def test_the_other_set_of_rules_asks_for_eight_and_six_and_is_named():
    rising = control_chart(range(6), rules=HEALTH_CARE_DATA_GUIDE)
    assert rising.rules == "Health Care Data Guide"
    assert set(rising.causes) == {TREND}
    assert set(control_chart(range(6)).causes) == {0}
    seven = [9, 6, 9, 6, 9, 6, 9, 1, 4, 1, 4, 1, 4, 1]
    assert SHIFT in control_chart(seven).causes
    assert SHIFT not in control_chart(seven, rules=HEALTH_CARE_DATA_GUIDE).causes


# --- Assurance -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("direction", "target", "assurance"),
    [(1, 5, PASSES), (1, 40, FAILS), (1, 20, HIT_AND_MISS), (-1, 5, FAILS), (-1, 40, PASSES), (0, 5, None)],
)
def test_a_target_is_held_against_the_limits(direction, target, assurance):
    assert control_chart(STEADY, direction=direction, target=target).assurance == assurance


def test_a_target_on_a_limit_is_hit_and_missed():
    (segment,) = control_chart(STEADY).segments
    assert control_chart(STEADY, direction=1, target=segment.lower).assurance == HIT_AND_MISS


def test_only_the_last_segment_assures():
    chart = control_chart([*STEADY, *(value + 50 for value in STEADY)], direction=1, target=40, rebases=[12])
    assert chart.assurance == PASSES


def test_without_limits_a_target_is_hit_and_missed_as_in_the_reference():
    assert control_chart([7] * 15, direction=1, target=3).assurance == HIT_AND_MISS


def test_without_a_target_nothing_is_assured():
    assert control_chart(STEADY, direction=1).assurance is None


# --- What is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 1e301, 10**400, "7", "", [], Decimal("NaN"), 1j])
def test_what_is_no_finite_number_is_refused(value):
    with pytest.raises(ValueError, match="finite"):
        control_chart([1, value, 2])
    with pytest.raises(ValueError, match="finite"):
        control_chart([1, 2], target=value)


@pytest.mark.parametrize(
    "wrong", [{"direction": 2}, {"fix_after": 0}, {"lock_after": -1}, {"fix_after": 12, "lock_after": 12}]
)
def test_orders_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"direction|limits|Limits"):
        control_chart(STEADY, **wrong)


def test_very_large_and_very_small_numbers_are_charted():
    for scale in (1e299, 1e-299):
        (segment,) = control_chart([value * scale / 100 for value in STEADY]).segments
        assert segment.lower < segment.mean < segment.upper
