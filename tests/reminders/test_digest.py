"""The daily digest: whom it tells of what, each thing once, one mail a day, nothing of what the records hold."""

import datetime
import re
import threading
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from funding.awards import returns
from funding.awards.models import Award, MonitoringReturn
from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from scrutiny.duties.models import Duty
from scrutiny.inspections.models import Inspection, Recommendation, Response
from scrutiny.news.models import NewsRelease
from scrutiny.register.models import Action, ActionOwner
from scrutiny.reminders import digest
from scrutiny.reminders.choice import choose
from scrutiny.reminders.models import Digest, Reminded
from scrutiny.reports.models import PaperRequest
from scrutiny.workflow.models import Restriction, State
from tests.factories import (
    make_action,
    make_award,
    make_decision,
    make_inspection,
    make_legal_basis,
    make_office,
    make_person,
    make_recommendation,
    make_request,
    make_restriction,
    make_user,
)
from tests.publication.canary import TOKEN, Canaries

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def office(monkeypatch, settings):
    monkeypatch.setenv("OPCC_TODAY", "2026-11-20")
    settings.PORTAL_ADDRESS = "https://portal.example.org"
    return make_office()


@pytest.fixture
def officer():
    return make_user(Role.GOVERNANCE)


def overdue_action(days=1, **fields):
    action = make_action(by=make_user(active=False, email=f"gone{fields.get('text', days)}@example.org"), **fields)
    Action.objects.filter(pk=action.pk).update(due=today() - days * DAY)
    return action


def told(user, day=None):
    """{heading: [words of its things]} of what the next digest tells this person."""
    return {group.title: [thing.words for thing in group.things] for group in digest.gather(user, day)}


# --- what is told to whom ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (29, None),
        (28, "28 days left"),
        (15, "15 days left"),
        (14, "14 days left"),
        (8, "8 days left"),
        (7, "7 days left"),
        (0, "Today is the last day"),
        (-1, "1 day late"),
    ],
)
def test_a_response_is_told_of_from_28_days_on(officer, left, words):
    make_inspection(published_on=today() - (55 - left) * DAY)
    found = told(officer).get("Responses to inspections")
    due = today() + left * DAY
    assert found == (words and [f"{words}, due by {due:%-d %B %Y}"])


def test_each_warning_of_a_response_is_told_once(officer, monkeypatch):
    first = today()
    make_inspection(published_on=first - 20 * DAY)  # 35 days left
    mailed = []
    for number in range(45):
        monkeypatch.setenv("OPCC_TODAY", str(first + number * DAY))
        before = len(mail.outbox)
        digest.send_all()
        if len(mail.outbox) > before:
            mailed.append(35 - number)
    assert mailed == [28, 14, 7, -1]


def test_who_sees_to_the_response_is_told_whatever_the_role():
    owner, other = make_user(Role.ANALYST), make_user(Role.ANALYST)
    make_inspection(published_on=today() - 50 * DAY, owner=owner)
    assert "Responses to inspections" in told(owner)
    assert told(other) == {}
    assert "Responses to inspections" in told(make_user(Role.COMMISSIONER))
    assert told(make_user(Role.FORCE)) == {}


def test_a_published_response_is_told_of_no_more(officer):
    inspection = make_inspection(published_on=today() - 60 * DAY)
    Response.objects.create(inspection=inspection, state=State.PUBLISHED)
    assert told(officer) == {}


def test_actions_are_told_to_those_who_follow_them_and_to_their_owners():
    overdue_action(3, text="Office")
    of_force = overdue_action(2, text="Force", force=True)
    force, owner = make_user(Role.FORCE), make_user(Role.ANALYST)
    person = make_person(account=owner)
    own = overdue_action(1, text="Own")
    ActionOwner.objects.create(action=own, person=person, name="Somebody")
    title = "Actions that are overdue"
    assert len(told(make_user(Role.GOVERNANCE))[title]) == len(told(make_user(Role.COMMISSIONER))[title]) == 3
    assert told(force) == {title: ["Due on 18 November 2026"]}
    assert told(owner) == {title: ["Due on 19 November 2026"]}
    assert told(make_user(Role.GRANTS)) == {}
    Action.objects.filter(pk=of_force.pk).update(status="closed", closed_on=today())
    assert told(force) == {}


def test_a_due_day_that_has_not_passed_is_not_overdue(officer):
    action = overdue_action()
    Action.objects.filter(pk=action.pk).update(due=today())
    assert told(officer) == {}
    assert told(officer, today() + DAY) == {"Actions that are overdue": ["Due on 20 November 2026"]}


def test_a_new_day_is_told_anew(officer, monkeypatch):
    action = overdue_action()
    digest.send_all()
    Action.objects.filter(pk=action.pk).update(due=today() + 5 * DAY)
    monkeypatch.setenv("OPCC_TODAY", "2026-11-26")
    digest.send_all()
    assert [len(mail.outbox), "Due on 25 November 2026" in mail.outbox[-1].body] == [2, True]


def test_recommendations_papers_returns_and_restrictions_reach_whom_they_concern():
    make_recommendation(due=today() - DAY)
    make_recommendation(due=today() - DAY, status=Recommendation.Status.CLOSED)
    make_request(due=today() - DAY)
    make_restriction(make_decision(), review_on=today())
    make_restriction(make_decision(), review_on=today() + DAY)
    award = make_award(awarded_on=today() - 90 * DAY)
    returns.ask(award, title="Final return", due_on=today() - DAY, by=make_user(active=False))
    wanted = {
        "Recommendations that are overdue": {Role.GOVERNANCE, Role.FORCE},
        "Papers that are late": {Role.GOVERNANCE, Role.FORCE},
        "Restrictions to be looked at again": {Role.GOVERNANCE},
        "Monitoring returns of grants": {Role.GRANTS},
    }
    for role in Role:
        found = told(make_user(role))
        assert set(found) == {title for title, roles in wanted.items() if role in roles}, role
        assert all(len(things) == 1 for things in found.values())


def test_the_force_is_told_only_of_papers_that_it_was_asked_for():
    make_request(due=today() - DAY, asked_of="office")
    assert told(make_user(Role.FORCE)) == {}


def test_a_release_that_did_not_go_out_is_told_of(officer):
    now = timezone.now()
    release = NewsRelease.objects.create(
        headline="Roads", slug="roads", date=today(), state=State.SIGNED, embargo_until=now - DAY, approved_at=now,
        approved_by=officer, trouble="The gate found a name.",
    )  # fmt: skip
    assert told(officer) == {"News releases that did not go out": ["It is still on the desk"]}
    assert told(make_user(Role.ANALYST)) == {}
    NewsRelease.objects.filter(pk=release.pk).update(trouble="")
    assert told(officer) == {}


def test_duties_are_told_to_their_owner_else_to_those_who_keep_the_board():
    owner, keeper, other = make_user(Role.ANALYST), make_user(Role.ADMINISTRATOR), make_user(Role.GRANTS)
    of = {"group": "G", "text": "x", "citation": "x"}
    one = Duty.objects.create(code="one", title="One", owner=owner, **of)
    two = Duty.objects.create(code="two", title="Two", **of)
    for duty in (one, two):
        duty.confirmations.create(on=today() - 90 * DAY, expires_on=today() - DAY, note="Seen.", by=keeper)
    found = {user.pk: told(user).get("Statutory duties") for user in (owner, keeper, other)}
    assert found[other.pk] is None
    assert len(found[owner.pk]) == len(found[keeper.pk]) == 1
    assert found[owner.pk][0].startswith("Overdue")


# --- each thing once, one mail a day ---------------------------------------------------------------------------------------


def test_without_anything_to_tell_there_is_no_mail(officer):
    assert (digest.send_all().sent, mail.outbox, Digest.objects.count()) == (0, [], 0)


def test_two_runs_on_one_day_send_one_mail_and_the_next_tells_nothing_twice(officer, monkeypatch):
    overdue_action()
    assert [digest.send_all().sent for _ in range(3)] == [1, 0, 0]
    overdue_action(2)  # found later on the same day: it waits for tomorrow
    assert digest.send_all().sent == 0
    monkeypatch.setenv("OPCC_TODAY", "2026-11-21")
    assert [digest.send_all().sent for _ in range(2)] == [1, 0]
    first, second = mail.outbox
    assert first.to == second.to == [officer.email]
    assert "Due on 19 November 2026" in first.body
    assert "Due on 19 November 2026" not in second.body
    assert "Due on 18 November 2026" in second.body
    monkeypatch.setenv("OPCC_TODAY", "2026-11-22")
    overdue = Action.objects.values_list("pk", flat=True)
    assert len(overdue) == 2  # both are still overdue
    assert digest.send_all().sent == 0


def test_nobody_is_mailed_who_is_gone_or_does_not_want_it(officer):
    overdue_action()
    choose(officer, wants=False, by=officer)
    make_user(active=False)
    assert digest.send_all().sent == 0
    choose(officer, wants=True, by=officer)
    assert digest.send_all().sent == 1


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_one_mail():
    make_user()
    overdue_action()
    made, barrier = [], threading.Barrier(4)

    def run():
        try:
            barrier.wait()
            made.append(digest.send_all(today()).sent)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 0, 0, 1]
    assert len(mail.outbox) == Digest.objects.count() == Reminded.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_runs_on_both_sides_of_midnight_send_one_mail():
    make_user()
    overdue_action()
    made, barrier = [], threading.Barrier(2)

    def run(day):
        try:
            barrier.wait()
            made.append(digest.send_all(day).sent)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[today() + number * DAY]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(made), len(mail.outbox)) == ([0, 1], 1)


# --- a mail server that refuses, a line that breaks, a run that is killed ------------------------------------------------


def refuses(monkeypatch, problem, name="send_messages"):
    def answer(self, *args):
        raise problem

    monkeypatch.setattr(EmailBackend, name, answer)


def test_a_refused_mail_is_tried_again_on_the_same_day(officer, monkeypatch, capsys):
    overdue_action()
    with monkeypatch.context() as patch:
        refuses(patch, SMTPRecipientsRefused({officer.email: (550, b"no")}))
        with pytest.raises(CommandError, match="Not every mail went"):
            call_command("send_digest")
    assert f"refused the mail to {officer.username}" in capsys.readouterr().err
    assert (Digest.objects.count(), Reminded.objects.count()) == (0, 0)
    call_command("send_digest")
    assert len(mail.outbox) == 1


def test_one_refused_mail_holds_up_no_other(monkeypatch):
    first, second = make_user(), make_user()
    overdue_action()
    sends = EmailBackend.send_messages

    def answer(self, messages):
        if messages[0].to == [first.email]:
            raise SMTPRecipientsRefused({})
        return sends(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", answer)
    done = digest.send_all()
    assert (done.sent, done.refused) == (1, [first.username])
    assert [message.to for message in mail.outbox] == [[second.email]]


def test_a_server_that_cannot_be_reached_leaves_everything_for_the_next_run(officer, monkeypatch):
    overdue_action()
    with monkeypatch.context() as patch:
        refuses(patch, ConnectionRefusedError("no server"), "open")
        with pytest.raises(CommandError, match="cannot be reached"):
            call_command("send_digest")
    assert Digest.objects.count() == 0
    assert digest.send_all().sent == 1


@pytest.mark.parametrize("problem", [SMTPServerDisconnected("gone"), TimeoutError("silence")])
def test_where_the_line_breaks_nothing_more_goes_today_and_nothing_is_lost(officer, monkeypatch, capsys, problem):
    overdue_action()
    with monkeypatch.context() as patch:
        refuses(patch, problem)
        with pytest.raises(CommandError):
            call_command("send_digest")
    assert "may have gone" in capsys.readouterr().err
    assert digest.send_all().sent == 0
    a_day_later(monkeypatch)
    assert digest.send_all().sent == 1


def test_a_run_that_is_killed_mails_nobody_twice_that_day_and_loses_nothing(officer, monkeypatch):
    overdue_action()
    with monkeypatch.context() as patch:
        refuses(patch, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            digest.send_all()
    held = Digest.objects.get()
    assert held.sent_at is None
    assert digest.send_all().sent == 0
    Digest.objects.update(begun_at=held.begun_at - 3 * DAY / 24)
    assert digest.send_all().sent == 0
    a_day_later(monkeypatch)
    assert [digest.send_all().sent for _ in range(2)] == [1, 0]
    assert "Due on 19 November 2026" in mail.outbox[0].body


def a_day_later(monkeypatch):
    """Tomorrow: what was begun today is an hour old."""
    monkeypatch.setenv("OPCC_TODAY", "2026-11-21")
    for held in Digest.objects.all():
        Digest.objects.filter(pk=held.pk).update(begun_at=held.begun_at - DAY)


def test_links_to_nowhere_are_not_mailed(officer, settings):
    overdue_action()
    settings.EMAIL_BACKEND, settings.PORTAL_ADDRESS_IS_SET = "django.core.mail.backends.smtp.EmailBackend", False
    with pytest.raises(CommandError, match="PORTAL_ADDRESS"):
        call_command("send_digest")
    assert not Digest.objects.exists()


# --- what the mail says ----------------------------------------------------------------------------------------------------


def everything_overdue(words):
    """One of everything that the digest speaks of, each text field of each record filled with a word of its own."""
    by = make_user(active=False)
    action = overdue_action()
    paper = make_request(due=today() - DAY)
    inspection = make_inspection(published_on=today() - 60 * DAY)
    recommendation = make_recommendation(inspection, due=today() - DAY)
    decision = make_decision()
    restriction = make_restriction(decision, review_on=today(), bases=[make_legal_basis()])
    award = make_award(awarded_on=today() - 90 * DAY)
    asked = returns.ask(award, title="Final return", due_on=today() - DAY, by=by)
    now = timezone.now()
    release = NewsRelease.objects.create(
        headline="x", slug="x", date=today(), state=State.SIGNED, embargo_until=now - DAY, approved_at=now,
        approved_by=by, trouble="x",
    )  # fmt: skip
    duty = Duty.objects.create(code="one", title="x", group="x", text="x", citation="x")
    confirmed = duty.confirmations.create(on=today() - 9 * DAY, expires_on=today() - DAY, note="x", by=by)
    records = [action, action.meeting, action.item, paper, inspection, inspection.body, recommendation, decision]
    records += [restriction, award, award.recipient, award.fund, asked, release, confirmed]
    for record in records:
        words.fill(record, keep=("individual", "waived"))
    words.fill(duty, keep=("query",))
    return records


def test_no_word_of_any_record_and_no_name_stands_in_the_mail():
    words = Canaries()
    everything_overdue(words)
    names = [words.word(f"User.name {role}") for role in Role]
    people = [make_user(role, name=f"Ann {name}") for role, name in zip(Role, names, strict=True)]
    digest.send_all()
    received = {message.to[0]: message for message in mail.outbox}
    assert {person.email for person in people if Role.ANALYST not in person.roles} <= set(received)
    headings = {heading for message in mail.outbox for heading in re.findall(r"^(\w.*): \d+$", message.body, re.M)}
    assert len(headings) == 8, headings  # every source has told something
    for message in mail.outbox:
        raw = message.message().as_bytes()
        assert not TOKEN.findall(raw + message.body.encode()), message.body
        assert message.content_subtype == "plain"


def test_the_canary_would_see_a_word_in_the_mail(monkeypatch):
    words = Canaries()
    everything_overdue(words)
    make_user()
    monkeypatch.setattr("scrutiny.reminders.sources.in_words", lambda day: f"{day} {Action.objects.get().text}")
    digest.send_all()
    assert TOKEN.findall(mail.outbox[0].message().as_bytes())


def test_the_mail_counts_links_and_tells_how_to_end_it(officer):
    action = overdue_action()
    for number in range(20):
        make_recommendation(due=today() - (number + 1) * DAY)
    digest.send_all()
    (message,) = mail.outbox
    assert message.subject == "OPCC portal: 21 things to look at"
    assert "Actions that are overdue: 1\n" in message.body
    assert f"https://portal.example.org/desk/actions/{action.pk}/" in message.body
    assert "Recommendations that are overdue: 20\n" in message.body
    assert message.body.count("/desk/recommendations/") == 16  # fifteen of them and their list
    assert "- and 5 more\n  https://portal.example.org/desk/recommendations/\n" in message.body
    assert message.extra_headers["List-Unsubscribe"].startswith("<https://portal.example.org/desk/reminders/stop/")
    assert Reminded.objects.count() == 21
    assert "&" not in message.body
    assert all(len(line) < 120 for line in message.body.splitlines())


def test_a_run_costs_no_more_for_more_records(officer, django_assert_max_num_queries):
    make_inspection(published_on=today() - 60 * DAY)
    for _ in range(40):
        make_recommendation(due=today() - DAY)
        overdue_action(text=f"{Action.objects.count()}")
    with django_assert_max_num_queries(60):
        assert digest.send_all().sent == 1


def test_what_is_over_is_over():
    """Records of every source that are done are told to nobody."""
    for model in (Action, Award, Inspection, MonitoringReturn, PaperRequest, Restriction):
        assert not model.objects.exists()
    assert all(told(make_user(role)) == {} for role in Role)
