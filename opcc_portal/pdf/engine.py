"""HTML in, PDF out, in this process. Runs in the child only (child.py): it may take long, grow, or crash."""

import logging
import re
from contextlib import contextmanager

from weasyprint import CSS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.text.fonts import FontConfiguration

from opcc_portal.pdf.complete import missing_text
from opcc_portal.pdf.failure import RenderFailed
from opcc_portal.pdf.fetcher import ClosedFetcher
from opcc_portal.pdf.layout import keep_floats_whole
from opcc_portal.pdf.metadata import BothStandards
from opcc_portal.pdf.names import own_names
from opcc_portal.pdf.prepare import prepare
from opcc_portal.pdf.structure import finish, remember_boxes

SHEETS = (
    "page.css", "paper.css", "agenda.css", "minutes.css", "report.css", "chart.css", "dashboard.css", "pack.css",
    "letter.css", "news.css", "duties.css",
)  # fmt: skip
LOST_PICTURE = re.compile("Failed to load image at 'opcc:|Failed to load inline SVG|Failed to render SVG")
OPTIONS = {
    "pdf_variant": "pdf/a-3a",
    "presentational_hints": True,  # else <ol start> is ignored and paragraph numbers begin again
}


class Engine:
    """Fonts decoded and house style parsed once; both take longer than a page does."""

    def __init__(self, limits):
        keep_floats_whole()
        remember_boxes()
        self.limits = limits
        self.names = own_names()
        self.fonts = FontConfiguration()
        self.counters = CounterStyle()
        with collected_complaints() as self.style_warnings:
            self.sheets = [self.stylesheet(self.names[f"opcc:{name}"].decode()) for name in SHEETS]

    def stylesheet(self, text):
        return CSS(
            string=text, font_config=self.fonts, counter_style=self.counters, url_fetcher=ClosedFetcher(self.names)
        )

    def make(self, html, files):
        """The PDF, its number of pages, and everything WeasyPrint or we had to complain about."""
        with collected_complaints() as complaints:
            source = HTML(string=html, url_fetcher=ClosedFetcher({**files, **self.names}))
            source.base_url = None  # whatever a <base> in the text asked for
            left_out, extra = prepare(source.etree_element, limits=self.limits)
            counters = self.counters.copy()
            sheets = list(self.sheets)
            if extra:
                sheets.append(CSS(string=extra, font_config=self.fonts, counter_style=counters))
            document = source.render(stylesheets=sheets, font_config=self.fonts, counter_style=counters, **OPTIONS)
            if any(LOST_PICTURE.match(complaint) for complaint in complaints):
                raise picture_is_missing()
            if lost := missing_text(document, source.etree_element):
                raise text_is_missing(lost)
            document.metadata.__class__ = BothStandards
            pdf = document.write_pdf(finisher=finish, **OPTIONS)
        return pdf, len(document.pages), [*self.style_warnings, *left_out, *complaints]


def picture_is_missing():
    return RenderFailed(
        "No PDF was made, because one of its pictures cannot be read. Nothing you wrote is lost. Put the picture in again "
        "as PNG or JPEG, not larger than 4,000 by 4,000 pixels, then try again.",
        reason="picture-missing",
    )


def text_is_missing(text):
    return RenderFailed(
        f"No PDF was made, because part of the text would not be in it: “{text}”. Nothing you wrote is lost. Change the "
        "layout of that part, for example put it in a paragraph of its own, then try again.",
        reason="text-missing",
        detail=text,
    )


class Complaints(logging.Handler):
    """Gathers what WeasyPrint logs at level warning or above."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.messages = []

    def emit(self, record):
        self.messages.append(record.getMessage()[:500])


@contextmanager
def collected_complaints():
    complaints, log = Complaints(), logging.getLogger("weasyprint")
    log.addHandler(complaints)
    try:
        yield complaints.messages
    finally:
        log.removeHandler(complaints)
