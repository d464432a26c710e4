"""What search engines are told: every public page, and where not to go."""

from itertools import islice
from xml.sax.saxutils import escape

from scrutiny.workflow.models import Edition

LISTS = (
    "",
    "meetings/",
    "reports/",
    "news/",
    "letters/",
    "decisions/",
    "actions/",
    "corrections/",
    "plan/",
    "indicators/",
    "measures/",
    "inspections/",
    "grants/",
    "grants/monthly/",
    "networks/",
    "documents/",
    "data/",
)
MOST = 50_000  # that a sitemap may hold


def sitemap(base):
    """Every address with a page of its own, with the day on which it was last published."""
    days = {f"/{path}": None for path in LISTS}
    for address, day in islice(_pages(), MOST - len(days)):
        days.setdefault(address, day)
    told = "".join(
        f"<url><loc>{escape(base + address)}</loc>{f'<lastmod>{day:%Y-%m-%d}</lastmod>' if day else ''}</url>\n"
        for address, day in days.items()
    )
    schema = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{schema}">\n{told}</urlset>\n'


def _pages():
    """(address, day) of every document and item, the newest first."""
    shown = (
        Edition.objects.current()
        .order_by("-number")
        .values_list("kind", "publication__path", "published_at", "content__items")
    )
    for kind, path, at, items in shown.iterator(chunk_size=100):
        yield f"/{path}/", at.date()
        if kind in ("meeting", "minutes"):
            for item in items or ():
                yield f"/{path.removesuffix('/minutes')}/items/{item['slug']}/", at.date()


def robots(base):
    """The desk is closed anyway; search, the check of documents and the application form are no pages to keep."""
    closed = "".join(f"Disallow: /{path}/\n" for path in ("desk", "search", "verify", "apply"))
    return f"User-agent: *\n{closed}\nSitemap: {base}/sitemap.xml\n"
