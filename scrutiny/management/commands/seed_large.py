"""Much made-up data, to try the portal with: by default 60 indicators, 43 areas and 240 months of figures."""

import datetime
import gc
import io
import sys
import time
from decimal import Decimal
from statistics import NormalDist

from django.core.management.base import BaseCommand, CommandError
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from opcc_portal.office.models import Office
from scrutiny.indicators import summaries
from scrutiny.indicators.models import (
    Area,
    DefinitionVersion,
    Figure,
    Indicator,
    Observation,
    ObservationRevision,
    Population,
    Target,
)
from scrutiny.indicators.periods import Frequency, Period
from scrutiny.plan.models import Plan, Priority

NOTE = "Synthetic: made up by a program to try the portal with much data. No figure is real."
LAST = Period(Frequency.MONTH, datetime.date(2025, 12, 1))
INDICATORS, AREAS, MONTHS, PRIORITIES = 60, 43, 240, 6
AT_A_TIME = 400
DIRECTIONS = (Indicator.Direction.NEUTRAL, Indicator.Direction.DOWN, Indicator.Direction.UP)


class Command(BaseCommand):
    """Sows the synthetic set. Repeatable: what is there stays, what is missing is added."""

    help = (
        "Fill the database with synthetic figures: 60 indicators x 43 areas x 240 months. Never beside a real office."
    )

    def add_arguments(self, parser):
        """A smaller set, for tests."""
        parser.add_argument("--indicators", type=int, default=INDICATORS)
        parser.add_argument("--areas", type=int, default=AREAS)
        parser.add_argument("--months", type=int, default=MONTHS)

    def handle(self, *args, **options):
        """Sow indicator by indicator, each whole or not at all; then work out the summaries."""
        if Office.objects.filter(demonstration="").exists():
            raise CommandError("This database belongs to a real office. Synthetic figures are not added to it.")
        if min(options["indicators"], options["areas"], options["months"]) < 1:
            raise CommandError("There has to be at least one indicator, one area and one month.")
        began = time.monotonic()
        areas = self._areas(options["areas"])
        indicators = self._indicators(options["indicators"], areas[0])
        months = self._months(options["months"])
        gc.collect()
        gc.freeze()
        for number, indicator in enumerate(indicators, 1):
            self._sow(number, indicator, areas, months)
            self._tell("indicators", number, len(indicators), began)
        gc.unfreeze()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        sown = time.monotonic()
        count = summaries.rebuild(lambda done, total: self._tell("summaries", done, total, began))
        held = Observation.objects.filter(indicator__in=indicators)
        kept = ObservationRevision.objects.filter(observation__indicator__in=indicators)
        self.stdout.write(
            f"{len(indicators)} synthetic indicators, {len(areas)} areas: {held.count():,} figures with {kept.count():,} "
            f"revisions in {sown - began:.0f} s; {count:,} summaries in {time.monotonic() - sown:.0f} s."
        )

    @staticmethod
    def _areas(count):
        made = []
        for number in range(1, count + 1):
            words = {
                "name": f"Area {number:02}",
                "kind": Area.Kind.FORCE,
                "position": number,
                "demonstration_note": NOTE,
            }
            made.append(Area.objects.get_or_create(slug=f"synthetic-area-{number:02}", defaults=words)[0])
        held = set(Population.objects.filter(area__in=made).values_list("area_id", flat=True))
        years = range(LAST.start.year - 20, LAST.start.year + 1)
        Population.objects.bulk_create(
            Population(area=area, year=year, people=250_000 + 40_000 * number + 1000 * (year - years[0]), source=NOTE)
            for number, area in enumerate(made)
            if area.pk not in held
            for year in years
        )
        return made

    @staticmethod
    def _indicators(count, headline):
        starts = datetime.date(2006, 1, 1)
        plan, _ = Plan.objects.get_or_create(
            slug="synthetic-plan",
            defaults={"title": "Synthetic plan with much data", "starts": starts, "demonstration_note": NOTE},
        )
        priorities = []
        for number in range(1, PRIORITIES + 1):
            words = {
                "plan": plan,
                "title": f"Synthetic priority {number}",
                "position": number,
                "our_priority": NOTE,
                "text_of": starts,
                "demonstration_note": NOTE,
            }
            priorities.append(Priority.objects.get_or_create(slug=f"synthetic-priority-{number}", defaults=words)[0])
        made = []
        for number in range(1, count + 1):
            is_share = number % 5 == 0
            words = {
                "priority": priorities[(number - 1) % PRIORITIES],
                "title": f"Synthetic indicator {number:02}",
                "position": number,
                "question": "How does the portal do with much data?",
                "source_name": "Made up",
                "frequency": Frequency.MONTH,
                "unit": Indicator.Unit.PERCENT if is_share else Indicator.Unit.COUNT,
                "decimals": 1 if is_share else 0,
                "direction": DIRECTIONS[number % 3],
                "direction_why": "" if number % 3 else "It is made up.",
                "headline_area": headline,
                "demonstration_note": NOTE,
                "synthetic_note": NOTE,
            }
            indicator, is_new = Indicator.objects.get_or_create(slug=f"synthetic-indicator-{number:02}", defaults=words)
            made.append(indicator)
            if is_new:
                DefinitionVersion.objects.create(indicator=indicator, number=1, numerator="Nothing: made up.")
                if number % 4 == 1:
                    Target.objects.create(indicator=indicator, value=100, starts=starts, set_by="A program")
        return made

    @staticmethod
    def _months(count):
        """The last so many months, first to last, each with its first day and the day on which its figure came."""
        period, found = LAST, []
        for _ in range(count):
            found.append((period.start, period.due(30), period.due(120)))
            period = period.previous()
        return found[::-1]

    @transaction.atomic
    def _sow(self, number, indicator, areas, months):
        """The figures of one indicator: every second one has been revised once."""
        held = set(Observation.objects.filter(indicator=indicator).values_list("area_id", "period_start"))
        figures, trails = Rows(Observation), Rows(ObservationRevision)
        common = {"recorded_at": connection.ops.adapt_datetimefield_value(timezone.now()), "source": "Made up"}
        again = {"n": 2, "code": ObservationRevision.Code.ROUTINE.value, "reason": "Made up"}
        for place, area in enumerate(areas):
            chances = NormalDist().samples(len(months), seed=f"{number}:{place}")
            level = 20 + 15 * (number % 9) + 5 * place
            for index, ((start, first_known, later_known), chance) in enumerate(zip(months, chances, strict=True)):
                if (area.pk, start) in held:
                    continue
                is_stepped = number % 7 == place % 7 and index > 200
                said = _said(indicator, level * 4 // 3 if is_stepped else level, chance)
                is_last = index >= len(months) - 2
                common["status"] = (Figure.Status.PROVISIONAL if is_last else Figure.Status.FINAL).value
                figure = figures.next_key
                trails.add(observation_id=figure, n=1, code="first", known_on=first_known, **said, **common)
                known_on, n = first_known, 1
                if index % 2:
                    said, known_on, n = _revised(said), later_known, 2
                    trails.add(observation_id=figure, known_on=known_on, **again, **said, **common)
                figures.add(
                    indicator_id=indicator.pk,
                    area_id=area.pk,
                    period_start=start,
                    revisions_held=n,
                    known_on=known_on,
                    status=common["status"],
                    **said,
                )
        figures.write()
        trails.write()

    @staticmethod
    def _tell(what, done, total, began):
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{done:,} of {total:,} {what}, {time.monotonic() - began:.0f} s   ")
            if done == total:
                sys.stderr.write("\n")


class Rows:
    """Rows of a table that are written many at a time, past the models: a million of them would take ten times as long."""

    def __init__(self, model):
        self.model, self.rows = model, []
        fields = model._meta.concrete_fields
        self.ordinary = {
            field.attname: None if field.null or field.primary_key else _default(field) for field in fields
        }
        self.columns = [connection.ops.quote_name(field.column) for field in fields]
        self.first_key = (model.objects.aggregate(last=Max("pk"))["last"] or 0) + 1

    @property
    def next_key(self):
        """The key that the next row gets."""
        return self.first_key + len(self.rows)

    def add(self, **values):
        """One row; what is not named has its ordinary value."""
        self.rows.append((self.ordinary | values | {"id": self.next_key}).values())

    def write(self):
        """Write all rows; then the database goes on numbering behind them."""
        table, columns = connection.ops.quote_name(self.model._meta.db_table), ", ".join(self.columns)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                lines = io.StringIO("".join("\t".join(map(_copied, row)) + "\n" for row in self.rows))
                cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", lines)
            else:
                one = f"({', '.join(['%s'] * len(self.columns))})"
                into = " ".join(("INSERT INTO", table, f"({columns})", "VALUES"))
                for start in range(0, len(self.rows), AT_A_TIME):
                    rows = self.rows[start : start + AT_A_TIME]
                    statement = " ".join((into, ", ".join([one] * len(rows))))
                    cursor.execute(statement, [value for row in rows for value in row])
            for statement in connection.ops.sequence_reset_sql(no_style(), [self.model]):
                cursor.execute(statement)


def _copied(value):
    """A value as PostgreSQL's COPY reads it; no text of this command holds a tab or a backslash."""
    return "\\N" if value is None else str(value)


def _default(field):
    return field.get_db_prep_save(field.get_default(), connection)


def _said(indicator, level, chance):
    """A value that varies as counts do."""
    count = max(0, round(level + chance * level**0.5))
    return {"value": count} if indicator.unit == Indicator.Unit.COUNT else _share(count, 4 * level)


def _revised(said):
    return _share(said["numerator"] + 1, said["denominator"]) if "denominator" in said else {"value": said["value"] + 1}


def _share(numerator, denominator):
    """A percentage with the numbers behind it, as `recording` works it out."""
    numerator = min(numerator, denominator)
    value = (Decimal(100 * numerator) / denominator).quantize(Decimal("0.0001"))
    return {"value": str(value), "numerator": numerator, "denominator": denominator}
