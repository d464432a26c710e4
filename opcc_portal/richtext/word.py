"""
Lists as Word writes them into HTML, made into lists.

Word has no list elements in its HTML: an item is a paragraph styled `mso-list:l0 level2 lfo1` (list, level, override)
that begins with its typed number or bullet in a span styled `mso-list:Ignore`. static/js/tidy-paste.js does the same in
the browser; tests/richtext runs both on the same examples.
"""

import re

from opcc_portal.richtext.tree import Node

ITEM = re.compile(r"mso-list:\s*(l\d+)\s+level(\d+)\s+(lfo\d+)", re.IGNORECASE)
TYPED = re.compile(r"mso-list:\s*Ignore", re.IGNORECASE)
# A typed mark without the span round it (Outlook, Word for Mac): it is followed by the hard spaces that imitate a tab.
LOOSE_MARK = re.compile(
    r"^[ \n]*((?:[·•●▪§o–-])|\(?(?:\d{1,4}\.)*(?:\d{1,4}|[A-Za-z]{1,5})[.)])[ \n]*\u00a0[ \n\u00a0]*"
)
ORDERED = re.compile(r"([(\[]?)((?:\d+\.)*)(\d+|[A-Za-z]+)([.):\]]?)")
HEADING = re.compile(r"h[1-6]")
ROMAN = (("m", 1000), ("cm", 900), ("d", 500), ("cd", 400), ("c", 100), ("xc", 90), ("l", 50), ("xl", 40))
ROMAN += (("x", 10), ("ix", 9), ("v", 5), ("iv", 4), ("i", 1))


def roman(number):
    """3 as "iii"."""
    text = ""
    for letters, value in ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def _from_roman(text):
    number, rest = 0, text
    for letters, value in ROMAN:
        while rest.startswith(letters):
            number, rest = number + value, rest[len(letters) :]
    return number if not rest and roman(number) == text else None


def label(number, kind):
    """The mark of item `number` in a list of this type: "3", "c", "iii"."""
    text = str(number)
    if kind in "iI" and 0 < number < 4000:
        text = roman(number)
    elif kind in "aA" and 0 < number <= 26:
        text = chr(96 + number)
    return text.upper() if kind in "IA" else text


def _read_mark(mark, before):
    """(tag, type, number) for a typed mark; `before` is the list that would go on, to tell "i." from "i."."""
    found = ORDERED.fullmatch(mark)
    if not found or (found[3].isalpha() and not (found[1] or found[4])):
        return "ul", "", 0  # Word's second-level bullet is a bare "o"
    if found[3].isdigit():
        return "ol", "1", int(found[3])
    low = found[3].lower()
    case = found[3] == low
    choices = []
    if number := _from_roman(low):
        choices.append(("ol", "i" if case else "I", number))
    if len(low) == 1:
        choices.append(("ol", "a" if case else "A", ord(low) - 96))
    if not choices:
        return "ul", "", 0
    for choice in choices:
        if before and choice[1] == before.kind and choice[2] == before.number + 1:
            return choice
    # Without a list to go on, "i" begins a roman list and any other single letter an alphabetic one.
    return choices[0] if len(choices) == 1 or low == "i" else choices[-1]


class _Open:
    """A list being filled."""

    def __init__(self, level, tag, kind, number):
        attrs = {"type": kind} if tag == "ol" and kind != "1" else {}
        if tag == "ol" and number != 1:
            attrs["start"] = str(number)
        self.level, self.kind, self.number = level, kind, number - 1
        self.node = Node(tag, attrs)


def _take_typed_mark(node):
    """Remove the typed number or bullet from a paragraph and return it, or None."""
    for at, child in enumerate(node.children):
        if isinstance(child, str):
            continue
        if TYPED.search(child.attrs.get("style", "")):
            del node.children[at]
            return child.text().replace("\u00a0", " ").strip()
        found = _take_typed_mark(child)
        if found is not None:
            return found
    return None


def _take_loose_mark(node):
    found = LOOSE_MARK.match(node.text())
    if not found:
        return ""
    _cut(node, found.end())
    return found[1]


def _cut(node, length):
    """Remove so many characters from the start of a node's text; returns how many are still to remove."""
    for at, child in enumerate(node.children):
        if not length:
            break
        if isinstance(child, str):
            node.children[at], length = child[length:], max(0, length - len(child))
        else:
            length = _cut(child, length)
    return length


def _add_item(node, level, open_lists, into):
    mark = _take_typed_mark(node)
    if mark is None:
        mark = _take_loose_mark(node)
    while open_lists and open_lists[-1].level > level:
        open_lists.pop()
    same_level = open_lists[-1] if open_lists and open_lists[-1].level == level else None
    tag, kind, number = _read_mark(mark, same_level)
    goes_on = (
        same_level
        and same_level.node.tag == tag
        and (tag == "ul" or (same_level.kind, same_level.number + 1) == (kind, number))
    )
    if not goes_on:
        if same_level:
            open_lists.pop()
        opened = _Open(level, tag, kind, number)
        home = open_lists[-1].node.children[-1].children if open_lists else into
        home.append(opened.node)
        open_lists.append(opened)
    open_lists[-1].number = number
    open_lists[-1].node.children.append(Node("li", {}, node.children))


def convert_lists(node):
    """The same tree with runs of Word's list paragraphs as ul and ol; a tree without them is left as it is."""
    children, open_lists = [], []
    for child in node.children:
        if isinstance(child, str):
            if child.strip(" \n\t\u00a0"):
                open_lists = []
            children.append(child)
            continue
        item = ITEM.search(child.attrs.get("style", ""))
        if item and HEADING.fullmatch(child.tag):
            _take_typed_mark(child)  # the number of a numbered heading: ours are computed
            item = None
        if item and child.tag in ("p", "div"):
            _add_item(child, int(item[2]), open_lists, children)
            continue
        open_lists = []
        is_quote = child.tag == "p" and re.search(r"Mso(Intense)?Quote", child.attrs.get("class", ""))
        children.append(Node("blockquote", {}, [child]) if is_quote else convert_lists(child))
    node.children = children
    return node
