"""The plan in public: what was issued, its priorities on their own pages, and the way to figures that are published."""

import json

import pytest

from opcc_portal import pdf
from opcc_portal.audit.operations import key
from scrutiny.plan import operations, steps
from scrutiny.plan.models import Priority
from scrutiny.publication import desk, making
from scrutiny.publication.models import PublicSearchEntry
from scrutiny.workflow import kinds
from tests.factories import make_office, make_priority, make_user
from tests.minutes.test_paper import text_of
from tests.pdf.vera import VeraPDF
from tests.plan.plans import WORDS, issue, make_whole_plan, send, vary
from tests.publication.desk import publish, stand_in
from tests.publication.editions import make_edition
from tests.publication.records import edition_of, imprint

pytestmark = pytest.mark.django_db
PLAN, PRIORITY = kinds.named("plan"), kinds.named("priority")


@pytest.fixture
def officer():
    make_office()
    return make_user()


@pytest.fixture
def priority(officer):
    return make_whole_plan()


@pytest.fixture
def plan(priority):
    return priority.plan


@pytest.fixture
def issued(plan, officer):
    return issue(plan, by=officer)


@pytest.fixture
def made_quickly(monkeypatch):
    """Papers are not laid out, the gate has its own tests."""
    monkeypatch.setattr("scrutiny.publication.making.pdf_of", lambda kind, edition, head, **how: None)
    pages = making.pages_for
    stand_in(monkeypatch)
    monkeypatch.setattr("scrutiny.publication.making.pages_for", pages)


def words_of(client, address, status=200):
    page = client.get(address)
    assert page.status_code == status, address
    return page.content.decode()


def test_only_what_was_issued_is_published(plan, priority, officer):
    assert "No version of this plan is issued" in PLAN.why_not(plan)
    send(plan, by=officer)
    assert "No version" in PLAN.why_not(plan) and "No version" in PRIORITY.why_not(priority)


def test_a_variation_under_way_shows_nowhere(plan, priority, issued, officer):
    before = PLAN.content(plan), PRIORITY.content(PRIORITY.load(priority.pk))
    steps.start(plan, change_note="Secret plans.", by=officer)
    operations.change_priority(priority, {"our_priority": "Draft words."}, seen_version=priority.version, by=officer)
    make_priority(plan, title="Not yet", position=5)
    assert (PLAN.content(plan), PRIORITY.content(PRIORITY.load(priority.pk))) == before
    assert [record.pk for _, record in PLAN.others(plan)] == [priority.pk]
    assert "does not have it" in PRIORITY.why_not(PRIORITY.load(plan.priorities.get(title="Not yet").pk))


def test_the_content_holds_the_plan_and_the_response_and_no_key_of_the_desk(plan, issued):
    content = PLAN.content(plan)
    said = json.dumps(content)
    for words in (WORDS, "Slow people down.", "Thank you.", "In force since 1 August 2021", "2021-06-01"):
        assert words in said, words
    assert '"id"' not in said
    html = "".join(part for _, part in PLAN.parts(content))
    for words in (WORDS, "Response to the Police and Crime Panel", "1 July 2021", "Collisions"):
        assert words in html, words


def test_publishing_the_plan_publishes_its_priorities(client, plan, priority, issued, officer, made_quickly):
    publish(plan, by=officer)
    for address in (
        "/plan/plan-of-northmoor/",
        "/plan/speeding/",
        "/plan/plan-of-northmoor.json",
        "/plan/speeding.json",
    ):
        assert WORDS in words_of(client, address), address
    listed = words_of(client, "/plan/")
    assert "In force since 1 August 2021" in listed and 'href="/plan/speeding/"' in listed
    whole = words_of(client, "/plan/plan-of-northmoor/")
    assert 'href="/plan/speeding/"' in whole
    twin = json.loads(words_of(client, "/plan.json"))
    assert [each["title"] for each in twin["items"][0]["priorities"]] == ["Speeding"]
    assert PublicSearchEntry.objects.filter(kind="priority", text__contains="Slow people down.").exists()


def test_an_indicator_leads_to_its_figures_once_they_are_published(
    client, plan, priority, issued, officer, made_quickly
):
    publish(plan, by=officer)
    assert "/indicators/collisions/" not in words_of(client, "/plan/speeding/")
    indicator = priority.indicators.get()
    make_edition(kind="page", subject=key(indicator), path="indicators/collisions", title="Collisions")
    assert '<a href="/indicators/collisions/">Figures: Collisions</a>' in words_of(client, "/plan/speeding/")


def test_public_pages_ask_few_questions(client, plan, issued, officer, made_quickly, django_assert_max_num_queries):
    publish(plan, by=officer)
    for address in ("/plan/", "/plan/plan-of-northmoor/", "/plan/speeding/", "/plan.json"):
        with django_assert_max_num_queries(8, info=address):
            words_of(client, address)


def test_before_a_plan_is_published_the_page_says_so(client, officer):
    assert "No plan in force is published yet." in words_of(client, "/plan/")


def test_a_variation_is_a_new_version_and_takes_back_what_it_leaves_out(client, plan, priority, officer, made_quickly):
    other = make_priority(plan, title="Noise", slug="noise", position=2)
    issue(plan, by=officer)
    publish(plan, by=officer)
    Priority.objects.filter(pk=other.pk).update(left_out=True)
    vary(priority, "Nobody hurries any more.", by=officer)
    publish(plan, by=officer, notes="Varied.")
    assert "Nobody hurries any more." in words_of(client, "/plan/speeding/")
    assert WORDS in words_of(client, "/plan/speeding/v1.0/")
    assert "no part of the Police and Crime Plan in force" in words_of(client, "/plan/noise/", 410)
    assert "Version 1: in force from 1 August 2021 until 1 August 2022" in words_of(client, "/plan/")


def test_the_desk_lists_what_is_ready_and_what_has_changed(plan, priority, officer, made_quickly):
    other = make_priority(plan, position=2)
    assert desk.plans() == []
    issue(plan, by=officer)
    (waiting,) = desk.plans()
    assert (waiting.record, waiting.is_new) == (plan, True)
    assert desk.priorities() == []  # they go out with their plan
    publish(plan, by=officer)
    assert (desk.plans(), desk.priorities()) == ([], [])
    vary(priority, "Nobody hurries any more.", by=officer)
    assert [each.record for each in desk.plans()] == [plan]
    assert [each.record for each in desk.priorities()] == [priority]
    assert other not in [each.record for each in desk.priorities()]


def test_records_that_differ_from_what_is_in_force_are_told_before_publishing(plan, priority, issued):
    assert PLAN.findings(plan, PLAN.content(plan)) == []
    priority.indicators.update(title="Crashes")
    (finding,) = PLAN.findings(plan, PLAN.content(plan))
    assert (finding.code, finding.blocks) == ("plan-differs", False)


@pytest.mark.verapdf
def test_the_paper_of_the_plan_is_accessible(plan, issued, tmp_path):
    html, _ = PLAN.paper(PLAN.content(plan), imprint())
    made = {"plan": pdf.render(html, strict=True)}
    assert [problem for data in made.values() for problem in pdf.problems(data)] == []
    assert VeraPDF(tmp_path).complaints(made) == []
    said = text_of(made["plan"])
    for words in ("Plan of Northmoor", WORDS, "Slow people down.", "Collisions", "Thank you.", "Version 1.0"):
        assert words in said, words


def test_what_was_published_is_found_by_its_priority(plan, priority, issued):
    (entry,) = PRIORITY.search(edition_of(PRIORITY, PRIORITY.load(priority.pk)))
    assert entry.priority == "speeding" and "Delivery Quarterly" in entry.text
    assert PRIORITY.date(PRIORITY.content(PRIORITY.load(priority.pk))).isoformat() == "2021-08-01"


def test_a_thin_priority_leaves_no_empty_paragraph_behind(plan, priority, officer):
    Priority.objects.filter(pk=priority.pk).update(how_we_deliver="", how_we_know="")
    issue(plan, by=officer)
    content = PLAN.content(plan)
    html = "".join(part for _, part in PLAN.parts(content))
    assert "<p></p>" not in html + PLAN.paper(content, imprint())[0]
