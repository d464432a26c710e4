"""What a page of PDF costs: processor seconds in a fresh process and in a warm one.

Run: .venv/bin/python bench/pdf.py [RUNS]. Reports medians; on a busy machine compare the ratios, not the numbers.
"""

import os
import statistics
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")


def main(runs):
    django.setup()
    from opcc_portal.pdf import Renderer
    from tests.pdf import papers

    large = papers.long_report(sections=100, rows=400)
    everything = papers.all_papers() | {"large report": (large, {"opcc:logo.png": papers.logo()})}
    print(f"{'paper':<12} {'pages':>5} {'cold s':>8} {'warm s':>8} {'warm s a page':>14} {'KB':>6}")
    for name, (html, files) in everything.items():
        times = 1 if name == "large report" else runs
        cold = [_cold(Renderer, html, files) for _ in range(times)]
        renderer = Renderer()
        renderer.render(html, files=files)
        made = [renderer.render(html, files=files) for _ in range(times)]
        renderer.close()
        warm, pages = statistics.median(one.cpu_seconds for one in made), made[0].pages
        size = len(made[0].pdf) / 1000
        print(f"{name:<12} {pages:>5} {statistics.median(cold):>8.2f} {warm:>8.3f} {warm / pages:>14.3f} {size:>6.0f}")


def _cold(renderer_class, html, files):
    """The whole life of a process that makes one paper."""
    before = time_of_children()
    renderer = renderer_class()
    renderer.render(html, files=files)
    renderer.close()
    return time_of_children() - before


def time_of_children():
    times = os.times()
    return times.children_user + times.children_system


if __name__ == "__main__":
    started = time.monotonic()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
    print(f"took {time.monotonic() - started:.0f} s by the clock")
