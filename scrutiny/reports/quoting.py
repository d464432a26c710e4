"""Acts on the figures of a report: taken over from an indicator, marked with their source, mended, explained."""

import datetime
import re
import uuid
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from django.db import transaction
from django.utils import timezone

from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from scrutiny.indicators.models import Indicator, Observation, ObservationRevision
from scrutiny.indicators.series import load
from scrutiny.reports import numbers, operations
from scrutiny.reports.figures import FigureCheck, pattern_of, period_in_words, plain_of, shown, standing
from scrutiny.reports.models import JointReport, QuotedFigure
from scrutiny.workflow import saving
from scrutiny.workflow.operations import NotPossible, ensure_open

# --- Taking figures over and putting them on record -------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """A figure of an indicator that a text can take over, as it was known on a day."""

    indicator: Indicator
    area: object
    start: object
    stated: str
    value: Decimal | None
    words: str
    known_on: object

    @property
    def token(self):
        """The name under which a form brings it back."""
        start = self.start.isoformat() if self.start else f"stated {self.stated}"
        return f"{self.indicator.pk}/{self.area.pk}/{self.known_on.isoformat()}/{start}"

    @property
    def period(self):
        """Its period in words."""
        return period_in_words(self.indicator, self.start, self.stated)

    @property
    def in_full(self):
        """6,021 (October to December 2025, as known on 19 February 2026)."""
        return f"{self.words} ({self.period}, as known on {in_words(self.known_on)})"

    @property
    def sentence(self):
        """The figure with what it counts, as a paragraph of its own."""
        return f"{self.indicator}, {self.area}: {self.in_full}."


def choices(indicator, area, known_on=None):
    """Every figure of the series that a text can take over, the latest first."""
    day = known_on or today()
    series = load(indicator, area, day)
    found = [
        Choice(indicator, area, None, point.stated, point.value, shown(point, indicator), day)
        for point in series.stated
    ]
    found += [
        Choice(indicator, area, point.period.start, "", point.value, shown(point, indicator), day)
        for point in series.points
    ]
    return [choice for choice in reversed(found) if choice.words]


def chosen(token):
    """The Choice that a form brought back. Raises NotPossible where it names none."""
    try:
        indicator, area, day, _ = token.split("/", 3)
        pair = Observation.objects.select_related("indicator", "area").filter(indicator=int(indicator), area=int(area))
        first = pair.first()
        known_on = datetime.date.fromisoformat(day)
    except ValueError:
        first = None
    found = choices(first.indicator, first.area, known_on) if first else []
    match = next((choice for choice in found if choice.token == token), None)
    if match is None:
        raise NotPossible("That figure is not there any more. Choose it again.")
    return match


@transaction.atomic
def record_chosen(section, choice, *, by):
    """Put a figure of an indicator on record for this section; the same figure of the same section stands there once."""
    figure, is_new = QuotedFigure.objects.get_or_create(
        report=section.report,
        section=section,
        words=choice.words,
        indicator=choice.indicator,
        area=choice.area,
        period_start=choice.start,
        period_as_stated=choice.stated if choice.start is None else "",
        defaults={
            "what": str(choice.indicator)[:250],
            "value": choice.value,
            "known_on": choice.known_on,
            "created_by": by,
        },
    )
    if is_new:
        _note(f"Put the figure {figure.words} of “{section}” on record", figure, by)
    return figure


def record_all(section, tokens, *, by):
    """Put those of the chosen figures on record that the section's text now gives."""
    for token in dict.fromkeys(tokens):
        try:
            choice = chosen(token)
        except NotPossible:
            continue  # the text stays as it was written; the check page offers its number to be marked
        if standing(section.body, choice.words):
            record_chosen(section, choice, by=by)


@transaction.atomic
def append(section, choice, *, in_full, base_version, save_id, by):
    """Put the figure as a paragraph at the end of the section and on record. Raises saving.Conflict."""
    words = choice.sentence if in_full else f"{choice.indicator}, {choice.area}: {choice.words}."
    body = section.body + f"<p>{escape(words, quote=False)}</p>"
    operations.save_section(section, base_version=base_version, save_id=save_id, changes={"body": body}, by=by)
    return record_chosen(section, choice, by=by)


@transaction.atomic
def record_typed(section, *, words, what, source, period="", by):
    """Put a figure that the text already gives on record, with its source in words."""
    _must_stand(section, words)
    figure, _ = QuotedFigure.objects.get_or_create(
        report=section.report,
        section=section,
        words=words,
        indicator=None,
        what=what,
        defaults={
            "value": numbers.value_of(words),
            "source": source,
            "period_as_stated": period,
            "created_by": by,
        },
    )
    _note(f"Marked the figure {words} of “{section}” with its source", figure, by, source=source)
    return figure


@transaction.atomic
def record_found(section, *, words, choice, by):
    """Put a figure that the text already gives on record as one of an indicator."""
    _must_stand(section, words)
    figure = record_chosen(section, choice, by=by)
    if figure.words != words:
        QuotedFigure.objects.filter(pk=figure.pk).update(words=words)
        figure.words = words
    return figure


def _must_stand(section, words):
    if not standing(section.body, words):
        raise NotPossible(f"“{words}” does not stand in “{section}” any more. Look at its text as it is now.")


def candidates(words):
    """The figures of indicators that say, or once said, just this: what a number of the text may be. One query."""
    value = numbers.value_of(words)
    if value is None or ("£" in words) or value < 0:
        return []
    units = [Indicator.Unit.PERCENT] if "%" in words or "cent" in words else [Indicator.Unit.COUNT, Indicator.Unit.RATE]
    said = ObservationRevision.objects.filter(value=value, observation__indicator__unit__in=units)
    said = said.select_related("observation__indicator", "observation__area").order_by("-known_on", "-n")[:20]
    found = {}
    for revision in said:
        held = revision.observation
        stated = "" if held.period_start else held.period_as_stated
        choice = Choice(
            held.indicator,
            held.area,
            held.period_start,
            stated,
            revision.value,
            shown(revision, held.indicator),
            revision.known_on,
        )
        found.setdefault(held.pk, choice)
    return list(found.values())


# --- What is done about it ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def mend(figure, key, *, by):
    """Put the words of a difference into the text in place of the figure; signatures under the report are reopened."""
    figure, checked = _as_now(figure)
    ensure_open(figure.report)
    difference = next((each for each in checked.differences if each.key == key), None)
    if difference is None or not difference.can_be_mended:
        raise NotPossible("That difference is not there any more. Look at the figures as they are now.")
    section, was = figure.section, figure.words
    body = _put_instead(section.body, *_words_to_change(figure, difference))
    try:
        operations.save_section(
            section, base_version=section.version, save_id=uuid.uuid4(), changes={"body": body}, by=by
        )
    except saving.Conflict:
        raise NotPossible(f"Somebody else has just changed “{section}”. Look at the figures again.") from None
    figure.words, figure.value = difference.new, difference.value
    figure.known_on = difference.known_on or figure.known_on
    figure.source = difference.source if difference.source and not figure.indicator_id else figure.source
    figure.save(update_fields=["words", "value", "known_on", "source"])
    _note(f"Put {figure.words} in place of {was} in “{section}”", figure, by)
    return figure


def _words_to_change(figure, difference):
    """What stands in the text and what is to stand there: with period and day, where the text gives these as well."""
    if figure.indicator_id:
        period = period_in_words(figure.indicator, figure.period_start, figure.period_as_stated)
        full = f"{figure.words} ({period}, as known on {in_words(figure.known_on)})"
        if full in plain_of(figure.section.body):
            return full, f"{difference.new} ({period}, as known on {in_words(difference.known_on or figure.known_on)})"
    return figure.words, difference.new


@transaction.atomic
def explain(figure, explanation, *, by):
    """Say why a figure may differ. It counts for exactly the differences that there are now."""
    figure, checked = _as_now(figure)
    keys = [each.key for each in checked.differences if each.can_be_explained]
    if not keys:
        raise NotPossible("Nothing differs from this figure any more, so there is nothing to explain.")
    if not explanation.strip():
        raise NotPossible("Write why the figure stays as it is.")
    figure.explanation, figure.explained_differences = explanation.strip(), keys
    figure.explained_by, figure.explained_at = by, timezone.now()
    figure.save(update_fields=["explanation", "explained_differences", "explained_by", "explained_at"])
    _note(f"Explained the figure {figure.words} of “{figure.section}”", figure, by, explanation=figure.explanation)
    return figure


@transaction.atomic
def take_off(figure, *, by):
    """Take a figure off the record. The text stays as it is."""
    figure, _ = _as_now(figure)
    ensure_open(figure.report)
    _note(f"Took the figure {figure.words} of “{figure.section}” off the record", figure, by, what=str(figure))
    figure.delete()


def _as_now(figure):
    """The figure, locked, and how it compares now. Raises NotPossible where it is gone."""
    if not QuotedFigure.objects.select_for_update(of=("self",)).filter(pk=figure.pk).exists():
        raise NotPossible("This figure is no longer on record.")
    report = JointReport.objects.select_for_update(of=("self",)).get(pk=figure.report_id).load_parts()
    checked = FigureCheck(report).of(figure.pk)
    if checked is None:
        raise NotPossible("The section of this figure has been deleted.")
    return checked.figure, checked


def _note(act, figure, by, **details):
    report = figure.report
    audit.write(f"{act} (“{report}”)", subject=report, by=by, context=report.meeting, **details)


def _put_instead(body, old, new):
    """The text with another figure in the one place where the old one stands. Raises NotPossible."""
    pattern, places = pattern_of(old, in_html=True), []
    pieces = re.split(r"(<[^>]*>)", body)
    for at, piece in enumerate(pieces):
        if not piece.startswith("<"):
            places += [(at, match) for match in pattern.finditer(piece)]
    if len(places) != 1:
        times = "not by itself" if not places else f"{len(places)} times"
        raise NotPossible(
            f"{old} stands in this section {times}. Change it in the text, where you see which one is meant."
        )
    at, match = places[0]
    pieces[at] = pieces[at][: match.start()] + escape(new, quote=False) + pieces[at][match.end() :]
    return "".join(pieces)
