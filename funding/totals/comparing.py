"""Comparing what documents state. Nothing here corrects a figure: two that disagree are shown to a person."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from django.db.models import Prefetch

from funding.rounds.models import Fund
from funding.rounds.money import in_pounds
from funding.totals.counting import Scope, Total, total, totals_of
from funding.totals.models import StatedTotal
from opcc_portal.office.forms import in_words


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


@dataclass(frozen=True)
class Comparison:
    """A stated total beside what the register of awards gives for the same scope. Invariant 13 of the domain."""

    stated: StatedTotal
    computed: Total

    @property
    def difference(self):
        """Stated minus computed, in pounds: below nothing where more is listed than was stated."""
        return self.stated.amount - self.computed.amount

    @property
    def gap(self):
        """By how much they differ, whichever is larger."""
        return abs(self.difference)

    @property
    def agrees(self):
        """To the pound, and to the organisation where the document counts them."""
        counted = self.stated.organisations
        return self.difference == 0 and counted in (None, self.computed.organisations)

    @property
    def is_explained(self):
        """Whether an explanation was written for exactly this computed amount."""
        return bool(self.stated.explanation) and self.stated.explained_amount == self.computed.amount

    @property
    def is_outdated(self):
        """Whether an explanation speaks of another computed amount than today's."""
        return bool(self.stated.explanation) and not self.is_explained

    @property
    def needs_explaining(self):
        """Whether it may not be published as it stands."""
        return not self.agrees and not self.is_explained

    @property
    def words(self):
        """The comparison as one sentence."""
        listed, day = in_pounds(self.computed.amount), in_words(self.stated.stated_on)
        if self.difference:
            side = "less" if self.difference > 0 else "more"
            return (
                f"The awards listed on {day} come to {listed}: {in_pounds(self.gap)} {side} than the document states."
            )
        if self.agrees:
            return f"The awards listed on {day} come to {listed}, as the document states."
        return (
            f"The awards listed on {day} come to {listed}, as the document states, but went to "
            f"{_organisations(self.computed.organisations)} and not to {self.stated.organisations}."
        )


def _organisations(count):
    return f"{count} organisation" if count == 1 else f"{count} organisations"


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


def scope_of(stated):
    """Which awards a stated total is compared with: what the register held on the day of the document, real ones only."""
    return Scope(
        fund=stated.fund_id,
        round=stated.round_id,
        priority=stated.priority_id,
        starts=stated.starts,
        ends=stated.ends,
        known_on=stated.stated_on,
        demonstration=False,
    )


def compare(stated):
    """The Comparison of one stated total. One query."""
    return Comparison(stated, total(scope_of(stated)))


def compare_each(stated):
    """The Comparisons of several stated totals, in their order. One query."""
    stated = list(stated)
    computed = totals_of({each.pk: scope_of(each) for each in stated})
    return [Comparison(each, computed[each.pk]) for each in stated]


def compare_all(fund):
    """The Comparisons of everything that is stated for the fund, the latest document first. Two queries."""
    return compare_each(fund.stated_totals.select_related(*StatedTotal.LOADED_WITH).order_by("-stated_on", "-pk"))


def clashes_of(stated):
    """The Clashes of one stated total with the others of its fund. One query."""
    others = stated.fund.stated_totals.exclude(pk=stated.pk)
    return [clash for other in others for clash in clashes(stated.fund, [stated, other])]


def _note(fund, *pair):
    """What a reader should know before comparing the two."""
    notes = []
    for stated in pair:
        if fund.maximum_grant and stated.organisations and stated.amount > fund.maximum_grant * stated.organisations:
            most = fund.maximum_grant * stated.organisations
            notes.append(
                f"{stated.organisations} grants of at most {in_pounds(fund.maximum_grant)} cannot exceed {in_pounds(most)}."
            )
    if pair[0].scope != pair[1].scope:
        notes.append("The two documents describe different scopes.")
    if pair[0].stated_on != pair[1].stated_on:
        notes.append("They were written on different days.")
    return " ".join(notes)
