"""Making one organisation of two that are the same: everything that points at the one points at the other afterwards.

What points at an organisation is found from the models themselves, so that a room which is built later is not forgotten.
Where the two have the same thing twice (a post of one name, the same member of a network), one of the two stays.
"""

import hashlib
from dataclasses import dataclass

from django.db import IntegrityError, models, transaction

from funding.open_data.content import public_key
from funding.open_data.models import PublicAward
from opcc_portal.audit import operations as audit
from opcc_portal.office.models import Office
from scrutiny.partnerships.models import Membership, Merger
from scrutiny.people.models import Appointment, Identifier, Organisation, Post
from scrutiny.register.models import ActionOwner
from scrutiny.workflow.models import Edition
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

# What the one that stays takes over where it says nothing itself.
FILLED_IN = ("short_name", "website", "note")
# Of these two rows that say the same are one too many.
SAID_ONCE = (Membership, ActionOwner, Appointment)


@dataclass(frozen=True)
class Link:
    """One way in which records point at an organisation."""

    model: type
    name: str
    count: int

    @property
    def words(self):
        """3 awards (recipient)."""
        meta = self.model._meta
        if meta.auto_created:
            owner = meta.auto_created._meta
            what = owner.verbose_name if self.count == 1 else owner.verbose_name_plural
            return f"{self.count} {what} ({_field_of(self.model, meta.auto_created)})"
        what = meta.verbose_name if self.count == 1 else meta.verbose_name_plural
        label = meta.get_field(self.name).verbose_name
        return f"{self.count} {what}" if label == "organisation" else f"{self.count} {what} ({label})"


def _field_of(through, owner):
    return next(each.verbose_name for each in owner._meta.many_to_many if each.remote_field.through is through)


def pointing_at(model):
    """[(model, name of its field)] of every foreign key to the model, hidden ones and tables of several included."""
    found = [
        (each.related_model, each.field.name)
        for each in model._meta.get_fields(include_hidden=True)
        if each.auto_created and not each.concrete and (each.one_to_many or each.one_to_one)
    ]
    return sorted(found, key=lambda pair: (pair[0]._meta.label, pair[1]))


def links_of(record):
    """What points at the record now, as Link; kinds of which there is none are left out."""
    counted = [
        Link(model, name, model._base_manager.filter(**{name: record.pk}).count())
        for model, name in pointing_at(type(record))
    ]
    return [link for link in counted if link.count]


@dataclass(frozen=True)
class Plan:
    """What merging would do. `against`: why it cannot be done; `warnings`: what to think about first."""

    former: Organisation
    into: Organisation
    links: tuple
    against: str
    warnings: tuple

    @property
    def seen(self):
        """The same as long as the same would happen."""
        said = [self.former.name, self.into.name, *(link.words for link in self.links)]
        return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:20]


def plan(former, into):
    """What merging `former` into `into` would do, as Plan."""
    return Plan(former, into, tuple(links_of(former)), why_not(former, into), tuple(_warnings(former, into)))


def why_not(former, into):
    """Why the two cannot be merged, in words; empty when they can."""
    if former.pk == into.pk:
        return "This is the same organisation. Choose the other one."
    if is_ours(former):
        return f"{former} is the office itself or its force. Merge the other one into it instead."
    if hasattr(former, "network") and hasattr(into, "network"):
        return "Both have a page as a network. Delete one of these pages first, and move what is on it."
    for one, other in ((former, into), (into, former)):
        if hasattr(one, "network") and one.network.memberships.filter(organisation=other).exists():
            return f"{other} is a member of {one}: a network cannot be its own member. Take it out there first."
    return ""


def is_ours(organisation):
    """Whether it is the office, or the force that the office holds to account, now or at another time."""
    if organisation.kind == Organisation.Kind.OFFICE:
        return True
    return Office.objects.filter(
        models.Q(force_name__iexact=organisation.name)
        | models.Q(display_name__iexact=organisation.name)
        | models.Q(legal_name__iexact=organisation.name)
    ).exists()


def _warnings(former, into):
    if former.kind != into.kind:
        one, other = former.get_kind_display(), into.get_kind_display()
        yield f"They are of different kinds: {one}, and {other}. What stays is: {other}."
    held = {each.list: each.number for each in into.identifiers.all()}
    for each in former.identifiers.all():
        if each.list in held:
            words = f"{held[each.list]} and {each.number}"
            yield (
                f"Both have a number of {each.get_list_display()}: {words}. Bodies with different numbers are mostly "
                "different bodies. If they are not, take the wrong number out first."
            )
    if is_ours(into):
        yield f"{into} is the office itself or its force."


# --- the act ------------------------------------------------------------------------------------------------------------------


@transaction.atomic
def merge(former, into, *, reason, seen, by):
    """Make `former` part of `into`: every link moves, `former` goes, its addresses lead on. Returns the Merger.

    `seen` is the Plan that the person agreed to. Raises NotPossible, or ChangedMeanwhile where more or less would move now.
    """
    held = Organisation.objects.select_for_update().in_bulk([former.pk, into.pk])
    for each in (former, into):
        if each.pk not in held:
            raise NotPossible(_gone(each))
    former, into = held[former.pk], held[into.pk]
    if against := why_not(former, into):
        raise NotPossible(against)
    if not reason.strip():
        raise NotPossible("Write why the two are the same.")
    now = plan(former, into)
    if now.seen != seen:
        raise ChangedMeanwhile(now)
    key, former_pk = public_key(former), former.pk
    _move(former, into)
    for name in FILLED_IN:
        setattr(into, name, getattr(into, name) or getattr(former, name))
    if left := links_of(former):
        raise NotPossible(f"This still points at {former}: {', '.join(link.words for link in left)}.")
    former.delete()
    into.save()
    moved = {f"{link.model._meta.label_lower}.{link.name}": link.count for link in now.links}
    merger = Merger.objects.create(
        former_pk=former_pk,
        former_name=former.name,
        former_key=key,
        into=into,
        reason=reason.strip(),
        moved=moved,
        by=by,
    )
    audit.write(f"{former.name} became part of {into}", subject=into, by=by, reason=merger.reason, moved=moved)
    return merger


def _gone(organisation):
    """What became of an organisation that is not there any more."""
    merger = Merger.objects.filter(former_pk=organisation.pk).select_related("into").first()
    if merger is None:
        return f"{organisation} is not listed any more."
    return f"{merger.former_name} has become part of {merger.into} already."


def _move(former, into):
    """Point everything at `into` that points at `former`; both are of the same model."""
    for model, name in pointing_at(type(former)):
        rows = model._base_manager.filter(**{name: former.pk})
        if model is Post:
            _join_posts(rows, into)
        moved = list(rows.values_list("pk", flat=True))
        if model._meta.auto_created:
            _move_several(model, rows, name, into)
        elif moved:
            _move_rows(model, rows, name, into)
        if model in SAID_ONCE:
            _drop_doubles(model, moved)


def _join_posts(posts, into):
    """Posts of one title become one: their holders move, the other post goes."""
    for post in posts:
        if twin := Post.objects.filter(organisation=into, title=post.title).first():
            _move(post, twin)
            post.delete()


def _move_several(through, rows, name, into):
    """Rows of a many-to-many table; where the other is listed too, one row stays."""
    other = next(each.name for each in through._meta.get_fields() if each.many_to_one and each.name != name)
    there = through._base_manager.filter(**{name: into.pk}).values(other)
    rows.filter(**{f"{other}__in": list(there.values_list(other, flat=True))}).delete()
    rows.update(**{name: into.pk})


def _move_rows(model, rows, name, into):
    """All at once; where a rule of the model stands against it, the row that it is about is named."""
    try:
        with transaction.atomic():
            rows.update(**{name: into.pk})
    except IntegrityError:
        for row in list(rows):
            try:
                with transaction.atomic():
                    rows.filter(pk=row.pk).update(**{name: into.pk})
            except IntegrityError as met:
                what = model._meta.verbose_name
                raise NotPossible(f"Both have the {what} “{row}”. Take one of them out first, then merge.") from met


def _drop_doubles(model, moved):
    """Of the rows that moved those that say the same as another row now."""
    apart = ("id", "position", "source", "name")
    for row in model.objects.filter(pk__in=moved).order_by("-pk"):
        said = {
            each.attname: getattr(row, each.attname) for each in model._meta.concrete_fields if each.name not in apart
        }
        if model.objects.filter(**said).exclude(pk=row.pk).exists():
            row.delete()


# --- what leads on ------------------------------------------------------------------------------------------------------------


def recipient_now(key):
    """Under which key the public finds a recipient of grants that once stood under this one; "" where that is nowhere.

    A body gets another key when it becomes part of another one, and when its number is found. Only what was public once
    leads on, and only to what is public: the records of the desk are told to nobody.
    """
    if not Edition.objects.readable().filter(kind="award", content__recipient__key=key).exists():
        return ""
    body = _once_known_as(key)
    new = public_key(body) if body else ""
    return new if new != key and PublicAward.objects.filter(recipient_id=new).exists() else ""


def _once_known_as(key):
    pk = key.removeprefix("org-")
    if pk != key and pk.isdecimal():
        return Organisation.objects.filter(models.Q(pk=pk) | models.Q(mergers__former_pk=pk)).first()
    if merger := Merger.objects.filter(former_key=key).select_related("into").first():
        return merger.into
    list_name, _, number = key.upper().rpartition("-")
    held = Identifier.objects.filter(list=list_name, number__iexact=number).select_related("organisation").first()
    return held.organisation if held else None


def suggested(organisation, words="", most=20):
    """Organisations that may be the same: those with these words in their name or a former one, else alike ones."""
    others = Organisation.objects.exclude(pk=organisation.pk)
    if words:
        named = models.Q(name__icontains=words) | models.Q(short_name__iexact=words)
        return others.filter(named | models.Q(mergers__former_name__icontains=words)).distinct()[:most]
    telling = [word for word in organisation.name.replace("(", " ").split() if len(word) > 3 and word[0].isupper()]
    alike = models.Q(pk=None)
    for word in telling[:3]:
        alike |= models.Q(name__icontains=word)
    if organisation.short_name:
        alike |= models.Q(short_name__iexact=organisation.short_name) | models.Q(name__iexact=organisation.short_name)
    return others.filter(alike).order_by("name")[:most]
