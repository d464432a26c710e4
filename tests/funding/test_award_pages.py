"""Pages of awards, payments and returns; the register; reminders; restricting a recipient; the dossier."""

import datetime
from decimal import Decimal

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funding.assessment.models import Assessment, Interest, Score
from funding.awards import dossier, operations, payments, returns
from funding.awards.models import Award, MonitoringReturn, Payment
from funding.awards.operations import Change, Kind
from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from tests.factories import (
    make_application,
    make_award,
    make_fund,
    make_legal_basis,
    make_office,
    make_organisation,
    make_restriction,
    make_round,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def officer(client):
    user = make_user(role=Role.GRANTS)
    client.force_login(user)
    return user


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()


def form_of(award, **fields):
    words = {
        "title": award.title, "recipient": award.recipient_id, "amount": "3,000", "purpose": award.purpose,
        "reasons": award.reasons, "conditions": award.conditions, "awarded_on": award.awarded_on.isoformat(),
        "seen": award.version, "kind": "varied", "reason": "The project grew.",
    }  # fmt: skip
    return words | fields


# --- one award -----------------------------------------------------------------------------------------------------------


def test_an_award_is_written_down_and_shown(client, officer):
    fund, recipient = make_fund(code="SCF"), make_organisation(name="Friends of the Park")
    said = {
        "fund": fund.pk, "title": "Lights", "recipient": recipient.pk, "amount": "£4,500.50", "purpose": "Lamps",
        "reasons": "Dark", "without_conditions": "on", "awarded_on": "1 March 2017",
    }  # fmt: skip
    response = client.post(reverse("award-add"), said)
    award = Award.objects.get()
    assert response.url == award.get_absolute_url()
    page = read(client, response.url)
    assert "SCF-2017-0001" in page
    assert "£4,500.50" in page
    assert "There are no conditions." in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"amount": "0"}, "above £0"),
        ({"amount": "-5"}, "without a minus sign"),
        ({"amount": "lots"}, "is not an amount"),
        ({"amount": "£5,000.01"}, "largest grant"),
        ({"awarded_on": "1 March 2099"}, "in the future"),
        ({"ends": "1 March 2016"}, "ended before the award"),
        ({"conditions": ""}, "Write the conditions"),
        ({"recipient": ""}, "one of the two"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(client, officer, fields, words):
    award = make_award(awarded_on=datetime.date(2017, 3, 1))
    for address in (reverse("award-change", args=[award.pk]), reverse("award-add")):
        said = form_of(award, fund=award.fund_id, awarded_on="2017-03-01") | fields
        response = client.post(address, said)
        assert response.status_code == 422
        assert words in response.content.decode()
        assert response.context["form"].errors.keys() <= fields.keys()
    assert Award.objects.count() == 1


def test_a_variation_through_its_page_keeps_both_states(client, officer):
    award, last = make_award(), f"{today() + 400 * DAY:%-d %B %Y}"
    client.post(reverse("award-change", args=[award.pk]), form_of(award, amount="2500", ends=last))
    page = read(client, award.get_absolute_url())
    assert "The project grew." in page
    assert '<del dir="auto">£3,000</del>' in page
    assert last in page


def test_two_who_change_one_award_see_each_other_s_words(client, officer):
    award = make_award()
    operations.change(award, {"amount": Decimal(2000)}, Change(Kind.VARIED, "Less."), seen=1, by=officer)
    response = client.post(reverse("award-change", args=[award.pk]), form_of(award, amount="2500"))
    assert response.status_code == 409
    text = response.content.decode()
    assert "Somebody else changed this award" in text
    assert "2,000" in text
    client.post(reverse("award-change", args=[award.pk]), form_of(award, amount="2500", seen=2))
    assert Award.objects.get().amount == 2500


def test_withdrawing_through_its_page_wants_a_reason(client, officer):
    award = make_award()
    address = reverse("award-end", args=[award.pk])
    said = {"kind": "withdrawn", "effective_on": today().isoformat(), "seen": award.version}
    assert client.post(address, said).status_code == 422
    assert client.post(address, said | {"reason": "It fell through."}).status_code == 302
    page = read(client, award.get_absolute_url())
    assert "This award is withdrawn" in page
    assert "Vary or correct" not in page
    assert client.get(reverse("award-change", args=[award.pk])).status_code == 302
    assert client.post(address, said | {"reason": "Again."}).status_code in (409, 422)


def test_completed_is_opened_again(client, officer):
    award = make_award()
    said = {"kind": "completed", "effective_on": today().isoformat(), "seen": award.version}
    client.post(reverse("award-end", args=[award.pk]), said)
    client.post(reverse("award-reopen", args=[award.pk]), {"reason": "A slip.", "seen": 2})
    assert Award.objects.get().status == "active"


def test_payments_through_their_pages(client, officer):
    award = make_award()
    add = reverse("payment-add", args=[award.pk])
    said = {"kind": "payment", "amount": "2,000", "due_on": today().isoformat()}
    assert client.post(add, said).status_code == 302
    response = client.post(add, said | {"amount": "1,000.01"})
    assert response.status_code == 422
    assert "more than the award" in response.content.decode()
    payment = Payment.objects.get()
    paid = said | {"paid_on": today().isoformat(), "seen": payment.version, "reference": "BACS 7"}
    assert client.post(payment.get_absolute_url(), paid).status_code == 302
    assert client.post(payment.get_absolute_url(), paid | {"note": "Late"}).status_code == 409
    assert "£2,000 of £3,000 is with the recipient" in read(client, award.get_absolute_url())
    other = payments.add(award, {"kind": "payment", "amount": Decimal(5), "due_on": today()}, by=officer)
    client.post(reverse("payment-cancel", args=[other.pk]), {"reason": "Not needed.", "seen": other.version})
    assert "Not needed." in read(client, award.get_absolute_url())


def test_a_return_through_its_pages(client, officer):
    award = make_award()
    client.post(reverse("return-add", args=[award.pk]), {"title": "Final return", "due_on": today().isoformat()})
    asked = MonitoringReturn.objects.get()
    edit = {"title": "Last return", "due_on": today().isoformat(), "seen": asked.version}
    client.post(reverse("return-edit", args=[asked.pk]), edit)
    file = SimpleUploadedFile("return.csv", b"What,How many\nLamps,12\n")
    said = {"received_on": today().isoformat(), "spent": "0", "people_reached": "40", "outcome": "Lit.", "seen": 2}
    assert client.post(reverse("return-receive", args=[asked.pk]), said | {"file": file}).status_code == 302
    asked.refresh_from_db()
    assert (asked.title, asked.spent, asked.people_reached) == ("Last return", 0, 40)
    assert "Lamps" in read(client, reverse("return-file", args=[asked.pk]))
    client.post(reverse("return-accept", args=[asked.pk]), {"seen": 1})
    assert "To be accepted" in read(client, asked.get_absolute_url())
    client.post(reverse("return-accept", args=[asked.pk]), {"seen": asked.version})
    page = read(client, asked.get_absolute_url())
    assert "Accepted" in page
    assert "Enter what was reported" not in page


def test_a_return_that_makes_no_sense_leaves_no_file(client, officer):
    asked = returns.ask(make_award(), title="Final return", due_on=today(), by=officer)
    file = SimpleUploadedFile("return.csv", b"What,How many\nLamps,12\n")
    said = {"received_on": today().isoformat(), "spent": "3000.01", "seen": asked.version, "file": file}
    assert client.post(reverse("return-receive", args=[asked.pk]), said).status_code == 422
    assert not type(asked)._meta.get_field("upload").related_model.objects.exists()


# --- reminders -----------------------------------------------------------------------------------------------------------


def test_each_is_reminded_before_its_day_and_once_after_it(officer):
    make_office()
    application = make_application(organisation=make_organisation(name="Friends of the Park"))
    award = make_award(
        round=application.round,
        application=application,
        recipient=application.organisation,
        awarded_on=today() - 60 * DAY,
    )
    soon = returns.ask(award, title="Monitoring return 1", due_on=today() + 14 * DAY, by=officer)
    returns.ask(award, title="Final return", due_on=today() + 15 * DAY, by=officer)
    returns.ask(make_award(), title="Without an address", due_on=today(), by=officer)
    for _ in range(2):
        call_command("remind_grant_returns")
    (message,) = mail.outbox
    assert message.to == ["ann@example.org"]
    assert award.reference in message.subject
    assert soon.title in message.body
    for personal in ("Ann", "ann@", "Friends of the Park", award.title):
        assert personal not in message.subject + message.body
    later = today() + 15 * DAY  # one is overdue, the other is due that day
    assert [
        returns.remind_all(later).sent,
        returns.remind_all(later + DAY).sent,
        returns.remind_all(later + DAY).sent,
    ] == [2, 1, 0]
    assert "is overdue" in mail.outbox[1].subject


def test_a_mail_that_fails_is_tried_again(officer, monkeypatch):
    application = make_application()
    award = make_award(round=application.round, application=application)
    returns.ask(award, title="Final return", due_on=today(), by=officer)

    def fails(*args):
        raise OSError("no server")

    monkeypatch.setattr(returns, "send_mail", fails)
    assert len(returns.remind_all().failed) == 1
    monkeypatch.undo()
    assert returns.remind_all().sent == 1


def test_the_button_mails_once_a_day(client, officer):
    application = make_application()
    award = make_award(round=application.round, application=application)
    asked = returns.ask(award, title="Final return", due_on=today() + 40 * DAY, by=officer)
    address = reverse("return-remind", args=[asked.pk])
    assert client.get(address).status_code == 405
    for _ in range(2):
        client.post(address)
    assert len(mail.outbox) == 1


def test_returns_of_all_awards(client, officer):
    old = make_award(awarded_on=today() - 60 * DAY)
    returns.ask(old, title="An old one", due_on=today() - DAY, by=officer)
    returns.ask(make_award(), title="A coming one", due_on=today() + DAY, by=officer)
    page = read(client, reverse("grant-returns"))
    assert "1 overdue." in page
    assert page.index("An old one") < page.index("A coming one")
    assert "A coming one" not in read(client, reverse("grant-returns") + "?state=overdue")
    assert "A coming one" not in read(client, reverse("grant-returns-csv") + "?state=overdue")


# --- the register --------------------------------------------------------------------------------------------------------


def test_the_register_filters_and_its_sum_and_file_follow(client, officer):
    fund, round_ = make_fund(name="Safer Fund"), make_round()
    make_award(fund, title="Beacons", awarded_on=datetime.date(2017, 3, 31), amount=Decimal(1000))
    make_award(fund, title="=HYPERLINK(1)", awarded_on=datetime.date(2017, 4, 1), amount=Decimal(2000))
    make_award(round=round_, title="Doors", amount=Decimal(4000))
    gone = make_award(fund, title="Gone", amount=Decimal(500))
    operations.end(gone, Change(Kind.WITHDRAWN, "Over."), seen=1, by=officer)
    address, file = reverse("awards"), reverse("awards-csv")
    page = read(client, address)
    assert "4 awards" in page
    assert "<strong>£7,000</strong> in 3 awards to 3 organisations. Withdrawn awards do not count" in page
    for query, shown, amount in (
        (f"?fund={fund.pk}&year=2016", {"Beacons"}, "£1,000"),
        (f"?round={round_.pk}", {"Doors"}, "£4,000"),
        ("?text=beacon", {"Beacons"}, "£1,000"),
        ("?status=withdrawn", {"Gone"}, "£500"),
        ("?published=no&year=2017", {"=HYPERLINK(1)"}, "£2,000"),
        ("?published=yes", set(), None),
    ):
        page, sheet = read(client, address + query), read(client, file + query)
        for title in ("Beacons", "=HYPERLINK(1)", "Doors", "Gone"):
            assert (f">{title}</a>" in page) == (title in shown) == (f",{title}," in sheet or f",'{title}," in sheet)
        if amount:
            assert f"<strong>{amount}</strong>" in page
    assert ",'=HYPERLINK(1)," in read(client, file)


def test_pages_ask_the_database_little(client, officer):
    award = make_award(round=make_round())
    for n in range(8):
        payments.add(award, {"kind": "payment", "amount": Decimal(n + 1), "due_on": today()}, by=officer)
        returns.ask(award, title=f"Return {n}", due_on=today(), by=officer)
        make_award()
    asked = award.returns.first()
    for address in (award.get_absolute_url(), reverse("awards"), reverse("grant-returns"), asked.get_absolute_url()):
        client.get(address)
        with CaptureQueriesContext(connection) as asked_for:
            read(client, address)
        assert len(asked_for) <= 12, (address, len(asked_for))


def test_a_demonstration_says_so_everywhere(client, officer):
    award = make_award(demonstration_note="Invented for the demonstration.")
    asked = returns.ask(award, title="Final return", due_on=today(), by=officer)
    for address in (reverse("awards"), reverse("grant-returns")):
        assert "(demonstration)" in read(client, address)
    for address in (
        award.get_absolute_url(),
        asked.get_absolute_url(),
        reverse("awards-csv"),
        reverse("grant-returns-csv"),
    ):
        assert "Invented for the demonstration." in read(client, address)
    assert "Invented for the demonstration." in dossier.of(award, officer).html


# --- restricting the recipient -------------------------------------------------------------------------------------------


def test_a_recipient_is_kept_from_the_public_with_a_reason(client):
    award, basis = make_award(), make_legal_basis()
    client.force_login(make_user())
    page = read(client, award.get_absolute_url())
    address = reverse("restrict-award", args=[award.pk])
    assert address in page
    said = {
        "bases": basis.pk, "public_reason": "A refuge.", "decided_by": "The commissioner",
        "decided_on": "5 January 2026", "review_on": "5 January 2099",
    }  # fmt: skip
    assert client.post(address, said).status_code == 302
    award = Award.objects.select_related("restriction").get()
    assert award.is_restricted
    assert "A refuge." in read(client, award.get_absolute_url())
    assert award.reference in read(client, reverse("restrictions") + "?what=award")
    client.post(reverse("restriction-release", args=[award.restriction_id]))
    assert not Award.objects.select_related("restriction").get().is_restricted


def test_changing_an_award_does_not_set_its_recipient_free(officer):
    award = make_award()
    make_restriction(Award.objects.get(pk=award.pk))
    operations.change(award, {"amount": Decimal(2000)}, Change(Kind.VARIED, "Less."), seen=1, by=officer)
    assert Award.objects.select_related("restriction").get().is_restricted


# --- the dossier ---------------------------------------------------------------------------------------------------------


def test_the_dossier_holds_everything_from_the_application_to_the_last_return(officer):
    make_office()
    application = make_application(organisation=make_organisation(), summary="Lamps and more lamps.")
    award = make_award(round=application.round, application=application, recipient=application.organisation)
    assessor = make_user(role=Role.ANALYST)
    assessment = Assessment.objects.create(
        application=application, user=assessor, submitted_at=application.submitted_at
    )
    for criterion in application.round.criteria.all():
        Score.objects.create(assessment=assessment, criterion=criterion, points=4)
    payments.add(award, {"kind": "payment", "amount": Decimal(1000), "due_on": today(), "paid_on": today()}, by=officer)
    asked = returns.ask(award, title="Final return", due_on=today(), by=officer)
    returns.receive(asked, {"received_on": today(), "outcome": "The park is lit."}, seen=1, by=officer)
    operations.change(award, {"amount": Decimal(2500)}, Change(Kind.VARIED, "It cost less."), seen=1, by=officer)
    award = Award.objects.select_related(*Award.LOADED_WITH).get()
    text = dossier.of(award, officer).html
    said = ("Lamps and more lamps.", "80.00", "It cost less.", "£1,000 paid of £2,500", "The park is lit.", "Ann Other")
    for words in said:
        assert words in text, words
    assert assessor.name not in text


def test_the_dossier_of_somebody_with_an_interest_leaves_the_application_out():
    application = make_application(organisation=make_organisation(), summary="Lamps and more lamps.")
    award = make_award(round=application.round, application=application, recipient=application.organisation)
    reader = make_user(role=Role.GRANTS)
    Interest.objects.create(application=application, user=reader, nature="A friend", declared_by=reader)
    for user in (reader, make_user(role=Role.ADMINISTRATOR)):
        text = dossier.of(award, user).html
        assert "Lamps and more lamps." not in text
        assert "Ann Other" not in text
        assert "left out of this copy" in text
