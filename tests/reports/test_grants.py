"""Totals of awards in reports: counted by the register, on record with what they said, shown when they have changed."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from funding.awards import operations as awards
from funding.totals.counting import Scope
from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from scrutiny.reports import grants, quarterly
from scrutiny.reports.figures import FigureCheck
from scrutiny.reports.models import QuotedFigure
from scrutiny.workflow.operations import NotPossible
from tests.factories import (
    make_award,
    make_fund,
    make_plan,
    make_priority,
    make_report,
    make_restriction,
    make_section,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    user = make_user(Role.GOVERNANCE)
    client.force_login(user)
    return user


@pytest.fixture
def fund():
    fund = make_fund(name="Safer Streets Fund")
    make_award(fund, title="Lamps", amount=Decimal(3000))
    make_award(fund, title="Benches", amount=Decimal("1250.50"))
    return fund


def put(section, fund, officer, with_table=False):
    """The fund's total at the end of the section."""
    asked = {"with_table": with_table, "base_version": section.version, "save_id": uuid.uuid4(), "by": officer}
    said = grants.append(section, Scope(fund=fund.pk), **asked)
    section.refresh_from_db()
    return said


def test_a_total_goes_into_the_text_with_its_day_and_on_record(client, officer, fund):
    section = make_section(body="<p>Text.</p>")
    address = f"{reverse('section-grants', args=[section.pk])}?ask=1&fund={fund.pk}"
    page = client.get(address).content.decode()
    assert "Safer Streets Fund: £4,250.50, 2 awards, to 2 organisations, as known on" in page
    assert not QuotedFigure.objects.exists()
    sent = {"base_version": section.version, "save_id": str(uuid.uuid4()), "form": "total"}
    assert client.post(address, sent).status_code == 302
    client.post(address, sent)  # a button pressed twice
    section.refresh_from_db()
    assert section.body.count("£4,250.50") == 1
    kept = {figure.measure: (figure.words, figure.value) for figure in QuotedFigure.objects.all()}
    assert kept == {
        "amount": ("£4,250.50", Decimal("4250.50")),
        "count": ("2 awards", Decimal(2)),
        "organisations": ("2 organisations", Decimal(2)),
    }


def test_a_total_that_has_changed_says_what_it_was_and_what_it_is(client, officer, fund):
    report = make_report()
    section = make_section(report, body="<p>Text.</p>")
    put(section, fund, officer)
    assert not FigureCheck(report.load_parts()).open
    make_award(fund, amount=Decimal(1000))
    check = FigureCheck(report.load_parts())
    says = {checked.figure.measure: checked.open[0].says for checked in check.open}
    assert "now gives £5,250.50 for this. It gave £4,250.50 on" in says["amount"]
    assert "now gives 3 awards for this. It gave 2 awards on" in says["count"]
    page = client.get(reverse("report-figures", args=[report.pk])).content.decode()
    assert "Insert the total anew" in page
    section.refresh_from_db()
    assert "£4,250.50" in section.body  # what was said stays until a person changes it


def test_a_table_names_nobody_who_may_not_be_named(officer, fund):
    withheld = make_award(fund, title="A refuge")
    make_restriction(withheld, by=officer)
    make_award(fund, title="A grant to somebody", individual="Jo Bloggs")
    section = make_section(body="<p>Text.</p>")
    put(section, fund, officer, with_table=True)
    assert "<td>Lamps</td>" in section.body
    assert withheld.recipient.name not in section.body
    assert "Jo Bloggs" not in section.body
    assert "Recipient not named" in section.body
    assert "A person" in section.body


def test_nothing_and_too_much_are_refused_with_what_to_do(officer, fund, monkeypatch):
    section = make_section(body="<p>Text.</p>")
    with pytest.raises(NotPossible, match="No award was known on"):
        grants.quote(Scope(fund=fund.pk, known_on=datetime.date(2015, 1, 1)))
    monkeypatch.setattr(grants, "MOST_ROWS", 1)
    with pytest.raises(NotPossible, match="A table may have 1 awards; this has 2"):
        put(section, fund, officer, with_table=True)


def test_the_force_sees_no_register_of_awards(client, fund):
    client.force_login(make_user(Role.FORCE))
    section = make_section(written_by="force")
    assert client.get(reverse("section-grants", args=[section.pk])).status_code == 403


def test_the_quarterly_gives_what_was_awarded_in_its_quarter_on_record(officer, fund):
    plan = make_plan(starts=datetime.date(2016, 4, 1))
    priority = make_priority(plan, title="Safer roads")
    make_award(
        fund,
        amount=Decimal(2000),
        priority=priority,
        awarded_on=datetime.date(2017, 8, 1),
        known_on=datetime.date(2017, 8, 1),
    )
    report = quarterly.start(quarter_start=datetime.date(2017, 7, 1), by=officer)
    bodies = {section.heading: section.body for section in report.sections.all()}
    for heading in ("Safer roads", "Grants"):
        assert "£2,000, 1 award, to 1 organisation, as known on" in bodies[heading]
    assert QuotedFigure.objects.filter(report=report, measure="amount").count() == 2
    assert not FigureCheck(report.load_parts()).open
    award = fund.awards.get(amount=2000)
    awards.change(
        award, {"amount": Decimal(1500)}, awards.Change("varied", "Less was needed.", today()), seen=1, by=officer
    )
    assert len(FigureCheck(report.load_parts()).open) == 2
