"""Awards: what none may be, how they change, and what stays known of them."""

import datetime
import threading
from decimal import Decimal

import pytest
from django.db import connection, transaction

from funding.awards import operations, payments, returns
from funding.awards.models import Award, AwardCounter, MonitoringReturn, Payment, Status
from funding.awards.operations import Change, Kind
from funding.totals.counting import Scope, total
from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from opcc_portal.office.dates import today
from scrutiny.register import decisions
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible
from tests.factories import (
    make_application,
    make_award,
    make_decision,
    make_fund,
    make_organisation,
    make_round,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def officer():
    return make_user(role=Role.GRANTS)


def signed_decision(**fields):
    commissioner = make_user(role=Role.COMMISSIONER)
    made = make_decision(title="Lights", decided="More is given.", maker="The commissioner", **fields)
    return decisions.sign(made, seen_version=made.version, by=commissioner)


def vary(award, fields, *, by, kind=Kind.VARIED, reason="The project grew.", seen=None, **more):
    return operations.change(award, fields, Change(kind, reason, **more), seen=seen or award.version, by=by)


def withdraw(award, by, reason="The project has ended."):
    return operations.end(award, Change(Kind.WITHDRAWN, reason), seen=award.version, by=by)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"amount": Decimal(0)}, "above £0"),
        ({"amount": Decimal(-5)}, "above £0"),
        ({"amount": Decimal("5000.01")}, "largest grant"),
        ({"awarded_on": today() + DAY}, "in the future"),
        ({"ends": today() - DAY}, "ended before the award"),
        ({"starts": today() + DAY, "ends": today()}, "last day must not be before the first"),
        ({"conditions": ""}, "Write the conditions"),
        ({"without_conditions": True}, "Either write the conditions"),
        ({"purpose": " "}, "what the money is for"),
        ({"reasons": ""}, "reduces crime and disorder"),
        ({"individual": "", "recipient": None}, "one of the two"),
    ],
)
def test_what_no_award_may_be(fields, words):
    with pytest.raises(NotPossible, match=words):
        make_award(**fields)
    assert not Award.objects.exists()
    assert not AwardCounter.objects.exists()  # and no number is lost


def test_the_register_does_not_know_of_an_award_from_a_day_to_come():
    with pytest.raises(NotPossible, match="still to come"):
        make_award(known_on=today() + DAY)


def test_above_the_cap_it_takes_a_decision_that_is_signed():
    fund, draft = make_fund(), make_decision(title="Lights")
    with pytest.raises(NotPossible, match="not signed"):
        make_award(fund, amount=Decimal(6000), decision=draft)
    assert make_award(fund, amount=Decimal(6000), decision=signed_decision()).amount == 6000


def test_a_round_is_not_exceeded_beyond_its_allowance():
    round_ = make_round(budget=Decimal(6000), allowance=Decimal(10))
    make_award(round=round_, amount=Decimal(4000))
    with pytest.raises(NotPossible, match=r"£0\.01 over"):
        make_award(round=round_, amount=Decimal("2600.01"))
    last = make_award(round=round_, amount=Decimal(2600))
    with pytest.raises(NotPossible, match="£400 over"):
        vary(last, {"amount": Decimal(3000)}, by=officer())
    withdraw(Award.objects.exclude(pk=last.pk).get(), officer())  # its money is free again
    assert make_award(round=round_, amount=Decimal(4000))


def test_the_budget_counts_as_it_is_now():
    round_ = make_round(budget=Decimal(9000))
    type(round_).objects.update(budget=Decimal(1000))  # while somebody still has the page of before
    with pytest.raises(NotPossible, match="£2,000 over"):
        make_award(round=round_)


def test_a_round_of_another_fund_is_refused():
    with pytest.raises(NotPossible, match="another fund"):
        make_award(make_fund(), round=make_round())


def test_an_application_has_one_award():
    application = make_application(organisation=make_organisation())
    fields = {"round": application.round, "application": application}
    make_award(**fields)
    with pytest.raises(NotPossible, match="already"):
        make_award(**fields)


def test_a_slip_can_be_mended_after_the_cap_was_lowered():
    award = make_award()
    type(award.fund).objects.update(maximum_grant=Decimal(1000))
    award = vary(award, {"title": "Lamps"}, by=officer(), kind=Kind.CORRECTED)
    assert award.title == "Lamps"
    with pytest.raises(NotPossible, match="largest grant"):
        vary(award, {"amount": Decimal(3001)}, by=officer())


def test_numbers_follow_each_other_in_each_year_without_gaps():
    fund = make_fund(code="SCF")
    made = [
        make_award(fund, awarded_on=datetime.date(2017, 3, 1)),
        make_award(fund, awarded_on=datetime.date(2017, 4, 1)),
    ]
    with pytest.raises(NotPossible):
        make_award(fund, amount=Decimal(9999))
    with transaction.atomic():
        make_award(fund, awarded_on=datetime.date(2017, 5, 1))
        transaction.set_rollback(True)  # because something else fails
    made += [
        make_award(fund, awarded_on=datetime.date(2017, 6, 1)),
        make_award(fund, awarded_on=datetime.date(2018, 6, 1)),
    ]
    assert [award.reference for award in made] == ["SCF-2017-0001", "SCF-2017-0002", "SCF-2017-0003", "SCF-2018-0001"]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_two_numbers_and_keep_within_the_round():
    round_ = make_round(make_fund(code="SCF"), budget=Decimal(6000))
    made, refused, barrier = [], [], threading.Barrier(3)

    def award():
        try:
            barrier.wait()
            made.append(make_award(round=round_, amount=Decimal(2500), title="Lights").reference)
        except NotPossible as reason:
            refused.append(str(reason))
        finally:
            connection.close()

    threads = [threading.Thread(target=award) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [f"SCF-{today().year}-0001", f"SCF-{today().year}-0002"]
    assert len(refused) == 1
    assert "£1,500 over" in refused[0]


def test_the_same_award_sent_twice_is_one():
    by, recipient, fund = officer(), make_organisation(), make_fund()

    def typed():
        return Award(
            fund=fund, recipient=recipient, title="Lights", purpose="Lamps", reasons="Dark", conditions="None but one",
            amount=Decimal(100), awarded_on=today(),
        )  # fmt: skip

    assert operations.write_down(typed(), by=by) == operations.write_down(typed(), by=by)
    assert Award.objects.count() == 1


def test_what_was_known_on_a_day_stays_known(monkeypatch):
    by = officer()
    monkeypatch.setenv("OPCC_TODAY", "2017-03-01")
    award = make_award(amount=Decimal(3000))
    monkeypatch.setenv("OPCC_TODAY", "2017-04-10")
    award = vary(award, {"amount": Decimal(2000)}, by=by)
    award = vary(award, {"amount": Decimal(2500)}, by=by)
    monkeypatch.setenv("OPCC_TODAY", "2017-05-20")
    withdraw(award, by)

    def known(day):
        found = total(Scope(fund=award.fund_id, known_on=datetime.date.fromisoformat(day)))
        return found.count, found.amount

    assert known("2017-02-28") == (0, 0)
    assert known("2017-03-01") == known("2017-04-09") == (1, 3000)
    assert known("2017-04-10") == known("2017-05-19") == (1, 2500)
    assert known("2017-05-20") == (0, 0)
    assert [each.kind for each in award.revisions.all()] == ["made", "varied", "varied", "withdrawn"]


def test_whoever_saw_an_older_state_is_told():
    by, award = officer(), make_award()
    vary(award, {"amount": Decimal(2000)}, by=by)
    with pytest.raises(ChangedMeanwhile) as told:
        vary(award, {"amount": Decimal(1000)}, by=by)
    assert told.value.now.amount == 2000
    with pytest.raises(ChangedMeanwhile):
        withdraw(award, by)


def test_a_change_of_nothing_is_none_and_any_other_wants_a_reason():
    by, award = officer(), make_award()
    assert vary(award, {"title": award.title}, by=by, reason="").version == 1
    with pytest.raises(NotPossible, match="why"):
        vary(award, {"title": "Lamps"}, by=by, reason=" ")
    with pytest.raises(NotPossible, match="before it was awarded"):
        vary(award, {"title": "Lamps"}, by=by, effective_on=today() - DAY)
    assert award.revisions.count() == 1


def test_a_new_decision_alone_is_a_change_and_its_history_says_so():
    decision, by = signed_decision(), officer()
    award = vary(make_award(), {}, by=by, decision=decision)
    last = award.revisions.last()
    assert (award.decision, last.decision) == (decision, decision)
    assert last.changes == [["decision", "none", str(decision)]]


def test_withdrawn_stays_withdrawn_and_leaves_nothing_open():
    by, award = officer(), make_award()
    paid = payments.add(
        award, {"kind": "payment", "amount": Decimal(1000), "due_on": today(), "paid_on": today()}, by=by
    )
    open_ = payments.add(award, {"kind": "payment", "amount": Decimal(2000), "due_on": today() + DAY}, by=by)
    back = payments.add(award, {"kind": "repayment", "amount": Decimal(400), "due_on": today() + DAY}, by=by)
    asked = returns.ask(award, title="Final return", due_on=today() + DAY, by=by)
    with pytest.raises(NotPossible, match="why"):
        withdraw(award, by, reason="")
    award = withdraw(award, by)
    for record in (paid, open_, back, asked):
        record.refresh_from_db()
    assert (paid.cancelled, open_.cancelled, back.cancelled) == ("", "The award is withdrawn.", "")
    assert asked.waived == "The award is withdrawn."
    for act in (
        lambda: vary(award, {"amount": Decimal(1)}, by=by),
        lambda: withdraw(award, by),
        lambda: operations.end(award, Change(Kind.COMPLETED, ""), seen=award.version, by=by),
        lambda: operations.reopen(award, "It goes on.", seen=award.version, by=by),
        lambda: payments.add(award, {"kind": "payment", "amount": Decimal(5), "due_on": today()}, by=by),
        lambda: returns.ask(award, title="More", due_on=today(), by=by),
    ):
        with pytest.raises(NotPossible):
            act()
    assert Award.objects.get().status == Status.WITHDRAWN


def test_a_completed_award_is_completed_once_and_opened_again_with_a_reason():
    by, award = officer(), make_award()
    award = operations.end(award, Change(Kind.COMPLETED, ""), seen=award.version, by=by)
    with pytest.raises(NotPossible, match="already"):
        operations.end(award, Change(Kind.COMPLETED, ""), seen=award.version, by=by)
    with pytest.raises(NotPossible, match="why"):
        operations.reopen(award, "", seen=award.version, by=by)
    assert operations.reopen(award, "A slip.", seen=award.version, by=by).status == Status.ACTIVE


def test_an_award_does_not_end_before_it_began_or_in_the_future():
    by, award = officer(), make_award()
    for day in (today() - DAY, today() + DAY):
        with pytest.raises(NotPossible, match="until today"):
            operations.end(award, Change(Kind.WITHDRAWN, "Over.", day), seen=award.version, by=by)


def test_the_name_of_a_person_stands_in_no_history_and_no_trail():
    by, award = officer(), make_award(individual="Jo Secret", recipient=None)
    award = vary(award, {"individual": "Jo Hidden"}, by=by, kind=Kind.CORRECTED)
    assert award.revisions.last().changes == [["name of the person", "not shown", "not shown"]]
    trail = " ".join(f"{line.act} {line.details}" for line in AuditLine.objects.all())
    assert "Secret" not in trail
    assert "Hidden" not in trail


# --- payments ------------------------------------------------------------------------------------------------------------


def pay(award, amount, by, *, kind="payment", paid_on=None, due_on=None, **more):
    fields = {"kind": kind, "amount": Decimal(amount), "due_on": due_on or today(), "paid_on": paid_on}
    return payments.add(award, {**fields, **more}, by=by)


def test_payments_never_exceed_the_award():
    by, award = officer(), make_award(amount=Decimal(3000))
    pay(award, 2000, by, paid_on=today())
    planned = pay(award, 1000, by)
    with pytest.raises(NotPossible, match=r"£0\.01 more than the award"):
        pay(award, "0.01", by)
    with pytest.raises(NotPossible, match="£500 more"):
        payments.change(planned, {"amount": Decimal(1500)}, seen=planned.version, by=by)
    with pytest.raises(NotPossible, match="£500 more"):
        vary(award, {"amount": Decimal(2500)}, by=by)
    payments.cancel(planned, "Not needed.", seen=planned.version, by=by)
    with pytest.raises(NotPossible, match="has been paid already"):
        vary(award, {"amount": Decimal(1500)}, by=by)
    assert vary(award, {"amount": Decimal(2000)}, by=by).amount == 2000


def test_repayments_never_exceed_what_was_paid():
    by, award = officer(), make_award(amount=Decimal(3000))
    with pytest.raises(NotPossible, match="No more can come back"):
        pay(award, 1, by, kind="repayment")
    paid = pay(award, 2000, by, paid_on=today())
    pay(award, 1500, by, kind="repayment", paid_on=today())
    with pytest.raises(NotPossible, match="No more can come back"):
        pay(award, 501, by, kind="repayment")
    with pytest.raises(NotPossible, match="No more can come back"):
        payments.change(paid, {"amount": Decimal(1000)}, seen=paid.version, by=by)
    money = payments.standing(award)
    assert (money.with_recipient, money.unplanned) == (500, 2500)
    assert vary(award, {"amount": Decimal(500)}, by=by).amount == 500  # what came back need not be awarded


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"amount": Decimal(0)}, "above £0"),
        ({"paid_on": today() + DAY}, "in the future"),
        ({"due_on": today() - DAY}, "before the award"),
    ],
)
def test_what_no_payment_may_be(fields, words):
    said = {"kind": "payment", "amount": Decimal(10), "due_on": today(), **fields}
    with pytest.raises(NotPossible, match=words):
        payments.add(make_award(), said, by=officer())
    assert not Payment.objects.exists()


def test_a_payment_is_made_once_and_what_is_paid_is_not_cancelled():
    by, award = officer(), make_award()
    planned = pay(award, 1000, by)
    assert pay(award, 1000, by) == planned  # the button pressed twice
    made = payments.change(planned, {"paid_on": today()}, seen=planned.version, by=by)
    with pytest.raises(ChangedMeanwhile):
        payments.cancel(planned, "No.", seen=planned.version, by=by)
    with pytest.raises(NotPossible, match="has been paid"):
        payments.cancel(made, "No.", seen=made.version, by=by)
    assert AuditLine.objects.filter(act__contains="Payment of £1,000 made").count() == 1


# --- returns -------------------------------------------------------------------------------------------------------------


def test_returns_are_planned_from_the_start_to_one_month_after_the_end():
    by = officer()
    award = make_award(
        awarded_on=datetime.date(2017, 1, 1), starts=datetime.date(2017, 1, 31), ends=datetime.date(2018, 1, 31)
    )
    returns.plan(award, every=1, by=by)
    days = [asked.due_on for asked in award.returns.all()]
    assert days[:2] == [datetime.date(2017, 2, 28), datetime.date(2017, 3, 31)]
    assert days[-1] == datetime.date(2018, 2, 28)
    assert len(days) == 12
    assert award.returns.last().title == "Final return"
    without_end = make_award(awarded_on=datetime.date(2017, 1, 1))
    returns.plan(without_end, every=6, by=by)
    assert [asked.due_on for asked in without_end.returns.all()] == [datetime.date(2017, 7, 1)]


def received(asked, by, **fields):
    said = {"received_on": today(), "spent": Decimal(100), "people_reached": 3, "outcome": "Lit.", **fields}
    return returns.receive(asked, said, seen=asked.version, by=by)


def test_a_return_is_received_then_accepted_and_then_stays():
    by, award = officer(), make_award()
    asked = returns.ask(award, title="Final return", due_on=today(), by=by)
    assert returns.ask(award, title="Final return", due_on=today(), by=by) == asked
    with pytest.raises(NotPossible, match="Nothing has been received"):
        returns.accept(asked, seen=asked.version, by=by)
    for fields, words in (
        ({"received_on": today() + DAY}, "in the future"),
        ({"received_on": today() - DAY}, "before the award"),
        ({"spent": Decimal("3000.01")}, "no more of it"),
    ):
        with pytest.raises(NotPossible, match=words):
            received(asked, by, **fields)
    asked = received(received(asked, by), by, spent=Decimal(200))
    asked = returns.accept(asked, seen=asked.version, by=by)
    with pytest.raises(NotPossible, match="stays as it is"):
        received(asked, by)
    with pytest.raises(NotPossible, match="no longer awaited"):
        returns.waive(asked, "No.", seen=asked.version, by=by)
    assert MonitoringReturn.objects.get().spent == 200
