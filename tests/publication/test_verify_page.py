"""/verify/: is this document the one that was published here?"""

import hashlib

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from scrutiny.publication import verifying
from scrutiny.workflow import editions
from scrutiny.workflow.models import Edition
from tests.factories import make_office
from tests.publication.editions import REPORT_PATH, make_edition, make_report_edition

pytestmark = pytest.mark.django_db

FIRST, SECOND = b"%PDF-1.7 the first paper %%EOF", b"%PDF-1.7 the second paper %%EOF"


@pytest.fixture(autouse=True)
def report(settings, tmp_path):
    """A report in two versions, the first of which is superseded."""
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    make_office()
    first = make_report_edition(pdf=FIRST, lines=(), files=[("plan", "The plan", "csv", b"a,b")])
    return first, make_report_edition(
        pdf=SECOND, lines=(), title="Canal Safety Update, again", files=[], change_note="A figure was wrong."
    )


def sent(data, name="paper.pdf", visitor=None):
    response = (visitor or Client(enforce_csrf_checks=True)).post("/verify/", {"file": SimpleUploadedFile(name, data)})
    return response, response.content.decode()


def asked(client, sha256):
    response = client.get("/verify/", {"hash": sha256})
    assert response["Cache-Control"] == "no-store" and not response.cookies and "Vary" not in response
    return response.content.decode()


def test_the_page_asks_for_a_file_or_a_hash(client):
    response = client.get("/verify/")
    page = response.content.decode()
    assert response.status_code == 200 and 'type="file"' in page and 'name="hash"' in page
    assert response["Cache-Control"] == "no-store" and "csrf" not in page


def test_the_newest_version_is_published():
    response, page = sent(SECOND)
    assert '<h2 id="verdict">Published</h2>' in page and "version 1.1" in page and f'href="/{REPORT_PATH}/"' in page
    assert response["Cache-Control"] == "no-store" and not response.cookies


def test_an_earlier_version_is_superseded_and_says_by_which():
    _, page = sent(FIRST)
    assert ">Superseded</h2>" in page and "Version 1.1 took its place" in page and "A figure was wrong." in page
    assert f'href="/{REPORT_PATH}/v1.0/"' in page


def test_a_file_published_with_something_is_known_by_itself():
    _, page = sent(b"a,b", "plan.csv")
    assert ">Superseded</h2>" in page and "This is the file “The plan”" in page
    assert f'href="/{REPORT_PATH}/v1.0/files/plan.csv"' in page


def test_what_is_withdrawn_tells_the_reason_and_not_what_it_said(report):
    editions.withdraw(report[1].publication, reason="It named somebody.", by=None)
    for data in (FIRST, SECOND, b"a,b"):
        _, page = sent(data)
        assert ">Withdrawn</h2>" in page and "It named somebody." in page
        assert "Canal" not in page and "The plan" not in page


def test_what_was_never_published_is_not_known():
    _, page = sent(SECOND + b" ")
    assert ">Not known here</h2>" in page


def test_the_hash_that_a_paper_prints_is_known_in_groups_and_capitals(client, report):
    printed = " ".join(report[1].content_hash[start : start + 8].upper() for start in range(0, 64, 8))
    assert ">Published</h2>" in asked(client, printed)
    assert ">Superseded</h2>" in asked(client, f"sha256:{report[0].content_hash}")
    assert ">Published</h2>" in asked(client, report[1].pdf_sha256)
    assert "The record had this state when" in asked(client, report[0].chain)
    assert ">Not known here</h2>" in asked(client, "0" * 64)


def test_words_that_appear_in_two_publications_are_published_as_long_as_one_stands(client):
    content = {"summary": "", "status": "", "title": "The same words"}
    first = make_edition(kind="test", path="documents/one", content=content, pdf=SECOND[::-1])
    second = make_edition(kind="test", path="documents/two", content=content, pdf=SECOND[::-1])
    editions.withdraw(second.publication, reason="Twice.", by=None)
    assert ">Published</h2>" in asked(client, first.pdf_sha256)


@pytest.mark.parametrize("typed", ["", "abc", "g" * 64, "a" * 65, "<script>", "a" * 100_000])
def test_what_is_no_hash_is_told_so(client, typed):
    page = asked(client, typed)
    assert "This is not a hash" in page and "<script>alert" not in page and len(page) < 20_000


def test_a_form_without_a_file_says_what_is_missing():
    page = Client().post("/verify/").content.decode()
    assert "Choose the file" in page and 'href="#file"' in page
    assert "Choose the file" in sent(b"")[1]


def test_nothing_of_the_file_is_written_anywhere(settings, tmp_path, report):
    upload = tmp_path / "uploads"
    upload.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR, settings.FILE_UPLOAD_MAX_MEMORY_SIZE = str(upload), 10
    upload.chmod(0o500)
    before = sorted(default_storage.listdir("editions")[1])
    data = b"x" * 3_000_000
    _, page = sent(data)
    assert hashlib.sha256(data).hexdigest()[:8] in page.replace(" ", "")
    assert not list(upload.iterdir()) and sorted(default_storage.listdir("editions")[1]) == before
    assert Edition.objects.count() == 2


def test_a_file_that_is_too_large_is_refused_whatever_it_announces(monkeypatch):
    monkeypatch.setattr(verifying, "LARGEST", 1000)
    response, page = sent(b"x" * 200_000)  # what it announces is still below the limit of the page
    assert response.status_code == 413 and "larger than anything" in page
    response = Client().generic("POST", "/verify/", b"x", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(10**9))
    assert response.status_code == 413


def test_asking_without_end_is_slowed_down(client):
    answers = [client.get("/verify/", {"hash": "0" * 64}).status_code for _ in range(32)]
    assert answers[:30] == [200] * 30 and answers[-1] == 429
    assert client.get("/verify/").status_code == 200


def test_other_methods_are_refused(client):
    assert client.put("/verify/").status_code == 405
    assert client.options("/verify/")["Allow"] == "GET, HEAD, POST, OPTIONS"
