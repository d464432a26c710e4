"""Around the minute of an embargo: before it no word of the release anywhere in public, after it every word everywhere."""

import datetime

import pytest

from opcc_portal.accounts.capabilities import Role
from scrutiny.publication import embargo, making
from scrutiny.publication.models import PublicSearchEntry
from scrutiny.workflow import kinds
from tests.factories import make_office, make_user
from tests.news.conftest import Clock
from tests.publication import canary, canary_news

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_database("the clock is Python's; lists, search and feeds are tried on both elsewhere"),
]
# An ordinary minute; the first one after the clocks of London went forward; the first time of the hour that comes twice.
MINUTES = ("2026-03-02T00:01", "2024-03-31T01:00", "2024-10-27T00:30")


@pytest.fixture
def clock(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.delenv("OPCC_TODAY", raising=False)
    make_office()
    return Clock(monkeypatch)


@pytest.mark.parametrize("minute", MINUTES)
def test_nothing_before_the_minute_and_everything_after_it(clock, minute):
    clock.set(minute)
    until, words = clock.at, canary.Canaries()
    clock.on(days=-1)
    writer, approver = make_user(Role.GOVERNANCE), make_user(Role.COMMISSIONER)
    fields = {"embargo_until": until, "date": until.date(), "embargo_zone": "UTC"}
    release = canary_news.approved(canary_news.written(words, by=writer, **fields), approver)
    addresses = canary_news.addresses_of(release)
    # The desk has looked at everything: the checks and their previews lie in the store by now.
    making.check(making.bundle_of(kinds.named("news"), release), by=writer)
    last = None
    for before in (datetime.timedelta(hours=1), datetime.timedelta(seconds=60), datetime.timedelta(microseconds=1)):
        clock.at = until - before
        assert embargo.publish_due() == []
        answers = canary.answers(addresses)
        assert not {at for at, given in answers.items() if _words_of(given) & set(words.where)}
        assert not PublicSearchEntry.objects.exists()
        last = answers
    own = [at for at in addresses if release.slug in at]
    assert {last[at][0] for at in own} == {404}
    nothing = canary.answers(["/news/2020-01-01-never-was/"])["/news/2020-01-01-never-was/"]
    page = last[own[0]]
    assert page[2].replace(own[0].encode(), b"") == nothing[2].replace(b"/news/2020-01-01-never-was/", b"")
    clock.at = until
    assert embargo.publish_due() == [(release, "")]
    after = canary.crawl(addresses)
    found = canary.found_in(after, words.where)
    missing = {
        (where, surface)
        for word, where in words.where.items()
        for surface in canary_news.SURFACES[where]
        if not any(surface in at for at in found.get(word, ()))
    }
    assert not missing
    headline = next(word for word, where in words.where.items() if where == "NewsRelease.headline")
    assert headline in PublicSearchEntry.objects.get().title
    assert {after[at][0] for at in own if "/files/" in at} == {200}


def _words_of(given):
    _, headers, body = given
    return canary._words_in(body, headers, "")


def test_the_canary_sees_a_release_that_goes_out_early(clock, monkeypatch):
    """It can fail: without the two checks of the clock the words are out before the minute."""
    clock.set("2026-03-02T00:01")
    until, words = clock.at, canary.Canaries()
    clock.on(hours=-1)
    release = canary_news.written(words, by=make_user(), embargo_until=until, date=until.date())
    release = canary_news.approved(release, make_user(Role.COMMISSIONER))
    addresses = canary_news.addresses_of(release)
    later = until + datetime.timedelta(minutes=1)
    embargo.publish_due(now=later)
    assert not any(_words_of(given) & set(words.where) for given in canary.answers(addresses).values())
    monkeypatch.setattr(making, "too_early", lambda kind, record: "")
    embargo.publish_due(now=later)
    assert not any(_words_of(given) & set(words.where) for given in canary.answers(addresses).values())
    monkeypatch.setattr(type(release), "is_embargoed", property(lambda self: False))
    embargo.publish_due(now=later)
    assert any(_words_of(given) & set(words.where) for given in canary.answers(addresses).values())
