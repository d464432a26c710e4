"""What somebody from the force sees and may do: their part of papers asked of the force, and what they are to check."""

import uuid

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from scrutiny.reports.models import Body, JointReport
from scrutiny.workflow.operations import name_checker
from tests.factories import make_attachment, make_office, make_report, make_request, make_section, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def force(client):
    make_office()
    user = make_user(Role.FORCE, name="Fred Force")
    client.force_login(user)
    return user


@pytest.fixture
def asked():
    """A report that the force was asked for, with a section for each body."""
    report = make_report(subject="Asked of the force")
    make_section(report, heading="Ours", written_by=Body.FORCE)
    make_section(report, heading="Theirs", written_by=Body.OFFICE)
    make_request(report=report)
    return report


@pytest.fixture
def foreign():
    """A report that the force has nothing to do with."""
    report = make_report(subject="Nothing to do with the force")
    make_section(report, written_by=Body.FORCE)
    return report


def written(section, body):
    return {"heading": section.heading, "body": body, "base_version": section.version, "save_id": uuid.uuid4()}


def test_the_force_lists_only_reports_asked_of_it_or_to_check(client, force, asked, foreign):
    checked = make_report(subject="To be checked")
    name_checker(checked, user=force, by=make_user())
    page = client.get(reverse("reports")).content.decode()
    assert "Asked of the force" in page
    assert "To be checked" in page
    assert "Nothing to do with the force" not in page


def test_the_force_reads_its_report_and_no_other(client, force, asked, foreign):
    for name in ("report", "report-preview"):
        assert client.get(reverse(name, args=[asked.pk])).status_code == 200
        assert client.get(reverse(name, args=[foreign.pk])).status_code == 403
    assert client.get(reverse("report-pdf", args=[foreign.pk])).status_code == 403


def test_the_force_writes_its_own_section(client, force, asked):
    ours = asked.live_sections()[0]
    assert client.post(ours.get_absolute_url(), written(ours, "<p>From the force.</p>")).status_code == 302
    ours.refresh_from_db()
    assert (ours.body, ours.changed_by) == ("<p>From the force.</p>", force)


def test_the_force_cannot_write_the_offices_section(client, force, asked):
    theirs = asked.live_sections()[1]
    assert client.get(theirs.get_absolute_url()).status_code == 403
    assert client.post(theirs.get_absolute_url(), written(theirs, "<p>No.</p>")).status_code == 403
    theirs.refresh_from_db()
    assert "No." not in theirs.body


def test_the_force_cannot_write_in_a_report_it_was_not_asked_for(client, force, foreign):
    section = foreign.live_sections()[0]
    assert client.post(section.get_absolute_url(), written(section, "<p>No.</p>")).status_code == 403


def test_a_checker_reads_and_comments_and_writes_nothing(client, force, foreign):
    name_checker(foreign, user=force, by=make_user())
    section = foreign.live_sections()[0]
    assert client.get(foreign.get_absolute_url()).status_code == 200
    assert client.post(section.get_absolute_url(), written(section, "<p>No.</p>")).status_code == 403
    assert client.get(reverse("attachment-add", args=[foreign.pk])).status_code == 403
    client.post(reverse("report-comment", args=[foreign.pk]), {"text": "Please add a date.", "about": section.uid})
    said = foreign.comments.get()
    assert (said.text, said.by, said.piece) == ("Please add a date.", force, section.uid)
    assert "Please add a date." in client.get(foreign.get_absolute_url()).content.decode()


def test_the_force_does_not_comment_where_it_was_not_named_as_checker(client, force, asked):
    page = client.get(asked.get_absolute_url()).content.decode()
    assert "Add a comment" not in page
    assert client.post(reverse("report-comment", args=[asked.pk]), {"text": "Hello."}).status_code == 403
    assert not asked.comments.exists()


def test_the_force_cannot_hand_its_section_to_the_office_or_make_it_a_recommendation(client, force, asked):
    ours = asked.live_sections()[0]
    client.post(ours.get_absolute_url(), written(ours, "<p>x</p>") | {"written_by": "office", "kind": "recommendation"})
    ours.refresh_from_db()
    assert (ours.written_by, ours.kind) == (Body.FORCE, "text")


def test_what_the_force_may_not_do_with_its_own_report(client, force, asked):
    ours, held = asked.live_sections()[0], make_attachment(asked)
    for address in [
        reverse("report-heading", args=[asked.pk]),
        reverse("report-delete", args=[asked.pk]),
        reverse("section-add", args=[asked.pk]),
        reverse("section-move", args=[ours.pk]),
        reverse("section-delete", args=[ours.pk]),
        reverse("attachment-delete", args=[held.pk]),
        reverse("checker-add", args=[asked.pk]),
        reverse("report-review", args=[asked.pk]),
        reverse("report-add"),
    ]:
        assert client.post(address).status_code == 403, address
    assert JointReport.objects.filter(pk=asked.pk).exists()


def test_the_force_brings_a_file_that_is_missing_and_leaves_others_alone(client, force, asked, tmp_path):
    missing = make_attachment(asked, title="Figures of the force")
    assert client.get(reverse("attachment-edit", args=[missing.pk])).status_code == 200
    foreign = make_attachment(make_report())
    assert client.get(reverse("attachment-edit", args=[foreign.pk])).status_code == 403


def test_a_withdrawn_request_takes_the_report_out_of_the_forces_sight(client, force, asked):
    asked.requests.update(withdrawn_at="2026-01-01T00:00Z")
    assert client.get(asked.get_absolute_url()).status_code == 403
    assert "Asked of the force" not in client.get(reverse("reports")).content.decode()


def test_an_account_with_a_second_role_writes_no_more_than_the_force(client, asked):
    make_office()
    client.force_login(make_user(roles=[Role.FORCE, Role.ANALYST]))
    theirs = asked.live_sections()[1]
    assert client.get(asked.get_absolute_url()).status_code == 200
    assert client.post(theirs.get_absolute_url(), written(theirs, "<p>No.</p>")).status_code == 403
