"""HTML in, tagged PDF out; knows no document.

    pdf = render(html, files={"opcc:logo.png": logo})

makes one file that is valid as PDF/UA-1 (accessible) and as PDF/A-3a (archive), the same bytes for the same input, and
raises RenderFailed with words for people when it cannot. The house style is always there; documents extend
templates/pdf/base.html and use the classes listed in static/pdf/paper.css.
"""

import threading

from opcc_portal.pdf.checks import problems
from opcc_portal.pdf.failure import RenderFailed
from opcc_portal.pdf.limits import Limits
from opcc_portal.pdf.renderer import Rendered, Renderer
from opcc_portal.pdf.scanner import measure, refuse_what_cannot_be_rendered

__all__ = [
    "Limits",
    "RenderFailed",
    "Rendered",
    "Renderer",
    "measure",
    "problems",
    "refuse_what_cannot_be_rendered",
    "render",
    "render_with_report",
]

_renderer = None
_first_time = threading.Lock()


def render(html, *, files=None, strict=False):
    """The PDF as bytes."""
    return render_with_report(html, files=files, strict=strict).pdf


def render_with_report(html, *, files=None, strict=False):
    """The PDF with its number of pages, the warnings and the processor time it took."""
    global _renderer
    with _first_time:
        if _renderer is None:
            _renderer = Renderer()
    return _renderer.render(html, files=files, strict=strict)
