"""Words that give away unfinished or protected papers: placeholders, tokens left over, markings; and the time of year."""

import re

from scrutiny.publication.gate import words
from scrutiny.workflow.kinds import ERROR, WARNING, Finding

PUBLIC_MARKING = "OFFICIAL"
PLACEHOLDERS = re.compile(
    r"""
      \bT\.?B\.?[CDA]\b\.?            # TBC, T.B.C., TBD, TBA
    | \bTODO\b | \bFIXME\b | \bXXX+\b | £\s?[Xx]{2,}\b | \bX{2}/X{2}\b
    | \b(?i:lorem\ ipsum)\b
    | \{\{.*?\}\} | \{%.*?%\}
    | \[(?i:restricted|figure):\d+\]
    | \[\s*(?i:name|names|date|time|title|post|venue|place|number|no|amount|figure|text|link|address|details?|xx+
        |insert[^\]]{0,80}|add[^\]]{1,80}|to\ be[^\]]{1,60}|tbc|tba|tbd)\s*\]
    | <\s*(?i:insert|enter|add)\b[^>]{0,80}>
    | \b(?i:insert)\s+(?i:here|(?:the\s+)?(?:name|date|title|figure|text|link|number|amount|details?)s?\s+here)\b
    | \bInsert\s+(?:the\s+)?(?:name|date|title|figure|text|link|number|amount|details?)s?\b
    | \?\?+
    | \b(?i:click\ or\ tap\ (?:here\ )?to\ enter)\b
    | \bError!\s+(?:Reference\ source|Bookmark|No\ text)\b
    """,
    re.VERBOSE,
)
SENSITIVE = re.compile(r"\bOFFICIAL[\s\u2010-\u2015:.-]*SENSITIVE\b")
# A line that holds a marking and nothing else, perhaps with its handling behind it.
HIGHER = re.compile(
    r"^[\s*\[(]*(?:UK\s+)?(TOP\s+SECRET|SECRET)[\s*\])]*(?:\s*[\u2010-\u2015:/.-]+\s*[A-Z][A-Z /\u2010-\u2015-]{2,40})?\s*$",
    re.MULTILINE,
)


def placeholders(look):
    """An error for every placeholder left in the text, in the data or in the PDF."""
    for output in look.outputs:
        seen = {}
        for where, text in _own_texts(output):
            for found in PLACEHOLDERS.finditer(text):
                seen.setdefault(found[0], (where, words.around(text, found.start(), found.end())))
        for placeholder, (where, quote) in seen.items():
            yield Finding(
                "placeholder",
                ERROR,
                f"A placeholder is left: “{placeholder[:60]}”",
                f"It stands {where}. Write what belongs there, or take it out.",
                quote,
                **output.desk,
            )


def _own_texts(output):
    yield f"in the text of the {output.name}", output.body.text
    yield "in its title, its address or the name of a file", output.named
    yield "in its data", "\n".join(_strings(output.edition.content))
    for page in output.pages:
        yield f"on the page {page.address}", page.text
    yield f"in the PDF {output.edition.pdf_name}", output.pdf_text


def _strings(data):
    """Every text in the content, without HTML."""
    waiting = [data]
    while waiting:
        here = waiting.pop()
        if isinstance(here, str):
            yield words.without_tags(here)
        elif isinstance(here, dict):
            waiting += reversed(list(here.values()))
        elif isinstance(here, (list, tuple)):
            waiting += reversed(list(here))


def markings(look):
    """An error for anything that is marked higher than OFFICIAL."""
    for output in look.outputs:
        marking = output.edition.content.get("marking") or PUBLIC_MARKING
        if marking != PUBLIC_MARKING:
            yield Finding(
                "marking",
                ERROR,
                f"The {output.name} is marked {marking}",
                "Only what is marked OFFICIAL may be published. Lower the marking if that is right.",
                **output.desk,
            )
        for surface in output.surfaces:
            if surface.is_source:
                continue
            found = SENSITIVE.search(surface.text) or HIGHER.search(surface.text)
            if found:
                yield Finding(
                    "marking",
                    ERROR,
                    f"The marking {' '.join(found[0].split())} stands in what would be published",
                    f"It stands {surface.where}. What is marked like this must not be published.",
                    words.around(surface.text, found.start(), found.end()),
                    **output.desk,
                )
                break


def period(look):
    """A warning in the weeks before an election."""
    if found := look.background.period:
        yield Finding(
            "pre-election",
            WARNING,
            "Today lies in a pre-election period",
            f"{found}. Say why this is published now, or wait until it is over.",
        )
