"""Searching: the public's record and the desk's, on whichever database the suite runs."""

import datetime

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit import operations as audit
from scrutiny.publication.models import PublicSearchEntry, StaffSearchEntry
from scrutiny.publication.search import index, limits, staff
from scrutiny.publication.search.question import MOST_TERMS, understand
from scrutiny.workflow.operations import name_checker
from tests.factories import (
    make_entry,
    make_meeting,
    make_minutes,
    make_person,
    make_public_question,
    make_report,
    make_section,
    make_user,
)
from tests.publication.editions import make_edition

pytestmark = pytest.mark.django_db


def entry(title, text="", **more):
    """Something that the public can find."""
    edition = make_edition()
    PublicSearchEntry.objects.filter(edition=edition).delete()
    ordinary = {"kind": "report", "url": f"/{title}/", "date": datetime.date(2018, 1, 8)}
    return PublicSearchEntry.objects.create(edition=edition, title=title, text=text, **{**ordinary, **more})


def titles(asked, rows=None):
    """The titles that a question finds, best first."""
    found = index.find(PublicSearchEntry.objects.all() if rows is None else rows, understand(asked))
    assert found.count == len(found.hits)
    return [hit.title for hit in found.hits]


def test_a_word_is_found_in_every_form():
    entry("Referrals", "Victims were referred by partners.")
    assert titles("referral") == titles("referring") == titles("VICTIM") == ["Referrals"]


def test_letters_are_found_with_and_without_their_accents():
    entry("Café watch")
    assert titles("cafe") == titles("café") == ["Café watch"]


def test_both_spellings_of_a_word_are_found():
    entry("A judgment")
    assert titles("judgement") == ["A judgment"]


def test_a_phrase_keeps_its_words_together():
    entry("One", "the night bus")
    entry("Other", "a bus by night")
    assert titles('"night bus"') == ["One"]
    assert sorted(titles("night bus")) == ["One", "Other"]


def test_or_takes_either_word_and_a_minus_leaves_one_out():
    entry("Knives", "bus")
    entry("Drugs", "bus")
    assert sorted(titles("knives OR drugs")) == ["Drugs", "Knives"]
    assert titles("bus -knives") == ["Drugs"]


def test_a_title_weighs_more_than_a_mention():
    entry("Something else", "trafficking is mentioned here once")
    entry("Trafficking", "about it")
    assert titles("trafficking") == ["Trafficking", "Something else"]


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "   ",
        '"',
        '"""',
        "AND OR NOT NEAR(",
        "* ^ : ( ) { } -",
        "'; DROP TABLE scrutiny_edition; --",
        "a" * 10_000,
        "word " * 3_000,
        "\x00\x02\x03<script>",
        "title:secret",
        "%s %(x)s",
        "🚓 ‮",
    ],
)
def test_nothing_that_can_be_typed_is_an_error(client, asked):
    entry("Ordinary", "words")
    response = client.get("/search/", {"q": asked, "page": asked[:20], "year": asked[:9], "person": asked[:300]})
    assert response.status_code == 200
    assert b"<script>" not in response.content


def test_a_question_is_cut_where_it_gets_too_long(client):
    assert understand("word " * 100).too_long
    assert len(understand("a b c d e f g h i j k l m n o p").groups) == MOST_TERMS
    assert "longer than 200 characters" in client.get("/search/", {"q": "word " * 100}).content.decode()


def test_a_snippet_marks_the_words_and_escapes_all_else():
    entry("Bold", "They said <b>stop</b> & search is watched")
    hit = index.find(PublicSearchEntry.objects.all(), understand("search")).hits[0]
    assert "&amp; <mark>search</mark> is watched" in hit.snippet
    assert "<b>" not in hit.snippet


def test_filters_narrow_by_kind_year_person_and_priority(client):
    entry("One bus", kind="report", people="Pat Hale\nSam Reed", priority="Roads")
    entry("Two bus", kind="minutes", date=datetime.date(2019, 5, 1))
    page = client.get("/search/", {"q": "bus"}).content.decode()
    assert "One bus" in page and "Two bus" in page and "2 results" in page
    for narrowed in ({"kind": "minutes"}, {"year": "2019"}):
        page = client.get("/search/", {"q": "bus", **narrowed}).content.decode()
        assert "Two bus" in page and "One bus" not in page
    for narrowed in ({"person": "sam"}, {"priority": "Roads"}):
        page = client.get("/search/", {"q": "bus", **narrowed}).content.decode()
        assert "One bus" in page and "Two bus" not in page


def test_a_search_without_results_says_what_to_do_and_suggests_a_spelling(client):
    entry("Trafficking")
    page = client.get("/search/", {"q": "traficking", "year": "2018"}).content.decode()
    assert "Did you mean" in page and 'href="/search/?q=trafficking"' in page
    assert "Look in everything that is published" in page


def test_results_are_paged(client):
    edition = make_edition()
    PublicSearchEntry.objects.bulk_create(
        PublicSearchEntry(edition=edition, kind="report", url=f"/{n}/", title=f"Bus {n}") for n in range(45)
    )
    page = client.get("/search/", {"q": "bus", "page": "3"}).content.decode()
    assert page.count("<h2>") == 5 and "Page 3 of 3" in page and "/search/?q=bus&amp;page=2" in page
    assert "fewer pages than that" in client.get("/search/", {"q": "bus", "page": "9"}).content.decode()


def test_a_robot_is_asked_to_wait(client, monkeypatch):
    monkeypatch.setattr(limits.is_too_often, "__defaults__", ("searches", 2))
    answers = [client.get("/search/", {"q": f"bus {n}"}, REMOTE_ADDR="192.0.2.77") for n in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "60"


def test_what_changes_on_the_desk_is_not_found_by_the_public(client):
    make_entry(text="The quokka was mentioned.")
    assert "No results" in client.get("/search/", {"q": "quokka"}).content.decode()


# --- the desk ----------------------------------------------------------------------------------------------------------


def found_by(user, asked):
    staff.catch_up()
    return [hit.title for hit in index.find(staff.visible_to(user), understand(asked)).hits]


def test_staff_find_what_was_written_a_moment_ago():
    user = make_user()
    minutes = make_minutes()
    staff.catch_up()
    make_entry(minutes.minuted_items.get(), text="The wallaby was mentioned.")
    assert len(found_by(user, "wallabies")) == 1


def test_what_is_deleted_is_found_no_more():
    user, person = make_user(), make_person("Quentin Quokka")
    assert found_by(user, "quokka") == ["Quentin Quokka"]
    audit.write("Person deleted", subject=person, by=user)
    person.delete()
    assert found_by(user, "quokka") == []
    assert not StaffSearchEntry.objects.filter(title="Quentin Quokka").exists()


def test_the_force_finds_only_what_is_shared_with_it():
    officer, force = make_user(), make_user(Role.FORCE)
    shared, other = (make_report(meeting=make_meeting(), subject=f"Wombats {word}") for word in ("ours", "theirs"))
    name_checker(shared, user=force, by=officer)
    assert found_by(force, "wombats") == ["Wombats ours"]
    assert len(found_by(officer, "wombats")) == 2
    assert other.pk


def test_nobody_finds_who_asked_a_public_question():
    officer = make_user()
    make_public_question(text="Why so few buses?", private_name="Zebedee Quill", private_contact="z@example.org")
    assert found_by(officer, "buses") and not found_by(officer, "Zebedee") and not found_by(officer, "example")


def test_the_words_of_a_section_are_found(client):
    user = make_user()
    make_section(body="<p>About <strong>echidnas</strong> at night.</p>")
    client.force_login(user)
    page = client.get(reverse("search"), {"q": "echidna"}).content.decode()
    assert "1 result" in page and "<mark>echidnas</mark>" in page
