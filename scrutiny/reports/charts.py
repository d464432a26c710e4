"""Charts in a report: drawn from an indicator as it was known on a day, with what office and force say about them.

What a chart keeps is what the public may see of the series: the text that is signed is the text that is published. A
signature covers chart and commentary; a change of either reopens it.
"""

from django.db import transaction
from django.db.models import Max

from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from scrutiny.indicators import small_counts
from scrutiny.indicators.charting import chart_data
from scrutiny.indicators.series import load, load_many
from scrutiny.reports import operations
from scrutiny.reports.models import SectionChart
from scrutiny.workflow.operations import NotPossible


class CommentaryChanged(Exception):
    """Somebody else saved another commentary since the writer last read it. `now` is the chart as it stands."""

    def __init__(self, now):
        super().__init__("the commentary has changed")
        self.now = now


def drawn(series):
    """What a chart of a report keeps of a series: all that the public may see of it."""
    return chart_data(small_counts.as_published(series), public=True)


@transaction.atomic
def add(section, *, indicator, area, by, known_on=None):
    """Put a chart at the end of a section. The same series again is the chart that stands there."""
    report = operations.locked(section.report)
    there = section.charts.filter(indicator=indicator, area=area).first()
    if there:
        return there
    day = known_on or today()
    chart = SectionChart.objects.create(
        section=section,
        position=(section.charts.aggregate(last=Max("position"))["last"] or 0) + 1,
        indicator=indicator,
        area=area,
        known_on=day,
        data=drawn(load(indicator, area, day)),
    )
    act = f"Added the chart of {chart} to “{section}”"
    audit.write(f"{act} (“{report}”)", subject=report, by=by, context=report.meeting)
    operations.reopen(report, act=f"added the chart of {chart} to {section}", by=by)
    return chart


def add_many(section, pairs, *, known_on):
    """Put charts of these (indicator, area) into a section that is being made, as far as anything was known that day.

    Its caller writes the audit line.
    """
    held = load_many(pairs, known_on)
    known = [(pair, held[pair[0].pk, pair[1].pk]) for pair in pairs]
    known = [(pair, series) for pair, series in known if series.points or series.stated]
    return SectionChart.objects.bulk_create(
        SectionChart(
            section=section,
            position=position,
            indicator=indicator,
            area=area,
            known_on=known_on,
            data=drawn(series),
        )
        for position, ((indicator, area), series) in enumerate(known, 1)
    )


@transaction.atomic
def save_commentary(chart, *, base_version, commentary, by):
    """Save what is said about a chart. Raises CommentaryChanged where somebody else saved another text meanwhile."""
    report, now = _locked(chart)
    commentary = commentary.replace("\r\n", "\n").strip()
    if commentary == now.commentary:
        return now
    if now.version != base_version:
        raise CommentaryChanged(now)
    before, now.commentary = now.commentary, commentary
    _write(now, "commentary")
    act = f"Wrote the commentary on {now} in “{now.section}”"
    audit.write(f"{act} (“{report}”)", subject=report, by=by, context=report.meeting, was=before)
    operations.reopen(report, act=f"changed the commentary on {now}", by=by)
    audit.left_off(by, title=f"{report}: {now}", excerpt=commentary, address=now.get_absolute_url())
    return now


@transaction.atomic
def refresh(chart, *, known_on, by):
    """Draw a chart anew as the series was known on a day. Returns the chart and what changed, in words."""
    report, now = _locked(chart)
    fresh = drawn(load(now.indicator, now.area, known_on))
    changes = changed_words(now.data, fresh)
    if fresh == now.data and known_on == now.known_on:
        return now, []
    before, now.data, now.known_on = now.known_on, fresh, known_on
    _write(now, "data", "known_on")
    act = f"Drew the chart of {now} anew, as known on {in_words(known_on)} instead of {in_words(before)}"
    audit.write(f"{act} (“{report}”)", subject=report, by=by, context=report.meeting, changes=changes)
    operations.reopen(report, act=f"drew the chart of {now} anew", by=by)
    return now, changes


@transaction.atomic
def remove(chart, *, by):
    """Take a chart out of its section. The audit trail keeps its commentary."""
    report, now = _locked(chart)
    act = f"Removed the chart of {now} from “{now.section}”"
    audit.write(f"{act} (“{report}”)", subject=report, by=by, context=report.meeting, commentary=now.commentary)
    now.delete()
    operations.reopen(report, act=f"removed the chart of {chart}", by=by)


def changed_words(old, new):
    """What differs between two drawings of a series, point by point, in words; the verdict first."""
    before = {point["start"]: point for point in old.get("points", ())}
    after = {point["start"]: point for point in new.get("points", ())}
    labels = {start: point["label"] for start, point in (before | after).items()}
    changes = []
    if old.get("sentence") != new.get("sentence"):
        changes.append(f"It said: {old.get('sentence') or 'nothing'} It says now: {new.get('sentence') or 'nothing'}")
    for start in sorted(labels):
        was, now = (points[start]["shown"] if start in points else "none" for points in (before, after))
        if was != now:
            changes.append(f"{labels[start]}: {was} → {now}")
    return changes


def _write(chart, *fields):
    chart.version += 1
    chart.save(update_fields=[*fields, "version"])


def _locked(chart):
    """The report, locked, and the chart as it is now. Raises NotPossible where either is gone or frozen."""
    report = operations.locked(chart.section.report)
    now = SectionChart.objects.select_related("section", "indicator", "area").filter(pk=chart.pk).first()
    if now is None:
        raise NotPossible("This chart has been removed. Its commentary is kept in the audit trail.")
    return report, now
