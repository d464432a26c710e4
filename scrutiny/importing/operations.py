"""Drafts into records: one transaction each, always as drafts; nothing that is already there is changed."""

from dataclasses import asdict, dataclass, field

from django.db import transaction

from opcc_portal.audit.operations import key
from opcc_portal.files import markings
from scrutiny.importing import drafts
from scrutiny.importing.into_minutes import make_minutes
from scrutiny.importing.into_report import make_report
from scrutiny.importing.minutes_text import read_minutes
from scrutiny.importing.models import ImportedDocument
from scrutiny.importing.reading import CannotRead, read_file
from scrutiny.importing.recognise import MINUTES, REPORT, recognise
from scrutiny.importing.report_text import read_report
from scrutiny.importing.words import LeftOut, coverage
from scrutiny.minutes.models import Minutes
from scrutiny.reports.models import JointReport
from scrutiny.workflow.models import Marking


@dataclass
class Imported:
    """What an import did: the draft record (None when the file had been imported before), and what to look at."""

    document: ImportedDocument
    record: JointReport | Minutes | None
    draft: drafts.ReportDraft | drafts.MinutesDraft | None = None
    words: str = ""
    warnings: list[str] = field(default_factory=list)
    leftovers: list[LeftOut] = field(default_factory=list)

    @property
    def was_there(self):
        """Whether nothing was made, because the same file had been imported before."""
        return self.record is None


def import_file(path, *, by=None, again=False):
    """Read the file and make its draft. Raises CannotRead, and then nothing has changed.

    The same file (by its SHA-256) makes nothing a second time unless `again`.
    """
    source = read_file(path)
    kind = recognise(source.text, name=source.name)
    draft = read_report(source) if kind == REPORT else read_minutes(source)
    counted = coverage(source.text, draft)
    if not counted.complete:
        # Better no draft than one that silently lost a sentence.
        raise CannotRead(f"{source.name}: {counted} Nothing was imported.")
    with transaction.atomic():
        before = ImportedDocument.objects.filter(sha256=source.sha256).first()
        if before and not again:
            return Imported(before, None)
        imported = (import_report if kind == REPORT else import_minutes)(draft, source=source, by=by)
    imported.words = str(counted)
    return imported


def import_report(draft, *, source, by=None):
    """A joint report in draft, with its sections and attachments. The meeting is linked where it is known."""
    return _import(make_report, REPORT, draft, source, by)


def import_minutes(draft, *, source, by=None):
    """Draft minutes, with the meeting, its lists of people and its items."""
    return _import(make_minutes, MINUTES, draft, source, by)


@transaction.atomic
def _import(make, kind, draft, source, by):
    warnings, leftovers = list(draft.warnings), list(draft.leftovers)
    record = make(draft, source=source, by=by, warnings=warnings, leftovers=leftovers)
    if markings.is_sensitive(source.text):
        record.marking = Marking.OFFICIAL_SENSITIVE
        record.save(update_fields=["marking"])
        warnings.append(f"It is marked {record.get_marking_display()}, so it cannot be published.")
    leftovers.sort(key=lambda left: left.line)
    notes = [{"what": "look at", "text": warning} for warning in warnings]
    notes += [{"what": "kept in another form" if left.restated else "left out", **asdict(left)} for left in leftovers]
    document = ImportedDocument.objects.create(
        sha256=source.sha256, file_name=source.name[:250], kind=kind, draft=key(record), notes=notes, by=by
    )
    return Imported(document, record, draft, "", warnings, leftovers)
