"""The page before the act: what was checked, what must be fixed or explained, what will come out, and publishing it."""

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.jobs import worker
from opcc_portal.jobs.models import Job
from scrutiny.publication import making
from scrutiny.publication.models import Acceptance, Candidate
from scrutiny.workflow.models import Edition, Publication, State
from tests.factories import make_office, make_user
from tests.publication import desk

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


@pytest.fixture
def policy(officer):
    return desk.make_page(by=officer)


def text(response):
    return response.content.decode()


def press_publish(client, page, **fields):
    seen = client.get(desk.check_url(page)).context["form"]["seen"].value()
    return client.post(desk.check_url(page), {"seen": seen, **fields})


def test_a_page_in_order_can_be_published_at_once(client, gate, policy):
    html = text(client.get(desk.check_url(policy)))
    assert "<h1>Ready to publish</h1>" in html
    assert "2 checks passed" in html
    assert "/documents/complaints/" in html
    assert "1.0, first" in html
    assert '<button class="button">Publish</button>' in html


def test_what_must_be_fixed_and_what_explained_is_counted_in_the_headline(client, gate, policy):
    gate.findings = [desk.here(), desk.totals()]
    html = text(client.get(desk.check_url(policy)))
    assert "<h1>Almost ready: 1 thing to fix, 1 to explain</h1>" in html
    assert "It can be read here." in html
    assert '<a href="/desk/meetings/">Go to the text</a>' in html
    assert "Publishing opens when 1 thing is fixed and 1 thing is explained." in html
    assert '<button class="button">Publish</button>' not in html


def test_it_is_checked_once_while_nothing_changes(client, gate, policy, officer):
    client.get(desk.check_url(policy))
    client.get(desk.check_url(policy))
    assert gate.asked == 1
    desk.write(policy, by=officer, body="<p>How to complain, step by step.</p>")
    client.get(desk.check_url(policy))
    assert gate.asked == 2
    assert Candidate.objects.filter(subject=desk.subject(policy)).count() == 2


def test_it_can_be_checked_again_where_something_else_was_mended(client, gate, policy):
    gate.findings = [desk.here()]
    client.get(desk.check_url(policy))
    gate.rules_hash = lambda bundle: "unchanged"
    client.get(desk.check_url(policy))
    gate.findings = []
    assert "1 thing to fix" in text(client.get(desk.check_url(policy)))
    answer = client.post(desk.check_url(policy), {"again": "1"}, follow=True)
    assert "<h1>Ready to publish</h1>" in text(answer)


def test_a_warning_is_explained_with_name_and_reason(client, gate, policy, officer):
    gate.findings = [warning] = [desk.totals()]
    page = client.get(desk.check_url(policy))
    data = {"explain": warning.fingerprint, "seen": page.context["bundle"].input_hash}
    missing = client.post(desk.check_url(policy), {**data, "reason": " "})
    assert missing.status_code == 422
    assert "Say why it is right to publish." in text(missing)
    assert not Acceptance.objects.exists()

    answer = client.post(desk.check_url(policy), {**data, "reason": desk.SAID}, follow=True)
    assert "<h1>Ready to publish</h1>" in text(answer)
    assert desk.SAID in text(answer)
    assert Acceptance.objects.get().by == officer


def test_an_error_cannot_be_explained_away(client, gate, policy):
    gate.findings = [error] = [desk.here()]
    page = client.get(desk.check_url(policy))
    data = {"explain": error.fingerprint, "seen": page.context["bundle"].input_hash, "reason": desk.SAID}
    answer = client.post(desk.check_url(policy), data, follow=True)
    assert "This must be mended." in text(answer)
    assert not Acceptance.objects.exists()


def test_publishing_leads_to_the_public_address(client, gate, policy, officer):
    answer = press_publish(client, policy)
    assert answer.url == desk.check_url(policy)
    html = text(client.get(answer.url))
    assert "<h1>Published</h1>" in html
    assert '<a href="/documents/complaints/">' in html
    edition = Edition.objects.get()
    assert (edition.version, edition.published_by) == ("1.0", officer)
    policy.refresh_from_db()
    assert policy.state == State.PUBLISHED


def test_pressed_twice_it_is_published_once(client, gate, policy):
    seen = client.get(desk.check_url(policy)).context["form"]["seen"].value()
    for _ in range(2):
        client.post(desk.check_url(policy), {"seen": seen})
    assert Edition.objects.count() == 1


def test_nothing_is_published_that_was_changed_since_it_was_checked(client, gate, policy, officer):
    seen = client.get(desk.check_url(policy)).context["form"]["seen"].value()
    desk.write(policy, by=officer, body="<p>Something else.</p>")
    answer = client.post(desk.check_url(policy), {"seen": seen})
    assert answer.status_code == 409
    assert "Something has changed since this was checked." in text(answer)
    assert not Edition.objects.exists()
    # The page shows what it is now, and its button publishes exactly that.
    client.post(desk.check_url(policy), {"seen": answer.context["form"]["seen"].value()})
    assert "Something else." in Edition.objects.get().html


def test_what_is_edited_while_it_is_being_published_stays_unpublished(client, gate, policy, officer):
    seen = client.get(desk.check_url(policy)).context["form"]["seen"].value()
    looked = gate.examine

    def examine(*args, **kwargs):
        desk.write(policy, by=officer, body="<p>Written in the last second.</p>")
        return looked(*args, **kwargs)

    gate.examine = examine
    answer = client.post(desk.check_url(policy), {"seen": seen})
    assert answer.status_code == 409
    assert "Something has changed since this was checked." in text(answer)
    assert not Edition.objects.exists()


def test_what_the_gate_refuses_at_the_last_moment_stays_unpublished(client, gate, policy):
    seen = client.get(desk.check_url(policy)).context["form"]["seen"].value()
    gate.is_open = lambda bundle: False
    answer = client.post(desk.check_url(policy), {"seen": seen})
    assert answer.status_code == 409
    assert "Something is still to be fixed or explained." in text(answer)
    assert not Edition.objects.exists()


def test_a_full_disk_is_told_and_publishes_nothing(client, gate, policy, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    seen = client.get(desk.check_url(policy)).context["form"]["seen"].value()
    monkeypatch.setattr("scrutiny.publication.making.publish", full)
    answer = client.post(desk.check_url(policy), {"seen": seen})
    assert "there may be no room left on the disk" in text(answer)
    assert not Edition.objects.exists()


def test_from_the_second_version_on_it_asks_what_has_changed(client, gate, policy, officer):
    desk.publish(policy, by=officer)
    desk.write(policy, by=officer, body="<p>How to complain, step by step.</p>")
    html = text(client.get(desk.check_url(policy)))
    assert "What has changed?" in html
    missing = press_publish(client, policy)
    assert missing.status_code == 422
    assert "Say what has changed since the last version." in text(missing)

    press_publish(client, policy, note_1="The steps are new.")
    newest = Edition.objects.get(minor=1)
    assert newest.change_note == "The steps are new."
    assert Publication.objects.get().current == newest


def test_a_reason_given_while_another_person_edits_is_not_lost_silently(client, gate, policy, officer):
    gate.findings = [desk.totals()]
    answer = client.post(
        desk.check_url(policy), {"explain": "0" * 64, "seen": "of yesterday", "reason": desk.SAID}, follow=True
    )
    assert "This has changed since you opened the page." in text(answer)


def test_only_governance_explains_and_publishes(client, gate, policy):
    client.force_login(make_user(Role.ANALYST))
    page = client.get(desk.check_url(policy))
    assert "Governance officers publish." in text(page)
    assert '<button class="button">Publish</button>' not in text(page)
    assert client.post(desk.check_url(policy), {"seen": page.context["bundle"].input_hash}).status_code == 403
    assert not Edition.objects.exists()


def test_a_page_that_says_nothing_waits_and_says_why(client, gate, officer):
    empty = desk.make_page(by=officer, body="")
    html = text(client.get(desk.check_url(empty)))
    assert "<h1>Not ready to publish</h1>" in html
    assert "The page says nothing yet." in html


def test_unknown_things_are_not_found(client, gate, officer):
    assert client.get(reverse("publish", args=["nothing", 1])).status_code == 404
    assert client.get(reverse("publish", args=["page", 999])).status_code == 404


def test_long_work_is_watched_on_a_page_of_its_own(client, gate, policy, monkeypatch):
    monkeypatch.setattr("opcc_portal.jobs.operations._enqueue", lambda job: None)
    monkeypatch.setattr("scrutiny.publication.desk_views.PATIENCE", 0)
    answer = client.get(desk.check_url(policy))
    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    assert "Checking “Complaints policy”" in text(client.get(answer.url))


def test_work_that_fails_on_its_own_page_leads_back(client, gate, policy, monkeypatch):
    seen = client.get(desk.check_url(policy)).context["form"]["seen"].value()
    with monkeypatch.context() as patched:
        patched.setattr("opcc_portal.jobs.operations._enqueue", lambda job: None)
        patched.setattr("scrutiny.publication.desk_views.PATIENCE", 0)
        watching = client.post(desk.check_url(policy), {"seen": seen}).url
    job = Job.objects.get(kind="publish")
    gate.is_open = lambda bundle: False
    worker.run(job.pk)
    html = text(client.get(watching))
    assert "Something is still to be fixed or explained." in html
    assert f'<a href="{desk.check_url(policy)}">Back to where you were</a>' in html


def test_the_preview_is_the_finished_page_and_kept_from_everybody_else(client, gate, policy, officer):
    html = text(client.get(desk.check_url(policy)))
    where = reverse("publish-preview", args=["page", policy.pk, 0])
    assert where in html
    answer = client.get(where)
    answer = client.get(answer.url) if answer.status_code == 302 else answer
    assert "How to complain." in text(answer)
    assert answer["Cache-Control"] == "private, no-store"
    assert not Edition.objects.exists()
    assert client.get(reverse("publish-preview", args=["page", policy.pk, 7])).status_code == 404
    client.force_login(make_user(Role.FORCE))
    assert client.get(where).status_code == 403


def test_the_list_tells_apart_what_is_ready_and_what_changed_since(
    client, gate, policy, officer, django_assert_max_num_queries
):
    ready = text(client.get(reverse("publishing")))
    assert desk.check_url(policy) in ready.partition("Ready to publish")[2]
    desk.publish(policy, by=officer)
    assert f'href="{desk.check_url(policy)}"' not in text(client.get(reverse("publishing")))
    desk.write(policy, by=officer, body="<p>Another text.</p>")
    with django_assert_max_num_queries(12):
        html = text(client.get(reverse("publishing")))
    assert "Changed since. Version 1.0" in html.partition("Ready to publish")[0]
    assert "/documents/complaints/" in html.partition("Published</h2>")[2]


def test_the_check_page_stays_within_its_queries(client, gate, policy, django_assert_max_num_queries):
    gate.findings = [desk.here(), desk.totals()]
    client.get(desk.check_url(policy))
    with django_assert_max_num_queries(12):
        client.get(desk.check_url(policy))


def test_bundles_are_made_from_the_desk_as_it_is(officer, gate, policy):
    first = making.bundle_of(making.kinds.of(policy), policy).input_hash
    assert making.bundle_of(making.kinds.of(policy), policy).input_hash == first
