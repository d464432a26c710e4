"""The register of assurance: what was said about each item, in words."""

from django.core.paginator import Paginator
from django.shortcuts import render

from opcc_portal.accounts.permissions import allow
from scrutiny.minutes import assurance as statements

A_PAGE = 30


@allow("assurance.view")
def assurance(request):
    """Every statement of assurance, the latest meeting first."""
    filters = statements.AssuranceFilter(request.GET)
    found = (
        filters.narrow(statements.living())
        .select_related("minuted_item__item", "minuted_item__minutes__meeting__series", "speaker")
        .order_by("-minuted_item__minutes__meeting__date", "minuted_item__item__position", "position", "pk")
    )
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    for entry in page.object_list:
        entry.flags = statements.flags(entry, on_item=entry.on_item)
    return render(request, "scrutiny/minutes/assurance.html", {"filters": filters, "page": page})
