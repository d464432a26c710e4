"""The database of each test process: migrated once in a run, copied for each process, emptied without ceremony."""

import fcntl
import hashlib
import os
import shutil
import time
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction

from scrutiny.indicators import append_only
from scrutiny.workflow import frozen

FOLDER = Path(settings.TEST_FOLDER) / "database"
ROOT = Path(settings.BASE_DIR)
EARLIER = ROOT / ".pytest_cache" / "migrated"
# Filled by the migrations; no test that commits takes anything out of them.
KEPT = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "scrutiny_legalbasis",
    "scrutiny_publicationclass",
}
# Tables whose rows the database itself protects.
GUARDED = {*frozen.TABLES, append_only.TABLE}


@contextmanager
def a_copy_for(process):
    """Let this process use a copy of a freshly migrated database; the last process to leave removes the original."""
    FOLDER.mkdir(exist_ok=True)
    creation, before = connection.creation, connection.settings_dict["NAME"]
    migrated, user = FOLDER / "migrated", FOLDER / f"used-by-{process}"
    with _alone():
        if migrated.exists():
            _use(migrated.read_text())
        else:
            migrated.write_text(_migrated(creation))
            connection.close()
        user.touch()
        creation.clone_test_db(suffix=process, verbosity=0)
        _use(creation.get_test_db_clone_settings(process)["NAME"])
    yield
    with _alone():
        _remove(before)
        user.unlink()
        if not list(FOLDER.glob("used-by-*")):
            _use(migrated.read_text())
            _remove(before)
            migrated.unlink()


def _migrated(creation):
    """The name of a freshly migrated database. With SQLite the file of an earlier run with the same migrations will do."""
    if connection.vendor != "sqlite":
        return creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    kept = EARLIER / f"{_hash_of_migrations()}.sqlite3"
    name = settings.DATABASES["default"]["TEST"]["NAME"]
    if kept.exists():
        shutil.copyfile(kept, name)
        _use(name)
        return name
    made = creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    EARLIER.mkdir(parents=True, exist_ok=True)
    for older in EARLIER.iterdir():
        older.unlink(missing_ok=True)
    half_written = EARLIER / f"{os.getpid()}.part"  # another run may look for it at this very moment
    shutil.copyfile(made, half_written)
    half_written.rename(kept)
    return made


def _hash_of_migrations():
    """Of everything that decides what a migrated database holds: the migrations, what they call, and Django itself."""
    sources = [path for app in ("opcc_portal", "scrutiny", "funding") for path in (ROOT / app).rglob("migrations/*.py")]
    sources += [Path(module.__file__) for module in (frozen, append_only)]
    digest = hashlib.sha256(django.__version__.encode())
    for path in sorted(sources):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:24]


def empty(tries=5):
    """Take out what a test has committed: instead of Django's flush, which also rewrites every table and permission.

    A page that has just been closed may still be saying goodbye to the server: then the emptying is done once more.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            tables = tables_with_rows(cursor)
            if guarded := tables.intersection(GUARDED):
                with guards_lifted():
                    for table in guarded:
                        cursor.execute(f"DELETE FROM {table}")
                tables -= guarded
            for table in tables:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
    except IntegrityError:
        if tries == 1:
            raise
        time.sleep(0.1)
        empty(tries - 1)


@contextmanager
def guards_lifted():
    """While this lasts (inside a transaction) the database lets published rows be changed and deleted.

    What a test can do past the guards, somebody with the rights to the database can as well; the portal itself cannot.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield
            cursor.execute("SET LOCAL session_replication_role = origin")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        guards = {name: sql for name, sql in cursor.fetchall() if name in {**frozen.ON_SQLITE, **append_only.ON_SQLITE}}
        for name in guards:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for sql in guards.values():
            cursor.execute(sql)


def tables_with_rows(cursor):
    """The tables of our models that hold anything."""
    tables = set(connection.introspection.django_table_names(include_views=False)) - KEPT
    asked = (f"SELECT '{each}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(each)})" for each in tables)
    cursor.execute(" UNION ALL ".join(asked))
    return {name for (name,) in cursor.fetchall()}


@contextmanager
def _alone():
    """One process of the run at a time."""
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _use(name):
    """Connect to this database from here on."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _remove(before):
    """Remove the present database. One that a thread has left open stays until the server or the folder goes."""
    try:
        connection.creation.destroy_test_db(before, verbosity=0)
    except OperationalError:
        _use(before)
