"""Read PDFs back, as people and screen readers do."""

import io
import re
from functools import cache

import pdfplumber
import pikepdf
from pikepdf import Array, Dictionary, Name


@cache
def pages(pdf):
    """The text of each page."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return [page.extract_text() for page in document.pages]


def text(pdf):
    return squeeze(" ".join(pages(pdf)))


def squeeze(words):
    return re.sub(r"\s+", " ", words).strip()


def bookmarks(pdf):
    """[(level, title)]"""
    found = []

    def collect(items, level):
        for item in items:
            found.append((level, squeeze(item.title)))
            collect(item.children, level + 1)

    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_outline() as outline:
        collect(outline.root, 1)
    return found


class Tree:
    """The structure tree with the text of each element, as assistive technology sees it."""

    def __init__(self, pdf):
        self.document = pikepdf.open(io.BytesIO(pdf))
        self.root = self.document.Root.StructTreeRoot.K[0]
        self.marked = self._marked_text(pdf)

    def elements(self, kind, within=None):
        return [
            element
            for element in self.descendants(self.root if within is None else within)
            if element.get(Name.S) == Name("/" + kind)
        ]

    def kids(self, element):
        kids = element.get(Name.K, [])
        return list(kids) if isinstance(kids, Array) else [kids]

    def words(self, element):
        return squeeze("".join(self._text(element)))

    def reading_order(self):
        return self.words(self.root)

    def descendants(self, element):
        yield element
        for kid in self.kids(element):
            if isinstance(kid, Dictionary) and Name.S in kid:
                yield from self.descendants(kid)

    def _text(self, element):
        for kid in self.kids(element):
            if not isinstance(kid, Dictionary):
                yield self.marked.get((self._number(element.Pg), int(kid)), "")
            elif Name.S in kid:
                yield from self._text(kid)
                if kid.S in (Name.P, Name.LI, Name.H1, Name.H2, Name.H3, Name.TH, Name.TD, Name.Lbl, Name.Caption):
                    yield " "
            elif kid.get(Name.Type) == Name.MCR:
                yield self.marked.get((self._number(kid.Pg), int(kid.MCID)), "")

    def _number(self, page):
        return next(n for n, one in enumerate(self.document.pages) if one.obj.objgen == page.objgen)

    @staticmethod
    def _marked_text(pdf):
        marked = {}
        with pdfplumber.open(io.BytesIO(pdf)) as document:
            for number, page in enumerate(document.pages):
                line = None
                for letter in page.chars:
                    if letter.get("mcid") is not None:
                        key = (number, letter["mcid"])
                        # Readers take a new line for a space, as the file holds none at the end of a line.
                        between = " " if line is not None and abs(letter["bottom"] - line) > 3 else ""
                        marked[key] = marked.get(key, "") + between + letter["text"]
                        line = letter["bottom"]
        return marked
