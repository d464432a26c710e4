"""The database's own guard over what is published: it refuses to change or delete an Edition, whoever asks.

Installed by the migration `frozen_editions`. On SQLite a migration that alters one of the two tables makes the table
anew and drops its triggers with the old one: such a migration has to install them again. `missing` tells, and a test
and `manage.py verify_record` ask it.

What still gets past (somebody who drops the triggers, a superuser of PostgreSQL who switches them off) breaks the chain.
"""

TABLES = ("scrutiny_edition", "scrutiny_publication", "scrutiny_withdrawnversion")

CHANGED = "An Edition is frozen: it cannot be changed. Publish a new version instead."
DELETED = "An Edition is frozen: it cannot be deleted. Withdraw its publication instead."
EMPTIED = "Editions are frozen: their table cannot be emptied."
REPLACED = "An Edition is frozen: no other row can take its place."
OF_A_PUBLICATION = "Something was published at this address: it cannot be deleted. Withdraw it instead."
STAYS_WITHDRAWN = "What was withdrawn stays withdrawn. Publish a new version instead."
ITS_SUBJECT = "Something was published at this address: what it is about cannot be changed."

_SAME = "(NEW.kind = OLD.kind AND NEW.subject = OLD.subject)"
# SQLite fires no DELETE trigger for the row that INSERT OR REPLACE puts away, unless recursive_triggers is on: a client
# other than the portal has it off, so inserting looks for itself.
_TAKEN = (
    "EXISTS (SELECT 1 FROM scrutiny_edition AS e WHERE e.id = NEW.id OR e.number = NEW.number OR e.chain = NEW.chain"
    " OR e.chain_before = NEW.chain_before"
    " OR (e.publication_id = NEW.publication_id AND e.major = NEW.major AND e.minor = NEW.minor))"
)
# name: (event, table, condition, message)
ON_SQLITE = {
    "edition_not_changed": ("UPDATE", "scrutiny_edition", "", CHANGED),
    "edition_not_deleted": ("DELETE", "scrutiny_edition", "", DELETED),
    "edition_not_replaced": ("INSERT", "scrutiny_edition", _TAKEN, REPLACED),
    "publication_not_deleted": ("DELETE", "scrutiny_publication", "OLD.current_id IS NOT NULL", OF_A_PUBLICATION),
    "publication_keeps_subject": (
        "UPDATE",
        "scrutiny_publication",
        f"OLD.current_id IS NOT NULL AND NOT {_SAME}",
        ITS_SUBJECT,
    ),
    "withdrawal_not_changed": ("UPDATE", "scrutiny_withdrawnversion", "", STAYS_WITHDRAWN),
    "withdrawal_not_deleted": ("DELETE", "scrutiny_withdrawnversion", "", STAYS_WITHDRAWN),
}
ON_POSTGRESQL = {
    **{name: guard for name, guard in ON_SQLITE.items() if name != "edition_not_replaced"},
    "edition_not_emptied": ("TRUNCATE", "scrutiny_edition", "", EMPTIED),
}


def install(_apps, schema_editor):
    """Put the guards up; what stands already is put up anew."""
    remove(_apps, schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION scrutiny_is_frozen() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = ''restrict_violation''; END'"
        )
    put_up(schema_editor, _guards(schema_editor.connection))


def remove(_apps, schema_editor):
    """Take the guards down."""
    take_down(schema_editor, _guards(schema_editor.connection))
    if schema_editor.connection.vendor == "postgresql":
        # Guards of other rooms may still use it: then it stays.
        schema_editor.execute(
            "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgfoid = to_regproc('scrutiny_is_frozen'))"
            " THEN DROP FUNCTION IF EXISTS scrutiny_is_frozen(); END IF; END $$"
        )


def missing(connection):
    """The names of the guards that this database should have and has not, or has switched off."""
    return not_standing(connection, _guards(connection))


def put_up(schema_editor, guards):
    """Put up guards of any room: {name: (event, table, condition, message)}. `install` has to have run before."""
    for name, guard in guards.items():
        schema_editor.execute(_statement(schema_editor.connection, name, *guard))


def take_down(schema_editor, guards):
    """Take these guards down, where they stand."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for name, (_, table, _, _) in guards.items():
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if on_postgresql else ""))


def not_standing(connection, guards):
    """Those of the guards that this database has not, or has switched off."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        there = {name for (name,) in cursor.fetchall()}
    return sorted(set(guards) - there)


def _guards(connection):
    return ON_POSTGRESQL if connection.vendor == "postgresql" else ON_SQLITE


def _statement(connection, name, event, table, condition, message):
    when = f" WHEN ({condition})" if condition else ""
    if connection.vendor == "postgresql":
        each = "STATEMENT" if event == "TRUNCATE" else "ROW"
        act = f"EXECUTE FUNCTION scrutiny_is_frozen('{message}')"
        return f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each}{when} {act}"
    return f"CREATE TRIGGER {name} BEFORE {event} ON {table}{when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
