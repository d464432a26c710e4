"""Funds and rounds: what may be written, what stays once applicants or assessors rest on it."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from funding.applications.models import EligibilityAnswer
from funding.assessment.models import Assessment, Score
from funding.rounds import operations
from funding.rounds.models import Fund, Round
from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from opcc_portal.audit.operations import key
from opcc_portal.office.dates import today
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible
from tests.factories import make_application, make_award, make_fund, make_priority, make_round, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_user(roles=[Role.GRANTS])


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


def fund_words(**fields):
    ordinary = {
        "name": "Safer Communities Fund",
        "code": "scf",
        "source": "Proceeds of crime",
        "legal_power": Fund.Power.DISORDER,
        "maximum_grant": "£5,000",
        "decision_above": "",
        "purpose": "Small grants.",
    }
    return ordinary | fields


def round_words(**fields):
    ordinary = {
        "label": "Round 2",
        "code": "R2",
        "opens": "1 September 2026",
        "closes": "30 September 2026",
        "budget": "£50,000",
        "allowance": "10",
        "returns_every": "6",
    }
    return ordinary | fields


def typed(round_, **fields):
    """The round as its form would send it back unchanged."""
    words = {
        name: getattr(round_, name)
        for name in ("label", "code", "opens", "closes", "budget", "allowance", "returns_every")
    }
    texts = {name: getattr(round_, name) for name in ("guidance", "conditions", "declaration")}
    return (
        {name: str(value) for name, value in (words | texts).items()}
        | {"public_form": "on", "seen": round_.version}
        | fields
    )


# --- funds -------------------------------------------------------------------------------------------------------------


def test_a_fund_is_added_with_a_sum_as_people_type_it(desk):
    answer = desk.post(reverse("fund-add"), fund_words())
    fund = Fund.objects.get()
    assert answer.url == fund.get_absolute_url()
    assert (fund.code, fund.slug, fund.maximum_grant) == ("SCF", "safer-communities-fund", Decimal(5000))
    assert AuditLine.objects.filter(subject=key(fund)).count() == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("maximum_grant", "-5", "without a minus sign"),
        ("maximum_grant", "five", "is not an amount in pounds"),
        ("code", "S/F", "letters and digits only"),
        ("name", "", "Enter the name of the fund"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(desk, field, value, said):
    answer = desk.post(reverse("fund-add"), fund_words(**{field: value}))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Fund.objects.exists()


def test_a_name_or_code_is_given_once(desk):
    fund = make_fund(name="Safer Communities Fund", code="SCF")
    answer = desk.post(reverse("fund-add"), fund_words())
    assert "There is a fund of this name already." in answer.content.decode()
    assert list(Fund.objects.all()) == [fund]


def test_the_same_fund_sent_twice_at_once_is_one(officer):
    words = {"name": "A fund", "code": "AF", "maximum_grant": None}
    assert operations.add_fund(words, by=officer) == operations.add_fund(words, by=officer)


def test_the_slower_of_two_who_change_a_fund_sees_both(desk, officer):
    fund = make_fund(purpose="Small grants.")
    seen = fund.version
    operations.change_fund(fund, {"code": fund.code, "purpose": "Grants for parks."}, seen=seen, by=officer)
    words = fund_words(name=fund.name, code=fund.code, purpose="Grants for streets.", seen=seen)
    answer = desk.post(reverse("fund-edit", args=[fund.pk]), words)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'saved “<span dir="auto">Grants for parks.</span>”, yours “<span dir="auto">Grants for streets.' in page
    fund.refresh_from_db()
    assert fund.purpose == "Grants for parks."
    desk.post(reverse("fund-edit", args=[fund.pk]), words | {"seen": fund.version})
    fund.refresh_from_db()
    assert fund.purpose == "Grants for streets."


def test_a_code_stays_once_a_reference_carries_it(officer):
    fund = make_award().fund
    with pytest.raises(NotPossible, match="The code stays as it is"):
        operations.change_fund(fund, {"code": "OTHER"}, seen=fund.version, by=officer)
    round_ = make_application().round
    words = {"code": "OTHER", "budget": round_.budget, "allowance": round_.allowance}
    with pytest.raises(NotPossible, match="The code stays as it is"):
        operations.change_round(round_, words, seen=round_.version, by=officer)


def test_saving_what_stands_already_changes_nothing(officer):
    fund = make_fund()
    operations.change_fund(fund, {"code": fund.code, "name": fund.name}, seen=fund.version, by=officer)
    fund.refresh_from_db()
    assert fund.version == 1
    assert not AuditLine.objects.filter(subject=key(fund)).exists()


# --- rounds ------------------------------------------------------------------------------------------------------------


def test_a_round_is_added_with_its_priorities_and_its_fund_s_note(desk):
    fund, priority = make_fund(demonstration_note="Invented."), make_priority()
    desk.post(reverse("round-add", args=[fund.pk]), round_words(priorities=[priority.pk]))
    round_ = Round.objects.get()
    assert (round_.slug, round_.budget, round_.most) == ("round-2", Decimal(50000), Decimal(55000))
    assert list(round_.priorities.all()) == [priority]
    assert round_.is_demonstration
    assert not round_.public_form


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("closes", "1 August 2026", "would close before it opens"),
        ("budget", "0", "above £0"),
        ("allowance", "101", "less than or equal to 100"),
        ("returns_every", "0", "greater than or equal to 1"),
        ("opens", "31 September 2026", "has 30 days"),
    ],
)
def test_a_round_that_makes_no_sense_is_refused(desk, field, value, said):
    answer = desk.post(reverse("round-add", args=[make_fund().pk]), round_words(**{field: value}))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Round.objects.exists()


def test_two_rounds_of_a_fund_differ_in_their_code_and_address(desk):
    round_ = make_round(label="Round 2", slug="round-2", code="R2")
    address = reverse("round-add", args=[round_.fund.pk])
    answer = desk.post(address, round_words())
    assert "Another round of this fund has this code." in answer.content.decode()
    desk.post(address, round_words(code="R3"))
    assert Round.objects.get(code="R3").slug == "round-2-2"


def test_a_budget_is_not_lowered_below_what_is_awarded(desk):
    round_ = make_round(budget=Decimal(20000), allowance=10)
    make_award(round=round_, amount=Decimal(5000))
    address = reverse("round-edit", args=[round_.pk])
    answer = desk.post(address, typed(round_, budget="4,000"))
    assert answer.status_code == 422
    assert "£5,000 is awarded in this round already." in answer.content.decode()
    desk.post(address, typed(round_, budget="4,600"))
    round_.refresh_from_db()
    assert round_.budget == Decimal(4600)
    line = AuditLine.objects.get(subject=key(round_))
    assert line.details["changes"] == [["budget, in pounds", "£20,000", "£4,600"]]


# --- what a round asks -------------------------------------------------------------------------------------------------


def lines(prefix, *rows, initial=0):
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    return data | {f"{prefix}-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}


def asked(round_, criteria=(), questions=(), **fields):
    return lines("criteria", *criteria) | lines("questions", *questions) | {"seen": round_.version} | fields


def criterion(title, place="", **fields):
    return {"title": title, "maximum": 5, "weight": 1, "ORDER": place, "guidance": ""} | fields


def test_criteria_stand_in_the_order_of_their_places(desk):
    round_ = make_round()
    data = asked(round_, [criterion("Cost", 2, weight="1.5"), criterion("Need", 1), criterion("")], [{"text": "Local"}])
    desk.post(reverse("round-criteria", args=[round_.pk]), data)
    assert [(each.title, each.position, each.weight) for each in round_.criteria.all()] == [
        ("Need", 1, Decimal(1)),
        ("Cost", 2, Decimal("1.5")),
    ]
    assert [each.text for each in round_.eligibility.all()] == ["Local"]
    line = AuditLine.objects.get(subject=key(round_))
    assert line.details["changes"][0][2] == "Need (0 to 5, weight 1); Cost (0 to 5, weight 1.5)"


def test_a_criterion_stands_once(desk):
    round_ = make_round()
    answer = desk.post(
        reverse("round-criteria", args=[round_.pk]), asked(round_, [criterion("Need"), criterion("need")])
    )
    assert answer.status_code == 422
    assert "This stands in the list already." in answer.content.decode()


def test_the_slower_of_two_who_set_criteria_keeps_the_words(desk, officer):
    round_ = make_round()
    operations.ask(round_, criteria=[{"title": "Safety"}], seen=round_.version, by=officer)
    answer = desk.post(reverse("round-criteria", args=[round_.pk]), asked(round_, [criterion("Value")]))
    assert answer.status_code == 409
    assert "“Safety”" in answer.content.decode()
    assert 'value="Value"' in answer.content.decode()


def test_criteria_are_locked_once_somebody_has_scored(desk, officer):
    round_ = make_round()
    assessment = Assessment.objects.create(application=make_application(round_), user=officer)
    Score.objects.create(assessment=assessment, criterion=round_.criteria.first(), points=3)
    with pytest.raises(NotPossible, match="Scoring has begun"):
        operations.ask(round_, criteria=[{"title": "Other"}], seen=round_.version, by=officer)
    assert "Scoring has begun" in desk.get(reverse("round-criteria", args=[round_.pk])).content.decode()
    late = desk.post(reverse("round-criteria", args=[round_.pk]), asked(round_, [criterion("Typed before")]))
    assert late.status_code == 409
    assert "Typed before" in late.content.decode()
    assert round_.criteria.count() == 2


def test_questions_are_locked_once_one_is_answered_but_criteria_are_not(officer):
    round_ = make_round()
    EligibilityAnswer.objects.create(
        application=make_application(round_), question=round_.eligibility.get(), outcome="met", by=officer
    )
    with pytest.raises(NotPossible, match="Eligibility is being checked"):
        operations.ask(round_, questions=[{"text": "Other"}], seen=round_.version, by=officer)
    operations.ask(round_, criteria=[{"title": "Other"}], seen=round_.version, by=officer)
    assert [each.title for each in round_.criteria.all()] == ["Other"]


# --- the panel -----------------------------------------------------------------------------------------------------------


def test_a_panel_is_named_with_its_chair(desk, officer):
    round_, member = make_round(), make_user(roles=[Role.ANALYST])
    address = reverse("round-panel", args=[round_.pk])
    desk.post(address, {"users": [member.pk, officer.pk], "chair": member.pk, "seen": 1})
    assert [(each.user, each.is_chair) for each in round_.panel.all()] == [(member, True), (officer, False)]
    desk.post(address, {"users": [officer.pk], "chair": officer.pk, "seen": 2})
    assert [(each.user, each.is_chair) for each in round_.panel.all()] == [(officer, True)]
    with pytest.raises(ChangedMeanwhile):
        operations.name_panel(round_, users=[member], chair=None, seen=1, by=officer)


def test_a_panel_is_of_the_office_and_its_chair_belongs_to_it(desk, officer):
    round_, outsider = make_round(), make_user(roles=[Role.FORCE])
    address = reverse("round-panel", args=[round_.pk])
    assert desk.post(address, {"users": [outsider.pk], "seen": 1}).status_code == 422
    other = make_user(roles=[Role.ANALYST])
    answer = desk.post(address, {"users": [officer.pk], "chair": other.pk, "seen": 1})
    assert "is not in the panel" in answer.content.decode()


def test_who_has_assessed_stays_in_the_panel_and_a_decided_round_keeps_its_own(officer):
    round_, member = make_round(), make_user(roles=[Role.ANALYST])
    operations.name_panel(round_, users=[member], chair=None, seen=1, by=officer)
    Assessment.objects.create(application=make_application(round_), user=member)
    with pytest.raises(NotPossible, match="stays in its panel"):
        operations.name_panel(round_, users=[officer], chair=None, seen=2, by=officer)
    Round.objects.filter(pk=round_.pk).update(decided_on=today() - datetime.timedelta(days=1))
    with pytest.raises(NotPossible, match="decided"):
        operations.name_panel(round_, users=[member, officer], chair=None, seen=2, by=officer)
