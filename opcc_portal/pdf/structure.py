"""What WeasyPrint 70 leaves unsaid in a tagged PDF, said before the file is written.

Reading aids that no validator asks for and every screen reader uses:
- a table header names its direction (Scope); WeasyPrint only lists headers cell by cell;
- a paragraph, list or table that runs over a page end is one element again, and the table head repeated on the next
  page is decoration, not a second head;
- a link broken over two lines is one link, and what it is called is its text, not its address;
- a footnote is a Note and is read where it is called; a contents list is a TOC; lists say how they count;
- running headers and footers are pagination artifacts, so nobody hears them on every page.

`finish` gets the document between layout and writing. It needs to know which HTML element a tag came from, which
WeasyPrint forgets; so the tag builder is wrapped to note it down. The release is pinned; tests/pdf reads the tree back.
"""

from collections import defaultdict

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.pdf import tags

PRINT = 4  # annotation flag: print this too
_build_box_tree = tags._build_box_tree


def _remembering_its_box(box, parent, *rest):
    for element in _build_box_tree(box, parent, *rest):
        if not hasattr(element, "box"):
            element.box = box
        yield element


def remember_boxes():
    tags._build_box_tree = _remembering_its_box


def finish(document, pdf):
    tree = StructureTree(document, pdf)
    tree.name_links()
    tree.make_one_link_of_nested_ones(tree.document)
    tree.move_notes_to_their_calls()
    tree.put_nested_lists_into_their_items()
    tree.join_what_page_ends_cut()
    tree.join_what_line_ends_cut(tree.document)
    tree.follow_renamed_headers()
    tree.describe(tree.document)
    tree.make_the_rest_artifacts()
    tree.do_not_smooth_pictures()


class StructureTree:
    def __init__(self, document, pdf):
        self.laid_out, self.pdf = document, pdf
        root = self.at(pdf.catalog["StructTreeRoot"])
        self.document = self.at(root["K"][0])
        numbers = self.at(root["ParentTree"])["Nums"]
        pages = len(document.pages)
        self.numbers = numbers
        self.owners = numbers[1 : 2 * pages : 2]  # for each page: MCID -> element
        self.annotated = dict(zip(numbers[2 * pages :: 2], numbers[2 * pages + 1 :: 2], strict=True))
        self.places = defaultdict(list)  # element -> where it is named as owner
        for owners in (*self.owners, self.annotated):
            for place, owner in owners.items() if owners is self.annotated else enumerate(owners):
                self.places[owner].append((owners, place))
        self.renamed = {}  # header ID that went away -> the one that stays

    # Reaching things

    def at(self, reference):
        return self.pdf.objects[int(reference.partition(b" ")[0])]

    def kids(self, element):
        """The structure elements among the kids."""
        found = [self.at(kid) for kid in element.get("K", ()) if isinstance(kid, bytes)]
        return [kid for kid in found if kid.get("Type") == "/StructElem"]

    def walk(self, element):
        waiting = [element]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += reversed(self.kids(element))

    # Links

    def name_links(self):
        for page in self.laid_out.pages:
            for *_, box in page.links:
                annotation = getattr(box, "link_annotation", None)
                if annotation is None:
                    continue
                annotation["F"] = PRINT
                text = " ".join("".join(box.element.itertext()).split()) if box.element is not None else ""
                if text:
                    annotation["Contents"] = pydyf.String(text)

    def make_one_link_of_nested_ones(self, element):
        """In a contents list the dots and the page number come as links within the link, each with a box of its own."""
        for kid in self.kids(element):
            if kid["S"] == "/Link" and kid.box.link_annotation is not None:
                kept = pydyf.Array()
                for part in kid["K"]:
                    inner = self.at(part) if isinstance(part, bytes) else None
                    if inner is None or inner.get("S") != "/Link":
                        kept.append(part)
                    else:
                        kept += self.swallowed(kid, inner)
                kid["K"] = kept
            self.make_one_link_of_nested_ones(kid)

    def swallowed(self, outer, inner):
        """What is left of an inner link: its text. Dots are left out of the tree, and so become artifacts."""
        self.drop_annotation(outer.box.link_annotation, inner.box.link_annotation, self.at(inner["Pg"]))
        kids = pydyf.Array()
        for part in inner["K"]:
            element = self.at(part) if isinstance(part, bytes) else None
            if element is None:
                kids.append(part)
            elif element.get("S") == "/Link":
                kids += self.swallowed(outer, element)
        if inner.box.is_leader:
            return pydyf.Array()
        self.replace_owner(inner.reference, outer.reference)
        inner.clear()
        return kids

    def drop_annotation(self, kept, dropped, page):
        """One clickable area for both."""
        (a, b, c, d), (e, f, g, h) = kept["Rect"], dropped["Rect"]
        kept["Rect"] = pydyf.Array([min(a, c, e, g), min(b, d, f, h), max(a, c, e, g), max(b, d, f, h)])
        page["Annots"].remove(dropped.reference)
        self.places[self.annotated[dropped["StructParent"]]].remove((self.annotated, dropped["StructParent"]))
        del self.annotated[dropped["StructParent"]]
        dropped.clear()

    # Footnotes

    def move_notes_to_their_calls(self):
        calls, notes = {}, []
        for element in self.walk(self.document):
            for kid in self.kids(element):
                if _html_tag(kid).endswith("::footnote-call"):
                    calls[kid.box.element] = (element, kid)
                elif isinstance(getattr(element, "box", None), boxes.FootnoteAreaBox):
                    notes.append((element, kid))
        for number, (area, note) in enumerate(notes, start=1):
            note["S"] = "/Note"
            note["ID"] = pydyf.String(f"note-{number}")
            for part in self.walk(note):
                if _html_tag(part).endswith("::footnote-marker"):
                    part["S"] = "/Lbl"
            if note.box.element not in calls:
                continue
            parent, call = calls[note.box.element]
            call["S"] = "/Reference"
            area["K"].remove(note.reference)
            parent["K"].insert(parent["K"].index(call.reference) + 1, note.reference)
            note["P"] = parent.reference
            if not area["K"] and area is not self.document:
                self.at(area["P"])["K"].remove(area.reference)

    # Lists

    def put_nested_lists_into_their_items(self):
        """WeasyPrint hangs them beside their item, where nothing says to which item they belong."""
        for element in list(self.walk(self.document)):
            items = []
            for kid in self.kids(element):
                if kid["S"] == "/LI":
                    items.append(kid)
                elif kid["S"] == "/L" and hasattr(kid, "box"):
                    owner = next((item for item in reversed(items) if _is_child(kid.box.element, item)), None)
                    if owner is not None:
                        element["K"].remove(kid.reference)
                        owner["K"].append(kid.reference)
                        kid["P"] = owner.reference

    # Joining

    def join_what_page_ends_cut(self):
        parts, self.document["K"] = self.document["K"], pydyf.Array()
        previous_page = None
        for reference in parts:
            element = self.at(reference)
            last = self.at(self.document["K"][-1]) if self.document["K"] else None
            begins_a_page = element["Pg"] != previous_page
            previous_page = element["Pg"]
            if begins_a_page and last is not None and _same_origin(last, element):
                self.absorb(last, element)
            else:
                self.document["K"].append(reference)

    def join_what_line_ends_cut(self, element):
        kept = pydyf.Array()
        for kid in element.get("K", ()):
            part = self.at(kid) if isinstance(kid, bytes) else None
            last = self.at(kept[-1]) if kept and isinstance(kept[-1], bytes) else None
            if _is_inline(last) and _is_inline(part) and _same_origin(last, part):
                self.absorb(last, part)
            else:
                kept.append(kid)
        element["K"] = kept
        for kid in self.kids(element):
            self.join_what_line_ends_cut(kid)

    def absorb(self, first, second):
        """`second` goes on where `first` was cut: one element from now on."""
        page, kids = second["Pg"], second["K"]
        if first["S"] == "/Table":
            kids = self.without_repeated_head(first, kids)
        if first["S"] == "/TR":
            cells = {kid.box.element: kid for kid in self.kids(first)}
        else:
            cells = None
        for place, kid in enumerate(kids):
            part = self.at(kid) if isinstance(kid, bytes) else None
            last = first["K"][-1] if first["K"] and isinstance(first["K"][-1], bytes) else None
            if part is not None and hasattr(part, "box") and cells and part.box.element in cells:
                self.absorb(cells[part.box.element], part)
                continue
            if part is not None and place == 0 and last and _same_origin(self.at(last), part):
                self.absorb(self.at(last), part)
                continue
            if part is None and page != first["Pg"]:
                part = pydyf.Dictionary({"Type": "/MCR", "Pg": page, "MCID": kid})
                self.pdf.add_object(part)
                kid = part.reference
            elif part is not None and "P" in part:
                part["P"] = first.reference
            first["K"].append(kid)
        if "ID" in second and "ID" in first:
            self.renamed[second["ID"].string] = first["ID"]
        self.replace_owner(second.reference, first.reference)
        second.clear()

    def without_repeated_head(self, table, kids):
        """WeasyPrint draws thead again on each page; only the first is the head."""
        heads = {kid.box.element: kid for kid in self.kids(table) if getattr(kid.box, "is_header", False)}
        kept = pydyf.Array()
        for kid in kids:
            part = self.at(kid) if isinstance(kid, bytes) else None
            head = heads.get(part.box.element) if part is not None and hasattr(part, "box") else None
            if head is None:
                kept.append(kid)
                continue
            headers = {cell.box.element: cell["ID"] for cell in self.walk(head) if "ID" in cell}
            for cell in self.walk(part):
                if "ID" in cell and cell.box.element in headers:
                    self.renamed[cell["ID"].string] = headers[cell.box.element]
        return kept

    def replace_owner(self, old, new):
        for owners, place in self.places[old]:
            owners[place] = new
        self.places[new] += self.places.pop(old)

    def follow_renamed_headers(self):
        known = {element["ID"].string for element in self.walk(self.document) if "ID" in element}
        for element in self.walk(self.document):
            headers = element["A"].get("Headers") if element["S"] == "/TD" else None
            if headers is None:
                continue
            new = []
            for header in headers:
                header = self.renamed.get(header.string, header)
                if header.string in known and header.string not in [one.string for one in new]:
                    new.append(header)
            element["A"]["Headers"] = pydyf.Array(new)
            if not new:
                del element["A"]["Headers"]

    # Saying what things are

    def describe(self, element, *, in_contents=False):
        html = element.box.element if hasattr(element, "box") else None
        if html is not None:
            in_contents = in_contents or (html.tag == "nav" and "toc" in html.get("class", "").split())
            if html.get("lang") and html.tag != "html":
                element["Lang"] = pydyf.String(html.get("lang"))
        kind = element["S"]
        if kind == "/TH":
            element.setdefault("A", pydyf.Dictionary({"O": "/Table"}))
            element["A"]["Scope"] = "/Row" if (html.get("scope") or "").startswith("row") else "/Column"
        elif kind == "/L" and in_contents:
            element["S"] = "/TOC"
        elif kind == "/LI" and in_contents:
            element["S"] = "/TOCI"
        elif kind == "/LBody" and in_contents:
            element["S"] = "/Reference"
        elif in_contents and html is not None and html.get("class") == "n" and kind == "/Span":
            element["S"] = "/Lbl"
        elif kind == "/LI":
            self.give_a_body(element)
        elif kind == "/L":
            labels = any(part["S"] == "/Lbl" for item in self.kids(element) for part in self.kids(item))
            numbering = ("/Decimal" if html.tag == "ol" else "/Disc") if labels else "/None"
            element["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": numbering})
        for kid in self.kids(element):
            self.describe(kid, in_contents=in_contents)

    def give_a_body(self, item):
        """Everything in a list item but its label; WeasyPrint leaves paragraphs of the item outside."""
        loose = [kid for kid in self.kids(item) if kid["S"] not in ("/Lbl", "/LBody")]
        if not loose:
            return
        bodies = [kid for kid in self.kids(item) if kid["S"] == "/LBody"]
        labels = [kid.reference for kid in self.kids(item) if kid["S"] == "/Lbl"]
        body = pydyf.Dictionary({"Type": "/StructElem", "S": "/LBody", "P": item.reference, "Pg": item["Pg"]})
        self.pdf.add_object(body)
        body["K"] = pydyf.Array()
        for kid in self.kids(item):
            if kid in bodies:
                for part in self.kids(kid):
                    part["P"] = body.reference
                body["K"] += kid["K"]
            elif kid in loose:
                kid["P"] = body.reference
                body["K"].append(kid.reference)
        item["K"] = pydyf.Array([*labels, body.reference])

    def do_not_smooth_pictures(self):
        """PDF/A forbids asking the viewer to interpolate."""
        for thing in self.pdf.objects:
            if isinstance(thing, pydyf.Stream) and "Interpolate" in thing.extra:
                thing.extra["Interpolate"] = "false"

    # Everything else

    def make_the_rest_artifacts(self):
        """Content whose element is not in the tree: running matter and repeated table heads."""
        in_tree = {element.reference for element in self.walk(self.document)}
        for page, owners in zip(self.laid_out_pages(), self.owners, strict=True):
            orphans = {mcid for mcid, owner in enumerate(owners) if owner not in in_tree}
            if not orphans:
                continue
            content = self.at(page["Contents"]).stream
            for place, operand in enumerate(content):
                if isinstance(operand, pydyf.Dictionary) and operand.get("MCID") in orphans:
                    content[place - 1] = "/Artifact"
                    content[place] = pydyf.Dictionary({"Type": "/Pagination"})
            for mcid in orphans:
                owners[mcid] = "null"
        self.numbers[2 * len(self.owners) :] = [entry for pair in self.annotated.items() for entry in pair]
        # Emptied, not freed: pydyf miscounts in its object stream when an object is missing, and half the readers fail.
        for thing in self.pdf.objects:
            if isinstance(thing, pydyf.Dictionary) and thing.get("Type") == "/StructElem":
                if thing.reference not in in_tree:
                    thing.clear()

    def laid_out_pages(self):
        return [self.at(reference) for reference in self.pdf.page_references]


def _html_tag(element):
    """Tag of the HTML element or pseudo-element behind a structure element; empty where there is none."""
    return getattr(getattr(element, "box", None), "element_tag", None) or ""


def _same_origin(one, other):
    return (
        hasattr(one, "box")
        and hasattr(other, "box")
        and one.box.element is not None
        and one.box.element is other.box.element
        and one.box.element_tag == other.box.element_tag
        and one["S"] == other["S"]
    )


def _is_child(html, item):
    return hasattr(item, "box") and item.box.element is not None and any(child is html for child in item.box.element)


def _is_inline(element):
    return element is not None and hasattr(element, "box") and isinstance(element.box, boxes.InlineBox)
