"""Each computed line is met by its record and overdue without it; and nobody types in what a record can tell."""

import datetime

import pytest

from scrutiny.duties import starting
from scrutiny.duties.models import Board, Duty, State
from scrutiny.duties.queries import QUERIES
from scrutiny.inspections.models import Dispatch, Inspection, Response
from scrutiny.measures.quarters import Quarter
from scrutiny.publication.models import PreElectionPeriod, SitePage
from scrutiny.workflow.models import Publication, PublicationClass
from tests.duties.records import DAY, days, line, out, page_out, signed, withdraw
from tests.factories import (
    make_award,
    make_confirmation,
    make_figures,
    make_inspection,
    make_item,
    make_meeting,
    make_minutes,
    make_office,
    make_report,
    make_response,
    make_statement,
    make_user,
)
from tests.plan.plans import issue, make_whole_plan
from tests.publication.editions import make_edition

pytestmark = pytest.mark.django_db
LAST_QUARTER = Quarter(2025, 4)  # due on 30 April 2026, with 120 days


@pytest.fixture(autouse=True)
def office(monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", DAY.isoformat())
    return make_office()


# --- for each query: sow what satisfies it; what comes back takes that away again ------------------------------------------


def announced():
    meeting = make_meeting(date=days(3))
    out(meeting)
    return lambda: withdraw(meeting)


def agenda_with_report():
    meeting = make_meeting(date=days(3))
    report = make_report(meeting, item=make_item(meeting))
    out(meeting)
    out(report)
    return lambda: withdraw(report)


def minuted():
    meeting = make_meeting(date=days(-40), status="held")
    minutes = make_minutes(make_item(meeting).meeting)
    out(meeting)
    out(minutes)
    return lambda: withdraw(minutes)


def decided():
    decision = signed(on=days(-20))
    out(decision)
    return lambda: withdraw(decision)


def planned():
    plan = make_whole_plan().plan
    issue(plan, by=make_user())
    out(plan, whole=True)
    return lambda: withdraw(plan)


def reported_on():
    subject = page_out("documents/annual-report", "Annual report 2024/25")
    return lambda: withdraw(subject)


def figures():
    indicator, _ = make_figures(values=[3, 4])
    out(indicator, on=days(4000))
    return lambda: withdraw(indicator)


def stated():
    statement = make_statement(quarter=LAST_QUARTER, signed=True)
    out(statement, date=LAST_QUARTER.last)
    return lambda: withdraw(statement)


def answered():
    response = make_response(make_inspection(published_on=days(-60)))
    out(response)
    return lambda: withdraw(response)


def sent():
    response = make_response(make_inspection(published_on=days(-60)))
    out(response)
    for to in Dispatch.To:
        Dispatch.objects.create(response=response, to=to, sent_on=days(-9))
    return lambda: Dispatch.objects.filter(to=Dispatch.To.INSPECTORATE).delete()


def peel():
    inspection = make_inspection(kind="peel", published_on=days(-60), summary="Good at most things.")
    out(inspection)
    return lambda: withdraw(inspection)


def granted():
    award = make_award(awarded_on=days(-60))
    out(award)
    return lambda: withdraw(award)


def policy():
    page = SitePage.objects.create(
        title="Complaints policy",
        slug="complaints",
        body="<p>Write to us.</p>",
        scheme_class=PublicationClass.objects.get(slug="our-policies"),
    )
    out(page, scheme_class="our-policies")
    return lambda: withdraw(page)


def board_is_out():
    board = Board.the()
    starting.load()
    out(board, whole=True)
    return lambda: withdraw(board)


def every_class():
    for held in PublicationClass.objects.all():
        page_out(f"documents/one-of-{held.slug}", f"One of {held}", scheme_class=held.slug)
    return lambda: withdraw(Publication.objects.get(path="documents/one-of-services").subject)


def accessible():
    page = SitePage.objects.create(title="Accessibility statement", slug="accessibility", body="<p>We try.</p>")
    make_edition(kind="page", subject=f"scrutiny.sitepage:{page.pk}", path="accessibility", title=page.title)
    page.review_on = days(100)
    page.save()
    return lambda: withdraw(page)


def answered_the_panel():
    plan = make_whole_plan().plan
    version = issue(plan, by=make_user())
    out(plan, whole=True)
    assert version.panel_reported_on < DAY
    return lambda: withdraw(plan)


SOWN = {
    "meetings_announced": announced,
    "agendas_published": agenda_with_report,
    "minutes_published": minuted,
    "decisions_published": decided,
    "plan_published": planned,
    "panel_answered": answered_the_panel,
    "annual_report_published": reported_on,
    "figures_published": figures,
    "measures_published": stated,
    "inspections_answered": answered,
    "responses_sent": sent,
    "peel_published": peel,
    "grants_published": granted,
    "policies_published": policy,
    "prominent_place": board_is_out,
    "classes_filled": every_class,
    "accessibility_reviewed": accessible,
}


@pytest.mark.parametrize("query", SOWN)
def test_a_line_is_met_by_its_record_and_overdue_without_it(query):
    take_away = SOWN[query]()
    before = line(query)
    assert (before.state, before.is_confirmed) == (State.MET, False), before.words
    assert before.record_words and (before.record_url or before.public_url)
    take_away()
    after = line(query)
    assert after.state == State.OVERDUE, after.words


def test_every_query_is_tried_here_and_asked_by_a_line():
    assert set(SOWN) == set(QUERIES) == {each["query"] for each in starting.LINES if each["query"]}
    assert all(QUERIES[name].words and QUERIES[name].ask.__doc__ for name in QUERIES)


def test_a_confirmation_does_not_stand_for_what_a_record_tells():
    take_away = decided()
    starting.load()
    make_confirmation(Duty.objects.get(code="decisions"), on=days(-1))
    take_away()
    assert line("decisions").state == State.OVERDUE


def test_where_the_records_tell_nothing_a_confirmation_counts():
    assert (line("peel").state, line("peel").can_be_confirmed) == (State.UNKNOWN, True)
    make_confirmation(Duty.objects.get(code="peel"), on=days(-1))
    assert (line("peel").state, line("peel").is_confirmed) == (State.MET, True)
    make_inspection(kind="peel", published_on=days(-60), summary="Good.")
    assert (line("peel").state, line("peel").can_be_confirmed) == (State.OVERDUE, False)


# --- meetings ---------------------------------------------------------------------------------------------------------


def test_a_meeting_far_ahead_is_nothing_due_then_due_soon_then_overdue():
    meeting = make_meeting(date=days(60))
    assert (line("meetings-announced").state, line("meetings-announced").next_due) == (State.NOT_DUE, days(53))
    assert line("meetings-announced", day=days(46)).state == State.DUE_SOON
    assert line("meetings-announced", day=days(53)).state == State.DUE_SOON
    assert line("meetings-announced", day=days(54)).state == State.OVERDUE
    meeting.status = "cancelled"
    meeting.save()
    assert line("meetings-announced", day=days(54)).state == State.NOT_DUE


def test_how_long_a_line_allows_is_a_setting_of_the_office():
    make_meeting(date=days(20))
    assert line("meetings-announced").state == State.NOT_DUE
    Duty.objects.filter(code="meetings-announced").update(interval_days=21)
    assert line("meetings-announced").state == State.OVERDUE


def test_a_meeting_that_was_announced_late_is_met_and_says_so():
    out(make_meeting(date=days(-30), status="held"), on=days(-31))
    found = line("meetings-announced")
    assert found.state == State.MET
    assert "1 of 1 came late" in found.words


def test_minutes_are_due_the_days_after_the_meeting_that_the_office_sets():
    make_meeting(date=days(-10), status="held")
    found = line("minutes")
    assert (found.state, found.next_due) == (State.NOT_DUE, days(20))
    assert line("minutes", day=days(6)).state == State.DUE_SOON
    assert line("minutes", day=days(21)).state == State.OVERDUE


def test_a_private_meeting_needs_minutes_where_a_decision_was_signed_there():
    make_meeting(date=days(-60), status="held", is_public=False)
    assert line("minutes").state == State.NOT_DUE
    meeting = make_meeting(date=days(-50), status="held", is_public=False)
    signed(meeting=meeting)
    found = line("minutes")
    assert (found.state, found.record_url) == (State.OVERDUE, meeting.get_absolute_url())
    assert line("meetings-announced").state == State.NOT_DUE


def test_a_report_of_a_private_item_is_no_part_of_the_public_agenda():
    meeting = make_meeting(date=days(3))
    make_report(meeting, item=make_item(meeting, part="private"))
    out(meeting)
    assert line("agendas-and-reports").state == State.MET
    make_report(meeting, item=make_item(meeting))
    found = line("agendas-and-reports")
    assert found.state == State.OVERDUE
    assert "1 report for" in found.words


# --- plan and performance -----------------------------------------------------------------------------------------------


def test_a_plan_that_has_ended_is_no_plan():
    plan = make_whole_plan(ends=days(-1)).plan
    issue(plan, by=make_user())
    out(plan, whole=True)
    found = line("plan")
    assert found.state == State.OVERDUE
    assert "ended on 14 June 2026" in found.words
    assert line("plan", public=True).state == State.OVERDUE
    assert line("plan", day=days(-30)).state == State.DUE_SOON


def test_after_an_election_a_plan_of_that_financial_year_is_due():
    planned()
    PreElectionPeriod.objects.create(name="Election", starts="2026-03-24", ends="2026-05-07")
    found = line("plan")
    assert (found.state, found.next_due) == (State.NOT_DUE, datetime.date(2027, 3, 31))
    assert line("plan", day=datetime.date(2027, 1, 15)).state == State.DUE_SOON
    assert line("plan", day=datetime.date(2027, 4, 1)).state == State.OVERDUE


def test_the_annual_report_of_another_year_does_not_count():
    page_out("documents/old", "Annual report 2023/24", on=days(-30))
    assert line("annual-report").state == State.OVERDUE
    page_out("documents/new", "Annual report 2024-25", on=days(-30))
    found = line("annual-report")
    assert (found.state, found.next_due) == (State.MET, datetime.date(2026, 12, 31))


def test_a_newer_figure_is_to_be_published_in_time():
    indicator, _ = make_figures(values=[3])
    out(indicator, on=days(-4000))
    recorded = indicator.observations.first().revisions.first().recorded_at.date()
    late = recorded + datetime.timedelta(days=31)
    assert line("performance", day=recorded + datetime.timedelta(days=20)).state == State.DUE_SOON
    assert line("performance", day=late).state == State.OVERDUE


def test_the_statement_on_a_quarter_is_due_after_it():
    found = line("national-measures")
    assert (found.state, found.next_due) == (State.OVERDUE, datetime.date(2026, 4, 30))
    stated()
    found = line("national-measures")
    assert (found.state, found.next_due) == (State.MET, datetime.date(2026, 7, 29))
    assert line("national-measures", day=datetime.date(2026, 7, 1)).state == State.DUE_SOON
    assert "January to March 2026" in line("national-measures", day=datetime.date(2026, 7, 30)).words


# --- inspections -----------------------------------------------------------------------------------------------------


def test_the_response_is_due_on_the_last_day_of_its_clock():
    make_inspection(published_on=DAY)
    assert (line("inspection-responses").state, line("inspection-responses").next_due) == (State.NOT_DUE, days(55))
    assert line("inspection-responses", day=days(27)).state == State.DUE_SOON
    assert line("inspection-responses", day=days(55)).state == State.DUE_SOON
    assert line("inspection-responses", day=days(56)).state == State.OVERDUE


def test_what_does_not_concern_the_force_or_is_covered_needs_no_response():
    make_inspection(published_on=days(-90), subject="not_subject", why_not_subject="It is about ports.")
    assert line("inspection-responses").state == State.NOT_DUE
    national = make_inspection(published_on=days(-90))
    assert line("inspection-responses").state == State.OVERDUE
    response = make_response(make_inspection(published_on=days(-60)))
    Inspection.objects.get(pk=response.inspection_id).covers.add(national)
    out(response)
    assert line("inspection-responses").state == State.MET


def test_a_response_that_stood_elsewhere_before_counts():
    response = make_response(make_inspection(published_on=days(-60)))
    assert line("inspection-responses").state == State.OVERDUE
    Response.objects.filter(pk=response.pk).update(published_on=days(-20))
    assert line("inspection-responses").state == State.MET


# --- money and the site --------------------------------------------------------------------------------------------------


def test_a_grant_of_this_month_is_not_due_yet():
    make_award(awarded_on=DAY)
    found = line("grants-monthly")
    assert (found.state, found.next_due) == (State.NOT_DUE, datetime.date(2026, 7, 30))
    assert line("grants-monthly", day=datetime.date(2026, 7, 31)).state == State.OVERDUE


def test_one_grant_of_many_that_waits_makes_the_month_overdue():
    for _ in range(3):
        out(make_award(awarded_on=days(-60)))
    waiting = make_award(awarded_on=days(-60))
    found = line("grants-monthly")
    assert found.state == State.OVERDUE
    assert found.words.startswith("1 grant of April 2026 is not published.")
    assert found.record_url == waiting.get_absolute_url()


def test_a_page_past_its_review_is_overdue():
    policy()
    accessible()
    SitePage.objects.update(review_on=days(-1))
    assert (line("policies").state, line("accessibility-statement").state) == (State.OVERDUE, State.OVERDUE)
    SitePage.objects.update(review_on=days(10))
    assert (line("policies").state, line("accessibility-statement").state) == (State.DUE_SOON, State.DUE_SOON)


# --- confirmations -------------------------------------------------------------------------------------------------------


def test_a_confirmation_counts_until_its_day():
    assert line("premises").state == State.UNKNOWN
    held = make_confirmation(Duty.objects.get(code="premises"), on=days(-1), expires_on=days(60))
    assert (line("premises").state, line("premises").public_url) == (State.MET, held.url)
    assert line("premises", day=days(40)).state == State.DUE_SOON
    assert line("premises", day=days(60)).state == State.DUE_SOON
    assert line("premises", day=days(61)).state == State.OVERDUE
    held.delete()
    assert line("premises").state == State.UNKNOWN
