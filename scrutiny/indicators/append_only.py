"""The database's own guard over revisions of figures: they are added, never changed or deleted, whoever asks.

Put up by the migration `revisions_are_only_added`. A later migration that makes the table anew on SQLite drops its
triggers with it and has to call `install` again.
"""

from scrutiny.workflow import frozen

CHANGED = "A revision of a figure is kept as it is. Record a new revision instead."
DELETED = "A revision of a figure is never deleted. Record a new revision instead."
EMPTIED = "Revisions of figures are never deleted: their table cannot be emptied."

TABLE = "scrutiny_observationrevision"
ON_SQLITE = {
    "revision_not_changed": ("UPDATE", TABLE, "", CHANGED),
    "revision_not_deleted": ("DELETE", TABLE, "", DELETED),
}
ON_POSTGRESQL = {**ON_SQLITE, "revision_not_emptied": ("TRUNCATE", TABLE, "", EMPTIED)}


def guards_of(connection):
    """{name: (event, table, condition, message)} of this database."""
    return ON_POSTGRESQL if connection.vendor == "postgresql" else ON_SQLITE


def install(_apps, schema_editor):
    """Put the guards up; what stands already is put up anew."""
    remove(_apps, schema_editor)
    frozen.put_up(schema_editor, guards_of(schema_editor.connection))


def remove(_apps, schema_editor):
    """Take the guards down."""
    frozen.take_down(schema_editor, guards_of(schema_editor.connection))


def missing(connection):
    """The names of the guards that this database should have and has not, or has switched off."""
    return frozen.not_standing(connection, guards_of(connection))
