"""From points to a ranked list with a cut line: arithmetic only, without records and without the database."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from fractions import Fraction

HUNDREDTH = Decimal("0.01")
# Assessors who are this far apart, in per cent, should talk about it.
WIDE = 25


def weighted(points, criteria):
    """The points of one assessment in per cent of the most that could be given, exactly.

    Each criterion counts by its weight: weight × points, over weight × most points. `points` is {pk: points}; None
    while a criterion has not been scored or there is none.
    """
    if not criteria or any(points.get(criterion.pk) is None for criterion in criteria):
        return None
    most = sum(Fraction(criterion.weight) * criterion.maximum for criterion in criteria)
    given = sum(Fraction(criterion.weight) * points[criterion.pk] for criterion in criteria)
    return 100 * given / most


def mean(marks):
    """The mean of exact marks, to two places; None of none."""
    marks = list(marks)
    return rounded(sum(marks, Fraction(0)) / len(marks)) if marks else None


def rounded(mark):
    """A mark as it is printed and ranked by: two places, halves up."""
    mark = Fraction(mark)
    return (Decimal(mark.numerator) / Decimal(mark.denominator)).quantize(HUNDREDTH, ROUND_HALF_UP)


class Line(Enum):
    """Where an entry stands towards the money."""

    BUDGET = "within the budget"
    ALLOWANCE = "within the allowance"
    BEYOND = "beyond the money"


@dataclass(frozen=True)
class Entry:
    """What is ranked: marks of the assessors who count, the mark that the panel agreed on instead, the sum it takes.

    An amount of None takes no money, whatever its mark: on the reserve list, or refused.
    """

    key: Hashable
    marks: tuple[Fraction, ...] = ()
    agreed: Decimal | None = None
    amount: Decimal | None = None

    @property
    def mean(self):
        """What the assessors say together."""
        return mean(self.marks)

    @property
    def mark(self):
        """What it is ranked by: the agreed mark before the mean."""
        return self.mean if self.agreed is None else self.agreed

    @property
    def spread(self):
        """How far the assessors are apart, in per cent; None with fewer than two."""
        return rounded(max(self.marks) - min(self.marks)) if len(self.marks) > 1 else None

    @property
    def is_wide(self):
        """Whether the assessors are so far apart that a mean says little, and nothing is agreed."""
        return self.agreed is None and self.spread is not None and self.spread >= WIDE


@dataclass(frozen=True)
class Placed:
    """An entry in its place. `rank` is None for what has no mark; those with one mark share a rank."""

    entry: Entry
    rank: int | None
    is_tied: bool
    running: Decimal
    line: Line | None

    @property
    def place(self):
        """3, or 3= where several share it."""
        return "" if self.rank is None else f"{self.rank}{'=' if self.is_tied else ''}"


@dataclass(frozen=True)
class Ranking:
    """The ranked list against the money there is."""

    budget: Decimal
    most: Decimal
    placed: list[Placed] = field(default_factory=list)

    @property
    def total(self):
        """What everything with a place would take."""
        return max((place.running for place in self.placed), default=Decimal(0))

    @property
    def split_ties(self):
        """Marks of entries that share a rank with the cut line, at the budget or at the most, between them."""
        lines = {}
        for place in self.placed:
            if place.is_tied and place.line is not None:
                lines.setdefault(place.entry.mark, set()).add(place.line)
        return [mark for mark, found in lines.items() if len(found) > 1]

    def within(self, line):
        """The entries that the money reaches down to that line, in their order."""
        reached = (Line.BUDGET,) if line is Line.BUDGET else (Line.BUDGET, Line.ALLOWANCE)
        return [place.entry for place in self.placed if place.line in reached]

    @property
    def last_within(self):
        """{key of the last entry before a cut line, None where nothing comes before it: the lines there}.

        A line that nothing comes after is none.
        """
        counted = [place for place in self.placed if place.line is not None]
        found = {}
        for line, reached in ((Line.BUDGET, (Line.BUDGET,)), (Line.ALLOWANCE, (Line.BUDGET, Line.ALLOWANCE))):
            inside = [place for place in counted if place.line in reached]
            if len(inside) < len(counted):
                found.setdefault(inside[-1].entry.key if inside else None, []).append(line)
        return found


def rank(entries, *, budget, most):
    """Order the entries by mark, best first, and say how far the money goes.

    Equal marks share a rank and keep the order they came in. The money is counted down the list: what comes after the
    first entry that exceeds it is beyond, even where it is small enough to fit. Without a mark there is no rank, and
    no money is counted.
    """
    entries = list(entries)
    marked = sorted((entry for entry in entries if entry.mark is not None), key=lambda entry: -entry.mark)
    marks = [entry.mark for entry in marked]
    placed, running = [], Decimal(0)
    for entry in marked:
        running += entry.amount or 0
        line = None if entry.amount is None else _line(running, budget, most)
        placed.append(Placed(entry, marks.index(entry.mark) + 1, marks.count(entry.mark) > 1, running, line))
    placed += [Placed(entry, None, False, running, None) for entry in entries if entry.mark is None]
    return Ranking(budget, most, placed)


def _line(running, budget, most):
    if running <= budget:
        return Line.BUDGET
    return Line.ALLOWANCE if running <= most else Line.BEYOND
