"""Views of the grants on the public site: the list, who received what, and each month's list."""

from django.core.cache import cache
from django.http import Http404, HttpResponsePermanentRedirect

from funding.open_data.asking import Asked
from funding.open_data.filters import NAMES
from scrutiny.partnerships import merging
from scrutiny.publication.answering import Answer, public, the_stamp
from scrutiny.publication.machine import feeds, tables
from scrutiny.publication.record import Record
from scrutiny.publication.site import grants as site

KEPT_FOR = 600


@public(query=(*NAMES, "page"))
def grants(request):
    """The published awards, narrowed as asked."""
    return Answer(site.grants_page(Record(), Asked.from_query(request.GET), _every()))


def _every():
    """How much there is by everything that can be chosen; worked out once for each state of the record."""
    name = f"grants:{the_stamp()}"
    every = cache.get(name)
    if every is None:
        every = site.Every.now()
        cache.set(name, every, KEPT_FOR)
    return every


@public(query=("page",))
def recipient(request, key):
    """Everything that one organisation received."""
    html = site.recipient_page(Record(), key, Asked.from_query(request.GET).page)
    if html is None:
        if now := merging.recipient_now(key):
            return HttpResponsePermanentRedirect(f"/grants/recipients/{now}/")
        raise Http404
    return Answer(html)


@public
def months(request):
    """Every month with its list."""
    return Answer(site.months_page(Record()))


@public
def month(request, month):
    """The grants of a month, as the office must publish them."""
    return Answer(site.month_page(Record(), _month(month)))


@public
def month_table(request, month):
    """The grants of a month as CSV."""
    text = tables.grants_of_month(site.contents_of_month(_month(month)), request.build_absolute_uri("/")[:-1])
    headers = {"Content-Disposition": f'attachment; filename="grants-{month}.csv"'}
    return Answer(text, "text/csv; charset=utf-8", headers=headers)


def _month(text):
    day = site.month_of(text)
    if day is None:
        raise Http404
    return day


@public
def feed(request):
    """The grants that were published last."""
    base = request.build_absolute_uri("/")[:-1]
    return Answer(feeds.grants(Record(), base), "application/atom+xml; charset=utf-8")
