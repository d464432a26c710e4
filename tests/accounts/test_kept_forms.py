"""A form sent after the session has ended: nothing of it is lost."""

import json
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from opcc_portal.accounts.kept import KeptForm
from tests.factories import PASSWORD, make_office, make_user

pytestmark = pytest.mark.django_db
GO_ON = "/sign-in/and-go-on/"
# 300 KB with everything that could get lost on the way: markup, quotes, line ends, letters beyond ASCII.
LONG = "".join(f"Line {n}: \"quotes\" & <b>marks</b>, 'single', naïve – £ 🙂\r\n" for n in range(5_600))


@pytest.fixture(autouse=True)
def office():
    return make_office()


@pytest.fixture
def address():
    return reverse("person-add")


def hidden_fields(page, action):
    """The hidden fields of the form with this action, as a browser would send them: [(name, value)]."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', page, re.DOTALL)[1]
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form, re.DOTALL)
    # Reading HTML turns every line end into \n; sending a form turns every one into \r\n.
    return [(unescape(name), re.sub(r"\r\n|\r|\n", "\r\n", unescape(value))) for name, value in found]


def go_on(client, kept, **given):
    return client.post(GO_ON, {"kept": kept, **given})


@pytest.mark.one_database("the form is kept in the page, not in the database")
def test_a_form_of_300_kb_survives_the_end_of_the_session(client, address):
    assert len(LONG.encode()) > 300_000
    make_user(username="carla")
    sent = {"name": "Ann Other", "note": LONG, "post_nominals": ["QPM", "OBE"], "save": "1"}

    signed_out = client.post(address, {**sent, "csrfmiddlewaretoken": "x", "password": "secret"})
    assert signed_out.status_code == 401
    page = signed_out.content.decode()
    assert "You were signed out; your text is kept below" in page
    assert "secret" not in page
    kept = dict(hidden_fields(page, GO_ON))["kept"]

    wrong = go_on(client, kept, username="carla", password="wrong")
    assert wrong.status_code == 401
    assert "do not go together" in wrong.content.decode()
    kept_again = dict(hidden_fields(wrong.content.decode(), GO_ON))["kept"]
    assert json.loads(kept_again) == json.loads(kept)

    signed_in = go_on(client, kept_again, username="carla", password=PASSWORD)
    assert signed_in.status_code == 200
    assert "Signed in. Save your text" in signed_in.content.decode()
    fields = [
        field for field in hidden_fields(signed_in.content.decode(), address) if field[0] != "csrfmiddlewaretoken"
    ]
    expected = [
        ("name", "Ann Other"),
        ("note", LONG),
        ("post_nominals", "QPM"),
        ("post_nominals", "OBE"),
        ("save", "1"),
    ]
    assert sorted(fields) == sorted(expected)
    assert signed_in.content.decode().count('<button class="button"') == 1


def test_sending_it_again_saves_it(client, address):
    make_user(username="carla")
    page = client.post(address, {"name": "Ann Other"}).content.decode()
    kept = dict(hidden_fields(page, GO_ON))["kept"]
    page = go_on(client, kept, username="carla", password=PASSWORD).content.decode()
    saved = client.post(address, dict(hidden_fields(page, address)))
    assert saved.status_code == 302
    assert "Ann Other is listed." in client.get(saved.url).content.decode()


def test_the_whole_way_works_with_csrf_checked(address):
    make_user(username="carla")
    browser = Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get("/sign-in/").content.decode())[1]
    page = browser.post(address, {"name": "Ann Other", "csrfmiddlewaretoken": token}).content.decode()
    fields = dict(hidden_fields(page, GO_ON))
    page = browser.post(GO_ON, {**fields, "username": "carla", "password": PASSWORD}).content.decode()
    saved = browser.post(address, dict(hidden_fields(page, address)))
    assert saved.status_code == 302


def test_the_text_can_be_read_and_copied(client, address):
    page = client.post(
        address, {"body": "<p>First, a thing.</p><ul><li>One &amp; two</li></ul>" + 60 * "<p>x</p>", "q": "short"}
    )
    shown = re.findall(r"<textarea[^>]*readonly>\n(.*?)</textarea>", page.content.decode(), re.DOTALL)
    assert len(shown) == 1
    assert unescape(shown[0]).startswith("First, a thing.\nOne & two\nx\nx")


def test_a_chosen_file_must_be_chosen_again_and_the_page_names_it(client, address):
    page = client.post(address, {"name": "Ann", "file": SimpleUploadedFile("plan.pdf", b"%PDF-")}).content.decode()
    assert "Choose your files again" in page
    assert "plan.pdf" in page


def test_a_button_without_text_can_be_pressed_again(client):
    make_user(username="carla")
    page = client.post("/desk/people/", {"move": "up"}).content.decode()
    assert "What you sent is kept" in page
    kept = dict(hidden_fields(page, GO_ON))["kept"]
    page = go_on(client, kept, username="carla", password=PASSWORD).content.decode()
    assert ("move", "up") in hidden_fields(page, "/desk/people/")


def test_a_script_gets_401_as_json(client, address):
    answer = client.post(address, {"name": "Ann"}, headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json()["error"] == "signed_out"
    assert client.post(address, {"name": "Ann"}, content_type="application/json").status_code == 401
    assert client.get(address, headers={"Accept": "application/json"}).status_code == 401


@pytest.mark.parametrize(
    "address",
    ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "javascript:alert(1)", "", "desk/"],
)
def test_an_address_elsewhere_is_refused(client, address):
    make_user(username="carla")
    answer = go_on(client, json.dumps([address, [["a", "b"]], []]), username="carla", password=PASSWORD)
    assert answer.status_code == 400
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "kept", ["", "{", "7", "[]", '["/x", [["a"]], []]', '["/x", 5, []]', "null", '["/x", null, null]']
)
def test_what_is_no_kept_form_is_refused(client, kept):
    assert go_on(client, kept, username="x", password="y").status_code == 400


def test_the_address_of_signing_in_and_going_on_leads_to_sign_in_when_opened(client):
    assert client.get(GO_ON).url == "/sign-in/"


def test_wrong_passwords_count_there_as_well_and_the_text_stays(client, settings):
    make_user(username="carla")
    kept = KeptForm("/desk/people/add/", [("note", 30 * "kept text ")]).packed()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = go_on(client, kept, username="carla", password="wrong")
    page = answer.content.decode()
    assert answer.status_code == 429
    assert "Your text is still here" in page
    assert dict(hidden_fields(page, GO_ON))["kept"] == kept
    assert go_on(client, kept, username="carla", password=PASSWORD).status_code == 429
    assert client.post("/sign-in/", {"username": "carla", "password": PASSWORD}).status_code == 429


def test_the_kept_text_is_not_stored_with_the_failed_attempt(client):
    from axes.models import AccessAttempt

    make_user(username="carla")
    kept = KeptForm("/desk/people/add/", [("note", "known to nobody else")]).packed()
    go_on(client, kept, username="carla", password="wrong")
    assert "known to nobody" not in AccessAttempt.objects.get().post_data


def test_a_form_without_its_token_is_refused_with_its_text_for_copying(address):
    user = make_user()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    answer = browser.post(address, {"name": "Ann", "note": LONG, "old_password": 80 * "secret"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "That form was not accepted" in page
    shown = re.findall(r"<textarea[^>]*readonly>\n(.*?)</textarea>", page, re.DOTALL)
    assert [unescape(text) for text in shown] == [LONG]
    assert "secretsecret" not in page
    assert f'action="{address}"' not in page, "no button may send it again: that would defeat the check"
    answer = browser.post(address, {"name": "Ann"}, headers={"Accept": "application/json"})
    assert answer.status_code == 403
    assert answer.json()["error"] == "form_refused"


def test_pages_with_kept_text_stay_out_of_every_cache(client, address):
    assert "no-store" in client.post(address, {"name": "Ann"})["Cache-Control"]


@pytest.mark.parametrize("damaged", ['["/desk/", [["a", "\\ud800"]], []]', 100_000 * "[", '["/\\ud800", [], []]'])
def test_a_kept_form_that_no_page_made_is_refused(client, damaged):
    assert go_on(client, damaged).status_code == 400
