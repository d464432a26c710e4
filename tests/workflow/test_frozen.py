"""The database itself keeps what is published as it is."""

import pytest
from django.db import IntegrityError, connection, transaction

from scrutiny.workflow import editions, frozen
from scrutiny.workflow.models import Edition, Publication
from tests import database
from tests.publication.editions import make_edition

pytestmark = pytest.mark.django_db

ON_POSTGRESQL = connection.vendor == "postgresql"
SQL = {
    "changed": "UPDATE scrutiny_edition SET title = 'Other words'",
    "changed in one letter of its content": "UPDATE scrutiny_edition SET content = '{}' WHERE number = 1",
    "written again as it is": "UPDATE scrutiny_edition SET title = title",
    "deleted": "DELETE FROM scrutiny_edition",
    "taken from its publication": "DELETE FROM scrutiny_publication",
    "turned into something else": "UPDATE scrutiny_publication SET kind = 'other'",
    "given to another record": "UPDATE scrutiny_publication SET subject = 'scrutiny.sitepage:999999'",
}


def refused(act, words="frozen|published"):
    """Whether the database refuses, in words, and the record is as before."""
    before = list(Edition.objects.order_by("number").values())
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        act()
    assert list(Edition.objects.order_by("number").values()) == before


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("sql", SQL.values(), ids=SQL)
def test_an_edition_cannot_be(sql):
    make_edition(kind="test")
    refused(lambda: run(sql))


def test_the_portal_itself_cannot_change_or_delete_an_edition():
    edition = make_edition(kind="test")
    make_edition(kind="test", path=edition.path)
    edition.title = "Other words"
    refused(edition.save)
    refused(edition.delete)
    refused(Edition.objects.all().delete, "protected")
    refused(lambda: Edition.objects.update(title="Other words"))


def test_no_other_row_can_take_the_place_of_an_edition():
    make_edition(kind="test")
    names = [field.column for field in Edition._meta.local_concrete_fields]
    copied = ", ".join("'Other words'" if name == "title" else name for name in names)
    sql = f"INTO scrutiny_edition ({', '.join(names)}) SELECT {copied} FROM scrutiny_edition"
    if ON_POSTGRESQL:
        refused(lambda: run(f"INSERT {sql} ON CONFLICT (number) DO UPDATE SET title = 'Other words'"))
        return
    refused(lambda: run(f"INSERT OR REPLACE {sql}"))
    with_another_id = sql.replace("SELECT id", "SELECT id + 1")
    refused(lambda: run(f"INSERT OR REPLACE {with_another_id}"))
    run("DROP TRIGGER edition_not_replaced")  # the portal's own connection has recursive_triggers on
    refused(lambda: run(f"INSERT OR REPLACE {sql}"))


@pytest.mark.django_db(transaction=True)
def test_neither_emptying_nor_a_client_with_other_settings_gets_past():
    make_edition(kind="test")
    if ON_POSTGRESQL:
        refused(lambda: run("TRUNCATE scrutiny_edition CASCADE"))
        refused(lambda: run("TRUNCATE scrutiny_publication CASCADE"))
        return
    run("PRAGMA recursive_triggers = OFF")  # as for anybody who opens the file by hand
    try:
        refused(lambda: run("INSERT OR REPLACE INTO scrutiny_edition SELECT * FROM scrutiny_edition"))
    finally:
        run("PRAGMA recursive_triggers = ON")


def test_publishing_withdrawing_and_renaming_go_on():
    first = make_edition(kind="test")
    publication = first.publication
    make_edition(kind="test", path=first.path)
    editions.withdraw(publication, reason="It named somebody.", by=None)
    editions.rename(publication, path="documents/elsewhere", by=None)
    publication.refresh_from_db()
    third = make_edition(kind="test", path=publication.path)
    publication.refresh_from_db()
    assert (publication.current, third.version, publication.is_withdrawn) == (third, "1.2", False)
    assert Edition.objects.count() == 3


def test_an_address_at_which_nothing_was_published_can_be_deleted():
    Publication.objects.create(kind="page", subject="scrutiny.sitepage:1", path="documents/never")
    Publication.objects.all().delete()
    assert not Publication.objects.exists()


def test_every_guard_stands_after_all_migrations():
    assert frozen.missing(connection) == []


def test_a_guard_that_is_gone_is_missed():
    on = " ON scrutiny_edition" if ON_POSTGRESQL else ""
    run(f"DROP TRIGGER edition_not_changed{on}")
    assert frozen.missing(connection) == ["edition_not_changed"]
    if ON_POSTGRESQL:
        run("ALTER TABLE scrutiny_edition DISABLE TRIGGER edition_not_deleted")
        assert frozen.missing(connection) == ["edition_not_changed", "edition_not_deleted"]


@pytest.mark.django_db(transaction=True)
def test_the_migration_can_be_taken_back_and_put_on_again():
    with connection.schema_editor() as editor:
        frozen.remove(None, editor)
    assert frozen.missing(connection) == sorted(frozen.ON_POSTGRESQL if ON_POSTGRESQL else frozen.ON_SQLITE)
    with connection.schema_editor() as editor:
        frozen.install(None, editor)
        frozen.install(None, editor)
    assert frozen.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_the_tests_themselves_can_still_empty_the_database():
    make_edition(kind="test")
    database.empty()
    assert not Edition.objects.exists() and not Publication.objects.exists()
    assert frozen.missing(connection) == []
    make_edition(kind="test")
    refused(lambda: run("DELETE FROM scrutiny_edition"))
