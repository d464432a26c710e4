"""Charts, tables of figures and tiles: `{% load charts %}`. `data` is what scrutiny.indicators.charting makes.

{% chart data "nrm" csv=url %}               figure with drawing, legend, notes and table; load css/components/charts.css
{% chart_table data "nrm-table" %}           the table alone; the chart beside it takes figures="nrm-table"
{% chart_drawing data "nrm" "paper" %}       the bare drawing
{% paper_chart data "figure-1" number=1 %}   the figure in a PDF; {% paper_table data %} its figures
{% sparkline tile.spark "s1" %} {% tile tile "t1" %} {% funnel data "f" %} {% multiples charts "m" "Districts" %}
"""

from datetime import date

from django import template

from opcc_portal.office.forms import in_words
from scrutiny.indicators.drawing import chart_svg, funnel_svg, legend, small_multiples, sparkline_svg, verdict_icon

register = template.Library()
FIRST_ROWS = 10


@register.inclusion_tag("components/chart.html", name="chart")
def chart_figure(data, prefix, *, level=2, csv="", heading=True, sentence=True, figures="", words=False):
    """A chart with all that belongs to it. Leave out what the page says itself.

    `figures` is the id of a chart_table elsewhere on the page, which then takes the place of its own; `words` adds how to
    read it and its limits.
    """
    return {
        "data": data,
        "prefix": prefix,
        "level": level,
        "known": _known(data),
        "csv": csv,
        "heading": heading,
        "sentence": sentence,
        "figures": figures,
        "words": words,
        "drawings": [chart_svg(data, prefix=prefix, width=width) for width in ("wide", "middle", "narrow")],
        "legend": legend(data),
    }


@register.filter
def is_address(link):
    """A page of the portal or of the web, and nothing else that a link could start."""
    return str(link or "").startswith(("/", "https://", "http://"))


def _known(data):
    """The day as it was known on, in words; nothing for today's position."""
    return in_words(date.fromisoformat(data["known_on"])) if data.get("known_on") else ""


@register.inclusion_tag("components/chart_table.html")
def chart_table(data, prefix, *, first=FIRST_ROWS, caption=""):
    """Every period, newest first; those after the `first` behind a line that opens. 0 shows all at once."""
    rows = [{**point, "index": index} for index, point in enumerate(data["points"])][::-1]
    folded = first and len(rows) > first + 2
    return {
        "data": data,
        "prefix": prefix,
        "caption": caption,
        "rows": rows[:first] if folded else rows,
        "more": rows[first:] if folded else [],
        "period_name": data.get("period_name") or "period",
    }


@register.simple_tag
def chart_drawing(data, prefix, width="paper"):
    """The bare drawing."""
    return chart_svg(data, prefix=prefix, width=width)


@register.inclusion_tag("components/sparkline.html")
def sparkline(spark, prefix, *, alt=""):
    """The small drawing of a tile; in a PDF with `alt` in words."""
    return {"svg": sparkline_svg(spark, prefix=prefix, alt=alt)}


@register.inclusion_tag("components/tile.html")
def tile(tile, prefix, *, level=3, url="", ask=""):
    """One indicator on the dashboard; `ask` is where a question about it is put on the next agenda."""
    return {
        "tile": tile,
        "level": level,
        "url": url or tile.get("url", ""),
        "ask": ask,
        "icon": verdict_icon(tile),
        "svg": sparkline_svg(tile["spark"], prefix=prefix) if tile.get("spark") else "",
    }


@register.inclusion_tag("components/funnel.html")
def funnel(data, prefix, *, level=2):
    """Areas of different size beside each other, with the table of their ranks."""
    ranked = sorted(data["points"], key=lambda point: point["value"], reverse=True)
    return {
        "data": data,
        "prefix": prefix,
        "level": level,
        "drawings": [funnel_svg(data, prefix=prefix, width=width) for width in ("wide", "middle", "narrow")],
        "rows": [{**point, "rank": _rank(ranked, point)} for point in ranked],
    }


def _rank(ranked, point):
    """Equal values share a rank."""
    return 1 + sum(other["value"] > point["value"] for other in ranked)


@register.inclusion_tag("components/small_multiples.html")
def multiples(charts, prefix, title, *, level=2):
    """The same indicator in several areas, on one scale."""
    charts = list(charts)
    return {
        "panels": small_multiples(charts, prefix=prefix),
        "prefix": prefix,
        "title": title,
        "level": level,
        "synthetic": next((data["synthetic"] for data in charts if data.get("synthetic")), ""),
    }


@register.inclusion_tag("pdf/chart.html")
def paper_chart(data, prefix, *, number=None):
    """The figure in a PDF."""
    return {
        "data": data,
        "number": number,
        "known": _known(data),
        "svg": chart_svg(data, prefix=prefix, width="paper"),
    }


@register.inclusion_tag("pdf/chart_table.html")
def paper_table(data, *, caption=""):
    """Every figure of a chart in a PDF, oldest first."""
    return {"data": data, "caption": caption, "period_name": data.get("period_name") or "period"}
