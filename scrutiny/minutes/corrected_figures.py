"""Corrections joined up with figures: which figure of an indicator a correction speaks of, and the revision it becomes.

A correction that nobody has confirmed only proposes; confirmed, it is a revision with code C that names the minutes. Where
nobody can say which period was meant, the figure stays "as reported", beside the series and never a point of it.
"""

import uuid
from dataclasses import dataclass

from django.db import transaction

from opcc_portal.audit import operations as audit
from opcc_portal.audit.operations import key
from opcc_portal.office.dates import today
from scrutiny.indicators import recording
from scrutiny.indicators.models import Observation, ObservationRevision
from scrutiny.indicators.recording import Said
from scrutiny.indicators.typed import TypedWrong, parse_figure
from scrutiny.minutes.models import Correction
from scrutiny.workflow import saving
from scrutiny.workflow.operations import NotPossible


@dataclass(frozen=True)
class Proposal:
    """What confirming a correction would do to the figures: "127 becomes 176"; `wrong` says why it cannot."""

    figure: str
    before: str
    after: str
    observation: Observation | None = None
    wrong: str = ""


@transaction.atomic
def point(correction, *, indicator, area, period_start, seen, by):
    """Say which figure of an indicator the correction puts right. None for `indicator`: of no figure that is kept here.

    Without `period_start` the period is still to be confirmed. A correction that is settled already is carried over at once.
    Raises NotPossible, also where the correction is no longer as it read in version `seen`.
    """
    held = _locked(correction)
    if held.version != seen:
        raise NotPossible(
            "Somebody changed this correction since you opened it. Read it as it is now, then say it again."
        )
    if held.revision_id:
        raise NotPossible("The figure is changed already. Take the correction back first.")
    if held.is_of_minutes or held.deleted:
        raise NotPossible("This correction puts no figure of a paper right.")
    changes = {"indicator": indicator, "area": area if indicator else None, "period_start": period_start}
    if indicator and not held.period and period_start:
        changes["period"] = recording.Period.starting(indicator.frequency, period_start).label
    saving.save(Correction, held.uid, base_version=held.version, save_id=uuid.uuid4(), changes=changes, by=by)
    held = _locked(correction)
    if indicator and (wrong := proposal(held).wrong):
        raise NotPossible(wrong)
    audit.write(_pointed(held), subject=held, context=held.minutes, by=by)
    if held.status != Correction.Status.PROPOSED:
        carry_over(held, by=by)
    return held


def _pointed(correction):
    if not correction.indicator:
        return "Said that it puts no figure of an indicator right"
    return f"Pointed it to “{correction.indicator}”, {correction.area}, {period_in_words(correction)}"


def period_in_words(correction):
    """The period of the figure; what was said, while it is to be confirmed."""
    if correction.period_start:
        return recording.Period.starting(correction.indicator.frequency, correction.period_start).label
    return f"“{correction.period}”, to be confirmed" if correction.period else "period to be asked"


def proposal(correction):
    """What confirming it would do to the figures, or None where it names no figure."""
    indicator = correction.indicator
    if indicator is None:
        return None
    figure = f"{indicator}, {correction.area}, {period_in_words(correction)}"
    observation = _observation(correction)
    before = recording.words_of(observation, indicator) if observation else correction.old_value or "no figure held"
    try:
        said = _said(correction, correction.new_value)
    except NotPossible as wrong:
        return Proposal(figure, before, correction.new_value, observation, str(wrong))
    wrong = recording.check(indicator, correction.area, said, correction.period_start)
    return Proposal(figure, before, recording.words.shown(said.value, indicator), observation, " ".join(wrong))


def carry_over(correction, *, by):
    """Make a settled correction a revision of its figure; the value it had comes first where none was kept yet.

    Inside the transaction that settles it. Raises NotPossible where it cannot be one.
    """
    if correction.indicator is None or correction.revision_id:
        return
    if not correction.period_start and not correction.period:
        raise NotPossible(
            "Not confirmed yet: Which period? Ask. Write it in the words that were used, for instance “January”."
        )
    observation, meeting = _observation(correction), correction.minutes.meeting
    where = (
        {"period_start": correction.period_start}
        if correction.period_start
        else {"period_as_stated": correction.period}
    )
    about = {
        **where,
        "by": by,
        "source": f"Minutes of {meeting.name_and_day}",
        "source_url": _address(correction),
        "source_subject": key(correction),
    }
    if observation is None and correction.old_value:
        paper = str(correction.attachment.attachment) if correction.attachment else str(correction.report or meeting)
        first = about | {"source": paper, "source_url": ""}
        said = _said(correction, correction.old_value)
        recording.record(correction.indicator, correction.area, said, known_on=_day(meeting), **first)
        observation = _observation(correction)
    known_on = max(_day(meeting), observation.known_on) if observation else _day(meeting)
    more = {}
    if observation:
        more = {"code": ObservationRevision.Code.CORRECTION, "reason": _reason(correction)}
    said = _said(correction, correction.new_value)
    revision = recording.record(correction.indicator, correction.area, said, known_on=known_on, **about, **more)
    if revision is not None:
        correction.revision = revision
        correction.save(update_fields=["revision"])


def take_back(correction, *, by):
    """Undo what a correction did to its figure, by one more revision; a figure that has changed since is left alone."""
    revision = correction.revision
    if revision is None:
        return
    correction.revision = None
    correction.save(update_fields=["revision"])
    observation = Observation.objects.select_related("indicator", "area").get(pk=revision.observation_id)
    before = observation.revisions.filter(n=revision.n - 1).first()
    if observation.revisions_held != revision.n or before is None:
        return
    recording.record(
        observation.indicator,
        observation.area,
        Said.of(before),
        period_start=observation.period_start,
        period_as_stated=observation.period_as_stated,
        known_on=today(),
        code=ObservationRevision.Code.CORRECTION,
        reason=f"The correction of {correction.minutes.meeting.date:%-d %B %Y} was taken back",
        source_subject=key(correction),
        source_url=correction.get_absolute_url(),
        by=by,
    )


def _observation(correction):
    """The figure as it is kept: of the period, or as it was reported."""
    held = Observation.objects.select_related("indicator", "area").filter(
        indicator=correction.indicator, area=correction.area
    )
    if correction.period_start:
        return held.filter(period_start=correction.period_start).first()
    return held.filter(period_start=None, period_as_stated=correction.period).first()


def _said(correction, text):
    """The words of a correction as a figure; as reported, for nobody has sent the numbers behind it."""
    indicator = correction.indicator
    try:
        said = parse_figure(text, indicator)
    except TypedWrong as wrong:
        raise NotPossible(f"“{text}” cannot be a figure of “{indicator}”. {wrong}") from wrong
    return Said(**{**vars(said), "as_reported": True, "status": Observation.Status.AS_PUBLISHED})


def _reason(correction):
    said_by = f" by {correction.said_by.speaker_name}" if correction.said_by else ""
    day = f"{correction.minutes.meeting.date:%-d %B %Y}"
    return correction.note or f"Corrected orally{said_by} at the meeting of {day}"


def _address(correction):
    """Where the minutes say it."""
    return f"{correction.minutes.get_absolute_url()}#entry-{correction.entry_id}"


def _day(meeting):
    return min(meeting.date, today())


def _locked(correction):
    wanted = Correction.objects.select_for_update(of=("self",)).select_related(*Correction.LOADED_WITH)
    return wanted.get(pk=correction.pk)
