"""`manage.py seed_demo`: the demonstration office. May run again; it adds what is missing and changes nothing else."""

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from opcc_portal.accounts.models import User
from opcc_portal.audit.models import LastWork
from opcc_portal.management.demo import (
    accounts,
    actions,
    approval,
    corrections,
    decisions,
    duties,
    grants,
    indicators,
    inspections,
    measures,
    meetings,
    minutes,
    news,
    pages,
    partnerships,
    people,
    plan,
    publishing,
    quarterly,
    questions,
    report,
    restriction,
)
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
        officer, force, commissioner, analyst, grants_officer = (
            User.objects.get(username=name) for name in ("officer", "force", "commissioner", "analyst", "grants")
        )
        uploads = report.make_attachments(officer)
        with transaction.atomic():
            plan.seed_plan()
            plan.seed_stated_totals()
            indicators.seed_indicators(by=analyst)
            plan.seed_versions(by=officer)
            meeting, item = meetings.seed_meetings()
            paper = report.seed_report(meeting, item, uploads, officer=officer, force=force)
            written = minutes.seed_minutes(meeting, item, by=officer)
            corrections.seed_corrections(written, paper, by=officer)
            corrections.join_figures(written, by=analyst)
            quarterly.seed_quarterly(officer=officer)
            actions.seed_actions(meeting.series, officer=officer, force=force)
            decisions.seed_decisions(officer=officer, commissioner=commissioner)
            questions.seed_public_questions(meeting.series, by=officer)
            approval.seed_approval(officer=officer, commissioner=commissioner, force=force)
            left_off = list(LastWork.objects.all())
            restriction.seed_restrictions(officer=officer, commissioner=commissioner, force=force)
            grants.seed_grants(grants=grants_officer, officer=officer, analyst=analyst, commissioner=commissioner)
            partnerships.seed_partnerships()
            measures.seed_measures(officer=officer, commissioner=commissioner)
            inspections.seed_inspections(officer=officer, commissioner=commissioner)
            pages.seed_pages(officer=officer)
        news.seed_news(officer=officer, commissioner=commissioner)
        _have_static_files_at_hand()
        publishing.seed_public_record(officer=officer, say=self.stdout.write)
        people_by_name = {"analyst": analyst, "grants": grants_officer}
        duties.seed_duties(officer=officer, people=people_by_name, say=self.stdout.write)
        for work in left_off:  # what people last worked on is the meeting of the public papers
            work.save()
        return self._say(made)

    def _say(self, made):
        self.stdout.write("The demonstration office is ready. Accounts:")
        for username, role, password in made:
            self.stdout.write(f"  {username:<14}{role:<24}{password or '(password as before)'}")


def _have_static_files_at_hand():
    """Finished pages name static files by their content, so these have to be collected before anything is published."""
    manifest = getattr(staticfiles_storage, "manifest_name", None)
    if manifest and not staticfiles_storage.exists(manifest):
        call_command("collectstatic", interactive=False, verbosity=0)
        staticfiles_storage.hashed_files, staticfiles_storage.manifest_hash = staticfiles_storage.load_manifest()
