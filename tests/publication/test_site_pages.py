"""Pages that the office writes itself: adding, writing, conflicts, files, review days, deleting."""

import datetime
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from scrutiny.publication import desk as publication_desk
from scrutiny.publication import operations
from scrutiny.publication.models import SitePage
from scrutiny.register.actions import close
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Edition, Publication, PublicationClass
from tests.factories import (
    make_entry,
    make_item,
    make_meeting,
    make_minuted_item,
    make_office,
    make_restriction,
    make_user,
)
from tests.publication import desk
from tests.publication.editions import common, make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def gate(monkeypatch):
    return desk.stand_in(monkeypatch)


@pytest.fixture
def officer(client):
    make_office()
    officer = make_user(Role.GOVERNANCE)
    client.force_login(officer)
    return officer


def text(response):
    return response.content.decode()


def sent(page, **fields):
    ordinary = {
        "title": page.title,
        "summary": page.summary,
        "body": page.body,
        "base_version": page.version,
        "save_id": uuid.uuid4(),
    }
    return {**ordinary, **fields}


def test_a_page_is_added_and_written(client, officer):
    save_id = uuid.uuid4()
    data = {"title": "Complaints policy", "slug": "Complaints", "save_id": save_id}
    first = client.post(reverse("site-page-add"), data)
    page = SitePage.objects.get()
    assert first.url == reverse("site-page-edit", args=[page.pk])
    assert page.slug == "complaints"
    client.post(reverse("site-page-add"), data)  # sent again by the browser
    assert SitePage.objects.count() == 1

    body = '<h3>How</h3><p>Write to us.</p><script>alert("no")</script>'
    answer = client.post(first.url, sent(page, body=body, review_on="27 March 2027"), follow=True)
    assert "Write to us." in text(answer)
    page.refresh_from_db()
    assert (page.version, str(page.review_on)) == (2, "2027-03-27")
    assert "script" not in page.body


def test_two_pages_cannot_have_one_address(client, officer):
    desk.make_page(by=officer)
    answer = client.post(reverse("site-page-add"), {"title": "Another", "slug": "complaints", "save_id": uuid.uuid4()})
    assert "Another page has this address." in text(answer)


def test_two_people_who_write_at_once_both_keep_their_words(client, officer):
    page = desk.make_page(by=officer)
    older = sent(page, body="<p>Mine.</p>")
    desk.write(page, by=make_user(), body="<p>Theirs.</p>")
    answer = client.post(reverse("site-page-edit", args=[page.pk]), older)
    assert answer.status_code == 409
    assert "Theirs." in text(answer)
    assert "Mine." in text(answer)
    page.refresh_from_db()
    assert page.body == "<p>Theirs.</p>"
    again = answer.context["form"].data
    client.post(reverse("site-page-edit", args=[page.pk]), again)
    page.refresh_from_db()
    assert page.body == "<p>Mine.</p>"


def test_a_document_goes_out_with_its_page(client, officer, gate):
    page = desk.make_page(by=officer)
    file = SimpleUploadedFile("fees.csv", b"what,pounds\ncopy,1\n")
    client.post(reverse("site-page-edit", args=[page.pk]), sent(page, file=file))
    page.refresh_from_db()
    assert page.upload.kind == "csv"
    file = client.get(reverse("site-page-file", args=[page.pk]))
    assert file.getvalue().startswith(b"what,pounds")
    assert "fees.csv" in file["Content-Disposition"]
    assert "Complaints policy (CSV" in text(client.get(desk.check_url(page)))
    desk.publish(page, by=officer)
    assert Edition.objects.get().files[0]["slug"] == "complaints-policy"

    page.refresh_from_db()
    client.post(reverse("site-page-edit", args=[page.pk]), sent(page, remove_file="on"))
    page.refresh_from_db()
    assert page.upload is None


def test_a_file_that_is_refused_keeps_the_words(client, officer):
    page = desk.make_page(by=officer)
    file = SimpleUploadedFile("virus.pdf", b"MZ this is a program")
    answer = client.post(reverse("site-page-edit", args=[page.pk]), sent(page, body="<p>Kept words.</p>", file=file))
    assert answer.status_code == 422
    assert "Kept words." in text(answer)


def test_headings_start_below_the_page_title_and_its_class_is_public(officer, gate):
    policies = PublicationClass.objects.order_by("pk").first() or PublicationClass.objects.create(
        name="Our policies and procedures", slug="policies"
    )
    page = desk.make_page(by=officer, body="<h3>How</h3><p>So.</p><h4>More</h4><p>And so.</p>", scheme_class=policies)
    desk.publish(page, by=officer)
    html = Edition.objects.get().html
    assert "<h2>How</h2>" in html
    assert "<h3>More</h3>" in html
    assert Publication.objects.get().scheme_class == policies


@pytest.mark.parametrize(
    ("slug", "path"),
    [("accessibility", "accessibility"), ("contact", "contact"), ("privacy", "privacy"), ("fees", "documents/fees")],
)
def test_pages_that_every_office_has_stand_at_the_root(officer, gate, slug, path):
    desk.publish(desk.make_page(by=officer, slug=slug), by=officer)
    assert Publication.objects.get().path == path


def test_an_earlier_text_can_be_used_again(client, officer):
    page = desk.make_page(by=officer)
    page = desk.write(page, by=officer, body="<p>A second text.</p>")
    html = text(client.get(reverse("site-page-history", args=[page.pk])))
    assert "How to complain." in html
    form = client.get(f"{reverse('site-page-edit', args=[page.pk])}?version=2").context["form"]
    assert form["body"].value() == "<p>How to complain.</p>"


def test_a_page_that_was_never_public_may_be_deleted_and_frees_its_address(client, officer):
    page = desk.make_page(by=officer)
    client.post(reverse("site-page-delete", args=[page.pk]))
    assert client.get(page.get_absolute_url()).status_code == 404
    assert client.get(desk.check_url(page)).status_code == 404
    assert "How to complain." in text(client.get(reverse("site-page-history", args=[page.pk])))
    desk.make_page(by=officer)


def test_a_page_that_was_public_is_not_deleted(client, officer, gate):
    page = desk.make_page(by=officer)
    desk.publish(page, by=officer)
    answer = client.post(reverse("site-page-delete", args=[page.pk]), follow=True)
    assert "Withdraw it instead." in text(answer)
    assert not SitePage.objects.get().deleted


def test_the_list_says_what_is_out_and_which_needed_pages_are_missing(
    client, officer, gate, django_assert_max_num_queries
):
    page = desk.make_page(by=officer)
    desk.publish(page, by=officer)
    desk.make_page(by=officer, slug="contact", title="Contact")
    with django_assert_max_num_queries(12):
        html = text(client.get(reverse("site-pages")))
    assert "Version 1.0 on" in html
    assert "Not published" in html
    assert "Accessibility statement" in html
    assert "Privacy notice" in html


def test_only_governance_writes_pages(client, officer):
    page = desk.make_page(by=officer)
    client.force_login(make_user(Role.ANALYST))
    assert client.get(page.get_absolute_url()).status_code == 200
    assert client.post(reverse("site-page-edit", args=[page.pk]), sent(page, title="Mine")).status_code == 403


def test_needed_pages_are_drafted_once(officer):
    texts = dict.fromkeys(operations.NEEDED, ("What it is for.", "<p>A text.</p>"))
    assert len(operations.add_needed_pages(texts, by=officer)) == len(operations.NEEDED)
    assert operations.add_needed_pages(texts, by=officer) == []


# --- The register of actions -------------------------------------------------------------------------------------------


def test_the_register_of_actions_waits_for_public_minutes(client, officer, gate):
    make_entry(make_minuted_item(), kind="action", text="Bring the figures.")
    register = operations.actions_register()
    html = text(client.get(desk.check_url(register)))
    assert "No published minutes hold an action yet." in html
    assert "Bring the figures." not in html


@pytest.fixture
def public_action():
    """The entry of an action that published minutes hold."""
    item = make_item(make_meeting(date=datetime.date(2018, 1, 8)))
    entry = make_entry(make_minuted_item(meeting=item.meeting), kind="action", text="Bring the figures.")
    meeting = entry.minuted_item.minutes.meeting
    row = {"uid": str(entry.uid), "reference": "1/1", "text": "Bring the figures, as approved.", "item_slug": "1"}
    content = common(
        meeting={"name": meeting.name, "date": meeting.date.isoformat()},
        items=[],
        actions=[{**row, "owners": "Kit Moor", "due": ""}],
        corrections=[],
        attendance=[],
    )
    make_edition(kind="minutes", path="meetings/2018-01-08-board/minutes", content=content)
    return entry


def register_html(officer):
    desk.publish(operations.actions_register(), by=officer)
    return Edition.objects.filter(kind="actions").first().html


def test_the_register_says_what_became_of_each_action_in_the_words_of_the_minutes(officer, gate, public_action):
    register = operations.actions_register()
    html = register_html(officer)
    assert "Bring the figures, as approved." in html
    assert "Open" in html
    assert 'href="/meetings/2018-01-08-board/minutes/#entry-' in html
    assert publication_desk.actions() == []

    action = type(public_action).objects.get(pk=public_action.pk).action
    close(action, text="Done.", base_version=action.version, meeting=action.meeting, by=officer)
    assert publication_desk.actions()[0].is_changed
    desk.publish(register, by=officer, notes="One action is closed.")
    newest = Edition.objects.filter(kind="actions").first()
    assert (newest.version, newest.content["rows"][0]["is_open"]) == ("1.1", False)
    assert "Closed on" in newest.html


def test_an_action_that_was_restricted_since_is_no_longer_in_the_register(officer, gate, public_action):
    assert kinds.named("actions").why_not(operations.actions_register()) == ""
    make_restriction(public_action)
    assert kinds.named("actions").why_not(operations.actions_register())
