"""Private notes: one a person and record, read by their writer alone. No trail is kept of them: it would tell others."""

from django.db import transaction
from django.db.models import Subquery

from opcc_portal.audit.operations import key
from scrutiny.workflow.models import PrivateNote


class Overtaken(Exception):
    """The writer changed the note in another window meanwhile. `note` is how it stands now."""

    def __init__(self, note):
        super().__init__("the note has changed")
        self.note = note


def note_on(record, user):
    """What this person noted about the record; None for nothing."""
    return PrivateNote.objects.filter(by=user, subject=key(record)).first()


def words_on(record, user):
    """The words of that note, as a part of another query."""
    return Subquery(PrivateNote.objects.filter(by=user, subject=key(record)).values("text")[:1])


@transaction.atomic
def keep(record, *, text, base_version, by):
    """Keep the note, or delete it where the text is empty. Returns it, or None. Raises Overtaken.

    `base_version` is the version that the writer read, 0 where there was none.
    """
    mine = PrivateNote.objects.filter(by=by, subject=key(record))
    note = mine.select_for_update().first()
    if note and note.version != base_version and note.text != text:
        raise Overtaken(note)
    if not text:
        mine.delete()
        return None
    if note is None:
        note, is_new = PrivateNote.objects.get_or_create(by=by, subject=key(record), defaults={"text": text})
        if not is_new and note.text != text:
            raise Overtaken(note)
    elif note.text != text:
        note.text = text
        note.version += 1
        note.save(update_fields=["text", "version", "changed_at"])
    return note
