"""A text file as a draft: a joint report, or minutes with their meeting."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from opcc_portal.accounts.models import User
from scrutiny.importing.drafts import NONE, ReportDraft
from scrutiny.importing.operations import import_file
from scrutiny.importing.reading import CannotRead


class Command(BaseCommand):
    """Reads one file, makes its draft, and prints what was made, what to look at, and what was left out and why."""

    help = "Turn a text file (a joint report or minutes) into a draft. A file that cannot be read changes nothing."

    def add_arguments(self, parser):
        """The file, who imports it, and whether to import it once more."""
        parser.add_argument("file", help="A plain text file.")
        parser.add_argument("--by", metavar="USERNAME", help="The account in whose name the draft is made.")
        parser.add_argument("--again", action="store_true", help="Make another draft of a file imported before.")

    def handle(self, *, file, by, again, **options):
        """Import, then tell."""
        user = None
        if by:
            user = User.objects.filter(username=by).first()
            if user is None:
                raise CommandError(f"There is no account “{by}”. Nothing was imported.")
        try:
            imported = import_file(file, by=user, again=again)
        except CannotRead as reason:
            raise CommandError(f"{reason}\nNothing was changed.") from reason
        document = imported.document
        if imported.was_there:
            at = timezone.localtime(document.at)
            record = document.record
            where = f"It is at {record.get_absolute_url()}." if record else "That draft has been deleted since."
            self.stdout.write(
                f"{document.file_name} was imported on {at:%-d %B %Y at %H:%M} already, as {document.kind}. {where}\n"
                "Nothing new was made. Use --again for another draft."
            )
            return
        self.stdout.write(f"{document.file_name} was read as {document.kind} (SHA-256 {document.sha256[:16]}…).\n")
        tell = self._tell_report if isinstance(imported.draft, ReportDraft) else self._tell_minutes
        tell(imported.record, imported.draft)
        self._list("Look at these", imported.warnings)
        self._list("Kept in another form", [self._left(left) for left in imported.leftovers if left.restated])
        self._list("Left out", [self._left(left) for left in imported.leftovers if not left.restated])
        self.stdout.write(f"\n{imported.words}")

    def _tell_report(self, report, draft):
        self.stdout.write(f"Made a draft joint report: {report.get_absolute_url()}")
        self._facts(
            ("Meeting", report.meeting or f"{report.series_heading} (not linked)"),
            ("Plan outcome", report.outcome_heading or "none"),
            ("Date", f"{report.date:%-d %B %Y}"),
            ("Subject", report.subject),
            ("From the force", report.force_author or "not said"),
            ("From the office", report.office_author or "not said"),
            ("Numbering", report.get_numbering_display()),
        )
        self.stdout.write(f"\n  {len(draft.sections)} sections:")
        for section in draft.sections:
            numbers = [paragraph.number for paragraph in section.paragraphs if paragraph.number]
            parts = [self._count(len(section.paragraphs), "paragraph")] if section.paragraphs else []
            if numbers:
                parts.append(f"numbered {', '.join(numbers)}")
            if section.is_attachments:
                parts.append(self._count(len(draft.attachments), "attachment"))
            self.stdout.write(f"    {section.heading or '(no heading)'}: {', '.join(parts) or 'empty'}")
        for attachment in draft.attachments:
            about = ", ".join(filter(None, (attachment.printed_kind, attachment.printed_size)))
            self.stdout.write(f"    - {attachment.title} ({about or 'kind and size not printed'}): no file yet")

    def _tell_minutes(self, minutes, draft):
        self.stdout.write(f"Made draft minutes of “{minutes.meeting}”: {minutes.get_absolute_url()}")
        self.stdout.write(f"\n  {self._count(len(draft.people), 'person', 'people')}:")
        for each in draft.lists:
            if each.state == NONE:
                self.stdout.write(f"    {each.heading}: none")
                continue
            self.stdout.write(f"    {each.heading}: {len(each.people) or 'not recorded'}")
            for person in each.people:
                short = f" ({person.abbreviation})" if person.abbreviation else ""
                said = ", ".join(filter(None, (f"{person.post}{short}".strip(), person.organisation)))
                guess = "" if person.sure else "  [name guessed]"
                self.stdout.write(f"      {person.name}{f', {said}' if said else ''}{guess}")
        self.stdout.write(f"\n  {self._count(len(draft.items), 'item')}:")
        for item in draft.items:
            entries = self._count(len(item.paragraphs), "entry", "entries")
            self.stdout.write(f"    {f'{item.label} {item.title}'.strip()}: {entries}")

    def _facts(self, *facts):
        width = max(len(label) for label, _ in facts)
        for label, value in facts:
            self.stdout.write(f"  {label:<{width}}  {value}")

    def _list(self, title, lines):
        self.stdout.write(f"\n{title} ({len(lines)}):" if lines else f"\n{title}: nothing.")
        for line in lines:
            self.stdout.write(f"  - {line}")

    @staticmethod
    def _left(left):
        return f"line {left.line}: “{left.text}”: {left.why}"

    @staticmethod
    def _count(number, one, many=None):
        return f"{number} {one if number == 1 else many or one + 's'}"
