"""The people of the news room, and a clock that tests set."""

import datetime

import pytest
from django.core.cache import cache
from django.utils import timezone

from opcc_portal.accounts.capabilities import Role
from tests.factories import make_office, make_user


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """Files of their own."""
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def officer(db):
    """Who writes."""
    make_office()
    return make_user(Role.GOVERNANCE, name="Olive Officer")


@pytest.fixture
def commissioner(db):
    """Who approves."""
    return make_user(Role.COMMISSIONER, name="Robin Hale")


class Clock:
    """What time it is, wherever the code asks Django."""

    def __init__(self, monkeypatch):
        self.at = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: self.at)

    def set(self, text):
        """Make it this time (UTC)."""
        self.at = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)

    def on(self, **difference):
        """Let time pass."""
        self.at += datetime.timedelta(**difference)


@pytest.fixture
def clock(monkeypatch):
    """The clock, in the test's hands."""
    return Clock(monkeypatch)
