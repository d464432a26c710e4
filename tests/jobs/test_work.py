"""Work is asked for once, done once, picked up after a crash once, and never ends without a word."""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from opcc_portal.jobs import worker
from opcc_portal.jobs.models import Job
from opcc_portal.jobs.operations import restart, start, sweep, wait
from tests.factories import make_user
from tests.jobs import kinds

DATABASE_QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(hours=1)


@pytest.fixture(autouse=True)
def nothing_ran():
    """A fresh list of what ran."""
    kinds.ran.clear()


@pytest.fixture
def queue(settings, monkeypatch):
    """The queue of the service: work waits until the worker is called."""
    settings.TASKS = DATABASE_QUEUE
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)  # the test's transaction lives in it
    return lambda: call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False, verbosity=0)


def test_work_is_done_and_its_result_kept():
    user = make_user()
    job = start("test_add", "add:1", user, {"a": 1, "b": 2})
    assert (job.state, job.result["sum"], job.done, job.total) == ("done", 3, 2, 2)
    assert job.title == "Adding up"
    assert job.by == user
    assert job.attempts == 1
    assert job.finished_at >= job.started_at >= job.created_at
    assert job.lease_until is None


def test_asking_again_with_the_same_key_finds_the_same_job():
    first = start("test_add", "add:1", make_user(), {"a": 1, "b": 2})
    other = make_user()
    second = start("test_add", "add:1", other, {"a": 5, "b": 5})
    assert second == first
    assert len(kinds.ran) == 1
    assert second.is_shared_with(other)
    assert second.is_shared_with(first.by)
    assert not second.is_shared_with(make_user())
    assert list(Job.objects.visible_to(other)) == [first]


def test_done_work_is_done_again_only_when_asked_for():
    start("test_add", "add:1", None, {"a": 1, "b": 2})
    job = start("test_add", "add:1", None, {"a": 1, "b": 2}, again=True)
    assert len(kinds.ran) == 2
    assert job.state == "done"


def test_a_key_belongs_to_one_kind_of_work():
    start("test_add", "add:1", None, {"a": 1, "b": 2})
    with pytest.raises(ValueError, match="belongs to a job of kind test_add"):
        start("test_refuse", "add:1", None)


def test_a_reason_people_can_act_on_is_shown_to_them():
    job = start("test_refuse", "refuse:1", None)
    assert (job.state, job.message) == ("failed", "Item 5 has a table that is too wide. Split it.")


def test_our_own_errors_are_logged_and_their_details_kept_from_people(caplog):
    job = start("test_break", "break:1", None)
    assert job.state == "failed"
    assert str(job.pk)[:8] in job.message
    assert "secret" not in job.message
    assert "secret" in caplog.text


def test_a_result_that_cannot_be_kept_is_a_failure(caplog):
    assert start("test_odd", "odd:1", None).state == "failed"


def test_failed_work_is_started_again_when_asked_for_again():
    start("test_refuse", "refuse:1", None)
    job = start("test_refuse", "refuse:1", None)
    assert len(kinds.ran) == 2
    assert job.attempts == 1


def test_work_waits_on_the_queue_until_a_worker_comes(queue):
    job = start("test_add", "add:1", None, {"a": 1, "b": 2})
    assert (job.state, kinds.ran) == ("queued", [])
    assert wait(job, seconds=0.1).state == "queued"
    queue()
    assert wait(job, seconds=0.1).state == "done"


def test_a_button_pressed_often_queues_one_task(queue):
    for _ in range(5):
        start("test_add", "add:1", None, {"a": 1, "b": 2})
    assert DBTaskResult.objects.count() == 1
    queue()
    for _ in range(3):
        start("test_add", "add:1", None, {"a": 1, "b": 2})
    assert DBTaskResult.objects.count() == 1


def test_nothing_is_queued_when_the_asking_is_rolled_back(queue):
    with transaction.atomic():
        start("test_add", "add:1", None, {"a": 1, "b": 2})
        assert DBTaskResult.objects.count() == 1
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_a_task_that_comes_twice_does_the_work_once(queue):
    job = start("test_add", "add:1", None, {"a": 1, "b": 2})
    queue()
    worker.run(job.pk)
    assert len(kinds.ran) == 1


def abandon(job, attempts):
    """As if the worker had been killed an hour ago."""
    Job.objects.filter(pk=job.pk).update(
        state="running", attempts=attempts, started_at=LONG_AGO, lease_until=LONG_AGO, finished_at=None
    )
    job.refresh_from_db()


def test_a_killed_workers_job_is_done_by_another_one_once(queue):
    job = start("test_add", "add:1", None, {"a": 1, "b": 2})
    DBTaskResult.objects.all().delete()
    abandon(job, attempts=1)
    assert sweep() == 1
    job.refresh_from_db()
    assert (job.state, job.message) == ("queued", "Started again after an interruption.")
    assert sweep() == 0
    queue()
    job.refresh_from_db()
    assert (job.state, job.attempts, len(kinds.ran)) == ("done", 2, 1)


def test_work_interrupted_twice_is_stopped_with_a_message(queue):
    job = start("test_add", "add:1", None, {"a": 1, "b": 2})
    DBTaskResult.objects.all().delete()
    abandon(job, attempts=2)
    call_command("sweep", verbosity=0)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "interrupted twice" in job.message
    assert not DBTaskResult.objects.exists()


def test_a_job_whose_task_was_lost_before_it_began_is_queued_again(queue):
    job = start("test_add", "add:1", None, {"a": 1, "b": 2})
    DBTaskResult.objects.all().delete()
    assert sweep() == 0
    Job.objects.update(lease_until=LONG_AGO)
    assert sweep() == 1
    queue()
    job.refresh_from_db()
    assert (job.state, job.message) == ("done", "")


def test_asking_for_other_work_picks_up_what_was_abandoned(queue):
    job = start("test_add", "add:1", None, {"a": 1, "b": 2})
    abandon(job, attempts=1)
    start("test_add", "add:2", None, {"a": 1, "b": 2})
    job.refresh_from_db()
    assert job.state == "queued"


def test_a_worker_that_is_stopped_leaves_the_job_to_the_next_one(queue):
    job = start("test_killed", "killed:1", None)
    with pytest.raises(SystemExit):
        worker.run(job.pk)
    job.refresh_from_db()
    assert job.state == "running"
    assert sweep() == 1
    queue()
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"ran": 2})


def test_a_worker_that_lost_its_lease_can_no_longer_write(queue):
    job = start("test_add", "add:1", None, {"a": 1, "b": 2})
    assert worker._claim(job, lease=60)
    slow = Job.objects.get()
    abandon(job, attempts=1)
    assert worker._claim(job, lease=60)
    with pytest.raises(worker.LostLease):
        worker.Progress(slow, 60)(1, 2, "late")
    worker._finish(slow, "failed", message="late")
    job.refresh_from_db()
    assert (job.state, job.message) == ("running", "")


def test_two_workers_at_once_one_claim(queue):
    job = start("test_add", "add:1", None, {"a": 1, "b": 2})
    assert [worker._claim(Job.objects.get(pk=job.pk), 60) for _ in range(2)] == [True, False]


def test_progress_is_shown_and_renews_the_lease(queue):
    job = start("test_add", "add:1", None, {"a": 1, "b": 2})
    worker._claim(job, lease=5)
    before = Job.objects.get().lease_until
    tell = worker.Progress(job, 60)
    tell(3, 12, "Item 3")
    shown = Job.objects.get()
    assert (shown.done, shown.total, shown.message) == (3, 12, "Item 3")
    assert shown.lease_until > before
    for step in range(4, 10):
        tell(step, 12, "Item 3")
    assert Job.objects.get().done < 9  # not every step is written
    tell(99, 12, "Item 12")
    assert Job.objects.get().done == 12


def test_restarting_twice_at_once_starts_once(queue):
    job = start("test_refuse", "refuse:1", None)
    queue()
    restart(job)
    restart(job)
    assert DBTaskResult.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_four_people_asking_at_once_share_one_job(settings):
    jobs, start_line = [], threading.Barrier(4)

    def ask():
        start_line.wait()
        try:
            jobs.append(start("test_add", "add:race", None, {"a": 1, "b": 2}).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(jobs) == 4
    assert len(set(jobs)) == len(kinds.ran) == 1


def test_the_database_keeps_the_states_honest():
    job = start("test_add", "add:1", None, {"a": 1, "b": 2})
    for wrong in ({"finished_at": None}, {"state": "running", "finished_at": None}, {"done": 9}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.filter(pk=job.pk).update(**wrong)
