"""Hold open data of grants against the 360Giving Data Standard, without a network."""

import csv
import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from funding.open_data import publisher, rows, validate

WITHOUT_HOST = "https://portal.invalid"


class Command(BaseCommand):
    """Checks a file, or everything that is published; ends with status 1 where something must be mended."""

    help = (
        "Check a file of grants (.json or .csv) against the published schema, our hard rules and the standard's quality "
        "rules; without a file, everything that is published. Ends with status 1 when there are errors."
    )

    def add_arguments(self, parser):
        """The file, if one."""
        parser.add_argument("file", nargs="?", type=Path, help="360giving.json or 360giving.csv.")

    def handle(self, *, file, **options):
        """Print what was found, errors first."""
        report = self._of_file(file) if file else publisher.check_everything(WITHOUT_HOST)
        for word, found in (("ERROR", report.errors), ("Warning", report.warnings)):
            for each in found:
                examples = ", ".join(filter(None, each["examples"]))
                self.stdout.write(f"{word}, {each['count']} x: {each['title']} {each['todo']} {examples}".rstrip())
        grants = f"{report.grants} grant{'' if report.grants == 1 else 's'}"
        if report.errors:
            raise CommandError(f"{len(report.errors)} kind(s) of error in {grants}.")
        self.stdout.write(f"OK: {grants}, no errors, {len(report.warnings)} kind(s) of warning")

    @staticmethod
    def _of_file(file):
        try:
            if file.suffix.lower() == ".csv":
                with file.open(encoding="utf-8-sig", newline="") as lines:
                    return validate.check(rows.read(lines))
            package = json.loads(file.read_text(encoding="utf-8-sig"))
        except OSError as problem:
            raise CommandError(f"{file} cannot be read: {problem.strerror}.") from problem
        except (UnicodeDecodeError, json.JSONDecodeError, csv.Error, rows.NotTheStandard) as problem:
            raise CommandError(f"{file} is no file of the standard: {problem}") from problem
        if not isinstance(package, dict) or not isinstance(package.get("grants"), list):
            raise CommandError(f"{file} has no list of grants. A file of the standard is an object with “grants”.")
        return validate.check(package["grants"], package=package)
