"""The web server as `make run` starts it, and the two databases; each can be killed and comes back."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

from bench.chaos import processes

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = "opcc_portal.wsgi:application"
READY_WITHIN = 60
# Nothing of the operator's own settings reaches the servers of a run.
OURS = ("DATABASE_URL", "DEBUG", "HTTPS", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "EMAIL_URL", "SECRET_KEY", "OPCC_")
OURS += ("DJANGO_SETTINGS_MODULE", "GUNICORN_CMD_ARGS", "LOG_LEVEL")


class Trouble(Exception):
    """The run itself went wrong: it says nothing about the portal."""


def script(name):
    """A script of bin/ as a module."""
    loader = SourceFileLoader(f"bin_{name}", str(ROOT / "bin" / name))
    module = module_from_spec(spec_from_loader(loader.name, loader))
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = written
    return module


def surroundings(data, **more):
    """The environment of a server whose data lie in this folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    settings = {"OPCC_DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "opcc_portal.settings", "LOG_LEVEL": "CRITICAL"}
    return {**kept, **settings, **more}


class WebServer:
    """gunicorn with the command line of bin/serve, on a port where nothing else listens."""

    def __init__(self, data, environment, *, workers, application=PRODUCTION):
        self.port = processes.free_port()
        self.log = Path(data) / "web.log"
        self.environment = environment
        serve = script("serve")
        serve.HOST, serve.PORT = "127.0.0.1", str(self.port)
        command = serve.server_command()
        command[command.index(PRODUCTION)] = application
        self.command = [*command, "--workers", str(workers)]
        self.process = None

    def start(self):
        """Start it and wait until it answers; the port must have been free, and the server on it ours."""
        if processes.somebody_listens(self.port):
            raise Trouble(f"Somebody else listens on port {self.port}.")
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_WITHIN
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Trouble(f"The web server did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.05)
        self.ensure_ours()

    def ensure_ours(self):
        """Raise Trouble unless those who listen on the port are the master that we started and its workers."""
        listening = processes.listeners(self.port)
        ours = {self.process.pid, *self.workers()}
        if self.process.poll() is not None or (listening is not None and not (listening and listening <= ours)):
            raise Trouble(f"Port {self.port} is served by {listening}, and ours are {ours}.")

    def _answers(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def workers(self):
        """The process ids of its workers."""
        return processes.children_of(self.process.pid)

    def kill_worker(self, dice):
        """Kill one worker; the master starts another. Returns the process id, None when it could not be confirmed."""
        workers = [pid for pid in self.workers() if processes.born(pid)]
        if not workers:
            return None
        chosen = dice.choice(workers)
        return chosen if processes.kill([chosen]) == (1, True) else None

    def kill_master(self):
        """Kill the master alone, then what it leaves behind, as bin/serve does; and start again on the same port."""
        master = self.process.pid
        there = self.process.poll() is None
        os.kill(master, signal.SIGKILL)
        confirmed = there and self.process.wait(20) == -signal.SIGKILL and processes.born(master) is None
        self._kill_group()
        deadline = time.monotonic() + 20
        while processes.somebody_listens(self.port) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.start()
        return master if confirmed else None

    def _kill_group(self):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def stop(self):
        """Let it finish what it does, then end it."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
        if self.process:
            self._kill_group()
            self.process.wait(20)


class SQLiteFile:
    """A database file in the run's folder. There is no server to kill: the workers are the database."""

    def __init__(self, data):
        self.data = Path(data)

    @property
    def environment(self):
        """Where the portal finds it."""
        return surroundings(self.data)

    def start(self):
        """Nothing to start."""

    def stop(self):
        """Nothing to stop."""


class PostgreSQL:
    """A server of its own in a temporary folder, reachable by a unix socket there; it waits for the disk as in service.

    Unlike bin/with_postgres, which is for tests and may forget what it confirmed when it is killed.
    """

    def __init__(self, data):
        self.data = Path(data)
        self.binaries = script("with_postgres").find_server()
        self.user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        self.folder = None
        self.process = None
        self.kills = 0

    @property
    def environment(self):
        """Where the portal finds it."""
        return surroundings(self.data, DATABASE_URL=f"postgres://opcc@/opcc?host={self.folder}")

    def start(self):
        """A new, empty database."""
        self.folder = Path(tempfile.mkdtemp(prefix="opcc-chaos-pg-", dir="/tmp" if os.path.isdir("/tmp") else None))
        if self.user:
            shutil.chown(self.folder, "postgres")
        locale = "C.UTF-8" if sys.platform == "linux" else "C"
        self._run("initdb", "-D", "data", "-U", "opcc", "-A", "trust", "--no-sync", "-E", "UTF8", f"--locale={locale}")
        self._start()
        self._run("createdb", "-h", str(self.folder), "-U", "opcc", "opcc")

    def _run(self, program, *arguments):
        command = [os.path.join(self.binaries, program), *arguments]
        done = subprocess.run(
            command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **self.user
        )
        if done.returncode:
            raise Trouble(f"PostgreSQL: {program} failed.\n{done.stdout}\n{self._last_words()}")

    def _start(self):
        """As our own child, not by pg_ctl: a killed process that nobody buries would keep its successor from starting."""
        options = ["-c", "listen_addresses=", "-k", str(self.folder)]
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                [os.path.join(self.binaries, "postgres"), "-D", "data", *options],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self.user,
            )
        deadline = time.monotonic() + READY_WITHIN
        ready = [os.path.join(self.binaries, "pg_isready"), "-q", "-h", str(self.folder)]
        while subprocess.run(ready).returncode:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Trouble(f"PostgreSQL did not start.\n{self._last_words()}")
            time.sleep(0.05)

    def _last_words(self):
        log = self.folder / "log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""

    def kill(self):
        """Kill the main process and all it started, or every third time have it stop at once; then start it again.

        Returns the process id of the main process, None when its end could not be confirmed.
        """
        pid, there = self.process.pid, self.process.poll() is None
        everybody = {process: processes.born(process) for process in (pid, *processes.children_of(pid))}
        self.kills += 1
        if self.kills % 3 == 0:
            self.process.send_signal(signal.SIGQUIT)  # what PostgreSQL calls an immediate shutdown
        else:
            processes.kill(list(everybody))
        self.process.wait(20)
        confirmed = there and processes.gone(everybody)
        self._start()
        return pid if confirmed else None

    def stop(self):
        """End it and remove the folder."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(20)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def dice(*seed):
    """Chance that falls the same way in every run."""
    return random.Random("-".join(map(str, seed)))
