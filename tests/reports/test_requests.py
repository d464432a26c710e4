"""Papers asked for: what, from whom, by when; late ones stand out; written here or uploaded."""

import datetime
import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.operations import lines_about
from opcc_portal.office.dates import today
from scrutiny.reports import operations
from scrutiny.reports.models import Body, JointReport, PaperRequest
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import NotPossible
from tests.factories import (
    make_item,
    make_meeting,
    make_office,
    make_organisation,
    make_request,
    make_series,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def officer(client):
    make_office(force_authors="Chief Officer Team")
    user = make_user()
    client.force_login(user)
    return user


def paper(name, content=None):
    if content is None:
        kept, pdf = io.BytesIO(), pikepdf.new()
        pdf.add_blank_page()
        pdf.save(kept)
        content = kept.getvalue()
    return SimpleUploadedFile(name, content)


def test_a_paper_is_asked_for_from_the_meeting(client, officer):
    meeting = make_meeting()
    item = make_item(meeting, title="Knife crime")
    client.post(
        reverse("request-add", args=[meeting.pk]),
        {"what": "Update on knife crime", "item": item.pk, "asked_of": "force", "due": "2 January 2026"},
    )
    request = PaperRequest.objects.get()
    assert (request.what, request.asked_of, request.due) == (
        "Update on knife crime",
        Body.FORCE,
        datetime.date(2026, 1, 2),
    )
    assert "Update on knife crime" in client.get(reverse("paper-requests", args=[meeting.pk])).content.decode()
    assert any("Update on knife crime" in line.act for line in lines_about(meeting))


def test_a_day_that_does_not_exist_is_refused(client, officer):
    meeting = make_meeting()
    page = client.post(
        reverse("request-add", args=[meeting.pk]), {"what": "Update", "asked_of": "force", "due": "31 June 2026"}
    )
    assert "June 2026 has 30 days" in page.content.decode()
    assert not PaperRequest.objects.exists()


def test_late_papers_are_open_ones_whose_day_has_passed():
    late = make_request(due=today() - DAY)
    make_request(due=today())
    make_request(due=today() - DAY, withdrawn_at="2026-01-01T00:00Z")
    make_request(due=today() - DAY, delivered_at="2026-01-01T00:00Z")
    assert list(PaperRequest.objects.late()) == [late]
    assert late.is_late


def test_a_late_paper_stands_out(client, officer):
    late = make_request(due=today() - DAY)
    page = client.get(reverse("paper-requests", args=[late.meeting_id])).content.decode()
    assert '<span class="tag note">Late</span>' in page


def test_writing_here_starts_a_report_with_the_heading_block_filled_in(client, officer):
    series = make_series(heading="SCRUTINY BOARD")
    meeting = make_meeting(series)
    item = make_item(meeting, title="Knife crime")
    wanted = make_request(meeting, item=item)
    page = client.post(reverse("request-write", args=[wanted.pk]))
    report = JointReport.objects.get()
    assert page.url == report.get_absolute_url()
    assert (report.series_heading, report.date, report.subject) == ("SCRUTINY BOARD", meeting.date, "Knife crime")
    assert (report.force_author, report.office_author) == (
        "Chief Officer Team",
        "Office of the Police and Crime Commissioner for Northmoor",
    )
    assert report.item == item
    assert {section.heading for section in report.live_sections() if section.written_by == Body.FORCE} == {
        "Purpose of the report",
        "Key information",
        "Partnership contribution",
    }


def test_writing_here_twice_goes_on_with_the_same_report(client, officer):
    wanted = make_request()
    first = client.post(reverse("request-write", args=[wanted.pk])).url
    assert client.post(reverse("request-write", args=[wanted.pk])).url == first
    assert JointReport.objects.count() == 1


def test_the_force_writes_hands_in_and_the_request_is_delivered(client, officer):
    wanted = make_request(due=today() - DAY)
    force = make_user(Role.FORCE)
    client.force_login(force)
    report_page = client.post(reverse("request-write", args=[wanted.pk])).url
    assert "Hand in" in client.get(report_page).content.decode()
    assert PaperRequest.objects.late().exists()
    client.post(reverse("request-hand-in", args=[wanted.pk]))
    wanted.refresh_from_db()
    assert wanted.delivered_by == force
    assert wanted.report.state == State.IN_REVIEW
    assert not PaperRequest.objects.late().exists()


def test_a_pdf_is_uploaded_as_the_paper(client, officer):
    wanted = make_request(what="Update on knife crime")
    client.post(reverse("paper-request", args=[wanted.pk]), {"file": paper("update.pdf")})
    wanted.refresh_from_db()
    assert wanted.delivered_by == officer
    assert wanted.attachment.kind_and_size.startswith("PDF, ")
    assert wanted.attachment.kind_and_size in client.get(wanted.get_absolute_url()).content.decode()
    answer = client.get(reverse("request-file", args=[wanted.pk]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_a_table_is_no_paper(client, officer):
    wanted = make_request()
    page = client.post(
        reverse("paper-request", args=[wanted.pk]), {"file": paper("data.csv", b"month,crimes\nMay,12\n")}
    )
    assert "A paper must be Word or PDF" in page.content.decode()
    wanted.refresh_from_db()
    assert wanted.delivered_at is None


def test_a_paper_is_delivered_once(officer):
    wanted = make_request(delivered_at="2026-01-01T00:00Z")
    with pytest.raises(NotPossible, match="has been delivered"):
        operations.write_here(wanted, by=officer)


def test_a_withdrawn_request_stays_on_record_and_takes_no_paper(client, officer):
    wanted = make_request(what="No longer needed")
    client.post(reverse("request-withdraw", args=[wanted.pk]))
    page = client.post(reverse("paper-request", args=[wanted.pk]), {"file": paper("update.pdf")}, follow=True)
    assert "has been withdrawn" in page.content.decode()
    assert "Withdrawn" in client.get(reverse("paper-requests", args=[wanted.meeting_id])).content.decode()
    wanted.refresh_from_db()
    assert wanted.attachment is None


def test_the_force_sees_and_delivers_only_what_was_asked_of_it(client, officer):
    ours, theirs = make_request(what="Asked of us"), make_request(what="Asked of the office", asked_of=Body.OFFICE)
    client.force_login(make_user(Role.FORCE))
    page = client.get(reverse("reports")).content.decode()
    assert "Asked of us" in page
    assert "Asked of the office" not in page
    assert client.get(reverse("paper-request", args=[ours.pk])).status_code == 200
    assert client.get(reverse("paper-request", args=[theirs.pk])).status_code == 403
    assert client.post(reverse("request-write", args=[theirs.pk])).status_code == 403
    assert client.post(reverse("request-withdraw", args=[ours.pk])).status_code == 403


def test_a_paper_is_asked_of_the_force_or_of_a_partner_but_not_of_both(client, officer):
    meeting, partner = make_meeting(), make_organisation()
    asked = {"what": "Update", "asked_of": "force", "partner": partner.pk, "due": "2 January 2026"}
    page = client.post(reverse("request-add", args=[meeting.pk]), asked)
    assert "either the force or a partner" in page.content.decode()
    client.post(reverse("request-add", args=[meeting.pk]), asked | {"asked_of": "office"})
    assert PaperRequest.objects.get().asked_of_in_words == partner.name


def test_the_commissioner_reads_what_was_asked_for_and_changes_nothing(client, officer):
    wanted = make_request(what="Update on knife crime")
    client.force_login(make_user(Role.COMMISSIONER))
    page = client.get(reverse("paper-requests", args=[wanted.meeting_id])).content.decode()
    assert "Update on knife crime" in page
    assert "Ask for a paper" not in page
    assert client.get(reverse("request-add", args=[wanted.meeting_id])).status_code == 403
    assert client.post(reverse("request-write", args=[wanted.pk])).status_code == 403


def test_a_paper_asked_for_twice_at_once_is_asked_for_once():
    meeting, officer = make_meeting(), make_user()
    wanted = {"what": "Rural crime", "asked_of": Body.FORCE, "item": None, "partner": None, "due": today()}
    first = operations.ask_for_paper(meeting, by=officer, **wanted)
    assert operations.ask_for_paper(meeting, by=officer, **wanted) == first
    operations.ask_for_paper(meeting, by=officer, **wanted | {"what": "Hate crime"})
    assert meeting.paper_requests.count() == 2
