"""Rich text on pages: `{% load rich_text %}`."""

from functools import lru_cache

from django import template
from django.utils.html import linebreaks
from django.utils.safestring import mark_safe
from js_asset import Media

from opcc_portal.richtext.cleaning import RichTextRefused, clean

register = template.Library()


@lru_cache(maxsize=512)
def _ready(html):
    try:
        return mark_safe(clean(html))
    except RichTextRefused:
        return mark_safe(linebreaks(html, autoescape=True))


@register.filter
def rich(html):
    """`{{ section.body|rich }}` prints rich text as HTML. It is cleaned here too: no path to a page goes round it."""
    return _ready(html or "")


@register.simple_tag(takes_context=True)
def editor_media(context, *forms):
    """`{% editor_media form %}`: scripts and styles of the forms' widgets, with the page's nonce. Put it in <head>."""
    media = sum((form.media for form in forms), Media())
    return Media.from_media(media, nonce=str(context["request"].csp_nonce))
