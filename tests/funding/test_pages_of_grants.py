"""The list of grants in pages: the same in the same order, from whichever end a page is read."""

import pytest
from django.core.paginator import Paginator

from scrutiny.indicators.models import Area
from scrutiny.publication.site.grants import _Counted
from tests.factories import make_area

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [0, 1, 5, 6, 7])
def test_pages_near_the_end_hold_what_pages_counted_from_the_beginning_hold(count):
    for _ in range(count):
        make_area()
    areas = Area.objects.order_by("name", "pk")
    plain, counted = Paginator(areas, 3), _Counted(areas, 3, count)
    assert counted.num_pages == plain.num_pages
    for number in plain.page_range:
        assert list(counted.get_page(number)) == list(plain.get_page(number))
    assert list(counted.get_page(99)) == list(plain.get_page(99))
