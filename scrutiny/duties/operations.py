"""Acts on the duties: settings of a line, confirmations where no record can tell, and the daily look at every state."""

from django.core.exceptions import ValidationError
from django.db import transaction

from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from scrutiny.duties import starting
from scrutiny.duties.board import board, line_of
from scrutiny.duties.models import Confirmation, Duty, DutyChange
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

SETTINGS = ("interval_days", "warn_days", "owner", "in_use")
TOLD = "A record tells whether this is met, so nobody confirms it by hand."


@transaction.atomic
def change(duty, settings, *, seen, by):
    """Change what the office may set of a line. Raises ChangedMeanwhile where somebody saved since version `seen`."""
    held = Duty.objects.select_for_update(of=("self",)).select_related(*Duty.LOADED_WITH).get(pk=duty.pk)
    if held.version != seen:
        raise ChangedMeanwhile(held)
    changes = [(name, getattr(held, name), value) for name, value in settings.items() if getattr(held, name) != value]
    if not changes:
        return held
    for name, _, value in changes:
        setattr(held, name, value)
    held.version += 1
    held.save(update_fields=[*(name for name, *_ in changes), "version"])
    said = "; ".join(f"{_label(name)}: {_said(before)} to {_said(after)}" for name, before, after in changes)
    audit.write(f"Duty changed: {said}"[:300], subject=held, by=by)
    return held


def _label(name):
    return Duty._meta.get_field(name).verbose_name


def _said(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


@transaction.atomic
def confirm(duty, *, on, expires_on, url, note, by):
    """Say that somebody looked on a day and found the duty met. Raises NotPossible where a record tells.

    The same words for the same day again are a button pressed twice.
    """
    held = Duty.objects.select_for_update(of=("self",)).get(pk=duty.pk)
    if not line_of(held).can_be_confirmed:
        raise NotPossible(TOLD)
    if on > today():
        raise NotPossible("That day has not come yet. Enter the day on which you looked.")
    made = Confirmation(duty=held, on=on, expires_on=expires_on, url=url, note=note, by=by)
    try:
        made.full_clean()
    except ValidationError as refused:
        raise NotPossible(" ".join(refused.messages)) from refused
    said = {"on": on, "expires_on": expires_on, "url": url, "note": note, "by": by}
    if same := held.confirmations.filter(**said).first():
        return same
    made.save()
    words = f"Duty confirmed on {on:%-d %B %Y}, counts until {expires_on:%-d %B %Y}"
    audit.write(words, subject=held, by=by)
    return made


@transaction.atomic
def take_back(confirmation, *, by):
    """Delete a confirmation that was a mistake. The trail keeps that it was made, when, and who took it back."""
    held = Confirmation.objects.select_for_update(of=("self",)).select_related("duty").get(pk=confirmation.pk)
    words = f"Confirmation of {held.on:%-d %B %Y} taken back"
    audit.write(words, subject=held.duty, by=by)
    held.delete()


@transaction.atomic
def check(day=None):
    """Keep the state of every duty in use where it is another one than at the last look. Returns what changed.

    One row a duty and day: a second run on the same day writes nothing that the first has written.
    """
    day = day or today()
    starting.load()
    lines = board(day)
    pks = [line.duty.pk for line in lines]
    last = {each.duty_id: each for each in DutyChange.objects.filter(duty__in=pks).order_by("on", "pk")}
    changed = [
        DutyChange(duty=line.duty, on=day, state=line.state, words=line.words[:300], next_due=line.next_due)
        for line in lines
        if (before := last.get(line.duty.pk)) is None or (before.state != line.state and before.on < day)
    ]
    DutyChange.objects.bulk_create(changed, ignore_conflicts=True)
    return changed
