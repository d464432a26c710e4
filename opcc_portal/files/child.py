"""The child process in which strangers' files are opened: `python -m opcc_portal.files.child`.

Reads one line of JSON with source, target, name and limits, answers with one line of JSON. It needs no database and no
settings, so there is nothing here worth taking over.
"""

import json
import sys


def limit(cpu, memory, file_size):
    """Take no more than this from the machine, from here on. Memory limits are not kept on macOS; time is."""
    try:
        import resource
    except ImportError:
        return
    wanted = {"RLIMIT_CPU": (cpu, cpu + 2), "RLIMIT_AS": (memory,) * 2, "RLIMIT_FSIZE": (file_size,) * 2}
    for name, limits in {**wanted, "RLIMIT_CORE": (0, 0)}.items():
        try:
            resource.setrlimit(getattr(resource, name), limits)
        except (AttributeError, ValueError, OSError):
            continue


def work(order):
    """Inspect and clean one file; returns what came of it as data."""
    from opcc_portal.files.inspect import what_it_is
    from opcc_portal.files.refusal import Refused

    try:
        kind = what_it_is(order["source"], order["name"])
        if kind == "pdf":
            from opcc_portal.files.clean_pdf import clean

            outcome = clean(order["source"], order["target"])
        elif kind == "csv":
            from opcc_portal.files.clean_csv import clean

            outcome = clean(order["source"], order["target"])
        elif kind in ("png", "jpeg"):
            from opcc_portal.files.clean_image import clean

            outcome = clean(kind, order["source"], order["target"])
        else:
            from opcc_portal.files.clean_office import clean

            outcome = clean(kind, order["source"], order["target"])
    except Refused as refusal:
        return {"refused": str(refusal)}
    except MemoryError:
        return {"refused": "is too large inside to be opened safely. Split it, or save it as a simpler PDF."}
    return {"outcome": outcome.as_data()}


def main():
    """One order in, one answer out."""
    order = json.loads(sys.stdin.readline())
    limit(order["cpu"], order["memory"], order["file_size"])
    print(json.dumps(work(order)), flush=True)


if __name__ == "__main__":
    main()
