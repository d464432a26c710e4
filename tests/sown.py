"""What takes long to make is made once in a run, then brought into each database that needs it: rows and files."""

import fcntl
import pickle
import shutil
from itertools import count
from pathlib import Path
from unittest import mock

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import override_settings

from tests import database

# Names that factories number: far above those of the test that gets what was made here.
NUMBERS_FROM = 100_000


class Sown:
    """`make` fills an empty database and says what a test has to know of it (anything that can be pickled)."""

    def __init__(self, name, make):
        self.make = make
        self.folder = Path(settings.TEST_FOLDER) / name
        self.rows = self.folder / "rows"
        self.files = self.folder / "files"

    def sow_once(self):
        """Make it in the empty database, keep what came of it, and leave the database empty again.

        The first of several parallel processes does the work; the others wait for it.
        """
        self.folder.mkdir(exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.rows.exists():
                return
            there = {model: set(model._base_manager.values_list("pk", flat=True)) for model in _kept_models()}
            numbers = mock.patch("tests.factories._number", count(NUMBERS_FROM))
            with override_settings(MEDIA_ROOT=self.files), numbers:
                said = self.make()
            unfinished = self.rows.with_name("unfinished")
            unfinished.write_bytes(pickle.dumps((list(_rows(there)), said)))
            database.empty()
            for model, before in there.items():
                model._base_manager.exclude(pk__in=before).delete()
            unfinished.rename(self.rows)

    def bring_in(self):
        """Put rows and files into the present database and the present folder of files; what `make` said."""
        kept, said = pickle.loads(self.rows.read_bytes())
        with transaction.atomic(), connection.cursor() as cursor:
            for label, rows in kept:
                model = apps.get_model(label)
                fields = _columns(model)
                table = connection.ops.quote_name(model._meta.db_table)
                names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
                places = ", ".join(["%s"] * len(fields))
                cursor.executemany(
                    f"INSERT INTO {table} ({names}) VALUES ({places})",
                    [
                        [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]
                        for row in rows
                    ],
                )
                for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
                    cursor.execute(statement)
        if self.files.exists():
            shutil.copytree(self.files, settings.MEDIA_ROOT, dirs_exist_ok=True)
        return said


def _models():
    for label in ("opcc_portal", "scrutiny", "funding"):
        yield from apps.get_app_config(label).get_models(include_auto_created=True)


def _kept_models():
    """Those that the migrations have filled."""
    return [model for model in _models() if model._meta.db_table in database.KEPT]


def _rows(there):
    """(model, rows) of all that was written down; `there` is what stood in the tables that migrations fill."""
    for model in _models():
        written = model._base_manager.exclude(pk__in=there.get(model, ()))
        rows = list(written.values_list(*(field.attname for field in _columns(model))))
        if rows:
            yield model._meta.label, rows


def _columns(model):
    """The fields that are written, in the order of the table."""
    return [field for field in model._meta.local_concrete_fields if not field.generated]
