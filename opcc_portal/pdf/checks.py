"""Look at the structure of a finished PDF. Used before every publication, and alone where veraPDF is missing.

This proves less than veraPDF does: it finds what usually goes wrong when a template changes.
"""

import io
import re
from itertools import pairwise

import pikepdf
from pikepdf import Array, Dictionary, Name

PRINT = 4


def problems(pdf):
    """What is wrong with this PDF, as sentences. An empty list is good."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return list(_problems(document))
    except pikepdf.PdfError as error:
        return [f"It cannot be opened as a PDF: {error}"]


def _problems(document):
    root = document.Root
    if not root.get(Name.MarkInfo, {}).get(Name.Marked, False):
        yield "It is not marked as tagged."
    if not str(root.get(Name.Lang, "")):
        yield "It does not say its language."
    if not str(document.docinfo.get(Name.Title, "")).strip():
        yield "It has no title."
    if not root.get(Name.ViewerPreferences, {}).get(Name.DisplayDocTitle, False):
        yield "Viewers would show the file name, not the title."
    metadata = bytes(root[Name.Metadata].read_bytes()) if Name.Metadata in root else b""
    if not re.search(rb"pdfuaid:part(>|=\")1", metadata):
        yield "Its metadata does not claim PDF/UA-1."
    says_archive = re.search(rb"pdfaid:part(>|=\")3", metadata) and re.search(rb"pdfaid:conformance(>|=\")A", metadata)
    of_parts = is_of_parts(document)  # papers of others, which may be accessible without being made for an archive
    if not says_archive and not of_parts:
        yield "Its metadata does not claim PDF/A-3a."
    if Name.OutputIntents not in root and not of_parts:
        yield "It does not say which colours it means (no output intent)."
    if Name.Outlines not in root:
        yield "It has no bookmarks."
    yield from _scripts_and_files(document)
    yield from _annotations(document)
    yield from _fonts(document)
    if Name.StructTreeRoot in root:
        yield from _structure(root[Name.StructTreeRoot], of_parts)
    else:
        yield "It has no structure tree."


def _scripts_and_files(document):
    names = document.Root.get(Name.Names, {})
    if Name.OpenAction in document.Root or Name.AA in document.Root:
        yield "Something happens when it is opened."
    actions = [thing.get(Name.A) for page in document.pages for thing in page.get(Name.Annots, [])]
    actions += [thing for thing in document.objects if isinstance(thing, Dictionary)]
    if Name.JavaScript in names or any(
        isinstance(action, Dictionary) and action.get(Name.S) in (Name.JavaScript, Name.Launch) for action in actions
    ):
        yield "It holds a script or starts a program."
    if Name.EmbeddedFiles in names:
        yield "Another file is embedded in it."


def _annotations(document):
    for number, page in enumerate(document.pages, start=1):
        for annotation in page.get(Name.Annots, []):
            if not int(annotation.get(Name.F, 0)) & PRINT:
                yield f"A link on page {number} is not printed."
            if not str(annotation.get(Name.Contents, "")).strip():
                yield f"A link on page {number} has no description."
            if Name.StructParent not in annotation:
                yield f"A link on page {number} is not in the structure."
            address = str(annotation.get(Name.A, {}).get(Name.URI, ""))
            if address and not address.lower().startswith(("http://", "https://", "mailto:")):
                yield f"A link on page {number} goes to {address[:80]}."
        if page.get(Name.Tabs) != Name.S:
            yield f"The tab key does not follow the text on page {number}."


def _fonts(document):
    for thing in document.objects:
        if isinstance(thing, Dictionary) and thing.get(Name.Type) == Name.FontDescriptor:
            if not any(name in thing for name in (Name.FontFile, Name.FontFile2, Name.FontFile3)):
                yield f"The font {thing.get(Name.FontName)} is not embedded."


def is_of_parts(document):
    """Whether it was merged from several documents (merge.py): each is a part with its title, headings begin anew."""
    top = document.Root.get(Name.StructTreeRoot, Dictionary()).get(Name.K)
    top = top[0] if isinstance(top, Array) and len(top) else top
    parts = top.get(Name.K, []) if isinstance(top, Dictionary) else []
    parts = list(parts) if isinstance(parts, Array) else [parts]
    return bool(parts) and all(
        isinstance(part, Dictionary) and part.get(Name.S) == Name.Part and Name.T in part for part in parts
    )


def _structure(tree, of_parts):
    kinds = []
    for element in _walk(tree):
        kind = str(element.get(Name.S))
        kinds.append(kind)
        if kind == "/TH" and not _attribute(element, Name.Scope):
            yield "A table header does not say which cells it heads."
        if kind == "/Figure" and not str(element.get(Name.Alt, "")).strip():
            yield "A picture has no text in its place."
        if kind == "/Note" and Name.ID not in element:
            yield "A footnote has no ID."
    headings = [int(kind[2:]) for kind in kinds if re.fullmatch(r"/H[1-6]", kind)]
    if headings.count(1) != 1 and not of_parts:
        yield f"It has {headings.count(1)} headings of the first level; it should have one."
    for above, below in pairwise(headings):
        if below > above + 1:
            yield f"A heading of level {below} follows one of level {above}."


def _walk(tree):
    """Every structure element, in reading order, without recursion."""
    waiting = [tree]
    while waiting:
        element = waiting.pop()
        if Name.S in element:
            yield element
        kids = element.get(Name.K, [])
        kids = list(kids) if isinstance(kids, Array) else [kids]
        waiting += [kid for kid in reversed(kids) if isinstance(kid, Dictionary) and (Name.S in kid)]


def _attribute(element, name):
    attributes = element.get(Name.A, [])
    attributes = list(attributes) if isinstance(attributes, Array) else [attributes]
    return next((entry[name] for entry in attributes if isinstance(entry, Dictionary) and name in entry), None)
