"""Changing one's password, and the way back in for somebody who cannot sign in."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from opcc_portal.accounts.mail import send_password_link
from tests.factories import PASSWORD, make_office, make_user

pytestmark = pytest.mark.django_db
NEW = "seven herons on a weir"


@pytest.fixture(autouse=True)
def office():
    return make_office(display_name="Office of the PCC for “Northmoor” & Dale")


def link_in(message):
    return re.search(r"http://testserver(/\S+)", message.body)[1]


def ask(client, email):
    return client.post("/password/reset/", {"email": email}, follow=True)


def test_changing_the_password_needs_the_present_one_and_the_new_one_twice(client):
    user = make_user()
    client.force_login(user)
    form = {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}
    assert "That is not your present password." in client.post("/password/change/", form).content.decode()
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW + "s"}
    assert "The two new passwords differ." in client.post("/password/change/", form).content.decode()
    form = {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"}
    assert "at least 12 characters" in client.post("/password/change/", form).content.decode()
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post("/password/change/", form).url == reverse("desk")
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_a_changed_password_ends_the_other_sessions(client):
    from django.test import Client

    user, elsewhere = make_user(), Client()
    client.force_login(user)
    elsewhere.force_login(user)
    client.post("/password/change/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})
    assert client.get("/password/change/").status_code == 200
    assert elsewhere.get("/password/change/").status_code == 302


def test_the_mail_is_plain_text_with_the_name_of_the_office_and_its_link_works_once(client):
    user = make_user(username="carla", email="carla@example.org", name="Carla O'Neill")
    ask(client, "Carla@Example.org")
    [message] = mail.outbox
    assert message.to == ["carla@example.org"]
    assert not message.alternatives
    assert "Dear Carla O'Neill," in message.body
    assert "Office of the PCC for “Northmoor” & Dale" in message.body
    assert "Your user name is carla." in message.body

    page = client.get(link_in(message), follow=True)
    assert "Choose a password" in page.content.decode()
    chosen = client.post(page.request["PATH_INFO"], {"new_password1": NEW, "new_password2": NEW}, follow=True)
    assert "Your new password is kept" in chosen.content.decode()
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert "This link no longer works" in client.get(link_in(message), follow=True).content.decode()


def test_the_answer_never_tells_whether_there_is_an_account(client):
    make_user(email="carla@example.org")
    make_user(email="gone@example.org", active=False)
    pages = {ask(client, address).content for address in ("carla@example.org", "gone@example.org", "no@example.org")}
    # The nonce differs from page to page.
    assert len({re.sub(rb'nonce="[^"]*"', b"", page) for page in pages}) == 1
    assert [message.to for message in mail.outbox] == [["carla@example.org"]]


def test_an_account_that_never_had_a_password_can_get_one(client):
    make_user(email="new@example.org", password=None)
    ask(client, "new@example.org")
    assert len(mail.outbox) == 1


def test_a_chosen_password_opens_the_door_that_wrong_ones_closed(client, settings):
    make_user(username="carla", email="carla@example.org")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        client.post("/sign-in/", {"username": "carla", "password": "wrong"})
    ask(client, "carla@example.org")
    page = client.get(link_in(mail.outbox[0]), follow=True)
    client.post(page.request["PATH_INFO"], {"new_password1": NEW, "new_password2": NEW})
    assert client.post("/sign-in/", {"username": "carla", "password": NEW}).status_code == 302


def test_a_made_up_link_says_that_it_does_not_work(client):
    page = client.get("/password/reset/MQ/abc-def/", follow=True)
    assert page.status_code == 200
    assert "This link no longer works" in page.content.decode()


def test_the_welcome_mail_has_words_of_its_own():
    make_user(email="new@example.org", username="newcomer", password=None)
    send_password_link.enqueue(
        email="new@example.org", site="https://portal.example/", office="The office", welcome=True
    )
    [message] = mail.outbox
    assert message.subject == "Your account in the OPCC portal"
    assert "https://portal.example/password/reset/" in message.body
    assert "https://portal.example/sign-in/" in message.body
