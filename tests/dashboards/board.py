"""An office with something of everything that the commissioner's dashboard shows."""

import datetime
from dataclasses import dataclass, field

from django.utils import timezone

from funding.rounds.models import Fund
from funding.totals.models import StatedTotal
from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from scrutiny.indicators.models import Area, Indicator
from scrutiny.meetings import planned
from scrutiny.meetings.models import Meeting
from scrutiny.minutes.models import Correction, Minutes
from scrutiny.plan.models import Priority, Resource
from scrutiny.reports.models import Body, JointReport
from scrutiny.workflow.models import State
from tests.factories import (
    make_action,
    make_area,
    make_attachment,
    make_attendance,
    make_decision,
    make_entry,
    make_figures,
    make_indicator,
    make_item,
    make_meeting,
    make_minutes,
    make_office,
    make_person,
    make_plan,
    make_priority,
    make_report,
    make_request,
    make_series,
    make_user,
)

DAY = datetime.timedelta(days=1)


@dataclass
class Board:
    """The records of the office, and who looks at them."""

    commissioner: object
    officer: object
    priority: Priority
    area: Area
    held: Meeting
    coming: Meeting
    minutes: Minutes
    report: JointReport
    correction: Correction
    indicators: list[Indicator] = field(default_factory=list)


def make_board():
    """Minutes to approve, a decision, a signal, a correction, a late figure, overdue actions, papers and a fund."""
    make_office()
    officer, commissioner = make_user(Role.GOVERNANCE), make_user(Role.COMMISSIONER, name="Robin Hale")
    plan = make_plan(starts=today() - 300 * DAY, ends=today() + 900 * DAY)
    priority = make_priority(plan, title="Human trafficking")
    make_priority(plan, title="Safer roads", position=2)
    series = make_series("Community Outcomes Meeting")
    held, coming = make_meeting(series, date=today() - 20 * DAY), make_meeting(series, date=today() + 20 * DAY)
    taken = make_item(held, label="5", title="Human trafficking", priority=priority)
    next_item = make_item(coming, label="4", title="Human trafficking", priority=priority)
    minutes = make_minutes(held, minute_taker=officer)
    place = minutes.minuted_items.get()
    speaker = make_attendance(held, make_person("DCI Stevenson"))
    make_entry(place, kind="question", text="Why has the number risen?", by=officer)
    said = make_entry(place, kind="correction", text="The number is 176.", speaker=speaker, by=officer)
    Minutes.objects.filter(pk=minutes.pk).update(state=State.IN_REVIEW)
    make_decision(title="Award to a refuge")
    make_action(taken, text="Share the chapter with partners", due=today() - 9 * DAY)
    report = make_report(coming, item=next_item, priority=priority, subject="Human trafficking, update")
    make_attachment(report)
    make_request(coming, report=report, what="Report on human trafficking", due=today() + 30 * DAY)
    make_request(coming, what="Figures of the districts", due=today() - 2 * DAY, asked_of=Body.FORCE)
    board = Board(commissioner, officer, priority, make_area("Northmoor"), held, coming, minutes, report, None)
    _figures(board)
    board.correction = _correction(board, said)
    planned.plan(meeting=coming, item=next_item, text="Why is it so high?", by=commissioner)
    fund = Fund.objects.create(name="Safer Communities Fund")
    Resource.objects.create(priority=priority, name="Safer Communities Fund")
    for amount, document, day, number in ((50_000, "Letter", 60, None), (36_343, "Report", 20, 8)):
        StatedTotal.objects.create(
            fund=fund,
            amount=amount,
            document=document,
            scope="All",
            stated_on=today() - day * DAY,
            organisations=number,
        )
    return board


def _figures(board):
    usual = [100, 104, 98, 102, 99, 103, 101, 97, 100, 102, 99, 101, 100, 103]
    months = datetime.date(today().year - 2, 1, 1)
    about = {"priority": board.priority, "headline_area": board.area, "frequency": "month"}
    judged = make_indicator("Referrals", **about)
    make_figures(judged, board.area, [*usual, 160], first=months, known_on=today() - 90 * DAY)
    quiet = make_indicator("Arrests", lag_days=14, **about)
    make_figures(quiet, board.area, usual, first=months, known_on=today() - 90 * DAY)
    few = make_indicator("Convictions", **about)
    make_figures(few, board.area, [3, 4], first=months, known_on=today() - 90 * DAY)
    empty = make_indicator("Intelligence", **about)
    board.indicators += [judged, quiet, few, empty]


def _correction(board, entry):
    correction = Correction.objects.get(entry=entry)
    Correction.objects.filter(pk=correction.pk).update(
        measure="Recorded crimes",
        old_value="127",
        new_value="176",
        period="January",
        indicator=board.indicators[0],
        area=board.area,
        status=Correction.Status.CONFIRMED,
        confirmed_at=timezone.now(),
    )
    correction.refresh_from_db()
    return correction
