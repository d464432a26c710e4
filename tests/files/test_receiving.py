"""Taking files in and handing them out: nothing is kept that was refused, and no row is without its file."""

import errno
import hashlib
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.http import Http404

from opcc_portal.files import keeping, limited
from opcc_portal.files.models import Upload
from opcc_portal.files.operations import Refused, receive, serve, sweep
from tests.factories import make_user
from tests.files import samples
from tests.files.samples import uploaded
from tests.files.test_kinds import GOOD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """An empty store for each test; the storage follows the setting."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def stored(store):
    """The names of all files in the store."""
    return [path for path in store.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_is_kept_with_what_is_known_about_it(name, store):
    user = make_user()
    upload = receive(uploaded(name, GOOD[name]), by=user)
    upload.refresh_from_db()
    with upload.file.open() as file:
        content = file.read()
    assert upload.name == name
    assert upload.size == len(content)
    assert upload.sha256 == hashlib.sha256(content).hexdigest()
    assert upload.uploaded_by == user
    assert upload.kind_and_size == f"{upload.get_kind_display()}, {upload.size_in_words}"
    assert (upload.pages is not None) == (upload.kind == "pdf")
    assert len(stored(store)) == 1


def test_a_link_can_say_kind_and_size():
    upload = Upload(kind="pdf", size=378_880, name="annex.pdf")
    assert upload.kind_and_size == "PDF, 370 KB"
    assert str(upload) == "annex.pdf (PDF, 370 KB)"


def test_what_was_taken_out_is_written_down():
    upload = receive(uploaded("annex.pdf", samples.hostile_pdf()), by=None)
    assert upload.cleaned
    assert any("payload.exe" in line for line in upload.taken_out)
    assert not receive(uploaded("annex.pdf", samples.pdf()), by=None).cleaned


def test_the_stored_name_tells_nothing_and_cannot_be_guessed():
    names = {receive(uploaded("Secret inquiry.csv", b"a,b\n"), by=None).file.name for _ in range(3)}
    assert len(names) == 3
    assert all(len(name) > 35 and "Secret" not in name and name.endswith(".csv") for name in names)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (uploaded("update.pdf", b"MZ" + b"\x00" * 90), '"update.pdf" is a Windows program, not a PDF.'),
        (uploaded("locked.pdf", samples.locked_pdf()), '"locked.pdf" is protected with a password.'),
        (uploaded("empty.pdf", b""), '"empty.pdf" is empty.'),
        (uploaded("a.docx", samples.ole("EncryptedPackage")), '"a.docx" is protected with a password.'),
        (uploaded("../x/a.csv", b"a\x00b"), '"a.csv" is of a kind we do not know'),
    ],
)
def test_a_refused_file_leaves_nothing_behind(file, message, store):
    with pytest.raises(Refused) as refused:
        receive(file, by=None)
    assert str(refused.value).startswith(message)
    assert stored(store) == []
    assert not Upload.objects.exists()


def test_a_file_of_sixty_megabytes_is_refused_before_it_is_read(settings):
    class Huge(SimpleUploadedFile):
        """Sixty megabytes that must not be touched."""

        size = 60 * 1024 * 1024

        def chunks(self, chunk_size=None):
            raise AssertionError("was read")

    huge = Huge("annex.pdf", b"")
    huge.size = 60 * 1024 * 1024
    with pytest.raises(Refused, match=r'"annex\.pdf" is 60 MB; a file can be at most 50 MB'):
        receive(huge, by=None)


def test_a_sender_who_lies_about_the_size_is_stopped_while_reading(settings):
    settings.UPLOAD_LIMIT = 100
    liar = uploaded("annex.csv", b"x" * 5000)
    liar.size = 10
    with pytest.raises(Refused, match="at most"):
        receive(liar, by=None)


def test_no_file_stays_when_the_row_cannot_be_written(store, monkeypatch):
    def fail(*args, **kwargs):
        raise IntegrityError

    monkeypatch.setattr(Upload, "save", fail)
    with pytest.raises(IntegrityError):
        receive(uploaded("a.csv", b"a,b\n"), by=None)
    assert stored(store) == []


def test_no_row_and_no_part_of_a_file_stay_when_the_disk_is_full(store, monkeypatch):
    write = default_storage._save

    def fill(name, content):
        write(name, content)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(type(default_storage._wrapped), "_save", staticmethod(fill))
    with pytest.raises(Refused, match="no room left"):
        receive(uploaded("a.csv", b"a,b\n"), by=None)
    monkeypatch.undo()
    assert stored(store) == []
    assert not Upload.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_files_are_not_taken_in_while_a_transaction_holds_locks(store):
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        receive(uploaded("a.csv", b"a,b\n"), by=None)
    assert stored(store) == []


@pytest.mark.django_db(transaction=True)
def test_deleting_an_upload_deletes_its_file_once_the_row_is_gone(store):
    upload = receive(uploaded("a.csv", b"a,b\n"), by=None)
    with transaction.atomic():
        upload.delete()
        transaction.set_rollback(True)
    assert len(stored(store)) == 1
    Upload.objects.get().delete()
    assert stored(store) == []


def test_files_without_a_row_are_swept_when_they_are_old(store):
    kept = receive(uploaded("a.csv", b"a,b\n"), by=None)
    orphan = store / "uploads" / "left-behind.pdf"
    orphan.write_bytes(b"x")
    assert sweep() == 0
    long_ago = time.time() - 90_000
    os.utime(orphan, (long_ago, long_ago))
    os.utime(store / kept.file.name, (long_ago, long_ago))
    call_command("sweep", verbosity=0)
    assert stored(store) == [store / kept.file.name]
    assert sweep(older_than=timedelta(0)) == 0


def test_the_half_of_a_file_that_a_killed_process_left_is_cleared_up(store):
    keeping.keep("editions/whole.pdf", b"whole")
    half = Path(default_storage.path("editions")) / f"{keeping.HALF}x"
    half.write_bytes(b"hal")
    assert sweep() == 0
    long_ago = time.time() - timedelta(days=2).total_seconds()
    os.utime(half, (long_ago, long_ago))
    assert sweep() == 1
    assert default_storage.listdir("editions")[1] == ["whole.pdf"]


def test_downloads_are_files_to_keep_and_nothing_a_browser_would_run():
    upload = receive(uploaded("Annex “A”\r\nX-Evil: 1.csv", b"a,b\n"), by=None)
    response = serve(upload)
    assert b"".join(response.streaming_content) == b"a,b\n"
    upload.file.close()
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert "\n" not in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert "sandbox" in response["Content-Security-Policy"]
    assert int(response["Content-Length"]) == upload.size


def test_a_file_that_is_missing_from_the_store_is_not_found():
    upload = receive(uploaded("a.csv", b"a,b\n"), by=None)
    default_storage.delete(upload.file.name)
    with pytest.raises(Http404):
        serve(upload)


def test_a_row_without_content_is_impossible():
    with pytest.raises(IntegrityError), transaction.atomic():
        Upload.objects.create(name="a", kind="csv", media_type="text/csv", size=0, sha256="", file="uploads/x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Upload.objects.create(name="a", kind="exe", media_type="x", size=1, sha256="", file="uploads/x")
    assert connection.is_usable()


# --- the child process -----------------------------------------------------------------------------------------------


def _sleeper(monkeypatch, code):
    monkeypatch.setattr(limited, "COMMAND", ["-c", code])


@pytest.mark.one_database("the limits of a process and of a request know no database")
def test_a_file_that_takes_too_long_is_refused_and_its_process_ends(monkeypatch, tmp_path):
    note = tmp_path / "pid"
    _sleeper(monkeypatch, f"import os,time; open({str(note)!r},'w').write(str(os.getpid())); time.sleep(60)")
    with pytest.raises(Refused, match="within the limits of time and memory"):
        limited.inspect("a", "b", "a.pdf", seconds=2)
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


@pytest.mark.one_database("the limits of a process and of a request know no database")
@pytest.mark.parametrize(
    "code",
    [
        "import os; os.abort()",
        "print('not json')",
        "import sys; sys.exit(3)",
        "from opcc_portal.files.child import limit; limit(1, 10**9, 10**6)\nwhile True: pass",
    ],
)
def test_a_process_that_breaks_is_a_refusal_and_not_an_error(monkeypatch, code, caplog):
    _sleeper(monkeypatch, code)
    with pytest.raises(Refused, match="within the limits"):
        limited.inspect("a", "b", "a.pdf", seconds=10)
    assert "could not be inspected" in caplog.text


@pytest.mark.one_database("the limits of a process and of a request know no database")
def test_a_file_that_needs_too_much_memory_is_refused(tmp_path):
    big = tmp_path / "source"
    big.write_bytes(samples.office("docx", **{f"word/media/i{at}.emf": b"\x00" * 50_000_000 for at in range(4)}))
    with pytest.raises(Refused, match=r"too large inside|limits of time and memory"):
        limited.inspect(big, tmp_path / "target", "a.docx", memory=120 * 1024 * 1024)


@pytest.mark.one_database("the limits of a process and of a request know no database")
def test_the_child_is_told_nothing_of_the_portals_secrets(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hush")
    code = "import os,json; print(json.dumps({'refused': ' '.join(sorted(os.environ))}))"
    _sleeper(monkeypatch, code)
    with pytest.raises(Refused) as refused:
        limited.inspect("a", "b", "a.pdf")
    assert set(str(refused.value).split()) <= {"PATH", "LANG", "PYTHONDONTWRITEBYTECODE", "LC_CTYPE"}
