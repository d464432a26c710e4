"""One posted page of entries: which were touched, what was saved, what met somebody else's words."""

import uuid
from dataclasses import dataclass, field

from scrutiny.minutes import operations
from scrutiny.minutes.forms import EntryForm, speakers_of
from scrutiny.minutes.models import MinuteEntry
from scrutiny.minutes.texts import marked_difference
from scrutiny.workflow.forms import whole_number
from scrutiny.workflow.models import Revision
from scrutiny.workflow.saving import Conflict


@dataclass
class Clash:
    """Two wordings of one entry, both safe, for a person to decide."""

    theirs: MinuteEntry
    mine_marked: str
    theirs_marked: str

    @property
    def who(self):
        """Who saved the other wording."""
        return self.theirs.changed_by.name if self.theirs.changed_by else "Somebody"


@dataclass
class Page:
    """The forms of one item, and after a post what became of them."""

    minuted_item: object
    forms: list = field(default_factory=list)
    next_form: EntryForm = None
    saved: int = 0
    clashes: int = 0
    last_saved: MinuteEntry = None

    @property
    def is_settled(self):
        """Everything posted is saved."""
        return self.clashes == 0 and all(form.is_valid() for form in self._bound())

    def _bound(self):
        return [form for form in (*self.forms, self.next_form) if form.is_bound]

    @property
    def errors(self):
        """(anchor, message) of every field error, for the summary on top of the page."""
        return [
            (form[name].id_for_label, message)
            for form in self._bound()
            for name, messages in form.errors.items()
            if name != "__all__"
            for message in messages
        ]


def blank_form(people, kind=MinuteEntry.Kind.STATEMENT, speaker=""):
    """The form of the next entry."""
    return EntryForm(
        prefix="next", speakers=people, initial={"kind": kind, "speaker": speaker, "save_id": uuid.uuid4()}
    )


def opened(minuted_item):
    """The page as a writer first sees it."""
    people = speakers_of(minuted_item.minutes.meeting)
    page = Page(minuted_item)
    for entry in _living(minuted_item):
        page.forms.append(
            EntryForm(prefix=f"e{entry.pk}", speakers=people, entry=entry, initial=EntryForm.initial_for(entry))
        )
    page.next_form = blank_form(people)
    return page


def posted(minuted_item, data, *, by):
    """Save what the writer touched, entry by entry. An entry nobody touched is never written back.

    Entries are saved one by one, so that a clash in one of them holds up no other.
    """
    people = speakers_of(minuted_item.minutes.meeting)
    page = Page(minuted_item)
    entries = list(_living(minuted_item, with_deleted=True))
    forms = {entry: EntryForm(data, prefix=f"e{entry.pk}", speakers=people, entry=entry) for entry in entries}
    base = _bases(entries, data)
    for entry, form in forms.items():
        if form.add_prefix("text") not in data:  # added by somebody else since this page was opened, or gone
            if not entry.deleted:
                page.forms.append(_fresh(entry, people))
            continue
        page.forms.append(_save_one(page, entry, form, base.get(entry.uid), people, by))
    page.forms = [form for form in page.forms if form is not None]
    _add_next(page, data, people, by)
    return page


def _living(minuted_item, with_deleted=False):
    entries = minuted_item.entries.select_related("speaker", "second_speaker", "changed_by").order_by("position", "pk")
    return entries if with_deleted else entries.filter(deleted=False)


def _fresh(entry, people):
    return EntryForm(prefix=f"e{entry.pk}", speakers=people, entry=entry, initial=EntryForm.initial_for(entry))


def _bases(entries, data):
    """For each entry the content of the version on which its writer built. One query."""
    wanted = {}
    for entry in entries:
        version = whole_number(data.get(f"e{entry.pk}-base_version"))
        if version is not None:
            wanted[entry.uid] = version
    revisions = Revision.objects.filter(piece__in=wanted, version__in=set(wanted.values()))
    return {row.piece: row.content for row in revisions if wanted[row.piece] == row.version}


def _save_one(page, entry, form, base, people, by):
    if not form.is_valid():
        form.clash = None
        return form
    choice, changes = form.cleaned_data["choice"], form.changes()
    if choice == "theirs":
        return None if entry.deleted else _fresh(entry, people)
    if choice == "mine":
        changes["text"] = form.cleaned_data["mine"] or changes["text"]
    untouched = base is not None and all(base.get(name) == value for name, value in changes.items())
    if untouched and not choice:
        return None if entry.deleted else _fresh(entry, people)
    if choice:
        changes["deleted"] = False
    try:
        saved = operations.change_entry(
            entry,
            base_version=form.cleaned_data["base_version"] or 0,
            save_id=form.cleaned_data["save_id"],
            changes=changes,
            by=by,
        )
    except Conflict as conflict:
        page.clashes += 1
        return _clashing(entry, form, conflict, people)
    page.saved += not saved.replayed
    page.last_saved = saved.piece
    return _fresh(
        MinuteEntry.objects.select_related("speaker", "second_speaker", "changed_by").get(pk=entry.pk), people
    )


def _clashing(entry, form, conflict, people):
    """The same form, now built on the other's version, holding my words and showing both."""
    theirs = MinuteEntry.objects.select_related("speaker", "second_speaker", "changed_by").get(pk=entry.pk)
    mine = form.changes()
    again = EntryForm(
        prefix=form.prefix,
        speakers=people,
        entry=theirs,
        initial={
            **mine,
            "speaker": mine["speaker"] or "",
            "second_speaker": mine["second_speaker"] or "",
            "base_version": theirs.version,
            "save_id": uuid.uuid4(),
            "mine": mine["text"],
            "choice": "mine",
        },
    )
    theirs_marked, mine_marked = marked_difference("" if theirs.deleted else theirs.text, mine["text"])
    again.clash = Clash(theirs, mine_marked, theirs_marked)
    return again


def _add_next(page, data, people, by):
    form = EntryForm(data, prefix="next", speakers=people)
    page.next_form = form
    if not data.get("next-text", "").strip():
        page.next_form = blank_form(people)
        return
    if not form.is_valid():
        return
    changes = form.changes()
    saved = operations.add_entry(
        page.minuted_item,
        save_id=form.cleaned_data["save_id"],
        by=by,
        kind=changes["kind"],
        speaker=form.people.get(form.cleaned_data["speaker"]),
        second_speaker=form.people.get(form.cleaned_data["second_speaker"]),
        text=changes["text"],
    )
    page.saved += not saved.replayed
    page.last_saved = saved.piece
    fresh = MinuteEntry.objects.select_related("speaker", "second_speaker", "changed_by").get(pk=saved.piece.pk)
    page.forms.append(_fresh(fresh, people))
    page.next_form = blank_form(people)
