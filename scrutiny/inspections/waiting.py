"""Which responses are due: what the desk, the dashboard and the daily digest remind of."""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from opcc_portal.office.dates import today
from scrutiny.inspections.clock import PERIOD, WARNINGS
from scrutiny.inspections.models import Answer, Dispatch, Inspection, Recommendation, Response
from scrutiny.workflow.models import State


@dataclass(frozen=True)
class Due:
    """A response that is not published, with the days left (negative once it is late) and the warning: 28, 14, 7 or "late"."""

    inspection: Inspection
    left: int
    level: int | str
    url: str

    @property
    def is_late(self):
        """Past its last day."""
        return self.left < 0

    @property
    def words(self):
        """12 days left; 3 days late."""
        day = self.inspection.clock.last_day - datetime.timedelta(days=self.left)
        return self.inspection.clock.left_in_words(day)


def unanswered():
    """Inspections that need a response and have none in public: neither their own, nor that of a report that repeats them.

    Until the later response is out the earlier clock runs on: nobody is told that there is time which the law may not give.
    """
    published = Q(state=State.PUBLISHED) | Q(published_on__isnull=False)
    answering = Response.objects.filter(published).filter(
        Q(inspection=OuterRef("pk")) | Q(inspection__covers=OuterRef("pk"))
    )
    return Inspection.objects.exclude(subject=Inspection.Subject.NOT_SUBJECT).exclude(Exists(answering))


def due(day=None):
    """Of those, the reports with 28 days left or fewer on that day (today)."""
    day = day or today()
    return unanswered().filter(published_on__lte=day + datetime.timedelta(days=max(WARNINGS) - PERIOD + 1))


def what_is_due(day=None, most=None):
    """Due of every response with 28 days left or fewer on that day (today), the most pressing first. One query."""
    day = day or today()
    found = due(day).select_related("body", "response", "owner").order_by("published_on", "pk")
    return [_due(inspection, day) for inspection in (found[:most] if most else found)]


def _due(inspection, day):
    clock, response = inspection.clock, getattr(inspection, "response", None)
    url = response.get_absolute_url() if response else reverse("inspection", args=[inspection.pk])
    return Due(inspection, clock.left(day), clock.level(day), url)


def to_sign():
    """Responses that the commissioner can sign: every recommendation answered, the comments entered if any came."""
    answered = Answer.objects.filter(recommendation=OuterRef("pk"), response=OuterRef(OuterRef("pk")))
    asked = Recommendation.objects.filter(
        Q(inspection=OuterRef("inspection")) | Q(inspection__covered_by=OuterRef("inspection"))
    )
    return (
        Response.objects.filter(signed_at=None, published_on=None)
        .exclude(inspection__subject=Inspection.Subject.NOT_SUBJECT)
        .exclude(comments_state=Response.Comments.RECEIVED, comments="")
        .filter(Q(Exists(asked)) | ~Q(text=""))
        .exclude(Exists(asked.exclude(Exists(answered))))
    )


def to_send():
    """Responses that this portal has published and that are not recorded as sent to both."""
    sent = Dispatch.objects.filter(response=OuterRef("pk"))
    return Response.objects.filter(state=State.PUBLISHED).exclude(
        Exists(sent.filter(to=Dispatch.To.SECRETARY_OF_STATE)), Exists(sent.filter(to=Dispatch.To.INSPECTORATE))
    )


def first_due(most, day=None):
    """The reports whose responses press most, for a query of several registers."""
    return Inspection.objects.filter(pk__in=due(day).order_by("published_on", "pk").values("pk")[:most])


def first_to_send(most):
    """The responses that have waited longest to be sent on, for a query of several registers."""
    return Response.objects.filter(pk__in=to_send().order_by("inspection__published_on", "pk").values("pk")[:most])


def address_of(inspection, response):
    """Where somebody goes on with it, by keys: the response, or the report while there is none."""
    return reverse("response", args=[response]) if response else reverse("inspection", args=[inspection])
