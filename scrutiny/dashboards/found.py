"""What the dashboard asks of many registers, in one query: rows of one shape, whatever they are about."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateField,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Length

from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from scrutiny.inspections import waiting as inspections
from scrutiny.inspections.models import Inspection
from scrutiny.measures.models import MeasuresStatement
from scrutiny.meetings.models import Attendance, Meeting
from scrutiny.minutes.models import Correction, MinuteEntry, Minutes, Snapshot
from scrutiny.news.models import NewsRelease
from scrutiny.register.models import Action, Decision
from scrutiny.reports.models import Body, JointReport, PaperRequest, ReportAttachment, SignOff
from scrutiny.workflow.models import State
from scrutiny.workflow.restrictions import due_for_review

SOON = timedelta(days=7)  # a paper wanted within so many days is told beforehand
FRESH = timedelta(days=60)  # so long a settled correction still stands on the dashboard
MOST = 30  # of one kind


@dataclass(frozen=True)
class Found:
    """One record that stands on the dashboard; which field holds what is said where it is asked for."""

    what: str
    pk: int
    title: str = ""
    more: str = ""
    text: str = ""
    day: date | None = None
    number: int | None = None
    second: int | None = None
    third: int | None = None
    fourth: int | None = None


_EMPTY = {
    "title": Cast(Value(""), TextField()),
    "more": Cast(Value(""), TextField()),
    "text": Cast(Value(""), TextField()),
    "day": Cast(Value(None), DateField()),
    **{name: Cast(Value(None), BigIntegerField()) for name in ("number", "second", "third", "fourth")},
}


def everything(user, next_meeting):
    """All that this person's dashboard shows of registers, in one query. `next_meeting` is a query of its key."""
    asked = [*_of_minutes(user), *_of_decisions(user), *_of_reports(user), *_of_actions(user), _corrections(user)]
    asked += [*_clocks(user), *_of_responses(user), *_of_statements_and_news(user)]
    if user.has_perm("meetings.view"):
        asked += _papers(next_meeting)
    asked = [each for each in asked if each is not None]
    return [Found(*row) for row in asked[0].union(*asked[1:], all=True)]


def _row(records, what, **fields):
    """The records as rows of the common shape. Words are cast, so that all parts of the union agree."""
    given = {
        name: Cast(field, TextField()) if name in ("title", "more", "text") else field for name, field in fields.items()
    }
    shape = {f"row_{name}": field for name, field in {**_EMPTY, **given}.items()}
    records = records.order_by().annotate(row_what=Value(what, output_field=CharField()), **shape)
    return records.values_list("row_what", "pk", *shape)


def _number(records, count):
    """A number that a subquery gives, 0 for none. `records` is narrowed to the outer row."""
    counted = records.order_by().annotate(every=Value(1)).values("every").annotate(number=count).values("number")
    return Coalesce(Subquery(counted), 0, output_field=BigIntegerField())


def _is(condition):
    """1 where the condition holds, else 0."""
    return Case(When(condition, then=1), default=0, output_field=BigIntegerField())


# --- to approve, to sign, to check --------------------------------------------------------------------------------------


def _of_minutes(user):
    """Gives "approve": title, day of the meeting; number of questions, second of corrections, third of actions, fourth of letters."""
    waiting = Minutes.objects.filter(state=State.IN_REVIEW).exclude(minute_taker=user)
    if Role.COMMISSIONER not in user.roles:
        in_the_chair = Attendance.objects.filter(is_chair=True, person__account=user)
        waiting = waiting.filter(meeting__in=in_the_chair.values("meeting"))
    sent = Snapshot.objects.filter(minutes=OuterRef("pk"), occasion=Snapshot.Occasion.SENT).order_by("-pk")
    waiting = waiting.annotate(sent_by=Subquery(sent.values("by")[:1])).filter(
        Q(sent_by__isnull=True) | ~Q(sent_by=user.pk)
    )
    entries = MinuteEntry.objects.filter(minuted_item__minutes=OuterRef("pk"), deleted=False)
    kind = MinuteEntry.Kind
    yield _row(
        waiting,
        "approve",
        title=F("meeting__name"),
        day=F("meeting__date"),
        number=_number(entries.filter(kind=kind.QUESTION), Count("pk")),
        second=_number(entries.filter(kind=kind.CORRECTION), Count("pk")),
        third=_number(entries.filter(kind=kind.ACTION), Count("pk")),
        fourth=_number(entries, Sum(Length("text"))),
    )
    yield _checks(user, Minutes, "check-minutes", F("meeting__name"), F("meeting__date"))


def _checks(user, model, what, title, day):
    """Documents of that kind that this person was asked to check and has said nothing about."""
    keys = user.checks.filter(verdict="").keys_of(model)
    return _row(model.objects.filter(pk__in=keys, state__in=[State.DRAFT, State.IN_REVIEW]), what, title=title, day=day)


def _of_decisions(user):
    """Gives "sign": title, text of the decision, its day."""
    if user.has_perm("decisions.sign"):
        yield _row(Decision.objects.to_sign(), "sign", title=F("title"), text=F("decided"), day=F("decided_on"))


def _of_reports(user):
    """Gives "sign-report": title, number of bodies that have signed. "check-report": title."""
    bodies = [Body.OFFICE] if user.has_perm("reports.sign_for_office") else []
    bodies += [Body.FORCE] if Role.FORCE in user.roles else []
    standing = SignOff.objects.filter(reopened_at__isnull=True)
    for body in bodies:
        reports = JointReport.objects.visible_to(user).filter(state=State.IN_REVIEW)
        reports = reports.exclude(pk__in=standing.filter(body=body).values("report"))
        others = standing.filter(report=OuterRef("pk")).exclude(body=body)
        yield _row(reports, "sign-report", title=F("subject"), number=_number(others, Count("pk")))
    yield _checks(user, JointReport, "check-report", F("subject"), F("date"))


# --- what is late, corrected, due ---------------------------------------------------------------------------------------


def _of_actions(user):
    """Gives "overdue": the longest overdue; more its reference, title its words, day when it was due; number of them all."""
    overdue = Action.objects.visible_to(user).overdue() if user.has_perm("actions.view") else Action.objects.none()
    first = overdue.order_by("due", "pk").values("pk")[:MOST]
    yield _row(
        Action.objects.filter(pk__in=first),
        "overdue",
        title=F("text"),
        more=F("reference"),
        day=F("due"),
        number=_number(overdue, Count("pk")),
    )


def _corrections(user):
    """Gives "corrected": title what, more old, text new; day of the meeting; number its indicator, second the figure with its
    trail, third 1 where the period is unclear, fourth 1 where nobody has confirmed it."""
    recent = Q(applied_at__date__gte=today() - FRESH)
    unclear = Q(indicator__isnull=False, period_start__isnull=True)
    wanted = Q(status=Correction.Status.PROPOSED) | unclear | recent
    held = Correction.objects.visible_to(user).standing().filter(wanted).exclude(new_value="")
    return _row(
        held.order_by("-pk"),
        "corrected",
        title=F("measure"),
        more=F("old_value"),
        text=F("new_value"),
        day=F("minutes__meeting__date"),
        number=Cast(F("indicator"), BigIntegerField()),
        second=Cast(F("revision__observation"), BigIntegerField()),
        third=_is(unclear),
        fourth=_is(Q(status=Correction.Status.PROPOSED)),
    )


def _clocks(user):
    """Gives "wanted": a paper that is late or soon due; more who owes it, number its meeting. "review": a restriction."""
    open_ones = PaperRequest.objects.visible_to(user).open().filter(due__lte=today() + SOON)
    if user.has_perm("meetings.view") or user.works_for_force:
        yield _row(
            open_ones,
            "wanted",
            title=F("what"),
            more=F("asked_of"),
            text=F("partner__name"),
            day=F("due"),
            number=F("meeting_id"),
        )
    if user.has_perm("restrictions.edit"):
        yield _row(due_for_review(), "review", title=F("public_reason"), day=F("review_on"))


def _of_responses(user):
    """Gives "respond": title of the report, day of its publication, number its response. "sign-response": title."""
    if user.has_perm("responses.view"):
        first = inspections.due().order_by("published_on", "pk").values("pk")[:MOST]
        pressing = Inspection.objects.filter(pk__in=first)
        number = Cast(F("response__pk"), BigIntegerField())
        yield _row(pressing, "respond", title=F("title"), day=F("published_on"), number=number)
    if user.has_perm("responses.sign"):
        yield _row(inspections.to_sign(), "sign-response", title=F("inspection__title"))


def _of_statements_and_news(user):
    """Gives "sign-statement": day on which the quarter began. "approve-news": title, day of the release."""
    if user.has_perm("measures.sign"):
        yield _row(MeasuresStatement.objects.to_sign(), "sign-statement", day=F("quarter_start"))
    if user.has_perm("news.approve"):
        yield _row(
            NewsRelease.objects.to_approve(user),
            "approve-news",
            title=F("headline"),
            day=F("date"),
            more=F("created_by__name"),
        )


# --- papers of the next meeting -----------------------------------------------------------------------------------------


def _papers(meeting):
    """Gives "report"; "attachment" (number its report) and "file", with more its kind and second its size; "request": more who is
    asked, number its report, second 1 once it is delivered."""
    reports = JointReport.objects.filter(meeting=meeting)
    yield _row(reports, "report", title=F("subject"), more=F("state"), number=F("item_id"))
    held = ReportAttachment.objects.filter(report__in=reports.order_by().values("pk"), attachment__upload__isnull=False)
    yield _row(
        held,
        "attachment",
        title=F("attachment__title"),
        more=F("attachment__upload__kind"),
        number=F("report_id"),
        second=F("attachment__upload__size"),
    )
    asked = PaperRequest.objects.filter(meeting=meeting, withdrawn_at=None)
    yield _row(
        asked.filter(attachment__upload__isnull=False),
        "file",
        title=F("attachment__title"),
        more=F("attachment__upload__kind"),
        second=F("attachment__upload__size"),
    )
    yield _row(
        asked,
        "request",
        title=F("what"),
        more=F("asked_of"),
        text=F("partner__name"),
        day=F("due"),
        number=F("report_id"),
        second=_is(Q(delivered_at__isnull=False)),
    )


def next_meeting(user):
    """A query of the key of the next meeting that is planned, for those who see meetings."""
    coming = Meeting.objects.coming().exclude(status=Meeting.Status.POSTPONED)
    return coming if user.has_perm("meetings.view") else coming.none()
