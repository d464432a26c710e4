"""Rich text on its way to a page or a paper. It is cleaned here too: no path to a reader goes round it."""

from functools import lru_cache

from django.utils.html import linebreaks
from django.utils.safestring import mark_safe

from opcc_portal.richtext.cleaning import RichTextRefused, clean


@lru_cache(maxsize=512)
def ready(html):
    """The HTML, cleaned once more; what cannot be cleaned is printed as the plain text that it is."""
    try:
        return mark_safe(clean(html))
    except RichTextRefused:
        return mark_safe(linebreaks(html, autoescape=True))
