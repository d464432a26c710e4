"""Mail everybody what waits for them, once a day."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from scrutiny.reminders import digest


class Command(BaseCommand):
    """`manage.py send_digest`: for a daily run. A second run on the same day mails nobody twice."""

    help = "Mail each person the day's digest of what is due or overdue, where there is anything new."

    def handle(self, *args, **options):
        """Send them, and say what did not go. Ends with an error then, so that cron tells somebody."""
        if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") and not settings.PORTAL_ADDRESS_IS_SET:
            raise CommandError("Set PORTAL_ADDRESS, for example https://portal.example.org: the mails hold links.")
        done = digest.send_all()
        self.stdout.write(f"{done.sent} mailed.")
        if done.down:
            raise CommandError(f"The mail server cannot be reached ({done.down}). The next run sends what is left.")
        for name in done.refused:
            self.stderr.write(f"The mail server refused the mail to {name}. The next run tries again.")
        for name in done.uncertain:
            self.stderr.write(
                f"The line broke while the mail to {name} was sent: it may have gone. Nothing more is sent to them today; "
                "what it held comes with tomorrow’s."
            )
        if done.refused or done.uncertain:
            raise CommandError("Not every mail went.")
