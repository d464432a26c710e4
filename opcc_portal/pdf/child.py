"""The process that makes PDFs: `python -m opcc_portal.pdf.child LIMITS`.

It reads a job from standard input, answers on standard output, and waits for the next. It is started by renderer.py
and can be killed at any moment without harm: it owns no file and no connection.
"""

import ctypes
import gc
import json
import os
import resource
import select
import signal
import sys
import threading
import time
import traceback

from opcc_portal.pdf.failure import RenderFailed
from opcc_portal.pdf.frames import read_frame, write_frame
from opcc_portal.pdf.limits import Limits

PR_SET_PDEATHSIG = 1
BEGUN = {"begun": True}


def main():
    limits = Limits(**json.loads(sys.argv[1]))
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not get between the answers
    die_with_parent(jobs)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # macOS refuses a limit on address space
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    allow_cpu_time(limits.cpu_seconds)
    from opcc_portal.pdf.engine import Engine  # here, so that loading it stands under the limits too

    engine = Engine(limits)
    collect_garbage_between_jobs()
    while (job := read_frame(jobs)) is not None:
        write_frame(answers, BEGUN, [])
        allow_cpu_time(limits.cpu_seconds)
        write_frame(answers, *work(engine, job))


def work(engine, job):
    """One job: a header and the HTML and files as blobs. Returns the answer's header and blobs."""
    header, (html, *files) = job
    started = time.process_time()
    try:
        pdf, pages, warnings = engine.make(html.decode("utf-8"), dict(zip(header["files"], files, strict=True)))
    except RenderFailed as failure:
        return {"failed": failure.reason, "message": failure.message}, []
    except MemoryError:
        return {"failed": "memory"}, []
    except RecursionError:
        return {"failed": "too-deep-to-lay-out"}, []
    except Exception:
        return {"failed": "crash", "detail": traceback.format_exc()[-2000:]}, []
    finally:
        gc.collect()
    cpu = time.process_time() - started
    return {"pages": pages, "warnings": warnings, "cpu_seconds": cpu}, [pdf]


def collect_garbage_between_jobs():
    """A document is a growing net of objects, hardly any of which go before it is done. Searching it for garbage again
    and again took a fifth of the time of a long report and found next to nothing; one search after each job finds all.
    What is loaded by now stays for good and is not searched."""
    gc.collect()
    gc.freeze()
    gc.disable()


def allow_cpu_time(seconds):
    """The limit counts the whole life of the process, so it moves on with each job."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.RLIM_INFINITY))


def die_with_parent(jobs):
    """Ctrl+C goes to the parent, which closes our input; a parent that is killed takes us along."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=exit_when_closed, args=[jobs.fileno()], daemon=True).start()


def exit_when_closed(descriptor):
    """Also in the middle of a long document."""
    watch = select.poll()
    watch.register(descriptor, 0)
    watch.poll()
    os._exit(0)


if __name__ == "__main__":
    main()
