"""What can go wrong while something is published: others at the same moment, a full disk, a killed worker, bad files."""

import errno
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pikepdf
import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from pikepdf import Array

from opcc_portal.accounts.capabilities import Role
from opcc_portal.files.models import Upload
from opcc_portal.jobs import operations as jobs
from opcc_portal.jobs.models import Job
from scrutiny.meetings.models import AgendaItem
from scrutiny.minutes import approval
from scrutiny.publication import making, operations
from scrutiny.publication.verification import Verification
from scrutiny.register import decisions
from scrutiny.register.models import Decision
from scrutiny.reports.models import JointReport
from scrutiny.workflow import editions, kinds
from scrutiny.workflow.models import ChainHead, Edition, Publication, State
from tests.factories import (
    make_attachment,
    make_decision,
    make_entry,
    make_item,
    make_meeting,
    make_office,
    make_report,
    make_restriction,
    make_user,
)
from tests.files import samples
from tests.publication import desk
from tests.publication.packs import SECRET, Board, make_upload, note, signed
from tests.publication.records import confirm_corrections, draft_minutes, fresh, seen

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """Files of their own, so that a half one would be seen."""
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    return tmp_path


@pytest.fixture
def gate(monkeypatch):
    return desk.stand_in(monkeypatch)


@pytest.fixture
def officer(client):
    make_office()
    officer = make_user(Role.GOVERNANCE)
    client.force_login(officer)
    return officer


def text(response):
    return response.content.decode()


def status(client, address):
    """The status that an address answers with, its file read to the end."""
    response = client.get(address)
    response.getvalue()
    return response.status_code


def decision_ready(**fields):
    made = make_decision(**fields)
    return decisions.sign(made, seen_version=made.version, by=make_user(Role.COMMISSIONER))


def bundle(record):
    kind = kinds.of(record)
    return making.bundle_of(kind, kind.load(record.pk))


def explained(record, *, by, but=""):
    """The record checked by the real gate, every warning with a reason, `but` one; returns what the button would send."""
    candidate = making.check(bundle(record), by=by)
    errors = [finding for finding in candidate.findings if finding["severity"] == kinds.ERROR]
    assert not errors, errors
    for finding in candidate.findings:
        if finding["code"] == but:
            continue
        operations.explain(record, finding, reason="Said for the test.", by=by)
    return candidate.input_hash


def nothing_half(store):
    """Every file that is kept as an Edition's is whole, and no other was left behind."""
    kept = [path for path in store.rglob("*") if path.is_file() and path.parent.name == "editions"]
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.stem for path in kept), kept
    assert not list(store.rglob(".half-*"))
    return kept


# --- at the same moment ------------------------------------------------------------------------------------------------


def at_once(*acts):
    """Do these at the same time, each over a connection of its own; what each gave back, in their order."""
    given = [None] * len(acts)

    def do(place, act):
        try:
            given[place] = act()
        except Exception as problem:
            given[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def made_together(gate):
    """Let each of two acts be made before either of them is committed."""
    meet, looked = threading.Barrier(2, timeout=30), gate.examine
    done = set()

    def examine(*args, **kwargs):
        if threading.get_ident() not in done:
            done.add(threading.get_ident())
            meet.wait()
        return looked(*args, **kwargs)

    gate.examine = examine


@pytest.mark.django_db(transaction=True)
def test_published_twice_at_once_it_is_published_once(gate):
    make_office()
    by, decision = make_user(), decision_ready()
    kind, at = kinds.of(decision), bundle(decision).input_hash
    made_together(gate)

    def act():
        return making.publish(kind, kind.load(decision.pk), seen=at, by=by)

    given = at_once(act, act)
    # The slower one finds nothing left to publish, or is told that the record has changed since it was looked at.
    made = [0 if isinstance(each, making.ChangedMeanwhile) else len(each) for each in given]
    assert sorted(made) == [0, 1], given
    assert (Edition.objects.count(), ChainHead.objects.get().number) == (1, 1)
    assert list(Verification()) == []


@pytest.mark.django_db(transaction=True)
def test_two_acts_at_once_both_stand_in_the_chain_with_the_heads_that_their_papers_print(gate):
    make_office()
    by, both = make_user(), [decision_ready(), decision_ready()]
    made_together(gate)
    acts = []
    for each in both:
        kind, at = kinds.of(each), bundle(each).input_hash
        acts.append(lambda kind=kind, pk=each.pk, at=at: making.publish(kind, kind.load(pk), seen=at, by=by))
    given = at_once(*acts)
    assert [len(each) for each in given] == [1, 1], given
    first, second = Edition.objects.order_by("number")
    assert first.manifest["printed_head"] == editions.GENESIS
    assert second.chain_before == second.manifest["printed_head"] == first.chain
    # It reads both PDFs: each has to print its head.
    assert list(Verification()) == []


def test_what_another_person_changes_meanwhile_is_not_published(client, gate, officer):
    meeting = make_meeting(agenda_set_at=timezone.now())
    item = make_item(meeting, title="Road safety")
    address = desk.check_url(meeting)
    at = client.get(address).context["form"]["seen"].value()
    looked = gate.examine

    def examine(*args, **kwargs):
        AgendaItem.objects.filter(pk=item.pk).update(title="Rail safety")
        return looked(*args, **kwargs)

    gate.examine = examine
    answer = client.post(address, {"seen": at})
    assert answer.status_code == 409
    assert "Something has changed since this was checked." in text(answer)
    assert not Edition.objects.exists() and not Publication.objects.exists()
    # The page has the new words by now; its button publishes them.
    gate.examine = looked
    client.post(address, {"seen": answer.context["form"]["seen"].value()})
    assert Edition.objects.get().content["items"][0]["title"] == "Rail safety"


# --- a full disk ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def with_file(officer):
    """A signed report with one file."""
    report = make_report(sections=["Purpose"], bodies=["<p>Safe roads.</p>"])
    make_attachment(report, title="Update", upload=make_upload(note("Update")))
    return signed(report)


@pytest.mark.one_database("the disk, the file and the process that lays papers out know no database")
@pytest.mark.parametrize(("what", "room_for"), [("the PDF", 0), ("the attachment", 1)])
def test_a_full_disk_is_told_and_leaves_neither_an_edition_nor_a_half_file(
    client, gate, with_file, store, monkeypatch, what, room_for
):
    address = desk.check_url(with_file)
    at = client.get(address).context["form"]["seen"].value()
    synced, written = os.fsync, []

    def fsync(number):
        written.append(number)
        if len(written) > room_for:
            raise OSError(errno.ENOSPC, "No space left on device")
        synced(number)

    with monkeypatch.context() as full:
        full.setattr("opcc_portal.files.keeping.os.fsync", fsync)
        answer = client.post(address, {"seen": at})
    assert answer.status_code == 409
    assert "there may be no room left on the disk" in text(answer)
    assert Job.objects.get(kind="publish").state == Job.State.FAILED
    assert not Edition.objects.exists() and not Publication.objects.exists()
    assert len(nothing_half(store)) == room_for
    assert JointReport.objects.get(pk=with_file.pk).state == State.SIGNED

    client.post(address, {"seen": at})
    assert Edition.objects.get().version == "1.0"
    assert len(nothing_half(store)) == 2


# --- a killed worker -----------------------------------------------------------------------------------------------------

WORKER = """
import json, sys
given = json.loads(sys.argv[1])
from tests import settings
settings.DATABASES["default"]["NAME"] = given["database"]
settings.MEDIA_ROOT = given["media"]
settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
import django
django.setup()
from django.core.management import call_command
call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False, verbosity=0)
"""


def a_worker(store):
    """A real worker process on this test's database and files, which leaves when the queue is empty."""
    given = {"database": str(connection.settings_dict["NAME"]), "media": str(store)}
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    return subprocess.Popen([sys.executable, "-c", WORKER, json.dumps(given)], env=environment, cwd=configured.BASE_DIR)


def killed_in_the_middle(job, store):
    """Let a worker begin the job, and kill it while it lays out the papers."""
    process, until = a_worker(store), time.monotonic() + 60
    try:
        while True:
            job.refresh_from_db()
            if job.state == Job.State.RUNNING and job.message.startswith("Laying out"):
                break
            assert process.poll() is None and time.monotonic() < until, (job.state, job.message)
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.RUNNING, 1)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_publishing_leaves_nothing_and_the_job_is_done_once(settings, store):
    board = Board()
    making.publish(
        kinds.named("meeting"), board.meeting, seen=explained(board.meeting, by=board.officer), by=board.officer
    )
    published = Edition.objects.count()
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
    payload = {"kind": "pack", "pk": board.pack.pk, "seen": explained(board.pack, by=board.officer), "url": "/"}
    job = jobs.start("publish", key="publish:pack", by=board.officer, payload=payload)
    killed_in_the_middle(job, store)
    assert Edition.objects.count() == published
    nothing_half(store)

    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timezone.timedelta(minutes=1))
    assert jobs.sweep() == 1
    assert a_worker(store).wait(60) == 0
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.DONE, 2), job.message
    assert Edition.objects.filter(kind="pack").count() == 1
    assert Edition.objects.count() == published + 1
    nothing_half(store)
    assert list(Verification()) == []


# --- bad files -------------------------------------------------------------------------------------------------------------


def page_tree_loop():
    def loop(document):
        document.Root.Pages.Kids = Array([document.Root.Pages])

    return samples.pdf(change=loop)


def bring(client, report, name, data):
    """Add a file to a report as its page does."""
    return client.post(
        reverse("attachment-add", args=[report.pk]),
        {"title": "Update of the force", "file": ContentFile(data, name=name)},
    )


@pytest.mark.one_database("the disk, the file and the process that lays papers out know no database")
def test_what_a_hostile_pdf_can_do_is_gone_before_it_is_published(client, gate, officer):
    report = make_report(sections=["Purpose"], bodies=["<p>Safe roads.</p>"])
    assert bring(client, report, "update.pdf", samples.hostile_pdf()).status_code == 302
    desk.publish(signed(report), by=officer)
    edition = Edition.objects.get()
    answer = client.get(f"/{edition.path}/files/update-of-the-force.pdf")
    data = b"".join(answer.streaming_content)
    assert hashlib.sha256(data).hexdigest() == edition.files[0]["sha256"]
    with pikepdf.open(io.BytesIO(data)) as document:
        whole = b"".join(
            each.read_bytes() if isinstance(each, pikepdf.Stream) else each.unparse(resolved=True)
            for each in document.objects
        )
        assert not document.attachments
    for word in (b"HOSTILE", b"JavaScript", b"javascript", b"Launch", b"payload.exe", b"EmbeddedFile", b"OpenAction"):
        assert word not in whole and word not in data, word


@pytest.mark.one_database("the disk, the file and the process that lays papers out know no database")
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("update.pdf", page_tree_loop()),
        ("update.pdf", samples.office("docx")),
        ("update.docx", samples.pdf()),
        ("update.pdf", b"MZ\x90\x00" + b"\x00" * 600),
        ("update.exe", b"MZ\x90\x00" + b"\x00" * 600),
    ],
    ids=["a page tree that leads to itself", "Word as PDF", "PDF as Word", "a program as PDF", "a program"],
)
def test_a_file_that_cannot_be_trusted_never_gets_as_far_as_publishing(client, officer, name, data):
    report = make_report(sections=["Purpose"])
    answer = bring(client, report, name, data)
    assert answer.status_code in (200, 422)
    assert "error" in text(answer)
    assert not Upload.objects.exists() and not report.held_attachments.exists()


# --- what is withheld ------------------------------------------------------------------------------------------------------


@pytest.mark.one_database("the disk, the file and the process that lays papers out know no database")
def test_a_withheld_word_that_is_public_elsewhere_needs_a_reason_which_the_manifest_keeps(client, officer):
    minutes = draft_minutes(agenda_set_at=timezone.now())
    place = minutes.minuted_items.get(item__label="6")
    make_entry(place, kind="statement", text="The boat is called Kestrel.", by=officer)
    make_entry(place, kind="statement", text="Kestrel", by=officer)
    confirm_corrections(minutes)
    approval.send(minutes, by=minutes.minute_taker)
    approval.approve(minutes, seen=seen(minutes), by=make_user(Role.COMMISSIONER))
    make_restriction(minutes.minuted_items.get(item__label="6").entries.get(text="Kestrel"))
    address = reverse("publish", args=["minutes", minutes.pk])
    page = client.get(address)
    assert "Words that are withheld stand in public text: “kestrel”" in text(page)
    (warned,) = [each.finding for each in page.context["check"].to_explain if each.finding["code"] == "restricted"]
    assert "Restricted entry of item 6" in warned["text"] and "minutes" in warned["text"], warned["text"]
    assert "Kestrel" in warned["quote"]
    at = explained(fresh(minutes), by=make_user(), but="restricted")
    assert client.post(address, {"seen": at}).status_code == 409
    client.post(address, {"explain": warned["fingerprint"], "seen": at, "reason": "A boat, not the operation."})
    client.post(address, {"seen": at})
    edition = Edition.objects.get(kind="minutes")
    assert "The boat is called Kestrel." in edition.html
    (kept,) = [each for each in edition.manifest["explained"] if each["check"] == "restricted"]
    assert (kept["reason"], kept["by"]) == ("A boat, not the operation.", officer.name)


def test_a_released_item_is_published_in_one_click_and_the_page_says_what_to_build_again(client, gate):
    board = Board()
    client.force_login(board.officer)
    board.publish_all()
    board.publish_pack()
    assert SECRET not in str(list(Edition.objects.values_list("content", flat=True)))
    html = text(client.post(reverse("restriction-release", args=[board.held.restriction_id]), follow=True))
    newest = Edition.objects.filter(kind="meeting").order_by("-number").first()
    assert (newest.version, newest.change_note) == ("1.1", f"Released: item 5, {SECRET} review.")
    assert Edition.objects.filter(kind="report", title=f"{SECRET} paper 5", minor=0).exists()
    assert "Publish this as well" in html
    assert reverse("pack", args=[board.meeting.pk]) in html
    board.publish_pack()
    assert Edition.objects.filter(kind="pack").order_by("-number").first().version == "1.1"
    again = text(client.get(desk.check_url(board.meeting)))
    assert "Publish this as well" not in again


# --- withdrawn, renamed ----------------------------------------------------------------------------------------------------


def test_withdrawn_and_published_again_it_is_readable_again(client, gate, officer):
    decision = decision_ready()
    (edition,) = desk.publish(decision, by=officer)
    address = edition.get_absolute_url()
    operations.withdraw_publication(edition.publication, reason="It named a bidder.", by=officer)
    for gone in (address, f"{address}decision.pdf", f"{address}v1.0/", f"{address[:-1]}.json"):
        assert status(client, gone) == 410, gone
    assert "It named a bidder." in text(client.get(address))
    Decision.objects.filter(pk=decision.pk).update(reasons="One bidder was cheaper.")
    (again,) = desk.publish(Decision.objects.get(pk=decision.pk), by=officer, notes="Without the name.")
    assert again.version == "1.1"
    html = text(client.get(address))
    assert "One bidder was cheaper." in html and "Without the name." in html
    assert status(client, f"{address}v1.1/decision.pdf") == 200
    assert list(Verification()) == []


def test_a_renamed_report_leads_on_from_its_former_address_and_everything_below_it(client, gate, with_file, officer):
    (edition,) = desk.publish(with_file, by=officer)
    former = edition.get_absolute_url()
    moved = operations.move_publication(edition.publication, slug="roads", by=officer)
    for below in ("", "report.pdf", "v1.0/", "v1.0/report.pdf", "versions/", "files/update.pdf"):
        answer = client.get(f"{former}{below}")
        assert (answer.status_code, answer["Location"]) == (301, f"/{moved.path}/{below}"), below
        assert status(client, answer["Location"]) == 200, below
    answer = client.get(f"{former[:-1]}.json")
    assert (answer.status_code, answer["Location"]) == (301, f"/{moved.path}.json")
    assert list(Verification()) == []
