"""A float that must not break does not break.

WeasyPrint 70 ignores `break-inside: avoid` on floats: at a page end the last line of a name in the margin went to the
next page, or, on the last page of a document, nowhere at all. Laid out as if the page had no end, the float is whole,
and the caller then finds that it does not fit and takes its row to the next page. The release is pinned;
tests/pdf/test_pages.py moves a row over a page end and looks for every word.
"""

from weasyprint.layout import block

NO_END = float("-inf")
_float_layout = block.float_layout


def _kept_whole(context, box, containing_block, absolute_boxes, fixed_boxes, bottom_space, skip_stack):
    if box.style["break_inside"] == "avoid" and skip_stack is None:
        bottom_space = NO_END
    return _float_layout(context, box, containing_block, absolute_boxes, fixed_boxes, bottom_space, skip_stack)


def keep_floats_whole():
    block.float_layout = _kept_whole
