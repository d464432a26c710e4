"""Make the rows of lists and search anew from the Editions."""

from django.core.management.base import BaseCommand

from scrutiny.publication.derived import derive_all


class Command(BaseCommand):
    """Editions stay as they are; what lists and search read is thrown away and derived once more."""

    help = "Make the public registers and the public search anew from the Editions. Safe at any time."

    def handle(self, **options):
        """All or nothing."""
        count = derive_all()
        self.stdout.write(f"Lists and search were made anew from {count} {'Edition' if count == 1 else 'Editions'}.")
