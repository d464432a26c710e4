"""One's own reminders: the page, and the link in a mail that ends them without a sign-in."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.operations import lines_about
from opcc_portal.office.dates import today
from scrutiny.reminders.choice import choose, stop_token, wants_digest
from scrutiny.reminders.models import ReminderChoice
from tests.factories import make_office, make_recommendation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def office():
    return make_office()


@pytest.fixture
def user(client):
    user = make_user(Role.GOVERNANCE)
    client.force_login(user)
    return user


def stop(user):
    return reverse("reminders-stop", args=[stop_token(user)])


def test_the_page_says_what_the_next_one_would_tell_and_stops_it(client, user):
    address = reverse("reminders")
    assert "Nothing new." in client.get(address).content.decode()
    found = make_recommendation(due=today() - datetime.timedelta(days=1))
    page = client.get(address).content.decode()
    assert found.get_absolute_url() in page
    assert user.email in page
    assert address in client.get(reverse("desk")).content.decode()  # under one's account
    for wants, words in (("no", "No digest is mailed to you."), ("yes", "The digest comes to")):
        assert words in client.post(address, {"digest": wants}, follow=True).content.decode()
        assert wants_digest(user) == (wants == "yes")
    acts = [line.act for line in lines_about(user)]
    assert acts == ["Daily digest wanted again", "Daily digest stopped"]


def test_a_mail_is_stopped_without_signing_in(user):
    anybody = Client(enforce_csrf_checks=True)  # as a mail program sends it
    asked = anybody.get(stop(user))
    assert "Stop the daily digest?" in asked.content.decode()
    assert user.name not in asked.content.decode()
    assert wants_digest(user)  # a link that is only followed ends nothing
    done = anybody.post(stop(user), {"List-Unsubscribe": "One-Click"})
    assert (done.status_code, wants_digest(user)) == (200, False)
    assert "No more digests will come" in done.content.decode()
    assert anybody.post(stop(user)).status_code == 200
    assert ReminderChoice.objects.count() == 1


def test_a_link_that_the_portal_did_not_sign_ends_nothing(user):
    other = make_user()
    number, _, signature = stop_token(user).partition(":")
    for token in (f"{other.pk}:{signature}", number, f"{number}:", "x", "9" * 400, f"{number}:{signature}x", "1:%00"):
        address = reverse("reminders-stop", args=[token])
        assert "This link does not work" in Client().get(address).content.decode(), token
        assert Client().post(address).status_code == 404
    assert not ReminderChoice.objects.exists()


def test_the_page_of_the_link_is_kept_nowhere(user):
    answer = Client().get(stop(user))
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_choosing_twice_is_once(user):
    choose(user, wants=True, by=user)
    assert not ReminderChoice.objects.exists()
    for _ in range(2):
        choose(user, wants=False, by=user)
    assert len(lines_about(user)) == 1
