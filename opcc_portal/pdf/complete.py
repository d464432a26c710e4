"""Is every word of the HTML on some page?

A renderer that loses a line loses part of a public record, and nobody would notice; it happened to us (layout.py). So
the text of each element is compared with the text of its boxes on the pages.
"""

from weasyprint.formatting_structure import boxes


def missing_text(document, root):
    """The first piece of text that is on no page, or None. Document order; drawings are not looked into."""
    body = root.find("body")
    on_pages = _text_on_pages(document)
    waiting = [body] if body is not None else []
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str) or element.tag.startswith("{") or element.tag in ("style", "br", "wbr"):
            continue
        printed = on_pages.get(element, "")
        for text in (element.text, *(child.tail for child in element)):
            if text and _letters(text) not in printed:
                return " ".join(text.split())[:100]
        waiting += reversed(element)
    return None


def _text_on_pages(document):
    pieces = {}
    for page in document.pages:
        for box in page._page_box.descendants(placeholders=True):
            if isinstance(box, boxes.TextBox) and box.element is not None and box.element_tag == box.element.tag:
                pieces.setdefault(box.element, []).append(box.text)
    return {element: _letters("".join(texts)) for element, texts in pieces.items()}


def _letters(text):
    """Without white space and soft hyphens, which lines add and take away."""
    return "".join(text.replace("\xad", "").split())
