"""Load a file of figures of any length, in one go: full histories that are too long for the page of the import."""

import datetime
import hashlib
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from opcc_portal.accounts.models import User
from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from scrutiny.indicators import recording
from scrutiny.indicators.importing import columns, preview, reading_files
from scrutiny.indicators.importing.names import Names, Unknown
from scrutiny.indicators.importing.reading_files import Unreadable
from scrutiny.indicators.importing.taking import mark_taken
from scrutiny.indicators.models import ImportBatch, ObservationRevision
from scrutiny.workflow.operations import NotPossible

AT_A_TIME = 20_000
TOLD = 20


class Command(BaseCommand):
    """Reads, looks through, tells what would happen, and records everything in one transaction or nothing."""

    help = "Load figures from an .xlsx or CSV file of any length. Nothing is recorded unless every cell can be."

    def add_arguments(self, parser):
        """What a person says on the page of the import."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="Where the figures come from; its columns are remembered.")
        parser.add_argument("--by", required=True, help="The username of who loads them.")
        parser.add_argument("--known-on", help="YYYY-MM-DD: since when the figures are known. Today unless given.")
        parser.add_argument("--sheet", help="The sheet of a workbook; its first one unless given.")
        parser.add_argument("--indicator", help="The indicator of all figures, where no column names it.")
        parser.add_argument("--area", help="The area of all figures, where no column names it.")
        codes = [code for code in ObservationRevision.Code.values if code != "first"]
        parser.add_argument("--code", choices=codes, help="Kind of revision, where figures change.")
        parser.add_argument("--reason", default="", help="Why figures change.")
        parser.add_argument(
            "--leave-out-rejected", action="store_true", help="Load the rest although cells are rejected."
        )
        parser.add_argument("--confirmed", action="store_true", help="What is told as unusual has been looked at.")
        parser.add_argument("--dry-run", action="store_true", help="Only tell what would happen.")

    def handle(self, *args, **options):
        """Read, look through, tell, record."""
        by = User.objects.filter(username=options["by"], is_active=True).first()
        if by is None or not by.has_perm("figures.record"):
            raise CommandError(f"“{options['by']}” is no account that may record figures.")
        known_on = self._day(options["known_on"])
        try:
            rows = self._rows(options["file"], options["sheet"])
            names = Names()
            layout = self._layout(rows, names, options)
            found = preview.look(rows, layout, names, known_on=known_on, progress=self._progress("Looking through"))
        except (Unreadable, Unknown) as problem:
            raise CommandError(str(problem)) from problem
        self._tell(found)
        self._ensure_may_be_loaded(found, options)
        if options["dry_run"]:
            return
        try:
            self._record(found, layout, rows, by, known_on, options)
        except NotPossible as problem:
            raise CommandError(f"Nothing was recorded. {problem}") from problem
        self.stdout.write("Recorded.")

    @staticmethod
    def _day(text):
        try:
            return datetime.date.fromisoformat(text) if text else today()
        except ValueError as problem:
            raise CommandError(f"“{text}” is not a day. Write it like 2018-03-01.") from problem

    def _rows(self, path, sheet):
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        if path.suffix.lower() != ".xlsx":
            return reading_files.rows_of_csv(path, what=path.name, limit=None)
        with path.open("rb") as file:
            if not sheet:
                sheets = reading_files.sheets_of(file)
                if not sheets:
                    raise CommandError(f"{path.name} is empty.")
                sheet = sheets[0].name
            return reading_files.rows_of_workbook(file, sheet, limit=None, progress=self._progress("Reading"))

    def _layout(self, rows, names, options):
        layout = columns.recall(options["source"], rows, names) or columns.guess(rows, names)
        for role in ("indicator", "area"):
            if options[role]:
                layout.given[role] = getattr(names, role)(options[role]).pk
        if missing := layout.missing():
            raise CommandError(" ".join(missing))
        return layout

    def _tell(self, found):
        counts = found.counts
        self.stdout.write(", ".join(f"{count:,} {pile}" for pile, count in counts.items()))
        for title, problems in (("Rejected", found.rejected), ("To be confirmed", found.warnings)):
            if problems:
                self.stdout.write(f"\n{title} ({len(problems):,}):")
            for problem in problems[:TOLD]:
                self.stdout.write(f"  row {problem.row:,}, column {problem.column or '–'}: {problem.message}")
            if len(problems) > TOLD:
                self.stdout.write(f"  and {len(problems) - TOLD:,} more")

    @staticmethod
    def _ensure_may_be_loaded(found, options):
        wrong = []
        if found.rejected and not options["leave_out_rejected"]:
            wrong.append("Put the rejected cells right, or load the rest with --leave-out-rejected.")
        if found.warnings and not options["confirmed"]:
            wrong.append("Look at what is to be confirmed, then say --confirmed.")
        if found.revised and not (options["code"] and options["reason"].strip()):
            wrong.append("Figures change: say --code and --reason.")
        if wrong:
            raise CommandError("Nothing was recorded. " + " ".join(wrong))

    @transaction.atomic
    def _record(self, found, layout, rows, by, known_on, options):
        """Everything in one transaction, some thousand figures at a time."""
        path, reasons = options["file"], {"0": {"code": options["code"] or "", "reason": options["reason"]}}
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        batch = ImportBatch.objects.create(
            name=path.name[:250], source=options["source"], sha256=digest, known_on=known_on, by=by
        )
        every = list(found.rows(reasons, known_on=known_on, source=f"{options['source']}: {path.name}"))
        # Figures of one series together: its summary is worked out once or twice, not with each piece.
        every.sort(key=lambda row: (row.indicator.pk, row.area.pk, row.period_start))
        told = self._progress("Recording")
        for start in range(0, len(every), AT_A_TIME):
            recording.record_many(every[start : start + AT_A_TIME], by=by, batch=batch)
            told(min(start + AT_A_TIME, len(every)), len(every))
        mark_taken(batch, found.counts, reasons)
        columns.remember(options["source"], layout, rows)
        audit.write(f"Loaded figures from “{batch.name}” in the terminal", subject=batch, by=by, **found.counts)

    def _progress(self, what):
        """Tell how far it is, on one line of a terminal."""

        def told(done, total=0, message=""):
            if sys.stderr.isatty():
                of = f" of {total:,}" if total else ""
                sys.stderr.write(f"\r{message or what}: {done:,}{of}   ")
                if done == total:
                    sys.stderr.write("\n")

        return told
