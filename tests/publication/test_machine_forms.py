"""The public record for machines: the same Editions as the pages, complete addresses, no key of the database."""

import csv
import datetime
import io
import json
import re
from xml.etree import ElementTree

import pytest
from django.core.cache import cache

from scrutiny.publication.machine import calendar
from scrutiny.workflow import editions, kinds
from tests.factories import make_office
from tests.publication.editions import (
    MEETING,
    MEETING_PATH,
    REPORT_PATH,
    STUB,
    make_edition,
    make_meeting_edition,
    make_record,
    make_report_edition,
    meeting_content,
)

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SUBJECT = re.compile(r"\b(?:scrutiny|funding|tests|opcc_portal)\.[a-z]+:\d+")
TWINS = [
    "/",
    "/meetings/",
    "/meetings/2018/",
    "/reports/",
    "/reports/2018/",
    "/decisions/",
    "/actions/",
    "/corrections/",
    "/documents/",
    "/accessibility/",
    "/decisions/2018-001/",
    f"/{MEETING_PATH}/",
    f"/{MEETING_PATH}/items/4/",
    f"/{MEETING_PATH}/items/5/",
    f"/{MEETING_PATH}/items/6/",
    f"/{MEETING_PATH}/minutes/",
    f"/{MEETING_PATH}/pack/",
    f"/{REPORT_PATH}/",
    f"/{REPORT_PATH}/v1.0/",
    f"/{REPORT_PATH}/versions/",
]


@pytest.fixture(autouse=True)
def record(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    make_office()
    return make_record()


def text(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def rows(client, address):
    return list(csv.DictReader(io.StringIO(text(client, address).removeprefix("\ufeff"))))


# --- JSON --------------------------------------------------------------------------------------------------------------


def test_every_page_names_its_twin_and_the_twin_names_its_page(client):
    for address in TWINS:
        named = re.search(r'type="application/json" href="([^"]+)"', text(client, address))
        assert named, address
        said = text(client, named[1])
        assert json.loads(said)["url"] == f"http://testserver{address}"
        assert not SUBJECT.search(said) and '"pk"' not in said and '"id"' not in said
        assert not SUBJECT.search(text(client, address))


def test_a_document_is_whole_with_its_files_its_versions_and_its_proof(client, record):
    report = record["report"]
    again = make_report_edition(content={**report.content, "status": "Put right"}, lines=())
    newest, first = (json.loads(text(client, f"/{REPORT_PATH}{end}")) for end in (".json", "/v1.0.json"))
    assert (newest["version"], newest["is_newest"]) == ("1.1", True)
    assert (first["version"], first["is_newest"], first["content"]["status"]) == (
        "1.0",
        False,
        report.content["status"],
    )
    assert [each["version"] for each in newest["versions"]] == ["1.1", "1.0"]
    assert (
        newest["proof"]["content_hash"] == again.content_hash and newest["proof"]["chain_before"] != report.chain_before
    )
    assert newest["files"][0]["url"] == f"http://testserver/{REPORT_PATH}/files/the-forces-update.pdf"
    assert first["pdf"]["url"] == f"http://testserver/{REPORT_PATH}/v1.0/report.pdf"
    assert newest["content"]["meeting_url"] == f"http://testserver/{MEETING_PATH}/"
    for url in (newest["files"][0]["url"], first["pdf"]["url"]):
        assert b"".join(client.get(url.removeprefix("http://testserver")).streaming_content)


def test_a_correction_leads_to_what_it_puts_right_by_its_address(client, record):
    said = json.loads(text(client, f"/{MEETING_PATH}/minutes.json"))
    (correction,) = [entry["correction"] for entry in said["content"]["items"][1]["entries"] if entry["correction"]]
    assert correction["target_url"] == f"http://testserver/{REPORT_PATH}/" and "target" not in correction
    editions.withdraw(record["report"].publication, reason="Wrong.", by=None)
    said = json.loads(text(client, f"/{MEETING_PATH}/minutes.json"))
    correction = said["content"]["items"][1]["entries"][2]["correction"]
    assert "target" not in correction and "target_url" not in correction


def test_of_a_withheld_item_nothing_is_told_but_the_stub(client):
    said = json.loads(text(client, f"/{MEETING_PATH}/items/6.json"))
    assert set(said) == {"title", "url", "licence", "meeting", "label", "withheld"} and said["withheld"] == STUB
    withheld = meeting_content()
    withheld["items"][1]["withheld"] = STUB  # an item withheld by a later version of the agenda
    make_meeting_edition(content=withheld)
    assert "patrols" not in text(client, f"/{MEETING_PATH}/items/5.json")


def test_addresses_without_a_page_have_no_twin(client):
    for address in (
        "/nothing.json",
        f"/{MEETING_PATH}/items/9.json",
        "/meetings/1999.json",
        "/desk.json",
        "/documents/x.json",
    ):
        assert client.get(address).status_code == 404, address


# --- CSV ---------------------------------------------------------------------------------------------------------------


def test_registers_are_tables(client):
    (action,) = rows(client, "/actions.csv")
    assert (action["Reference"], action["Owners"], action["Due"]) == ("5/1", "ACC Lane", "2018-02-28")
    assert action["State"] == "Completed on 20 February 2018" and action["Address"].startswith(
        "http://testserver/meetings/"
    )
    (correction,) = rows(client, "/corrections.csv")
    assert (correction["Was"], correction["Is"], correction["Paper"]) == ("127", "176", "Canal Safety Update")
    (decision,) = rows(client, "/decisions.csv")
    assert decision["Address"] == "http://testserver/decisions/2018-001/"
    (meeting,) = rows(client, "/meetings.csv")
    assert (meeting["Date"], meeting["Starts"], meeting["Place"]) == ("2018-01-08", "10:00", "Committee room 2")


def test_no_cell_is_run_by_a_spreadsheet(client):
    line = kinds.Line(
        "decision", datetime.date(2018, 2, 1), "=HYPERLINK(1)", "/decisions/x/", "@x", data={"maker": "+1"}
    )
    make_edition(kind="test", path="decisions/x", lines=[line])
    row = rows(client, "/decisions.csv")[0]
    assert (row["Decision"], row["Reference"], row["Made by"]) == ("'=HYPERLINK(1)", "'@x", "'+1")


# --- feeds ---------------------------------------------------------------------------------------------------------------


def test_the_feed_tells_of_every_version(client):
    make_report_edition(title="Canal <Safety> & Update", change_note="A figure was wrong.")
    feed = ElementTree.fromstring(text(client, "/feed.atom"))
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 8 and entries[0].find(f"{ATOM}title").text == "Canal <Safety> & Update (version 1.1)"
    assert entries[0].find(f"{ATOM}link").get("href") == f"http://testserver/{REPORT_PATH}/v1.1/"
    assert "A figure was wrong." in entries[0].find(f"{ATOM}summary").text
    names = [entry.find(f"{ATOM}id").text for entry in entries]
    assert len(set(names)) == 8 and names[0] == f"tag:testserver,2018:/{REPORT_PATH}/v1.1/"
    assert feed.find(f"{ATOM}updated").text == entries[0].find(f"{ATOM}updated").text


def test_corrections_have_a_feed_of_their_own(client):
    (entry,) = ElementTree.fromstring(text(client, "/corrections/feed.atom")).findall(f"{ATOM}entry")
    assert "176, not 127" in entry.find(f"{ATOM}title").text


def test_an_empty_feed_says_the_same_each_time(client, record):
    for edition in record.values():
        editions.withdraw(edition.publication, reason="All of it.", by=None)
    assert "1970-01-01" in text(client, "/feed.atom")


# --- calendar --------------------------------------------------------------------------------------------------------------


def events(client):
    said = client.get("/meetings.ics").content
    assert said.endswith(b"END:VCALENDAR\r\n") and b"\n" not in said.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in said.split(b"\r\n"))
    lines = said.decode().replace("\r\n ", "").split("\r\n")
    found, here = [], None
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            here = {}
            found.append(here)
        elif here is not None:
            here[name] = value
    return found


def meeting(day="2018-07-09", **said):
    content = meeting_content()
    content["meeting"].update(said)
    return make_edition(kind="meeting", path=f"meetings/{day}-x", content=content, title="A meeting", date=day)


def test_a_meeting_is_an_event_in_universal_time(client):
    (event,) = events(client)
    assert (event["DTSTART"], event["DTEND"]) == ("20180108T100000Z", "20180108T120000Z")
    assert event["SUMMARY"] == "Community Outcomes Meeting\\, 8 January 2018" and event["STATUS"] == "CONFIRMED"
    meeting(starts="10:00", ends="12:30")  # in summer
    assert (events(client)[0]["DTSTART"], events(client)[0]["DTEND"]) == ("20180709T090000Z", "20180709T113000Z")


def test_an_event_keeps_its_name_through_versions_and_addresses(client, record):
    (before,) = events(client)
    editions.rename(record["meeting"].publication, path="meetings/elsewhere", by=None)
    make_meeting_edition(path=None, subject=MEETING, content=meeting_content())
    (after,) = events(client)
    assert after["UID"] == before["UID"] and (before["SEQUENCE"], after["SEQUENCE"]) == ("0", "1")
    assert after["URL"] == "http://testserver/meetings/elsewhere/" and after["DTSTAMP"] >= before["DTSTAMP"]


@pytest.mark.parametrize("status", ["Cancelled", "Postponed to 5 March 2018"])
def test_a_meeting_that_is_off_is_cancelled(client, status):
    meeting(status=status)
    assert events(client)[0]["STATUS"] == "CANCELLED"


def test_a_meeting_without_a_time_takes_the_day_and_one_past_midnight_ends_on_the_next(client):
    meeting(starts="", ends="")
    assert events(client)[0]["DTSTART;VALUE=DATE"] == "20180709" and events(client)[0]["DTEND;VALUE=DATE"] == "20180710"
    meeting("2018-12-03", starts="22:00", ends="00:30")
    assert events(client)[0]["DTEND"] == "20181204T003000Z"


def test_long_lines_are_folded_between_letters():
    folded = calendar._folded("SUMMARY:" + "é€𝄞" * 40)
    assert all(len(piece.encode()) <= 75 for piece in folded.split("\r\n"))
    assert folded.replace("\r\n ", "") == "SUMMARY:" + "é€𝄞" * 40
    assert calendar._text("a;b,c\\d\r\ne") == "a\\;b\\,c\\\\d\\ne"


# --- maps and pages ---------------------------------------------------------------------------------------------------------


def test_the_sitemap_names_every_page_once_and_each_answers(client):
    found = [each.text for each in ElementTree.fromstring(text(client, "/sitemap.xml")).iter(f"{MAP}loc")]
    assert len(found) == len(set(found)) and f"http://testserver/{MEETING_PATH}/items/5/" in found
    for address in found:
        assert client.get(address.removeprefix("http://testserver")).status_code == 200, address
    assert "Sitemap: http://testserver/sitemap.xml" in text(client, "/robots.txt")


def test_the_data_page_leads_to_every_form_and_names_the_licence(client):
    page = text(client, "/data/")
    assert "Open Government Licence" in page
    links = re.findall(r'href="(/[a-z./]+\.(?:csv|json|atom|ics|xml))"', page)
    assert len(set(links)) >= 14
    for address in links:
        assert client.get(address).status_code == 200, address


def test_pages_tell_search_engines_what_they_are(client):
    def told(address):
        return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text(client, address))[1])

    assert told("/")["@type"] == "GovernmentOrganization"
    event = told(f"/{MEETING_PATH}/")
    assert (event["@type"], event["startDate"], event["location"]["name"]) == (
        "Event",
        "2018-01-08T10:00",
        "Committee room 2",
    )
    report = told(f"/{REPORT_PATH}/")
    assert (report["@type"], report["version"], report["encoding"]["contentUrl"]) == (
        "Report",
        "1.0",
        f"/{REPORT_PATH}/report.pdf",
    )
    assert told(f"/{MEETING_PATH}/items/5/")["isPartOf"]["url"]
    make_report_edition(title="</script><script>alert(1)</script>")
    page = text(client, f"/{REPORT_PATH}/")
    assert "<script>alert" not in page and told(f"/{REPORT_PATH}/")["name"] == "</script><script>alert(1)</script>"
    assert 'property="og:title"' in page


@pytest.mark.django_db(transaction=True)
def test_the_data_inside_a_page_is_no_breach_of_the_policy(page):
    response = page.goto(f"/{MEETING_PATH}/")  # the page's context fails on any breach
    assert response.status == 200
    assert page.locator('script[type="application/ld+json"]').count() == 1
