"""The board on the desk: its filters and files, one line, its settings, confirmations; and how few questions it asks."""

import csv
import io

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opcc_portal import pdf
from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from scrutiny.duties import operations, starting
from scrutiny.duties.board import board
from scrutiny.duties.models import Confirmation, Duty
from scrutiny.workflow.operations import NotPossible
from tests.duties.records import DAY, days, out, signed
from tests.factories import (
    make_award,
    make_confirmation,
    make_duty,
    make_figures,
    make_inspection,
    make_item,
    make_meeting,
    make_minutes,
    make_office,
    make_organisation,
    make_recommendation,
    make_report,
    make_user,
)
from tests.minutes.test_paper import text_of

pytestmark = pytest.mark.django_db
MOST = 10


@pytest.fixture(autouse=True)
def office(monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", DAY.isoformat())
    return make_office()


@pytest.fixture
def officer(client):
    user = make_user()
    client.force_login(user)
    return user


def read(client, query=""):
    return client.get(reverse("duties") + query).content.decode()


def rows(client, query=""):
    text = client.get(reverse("duties-csv") + query).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# --- the board ---------------------------------------------------------------------------------------------------------


def test_the_first_visit_finds_every_line(client, officer):
    page = read(client)
    assert f"{len(starting.LINES)} lines" in page
    for each in starting.LINES:
        assert each["title"] in page
    assert Duty.objects.count() == len(starting.LINES)


def test_loading_the_lines_again_changes_nothing_of_what_the_office_set():
    starting.load()
    Duty.objects.filter(code="minutes").update(interval_days=14, in_use=False)
    assert starting.load() == 0
    assert Duty.objects.filter(code="minutes", interval_days=14, in_use=False).exists()
    Duty.objects.get(code="budget").delete()
    assert starting.load() == 1


def test_the_line_leads_to_the_record_that_tells(client, officer):
    meeting = make_meeting(date=days(2))
    page = read(client, "?text=announced")
    assert f'<a href="{meeting.get_absolute_url()}">{meeting}</a> is not announced.' in page
    assert "Was due 10 June 2026" in page


def test_the_file_holds_exactly_what_is_filtered(client, officer):
    make_meeting(date=days(-60), status="held")
    owner = make_user(name="Olive Owner")
    read(client)
    Duty.objects.filter(code__in=["minutes", "premises"]).update(owner=owner)
    for query, expected in (
        ("?state=overdue", {each.duty.title for each in board() if each.state == "overdue"}),
        ("?state=pressing", {each.duty.title for each in board() if each.is_pressing}),
        (f"?owner={owner.pk}", {"Minutes are published", "Premises are published"}),
        (f"?owner={owner.pk}&state=overdue", {"Minutes are published"}),
        ("?owner==", {each.duty.title for each in board()} - {"Minutes are published", "Premises are published"}),
        ("?text=PEEL", {"The most recent PEEL report is published"}),
        ("?state=nonsense", {each.duty.title for each in board()}),
    ):
        found = rows(client, query)
        assert {row["Duty"] for row in found} == expected, query
        page = read(client, query)
        assert f"{len(found)} line{'' if len(found) == 1 else 's'}</p>" in page, query
    assert rows(client)[0]["Told by"].startswith("Every public meeting")


def test_an_empty_filter_says_so(client, officer):
    assert "No line fits" in read(client, "?text=unicorns")


def test_the_paper_of_the_board(client, officer):
    make_meeting(date=days(-60), status="held")
    read(client)
    answer = client.get(reverse("duties-pdf") + "?state=overdue")
    data = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "application/pdf"
    assert pdf.problems(data) == []
    told = text_of(data)
    assert "Minutes are published" in told
    assert "Premises are published" not in told


def filled(number):
    for _ in range(number):
        meeting = make_meeting(date=days(-60), status="held")
        make_report(meeting, item=make_item(meeting))
        make_minutes(meeting)
        out(meeting)
        signed(number=1000 + Duty.objects.count() + AuditLine.objects.count(), meeting=meeting)
        make_award(awarded_on=days(-60))
        make_recommendation(make_inspection(published_on=days(-70)))
        make_figures(values=[1, 2])
        make_organisation()
        make_confirmation(make_duty(owner=make_user()), by=make_user())


@pytest.mark.parametrize("page", ["board", "line"])
def test_few_questions_however_much_is_held(client, officer, page):
    read(client)
    url = reverse("duties") if page == "board" else Duty.objects.get(code="minutes").get_absolute_url()
    filled(1)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        assert client.get(url).status_code == 200
    filled(6)
    with CaptureQueriesContext(connection) as many:
        assert client.get(url).status_code == 200
    assert len(many) <= len(few)
    assert len(many) <= (MOST if page == "board" else 12), "\n".join(q["sql"][:120] for q in many)


def test_whom_a_link_is_not_for_reads_the_words_alone(client, monkeypatch):
    client.force_login(make_user(Role.ANALYST))
    meeting = make_meeting(date=days(2))
    monkeypatch.setattr("scrutiny.duties.views._may_open", lambda user, url: False)
    page = read(client)
    assert f"{meeting} is not announced." in page
    assert meeting.get_absolute_url() not in page


# --- one line ----------------------------------------------------------------------------------------------------------


def test_a_line_names_its_query_its_law_and_its_history(client, officer):
    make_meeting(date=days(-60), status="held")
    operations.check()
    duty = Duty.objects.get(code="minutes")
    page = client.get(duty.get_absolute_url()).content.decode()
    for words in (
        "<code>minutes_published</code>",
        "paragraph 5(c)",
        "30 days after the meeting",
        "The office sets this time.",
    ):
        assert words in page, words
    assert "15 June 2026" in page and "Overdue" in page
    assert reverse("duty-confirm", args=[duty.pk]) not in page


def test_the_office_sets_time_warning_and_owner(client, officer):
    read(client)
    duty, owner = Duty.objects.get(code="minutes"), make_user(name="Olive Owner")
    url = reverse("duty-edit", args=[duty.pk])
    assert "Days after the meeting." in client.get(url).content.decode()
    sent = {"seen": duty.version, "interval_days": 20, "warn_days": 5, "owner": owner.pk, "in_use": "on"}
    assert client.post(url, sent).status_code == 302
    duty.refresh_from_db()
    assert (duty.interval_days, duty.warn_days, duty.owner, duty.in_use, duty.version) == (20, 5, owner, True, 2)
    assert AuditLine.objects.filter(act__contains="days allowed: 30 to 20").exists()
    again = client.post(url, sent | {"interval_days": 99})
    assert again.status_code == 422
    assert "Somebody changed this line" in again.content.decode()
    assert client.post(url, sent | {"seen": 2}).status_code == 302
    duty.refresh_from_db()
    assert duty.version == 2  # nothing was different


def test_settings_that_make_no_sense_are_refused(client, officer):
    duty, force = make_duty(), make_user(Role.FORCE)
    url = reverse("duty-edit", args=[duty.pk])
    for wrong in (
        {"interval_days": "0"},
        {"interval_days": "x"},
        {"warn_days": "-1"},
        {"owner": force.pk},
        {"interval_days": ""},
    ):
        sent = {"seen": 1, "interval_days": 20, "warn_days": 5, "in_use": "on"} | wrong
        assert client.post(url, sent).status_code == 422, wrong
    duty.refresh_from_db()
    assert duty.version == 1


def test_where_the_law_counts_no_days_are_set(client, officer):
    read(client)
    duty = Duty.objects.get(code="inspection-responses")
    assert "Days allowed" not in client.get(reverse("duty-edit", args=[duty.pk])).content.decode()
    assert "As the law counts" in client.get(duty.get_absolute_url()).content.decode()


# --- confirmations -------------------------------------------------------------------------------------------------------


def said(**changes):
    return {
        "on": "15 June 2026",
        "expires_on": "1 September 2026",
        "url": "https://www.example.org/x/",
        "note": "",
    } | changes


def test_somebody_confirms_what_no_record_can_tell(client, officer):
    duty = make_duty()
    url = reverse("duty-confirm", args=[duty.pk])
    assert 'value="13 September 2026"' in client.get(url).content.decode()
    assert client.post(url, said()).status_code == 302
    client.post(url, said())  # a button pressed twice
    held = Confirmation.objects.get()
    assert (held.on, held.expires_on, held.by) == (DAY, days(78), officer)
    page = client.get(duty.get_absolute_url()).content.decode()
    assert "It counts until 1 September 2026." in page
    assert "Duty confirmed on 15 June 2026" in page
    assert rows(client)[-1]["State"] == "Met"


def test_a_confirmation_needs_a_day_an_end_and_something_to_see(client, officer):
    url = reverse("duty-confirm", args=[make_duty().pk])
    for wrong in (
        {"on": "16 June 2026"},
        {"expires_on": "15 June 2026"},
        {"expires_on": ""},
        {"url": ""},
        {"url": "javascript:alert(1)"},
        {"on": "31 February 2026"},
    ):
        assert client.post(url, said(**wrong)).status_code == 422, wrong
    assert not Confirmation.objects.exists()
    assert client.post(url, said(url="", note="It hangs in the hall.")).status_code == 302


def test_nobody_confirms_what_a_record_tells(client, officer):
    read(client)
    duty = Duty.objects.get(code="minutes")
    assert client.post(reverse("duty-confirm", args=[duty.pk]), said()).status_code == 302
    assert not Confirmation.objects.exists()
    with pytest.raises(NotPossible, match="A record tells"):
        operations.confirm(duty, on=DAY, expires_on=days(9), url="", note="x", by=officer)


def test_a_mistaken_confirmation_is_taken_back_with_a_trace(client, officer):
    held = make_confirmation()
    url = reverse("duty-take-back", args=[held.duty_id, held.pk])
    assert client.get(url).status_code == 405
    assert client.post(reverse("duty-take-back", args=[make_duty().pk, held.pk])).status_code == 404
    assert client.post(url).status_code == 302
    assert not Confirmation.objects.exists()
    assert AuditLine.objects.filter(act__contains="taken back", by=officer).exists()


# --- the command -----------------------------------------------------------------------------------------------------------


def test_the_command_says_what_changed(capsys):
    make_meeting(date=days(-60), status="held")
    call_command("check_duties")
    told = capsys.readouterr().out
    assert "Overdue: Minutes are published" in told
    assert f"{len(starting.LINES)} changed." in told
    call_command("check_duties")
    assert capsys.readouterr().out.strip() == "0 changed."
