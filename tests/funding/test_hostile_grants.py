"""Grants in the hands of somebody careless, curious or hostile: what they type, and what they are not to read."""

import datetime

import pytest
from django.urls import reverse

from funding.applications import operations as applications
from funding.applications.models import Application
from funding.assessment.models import Interest, Outcome
from funding.awards import operations as awards
from funding.awards.models import Award
from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from scrutiny.publication import making
from scrutiny.workflow import kinds
from scrutiny.workflow.operations import NotPossible
from tests.factories import (
    make_application,
    make_award,
    make_fund,
    make_office,
    make_organisation,
    make_restriction,
    make_round,
    make_user,
)

pytestmark = pytest.mark.django_db
HUGE = "9" * 24
DAY = datetime.timedelta(days=1)


@pytest.fixture
def grants(client):
    user = make_user(Role.GRANTS)
    client.force_login(user)
    return user


# --- what is typed -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [HUGE, f"-{HUGE}", "x", "²"])
def test_a_number_that_no_database_can_look_up_is_refused(client, grants, number):
    round_, fund = make_round(), make_fund()
    panel = {"users": [number], "seen": round_.version}
    assert client.post(reverse("round-panel", args=[round_.pk]), panel).status_code == 422
    answer = client.post(reverse("round-add", args=[fund.pk]), {"priorities": [number]})
    assert answer.status_code == 422
    assert "Choose from this list only" in answer.content.decode()


def test_a_project_that_ends_in_a_far_century_is_no_application_and_no_award(client, grants):
    """Its monitoring returns would be planned until then: the awards of the round would never be made."""
    far = datetime.date(9999, 12, 31)
    round_ = make_round(opens=today() - 60 * DAY, closes=today() - DAY)
    with pytest.raises(NotPossible, match="more than ten years away"):
        applications.receive(make_application(round_, status="draft", number=None, ends=far), by=grants, late="Ill.")
    Application.objects.all().delete()
    held = make_application(round_, ends=far, reasons="Dark.", organisation=make_organisation(), status="eligible")
    Outcome.objects.create(application=held, result="award", amount=100, by=grants)
    page = client.post(reverse("round-awards-make", args=[round_.pk])).content.decode()
    assert "31 December 9999 is more than ten years from the date of the award" in page
    assert not Award.objects.exists()
    for slip in ({"ends": far}, {"starts": datetime.date(1027, 1, 1)}):
        with pytest.raises(NotPossible, match="more than ten years"):
            make_award(**slip)


def test_an_award_of_a_far_century_would_make_thousands_of_monthly_lists():
    with pytest.raises(NotPossible, match="Check the year"):
        make_award(awarded_on=datetime.date(1017, 3, 1))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "application-edit",
            {"applicant_name": "Foo", "applicant_kind": "group", "title": "T", "summary": "S", "amount": "5"},
        ),
        ("application-status", {"status": "withdrawn", "text": "They said so."}),
        ("application-organisation-new", {"name": "Lantern Trust", "kind": "charity"}),
    ],
)
def test_a_form_that_says_no_version_changes_nothing(client, grants, name, said):
    held = make_application()
    assert client.post(reverse(name, args=[held.pk]), said).status_code == 409
    now = Application.objects.get(pk=held.pk)
    assert (now.version, now.status, now.title) == (held.version, held.status, held.title)


# --- what is not to be read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.GRANTS, Role.GOVERNANCE, Role.COMMISSIONER, Role.ANALYST, Role.ADMINISTRATOR])
def test_what_happened_to_a_round_says_nothing_of_its_applications(client, role):
    held, officer = make_application(), make_user(Role.GRANTS)
    applications.link(held, make_organisation("Lantern Trust"), seen=held.version, by=officer)
    client.force_login(make_user(role))
    page = client.get(held.round.get_absolute_url()).content.decode()
    assert "Lantern Trust" not in page
    assert held.reference not in page


def test_a_likeness_to_an_application_that_is_closed_to_somebody_is_not_spoken_of(client, grants):
    held = make_application(applicant_name="Lantern Trust")
    like = make_application(held.round, applicant_name="The Lantern Trust Ltd")
    address = reverse("application", args=[like.pk])
    assert f"{held.reference} of this round looks like" in client.get(address).content.decode()
    Interest.objects.create(application=held, user=grants, nature="My sister runs it.", declared_by=grants)
    page = client.get(address).content.decode()
    assert "looks like the same applicant" not in page
    assert held.reference not in page


# --- what the public is not to read --------------------------------------------------------------------------------------


def found_about(award, by):
    found = making.check(making.bundle_of(kinds.named("award"), award), by=by).findings
    return {(each["code"], each["severity"]) for each in found if each["code"].startswith("award-names")}


@pytest.mark.parametrize(
    "words",
    [
        "Written on lanterntrust stationery.",
        "Ask @LanternTrust about it.",
        "See www.lantern.example for more.",
        "For LANTERN-TRUST.",
    ],
)
def test_a_withheld_name_is_found_however_it_is_written(grants, words):
    make_office()
    award = make_award(
        recipient=make_organisation("Lantern Trust", website="https://www.lantern.example/"), by=grants, purpose=words
    )
    make_restriction(award, by=grants)
    assert found_about(award, grants) == {("award-names", "error")}


def test_a_reason_in_the_history_that_names_a_withheld_recipient_stops_the_publication(grants):
    make_office()
    award = make_award(recipient=make_organisation("Lantern Trust"), by=grants)
    why = awards.Change("varied", "Lantern Trust asked for less.")
    award = awards.change(award, {"amount": 2000}, why, seen=award.version, by=grants)
    make_restriction(award, by=grants)
    assert found_about(award, grants) == {("award-names", "error")}


@pytest.mark.parametrize(
    ("why", "found"),
    [
        ("Kim Surname is called Kim Marple now.", {("award-names", "error")}),
        ("Mrs Marple moved.", {("award-names-part", "warning")}),
        ("Mr KIM moved.", {("award-names-part", "warning")}),
        ("She will learn to marple.", set()),
    ],
)
def test_a_part_of_a_persons_name_is_asked_about(grants, why, found):
    make_office()
    award = make_award(individual="Kim Surname", by=grants)
    change = awards.Change("corrected", why)
    award = awards.change(award, {"individual": "Kim Marple"}, change, seen=award.version, by=grants)
    assert found_about(award, grants) == found
