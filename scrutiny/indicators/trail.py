"""What a page tells of figures that changed: every earlier value, why it changed, and what caused it."""

from dataclasses import dataclass

from django.urls import reverse

from scrutiny.indicators.models import Observation, ObservationRevision
from scrutiny.indicators.periods import Period
from scrutiny.indicators.recording import words_of
from scrutiny.workflow.subjects import PAGES


@dataclass(frozen=True)
class Step:
    """One revision, in words."""

    shown: str
    revision: ObservationRevision
    cause_url: str = ""


@dataclass(frozen=True)
class Trail:
    """One figure that changed: its values in order, the last of which counts."""

    period: str
    observation: Observation
    steps: tuple

    @property
    def old(self):
        """The values that do not count any more."""
        return self.steps[:-1]

    @property
    def last(self):
        """The value that counts."""
        return self.steps[-1]


def revisions_of(indicator, area, known_on=None):
    """Every revision of a series that was known on the day, by period and number: one query."""
    found = ObservationRevision.objects.filter(observation__indicator=indicator, observation__area=area)
    if known_on:
        found = found.filter(known_on__lte=known_on)
    return found.select_related("observation", "by").order_by(
        "observation__period_start", "observation__known_on", "observation", "n"
    )


def steps_of(revisions, indicator, user):
    """The revisions in words, each with the page of what caused it where this person may read that kind of record."""
    return tuple(Step(words_of(revision, indicator), revision, cause_url(revision, user)) for revision in revisions)


def changed(revisions, indicator, user):
    """The figures that changed, the newest period first, those without a confirmed period before all."""
    found = {}
    for revision in revisions:
        found.setdefault(revision.observation_id, []).append(revision)
    trails = [
        Trail(
            period_of(held[0].observation, indicator, short=True), held[0].observation, steps_of(held, indicator, user)
        )
        for held in found.values()
        if len(held) > 1
    ]
    trails.reverse()
    return sorted(trails, key=lambda trail: trail.observation.period_start is not None)


def earlier(revisions):
    """{observation pk: the value before the last one}, for figures that changed."""
    before, last = {}, {}
    for revision in revisions:
        if revision.observation_id in last:
            before[revision.observation_id] = last[revision.observation_id]
        last[revision.observation_id] = revision.value
    return before


def period_of(observation, indicator, *, short=False):
    """The period in words; what was stated, while it is to be confirmed."""
    if observation.period_start is None:
        return f"“{observation.period_as_stated}”"
    period = Period(indicator.frequency, observation.period_start)
    return period.short if short else period.label


def cause_url(revision, user):
    """The page of the record that caused the revision. Whether this very record may be read, that page says itself."""
    kind, _, number = revision.source_subject.partition(":")
    page = PAGES.get(kind)
    if page is None or not number.isdecimal() or not user.has_perm(page.capability):
        return ""
    return reverse(page.address, args=[int(number)])
