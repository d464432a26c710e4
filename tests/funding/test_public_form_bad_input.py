"""What can go wrong at the public application form, by accident and on purpose."""

import datetime
from unittest import mock

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from funding.applications.models import Application, ApplicationDocument, SavedLink
from funding.applications.public import links, retention
from funding.rounds.models import Round
from opcc_portal.audit.models import AuditLine
from opcc_portal.files.models import Upload
from tests.factories import make_application, make_round
from tests.files import samples
from tests.funding.applicant import (
    CONTACT,
    EMAIL,
    MONEY,
    ORGANISATION,
    PROJECT,
    address,
    ask_for_link,
    begin,
    days_ago,
    fill_in,
    last_link,
    only,
    place,
    save,
    seen,
    send,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_asked_yet():
    cache.clear()


@pytest.fixture
def round_():
    return make_round()


def text(response):
    return response.content.decode()


def some_time_later():
    SavedLink.objects.update(made_at=timezone.now() - datetime.timedelta(hours=2))


# --- links -----------------------------------------------------------------------------------------------------------


def test_an_expired_link_opens_nothing_and_a_new_one_is_mailed_to_its_own_address(client, round_):
    ask_for_link(client, round_)
    some_time_later()
    SavedLink.objects.update(expires_at=timezone.now())
    shown = text(client.post(last_link(), {"email": EMAIL}))
    assert "That link was too old" in shown
    assert "application" not in client.session
    assert [message.to for message in mail.outbox] == [[EMAIL], [EMAIL]]
    assert client.post(last_link(), {"email": EMAIL}).url == address("organisation")


def test_a_link_lasts_thirty_days(client, round_):
    ask_for_link(client, round_)
    lasts = SavedLink.objects.get().expires_at - timezone.now()
    assert datetime.timedelta(days=29, hours=23) < lasts <= datetime.timedelta(days=30)


def test_a_link_does_not_open_for_somebody_else_and_is_spent_after_five_tries(client, round_):
    ask_for_link(client, round_)
    for left in (4, 3, 2, 1):
        answer = client.post(last_link(), {"email": "eve@example.org"})
        assert f"You can try {left} more time" in text(answer)
        assert EMAIL not in text(answer)
    assert client.post(last_link(), {"email": "eve@example.org"}).status_code == 410
    assert client.post(last_link(), {"email": EMAIL}).status_code == 410
    assert "application" not in client.session


def test_looking_at_a_link_opens_nothing(client, round_):
    ask_for_link(client, round_)
    assert client.get(last_link()).status_code == 200
    assert client.get(address("organisation")).url == reverse("apply-away")


def test_an_invented_link_opens_nothing(client):
    where = reverse("apply-saved", args=["x" * 43])
    assert client.get(where).status_code == 200
    assert client.post(where, {"email": EMAIL}).status_code == 410


def test_the_start_answers_the_same_whether_or_not_an_address_is_known(client, round_):
    first = ask_for_link(client, round_)
    some_time_later()
    again = ask_for_link(client, round_)
    other = ask_for_link(client, round_, "new@example.org")
    assert {(answer.status_code, answer.url) for answer in (first, again, other)} == {(302, reverse("apply-mailed"))}


def test_a_button_pressed_twice_begins_one_application_and_mails_one_link(client, round_):
    ask_for_link(client, round_)
    ask_for_link(client, round_)
    assert Application.objects.count() == len(mail.outbox) == 1


def test_an_address_gets_five_mails_an_hour_at_most(client, round_):
    for _ in range(7):
        ask_for_link(client, round_)
        SavedLink.objects.update(made_at=timezone.now() - datetime.timedelta(minutes=2))
    others = make_round()
    ask_for_link(client, others)
    assert len(mail.outbox) == links.MOST_AN_HOUR
    assert not Application.objects.filter(round=others).exists()


def test_somebody_who_asks_for_very_many_mails_is_told_to_wait(client, round_):
    answers = [ask_for_link(client, round_, f"a{number}@example.org").status_code for number in range(21)]
    assert answers == [302] * 20 + [429]


def test_an_address_that_is_none_is_refused(client, round_):
    for wrong in ("", "ann", "ann@example.org\nBcc: eve@example.org", "a" * 300 + "@example.org"):
        answer = ask_for_link(client, round_, wrong)
        assert answer.status_code == 200
        assert "There is a problem" in text(answer)
    assert not mail.outbox


# --- whose application -----------------------------------------------------------------------------------------------


def test_somebody_else_never_comes_to_the_application(client, round_):
    mine = begin(client, round_)
    save(client, "project", PROJECT)
    stranger = Client()
    theirs = begin(stranger, round_, "eve@example.org")
    assert theirs != mine
    assert "Lights for the park" not in text(stranger.get(address("check")))
    save(stranger, "project", PROJECT | {"title": "Another"})
    mine.refresh_from_db()
    assert mine.title == "Lights for the park"


def test_a_contact_given_in_the_form_does_not_open_it(client, round_):
    begin(client, round_)
    save(client, "contact", CONTACT | {"contact_email": "bob@example.org"})
    assert begin(Client(), round_, "bob@example.org").title == ""
    assert Application.objects.count() == 2


def test_documents_of_somebody_else_cannot_be_removed(client, round_):
    begin(client, round_)
    client.post(
        address("documents"), {"kind": "rules", "file": samples.uploaded("rules.pdf", samples.pdf()), "go": "add"}
    )
    stranger = Client()
    begin(stranger, round_, "eve@example.org")
    stranger.post(address("documents"), {"remove": ApplicationDocument.objects.get().pk})
    assert ApplicationDocument.objects.count() == 1


def test_an_application_of_the_office_is_never_opened_here(client, round_):
    begin(client, round_)
    session = client.session
    session["application"] = make_application(round_, status="draft").pk
    session.save()
    assert client.get(address("organisation")).url == reverse("apply-away")


def test_without_its_session_a_page_shows_what_was_typed_for_copying(client, round_):
    words = "Lamps along the path, which is dark from four in the afternoon for half of the year."
    answer = client.post(address("project"), {**PROJECT, "summary": words, "go": "on"})
    assert answer.status_code == 403
    assert words in text(answer)


def test_a_form_from_another_site_is_refused(round_):
    strict = Client(enforce_csrf_checks=True)
    assert ask_for_link(strict, round_).status_code == 403
    assert not mail.outbox


# --- the round -------------------------------------------------------------------------------------------------------


def close(round_):
    Round.objects.filter(pk=round_.pk).update(opens=days_ago(20), closes=days_ago(1))


def test_a_closed_round_says_so_and_mails_nothing(client, round_):
    close(round_)
    where = reverse("apply-start", args=[round_.fund.slug, round_.slug])
    assert "This round is closed" in text(client.get(where))
    assert "This round is closed" in text(ask_for_link(client, round_))
    assert not mail.outbox


def test_a_round_to_come_says_when_it_opens(client):
    round_ = make_round(opens=days_ago(-3), closes=days_ago(-9))
    assert "Not open yet" in text(ask_for_link(client, round_))
    assert not mail.outbox


def test_a_round_that_closes_while_somebody_types_loses_nothing_and_says_so(client, round_):
    begin(client, round_)
    fill_in(client, round_)
    read_as = seen(client, "project")
    close(round_)
    answer = save(client, "project", PROJECT | {"summary": "Lamps and benches."}, read_as=read_as)
    assert answer.url == address("check")
    shown = text(client.get(answer.url))
    assert "This round is closed" in shown
    assert "Lamps and benches." in shown
    assert "Send the application" not in shown
    assert client.get(address("money")).url == address("check")
    assert client.get(address("documents")).url == address("check")


def test_a_round_that_closes_before_the_last_press_takes_nothing(client, round_):
    begin(client, round_)
    fill_in(client, round_)
    version = seen(client, "check")
    close(round_)
    assert "This round closed on" in text(send(client, version))
    assert only().status == "draft"


# --- sending ---------------------------------------------------------------------------------------------------------


def test_what_is_not_complete_is_not_sent_and_says_what_is_missing(client, round_):
    begin(client, round_)
    save(client, "organisation", ORGANISATION)
    shown = text(send(client))
    assert "Still missing" in shown
    assert "Fill in what is still missing first." in shown
    assert "Enter a name for the project." in shown
    assert only().status == "draft"


def test_nobody_sends_without_declaring(client, round_):
    begin(client, round_)
    fill_in(client, round_)
    assert "Tick that you declare this." in text(send(client, agrees=""))
    assert "Enter your name." in text(send(client, declared_by=""))
    assert only().status == "draft"


def test_sending_twice_sends_once(client, round_):
    begin(client, round_)
    fill_in(client, round_)
    version = seen(client, "check")
    assert [send(client, version).url for _ in range(2)] == [reverse("apply-sent")] * 2
    assert only().events.count() == 1
    assert [message.subject for message in mail.outbox].count(f"Received: {only().reference}") == 1


def test_what_was_changed_in_another_window_is_looked_at_again_before_it_is_sent(client, round_):
    begin(client, round_)
    fill_in(client, round_)
    version = seen(client, "check")
    save(client, "money", {"amount": "4,000"})
    assert "changed in another window" in text(send(client, version))
    assert only().status == "draft"


def test_the_same_application_twice_is_taken_once(client, round_):
    for _ in range(2):
        some_time_later()
        begin(client, round_)
        fill_in(client, round_)
        answer = send(client)
    sent = Application.objects.get(status="submitted")
    assert f"This application came already. Its reference is {sent.reference}." in text(answer)


def test_the_back_button_and_a_second_press_change_nothing(client, round_):
    begin(client, round_)
    read_as = seen(client, "money")
    assert save(client, "money", MONEY, read_as=read_as).url == address("documents")
    assert save(client, "money", MONEY, read_as=read_as).url == address("documents")
    assert only().version == 2


def test_a_page_saved_in_another_window_is_not_overwritten_unseen(client, round_):
    begin(client, round_)
    read_as = seen(client, "project")
    save(client, "project", PROJECT)
    answer = text(save(client, "project", PROJECT | {"title": "Benches"}, read_as=read_as))
    assert "saved in another window" in answer
    assert "Lights for the park" in answer
    assert 'value="Benches"' in answer
    assert only().title == "Lights for the park"
    save(client, "project", PROJECT | {"title": "Benches"})
    assert only().title == "Benches"


# --- what is typed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "words", "said"),
    [
        ("money", {"amount": "0"}, "Enter an amount above £0."),
        ("money", {"amount": "-5"}, "without a minus sign"),
        ("money", {"amount": "5,001"}, "The largest grant is £5,000."),
        ("money", {"amount": "3000", "total_cost": "2000"}, "would cost less than you ask for"),
        ("organisation", {"charity_number": "1048995-1"}, "1048995"),
        ("organisation", {"company_number": "2065445"}, "type 02065445"),
        ("organisation", {"company_number": "IP12345R"}, "Mutuals Public Register"),
        ("organisation", {"applicant_kind": "charity"}, "Enter your charity number."),
        ("organisation", {"applicant_kind": "cartel"}, "There is a problem"),
        ("organisation", {"postcode": "somewhere"}, "Enter a whole postcode"),
        ("place", {"starts": "31 February 2031"}, "is not a date"),
        ("place", {"starts": "1 May 2001"}, "money is given for what starts later"),
        ("place", {"ends": "1 May 2001"}, "must not be before the first day"),
        ("place", {"ends": "1 May 2999"}, "Check the year."),
        ("place", {"beneficiaries": "many"}, "Enter a whole number"),
        ("contact", {"contact_email": "ann at home"}, "name@example.org"),
    ],
)
def test_what_is_wrong_is_said_and_stays_on_the_page(client, round_, page, words, said):
    begin(client, round_)
    whole = {"organisation": ORGANISATION, "contact": CONTACT, "money": MONEY, "place": place(round_)}[page]
    answer = save(client, page, whole | words)
    assert answer.status_code == 200
    assert said in text(answer)
    (name, typed) = list(words.items())[-1]
    assert only().typed == {name: typed} or name == "applicant_kind"


def test_a_huge_text_comes_back_whole_and_is_kept_up_to_a_bound(client, round_):
    begin(client, round_)
    huge = "word " * 20_000
    answer = save(client, "project", PROJECT | {"summary": huge})
    assert "Keep what the money is for under 5,000 letters." in text(answer)
    assert huge.strip() in text(answer)
    assert len(only().typed["summary"]) == 20_000
    assert only().summary == ""


def test_what_is_far_too_large_is_not_even_read(client, round_):
    begin(client, round_)
    answer = client.post(address("project"), {"summary": "x" * (1024 * 1024 + 1)})
    assert answer.status_code == 413
    assert "That is too large to send" in text(answer)


def test_characters_that_nobody_sees_do_no_harm(client, round_):
    begin(client, round_)
    save(client, "project", PROJECT | {"title": "Li\x00ghts\u202e <script>alert(1)</script>"})
    save(client, "money", {"amount": "3\x00\x07 grand"})
    shown = text(client.get(address("check")))
    assert only().title.startswith("Lights")
    assert "<script>alert" not in shown
    assert only().typed["amount"] == "3 grand"


def test_there_are_no_other_pages(client, round_):
    begin(client, round_)
    assert client.get("/apply/form/everything/").status_code == 404
    assert client.get("/apply/nothing/").status_code == 404


# --- files -----------------------------------------------------------------------------------------------------------


def add(client, name, content, kind="other", go="add"):
    return client.post(address("documents"), {"kind": kind, "file": samples.uploaded(name, content), "go": go})


def test_a_hostile_file_is_made_harmless_or_refused(client, round_):
    begin(client, round_)
    add(client, "plan.pdf", samples.hostile_pdf())
    assert Upload.objects.get().cleaned
    assert "Taken out for safety" in text(client.get(address("documents")))
    answer = add(client, "accounts.pdf", b"MZ" + b"\x00" * 500)
    assert answer.status_code == 200
    assert "There is a problem" in text(answer)
    assert Upload.objects.count() == 1


def test_a_file_that_is_empty_or_too_large_is_refused(client, round_):
    begin(client, round_)
    assert "empty" in text(add(client, "a.pdf", b""))
    with mock.patch("funding.applications.public.forms.LARGEST_FILE", 100):
        assert "it can be at most 100 bytes" in text(add(client, "a.pdf", samples.pdf()))
    assert not Upload.objects.exists()


def test_the_same_file_twice_is_kept_once_and_ten_are_the_most(client, round_):
    begin(client, round_)
    one = samples.pdf()
    add(client, "a.pdf", one)
    add(client, "a.pdf", one)
    assert Upload.objects.count() == 1
    with mock.patch("funding.applications.public.drafts.MOST_DOCUMENTS", 1):
        assert "can have 1 documents" in text(add(client, "b.pdf", samples.pdf(pages=2)))
    client.post(address("documents"), {"remove": ApplicationDocument.objects.get().pk})
    assert not Upload.objects.exists()


def test_a_file_that_comes_after_sending_is_not_kept(client, round_):
    begin(client, round_)
    fill_in(client, round_)
    send(client)
    add(client, "late.pdf", samples.pdf())
    assert not Upload.objects.exists()


# --- what nobody sent --------------------------------------------------------------------------------------------------


def sweep_after(round_, days):
    return retention.sweep(round_.closes + datetime.timedelta(days=days))


def test_what_nobody_sent_is_deleted_ninety_days_after_the_round(client, round_, django_capture_on_commit_callbacks):
    begin(client, round_)
    save(client, "project", PROJECT)
    add(client, "a.pdf", samples.pdf())
    stored = Upload.objects.get().file.name
    by_the_office = make_application(round_, status="draft")
    sent = make_application(round_, origin="public")
    assert sweep_after(round_, 90) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_after(round_, 91) == 1
    assert set(Application.objects.all()) == {by_the_office, sent}
    assert not Upload.objects.exists()
    assert not SavedLink.objects.exists()
    assert not default_storage.exists(stored)
    assert AuditLine.objects.get(act="Unsent applications deleted").details == {"applications": 1}


def test_what_was_never_opened_goes_with_its_link(client, round_):
    ask_for_link(client, round_)
    call_command("sweep", verbosity=0)
    assert Application.objects.count() == 1
    SavedLink.objects.update(expires_at=timezone.now())
    call_command("sweep", verbosity=0)
    assert Application.objects.count() == 0


def test_links_to_what_was_sent_go_when_they_have_run_out(client, round_):
    begin(client, round_)
    fill_in(client, round_)
    send(client)
    retention.sweep()
    assert SavedLink.objects.count() == 1
    SavedLink.objects.update(expires_at=timezone.now())
    retention.sweep()
    assert SavedLink.objects.count() == 0
    assert only().status == "submitted"
