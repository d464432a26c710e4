"""What documents state: written down, compared, explained; and the totals of any scope."""

import csv
import datetime
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from funding.totals import comparing, counting, operations
from funding.totals.counting import Scope
from funding.totals.models import StatedTotal
from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from opcc_portal.audit.operations import key
from opcc_portal.office.dates import today
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible
from tests.factories import make_area, make_award, make_fund, make_round, make_user

pytestmark = pytest.mark.django_db

DAY = datetime.date(2025, 6, 30)


@pytest.fixture
def officer():
    return make_user(roles=[Role.GRANTS])


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


def words(**fields):
    ordinary = {"document": "Joint report", "stated_on": "30 June 2025", "amount": "£36,343", "scope": "Everything"}
    return ordinary | {"organisations": "8"} | fields


def state(fund, amount=36343, **fields):
    ordinary = {"document": "Joint report", "scope": "Everything", "stated_on": DAY}
    return StatedTotal.objects.create(fund=fund, amount=Decimal(amount), **(ordinary | fields))


# --- writing down --------------------------------------------------------------------------------------------------------


def test_a_stated_total_is_written_down_and_compared_at_once(desk):
    fund = make_fund()
    make_award(fund, amount=Decimal(3000), awarded_on=DAY, known_on=DAY)
    answer = desk.post(reverse("stated-total-add", args=[fund.pk]), words(), follow=True)
    stated = StatedTotal.objects.get()
    shown = answer.content.decode()
    assert answer.redirect_chain[-1][0] == stated.get_absolute_url()
    assert "£33,343 less than the document states" in shown
    assert AuditLine.objects.get(subject=key(stated)).context == key(fund)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("amount", "0", "above £0"),
        ("amount", "", "Fill in “Amount, in pounds”"),
        ("stated_on", "1 January 2099", "in the future"),
        ("document", "", "Enter the document."),
        ("ends", "1 January 2020", "would end before it starts"),
    ],
)
def test_a_stated_total_that_makes_no_sense_is_refused(desk, field, value, said):
    fund = make_fund()
    data = words(starts="1 April 2024", ends="31 March 2025") | {field: value}
    answer = desk.post(reverse("stated-total-add", args=[fund.pk]), data)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_document_states_a_total_for_a_scope_once(desk):
    fund = make_fund()
    state(fund)
    answer = desk.post(reverse("stated-total-add", args=[fund.pk]), words())
    assert "recorded already" in answer.content.decode()
    assert StatedTotal.objects.count() == 1


def test_only_a_round_of_the_same_fund_is_compared(desk):
    answer = desk.post(reverse("stated-total-add", args=[make_fund().pk]), words(round=make_round().pk))
    assert answer.status_code == 422


# --- explaining ----------------------------------------------------------------------------------------------------------


def test_an_explanation_stands_for_the_amount_that_was_seen(desk, officer):
    fund = make_fund()
    stated = state(fund, 36343)
    address = reverse("stated-total-explain", args=[stated.pk])
    desk.post(address, {"explanation": "The awards of that year are not kept here.", "seen": 1, "computed": "0"})
    stated.refresh_from_db()
    assert (stated.explained_by, stated.explained_amount) == (officer, 0)
    assert comparing.compare(stated).is_explained
    make_award(fund, amount=Decimal(500), awarded_on=DAY, known_on=DAY)
    shown = desk.get(stated.get_absolute_url()).content.decode()
    assert "was written when £0 was listed" in shown
    assert "To be explained anew" in shown


def test_an_explanation_of_figures_that_changed_meanwhile_is_asked_again(desk):
    fund = make_fund()
    stated = state(fund)
    make_award(fund, amount=Decimal(500), awarded_on=DAY, known_on=DAY)
    data = {"explanation": "Nothing is listed.", "seen": 1, "computed": "0"}
    answer = desk.post(reverse("stated-total-explain", args=[stated.pk]), data)
    assert answer.status_code == 409
    assert "The figures changed while you wrote" in answer.content.decode()
    assert "Nothing is listed." in answer.content.decode()
    assert answer.context["form"]["computed"].value() == Decimal(500)
    stated.refresh_from_db()
    assert stated.explanation == ""


def test_a_difference_is_not_explained_by_nothing(desk, officer):
    stated = state(make_fund())
    with pytest.raises(NotPossible):
        operations.explain(stated, "  ", seen=1, computed=Decimal(0), by=officer)
    answer = desk.post(reverse("stated-total-explain", args=[stated.pk]), {"seen": 1, "computed": "0"})
    assert answer.status_code == 422
    assert "Enter why the two differ." in answer.content.decode()


def test_a_total_written_down_anew_needs_its_explanation_anew(desk, officer):
    stated = state(make_fund())
    operations.explain(stated, "Not kept here.", seen=1, computed=Decimal(0), by=officer)
    desk.post(reverse("stated-total-edit", args=[stated.pk]), words(amount="36,344", seen=2))
    stated.refresh_from_db()
    assert (stated.amount, stated.explanation) == (Decimal(36344), "Not kept here.")
    assert comparing.compare(stated).is_outdated
    with pytest.raises(ChangedMeanwhile):
        operations.explain(stated, "Still not.", seen=2, computed=Decimal(0), by=officer)


def test_the_page_lists_the_awards_that_are_compared(desk, django_assert_max_num_queries):
    fund = make_fund()
    for _ in range(3):
        make_award(fund, awarded_on=DAY, known_on=DAY)
    make_award(fund, awarded_on=DAY, known_on=DAY, individual="Jo Private")
    stated = state(fund)
    with django_assert_max_num_queries(12):
        shown = desk.get(stated.get_absolute_url()).content.decode()
    assert "£12,000" in shown
    assert "A person" in shown
    assert "Jo Private" not in shown


# --- totals of any scope -------------------------------------------------------------------------------------------------


def test_totals_by_year_follow_the_financial_year():
    fund = make_fund()
    for day in ((2025, 3, 31), (2025, 4, 1), (2026, 3, 31)):
        make_award(fund, amount=Decimal(1000), awarded_on=datetime.date(*day))
    found = counting.table("year", Scope(fund=fund.pk))
    assert [(words, each.count) for words, each in found] == [("2024/25", 1), ("2025/26", 2)]


def test_every_division_adds_up_to_the_total(desk, django_assert_max_num_queries):
    fund = make_fund()
    make_award(fund, amount=Decimal(1000), area=make_area("Bradford"))
    make_award(fund, amount=Decimal("250.50"), round=make_round(fund))
    for name, _ in counting.GROUPED_BY:
        assert sum(each.amount for _, each in counting.table(name, Scope(fund=fund.pk))) == Decimal("1250.50")
    with django_assert_max_num_queries(16):
        shown = desk.get(reverse("grant-totals"), {"by": "area", "fund": fund.pk}).content.decode()
    assert "Bradford" in shown
    assert "No area" in shown
    assert "£1,250.50" in shown


def test_demonstration_awards_are_counted_only_where_asked_for(desk):
    fund = make_fund()
    make_award(fund, amount=Decimal(1000))
    make_award(fund, amount=Decimal(4000), demonstration_note="Invented.")
    shown = desk.get(reverse("grant-totals")).content.decode()
    assert "Not counted: 1 demonstration award, £4,000." in shown
    assert "£1,000" in shown
    invented = desk.get(reverse("grant-totals"), {"kind": "invented"}).content.decode()
    assert "Every one of these awards is invented." in invented
    assert "£5,000" in desk.get(reverse("grant-totals"), {"kind": "both"}).content.decode()


def test_the_file_holds_exactly_the_table_of_the_page(desk):
    make_award(amount=Decimal(1000), area=make_area("=Bradford"), demonstration_note="Invented.")
    answer = desk.get(reverse("grant-totals-csv"), {"by": "area", "kind": "invented"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [
        ["Area", "Awards", "Organisations", "Amount in pounds", "Which awards", "As known on"],
        ["'=Bradford", "1", "1", "1000", "Demonstration awards", today().isoformat()],
        ["Total", "1", "1", "1000", "Demonstration awards", today().isoformat()],
    ]


def test_filters_that_make_no_sense_say_so_and_narrow_nothing(desk):
    make_award(amount=Decimal(1000))
    shown = desk.get(reverse("grant-totals"), {"starts": "1 May 2026", "ends": "1 May 2020", "known_on": "1 May 2099"})
    assert "must not be before the first day" in shown.content.decode()
    assert "£1,000" in shown.content.decode()
