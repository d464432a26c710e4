"""How indicators, what they are judged by, and the places they speak of are changed: one transaction and one line each."""

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils import timezone

from opcc_portal.audit.operations import write
from scrutiny.indicators import summaries
from scrutiny.indicators.models import Indicator, Rebase
from scrutiny.indicators.periods import Period
from scrutiny.people.operations import save
from scrutiny.workflow.operations import NotPossible


class Stale(Exception):
    """Somebody changed the record since the writer last read it. `now` is the record as it stands."""

    def __init__(self, now):
        super().__init__("the record has changed")
        self.now = now


# --- indicators ------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_indicator(indicator, *, by):
    """Follow something new. Raises ValidationError."""
    indicator.full_clean()
    indicator.save()
    write("Indicator added", subject=indicator, context=indicator.priority, by=by, words=str(indicator))
    return indicator


@transaction.atomic
def change_indicator(indicator, *, base_version, changed, by):
    """Write the changed fields of an indicator that was read at `base_version`. Raises Stale, NotPossible, ValidationError."""
    now = Indicator.objects.select_for_update().get(pk=indicator.pk)
    if now.version != base_version:
        raise Stale(now)
    if "frequency" in changed and now.observations.exists():
        raise NotPossible(
            "Its figures are kept by their periods, so how often it comes cannot change any more. Add another indicator "
            "for figures that come more or less often."
        )
    indicator.full_clean()
    indicator.version = base_version + 1
    indicator.save()
    write("Indicator changed", subject=indicator, context=indicator.priority, by=by, fields=sorted(changed))
    summaries.recompute_indicator(indicator)
    return indicator


# --- how it is counted and judged ------------------------------------------------------------------------------------


@transaction.atomic
def add_definition(definition, *, by):
    """Say what is counted from a period on; what was counted before stays. Raises ValidationError or NotPossible."""
    indicator = Indicator.objects.select_for_update().get(pk=definition.indicator_id)
    held = indicator.definitions.all()
    if definition.from_period and held.filter(from_period__gte=definition.from_period).exists():
        raise NotPossible(
            "There is a definition from that period or a later one already. Choose a later period: definitions follow "
            "each other and none is rewritten."
        )
    if not definition.from_period and held.exists():
        raise NotPossible("Say from which period this is counted: there is a definition for the time before already.")
    definition.number = (held.aggregate(last=Max("number"))["last"] or 0) + 1
    definition.by = by
    definition.full_clean()
    definition.save()
    broken = ", not comparable with figures before" if definition.breaks_series else ""
    write(f"Definition {definition.number} added{broken}", subject=definition, context=indicator, by=by)
    summaries.recompute_indicator(indicator)
    return definition


@transaction.atomic
def save_setting(record, *, indicator, by, changed=()):
    """Write a target, a baseline or a note of an indicator. Raises ValidationError."""
    is_new = record.pk is None
    record.full_clean()
    record.save()
    name = record._meta.verbose_name.capitalize()
    fields = {} if is_new else {"fields": sorted(changed)}
    write(
        f"{name} {'added' if is_new else 'changed'}",
        subject=record,
        context=indicator,
        by=by,
        words=str(record),
        **fields,
    )
    summaries.recompute_indicator(indicator)
    return record


@transaction.atomic
def remove_setting(record, *, indicator, by):
    """Take a target, a baseline or a note out. The trail keeps what it said."""
    write(
        f"{record._meta.verbose_name.capitalize()} taken out",
        subject=record,
        context=indicator,
        by=by,
        words=str(record),
    )
    record.delete()
    summaries.recompute_indicator(indicator)


@transaction.atomic
def restart_limits(indicator, area, period_start, *, reason, annotation=None, by):
    """Work the usual range out anew from a period on. Raises NotPossible."""
    reason = reason.strip()
    if not reason:
        raise NotPossible("Say why the usual range starts anew there.")
    indicator = Indicator.objects.select_for_update().get(pk=indicator.pk)
    period = Period.starting(indicator.frequency, period_start)
    if indicator.rebases.filter(area=area, period_start=period_start, removed_at=None).exists():
        raise NotPossible(f"The usual range starts anew at {period.label} already.")
    if not indicator.observations.filter(area=area, period_start__lt=period_start).exists():
        raise NotPossible(f"No figure of {area} is held before {period.label}, so there is no range to leave behind.")
    rebase = Rebase.objects.create(
        indicator=indicator, area=area, period_start=period_start, reason=reason, annotation=annotation, by=by
    )
    act = f"Usual range of {area} restarted at {period.label}"
    write(act, subject=rebase, context=indicator, by=by, reason=reason)
    summaries.recompute([(indicator, area)])
    return rebase


@transaction.atomic
def take_back_restart(rebase, *, by):
    """Let the usual range run on after all. The restart stays readable in the past. Raises NotPossible."""
    rebase = Rebase.objects.select_for_update().select_related("indicator", "area").get(pk=rebase.pk)
    if rebase.removed_at:
        raise NotPossible("This restart has been taken back already.")
    rebase.removed_at, rebase.removed_by = timezone.now(), by
    rebase.save(update_fields=["removed_at", "removed_by"])
    period = Period.starting(rebase.indicator.frequency, rebase.period_start)
    act = f"Restart of the usual range of {rebase.area} at {period.label} taken back"
    write(act, subject=rebase, context=rebase.indicator, by=by)
    summaries.recompute([(rebase.indicator, rebase.area)])
    return rebase


# --- places ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_place(record, *, by, context=None, changed=()):
    """Write an area, a group of comparators, a membership or a population. Raises ValidationError."""
    is_new = record.pk is None
    save(record, by=by, context=context, changed=changed)
    if hasattr(record, "summaries") and "name" in changed and not is_new:
        summaries.recompute([(held.indicator, record) for held in record.summaries.select_related("indicator__owner")])
    return record


@transaction.atomic
def remove_place(record, *, by, context=None):
    """Take out an area, a group, a membership or a population that nothing refers to. Raises NotPossible."""
    words = str(record)
    write(f"{record._meta.verbose_name.capitalize()} taken out", subject=record, context=context, by=by, words=words)
    try:
        record.delete()
    except ProtectedError as refused:
        kinds = sorted({str(held._meta.verbose_name_plural) for held in refused.protected_objects})
        raise NotPossible(f"“{words}” stays: it is used by {', '.join(kinds)}.") from refused
