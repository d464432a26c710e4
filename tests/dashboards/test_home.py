"""The first page after sign-in, by role."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.operations import left_off
from opcc_portal.office.dates import today
from scrutiny.indicators.models import ImportBatch
from scrutiny.minutes.models import Correction
from scrutiny.publication.models import SitePage
from scrutiny.reports.models import Body, SectionChart
from scrutiny.workflow.models import State
from tests.dashboards.board import make_board
from tests.factories import (
    make_meeting,
    make_minutes,
    make_office,
    make_release,
    make_report,
    make_request,
    make_section,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def home(client, user):
    client.force_login(user)
    return client.get(reverse("desk")).content.decode()


def test_a_new_person_is_welcomed_and_told_what_will_stand_here(client):
    assert "What you last worked on will stand here" in home(client, make_user(name="Nina New"))


def test_continue_leads_back_to_the_last_thing_worked_on(client):
    user = make_user()
    left_off(
        user,
        title="Minutes of 8 January, item 5",
        excerpt="The last sentence.",
        address="/desk/minutes/items/7/#entry-9",
    )
    page = home(client, user)
    assert "Minutes of 8 January, item 5" in page
    assert 'href="/desk/minutes/items/7/#entry-9"' in page


def test_a_late_paper_stands_first_for_the_force(client):
    meeting = make_meeting(date=today() + 20 * DAY)
    make_request(meeting=meeting, what="Paper in good time", due=today() + 5 * DAY)
    make_request(meeting=meeting, what="Paper that is late", due=today() - 2 * DAY)
    page = home(client, make_user(Role.FORCE))
    assert page.index("Paper that is late") < page.index("Paper in good time")
    assert "Late since" in page


def test_the_force_sees_nothing_that_was_asked_of_the_office(client):
    make_request(meeting=make_meeting(date=today() + 20 * DAY), what="The office’s own paper", asked_of=Body.OFFICE)
    assert "The office’s own paper" not in home(client, make_user(Role.FORCE))


def test_a_report_in_review_waits_for_the_offices_signature(client):
    make_report(subject="Report to sign", state=State.IN_REVIEW)
    assert "Report to sign" in home(client, make_user(Role.GOVERNANCE))
    assert "Report to sign" in home(client, make_user(Role.COMMISSIONER))
    assert "Report to sign" not in home(client, make_user(Role.ANALYST))


def test_a_person_who_administers_only_is_not_offered_a_meeting_to_copy(client):
    page = home(client, make_user(Role.ADMINISTRATOR))
    assert "Copy a meeting" not in page
    assert "Add an account" in page


@pytest.mark.parametrize("role", list(Role))
def test_home_costs_at_most_thirteen_queries(client, role, django_assert_max_num_queries):
    make_office()
    for number in range(5):
        meeting = make_meeting(date=today() + (number + 1) * DAY)
        make_request(meeting=meeting)
        make_report(meeting=meeting, state=State.IN_REVIEW)
        make_meeting(date=today() - (number + 1) * DAY)
    client.force_login(make_user(role))
    with django_assert_max_num_queries(13):
        assert client.get(reverse("desk")).status_code == 200


# --- what the public does not read yet ---------------------------------------------------------------------------------


def test_approved_minutes_that_are_not_public_wait_for_the_officer(client):
    make_office()
    minutes = make_minutes(state=State.SIGNED)
    page = home(client, make_user(Role.GOVERNANCE))
    assert reverse("publish", args=["minutes", minutes.pk]) in page
    assert "Approved, not published yet" in page
    assert "Approved, not published yet" not in home(client, make_user(Role.ANALYST))


def test_minutes_of_a_meeting_that_is_not_public_go_out_with_it(client):
    make_office()
    minutes = make_minutes(state=State.SIGNED)
    type(minutes.meeting).objects.update(agenda_set_at=timezone.now())
    page = home(client, make_user(Role.GOVERNANCE))
    assert reverse("publish", args=["meeting", minutes.meeting_id]) in page


def test_a_page_of_the_site_comes_back_on_its_day(client):
    make_office()
    SitePage.objects.create(title="Complaints policy", slug="complaints", review_on=today() - DAY)
    SitePage.objects.create(title="Fees", slug="fees", review_on=today() + DAY)
    page = home(client, make_user(Role.GOVERNANCE))
    assert "Complaints policy" in page
    assert "Fees" not in page


# --- next things of analyst, grants officer and force ------------------------------------------------------------------


def test_news_that_did_not_go_out_at_its_minute_is_to_be_mended(client):
    late = {"embargo_until": timezone.now() - DAY, "approved_by": make_user(Role.COMMISSIONER)}
    make_release(headline="Vans in the valley", trouble="The checks found: a name.", **late)
    make_release(headline="Buses in the valley", **late)
    page = home(client, make_user())
    assert "Vans in the valley" in page and "It did not go out at its minute." in page
    assert "Buses in the valley" not in page
    assert "Vans in the valley" not in home(client, make_user(Role.FORCE))


def test_the_analyst_is_told_what_is_late_to_be_looked_through_and_to_be_confirmed(client):
    board = make_board()
    ImportBatch.objects.create(name="January.csv", source="The force", sha256="0" * 64, known_on=today())
    report = make_report(subject="Delivery Quarterly", kind="quarterly", quarter_start=datetime.date(2018, 1, 1))
    section = make_section(report)
    SectionChart.objects.create(
        section=section, indicator=board.indicators[0], area=board.area, known_on=today(), data={}
    )
    page = home(client, make_user(Role.ANALYST))
    for words in ("1 figure is late", "January.csv", "Recorded crimes", "Delivery Quarterly"):
        assert words in page, words
    assert "January.csv" not in home(client, make_user(Role.GRANTS))


def test_the_grants_officer_is_told_of_documents_that_the_register_does_not_agree_with(client):
    make_board()
    page = home(client, make_user(Role.GRANTS))
    assert "Safer Communities Fund: £50,000 stated, £0 listed" in page
    assert "Safer Communities Fund: £36,343 stated, £0 listed" in page
    assert "£36,343" not in home(client, make_user(Role.ANALYST))


def test_the_force_is_asked_to_confirm_corrections_of_its_own_papers_only(client):
    board = make_board()
    Correction.objects.update(status=Correction.Status.PROPOSED, confirmed_at=None)
    force = make_user(Role.FORCE)
    assert "Recorded crimes" not in home(client, force)
    Correction.objects.update(report=board.report)
    assert "Recorded crimes: 127 became 176" in home(client, force)
