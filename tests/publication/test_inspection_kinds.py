"""What the public gets of inspections and of the responses to them."""

import datetime
import json

import pytest
from django.utils import timezone

from opcc_portal import pdf
from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.operations import key
from opcc_portal.office.dates import today
from scrutiny.inspections import operations, response_letters, responses
from scrutiny.inspections.models import Inspection, Recommendation, Response, StatusChange
from scrutiny.inspections.publishing import first_day
from scrutiny.letters import operations as letters
from scrutiny.publication import making
from scrutiny.publication.operations import withdraw_publication
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Edition, Publication, State
from scrutiny.workflow.operations import NotPossible
from tests.factories import (
    make_inspection,
    make_office,
    make_organisation,
    make_person,
    make_recommendation,
    make_response,
    make_user,
)
from tests.pdf.reading import text as words_of
from tests.pdf.vera import VeraPDF
from tests.publication.canary import publish
from tests.publication.editions import make_edition
from tests.publication.records import imprint

pytestmark = pytest.mark.django_db
INSPECTION, RESPONSE = kinds.named("inspection"), kinds.named("response")
DAY = datetime.timedelta(days=1)


@pytest.fixture
def officer():
    make_office()
    return make_user()


@pytest.fixture
def commissioner():
    return make_user(Role.COMMISSIONER, name="Cora Commissioner")


@pytest.fixture
def signed(officer, commissioner):
    """A signed response to a report with two recommendations, published ten days ago."""
    inspection = make_inspection(title="Roads less travelled", slug="roads-less-travelled", summary="Few are counted.")
    for text in ("Count the roads.", "Mend the roads."):
        make_recommendation(inspection, text=text)
    return make_response(inspection, signed_by=commissioner)


def codes(record):
    record = RESPONSE.load(record.pk)
    return sorted((each.code, each.severity) for each in RESPONSE.findings(record, RESPONSE.content(record)))


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(answer.content.decode().split())


# --- what is ready -------------------------------------------------------------------------------------------------------


def test_a_report_of_a_day_to_come_and_a_response_that_is_not_signed_are_not_published(officer):
    coming = make_inspection(published_on=today() + DAY)
    assert "is not published until" in INSPECTION.why_not(coming)
    assert "has not signed" in RESPONSE.why_not(make_response())


def test_a_response_to_a_report_that_needs_none_is_not_published(signed):
    Inspection.objects.update(subject="not_subject", why_not_subject="Another force.")
    assert "asks for no response" in RESPONSE.why_not(RESPONSE.load(signed.pk))


def test_a_recommendation_without_an_answer_stops_the_publication(signed, officer):
    Recommendation.objects.create(inspection=signed.inspection, position=3, text="Name the roads.")
    assert ("recommendation-unanswered", "error") in codes(signed)
    bundle = making.bundle_of(RESPONSE, signed)
    candidate = making.check(bundle, by=officer)
    assert "recommendation-unanswered" in [each["code"] for each in candidate.findings]
    with pytest.raises(NotPossible):
        making.publish(RESPONSE, signed, seen=bundle.input_hash, by=officer)
    assert not Edition.objects.exists()


def test_what_was_changed_after_the_signature_stops_the_publication(signed):
    assert "response-changed" not in dict(codes(signed))
    Recommendation.objects.filter(position=1).update(text="Count the roads twice.")
    assert ("response-changed", "error") in codes(signed)


def test_missing_comments_dispatches_and_a_late_day_are_warned_of(signed):
    assert codes(signed) == []
    publish(signed, "response", signed.signed_by)
    assert codes(signed) == [("response-not-sent", "warning"), ("response-not-sent", "warning")]
    Response.objects.update(state="signed", comments_state="not_recorded", invited_on=None)
    Inspection.objects.update(published_on=today() - 60 * DAY)
    found = dict(codes(signed))
    assert {"response-without-comments", "response-uninvited", "response-late"} <= found.keys()
    assert found["response-late"] == "warning"


# --- what is public ------------------------------------------------------------------------------------------------------


def test_an_inspection_is_public_with_its_recommendations_and_their_history_and_nothing_of_the_desk(officer, client):
    inspection = make_inspection(owner=officer, body=make_organisation("Inspectorate of Roads"))
    asked = make_recommendation(inspection, owner=make_person("Olive Owner"), due=today() + 30 * DAY)
    for days, status, evidence in (
        (5, "under_way", "Letter 12 says so."),
        (3, "under_way", "Again."),
        (1, "done", "Seen."),
    ):
        operations.set_status(asked, status=status, on=today() - days * DAY, evidence=evidence, by=officer)
    publish(inspection, "inspection", officer)
    edition = Edition.objects.get()
    history = edition.content["recommendations"][0]["history"]
    assert [step["status"] for step in history] == ["Done, says the force", "Under way"]
    assert history[1]["on"] == (today() - 5 * DAY).isoformat()
    told = json.dumps(edition.content) + page(client, edition.get_absolute_url())
    for hidden in ("Letter 12", "Seen.", "Olive Owner", officer.name, "Again."):
        assert hidden not in told, hidden
    assert "Inspectorate of Roads" in told and asked.text in told
    assert "The response is due by" in page(client, "/inspections/")


def test_a_response_goes_out_with_its_report_and_its_letter(signed, officer, client):
    letter = response_letters.draft_letter(signed, by=officer)
    assert [kind for kind, _ in RESPONSE.others(RESPONSE.load(signed.pk))] == ["inspection"]
    letters.send(letter, by=officer, seen=letter.version)
    publish(signed, "response", officer)
    assert sorted(Edition.objects.values_list("kind", flat=True)) == ["inspection", "letter", "response"]
    assert Response.objects.get().state == State.PUBLISHED
    edition = Edition.objects.get(kind="response")
    assert edition.path == f"inspections/{signed.inspection.published_on}-roads-less-travelled/response"
    read = page(client, edition.get_absolute_url())
    for words in (
        "Count the roads.",
        "Counted, part 2.",
        "The force has begun to count.",
        "Published in time, on day 11 of 56",
    ):
        assert words in read, words
    report = page(client, f"/inspections/{signed.inspection.published_on}-roads-less-travelled/")
    assert f"{edition.get_absolute_url()}#recommendation-2" in report and "response.pdf" in report
    assert "The letter" in read and f"/{Publication.objects.get(kind='letter').path}/" in read
    listed = page(client, "/inspections/")
    assert "published in time, on day 11 of 56" in listed and edition.get_absolute_url() in listed
    # Published once more nothing is new: what the paper says of its day is not part of the content.
    assert making.bundle_of(RESPONSE, signed).fresh == []


def test_a_response_that_answers_two_reports_is_named_by_both(signed, officer, client):
    national = make_recommendation(make_inspection(title="National report", slug="national")).inspection
    responses.reopen(signed, by=officer)
    signed.inspection.covers.add(national)
    response = make_response(signed.inspection, signed_by=make_user(Role.COMMISSIONER))
    publish(response, "response", officer)
    edition = Edition.objects.get(kind="response")
    assert [report["title"] for report in edition.content["reports"]] == ["Roads less travelled", "National report"]
    told = page(client, f"/inspections/{national.published_on}-national/")
    assert "It answers this report with another: Roads less travelled." in told
    assert f"{edition.get_absolute_url()}#national-recommendation-1" in told


def test_a_response_that_is_withdrawn_is_due_again_and_its_report_says_so(signed, officer, client):
    publish(signed, "response", officer)
    withdraw_publication(Publication.objects.get(kind="response"), reason="It named a person.", by=officer)
    assert Response.objects.get().state == State.WITHDRAWN
    assert "The response is due by" in page(client, "/inspections/")
    assert (
        client.get(f"/inspections/{signed.inspection.published_on}-roads-less-travelled/response/").status_code == 410
    )


def test_a_new_version_keeps_the_day_of_the_first(signed, officer, commissioner, client):
    publish(signed, "response", officer)
    sent = {"secretary_of_state": (today(), "by e-mail"), "inspectorate": (today(), "by e-mail")}
    responses.record_dispatches(signed, sent, seen=Response.objects.get().version, by=officer)
    publish(signed, "response", officer)
    assert list(Edition.objects.filter(kind="response").order_by("number").values_list("minor", flat=True)) == [0, 1]
    assert codes(signed) == []
    held = responses.reopen(Response.objects.get(), by=officer)
    assert held.state == State.PUBLISHED  # what is public stays
    held = responses.change(held, {"text": "<p>Said anew.</p>"}, seen=held.version, act="Text", by=officer)
    responses.sign(held, seen=responses.hash_of(held), by=commissioner)
    publish(held, "response", officer)
    assert "Said anew." in page(client, Edition.objects.filter(kind="response").first().get_absolute_url())


def test_a_late_response_says_so_on_every_page(officer, commissioner, client):
    inspection = make_recommendation(make_inspection(published_on=today() - 60 * DAY, slug="late")).inspection
    response = make_response(inspection, signed_by=commissioner)
    publish(response, "response", officer)
    words = "ublished late, 5 days after the last day"
    address = f"/inspections/{inspection.published_on}-late/"
    for at in (address, f"{address}response/", "/inspections/"):
        assert words in page(client, at), at
    edition = Edition.objects.get(kind="response")
    paper, _ = RESPONSE.paper(edition.content, making.imprint_of(edition, "0" * 64))
    assert words in paper


def test_the_day_that_counts_is_that_of_the_first_edition_on_the_clock_of_the_wall(signed):
    content = RESPONSE.content(RESPONSE.load(signed.pk))
    at = datetime.datetime(2026, 6, 30, 22, 59, tzinfo=datetime.UTC)  # 23:59 in summer
    first = make_edition(kind="response", path="x/response", subject=key(signed), content=content, published_at=at)
    assert first_day(first) == datetime.date(2026, 6, 30)
    later = make_edition(
        kind="response",
        path="x/response",
        subject=key(signed),
        content=content,
        published_at=at + datetime.timedelta(days=9),
    )
    assert first_day(later) == datetime.date(2026, 6, 30)


def test_a_response_of_earlier_years_shows_its_gaps(officer, client):
    inspection = make_recommendation(
        make_inspection(published_on=datetime.date(2017, 10, 24), slug="freedom")
    ).inspection
    response = make_response(
        inspection, answered=False, comments_state="not_recorded", comments="", comments_received_on=None
    )
    Response.objects.update(published_on=datetime.date(2017, 11, 24))
    response.refresh_from_db()
    sent = {"secretary_of_state": (datetime.date(2017, 11, 24), "")}
    responses.record_dispatches(response, sent, seen=response.version, by=officer)
    publish(inspection, "inspection", officer)
    told = page(client, "/inspections/2017-10-24-freedom/")
    for words in (
        "The response was published in time, on day 32 of 56 (24 November 2017)",
        "It does not answer the recommendations one by one.",
        "No comments of the chief constable are attached",
        "No copy to the inspectorate is recorded.",
        "18 December 2017",
    ):
        assert words in told, words
    assert "No copy to the Secretary of State" not in told


def test_a_draft_of_a_response_leaves_no_trace(officer, client):
    inspection = make_recommendation().inspection
    before = INSPECTION.content(inspection)
    make_response(inspection)
    assert INSPECTION.content(INSPECTION.load(inspection.pk)) == before
    publish(inspection, "inspection", officer)
    address = Edition.objects.get().get_absolute_url()
    assert "The response is due by" in page(client, address)
    assert client.get(f"{address}response/").status_code == 404


def test_a_report_that_needs_no_response_says_why(officer, client):
    inspection = make_inspection(subject="not_subject", why_not_subject="It is about the railway.", slug="rails")
    publish(inspection, "inspection", officer)
    told = page(client, f"/inspections/{inspection.published_on}-rails/")
    assert "No response is needed" in told and "It is about the railway." in told


def test_recommendations_and_inspections_are_data_as_well(signed, officer, client):
    publish(signed, "response", officer)
    table = client.get("/inspections.csv").content.decode()
    assert "Roads less travelled" in table and "Published in time, on day 11 of 56" in table
    asked = client.get("/recommendations.csv").content.decode()
    assert "Count the roads." in asked and "#recommendation-1" in asked
    listed = json.loads(client.get("/inspections.json").content)
    assert [item["title"] for item in listed["items"]] == ["Roads less travelled"]
    twin = client.get(f"{Edition.objects.get(kind='response').get_absolute_url()[:-1]}.json").content.decode()
    assert "scrutiny." not in twin


def test_what_is_signed_or_changed_waits_on_the_publishing_page(signed, officer, client):
    client.force_login(officer)
    told = page(client, "/desk/publishing/")
    assert "Roads less travelled" in told and "Signed. With its report" in told
    publish(signed, "response", officer)
    assert "Signed. With its report" not in page(client, "/desk/publishing/")
    asked = signed.inspection.recommendations.first()
    operations.set_status(asked, status="under_way", on=today(), evidence="Seen.", by=officer)
    assert StatusChange.objects.exists() and timezone.now()
    assert "Changed since. Version 1.0" in page(client, "/desk/publishing/")


def test_the_public_list_costs_the_same_for_many(officer, client, django_assert_max_num_queries):
    for number in range(12):
        inspection = make_inspection(slug=f"r-{number}")
        make_edition(kind="inspection", subject=key(inspection), content=INSPECTION.content(inspection), derived=True)
    with django_assert_max_num_queries(8):
        assert page(client, "/inspections/").count("The response is due by") == 12


# --- paper ---------------------------------------------------------------------------------------------------------------


@pytest.mark.verapdf
def test_the_response_as_a_pdf_is_accessible_and_lasting(signed, officer, tmp_path):
    national = make_recommendation(make_inspection(title="National report", slug="national")).inspection
    full = RESPONSE.content(RESPONSE.load(signed.pk))
    Response.objects.update(comments="", comments_state="none", text="")
    signed.inspection.covers.add(national)
    with_gaps = RESPONSE.content(RESPONSE.load(signed.pk))
    made = {
        name: pdf.render(RESPONSE.paper(content, imprint())[0], strict=True)
        for name, content in (("full", full), ("gaps", with_gaps))
    }
    assert [pdf.problems(data) for data in made.values()] == [[], []]
    assert VeraPDF(tmp_path).complaints(made) == []
    said = words_of(made["full"])
    for words in (
        "Counted, part 2.",
        "The force has begun to count.",
        "The office welcomes the report.",
        "Cora Commissioner",
    ):
        assert words in said, words
    assert "There is no answer to this yet." in words_of(made["gaps"])
