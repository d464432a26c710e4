"""A panel at work, as the tests of assessment need it."""

import datetime
from decimal import Decimal

from django.utils import timezone

from funding.assessment import operations
from funding.assessment.models import Assessment, Interest, Score
from funding.rounds.models import PanelMember
from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from tests.factories import make_application, make_round, make_user

# A day on which every round of these tests has closed.
CLOSED = {"opens": today() - datetime.timedelta(days=60), "closes": today() - datetime.timedelta(days=20)}


def make_panel(*roles, **fields):
    """(a closed round, the people of its panel, who have declared that they have no interests)."""
    round_ = make_round(**(CLOSED | fields))
    people = [make_user(role) for role in roles or (Role.ANALYST, Role.ADMINISTRATOR)]
    for person in people:
        PanelMember.objects.create(round=round_, user=person, interests_declared_at=timezone.now())
    return round_, people


def make_eligible(round_, **fields):
    """An application that was received before the panel declared its interests."""
    received = timezone.now() - datetime.timedelta(days=30)
    ordinary = {"status": "eligible", "submitted_at": received, "created_at": received}
    return make_application(round_, **(ordinary | fields))


def make_interest(application, user, nature="My sister runs it."):
    """An interest that the person declared."""
    return Interest.objects.create(application=application, user=user, nature=nature, declared_by=user)


def score(application, user, *points, advice="fund", comment="Good."):
    """An assessment that has been handed in, written straight down."""
    given = Assessment.objects.create(
        application=application, user=user, advice=advice, comment=comment, submitted_at=timezone.now()
    )
    criteria = application.round.criteria.all()
    Score.objects.bulk_create(
        Score(assessment=given, criterion=criterion, points=each)
        for criterion, each in zip(criteria, points, strict=True)
    )
    return given


def scores_for(round_, *points):
    """Points as the operation takes them."""
    return {criterion: (each, "") for criterion, each in zip(round_.criteria.all(), points, strict=True)}


def hand_in(application, user, *points, seen=0):
    """An assessment by the operation."""
    return operations.save_assessment(
        application,
        words={"comment": "", "advice": "fund"},
        scores=scores_for(application.round, *points),
        seen=seen,
        by=user,
        hand_in=True,
    )


def make_marked_round(*marks, amount=Decimal(3000), **fields):
    """(a round of £20,000, one assessor, an eligible application for each mark out of ten)."""
    round_, (assessor,) = make_panel(Role.ANALYST, **fields)
    applications = [make_eligible(round_, amount=amount) for _ in marks]
    for application, mark in zip(applications, marks, strict=True):
        score(application, assessor, min(mark, 5), max(mark - 5, 0))
    return round_, assessor, applications
