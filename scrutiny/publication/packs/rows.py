"""The rows of a pack: every paper in the order of the agenda, in the pack or, with the reason, not in it.

A row is plain data, so that a public pack's content holds its rows as they are.
"""

from opcc_portal.files.words import kind_words, size_words

WITHHELD, BESIDE, MISSING = "withheld", "beside", "missing"
NO_TAGS = "It has no tags that screen readers need, so it is published beside this pack."
NOT_FIT = "It is not accessible enough to be part of this file, so it is published beside this pack."
NOT_A_PDF = "It is published beside this pack, because only PDF files can be part of it."
GONE = "A paper that was in the pack before"

EMPTY = {
    "label": "",  # of the agenda item
    "slug": "",
    "item": "",  # its title
    "title": "",
    "note": "",
    "pages": 0,
    "first": 0,  # pack pages
    "last": 0,
    "sha256": "",
    "ending": "",
    "size": 0,
    "url": "",  # the paper's page
    "file": "",  # the paper's file
    "absent": "",  # WITHHELD, BESIDE or MISSING
    "reason": "",
}


def row(title, **said):
    """A row with every key."""
    return {**EMPTY, "title": title, **said}


def in_pack(rows):
    """The rows whose pages are in the pack."""
    return [each for each in rows if not each["absent"]]


def numbered(rows, front):
    """The rows with the pack pages they take, after a front of so many pages."""
    made, page = [], front
    for each in rows:
        if not each["absent"]:
            each = {**each, "first": page + 1, "last": page + each["pages"]}
            page = each["last"]
        made.append(each)
    return made


def pages_in_words(each):
    """4 to 6; "not in this pack"."""
    if each["absent"]:
        return "not in this pack"
    return str(each["first"]) if each["first"] == each["last"] else f"{each['first']} to {each['last']}"


def for_print(rows):
    """The rows as contents lists print them: each item named once, pages and file in words."""
    printed, before = [], None
    for each in rows:
        same = before is not None and each["slug"] and each["slug"] == before["slug"]
        several = each["item"] and each["item"] != each["title"]
        printed.append(
            {
                **each,
                "is_first": not same,
                "opens": "" if same or not several else each["item"],
                "in_words": pages_in_words(each),
                "kind_and_size": f"{kind_words(each['ending'])}, {size_words(each['size'])}" if each["size"] else "",
            }
        )
        before = each
    return printed


def labels_in_words(labels):
    """Items 1, 4 and 6 have no paper; "" where every item has one."""
    if not labels:
        return ""
    if len(labels) == 1:
        return f"Item {labels[0]} has no paper."
    return f"Items {', '.join(labels[:-1])} and {labels[-1]} have no paper."


def changes(before, after):
    """What a supplement prints: papers that came, that are another file now, that went."""

    def name(each):
        return each["slug"], each["url"] or each["title"], each["title"] if each["file"] else ""

    held, now = {name(each): each for each in before}, {name(each): each for each in after}
    said = []
    for key, each in now.items():
        if key not in held:
            said.append(_change("Added", each))
        elif (held[key]["sha256"], held[key]["absent"]) != (each["sha256"], each["absent"]):
            said.append(_change("Changed", each))
    # What went may be gone because nobody may know of it: its title is not said again.
    said += [
        _change("Removed", {**each, "absent": MISSING, "title": GONE}) for key, each in held.items() if key not in now
    ]
    return said


def _change(what, each):
    return {"what": what, "label": each["label"], "title": each["title"], "pages": pages_in_words(each)}
