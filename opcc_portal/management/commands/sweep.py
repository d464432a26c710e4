"""Clear up after processes that were killed."""

from django.core.management.base import BaseCommand

from opcc_portal.files import operations as files
from opcc_portal.jobs import operations as jobs


class Command(BaseCommand):
    """`manage.py sweep`: for a nightly run where nobody looks at the portal for days."""

    help = "Give abandoned jobs to another worker and delete stored files that belong to no upload."

    def handle(self, *args, **options):
        """Both, and say what was found."""
        self.stdout.write(f"{jobs.sweep()} abandoned jobs, {files.sweep()} files without an upload.")
