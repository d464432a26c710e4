"""The page on which people watch long work."""

import pytest
from django.urls import reverse
from django.utils import timezone

from opcc_portal.accounts.capabilities import Role
from opcc_portal.jobs.models import Job
from opcc_portal.jobs.operations import start
from tests.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.factories import make_office, make_user
from tests.jobs import kinds

pytestmark = pytest.mark.django_db


def running(by, **fields):
    """A job that is being worked on."""
    ordinary = {"kind": "test_add", "code": kinds.__name__, "title": "Adding up", "key": "add:1", "state": "running"}
    ordinary |= {"done": 3, "total": 12, "message": "Item 3 of 12", "attempts": 1, "started_at": timezone.now()}
    ordinary |= {"lease_until": timezone.now() + timezone.timedelta(minutes=3)}
    job = Job.objects.create(by=by, **{**ordinary, **fields})
    job.asked_by.add(by)
    return job


@pytest.fixture
def person():
    """Somebody of the force, who sees only what she asked for herself."""
    make_office()
    return make_user(Role.FORCE)


def test_the_page_says_how_far_the_work_is_and_looks_again_without_script(
    client, person, django_assert_max_num_queries
):
    client.force_login(person, backend="opcc_portal.accounts.backends.NameOrEmailBackend")
    job = running(person)
    with django_assert_max_num_queries(12):
        html = client.get(job.get_absolute_url()).content.decode()
    assert "Adding up" in html
    assert "Item 3 of 12" in html
    assert 'value="3" max="12"' in html
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in html


def test_done_work_leads_to_its_result(client, person):
    client.force_login(person, backend="opcc_portal.accounts.backends.NameOrEmailBackend")
    job = start("test_add", "add:1", person, {"a": 1, "b": 2, "url": "/desk/meetings/"})
    assert client.get(job.get_absolute_url()).url == "/desk/meetings/"


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_result_never_leads_out_of_the_portal(client, person, address):
    client.force_login(person, backend="opcc_portal.accounts.backends.NameOrEmailBackend")
    job = start("test_add", "add:1", person, {"a": 1, "b": 2, "url": address})
    response = client.get(job.get_absolute_url())
    assert response.status_code == 200
    assert "evil" not in response.content.decode()


def test_a_result_may_wait_for_a_click(client, person):
    client.force_login(person, backend="opcc_portal.accounts.backends.NameOrEmailBackend")
    result = {"url": "/desk/papers/1.pdf", "title": "Download the agenda (PDF, 370 KB)", "stay": True}
    job = running(person, state="done", result=result, finished_at=timezone.now(), lease_until=None)
    html = client.get(job.get_absolute_url()).content.decode()
    assert '<a class="button" href="/desk/papers/1.pdf">Download the agenda (PDF, 370 KB)</a>' in html
    assert "http-equiv" not in html


def test_failed_work_says_why_and_can_be_tried_again(client, person):
    client.force_login(person, backend="opcc_portal.accounts.backends.NameOrEmailBackend")
    kinds.ran.clear()
    job = start("test_refuse", "refuse:1", person)
    html = client.get(job.get_absolute_url()).content.decode()
    assert "Item 5 has a table that is too wide. Split it." in html
    assert client.get(reverse("job-again", args=[job.pk])).status_code == 405
    assert client.post(reverse("job-again", args=[job.pk])).url == job.get_absolute_url()
    assert len(kinds.ran) == 2


def test_trying_again_does_not_touch_work_that_is_done(client, person):
    client.force_login(person, backend="opcc_portal.accounts.backends.NameOrEmailBackend")
    kinds.ran.clear()
    job = start("test_add", "add:1", person, {"a": 1, "b": 2})
    client.post(reverse("job-again", args=[job.pk]))
    assert len(kinds.ran) == 1


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.FORCE, 403), (Role.ANALYST, 403), (Role.GOVERNANCE, 200), (Role.ADMINISTRATOR, 200)],
)
def test_other_peoples_work_is_seen_by_those_who_look_after_the_portal(client, person, role, status):
    job = running(person)
    client.force_login(make_user(role), backend="opcc_portal.accounts.backends.NameOrEmailBackend")
    assert client.get(job.get_absolute_url()).status_code == status
    assert client.post(reverse("job-again", args=[job.pk])).status_code == {200: 302}.get(status, status)


def test_nobody_sees_work_without_signing_in(client, person):
    assert "/sign-in/" in client.get(running(person).get_absolute_url()).url


@pytest.mark.django_db(transaction=True)
def test_the_bar_moves_and_the_page_goes_on_by_itself(page, base_url):
    make_office()
    person = make_user(Role.GOVERNANCE)
    sign_in(page, person)
    job = running(person, result={"url": "/healthz"})
    page.goto(job.get_absolute_url())
    assert page.get_by_text("Item 3 of 12").is_visible()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    Job.objects.filter(pk=job.pk).update(done=7, message="Item 7 of 12")
    page.get_by_text("Item 7 of 12").wait_for()
    assert page.evaluate("document.querySelector('progress').value") == 7
    Job.objects.filter(pk=job.pk).update(state="done", finished_at=timezone.now(), lease_until=None)
    page.wait_for_url("**/healthz")


@pytest.mark.django_db(transaction=True)
def test_the_page_of_failed_work_is_accessible(page, base_url):
    make_office()
    person = make_user(Role.GOVERNANCE)
    sign_in(page, person)
    page.goto(start("test_refuse", "refuse:1", person).get_absolute_url())
    assert page.get_by_role("button", name="Try again").is_visible()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
