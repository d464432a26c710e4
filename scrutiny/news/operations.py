"""Acts on news releases: writing one in pieces, approving it, taking the approval back, correcting it once it is out.

Two people may write at once: a form knows the words that it showed (`seen`, a fingerprint), and only a change of those
very words in between is a conflict. Every act raises the release's version, which is what an approver has read.
"""

import hashlib
import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from opcc_portal.audit import operations as audit
from opcc_portal.audit.operations import key
from scrutiny.news import embargoes, pictures
from scrutiny.news.models import NewsImage, NewsPiece, NewsRelease
from scrutiny.workflow import states
from scrutiny.workflow.models import Publication, State
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible, ensure_open

FACTS = (
    "headline",
    "date",
    "embargo_until",
    "embargo_zone",
    "lead",
    "notes_to_editors",
    "contact",
    "copyright",
)
# Once the public has read it, its day and its embargo are history.
SETTLED = ("date", "embargo_until", "embargo_zone")
PIECE = ("kind", "text", "speaker", "speaker_name", "speaker_post")
PICTURE = ("alt", "caption", "credit", "copyright")
LINKS = ("priorities", "meetings", "networks", "events", "organisations")
LONGEST_SLUG = 80
MOST_PIECES = 200


def fingerprint(record, names):
    """What a form has shown of a record, as a short text: the same as long as none of these words changes."""
    said = [record._meta.get_field(name).value_from_object(record) for name in names]
    return hashlib.sha256(json.dumps(said, cls=DjangoJSONEncoder).encode()).hexdigest()[:32]


# --- the release ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def add(words, *, by, demonstration_note=""):
    """A new release. The same words sent again are the same release."""
    by.act_alone()
    plain = {name: words[name] for name in ("headline", "date", "lead")}
    if same := NewsRelease.objects.filter(state=State.DRAFT, created_by=by, **plain).first():
        return same
    release = NewsRelease(created_by=by, demonstration_note=demonstration_note, **words)
    release.slug = _free_slug(release)
    release.save()
    audit.write("News release begun", subject=release, by=by)
    return release


@transaction.atomic
def change(release, words, *, seen, by):
    """Change headline, day, embargo, first paragraph, notes and contact. Raises ChangedMeanwhile, NotPossible."""
    held = _open(release)
    words = {name: value for name, value in words.items() if not (held.has_been_public and name in SETTLED)}
    if all(getattr(held, name) == value for name, value in words.items()):
        return held
    if seen != fingerprint(held, FACTS):
        raise ChangedMeanwhile(held)
    for name, value in words.items():
        setattr(held, name, value)
    if not held.has_been_public:
        held.slug = _free_slug(held)
    held.__dict__.pop("embargo_there", None)
    return _changed(held, "facts changed", by, fields=[*words, "slug"])


@transaction.atomic
def link(release, links, *, by):
    """Say what it speaks of: `links` maps LINKS to records, and "grants" to keys."""
    held = _open(release)
    for name in LINKS:
        getattr(held, name).set(links[name])
    held.grants = links["grants"]
    return _changed(held, "links changed", by, fields=["grants"])


@transaction.atomic
def delete(release, *, by):
    """Delete a draft that was never approved. Raises NotPossible for what was published."""
    held = _open(release)
    if held.state != State.DRAFT or Publication.objects.filter(subject=key(held)).exists():
        raise NotPossible("This release was published and stays on record. Withdraw it instead.")
    for image in held.images.all():
        pictures.let_go(image)
    audit.write(f"Draft news release “{held.headline}” deleted", subject=held, by=by)
    held.delete()


def _free_slug(release):
    """The end of its address, from the headline; with a number where another release of the day has it."""
    slug = slugify(release.headline)[:LONGEST_SLUG].strip("-") or "news"
    others = NewsRelease.objects.filter(date=release.date).exclude(pk=release.pk)
    taken, free, number = set(others.values_list("slug", flat=True)), slug, 1
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    return free


def _open(release):
    held = (
        NewsRelease.objects.select_for_update(of=("self",)).select_related(*NewsRelease.LOADED_WITH).get(pk=release.pk)
    )
    ensure_open(held)
    return held


def _changed(held, what, by, fields=()):
    """One more version, and its line in the trail."""
    held.version += 1
    held.save(update_fields=[*fields, "version"])
    audit.write(f"News release: {what}", subject=held, by=by)
    audit.left_off(by, title=held.headline, excerpt=held.lead, address=held.get_absolute_url())
    return held


# --- its pieces ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_piece(release, words, *, by):
    """A text, heading or quotation at the end. The same words again are a button pressed twice."""
    held = _open(release)
    last = held.pieces.last()
    if last and all(getattr(last, name) == words[name] for name in PIECE):
        return last
    return _placed(held, NewsPiece(**words), by)


def _placed(held, piece, by):
    if held.pieces.count() >= MOST_PIECES:
        raise NotPossible(f"A release has at most {MOST_PIECES} pieces.")
    piece.release = held
    piece.position = (held.pieces.aggregate(last=Max("position"))["last"] or 0) + 1
    piece.save()
    _changed(held, f"{piece.get_kind_display().lower()} added", by)
    return piece


@transaction.atomic
def change_piece(piece, words, *, seen, by):
    """Change a text, heading or quotation. Raises ChangedMeanwhile, NotPossible."""
    release, held = _piece(piece)
    if all(getattr(held, name) == value for name, value in words.items()):
        return held
    if seen != fingerprint(held, PIECE):
        raise ChangedMeanwhile(held)
    for name, value in words.items():
        setattr(held, name, value)
    held.save(update_fields=list(words))
    _changed(release, f"{held.get_kind_display().lower()} changed", by)
    return held


@transaction.atomic
def move_piece(piece, way, *, by):
    """Put a piece one place up or down. At the end it stays where it is."""
    release, held = _piece(piece)
    order = list(release.pieces.all())
    at = next(place for place, each in enumerate(order) if each.pk == held.pk)
    to = at + (-1 if way == "up" else 1)
    if not 0 <= to < len(order):
        return held
    order[at], order[to] = order[to], order[at]
    for place, each in enumerate(order, 1):
        each.position = place
    NewsPiece.objects.bulk_update(order, ["position"])
    _changed(release, "another order", by)
    return held


@transaction.atomic
def delete_piece(piece, *, by):
    """Take a piece out; a picture goes with its files."""
    release, held = _piece(piece)
    what, image = held.get_kind_display().lower(), held.image
    held.delete()
    if image:
        pictures.let_go(image)
    _changed(release, f"{what} taken out", by)
    return release


def _piece(piece):
    release = _open(piece.release)
    held = NewsPiece.objects.filter(pk=piece.pk).select_related("image").first()
    if held is None:
        raise NotPossible("Somebody else has taken this piece out.")
    return release, held


@transaction.atomic
def add_picture(release, taken, words, *, by):
    """A picture that `pictures.take_in` took in, at the end, with its description. Raises NotPossible."""
    held = _open(release)
    image = pictures.keep(held, taken, words)
    return _placed(held, NewsPiece(kind=NewsPiece.Kind.IMAGE, image=image), by)


@transaction.atomic
def change_picture(image, words, *, seen, by):
    """Change what is said of a picture. Raises ChangedMeanwhile, NotPossible."""
    release = _open(image.release)
    held = NewsImage.objects.filter(pk=image.pk).first()
    if held is None:
        raise NotPossible("Somebody else has taken this picture out.")
    if all(getattr(held, name) == value for name, value in words.items()):
        return held
    if seen != fingerprint(held, PICTURE):
        raise ChangedMeanwhile(held)
    for name, value in words.items():
        setattr(held, name, value)
    held.save(update_fields=list(words))
    _changed(release, "picture changed", by)
    return held


# --- approval ------------------------------------------------------------------------------------------------------------


def lacks(release):
    """What is missing before it can be approved, in words."""
    return [
        words
        for words, is_there in (("a first paragraph", release.lead.strip()), ("a text", release.pieces.all()))
        if not is_there
    ]


def why_not_approved_by(release, user):
    """Why this person cannot approve it, in words; empty where they can."""
    if not user.has_perm("news.approve", release):
        return "The commissioner and governance officers approve news releases."
    if release.created_by_id == user.pk:
        return "You wrote this release, so somebody else has to approve it."
    return ""


@transaction.atomic
def approve(release, *, seen, by):
    """Approve a release as it was read (`seen`, its version). From then on it cannot change, and goes out at its minute.

    Approving it again changes nothing. Raises ChangedMeanwhile, NotPossible.
    """
    held = (
        NewsRelease.objects.select_for_update(of=("self",)).select_related(*NewsRelease.LOADED_WITH).get(pk=release.pk)
    )
    if held.is_approved:
        return held
    if refusal := why_not_approved_by(held, by):
        raise NotPossible(refusal)
    if held.version != seen:
        raise ChangedMeanwhile(held)
    if missing := lacks(held):
        raise NotPossible(f"Missing: {', '.join(missing)}.")
    first = not held.has_been_public
    if first and held.embargo_until and (wrong := embargoes.problem(held.embargo_until)):
        raise NotPossible(f"The embargo is set to {held.embargo_in_words}. {wrong}")
    held.approved_at, held.approved_by, held.trouble = timezone.now(), by, ""
    held.save(update_fields=["approved_at", "approved_by", "trouble"])
    if first:
        states.move(held, State.IN_REVIEW, by=by)
        states.move(held, State.SIGNED, by=by)
    until = f", to go out at {held.embargo_in_words}" if held.is_waiting else ""
    audit.write(f"News release approved{until}", subject=held, by=by)
    return held


@transaction.atomic
def reopen(release, *, by):
    """Take the approval back, so that it can be changed: it does not go out then. Raises NotPossible once it is out."""
    held = (
        NewsRelease.objects.select_for_update(of=("self",)).select_related(*NewsRelease.LOADED_WITH).get(pk=release.pk)
    )
    if held.has_been_public:
        raise NotPossible("It is out already. Open it for a correction, or withdraw it.")
    if not held.is_approved:
        return held
    states.move(held, State.IN_REVIEW, by=by)
    states.move(held, State.DRAFT, by=by)
    return _unapproved(held, "no longer approved", by)


@transaction.atomic
def correct(release, *, by):
    """Open a release that is out for a correction. What is out stays out until the corrected version is published."""
    held = (
        NewsRelease.objects.select_for_update(of=("self",)).select_related(*NewsRelease.LOADED_WITH).get(pk=release.pk)
    )
    if not held.has_been_public:
        raise NotPossible("It is not out yet. Take the approval back and change it.")
    return _unapproved(held, "opened for a correction", by) if held.is_approved else held


def _unapproved(held, what, by):
    held.approved_at, held.approved_by, held.trouble = None, None, ""
    held.version += 1
    held.save(update_fields=["approved_at", "approved_by", "trouble", "version"])
    audit.write(f"News release: {what}", subject=held, by=by)
    return held


@transaction.atomic
def went_out(release, *, by):
    """It is published, inside that transaction. Raises NotPossible where the approval was taken back at this moment."""
    held = NewsRelease.objects.select_for_update(of=("self",)).get(pk=release.pk)
    if not held.is_approved:
        raise NotPossible("The approval was taken back while it was being published. Nothing is published.")
    if held.is_embargoed:
        raise NotPossible(f"It is under embargo until {held.embargo_in_words}. Nothing is published.")
    states.move(held, State.PUBLISHED, by=by)
    if held.trouble:
        NewsRelease.objects.filter(pk=held.pk).update(trouble="")


@transaction.atomic
def note_trouble(release, words):
    """Keep why it did not go out, for the desk; the trail is told once."""
    if NewsRelease.objects.waiting().filter(pk=release.pk).exclude(trouble=words).update(trouble=words):
        audit.write("News release did not go out at its minute", subject=release, by=None)
