"""The public application form, from the open rounds to the receipt."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from funding.applications.models import Application, SavedLink
from opcc_portal.audit.models import AuditLine
from tests.factories import make_area, make_fund, make_office, make_priority, make_round, make_user
from tests.files import samples
from tests.funding.applicant import (
    EMAIL,
    MONEY,
    ORGANISATION,
    address,
    begin,
    days_ago,
    everything,
    fill_in,
    last_link,
    only,
    save,
    send,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_asked_yet():
    cache.clear()
    make_office(display_name="Office of the PCC", email="grants@example.org")


@pytest.fixture
def round_():
    return make_round(make_fund(code="SCF"), code="R2", guidance="Small projects in parks.")


def text(response):
    return response.content.decode()


def test_open_rounds_are_listed_and_others_are_not(client, round_):
    closed = make_round(opens=days_ago(30), closes=days_ago(1))
    on_paper = make_round(public_form=False)
    shown = text(client.get("/apply/"))
    assert round_.label in shown
    assert closed.label not in shown
    assert on_paper.label not in shown
    assert client.get(reverse("apply-start", args=[on_paper.fund.slug, on_paper.slug])).status_code == 404


def test_the_start_says_what_the_round_is_about(client, round_):
    shown = text(client.get(reverse("apply-start", args=[round_.fund.slug, round_.slug])))
    for words in (
        "Small projects in parks.",
        "It works in the force’s area",
        "£5,000",
        "Spend it on what you asked for.",
    ):
        assert words in shown


def test_an_application_goes_from_the_link_to_the_receipt(client, round_):
    begin(client, round_)
    fill_in(client, round_)
    paper = samples.uploaded("accounts.pdf", samples.pdf())
    assert client.post(address("documents"), {"kind": "accounts", "file": paper, "go": "on"}).url == address("check")
    assert "Lamps along the path." in text(client.get(address("check")))
    answer = send(client)
    assert answer.url == reverse("apply-sent")
    sent = only()
    assert sent.reference == "SCF-R2-0001"
    assert sent.reference in text(client.get(answer.url))
    assert (sent.status, sent.origin, sent.declared_by) == ("submitted", "public", "Ann Other")
    assert (sent.postcode, sent.amount, sent.beneficiaries) == ("LS1 1AA", 3000, 1200)
    assert sent.declared_at and sent.submitted_at
    assert sent.documents.get().title == "accounts.pdf"
    assert [event.by for event in sent.events.all()] == [None]
    assert mail.outbox[-1].to == [EMAIL]
    assert sent.reference in mail.outbox[-1].body


def test_mails_say_nothing_that_was_typed_into_the_form(client, round_):
    begin(client, round_)
    fill_in(client, round_)
    send(client)
    for message in mail.outbox:
        for words in ("Ann Other", "Friends of the Park", "Lights", "3,000", "Park Lane", EMAIL):
            assert words not in message.body + message.subject


def test_nothing_but_the_hash_of_a_link_and_the_key_of_the_application_is_kept(client, round_):
    application = begin(client, round_)
    token = last_link().split("/")[-2]
    assert token not in str(list(SavedLink.objects.values()))
    assert dict(client.session) == {"application": application.pk}


def test_every_page_saves_with_gaps_and_says_what_is_missing(client, round_):
    begin(client, round_)
    answer = save(client, "organisation", ORGANISATION | {"postcode": "", "applicant_kind": ""})
    assert answer.status_code == 200
    assert "Enter your postcode." in text(answer)
    assert "There is a problem" in text(answer)
    assert only().applicant_name == "Friends of the Park"


def test_what_cannot_be_read_is_kept_as_it_was_typed(client, round_):
    begin(client, round_)
    assert "is not an amount in pounds" in text(save(client, "money", {"amount": "about three", "total_cost": ""}))
    assert only().amount is None
    assert 'value="about three"' in text(client.get(address("money")))
    assert "about three" in text(client.get(address("check")))
    assert save(client, "money", MONEY).status_code == 302
    assert only().typed == {}


def test_a_mistake_takes_the_place_of_what_was_right_before(client, round_):
    begin(client, round_)
    save(client, "money", MONEY)
    save(client, "money", {"amount": "all of it"})
    assert only().amount is None
    assert "all of it" in text(client.get(address("check")))


def test_come_back_later_saves_closes_and_mails_a_link_that_goes_on_where_it_was(client, round_):
    begin(client, round_)
    save(client, "organisation", ORGANISATION)
    SavedLink.objects.update(made_at=timezone.now() - timezone.timedelta(minutes=10))
    answer = save(client, "contact", {"contact_name": "Ann", "contact_email": "not one"}, go="later")
    assert answer.url == reverse("apply-kept")
    assert client.get(address("contact")).url == reverse("apply-away")
    assert len(mail.outbox) == 2
    back = client.post(last_link(), {"email": EMAIL})
    assert back.url == address("contact")
    shown = text(client.get(back.url))
    assert 'value="Ann"' in shown
    assert 'value="not one"' in shown


def test_somebody_who_asks_again_comes_back_to_the_same_application(client, round_):
    application = begin(client, round_)
    SavedLink.objects.update(made_at=timezone.now() - timezone.timedelta(minutes=10))
    assert begin(Client(), round_, "ANN@Example.org ") == application
    assert Application.objects.count() == 1


def test_an_application_that_was_sent_is_closed_and_the_next_one_is_a_new_one(client, round_):
    begin(client, round_)
    fill_in(client, round_)
    link = last_link()
    send(client)
    for page in ("organisation", "money", "documents"):
        assert client.get(address(page), follow=True).redirect_chain[-1][0] == reverse("apply-sent")
    assert save(client, "money", {"amount": "9"}, read_as="x").url == address("check")
    assert only().amount == 3000
    assert Client().post(link, {"email": EMAIL}).url == reverse("apply-sent")
    SavedLink.objects.update(made_at=timezone.now() - timezone.timedelta(minutes=10))
    assert begin(Client(), round_).status == "draft"


def test_priorities_and_places_are_asked_for_where_there_are_any(client, round_):
    force = make_area(name="The whole area", kind="force")
    leeds = make_area(name="Leeds", kind="district", parent=force)
    make_area(name="Another force", kind="force")
    priority = make_priority()
    round_.priorities.add(priority)
    begin(client, round_)
    shown = text(client.get(address("place")))
    assert "The whole area" in shown
    assert "Another force" not in shown
    pages = everything(round_)
    fill_in(
        client, round_, project=pages["project"] | {"priority": priority.pk}, place=pages["place"] | {"area": leeds.pk}
    )
    assert "Leeds" in text(client.get(address("check")))
    send(client)
    assert (only().area, only().priority) == (leeds, priority)


def test_a_demonstration_round_says_so_and_so_does_its_application(client):
    invented = make_round(demonstration_note="Everything in this round is invented.")
    begin(client, invented)
    assert "Everything in this round is invented." in text(client.get(address("organisation")))
    assert only().is_demonstration


def test_nobody_at_the_desk_reads_what_is_not_sent_yet(client, round_):
    application = begin(client, round_)
    officer = make_user(roles=["grants"])
    assert not officer.has_perm("applications.view", application)
    assert application not in Application.objects.visible_to(officer)
    fill_in(client, round_)
    send(client)
    application.refresh_from_db()
    assert officer.has_perm("applications.view", application)
    assert application in Application.objects.visible_to(officer)


def test_beginning_and_sending_stand_in_the_audit_trail(client, round_):
    begin(client, round_)
    fill_in(client, round_)
    send(client)
    acts = set(AuditLine.objects.values_list("act", "by"))
    assert {("Application begun by the public form", None), ("Application SCF-R2-0001 received", None)} <= acts


def test_pages_are_kept_by_no_browser_and_no_search_engine(client, round_):
    begin(client, round_)
    for where in ("/apply/", address("organisation"), address("check")):
        answer = client.get(where)
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"
    assert "Disallow: /apply/" in text(client.get("/robots.txt"))


def test_a_page_asks_little_of_the_database(client, round_, django_assert_max_num_queries):
    begin(client, round_)
    fill_in(client, round_)
    with django_assert_max_num_queries(14):
        client.get(address("place"))
