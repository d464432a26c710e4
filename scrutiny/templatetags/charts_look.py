"""Sample charts for the page that shows every component (templates/components/all.html). Used by nothing else."""

from django import template

register = template.Library()
NOTE = "Invented for this page."
VALUES = [48, 52, 45, 55, 50, 47, None, 53, 49, 51, 46, 54, 50, 52, 47, 61, 74, 72]
MEAN, LOWER, UPPER = 50, 36, 64


def _points(factor):
    for place, value in enumerate(VALUES):
        year, quarter = 2014 + place // 4, place % 4
        months = ("January to March", "April to June", "July to September", "October to December")[quarter]
        figure = None if value is None else round(value * factor)
        is_high = figure is not None and value > UPPER
        yield {
            "start": f"{year}-{3 * quarter + 1:02}-01",
            "label": f"{months} {year}",
            "short": f"{months[:3]} {year}",
            "axis": str(year),
            "value": figure,
            "shown": "none" if figure is None else str(figure),
            "state": "none" if figure is None else "high" if is_high else "usual",
            "reading": "" if figure is None else "Higher than usual" if is_high else "Usual",
            "status": "Not obtained"
            if figure is None
            else "Provisional"
            if place == len(VALUES) - 1
            else "As published",
            "missing": "Not obtained" if figure is None else "",
            "provisional": place == len(VALUES) - 1,
        }


def _chart(area, factor):
    ends = {"mean": MEAN * factor, "lower": LOWER * factor, "upper": UPPER * factor}
    segment = {"from": 0, "to": len(VALUES), "kind": "limits", "label": "limits from 17 points"}
    return {
        "title": "Events recorded",
        "area": area,
        "subtitle": "By quarter, January 2014 to June 2018",
        "period_name": "quarter",
        "points": list(_points(factor)),
        "segments": [segment | ends | {f"{name}_shown": f"{value:.0f}" for name, value in ends.items()}],
        "notes": [{"letter": "A", "at": 14.5, "label": "a new way of recording", "when": "October 2017", "text": ""}],
        "verdict": {"code": "higher", "words": "Higher than usual", "icon": "high"},
        "sentence": "Events are higher than usual: 72 in April to June 2018, above the upper limit of 64.",
        "how_to_read": ["Only points marked with a triangle say that something changed."],
        "synthetic": NOTE,
    }


def _tile(words, icon, **more):
    points = list(_points(1))
    spark = {
        "values": [point["value"] for point in points],
        "states": [point["state"] for point in points],
        "provisional": [point["provisional"] for point in points],
        "segments": [[0, len(points), MEAN, LOWER, UPPER]],
    }
    tile = {"name": "Events recorded", "area": "West Yorkshire", "shown": "72", "period": "April to June 2018"}
    tile |= {"status": "provisional", "words": words, "icon": icon, "sentence": "Usual range 36 to 64.", "spark": spark}
    return tile | {"url": "#tiles", "synthetic": NOTE} | more


@register.simple_tag
def sample_charts():
    """Tiles, a chart, the same in four districts, and a funnel."""
    tiles = [
        _tile("Higher than usual", "high"),
        _tile(
            "Too few points to judge",
            "",
            spark=None,
            sentence="3 of 12 quarters held.",
            shown="3",
            helper="Analyst to ask",
        ),
        _tile(
            "Corrected, period unclear",
            "",
            spark=None,
            sentence="The report said 127.",
            shown="176",
            status="",
            period="“January”",
        ),
    ]
    sizes = (("North", 210, 31.0, "low"), ("East", 330, 82.0, ""), ("South", 530, 79.0, ""), ("West", 780, 92.0, ""))
    return {
        "tiles": [{"tile": tile, "prefix": f"sample-tile-{number}"} for number, tile in enumerate(tiles)],
        "chart": _chart("West Yorkshire", 1),
        "districts": [_chart(name, 1 - number / 6) for number, (name, *_) in enumerate(sizes)],
        "funnel": {
            "title": "Events by district",
            "subtitle": "Per 1,000 people, 2017/18",
            "unit": "rate",
            "mean": 80.0,
            "mean_shown": "80.0",
            "points": [
                {"name": name, "value": rate, "size": size * 1000, "shown": str(rate), "outside": outside}
                for name, size, rate, outside in sizes
            ],
            "limits": [
                [size * 1000, *(80 + side * part / size**0.5 for part in (500, 800) for side in (-1, 1))]
                for size in range(100, 850, 25)
            ],
            "sentence": "One of four districts differs from the average by more than chance.",
            "synthetic": NOTE,
        },
    }
