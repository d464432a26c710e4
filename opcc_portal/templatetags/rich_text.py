"""Rich text on pages: `{% load rich_text %}`."""

from django import template
from js_asset import Media

from opcc_portal.richtext.printing import ready

register = template.Library()


@register.filter
def rich(html):
    """`{{ section.body|rich }}` prints rich text as HTML, cleaned once more."""
    return ready(html or "")


@register.simple_tag(takes_context=True)
def editor_media(context, *forms):
    """`{% editor_media form %}`: scripts and styles of the forms' widgets, with the page's nonce. Put it in <head>."""
    media = sum((form.media for form in forms), Media())
    return Media.from_media(media, nonce=str(context["request"].csp_nonce))
