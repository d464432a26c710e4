"""Remind recipients of grants of their monitoring returns."""

from django.core.management.base import BaseCommand

from funding.awards import returns


class Command(BaseCommand):
    """`manage.py remind_grant_returns`: for a daily run. Two runs on one day mail nobody twice."""

    help = "Mail each awaited monitoring return's contact 14 days before it is due and once more when it is overdue."

    def handle(self, *args, **options):
        """Mail them, and say what could not be mailed."""
        done = returns.remind_all()
        self.stdout.write(f"{done.sent} mailed.")
        for asked in done.without_address:
            self.stdout.write(f"No e-mail address: {asked}, due on {asked.due_on:%-d %B %Y}.")
        for asked in done.failed:
            self.stderr.write(f"Could not be mailed: {asked}. The next run tries again.")
