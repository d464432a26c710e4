"""Drafts can be deleted, with a trace; nothing signed or published can."""

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from scrutiny.register.models import Attachment
from scrutiny.reports import operations
from scrutiny.reports.models import JointReport, ReportSection
from scrutiny.workflow.models import State
from tests.factories import make_attachment, make_office, make_report, make_request, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    make_office()
    user = make_user()
    client.force_login(user)
    return user


def test_deleting_asks_first(client, officer):
    report = make_report()
    page = client.get(reverse("report-delete", args=[report.pk])).content.decode()
    assert "Delete the draft" in page
    assert JointReport.objects.exists()


def test_a_deleted_draft_leaves_its_whole_content_in_the_trail(client, officer):
    report = make_report(subject="Never needed", sections=["Key information"], bodies=["<p>176 crimes.</p>"])
    make_attachment(report, title="Figures")
    client.post(reverse("report-delete", args=[report.pk]))
    assert not JointReport.objects.exists()
    assert not Attachment.objects.exists()
    line = AuditLine.objects.filter(act__startswith="Deleted the draft").get()
    assert line.by == officer
    assert line.context == f"scrutiny.meeting:{report.meeting_id}"
    content = line.details["content"]
    assert content["heading"]["subject"] == "Never needed"
    assert content["sections"][0]["body"] == "<p>176 crimes.</p>"
    assert content["attachments"][0]["title"] == "Figures"


def test_a_paper_whose_report_is_deleted_is_waited_for_again(client, officer):
    report = make_report()
    wanted = make_request(report=report)
    operations.hand_in(wanted, by=officer)
    operations.delete_report(report, by=officer)
    wanted.refresh_from_db()
    assert (wanted.report, wanted.delivered_at, wanted.delivered_by) == (None, None, None)


@pytest.mark.parametrize("state", [State.SIGNED, State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN])
def test_what_was_signed_or_published_stays(client, officer, state):
    report = make_report(sections=["Key information"])
    JointReport.objects.filter(pk=report.pk).update(state=state)
    page = client.post(reverse("report-delete", args=[report.pk]), follow=True)
    assert page.status_code == 200
    assert "cannot be" in page.content.decode()
    assert JointReport.objects.filter(pk=report.pk).exists()
    assert ReportSection.objects.filter(report=report).exists()
    assert not AuditLine.objects.filter(act__startswith="Deleted").exists()


@pytest.mark.parametrize("role", [Role.FORCE, Role.ANALYST, Role.COMMISSIONER, Role.ADMINISTRATOR])
def test_only_the_governance_officer_deletes(client, role):
    make_office()
    client.force_login(make_user(role))
    report = make_report()
    make_request(report=report)
    assert client.post(reverse("report-delete", args=[report.pk])).status_code == 403
    assert JointReport.objects.exists()


def test_saving_into_a_report_that_was_deleted_meanwhile_says_so(officer):
    report = make_report(sections=["One"])
    operations.delete_report(report, by=officer)
    with pytest.raises(operations.NotPossible, match="has been deleted"):
        operations.send_for_review(report, by=officer)
