"""Signing in and out, and the door that closes after too many wrong passwords."""

import datetime

import pytest
from axes.models import AccessAttempt
from django.urls import reverse
from django.utils import timezone

from tests.factories import PASSWORD, make_office, make_user

pytestmark = pytest.mark.django_db
SIGN_IN = "/sign-in/"


@pytest.fixture(autouse=True)
def office():
    return make_office()


def sign_in(client, name, password=PASSWORD, **more):
    return client.post(SIGN_IN, {"username": name, "password": password, **more})


@pytest.mark.parametrize("typed", ["carla", "CARLA", " carla ", "carla@example.org", "Carla@Example.org"])
def test_user_name_or_e_mail_signs_in_however_it_is_typed(client, typed):
    user = make_user(username="carla", email="carla@example.org")
    assert sign_in(client, typed).status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_wrong_password_says_so_and_keeps_the_name(client):
    make_user(username="carla")
    page = sign_in(client, "carla", "wrong").content.decode()
    assert "That name and password do not go together" in page
    assert 'value="carla"' in page
    assert "There is a problem" in page


def test_an_unknown_name_and_a_closed_account_get_the_same_answer(client):
    make_user(username="closed", active=False)
    answers = {sign_in(client, name).context["form"].errors.as_json() for name in ("closed", "nobody")}
    assert len(answers) == 1


def test_next_leads_on_but_only_within_this_site(client):
    make_user(username="carla")
    assert sign_in(client, "carla", next="/desk/people/").url == "/desk/people/"
    client.logout()
    assert sign_in(client, "carla", next="https://elsewhere.example/").url == reverse("desk")
    client.logout()
    assert sign_in(client, "carla", next="//elsewhere.example/").url == reverse("desk")


def test_a_page_asked_for_without_signing_in_leads_to_sign_in_and_back(client):
    make_user(username="carla")
    asked = client.get("/desk/people/?q=ann")
    assert asked.url == "/sign-in/?next=/desk/people/%3Fq%3Dann"
    assert 'name="next" value="/desk/people/?q=ann"' in client.get(asked.url).content.decode()


def test_whoever_is_signed_in_does_not_see_the_form(client):
    client.force_login(make_user())
    assert client.get(SIGN_IN).url == reverse("desk")


def test_signing_out_takes_a_button_not_a_link(client):
    make_user(username="carla")
    sign_in(client, "carla")
    assert client.get("/sign-out/").status_code == 405
    assert "_auth_user_id" in client.session
    page = client.post("/sign-out/", follow=True)
    assert "You are signed out." in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_closed_account_is_out_at_the_next_request(client):
    user = make_user()
    client.force_login(user)
    assert client.get(reverse("people")).status_code == 200
    user.is_active = False
    user.save()
    assert client.get(reverse("people")).url.startswith(SIGN_IN)


def wrong_passwords(client, settings, name="carla"):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = sign_in(client, name, "wrong")
    return answer


def test_too_many_wrong_passwords_close_the_door_and_say_until_when(client, settings):
    make_user(username="carla")
    answer = wrong_passwords(client, settings)
    assert answer.status_code == 429
    opens = timezone.localtime(timezone.now() + datetime.timedelta(minutes=30))
    times = [f"{opens + datetime.timedelta(minutes=step):%H:%M}" for step in (-1, 0, 1)]
    page = answer.content.decode()
    assert any(f"Try again at {time}" in page for time in times)
    assert 1700 < int(answer["Retry-After"]) <= 1860
    assert sign_in(client, "carla").status_code == 429, "the right password does not open it either"


def test_other_spellings_of_the_name_count_together(client, settings):
    make_user(username="carla", email="carla@example.org")
    spellings = ["carla", "CARLA", "carla@example.org", "Carla@example.ORG", " carla"]
    for number in range(settings.AXES_FAILURE_LIMIT):
        answer = sign_in(client, spellings[number % len(spellings)], "wrong")
    assert answer.status_code == 429


def test_trying_again_while_the_door_is_closed_does_not_keep_it_closed(client, settings):
    make_user(username="carla")
    wrong_passwords(client, settings)
    AccessAttempt.objects.update(attempt_time=timezone.now() - datetime.timedelta(minutes=29))
    assert sign_in(client, "carla").status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - datetime.timedelta(minutes=31))
    assert sign_in(client, "carla").status_code == 302


def test_the_door_is_closed_for_that_name_only(client, settings):
    make_user(username="carla")
    make_user(username="david")
    wrong_passwords(client, settings)
    assert sign_in(client, "david").status_code == 302


def test_the_page_with_the_form_costs_few_queries(client, django_assert_max_num_queries):
    make_user()
    with django_assert_max_num_queries(4):
        client.get(SIGN_IN)


def test_sign_in_refuses_to_stand_in_a_frame_or_a_cache(client):
    make_user()
    page = client.get(SIGN_IN)
    assert page["X-Frame-Options"] == "DENY"
    assert "no-store" in page["Cache-Control"]
