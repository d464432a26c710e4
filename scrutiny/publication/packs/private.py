"""The rows of the private pack: everything on the agenda as the desk has it now, drafts and private items too."""

from dataclasses import dataclass
from functools import cached_property, partial

from opcc_portal.files.models import Upload
from scrutiny.meetings import agenda, pdf
from scrutiny.meetings.models import Meeting, Part, Task
from scrutiny.minutes.pdf import minutes_paper
from scrutiny.publication.packs import rows
from scrutiny.publication.packs.rows import row
from scrutiny.register import arising
from scrutiny.reports.pdf import paper as report_paper
from scrutiny.workflow import papers

NO_FILE = "The office holds no file of it."


@dataclass
class Source:
    """Where the pages of a row come from: a paper that is laid out, or a file that somebody gave us."""

    make: object = None  # gives the paper: its html and logo
    upload: Upload | None = None

    @cached_property
    def paper(self):
        """The paper as it is now; put together when it is asked for."""
        return self.make()

    @property
    def key(self):
        """The same for the same pages."""
        return self.upload.sha256 if self.upload else papers.kept_as(self.paper.html, self.paper.logo)


class PrivatePapers:
    """Everything that a meeting has to read, in the order of its agenda: `rows`, and `sources` beside them by place."""

    def __init__(self, meeting):
        self.meeting = meeting
        self.rows, self.sources, self.without = [], [], []
        self._add(row("Agenda and list of papers", label="Agenda"), Source(partial(pdf.agenda_paper, meeting)))
        items = meeting.items.select_related("restriction", "parent__restriction")
        for item in agenda.in_order(agenda.with_papers(items)):
            count = len(self.rows)
            self._of_item(item)
            if len(self.rows) == count and item.label:
                self.without.append(item.label)
        without_item = meeting.reports.filter(item=None)
        for report in without_item.prefetch_related("held_attachments__attachment__upload"):
            self._report(report, {})

    def _add(self, said, source=None):
        self.rows.append(said)
        self.sources.append(source)

    def _of_item(self, item):
        place = {"label": item.label, "slug": f"item-{item.pk}", "item": _named(item)}
        if item.task == Task.PREVIOUS_MINUTES:
            self._last_minutes(place)
        elif item.task == Task.OPEN_ACTIONS:
            self._add(row("Open actions of earlier meetings", **place), Source(partial(arising.paper, self.meeting)))
        for report in item.reports.all():
            self._report(report, place)
        for request in item.requests.all():
            if request.withdrawn_at or request.report_id:
                continue
            if request.attachment:
                self._attachment(request.attachment, place)
            else:
                self._add(row(request.what, **place, absent=rows.MISSING, reason="To follow."))

    def _last_minutes(self, place):
        before = Meeting.objects.filter(series=self.meeting.series_id, date__lt=self.meeting.date)
        last = before.order_by("-date", "-pk").select_related("minutes").first()
        minutes = getattr(last, "minutes", None)
        title, note = "Minutes of the last meeting", f"{last.date:%-d %B %Y}" if last else ""
        if minutes:
            note = f"{note}. {minutes.get_state_display()}"
            self._add(row(title, note=note, **place), Source(partial(minutes_paper, minutes)))
        elif last:
            self._add(row(title, note=note, **place, absent=rows.MISSING, reason="Nobody has begun them yet."))

    def _report(self, report, place):
        note = f"{report.authors_in_words}. {report.get_state_display()}".strip(". ")
        self._add(row(report.subject, note=note, **place), Source(partial(report_paper, report)))
        for held in report.held_attachments.all():
            self._attachment(held.attachment, place)

    def _attachment(self, attachment, place):
        title = f"{attachment.label}: {attachment.title}" if attachment.label else attachment.title
        note = "Attachment, restricted" if attachment.is_restricted else "Attachment"
        upload = attachment.upload
        if upload is None:
            self._add(row(title, note=note, **place, absent=rows.MISSING, reason=NO_FILE))
            return
        said = row(title, note=note, **place, ending=upload.kind, size=upload.size, sha256=upload.sha256)
        if upload.kind != "pdf":
            said |= {"absent": rows.BESIDE, "reason": "Only PDF files can be part of a pack."}
        self._add(said, Source(upload=upload))


def _named(item):
    """The title, and what keeps the item from the public."""
    if item.part == Part.PRIVATE:
        return f"{item.title} (private)"
    return f"{item.title} (restricted)" if item.is_withheld else item.title
