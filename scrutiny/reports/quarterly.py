"""The Delivery Quarterly: a report on every priority of the plan, made from what the portal holds and then edited.

What is written here is a beginning in plain words: which indicators signal a change, which actions are open, what documents
state of the funds. Force and office add to it, comment on every chart, and sign it as they sign any joint report.
"""

import uuid
from dataclasses import dataclass
from html import escape

from django.db import transaction
from django.db.models import Prefetch, Q

from funding.totals import comparing, counting
from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from opcc_portal.office.models import Office
from opcc_portal.office.money import in_pounds
from opcc_portal.richtext.cleaning import clean
from scrutiny.indicators import words
from scrutiny.indicators.models import Area, Indicator
from scrutiny.indicators.periods import Frequency, Period
from scrutiny.plan.models import Plan, PlanVersion
from scrutiny.register.models import Action
from scrutiny.reports import charts, grants, operations
from scrutiny.reports.models import JointReport, ReportSection
from scrutiny.workflow import saving
from scrutiny.workflow.operations import NotPossible

NAME = JointReport.Kind.QUARTERLY.label
ABOUT, ACTIONS, GRANTS = "About this quarter", "Actions", "Grants"
_MOST_ACTIONS = 60


def quarter_starting(day):
    """The financial quarter that the day begins."""
    return Period.starting(Frequency.QUARTER, day)


def quarter_in_words(quarter):
    """July to September 2017: quarters are always said with their months."""
    return Period.starting(Frequency.CALENDAR_QUARTER, quarter.start).label


def quarters_to_choose(day=None):
    """The financial quarters a report can be about, the latest first: from the first plan's first day to the present one."""
    last = Period.containing(Frequency.QUARTER, day or today())
    starts = Plan.objects.order_by("starts").values_list("starts", flat=True).first() or last.start
    first = min(Period.containing(Frequency.QUARTER, starts), last)
    return list(reversed(Period.between(first, last)))


def plan_for(quarter):
    """The plan of that quarter: the one whose years hold it, else the one in force. None where there is neither."""
    held = Plan.objects.filter(starts__lte=quarter.end).filter(Q(ends__isnull=True) | Q(ends__gte=quarter.start))
    in_force = PlanVersion.objects.filter(state=PlanVersion.State.ISSUED).select_related("plan").first()
    return held.order_by("-starts").first() or (in_force and in_force.plan)


@transaction.atomic
def start(*, quarter_start, by, meeting=None, known_on=None, demonstration_note=""):
    """Make the draft for one quarter, with its charts as known on a day. Raises NotPossible where there is one already."""
    quarter = quarter_starting(quarter_start)
    by.act_alone()
    there = JointReport.objects.filter(kind=JointReport.Kind.QUARTERLY, quarter_start=quarter.start).first()
    if there:
        raise NotPossible(
            f"There is a {NAME} for {quarter_in_words(quarter)} already: “{there}”. Open it from the list."
        )
    plan = plan_for(quarter)
    if plan is None:
        raise NotPossible("There is no plan for this quarter. Enter the plan with its priorities first.")
    material = _Material(quarter, plan, known_on or today())
    report = JointReport.objects.create(
        kind=JointReport.Kind.QUARTERLY,
        quarter_start=quarter.start,
        created_by=by,
        demonstration_note=demonstration_note,
        **_heading(quarter, meeting),
    )
    _write(report, material, by)
    audit.write(f"Started the report “{report}”", subject=report, by=by, context=meeting)
    return report


def _heading(quarter, meeting):
    subject = f"{NAME}: {quarter_in_words(quarter)}"
    if meeting:
        return operations.heading_for(meeting, subject=subject) | {"subject": subject, "numbering": "none"}
    office = Office.on(today())
    return {
        "series_heading": NAME,
        "date": today(),
        "subject": subject,
        "force_author": office.force_authors if office else "",
        "office_author": office.display_name if office else "",
        "numbering": JointReport.Numbering.NONE,
    }


def _write(report, material, by):
    """The sections one after the other; those of priorities with their charts. What signals comes first in the text."""
    about = _section(report, ABOUT, 1, "", by)
    sentences, missing, position = [], [], 1
    for priority in material.priorities:
        position += 1
        pairs = material.pairs_of(priority)
        section = _section(report, priority.title, position, material.text_of(priority), by, priority=priority)
        if said := material.awarded_under.get(priority.pk):
            grants.record(section, said, by=by)
        made = charts.add_many(section, pairs, known_on=material.known_on)
        sentences += [(chart, chart.data["sentence"]) for chart in made if chart.data.get("is_signal")]
        drawn = {chart.indicator_id for chart in made}
        missing += [indicator for indicator in priority.followed if indicator.pk not in drawn]
        material.charts += len(made)
    _section(report, ACTIONS, position + 1, material.actions_text(), by)
    section = _section(report, GRANTS, position + 2, material.grants_text(), by)
    for said in material.awarded_from.values():
        grants.record(section, said, by=by)
    body = clean(material.about_text(sentences, missing))
    saving.save(
        ReportSection, about.uid, base_version=about.version, save_id=uuid.uuid4(), changes={"body": body}, by=by
    )


def _section(report, heading, position, body, by, priority=None):
    section = ReportSection(
        report=report, position=position, heading=heading[:200], body=clean(body), priority=priority
    )
    return saving.create(section, save_id=uuid.uuid4(), by=by).piece


@dataclass
class _Material:
    """What a quarterly is made of, loaded once: priorities, indicators, actions, funds."""

    quarter: Period
    plan: Plan
    known_on: object
    charts: int = 0

    def __post_init__(self):
        priorities = self.plan.priorities.filter(left_out=False)
        followed = Indicator.objects.in_use(self.quarter.end).filter(breakdown_of__isnull=True)
        followed = followed.select_related("headline_area").order_by("position", "pk")
        self.priorities = list(
            priorities.prefetch_related("resources", Prefetch("indicators", followed, to_attr="followed"))
        )
        found = [indicator for priority in self.priorities for indicator in priority.followed]
        self.areas = _areas_with_figures(found)
        self.actions = _public_actions()
        self.funds = list(comparing.funds_with_latest())
        self.awarded_under = grants.quotes(
            {each.pk: (self._this_quarter(priority=each.pk), "awarded under this priority") for each in self.priorities}
        )
        self.awarded_from = grants.quotes(
            {fund.pk: (self._this_quarter(fund=fund.pk), fund.name) for fund in self.funds}
        )

    def _this_quarter(self, **narrower):
        """The awards of the quarter, as known on the day of the report."""
        quarter = self.quarter
        return counting.Scope(starts=quarter.start, ends=quarter.end, known_on=self.known_on, **narrower)

    def pairs_of(self, priority):
        """The (indicator, area) that are drawn for it."""
        return [(each, self.areas[each.pk]) for each in priority.followed if each.pk in self.areas]

    def about_text(self, signals, missing):
        """What the quarter is about, and which indicators differ from what is usual."""
        quarter, day = quarter_in_words(self.quarter), in_words(self.known_on)
        html = [
            _p(
                f"This {NAME} looks at {quarter} and at every priority of the {self.plan}. Figures are as known on {day}."
            )
        ]
        if signals:
            differ = "differs" if len(signals) == 1 else "differ"
            html.append(
                _p(f"{len(signals)} of {words.so_many(self.charts, 'indicator')} now {differ} from what is usual:")
            )
            html.append(_list(f"{chart}. {sentence}" for chart, sentence in signals))
        elif self.charts:
            html.append(
                _p(
                    f"None of {words.so_many(self.charts, 'indicator')} differs from what is usual, as far as can be judged."
                )
            )
        if missing:
            names = words.listed([str(each) for each in missing])
            html.append(_p(f"The portal held no figures of these on that day: {names}."))
        return "".join(html)

    def text_of(self, priority):
        """What stands above the charts of a priority: its actions and its money."""
        own = [action for action in self.actions if action.item and action.item.priority_id == priority.pk]
        late = [action for action in own if action.is_overdue]
        html = [_p(_actions_counted(own, late, "under this priority"))]
        if own:
            html.append(_list(_action_line(action) for action in own[:_MOST_ACTIONS]))
        for fund in self._funds_of(priority):
            html.append(_p(f"This priority is supported from the {fund.name}. {' '.join(_totals_in_words(fund))}"))
        if said := self.awarded_under.get(priority.pk):
            html.append(_p(said.sentence))
        return "".join(html)

    def _funds_of(self, priority):
        """The funds that the plan names among its resources, as far as documents state totals of them."""
        named = {resource.name.casefold() for resource in priority.resources.all()}
        return [fund for fund in self.funds if fund.name.casefold() in named and fund.stated_totals.all()]

    def actions_text(self):
        """Every open action, the most urgent first."""
        late = [action for action in self.actions if action.is_overdue]
        html = [_p(_actions_counted(self.actions, late, f"on {in_words(today())}"))]
        if self.actions:
            rows = "".join(
                f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in _action_cells(action))}</tr>"
                for action in self.actions[:_MOST_ACTIONS]
            )
            heads = "".join(f'<th scope="col">{name}</th>' for name in ("Action", "Who", "Due", "State"))
            html.append("<h3>Open actions, the most urgent first</h3>")
            html.append(f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")
        if len(self.actions) > _MOST_ACTIONS:
            html.append(
                _p(f"The first {_MOST_ACTIONS} of {len(self.actions)} are listed. The register of actions has all.")
            )
        return "".join(html)

    def grants_text(self):
        """What was awarded in the quarter, and what documents state of every fund with what does not agree, in words."""
        said = [quote.sentence for quote in self.awarded_from.values()]
        html = _list(said) if said else _p("No award of this quarter is on record.")
        stated = [fund for fund in self.funds if fund.stated_totals.all()]
        if not stated:
            return html + _p("No document of the portal states a total of a fund.")
        return html + "".join(_p(f"{fund.name}. {' '.join(_totals_in_words(fund))}") for fund in stated)


def _areas_with_figures(indicators):
    """{indicator pk: the area whose chart stands for it}: its headline area, else the widest that has figures."""
    found = {}
    pairs = Area.objects.filter(observations__indicator__in=indicators).values_list("observations__indicator", "pk")
    held = set(pairs.distinct())
    areas = {area.pk: area for area in Area.objects.filter(pk__in={area for _, area in held})}
    order = [Area.Kind.FORCE, Area.Kind.NATIONAL, Area.Kind.REGION, Area.Kind.DISTRICT]
    for indicator in indicators:
        own = [areas[pk] for owner, pk in held if owner == indicator.pk]
        if own:
            headline = next((area for area in own if area.pk == indicator.headline_area_id), None)
            found[indicator.pk] = headline or min(
                own, key=lambda area: (order.index(area.kind), area.position, area.pk)
            )
    return found


def _public_actions():
    """The open actions that the public may read of, the most urgent first."""
    held = Action.objects.open().most_urgent_first().prefetch_related("owners")
    held = held.select_related("item__restriction", "item__parent__restriction", "entry__restriction", "meeting")
    return [action for action in held if not _is_withheld(action)]


def _is_withheld(action):
    entry = getattr(action, "entry", None)
    return bool(action.item and action.item.is_withheld) or bool(entry and entry.is_restricted)


def _actions_counted(actions, late, where):
    if not actions:
        return f"No action is open {where}."
    one = len(actions) == 1
    overdue = f", {len(late)} of them overdue" if late else ", none of them overdue"
    if one:
        overdue = " and overdue" if late else ""
    return f"{words.so_many(len(actions), 'action')} {'is' if one else 'are'} open {where}{overdue}."


def _action_cells(action):
    return (
        f"{action.reference} {action.text}".strip(),
        action.owners_in_words or "Nobody named yet",
        action.due_in_words or "No day named",
        action.state_in_words,
    )


def _action_line(action):
    what, who, due, state = _action_cells(action)
    return f"{what.rstrip('.')}. {who}, {due[:1].lower() + due[1:] if due.startswith('No ') else due}. {state}."


def _totals_in_words(fund):
    """What documents state of a fund, a sentence each, and whether they agree."""
    stated = sorted(fund.stated_totals.all(), key=lambda total: (total.stated_on, total.pk))
    said = [
        f"“{total.document}” of {in_words(total.stated_on)} states {in_pounds(total.amount)} ({total.scope[:1].lower()}{total.scope[1:]})."
        for total in stated
    ]
    for clash in comparing.clashes(fund, stated):
        said.append(f"The two differ by {in_pounds(clash.gap)}. {clash.note}".strip())
    return said


def _p(text):
    return f"<p>{escape(text)}</p>"


def _list(lines):
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
