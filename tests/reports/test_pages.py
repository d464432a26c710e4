"""The pages of reports: what they show and what they cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.models import Office
from scrutiny.reports import operations
from scrutiny.reports.models import Body, JointReport
from scrutiny.workflow import operations as workflow
from scrutiny.workflow.models import State
from tests.factories import (
    make_attachment,
    make_meeting,
    make_office,
    make_report,
    make_request,
    make_section,
    make_series,
    make_user,
)

pytestmark = pytest.mark.django_db
BUDGET = 12


@pytest.fixture
def officer(client):
    make_office()
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def large():
    """A report of ten sections with attachments, comments, checkers and signatures."""
    report = make_report()
    for number in range(10):
        make_section(report, heading=f"Section {number}", written_by=Body.FORCE, by=make_user())
    for _ in range(3):
        make_attachment(report)
        checker = make_user(Role.FORCE)
        workflow.name_checker(report, user=checker, by=make_user())
        workflow.comment(report, text="See to this.", by=checker)
    make_request(report=report)
    operations.send_for_review(report, by=make_user())
    fresh = JointReport.objects.get(pk=report.pk)
    operations.sign(report, body=Body.OFFICE, seen=fresh.content_hash(), by=make_user())
    operations.add_attachment(report, title="One more", by=make_user())
    return fresh


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        page = client.get(address)
    assert page.status_code == 200
    return [query["sql"] for query in captured]


PAGES = ["report", "report-preview", "report-heading", "report-delete", "section-add", "checker-add", "attachment-add"]


@pytest.mark.parametrize("name", [*PAGES, "report-sign-office", "report-changes", "section-edit", "section-history"])
def test_a_page_of_a_report_with_ten_sections_stays_in_its_budget(client, officer, large, name):
    section = large.sections.first()
    arguments = {
        "section-edit": [section.pk],
        "section-history": [section.pk],
        "report-changes": [large.pk, large.sign_offs.get().pk],
    }
    asked = queries(client, reverse(name, args=arguments.get(name, [large.pk])))
    assert len(asked) <= BUDGET, "\n".join(asked)


@pytest.mark.parametrize("name", ["report", "section-edit"])
def test_the_builder_stays_in_its_budget_for_the_force_too(client, large, name):
    make_office()
    client.force_login(make_user(Role.FORCE))
    asked = queries(client, reverse(name, args=[large.pk if name == "report" else large.sections.first().pk]))
    assert len(asked) <= BUDGET, "\n".join(asked)


def test_the_list_stays_in_its_budget(client, officer):
    for _ in range(25):
        make_request(report=make_report())
    asked = queries(client, reverse("reports"))
    assert len(asked) <= BUDGET, "\n".join(asked)


def test_the_requests_of_a_meeting_stay_in_their_budget(client, officer):
    meeting = make_meeting()
    for _ in range(10):
        make_request(meeting)
    assert len(queries(client, reverse("paper-requests", args=[meeting.pk]))) <= BUDGET


def test_reports_are_narrowed_by_series_state_and_late_papers(client, officer):
    board = make_series("Road Board")
    in_series = make_report(make_meeting(board), subject="Roads")
    in_review = make_report(subject="Rivers")
    JointReport.objects.filter(pk=in_review.pk).update(state=State.IN_REVIEW)
    late = make_report(subject="Railways")
    make_request(report=late, due="2020-01-01")

    def listed(**asked):
        page = client.get(reverse("reports"), asked).context["page"]
        return {report.subject for report in page}

    assert listed() == {"Roads", "Rivers", "Railways"}
    assert listed(series=board.pk) == {"Roads"}
    assert listed(state="in_review") == {"Rivers"}
    assert listed(late="on") == {"Railways"}
    assert listed(series="nonsense") == {"Roads", "Rivers", "Railways"}
    assert in_series.subject == "Roads"


def test_the_builder_says_what_is_still_missing(client, officer):
    report = make_report(sections=["Purpose", "Key information"], bodies=["<p>Why.</p>"])
    make_attachment(report, title="Figures of the force")
    page = client.get(report.get_absolute_url()).content.decode()
    assert "1 section is empty" in page
    assert "nobody has uploaded it" in page
    assert page.count("Not signed") == 2


def test_the_page_shows_the_offices_identity_of_the_reports_day(client, officer):
    Office.objects.all().delete()
    make_office(display_name="Office of the old commissioner", valid_to="2020-12-31")
    make_office(display_name="Office of the mayor", valid_from="2021-01-01")
    report = make_report(make_meeting(date="2018-05-01"), date="2018-05-01")
    page = client.get(reverse("report-preview", args=[report.pk])).content.decode()
    assert "Office of the old commissioner" in page


def test_the_preview_numbers_paragraphs_as_the_paper_does(client, officer):
    report = make_report(sections=["One", "Two"], bodies=["<p>First.</p><p>Second.</p>", "<p>Third.</p>"])
    JointReport.objects.update(numbering="decimal")
    page = client.get(reverse("report-preview", args=[report.pk])).content.decode()
    for number in ("1.1", "1.2", "2.1"):
        assert f'<span class="paragraph-number">{number}</span>' in page


def test_one_main_button_a_page(client, officer, large):
    for name in ("report", "report-preview", "report-heading", "report-sign-office", "section-add", "attachment-add"):
        page = client.get(reverse(name, args=[large.pk])).content.decode()
        main = [tag for tag in page.split("<") if 'class="button"' in tag or 'class="button small"' in tag]
        assert len(main) <= 1, (name, main)


def test_the_phones_list_of_sections_leads_into_the_section(client, officer):
    report = make_report(sections=["One"])
    section = report.live_sections()[0]
    assert client.get(report.get_absolute_url(), {"section": section.pk}).url == section.get_absolute_url()


def test_a_comment_is_settled_by_the_office(client, officer):
    report = make_report()
    said = workflow.comment(report, text="Add a date.", by=make_user())
    client.post(reverse("comment-settle", args=[report.pk, said.pk]))
    assert f"Settled by {officer}" in client.get(report.get_absolute_url()).content.decode()
    elsewhere = make_report()
    assert client.post(reverse("comment-settle", args=[elsewhere.pk, said.pk])).status_code == 404


def test_an_empty_comment_comes_back_with_a_message(client, officer):
    report = make_report()
    page = client.post(reverse("report-comment", args=[report.pk]), {"text": " "})
    assert "Write the comment" in page.content.decode()
    assert not report.comments.exists()


def test_a_checker_is_named_and_dropped(client, officer):
    report, checker = make_report(), make_user(Role.FORCE, name="Chris Checker")
    client.post(reverse("checker-add", args=[report.pk]), {"user": checker.pk})
    assert "Chris Checker" in client.get(report.get_absolute_url()).content.decode()
    client.post(reverse("checker-drop", args=[report.pk, checker.pk]))
    assert not report.has_checker(checker)
