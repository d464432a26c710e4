"""The register of indicators: every one with its verdict and latest figure, and the same as rows of a file."""

import datetime
from dataclasses import dataclass

from django.db.models import F, Prefetch, Q

from scrutiny.indicators.models import Indicator, Summary
from scrutiny.indicators.reading import VERDICT_NAMES, Verdict

HEADINGS = [
    "Priority", "Indicator", "Area", "Verdict", "Latest figure", "Period", "Status", "Target", "Owner", "Next figure due",
    "Late", "What it says", "Source", "Attribution", "Note",
]  # fmt: skip


@dataclass(frozen=True)
class RegisterRow:
    """One indicator with what its main area's summary says."""

    indicator: Indicator
    area: str
    verdict: str
    is_signal: bool
    tile: dict
    due: datetime.date | None
    is_late: bool

    @property
    def words(self):
        """The verdict."""
        return self.tile.get("words") or VERDICT_NAMES[Verdict.NONE]


def rows(today):
    """Every indicator that is followed, by priority. Two queries."""
    main = Q(area=F("indicator__headline_area")) | Q(indicator__headline_area=None)
    indicators = (
        Indicator.objects.in_use(today)
        .select_related("priority__plan", "owner", "headline_area")
        .prefetch_related(Prefetch("summaries", Summary.objects.filter(main).select_related("area"), "main"))
        .order_by("priority__plan", "priority__position", "priority", "position", "pk")
    )
    return [_row(indicator, today) for indicator in indicators]


def _row(indicator, today):
    summary = indicator.main[0] if indicator.main else None
    tile = summary.tile if summary else {}
    due = datetime.date.fromisoformat(tile["due"]) if tile.get("due") else None
    area = str(summary.area if summary else indicator.headline_area or "")
    return RegisterRow(
        indicator=indicator,
        area=area,
        verdict=summary.verdict if summary else str(Verdict.NONE),
        is_signal=bool(summary and summary.is_signal),
        tile=tile,
        due=due,
        is_late=bool(due and due < today),
    )


def in_file(row):
    """The row as cells of a file."""
    indicator, tile = row.indicator, row.tile
    return [
        indicator.priority,
        indicator,
        row.area,
        row.words,
        tile.get("shown", ""),
        tile.get("period", ""),
        tile.get("status", ""),
        tile.get("target", ""),
        indicator.owner,
        row.due,
        "Yes" if row.is_late else "No",
        tile.get("sentence", ""),
        indicator.source_name,
        indicator.attribution,
        indicator.synthetic_note,
    ]
