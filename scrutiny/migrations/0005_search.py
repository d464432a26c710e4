"""The words of the two search tables, indexed by the database itself: FTS5 on SQLite, tsvector on PostgreSQL."""

from django.db import migrations, transaction

TABLES = ("scrutiny_publicsearchentry", "scrutiny_staffsearchentry")
COLUMNS = ("title", "text", "people")
PUT = "INSERT INTO"


def index(apps, editor):
    install = _on_postgresql if editor.connection.vendor == "postgresql" else _on_sqlite
    install(editor)


def remove(apps, editor):
    for table in TABLES:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"ALTER TABLE {table} DROP COLUMN IF EXISTS words, DROP COLUMN IF EXISTS heading")
        else:
            for act in ("insert", "delete", "update"):
                editor.execute(f"DROP TRIGGER IF EXISTS {table}_{act}")
            editor.execute(f"DROP TABLE IF EXISTS {table}_words")
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TEXT SEARCH CONFIGURATION IF EXISTS opcc_english")


def _on_sqlite(editor):
    columns = ", ".join(COLUMNS)
    new, old = (", ".join(f"{row}.{column}" for column in COLUMNS) for row in ("new", "old"))
    for table in TABLES:
        words = f"{table}_words"
        put = f"{PUT} {words}(rowid, {columns}) VALUES (new.id, {new});"
        take = f"{PUT} {words}({words}, rowid, {columns}) VALUES ('delete', old.id, {old});"
        editor.execute(
            f"CREATE VIRTUAL TABLE {words} USING fts5({columns}, content='{table}', content_rowid='id', "
            "tokenize='porter unicode61 remove_diacritics 2')"
        )
        editor.execute(f"CREATE TRIGGER {table}_insert AFTER INSERT ON {table} BEGIN {put} END")
        editor.execute(f"CREATE TRIGGER {table}_delete AFTER DELETE ON {table} BEGIN {take} END")
        editor.execute(f"CREATE TRIGGER {table}_update AFTER UPDATE ON {table} BEGIN {take} {put} END")


def _on_postgresql(editor):
    editor.execute("CREATE TEXT SEARCH CONFIGURATION opcc_english (COPY = pg_catalog.english)")
    # Letters without their accents, where the database has the means; it is part of PostgreSQL's usual packages.
    try:
        with transaction.atomic(using=editor.connection.alias):
            editor.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
            editor.execute(
                "ALTER TEXT SEARCH CONFIGURATION opcc_english "
                "ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem"
            )
    except Exception as refused:
        print(f"  search tells letters with accents apart from those without: {refused}".rstrip())
    for table in TABLES:
        editor.execute(
            f"ALTER TABLE {table} ADD COLUMN words tsvector GENERATED ALWAYS AS ("
            "setweight(to_tsvector('opcc_english', title), 'A') || "
            "setweight(to_tsvector('opcc_english', people), 'B') || "
            "setweight(to_tsvector('opcc_english', text), 'D')) STORED"
        )
        editor.execute(
            f"ALTER TABLE {table} ADD COLUMN heading tsvector GENERATED ALWAYS AS ("
            "to_tsvector('opcc_english', title || ' ' || people)) STORED"
        )
        editor.execute(f"CREATE INDEX {table}_words ON {table} USING gin (words)")
        editor.execute(f"CREATE INDEX {table}_heading ON {table} USING gin (heading)")


class Migration(migrations.Migration):
    dependencies = [("scrutiny", "0004_frozen_editions")]

    operations = [migrations.RunPython(index, remove, elidable=False)]
