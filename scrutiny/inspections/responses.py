"""Acts on the office's response to an inspection: beginning it, what it says, signing, its letter, its two dispatches.

Police Act 1996, section 55: invite the chief constable's comments (4), publish them with the body's own (5) in time (5A),
say of each recommendation what is done, proposed, or why nothing is (5B), send it on (6).
"""

import datetime
import hashlib
import json
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from opcc_portal.audit import operations as audit
from opcc_portal.audit.operations import key
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from scrutiny.inspections.clock import PERIOD, WARNINGS, day_of
from scrutiny.inspections.models import Answer, Dispatch, Inspection, Recommendation, Response
from scrutiny.workflow import states
from scrutiny.workflow.models import Edition, State
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible, ensure_open

NEEDS_NONE = "This report does not concern the force, so the law asks for no response to it."
# What each act may write; the words of a signed response are closed to all but the last.
INVITATION = ("invited_on", "comments_by")
COMMENTS = ("comments_state", "comments_received_on", "comments")
TEXT = ("text",)
AFTER_SIGNING = ("published_on",)
SENDS_TO = tuple(Dispatch.To)
WIDTH = 560  # of the clock as it is drawn


# --- beginning ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def start(inspection, *, by):
    """The response to this inspection: a new draft, or the one that there is. Two people who start at once get the same.

    Raises NotPossible for a report that needs none.
    """
    held = Inspection.objects.select_for_update(of=("self",)).get(pk=inspection.pk)
    response = Response.objects.filter(inspection=held).first()
    if response is not None:
        return response
    if not held.needs_response:
        raise NotPossible(NEEDS_NONE)
    response = Response.objects.create(inspection=held, created_by=by, demonstration_note=held.demonstration_note)
    audit.write(f"Response to “{held.title}” begun", subject=response, context=held, by=by)
    return response


# --- what it answers ---------------------------------------------------------------------------------------------------


@dataclass
class Asked:
    """A report that the response answers, with its recommendations and the answer to each (None while there is none)."""

    inspection: Inspection
    is_covered: bool = False
    rows: list = field(default_factory=list)

    @property
    def unanswered(self):
        """The recommendations that have no answer."""
        return [recommendation for recommendation, answer in self.rows if answer is None]


def asked_by(response):
    """Asked of the report itself, then of those that it repeats; one response answers them all. Three queries."""
    covered = list(response.inspection.covers.select_related("body").order_by("published_on", "pk"))
    reports = [Asked(response.inspection), *(Asked(each, is_covered=True) for each in covered)]
    said = {answer.recommendation_id: answer for answer in response.answers.all()}
    wanted = [each.inspection.pk for each in reports]
    by_report = {}
    for each in Recommendation.objects.filter(inspection__in=wanted).order_by("position", "pk"):
        by_report.setdefault(each.inspection_id, []).append((each, said.get(each.pk)))
    for report in reports:
        report.rows = by_report.get(report.inspection.pk, [])
    return reports


def anchors_of(reports):
    """{recommendation: where pages and papers show it}: by the number as printed, with the report's name for a covered one."""
    anchors, taken = {}, set()
    for report in reports:
        before = f"{report.inspection.slug}-" if report.is_covered else ""
        for recommendation, _ in report.rows:
            number = "".join(letter if letter.isalnum() else "-" for letter in recommendation.label.lower()).strip("-")
            anchor = f"{before}{recommendation.kind}-{number or recommendation.position}"
            while anchor in taken:
                anchor += "-also"
            taken.add(anchor)
            anchors[recommendation] = anchor
    return anchors


@dataclass(frozen=True)
class Said:
    """An answer as somebody typed it, having read version `seen` of it (None: there was none)."""

    recommendation: Recommendation
    kind: str
    text: str
    seen: int | None = None


@dataclass(frozen=True)
class Conflict:
    """An answer that somebody else changed meanwhile: what was typed, and the answer as it is now (None: taken away)."""

    said: Said
    now: Answer | None


@transaction.atomic
def answer_all(response, said, *, by):
    """Save every answer that is new or different, and return Conflict of each that somebody else changed meanwhile.

    What is in conflict stays as it is; all others are saved. An answer without words is taken away. Raises NotPossible
    once the response is signed.
    """
    held = _locked(response)
    ensure_open(held)
    covered = {held.inspection_id, *held.inspection.covers.values_list("pk", flat=True)}
    now = {answer.recommendation_id: answer for answer in held.answers.select_for_update()}
    conflicts, changed = [], 0
    for each in said:
        if each.recommendation.inspection_id not in covered:
            raise NotPossible("This recommendation is of another report.")
        standing = now.get(each.recommendation.pk)
        if _same(each, standing):
            continue
        if (standing.version if standing else None) != each.seen:
            conflicts.append(Conflict(each, standing))
            continue
        _write(held, each, standing)
        changed += 1
    if changed:
        many = "An answer" if changed == 1 else f"{changed} answers"
        audit.write(
            f"{many} saved in the response to “{held.inspection}”", subject=held, context=held.inspection, by=by
        )
        _left_off(held, many, by)
    return conflicts


def _same(said, standing):
    if standing is None:
        return not said.text
    return (said.kind, said.text) == (standing.kind, standing.text)


def _write(response, said, standing):
    if standing is None:
        Answer.objects.create(response=response, recommendation=said.recommendation, kind=said.kind, text=said.text)
    elif not said.text:
        standing.delete()
    else:
        standing.kind, standing.text = said.kind, said.text
        standing.version += 1
        standing.save(update_fields=["kind", "text", "version"])


# --- what it says ------------------------------------------------------------------------------------------------------


@transaction.atomic
def change(response, words, *, seen, act, by):
    """Write some fields of a response as somebody typed them, having read version `seen`.

    The same words again change nothing. Raises ChangedMeanwhile; NotPossible for what a signed response no longer takes.
    """
    held = _locked(response)
    if all(getattr(held, name) == value for name, value in words.items()):
        return held
    if not set(words) <= set(AFTER_SIGNING):
        ensure_open(held)
    if held.version != seen:
        raise ChangedMeanwhile(held)
    for name, value in words.items():
        setattr(held, name, value)
    held.version += 1
    held.save(update_fields=[*words, "version"])
    audit.write(f"{act}: response to “{held.inspection}”", subject=held, context=held.inspection, by=by)
    _left_off(held, act, by)
    return held


def _left_off(response, what, by):
    audit.left_off(by, title=str(response), excerpt=what, address=response.get_absolute_url())


def _locked(response):
    """The response as it stands, held to the end of the transaction."""
    return Response.objects.select_for_update(of=("self",)).select_related("inspection__body").get(pk=response.pk)


# --- signing -----------------------------------------------------------------------------------------------------------


def lacks(response, reports=None):
    """What must be there before the commissioner signs, in words. Empty: nothing is missing."""
    reports = asked_by(response) if reports is None else reports
    missing = []
    if not response.inspection.needs_response:
        missing.append(NEEDS_NONE)
    unanswered = sum(len(report.unanswered) for report in reports)
    if unanswered:
        missing.append(
            "One recommendation has no answer." if unanswered == 1 else f"{unanswered} recommendations have no answer."
        )
    if not any(report.rows for report in reports) and not response.text:
        missing.append("The report has no recommendations, and the office’s own comments are not written.")
    if response.comments_state == Response.Comments.RECEIVED and not response.comments:
        missing.append("The chief constable’s comments came and are not entered; they are published with the response.")
    return missing


def content_of(response, reports=None):
    """Everything that a signature stands under, as plain data: the answers, what they answer, and both bodies' comments."""
    reports = asked_by(response) if reports is None else reports
    return {
        "report": [response.inspection.title, str(response.inspection.published_on)],
        "invited": [str(response.invited_on), str(response.comments_by)],
        "comments": [response.comments_state, str(response.comments_received_on), response.comments],
        "text": response.text,
        "answers": [
            [each.inspection_id, each.position, each.label, each.kind, each.addressee, each.text]
            + ([answer.kind, answer.text] if answer else ["", ""])
            for report in reports
            for each, answer in report.rows
        ],
    }


def hash_of(response, reports=None):
    """The same as long as nothing that is signed has changed."""
    return hashlib.sha256(json.dumps(content_of(response, reports)).encode()).hexdigest()


@transaction.atomic
def sign(response, *, seen, by):
    """Sign the response as it was read: `seen` is the hash of what the page showed. Signing twice keeps the first.

    Raises NotPossible where something is missing, ChangedMeanwhile where it says something else by now.
    """
    if not by.has_perm("responses.sign", response):
        raise NotPossible("Only the commissioner or the deputy can sign a response.")
    held = _locked(response)
    if held.is_signed:
        return held
    reports = asked_by(held)
    if missing := lacks(held, reports):
        raise NotPossible(" ".join(missing))
    signed = hash_of(held, reports)
    if signed != seen:
        raise ChangedMeanwhile(held)
    for state in (State.IN_REVIEW, State.SIGNED):
        if held.state in (State.DRAFT, State.IN_REVIEW):
            states.move(held, state, by=by)
    held.signed_at, held.signed_by, held.signed_name, held.signed_hash = timezone.now(), by, by.name, signed
    held.version += 1
    held.save(update_fields=["signed_at", "signed_by", "signed_name", "signed_hash", "version"])
    audit.write(f"Response to “{held.inspection}” signed", subject=held, context=held.inspection, by=by)
    return held


@transaction.atomic
def reopen(response, *, by):
    """Take the signature off, so that the words can be changed. What is public stays until the next version is published."""
    held = _locked(response)
    if not held.is_signed:
        return held
    if held.state == State.SIGNED:
        states.move(held, State.IN_REVIEW, by=by)
    held.signed_at, held.signed_by, held.signed_name, held.signed_hash = None, None, "", ""
    held.version += 1
    held.save(update_fields=["signed_at", "signed_by", "signed_name", "signed_hash", "version"])
    audit.write(f"Response to “{held.inspection}” opened again", subject=held, context=held.inspection, by=by)
    return held


# --- dispatches --------------------------------------------------------------------------------------------------------


@transaction.atomic
def record_dispatches(response, sent, *, seen, by):
    """Write down to whom the response was sent: {recipient: (day or None, how)}. No day: it is not recorded as sent.

    Raises ChangedMeanwhile, and NotPossible for days that cannot be.
    """
    held = _locked(response)
    standing = {each.to: each for each in held.dispatches.all()}
    before = {to: (standing[to].sent_on, standing[to].how) if to in standing else (None, "") for to in sent}
    if before == sent:
        return held
    if held.version != seen:
        raise ChangedMeanwhile(held)
    for to, (day, how) in sent.items():
        if day and not held.inspection.published_on <= day <= today():
            raise NotPossible(f"{in_words(day)} is before the report or still to come.")
        if day:
            Dispatch.objects.update_or_create(response=held, to=to, defaults={"sent_on": day, "how": how})
        else:
            held.dispatches.filter(to=to).delete()
    held.version += 1
    held.save(update_fields=["version"])
    audit.write(
        f"Dispatches of the response to “{held.inspection}” recorded", subject=held, context=held.inspection, by=by
    )
    return held


# --- how it stands -----------------------------------------------------------------------------------------------------


def published_on(response):
    """The day on which the response first was public, by the clock of the office; None before that.

    An earlier day elsewhere counts; a later version of it does not. One query at most.
    """
    first = Edition.objects.filter(publication__subject=key(response)).order_by("number")
    at = first.values_list("published_at", flat=True).first()
    days = [day for day in (response.published_on, day_of(at) if at else None) if day]
    return min(days, default=None)


@dataclass(frozen=True)
class Standing:
    """A response against its clock: what happened on which day of the 56, and how it stands today."""

    response: Response
    published_on: datetime.date | None
    day: datetime.date

    @property
    def clock(self):
        """The clock of its report."""
        return self.response.inspection.clock

    @property
    def is_late(self):
        """Published late, or not published and past the last day."""
        return self.clock.is_late(self.published_on or self.day)

    @property
    def level(self):
        """28, 14, 7, "late", or None: the warning that stands while nothing is published."""
        return None if self.published_on else self.clock.level(self.day)

    @property
    def level_in_words(self):
        """14 days or fewer: the reminder that stands."""
        return f"{self.level} days or fewer"

    @property
    def words(self):
        """12 days left. Or, once it is public, whether that was in time."""
        return (
            self.clock.published_in_words(self.published_on)
            if self.published_on
            else self.clock.left_in_words(self.day)
        )

    @property
    def elapsed(self):
        """How many of the 56 days are over, the present one included; to the day of publication once there is one."""
        return self.clock.number_of(self.published_on or self.day)

    @property
    def events(self):
        """[(number of the day, day, words, name)] of everything that has a day, in its order."""
        response, clock = self.response, self.clock
        letter = response.letter
        signed = day_of(response.signed_at) if response.signed_at else None
        known = [
            (response.inspection.published_on, "The report was published", "start"),
            (response.invited_on, "The chief constable was invited to comment", "event"),
            (response.comments_received_on, "The chief constable’s comments came", "event"),
            (letter.date if letter and letter.is_sent else None, "The letter was sent", "event"),
            (signed, "The response was signed", "event"),
            (self.published_on, "The response was published", "published"),
            (clock.last_day, "Last day for the response", "last"),
        ]
        found = sorted((day, place, words, name) for place, (day, words, name) in enumerate(known) if day)
        return [(clock.number_of(day), day, words, name) for day, _, words, name in found]

    @property
    def reminders(self):
        """[(days left, the day)] on which the desk reminds."""
        return [(left, self.clock.warning_day(left)) for left in WARNINGS]

    @property
    def bar(self):
        """The 56 days as a drawing: a day is as wide as another, and what came after the last stands at its end."""
        place = WIDTH // PERIOD
        happened = [number for number, _, _, name in self.events if name in ("event", "published")]
        return Bar(
            gone=place * min(max(self.elapsed, 0), PERIOD),
            warnings=[place * (PERIOD - left) for left in WARNINGS],
            events=[place * min(max(number, 1), PERIOD) - place // 2 for number in dict.fromkeys(happened)],
        )


@dataclass(frozen=True)
class Bar:
    """Where things stand on a bar that is WIDTH wide: how much of it is over, the reminders, what happened."""

    gone: int
    warnings: list
    events: list


def standing(response, day=None):
    """How the response stands on that day (today). One query at most."""
    return Standing(response, published_on(response), day or today())
