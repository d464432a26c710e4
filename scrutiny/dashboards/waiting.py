"""What waits for whom: the rows of the home page, each with what to do, where, and by when."""

import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from scrutiny.dashboards import by_role
from scrutiny.dashboards.rows import Row
from scrutiny.indicators.words import so_many
from scrutiny.inspections.clock import Clock
from scrutiny.inspections.waiting import address_of
from scrutiny.meetings.models import Attendance, Meeting
from scrutiny.minutes.models import MinuteEntry, Minutes, Snapshot
from scrutiny.publication import desk
from scrutiny.register.models import Action
from scrutiny.reports.models import Body, JointReport, PaperRequest, SignOff
from scrutiny.workflow.models import State

LIMIT = 8
COMING = 40  # of these only the first stand on the page; their agendas are asked for
HALF_A_YEAR = datetime.timedelta(days=183)


def open_papers():
    """Papers asked for and not delivered, the first of each body: {body: requests}. One query."""
    waiting = PaperRequest.objects.open()
    first = reduce(or_, (Q(pk__in=waiting.filter(asked_of=body).values("pk")[:LIMIT]) for body in Body))
    found = {body: [] for body in Body}
    for request in waiting.filter(first).select_related("meeting", "report", "partner"):
        found[Body(request.asked_of)].append(request)
    return found


def for_user(user, coming, papers):
    """What this person has to do, most pressing first; `coming` are the next meetings. At most six queries."""
    rows = []
    if Role.FORCE in user.roles:
        rows += _papers_owed(papers[Body.FORCE])
        rows += _signatures_owed(Body.FORCE, user)
        rows += by_role.for_force(user)
    if Role.ANALYST in user.roles:
        rows += by_role.for_analyst()
    if Role.GRANTS in user.roles:
        rows += by_role.for_grants_officer()
    if user.has_perm("reports.sign_for_office"):
        rows += _signatures_owed(Body.OFFICE, user)
    if user.has_perm("publishing.publish"):
        rows += _reminders()
    if user.has_perm("meetings.edit"):
        rows += _papers_owed(papers[Body.OFFICE])
        rows += _agendas_to_set(coming)
        rows += _minutes_to_write()
    if not user.works_for_force:
        rows += by_role.for_panel(user)
    rows += _minutes_to_approve(user)
    rows += _actions_owed(user)
    rows += _checks_owed(user)
    return sorted(rows, key=lambda row: not row.late)[:LIMIT]


def for_others(user, papers):
    """What the office waits for from others: papers asked of the force and not delivered."""
    if not user.has_perm("papers.request"):
        return []
    return [
        Row(
            "Paper",
            request.what,
            request.get_absolute_url(),
            f"{request.asked_of_in_words}, for {in_words(request.meeting.date)}",
            f"{'Late since' if request.is_late else 'By'} {in_words(request.due)}",
            request.is_late,
        )
        for request in papers[Body.FORCE]
    ]


def coming_meetings(user):
    """The next meetings, for those who see meetings. One query."""
    if not user.has_perm("meetings.view"):
        return []
    return list(Meeting.objects.coming().select_related("series")[:COMING])


def starts(user):
    """Things this person may begin, as (words, address)."""
    offered = [
        ("meetings.edit", "Copy a meeting", "meetings"),
        ("reports.create", "New joint report", "report-add"),
        ("funding.edit", "Go on with a round of grants", "funding"),
        ("awards.edit", "Write an award down", "award-add"),
        ("people.edit", "Add a person", "person-add"),
        ("accounts.manage", "Add an account", "user-add"),
        ("plan.view", "Read the plan", "plan"),
    ]
    return [(words, reverse(name)) for capability, words, name in offered if user.has_perm(capability)]


def _papers_owed(requests):
    return [
        Row(
            "Write" if request.report_id else "Send",
            request.what,
            request.get_absolute_url(),
            f"For the {request.meeting.name} of {in_words(request.meeting.date)}",
            f"{'Late since' if request.is_late else 'By'} {in_words(request.due)}",
            request.is_late,
        )
        for request in requests
    ]


def _signatures_owed(body, user):
    """Reports in review that this body has not signed, and that the other has."""
    standing = SignOff.objects.filter(report=OuterRef("pk"), reopened_at__isnull=True)
    reports = (
        JointReport.objects.visible_to(user)
        .filter(state=State.IN_REVIEW)
        .filter(~Exists(standing.filter(body=body)))
        .annotate(other_has_signed=Exists(standing.exclude(body=body)))[:LIMIT]
    )
    return [
        Row(
            "Sign",
            report.subject,
            report.get_absolute_url(),
            "The other body has signed." if report.other_has_signed else "Nobody has signed yet.",
            "Before publishing",
        )
        for report in reports
    ]


def _agendas_to_set(coming):
    meetings = [each for each in coming if each.agenda_set_at is None and each.status == Meeting.Status.PLANNED][:3]
    return [
        Row(
            "Agenda",
            str(meeting),
            reverse("agenda", args=[meeting.pk]),
            "Set the agenda",
            f"Before {in_words(meeting.date)}",
        )
        for meeting in meetings
    ]


def _minutes_to_write():
    """Meetings of the last half year that were held and have no entry in their minutes yet."""
    written = MinuteEntry.objects.filter(minuted_item__minutes__meeting=OuterRef("pk"), deleted=False)
    meetings = (
        Meeting.objects.past()
        .filter(status__in=[Meeting.Status.HELD, Meeting.Status.PLANNED], date__gte=today() - HALF_A_YEAR)
        .filter(~Exists(written))[:3]
    )
    return [
        Row("Minutes", str(meeting), reverse("minutes-begin", args=[meeting.pk]), "Nothing is written yet")
        for meeting in meetings
    ]


def _reminders():
    """Approved minutes that the public does not read as they are, and what has to be looked at again. One query."""
    found = desk.reminders()
    rows = [
        Row(
            "Publish",
            f"Minutes: {title}, {in_words(day)}",
            reverse("publish", args=["meeting", meeting] if meeting else ["minutes", pk]),
            f"Changed since they were published on {in_words(timezone.localtime(published))}"
            if published
            else "Approved, not published yet",
        )
        for what, pk, title, day, published, meeting in found
        if what == "minutes"
    ]
    rows += [
        Row(
            "Look again",
            title,
            reverse("site-page", args=[pk]),
            "A page of the public site: is it still right?",
            f"Since {in_words(day)}",
            True,
        )
        for what, pk, title, day, *_ in found
        if what == "page"
    ]
    rows += [
        Row("Mend", title, reverse("release", args=[pk]), "It did not go out at its minute.", "Late", True)
        for what, pk, title, *_ in found
        if what == "trouble"
    ]
    rows += [_response_owed(*found_one) for found_one in found if found_one[0] in ("respond", "send")]
    return rows + _restrictions_to_review([day for what, _, _, day, *_ in found if what == "restriction"])


def _response_owed(what, inspection, title, published_on, _, response):
    """A response to an inspection that the law wants soon, or that is public and has not been sent on."""
    url = address_of(inspection, response)
    if what == "send":
        helper = "The response is published. Record that the Secretary of State and the inspectorate have it."
        return Row("Send", title, url, helper)
    clock = Clock(published_on)
    helper = f"The last day for the response {'was' if clock.is_late() else 'is'} {in_words(clock.last_day)}"
    return Row("Respond", title, url, helper, clock.left_in_words(), clock.is_late())


def _restrictions_to_review(days):
    """What is kept from the public and has to be looked at again: one row with their number."""
    if not days:
        return []
    title = so_many(len(days), "restriction is due for review", "restrictions are due for review")
    address = f"{reverse('restrictions')}?state=due"
    helper = "Is it still right to keep this from the public?"
    return [Row("Review", title, address, helper, f"Since {in_words(min(days))}", True)]


def _minutes_to_approve(user):
    """Minutes sent for check that this person may approve: as commissioner, or from the chair. One query."""
    in_the_chair = Attendance.objects.filter(meeting=OuterRef("meeting"), is_chair=True, person__account=user)
    waiting = Minutes.objects.filter(state=State.IN_REVIEW).select_related("meeting")
    if Role.COMMISSIONER not in user.roles:
        waiting = waiting.filter(Exists(in_the_chair))
    sent = Snapshot.objects.filter(minutes=OuterRef("pk"), occasion=Snapshot.Occasion.SENT).order_by("-pk")
    waiting = waiting.annotate(sent_by=Subquery(sent.values("by")[:1]), sent_at=Subquery(sent.values("at")[:1]))
    return [
        Row(
            "Approve",
            f"Minutes to approve: {minutes.meeting}",
            reverse("minutes-approve", args=[minutes.pk]),
            "Read them through; one button approves them.",
            f"Sent {in_words(timezone.localtime(minutes.sent_at))}" if minutes.sent_at else "",
        )
        for minutes in waiting.order_by("meeting__date")[:LIMIT]
        if user.pk not in (minutes.minute_taker_id, minutes.sent_by)
    ]


def _actions_owed(user):
    """Actions that are overdue, or waiting to be closed: one row each, with their number. One query."""
    if not user.has_perm("actions.update"):
        return []
    numbers = (
        Action.objects.visible_to(user)
        .open()
        .aggregate(
            overdue=Count("pk", filter=Q(due__lt=today())),
            proposed=Count("pk", filter=Q(status=Action.Status.PROPOSED)),
        )
    )
    rows, address = [], reverse("actions")
    if numbers["overdue"]:
        title = so_many(numbers["overdue"], "action is overdue", "actions are overdue")
        rows.append(Row("Follow up", title, f"{address}?status=overdue", "In the register of actions", "Overdue", True))
    if numbers["proposed"] and user.has_perm("actions.close"):
        title = so_many(numbers["proposed"], "action is proposed closed", "actions are proposed closed")
        rows.append(Row("Close", title, f"{address}?status=proposed", "Their owners say that they are done"))
    return rows


def _checks_owed(user):
    """Documents this person was asked to check, has not said a word on and that are still open."""
    named = list(user.checks.filter(verdict="").values_list("document", flat=True)[:50])
    if not named:
        return []
    rows = []
    for model in (JointReport, Minutes):
        prefix = f"{model._meta.label_lower}:"
        wanted = [int(name.removeprefix(prefix)) for name in named if name.startswith(prefix)]
        for document in _readable(model).filter(pk__in=wanted, state__in=[State.DRAFT, State.IN_REVIEW]):
            address = reverse("minutes-check", args=[document.pk]) if model is Minutes else document.get_absolute_url()
            rows.append(Row("Check", str(document), address, "You were asked to check this."))
    return rows


def _readable(model):
    """With what the document's name needs."""
    return model.objects.select_related("meeting")
