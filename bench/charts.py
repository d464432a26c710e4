"""What a chart costs: milliseconds of processor time and bytes in one drawing, and the bytes of sixty tiles.

Run: .venv/bin/python bench/charts.py [RUNS]
"""

import gzip
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
    from django.template import Context, Template

    from scrutiny.indicators.drawing import chart_svg, funnel_svg, sparkline_svg
    from tests.indicators import chart_samples as samples

    long, tile = samples.monthly(36), samples.tile()
    drawings = {
        "27 quarters": lambda: chart_svg(samples.nrm(), prefix="n"),
        "36 months": lambda: chart_svg(long, prefix="n"),
        "240 months": lambda: chart_svg(samples.monthly(240), prefix="n"),
        "sparkline of 24": lambda: sparkline_svg(tile["spark"], prefix="s"),
        "funnel of 5": lambda: funnel_svg(samples.funnel(), prefix="f"),
    }
    print(f"{'drawing':<18} {'ms':>6} {'bytes':>7} {'gzip':>6}")
    for name, draw in drawings.items():
        svg = draw().encode()
        print(f"{name:<18} {_median(draw, runs):>6.2f} {len(svg):>7,} {len(gzip.compress(svg)):>6,}")
    one = Template("{% load charts %}{% tile tile prefix %}")
    page = Template("{% load charts %}{% chart data 'n' %}")
    sixty = "".join(one.render(Context({"tile": tile, "prefix": f"t{n}"})) for n in range(60))
    took = _median(lambda: one.render(Context({"tile": tile, "prefix": "t"})), runs)
    print(f"60 tiles: {len(sixty.encode()) / 1000:.0f} KB, {60 * took:.0f} ms")
    figure = page.render(Context({"data": long}))
    print(f"figure of 36 months with three drawings and its table: {len(figure.encode()) / 1000:.1f} KB")


def _median(work, runs):
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times) * 1000


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
