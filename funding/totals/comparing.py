"""Comparing what documents state. Nothing here corrects a figure: two that disagree are shown to a person."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from django.db.models import Prefetch

from funding.rounds.models import Fund
from funding.totals.models import StatedTotal


@dataclass(frozen=True)
class Clash:
    """Two stated totals that differ; `difference` is the later minus the earlier, in pounds."""

    earlier: StatedTotal
    later: StatedTotal
    difference: Decimal
    note: str

    @property
    def gap(self):
        """By how much they differ, whichever is larger."""
        return abs(self.difference)


def funds_with_latest():
    """All funds, each with its stated totals newest first. Two queries."""
    return Fund.objects.prefetch_related(Prefetch("stated_totals", StatedTotal.objects.order_by("-stated_on")))


def clashes(fund, stated):
    """Every pair of stated totals of the fund with different amounts, earlier first."""
    pairs = combinations(sorted(stated, key=lambda total: (total.stated_on, total.pk)), 2)
    return [
        Clash(earlier, later, later.amount - earlier.amount, _note(fund, earlier, later))
        for earlier, later in pairs
        if earlier.amount != later.amount
    ]


def _note(fund, *pair):
    """What a reader should know before comparing the two."""
    notes = []
    for total in pair:
        if fund.maximum_grant and total.organisations and total.amount > fund.maximum_grant * total.organisations:
            most = fund.maximum_grant * total.organisations
            notes.append(
                f"{total.organisations} grants of at most £{fund.maximum_grant:,.0f} cannot exceed £{most:,.0f}."
            )
    if pair[0].scope != pair[1].scope:
        notes.append("The two documents describe different scopes.")
    if pair[0].stated_on != pair[1].stated_on:
        notes.append("They were written on different days.")
    return " ".join(notes)
