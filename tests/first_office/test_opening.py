"""A portal without the demo: the office, its administrator and its series, on a page or in the terminal."""

import io
import threading

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.accounts.models import User
from opcc_portal.audit.models import AuditLine
from opcc_portal.management.commands import first_office as command
from opcc_portal.office.models import Office
from scrutiny.first_office import operations
from scrutiny.meetings.models import MeetingSeries
from scrutiny.people.models import Organisation
from scrutiny.publication.models import SitePage
from scrutiny.workflow.models import Edition
from tests.factories import make_office, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "seven herons on a weir"
ANSWERS = {
    "legal_name": "The Police and Crime Commissioner for Northmoor",
    "display_name": "Office of the Police and Crime Commissioner for Northmoor",
    "short_name": "OPCC",
    "area_name": "Northmoor",
    "holder_title": "Police and Crime Commissioner",
    "holder_abbreviation": "PCC",
    "holder_name": "Robin Hale",
    "force_name": "Northmoor Police",
    "force_short_name": "NP",
    "valid_from": "9 May 2024",
    "name": "Ada Min",
    "username": "ada",
    "email": "ada@example.org",
    "password": PASSWORD,
    "series": "Accountability Meeting",
}
PAGE = {**ANSWERS, "password_again": PASSWORD}


@pytest.fixture(autouse=True)
def no_code_left():
    yield
    operations.forget_code()


def nothing_was_made():
    return not any(model.objects.exists() for model in (Office, User, MeetingSeries, Organisation, AuditLine))


def office_is_there():
    office, user, series = Office.objects.get(), User.objects.get(), MeetingSeries.objects.get()
    assert str(office.valid_from) == "2024-05-09"
    assert user.roles == {Role.ADMINISTRATOR, Role.GOVERNANCE}
    assert user.check_password(PASSWORD)
    assert (series.name, series.slug) == ("Accountability Meeting", "accountability-meeting")
    assert set(Organisation.objects.values_list("kind", flat=True)) == {"office", "force"}
    assert set(SitePage.objects.values_list("slug", flat=True)) == {"accessibility", "contact", "privacy"}
    assert not Edition.objects.exists()
    assert not office.demonstration
    return True


# --- the page --------------------------------------------------------------------------------------------------------


def test_an_empty_portal_leads_from_any_page_to_its_first_office(client):
    page = client.get(reverse("people"), follow=True)
    assert page.redirect_chain[-1][0] == "/first-office/"
    assert "Open the office" in page.content.decode()


def test_the_page_opens_the_office_for_whoever_knows_the_code(client, django_capture_on_commit_callbacks):
    code = operations.make_code()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/first-office/", {**PAGE, "code": code.lower()}, follow=True)
    assert "is open. Sign in as ada." in answer.content.decode()
    assert office_is_there()
    assert not operations.has_code()
    assert client.get("/first-office/").status_code == 404
    assert client.post("/sign-in/", {"username": "ada", "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("code", ["", "AAAAA-AAAAA-AAAAA-AAAAA", "ä", "x" * 5000])
def test_without_the_code_nothing_happens(client, code):
    operations.make_code()
    page = client.post("/first-office/", {**PAGE, "code": code})
    assert page.context["form"].errors["code"]
    assert nothing_was_made()


def test_before_a_code_is_made_the_page_says_how_to_make_one(client):
    assert "first_office --code" in client.get("/first-office/").content.decode()
    page = client.post("/first-office/", {**PAGE, "code": ""})
    assert page.status_code == 200
    assert nothing_was_made()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"password_again": PASSWORD + "s"}, "The two passwords differ."),
        ({"password": "short", "password_again": "short"}, "at least 12 characters"),
        ({"valid_from": "31 February 2018"}, "February 2018 has 28 days"),
        ({"username": "ada@example.org"}, "Choose a user name without @."),
        ({"series": ""}, "This is needed."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(client, changes, message):
    code = operations.make_code()
    page = client.post("/first-office/", {**PAGE, "code": code, **changes}).content.decode()
    assert message in page
    assert nothing_was_made()


@pytest.mark.parametrize("make", [make_office, make_user])
def test_the_page_is_gone_as_soon_as_there_is_an_office_or_an_account(client, make):
    make()
    code = operations.make_code()
    assert client.get("/first-office/").status_code == 404
    assert client.post("/first-office/", {**PAGE, "code": code}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_the_office_at_the_same_moment_one_is_refused():
    together, outcomes = threading.Barrier(2, timeout=20), []

    def open_it(name):
        try:
            together.wait()
            operations.open_office(
                office={**{key: ANSWERS[key] for key in list(ANSWERS)[:9]}, "valid_from": "2024-05-09"},
                administrator={"username": name, "email": f"{name}@example.org", "name": name, "password": PASSWORD},
                series="Accountability Meeting",
            )
            outcomes.append("open")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=open_it, args=[name]) for name in ("ada", "bea")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["open", "refused"]
    assert Office.objects.count() == User.objects.count() == 1


# --- the command -----------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """A terminal with answers waiting; gives back what was printed."""

    def answering(*typed):
        waiting, printed = iter(typed), io.StringIO()
        monkeypatch.setattr(command.sys, "stdin", Terminal())
        monkeypatch.setattr("builtins.input", lambda question: printed.write(question) and next(waiting))
        monkeypatch.setattr(command.getpass, "getpass", lambda question: printed.write(question) and next(waiting))
        return printed

    return answering


def test_the_command_asks_one_question_after_the_other(terminal):
    *typed, series = ANSWERS.values()
    printed = terminal(*typed, PASSWORD, series)  # the password is asked for twice
    call_command("first_office", stdout=printed, stderr=printed)
    assert office_is_there()
    assert "Sign in as ada." in printed.getvalue()


def test_a_wrong_answer_is_told_and_asked_again(terminal):
    printed = terminal(
        *list(ANSWERS.values())[:9],
        "31 February 2018",
        "9 May 2024",
        "Ada Min",
        "ada",
        "nowhere",
        "ada@example.org",
        "short",
        PASSWORD,
        "something else",
        PASSWORD,
        PASSWORD,
        "Accountability Meeting",
    )
    call_command("first_office", stdout=printed, stderr=printed)
    assert office_is_there()
    for message in ("February 2018 has 28 days", "at least 12 characters", "The two passwords differ", "valid email"):
        assert message in printed.getvalue()


def test_an_empty_answer_takes_the_default_or_leaves_out_what_is_optional(terminal, monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", "2024-05-09")
    *typed, series = {**ANSWERS, "holder_abbreviation": "", "force_short_name": "", "valid_from": ""}.values()
    printed = terminal(*typed, PASSWORD, series)
    call_command("first_office", stdout=printed, stderr=printed)
    assert office_is_there()
    assert "[9 May 2024]" in printed.getvalue()
    assert Office.objects.get().holder_abbreviation == ""


def test_the_command_takes_everything_as_options(monkeypatch):
    monkeypatch.setattr(command.sys, "stdin", io.StringIO())
    printed = io.StringIO()
    options = [f"--{name.replace('_', '-')}={value}" for name, value in ANSWERS.items()]
    call_command("first_office", *options, stdout=printed)
    assert office_is_there()


def test_options_that_are_missing_or_wrong_are_listed(monkeypatch):
    monkeypatch.setattr(command.sys, "stdin", io.StringIO())
    options = {**ANSWERS, "email": "nowhere", "valid_from": "31/2/2018"}
    del options["series"]
    with pytest.raises(CommandError) as refused:
        call_command("first_office", *[f"--{name.replace('_', '-')}={value}" for name, value in options.items()])
    for words in ("--email:", "--valid-from: 31 February 2018 is not a date", "--series: This is needed."):
        assert words in str(refused.value)
    assert nothing_was_made()


@pytest.mark.parametrize("options", [[], ["--code"]])
def test_the_command_refuses_when_there_is_an_office(options):
    make_office()
    with pytest.raises(CommandError, match="has an office already"):
        call_command("first_office", *options)


def test_the_command_prints_a_code_for_the_page(client):
    printed = io.StringIO()
    call_command("first_office", "--code", stdout=printed)
    code = printed.getvalue().split()[-1]
    assert operations.is_code(code)
    assert operations._code_file().stat().st_mode & 0o077 == 0
