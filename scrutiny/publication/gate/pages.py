"""The finished pages: language, title, headings, pictures, tables, anchors."""

import re
from collections import Counter
from itertools import pairwise

from scrutiny.publication.gate.output import text_of
from scrutiny.workflow.kinds import ERROR, WARNING, Finding

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
FILE_NAME = re.compile(r"\.(?:png|jpe?g|gif|svg|webp)$|^(?:img|image|dsc|scan)[\s_-]?\d+$", re.IGNORECASE)
ORGANISED = "The page is made by the portal: if your text is not the reason, tell the administrator."


def structure(look):
    """Errors in what a screen reader goes by: headings in order, one of the first level, none empty; pictures described."""
    for output, page in _pages(look):
        yield from _headings(output, page)
        yield from _pictures(output, page)


def frame(look):
    """Errors in the page as a whole: its language, its title, anchors that stand twice."""
    for output, page in _pages(look):
        root = page.tree
        if page.is_whole:
            if not (root.get("lang") or "").strip():
                yield _error(output, page, "page.language", "A page does not say its language", ORGANISED)
            titles = [text_of(title) for title in root.iter("title") if title.getparent().tag == "head"]
            if not any(titles):
                yield _error(output, page, "page.title", "A page has no title", ORGANISED)
        twice = [name for name, times in Counter(root.xpath("//@id")).items() if times > 1]
        if twice:
            text = f"A link to it would lead to the first only: {', '.join(sorted(twice)[:5])}. {ORGANISED}"
            yield _error(output, page, "page.anchor", "An anchor stands twice on a page", text)


def tables(look):
    """Errors and a warning for tables that do not say what their cells mean."""
    for output, page in _pages(look):
        for table in page.tree.iter("table"):
            if table.get("role") in ("presentation", "none"):
                continue
            quote = " | ".join(text_of(table).splitlines()[:6])
            heads = list(table.iter("th"))
            if not heads:
                text = "Make its first row or first column header cells, so that people who hear it know what a cell means."
                yield _error(output, page, "table.headers", "A table has no headers", text, quote)
            elif any(not head.get("scope") and not head.get("id") for head in heads):
                text = "Say for each header whether it heads a column or a row."
                yield _error(
                    output, page, "table.scope", "A table’s headers do not say which cells they head", text, quote
                )
            if not _is_named(table):
                text = "Write a heading or a line above it that says what it shows."
                yield Finding("table.caption", WARNING, "A table has no caption", text, quote, **output.desk)


def has_tables(look):
    """Whether there is a table at all."""
    return any(True for _, page in _pages(look) for _ in page.tree.iter("table"))


def _pages(look):
    return [(output, page) for output in look.outputs for page in output.pages]


def _headings(output, page):
    found = [(int(heading.tag[1]), text_of(heading), heading) for heading in page.tree.iter(*HEADINGS)]
    for level, text, heading in found:
        if not text and not any(image.get("alt") for image in heading.iter("img")):
            yield _error(
                output, page, "heading.empty", "A heading is empty", f"It is of level {level}. Take it out or write it."
            )
    levels = [level for level, _, _ in found]
    if page.is_whole and levels.count(1) != 1:
        text = f"It has {levels.count(1)}. {ORGANISED}"
        yield _error(output, page, "heading.first", "A page must have one heading of the first level", text)
    before = [(0 if page.is_whole else 1, "", None), *found]
    for (above, _, _), (below, text, _) in pairwise(before):
        if below > above + 1:
            said = f"A heading of level {below} follows " + (f"one of level {above}" if above else "nothing")
            yield _error(
                output, page, "heading.order", "Headings are not in order", f"{said}. Choose the level below.", text
            )


def _pictures(output, page):
    for image in page.tree.iter("img"):
        name = image.get("src", "").rpartition("/")[2][:80]
        if image.get("alt") is None:
            text = "Say in words what it shows, for people who cannot see it."
            yield _error(output, page, "image.alt", "A picture has no description", text, name)
        elif FILE_NAME.search(image.get("alt").strip()):
            text = "Say in words what it shows, for people who cannot see it."
            yield Finding(
                "image.name", WARNING, "A picture is described by a file name", text, image.get("alt"), **output.desk
            )
    for picture in page.tree.iter("svg"):
        labelled = picture.get("aria-label") or picture.get("aria-labelledby") or picture.get("aria-hidden") == "true"
        if not labelled and picture.find("title") is None and picture.getparent().get("aria-hidden") != "true":
            text = "Say in words what it shows, for people who cannot see it."
            yield _error(output, page, "image.alt", "A drawing has no description", text)


def _is_named(table):
    """It has a caption or a label, or something above it introduces it."""
    if (
        any(text_of(caption) for caption in table.iter("caption"))
        or table.get("aria-label")
        or table.get("aria-labelledby")
    ):
        return True
    here = table
    while here is not None and here.tag not in ("body", "section", "article"):
        before = here.getprevious()
        if before is not None:
            words = text_of(before)
            return before.tag in HEADINGS or words.endswith(":") or words.casefold().startswith(("table", "figure"))
        here = here.getparent()
    return False


def _error(output, page, code, title, text, quote=""):
    return Finding(code, ERROR, title, f"{text} (On {page.address}.)", quote, **output.desk)
