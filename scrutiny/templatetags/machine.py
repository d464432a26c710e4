"""What the head of a public page tells machines."""

from django import template
from django.utils.safestring import mark_safe

from scrutiny.publication.machine import structured

register = template.Library()
# Pages that are no part of the record have no twin.
WITHOUT_TWIN = ("/search/", "/verify/", "/data/")
# Lists of grants are data in the form of a standard; their pages have none of their own.
GRANTS = {"/grants/": "/grants/360giving.json"}
OF_GRANTS = ("/grants/recipients/", "/grants/monthly/")


@register.simple_tag(takes_context=True)
def structured_data(context):
    """The JSON-LD of this page; nothing in it can end the element that holds it."""
    names = ("title", "description", "edition", "office_name", "area_name", "base")
    return mark_safe(structured.of_page(context["address"], **{name: context.get(name) for name in names}))


@register.simple_tag(takes_context=True)
def json_twin(context):
    """The address of this page as JSON; empty where there is none."""
    address = context["address"]
    if address in WITHOUT_TWIN or address.startswith(OF_GRANTS):
        return ""
    if address in GRANTS:
        return GRANTS[address]
    return "/index.json" if address == "/" else f"{address[:-1]}.json"
