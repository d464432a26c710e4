"""A small tree of elements, read from HTML that nh3 has already made well formed.

nh3 parses as a browser does (html5ever), so mis-nested and half-open markup is settled before it comes here.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from opcc_portal.richtext.rules import MAX_DEPTH

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
# HTML closes these by itself: they cannot nest without one of the others between them.
SELF_CLOSING = frozenset(["p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "dt", "dd", "caption"])
RAW_TEXT = frozenset(["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"])

# One tag, with quotes honoured only after "=", as browsers do. Possessive, so that it never goes back over the text.
TAG = re.compile(r"""<(/?)([a-zA-Z][^\s/>]*+)(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+'|))*+>""")


class TooDeep(Exception):
    """Elements stand inside elements beyond MAX_DEPTH."""


@dataclass
class Node:
    """An element with its attributes and what stands in it: elements and strings."""

    tag: str
    attrs: dict = field(default_factory=dict)
    children: list = field(default_factory=list)

    def text(self):
        """All the text in it."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


def check_depth(html):
    """Raise TooDeep before any parser builds a tree.

    One pass over the text: cleaning 50,000 nested lists takes nh3 23 seconds, seeing that they are there a moment.
    What this counts wrongly (a browser's repairs are not imitated) is caught exactly in `parse`.
    """
    depth = 0
    at = html.find("<")
    while at != -1:
        if html.startswith("<!--", at):
            end = html.find("-->", at + 2)
            if end == -1:
                return
            at = html.find("<", end + 3)
            continue
        tag = TAG.match(html, at)
        if tag is None:
            if re.match(r"</?[a-zA-Z]", html[at : at + 3]):
                return  # a tag that never ends: parsers drop the rest
            at = html.find("<", at + 1)
            continue
        closing, name = tag[1], tag[2].lower()
        at = tag.end()
        if name in RAW_TEXT and not closing:
            end = re.compile(f"</{name}", re.IGNORECASE).search(html, at)
            at = end.start() if end else len(html)
        elif name not in VOID and name not in SELF_CLOSING:
            depth = max(0, depth - 1) if closing else depth + 1
            if depth > MAX_DEPTH:
                raise TooDeep
        at = html.find("<", at)


class _Builder(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Node("root")
        self.stack = [self.root]

    def handle_starttag(self, tag, attrs):
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].children.append(node)
        if tag not in VOID:
            self.stack.append(node)
            if len(self.stack) > MAX_DEPTH + 1:
                raise TooDeep

    def handle_endtag(self, tag):
        for at in range(len(self.stack) - 1, 0, -1):
            if self.stack[at].tag == tag:
                del self.stack[at:]
                return

    def handle_data(self, data):
        self.stack[-1].children.append(data)


def parse(html):
    """The tree of well-formed HTML; raises TooDeep."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root
