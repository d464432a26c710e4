"""Words for the frozen text of a plan: `{% load plan_words %}`."""

from django import template

from scrutiny.workflow.published import in_words

register = template.Library()


@register.filter
def plan_day(text):
    """1 April 2016, for a day as the text of a plan holds it."""
    return in_words(text) if text else ""
