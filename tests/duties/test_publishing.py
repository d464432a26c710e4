"""What the public gets of the board: computed from what is published, and so of nothing that is private."""

import csv
import io
import json

import pytest

from opcc_portal import pdf
from opcc_portal.accounts.capabilities import Role
from scrutiny.duties import operations, starting
from scrutiny.duties.models import Board, Duty, State
from scrutiny.plan.models import PlanVersion
from scrutiny.publication.models import PreElectionPeriod, SitePage
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Publication, PublicationClass
from tests.duties.records import DAY, days, line, out, page_out, signed
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
    make_plan,
    make_recommendation,
    make_report,
    make_response,
    make_statement,
    make_user,
)
from tests.minutes.test_paper import text_of
from tests.pdf.vera import VeraPDF
from tests.plan.plans import issue, make_whole_plan
from tests.publication.desk import publish
from tests.publication.records import edition_of, imprint

pytestmark = pytest.mark.django_db
KIND = kinds.named("duties")


@pytest.fixture(autouse=True)
def office(monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", DAY.isoformat())
    starting.load()
    return make_office()


def content():
    return KIND.content(Board.the())


def said(code):
    return next(each for group in content()["groups"] for each in group["lines"] if each["code"] == code)


def surfaces():
    made, edition = content(), edition_of(KIND, Board.the())
    parts = [html for _, html in KIND.parts(made)]
    found = [str(each) for each in KIND.search(edition)]
    return "\n".join([json.dumps(made), *parts, KIND.paper(made, imprint())[0], *found])


# --- computed from what is public ------------------------------------------------------------------------------------------


def a_record():
    """A meeting with agenda, minutes and a decision, a plan, an inspection with its response, a grant: all public."""
    meeting = make_meeting(date=days(-20), status="held")
    minutes = make_minutes(make_item(meeting).meeting)
    plan = make_whole_plan().plan
    issue(plan, by=make_user())
    response = make_response(
        make_recommendation(make_inspection(published_on=days(-30))).inspection, signed_by=make_user(Role.COMMISSIONER)
    )
    for record in (meeting, plan, response.inspection, response):
        out(record, whole=True)
    out(minutes)
    Publication.objects.get(kind="minutes").editions.get()
    return meeting


def test_the_public_board_reads_the_same_rows_from_editions():
    meeting = a_record()
    assert said("plan")["state"] == "met"
    assert said("inspection-responses")["state"] == "met"
    assert said("inspection-dispatches")["state"] == "overdue"
    found = said("meetings-announced")
    assert found["url"] == f"/meeting/record-{meeting.pk}/"
    assert found["state"] == "met"


def test_minutes_of_a_published_meeting_that_are_not_published_are_overdue_in_public_too():
    meeting = make_meeting(date=days(-60), status="held")
    out(meeting, whole=True)
    found = line("minutes", public=True)
    assert found.state == State.OVERDUE
    assert str(meeting) in found.words
    minutes = make_minutes(make_item(meeting).meeting)
    out(minutes)
    Publication.objects.get(kind="minutes").editions.get()
    assert line("minutes").state == State.MET


def test_a_grant_and_a_decision_are_read_from_their_editions():
    assert {said(code)["state"] for code in ("grants-monthly", "decisions")} == {"not_due"}
    out(signed(on=days(-20)), date=days(-20))
    assert said("decisions")["state"] == "met"


def test_the_board_counts_itself_where_it_will_stand():
    for held in PublicationClass.objects.exclude(slug="lists-and-registers"):
        page_out(f"documents/one-of-{held.slug}", f"One of {held}", scheme_class=held.slug)
    assert said("publication-scheme")["state"] == "met"
    assert said("prominent-place")["state"] == "met"
    assert line("publication-scheme").state == State.OVERDUE


# --- nothing private -----------------------------------------------------------------------------------------------------


def private_things():
    """Every kind of record that a line reads, none of them public; and what the office writes beside a line."""
    secret = make_meeting(date=days(-90), status="held", is_public=False, name="Gold group on Operation Heron")
    signed(on=days(-40), title="Heron to be paid", meeting=secret)
    signed(on=days(-41), number=2, title="Heron again")
    coming = make_meeting(date=days(2), name="Heron in public, not announced")
    make_report(coming, item=make_item(coming), subject="Heron report")
    make_minutes(make_item(make_meeting(date=days(-70), status="held", name="Heron held")).meeting)
    make_inspection(published_on=days(-90), title="Heron inspected")
    make_inspection(published_on=days(-90), kind="peel", title="Heron PEEL")
    make_response(make_inspection(published_on=days(-60), title="Heron answered"))
    make_award(awarded_on=days(-70), title="Heron grant")
    make_statement(signed=True)
    make_figures(values=[3])
    plan = make_plan(title="Heron plan")
    PlanVersion.objects.create(plan=plan, number=1, state="issued", issued={}, issued_on=days(-3))
    PreElectionPeriod.objects.create(name="Heron election", starts="2026-03-24", ends="2026-05-07")
    SitePage.objects.create(title="Heron policy", slug="heron", review_on=days(-9), body="<p>x</p>")
    SitePage.objects.update(scheme_class=PublicationClass.objects.get(slug="our-policies"))
    owner = make_user(name="Hera Heron")
    Duty.objects.update(owner=owner)


def test_no_word_depends_on_what_is_private():
    a_record()
    held = make_confirmation(make_duty(), note="The file of Heron lies open.")
    before, pages = content(), surfaces()
    private_things()
    held.note = "Another note on Heron."
    held.by = make_user(name="Hera Heron")
    held.save()
    assert content() == before
    assert surfaces() == pages
    assert "Heron" not in pages
    # the desk does know
    assert "Heron" in line("minutes").words
    assert line("decisions").state == State.OVERDUE


def test_the_desk_is_warned_where_it_knows_of_something_worse():
    make_meeting(date=days(-60), status="held", is_public=False, name="Heron")
    assert [each.code for each in KIND.findings(Board.the(), content())] == []
    private_things()
    found = {each.title: each for each in KIND.findings(Board.the(), content())}
    warning = found["“Minutes are published” reads nothing due; the desk finds it overdue"]
    assert not warning.blocks
    assert "Heron" in warning.quote
    assert warning.url == Duty.objects.get(code="minutes").get_absolute_url()


def test_owner_note_and_desk_addresses_stay_on_the_desk():
    duty = make_duty(owner=make_user(name="Olive Owner"))
    make_confirmation(duty, note="Ask Olive.", url="https://www.example.org/bridges/")
    everything = surfaces()
    assert "https://www.example.org/bridges/" in everything
    for words in ("Olive", "/desk/"):
        assert words not in everything


# --- page, data and paper ------------------------------------------------------------------------------------------------


def test_the_public_reads_the_board_and_finds_it_from_the_first_page(client):
    assert client.get("/duties/").status_code == 404
    assert "/duties/" not in client.get("/").content.decode()
    publish(Board.the(), by=make_user())
    page = client.get("/duties/").content.decode()
    for duty in Duty.objects.all():
        assert duty.title in page.replace("&#x27;", "’"), duty
    assert "As on 15 June 2026" in page
    front = client.get("/").content.decode()
    assert front.count('href="/duties/"') == 2
    assert line("prominent-place").state == State.MET
    rows = list(csv.DictReader(io.StringIO(client.get("/duties.csv").content.decode("utf-8-sig"))))
    assert len(rows) == Duty.objects.count()
    assert {row["State"] for row in rows} == {each.label for each in {State(x["state"]) for x in lines_of(content())}}
    assert client.get("/duties.json").json()["content"]["in_short"] == content()["in_short"]
    assert "/duties/" in client.get("/sitemap.xml").content.decode()
    assert client.get("/duties/duties.pdf").getvalue().startswith(b"%PDF")


def lines_of(made):
    return [each for group in made["groups"] for each in group["lines"]]


def test_the_next_day_it_is_published_anew_and_the_old_one_stays(client, monkeypatch):
    board = Board.the()
    publish(board, by=make_user())
    monkeypatch.setenv("OPCC_TODAY", days(1).isoformat())
    publish(board, by=make_user(), notes="As on another day.")
    assert "As on 16 June 2026" in client.get("/duties/").content.decode()
    assert "15 June 2026" in client.get("/duties/v1.0/").content.decode()


def test_a_line_that_is_not_in_use_stands_nowhere():
    assert "Premises are published" in surfaces()
    Duty.objects.filter(code="premises").update(in_use=False)
    assert "Premises are published" not in surfaces()


def test_without_a_line_there_is_nothing_to_publish():
    assert KIND.why_not(Board.the()) == ""
    Duty.objects.update(in_use=False)
    assert KIND.why_not(Board.the()) == "The board has no line yet."


@pytest.mark.verapdf
def test_the_papers_are_accessible(tmp_path):
    a_record()
    make_confirmation(make_duty(title="A line " + "with a long name " * 8))
    public = pdf.render(KIND.paper(content(), imprint())[0], strict=True)
    assert pdf.problems(public) == []
    assert VeraPDF(tmp_path).complaints({"duties": public}) == []
    told = text_of(public)
    for words in ("Minutes are published", "How it is told", "Specified Information Order 2011", "Version 1.0"):
        assert words in told, words


def test_the_daily_look_keeps_what_changed_and_a_second_run_adds_nothing():
    meeting = make_meeting(date=days(-29), status="held")
    operations.check()
    duty = Duty.objects.get(code="minutes")
    assert [each.state for each in duty.changes.all()] == ["due_soon"]
    assert operations.check() == []
    operations.check(days(1))
    assert duty.changes.count() == 1
    operations.check(days(2))
    assert [each.state for each in duty.changes.all()] == ["overdue", "due_soon"]
    out(meeting)
    out(make_minutes(make_item(meeting).meeting))
    assert duty not in [each.duty for each in operations.check(days(2))]  # a line changes once a day
    operations.check(days(3))
    assert [each.state for each in duty.changes.all()] == ["met", "overdue", "due_soon"]
