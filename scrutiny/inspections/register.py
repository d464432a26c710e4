"""The registers: inspections with where their response stands, and recommendations with what became of them."""

from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Subquery, Value, When

from opcc_portal.office.dates import today
from scrutiny.inspections.clock import Clock
from scrutiny.inspections.models import Inspection, Recommendation, Response, StatusChange
from scrutiny.workflow.models import State

NONE, IN_WORK, SIGNED, PUBLISHED, NOT_NEEDED = "none", "in_work", "signed", "published", "not_needed"
WITH_ANOTHER = "with_another"
STANDINGS = {
    NONE: "No response yet",
    IN_WORK: "Being written",
    SIGNED: "Signed, not published",
    PUBLISHED: "Published",
    WITH_ANOTHER: "With that to another report",
    NOT_NEEDED: "Not needed",
}
# The force is told whether a response is out, not how far the office has come with it.
FOR_THE_FORCE = {NONE: "Not published yet", **{key: STANDINGS[key] for key in (PUBLISHED, WITH_ANOTHER, NOT_NEEDED)}}
TO_COME = (NONE, IN_WORK, SIGNED)


# --- inspections -------------------------------------------------------------------------------------------------------


def standings_for(user):
    """{key: words} of where a response can stand, as this person is told of it."""
    return STANDINGS if user.has_perm("responses.view") else FOR_THE_FORCE


def with_standing(inspections):
    """Each with `standing`: where its response stands.

    A report without a response of its own that another one repeats is answered with that one.
    """
    repeated = Inspection.covers.through.objects.filter(to_inspection=OuterRef("pk"))
    other = Response.objects.filter(inspection__covers=OuterRef("pk"))
    is_out = Q(state=State.PUBLISHED) | Q(published_on__isnull=False)
    own_is_out = Q(response__state=State.PUBLISHED) | Q(response__published_on__isnull=False)
    return inspections.annotate(
        standing=Case(
            When(own_is_out, then=Value(PUBLISHED)),
            When(subject=Inspection.Subject.NOT_SUBJECT, then=Value(NOT_NEEDED)),
            When(response__signed_at__isnull=False, then=Value(SIGNED)),
            When(response__isnull=False, then=Value(IN_WORK)),
            When(Exists(other.filter(is_out)), then=Value(PUBLISHED)),
            When(Exists(repeated), then=Value(WITH_ANOTHER)),
            default=Value(NONE),
            output_field=CharField(),
        )
    )


def with_numbers(inspections):
    """Each with how many recommendations it has, and how many of them are open and overdue; the newest report first."""
    still_open = Q(recommendations__status__in=Recommendation.STILL_OPEN)
    late = still_open & Q(recommendations__due__lt=today())
    numbered = inspections.annotate(
        asked=Count("recommendations"),
        still_open=Count("recommendations", filter=still_open),
        overdue=Count("recommendations", filter=late),
    )
    return numbered.order_by("-published_on", "title", "pk")  # a sum puts aside the order that the model names


def late(inspections):
    """Of inspections with their standing, those whose last day has passed without a published response."""
    return inspections.filter(standing__in=TO_COME, published_on__lt=_first_day_in_time())


def running(inspections):
    """Of inspections with their standing, those whose response is still to come and in time."""
    return inspections.filter(standing__in=TO_COME, published_on__gte=_first_day_in_time())


def _first_day_in_time():
    return today() - (Clock(today()).last_day - today())


@dataclass(frozen=True)
class Standing:
    """Where the response to an inspection stands, in words for a page."""

    key: str
    words: str
    clock: Clock

    @property
    def is_to_come(self):
        """Whether the law still waits for it."""
        return self.key in TO_COME

    @property
    def is_late(self):
        """Whether the last day has passed without it."""
        return self.is_to_come and self.clock.is_late()

    @property
    def left(self):
        """How much time there is, in words. Empty once it is out."""
        return self.clock.left_in_words() if self.is_to_come else ""

    @property
    def is_near(self):
        """Whether one of the warnings has been reached."""
        return self.is_to_come and self.clock.warning() is not None


def standing_of(inspection, user):
    """The Standing of an inspection with its `standing`, as this person is told of it."""
    known = standings_for(user)
    key = inspection.standing if inspection.standing in known else NONE
    return Standing(key, known[key], inspection.clock)


INSPECTION_HEADINGS = [
    "Report", "Inspectorate", "Kind", "Published", "Does it concern the force?", "Why not",
    "Last day for the response", "Response", "Time", "Recommendations", "Open", "Overdue", "Address of the report",
    "Demonstration",
]  # fmt: skip


def inspection_row(inspection, user):
    """The line of an inspection in the file."""
    standing = standing_of(inspection, user)
    return [
        inspection.title, inspection.body.name, inspection.get_kind_display(), inspection.published_on,
        inspection.get_subject_display(), inspection.why_not_subject,
        inspection.clock.last_day if inspection.needs_response else None, standing.words, standing.left,
        inspection.asked, inspection.still_open, inspection.overdue, inspection.url, inspection.demonstration_note,
    ]  # fmt: skip


# --- recommendations -----------------------------------------------------------------------------------------------------


def with_latest(recommendations):
    """Each with `since` and `shown_by`: day and evidence of its newest change of status."""
    newest = StatusChange.objects.filter(recommendation=OuterRef("pk")).order_by("-on", "-pk")
    return recommendations.annotate(
        since=Subquery(newest.values("on")[:1]), shown_by=Subquery(newest.values("evidence")[:1])
    )


def most_urgent_first(recommendations):
    """The overdue ones first, then the open ones by their due day, then the others; newest report first among equals."""
    still_open = Q(status__in=Recommendation.STILL_OPEN)
    return recommendations.annotate(
        urgency=Case(
            When(still_open & Q(due__isnull=False), then=Value(0)), When(still_open, then=Value(1)), default=Value(2)
        )
    ).order_by(
        "urgency",
        Case(When(still_open, then=F("due"))).asc(nulls_last=True),
        "-inspection__published_on",
        "inspection__title",
        "position",
        "pk",
    )


RECOMMENDATION_HEADINGS = [
    "Report", "Inspectorate", "Published", "Number", "Kind", "Text", "Addressed to", "Owner", "Due", "Overdue",
    "Status", "Since", "What shows it", "Demonstration",
]  # fmt: skip


def recommendation_row(recommendation):
    """The line of a recommendation in the file."""
    inspection = recommendation.inspection
    return [
        inspection.title, inspection.body.name, inspection.published_on, recommendation.label,
        recommendation.get_kind_display(), recommendation.text, recommendation.addressee, recommendation.owner,
        recommendation.due, "Yes" if recommendation.is_overdue else "No", recommendation.get_status_display(),
        recommendation.since, recommendation.shown_by, inspection.demonstration_note,
    ]  # fmt: skip
