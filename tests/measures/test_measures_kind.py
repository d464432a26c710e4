"""What the public gets of a statement: signed words, indicators that are public themselves, a page and a PDF."""

import json

import pytest

from opcc_portal import pdf
from opcc_portal.audit.operations import key
from scrutiny.measures import operations
from scrutiny.measures.models import MeasuresStatement
from scrutiny.measures.quarters import Quarter
from scrutiny.publication import desk
from scrutiny.workflow import kinds
from scrutiny.workflow.models import State
from tests.factories import make_indicator, make_measure_set, make_office, make_statement, make_user
from tests.minutes.test_paper import text_of
from tests.pdf.vera import VeraPDF
from tests.publication.desk import publish, stand_in
from tests.publication.editions import make_edition
from tests.publication.records import edition_of, imprint

pytestmark = pytest.mark.django_db
KIND = kinds.named("measures")


@pytest.fixture(autouse=True)
def office(monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", "2026-11-20")
    return make_office()


def waiting():
    """What the desk says can be published, pressing or not."""
    pressing, ready = desk.waiting()
    return [*pressing, *ready]


def signed(*, linked=(), text="Patrols went where thefts were."):
    statement = make_statement(make_measure_set("Fewer thefts", "Safer rivers"), text="", quarter=Quarter(2026, 3))
    thefts, rivers = statement.measure_set.measures.all()
    answers = {
        thefts.pk: {"applies": True, "text": text, "indicators": [each.pk for each in linked]},
        rivers.pk: {"applies": False, "text": "There is no river here.\n\nNor was there one.", "indicators": []},
    }
    by = make_user(roles=["governance", "commissioner"], name="Cora Commissioner")
    statement = operations.change(statement, "In short.", answers, seen=statement.version, by=by)
    operations.sign(statement, seen=statement.version, by=by)
    return KIND.load(statement.pk)


def surfaces(statement):
    content, edition = KIND.content(statement), edition_of(KIND, statement)
    parts = [html for _, html in KIND.parts(content)]
    found = [str(each) for each in KIND.search(edition)]
    return "\n".join([json.dumps(content), *parts, KIND.paper(content, imprint())[0], *found])


def test_only_what_is_signed_and_over_is_published():
    statement = signed()
    assert KIND.why_not(statement) == ""
    assert (KIND.path(statement), KIND.pdf_name) == ("measures/2026-q3", "statement.pdf")
    assert "not signed" in KIND.why_not(operations.reopen(statement, by=make_user()))
    MeasuresStatement.objects.filter(pk=statement.pk).update(marking="official_sensitive")
    assert "never public" in KIND.why_not(KIND.load(statement.pk))


def test_a_statement_signed_past_the_operation_on_a_quarter_under_way_is_not_published():
    statement = signed()
    MeasuresStatement.objects.filter(pk=statement.pk).update(quarter_start="2026-10-01")
    assert "not over yet" in KIND.why_not(KIND.load(statement.pk))


def test_all_of_it_is_said_and_who_signed_is_not():
    everything = surfaces(signed())
    for words in ("In short.", "Patrols went", "Does not apply", "no river", "July to September 2026", "paragraph 7A"):
        assert words in everything, words
    assert "Cora" not in everything
    assert KIND.summary(KIND.content(KIND.load(MeasuresStatement.objects.get().pk))) == (
        "2 measures, 1 of which does not apply."
    )


def test_an_indicator_that_is_not_public_is_not_named():
    indicator = make_indicator("Thefts by night")
    statement = signed(linked=[indicator])
    assert "by night" not in surfaces(statement)
    finding = KIND.findings(statement, KIND.content(statement))[0]
    assert (finding.code, finding.blocks, finding.quote) == ("measures-indicators", False, "Thefts by night")
    make_edition(kind="indicator", subject=key(indicator), path="indicators/thefts", title="Thefts by night")
    statement = KIND.load(statement.pk)
    assert "Shown by: Thefts by night" in surfaces(statement)
    assert KIND.findings(statement, KIND.content(statement)) == []


def test_a_measure_without_an_answer_blocks():
    statement = signed()
    statement.lines.filter(measure__title="Safer rivers").delete()
    found = KIND.findings(statement, KIND.content(statement))
    assert [(each.code, each.blocks) for each in found] == [("measure-unanswered", True)]
    assert "Safer rivers" in found[0].title


def test_the_public_reads_it_and_finds_the_figures(client, monkeypatch):
    stand_in(monkeypatch)
    indicator = make_indicator('Thefts & "more"')
    make_edition(kind="indicator", subject=key(indicator), path="indicators/thefts", title=indicator.title)
    statement = signed(linked=[indicator])
    assert [row.standing.kind for row in waiting()] == ["measures"]
    publish(statement, by=make_user())
    assert MeasuresStatement.objects.get().state == State.PUBLISHED
    page = client.get("/measures/2026-q3/").content.decode()
    assert '<a href="/indicators/thefts/">Thefts &amp; &quot;more&quot;</a>' in page
    assert "There is no river here." in page
    assert "/measures/2026-q3/" in client.get("/measures/").content.decode()
    assert client.get("/measures/2026-q3.json").json()["content"]["quarter"] == "2026-q3"
    assert "/measures/2026-q3/" in client.get("/sitemap.xml").content.decode()


def test_a_published_statement_is_changed_by_a_new_version(client, monkeypatch):
    stand_in(monkeypatch)
    statement, by = signed(), make_user()
    publish(statement, by=by)
    opened = operations.reopen(statement, by=by)
    assert opened.state_in_words == "Published, a new version is being written"
    measure = opened.measure_set.measures.first()
    words = {measure.pk: {"applies": True, "text": "Better words.", "indicators": []}}
    opened = operations.change(opened, "In short.", words, seen=opened.version, by=by)
    assert "Better words." not in client.get("/measures/2026-q3/").content.decode()
    operations.sign(opened, seen=opened.version, by=make_user("commissioner"))
    assert [row.standing.is_changed for row in waiting()] == [True]
    publish(KIND.load(statement.pk), by=by, notes="A better word.")
    assert "Better words." in client.get("/measures/2026-q3/").content.decode()
    assert "Patrols went" in client.get("/measures/2026-q3/v1.0/").content.decode()


@pytest.mark.verapdf
def test_the_paper_is_accessible(tmp_path):
    content = KIND.content(signed(text="Patrols went where thefts were. " * 60))
    data = pdf.render(KIND.paper(content, imprint())[0], strict=True)
    assert pdf.problems(data) == []
    assert VeraPDF(tmp_path).complaints({"statement": data}) == []
    said = text_of(data)
    for words in ("Fewer thefts", "Does not apply to this force.", "There is no river here.", "Version 1.0"):
        assert words in said
