"""Ways from a page to its neighbours: only those that this person may go.

`{% load ways %}`
"""

from django import template
from django.urls import NoReverseMatch, resolve, reverse

register = template.Library()


@register.simple_tag(takes_context=True)
def ways(context, *pairs):
    """[{label, url, here}] for pairs of a label and the name of an address, in their order.

    `here` is said of the way under whose address the page stands.
    """
    request = context["request"]
    found = []
    for label, name in zip(pairs[::2], pairs[1::2], strict=True):
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        if request.user.has_perm(resolve(url).func.capability):
            found.append({"label": label, "url": url, "here": request.path.startswith(url)})
    return found
