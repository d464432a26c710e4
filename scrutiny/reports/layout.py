"""A report laid out: what the builder, the preview and the paper all show, computed once."""

from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_

from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import mark_safe

from opcc_portal.office.models import Office
from opcc_portal.richtext.cleaning import RichTextRefused, to_plain
from scrutiny.reports import figures, footnotes, passages
from scrutiny.reports.models import Body, ReportSection
from scrutiny.reports.numbering import Numbering, number_paragraphs
from scrutiny.reports.operations import ATTACHMENTS_HEADING
from scrutiny.reports.quotations import varied_since
from scrutiny.workflow import differences
from scrutiny.workflow.models import PUBLIC_STATES, Revision, State


@dataclass(frozen=True)
class Row:
    """What stands beside one number of the margin: a numbered paragraph and all that follows it without a number."""

    number: str
    html: str


@dataclass(frozen=True)
class Run:
    """For paper: numbered paragraphs in a row, as one list that begins at `start`; or other blocks as they are."""

    paragraphs: tuple
    html: str
    start: int = 0
    prefix: str = ""


class LaidOutSection:
    """One section with its numbers."""

    def __init__(self, section, blocks, mode, first_note=1):
        self.section = section
        self.blocks = blocks
        self.notes = []
        self._on_screen = []
        for block in blocks:
            html, notes = footnotes.on_screen(block.html, first_note + len(self.notes))
            self._on_screen.append(html)
            self.notes += notes
        self.mode = mode
        self.anchor = f"section-{section.pk}"
        self.is_recommendation = section.kind == ReportSection.Kind.RECOMMENDATION
        self.notices = []
        self.charts = []
        self.withheld = []  # passages kept from the public, for the desk

    @cached_property
    def varied_since(self):
        """For the desk: whether the plan says something else by now than what is quoted here."""
        return varied_since(self.section)

    def mark(self, checked):
        """Underline these figures of record on screen."""
        self._on_screen = [figures.marked(html, checked) for html in self._on_screen]

    @property
    def number(self):
        """The number of the section's first paragraph where one number stands for the section; else nothing."""
        return next((block.number for block in self.blocks if block.number), "") if self.mode == Numbering.FIRST else ""

    @property
    def rows(self):
        """The text beside the margin, a row for each number."""
        rows, number, html = [], "", ""
        for block, shown in zip(self.blocks, self._on_screen, strict=True):
            if block.number and self.mode != Numbering.FIRST and (html or number):
                rows.append(Row(number, mark_safe(html)))
                html = ""
            if block.number and self.mode != Numbering.FIRST:
                number = block.number
            html += shown
        return [*rows, Row(number, mark_safe(html))] if html else rows

    @property
    def runs(self):
        """The text for paper: numbered paragraphs gathered into lists, tables kept together where they are short."""
        runs, paragraphs = [], []
        for block in [*self.blocks, None]:
            if block and block.number:
                paragraphs.append(block)
                continue
            if paragraphs:
                prefix, _, start = paragraphs[0].number.rpartition(".")
                inside = tuple(mark_safe(footnotes.on_paper(paragraph.inside)) for paragraph in paragraphs)
                runs.append(Run(inside, "", int(start), f"{prefix}." if prefix else ""))
                paragraphs = []
            if block and runs and not runs[-1].paragraphs:
                runs[-1] = Run((), mark_safe(runs[-1].html + _kept_together(block)))
            elif block:
                runs.append(Run((), mark_safe(_kept_together(block))))
        return runs


def _kept_together(block):
    """A table of up to twelve rows stays on one page; a longer one repeats its head."""
    is_short = block.tag == "table" and block.html.count("<tr") <= 12
    html = footnotes.on_paper(block.html)
    return f'<div class="keep">{html}</div>' if is_short else html


class Signature:
    """Where one body stands: signed, reopened by whom, or still to sign."""

    def __init__(self, body, name, sign_offs):
        self.body = body
        self.name = name
        own = [sign_off for sign_off in sign_offs if sign_off.body == body]
        self.standing = next((sign_off for sign_off in own if sign_off.stands), None)
        self.reopened = None if self.standing else (own[-1] if own else None)


class LaidOut:
    """A report with everything that is shown of it. Loads the parts in a fixed number of queries.

    With `public` its text holds nothing that is kept from the public.
    """

    def __init__(self, report, *, public=False):
        self.report = report.load_parts()
        self.office = Office.on(report.date)
        live = report.live_sections()
        put_in = passages.for_the_public if public else passages.for_the_desk
        bodies = [put_in(section.body, report.passages_of(section)) for section in live]
        self.sections, notes, charts = [], 0, 0
        for section, blocks in zip(live, number_paragraphs(bodies, report.numbering), strict=True):
            laid_out = LaidOutSection(section, blocks, report.numbering, first_note=notes + 1)
            laid_out.charts = report.charts.get(section.pk, [])
            for chart in laid_out.charts:
                charts += 1
                chart.number = charts
            if not public:
                laid_out.withheld = [held for held in report.passages_of(section).values() if held.is_restricted]
            notes += len(laid_out.notes)
            self.sections.append(laid_out)
        self.charts = [chart for each in self.sections for chart in each.charts]
        self.deleted_sections = [section for section in report.sections.all() if section.deleted]
        self.attachments = list(report.held_attachments.all())
        self.attachments_heading = ATTACHMENTS_HEADING
        self._put_notices_in_their_places()

    def _put_notices_in_their_places(self):
        """Each beside the section or attachment that it corrects; `notices` keeps those of the report as a whole."""
        places = {("section", each.section.pk): each for each in self.sections}
        places |= {("attachment", held.pk): held for held in self.attachments}
        for place in places.values():
            place.notices = []
        self.notices = []
        self.all_notices = self.report.notices()
        for notice in self.all_notices:
            key = ("attachment", notice.attachment_id) if notice.attachment_id else ("section", notice.section_id)
            place = places.get(key)
            (place.notices if place else self.notices).append(notice)

    def mark(self, check):
        """Underline the figures of record in the text, for the desk."""
        for each in self.sections:
            own = [checked for checked in check.figures if checked.figure.section_id == each.section.pk]
            if own:
                each.mark(own)

    @property
    def authors(self):
        """The authorship line in one sentence."""
        authors = self.report.authors_in_words
        return f"{self.report.printed_kind} of the {authors}" if authors else ""

    @cached_property
    def signatures(self):
        """One Signature for each body, the force first."""
        sign_offs = list(self.report.sign_offs.select_related("by", "reopened_by"))
        force = self.office.force_name if self.office else Body.FORCE.label
        office = self.office.display_name if self.office else Body.OFFICE.label
        return [Signature(Body.FORCE, force, sign_offs), Signature(Body.OFFICE, office, sign_offs)]

    @property
    def signed_count(self):
        """How many of the two bodies have signed the text as it stands."""
        return sum(signature.standing is not None for signature in self.signatures)

    @property
    def status(self):
        """The state in words, as papers print it."""
        if self.report.state == State.SIGNED:
            return "Signed by both bodies"
        if self.report.state in PUBLIC_STATES:
            return self.report.get_state_display()
        signed = [signature.name for signature in self.signatures if signature.standing]
        return (
            f"{self.report.get_state_display()}. Signed by {signed[0]}" if signed else self.report.get_state_display()
        )

    @property
    def last_change(self):
        """When the newest section was saved."""
        return max((section.changed_at for section in self.report.sections.all()), default=self.report.created_at)

    @property
    def headings(self):
        """Every heading of the paper's text."""
        inner = sum(block.tag in ("h3", "h4") for section in self.sections for block in section.blocks)
        return len(self.sections) + inner + bool(self.attachments)

    @property
    def is_long(self):
        """Whether the paper needs a list of contents: many headings, or about four pages and more."""
        words = sum(block.html.count(" ") for section in self.sections for block in section.blocks)
        return self.headings > 8 or words > 1800

    @property
    def warnings(self):
        """What somebody should look at before signing: title, text, and a link to where it is put right."""
        missing = [held for held in self.attachments if held.attachment.is_missing]
        empty = [laid_out.section for laid_out in self.sections if laid_out.section.is_empty]
        warnings = []
        for held in missing:
            warnings.append(
                {
                    "kind": "attachment",
                    "title": "No file yet",
                    "text": f"The paper names “{held.attachment}”, but nobody has uploaded it.",
                    "url": reverse("attachment-edit", args=[held.pk]),
                    "link": "Upload the file",
                    "record": held,
                }
            )
        if empty:
            names = ", ".join(section.heading for section in empty)
            warnings.append(
                {
                    "kind": "section",
                    "title": "1 section is empty" if len(empty) == 1 else f"{len(empty)} sections are empty",
                    "text": f"{names}.",
                    "url": empty[0].get_absolute_url(),
                    "link": f"Write {empty[0].heading}",
                    "record": empty[0],
                }
            )
        return warnings


# --- What changed since somebody signed ----------------------------------------------------------------------------


@dataclass(frozen=True)
class ChangedSection:
    """A section as it was signed and as it is, paragraph by paragraph."""

    heading: str
    what: str
    paragraphs: list
    words: int


def changes_since(sign_off, report):
    """The sections that differ from the text that was signed."""
    signed = sign_off.section_versions
    now = {str(section.uid): section for section in report.live_sections()}
    wanted = [Q(piece=uid, version=version) for uid, version in signed.items()]
    revisions = Revision.objects.filter(reduce(or_, wanted)) if wanted else []
    then = {str(revision.piece): revision.content for revision in revisions}
    changes = []
    for uid in [*now, *(uid for uid in then if uid not in now)]:
        old, section = then.get(uid), now.get(uid)
        new = section.content() if section else None
        if section:
            old, new = _whole(section, old), _whole(section, new)
        same_heading = bool(old and new and old["heading"] == new["heading"])
        before, after = (words_of(content, with_heading=not same_heading) if content else "" for content in (old, new))
        if before == after:
            continue
        paragraphs = differences.compare(before, after)
        what = "Changed" if old and section else "Added" if section else "Deleted"
        heading = section.heading if section else old["heading"]
        changes.append(ChangedSection(heading, what, paragraphs, differences.count_changes(paragraphs)))
    return changes


def _whole(section, content):
    """Content of the section, now or once, with the passages in place that were taken out: they were signed as well."""
    if not content or not passages.named_in(content["body"]):
        return content
    held = {passage.pk: passage for passage in section.passages.all()}
    return {**content, "body": passages.with_all_words(content["body"], held)}


def words_of(content, *, with_heading=True):
    """A section's versioned content as plain lines: heading, quotation, text."""
    try:
        body = to_plain(content["body"])
    except RichTextRefused:
        body = content["body"]
    lines = [content["heading"] if with_heading else "", content.get("quoted_text") or "", body]
    return "\n".join(line for line in lines if line)
