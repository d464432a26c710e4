"""How a round stands, as one person may see it: marks, who took no part, the ranked list, what is proposed.

Whoever has an interest in an application does not meet it here: their ranked list, sums and cut line leave it out.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.db.models import Prefetch, prefetch_related_objects

from funding.applications.models import Application
from funding.assessment.models import Assessment, Interest, Outcome
from funding.assessment.ranking import Entry, Line, Placed, Ranking, rank, rounded, weighted
from funding.rounds.models import Criterion, PanelMember, Round
from funding.rounds.money import in_pounds
from opcc_portal.accounts.models import User
from scrutiny.register.models import Decision

Status = Application.Status
Result = Outcome.Result
# What has reached the panel, before the decision and after it.
RANKED = (Status.SUBMITTED, Status.ELIGIBLE, Status.SUCCESSFUL, Status.RESERVE, Status.UNSUCCESSFUL)


@dataclass(frozen=True)
class Mark:
    """What one assessor said of one application. Kept without counting where they declared an interest later."""

    assessment: Assessment
    exact: Fraction
    counts: bool

    @property
    def mark(self):
        """In per cent, as printed."""
        return rounded(self.exact)


@dataclass
class Row:
    """One application with everything that was said about it."""

    application: Application
    marks: list[Mark]
    apart: list[Interest]
    awaited: list[User]
    placed: Placed | None = None
    lines_after: tuple[str, ...] = ()

    @property
    def outcome(self):
        """What is proposed, None so far."""
        return getattr(self.application, "outcome", None)

    @property
    def moderation(self):
        """The mark agreed on, None so far."""
        return getattr(self.application, "moderation", None)

    @property
    def counted(self):
        """The marks that make the mean."""
        return [mark for mark in self.marks if mark.counts]

    @property
    def is_checked(self):
        """Whether an officer found it eligible."""
        return self.application.status != Status.SUBMITTED

    @cached_property
    def entry(self):
        """What is ranked. A refused or reserved application takes no money."""
        agreed = self.moderation.mark if self.moderation else None
        marks = tuple(mark.exact for mark in self.counted)
        return Entry(self.application.pk, marks, agreed, self.amount)

    @property
    def amount(self):
        """The money it takes: what is proposed, before that what is asked for."""
        return self.outcome.amount if self.outcome else self.application.amount

    @property
    def cells(self):
        """{user pk: what the moderation page prints in that assessor's column}."""
        cells = {interest.user_id: {"apart": True} for interest in self.apart}
        for mark in self.marks:
            cells.setdefault(mark.assessment.user_id, {})["mark"] = mark
        return cells


@dataclass
class Standing:
    """A round as one person sees it."""

    round: Round
    rows: list[Row]
    interests: list[Interest]
    hidden: int
    panel: list[PanelMember]
    criteria: list[Criterion]
    ranking: Ranking = field(init=False)
    lines_first: tuple[str, ...] = field(init=False)

    def __post_init__(self):
        self.ranking = rank((row.entry for row in self.rows), budget=self.round.budget, most=self.round.most)
        by_key = {row.application.pk: row for row in self.rows}
        words = self._cut_lines()
        last = {
            key: tuple(words[line] for line in lines if line in words)
            for key, lines in self.ranking.last_within.items()
        }
        self.lines_first, self.rows = last.get(None, ()), []
        for place in self.ranking.placed:
            row = by_key[place.entry.key]
            row.placed = place
            row.lines_after = last.get(place.entry.key, ())
            self.rows.append(row)

    def _cut_lines(self):
        round_ = self.round
        lines = {Line.BUDGET: f"Cut line: the budget of {in_pounds(round_.budget)} ends here"}
        if round_.allowance:
            allowed = plain(round_.allowance)
            lines[Line.ALLOWANCE] = (
                f"Cut line with the allowance of {allowed} per cent: {in_pounds(round_.most)} end here"
            )
        return lines

    def row_of(self, application):
        """The row of that application, None where it is not ranked."""
        return next((row for row in self.rows if row.application.pk == application.pk), None)

    @property
    def decision(self):
        """The decision record that stands for the outcomes, drafted or signed; None so far."""
        decisions = (row.outcome.decision for row in self.rows if row.outcome)
        return next((each for each in decisions if each and each.status != Decision.Status.WITHDRAWN), None)

    def open_work(self, user):
        """The eligible applications that this member of the panel has not handed in yet; nothing for anybody else."""
        if not any(member.user_id == user.pk for member in self.panel):
            return []
        return [
            row
            for row in self.rows
            if row.application.status == Status.ELIGIBLE and user.pk in {person.pk for person in row.awaited}
        ]

    @property
    def stubs(self):
        """One for each application that is closed to this person."""
        return range(self.hidden)

    @property
    def asked(self):
        """What all of them ask for."""
        return sum((row.application.amount or Decimal(0) for row in self.rows), Decimal(0))

    @property
    def proposed(self):
        """What is proposed to be awarded."""
        return sum((row.outcome.amount for row in self.with_result(Result.AWARD)), Decimal(0))

    @property
    def left(self):
        """What of the budget nothing is proposed for; below 0 within the allowance."""
        return self.round.budget - self.proposed

    @property
    def beyond(self):
        """By how much the proposals exceed budget and allowance; 0 where they fit."""
        return max(self.proposed - self.round.most, Decimal(0))

    @property
    def undecided(self):
        """Rows for which nothing is proposed."""
        return [row for row in self.rows if row.outcome is None]

    def with_result(self, result):
        """The rows for which that is proposed, in the order of the ranked list."""
        return [row for row in self.rows if row.outcome and row.outcome.result == result]

    @property
    def awarded(self):
        """The rows for which an award is proposed."""
        return self.with_result(Result.AWARD)

    @property
    def reserved(self):
        """The reserve list, in its order."""
        return self.with_result(Result.RESERVE)

    @property
    def refused(self):
        """The rows for which no award is proposed."""
        return self.with_result(Result.REFUSE)

    @property
    def assessors(self):
        """Everybody with a column on the moderation page: the panel, and who has scored and left it."""
        found = {member.user_id: member.user for member in self.panel}
        for row in self.rows:
            for mark in row.marks:
                found.setdefault(mark.assessment.user_id, mark.assessment.user)
        return list(found.values())

    @property
    def wide(self):
        """The rows that the panel should talk about first."""
        return [row for row in self.rows if row.entry.is_wide]


def plain(number):
    """A number without zeros that say nothing: 10, 7.5."""
    return f"{Decimal(number).normalize():f}"


def of(round_, user=None):
    """How the round stands for that person; without one, for the office as a whole (its decision, its papers).

    Six queries. The round's panel is kept with it, so that asking who may see the round costs none.
    """
    applications = Application.objects.filter(round=round_, status__in=RANKED)
    seen = applications.visible_to(user) if user else applications
    seen = seen.select_related("organisation", "outcome__decision", "moderation")
    prefetch_related_objects([round_], Prefetch("panel", PanelMember.objects.select_related("user")))
    panel = list(round_.panel.all())
    criteria = list(round_.criteria.all())
    declared = list(Interest.objects.filter(application__in=applications).select_related("user"))
    hidden = sum(interest.user_id == user.pk for interest in declared) if user else 0
    interests, assessments = defaultdict(list), defaultdict(list)
    for interest in declared:
        interests[interest.application_id].append(interest)
    handed_in = Assessment.objects.filter(application__round=round_, submitted_at__isnull=False)
    for assessment in handed_in.select_related("user").prefetch_related("scores"):
        assessments[assessment.application_id].append(assessment)
    rows = [_row(each, assessments[each.pk], interests[each.pk], panel, criteria) for each in seen]
    return Standing(round_, rows, declared, hidden, panel, criteria)


def _row(application, assessments, interests, panel, criteria):
    apart = {interest.user_id for interest in interests}
    marks = [
        Mark(assessment, exact, assessment.user_id not in apart)
        for assessment in assessments
        if (exact := exact_mark(assessment, criteria)) is not None
    ]
    done = apart | {mark.assessment.user_id for mark in marks}
    awaited = [member.user for member in panel if member.user_id not in done]
    return Row(application, marks, interests, awaited)


def exact_mark(assessment, criteria):
    """The weighted per cent of one assessment, None while a score is missing."""
    return weighted({score.criterion_id: score.points for score in assessment.scores.all()}, criteria)
