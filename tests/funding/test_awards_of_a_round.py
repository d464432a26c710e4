"""From what is decided about a round to its awards."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from funding.applications.models import Application
from funding.assessment.models import Interest, Outcome
from funding.awards import from_round
from funding.awards.models import Award
from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from scrutiny.register import decisions
from scrutiny.workflow.operations import NotPossible
from tests.factories import make_application, make_award, make_decision, make_organisation, make_round, make_user

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
Result = Outcome.Result


@pytest.fixture
def officer():
    return make_user(role=Role.GRANTS)


@pytest.fixture
def round_(officer):
    """A closed round with one award, one reserve and one refusal proposed."""
    made = make_round(
        budget=Decimal(6000), allowance=Decimal(10), opens=today() - 40 * DAY, closes=today() - DAY, returns_every=6
    )
    for result, amount in ((Result.AWARD, 2500), (Result.RESERVE, None), (Result.REFUSE, None)):
        propose(make_application(made, organisation=make_organisation(), reasons="Dark."), result, amount, officer)
    return made


def propose(application, result, amount, by, **fields):
    return Outcome.objects.create(
        application=application, result=result, amount=amount, by=by, reason="Said.", **fields
    )


def test_awards_are_made_and_every_applicant_s_status_follows(round_, officer):
    (award,) = from_round.make_awards(round_, by=officer)
    application = award.application
    assert (award.amount, award.applied_for, award.recipient) == (2500, 3000, application.organisation)
    assert award.conditions == "Spend it on what you asked for."
    assert [payment.amount for payment in award.payments.all()] == [2500]
    assert award.returns.count() == 1
    statuses = Application.objects.filter(round=round_).order_by("number").values_list("status", flat=True)
    assert list(statuses) == ["successful", "reserve", "unsuccessful"]
    round_.refresh_from_db()
    assert round_.decided_on == today()


def test_done_twice_it_is_done_once_and_a_reserve_can_be_awarded_later(round_, officer):
    from_round.make_awards(round_, by=officer)
    assert from_round.make_awards(round_, by=officer) == []
    reserve = Outcome.objects.get(result=Result.RESERVE)
    Outcome.objects.filter(pk=reserve.pk).update(result=Result.AWARD, amount=Decimal(1000))
    (later,) = from_round.make_awards(round_, [reserve], by=officer)
    assert later.application.pk == reserve.application_id
    assert Award.objects.count() == 2


def test_all_of_it_or_nothing(round_, officer):
    propose(make_application(round_), Result.AWARD, 1000, officer)  # nobody has said which organisation this is
    with pytest.raises(NotPossible, match="which organisation"):
        from_round.make_awards(round_, by=officer)
    assert not Award.objects.exists()
    assert not Application.objects.exclude(status="submitted").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"closes": today()}, "after that day"),
        ({"budget": Decimal(2000)}, "£300 more than the budget with its allowance, £2,200"),
    ],
)
def test_what_stands_against_it_in_the_round(round_, officer, change, words):
    for name, value in change.items():
        setattr(round_, name, value)
    round_.save()
    with pytest.raises(NotPossible, match=words):
        from_round.make_awards(round_, by=officer)


def test_what_was_awarded_before_counts(round_, officer):
    make_award(round=round_, amount=Decimal(4200))
    with pytest.raises(NotPossible, match="£100 more"):
        from_round.make_awards(round_, by=officer)


def test_every_application_needs_an_outcome_first(round_, officer):
    make_application(round_)
    with pytest.raises(NotPossible, match="1 application has no outcome"):
        from_round.make_awards(round_, by=officer)


def test_a_decision_that_is_not_signed_is_none(round_, officer):
    decision = make_decision()
    Outcome.objects.update(decision=decision)
    with pytest.raises(NotPossible, match="not signed yet"):
        from_round.make_awards(round_, by=officer)
    decisions.sign(decision, seen_version=decision.version, by=make_user(role=Role.COMMISSIONER))
    (award,) = from_round.make_awards(round_, by=officer)
    assert (award.decision, award.awarded_on) == (decision, decision.decided_on)


def test_from_the_threshold_on_a_decision_is_needed(round_, officer):
    type(round_.fund).objects.update(decision_above=Decimal(2500))
    with pytest.raises(NotPossible, match="needs a signed decision record"):
        from_round.make_awards(round_, by=officer)


def test_an_award_to_a_person_keeps_the_name_for_those_who_may_read_it(round_, officer, client):
    applicant = {"applicant_kind": "individual", "applicant_name": "Jo Secret", "reasons": "Dark."}
    propose(make_application(round_, **applicant), Result.AWARD, 1000, officer)
    from_round.make_awards(round_, by=officer)
    award = Award.objects.get(recipient=None)
    addresses = [
        award.get_absolute_url(),
        reverse("awards"),
        reverse("awards") + "?text=Secret",
        reverse("awards-csv"),
        reverse("grant-returns"),
        reverse("grant-returns-csv"),
        award.returns.first().get_absolute_url(),
    ]
    for role, names in ((Role.ANALYST, False), (Role.GRANTS, True)):
        client.force_login(make_user(role=role))
        for address in addresses:
            page = client.get(address)
            text = (b"".join(page.streaming_content) if page.streaming else page.content).decode()
            shown = "Secret" in text.replace("text=Secret", "").replace('value="Secret"', "").replace(": Secret", "")
            assert shown == names, (role, address)


def test_somebody_with_an_interest_makes_no_awards_of_the_round(round_, officer, client):
    application = Application.objects.filter(round=round_).first()
    Interest.objects.create(application=application, user=officer, nature="A friend", declared_by=officer)
    with pytest.raises(NotPossible, match="Somebody else"):
        from_round.make_awards(round_, by=officer)
    client.force_login(officer)
    page = client.get(reverse("round-awards-make", args=[round_.pk])).content.decode()
    assert "Somebody else must" in page
    assert application.title not in page


def test_the_page_shows_what_will_be_done_and_does_it(round_, officer, client):
    client.force_login(officer)
    address = reverse("round-awards-make", args=[round_.pk])
    page = client.get(address).content.decode()
    assert "1 award of £2,500 in all" in page
    assert "2 other applications learn" in page
    assert client.post(address).status_code == 302
    assert Award.objects.count() == 1
    assert "Nothing is left to do" in client.get(address).content.decode()
    client.force_login(make_user(role=Role.COMMISSIONER))
    assert client.post(address).status_code == 403
