"""Changes to networks, events and funded posts, each in one transaction and with its line in the trail.

A form sends along how its record read when it was opened (`seen`). What somebody else saved meanwhile is never
overwritten unseen: ChangedMeanwhile carries the record as it stands.
"""

import hashlib

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.text import slugify

from opcc_portal.audit import operations as audit
from scrutiny.partnerships.models import Event, Launch, Network
from scrutiny.people.models import Organisation
from scrutiny.workflow import kinds
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

# What the portal writes itself; two new records that differ in nothing else are one that was sent twice.
OUR_OWN = ("id", "slug", "version", "chosen_at", "position", "upload")


def stamp_of(record):
    """How the record reads: the same for the same words. Empty for a new one."""
    if record.pk is None:
        return ""
    said = "\x1f".join(str(getattr(record, each.attname)) for each in record._meta.concrete_fields)
    return hashlib.sha256(said.encode()).hexdigest()[:20]


@transaction.atomic
def save(record, *, by, seen="", context=None, changed=(), **several):
    """Write a new or changed record after the rules of its model have been asked; `several` sets many-to-many fields.

    Raises ChangedMeanwhile or ValidationError. The same new words sent again are the same record.
    """
    is_new = record.pk is None
    if is_new:
        by.act_alone()
        if same := _same(record):
            return same
    else:
        stored = type(record).objects.select_for_update(of=("self",)).get(pk=record.pk)
        if stamp_of(stored) != seen:
            raise ChangedMeanwhile(stored)
        if hasattr(record, "version"):
            record.version = stored.version + 1
    record.full_clean()
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as met:
        raise ValidationError("Somebody saved the same thing at this moment. Look at what is there now.") from met
    for name, records in several.items():
        getattr(record, name).set(records)
    act = f"{_kind_of(record)} {'added' if is_new else 'changed'}: {record}"
    details = {} if is_new else {"fields": sorted(changed)}
    audit.write(act, subject=record, context=context, by=by, **details)
    return record


def _same(record):
    said = {
        each.attname: getattr(record, each.attname) for each in record._meta.concrete_fields if each.name not in OUR_OWN
    }
    return type(record).objects.filter(**said).first()


def _kind_of(record):
    return str(record._meta.verbose_name).capitalize()


def own_slug(model, words):
    """A slug of these words that no other record of the model has."""
    wanted = slug = slugify(words)[:100].strip("-") or model._meta.model_name
    number = 1
    while model.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{wanted}-{number}"
    return slug


# --- networks -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_network(network, *, name, short_name, website, by, seen="", changed=()):
    """Write a network with its organisation. A new one takes over the organisation of this name if there is one.

    Raises ChangedMeanwhile, ValidationError, or NotPossible where the name is another network's.
    """
    is_new = network.pk is None
    by.act_alone()
    named = Organisation.objects.select_for_update().filter(name__iexact=name).first()
    if named is not None and named.pk != network.organisation_id:
        if not is_new:
            raise NotPossible(f"{named} is listed as another organisation. If the two are the same, merge them.")
        if held := Network.objects.filter(organisation=named).first():
            raise NotPossible(f"{held} has its page as a network already.")
    body = named or (network.organisation if network.organisation_id else Organisation())
    new_body = body.pk is None
    if (body.name, body.short_name, body.website) != (name, short_name, website) or new_body:
        body.name, body.short_name, body.website = name, short_name, website
        if new_body:
            body.kind = Organisation.Kind.NETWORK
        body.full_clean()
        body.save()
        audit.write(f"Organisation {'added' if new_body else 'changed'}: {body}", subject=body, by=by)
    network.organisation = body
    network.slug = network.slug or own_slug(Network, name)
    return save(network, by=by, seen=seen, changed=changed)


@transaction.atomic
def choose_launch(launch, *, because, seen, by):
    """Decide that this source is right. The others stay, with what they say. Raises ChangedMeanwhile or NotPossible."""
    Network.objects.select_for_update().get(pk=launch.network_id)
    stored = Launch.objects.filter(pk=launch.pk).first()
    if stored is None or stamp_of(stored) != seen:
        raise ChangedMeanwhile(stored)
    if not because.strip():
        raise NotPossible("Write why this source is right.")
    _undecide(stored.network)
    stored.chosen_at, stored.chosen_by, stored.chosen_because = timezone.now(), by, because.strip()
    stored.save()
    audit.write(f"Launch decided: {stored.in_words}", subject=stored.network, by=by, because=stored.chosen_because)
    return stored


@transaction.atomic
def reopen_launch(network, *, by):
    """Take the decision back: all sources stand again."""
    Network.objects.select_for_update().get(pk=network.pk)
    if _undecide(network):
        audit.write("Launch open again: no source is decided for", subject=network, by=by)


def _undecide(network):
    return network.launches.exclude(chosen_at=None).update(chosen_at=None, chosen_by=None, chosen_because="")


# --- events -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_event(event, *, hosts, by, seen="", changed=()):
    """Write an event with its hosts."""
    event.slug = event.slug or own_slug(Event, f"{event.title} {event.year}")
    return save(event, by=by, seen=seen, context=event.network, changed=changed, hosts=hosts)


@transaction.atomic
def save_speaker(speaker, *, by, seen="", changed=()):
    """Write who spoke; a new one stands last. A person's name and post are taken as they were that day."""
    if speaker.pk is None:
        speaker.position = speaker.event.speakers.count() + 1
    return save(speaker, by=by, seen=seen, context=speaker.event, changed=changed)


# --- taking out -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def delete(record, *, by, context=None):
    """Take out a record that was made by mistake. Raises NotPossible for what is public or what something refers to."""
    words = str(record)
    if isinstance(record, Network) and kinds.public_path(record):
        raise NotPossible("Its page is public. Withdraw it first.")
    audit.write(f"{_kind_of(record)} deleted: {words}", subject=record, context=context, by=by)
    try:
        record.delete()
    except models.ProtectedError as refused:
        held = sorted({str(each._meta.verbose_name) for each in refused.protected_objects})
        raise NotPossible(f"“{words}” cannot be deleted: something refers to it ({', '.join(held)}).") from refused
