"""The merging itself. Runs in the limited child only (merge_child.py): parts may come from strangers.

Putting pages together keeps pages only. A tagged file is more: a tree of elements that points at marks on pages and at
annotations, a tree of numbers that leads back, IDs that table cells name, names that links lead to, bookmarks. Each of
these is made unique for its part, brought along, and joined.
"""

import re
from datetime import datetime
from itertools import pairwise

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from opcc_portal.pdf.failure import RenderFailed
from opcc_portal.pdf.stamp import Stamp
from opcc_portal.pdf.tagtree import Types, attributes, elements, is_element, kids, name_tree, number_tree
from opcc_portal.pdf.xmp import metadata_packet

MOST_BOOKMARKS = 5_000
CHUNK = 200  # entries in a leaf of the number tree
HIDDEN = "It has layers or forms, which would not look the same in a pack."


def open_part(path):
    """The PDF, or why it cannot be merged: raises Unusable."""
    try:
        pdf = pikepdf.open(path)
        pages = len(pdf.pages)
    except pikepdf.PasswordError:
        raise Unusable("It is protected with a password.") from None
    except (pikepdf.PdfError, ValueError, TypeError, RecursionError):
        raise Unusable("It cannot be opened as a PDF.") from None
    if pdf.is_encrypted:
        raise Unusable("It is protected (encrypted).")
    if not pages:
        raise Unusable("It has no pages.")
    if any(key in pdf.Root for key in (Name.OCProperties, Name.AcroForm)):
        raise Unusable(HIDDEN)
    return pdf


def can_be_opened(path):
    """(pages, "") or (0, why it cannot be merged)."""
    try:
        with open_part(path) as pdf:
            return len(pdf.pages), ""
    except Unusable as problem:
        return 0, str(problem)


class Unusable(Exception):
    """A PDF that cannot be a part, with the reason as a sentence."""


def join(order, target):
    """Merge the parts of the order into the file `target`; the answer as data. Raises RenderFailed."""
    whole = Whole(order)
    for part in order["parts"]:
        try:
            whole.add(part)
        except Unusable as problem:
            raise RenderFailed(
                f"“{part['title']}” cannot be put into the pack. {problem} Nothing you wrote is lost. Save it as a new PDF "
                "and put it in again.",
                reason="unusable",
            ) from None
        if len(whole.out.pages) > order["most_pages"]:
            raise RenderFailed(
                f"These papers have more than {order['most_pages']:,} pages together, too many for one PDF. Nothing you "
                "wrote is lost. Take the longest out of the pack.",
                reason="pack-too-large",
            )
    whole.finish()
    whole.out.save(
        target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, min_version="1.7"
    )
    return {"pages": len(whole.out.pages), "part_pages": whole.part_pages}


class Whole:
    """The PDF in the making."""

    def __init__(self, order):
        self.order = order
        self.out = Pdf.new()
        self.document = self.out.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, K=Array([])))
        self.parents = []  # in place of a number tree: the value at each number
        self.ids = []  # (ID, element)
        self.bookmarks = []  # (level, title, destination, is it an item)
        self.items = set()  # bookmarks that hold papers
        self.trail = ()
        self.part_pages = []
        self.sources = []  # they must stay open until the whole is saved
        self.archival, self.profiles = True, set()

    # One part

    def add(self, part):
        """Bring a part along: pages, structure, links, bookmarks."""
        source = open_part(part["path"])
        self.sources.append(source)
        start = len(self.out.pages)
        strip(source)
        places = {page.objgen: number for number, page in enumerate(source.pages)}
        names = Destinations(source, places)
        links = names.take_from_links()
        outline = bookmarks_of(source, names)
        tagged = is_tagged(source)
        carrier = self.make_ready(source) if tagged else None
        self.out.pages.extend(source.pages)
        for page_number, annotation_number, target in links:
            annotation = self.out.pages[start + page_number].obj.Annots[annotation_number]
            annotation[Name.Dest] = self.destination(start, target)
        if tagged:
            self.hang_in(self.out.copy_foreign(carrier), part["title"], str(source.Root.get(Name.Lang, "")))
        else:
            self.make_decoration(start)
        self.mark(part, start, outline)
        self.part_pages.append(len(source.pages))
        self.note_standards(source, tagged)

    def make_ready(self, source):
        """Make everything in the part's structure unique, and gather what is to be copied under one object."""
        tree = source.Root.StructTreeRoot
        prefix = b"%d-" % len(self.part_pages)
        types, classes = Types(tree), tree.get(Name.ClassMap, Dictionary())
        with_id, tops = Array([]), Array([])
        for element, parent, _ in elements(tree):
            element[Name.S] = Name("/" + types.of(element))
            if Name.C in element:
                take_in_classes(source, element, classes)
            for entry in attributes(element):
                if Name.Headers in entry:
                    entry[Name.Headers] = Array([String(prefix + bytes(one)) for one in kids(entry, Name.Headers)])
            if Name.ID in element:
                element[Name.ID] = String(prefix + bytes(element.ID))
                with_id.append(element)
            if parent is None:
                tops.append(element if element.is_indirect else source.make_indirect(element))
        numbers = number_tree(tree.get(Name.ParentTree))
        renumbered = {number: len(self.parents) + place for place, number in enumerate(sorted(numbers))}
        for thing in source.objects:
            if isinstance(thing, (Dictionary, pikepdf.Stream)):
                for key in (Name.StructParents, Name.StructParent):
                    if key in thing:
                        renumber(thing, key, renumbered)
        carrier = source.make_indirect(Dictionary(K=tops, I=with_id))
        carrier.V = Array([numbers[number] for number in sorted(numbers)])
        for top in tops:
            top[Name.P] = carrier
        for key in (Name.K, Name.ParentTree, Name.IDTree, Name.RoleMap, Name.ClassMap):
            if key in tree:
                del tree[key]
        return carrier

    def hang_in(self, carrier, title, language):
        """A Part of the whole for what was a document of its own."""
        tops = list(carrier.K)
        if len(tops) == 1 and tops[0].get(Name.S) == Name.Document:
            part = tops[0]
            part.S = Name.Part
        else:
            part = self.out.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Part, K=Array(tops)))
            for top in tops:
                top[Name.P] = part
        part[Name.P] = self.document
        part[Name.T] = String(title)
        if language and Name.Lang not in part:
            part[Name.Lang] = String(language)
        self.document.K.append(part)
        self.parents += list(carrier.V)
        self.ids += [(bytes(element.ID), element) for element in carrier.I]

    def make_decoration(self, start):
        """Pages without tags say nothing to a screen reader; marked as such, they do not pretend to."""
        for page in self.out.pages[start:]:
            page.contents_add(b"/Artifact BMC q", prepend=True)
            page.contents_add(b"Q EMC")

    def mark(self, part, start, outline):
        """The part's bookmark, below those that it shares with the part before, above its own ones."""
        under = tuple(part["under"])
        here = self.destination(start, (0, [Name.Fit]))
        shared = 0
        while shared < min(len(under), len(self.trail)) and under[shared] == self.trail[shared]:
            shared += 1
        for level in range(shared, len(under)):
            self.bookmarks.append((level, under[level], here, True))
        self.trail = under
        self.bookmarks.append((len(under), part["title"], here, False))
        for level, title, target in outline:
            self.bookmarks.append((len(under) + 1 + level, title, self.destination(start, target), False))

    def destination(self, start, target):
        number, view = target
        return Array([self.out.pages[start + number].obj, *view])

    def note_standards(self, source, tagged):
        """The whole is PDF/A-3a while every part says so and all mean the same colours."""
        root = source.Root
        claims = bytes(root.Metadata.read_bytes()) if isinstance(root.get(Name.Metadata), pikepdf.Stream) else b""
        says_part = re.search(rb"pdfaid:part(>|=[\"'])3", claims)
        says_level = re.search(rb"pdfaid:conformance(>|=[\"'])A", claims)
        intents = [one for one in kids(root, Name.OutputIntents) if isinstance(one, Dictionary)]
        profile = next((one.DestOutputProfile for one in intents if Name.DestOutputProfile in one), None)
        if not (tagged and says_part and says_level and profile is not None):
            self.archival = False
            return
        self.profiles.add(bytes(profile.read_bytes()))
        if Name.OutputIntents not in self.out.Root:
            array = root.OutputIntents
            self.out.Root.OutputIntents = self.out.copy_foreign(
                array if array.is_indirect else source.make_indirect(array)
            )

    # The end

    def finish(self):
        """Everything that belongs to the whole: trees, numbers of pages, bookmarks, what it says about itself."""
        out, order = self.out, self.order
        self.archival = self.archival and len(self.profiles) == 1
        tree = out.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array([self.document])))
        tree.ParentTree = self.joined_numbers()
        tree.ParentTreeNextKey = len(self.parents)
        if self.ids:
            by_name = sorted(self.ids, key=lambda pair: pair[0])
            flat = [thing for name, element in by_name for thing in (String(name), element)]
            tree.IDTree = out.make_indirect(Dictionary(Names=Array(flat)))
        self.document[Name.P] = tree
        self.document[Name.Lang] = String(order["language"])
        root = out.Root
        root.StructTreeRoot = tree
        root.MarkInfo = Dictionary(Marked=True)
        root.Lang = String(order["language"])
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D, St=1)]))
        stamp = Stamp(out, order["font"])
        for number, page in enumerate(out.pages, start=1):
            page.obj[Name.Tabs] = Name.S
            stamp.put(page, f"Pack page {number} of {len(out.pages)}", order["foot"])
        self.write_bookmarks()
        self.say_what_it_is()

    def joined_numbers(self):
        leaves = []
        for start in range(0, len(self.parents), CHUNK):
            values = self.parents[start : start + CHUNK]
            flat = [thing for number, value in enumerate(values, start=start) for thing in (number, value)]
            leaf = Dictionary(Nums=Array(flat), Limits=Array([start, start + len(values) - 1]))
            leaves.append(self.out.make_indirect(leaf))
        return self.out.make_indirect(Dictionary(Kids=Array(leaves)) if leaves else Dictionary(Nums=Array([])))

    def write_bookmarks(self):
        """The tree of bookmarks. Items are open, what a paper has of its own is closed."""
        top = self.out.make_indirect(Dictionary(Type=Name.Outlines))
        trail, below = [(-1, top)], {top.objgen: []}
        for level, title, destination, is_item in self.bookmarks:
            while trail[-1][0] >= level:
                trail.pop()
            parent = trail[-1][1]
            entry = self.out.make_indirect(Dictionary(Title=String(title), Dest=destination, Parent=parent))
            below[parent.objgen].append(entry)
            below[entry.objgen] = []
            if is_item:
                self.items.add(entry.objgen)
            trail.append((level, entry))
        waiting = [(top, 0)]
        while waiting:
            holder, depth = waiting.pop()
            entries = below[holder.objgen]
            if not entries:
                continue
            holder.First, holder.Last = entries[0], entries[-1]
            for before, after in pairwise(entries):
                before.Next, after.Prev = after, before
            if depth == 0:
                holder.Count = len(entries) + sum(len(below[entry.objgen]) for entry in entries if self.is_open(entry))
            else:
                holder.Count = len(entries) if self.is_open(holder) else -len(entries)
            waiting += [(entry, depth + 1) for entry in entries]
        self.out.Root.Outlines = top

    def is_open(self, entry):
        """Whether it is an item with papers below it, rather than a paper."""
        return entry.objgen in self.items

    def say_what_it_is(self):
        order = self.order
        said = {key: order[key] for key in ("title", "author", "subject", "language")}
        when = datetime.fromisoformat(order["when"]) if order["when"] else None
        packet = metadata_packet(**said, when=when, archival=self.archival)
        stream = self.out.make_stream(packet, Type=Name.Metadata, Subtype=Name.XML)
        self.out.Root.Metadata = stream
        info = self.out.docinfo
        info[Name.Title] = order["title"]
        for key, name in (("author", Name.Author), ("subject", Name.Subject)):
            if order[key]:
                info[name] = order[key]
        info[Name.Creator] = "OPCC portal"
        if when:
            info[Name.CreationDate] = info[Name.ModDate] = f"{when:D:%Y%m%d%H%M%S}Z"


# A part as it comes


def strip(source):
    """Take off pages what a pack does not carry: actions, threads, private data; and what is not a link."""
    for page in source.pages:
        for key in (Name.AA, Name.PieceInfo, Name.B, Name.AF):
            if key in page.obj:
                del page.obj[key]
        held = page.obj.get(Name.Annots)
        if held is None:
            continue
        kept = []
        for one in held if isinstance(held, Array) else []:
            if isinstance(one, Dictionary) and one.get(Name.Subtype) == Name.Link:
                kept.append(one if one.is_indirect else source.make_indirect(one))
        page.obj[Name.Annots] = Array(kept)


def is_tagged(source):
    """Whether it has a structure that can be read."""
    tree = source.Root.get(Name.StructTreeRoot)
    return isinstance(tree, Dictionary) and any(is_element(top) for top in kids(tree)) and Name.ParentTree in tree


def renumber(thing, key, renumbered):
    """Give it its number in the whole; one that leads nowhere goes."""
    try:
        thing[key] = renumbered[int(thing[key])]
    except (KeyError, TypeError, ValueError):
        del thing[key]


def take_in_classes(source, element, classes):
    """What the element has through classes becomes its own: class names are not unique beyond their file."""
    own = list(kids(element, Name.A))
    shared = []
    for name in kids(element, Name.C):
        if isinstance(name, Name) and str(name) in classes:
            shared += [source.make_indirect(Dictionary(dict(entry.items()))) for entry in kids(classes, str(name))]
    del element[Name.C]
    if shared or own:
        element[Name.A] = Array([*shared, *own])


class Destinations:
    """Where the links of one part lead: (number of the page in it, how it is shown)."""

    def __init__(self, source, places):
        self.source, self.places = source, places
        names = source.Root.get(Name.Names)
        self.named = name_tree(names.get(Name.Dests)) if isinstance(names, Dictionary) else {}
        old = source.Root.get(Name.Dests)
        if isinstance(old, Dictionary):
            self.named |= {str(name)[1:].encode(): old[name] for name in old}

    def of(self, held):
        """The target behind a destination or an action GoTo, or None."""
        for _ in range(5):
            if isinstance(held, Dictionary):
                held = held.get(Name.D)
            elif isinstance(held, String):
                held = self.named.get(bytes(held))
            elif isinstance(held, Name):
                held = self.named.get(str(held)[1:].encode())
            else:
                break
        if not isinstance(held, Array) or not len(held) or not isinstance(held[0], Dictionary):
            return None
        place = self.places.get(held[0].objgen)
        view = [one for one in list(held)[1:] if one is None or not isinstance(one, (Dictionary, Array))]
        return None if place is None else (place, view if view else [Name.Fit])

    def take_from_links(self):
        """[(page, annotation, target)] of the links inside the part; they are hung in again when all its pages are there."""
        found = []
        for number, page in enumerate(self.source.pages):
            for place, annotation in enumerate(page.obj.get(Name.Annots, [])):
                action = annotation.get(Name.A)
                held = annotation.get(Name.Dest)
                if held is None and isinstance(action, Dictionary) and action.get(Name.S) == Name.GoTo:
                    held = action
                if held is None:
                    continue
                target = self.of(held)
                for key in (Name.Dest, Name.A) if held is action else (Name.Dest,):
                    if key in annotation:
                        del annotation[key]
                if target:
                    found.append((number, place, target))
        return found


def bookmarks_of(source, names):
    """[(level, title, target)] of the part's own bookmarks, in order."""
    outlines = source.Root.get(Name.Outlines)
    if not isinstance(outlines, Dictionary):
        return []
    found, seen = [], set()
    waiting = [(outlines.get(Name.First), 0)]
    while waiting and len(found) < MOST_BOOKMARKS:
        entry, level = waiting.pop()
        if not isinstance(entry, Dictionary) or entry.objgen in seen:
            continue
        seen.add(entry.objgen)
        held = entry.get(Name.Dest, entry.get(Name.A))
        target = names.of(held) if held is not None else None
        title = str(entry.get(Name.Title, "")).strip()
        waiting.append((entry.get(Name.Next), level))
        if title and target:
            found.append((level, title, target))
        if level < 20:
            waiting.append((entry.get(Name.First), level + 1))
    return found
