"""What the journeys share: a browser without script, the demonstration office after some days of work, veraPDF."""

import pytest

from tests.journeys.addresses import LivedIn
from tests.pdf.vera import VeraPDF


@pytest.fixture
def lived_in(demo):
    """The demonstration office, commented, signed and reopened."""
    return LivedIn()


@pytest.fixture
def plain_page(new_context, base_url):
    """A page of a browser that runs no script."""
    return new_context(java_script_enabled=False).new_page()


@pytest.fixture(scope="session")
def vera(tmp_path_factory):
    return VeraPDF(tmp_path_factory.mktemp("vera"))
