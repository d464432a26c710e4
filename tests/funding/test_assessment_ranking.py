"""Arithmetic of the ranked list: marks, ties, running sums, cut lines."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest

from funding.assessment.ranking import Entry, Line, mean, rank, rounded, weighted


@dataclass(frozen=True)
class Criterion:
    pk: int
    maximum: int
    weight: Decimal = Decimal(1)


def entry(key, mark, amount=1000, agreed=None):
    marks = () if mark is None else (Fraction(mark),)
    return Entry(key, marks, agreed, None if amount is None else Decimal(amount))


def ranked(*entries, budget=3000, most=None):
    return rank(entries, budget=Decimal(budget), most=Decimal(most or budget))


def keys(found):
    return [place.entry.key for place in found.placed]


def test_each_criterion_counts_by_its_weight():
    criteria = [Criterion(1, 5, Decimal("2.00")), Criterion(2, 10, Decimal("0.50"))]
    assert weighted({1: 5, 2: 0}, criteria) == Fraction(1000, 15)
    assert weighted({1: 5, 2: 10}, criteria) == 100
    assert weighted({1: 0, 2: 0}, criteria) == 0


def test_an_assessment_with_a_gap_has_no_mark():
    assert weighted({1: 5}, [Criterion(1, 5), Criterion(2, 5)]) is None
    assert weighted({}, []) is None


def test_thirds_are_rounded_only_at_the_end():
    third = Fraction(100, 3)
    assert mean([third, third, third]) == Decimal("33.33")
    assert mean([third, Fraction(200, 3)]) == Decimal("50.00")
    assert mean([]) is None
    assert rounded(Fraction(12345, 1000)) == Decimal("12.35")


def test_the_agreed_mark_counts_before_the_mean():
    one = Entry(1, (Fraction(90), Fraction(10)), Decimal("30.00"), Decimal(1))
    assert (one.mean, one.mark, one.spread) == (Decimal("50.00"), Decimal("30.00"), Decimal("80.00"))
    assert not one.is_wide
    assert Entry(2, (Fraction(90), Fraction(10))).is_wide
    assert Entry(3, (Fraction(90),)).spread is None


def test_equal_marks_share_a_place_and_the_next_place_is_left_out():
    found = ranked(entry("a", 50), entry("b", 80), entry("c", 80), entry("d", 90))
    assert [(place.entry.key, place.place) for place in found.placed] == [
        ("d", "1"), ("b", "2="), ("c", "2="), ("a", "4"),
    ]  # fmt: skip


def test_the_cut_lines_stand_at_the_budget_and_at_the_allowance():
    found = ranked(*(entry(n, 90 - n) for n in range(6)), budget=2000, most=4000)
    lines = [place.line for place in found.placed]
    assert lines == [Line.BUDGET] * 2 + [Line.ALLOWANCE] * 2 + [Line.BEYOND] * 2
    assert [place.running for place in found.placed] == [1000 * n for n in range(1, 7)]
    assert found.last_within == {1: [Line.BUDGET], 3: [Line.ALLOWANCE]}
    assert [one.key for one in found.within(Line.BUDGET)] == [0, 1]
    assert [one.key for one in found.within(Line.ALLOWANCE)] == [0, 1, 2, 3]


def test_a_sum_that_fits_exactly_is_within():
    found = ranked(entry(1, 90, 2000), entry(2, 80, 1000), budget=3000)
    assert [place.line for place in found.placed] == [Line.BUDGET, Line.BUDGET]
    assert found.last_within == {}


def test_a_penny_too_much_is_beyond_and_so_is_what_comes_after_it_however_small():
    found = ranked(entry(1, 90, "2999.99"), entry(2, 80, "0.02"), entry(3, 70, "0.01"), budget=3000)
    assert [place.line for place in found.placed] == [Line.BUDGET, Line.BEYOND, Line.BEYOND]


def test_where_the_first_one_takes_too_much_the_line_comes_before_it():
    found = ranked(entry(1, 90, 5000), budget=3000, most=6000)
    assert found.last_within == {None: [Line.BUDGET]}


def test_what_has_no_mark_stands_last_and_takes_no_money():
    found = ranked(entry("none", None, 9999), entry("low", 0, 1000))
    assert keys(found) == ["low", "none"]
    assert (found.placed[1].rank, found.placed[1].line, found.total) == (None, None, Decimal(1000))


def test_what_is_reserved_or_refused_keeps_its_place_and_takes_no_money():
    found = ranked(entry("a", 90, None), entry("b", 80, 3000), budget=3000)
    assert [(place.place, place.line, place.running) for place in found.placed] == [
        ("1", None, Decimal(0)), ("2", Line.BUDGET, Decimal(3000)),
    ]  # fmt: skip


def test_a_cut_line_between_equals_is_pointed_out():
    assert ranked(entry(1, 80, 2000), entry(2, 80, 2000), budget=3000).split_ties == [Decimal("80.00")]
    assert ranked(entry(1, 80, 2000), entry(2, 70, 2000), budget=3000).split_ties == []


@pytest.mark.parametrize("entries", [(), (entry(1, None),)])
def test_an_empty_list_has_no_lines(entries):
    found = ranked(*entries)
    assert (found.total, found.last_within, found.split_ties) == (Decimal(0), {}, [])
