"""What the commissioner's dashboard holds: what needs a person, the next meeting, every priority with its figures.

Seven or eight queries whatever there is: the figures come from summaries, everything else from one union (see `found`).
With a day in `known_on` the figures are worked out anew from their revisions, as they were known on that day.
"""

import datetime
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import BigIntegerField, Count, F, FilteredRelation, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from funding.rounds.money import in_pounds
from funding.totals import counting
from funding.totals.comparing import clashes
from funding.totals.models import StatedTotal
from opcc_portal.files.words import kind_words, size_words
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from scrutiny.dashboards import attention, found
from scrutiny.indicators.charting import tile_data
from scrutiny.indicators.models import Indicator
from scrutiny.indicators.reading import VERDICT_NAMES, Verdict, read
from scrutiny.indicators.series import load_many
from scrutiny.indicators.words import so_many
from scrutiny.meetings.models import AgendaItem, Meeting, PlannedQuestion
from scrutiny.plan.models import Plan, Priority, Resource
from scrutiny.register.models import Action
from scrutiny.reports.models import JointReport
from scrutiny.workflow.models import State


@dataclass(frozen=True)
class Paper:
    """A paper of the next meeting: one tap away."""

    title: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Card:
    """The next meeting, with what is there for it."""

    meeting: Meeting
    papers: list
    papers_in: str
    actions: int
    questions: int


@dataclass
class Block:
    """A priority with its figures, and what else is known of it: facts are (words, address or "")."""

    pk: int
    title: str
    url: str
    facts: list = field(default_factory=list)
    tiles: list = field(default_factory=list)


@dataclass(frozen=True)
class Position:
    """The whole dashboard of one person on one day."""

    day: datetime.date
    known_on: datetime.date | None
    rows: list
    card: Card | None
    blocks: list

    @property
    def title(self):
        """What needs this person, counted."""
        if self.known_on:
            return f"Position as known on {self.known_on:%-d %B %Y}"
        count = len(self.rows)
        return "Nothing needs you today" if not count else f"{count} thing{'s need' if count > 1 else ' needs'} you"

    @property
    def query(self):
        """What every address of the drill-down carries on: "?known=2018-01-08", or nothing."""
        return f"?known={self.known_on:%Y-%m-%d}" if self.known_on else ""


def position_of(user, known_on=None):
    """The dashboard of this person; `known_on` is a day before today, or None for what is known now."""
    tiles = _tiles(known_on)
    blocks = _blocks(user, known_on)
    totals = _stated_totals() if user.has_perm("funding.view") else []
    for block in blocks:
        block.tiles = tiles.pop(block.pk, [])
        _add_grants(block, totals, known_on)
    shown = [tile for block in blocks for tile in block.tiles]
    if known_on:
        rows = attention.of_figures(shown, user, today(), with_late=False)
        return Position(today(), known_on, rows, None, blocks)
    meetings = found.next_meeting(user)
    records = found.everything(user, meetings.values("pk")[:1])
    rows = attention.rows(records, shown, user, today())
    return Position(today(), None, rows, _card(user, meetings, records), blocks)


# --- figures ------------------------------------------------------------------------------------------------------------


def tiles_of(priority, known_on=None):
    """The tiles of one priority's indicators, for its page. One query for what is known now."""
    return _tiles(known_on, priority=priority).get(priority.pk, [])


def _tiles(known_on, **narrower):
    """{priority: tiles of its indicators}, each a dict as Summary.tile with its address. One query for what is known now."""
    followed = Indicator.objects.in_use(known_on or today()).filter(breakdown_of=None, **narrower)
    if known_on:
        return _tiles_as_known(list(followed.select_related("owner", "headline_area")), known_on)
    summary = FilteredRelation("summaries", condition=Q(summaries__area=F("headline_area")))
    rows = followed.annotate(shown=summary).values_list(
        "pk",
        "title",
        "priority",
        "synthetic_note",
        "headline_area__slug",
        "headline_area__name",
        "shown__tile",
        "shown__is_signal",
    )
    tiles = {}
    for pk, title, priority, synthetic, slug, area, held, signal in rows:
        tile = _addressed(held or _without_figures(title, area, synthetic), pk, slug, is_signal=bool(signal))
        tiles.setdefault(priority, []).append(tile)
    return tiles


def _tiles_as_known(indicators, known_on):
    pairs = [(indicator, indicator.headline_area) for indicator in indicators if indicator.headline_area]
    series = load_many(pairs, known_on, with_notes=False)
    tiles = {}
    for indicator in indicators:
        area, signal = indicator.headline_area, False
        tile = _without_figures(indicator.title, area and area.name, indicator.synthetic_note)
        held = series.get((indicator.pk, area.pk)) if area else None
        if held and (held.points or held.stated):
            reading = read(held)
            tile, signal = tile_data(held, reading, known_on), reading.is_signal
        tile = _addressed(tile, indicator.pk, area and area.slug, is_signal=signal, known_on=known_on)
        tiles.setdefault(indicator.priority_id, []).append(tile)
    return tiles


def _without_figures(title, area, synthetic):
    words = VERDICT_NAMES[Verdict.NONE]
    empty = dict.fromkeys(
        ("shown", "mark", "period", "status", "icon", "helper", "target", "assurance_words", "owner"), ""
    )
    return empty | {
        "name": title,
        "area": area or "",
        "verdict": str(Verdict.NONE),
        "words": words,
        "sentence": f"No figure is held{f' for {area}' if area else ''} yet.",
        "spark": None,
        "due": None,
        "synthetic": synthetic,
    }


def _addressed(tile, indicator, area, *, is_signal, known_on=None):
    """The tile with its page, and with where a question about it is written."""
    query = ({"area": area} if area else {}) | ({"known": known_on.isoformat()} if known_on else {})
    page = reverse("indicator", args=[indicator])
    ask = {"about": f"scrutiny.indicator:{indicator}"} | ({"area": area} if area else {})
    return tile | {
        "id": f"i{indicator}",
        "url": f"{page}?{urlencode(query)}" if query else page,
        "ask": f"{reverse('planned-question-add')}?{urlencode(ask)}",
        "is_signal": is_signal,
    }


# --- priorities ---------------------------------------------------------------------------------------------------------


def _blocks(user, known_on):
    """The priorities that are followed or in force, with when a meeting last examined them and what is open. One query."""
    day = known_on or today()
    in_force = Plan.objects.filter(starts__lte=day).filter(Q(ends__isnull=True) | Q(ends__gte=day))
    followed = Indicator.objects.in_use(day).order_by()
    priorities = (
        Priority.objects.filter(Q(pk__in=followed.values("priority")) | Q(plan__in=in_force.order_by().values("pk")))
        .annotate(examined=_last_examined(user, day), open_actions=_open_actions(user))
        .annotate(**counting.beside("priority", counting.Scope(known_on=known_on)))
        .order_by("-plan__starts", "position", "pk")
        .values_list("pk", "title", "examined", "open_actions", "awards_made", "sum_awarded", "all_invented")
    )
    may_see_money = user.has_perm("funding.view")
    return [_block(*row, known_on, may_see_money) for row in priorities]


def _block(pk, title, examined, open_actions, awards, awarded, invented, known_on, may_see_money):
    query = f"?known={known_on:%Y-%m-%d}" if known_on else ""
    block = Block(pk, title, reverse("priority", args=[pk]) + query)
    if examined:
        block.facts.append((f"Last examined {examined:%-d %B %Y}", ""))
    if not known_on:
        words = f"{open_actions or 'No'} open action{'' if open_actions == 1 else 's'}"
        block.facts.append((words, reverse("actions") if open_actions else ""))
    if awards and may_see_money:
        words = f"{so_many(awards, 'award')}, {in_pounds(awarded)}{' (demonstration)' if invented else ''}"
        block.facts.append((words, f"{reverse('awards')}?priority={pk}"))
    return block


def _last_examined(user, day):
    """The last day on which a meeting took an item, or had a report, under the priority; only for who sees meetings."""
    items = AgendaItem.objects.filter(
        meeting__date__lte=day, meeting__status__in=[Meeting.Status.HELD, Meeting.Status.PLANNED]
    )
    items = items if user.has_perm("meetings.view") else items.none()
    of_reports = JointReport.objects.filter(priority=OuterRef(OuterRef("pk"))).order_by().values("item")
    items = items.filter(Q(priority=OuterRef("pk")) | Q(pk__in=of_reports))
    return Subquery(items.order_by("-meeting__date").values("meeting__date")[:1])


def _open_actions(user):
    of_reports = JointReport.objects.filter(priority=OuterRef(OuterRef("pk"))).order_by().values("item")
    actions = Action.objects.visible_to(user).open().filter(Q(item__priority=OuterRef("pk")) | Q(item__in=of_reports))
    counted = actions.order_by().annotate(every=Value(1)).values("every").annotate(number=Count("pk", distinct=True))
    return Coalesce(Subquery(counted.values("number")), 0, output_field=BigIntegerField())


# --- money --------------------------------------------------------------------------------------------------------------


def _stated_totals():
    """What documents state for a priority, or of funds that it names among its resources, with that priority. One query."""
    named = Resource.objects.filter(name__iexact=OuterRef("fund__name")).order_by("pk")
    under = Coalesce(F("priority_id"), Subquery(named.values("priority_id")[:1]), output_field=BigIntegerField())
    totals = StatedTotal.objects.annotate(under=under).exclude(under=None)
    return list(totals.select_related("fund").order_by("stated_on", "pk"))


def _add_grants(block, totals, known_on):
    """The line about grants, and a tile where two documents disagree."""
    by_fund = {}
    for total in totals:
        if total.under == block.pk and (known_on is None or total.stated_on <= known_on):
            by_fund.setdefault(total.fund, []).append(total)
    for fund, stated in by_fund.items():
        last = stated[-1]
        to = f" to {last.organisations} organisations" if last.organisations else ""
        block.facts.append((f"Stated: {in_pounds(last.amount)}{to}", fund.get_absolute_url()))
        differing = [clash for clash in clashes(fund, stated) if clash.later == last]
        if differing:
            block.tiles.append(_disagreement(fund, differing[-1]))


def _disagreement(fund, clash):
    """Two documents that state different totals, as a tile."""
    last, before = clash.later, clash.earlier
    explained = last.explanation or before.explanation
    to = f"{last.organisations} organisations, " if last.organisations else ""
    return dict.fromkeys(("mark", "status", "icon", "target", "assurance_words", "synthetic", "area"), "") | {
        "name": f"{fund.name}, as stated",
        "shown": in_pounds(last.amount),
        "period": f"{to}{last.document}, {in_words(last.stated_on)}",
        "verdict": "disagree",
        "words": "Documents disagree",
        "sentence": f"{before.document} of {in_words(before.stated_on)} said {in_pounds(before.amount)}. "
        f"{explained or 'Nobody has explained the difference yet.'}",
        "helper": "" if explained else "Grants officer to explain",
        "spark": None,
        "due": None,
        "owner": "",
        "id": f"fund{fund.pk}",
        "url": fund.get_absolute_url(),
        "ask": f"{reverse('planned-question-add')}?{urlencode({'about': f'funding.fund:{fund.pk}'})}",
        "is_signal": False,
    }


# --- the next meeting ---------------------------------------------------------------------------------------------------


def _card(user, meetings, records):
    """The next meeting with its papers, and what is to be reported and asked there. One query."""
    if not user.has_perm("meetings.view"):
        return None
    arising = Action.objects.open().filter(meeting__series=OuterRef("series"), meeting__date__lt=OuterRef("date"))
    mine = PlannedQuestion.objects.filter(meeting=OuterRef("pk"), asked_by=user, status=PlannedQuestion.Status.PLANNED)
    meeting = meetings.select_related("series").annotate(actions_due=_count(arising), my_questions=_count(mine)).first()
    if meeting is None:
        return None
    papers, there, wanted = _papers(records)
    return Card(
        meeting,
        papers,
        f"{there} of {wanted} in" if wanted else "None asked for",
        meeting.actions_due,
        meeting.my_questions,
    )


def _count(records):
    counted = records.order_by().annotate(every=Value(1)).values("every").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0, output_field=BigIntegerField())


def _papers(records):
    """(papers in their order, how many are in, how many are wanted)."""
    of = {what: [each for each in records if each.what == what] for what in ("report", "attachment", "file", "request")}
    requested = {each.number for each in of["request"]}
    papers, there = [], 0
    for report in of["report"]:
        note = "" if report.more != State.DRAFT else "Being written"
        papers.append(Paper(report.title, reverse("report", args=[report.pk]), note))
        papers += [
            Paper(held.title, reverse("attachment-file", args=[report.pk, held.pk]), _file(held))
            for held in of["attachment"]
            if held.number == report.pk
        ]
        there += report.pk not in requested and report.more != State.DRAFT
    papers += [Paper(file.title, reverse("request-file", args=[file.pk]), _file(file)) for file in of["file"]]
    there += sum(bool(each.second) for each in of["request"])
    papers += [
        Paper(each.title, note=f"To follow: {attention.asked_of(each)}, by {each.day:%-d %B}")
        for each in of["request"]
        if not each.second and each.number is None
    ]
    return papers, there, len(of["request"]) + sum(report.pk not in requested for report in of["report"])


def _file(record):
    return f"{kind_words(record.more)}, {size_words(record.second)}"
