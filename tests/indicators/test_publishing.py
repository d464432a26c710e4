"""What the public gets of an indicator: the desk's words, every revision, and no small count, however one asks."""

import csv
import datetime
import io
import json
import re
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection

from opcc_portal import pdf
from opcc_portal.audit.operations import key
from scrutiny.indicators import append_only, recording, small_counts
from scrutiny.indicators.models import Annotation, Population, Summary
from scrutiny.indicators.publishing import _Public
from scrutiny.indicators.recording import Said, record
from scrutiny.indicators.series import Point, Series
from scrutiny.publication import desk
from scrutiny.publication.derived import derive_all
from scrutiny.publication.models import RegisterLine
from scrutiny.publication.verification import Verification
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Edition
from tests.factories import (
    make_area,
    make_figures,
    make_indicator,
    make_office,
    make_post,
    make_priority,
    make_user,
)
from tests.pdf.reading import text as text_of
from tests.pdf.vera import VeraPDF
from tests.publication.canary import publish
from tests.publication.editions import make_edition
from tests.publication.records import approved_minutes, edition_of, imprint

pytestmark = pytest.mark.django_db
KIND = kinds.named("indicator")
YEAR = datetime.date(2015, 1, 1)
QUIET = [20, 22, 19, 21, 23, 20, 18, 22, 21, 20, 19, 22]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def make_complete(**fields):
    """An indicator to which nothing is to be said: owned, defined, from a source."""
    ordinary = {"owner": make_post(), "source_name": "Force records", "slug": "thefts"}
    indicator = make_indicator(fields.pop("title", "Thefts"), **{**ordinary, **fields})
    indicator.definitions.create(number=1, numerator="Thefts recorded")
    return indicator


def districts(*values, total=None, **fields):
    """(indicator, force, its districts with these figures): a yearly count that adds up."""
    force = make_area("Northmoor")
    fields = {"is_additive": True, "headline_area": force, "frequency": "calendar_year", **fields}
    indicator = make_complete(**fields)
    parts = [make_area(f"District {number}", kind="district", parent=force) for number in range(len(values))]
    for area, value in zip(parts, values, strict=True):
        make_figures(indicator, area, [value])
    make_figures(indicator, force, [sum(values) if total is None else total])
    return indicator, force, parts


def whole(value):
    return Said(value=Decimal(value))


def figures(content):
    """{area: the figure that its first period shows}"""
    return {area["area"]: area["points"][0]["shown"] for area in content["areas"]}


# --- the whole way -----------------------------------------------------------------------------------------------------


@pytest.fixture
def published():
    """An indicator with a signal and a revision, published as the desk does."""
    make_office()
    priority = make_priority(title="Safer homes", slug="safer-homes")
    indicator, area = make_figures(make_complete(priority=priority), make_area("Northmoor"), [*QUIET, 40])
    why = {"code": "R2", "reason": "=counted again", "by": make_user(name="Olive Officer")}
    record(indicator, area, whole(23), period_start=YEAR, **why)
    publish(indicator, "indicator", make_user())
    return indicator


def test_the_same_sentence_stands_on_tile_page_list_paper_and_in_the_data(published, client):
    sentence = Summary.objects.get(indicator=published).sentence
    assert sentence.startswith("Higher than usual: 40 in January 2016, above the upper limit of")
    edition = Edition.objects.get(kind="indicator")
    assert edition.summary == sentence
    in_html = sentence.replace("’", "&#x27;")
    for address in ("/indicators/thefts/", "/indicators/thefts/v1.0/", "/indicators/", "/"):
        assert in_html in client.get(address).content.decode(), address
    paper = b"".join(client.get("/indicators/thefts/indicator.pdf").streaming_content)
    assert sentence in text_of(paper).replace("\n", " ")
    assert client.get("/indicators/thefts.json").json()["content"]["sentence"] == sentence
    assert client.get("/indicators.json").json()["items"][0]["sentence"] == sentence
    assert sentence in client.get("/indicators.csv").content.decode()


def test_the_file_has_every_revision_and_runs_nothing(published, client):
    answer = client.get("/indicators/thefts.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8" and "Set-Cookie" not in answer
    rows = list(csv.DictReader(io.StringIO(answer.content.decode().removeprefix("\ufeff"))))
    assert len(rows) == 14
    first, again = [row for row in rows if row["First day"] == "2015-01-01"]
    assert [row["Value"] for row in (first, again)] == ["20.0", "23.0"]
    assert [row["Current"] for row in (first, again)] == ["No", "Yes"]
    assert again["Why it changed"] == "'=counted again" and again["Kind of revision"] == "Routine recalculation"
    assert {row["Indicator"] for row in rows} == {"Thefts"} and rows[-1]["Reading"] == "Higher than usual"
    assert "Olive Officer" not in answer.content.decode()
    assert client.get("/indicators/other.csv").status_code == 404


def test_it_stands_in_every_list_and_says_to_machines_what_it_is(published, client):
    for address in ("/sitemap.xml", "/feed.atom", "/search/?q=thefts", "/documents/our-priorities/"):
        assert "/indicators/thefts/" in client.get(address).content.decode(), address
    page = client.get("/indicators/thefts/").content.decode()
    said = json.loads(page.partition('application/ld+json">')[2].partition("</script>")[0])
    assert said["@type"] == "Dataset" and said["temporalCoverage"] == "2015-01-01/2016-01-31"
    assert [each["contentUrl"] for each in said["distribution"]] == [
        "/indicators/thefts.csv",
        "/indicators/thefts.json",
    ]
    revised = "<del>20</del>" in page and "routine recalculation, known since" in page
    assert revised and '<a href="/indicators/thefts.csv">' in page


def test_the_register_can_be_narrowed_to_one_priority(published, client):
    make_edition(
        kind="indicator",
        path="indicators/lamps",
        lines=[
            kinds.Line(
                "indicator", YEAR, "Lamps", "/indicators/lamps/", data={**line_data(), "place": ["2030-01-01", 1, 1]}
            )
        ],
    )
    every = client.get("/indicators/").content.decode()
    assert every.index("Brighter streets</h2>") < every.index("Safer homes</h2>")  # the newer plan first
    one = client.get("/indicators/?priority=safer-homes").content.decode()
    assert "Brighter streets</h2>" not in one and "Safer homes</h2>" in one
    assert client.get("/indicators/?priority=none").content.decode().count("</h2>") == every.count("</h2>")


def line_data():
    data = RegisterLine.objects.get(register="indicator").data
    return {**data, "priority": {"title": "Brighter streets", "slug": "brighter-streets"}}


def test_the_record_stays_what_was_published_and_lists_can_be_made_anew(published, monkeypatch):
    assert list(Verification()) == []
    derive_all()
    assert list(Verification()) == []
    monkeypatch.setattr(append_only, "missing", lambda connection: ["revision_not_changed"])
    assert "would let a figure’s revision be changed" in str(next(iter(Verification())))


def test_the_desk_knows_what_waits_and_what_has_changed_since(published):
    def waiting():
        return [standing.is_changed for standing in desk.indicators()]

    assert waiting() == []
    another, _ = make_figures(make_complete(slug="lamps"), values=[1])
    assert waiting() == [False]
    assert KIND.why_not(make_indicator()) == "No figure is held yet."
    area = published.observations.first().area
    why = {"code": "C", "reason": "Typed wrong", "by": make_user()}
    record(published, area, whole(24), period_start=YEAR, **why)
    assert sorted(waiting()) == [False, True]
    pressing, ready = desk.waiting()
    assert [(row.standing.record.pk, row.helper[:14]) for row in pressing] == [(published.pk, "Changed since.")]
    assert [(str(row.standing.record), row.helper) for row in ready] == [
        ("Thefts", f"Figures for “{another.priority}”")
    ]


def test_the_paper_is_valid_with_charts_tables_and_a_funnel(tmp_path):
    make_office()
    indicator, _, parts = districts(300, 420, 510, 280, total=1510)
    for area in parts:
        Population.objects.create(area=area, year=2011, people=100_000, source="Census")
    content = KIND.content(indicator)
    html, _ = KIND.paper(content, imprint())
    made = {"indicator": pdf.render(html, strict=True)}
    assert pdf.problems(made["indicator"]) == []
    assert VeraPDF(tmp_path).complaints(made) == []
    said = text_of(made["indicator"]).replace("\n", " ")
    assert "People as counted or estimated for 2011." in said and "District 2 5.10 Higher than" in said


# --- small counts ------------------------------------------------------------------------------------------------------


def test_a_small_count_and_what_gives_it_away_are_nowhere():
    indicator, _, _ = districts(3, 60, 41, 7)
    content = KIND.content(indicator)
    shown = {
        "Northmoor": "111",
        "District 0": "fewer than 5",
        "District 1": "60",
        "District 2": "41",
        "District 3": "none",
    }
    assert figures(content) == shown
    told = [row for row in content["table"]["rows"] if row[0] in ("District 0", "District 3")]
    assert [(row[6], row[11]) for row in told] == [("fewer than 5", "Suppressed"), ("", "Not published")]
    assert "could be worked out" in content["kept_back"] and "“fewer than 5”" in content["kept_back"]
    assert not [point for area in content["areas"][1::3] for point in area["points"] if point["value"] is not None]


def test_what_a_small_count_is_changes_nothing_that_the_public_reads():
    indicator, _, parts = districts(3, 60, 41, total=104)
    before = KIND.content(indicator)
    why = {"code": "C", "reason": "Typed wrong", "by": make_user()}
    record(indicator, parts[0], whole(2), period_start=YEAR, **why)
    assert KIND.content(indicator) == before


def test_a_figure_that_was_small_once_does_not_tell_what_it_was():
    indicator, force, parts = districts(3, 60, 41)
    why = {"code": "C", "reason": "Typed wrong", "by": make_user()}
    record(indicator, parts[0], whole(9), period_start=YEAR, **why)
    record(indicator, force, whole(110), period_start=YEAR, **why)
    content = KIND.content(indicator)
    assert figures(content)["District 0"] == "9" and content["revisions"] == []
    assert [row[6] for row in content["table"]["rows"]] == [110.0, 9.0, 60.0, 41.0]


def test_small_counts_of_the_force_and_shares_of_large_numbers_are_told():
    indicator, _, _ = districts(12, 9, total=2, is_additive=False)
    assert figures(KIND.content(indicator))["Northmoor"] == "2"


@pytest.mark.parametrize(
    ("of", "out_of", "is_small"), [(3, 200, True), (197, 200, True), (40, 200, False), (0, 200, False)]
)
def test_a_share_tells_neither_few_people_nor_all_but_few(of, out_of, is_small):
    point = Point(None, value=Decimal(of) / 2, numerator=Decimal(of), denominator=Decimal(out_of))
    district = make_area(kind="district")
    assert small_counts.is_small(point, make_indicator(unit="percent"), district) is is_small


@pytest.mark.parametrize(
    ("values", "kept_back"),
    [
        ([3, 60, 41], {2}),  # one small count is what is left of the sum: the smallest other goes
        ([1, 5, 41], {1, 2}),  # of 6 together one of 5 or more leaves 1 alone: one more
        ([1, 1, 41], {2}),  # two that are 2 together are 1 each
        ([1, 3, 41], set()),  # 4 together may be 1 and 3, or 2 and 2
        ([3, 0, 41], {2}),  # keeping a nought back would not help
        ([30, 0, 41], set()),  # nothing is small
    ],
)
def test_so_much_is_kept_back_that_no_small_count_can_be_worked_out(values, kept_back):
    indicator, force, parts = districts(*values)
    held = _Public(indicator).series
    places = {parts.index(series.area) for series in held if (series.area.pk, YEAR) in small_counts.kept_back(held)}
    assert places == kept_back
    assert isinstance(held[0], Series) and held[0].area == force


def test_where_all_districts_have_but_one_each_their_sum_is_kept_back():
    indicator, _, _ = districts(1, 1, 1)
    assert figures(KIND.content(indicator))["Northmoor"] == "none"


def test_figures_that_add_up_unsaid_are_kept_back_as_well():
    indicator, _, _ = districts(3, 60, 41, is_additive=False)
    assert figures(KIND.content(indicator))["District 2"] == "none"


@pytest.mark.parametrize(
    ("shares", "kept_back"),
    [
        ([(2, 10), (20, 50), (11, 40)], {2}),  # what is counted tells: 33 less 31
        ([(38, 40), (20, 50), (11, 40)], {2}),  # and what is left over: 69 less 68
        ([(12, 40), (20, 50), (11, 40)], set()),
    ],
)
def test_the_numbers_behind_shares_give_no_small_one_away(shares, kept_back):
    force = make_area("Northmoor")
    indicator = make_complete(unit="percent", headline_area=force, frequency="calendar_year")
    parts = [make_area(f"District {number}", kind="district", parent=force) for number in range(len(shares))]
    everywhere = tuple(map(sum, zip(*shares, strict=True)))
    for area, (of, out_of) in zip([force, *parts], [everywhere, *shares], strict=True):
        said = Said(numerator=Decimal(of), denominator=Decimal(out_of))
        record(indicator, area, said, by=None, period_start=YEAR)
    shown = figures(KIND.content(indicator))
    assert {number for number in range(len(shares)) if shown[f"District {number}"] == "none"} - {
        number for number, (of, out_of) in enumerate(shares) if min(of, out_of - of) < 5
    } == kept_back


# --- what stands beside the figures --------------------------------------------------------------------------------------


def test_private_remarks_and_links_to_the_desk_stay_inside():
    indicator, _ = make_figures(make_complete(), values=QUIET)
    for label, is_public, link in (
        ("Unit set up", True, "/desk/meetings/1/"),
        ("Rumour", False, ""),
        ("Inspection", True, "https://example.org/inspection"),
    ):
        Annotation.objects.create(indicator=indicator, starts=YEAR, label=label, is_public=is_public, link=link)
    notes = KIND.content(indicator)["areas"][0]["notes"]
    assert [(note["label"], note["link"]) for note in notes] == [
        ("Unit set up", ""),
        ("Inspection", "https://example.org/inspection"),
    ]


def test_what_minutes_corrected_leads_there_once_they_are_public():
    minutes = approved_minutes()
    correction = minutes.corrections.get()
    indicator, area = make_figures(make_complete(), values=[127])
    why = {"code": "C", "reason": "A note for the office", "source": "A paper", "by": make_user()}
    record(indicator, area, whole(176), period_start=YEAR, source_subject=key(correction), **why)
    words = {"period_as_stated": "January", "source_subject": key(correction), "by": make_user()}
    record(indicator, area, whole(8), **words)
    content = KIND.content(indicator)
    step = content["revisions"][0]["trail"][-1]
    assert (step["shown"], step["code"], step["reason"], step["url"]) == ("176", "Correction of an error", "", "")
    assert content["areas"][0]["stated"] == []
    titles = [finding.title for finding in KIND.findings(KIND.load(indicator.pk), content)]
    assert "A figure was put right in minutes that are not public" in titles
    of_minutes = edition_of(kinds.named("minutes"), minutes)
    make_edition(kind="minutes", path="meetings/x/minutes", subject=key(minutes), content=of_minutes.content)
    content = KIND.content(indicator)
    step = content["revisions"][0]["trail"][-1]
    assert step["url"] == f"/meetings/x/minutes/#entry-{correction.entry.uid}" and step["reason"] == ""
    assert step["source"] == of_minutes.title and content["areas"][0]["stated"][0]["shown"] == "8"


def test_the_gate_is_told_what_readers_would_miss():
    indicator, _, _ = districts(12, 9, total=20, owner=None, lag_days=10)
    indicator.definitions.all().delete()
    found = [finding.title for finding in KIND.findings(KIND.load(indicator.pk), KIND.content(indicator))]
    assert found == [
        "The indicator has no owner",
        "It does not say what exactly is counted",
        "The next figure was due on 10 January 2017",
        "The districts do not add up to the force in 2015",
    ]
    complete, _ = make_figures(make_complete(slug="more"), values=[1])
    assert not list(KIND.findings(KIND.load(complete.pk), KIND.content(complete)))


def test_synthetic_figures_say_so_on_page_tile_paper_and_in_the_file():
    note = "Made up to try the portal."
    indicator, _ = make_figures(make_complete(synthetic_note=note), values=QUIET)
    content = KIND.content(indicator)
    html = "".join(part for _, part in KIND.parts(content))
    assert html.count(note) >= 2 and note in KIND.paper(content, imprint())[0]
    assert content["tile"]["synthetic"] == note == content["synthetic"]


def test_the_same_figures_give_the_same_content_on_every_database():
    indicator, _ = make_figures(make_complete(), values=[*QUIET, 40])
    Annotation.objects.create(indicator=indicator, starts=YEAR + datetime.timedelta(days=15), label="In the middle")
    content = KIND.content(indicator)
    assert KIND.content(indicator) == content == json.loads(json.dumps(content))
    assert not re.search(r"-0\.0\b|\.\d{7}", json.dumps(content))
    held = Edition(content=content)
    assert KIND.parts(held.content) == KIND.parts(content)
    assert recording.words_of(indicator.observations.first(), indicator) == "20"
    assert not append_only.missing(connection)
