"""Monitoring returns: asked for, received, accepted, waived, reminded of."""

import calendar
import datetime
from dataclasses import dataclass
from smtplib import SMTPException

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from funding.awards.models import Award, MonitoringReturn, Status
from funding.rounds.money import in_pounds
from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from opcc_portal.office.models import Office
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

# So long before a return is due the recipient is reminded of it.
NOTICE = datetime.timedelta(days=14)
RECEIVED = ("received_on", "spent", "people_reached", "outcome")


def plan(award, *, every, by):
    """Ask for all returns of a new award: each so many months from its start, and one month after its end.

    Without a last day there is no telling how many: only the first is asked for.
    """
    starts, number = award.starts or award.awarded_on, 1
    while (due := months_after(starts, number * every)) < (award.ends or due):
        ask(award, title=f"Monitoring return {number}", due_on=due, by=by)
        number += 1
    if award.ends:
        return ask(award, title="Final return", due_on=months_after(award.ends, 1), by=by)
    return ask(award, title="Monitoring return 1", due_on=due, by=by)


def months_after(day, months):
    """The same day so many months later, or the last day of that month where it is shorter."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@transaction.atomic
def ask(award, *, title, due_on, by):
    """Ask for one more return. The same one is asked for once."""
    held = Award.objects.select_for_update(of=("self",)).get(pk=award.pk)
    if held.status == Status.WITHDRAWN:
        raise NotPossible("This award is withdrawn: nothing more is reported about it.")
    if due_on < held.awarded_on:
        raise NotPossible(f"Nothing can be due before the award of {in_words(held.awarded_on)}. Check the day.")
    asked, is_new = MonitoringReturn.objects.get_or_create(award=held, title=title, due_on=due_on)
    if is_new:
        _note("asked for", asked, by, due_on=due_on.isoformat())
    return asked


@transaction.atomic
def move(asked, *, title, due_on, seen, by):
    """Change what a return is called or when it is due. A new day is reminded of anew. Raises NotPossible."""
    held = _open(asked, seen)
    if (held.title, held.due_on) == (title, due_on):
        return held
    if not held.is_awaited:
        raise NotPossible("This return is no longer awaited.")
    if due_on < held.award.awarded_on:
        raise NotPossible(f"Nothing can be due before the award of {in_words(held.award.awarded_on)}. Check the day.")
    if MonitoringReturn.objects.filter(award=held.award, title=title, due_on=due_on).exclude(pk=held.pk).exists():
        raise NotPossible("A return of this name is asked for on that day already.")
    before = {"title": held.title, "due_on": held.due_on.isoformat()}
    if held.due_on != due_on:
        held.reminded_on = None
    held.title, held.due_on = title, due_on
    return _saved("changed", held, by, before=before)


@transaction.atomic
def receive(asked, fields, *, upload=None, seen, by):
    """Note what a recipient has reported; until it is accepted it can be noted again. Raises NotPossible."""
    held = _open(asked, seen)
    if held.waived:
        raise NotPossible("This return is not asked for any more.")
    if held.accepted_on:
        raise NotPossible("This return is accepted. What it says stays as it is.")
    received, spent = fields["received_on"], fields.get("spent")
    if received > today():
        raise NotPossible(f"It would have come in the future. It is {in_words(today())} today.")
    if received < held.award.awarded_on:
        raise NotPossible(f"It would have come before the award of {in_words(held.award.awarded_on)}. Check the day.")
    if spent is not None and spent > held.award.amount:
        raise NotPossible(f"The award is {in_pounds(held.award.amount)}: no more of it can be spent.")
    for name in RECEIVED:
        setattr(held, name, fields.get(name, getattr(held, name)))
    held.upload = upload or held.upload
    return _saved("received", held, by)


@transaction.atomic
def accept(asked, *, seen, by):
    """Say that a return will do. Raises NotPossible."""
    held = _open(asked, seen)
    if held.received_on is None:
        raise NotPossible("Nothing has been received yet.")
    if held.accepted_on:
        return held
    held.accepted_on = today()
    return _saved("accepted", held, by)


@transaction.atomic
def waive(asked, reason, *, seen, by):
    """No longer ask for a return, and say why. Raises NotPossible."""
    held = _open(asked, seen)
    if not held.is_awaited:
        raise NotPossible("This return is no longer awaited.")
    if not reason.strip():
        raise NotPossible("Write why it is not asked for any more.")
    held.waived = reason.strip()
    return _saved("waived", held, by)


def waive_open(award, *, note, by):
    """Waive every awaited return of an award that the caller has locked."""
    for asked in MonitoringReturn.objects.awaited().filter(award=award):
        asked.award, asked.waived = award, note
        _saved("waived", asked, by)


# --- reminders ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reminders:
    """What a run of reminders did: how many were mailed, for which nobody's address is known, which mails failed."""

    sent: int
    without_address: tuple
    failed: tuple


def to_remind(day=None):
    """The returns that a reminder is due for: one from 14 days before, another once the day has passed."""
    day = day or today()
    asked = MonitoringReturn.objects.awaited().filter(due_on__lte=day + NOTICE)
    asked = asked.select_related(*MonitoringReturn.LOADED_WITH)
    return [each for each in asked if not _was_reminded(each, day)]


def _was_reminded(asked, day):
    """Once before the day, once after it."""
    last = asked.reminded_on
    return last is not None and (asked.due_on >= day or last > asked.due_on)


def remind_all(day=None):
    """Mail every reminder that is due, each once. One that cannot be mailed holds up no other; the next run tries again."""
    sent, without, failed = 0, [], []
    for asked in to_remind(day):
        if not address_of(asked):
            without.append(asked)
            continue
        try:
            sent += remind(asked, by=None, day=day)
        except (SMTPException, OSError):
            failed.append(asked)
    return Reminders(sent, tuple(without), tuple(failed))


@transaction.atomic
def remind(asked, *, by, day=None):
    """Mail one reminder to whoever applied. The mail names the award by its reference and nobody by name.

    The day is kept first, under a lock, so that two runs at once send one mail; a mail that fails gives it back.
    Returns whether one was sent. Raises NotPossible where there is nobody to write to.
    """
    day = day or today()
    held = _locked(asked)
    if not held.is_awaited:
        raise NotPossible("This return is no longer awaited.")
    if not (address := address_of(held)):
        raise NotPossible("No e-mail address is known: this award has no application with one.")
    if held.reminded_on == day or (by is None and _was_reminded(held, day)):
        return False
    held.reminded_on = day
    _saved("reminded of", held, by)
    office = Office.on(day)
    context = {"asked": held, "award": held.award, "office": office, "overdue": held.due_on < day}
    words = "is overdue" if held.due_on < day else f"is due on {in_words(held.due_on)}"
    subject = f"{held.award.reference}: your monitoring return {words}"
    send_mail(subject, render_to_string("funding/awards/return_mail.txt", context), None, [address])
    return True


def address_of(asked):
    """Where its reminders go: to the contact of the application. Personal data."""
    application = asked.award.application
    return application.contact_email if application else ""


# --- under the lock ----------------------------------------------------------------------------------------------------


def _locked(asked):
    found = MonitoringReturn.objects.select_for_update(of=("self",)).select_related(*MonitoringReturn.LOADED_WITH)
    return found.get(pk=asked.pk)


def _open(asked, seen):
    held = _locked(asked)
    if held.version != seen:
        raise ChangedMeanwhile(held)
    return held


def _saved(act, asked, by, **details):
    asked.version += 1
    asked.save()
    _note(act, asked, by, **details)
    return asked


def _note(act, asked, by, **details):
    words = f"Monitoring return {act}: {asked.award.reference}"
    audit.write(words, subject=asked, context=asked.award, by=by, **details)
