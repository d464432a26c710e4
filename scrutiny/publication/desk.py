"""What the desk wants to know about publishing: what is ready, what has changed since, what is out.

Asked of dates alone, one query a kind, so that lists stay quick; the check page makes the content and knows for certain.
"""

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone

from funding.awards.models import Award
from funding.rounds.models import Fund, Round
from funding.totals.models import StatedTotal
from opcc_portal.audit.models import AuditLine
from opcc_portal.office.dates import today
from scrutiny.indicators.models import Indicator, Observation, ObservationRevision
from scrutiny.inspections.models import Inspection, Recommendation, Response
from scrutiny.inspections.waiting import first_due, first_to_send
from scrutiny.measures.models import MeasuresStatement
from scrutiny.meetings.models import Meeting
from scrutiny.minutes.models import Approval, Correction, Minutes
from scrutiny.news.models import NewsRelease
from scrutiny.partnerships.models import Network
from scrutiny.plan.models import Plan, PlanVersion, Priority
from scrutiny.publication.models import ActionsRegister, SitePage
from scrutiny.register.models import ActionUpdate, Decision
from scrutiny.reports.models import JointReport
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Edition, Publication, Restriction, State
from scrutiny.workflow.restrictions import due_for_review

CALLED_OFF = (Meeting.Status.POSTPONED, Meeting.Status.CANCELLED)
MOST_REMINDED = 8  # of one kind
ONCE_SIGNED = (State.SIGNED, State.PUBLISHED, State.WITHDRAWN)


@dataclass(frozen=True)
class Standing:
    """How one record of the desk stands to what is published of it. `moments` are when what the public reads changed."""

    kind: str
    record: object
    moments: tuple = ()

    @property
    def is_published(self):
        """It has a public Edition."""
        return self.record.published_at is not None and self.record.withdrawn_at is None

    @property
    def is_withdrawn(self):
        """It was public and has been taken back."""
        return self.record.withdrawn_at is not None

    @property
    def is_changed(self):
        """Something that the public reads was changed after it was published."""
        return self.is_published and any(
            moment > self.record.published_at for name in self.moments if (moment := getattr(self.record, name))
        )

    @property
    def is_new(self):
        """Never published."""
        return self.record.published_at is None

    @property
    def url(self):
        """Its check page. Minutes go out with their meeting as long as that is not public itself: they link to its items."""
        if self.kind == "minutes" and self.record.goes_with is not None:
            return reverse("publish", args=["meeting", self.record.goes_with])
        return reverse("publish", args=[self.kind, self.record.pk])

    @property
    def label(self):
        """What kind of thing it is."""
        return kinds.named(self.kind).label

    @property
    def in_words(self):
        """Version 1.0 on 5 February 2018."""
        record = self.record
        day = timezone.localdate(record.published_at)
        return f"Version {record.published_major}.{record.published_minor} on {day:%-d %B %Y}"


def _subject(queryset):
    return Concat(Value(f"{queryset.model._meta.label_lower}:"), Cast(OuterRef("pk"), CharField()))


def _first(queryset, name, order=None):
    """The newest (or first by `order`) value of a related row."""
    return Subquery(queryset.order_by(order or f"-{name}").values(name)[:1], output_field=DateTimeField())


def _open_or_all(queryset, moments, *, restricted_by=(), only_open=True):
    """(the records with when and as which version they were published, the names of `moments`).

    With `only_open` those that wait: never published, or changed since.
    """
    mine = Publication.objects.filter(subject=_subject(queryset))
    if restricted_by:
        inside = Restriction.objects.filter(reduce(or_, (Q(**{within: OuterRef("pk")}) for within in restricted_by)))
        moments = moments | {
            "restricted_at": _first(inside, "created_at"),
            "released_at": _first(inside.filter(released_at__isnull=False), "released_at"),
        }
    found = queryset.annotate(
        published_at=Subquery(mine.values("current__published_at")[:1]),
        published_major=Subquery(mine.values("current__major")[:1]),
        published_minor=Subquery(mine.values("current__minor")[:1]),
        withdrawn_at=Subquery(mine.values("withdrawn_at")[:1]),
        **moments,
    )
    names = (*moments, *(("changed_at",) if hasattr(queryset.model, "changed_at") else ()))
    if only_open:
        waits = Q(published_at__isnull=True)
        for name in names:
            waits |= Q(**{f"{name}__gt": F("published_at")})
        found = found.filter(waits, withdrawn_at__isnull=True)
    return found, names


def _standing(kind, queryset, moments, **how):
    found, names = _open_or_all(queryset, moments, **how)
    return [Standing(kind, each, names) for each in found]


def _approved_minutes(*, only_open=True, **wanted):
    corrected = Correction.objects.filter(
        minutes=OuterRef("pk"), corrected_entry__isnull=False, confirmed_at__isnull=False
    )
    moments = {
        "approved_at": _first(Approval.objects.filter(minutes=OuterRef("pk")), "at"),
        "corrected_at": _first(corrected, "confirmed_at"),
    }
    meeting_is_out = Publication.objects.filter(
        subject=Concat(Value("scrutiny.meeting:"), Cast(OuterRef("meeting_id"), CharField()))
    )
    goes_with = When(~Exists(meeting_is_out) & Q(meeting__agenda_set_at__isnull=False), then="meeting_id")
    found = Minutes.objects.filter(state__in=ONCE_SIGNED, **wanted).annotate(goes_with=Case(goes_with))
    return _open_or_all(found, moments, restricted_by=["minuteentry__minuted_item__minutes"], only_open=only_open)


def minutes(**wanted):
    """Approved minutes: changed by a later approval, a correction of their words, a restriction within them."""
    found, names = _approved_minutes(**wanted)
    found = found.select_related("meeting").order_by("-meeting__date")
    return [Standing("minutes", each, names) for each in found]


# Acts on a meeting that change what the public reads of it, as the audit trail names them.
_OF_THE_MEETING = Q(act__startswith="Meeting ") | Q(act__in=["Order of the agenda changed", "Items numbered again"])


def meetings(*, only_open=True, **wanted):
    """Meetings whose agenda is set: changed by acts on the agenda, on day and place, and by a restriction of an item.

    One that is called off counts only where the public was told of it: then the public is to be told of that as well.
    """
    found = Meeting.objects.filter(agenda_set_at__isnull=False, **wanted)
    told = Publication.objects.filter(subject=_subject(found), current__isnull=False)
    found = found.exclude(~Exists(told), status__in=CALLED_OFF)
    name = _subject(found)
    acts = AuditLine.objects.filter(
        Q(_OF_THE_MEETING, subject=name) | Q(context=name, subject__startswith="scrutiny.agendaitem:")
    )
    return _standing(
        "meeting",
        found.order_by("-date"),
        {"touched_at": _first(acts, "at")},
        restricted_by=["agendaitem__meeting"],
        only_open=only_open,
    )


def reports(*, only_open=True, **wanted):
    """Signed reports: closed once they are published, so that only a restriction changes them."""
    found = JointReport.objects.filter(state__in=ONCE_SIGNED, **wanted).select_related("meeting")
    return _standing(
        "report",
        found.order_by("-date"),
        {},
        restricted_by=["restrictedpassage__section__report", "attachment__held_by_report__report"],
        only_open=only_open,
    )


def decisions(*, only_open=True, **wanted):
    """Signed decisions: closed, so that only a restriction changes them."""
    found = Decision.objects.filter(status=Decision.Status.SIGNED, **wanted)
    return _standing("decision", found, {}, restricted_by=["decision"], only_open=only_open)


def plans(**how):
    """Plans that are or were in force: changed when a version is issued, or a new plan supersedes this one."""
    return _each("plan", *_plans(**how))


def _plans(*, only_open=True, **wanted):
    out = (PlanVersion.State.ISSUED, PlanVersion.State.SUPERSEDED)
    found = Plan.objects.filter(Exists(PlanVersion.objects.filter(plan=OuterRef("pk"), state__in=out)), **wanted)
    moved = Q(act__endswith=" issued") | Q(act__endswith=" superseded")
    acts = AuditLine.objects.filter(moved, context=_subject(found), act__startswith="Plan version ")
    return _open_or_all(found, {"moved_at": _first(acts, "at")}, only_open=only_open)


def priorities(**how):
    """Priorities of plans that are public, which go out with them: changed when a version is issued that words them anew."""
    return _each("priority", *_priorities(**how))


def _priorities(*, only_open=True, **wanted):
    plan = Concat(Value("scrutiny.plan:"), Cast(OuterRef("plan_id"), CharField()))
    is_out = Publication.objects.filter(subject=plan, current__isnull=False, withdrawn_at=None)
    issued = AuditLine.objects.filter(act__startswith="Priority issued", subject=_subject(Priority.objects.all()))
    found = Priority.objects.filter(Exists(is_out), Exists(issued), left_out=False, **wanted).select_related("plan")
    return _open_or_all(found, {"issued_at": _first(issued, "at")}, only_open=only_open)


def indicators(**how):
    """Indicators with a figure: changed by every revision, and by acts on what is counted and how it is read."""
    return _each("indicator", *_indicators(**how))


def _indicators(*, only_open=True, **wanted):
    held = Observation.objects.filter(indicator=OuterRef("pk"))
    found = Indicator.objects.filter(Exists(held.exclude(value=None, low=None)), **wanted)
    name = _subject(found)
    acts = AuditLine.objects.filter(Q(context=name) | Q(subject=name, act="Indicator changed"))
    moments = {
        "recorded_at": _first(ObservationRevision.objects.filter(observation__indicator=OuterRef("pk")), "recorded_at"),
        "touched_at": _first(acts, "at"),
    }
    return _open_or_all(found, moments, only_open=only_open)


def _each(kind, found, names):
    return [Standing(kind, each, names) for each in found]


@dataclass(frozen=True)
class Listed:
    """What a list shows of a record: its title, what it belongs to, and when it was published."""

    pk: int
    title: str
    part_of: str
    published_at: object
    published_major: int | None
    published_minor: int | None
    withdrawn_at: object = None

    def __str__(self):
        return self.title


class Waiting(Standing):
    """One of those that wait: published already, so it has changed since."""

    @property
    def is_changed(self):
        """It was asked for among those that wait."""
        return self.is_published


def _rounds(**wanted):
    """Rounds with awards, which go out with them: changed by whatever changes in one, and by a restriction of one."""
    held = Award.objects.filter(round=OuterRef("pk"))
    found = Round.objects.filter(Exists(held), **wanted)
    return _open_or_all(found, {"awarded_at": _first(held, "changed_at")}, restricted_by=["award__round"])


def _single_awards(**wanted):
    """Awards outside a round."""
    return _open_or_all(Award.objects.filter(round=None, **wanted), {}, restricted_by=["award"])


def _funds(**wanted):
    """Funds of which a document states a total: changed when one is explained anew."""
    held = StatedTotal.objects.filter(fund=OuterRef("pk"))
    found = Fund.objects.filter(Exists(held), **wanted)
    return _open_or_all(found, {"explained_at": _first(held.exclude(explained_at=None), "explained_at")})


def _statements(**wanted):
    """Signed statements on national measures: changed when one is signed anew."""
    found = MeasuresStatement.objects.filter(signed_at__isnull=False, **wanted)
    return _open_or_all(found, {"signed_then": F("signed_at")})


def _news(**wanted):
    """Approved releases: changed when a correction is approved. One under embargo waits for its minute."""
    found = NewsRelease.objects.filter(approved_at__isnull=False, **wanted)
    return _open_or_all(found, {"approved_again_at": F("approved_at")})


# Acts on a network and on what belongs to it, as the audit trail names them.
_OF_A_NETWORK = ("Network ", "Membership ", "Launch ", "Agreement ", "Event ", "Funded post ")


def _networks(**wanted):
    """Networks that say what they are for: changed by every act on them and on what belongs to them."""
    found = Network.objects.exclude(purpose="").filter(**wanted)
    name = _subject(found)
    told = reduce(or_, (Q(act__startswith=words) for words in _OF_A_NETWORK))
    acts = AuditLine.objects.filter(told, Q(subject=name) | Q(context=name))
    return _open_or_all(found, {"touched_at": _first(acts, "at")})


def _inspections(**wanted):
    """Reports of inspectorates: changed by every act on them or on one of their recommendations, publishing apart."""
    found = Inspection.objects.filter(published_on__lte=today(), **wanted)
    name, recommendations = _subject(found), f"{Recommendation._meta.label_lower}:"
    acts = AuditLine.objects.filter(Q(subject=name) | Q(context=name, subject__startswith=recommendations))
    for published in ("Published ", "Explained ", "Withdr"):
        acts = acts.exclude(act__startswith=published)
    return _open_or_all(found, {"touched_at": _first(acts, "at")})


def _responses(**wanted):
    """Signed responses to inspections: changed when one is signed anew, or sent on."""
    found = Response.objects.filter(signed_at__isnull=False, **wanted)
    sent = AuditLine.objects.filter(subject=_subject(found), act__startswith="Dispatches ")
    return _open_or_all(found, {"signed_then": F("signed_at"), "sent_on_at": _first(sent, "at")})


# What stands in the place of a reason: nothing is wrong, its minute has not come.
UNDER_EMBARGO = "under embargo"


def _in_short():
    """What waits of the plan, its figures and the grants, in one query: there is much of it and lists show little."""
    nothing = Value("", output_field=CharField())
    asked = (
        ("plan", _plans(), F("title"), nothing),
        ("priority", _priorities(), F("title"), F("plan__title")),
        ("indicator", _indicators(), F("title"), F("priority__title")),
        ("fund", _funds(), F("name"), nothing),
        ("round", _rounds(), F("label"), F("fund__name")),
        ("award", _single_awards(), F("title"), F("fund__name")),
        (
            "news",
            _news(),
            F("headline"),
            Case(
                When(~Q(trouble=""), then=Cast("trouble", CharField())),
                When(embargo_until__gt=timezone.now(), then=Value(UNDER_EMBARGO)),
                default=nothing,
                output_field=CharField(),
            ),
        ),
        ("inspection", _inspections(), F("title"), F("body__name")),
        ("response", _responses(), F("inspection__title"), nothing),
        ("network", _networks(), F("organisation__name"), nothing),
        ("measures", _statements(), _QUARTER, F("measure_set__name")),
    )
    rows = [
        found.order_by().values_list(
            _named(kind), "pk", title, part_of, "published_at", "published_major", "published_minor"
        )
        for kind, (found, _), title, part_of in asked
    ]
    order = [kind for kind, *_ in asked]
    found = sorted(rows[0].union(*rows[1:], all=True), key=lambda row: (order.index(row[0]), row[2]))
    return [Waiting(kind, Listed(*row)) for kind, *row in found]


def pages(*, only_open=True, **wanted):
    """The site's own pages that say something."""
    found = SitePage.objects.filter(~Q(body="") | Q(upload__isnull=False), deleted=False, **wanted)
    return _standing("page", found, {}, only_open=only_open)


def actions(*, only_open=True):
    """The register of actions, once minutes are public: changed by whatever happens to an action."""
    found = ActionsRegister.objects.filter(Exists(Edition.objects.current().filter(kind="minutes")))
    moments = {"moved_on_at": _first(ActionUpdate.objects.all(), "at")}
    return _standing("actions", found, moments, only_open=only_open)


_QUARTER = Concat(
    Value("National measures, quarter from "), Cast("quarter_start", CharField()), output_field=CharField()
)

# By kind: how a Restriction of something within leads to the record that the public reads it in.
_WITHIN = {
    "meeting": ("agendaitem__meeting", "attachment__held_by_report__report__meeting"),
    "minutes": ("minuteentry__minuted_item__minutes", "agendaitem__meeting__minutes"),
    "report": (
        "restrictedpassage__section__report",
        "attachment__held_by_report__report",
        "agendaitem__reports",
    ),
    "decision": ("decision", "agendaitem__decisions"),
    "award": ("award",),
    "pack": (
        "agendaitem__meeting__pack",
        "attachment__held_by_report__report__meeting__pack",
        "restrictedpassage__section__report__meeting__pack",
    ),
}


def restricted_since(kind, record):
    """When something within this record was last kept from the public; None where nothing is. One query."""
    within = [Q(**{name: record.pk}) for name in _WITHIN.get(kind.name, ())]
    if not within:
        return None
    held = Restriction.objects.filter(reduce(or_, within), released_at=None)
    return held.aggregate(newest=Max("created_at"))["newest"]


@dataclass(frozen=True)
class Row:
    """One line of a list of the desk: what it is, where it is checked, and why it stands there."""

    standing: Standing
    helper: str = ""

    @property
    def is_pressing(self):
        """The public waits for it: its day has come, or what is out is no longer what the desk says."""
        standing = self.standing
        if standing.is_changed or standing.kind == "minutes":
            return True
        if standing.kind == "news":
            return standing.record.part_of not in ("", UNDER_EMBARGO)
        return standing.kind == "report" and standing.record.date <= today()


def waiting():
    """Everything that can be published or published again, pressing things apart: (pressing, ready). Seven queries."""
    found = [*minutes(), *reports(), *meetings(), *decisions(), *_in_short(), *pages(), *actions()]
    known = kinds.all_kinds()
    rows = [Row(each, _why(each)) for each in found if each.kind in known]
    return [row for row in rows if row.is_pressing], [row for row in rows if not row.is_pressing]


def _why(standing):
    if standing.is_changed:
        return f"Changed since. {standing.in_words}"
    record = standing.record
    if standing.kind == "minutes":
        return f"Approved on {_day(record.approved_at)}, not published" if record.approved_at else "Approved"
    if standing.kind == "report":
        return f"Signed by both{f', for the meeting of {_day(record.meeting.date)}' if record.meeting else ''}"
    if standing.kind == "meeting":
        return f"Agenda set on {_day(record.agenda_set_at)}"
    if standing.kind == "plan":
        return "Issued, with its priorities"
    if standing.kind == "priority":
        return f"Part of {record.part_of}"
    if standing.kind == "indicator":
        return f"Figures for “{record.part_of}”"
    if standing.kind == "news":
        waits = "Under embargo, goes out by itself" if record.part_of == UNDER_EMBARGO else record.part_of
        return waits or "Approved"
    if standing.kind == "round":
        return f"With its awards, of the {record.part_of}"
    if standing.kind == "award":
        return f"Of the {record.part_of}"
    if standing.kind == "measures":
        return f"Signed. {record.part_of}"
    if standing.kind == "inspection":
        return f"Report of {record.part_of}"
    if standing.kind == "response":
        return "Signed. With its report, and its letter once that is sent"
    if standing.kind == "decision":
        return f"Signed on {_day(record.signed_on)}"
    return "Not published yet"


def _day(moment):
    day = timezone.localdate(moment) if hasattr(moment, "hour") else moment
    return f"{day:%-d %B %Y}"


def reminders():
    """What the desk is reminded of, in one query: (what, key, title, day, published at or None, meeting to go with or None).

    By day: "minutes" approved and not public as they are, "page" of the site and "restriction" to be looked at again;
    "respond" and "send": responses to inspections that are due or to be sent on, by key and day of the report, with the
    key of the response in place of the meeting; "trouble": news that did not go out at its minute.
    """
    nothing = Cast(Value(None), DateTimeField()), Cast(Value(None), BigIntegerField())
    waiting, _ = _approved_minutes()
    pages = SitePage.objects.filter(deleted=False, review_on__lte=today())
    found = waiting.order_by().values_list(
        _named("minutes"), "pk", "meeting__name", "meeting__date", "published_at", "goes_with"
    )
    found = found.union(
        pages.order_by().values_list(_named("page"), "pk", "title", "review_on", *nothing),
        due_for_review().order_by().values_list(_named("restriction"), "pk", "public_reason", "review_on", *nothing),
        first_due(MOST_REMINDED)
        .order_by()
        .values_list(_named("respond"), "pk", "title", "published_on", nothing[0], "response__pk"),
        first_to_send(MOST_REMINDED)
        .order_by()
        .values_list(_named("send"), "inspection", "inspection__title", "inspection__published_on", nothing[0], "pk"),
        NewsRelease.objects.in_trouble().order_by().values_list(_named("trouble"), "pk", "headline", "date", *nothing),
        all=True,
    )
    return sorted(found, key=lambda row: row[3])


def _named(what):
    return Value(what, output_field=CharField())
