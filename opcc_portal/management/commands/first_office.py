"""Open a real office: ask for it in the terminal, or take it from options."""

import getpass
import sys

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.html import strip_tags

from opcc_portal.office.forms import in_words
from scrutiny.first_office import operations
from scrutiny.first_office.forms import FirstOfficeForm

SECRET = ("password", "password_again")


class Command(BaseCommand):
    """The office, its first administrator and its first meeting series, in one go."""

    help = "Set up the first office, its administrator and its first meeting series."
    requires_migrations_checks = True

    def add_arguments(self, parser):
        """An option for each question."""
        parser.add_argument("--code", action="store_true", help="Print a one-time code for the page /first-office/.")
        for name, field in FirstOfficeForm().fields.items():
            if name != "password_again":
                words = " ".join(filter(None, (field.label, field.help_text)))
                parser.add_argument(f"--{name.replace('_', '-')}", help=words.replace("%", "%%"))

    def handle(self, *args, **options):
        """Ask for what no option gives, check it, open the office."""
        if operations.is_open():
            raise CommandError("This portal has an office already. Change it at /desk/settings/.")
        if options["code"]:
            self.stdout.write(f"One-time code for the page /first-office/:  {operations.make_code()}")
            return
        given = {name: options[name] for name in FirstOfficeForm().fields if options.get(name) is not None}
        if "password" in given:
            given["password_again"] = given["password"]
        form = self._ask(given) if sys.stdin.isatty() else self._take(given)
        try:
            office = operations.open_office(**form.parts())
        except ValidationError as refused:
            raise CommandError("\n".join(refused.messages)) from refused
        self.stdout.write(f"“{office}” is open. Sign in as {form.cleaned_data['username']}.")

    def _take(self, given):
        form = FirstOfficeForm(self._with_defaults(given))
        if not form.is_valid():
            problems = [f"--{name.replace('_', '-')}: {strip_tags(found[0])}" for name, found in form.errors.items()]
            raise CommandError("Nothing was set up. Put these right:\n  " + "\n  ".join(problems))
        return form

    def _ask(self, given):
        """Ask question after question; a wrong answer is told and asked again."""
        fields = FirstOfficeForm().fields
        answers = dict(given)
        self.stdout.write("A new office. Enter accepts what stands in brackets; Ctrl+C leaves everything as it was.")
        for legend, names in FirstOfficeForm.GROUPS:
            self.stdout.write(f"\n{legend}")
            for name in names:
                self._ask_until_right(name, fields[name], answers)
        form = FirstOfficeForm(answers)
        if not form.is_valid():
            raise CommandError("\n".join(strip_tags(found[0]) for found in form.errors.values()))
        return form

    def _ask_until_right(self, name, field, answers):
        while True:
            if name not in answers:
                answers[name] = self._answer(name, field)
            # Later answers are still missing; only what concerns this one counts.
            errors = FirstOfficeForm(answers).errors.get(name)
            if not errors:
                return
            self.stderr.write(f"  {strip_tags(errors[0])}")
            del answers[name]
            if name == "password_again":
                answers.pop("password", None)
                self._ask_until_right("password", FirstOfficeForm().fields["password"], answers)

    def _answer(self, name, field):
        if name in SECRET:
            return getpass.getpass(f"  {field.label}: ")
        default = self._with_defaults({}).get(name, "")
        hint = f" ({field.help_text})" if field.help_text else ""
        optional = "" if field.required else " (may be left empty)"
        return input(f"  {field.label}{hint}{optional}{f' [{default}]' if default else ''}: ").strip() or default

    @staticmethod
    def _with_defaults(given):
        return {"valid_from": in_words(FirstOfficeForm().fields["valid_from"].initial), **given}
