"""What a pack of 12 items costs: `.venv/bin/python bench/pack.py [runs]`. Processor seconds, this process and its children.

full       every paper is laid out, then all are merged
one        one paper of 12 has changed: it is laid out, the other 11 come from the store, then all are merged
merge      all 12 come from the store
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
ITEMS = 12


def main(runs):
    django.setup()
    from opcc_portal.pdf import Renderer, verapdf
    from opcc_portal.pdf.merge import Part, merge
    from tests.pdf import papers

    renderer = Renderer()
    renderer.render("<p>warm</p>")
    sheets = [papers.agenda(), papers.minutes(questions=4)]  # of the size of a cover and of a list of files

    def item(number, run):
        html = papers.long_report(sections=6, rows=20).replace("Northmoor", f"Northmoor {number}.{run}")
        return renderer.render(html, files={"opcc:logo.png": papers.logo()}).pdf

    def whole(parts):
        made = [
            Part(f"Item {number}", data, under=(f"{number} Subject",)) for number, data in enumerate(parts, start=1)
        ]
        own = [Part("Sheet", renderer.render(html).pdf) for html in sheets]
        return merge([own[0], *made, own[1]], title="A pack of twelve items")

    times = {"full": [], "one": [], "merge": []}
    for run in range(runs):
        with Clock(renderer, times["full"]):
            parts = [item(number, run) for number in range(ITEMS)]
            whole(parts)
        with Clock(renderer, times["one"]):
            parts[5] = item(5, f"{run} changed")
            pack = whole(parts)
        own = [Part(str(number), data) for number, data in enumerate(parts)]
        with Clock(renderer, times["merge"]):
            merge(own, title="A pack of twelve items")
    pages = pack.pages
    renderer.close()
    full = statistics.median(times["full"])
    print(f"{ITEMS} items, {pages} pages, {len(pack.pdf) / 1000:.0f} KB")
    for name, found in times.items():
        middle = statistics.median(found)
        print(f"{name:<6} {middle:6.2f} s   {middle / full:5.2f} of a full build")
    with tempfile.TemporaryDirectory() as folder:
        django.conf.settings.VERAPDF, django.conf.settings.VERA_FOLDER = True, folder
        (result,) = verapdf.check([pack.pdf], profiles=("ua1",)) or [None]
    print(
        "veraPDF, PDF/UA-1:", "not run: " + verapdf.missing() if result is None else "pass" if result.passed else result
    )


class Clock:
    """Adds the processor time that passes, here, in the process that lays out and in those that merge."""

    def __init__(self, renderer, times):
        self.renderer, self.times = renderer, times

    def __enter__(self):
        self.began = self.now()

    def __exit__(self, *exception):
        self.times.append(self.now() - self.began)

    def now(self):
        mine = os.times()
        ticks = Path(f"/proc/{self.renderer.child_pid}/stat").read_text().rpartition(")")[2].split()
        theirs = (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
        return mine.user + mine.system + mine.children_user + mine.children_system + theirs


if __name__ == "__main__":
    started = time.monotonic()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
    print(f"took {time.monotonic() - started:.0f} s by the clock")
