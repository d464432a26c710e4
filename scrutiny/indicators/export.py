"""A series as a file for spreadsheets: every revision, as known now or on a day, with where it comes from."""

from django.utils import timezone

from scrutiny.indicators.periods import Period
from scrutiny.register.csv_file import csv_text

HEADINGS = [
    "Indicator", "Area", "Period", "First day", "Last day", "Revision", "Current", "Value", "Numerator", "Denominator",
    "From", "To", "Unit", "Status", "Why there is none", "Kind of revision", "Why it changed", "Known on", "Recorded",
    "Source", "Address of the source", "As known on", "Attribution", "Note",
]  # fmt: skip


def series_csv(indicator, area, revisions, known_on):
    """The file of one series. `revisions` are all that were known, by period and number."""
    last = {revision.observation_id: revision.n for revision in revisions}
    fixed = [indicator.get_unit_display()]
    end = [known_on, indicator.attribution, indicator.synthetic_note]
    return csv_text(
        HEADINGS, (_row(indicator, area, revision, last[revision.observation_id], fixed, end) for revision in revisions)
    )


def _row(indicator, area, revision, last, fixed, end):
    observation = revision.observation
    period = Period(indicator.frequency, observation.period_start) if observation.period_start else None
    is_first = revision.n == 1
    return [
        indicator.title,
        area.name,
        period.label if period else f"{observation.period_as_stated} (to be confirmed)",
        period.start if period else None,
        period.end if period else None,
        revision.n,
        "Yes" if revision.n == last else "No",
        *(getattr(revision, name) for name in ("value", "numerator", "denominator", "low", "high")),
        *fixed,
        revision.get_status_display() if not revision.missing_reason else "",
        revision.get_missing_reason_display() if revision.missing_reason else "",
        "" if is_first else revision.get_code_display(),
        revision.reason,
        revision.known_on,
        timezone.localtime(revision.recorded_at).date(),
        revision.source,
        revision.source_url,
        *end,
    ]
