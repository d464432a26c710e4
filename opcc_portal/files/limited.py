"""Running the child process, and ending it when it takes too long."""

import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

from opcc_portal.files.outcome import Outcome
from opcc_portal.files.refusal import Refused

log = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = ["-m", "opcc_portal.files.child"]
SECONDS = 60
MEMORY = 1536 * 1024 * 1024
FILE_SIZE = 300 * 1024 * 1024


def inspect(source, target, name, *, seconds=SECONDS, memory=MEMORY):
    """Inspect and clean the file at `source` into `target`, in a process with limits; raises Refused."""
    order = {"source": str(source), "target": str(target), "name": name}
    order |= {"cpu": seconds, "memory": memory, "file_size": FILE_SIZE}
    quiet = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    child = subprocess.Popen(
        [sys.executable, *COMMAND],
        cwd=ROOT,
        env=quiet,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        answer, complaint = child.communicate(json.dumps(order) + "\n", timeout=seconds)
    except subprocess.TimeoutExpired:
        _kill(child)
        raise _too_hard() from None
    except BaseException:
        _kill(child)
        raise
    try:
        found = json.loads(answer)
    except ValueError:
        log.warning("A file could not be inspected (status %s): %s", child.returncode, complaint[-2000:])
        raise _too_hard() from None
    if "refused" in found:
        raise Refused(found["refused"])
    return Outcome(**found["outcome"])


def _too_hard():
    return Refused(
        "could not be checked within the limits of time and memory. Save it as a simpler PDF and upload that."
    )


def _kill(child):
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        child.kill()
    child.communicate()
