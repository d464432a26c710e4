"""The office full of canaries, made once in a run."""

import pytest

from tests.publication import canary


@pytest.fixture(scope="session")
def sown_canaries(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        canary.PUBLISHED.sow_once()


@pytest.fixture(scope="session")
def sown_canaries_not_yet_published(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        canary.NOT_YET_PUBLISHED.sow_once()


@pytest.fixture
def world(sown_canaries, db):
    """The office, published as far as it may be."""
    return canary.PUBLISHED.bring_in()


@pytest.fixture
def world_not_yet_published(sown_canaries_not_yet_published, db):
    """The office, about to be published."""
    return canary.NOT_YET_PUBLISHED.bring_in()
