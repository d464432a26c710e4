"""
What a section of rich text may hold.

EXTENSIONS is the one list: the browser editor offers it and the sanitiser allows nothing else. A section sits under a
page title (h1) and its own heading (h2), so headings inside it are h3 and h4. Paragraph numbers are computed when a
document is laid out, never typed; style, class and pictures have no place in the text.
"""

from django_prose_editor.config import allowlist_from_extensions

LINK_SCHEMES = ["http", "https", "mailto"]

EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Subscript": True,
    "Superscript": True,
    "Heading": {"levels": [3, 4]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": LINK_SCHEMES, "defaultProtocol": "https"},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "SpecialCharacters": True,
    "Menu": {
        "groups": [
            {"group": "blockType -lists"},  # as buttons: the dropdown cannot be worked with the keyboard
            {"group": "lists"},
            {"group": "nodes -blockType -lists"},
            {"group": "marks"},
            {"group": "link"},
            {"group": "table"},
            {"group": "history"},
        ]
    },
}

# 400 KB is about 60,000 words: longer than any section an office writes, short enough to clean and lay out in a moment.
MAX_BYTES = 400 * 1024
# A browser, the sanitiser and the PDF engine all recurse; nobody reads a list in a list forty deep.
MAX_DEPTH = 40
# Rows and columns beyond these take a page layout down (one colspan of a billion is enough).
MAX_ROWS = 2000
MAX_COLUMNS = 60

# The style element Tiptap puts into the page, allowed in the policy by its hash. It belongs to the pinned version of
# django-prose-editor; tests/richtext checks it against the installed file.
EDITOR_STYLE_HASH = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"


def allowed():
    """Keyword arguments for nh3 that admit what the editor can make and nothing else."""
    rules = allowlist_from_extensions(EXTENSIONS)
    # The editor's own list is generous; we never need these.
    rules["attributes"]["a"] = {"href"}
    rules["attributes"]["ol"] = {"start", "type"}
    # Screen readers and the PDF's tags need to know what a header cell is the header of.
    rules["tag_attribute_values"] = {"th": {"scope": {"col", "row"}}}
    rules["url_schemes"] = set(LINK_SCHEMES)
    rules["url_relative"] = "deny"
    rules["link_rel"] = None
    return rules
