"""Everything that the rooms hold about one organisation or one network, in one query: a few rows of each kind, and how many.

What a person may not open is not asked for. Organisations and networks ask alike; a network asks for its people, its
members and its priority as well.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    DateField,
    DecimalField,
    F,
    Q,
    Sum,
    TextField,
    Value,
    Window,
)
from django.db.models.functions import Cast, Coalesce, Concat, RowNumber, TruncDate
from django.urls import reverse
from django.utils.html import escape

from funding.awards.models import Award, Status
from funding.rounds.money import in_pounds
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from scrutiny.inspections.models import Inspection, Recommendation
from scrutiny.meetings.models import AgendaItem, Attendance, AttendanceList, Meeting
from scrutiny.news.models import NewsRelease
from scrutiny.partnerships.models import Event, FundedPost, Membership, Merger, Network
from scrutiny.partnerships.partial_days import in_words as day_known_in_words
from scrutiny.people.models import Appointment
from scrutiny.register.models import Action, ActionOwner
from scrutiny.reports.models import JointReport, PaperRequest, ReportSection
from scrutiny.workflow.models import State

SHOWN = 6  # rows of each kind; the number beside the heading says how many there are
LONGEST = 160
CALLED_OFF = (Meeting.Status.POSTPONED, Meeting.Status.CANCELLED)


@dataclass(frozen=True)
class Row:
    """One record as the page lists it."""

    title: str
    url: str
    margin: str = ""
    helper: str = ""
    end: str = ""


@dataclass
class Group:
    """What the page shows of one kind: the newest rows, and how many there are. `more` leads to all of them."""

    name: str
    heading: str
    rows: list = field(default_factory=list)
    count: int = 0
    total: Decimal | None = None
    more: str = ""

    @property
    def left_out(self):
        """How many are not shown."""
        return self.count - len(self.rows)

    @property
    def total_in_words(self):
        """£12,000 in all; empty where nothing is summed."""
        return f"{in_pounds(self.total)} in all" if self.total else ""


@dataclass(frozen=True)
class _Found:
    """One row of the union; which field holds what is said where it is asked for."""

    name: str
    pk: int
    title: str
    more: str
    state: str
    on: date | None
    amount: Decimal | None
    total: Decimal | None
    count: int


def of_organisation(organisation, user):
    """{name: Group} of what this person may see of the organisation. One query."""
    people = _in_post(organisation)
    member = Q(organisation=organisation) | Q(person__in=people)
    parts = [
        *_meetings(user, _was_there(_of_its_people(organisation))),
        *_reports(user, organisation),
        *_papers(user, organisation),
        *_actions(user, Q(organisation=organisation) | Q(post__organisation=organisation)),
        *_grants(user, Q(recipient=organisation)),
        *_memberships(user, member),
        *_events(user, Q(hosts=organisation) | Q(speakers__organisation=organisation)),
        *_posts(user, Q(organisation=organisation) | Q(funder=organisation)),
        *_inspections(user, Q(body=organisation)),
        *_recommendations(user, people),
        *_news(user, Q(organisations=organisation)),
        *_of_the_record(user, organisation),
    ]
    groups = _groups(parts)
    if "grants" in groups:
        groups["grants"].more = reverse("organisation-grants", args=[organisation.pk])
    return groups


def of_network(network, user):
    """{name: Group} of what this person may see of the network and of the organisation that it is. One query."""
    body = network.organisation
    members = Membership.objects.filter(network=network)
    people = members.filter(person__isnull=False).values("person")
    bodies = members.filter(organisation__isnull=False, person=None).values("organisation")
    grants = Q(recipient=body) | Q(recipient__in=bodies)
    inspections, attended = Q(body=body), _was_there(Q(person__in=people) | Q(organisation__iexact=body.name))
    if network.priority_id:
        # Its people sit in many meetings and its members have many grants: those of its subject belong here.
        grants &= Q(priority=network.priority_id) | Q(recipient=body)
        inspections |= Q(priority=network.priority_id)
        spoken_of = AgendaItem.objects.filter(priority=network.priority_id).values("meeting")
        attended = attended.filter(meeting__in=spoken_of)
    parts = [
        *_meetings(user, attended),
        *_reports(user, body),
        *_grants(user, grants),
        *_events(user, Q(network=network) | Q(hosts=body)),
        *_posts(user, Q(network=network) | Q(organisation=body)),
        *_inspections(user, inspections),
        *_news(user, Q(networks=network) | Q(organisations=body) | Q(events__network=network)),
    ]
    groups = _groups(parts)
    for name, address in (("events", "events"), ("posts", "funded-posts")):
        if name in groups:
            groups[name].more = f"{reverse(address)}?network={network.pk}"
    return groups


def _groups(parts):
    """The groups in the order in which they were asked for, those without a row left out."""
    parts = [each for each in parts if each is not None]
    if not parts:
        return {}
    rows = parts[0].union(*parts[1:], all=True)
    found = [_Found(*(value.strip() if isinstance(value, str) else value for value in row)) for row in rows]
    groups = {}
    for name, (heading, as_row) in KINDS.items():
        rows = sorted((each for each in found if each.name == name), key=_newest_first)
        if rows:
            shown = [as_row(each) for each in rows]
            groups[name] = Group(name, heading, shown, rows[0].count, rows[0].total)
    return groups


def _newest_first(found):
    day = found.on.toordinal() if found.on else 0
    return (-day, found.state if found.name == "events" else "", -found.pk)


# --- what is asked of each room -----------------------------------------------------------------------------------------------


# No two of these are alike: where a window is filtered, Django keeps one column of several that are.
_EMPTY = {
    "title": Cast(Value(""), TextField()),
    "more": Cast(Value(" "), TextField()),
    "state": Cast(Value("  "), TextField()),
    "on": Cast(Value(None), DateField()),
    "amount": Cast(Value(None), DecimalField(max_digits=12, decimal_places=2)),
    "total": Cast(Value(0), DecimalField(max_digits=14, decimal_places=2)),
}


def _part(records, name, *, newest, **said):
    """The first few records in this order as rows of the common shape, each with how many there are."""
    words = ("title", "more", "state")
    given = {key: Cast(value, TextField()) if key in words else value for key, value in said.items()}
    shape = {f"row_{key}": value for key, value in {**_EMPTY, **given}.items()}
    every = Window(Count("pk"))
    found = records.order_by().annotate(
        row_name=Value(name, output_field=CharField()),
        row_pk=Cast("pk", BigIntegerField()),
        **shape,
        row_count=every,
        row_place=Window(RowNumber(), order_by=[*newest, F("pk").desc()]),
    )
    return found.filter(row_place__lte=SHOWN).values_list("row_name", "row_pk", *shape, "row_count")


def _words(text):
    return Value(text, output_field=TextField())


def _text(name):
    return Cast(F(name), TextField())


def _down(name):
    return F(name).desc(nulls_last=True)


def _in_post(organisation):
    """The keys of the people who hold one of its posts today."""
    held = Appointment.objects.held_on(today()).filter(post__organisation=organisation)
    return held.order_by().values("person")


def _was_there(who):
    """The attendances of these people; apologies are no attendance."""
    return Attendance.objects.filter(who).exclude(category=AttendanceList.Category.APOLOGIES).order_by()


def _of_its_people(organisation):
    """Who attended for the organisation: those of whom the list says so, else those in one of its posts that day."""
    said = Q(organisation__iexact=organisation.name) | Q(organisation__in=organisation.mergers.values("former_name"))
    post = "person__appointments"
    begun = Q(**{f"{post}__starts": None}) | Q(**{f"{post}__starts__lte": F("meeting__date")})
    still = Q(**{f"{post}__ends": None}) | Q(**{f"{post}__ends__gte": F("meeting__date")})
    return said | (Q(organisation="") & Q(**{f"{post}__post__organisation": organisation}) & begun & still)


def _meetings(user, attended):
    """Gives "meetings": name, day."""
    if user.has_perm("meetings.view"):
        # Lists of meetings to come are filled beforehand: nobody has attended those.
        over = Meeting.objects.filter(date__lte=today()).exclude(status__in=CALLED_OFF)
        found = over.filter(pk__in=attended.values("meeting"))
        yield _part(found, "meetings", newest=[_down("date")], title=F("name"), on=F("date"))


def _reports(user, organisation):
    """Gives "reports": subject, day, state. Those whose text or subject names it."""
    if not user.has_perm("reports.view"):
        return
    # The text is HTML: an ampersand in a name stands there as &amp;.
    told = ReportSection.objects.filter(deleted=False, body__icontains=escape(organisation.name)).order_by()
    named = Q(pk__in=told.values("report")) | Q(subject__icontains=organisation.name)
    seen = JointReport.objects.visible_to(user).filter(named)
    yield _part(seen, "reports", newest=[_down("date")], title=F("subject"), on=F("date"), state=F("state"))


def _papers(user, organisation):
    """Gives "papers": what was asked of it, due day, whether it is there."""
    if not user.has_perm("reports.view"):
        return
    asked = PaperRequest.objects.visible_to(user).filter(partner=organisation, withdrawn_at__isnull=True)
    yield _part(asked, "papers", newest=[_down("due")], title=F("what"), on=F("due"))


def _actions(user, owner):
    """Gives "actions": text, due day, state."""
    if not user.has_perm("actions.view"):
        return
    owned = ActionOwner.objects.filter(owner).order_by()
    seen = Action.objects.visible_to(user).real().filter(pk__in=owned.values("action"))
    yield _part(
        seen, "actions", newest=[_down("due")], title=F("text"), on=F("due"), state=F("status"), more=F("reference")
    )


def _grants(user, awarded):
    """Gives "grants": title, day, amount, state, recipient; total is the sum of those that count."""
    if not user.has_perm("awards.view"):
        return
    counted = Sum("amount", filter=~Q(status=Status.WITHDRAWN))
    yield _part(
        Award.objects.filter(awarded),
        "grants",
        newest=[_down("awarded_on")],
        title=F("title"),
        on=F("awarded_on"),
        amount=F("amount"),
        state=F("status"),
        more=Coalesce(_text("recipient__name"), _words("")),
        total=Cast(Window(counted), DecimalField(max_digits=14, decimal_places=2)),
    )


def _memberships(user, member):
    """Gives "networks": name of the network (its key as pk), part, role."""
    if not user.has_perm("partnerships.view"):
        return
    yield _part(
        Membership.objects.filter(member),
        "networks",
        newest=[_down("starts")],
        title=F("network__organisation__name"),
        on=F("starts"),
        state=F("part"),
        more=Concat(_text("network_id"), _words(" "), _text("role")),
    )


def _events(user, about):
    """Gives "events": title, day as it is known in more ("2016-9-"), where in state."""
    if not user.has_perm("partnerships.view"):
        return
    keys = Event.objects.filter(about).order_by().values("pk")
    dash = _words("-")
    known = [Coalesce(_text(name), _words("")) for name in ("year", "month", "day")]
    yield _part(
        Event.objects.filter(pk__in=keys),
        "events",
        newest=[F("year").desc(), _down("month"), _down("day")],
        title=F("title"),
        more=Concat(known[0], dash, known[1], dash, known[2]),
        state=F("venue"),
    )


def _posts(user, about):
    """Gives "posts": title, first day, whose money."""
    if not user.has_perm("partnerships.view"):
        return
    yield _part(
        FundedPost.objects.filter(about),
        "posts",
        newest=[_down("starts")],
        title=F("title"),
        on=F("starts"),
        state=F("kind"),
        more=F("organisation__name"),
    )


def _inspections(user, about):
    """Gives "inspections": title, day, kind."""
    if not user.has_perm("inspections.view"):
        return
    yield _part(
        Inspection.objects.filter(about),
        "inspections",
        newest=[_down("published_on")],
        title=F("title"),
        on=F("published_on"),
        state=F("kind"),
    )


def _recommendations(user, people):
    """Gives "recommendations": text, due day, state, the inspection. Those owned by its people."""
    if not user.has_perm("inspections.view"):
        return
    yield _part(
        Recommendation.objects.filter(owner__in=people),
        "recommendations",
        newest=[_down("due")],
        title=F("text"),
        on=F("due"),
        state=F("status"),
        more=F("inspection__title"),
    )


def _news(user, about):
    """Gives "news": headline, day, state."""
    if not user.has_perm("news.view"):
        return
    keys = NewsRelease.objects.filter(about).order_by().values("pk")
    yield _part(
        NewsRelease.objects.filter(pk__in=keys),
        "news",
        newest=[_down("date")],
        title=F("headline"),
        on=F("date"),
        state=F("state"),
    )


def _of_the_record(user, organisation):
    """Gives "network": the page that it has as a network. "mergers": former name, day, reason."""
    if user.has_perm("partnerships.view"):
        yield _part(Network.objects.filter(organisation=organisation), "network", newest=[F("pk").desc()])
    yield _part(
        Merger.objects.filter(into=organisation),
        "mergers",
        newest=[F("at").desc()],
        title=F("former_name"),
        on=TruncDate("at"),
        more=F("reason"),
    )


# --- how each is listed ---------------------------------------------------------------------------------------------------------


def _day(found, none=""):
    return in_words(found.on) if found.on else none


def _short(text):
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"


def _choice(choices, value):
    return dict(choices).get(value, "")


def _listed(address, *, none="", helper=None, end=None):
    """How a row of one kind is listed, from the functions that say its helper line and its end."""

    def as_row(found):
        return Row(
            _short(found.title) or "Without words",
            reverse(address, args=[found.pk]),
            _day(found, none),
            helper(found) if helper else "",
            end(found) if end else "",
        )

    return as_row


def _network_row(found):
    pk, _, role = found.more.partition(" ")
    part = _choice(Membership.Part.choices, found.state)
    since = f"since {_day(found)}" if found.on else ""
    return Row(found.title, reverse("network", args=[int(pk)]), part, ", ".join(filter(None, (role, since))))


def _event_row(found):
    year, month, day = (int(part) if part else None for part in found.more.split("-"))
    return Row(found.title, reverse("event", args=[found.pk]), day_known_in_words(year, month, day), found.state)


def _award_row(found):
    end = in_pounds(found.amount)
    state = "Withdrawn" if found.state == Status.WITHDRAWN else ""
    helper = ", ".join(filter(None, (found.more, state)))
    return Row(found.title, reverse("award", args=[found.pk]), _day(found), helper, end)


KINDS = {
    "networks": ("Networks", _network_row),
    "meetings": ("Meetings attended", _listed("meeting")),
    "reports": ("Reports that name it", _listed("report", end=lambda found: _choice(State.choices, found.state))),
    "papers": ("Papers asked of it", _listed("paper-request", none="No day")),
    "actions": (
        "Actions",
        _listed(
            "action",
            none="No due day",
            helper=lambda found: found.more,
            end=lambda found: _choice(Action.Status.choices, found.state),
        ),
    ),
    "grants": ("Grants", _award_row),
    "events": ("Events", _event_row),
    "posts": (
        "Funded posts and teams",
        _listed("funded-post", none="Start not known", helper=lambda found: found.more),
    ),
    "inspections": (
        "Inspections",
        _listed("inspection", helper=lambda found: _choice(Inspection.Kind.choices, found.state)),
    ),
    "recommendations": (
        "Recommendations that its people own",
        _listed(
            "recommendation",
            none="No due day",
            helper=lambda found: found.more,
            end=lambda found: _choice(Recommendation.Status.choices, found.state),
        ),
    ),
    "network": ("As a network", lambda found: Row("", reverse("network", args=[found.pk]))),
    "mergers": ("Took in", lambda found: Row(found.title, "", _day(found), found.more)),
    "news": ("News", _listed("release", end=lambda found: _choice(State.choices, found.state))),
}
