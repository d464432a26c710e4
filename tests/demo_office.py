"""The demonstration office for the tests: sown once in a run, then brought into each database that needs it.

Sowing lays out two PDFs; bringing in what was sown takes a fraction of that.
"""

import fcntl
import io
import os
import pickle
import shutil
from pathlib import Path
from unittest import mock

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import override_settings

from tests import database

PASSWORD = "rain on the moor tonight"
FOLDER = Path(settings.TEST_FOLDER) / "demo-office"
ROWS = FOLDER / "rows"
FILES = FOLDER / "files"


def sow_once():
    """Sow the office in the empty database, keep what came of it, and leave the database empty again.

    The first of several parallel processes does the work; the others wait for it.
    """
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if ROWS.exists():
            return
        with override_settings(MEDIA_ROOT=FILES), mock.patch.dict(os.environ, DEMO_PASSWORD=PASSWORD):
            call_command("seed_demo", stdout=io.StringIO())
        unfinished = ROWS.with_name("unfinished")
        unfinished.write_bytes(pickle.dumps(list(_rows())))
        database.empty()
        unfinished.rename(ROWS)


def bring_in():
    """Put the sown rows and files into the present database and the present folder of files."""
    with transaction.atomic(), connection.cursor() as cursor:
        for label, rows in pickle.loads(ROWS.read_bytes()):
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
    shutil.copytree(FILES, settings.MEDIA_ROOT, dirs_exist_ok=True)


def _rows():
    """(model, rows) of all that the office wrote down."""
    for label in ("opcc_portal", "scrutiny", "funding"):
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            if model._meta.db_table in database.KEPT:
                continue
            rows = model._base_manager.values_list(*(field.attname for field in _columns(model)))
            if rows:
                yield model._meta.label, list(rows)


def _columns(model):
    """The fields that are written, in the order of the table."""
    return [field for field in model._meta.local_concrete_fields if not field.generated]
