"""Hold our control charts against cases that the reference implementation computed."""

import json
import math
from itertools import zip_longest
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from scrutiny.indicators.control_charts import control_chart

KEYS = ("y", "dir", "screen", "rebase", "fix", "target", "seg", "cause", "point", "assure", "short")
LISTS = ("y", "rebase", "seg", "cause", "point", "short")
TOLERANCE = 1e-9
SHOWN = 10


class Command(BaseCommand):
    """Computes every case with the engine that the pages use and says where it differs."""

    help = "Check control charts against a JSON file of reference cases. Ends with status 1 unless all are equal."
    requires_system_checks = []

    def add_arguments(self, parser):
        """The file of cases."""
        parser.add_argument("file", type=Path, help="JSON list of cases, each a series with the chart it should give.")

    def handle(self, *, file, **options):
        """Count the equal cases first, then show the first differences."""
        cases = _cases(file)
        found = [(number, list(_differences(case))) for number, case in cases]
        differing = [(number, differences) for number, differences in found if differences]
        self.stdout.write(f"{len(cases) - len(differing)} of {len(cases)} equal")
        lines = [f"case {number}, {difference}" for number, differences in differing for difference in differences]
        for line in lines[:SHOWN]:
            self.stdout.write(line)
        if len(lines) > SHOWN:
            self.stdout.write(f"and {len(lines) - SHOWN} more")
        if differing:
            raise CommandError(f"{len(differing)} of {len(cases)} cases differ.")


def _cases(file):
    """The cases of the file with their numbers, or a plain word on what is wrong with it."""
    try:
        cases = json.loads(file.read_text(encoding="utf-8"))
    except OSError as missing:
        raise CommandError(f"{file} cannot be read: {missing.strerror}.") from missing
    except (ValueError, RecursionError) as malformed:
        raise CommandError(f"{file} is not JSON: {malformed}") from malformed
    if not isinstance(cases, list) or not cases:
        raise CommandError(f"{file} holds no list of cases.")
    numbered = []
    for place, case in enumerate(cases):
        if not isinstance(case, dict):
            raise CommandError(f"{file}: entry {place} is not a case but {_short(case)}.")
        number = case.get("n", place)
        if lacking := [key for key in KEYS if key not in case]:
            raise CommandError(f"{file}: case {number} lacks {', '.join(lacking)}.")
        if wrong := [key for key in LISTS if not isinstance(case[key], list)]:
            raise CommandError(f"{file}: case {number} has no list in {', '.join(wrong)}.")
        numbered.append((number, case))
    return numbered


def _differences(case):
    """Each difference of a case as "what: expected …, got …"."""
    try:
        chart = control_chart(
            case["y"],
            direction=case["dir"],
            screen=bool(case["screen"]),
            rebases=case["rebase"],
            fix_after=case["fix"],
            target=case["target"],
        )
    except (TypeError, ValueError) as refused:
        yield f"series: expected a chart, got a refusal: {refused}"
        return
    # A limit that is 0 but for rounding has no relative size of its own; the series lends it one.
    scale = max((abs(value) for value in case["y"] if value is not None), default=0)
    rows = {
        "seg": [[segment.start, segment.mean, segment.lower, segment.upper] for segment in chart.segments],
        "cause": chart.causes,
        "point": chart.points,
        "assure": [chart.assurance],
        "short": [int(segment.is_short) for segment in chart.segments],
    }
    for what, got in rows.items():
        expected = case[what] if isinstance(case[what], list) else [case[what]]
        for place, (wanted, found) in enumerate(zip_longest(expected, got, fillvalue="nothing")):
            if not _equal(wanted, found, scale):
                where = what if what == "assure" else f"{what} {place}"
                yield f"{where}: expected {_short(wanted)}, got {_short(found)}"


def _equal(wanted, found, scale):
    if isinstance(wanted, list) and isinstance(found, list):
        pairs = zip_longest(wanted, found, fillvalue="nothing")
        return all(_equal(one, other, scale) for one, other in pairs)
    if _is_number(wanted) and _is_number(found):
        return math.isclose(wanted, found, rel_tol=TOLERANCE, abs_tol=1e-3 * TOLERANCE * scale)
    return wanted is None and found is None


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def _short(value):
    text = json.dumps(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
