"""Public addresses: the same bytes for everybody, cacheable, nothing of the visitor in them."""

import datetime
import os

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opcc_portal.office.models import Office
from scrutiny.publication import answering
from scrutiny.workflow import editions
from scrutiny.workflow.models import Edition, Publication, PublicationClass
from tests.factories import make_meeting, make_office, make_report, make_user
from tests.publication.editions import (
    MEETING_PATH,
    PDF,
    REPORT_PATH,
    make_page_edition,
    make_record,
    make_report_edition,
)

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/meetings/",
    f"/{MEETING_PATH}/",
    f"/{MEETING_PATH}/items/5/",
    f"/{MEETING_PATH}/minutes/",
    "/corrections/",
]
FORMS = [
    "/index.json",
    f"/{MEETING_PATH}.json",
    "/actions.csv",
    "/feed.atom",
    "/meetings.ics",
    "/sitemap.xml",
    "/robots.txt",
]
FILES = [f"/{REPORT_PATH}/report.pdf", f"/{REPORT_PATH}/v1.0/report.pdf", f"/{REPORT_PATH}/files/the-forces-update.pdf"]
EVERYTHING = [*PAGES, *FORMS, *FILES]


@pytest.fixture(autouse=True)
def record(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    make_office()
    return make_record()


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_an_answer_carries_nothing_of_the_visitor_and_says_how_long_it_lasts(client):
    for address in EVERYTHING:
        response = client.get(address)
        assert response.status_code == 200
        assert response["Cache-Control"].startswith("public, max-age=")
        assert not response.cookies and "Vary" not in response
        assert "nonce" not in response["Content-Security-Policy"] and b"csrf" not in body(response).lower()
        assert response["X-Content-Type-Options"] == "nosniff" and response["X-Frame-Options"] == "DENY"
        assert response["ETag"].startswith('"') and response["Last-Modified"].endswith("GMT")


def test_somebody_signed_in_gets_the_same_bytes_and_headers(client):
    signed_in = Client()
    signed_in.force_login(make_user())
    for address in EVERYTHING:
        ours, theirs = signed_in.get(address), client.get(address)
        assert (body(ours), dict(ours.headers)) == (body(theirs), dict(theirs.headers))
        assert not ours.cookies


def test_what_the_visitor_has_already_is_not_sent_again(client, django_assert_max_num_queries):
    for address in EVERYTHING:
        first = client.get(address)
        body(first)
        for header in (
            {"If-None-Match": first["ETag"]},
            {"If-None-Match": f'"other", W/{first["ETag"]}'},
            {"If-Modified-Since": first["Last-Modified"]},
        ):
            with django_assert_max_num_queries(2):
                again = client.get(address, headers=header)
            assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
            assert again["Cache-Control"] == first["Cache-Control"] and not again.cookies and "Vary" not in again
        other = client.get(address, headers={"If-None-Match": '"other"', "If-Modified-Since": first["Last-Modified"]})
        assert other.status_code == 200 and body(other)


def test_a_finished_page_costs_one_query_and_a_new_one_at_most_six(client, django_assert_max_num_queries):
    for address in PAGES:
        with django_assert_max_num_queries(6):
            first = client.get(address)
        with django_assert_max_num_queries(1):
            again = client.get(address)
        assert (first.content, dict(first.headers)) == (again.content, dict(again.headers))


def test_head_says_what_get_would_say(client):
    for address in EVERYTHING:
        asked, head = client.get(address), client.head(address)
        assert (head.status_code, head.content) == (200, b"")
        assert dict(head.headers) == dict(asked.headers)
        body(asked)


def test_other_methods_are_refused_and_options_tells_the_methods_alone():
    for address in ("/", f"/{MEETING_PATH}/", "/actions.csv", FILES[0]):
        visitor = Client(enforce_csrf_checks=True)
        for method in ("post", "put", "patch", "delete"):
            response = getattr(visitor, method)(address)
            assert (response.status_code, response["Allow"], response.content) == (405, "GET, HEAD, OPTIONS", b"")
        response = visitor.options(address)
        assert (response.status_code, response["Allow"], response.content) == (204, "GET, HEAD, OPTIONS", b"")
        assert not response.cookies and "Vary" not in response


def test_a_query_that_the_page_knows_nothing_of_changes_nothing(client, django_assert_max_num_queries):
    first = client.get("/meetings/")
    with django_assert_max_num_queries(2):
        again = client.get("/meetings/?page=2&utm_source=x")
    assert (again.content, again["ETag"]) == (first.content, first["ETag"])


# --- what changes an answer, and what does not ---------------------------------------------------------------------------


def _withdraw(record):
    editions.withdraw(record["decision"].publication, reason="It named somebody.", by=None)


def _rename(record):
    editions.rename(record["report"].publication, path="reports/elsewhere", by=None)


def _rename_twice(record):
    _rename(record)
    before = answering.the_stamp()
    editions.rename(record["report"].publication, path=REPORT_PATH, by=None)
    assert answering.the_stamp() != before


def _give_a_class(record):
    Publication.objects.filter(path=REPORT_PATH).update(scheme_class=PublicationClass.objects.last())


PUBLIC = {
    "a new Edition": lambda record: make_page_edition("privacy", "Privacy"),
    "a new version": lambda record: make_report_edition(),
    "a withdrawal": _withdraw,
    "a former address": _rename,
    "an address that it had before": _rename_twice,
    "a class that is given": _give_a_class,
    "a class that is described anew": lambda record: PublicationClass.objects.update(description="Other words."),
    "another identity of the office": lambda record: make_office(
        display_name="Mayor's Office", valid_from=datetime.date(2020, 1, 1)
    ),
}


@pytest.mark.parametrize("change", PUBLIC.values(), ids=PUBLIC)
def test_whatever_changes_the_record_changes_the_tag(client, record, change):
    first = client.get("/documents/")
    change(record)
    again = client.get("/documents/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200 and again["ETag"] != first["ETag"]


def test_a_new_day_changes_the_tag(client, monkeypatch):
    first = client.get("/")
    monkeypatch.setitem(os.environ, "OPCC_TODAY", "2018-01-02")
    assert client.get("/")["ETag"] != first["ETag"]


def test_the_identity_in_the_stamp_is_that_of_the_day(monkeypatch):
    Office.objects.all().delete()
    times = [("2012-01-01", "2012-12-31"), ("2014-01-01", "2014-12-31"), ("2016-01-01", None)]
    for number, (first, last) in enumerate(times):
        make_office(short_name=f"No {number}", valid_from=first, valid_to=last)
    for day in ("2011-05-05", "2012-05-05", "2013-05-05", "2014-12-31", "2015-05-05", "2030-05-05"):
        monkeypatch.setenv("OPCC_TODAY", day)
        shown = Office.now()
        before = answering.the_stamp()
        for each in Office.objects.all():
            Office.objects.filter(pk=each.pk).update(phone="01234")
            assert (answering.the_stamp() != before) == (each == shown), (day, each.short_name)
            Office.objects.filter(pk=each.pk).update(phone="")


def test_moving_a_class_from_one_document_to_another_changes_the_tag(record):
    held = PublicationClass.objects.last()
    stamps = set()
    for edition in record.values():
        Publication.objects.update(scheme_class=None)
        Publication.objects.filter(pk=edition.publication_id).update(scheme_class=held)
        stamps.add(answering.the_stamp())
    assert len(stamps) == len(record)


def test_drafts_and_the_desk_change_no_byte_and_no_header(client):
    before = {address: client.get(address) for address in EVERYTHING}
    before = {address: (body(response), dict(response.headers)) for address, response in before.items()}
    cache.clear()
    make_report(make_meeting())
    make_user()
    for address, before_it in before.items():
        response = client.get(address)
        assert (body(response), dict(response.headers)) == before_it, address


def test_a_visitor_never_gets_an_old_page_from_the_cache(client):
    assert "Privacy" not in client.get("/documents/").content.decode()
    make_page_edition("a-policy", "A policy on lamps")
    assert "A policy on lamps" in client.get("/documents/").content.decode()


# --- errors and files ----------------------------------------------------------------------------------------------------


def test_what_is_not_there_is_told_without_cookies_and_not_kept(client, django_assert_num_queries):
    for address in ("/nothing/", "/nothing/of/the/kind.json", "/meetings/1999/", f"/{MEETING_PATH}/items/99/"):
        signed_in = Client()
        signed_in.force_login(make_user())
        for visitor in (client, signed_in):
            response = visitor.get(address)
            assert (response.status_code, response["Cache-Control"]) == (404, "no-cache")
            assert not response.cookies and "Vary" not in response and "ETag" not in response
    make_page_edition("nothing-yet", "Something", path="nothing")
    assert client.get("/nothing/").status_code == 200


def test_what_was_withdrawn_answers_410_and_is_gone_from_every_form(client, record):
    assert "lock-keepers" in client.get("/decisions.csv").content.decode()
    _withdraw(record)
    response = client.get("/decisions/2018-001/")
    assert response.status_code == 410 and "It named somebody." in response.content.decode()
    for address in ("/decisions.csv", "/decisions.json", "/feed.atom", "/index.json", "/sitemap.xml"):
        assert "lock-keepers" not in client.get(address).content.decode()
    for address in ("/decisions/2018-001.json", "/decisions/2018-001/v1.0.json", "/decisions/2018-001/versions.json"):
        response = client.get(address)
        assert response.status_code == 410 and response.json()["reason"] == "It named somebody."
        assert "lock-keepers" not in response.content.decode()


def test_what_has_moved_leads_on_in_every_form(client, record):
    editions.rename(record["meeting"].publication, path="meetings/elsewhere", by=None)
    for end in (".json", "/items/5.json", "/v1.0.json", "/versions.json", "/agenda.pdf", "/"):
        response = client.get(f"/{MEETING_PATH}{end}")
        assert (response.status_code, response["Location"]) == (301, f"/meetings/elsewhere{end}"), end
        assert response["Cache-Control"] == "public, max-age=60"


def test_a_file_is_named_by_its_hash_and_that_of_a_version_may_be_kept_for_a_day(client, record):
    newest, version = client.get(FILES[0]), client.get(FILES[1])
    assert body(newest) == body(version) == PDF
    assert newest["ETag"] == version["ETag"] == f'"{record["report"].pdf_sha256}"'
    assert (newest["Cache-Control"], version["Cache-Control"]) == (
        "public, max-age=60",
        "public, max-age=600, immutable",
    )
    assert newest["Content-Type"] == "application/pdf" and newest["Content-Disposition"].startswith("inline")


def test_a_file_that_is_missing_from_the_store_is_not_found(client, record):
    answering.default_storage.delete(editions.stored_name(record["report"].pdf_sha256, "pdf"))
    assert client.get(FILES[0]).status_code == 404


def test_machine_forms_may_be_read_by_pages_of_others(client):
    assert client.get("/index.json")["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get("/")


def test_the_stamp_costs_one_query_however_much_is_published(django_assert_num_queries):
    with django_assert_num_queries(1):
        answering.the_stamp()
    assert Edition.objects.filter(published_at__lte=timezone.now()).count() > 5


def test_under_a_rush_the_database_is_asked_once_a_moment(client, settings, monkeypatch):
    make_page_edition(path="documents/often")
    settings.PUBLIC_STAMP_SECONDS = 60
    monkeypatch.setattr(answering, "_stamped", (0.0, ""))
    client.get("/documents/often/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/documents/often/").status_code == 200
    assert len(captured) == 0


@pytest.mark.parametrize(
    "address", ["/documents/%00x/", "/documents/x%00.json", "/meetings/a%00/items/1/", "/a/%00.pdf"]
)
def test_an_address_that_no_database_looks_for_is_missing(client, address):
    assert client.get(address).status_code == 404
