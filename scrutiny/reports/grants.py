"""Totals and tables of awards in a report: taken over from the register of awards, and on record with what they said."""

from dataclasses import dataclass, replace
from html import escape
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse

from funding.rounds.money import in_pounds
from funding.totals import counting
from funding.totals.words import scope_in_words
from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from scrutiny.indicators.words import so_many
from scrutiny.reports import operations
from scrutiny.reports.models import QuotedFigure
from scrutiny.workflow.operations import NotPossible

MOST_ROWS = 60
Measure = QuotedFigure.Measure
_NOBODY = "A person"
_WITHHELD = "Recipient not named"


@dataclass(frozen=True)
class Quote:
    """What the register of awards says for a scope on a day, ready to be put into a text."""

    scope: counting.Scope
    total: counting.Total
    what: str
    is_invented: bool

    @property
    def figures(self):
        """[(measure, words, value)]: each number that the text gives."""
        return [(measure, words_of(measure, self.total), value_of(measure, self.total)) for measure in Measure]

    @property
    def sentence(self):
        """Safer Communities Fund: £176,400, 49 awards, to 45 organisations, as known on 8 January 2018."""
        amount, count, organisations = (words for _, words, _ in self.figures)
        label = " Invented for the demonstration." if self.is_invented else ""
        what = self.what[:1].upper() + self.what[1:]
        day = in_words(self.scope.known_on)
        return f"{what}: {amount}, {count}, to {organisations}, as known on {day}.{label}"

    @property
    def rows(self):
        """(recipient, project, area, day, sum) of each award, the newest first; nobody is named who may not be."""
        held = counting.states(self.scope).select_related("award__restriction", "recipient", "area")
        return [
            (
                _recipient(state),
                state.award.title,
                str(state.area or ""),
                in_words(state.awarded_on),
                in_pounds(state.amount),
            )
            for state in held.order_by("-awarded_on", "-award__reference")[:MOST_ROWS]
        ]

    @property
    def table(self):
        """The same as a table with its total, as the rich text of a section."""
        heads = "".join(
            f'<th scope="col">{name}</th>' for name in ("Recipient", "Project", "Area", "Awarded", "Amount")
        )
        rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in self.rows)
        last = f"<tr><td>Total</td><td>{self.figures[1][1]}</td><td></td><td></td><td>{self.figures[0][1]}</td></tr>"
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}{last}</tbody></table>"


def quote(scope):
    """What the register says for this scope, as known on its day or today. Raises NotPossible where it holds no award."""
    scope = replace(scope, known_on=scope.known_on or today())
    total = counting.total(scope)
    what = scope_in_words(scope)
    if not total:
        raise NotPossible(
            f"No award was known on {in_words(scope.known_on)} for this: {what}. Ask for something wider."
        )
    is_invented = not counting.states(replace(scope, demonstration=False)).exists()
    return Quote(scope, total, what, is_invented)


def quotes(asked):
    """{key: Quote} of {key: (scope with its day, what it is in words)}, without those that hold no award. Two queries."""
    found = counting.totals_of({key: scope for key, (scope, _) in asked.items()})
    real = counting.totals_of({key: replace(scope, demonstration=False) for key, (scope, _) in asked.items()})
    return {key: Quote(scope, found[key], what, not real[key]) for key, (scope, what) in asked.items() if found[key]}


def words_of(measure, total):
    """A measure of a total as a text gives it: £176,400; 49 awards; 45 organisations."""
    if measure == Measure.AMOUNT:
        return in_pounds(total.amount)
    if measure == Measure.COUNT:
        return so_many(total.count, "award")
    return so_many(total.organisations, "organisation")


def value_of(measure, total):
    """A measure of a total as a number."""
    return {Measure.AMOUNT: total.amount, Measure.COUNT: total.count}.get(measure, total.organisations)


@transaction.atomic
def append(section, scope, *, with_table, base_version, save_id, by):
    """Put the total, with its table if wanted, at the end of the section and on record. Raises saving.Conflict, NotPossible."""
    said = quote(scope)
    if with_table and said.total.count > MOST_ROWS:
        raise NotPossible(
            f"A table may have {MOST_ROWS} awards; this has {said.total.count:,}. Choose a round, an area or a shorter "
            "period, or insert the total alone."
        )
    body = f"{section.body}<p>{escape(said.sentence, quote=False)}</p>{said.table if with_table else ''}"
    operations.save_section(section, base_version=base_version, save_id=save_id, changes={"body": body}, by=by)
    record(section, said, by=by)
    report = section.report
    act = f"Put the total {in_pounds(said.total.amount)} of awards into “{section}” (“{report}”)"
    audit.write(act, subject=report, by=by, context=report.meeting, scope=said.scope.as_data())
    return said


def record(section, said, *, by):
    """Put the numbers of a quote that stands in the section's text on record; each stands there once."""
    for measure, words, value in said.figures:
        QuotedFigure.objects.get_or_create(
            report=section.report,
            section=section,
            words=words,
            scope=said.scope.as_data(),
            measure=measure,
            defaults={
                "what": f"{Measure(measure).label}: {said.what}"[:250],
                "value": value,
                "known_on": said.scope.known_on,
                "source": f"Register of awards, as known on {in_words(said.scope.known_on)}",
                "created_by": by,
            },
        )


def totals_now(figures):
    """{figure pk: Total as known today} of the figures that count awards. One query."""
    scopes = {}
    for figure in figures:
        if figure.scope is not None:
            scopes[figure.pk] = replace(counting.Scope.from_data(figure.scope), known_on=None)
    return counting.totals_of(scopes) if scopes else {}


def address_anew(figure):
    """Where the same question is asked of the register again."""
    asked = {name: value for name, value in figure.scope.items() if name != "known_on"}
    return f"{reverse('section-grants', args=[figure.section_id])}?{urlencode(asked | {'ask': '1'})}"


def _recipient(state):
    if state.award.restriction and state.award.restriction.is_in_force:
        return _WITHHELD
    return state.recipient.name if state.recipient else _NOBODY
