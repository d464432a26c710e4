"""The one way in which text is written: nothing acknowledged is lost, nothing silently overwritten.

One save is one transaction: lock the piece, look up the save id, compare the base version, write, append the revision,
answer. Measured against killed servers and lost replies; see the test of the same name.
"""

import json
import uuid
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Exists
from django.utils import timezone

from scrutiny.workflow.models import Revision, Versioned


class Conflict(Exception):
    """Somebody else saved this piece since the writer last read it. `theirs` is the piece as it is now."""

    def __init__(self, theirs, mine):
        super().__init__(f"version {theirs.version} is newer")
        self.theirs = theirs
        self.mine = mine


@dataclass(frozen=True)
class Saved:
    """The outcome: the piece as it stands, and whether this very save had already counted or changed nothing.

    `before` holds the versioned fields as they were.
    """

    piece: Versioned
    replayed: bool = False
    before: dict = field(default_factory=dict)


@transaction.atomic(savepoint=False)
def create(piece, *, save_id, by, may_be_spent=True):
    """Write a new piece as version 1 with its first revision.

    Callers lock the piece's container first, so that a retried creation waits and then meets its own save id. Returns
    Saved; on a retry the piece that the first try made. The same save id with other words is no retry (a browser's
    Back button brings an old form back to life): that is a piece of its own. A caller that has looked up the save id
    under its lock says with `may_be_spent` what it found.
    """
    wanted = _plain(piece.content())
    done = Revision.objects.filter(save_id=save_id).first() if may_be_spent else None
    if done and done.content != wanted:
        save_id = uuid.uuid5(save_id, json.dumps(wanted, sort_keys=True))
        done = Revision.objects.filter(save_id=save_id).first()
    if done:
        return Saved(type(piece).objects.get(uid=done.piece), replayed=True)
    piece.version = 1
    piece.changed_by = by
    piece.changed_at = timezone.now()
    piece.save()
    _append_revision(piece, save_id)
    return Saved(piece)


@transaction.atomic(savepoint=False)
def save(model, uid, *, base_version, save_id, changes, by):
    """Change a piece that the writer read as `base_version`; `changes` maps versioned field names to new values.

    Returns Saved. Raises Conflict when the piece has a newer version that says something else than the changes do, or
    when the save id has already carried other words, and `model.DoesNotExist` for an unknown uid.
    """
    spent = Exists(Revision.objects.filter(save_id=save_id))
    piece = model.objects.select_for_update(of=("self",)).annotate(save_id_is_spent=spent).get(uid=uid)
    unknown = set(changes) - {*model.VERSIONED, "deleted"}
    if unknown:
        raise ValueError(f"not versioned: {', '.join(sorted(unknown))}")
    done = Revision.objects.filter(save_id=save_id).first() if piece.save_id_is_spent else None
    before = piece.content()
    for name, value in changes.items():
        setattr(piece, model._meta.get_field(name).attname, getattr(value, "pk", value))
    if piece.content() == before:
        return Saved(piece, replayed=True, before=before)
    if done and done.piece == uid and _says(done, piece, changes):
        return Saved(model.objects.get(uid=uid), replayed=True)
    if done or piece.version != base_version:
        raise Conflict(theirs=model.objects.get(uid=uid), mine=changes)
    piece.version += 1
    piece.changed_by = by
    piece.changed_at = timezone.now()
    piece.save()
    _append_revision(piece, save_id)
    return Saved(piece, before=before)


def _says(revision, piece, changes):
    """Whether this revision wrote what is to be written now: then it is the same act of saving, sent again."""
    wanted = _plain(piece.content())
    return all(revision.content.get(name) == wanted[name] for name in changes)


def _append_revision(piece, save_id):
    Revision.objects.create(
        piece=piece.uid, version=piece.version, save_id=save_id, content=_plain(piece.content()), by=piece.changed_by
    )


def _plain(content):
    """JSON has no dates: they are kept as ISO text."""
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in content.items()}
