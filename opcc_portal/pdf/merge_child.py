"""The process that merges PDFs: `python -m opcc_portal.pdf.merge_child FOLDER LIMITS`.

It reads order.json in the folder, writes made.pdf and answer.json there, and ends. It can be killed at any moment without
harm: what it leaves in the folder is thrown away.
"""

import json
import resource
import sys
from pathlib import Path

from opcc_portal.pdf.child import allow_cpu_time, die_with_parent
from opcc_portal.pdf.failure import RenderFailed


def main():
    folder, limits = Path(sys.argv[1]), json.loads(sys.argv[2])
    die_with_parent(sys.stdin.buffer)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # macOS refuses a limit on address space
        resource.setrlimit(resource.RLIMIT_AS, (limits["memory_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * limits["input_bytes"],) * 2)
    allow_cpu_time(limits["cpu_seconds"])
    order = json.loads((folder / "order.json").read_text())
    (folder / "answer.json").write_text(json.dumps(work(order, folder)))


def work(order, folder):
    """The answer to one order, as data."""
    from opcc_portal.pdf import fitness, joining  # here, so that loading them stands under the limits too

    try:
        if order["task"] == "look":
            return fitness.look(order["path"], most_pages=order["most_pages"])
        if order["task"] == "open":
            return {"found": [joining.can_be_opened(path) for path in order["paths"]]}
        return joining.join(order, folder / "made.pdf")
    except RenderFailed as failure:
        return {"failed": failure.reason, "message": failure.message, "detail": failure.detail}
    except MemoryError:
        return {
            "failed": "memory",
            "message": "These papers need more memory than merging may take. Nothing you wrote is lost. Save the papers "
            "that came as PDF with smaller pictures, then try again.",
        }


if __name__ == "__main__":
    main()
