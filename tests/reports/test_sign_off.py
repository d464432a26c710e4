"""Signatures of two bodies, and how an edit reopens them."""

import uuid

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.operations import lines_about
from scrutiny.reports import operations
from scrutiny.reports.models import Body
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import NotPossible
from tests.factories import make_meeting, make_office, make_person, make_report, make_request, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    make_office()
    return make_user(name="Olive Officer")


@pytest.fixture
def report(officer):
    report = make_report(sections=["Purpose", "Key information"], bodies=["<p>Why.</p>", "<p>It began in May.</p>"])
    make_request(report=report)
    return operations.send_for_review(report, by=officer)


def sign(report, body, by=None):
    return operations.sign(report, body=body, seen=fresh(report).content_hash(), by=by or make_user())


def fresh(report):
    return type(report).objects.get(pk=report.pk)


def edit(report, by, text="<p>It began in June.</p>"):
    section = fresh(report).live_sections()[1]
    operations.save_section(section, base_version=section.version, save_id=uuid.uuid4(), changes={"body": text}, by=by)


def test_a_report_is_signed_when_both_bodies_have_signed(report):
    sign(report, Body.FORCE)
    assert fresh(report).state == State.IN_REVIEW
    sign(report, Body.OFFICE)
    assert fresh(report).state == State.SIGNED


def test_a_signature_keeps_the_post_of_the_signer_that_day_and_the_versions_signed(report):
    signer = make_user(Role.COMMISSIONER)
    make_person("Robin Hale", post="Police and Crime Commissioner", account=signer)
    signature = sign(report, Body.OFFICE, by=signer)
    assert signature.by_post == "Police and Crime Commissioner"
    assert signature.section_versions == {str(section.uid): 1 for section in fresh(report).live_sections()}


def test_a_draft_cannot_be_signed(officer):
    draft = make_report()
    with pytest.raises(NotPossible, match="Send it for review"):
        sign(draft, Body.OFFICE)


def test_one_body_signs_a_text_once(report):
    sign(report, Body.OFFICE)
    with pytest.raises(NotPossible, match="already signed"):
        sign(report, Body.OFFICE)


def test_signing_what_has_changed_since_it_was_read_is_refused(client, report, officer):
    client.force_login(officer)
    address = reverse("report-sign-office", args=[report.pk])
    seen = client.get(address).context["seen"]
    edit(report, by=make_user())
    page = client.post(address, {"seen": seen}, follow=True)
    assert "has changed since you opened that page" in page.content.decode()
    assert not report.sign_offs.exists()


def test_an_edit_after_a_signature_reopens_it_visibly(client, report, officer):
    sign(report, Body.FORCE, by=make_user(name="Fred Force"))
    sign(report, Body.OFFICE)
    editor = make_user(name="Edith Editor")
    edit(report, by=editor)
    assert fresh(report).state == State.IN_REVIEW
    reopened = report.sign_offs.get(body=Body.FORCE)
    assert (reopened.reopened_by, reopened.reopened_by_act) == (editor, "changed Key information")
    client.force_login(officer)
    page = client.get(report.get_absolute_url()).content.decode()
    assert "Reopened by Edith Editor" in page
    assert "changed Key information" in page
    assert any(line.act.startswith("Reopened the signature") for line in lines_about(report))


def test_what_changed_since_a_signature_can_be_read(client, report, officer):
    signature = sign(report, Body.FORCE)
    edit(report, by=make_user(name="Edith Editor"))
    client.force_login(officer)
    page = client.get(reverse("report-changes", args=[report.pk, signature.pk])).content.decode()
    assert "May." in page
    assert "<mark>June.</mark>" in page
    assert "2 words new or gone" in page
    assert "Why." not in page


def test_a_reopened_report_can_be_signed_again_and_both_signatures_stay_on_record(report):
    sign(report, Body.OFFICE)
    edit(report, by=make_user())
    sign(report, Body.OFFICE)
    assert [signature.stands for signature in report.sign_offs.all()] == [False, True]


def test_saving_a_section_unchanged_reopens_nothing(report):
    sign(report, Body.OFFICE)
    edit(report, by=make_user(), text="<p>It began in May.</p>")
    assert report.sign_offs.get().stands


def test_every_kind_of_edit_reopens_the_signature(report, officer):
    section = fresh(report).live_sections()[0]
    heading = {name: getattr(report, name) for name in operations.HEADING_FIELDS} | {"subject": "Another subject"}
    held = []
    acts = [
        lambda: operations.change_heading(report, changes=heading, seen=operations.heading_seen(report), by=officer),
        lambda: operations.add_section(
            report, heading="More", kind="text", written_by="office", save_id=uuid.uuid4(), by=officer
        ),
        lambda: operations.move_section(section, up=False, order_version=fresh(report).order_version, by=officer),
        lambda: held.append(operations.add_attachment(report, title="Figures", by=officer)),
        lambda: operations.change_attachment(held[0], by=officer, title="More figures"),
        lambda: operations.remove_attachment(held[0], by=officer),
        lambda: operations.delete_section(section, base_version=1, save_id=uuid.uuid4(), by=officer),
    ]
    for act in acts:
        signature = sign(report, Body.OFFICE)
        act()
        signature.refresh_from_db()
        assert not signature.stands
        assert signature.reopened_by == officer


def test_an_edit_that_fails_reopens_nothing(report):
    sign(report, Body.OFFICE)
    section = fresh(report).live_sections()[0]
    with pytest.raises(operations.saving.Conflict):
        operations.save_section(
            section, base_version=0, save_id=uuid.uuid4(), changes={"body": "<p>New.</p>"}, by=make_user()
        )
    assert report.sign_offs.get().stands


def test_the_force_signs_for_the_force_only(client, report):
    force = make_user(Role.FORCE)
    client.force_login(force)
    for_office = reverse("report-sign-office", args=[report.pk])
    for_force = reverse("report-sign-force", args=[report.pk])
    assert client.get(for_office).status_code == 403
    assert client.post(for_office, {"seen": fresh(report).content_hash()}).status_code == 403
    client.post(for_force, {"seen": client.get(for_force).context["seen"]})
    assert report.sign_offs.get().body == Body.FORCE


def test_an_officer_cannot_sign_for_the_force(client, report, officer):
    client.force_login(officer)
    assert client.get(reverse("report-sign-force", args=[report.pk])).status_code == 403


def test_a_report_is_sent_for_review_once(report, officer):
    with pytest.raises(NotPossible, match="already in review"):
        operations.send_for_review(report, by=officer)


def test_nobody_can_sign_a_published_report(report):
    type(report).objects.filter(pk=report.pk).update(state=State.PUBLISHED)
    with pytest.raises(NotPossible, match="cannot be changed"):
        sign(report, Body.OFFICE)


def test_meeting_trail_names_the_signature(officer):
    meeting = make_meeting()
    report = operations.send_for_review(make_report(meeting=meeting), by=officer)
    sign(report, Body.OFFICE)
    assert any("Signed" in line.act for line in lines_about(meeting))
