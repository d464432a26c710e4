"""What a report quotes from the plan: word for word, of a day, and what became of those words since."""

import re

from scrutiny.plan import versions

# What may stand between two passages of a quotation that leaves something out.
_LEFT_OUT = re.compile(r"\s*(?:\[\s*(?:…|\.\.\.)\s*\]|…)\s*|\n+")


def is_verbatim(quotation, original):
    """Whether every passage of the quotation stands in the original, in that order; spaces do not count."""
    original, at = plain_lines(original), 0
    for passage in _LEFT_OUT.split(quotation.strip().strip('“”"')):
        passage = plain_lines(passage)
        if not passage:
            continue
        at = original.find(passage, at)
        if at == -1:
            return False
        at += len(passage)
    return True


def plain_lines(text):
    """The text with one space wherever there are several."""
    return " ".join(text.split())


def varied_since(section):
    """For the desk: how the plan in force today differs from what the section quotes; empty where it says the same.

    The section keeps what it quoted. At most two queries.
    """
    if not section.quoted_text.strip() or section.priority is None or section.quoted_as_of is None:
        return ""
    now = versions.in_force(section.priority)
    if now is None:
        return "This priority is not in the plan in force any more. The report keeps the words that it quoted."
    if now.day <= section.quoted_as_of or is_verbatim(section.quoted_text, now.our_priority):
        return ""
    return f"The plan was varied since: it says something else from {now.day:%-d %B %Y}. The report keeps the words that it quoted."
