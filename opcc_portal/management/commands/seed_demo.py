"""`manage.py seed_demo`: the demonstration office. May run again; it adds what is missing and changes nothing else."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from opcc_portal.accounts.models import User
from opcc_portal.management.demo import accounts, meetings, minutes, people, plan, report
from opcc_portal.office.models import Office


class Command(BaseCommand):
    """Sows the demonstration office: the facts of five public documents, in our own words."""

    help = "Fill an empty database with the demonstration office. Repeatable."

    def add_arguments(self, parser):
        """`--accounts` leaves the papers alone."""
        parser.add_argument("--accounts", action="store_true", help="Only the accounts; DEMO_PASSWORD sets them all.")

    def handle(self, *args, **options):
        """Sow people and accounts, then the papers, and print the accounts. A second run completes what a first left."""
        if Office.objects.exists() and not Office.objects.exclude(demonstration="").exists():
            raise CommandError("This database belongs to a real office. The demonstration is not added to it.")
        with transaction.atomic():
            people.seed_office()
            people.seed_people()
            made = accounts.seed_accounts()
        if options["accounts"]:
            return self._say(made)
        officer, force = (User.objects.get(username=name) for name in ("officer", "force"))
        uploads = report.make_attachments(officer)
        with transaction.atomic():
            plan.seed_plan()
            plan.seed_stated_totals()
            meeting, item = meetings.seed_meetings()
            report.seed_report(meeting, item, uploads, officer=officer, force=force)
            minutes.seed_minutes(meeting, item, by=officer)
        return self._say(made)

    def _say(self, made):
        self.stdout.write("The demonstration office is ready. Accounts:")
        for username, role, password in made:
            self.stdout.write(f"  {username:<14}{role:<24}{password or '(password as before)'}")
