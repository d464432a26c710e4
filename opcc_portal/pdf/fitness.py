"""Would a PDF that somebody gave us keep a pack accessible? Runs in the limited child only (merge_child.py).

Looks for what PDF/UA-1 asks of pages, tags, fonts and links, as far as a machine without veraPDF can see it. What it finds
is told to the editor; the finished pack is held against veraPDF as well, where that is installed.
"""

import pikepdf
from pikepdf import Array, Dictionary, Name

from opcc_portal.pdf.failure import RenderFailed
from opcc_portal.pdf.joining import Unusable, is_tagged, open_part
from opcc_portal.pdf.tagtree import STANDARD, Types, attribute, elements, is_element, number_tree

MOST_PROBLEMS = 5
FIRST_HEADING = "Its first heading is not of the first level."
# Who may stand in whom, ISO 32000-1, 14.8.4.3.
PARENTS = {
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
    "THead": {"Table"},
    "TBody": {"Table"},
    "TFoot": {"Table"},
    "LI": {"L"},
    "Lbl": None,
    "LBody": {"LI"},
    "TOCI": {"TOC"},
}
KIDS = {
    "Table": {"TR", "THead", "TBody", "TFoot", "Caption"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
    "L": {"L", "LI", "Caption"},
    "LI": {"Lbl", "LBody"},
    "TOC": {"TOC", "TOCI", "Caption"},
}
PAINTING = frozenset("f F f* B B* b b* S s Tj TJ ' \" sh EI".split())
SIMPLE_ENCODINGS = {Name.WinAnsiEncoding, Name.MacRomanEncoding, Name.StandardEncoding}


def look(path, *, most_pages):
    """How the PDF would fare, as data: pages, why it cannot be merged at all, why it would not be accessible."""
    try:
        pdf = open_part(path)
    except Unusable as problem:
        return {"pages": 0, "broken": str(problem), "problems": []}
    pages = len(pdf.pages)
    if pages > most_pages:
        return {"pages": pages, "broken": f"It has {pages:,} pages, too many for a pack.", "problems": []}
    try:
        found = list(dict.fromkeys(_first(problems_of(pdf))))
    except (RecursionError, ValueError, TypeError, KeyError, AttributeError, IndexError, pikepdf.PdfError):
        found = ["Its inside is damaged."]
    except RenderFailed as failure:
        found = [failure.message]
    return {"pages": pages, "broken": "", "problems": found}


def _first(problems):
    for number, problem in enumerate(problems):
        if number == MOST_PROBLEMS:
            return
        yield problem


def problems_of(pdf):
    """What PDF/UA-1 would say against it, as sentences."""
    marked = pdf.Root.get(Name.MarkInfo, Dictionary())
    if not is_tagged(pdf) or not marked.get(Name.Marked, False):
        yield "It has no tags."
        return
    if marked.get(Name.Suspects, False):
        yield "Its tags are marked as doubtful."
    if not str(pdf.Root.get(Name.Lang, "")).strip():
        yield "It does not say its language."
    tree = pdf.Root.StructTreeRoot
    numbers = number_tree(tree.get(Name.ParentTree))
    types = Types(tree)
    yield from _structure(tree, types)
    yield from _fonts(pdf)
    for number, page in enumerate(pdf.pages, start=1):
        yield from _links(page, number, numbers, types)
        if problem := Content(page, numbers).problem():
            yield f"Page {number}: {problem}"


def _structure(tree, types):
    if types.changes_a_standard_type:
        yield "It gives standard tags another meaning."
    level, notes = 0, set()
    for element, parent, below in elements(tree):
        kind = types.of(element)
        above = types.of(parent) if parent is not None else ""
        inside = {types.of(kid) for kid in below}
        if kind not in STANDARD or Name.NS in element:
            yield f"It has tags of a kind that this portal does not know ({kind[:30]})."
        if PARENTS.get(kind) and above not in PARENTS[kind]:
            yield f"A tag {kind} stands in the wrong place."
        if kind in KIDS and not inside <= KIDS[kind]:
            yield f"A tag {kind} holds what it may not hold."
        if kind[:1] == "H" and kind[1:].isdigit():
            if int(kind[1:]) > level + 1:
                yield f"A heading of level {kind[1:]} follows one of level {level}." if level else FIRST_HEADING
            level = int(kind[1:])
        if kind == "H":
            yield "It has headings without a level."
        if kind in ("Figure", "Formula") and not _has_words(element):
            yield "A picture has no text in its place."
        if kind == "TH" and attribute(element, Name.Scope) is None:
            yield "A table header does not say which cells it heads."
        if kind == "Note":
            name = bytes(element.get(Name.ID, b""))
            if not name or name in notes:
                yield "A note has no name of its own."
            notes.add(name)


def _has_words(element):
    return any(str(element.get(key, "")).strip() for key in (Name.Alt, Name.ActualText))


def _fonts(pdf):
    for thing in pdf.objects:
        if not isinstance(thing, Dictionary):
            continue
        if thing.get(Name.Type) == Name.FontDescriptor:
            if not any(key in thing for key in (Name.FontFile, Name.FontFile2, Name.FontFile3)):
                yield f"The font {str(thing.get(Name.FontName, '/?'))[1:60]} is not embedded."
        elif thing.get(Name.Type) == Name.Font:
            kind, name = thing.get(Name.Subtype), str(thing.get(Name.BaseFont, "/?"))[1:60]
            if kind in (Name.Type1, Name.TrueType, Name.MMType1):
                if Name.FontDescriptor not in thing:
                    yield f"The font {name} is not embedded."
                encoding = thing.get(Name.Encoding)
                if Name.ToUnicode not in thing and not (
                    isinstance(encoding, Dictionary) or encoding in SIMPLE_ENCODINGS
                ):
                    yield f"The letters of the font {name} cannot be read aloud."
            elif kind in (Name.Type0, Name.Type3) and Name.ToUnicode not in thing:
                yield f"The letters of the font {name} cannot be read aloud."


def _links(page, number, numbers, types):
    for annotation in page.obj.get(Name.Annots, []):
        if not isinstance(annotation, Dictionary):
            continue
        if annotation.get(Name.Subtype) != Name.Link:
            yield f"Page {number} has notes or fields."
            continue
        if not str(annotation.get(Name.Contents, "")).strip():
            yield f"A link on page {number} has no description."
        owner = numbers.get(int(annotation.get(Name.StructParent, -1)))
        if not is_element(owner) or types.of(owner) != "Link":
            yield f"A link on page {number} is not in the structure."


class Content:
    """Is everything painted on a page either in the structure or marked as decoration?"""

    def __init__(self, page, numbers):
        self.page = page
        owners = numbers.get(int(page.obj.get(Name.StructParents, -1)))
        self.owners = list(owners) if isinstance(owners, Array) else []
        self.seen = set()

    def problem(self):
        """The first thing that is wrong, or nothing."""
        try:
            return self._read(self.page.obj, self.page.obj.get(Name.Resources, Dictionary()), [])
        except pikepdf.PdfParsingError:
            return "its content is damaged."

    def _read(self, holder, resources, marks):
        """`marks` are the kinds of mark that the content stands in: "artifact", "tagged" or ""."""
        marks, depth, held = list(marks), 0, len(marks)
        for operands, operator in pikepdf.parse_content_stream(holder):
            operator = str(operator)
            if operator in ("BDC", "BMC"):
                mark = self._mark(operands, resources)
                if mark is None:
                    return "a tag leads nowhere."
                if {mark, "".join(marks[-1:])} == {"artifact", "tagged"} or (mark == "artifact" and "tagged" in marks):
                    return "decoration and text are mixed in its tags."
                marks.append(mark)
            elif operator == "EMC":
                if len(marks) == held:
                    return "its tags are not closed."
                marks.pop()
            elif operator == "q":
                depth += 1
            elif operator == "Q":
                depth -= 1
                if depth < 0:
                    return "its drawing is not closed."
            elif operator == "Do":
                if problem := self._thing(operands[0], resources, marks):
                    return problem
            elif operator in PAINTING or operator == "INLINE IMAGE":
                if not any(marks):
                    return "something on it is neither tagged nor marked as decoration."
        if depth or len(marks) != held:
            return "its drawing or its tags are not closed."
        return ""

    def _mark(self, operands, resources):
        if str(operands[0]) == "/Artifact":
            return "artifact"
        held = operands[1] if len(operands) > 1 else None
        if isinstance(held, Name):
            held = resources.get(Name.Properties, Dictionary()).get(str(held))
        if not isinstance(held, Dictionary) or Name.MCID not in held:
            return ""
        number = int(held.MCID)
        leads = 0 <= number < len(self.owners) and is_element(self.owners[number])
        return "tagged" if leads else None

    def _thing(self, name, resources, marks):
        thing = resources.get(Name.XObject, Dictionary()).get(str(name))
        if not isinstance(thing, pikepdf.Stream):
            return ""
        if thing.get(Name.Subtype) != Name.Form:
            return "" if any(marks) else "a picture on it is neither tagged nor marked as decoration."
        key = (thing.objgen, any(marks))
        if any(marks) or key in self.seen or len(self.seen) > 1000:
            return ""
        self.seen.add(key)
        if Name.StructParents in thing:
            return "a drawing on it has tags of its own."
        return self._read(thing, thing.get(Name.Resources, resources), marks)
