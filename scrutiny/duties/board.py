"""The board: every duty in use with its state on a day, found by its query or told by a confirmation."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject

from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from scrutiny.duties.facts import DeskFacts, PublicFacts
from scrutiny.duties.models import Confirmation, Duty, State
from scrutiny.duties.queries import QUERIES, Finding
from scrutiny.indicators.words import so_many

PRESSING = (State.OVERDUE, State.DUE_SOON)
# The tag of each state; what is met or not due is plain words.
TAGS = {State.OVERDUE: "note", State.DUE_SOON: "accent", State.UNKNOWN: "open"}


@dataclass(frozen=True)
class Line:
    """One duty on one day: its state, why in words, what is due next, and the record that satisfies it."""

    duty: Duty
    finding: Finding
    is_confirmed: bool = False

    @property
    def state(self):
        """In which state it is."""
        return State(self.finding.state)

    @property
    def words(self):
        """Why, in words; on the desk they may name what is not public."""
        return self.finding.words

    @property
    def next_due(self):
        """The day on which something is due next, or was; None where none is known."""
        return self.finding.next_due

    @property
    def record_words(self):
        """The record that tells."""
        return self.finding.record_words

    @property
    def record_url(self):
        """Its address on the desk, or elsewhere for a confirmation."""
        return self.finding.record_url

    @property
    def pieces(self):
        """The words in three parts, that in the middle to be a link to the record; None where it is not named in them."""
        return pieces_of(self.words, self.record_words)

    @property
    def public_url(self):
        """Where the public reads it; empty where it is not public."""
        return self.finding.public_url

    @property
    def url(self):
        """The duty's page on the desk."""
        return self.duty.get_absolute_url()

    @property
    def query(self):
        """The query that tells, or None where a person confirms."""
        return QUERIES.get(self.duty.query)

    @property
    def is_pressing(self):
        """Overdue, or due soon."""
        return self.state in PRESSING

    @property
    def tag(self):
        """How its state looks."""
        return TAGS.get(self.state, "done")

    @property
    def can_be_confirmed(self):
        """Whether a person may confirm it: no record can tell, or none is there to tell from."""
        return self.query is None or self.is_confirmed or self.state == State.UNKNOWN


def pieces_of(words, record):
    """(before, record, after) of words that name the record; None where they do not."""
    if not record or record not in words:
        return None
    before, _, after = words.partition(record)
    return before, record, after


def board(day=None, *, facts=None):
    """Every duty in use as the desk knows it, in the order of the board. Six queries, whatever is in the records.

    `facts` are those of a day where the caller has them already.
    """
    return _lines(facts or DeskFacts(day or today()))


def public_board(day=None):
    """The same computed from what is published, and what the office confirms."""
    return _lines(PublicFacts(day or today()))


def line_of(duty, day=None):
    """One duty as the desk knows it, whether it is in use or not."""
    facts = DeskFacts(day or today())
    return _line(_with_confirmation(Duty.objects.filter(pk=duty.pk)).get(), facts)


def groups(lines):
    """[(heading, its lines)] in the order of the board."""
    order = list(dict.fromkeys(line.duty.group for line in lines))
    ordered = sorted(lines, key=lambda line: order.index(line.duty.group))
    return [(name, list(several)) for name, several in groupby(ordered, key=lambda line: line.duty.group)]


def counts(lines):
    """{state: how many}, states without a line left out."""
    found = [line.state for line in lines]
    return {state: found.count(state) for state in State if state in found}


def in_short(lines):
    """2 overdue, 1 due soon, 12 met."""
    said = [f"{count} {State(state).label.lower()}" for state, count in counts(lines).items()]
    return ", ".join(said)


def interval_in_words(duty):
    """30 days after the meeting; empty where the law itself counts or nothing is counted."""
    if not duty.interval_days:
        return ""
    counted = QUERIES[duty.query].interval if duty.query in QUERIES else "between two confirmations"
    return f"{so_many(duty.interval_days, 'day')} {counted}" if counted else ""


def _with_confirmation(duties):
    newest = Confirmation.objects.filter(duty=OuterRef("pk")).order_by("-on", "-pk")
    said = JSONObject(on=F("on"), expires_on=F("expires_on"), url=F("url"), demonstration_note=F("demonstration_note"))
    return duties.select_related(*Duty.LOADED_WITH).annotate(confirmed=Subquery(newest.values(said=said)[:1]))


def _lines(facts):
    found = _with_confirmation(Duty.objects.filter(in_use=True))
    return [_line(duty, facts) for duty in found]


def _line(duty, facts):
    asked = QUERIES.get(duty.query)
    finding = asked(duty, facts) if asked else None
    if finding is not None and (finding.state != State.UNKNOWN or not duty.confirmed):
        return Line(duty, finding)
    if duty.confirmed:
        return Line(duty, _as_confirmed(duty, facts.day), is_confirmed=True)
    return Line(duty, Finding(State.UNKNOWN, "The office has not confirmed this yet."))


def _as_confirmed(duty, day):
    said = duty.confirmed
    on, until = (datetime.date.fromisoformat(said[name][:10]) for name in ("on", "expires_on"))
    words = f"Confirmed on {in_words(on)}. "
    if until < day:
        state, words = State.OVERDUE, f"{words}That counted until {in_words(until)}."
    else:
        soon = until - datetime.timedelta(days=duty.warn_days) <= day
        state, words = (State.DUE_SOON if soon else State.MET), f"{words}It counts until {in_words(until)}."
    if said["demonstration_note"]:
        words = f"{words} Demonstration: {said['demonstration_note']}"
    record = "Where it can be seen" if said["url"] else ""
    return Finding(state, words, until, record, said["url"], said["url"])
