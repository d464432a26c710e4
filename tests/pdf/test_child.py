"""The process that makes PDFs: warm, replaced when it dies, gone when its parent is."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from opcc_portal.pdf import Limits, Renderer, RenderFailed
from tests.pdf import papers

SMALL = papers.paper("<p>Ordinary</p>", kind="Note", title="Note")


@pytest.fixture
def own():
    renderer = Renderer()
    yield renderer
    renderer.close()


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pid):
    for _ in range(100):
        if not is_alive(pid):
            return True
        time.sleep(0.05)
    return False


def test_the_same_process_makes_one_paper_after_another(own):
    own.render(SMALL)
    child = own.child_pid
    own.render(SMALL)
    assert own.child_pid == child


def test_a_killed_process_is_replaced(own):
    first = own.render(SMALL).pdf
    os.kill(own.child_pid, signal.SIGKILL)
    assert own.render(SMALL).pdf == first


def test_a_process_killed_at_work_is_a_message_and_then_replaced(own):
    own.render(SMALL)
    killer = threading.Timer(0.7, os.kill, [own.child_pid, signal.SIGKILL])
    killer.start()
    with pytest.raises(RenderFailed) as failure:
        own.render("<div>".join(["<style>div { display: flex }</style>"] + ["x"] * 50))
    killer.join()
    assert failure.value.reason == "stopped"
    assert own.render(SMALL).pages == 1


def test_a_process_is_replaced_after_its_share_of_papers():
    short = Renderer(Limits(jobs_per_child=2))
    try:
        children = []
        for _ in range(4):
            short.render(SMALL)
            children.append(short.child_pid)
        assert children[0] == children[1] != children[2] == children[3]
    finally:
        short.close()


def test_threads_take_turns(own):
    results = []

    def work(number):
        html = papers.paper(f"<p>Paper {number}</p>", kind="Note", title=f"Note {number}")
        results.append((number, own.render(html).pdf == own.render(html).pdf))

    threads = [threading.Thread(target=work, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [(number, True) for number in range(6)]


def test_the_process_outlives_the_thread_that_asked_first(own):
    thread = threading.Thread(target=own.render, args=[SMALL])
    thread.start()
    thread.join()
    child = own.child_pid
    time.sleep(0.2)
    own.render(SMALL)
    assert own.child_pid == child


def test_the_process_sees_no_secret_of_the_application(own, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "do-not-tell")
    own.render(SMALL)
    with open(f"/proc/{own.child_pid}/environ") as environment:
        assert "do-not-tell" not in environment.read()


@pytest.mark.parametrize("busy", [False, True])
def test_the_process_dies_with_its_parent(busy, tmp_path):
    at_work = "threading.Thread(target=r.render, args=[bomb], daemon=True).start(); time.sleep(1);" if busy else ""
    program = (
        "import threading, time; from opcc_portal.pdf import Renderer; r = Renderer(); r.render('<p>x</p>');"
        "bomb = '<style>div { display: flex }</style>' + '<div><div>' * 12 + 'x';"
        f"{at_work} print(r.child_pid, flush=True); time.sleep(60)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment
    ) as parent:
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.kill()
        parent.wait()
    assert wait_until_gone(child)


def test_a_fork_makes_a_process_of_its_own(own):
    own.render(SMALL)
    theirs = own.child_pid
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            own.render(SMALL)
            os.write(write, str(own.child_pid).encode())
            own.close()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    forked = int(os.read(read, 20))
    assert forked != theirs
    assert own.render(SMALL).pages == 1
    assert own.child_pid == theirs


def test_nothing_stays_in_the_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    renderer = Renderer()
    renderer.render(SMALL)
    os.kill(renderer.child_pid, signal.SIGKILL)
    renderer.render(SMALL)
    renderer.close()
    assert list(tmp_path.iterdir()) == []
