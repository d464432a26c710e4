"""The commands of the Makefile, as far as they can be tried without a fresh machine."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests import needs

ROOT = needs.ROOT


def run(*command, **environment):
    """Run a command in the project's folder; its exit status and everything it printed."""
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120
    )
    return done.returncode, done.stdout + done.stderr


def free_port():
    """A port nothing listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children_of(pid):
    """The processes it started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if listed.exists():
        return [int(child) for child in listed.read_text().split()]
    return [int(child) for child in subprocess.run(["pgrep", "-P", str(pid)], capture_output=True).stdout.split()]


def is_running(pid):
    """Whether a process is there and not merely waiting to be buried."""
    state = Path(f"/proc/{pid}/stat")
    if Path("/proc/self").exists():
        return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"
    return subprocess.run(["ps", "-p", str(pid)], capture_output=True).returncode == 0


def eventually(condition, seconds=30):
    """Wait until it holds; its value, or a failure."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.1)
    pytest.fail("what we waited for did not happen")


def test_help_names_every_command_that_people_use():
    status, text = run("make", "help")
    assert status == 0
    assert {"help", "run", "test", "check", "seed", "bench", "chaos"} <= set(re.findall(r"make (\w+)  +\w", text))


@pytest.mark.parametrize(
    ("manager", "line"),
    [
        ("apt", r"apt-get install -y libpango-1\.0-0 libharfbuzz-subset0$"),
        ("dnf", r"dnf install -y pango harfbuzz$"),
        ("brew", r"^  brew install pango harfbuzz$"),
    ],
)
def test_a_missing_library_stops_the_start_with_the_line_that_installs_it(manager, line):
    status, text = run("bin/check_system", PRETEND_MISSING="pango,harfbuzz-subset", PRETEND_PACKAGE_MANAGER=manager)
    assert status == 1
    assert re.search(line, text, re.MULTILINE), text


def test_a_missing_test_tool_is_named_and_stops_only_the_continuous_integration():
    status, text = run("bin/check_system", "tests", PRETEND_MISSING="chromium", CI="")
    assert status == 0
    assert "Chromium" in text
    status, text = run("bin/check_system", "tests", PRETEND_MISSING="chromium", CI="true")
    assert status == 1


def test_a_port_in_use_is_refused_before_anything_is_touched(tmp_path):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        data = tmp_path / "data"
        status, text = run(sys.executable, "bin/serve", PORT=str(port), HOST="127.0.0.1", OPCC_DATA_DIR=str(data))
    assert status == 1
    assert f"Port {port} is already in use" in text
    assert f"make run PORT={port + 1}" in text
    assert not data.exists()


@pytest.mark.parametrize("port", ["eighty", "70000"])
def test_a_port_that_is_none_is_refused(port, tmp_path):
    status, text = run(sys.executable, "bin/serve", PORT=port, OPCC_DATA_DIR=str(tmp_path))
    assert status == 1
    assert "PORT must be a number" in text


@contextmanager
def running_portal(data):
    """bin/serve with an empty database of its own; the supervisor, its log and its port."""
    port = free_port()
    log = data / "log"
    data.mkdir(exist_ok=True)
    environment = {**os.environ, "PORT": str(port), "HOST": "127.0.0.1", "OPCC_DATA_DIR": str(data), "DEMO": "0"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    with log.open("w") as output:
        supervisor = subprocess.Popen(
            [sys.executable, "bin/serve"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
    try:
        eventually(lambda: "The portal is running" in log.read_text() or supervisor.poll() is not None, seconds=200)
        assert supervisor.poll() is None, log.read_text()
        yield supervisor, log, port
    finally:
        if supervisor.poll() is None:
            supervisor.terminate()
            supervisor.wait(20)


def test_the_portal_starts_empty_minds_its_worker_and_leaves_nothing_behind(tmp_path):
    with running_portal(tmp_path / "data") as (supervisor, log, port):
        text = log.read_text()
        assert f"http://localhost:{port}/" in text
        assert "manage.py first_office" in text, "without a terminal it must say how to set up the office"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            assert answer.status == 200

        server, worker, clock = children_of(supervisor.pid)
        threads_of_server = eventually(lambda: children_of(server))
        os.kill(worker, signal.SIGKILL)
        eventually(lambda: set(children_of(supervisor.pid)) - {server, worker, clock})
        assert "The worker ended" in log.read_text()

        everybody = [supervisor.pid, *children_of(supervisor.pid), *threads_of_server]
        supervisor.send_signal(signal.SIGINT)
        assert supervisor.wait(15) == 0
        eventually(lambda: not any(map(is_running, everybody)))
        assert "The portal has stopped." in log.read_text()


def test_the_temporary_postgresql_is_gone_after_the_command():
    if run("bin/with_postgres", "--check")[0]:
        needs.skip_or_fail("no PostgreSQL server is installed")
    status, text = run("bin/with_postgres", "sh", "-c", "echo $DATABASE_URL; exit 7")
    folder = text.strip().partition("host=")[2]
    assert status == 7, text
    assert folder.startswith("/")
    assert not Path(folder).exists()


@pytest.mark.parametrize(
    ("reason", "ci", "status"),
    [
        ("no flux capacitor", "", 0),
        ("no flux capacitor", "true", 1),
        (needs.SOURCES_MISSING, "true", 0),
    ],
)
def test_every_skip_is_named_and_only_the_permitted_one_passes_in_ci(reason, ci, status, tmp_path):
    trial = tmp_path / "test_trial.py"
    trial.write_text(f"import unittest\ndef test_it():\n    raise unittest.SkipTest({reason!r})\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment.pop("OPCC_TEST_NOTES", None)
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # the trial needs none but Django's
    plugins = ["-p", "pytest_django.plugin", "-p", "no:cacheprovider", "-p", "tests.conftest"]
    command = [sys.executable, "-m", "pytest", *plugins, "-c", "pyproject.toml"]
    done = subprocess.run(
        [*command, str(trial)], cwd=ROOT, env={**environment, "CI": ci}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert f"{reason} (" in done.stdout
    assert "1 skipped" in done.stdout.splitlines()[-1]
