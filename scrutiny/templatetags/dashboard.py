"""`{% load dashboard %}{% kept_tile tile may_ask %}`: the tile of `charts`, drawn once for the same content.

Drawing sixty tiles takes a fifth of the time of the dashboard, and between two figures none of them changes.
"""

import json
from functools import lru_cache

from django import template
from django.template.loader import render_to_string

from scrutiny.templatetags import charts

register = template.Library()
KEPT = 2048


@register.simple_tag
def kept_tile(tile, may_ask):
    """One tile of a position (see scrutiny.dashboards.position); with `may_ask` it leads to a question about it."""
    return _drawn(json.dumps(tile), tile["ask"] if may_ask else "")


@lru_cache(maxsize=KEPT)
def _drawn(content, ask):
    tile = json.loads(content)
    return render_to_string("components/tile.html", charts.tile(tile, tile["id"], ask=ask))
