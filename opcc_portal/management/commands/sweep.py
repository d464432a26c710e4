"""Clear up after processes that were killed."""

from django.core.management.base import BaseCommand

from funding.applications.public import retention
from opcc_portal.files import operations as files
from opcc_portal.jobs import operations as jobs


class Command(BaseCommand):
    """`manage.py sweep`: for a nightly run where nobody looks at the portal for days."""

    help = (
        "Give abandoned jobs to another worker, delete stored files that belong to no upload, and applications for grants "
        "that nobody sent in 90 days after their round."
    )

    def handle(self, *args, **options):
        """All of it, and say what was found."""
        unsent = retention.sweep()
        self.stdout.write(
            f"{jobs.sweep()} abandoned jobs, {files.sweep()} files without an upload, {unsent} applications never sent."
        )
