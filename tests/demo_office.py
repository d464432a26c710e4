"""The demonstration office for the tests: sown once in a run, then brought into each database that needs it.

Sowing lays out two PDFs; bringing in what was sown takes a fraction of that.
"""

import fcntl
import io
import os
import shutil
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

PASSWORD = "rain on the moor tonight"
FOLDER = Path(settings.TEST_FOLDER) / "demo-office"
RECORDS = FOLDER / "records.json"
FILES = FOLDER / "files"


def sow_once():
    """Sow the office in the empty database, keep what came of it, and leave the database empty again.

    The first of several parallel processes does the work; the others wait for it.
    """
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if RECORDS.exists():
            return
        with override_settings(MEDIA_ROOT=FILES), mock.patch.dict(os.environ, DEMO_PASSWORD=PASSWORD):
            call_command("seed_demo", stdout=io.StringIO())
        unfinished = RECORDS.with_name("unfinished.json")
        call_command("dumpdata", "opcc_portal", "scrutiny", "funding", output=str(unfinished), verbosity=0)
        call_command("flush", interactive=False, verbosity=0)
        unfinished.rename(RECORDS)


def bring_in():
    """Put the sown records and files into the present database and the present folder of files."""
    call_command("loaddata", str(RECORDS), verbosity=0)
    shutil.copytree(FILES, settings.MEDIA_ROOT, dirs_exist_ok=True)
