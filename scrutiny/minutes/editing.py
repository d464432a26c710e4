"""One page of entries: what its rows hold, which were touched when it is posted, what met somebody else's words.

The page works as a plain form; the live editor takes the same rows over where they stand.
"""

import uuid
from dataclasses import dataclass, field

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from scrutiny.minutes import live, operations
from scrutiny.minutes.forms import EntryForm, speakers_of
from scrutiny.minutes.models import MinuteEntry
from scrutiny.minutes.texts import marked_difference
from scrutiny.workflow.forms import whole_number
from scrutiny.workflow.models import Revision
from scrutiny.workflow.saving import Conflict

VALUES = ("kind", "speaker", "second_speaker", "text", "rough", "assurance", "question_status")
CHOICES = [("mine", "Keep mine"), ("theirs", "Keep theirs"), ("third", "Write a third (edit the text below)")]


class Options:
    """The options of the selects of a page. Each list is written out once, however many rows show it."""

    def __init__(self, people, kinds):
        self.people = {str(person.pk): person.speaker_name for person in people}
        self.kinds = [(kind.value, kind.label) for kind in kinds]
        self._written = {}

    def of(self, field_name, chosen):
        """<option>s with one of them chosen."""
        lists = {
            "kind": self.kinds,
            "speaker": [("", "Nobody"), *self.people.items()],
            "second_speaker": [("", "Nobody"), *self.people.items()],
            "assurance": MinuteEntry.Assurance.choices,
            "question_status": MinuteEntry.QuestionStatus.choices,
        }
        if (field_name, chosen) not in self._written:
            self._written[field_name, chosen] = _options(lists[field_name], chosen)
        return self._written[field_name, chosen]

    def knowing(self, person):
        """The same with somebody who is no longer offered but named: a list without the name would take it out."""
        if person is None or str(person.pk) in self.people:
            return self
        more = Options([], [])
        more.kinds, more.people = self.kinds, {**self.people, str(person.pk): person.speaker_name}
        return more


def _options(choices, chosen):
    written = (
        format_html('<option value="{}"{}>{}</option>', value, SELECTED if value == chosen else "", label)
        for value, label in choices
    )
    return mark_safe("".join(written))  # every piece above is escaped by format_html


SELECTED = SafeString(" selected")


@dataclass
class Clash:
    """Two wordings of one entry, both safe, for a person to decide."""

    theirs: MinuteEntry
    mine: str
    mine_marked: str
    theirs_marked: str
    choices: list = field(default_factory=lambda: CHOICES)

    @property
    def who(self):
        """Who saved the other wording."""
        return self.theirs.changed_by.name if self.theirs.changed_by else "Somebody"


@dataclass
class Row:
    """One entry on the page: its values as the page shows them, and what is wrong with them."""

    prefix: str
    options: Options
    entry: MinuteEntry | None = None
    values: dict = field(default_factory=dict)
    base_version: int = 0
    save_id: uuid.UUID = field(default_factory=uuid.uuid4)
    errors: list = field(default_factory=list)
    clash: Clash | None = None

    @property
    def text(self):
        """The words."""
        return self.values.get("text", "")

    @property
    def kind(self):
        """What sort of entry."""
        return self.values.get("kind", MinuteEntry.Kind.STATEMENT)

    @property
    def is_rough(self):
        """Marked as rough."""
        return bool(self.values.get("rough"))

    @property
    def lines(self):
        """How tall the text area is without script."""
        return max(1, sum(1 + len(line) // 66 for line in self.text.split("\n")))

    def _chosen(self, name):
        return self.options.of(name, self.values.get(name) or "")

    @property
    def kind_options(self):
        """For the select of the kind."""
        return self.options.of("kind", self.kind)

    @property
    def speaker_options(self):
        """For the select of the speaker."""
        return self._chosen("speaker")

    @property
    def second_speaker_options(self):
        """For the select of the second speaker."""
        return self._chosen("second_speaker")

    @property
    def assurance_options(self):
        """For the select of the level of assurance."""
        return self._chosen("assurance")

    @property
    def question_status_options(self):
        """For the select of what became of a question."""
        return self._chosen("question_status")

    @property
    def speaker_name(self):
        """Who speaks, in words."""
        return self.options.people.get(self.values.get("speaker") or "", "")

    @property
    def second_speaker_name(self):
        """Who speaks with them, in words."""
        return self.options.people.get(self.values.get("second_speaker") or "", "")

    @property
    def kind_name(self):
        """The kind in words."""
        return MinuteEntry.Kind(self.kind).label if self.kind in MinuteEntry.Kind.values else ""

    @property
    def mark(self):
        """The bar beside the text: question, correction, action or none."""
        return {"question": "question", "correction": "correction", "action": "action", "decision": "action"}.get(
            self.kind, ""
        )

    @property
    def details(self):
        """What hangs on the entry: action, decision or correction, as the editor shows it."""
        return live.details(self.entry) if self.entry else None


@dataclass
class Page:
    """The rows of one item, and after a post what became of them."""

    minuted_item: object
    options: Options
    rows: list = field(default_factory=list)
    next_row: Row = None
    saved: int = 0
    clashes: int = 0
    last_saved: MinuteEntry = None

    @property
    def is_settled(self):
        """Everything posted is saved."""
        return self.clashes == 0 and not self.errors

    @property
    def errors(self):
        """(anchor, message) of every error, for the summary on top of the page."""
        return [
            (f"id_{row.prefix}-{name}", message)
            for row in (*self.rows, self.next_row)
            if row
            for name, message in row.errors
        ]


def _offered(minuted_item):
    """The kinds that an item's entries can have: assurance only where the office records it."""
    uses_assurance = minuted_item.minutes.meeting.series.uses_assurance
    return [kind for kind in MinuteEntry.Kind if kind != MinuteEntry.Kind.ASSURANCE or uses_assurance]


def _page(minuted_item):
    people = speakers_of(minuted_item.minutes.meeting)
    return Page(minuted_item, Options(people, _offered(minuted_item))), people


def _blank(page):
    return Row("next", page.options, values={"kind": MinuteEntry.Kind.STATEMENT})


def opened(minuted_item, *, rough_only=False):
    """The page as a writer first sees it. `rough_only` leaves out what needs no tidying."""
    page, _ = _page(minuted_item)
    living = live.entries_of(minuted_item).filter(deleted=False)
    if rough_only:
        living = living.filter(rough=True)
    page.rows = [_row(page, entry) for entry in living]
    page.next_row = _blank(page)
    return page


def _row(page, entry):
    """An entry as it stands on the server."""
    options = page.options.knowing(entry.speaker).knowing(entry.second_speaker)
    if entry.kind not in dict(options.kinds):  # the office stopped recording this kind; what is there stays
        more = Options([], [])
        more.people, more.kinds = options.people, [*options.kinds, (entry.kind, entry.get_kind_display())]
        options = more
    values = {
        "kind": entry.kind,
        "speaker": str(entry.speaker_id or ""),
        "second_speaker": str(entry.second_speaker_id or ""),
        "text": entry.text,
        "rough": entry.rough,
        "assurance": entry.assurance,
        "question_status": entry.question_status,
    }
    return Row(f"e{entry.pk}", options, entry, values, entry.version)


def posted(minuted_item, data, *, by):
    """Save what the writer touched, entry by entry. An entry nobody touched is never written back.

    Entries are saved one by one, so that a clash in one of them holds up no other.
    """
    page, people = _page(minuted_item)
    entries = list(live.entries_of(minuted_item))
    base = _bases(entries, data)
    for entry in entries:
        if f"e{entry.pk}-text" not in data:  # added by somebody else since this page was opened, or gone
            if not entry.deleted:
                page.rows.append(_row(page, entry))
            continue
        form = EntryForm(data, prefix=f"e{entry.pk}", speakers=people, entry=entry)
        if row := _save_one(page, entry, form, base.get(entry.uid), by):
            page.rows.append(row)
    _add_next(page, data, people, by)
    return page


def _bases(entries, data):
    """For each entry the content of the version on which its writer built. One query."""
    wanted = {}
    for entry in entries:
        version = whole_number(data.get(f"e{entry.pk}-base_version"))
        if version is not None:
            wanted[entry.uid] = version
    revisions = Revision.objects.filter(piece__in=wanted, version__in=set(wanted.values()))
    return {row.piece: row.content for row in revisions if wanted[row.piece] == row.version}


def _as_posted(page, form, entry=None):
    """What came, with what is wrong with it."""
    row = _row(page, entry) if entry else _blank(page)
    row.values = {name: form.data.get(form.add_prefix(name), "") for name in VALUES}
    row.base_version = whole_number(form.data.get(form.add_prefix("base_version"))) or 0
    row.errors = [
        (name, message) for name, messages in form.errors.items() if name != "__all__" for message in messages
    ]
    return row


def _fresh(page, entry):
    return _row(page, live.entries_of(page.minuted_item).get(pk=entry.pk))


def _save_one(page, entry, form, base, by):
    """Save one posted entry. Returns its row, or None where it has gone."""
    if not form.is_valid():
        return _as_posted(page, form, entry)
    choice, changes = form.cleaned_data["choice"], form.changes()
    if choice == "theirs":
        return None if entry.deleted else _row(page, entry)
    if choice == "mine":
        changes["text"] = form.cleaned_data["mine"] or changes["text"]
    # A version from before a field existed says nothing of it: then the page's value counts as untouched if it is empty.
    untouched = base is not None and all(base.get(name, "") == value for name, value in changes.items())
    if untouched and not choice:
        return None if entry.deleted else _row(page, entry)
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
    except Conflict:
        page.clashes += 1
        return _clashing(page, entry, changes)
    page.saved += not saved.replayed
    page.last_saved = saved.piece
    return _fresh(page, entry)


def _clashing(page, entry, mine):
    """The same row, now built on the other's version, holding my words and showing both."""
    theirs = live.entries_of(page.minuted_item).get(pk=entry.pk)
    row = _row(page, theirs)
    row.values = {
        **mine,
        "speaker": str(mine["speaker"] or ""),
        "second_speaker": str(mine["second_speaker"] or ""),
    }
    theirs_marked, mine_marked = marked_difference("" if theirs.deleted else theirs.text, mine["text"])
    row.clash = Clash(theirs, mine["text"], mine_marked, theirs_marked)
    return row


def _add_next(page, data, people, by):
    page.next_row = _blank(page)
    if not data.get("next-text", "").strip():
        return
    form = EntryForm(data, prefix="next", speakers=people)
    if not form.is_valid():
        page.next_row = _as_posted(page, form)
        return
    saved = operations.add_entry(page.minuted_item, save_id=form.cleaned_data["save_id"], by=by, **form.changes())
    page.saved += not saved.replayed
    page.last_saved = saved.piece
    page.rows.append(_fresh(page, saved.piece))
