"""How far a round has come: its sums, and its steps in order with what is next."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery, Sum, prefetch_related_objects
from django.db.models.functions import Coalesce

from funding.applications.models import Application
from funding.assessment.models import Assessment, Interest, Outcome
from funding.rounds.models import PanelMember, Round
from funding.totals.counting import Scope, total
from opcc_portal.office.forms import in_words
from scrutiny.indicators.words import so_many

Status = Application.Status
# What has passed the check of eligibility, before the decision and after it.
ELIGIBLE = (Status.ELIGIBLE, Status.SUCCESSFUL, Status.RESERVE, Status.UNSUCCESSFUL)


@dataclass(frozen=True)
class Step:
    """One step of a round: where it is done (the name of an address of the round), by whom, how far it is."""

    key: str
    name: str
    page: str
    capability: str
    is_done: bool
    hint: str = ""
    state: str = ""
    opens: str = ""
    button: str = ""

    @property
    def is_closed(self):
        """Whether it cannot start yet; `opens` says what opens it."""
        return bool(self.opens) and not self.is_done


@dataclass(frozen=True)
class Progress:
    """A round with what was counted of it."""

    round: Round
    counted: dict
    awarded: object

    @property
    def asked(self):
        """What everything that was received and not withdrawn asks for."""
        return self.counted["asked"] or Decimal(0)

    @property
    def proposed(self):
        """What is proposed to be awarded."""
        return self.counted["proposed"] or Decimal(0)

    @property
    def left(self):
        """What of the budget is not awarded yet; below nothing within the allowance."""
        return self.round.budget - self.awarded.amount

    @property
    def gap(self):
        """How far the awards are from the budget, whichever is larger."""
        return abs(self.left)

    @property
    def beyond(self):
        """By how much awards exceed budget and allowance; nothing or less: they fit."""
        return self.awarded.amount - self.round.most

    @property
    def share(self):
        """How much of the budget is awarded, in whole per cent."""
        return int(100 * self.awarded.amount / self.round.budget)

    @property
    def is_scored(self):
        """Whether somebody has begun to score."""
        return any(member.has_begun for member in self.round.panel.all())

    @property
    def steps(self):
        """The steps in order."""
        return [
            self._criteria, self._panel, self._applications, self._eligibility, self._interests, self._scores, self._moderation,
            self._proposals, self._decision, self._awards, self._letters,
        ]  # fmt: skip

    @property
    def done(self):
        """How many steps are done."""
        return sum(step.is_done for step in self.steps)

    # --- the steps, in order ---

    @property
    def _criteria(self):
        criteria, questions = len(self.round.criteria.all()), len(self.round.eligibility.all())
        hint = f"{so_many(criteria, 'criterion', 'criteria')}, {so_many(questions, 'question')} of eligibility"
        return Step(
            "criteria",
            "Say what it asks",
            "round-criteria",
            "funding.edit",
            criteria > 0,
            hint,
            button="Set the criteria",
        )

    @property
    def _panel(self):
        members = self.round.panel.all()
        chair = next((f", {member.user} in the chair" for member in members if member.is_chair), "")
        hint = f"{so_many(len(members), 'person', 'people')}{chair}" if members else "Nobody yet"
        return Step(
            "panel", "Name the panel", "round-panel", "funding.edit", bool(members), hint, button="Name the panel"
        )

    @property
    def _applications(self):
        phase, received = self.round.phase, self.counted["received"]
        hint = f"{so_many(received, 'application')} received"
        if self.counted["drafts"] and self.round.is_open:
            hint += f", {self.counted['drafts']} being written"
        opens = f"Opens on {in_words(self.round.opens)}" if phase == Round.Phase.PLANNED else ""
        state = f"Open until {in_words(self.round.closes)}" if phase == Round.Phase.OPEN else ""
        is_done = phase in (Round.Phase.ASSESSMENT, Round.Phase.DECIDED)
        names = ("applications", "Take applications", "applications", "applications.view")
        return Step(*names, is_done, hint, state, opens, "See the applications")

    @property
    def _eligibility(self):
        unchecked, received = self.counted["unchecked"], self.counted["received"]
        hint = (
            f"{unchecked} to check"
            if unchecked
            else f"{so_many(self.counted['ineligible'], 'application')} not eligible"
        )
        opens = "" if received else "Opens with the first application"
        is_done = received > 0 and not unchecked and not self.round.is_open
        names = ("eligibility", "Check eligibility", "applications", "applications.view")
        return Step(*names, is_done, hint if received else "", "", opens, "Check eligibility")

    @property
    def _interests(self):
        members = self.round.panel.all()
        looked = sum(member.interests_declared_at is not None for member in members)
        opens = "" if self.counted["eligible"] and members else "Opens with a panel and an eligible application"
        is_done = bool(members) and looked == len(members)
        names = ("interests", "Declare interests", "round-interests", "rounds.assess")
        hint = f"{looked} of {len(members)} of the panel have declared" if members else ""
        return Step(*names, is_done, hint, "", opens, "Declare your interests")

    @property
    def _scores(self):
        members = self.round.panel.all()
        wanted = sum(self.counted["eligible"] - member.apart for member in members)
        given = sum(member.handed_in for member in members)
        opens = "" if any(member.interests_declared_at for member in members) else "Opens when interests are declared"
        is_done = self.round.is_decided or (0 < wanted <= given and self._eligibility.is_done)
        names = ("scores", "Score", "assess-list", "rounds.assess")
        return Step(*names, is_done, f"{given} of {wanted} assessments handed in", "", opens, "Score applications")

    @property
    def _moderation(self):
        given = sum(member.handed_in for member in self.round.panel.all())
        agreed, eligible = self.counted["agreed"], self.counted["eligible"]
        opens = "" if given else "Opens with the first assessment"
        is_done = self.round.is_decided or 0 < eligible <= self.counted["with_outcome"]
        hint = f"{so_many(agreed, 'mark')} agreed in place of the mean"
        names = ("moderation", "Moderate", "round-moderation", "applications.view")
        return Step(*names, is_done, hint, "", opens, "Go through the marks")

    @property
    def _proposals(self):
        eligible, proposed = self.counted["eligible"], self.counted["with_outcome"]
        opens = "" if sum(member.handed_in for member in self.round.panel.all()) else "Opens with the first assessment"
        hint = f"{proposed} of {so_many(eligible, 'application')} with a proposal"
        names = ("ranking", "Rank and propose", "round-ranking", "applications.view")
        return Step(*names, 0 < eligible <= proposed, hint, "", opens, "Propose outcomes")

    @property
    def _is_signed(self):
        return self.round.is_decided or 0 < self.counted["with_outcome"] <= self.counted["signed"]

    @property
    def _decision(self):
        opens = "" if self._proposals.is_done else "Opens when every eligible application has a proposal"
        hint = "By a decision record that the commissioner signs"
        if self._is_signed:
            hint = "The decision record is signed"
        elif self.counted["drafted"]:
            hint = "The draft waits for the commissioner’s signature"
        names = ("decision", "Decide", "round-decide", "rounds.decide")
        return Step(*names, self._is_signed, hint, "", opens, "Prepare the decision")

    @property
    def _awards(self):
        made, decided = self.counted["with_award"], self.round.decided_on
        opens = "" if self._is_signed else "Opens when the decision is signed"
        hint = f"{made} of {so_many(self.counted['to_award'], 'award')} made"
        names = ("awards", "Make the awards", "round-awards-make", "rounds.decide")
        hint = f"{hint}, on {in_words(decided)}" if decided else hint
        return Step(
            *names, decided is not None and made >= self.counted["to_award"], hint, "", opens, "Make the awards"
        )

    @property
    def _letters(self):
        wanted, sent = self.counted["with_outcome"], self.counted["letters"]
        opens = "" if self._is_signed else "Opens when the decision is signed"
        names = ("letters", "Write to applicants", "round-decide", "rounds.decide")
        is_done = self._is_signed and sent >= wanted
        return Step(*names, is_done, f"{sent} of {so_many(wanted, 'letter')} sent", "", opens, "Send the letters")


def of(round_):
    """The Progress of a round. Five queries."""
    prefetch_related_objects([round_], "criteria", "eligibility", Prefetch("panel", _members(round_)))
    return Progress(round_, _counted(round_), total(Scope(round=round_.pk)))


def _counted(round_):
    received = ~Q(status__in=(Status.DRAFT, Status.WITHDRAWN))
    award = Q(outcome__result=Outcome.Result.AWARD)
    return Application.objects.filter(round=round_).aggregate(
        drafts=Count("pk", filter=Q(status=Status.DRAFT)),
        received=Count("pk", filter=received),
        asked=Sum("amount", filter=received),
        unchecked=Count("pk", filter=Q(status=Status.SUBMITTED)),
        ineligible=Count("pk", filter=Q(status=Status.INELIGIBLE)),
        eligible=Count("pk", filter=Q(status__in=ELIGIBLE)),
        agreed=Count("moderation"),
        with_outcome=Count("outcome", filter=Q(status__in=ELIGIBLE)),
        to_award=Count("outcome", filter=award),
        proposed=Sum("outcome__amount", filter=award),
        drafted=Count("outcome", filter=Q(outcome__decision__isnull=False)),
        signed=Count("outcome", filter=Q(outcome__decision__signed_on__isnull=False)),
        letters=Count("outcome", filter=Q(outcome__letter_sent_on__isnull=False)),
        with_award=Count("award"),
    )


def _members(round_):
    """The panel, each with how many of the eligible applications they have handed in and stand apart from."""
    eligible = Application.objects.filter(round=round_, status__in=ELIGIBLE)
    own = {"user": OuterRef("user"), "application__in": eligible}
    apart = Interest.objects.filter(**own)
    written = Assessment.objects.filter(**own).exclude(application__in=apart.values("application"))
    mine = Assessment.objects.filter(user=OuterRef("user"), application__round=round_)
    members = PanelMember.objects.select_related("user").annotate(
        apart=_number(apart), handed_in=_number(written.filter(submitted_at__isnull=False)), has_begun=Exists(mine)
    )
    return members.order_by("-is_chair", "user__name", "pk")


def _number(records):
    counted = records.order_by().values("user").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)
