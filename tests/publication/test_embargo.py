"""News at the end of its embargo: never early, once, late where nothing ran, and to the desk where the gate finds something."""

import datetime
import threading

import pytest
from django.core.management import call_command
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from scrutiny.news import operations
from scrutiny.news.models import NewsRelease
from scrutiny.publication import checking, desk, embargo, gate, making
from scrutiny.publication.models import Acceptance, PreElectionPeriod, WithheldName
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Edition, State
from tests.factories import make_office, make_release, make_user
from tests.news.conftest import Clock

pytestmark = pytest.mark.django_db
KIND = kinds.named("news")


@pytest.fixture
def clock(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = Clock(monkeypatch)
    monkeypatch.delenv("OPCC_TODAY", raising=False)
    make_office()
    return made


@pytest.fixture(autouse=True)
def light(monkeypatch):
    """Papers are tried elsewhere: here it is the clock."""
    monkeypatch.setattr(type(KIND), "has_pdf", lambda self, content: False)


def waiting(until, **fields):
    """A release that goes out at this time (UTC)."""
    until = datetime.datetime.fromisoformat(until).replace(tzinfo=datetime.UTC)
    there = NewsRelease(embargo_until=until, embargo_zone=fields.get("embargo_zone", "Europe/London")).embargo_there
    ordinary = {"date": there.date(), "headline": "Vans", "slug": "vans", "embargo_until": until}
    by = make_user(Role.COMMISSIONER, name="Robin Hale")
    return make_release(approved_by=by, created_by=make_user(), **{**ordinary, **fields})


def state(release):
    return NewsRelease.objects.get(pk=release.pk).state


NIGHTS = (
    ("2026-03-02T10:00", {}),
    ("2024-02-29T23:59", {}),
    ("2024-03-31T00:59", {}),  # the minute before the clocks go forward
    ("2024-03-31T01:00", {}),  # the minute at which they do: 02:00 BST
    ("2024-10-27T00:30", {"embargo_zone": "UTC"}),  # 01:30 for the first time
    ("2024-10-27T01:30", {"embargo_zone": "UTC"}),  # and for the second
    ("2024-10-26T23:00", {}),  # midnight in the night that has twenty-five hours
    ("2026-06-30T23:01", {}),  # 00:01 BST
    ("2026-01-19T05:01", {"embargo_zone": "America/New_York"}),
    ("2026-07-01T22:01", {"embargo_zone": "Europe/Brussels"}),
)


@pytest.mark.parametrize(("minute", "fields"), NIGHTS)
def test_it_goes_out_at_its_minute_and_not_a_second_before(clock, client, minute, fields):
    clock.set(minute)
    release = waiting(minute, **fields)
    url = f"/{KIND.path(release)}/"
    for before in (datetime.timedelta(hours=1), datetime.timedelta(seconds=1), datetime.timedelta(microseconds=1)):
        clock.set(minute)
        clock.at -= before
        assert embargo.publish_due() == []
        assert client.get(url).status_code == 404
    clock.set(minute)
    assert embargo.publish_due() == [(release, "")]
    assert state(release) == State.PUBLISHED
    assert client.get(url).status_code == 200
    assert Edition.objects.get().published_at == clock.at
    assert embargo.publish_due() == []


@pytest.mark.parametrize("minute", ["2024-03-31T00:59", "2024-10-27T01:30"])
def test_nobody_can_publish_it_before_its_minute_whichever_way(clock, client, minute):
    clock.set(minute)
    clock.on(minutes=-1)
    release = waiting(minute)
    bundle = making.bundle_of(KIND, release)
    with pytest.raises(making.TooEarly, match="held back until"):
        making.publish(KIND, release, seen=bundle.input_hash, by=release.approved_by)
    client.force_login(make_user(Role.GOVERNANCE))
    url = reverse("publish", args=["news", release.pk])
    page = client.get(url)
    assert "It is held back until" in page.content.decode()
    assert '<button class="button">Publish</button>' not in page.content.decode()
    refused = client.post(url, {"seen": bundle.input_hash})
    assert refused.status_code == 409
    assert embargo.publish_due(now=clock.at + datetime.timedelta(hours=5)) == [
        (release, NewsRelease.objects.get().trouble)
    ]
    assert not Edition.objects.exists()
    clock.on(minutes=1)
    embargo.publish_due()
    assert state(release) == State.PUBLISHED


def test_the_record_itself_refuses_before_its_minute(clock):
    clock.set("2026-03-02T10:00")
    release = waiting("2026-03-02T10:01")
    with pytest.raises(operations.NotPossible, match="under embargo"):
        operations.went_out(release, by=None)


def test_a_clock_that_was_down_publishes_late_and_once(clock, client):
    release = waiting("2026-03-02T10:00")
    clock.set("2026-03-02T14:27")
    call_command("publish_due")
    call_command("publish_due")
    edition = Edition.objects.get()
    assert edition.published_at == clock.at
    assert (edition.published_by, edition.published_name) == (release.approved_by, "Robin Hale")
    assert f"/{edition.path}/" in client.get("/news/").content.decode()


def test_two_runs_at_once_publish_once(clock, monkeypatch):
    release = waiting("2026-03-02T10:00")
    clock.set("2026-03-02T10:00")
    check, other_run = making.check, []

    def with_another_run_in_between(bundle, **how):
        monkeypatch.setattr(making, "check", check)
        other_run.extend(embargo.publish_due())
        return check(bundle, **how)

    monkeypatch.setattr(making, "check", with_another_run_in_between)
    assert embargo.publish_due() == [(release, "")]
    assert other_run == [(release, "")]
    assert Edition.objects.count() == 1
    assert NewsRelease.objects.get().trouble == ""


def test_an_approval_taken_back_in_the_last_moment_publishes_nothing(clock, monkeypatch):
    release = waiting("2026-03-02T10:00")
    clock.set("2026-03-02T10:00")
    make = making.make

    def taken_back(*args, **how):
        operations.reopen(release, by=release.created_by)
        return make(*args, **how)

    monkeypatch.setattr(making, "make", taken_back)
    embargo.publish_due()
    assert not Edition.objects.exists()
    held = NewsRelease.objects.get()
    assert (held.state, held.trouble) == (State.DRAFT, "")


def test_what_the_gate_finds_at_the_minute_goes_to_the_desk_and_the_others_go_out(clock, client):
    clock.set("2026-03-02T09:00")
    stuck = waiting("2026-03-02T10:00", slug="stuck", headline="Stuck", lead="Jo Hidden drives the vans.")
    other = waiting("2026-03-02T10:00", slug="other", headline="Other")
    name = WithheldName.objects.create(name="Jo Hidden", why="x")
    clock.set("2026-03-02T10:00")
    told = dict(embargo.publish_due())
    assert told[other] == ""
    assert "A name that is withheld" in told[stuck]
    assert (state(stuck), state(other)) == (State.SIGNED, State.PUBLISHED)
    assert list(NewsRelease.objects.in_trouble()) == [stuck]
    pressing, _ = desk.waiting()
    assert [(row.standing.record.title, row.is_pressing) for row in pressing] == [("Stuck", True)]
    assert "A name that is withheld" in pressing[0].helper
    client.force_login(make_user(Role.GOVERNANCE))
    assert "It did not go out at its minute" in client.get(stuck.get_absolute_url()).content.decode()
    name.delete()
    embargo.publish_due()
    assert state(stuck) == State.PUBLISHED
    assert NewsRelease.objects.get(pk=stuck.pk).trouble == ""


def test_a_warning_that_was_explained_before_does_not_stop_it_and_a_new_one_does(clock):
    PreElectionPeriod.objects.create(name="Local elections", starts="2026-03-01", ends="2026-05-07")
    release = waiting("2026-03-02T10:00")
    clock.set("2026-03-02T10:00")
    ((_, trouble),) = embargo.publish_due()
    assert "pre-election period" in trouble
    bundle = making.bundle_of(KIND, release)
    for finding in checking.candidate_of(bundle).findings:
        Acceptance.objects.create(
            subject=bundle.subject,
            fingerprint=finding["fingerprint"],
            check_code=finding["code"],
            reason="It is about vans.",
            by=release.approved_by,
        )
    assert embargo.publish_due() == [(release, "")]


def test_an_error_of_ours_with_one_release_does_not_stop_the_others(clock, monkeypatch):
    broken = waiting("2026-03-02T10:00", slug="broken", lead="Broken.")
    other = waiting("2026-03-02T10:01", slug="other")
    content = type(KIND).content
    monkeypatch.setattr(
        type(KIND), "content", lambda self, record: 1 / (record.slug != "broken") and content(self, record)
    )
    clock.set("2026-03-02T10:02")
    told = dict(embargo.publish_due())
    assert told == {broken: embargo.OUR_FAULT, other: ""}
    assert state(broken) == State.SIGNED


def test_a_full_disk_is_said(clock, monkeypatch):
    release = waiting("2026-03-02T10:00")

    def full(*args, **how):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making, "make", full)
    clock.set("2026-03-02T10:00")
    assert embargo.publish_due() == [(release, making.NO_ROOM)]
    assert NewsRelease.objects.get().trouble == making.NO_ROOM


def test_the_clock_waits_for_the_next_minute_and_no_longer_than_it_looks(clock):
    clock.set("2026-03-02T10:00")
    assert embargo._until_the_next() == embargo.LOOK_EVERY
    waiting("2026-03-02T10:05", slug="later")
    assert embargo._until_the_next() == embargo.LOOK_EVERY
    clock.set("2026-03-02T10:04:56")
    assert embargo._until_the_next() == 4.0


def test_what_goes_out_in_a_moment_is_laid_out_ahead_and_nothing_of_it_is_published(clock, monkeypatch, client):
    clock.set("2026-03-02T09:50")
    release = waiting("2026-03-02T10:00")
    waiting("2026-03-02T11:00", slug="later")
    looked, examine = [], gate.examine
    monkeypatch.setattr(
        gate, "examine", lambda bundle, *args, **how: looked.append(bundle.record) or examine(bundle, *args, **how)
    )
    prepared = set()
    embargo.prepare(prepared)
    assert looked == []
    clock.set("2026-03-02T09:59")
    embargo.prepare(prepared)
    embargo.prepare(prepared)
    assert looked == [release]
    assert not Edition.objects.exists()
    assert client.get(f"/{KIND.path(release)}/").status_code == 404
    clock.set("2026-03-02T10:00")
    embargo.publish_due()
    assert len(looked) > 1  # checked again
    assert state(release) == State.PUBLISHED


def test_the_clock_goes_on_after_an_error_and_ends_when_asked(monkeypatch):
    stop, asked = threading.Event(), []

    def failing():
        asked.append(1)
        if len(asked) == 2:
            stop.set()
        raise RuntimeError("the database is away")

    monkeypatch.setattr(embargo, "publish_due", failing)
    monkeypatch.setattr(embargo, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(embargo.connections, "close_all", lambda: None)
    embargo.keep_publishing(stop)
    assert len(asked) == 2


def test_a_release_without_an_embargo_waits_for_somebody(clock):
    release = make_release(approved_by=make_user(Role.COMMISSIONER), created_by=make_user())
    assert embargo.publish_due() == []
    _, ready = desk.waiting()
    assert [(row.standing.record.title, row.helper) for row in ready] == [(release.headline, "Approved")]


def test_the_list_of_what_waits_says_what_is_under_embargo(clock):
    clock.set("2026-03-02T10:00")
    waiting("2026-03-03T10:00")
    pressing, ready = desk.waiting()
    assert (pressing, [row.helper for row in ready]) == ([], ["Under embargo, goes out by itself"])
