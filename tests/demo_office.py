"""The demonstration office for the tests: sown once in a run, then brought into each database that needs it."""

import io
import os
from unittest import mock

from django.core.management import call_command

from tests.sown import Sown

PASSWORD = "rain on the moor tonight"


def _sow():
    with mock.patch.dict(os.environ, DEMO_PASSWORD=PASSWORD):
        call_command("seed_demo", stdout=io.StringIO())


OFFICE = Sown("demo-office", _sow)
