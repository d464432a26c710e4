"""How long from a fresh clone and empty caches to the first page, and how long a later start takes.

Clones the committed state into a temporary folder, runs `make run` there and asks for the sign-in page.
"""

import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def free_port():
    """A port nothing listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def seconds_to_first_page(clone, environment):
    """Start, wait for the sign-in page, stop; the seconds until it came."""
    port = free_port()
    began = time.monotonic()
    portal = subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=clone,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while portal.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=10) as page:
                    page.read()
                    return time.monotonic() - began
            except urllib.error.URLError:
                time.sleep(0.05)
        raise SystemExit("make run ended before the first page")
    finally:
        if portal.poll() is None:
            os.killpg(portal.pid, signal.SIGINT)
        portal.wait(30)


def main():
    """Print both figures."""
    with tempfile.TemporaryDirectory(prefix="opcc-first-page-") as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        unwanted = re.compile("OPCC_|DEMO|DATABASE_URL|SECRET_KEY|VIRTUAL_ENV|MAKE|MFLAGS")
        environment = {name: value for name, value in os.environ.items() if not unwanted.match(name)}
        environment |= {"PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1", "HOME": folder}
        print(f"fresh clone, empty caches: {seconds_to_first_page(clone, environment):6.1f} s to the first page")
        print(f"second start:              {seconds_to_first_page(clone, environment):6.1f} s")


if __name__ == "__main__":
    main()
