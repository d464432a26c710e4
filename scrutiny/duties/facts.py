"""What the records say on a day, gathered in few queries and shared by all lines of the board.

`DeskFacts` reads the desk's records. `PublicFacts` gives the same from what is published alone, so that what it says in
public depends on nothing that is private. Both answer with the same small rows.
"""

import calendar
import datetime
from dataclasses import dataclass
from functools import cached_property

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, TruncMonth
from django.urls import reverse
from django.utils import timezone

from funding.awards.models import Award, Status
from funding.open_data.models import PublicAward
from scrutiny.indicators.models import Indicator, ObservationRevision
from scrutiny.inspections.clock import Clock
from scrutiny.inspections.models import Dispatch, Inspection, Response
from scrutiny.meetings.models import Meeting, Part
from scrutiny.minutes.models import Minutes
from scrutiny.plan.models import PlanVersion
from scrutiny.publication.models import PreElectionPeriod, SitePage
from scrutiny.register.models import Decision
from scrutiny.reports.models import JointReport
from scrutiny.workflow.models import Edition, Publication, PublicationClass, State

# The Order came into force on that day; what lies before it is nobody's duty.
SINCE = datetime.date(2012, 1, 16)
DOCUMENTS = ("plan", "measures", "page", "duties")
POLICIES = "our-policies"
SCHEME_CLASS = "lists-and-registers"  # under which the board itself is published


# --- rows --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Published:
    """What stands in public: of which kind, where, and since when there has been something at that address."""

    kind: str
    subject: str
    path: str
    title: str
    date: datetime.date
    first: datetime.date
    last: datetime.date
    scheme_class: str

    @property
    def url(self):
        """Its public address."""
        return f"/{self.path}/"


@dataclass(frozen=True)
class MeetingRow:
    """A meeting, when the public was told of it, and what became of its minutes."""

    name: str
    day: datetime.date
    is_public: bool
    is_held: bool
    url: str
    public_url: str = ""
    announced: datetime.date | None = None
    reports_open: int = 0
    minutes_url: str = ""
    minutes_public_url: str = ""
    minutes_on: datetime.date | None = None


@dataclass(frozen=True)
class Row:
    """Something with a day that is public or is not yet."""

    name: str
    day: datetime.date
    url: str
    public_url: str = ""
    done: datetime.date | None = None


@dataclass(frozen=True)
class InspectionRow:
    """An inspection report and how far its answer is. `needs`: whether the law asks for one."""

    title: str
    is_peel: bool
    day: datetime.date
    needs: bool
    has_summary: bool
    url: str
    public_url: str = ""
    response_url: str = ""
    response_public_url: str = ""
    answered: datetime.date | None = None
    is_covered: bool = False
    sent: int | None = 0

    @property
    def clock(self):
        """The clock of section 55."""
        return Clock(self.day)


@dataclass(frozen=True)
class MonthRow:
    """The grants of one month: how many, and how many of them are not public."""

    first: datetime.date
    count: int
    waiting: int
    one: int | None = None

    @property
    def last(self):
        """The last day of the month."""
        return self.first.replace(day=calendar.monthrange(self.first.year, self.first.month)[1])


@dataclass(frozen=True)
class PlanRow:
    """A version of a plan that is or was in force, and whether the panel was answered in public."""

    title: str
    url: str
    public_url: str
    issued: datetime.date
    ends: datetime.date | None
    in_force: bool
    reported: datetime.date | None
    responded: bool


@dataclass(frozen=True)
class PageRow:
    """A page of the site: since when it has been public as it is, and when it is to be looked at again."""

    slug: str
    title: str
    url: str
    public_url: str
    changed: datetime.date | None
    review_on: datetime.date | None


def local(moment):
    """The day of a moment in the office's time zone."""
    return timezone.localdate(moment) if moment else None


# --- what both have ----------------------------------------------------------------------------------------------------


class _Facts:
    is_public = False

    def __init__(self, day):
        self.day = day

    @cached_property
    def documents(self):
        """Plans, statements, pages, the board itself, and annual reports, as they stand in public. One query."""
        first = (
            Edition.objects.filter(publication=OuterRef("publication")).order_by("number").values("published_at")[:1]
        )
        rows = (
            Edition.objects.current()
            .filter(Q(kind__in=DOCUMENTS) | Q(title__icontains="annual report"))
            .annotate(first=Subquery(first))
            .order_by("-date", "-number")
            .values_list(
                "kind",
                "publication__subject",
                "publication__path",
                "title",
                "date",
                "first",
                "published_at",
                "publication__scheme_class__slug",
            )
        )
        return [Published(*row[:5], local(row[5]), local(row[6]), row[7] or "") for row in rows]

    def document(self, kind):
        """The newest of a kind that stands in public; None without one."""
        return next((each for each in self.documents if each.kind == kind), None)


# --- the desk ----------------------------------------------------------------------------------------------------------


def _subject(model, name="pk"):
    """The subject under which a record of the outer query is published."""
    return Concat(Value(f"{model._meta.label_lower}:"), Cast(OuterRef(name), CharField()))


def _standing(model, name="pk"):
    return Publication.objects.filter(subject=_subject(model, name), withdrawn_at=None, current__isnull=False)


def _path(model, name="pk"):
    return Coalesce(Subquery(_standing(model, name).values("path")[:1]), Value(""), output_field=CharField())


def _first(model, name="pk"):
    first = Edition.objects.filter(publication__subject=_subject(model, name)).order_by("number")
    return Subquery(first.values("published_at")[:1], output_field=DateTimeField())


def _address(path):
    return f"/{path}/" if path else ""


def _named(what):
    return Value(what, output_field=CharField())


class DeskFacts(_Facts):
    """What the desk's records say. Six queries, whatever is in them."""

    @cached_property
    def meetings(self):
        """Public meetings, and others at which a decision was made. One query."""
        shown = Q(item__part=Part.PUBLIC) & (
            Q(item__restriction=None) | Q(item__restriction__released_at__isnull=False)
        )
        above = Q(item__parent=None) | (
            Q(item__parent__part=Part.PUBLIC)
            & (Q(item__parent__restriction=None) | Q(item__parent__restriction__released_at__isnull=False))
        )
        waiting = (
            JointReport.objects.filter(Q(item=None) | (shown & above), ~Exists(_standing(JointReport)))
            .exclude(state=State.WITHDRAWN)
            .filter(meeting=OuterRef("pk"))
            .order_by()
            .values("meeting")
            .annotate(n=Count("pk"))
            .values("n")
        )
        decided = Decision.objects.filter(meeting=OuterRef("pk"), status=Decision.Status.SIGNED)
        found = (
            Meeting.objects.filter(Q(is_public=True) | Exists(decided), date__gte=SINCE, imported_beside=None)
            .exclude(status__in=(Meeting.Status.CANCELLED, Meeting.Status.POSTPONED))
            .annotate(
                public_path=_path(Meeting),
                announced=_first(Meeting),
                waiting=Coalesce(Subquery(waiting, output_field=IntegerField()), 0),
                minutes_pk=F("minutes__pk"),
                minutes_path=_path(Minutes, "minutes__pk"),
                minutes_at=_first(Minutes, "minutes__pk"),
            )
            .order_by("date", "pk")
        )
        return [self._meeting(each) for each in found]

    def _meeting(self, meeting):
        has_minutes = meeting.minutes_pk is not None
        held = meeting.status == Meeting.Status.HELD or meeting.date < self.day
        return MeetingRow(
            name=str(meeting),
            day=meeting.date,
            is_public=meeting.is_public,
            is_held=held,
            url=meeting.get_absolute_url(),
            public_url=_address(meeting.public_path),
            announced=local(meeting.announced),
            reports_open=meeting.waiting,
            minutes_url=reverse("minutes", args=[meeting.minutes_pk]) if has_minutes else meeting.get_absolute_url(),
            minutes_public_url=_address(meeting.minutes_path) if has_minutes else "",
            minutes_on=local(meeting.minutes_at) if has_minutes else None,
        )

    @cached_property
    def inspections(self):
        """Every inspection with its response. One query."""
        sent = Dispatch.objects.filter(response__inspection=OuterRef("pk")).order_by().values("response")
        answered = Q(published_on__isnull=False) | Exists(_standing(Response))
        covering = Response.objects.filter(answered, inspection__covers=OuterRef("pk"))
        found = Inspection.objects.annotate(
            public_path=_path(Inspection),
            response_pk=F("response__pk"),
            elsewhere=F("response__published_on"),
            response_path=_path(Response, "response__pk"),
            response_at=_first(Response, "response__pk"),
            is_covered=Exists(covering),
            sent=Coalesce(Subquery(sent.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
        ).order_by("published_on", "pk")
        return [self._inspection(each) for each in found]

    def _inspection(self, held):
        has_response = held.response_pk is not None
        public = _address(held.response_path) if has_response else ""
        answered = held.elsewhere or (local(held.response_at) if public else None)
        return InspectionRow(
            title=held.title,
            is_peel=held.kind == Inspection.Kind.PEEL,
            day=held.published_on,
            needs=held.needs_response,
            has_summary=bool(held.summary.strip()),
            url=held.get_absolute_url(),
            public_url=_address(held.public_path),
            response_url=reverse("response", args=[held.response_pk]) if has_response else held.get_absolute_url(),
            response_public_url=public,
            answered=answered,
            is_covered=held.is_covered,
            sent=held.sent,
        )

    @cached_property
    def months(self):
        """The grants by month, those that are withdrawn left out. One query."""
        found = (
            Award.objects.filter(awarded_on__gte=SINCE)
            .exclude(status=Status.WITHDRAWN)
            .annotate(month=TruncMonth("awarded_on"), waits=~Exists(_standing(Award)))
            .order_by()
            .values("month", "waits")
            .annotate(n=Count("pk"), one=Min("pk"))
        )
        months = {}
        for row in found:
            held = months.setdefault(row["month"], {"count": 0, "waiting": 0, "one": None})
            held["count"] += row["n"]
            if row["waits"]:
                held["waiting"], held["one"] = row["n"], row["one"]
        return [MonthRow(first, **held) for first, held in sorted(months.items())]

    @cached_property
    def _others(self):
        """Decisions, plans, indicators, pages, classes and the last election, by name. One query.

        Of decisions and figures only those that wait and the newest that is public.
        """
        no_day, no_moment = Cast(Value(None), DateField()), Cast(Value(None), DateTimeField())
        nothing, no_number = _named(""), Cast(Value(None), BigIntegerField())
        fields = ("what", "pk", "name", "day", "day2", "day3", "moment", "at", "number")
        legs = (
            (
                "decision",
                self._decisions(),
                (F("title"), F("signed_on"), no_day, no_day, _first(Decision), _path(Decision), no_number),
            ),
            (
                "plan",
                PlanVersion.objects.filter(issued_on__isnull=False, ended_on=None),
                (
                    F("plan__title"),
                    F("issued_on"),
                    F("plan__ends"),
                    F("panel_reported_on"),
                    no_moment,
                    _path(PlanVersion.plan.field.related_model, "plan"),
                    Case(When(~Q(response=""), then=1), default=0, output_field=BigIntegerField()),
                ),
            ),
            ("indicator", *self._figures()),
            (
                "page",
                SitePage.objects.filter(deleted=False, slug="accessibility")
                | SitePage.objects.filter(deleted=False, scheme_class__slug=POLICIES),
                (F("title"), F("review_on"), no_day, no_day, no_moment, F("slug"), no_number),
            ),
            (
                "class",
                PublicationClass.objects.annotate(
                    held=Count(
                        "publications", filter=Q(publications__withdrawn_at=None, publications__current__isnull=False)
                    )
                ),
                (F("name"), no_day, no_day, no_day, no_moment, F("slug"), F("held")),
            ),
            (
                "election",
                PreElectionPeriod.objects.filter(
                    pk=Subquery(PreElectionPeriod.objects.filter(ends__lt=self.day).order_by("-ends").values("pk")[:1])
                ),
                (nothing, F("ends"), no_day, no_day, no_moment, nothing, no_number),
            ),
        )
        rows = [
            found.order_by().values_list(_named(what), "pk", *columns, named=False) for what, found, columns in legs
        ]
        kept = {what: [] for what, *_ in legs}
        for row in rows[0].union(*rows[1:], all=True):
            row = dict(zip(fields, row, strict=True))
            kept[row["what"]].append(row)
        return kept

    def _decisions(self):
        signed = Decision.objects.filter(status=Decision.Status.SIGNED, signed_on__gte=SINCE)
        newest = signed.filter(Exists(_standing(Decision))).order_by("-signed_on", "-pk").values("pk")[:1]
        return signed.filter(Q(pk=Subquery(newest)) | ~Exists(_standing(Decision)))

    def _figures(self):
        """Indicators with figures that were revised after they were published, oldest such revision; and the newest public one."""
        since = Subquery(_standing(Indicator).values("current__published_at")[:1], output_field=DateTimeField())
        newer = ObservationRevision.objects.filter(
            observation__indicator=OuterRef("pk"), recorded_at__gt=OuterRef("out_since")
        )
        oldest = Subquery(newer.order_by("recorded_at").values("recorded_at")[:1], output_field=DateTimeField())
        held = Indicator.objects.annotate(out_since=since).filter(out_since__isnull=False).annotate(newer_since=oldest)
        newest = (
            Publication.objects.filter(kind="indicator", withdrawn_at=None, current__isnull=False)
            .order_by("-current__published_at")
            .values("subject")[:1]
        )
        wanted = held.annotate(subject=Concat(Value("scrutiny.indicator:"), Cast("pk", CharField()))).filter(
            Q(newer_since__isnull=False) | Q(subject=Subquery(newest))
        )
        no_day = Cast(Value(None), DateField())
        columns = (
            F("title"),
            no_day,
            no_day,
            no_day,
            F("newer_since"),
            _path(Indicator),
            Cast(Value(None), BigIntegerField()),
        )
        return wanted, columns

    @cached_property
    def decisions(self):
        """Signed decisions that are not public, and the newest that is."""
        return [
            Row(
                f"The decision “{row['name']}”" if row["name"] else "A decision",
                row["day"],
                reverse("decision", args=[row["pk"]]),
                _address(row["at"]),
                local(row["moment"]),
            )
            for row in self._others["decision"]
        ]

    @cached_property
    def plans(self):
        """Versions of plans that are in force."""
        return [
            PlanRow(
                title=row["name"],
                url=reverse("plan-version", args=[row["pk"]]),
                public_url=_address(row["at"]),
                issued=row["day"],
                ends=row["day2"],
                in_force=row["day2"] is None or row["day2"] >= self.day,
                reported=row["day3"],
                responded=bool(row["number"]),
            )
            for row in self._others["plan"]
        ]

    @cached_property
    def figures(self):
        """Indicators: `day` is since when a newer figure waits, None for one that is public as it is."""
        return [
            Row(row["name"], local(row["moment"]), reverse("indicator", args=[row["pk"]]), _address(row["at"]))
            for row in self._others["indicator"]
        ]

    @cached_property
    def pages(self):
        """The accessibility statement and the policies."""
        out = {each.subject: each for each in self.documents if each.kind == "page"}
        return [
            PageRow(
                slug=row["at"],
                title=row["name"],
                url=reverse("site-page", args=[row["pk"]]),
                public_url=standing.url if standing else "",
                changed=standing.last if standing else None,
                review_on=row["day"],
            )
            for row in self._others["page"]
            for standing in [out.get(f"scrutiny.sitepage:{row['pk']}")]
        ]

    @cached_property
    def classes(self):
        """[(slug, name, how many stand under it)] of the publication scheme."""
        return [(row["at"], row["name"], row["number"]) for row in self._others["class"]]

    @property
    def election(self):
        """The day of the last election that the desk knows of; None without."""
        return next((row["day"] for row in self._others["election"]), None)

    @cached_property
    def measures_urls(self):
        """{path of a published statement: its page on the desk}"""
        found = [each for each in self.documents if each.kind == "measures"]
        return {each.path: reverse("measures-statement", args=[each.subject.rpartition(":")[2]]) for each in found}


# --- the public --------------------------------------------------------------------------------------------------------


class PublicFacts(_Facts):
    """The same from what is published alone: Editions and the rows derived from them."""

    is_public = True
    election = None
    measures_urls = {}

    @cached_property
    def _editions(self):
        first = (
            Edition.objects.filter(publication=OuterRef("publication")).order_by("number").values("published_at")[:1]
        )
        found = (
            Edition.objects.current()
            .filter(kind__in=("meeting", "minutes", "inspection", "response", "plan", "indicator"))
            .annotate(first=Subquery(first))
            .defer("parts", "manifest", "files")
            .order_by("date", "number")
        )
        kept = {}
        for each in found:
            kept.setdefault(each.kind, []).append(each)
        return kept

    @cached_property
    def meetings(self):
        """Meetings that are published, whether they are called off left out."""
        minutes = {each.belongs_to: each for each in self._editions.get("minutes", ())}
        return [
            self._meeting(each, minutes.get(each.publication.subject))
            for each in self._editions.get("meeting", ())
            if not each.content["meeting"].get("status") and each.date >= SINCE
        ]

    def _meeting(self, edition, minutes):
        return MeetingRow(
            name=edition.title,
            day=edition.date,
            is_public=bool(edition.content["meeting"].get("is_public")),
            is_held=edition.date < self.day,
            url="",
            public_url=edition.get_absolute_url(),
            announced=local(edition.first),
            minutes_public_url=minutes.get_absolute_url() if minutes else "",
            minutes_on=local(minutes.first) if minutes else None,
        )

    @cached_property
    def inspections(self):
        """Inspections that are published, with their responses; see inspections.content for what both say."""
        answers = {}
        for each in self._editions.get("response", ()):
            for report in (*each.content["reports"], each.content["inspection"]):
                answers[report["subject"]] = each
        return [
            self._inspection(each, answers.get(each.publication.subject))
            for each in self._editions.get("inspection", ())
        ]

    def _inspection(self, edition, response):
        content, elsewhere = edition.content, edition.content["elsewhere"] or {}
        own = response is not None and response.content["inspection"]["subject"] == edition.publication.subject
        return InspectionRow(
            title=edition.title,
            is_peel=content["kind"] == Inspection.Kind.PEEL.label,
            day=edition.date,
            needs=content["needs_response"],
            has_summary=bool(content["summary"].strip()),
            url="",
            public_url=edition.get_absolute_url(),
            response_public_url=response.get_absolute_url() if response else "",
            answered=_answered(response) if own else _day(elsewhere.get("published_on")),
            is_covered=response is not None and not own,
            sent=len(response.content["dispatches"]) if own else None,
        )

    @cached_property
    def months(self):
        """The published grants by month."""
        found = (
            PublicAward.objects.filter(awarded_on__gte=SINCE)
            .annotate(month=TruncMonth("awarded_on"))
            .order_by("month")
            .values_list("month")
            .annotate(Count("pk"))
        )
        return [MonthRow(month, count, 0) for month, count in found]

    @cached_property
    def decisions(self):
        """The newest decision that is published."""
        newest = Edition.objects.current().filter(kind="decision").aggregate(day=Max("date"))["day"]
        return [Row("The newest decision", newest, "", "/decisions/", None)] if newest else []

    @cached_property
    def plans(self):
        """Plans that are published and in force."""
        return [
            PlanRow(
                title=each.title,
                url="",
                public_url=each.get_absolute_url(),
                issued=_day(each.content["issued_on"]) or each.date,
                ends=_day(each.content["ends"]),
                in_force=each.content["is_in_force"]
                and (not each.content["ends"] or _day(each.content["ends"]) >= self.day),
                reported=_day(each.content["panel"]["reported_on"]),
                responded=bool(each.content["panel"]["response"]),
            )
            for each in self._editions.get("plan", ())
            if each.content["is_in_force"]
        ]

    @cached_property
    def figures(self):
        """Indicators that are published."""
        return [Row(each.title, None, "", each.get_absolute_url()) for each in self._editions.get("indicator", ())]

    @cached_property
    def pages(self):
        """The accessibility statement and the policies that are published."""
        return [
            PageRow(each.path.rpartition("/")[2], each.title, "", each.url, each.last, None)
            for each in self.documents
            if each.kind == "page" and (each.path == "accessibility" or each.scheme_class == POLICIES)
        ]

    @cached_property
    def classes(self):
        """[(slug, name, how many stand under it)] of the publication scheme; the board, once published, is one of them."""
        held = Count("publications", filter=Q(publications__withdrawn_at=None, publications__current__isnull=False))
        rows = PublicationClass.objects.annotate(held=held).values_list("slug", "name", "held")
        itself = 0 if self.document("duties") else 1
        return [(slug, name, held + itself * (slug == SCHEME_CLASS)) for slug, name, held in rows]


def _day(text):
    return datetime.date.fromisoformat(text) if text else None


def _answered(response):
    """The day on which a response became public: here, or elsewhere before that where its content says so."""
    return _day(response.content["published_elsewhere_on"]) or local(response.first)
