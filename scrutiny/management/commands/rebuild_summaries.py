"""`manage.py rebuild_summaries`: every summary anew from the figures; `--check` compares and changes nothing."""

from django.core.management.base import BaseCommand, CommandError

from scrutiny.indicators import summaries


class Command(BaseCommand):
    """Works out the rows that tiles and lists read. For a nightly run with --check, which fails loudly."""

    help = "Work out all summaries of indicators anew; with --check say whether they are equal to the figures."

    def add_arguments(self, parser):
        """`--check` only compares."""
        parser.add_argument("--check", action="store_true", help="Compare, change nothing, fail where they differ.")

    def handle(self, *args, **options):
        """Rebuild or compare, with progress where somebody watches."""
        if not options["check"]:
            count = summaries.rebuild(self._progress)
            return self.stdout.write(f"{count:,} summaries worked out.")
        found = summaries.differences(self._progress)
        if found:
            told = "\n".join(found[:20])
            raise CommandError(f"{len(found):,} differences:\n{told}")
        return self.stdout.write("All summaries are equal to the figures.")

    def _progress(self, done, total):
        if self.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,}", ending="")
