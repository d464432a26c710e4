"""Look at every statutory duty and keep what has changed."""

from django.core.management.base import BaseCommand

from scrutiny.duties import operations


class Command(BaseCommand):
    """`manage.py check_duties`: for a daily run. A second run on the same day adds nothing."""

    help = "Compute the state of every statutory duty from the records and keep each change of state in its history."

    def handle(self, *args, **options):
        """Look, and say what changed."""
        changed = operations.check()
        for each in changed:
            self.stdout.write(f"{each.get_state_display()}: {each.duty.title}")
        self.stdout.write(f"{len(changed)} changed.")
