"""Which processes are there, who started them, and who listens: so that a kill is a fact and not a wish."""

import os
import signal
import socket
import subprocess
import time
from contextlib import closing, suppress
from pathlib import Path

HAS_PROC = Path("/proc/self/stat").exists()


def free_port():
    """A port nothing listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def somebody_listens(port):
    """Whether a connection to the port is taken."""
    with closing(socket.socket()) as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def children_of(pid):
    """The processes it started and has not buried."""
    if HAS_PROC:
        with suppress(OSError):
            return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []
    return [int(child) for child in subprocess.run(["pgrep", "-P", str(pid)], capture_output=True).stdout.split()]


def born(pid):
    """What tells this process from a later one of the same number; None when it is gone or only waits to be buried."""
    if HAS_PROC:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            return None if fields[0] in "ZX" else fields[19]
        return None
    seen = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True).stdout.split()
    return None if not seen or seen[0].startswith("Z") else " ".join(seen[1:])


def is_still(pid, birth):
    """Whether that very process still runs."""
    return birth is not None and born(pid) == birth


def gone(processes, *, within=20):
    """Wait until all of them, given as {pid: birth}, are gone; whether they are."""
    deadline = time.monotonic() + within
    while any(is_still(pid, birth) for pid, birth in processes.items()):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def kill(pids, *, within=20):
    """SIGKILL to all of them. Returns (how many were there, whether all of those are gone)."""
    there = {pid: birth for pid in pids if (birth := born(pid)) is not None}
    for pid in there:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(there), gone(there, within=within)


def listeners(port):
    """The processes that hold the listening socket of a port; None where this machine does not say."""
    table = Path("/proc/net/tcp")
    if not table.exists():
        return None
    rows = [line.split() for line in table.read_text().splitlines()[1:]]
    sockets = {f"socket:[{row[9]}]" for row in rows if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port}
    found = set()
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if os.readlink(descriptor) in sockets:
                found.add(int(descriptor.parts[2]))
    return found
