"""Taking something back, bringing it back, giving it another address, and what its history says."""

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from scrutiny.publication import operations
from scrutiny.publication.models import PublicSearchEntry
from scrutiny.workflow.models import Edition, FormerAddress, Publication, State
from scrutiny.workflow.operations import NotPossible
from tests.factories import make_office, make_user
from tests.publication import desk

pytestmark = pytest.mark.django_db
WHY = "It named a supplier by mistake."


@pytest.fixture
def gate(monkeypatch):
    return desk.stand_in(monkeypatch)


@pytest.fixture
def officer(client):
    make_office()
    officer = make_user(Role.GOVERNANCE)
    client.force_login(officer)
    return officer


@pytest.fixture
def policy(officer, gate):
    policy = desk.make_page(by=officer)
    desk.publish(policy, by=officer)
    policy.refresh_from_db()
    return policy


def text(response):
    return response.content.decode()


def address(name, record):
    return reverse(name, args=["page", record.pk])


def test_a_withdrawal_needs_the_reason_that_the_public_reads(client, policy):
    html = text(client.get(address("publish-withdraw", policy)))
    assert "What the public will see" in html
    refused = client.post(address("publish-withdraw", policy), {"reason": "  "})
    assert "Say why it is withdrawn." in text(refused)
    assert not Publication.objects.get().is_withdrawn


def test_what_is_withdrawn_leaves_lists_and_search_and_keeps_its_editions(client, policy, officer):
    assert PublicSearchEntry.objects.exists()
    client.post(address("publish-withdraw", policy), {"reason": WHY})
    publication = Publication.objects.get()
    assert (publication.withdrawn_reason, publication.withdrawn_by) == (WHY, officer)
    assert not PublicSearchEntry.objects.exists()
    assert Edition.objects.count() == 1
    policy.refresh_from_db()
    assert policy.state == State.WITHDRAWN
    html = text(client.get(address("publish-history", policy)))
    assert WHY in html


def test_withdrawn_twice_it_keeps_the_first_reason(policy, officer):
    publication = Publication.objects.get()
    operations.withdraw_publication(publication, reason=WHY, by=officer)
    operations.withdraw_publication(publication, reason="Another.", by=officer)
    assert Publication.objects.get().withdrawn_reason == WHY


def test_what_was_withdrawn_comes_back_as_the_next_version(client, policy, officer):
    operations.withdraw_publication(Publication.objects.get(), reason=WHY, by=officer)
    page = client.get(desk.check_url(policy))
    assert WHY in text(page)
    client.post(desk.check_url(policy), {"seen": page.context["form"]["seen"].value(), "note_1": "Without the name."})
    publication = Publication.objects.select_related("current").get()
    assert (publication.is_withdrawn, publication.current.version) == (False, "1.1")
    policy.refresh_from_db()
    assert policy.state == State.PUBLISHED


def test_a_new_address_keeps_the_former_one(client, policy):
    answer = client.post(address("publish-address", policy), {"slug": "how-to-complain"}, follow=True)
    assert "/documents/how-to-complain/" in text(answer)
    assert Publication.objects.get().path == "documents/how-to-complain"
    assert FormerAddress.objects.get().path == "documents/complaints"
    assert PublicSearchEntry.objects.get().url == "/documents/how-to-complain/"


def test_an_address_that_is_or_was_somebody_elses_is_refused(client, policy, officer):
    other = desk.make_page(by=officer, slug="other", title="Another policy")
    desk.publish(other, by=officer)
    answer = client.post(address("publish-address", policy), {"slug": "other"})
    assert "Something else is or was published at this address." in text(answer)
    assert Publication.objects.filter(path="documents/complaints").exists()


@pytest.mark.parametrize("slug", ["", "Has Spaces", "a/b", "GROSS", "../up"])
def test_an_address_is_made_of_small_letters_numbers_and_hyphens(client, policy, slug):
    client.post(address("publish-address", policy), {"slug": slug})
    assert Publication.objects.get().path == "documents/complaints"


def test_addresses_that_the_law_or_the_meeting_fixes_are_not_chosen(client, officer, gate):
    contact = desk.make_page(by=officer, slug="contact", title="Contact")
    desk.publish(contact, by=officer)
    publication = Publication.objects.get()
    assert publication.path == "contact"
    with pytest.raises(NotPossible):
        operations.move_publication(publication, slug="write-to-us", by=officer)
    assert client.get(address("publish-address", contact)).status_code == 302


def test_what_stands_below_an_address_moves_along(policy, officer):
    below = desk.make_page(by=officer, slug="appendix", title="Appendix")
    desk.publish(below, by=officer)
    Publication.objects.filter(path="documents/appendix").update(path="documents/complaints/appendix")
    operations.move_publication(Publication.objects.get(path="documents/complaints"), slug="new", by=officer)
    assert set(Publication.objects.values_list("path", flat=True)) == {"documents/new", "documents/new/appendix"}
    assert set(FormerAddress.objects.values_list("path", flat=True)) == {
        "documents/complaints",
        "documents/complaints/appendix",
    }


def test_the_history_tells_every_version_with_what_was_checked(client, policy, officer, gate):
    desk.write(policy, by=officer, body="<p>Another text.</p>")
    desk.publish(policy, by=officer, notes="The text is new.")
    html = text(client.get(address("publish-history", policy)))
    assert "2 versions, frozen." in html
    assert "The text is new." in html
    assert "No restricted text" in html
    for edition in Edition.objects.all():
        assert edition.content_hash in html
        assert edition.chain in html


def test_only_governance_withdraws_and_moves(client, policy):
    client.force_login(make_user(Role.COMMISSIONER))
    assert client.get(address("publish-history", policy)).status_code == 200
    for name in ("publish-withdraw", "publish-address"):
        assert client.get(address(name, policy)).status_code == 403
        assert client.post(address(name, policy), {"reason": WHY, "slug": "new"}).status_code == 403
    assert not Publication.objects.get().is_withdrawn


def test_nothing_published_has_a_history_that_says_so(client, officer, gate):
    page = desk.make_page(by=officer)
    assert "Nothing has been published yet." in text(client.get(address("publish-history", page)))
    for name in ("publish-withdraw", "publish-address"):
        assert client.get(address(name, page)).status_code == 302
