"""Changes to persons, posts, organisations and appointments, each with its line in the trail."""

import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from opcc_portal.audit.operations import write
from scrutiny.people.models import Appointment, Person


@transaction.atomic
def save(record, *, by, context=None, changed=()):
    """Write a new or changed record after the rules of its model have been asked. Raises ValidationError."""
    is_new = record.pk is None
    record.full_clean()
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as met:
        raise ValidationError("Somebody saved the same thing at this moment. Look at what is there now.") from met
    act = f"{record._meta.verbose_name.capitalize()} {'added' if is_new else 'changed'}"
    write(
        act,
        subject=record,
        by=by,
        context=context,
        words=str(record),
        **({} if is_new else {"fields": sorted(changed)}),
    )
    return record


@transaction.atomic
def add_person(person, *, appointment=None, another=False, by):
    """Write a new person, in their first post where one is given.

    Raises ValidationError for a name that is listed already, unless it is `another` person's; the form asks as well, but
    a button pressed twice sends two forms that both find nobody.
    """
    by.act_alone()
    if not another and namesakes(person).exists():
        raise ValidationError(f"{person.name} is already listed.")
    save(person, by=by)
    if appointment:
        appointment.person = person
        save(appointment, by=by, context=person)
    return person


@transaction.atomic
def move_on(appointment, *, last_day, next_appointment=None, by):
    """End an appointment on a day and, for a promotion or a move, start the next one the day after.

    `next_appointment` has post and qualifier. Raises ValidationError when the appointment has ended already, or when the
    last day lies before its first.
    """
    appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if appointment.ends:
        raise ValidationError("This appointment has a last day already. Change it there.")
    appointment.ends = last_day
    save(appointment, by=by, context=appointment.person, changed=["ends"])
    if next_appointment:
        next_appointment.person = appointment.person
        next_appointment.starts = last_day + datetime.timedelta(days=1)
        save(next_appointment, by=by, context=appointment.person)
    return appointment


@transaction.atomic
def delete(record, *, by, context=None):
    """Delete a record that nothing refers to. Raises ValidationError that says what still does."""
    words = str(record)
    write(f"{record._meta.verbose_name.capitalize()} deleted", subject=record, by=by, context=context, words=words)
    try:
        record.delete()
    except models.ProtectedError as refused:
        kinds = sorted({str(held._meta.verbose_name) for held in refused.protected_objects})
        raise ValidationError(
            f"“{words}” cannot be deleted, because something refers to it: {', '.join(kinds)} "
            f"({len(refused.protected_objects)} in all)."
        ) from refused


def namesakes(person):
    """Other persons who are already known under this person's name, with their posts."""
    return Person.objects.known_as(person.name).exclude(pk=person.pk).with_posts()
