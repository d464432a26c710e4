"""What the daily digest tells of: each source says which records concern whom, in counts, days and addresses alone.

Nothing that somebody wrote is ever among the words: no name, no title, no reference. A mail is read on telephones and
kept in places that the portal knows nothing of; whoever may read the record follows the address and signs in.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property

from django.urls import resolve, reverse

from funding.awards.models import MonitoringReturn
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from scrutiny.duties.board import board
from scrutiny.duties.models import State
from scrutiny.inspections.models import Recommendation
from scrutiny.inspections.waiting import what_is_due
from scrutiny.news.models import NewsRelease
from scrutiny.register.models import Action, ActionOwner
from scrutiny.reports.models import PaperRequest
from scrutiny.workflow import restrictions

LATE = "late"


@dataclass(frozen=True)
class Thing:
    """One thing to tell: `key` names record and occasion ("scrutiny.action:5 overdue 2026-03-01"), `url` is a path."""

    key: str
    words: str
    url: str


@dataclass(frozen=True)
class Group:
    """The things of one source, under their heading; `url` leads to the list that holds them all."""

    title: str
    url: str
    things: tuple


class Sources:
    """Everything that may be told on a day. What does not depend on the person is asked for once in a run."""

    def __init__(self, day=None):
        self.day = day or today()

    def groups(self, user):
        """The groups of things that concern this person, in the order of the mail; empty groups are left out."""
        asked = (
            ("Responses to inspections", "inspections", self._responses),
            ("Recommendations that are overdue", "recommendations", self._recommendations),
            ("Papers that are late", "reports", self._papers),
            ("Actions that are overdue", "actions", self._actions),
            ("Restrictions to be looked at again", "restrictions", self._restrictions),
            ("Statutory duties", "duties", self._duties),
            ("Monitoring returns of grants", "grant-returns", self._returns),
            ("News releases that did not go out", "news", self._news),
        )
        found = [(title, name, tuple(source(user))) for title, name, source in asked]
        return [Group(title, _list(name, user), things) for title, name, things in found if things]

    # --- what the law gives so many days for -----------------------------------------------------------------------------

    @cached_property
    def _due_responses(self):
        return what_is_due(self.day)

    def _responses(self, user):
        """The warnings of section 55: for whoever sees to the response, and for those who write and sign it."""
        everything = user.has_perm("responses.edit") or user.has_perm("responses.sign")
        for due in self._due_responses:
            if everything or (due.inspection.owner_id == user.pk and user.has_perm("responses.view")):
                level = LATE if due.is_late else f"due-{due.level}"
                last = in_words(due.inspection.clock.last_day)
                yield Thing(f"scrutiny.inspection:{due.inspection.pk} {level}", f"{due.words}, due by {last}", due.url)

    @cached_property
    def _lines_of_the_board(self):
        return [line for line in board(self.day) if line.is_pressing]

    def _duties(self, user):
        """Duties that are due soon or overdue: for their owner; without one for those who keep the board."""
        if not user.has_perm("duties.view"):
            return
        keeps = user.has_perm("duties.edit")
        for line in self._lines_of_the_board:
            owner = line.duty.owner_id
            if owner == user.pk or (owner is None and keeps):
                key = f"scrutiny.duty:{line.duty.pk} {line.state} {line.next_due}"
                yield Thing(key, _of_a_duty(line), reverse("duty", args=[line.duty.pk]))

    # --- what somebody promised --------------------------------------------------------------------------------------------

    @cached_property
    def _late_recommendations(self):
        found = Recommendation.objects.open().filter(due__lt=self.day).order_by("due", "pk")
        return list(found.values_list("pk", "due", "owner__account"))

    def _recommendations(self, user):
        """Recommendations whose day has passed: for those who say what became of them, and for the owner."""
        keeps = user.has_perm("recommendations.update")
        for pk, due, account in self._late_recommendations:
            if keeps or (account == user.pk and user.has_perm("inspections.view")):
                yield _overdue("scrutiny.recommendation", pk, due, reverse("recommendation", args=[pk]))

    def _actions(self, user):
        """Actions whose day has passed: for those who follow them all, for the force its own, for anybody their own."""
        if not user.has_perm("actions.view"):
            return
        late = Action.objects.visible_to(user).open().filter(due__lt=self.day)
        if not user.has_perm("actions.update"):
            late = late.filter(pk__in=ActionOwner.objects.filter(person__account=user).values("action"))
        for pk, due in late.order_by("due", "pk").values_list("pk", "due"):
            yield _overdue("scrutiny.action", pk, due, reverse("action", args=[pk]))

    def _papers(self, user):
        """Papers that were wanted by a day that has passed: for those who hand them in."""
        if user.has_perm("papers.deliver"):
            late = PaperRequest.objects.visible_to(user).open().filter(due__lt=self.day)
            for pk, due in late.order_by("due", "pk").values_list("pk", "due"):
                yield _overdue("scrutiny.paperrequest", pk, due, reverse("paper-request", args=[pk]), "Wanted by")

    @cached_property
    def _late_returns(self):
        found = MonitoringReturn.objects.awaited().filter(due_on__lt=self.day)
        return list(found.order_by("due_on", "pk").values_list("pk", "due_on"))

    def _returns(self, user):
        """Returns that have not come: for the grants officers. The recipients are reminded by `remind_grant_returns`."""
        if user.has_perm("awards.edit"):
            for pk, due in self._late_returns:
                yield _overdue("funding.monitoringreturn", pk, due, reverse("monitoring-return", args=[pk]))

    # --- what the public waits for -----------------------------------------------------------------------------------------

    @cached_property
    def _reviews(self):
        found = restrictions.in_force().filter(review_on__lte=self.day)
        return list(found.values_list("pk", "review_on"))

    def _restrictions(self, user):
        """Restrictions whose day of review has come: for those who decide on them."""
        if user.has_perm("restrictions.edit"):
            for pk, on in self._reviews:
                url = reverse("restriction-edit", args=[pk])
                yield Thing(
                    f"scrutiny.restriction:{pk} review {on}", f"To be looked at again since {in_words(on)}", url
                )

    @cached_property
    def _releases_in_trouble(self):
        return list(NewsRelease.objects.in_trouble().only("pk", "trouble", "embargo_until"))

    def _news(self, user):
        """Releases that the gate kept back at their minute: for those who write and approve them."""
        if user.has_perm("news.edit") or user.has_perm("news.approve"):
            for release in self._releases_in_trouble:
                what = hashlib.sha256(f"{release.embargo_until} {release.trouble}".encode()).hexdigest()[:12]
                key = f"scrutiny.newsrelease:{release.pk} trouble {what}"
                yield Thing(key, "It is still on the desk", reverse("release", args=[release.pk]))


def _of_a_duty(line):
    """The words of the board may name records: here stand state and day alone."""
    if line.state == State.OVERDUE:
        return f"Overdue since {in_words(line.next_due)}" if line.next_due else "Overdue"
    return f"Due by {in_words(line.next_due)}" if line.next_due else "Due soon"


def _overdue(model, pk, due, url, words="Due on"):
    """A new day is told anew."""
    return Thing(f"{model}:{pk} overdue {due}", f"{words} {in_words(due)}", url)


def _list(name, user):
    """The list of all of them, for those who may open it; the desk's home for others."""
    url = reverse(name)
    return url if user.has_perm(resolve(url).func.capability) else reverse("desk")
