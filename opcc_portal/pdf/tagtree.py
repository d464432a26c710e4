"""Reading the structure of a tagged PDF that anybody may have made: loops end, nonsense is passed over."""

from pikepdf import Array, Dictionary, Name

# Standard structure types, ISO 32000-1, 14.8.4.
STANDARD = frozenset(
    "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody "
    "Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP "
    "Figure Formula Form".split()
)
DEEPEST = 50


def kids(holder, key=Name.K):
    """What stands under a key, as a list."""
    held = holder.get(key)
    if held is None:
        return []
    return list(held) if isinstance(held, Array) else [held]


def is_element(thing):
    """Whether it is a structure element (and not a number, a mark or a reference to an annotation)."""
    return isinstance(thing, Dictionary) and Name.S in thing and thing.get(Name.Type) in (None, Name.StructElem)


def elements(tree):
    """(element, its parent or None at the top, its structure elements below) in reading order, each element once."""
    waiting, seen = [(top, None) for top in reversed(kids(tree)) if is_element(top)], set()
    while waiting:
        element, parent = waiting.pop()
        if element.is_indirect:
            if element.objgen in seen:
                continue
            seen.add(element.objgen)
        elif len(seen) > 1_000_000:
            return
        below = [kid for kid in kids(element) if is_element(kid)]
        yield element, parent, below
        waiting += [(kid, element) for kid in reversed(below)]


class Types:
    """What the types of a document mean: its role map followed to a standard type."""

    def __init__(self, tree):
        held = tree.get(Name.RoleMap)
        self.map = {str(name): str(held[name]) for name in held} if isinstance(held, Dictionary) else {}

    def of(self, element):
        """The standard type as a word, or the type as it is where it leads nowhere."""
        name = first = str(element.get(Name.S, ""))
        for _ in range(DEEPEST):
            if name[1:] in STANDARD:
                return name[1:]
            if name not in self.map:
                break
            name = self.map[name]
        return first[1:]

    @property
    def changes_a_standard_type(self):
        """Whether the map gives a standard type another meaning, which PDF/UA forbids."""
        return any(name[1:] in STANDARD and self.map[name] != name for name in self.map)


def number_tree(root):
    """{number: value} of a number tree."""
    found = {}
    for flat in _leaves(root, Name.Nums):
        for place in range(0, len(flat) - 1, 2):
            try:
                found.setdefault(int(flat[place]), flat[place + 1])
            except (TypeError, ValueError):
                continue
    return found


def name_tree(root):
    """{name as bytes: value} of a name tree."""
    found = {}
    for flat in _leaves(root, Name.Names):
        for place in range(0, len(flat) - 1, 2):
            try:
                found.setdefault(bytes(flat[place]), flat[place + 1])
            except (TypeError, ValueError):
                continue
    return found


def _leaves(root, key):
    waiting, seen = [(root, 0)], set()
    while waiting:
        node, depth = waiting.pop()
        if not isinstance(node, Dictionary) or depth > DEEPEST or (node.is_indirect and node.objgen in seen):
            continue
        if node.is_indirect:
            seen.add(node.objgen)
        if isinstance(node.get(key), Array):
            yield node[key]
        waiting += [(kid, depth + 1) for kid in reversed(kids(node, Name.Kids))]


def attributes(element):
    """The attribute dictionaries of an element (without revision numbers)."""
    return [entry for entry in kids(element, Name.A) if isinstance(entry, Dictionary)]


def attribute(element, name):
    """The value of an attribute, or None."""
    return next((entry[name] for entry in attributes(element) if name in entry), None)
