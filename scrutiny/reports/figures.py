"""The figures of a report: where each comes from, what says otherwise now, and what was done about it.

A figure of record (`QuotedFigure`) remembers what it said. It is compared with the indicator as it is now, with other
reports, with what meetings put right and with the totals that documents state of a fund named beside it. Nothing is changed
by a comparison: a person mends the text, or explains the difference, and an explanation counts for exactly that difference.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from html import escape

from django.db.models import Prefetch, Q
from django.urls import reverse

from funding.totals import comparing
from opcc_portal.office.forms import in_words
from opcc_portal.office.money import in_pounds
from opcc_portal.richtext.cleaning import RichTextRefused, blocks, to_plain
from scrutiny.indicators import words as figure_words
from scrutiny.indicators.models import Figure, Observation, ObservationRevision
from scrutiny.indicators.periods import Frequency, Period
from scrutiny.reports import grants, numbers
from scrutiny.reports.models import JointReport, QuotedFigure
from scrutiny.workflow.models import State

_EXACT = Decimal("0.0001")

# --- A figure of an indicator, in words -----------------------------------------------------------------------------------


def period_in_words(indicator, start, stated=""):
    """A period inside a sentence: October to December 2025, 2017/18; as stated where it is not confirmed."""
    if start is None:
        return f"“{stated}”, period to be confirmed"
    frequency = Frequency.CALENDAR_QUARTER if indicator.frequency == Frequency.QUARTER else indicator.frequency
    return Period.starting(frequency, start).label


def shown(said, indicator):
    """What a point or a revision says, as the text prints it; empty where it holds no figure."""
    return figure_words.figure(said, indicator, missing="")


# --- Where a figure stands in a text ------------------------------------------------------------------------------------------


def pattern_of(words, *, in_html=False):
    """The words as they stand by themselves: 127, and not 1,127 or 127.5."""
    wanted = re.escape(escape(words, quote=False) if in_html else words)
    spaces = r"(?:\\ |&nbsp;|\u00a0)" if in_html else r"[ \u00a0]"
    wanted = wanted.replace("\\ ", spaces.replace("\\ ", " "))
    return re.compile(rf"(?<![\w£.,/])(?<!\d-){wanted}(?![\w%/])(?![.,]\d)")


def plain_of(body):
    """The words of a section's text; nothing of a text that is refused."""
    try:
        return to_plain(body)
    except RichTextRefused:
        return ""


def standing(body, words):
    """How many times the text gives this figure."""
    return len(pattern_of(words).findall(plain_of(body)))


def marked(html, checked):
    """The text as the desk reads it, with its figures of record underlined and those that differ lit up."""
    for each in checked:
        pattern, kind = pattern_of(each.figure.words, in_html=True), "quoted differs" if each.open else "quoted"
        pieces, is_inside = re.split(r"(<[^>]*>)", html), 0
        for at, piece in enumerate(pieces):
            if piece.startswith("<"):
                is_inside += (
                    1 if piece.startswith('<span class="quoted') else -1 if is_inside and piece == "</span>" else 0
                )
            elif not is_inside:
                pieces[at] = pattern.sub(lambda match, kind=kind: f'<span class="{kind}">{match[0]}</span>', piece)
        html = "".join(pieces)
    return html


# --- What differs ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """Something that says otherwise than a figure of the report. `key` is what an explanation of it counts for."""

    code: str
    key: str
    says: str
    new: str = ""
    reason: str = ""
    links: tuple = ()
    source: str = ""
    value: Decimal | None = None
    known_on: object = None

    @property
    def can_be_mended(self):
        """Whether its words can be put into the text instead."""
        return bool(self.new)

    @property
    def can_be_explained(self):
        """A figure that the text no longer gives is put back or taken off the record; there is nothing to explain."""
        return self.code != "gone"


@dataclass
class Checked:
    """A figure of record with what says otherwise."""

    figure: QuotedFigure
    differences: list = field(default_factory=list)

    @property
    def open(self):
        """The differences that nobody has explained."""
        return [each for each in self.differences if each.key not in self.figure.explained_differences]

    @property
    def explained(self):
        """The differences that somebody has explained."""
        return [each for each in self.differences if each.key in self.figure.explained_differences]

    @property
    def what(self):
        """What it counts, with area and period, in one line."""
        figure = self.figure
        if figure.indicator is None:
            return ", ".join(part for part in (figure.what, figure.period_as_stated) if part)
        period = period_in_words(figure.indicator, figure.period_start, figure.period_as_stated)
        return f"{figure.indicator}, {figure.area}, {period}"

    @property
    def source(self):
        """Where it comes from, in words."""
        return self.figure.source or f"Indicator, as known on {in_words(self.figure.known_on)}"


@dataclass(frozen=True)
class Loose:
    """A number of the text that is no figure of record."""

    words: str
    measure: str
    sentence: str
    section: object


class FigureCheck:
    """Everything that a report's check page shows. Its queries do not grow with the number of figures.

    `notices` saves asking for them again. `user` sees only what that person may see of other documents; without one
    everything counts, as at the gate.
    """

    def __init__(self, report, user=None, *, notices=None):
        self.report, self.user, self.notices = report, user, notices
        self.sections = {section.pk: section for section in report.live_sections()}
        own = [pk for pk, section in self.sections.items() if getattr(section, "has_figures", True)]
        held = QuotedFigure.objects.filter(section__in=own).select_related(
            "indicator", "area", "explained_by", "created_by"
        )
        self.figures = [Checked(figure) for figure in held.order_by("section__position", "pk")]
        for checked in self.figures:
            checked.figure.section = self.sections[checked.figure.section_id]
            checked.figure.report = report
        if self.figures:
            self._compare()

    def _compare(self):
        now, others = self._now(), self._others()
        totals = grants.totals_now([checked.figure for checked in self.figures])
        notices = self.report.notices() if self.notices is None else self.notices
        funds = self._funds()
        for checked in self.figures:
            figure, found = checked.figure, checked.differences
            if not standing(figure.section.body, figure.words):
                found.append(_gone(figure))
            if figure.indicator_id:
                found += _changed(figure, now.get(_place_of(figure)))
                found += [
                    _quoted(figure, other) for other in others.get(_place_of(figure), ()) if _differ(figure, other)
                ]
            if figure.scope is not None:
                found += _counted_otherwise(figure, totals[figure.pk])
            said = {each.new for each in found}
            found += [
                _corrected(figure, each) for each in notices if _puts_right(each, figure) and each.new_value not in said
            ]
            if figure.is_typed and "£" in figure.words and figure.value is not None:
                found += _stated_otherwise(figure, funds)

    def _now(self):
        """{place: Observation with its revisions} of the bound figures."""
        bound = [checked.figure for checked in self.figures if checked.figure.indicator_id]
        if not bound:
            return {}
        revisions = ObservationRevision.objects.select_related("by", "correction__minutes__meeting")
        held = (
            Observation.objects.filter(
                indicator__in={figure.indicator_id for figure in bound}, area__in={figure.area_id for figure in bound}
            )
            .filter(
                Q(period_start__in=[figure.period_start for figure in bound if figure.period_start])
                | ~Q(period_as_stated="")
            )
            .prefetch_related(Prefetch("revisions", revisions.order_by("n")))
        )
        found = {}
        for each in held:
            found[each.indicator_id, each.area_id, each.period_start, ""] = each
            if each.period_as_stated:
                found[each.indicator_id, each.area_id, None, each.period_as_stated] = each
        return found

    def _others(self):
        """{place: figures} that other documents, or other sections of this one, give of the same."""
        bound = [checked.figure for checked in self.figures if checked.figure.indicator_id]
        if not bound:
            return {}
        reports = JointReport.objects.exclude(state=State.WITHDRAWN)
        reports = reports.visible_to(self.user) if self.user else reports
        other = QuotedFigure.objects.filter(
            indicator__in={figure.indicator_id for figure in bound},
            area__in={figure.area_id for figure in bound},
            section__deleted=False,
            report__in=reports.values("pk"),
        ).select_related("report", "section", "indicator")
        found = defaultdict(list)
        for figure in other:
            found[_place_of(figure)].append(figure)
        return found

    def _funds(self):
        """Funds with their stated totals, where a typed sum may be compared with one."""
        if self.user and not self.user.has_perm("funding.view"):
            return []
        sums = any(each.figure.is_typed and "£" in each.figure.words for each in self.figures)
        return list(comparing.funds_with_latest()) if sums else []

    @property
    def open(self):
        """The figures with a difference that nobody has explained."""
        return [checked for checked in self.figures if checked.open]

    @cached_property
    def loose(self):
        """The numbers of the text that are no figure of record, in reading order."""
        found = []
        for section in self.sections.values():
            text = plain_of(section.body)
            own = [each.figure.words for each in self.figures if each.figure.section_id == section.pk]
            taken = [match.span() for words in own for match in pattern_of(words).finditer(text)]
            for words, measure, sentence, start in numbers.read(text):
                covered = any(first < start + len(words) and start < end for first, end in taken)
                if not covered and numbers.is_worth_a_source(words):
                    found.append(Loose(words, measure, sentence, section))
        return found

    def of(self, pk):
        """The checked figure with this key, or None."""
        return next((checked for checked in self.figures if checked.figure.pk == pk), None)


def _place_of(figure):
    return (
        figure.indicator_id,
        figure.area_id,
        figure.period_start,
        "" if figure.period_start else figure.period_as_stated,
    )


def _differ(figure, other):
    if figure.pk == other.pk:
        return False
    if figure.value is None or other.value is None:
        return figure.words != other.words
    return figure.value != other.value


def _gone(figure):
    return Difference("gone", f"gone:{figure.words}", f"The text of “{figure.section}” no longer gives {figure.words}.")


def _changed(figure, observation):
    """What the indicator says now, where that is something else."""
    revisions = list(observation.revisions.all()) if observation else []
    if not revisions:
        says = "The indicator no longer holds a figure for this area and period."
        return [Difference("changed", "changed:none", says)]
    last = revisions[-1]
    new = shown(last, figure.indicator)
    if last.value == figure.value if figure.value is not None else new == figure.words:
        return []
    links = [("See its revisions", observation.get_absolute_url())]
    correction = getattr(last, "correction", None)
    if correction:
        meeting = correction.minutes.meeting
        links.append((f"Minutes of {in_words(meeting.date)}", correction.minutes.get_absolute_url()))
    elif last.source_url:
        links.append((last.source or "Source of the revision", last.source_url))
    reason = ". ".join(part for part in (last.get_code_display(), last.reason.rstrip(".")) if part)
    says = (
        f"The indicator says {new} since {in_words(last.known_on)}."
        if new
        else f"The indicator holds no figure since {in_words(last.known_on)}: {last.get_missing_reason_display().lower()}."
    )
    return [
        Difference(
            "changed",
            f"changed:{last.n}:{new}",
            says,
            new,
            f"{reason}.",
            tuple(links),
            value=last.value,
            known_on=last.known_on,
        )
    ]


def _counted_otherwise(figure, total):
    """What the register of awards counts now, where that is something else. Quoted anew, not mended word by word."""
    new = grants.words_of(figure.measure, total)
    if figure.value == grants.value_of(figure.measure, total):
        return []
    says = f"The register of awards now gives {new} for this. It gave {figure.words} on {in_words(figure.known_on)}."
    links = (("Insert the total anew", grants.address_anew(figure)),)
    return [Difference("changed", f"changed:{new}", says, reason="Awards were made, varied or withdrawn.", links=links)]


def _quoted(figure, other):
    where = (
        "This report" if other.report_id == figure.report_id else f"“{other.report}” of {in_words(other.report.date)}"
    )
    says = f"{where} gives {other.words} in “{other.section}”, as known on {in_words(other.known_on)}."
    url = f"{reverse('report', args=[other.report_id])}#section-{other.section_id}"
    return Difference(
        "quoted",
        f"quoted:{other.pk}:{other.words}",
        says,
        other.words,
        links=((f"Read “{other.section}”", url),),
        value=other.value,
        known_on=other.known_on,
    )


def _puts_right(correction, figure):
    """Whether a meeting put this very figure right: the same place of an indicator, else the same number in the same paper."""
    if correction.indicator_id and figure.indicator_id:
        same = (correction.indicator_id, correction.area_id, correction.period_start)
        return (
            same == (figure.indicator_id, figure.area_id, figure.period_start) and correction.new_value != figure.words
        )
    if (
        correction.corrected_entry_id
        or not correction.old_value
        or correction.section_id not in (None, figure.section_id)
    ):
        return False
    old = numbers.value_of(correction.old_value)
    same_kind = ("%" in correction.old_value) == ("%" in figure.words) and ("£" in correction.old_value) == (
        "£" in figure.words
    )
    return same_kind and old is not None and old == numbers.value_of(figure.words)


def _corrected(figure, correction):
    return Difference(
        "corrected",
        f"corrected:{correction.pk}:{correction.new_value}",
        correction.notice,
        correction.new_value if numbers.value_of(correction.new_value) is not None else "",
        links=(
            ("See the correction", correction.get_absolute_url()),
            (f"Minutes of {in_words(correction.minutes.meeting.date)}", correction.minutes.get_absolute_url()),
        ),
        source=f"Corrected at the meeting of {in_words(correction.minutes.meeting.date)}",
        value=numbers.value_of(correction.new_value),
    )


def _stated_otherwise(figure, funds):
    """Totals that other documents state of a fund that the same paragraph names."""
    pattern = pattern_of(figure.words)
    beside = " ".join(text for text in _paragraphs(figure.section.body) if pattern.search(text)).casefold()
    found = []
    for fund in funds:
        if fund.name.casefold() not in beside or figure.value == fund.maximum_grant:
            continue
        stated = list(fund.stated_totals.all())
        notes = {}
        for clash in comparing.clashes(fund, stated):
            if clash.earlier.amount == figure.value:
                notes[clash.later.pk] = clash.note
            elif clash.later.amount == figure.value:
                notes[clash.earlier.pk] = clash.note
        for total in stated:
            if total.amount == figure.value:
                continue
            words = in_pounds(total.amount)
            says = f"“{total.document}” of {in_words(total.stated_on)} states {words} for the {fund.name}: {_lower(total.scope)}."
            found.append(
                Difference(
                    "total",
                    f"total:{total.pk}:{total.amount}",
                    says,
                    words,
                    notes.get(total.pk, ""),
                    ((f"Open the {fund.name}", fund.get_absolute_url()),),
                    source=f"{total.document}, {in_words(total.stated_on)}",
                    value=total.amount,
                )
            )
    return found


def _paragraphs(body):
    try:
        return [block.text for block in blocks(body)]
    except RichTextRefused:
        return []


def _lower(text):
    return text[:1].lower() + text[1:]


# --- Charts and later figures --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChangedPoint:
    """A point of a chart that the indicator says otherwise now."""

    label: str
    old: str
    new: str


def changed_since(charts):
    """{chart pk: [ChangedPoint]} of those that draw a period otherwise than the indicator says it now. One query.

    Periods after the last one drawn do not count: a chart ends on its day.
    """
    charts = list(charts)
    if not charts:
        return {}
    about = {chart.indicator_id for chart in charts}, {chart.area_id for chart in charts}
    held = Observation.objects.filter(indicator__in=about[0], area__in=about[1], period_start__isnull=False)
    now = defaultdict(dict)
    for each in held.order_by("period_start"):
        now[each.indicator_id, each.area_id][each.period_start.isoformat()] = each
    found = {}
    for chart in charts:
        points = {point["start"]: point for point in chart.data.get("points", ())}
        changed = []
        for start, each in now[chart.indicator_id, chart.area_id].items():
            drawn = points.get(start)
            if drawn and not _agree(drawn, each, chart.indicator):
                new = shown(each, chart.indicator) or each.get_missing_reason_display().lower()
                changed.append(ChangedPoint(period_in_words(chart.indicator, each.period_start), drawn["shown"], new))
        if changed:
            found[chart.pk] = changed
    return found


def _agree(drawn, observation, indicator):
    """Whether a point of a chart says what the figure says; a chart keeps small counts as "fewer than"."""
    if drawn["value"] is None and drawn["missing"] == Figure.Missing.SUPPRESSED.label:
        value = observation.value
        return value is None or 0 < value < indicator.small_count_threshold
    if drawn["value"] is None or observation.value is None:
        return drawn["shown"] == (shown(observation, indicator) or "none")
    return Decimal(str(drawn["value"])).quantize(_EXACT) == observation.value.quantize(_EXACT)
