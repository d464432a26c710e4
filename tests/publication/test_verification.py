"""`manage.py verify_record` finds whatever is not as it was published, and says where."""

import datetime
import io

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from opcc_portal import pdf
from scrutiny.publication.derived import derive
from scrutiny.publication.models import PublicSearchEntry, RegisterLine
from scrutiny.publication.verification import Verification
from scrutiny.workflow import editions, kinds
from scrutiny.workflow.models import ChainHead, Edition, Publication
from tests import database
from tests.publication.editions import make_edition

pytestmark = pytest.mark.django_db


class Notice(kinds.Kind):
    """A kind of these tests' own: one line in a register and one entry in search."""

    name = "notice"

    def lines(self, edition):
        return [kinds.Line("action", edition.date, edition.title, edition.get_absolute_url(), data={"due": "soon"})]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def notice(monkeypatch):
    monkeypatch.setitem(kinds._kinds, "notice", Notice())


@pytest.fixture(scope="module")
def papers():
    """PDFs are made once: the same Imprint, the same paper."""
    kept = {}

    def paper(edition):
        said = (edition.content_hash, edition.chain_before)
        if said not in kept:
            kept[said] = pdf.render(
                f"<html lang='en'><title>Notice</title><h1>Notice</h1><p>{said[0]}<p>{said[1]}</html>"
            )
        return kept[said]

    return paper


def publish(path, title, *, paper=None, files=()):
    """An Edition as publishing makes it: the head before it is printed on its paper and named in its manifest."""
    after = editions.head()
    edition = make_edition(
        kind="notice",
        path=path,
        title=title,
        files=files,
        published_at=AT,
        manifest={"printed_head": after[1]},
        save=False,
    )
    if paper:
        data = paper if isinstance(paper, bytes) else paper(edition)
        edition.pdf_name, edition.pdf_size, edition.pdf_pages = "notice.pdf", len(data), 1
        edition.pdf_sha256 = editions.keep_file(data, "pdf")
        edition.chain = editions.chain_of(edition)
    editions.append([edition], after=after)
    derive(edition)
    return edition


@pytest.fixture
def record():
    """Three Editions of two publications, with a file."""
    publish("documents/one", "One")
    publish("documents/one", "One again", files=[("plan", "A plan", "csv", b"a,b")])
    publish("documents/two", "Two")
    return Edition.objects.order_by("number")


AT = datetime.datetime(2018, 2, 5, 10, 0, tzinfo=datetime.UTC)


def found():
    return [str(each) for each in Verification()]


def tamper(sql, *values):
    with transaction.atomic(), database.guards_lifted(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_a_record_that_is_as_published_is_in_order(record):
    out = io.StringIO()
    call_command("verify_record", stdout=out)
    assert out.getvalue() == "OK: 3 Editions, 1 file\n"


def test_an_empty_record_is_in_order(db):
    assert found() == []


OTHER = {
    "number": 9,
    "major": 4,
    "minor": 7,
    "schema": 2,
    "date": "2018-01-09",
    "content": '{"title": "One!"}',
    "parts": '[["text", "<p>Two</p>"]]',
    "files": '[{"slug": "plan", "kind": "csv", "size": 3, "sha256": "%s"}]' % ("a" * 64),
    "pdf_size": 5,
    "pdf_pages": 5,
    "manifest": '{"printed_head": ""}',
    "published_at": "2018-02-05 10:00:01+00:00",
    "chain_before": "b" * 64,
    "chain": "c" * 64,
    "content_hash": "d" * 64,
    "pdf_sha256": "e" * 64,
}
TOGETHER = {"pdf_sha256": ", pdf_name = 'x.pdf'", "pdf_name": f", pdf_sha256 = '{'f' * 64}'"}


@pytest.mark.parametrize("name", [*editions.CHAINED, "chain", "chain_before"])
def test_any_field_that_is_changed_is_found(record, name):
    assert name in {field.name for field in Edition._meta.concrete_fields}
    tamper(
        f"UPDATE scrutiny_edition SET {name} = %s{TOGETHER.get(name, '')} WHERE number = 2", OTHER.get(name, "other")
    )
    lines = found()
    number = 9 if name == "number" else 2
    assert any(line.startswith(f"Edition {number}, /documents/one/, version") and "chain" in line for line in lines), (
        lines
    )
    if name in ("kind", "path", "title", "date", "content", "files", "content_hash"):
        assert any("content hash does not match" in line for line in lines), lines
    with pytest.raises(CommandError, match="finding"):
        call_command("verify_record", stdout=io.StringIO())


def test_a_row_whose_own_hash_was_made_to_fit_still_breaks_the_chain(record):
    edition = record.get(number=2)
    edition.title = edition.content["title"] = "Two again"
    edition.chain = editions.chain_of(edition)
    tamper("UPDATE scrutiny_edition SET title = %s, chain = %s WHERE number = 2", edition.title, edition.chain)
    assert any(line.startswith("Edition 3, /documents/two/, version 1.0: it does not follow") for line in found())


def test_a_chain_that_was_written_anew_is_found_by_a_head_somebody_holds(record):
    held = record.get(number=2).chain
    assert not list(Verification(known_head=held))
    before = editions.GENESIS
    for edition in record:
        edition.published_name, edition.chain_before = "Somebody else", before
        before = edition.chain = editions.chain_of(edition)
        tamper(
            "UPDATE scrutiny_edition SET published_name = %s, chain_before = %s, chain = %s WHERE number = %s",
            edition.published_name,
            edition.chain_before,
            edition.chain,
            edition.number,
        )
    # The heads that the papers print are the old ones; and so is the one outside the house.
    ChainHead.objects.update(chain=before)
    with pytest.raises(CommandError):
        call_command("verify_record", "--head", f"{held[:32]} {held[32:]}", stdout=(out := io.StringIO()))
    assert f"The chain: the head {held} is not in it: the record was written anew." in out.getvalue()


def test_an_edition_that_was_removed_is_missed(record):
    RegisterLine.objects.all().delete()
    PublicSearchEntry.objects.all().delete()
    tamper("DELETE FROM scrutiny_edition WHERE number = 1")
    call_command("rebuild_public_record", stdout=io.StringIO())
    assert found() == [
        "Edition 2, /documents/one/, version 1.1: before it, 1 Edition is missing (number 1).",
        "Edition 2, /documents/one/, version 1.1: it does not follow the Edition before it in the chain: one of the two "
        "was changed, removed or moved.",
    ]


def test_the_last_edition_that_was_removed_is_missed(record):
    last = record.get(number=3)
    tamper("DELETE FROM scrutiny_registerline WHERE edition_id = %s", last.pk)
    tamper("DELETE FROM scrutiny_publicsearchentry WHERE edition_id = %s", last.pk)
    tamper("UPDATE scrutiny_publication SET current_id = NULL WHERE path = 'documents/two'")
    tamper("DELETE FROM scrutiny_edition WHERE number = 3")
    (line,) = found()
    assert line.startswith("The chain: its head says number 3, the last Edition is number 2")


def test_editions_that_changed_places_are_found(record):
    for was, becomes in ((1, 99), (2, 1), (99, 2)):
        tamper("UPDATE scrutiny_edition SET number = %s WHERE number = %s", becomes, was)
    lines = found()
    assert any(line.startswith("Edition 1, /documents/one/, version 1.1: its chain hash") for line in lines)
    assert any(line.startswith("Edition 2, /documents/one/, version 1.0: its chain hash") for line in lines)


def test_a_moved_head_is_found(record):
    ChainHead.objects.update(number=4)
    assert [line[:37] for line in found()] == ["The chain: its head says number 4, th"]


def test_a_publication_that_shows_another_version_is_found(record):
    Publication.objects.filter(path="documents/one").update(current=record.get(number=1))
    assert "/documents/one/: it shows Edition number 1; its newest is number 2." in found()


def test_a_publication_given_to_another_record_is_found(record):
    tamper("UPDATE scrutiny_publication SET subject = 'scrutiny.sitepage:9' WHERE path = 'documents/two'")
    assert any(line.startswith("Edition 3") and "chain hash" in line for line in found())


def test_a_guard_that_is_gone_is_found(record):
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER edition_not_deleted" + (" ON scrutiny_edition" if connection.vendor != "sqlite" else "")
        )
    assert found()[0].startswith("The database: its guard “edition_not_deleted” is missing")


# --- files -------------------------------------------------------------------------------------------------------------


def overwrite(name, data):
    with default_storage.open(name, "wb") as file:
        file.write(data)


def test_a_file_that_was_swapped_or_is_missing_is_found(record):
    name = editions.stored_name(record.get(number=2).files[0]["sha256"], "csv")
    overwrite(name, b"a,c")
    (line,) = found()
    assert line.startswith("Edition 2, /documents/one/, version 1.1: the file “plan” is not the one that was published")
    default_storage.delete(name)
    (line,) = found()
    assert "the file “plan” is missing from the store (editions/" in line


def test_a_pdf_is_read_and_must_print_what_it_vouches_for(papers):
    publish("documents/one", "One", paper=papers)
    edition = publish("documents/two", "Two", paper=papers)
    verification = Verification()
    assert list(verification) == [] and verification.files_seen == 2
    name = editions.stored_name(edition.pdf_sha256, "pdf")
    overwrite(name, b"%PDF-1.7 something else")
    assert any("its PDF notice.pdf is not the one that was published" in line for line in found())
    default_storage.delete(name)
    assert any("its PDF notice.pdf is missing" in line for line in found())


def test_a_pdf_that_prints_another_hash_or_head_is_found(papers):
    first = publish("documents/one", "One", paper=papers)
    with default_storage.open(editions.stored_name(first.pdf_sha256, "pdf")) as file:
        other = file.read()
    publish("documents/two", "Two", paper=other)
    assert found() == [
        "Edition 2, /documents/two/, version 1.0: its PDF does not print this Edition's content hash.",
        "Edition 2, /documents/two/, version 1.0: its PDF does not print the chain head that the manifest names.",
    ]


# --- lists and search --------------------------------------------------------------------------------------------------


def test_lists_and_search_that_say_something_else_are_found_and_can_be_made_anew(record):
    RegisterLine.objects.filter(edition__number=3).update(text="Other words")
    PublicSearchEntry.objects.filter(edition__number=2).delete()
    assert [line.partition(" do not")[0] for line in found()] == [
        "Edition 2, /documents/one/, version 1.1: its entries in search",
        "Edition 3, /documents/two/, version 1.0: its lines in the registers",
    ]
    call_command("rebuild_public_record", stdout=(out := io.StringIO()))
    assert out.getvalue() == "Lists and search were made anew from 2 Editions.\n"
    assert found() == []


def test_rows_of_what_is_no_longer_shown_are_found(record):
    Publication.objects.filter(path="documents/two").update(withdrawn_at=AT, withdrawn_reason="Wrong.")
    RegisterLine.objects.filter(edition__number=2).update(edition=record.get(number=1))
    lines = found()
    assert "/documents/two/: lines in the registers come from an Edition that is not shown any more." in lines
    assert "/documents/two/: entries in search come from an Edition that is not shown any more." in lines
    assert "/documents/one/: lines in the registers come from an Edition that is not shown any more." in lines


def test_memory_and_queries_do_not_grow_with_what_an_edition_holds(record, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        assert found() == []
