"""What the rows of a sheet would do: new figures, unchanged ones, revisions, and cells that cannot be taken.

Nothing is written here. A cell that can be read in two ways is rejected, with its row and column and what to write.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from scrutiny.indicators import recording, words
from scrutiny.indicators.doubts import doubts
from scrutiny.indicators.importing import columns
from scrutiny.indicators.importing.names import Unknown
from scrutiny.indicators.importing.reading_files import WHAT_SIGNS_MEAN
from scrutiny.indicators.importing.sheets import SHOWN, TELL_EVERY, Piles, Problem, headings_of, letter
from scrutiny.indicators.models import FIGURE_FIELDS, Figure, Observation
from scrutiny.indicators.periods import NotAPeriod, parse_period
from scrutiny.indicators.recording import Row, Said
from scrutiny.indicators.typed import MARKS, WHY_MISSING, TypedWrong, how_read, parse_figure

_SERIES_AT_A_TIME = 100
_STATUSES = {str(label).lower(): value for value, label in Figure.Status.choices} | MARKS


@dataclass(frozen=True)
class Read:
    """One figure as the sheet says it."""

    row: int
    column: str
    indicator: object
    area: object
    period: object
    said: Said
    text: str
    note: str = ""

    @property
    def place(self):
        """Which figure it is."""
        return self.indicator.pk, self.area.pk, self.period.start


@dataclass(frozen=True)
class Finding:
    """One figure of the sheet beside what is recorded: `old` is None for a new one."""

    read: Read
    old: Said | None = None

    @property
    def now(self):
        """What it would say, in print."""
        return _in_print(self.read.said, self.read.indicator)

    @property
    def was(self):
        """What it says so far, in print."""
        return _in_print(self.old, self.read.indicator)


@dataclass
class Preview(Piles):
    """The four piles of figures."""

    WHAT, PARTS = "figure", "cells"

    @cached_property
    def fingerprint(self):
        """Changes when anything that would be written, or left out, changes."""
        digest = hashlib.sha256()
        for finding in (*self.new, *self.revised):
            digest.update(repr((finding.read.place, finding.read.said, finding.old)).encode())
        digest.update(repr([(problem.row, problem.column, problem.message) for problem in self.rejected]).encode())
        digest.update(repr([problem.message for problem in self.warnings]).encode())
        return digest.hexdigest()

    def as_data(self):
        """What a page shows of it, as plain data."""
        return {
            **super().as_data(),
            "new": [_new(finding) for finding in self.new[:SHOWN]],
            "unchanged": [_new(finding) for finding in self.unchanged[:SHOWN]],
            "revised": [_revised(finding) for finding in self.revised[:SHOWN]],
        }

    def rows(self, reasons, *, known_on, source):
        """Everything that would be written, as `recording.record_many` takes it.

        `reasons` says for each row, or for all others under "0", which kind of revision it is and why.
        """
        for finding in (*self.new, *self.revised):
            read, reason = finding.read, {}
            if finding.old is not None:
                reason = reasons.get(str(read.row)) or reasons.get("0") or {}
            yield Row(
                indicator=read.indicator,
                area=read.area,
                period_start=read.period.start,
                said=read.said,
                code=reason.get("code", ""),
                reason=read.note or reason.get("reason", "") if finding.old is not None else "",
                known_on=known_on,
                source=source,
            )


def _new(finding):
    read = finding.read
    return {
        "row": read.row,
        "column": read.column,
        "indicator": read.indicator.title,
        "area": read.area.name,
        "period": read.period.label,
        "now": finding.now,
        "read": how_read(read.text, read.said) if read.text else "",
    }


def _revised(finding):
    return {**_new(finding), "was": finding.was, "note": finding.read.note}


def _in_print(said, indicator):
    """What a figure says: the value with its unit, a range, or why there is none; with numbers behind it and status."""
    text = words.figure_or_why(said, indicator)
    if said.missing_reason:
        return text
    if said.numerator is not None:
        text = f"{text} ({words.number(said.numerator)} of {words.number(said.denominator)})"
    return text if said.status == Figure.Status.AS_PUBLISHED else f"{text}, {Figure.Status(said.status).label.lower()}"


# --- Looking through -----------------------------------------------------------------------------------------------


def look(rows, layout, names, *, known_on, progress=None):
    """The Preview of these rows read by this layout. `known_on` is the day on which the figures were published."""
    found = Preview()
    reader = _Reader(layout, headings_of(rows, layout.heading), names, found)
    reads = []
    for place in range(layout.heading + 1, len(rows)):
        reads += reader.row(place + 1, rows[place])
        if progress and place % TELL_EVERY == 0:
            progress(place, len(rows))
    if reader.empty:
        found.remarks.append(f"{words.so_many(reader.empty, 'empty cell')} left out: no figure stands there.")
    if not reads and not found.rejected:
        found.rejected.append(
            Problem(layout.heading + 1, "", "There is no figure below the headings. Check that all rows were copied.")
        )
    reads = _without_doubles(reads, found)
    held = _held(reads)
    for read in reads:
        _put_on_pile(read, held.get(read.place), known_on, found)
    found.rejected.sort(key=lambda problem: (problem.row, problem.column))
    found.warnings += sorted(_doubtful(found, progress), key=lambda problem: (problem.row, problem.column))
    return found


class _Reader:
    """Reads row after row; what cannot be read goes onto the rejected pile."""

    def __init__(self, layout, headings, names, preview):
        self.layout, self.names, self.preview = layout, names, preview
        self.at = {role: layout.column(role) for role in columns.ROLES if role and role != "across"}
        self.given = {role: self.names.by_key(role, key) for role, key in layout.given.items() if key}
        self.across = [place for place, role in enumerate(layout.roles) if role == "across"]
        self.headings = headings
        self.periods, self.told, self.empty = {}, {}, 0

    def row(self, number, cells):
        """Every figure of one row."""
        if not any(cells):
            return []
        if not self.layout.across:
            read = self._figure(number, cells, self.at["value"], {})
            return [read] if read else []
        found = []
        for place in self.across:
            if not _cell(cells, place):
                self.empty += 1
                continue
            read = self._figure(number, cells, place, {self.layout.across: place})
            if read:
                found.append(read)
        return found

    def _figure(self, number, cells, place, across):
        """The figure of one cell, or None with its reason on the rejected pile."""
        named = {}
        for role in ("indicator", "area", "period"):
            try:
                named[role] = self._named(role, number, cells, across, named.get("indicator"))
            except (Unknown, NotAPeriod) as problem:
                from_heading = role in across
                column = across.get(role, self.at.get(role))
                row = self.layout.heading + 1 if from_heading else number
                self._reject(row, column, str(problem), once=from_heading)
                return None
        try:
            said = self._said(number, cells, place, named["indicator"])
        except TypedWrong as problem:
            self._reject(number, problem.place if isinstance(problem, _Wrong) else place, str(problem))
            return None
        if wrong := recording.check(named["indicator"], named["area"], said, named["period"].start):
            self._reject(number, place, " ".join(wrong))
            return None
        note = _cell(cells, self.at["note"])[:500]
        return Read(number, _letter(place), said=said, text=_cell(cells, place), note=note, **named)

    def _named(self, role, number, cells, across, indicator):
        if role in self.given:
            return self.given[role]
        place = across.get(role, self.at[role])
        text = self.headings[place] if role in across else _cell(cells, place)
        if text in WHAT_SIGNS_MEAN:
            raise Unknown(f"This cell {WHAT_SIGNS_MEAN[text]}")
        if role != "period":
            return getattr(self.names, role)(text)
        key = text, indicator.frequency
        if key not in self.periods:
            try:
                self.periods[key] = parse_period(text, indicator.frequency)
            except NotAPeriod as problem:
                self.periods[key] = problem
        if isinstance(self.periods[key], NotAPeriod):
            raise self.periods[key]
        return self.periods[key]

    def _said(self, number, cells, place, indicator):
        """The figure with status, numerator and denominator from their own columns. Raises TypedWrong."""
        parts = {}
        for role in ("numerator", "denominator"):
            if text := _cell(cells, self.at[role]):
                parts[role] = self._parsed(text, self.at[role], _WHOLE).value
        status, missing = self._status(cells)
        text = _cell(cells, place)
        if parts and not text:
            said = Said(**parts)
        elif missing and not text:
            said = Said(missing_reason=missing)
        else:
            said = self._parsed(text, place, indicator)
            if parts and not said.missing_reason:
                said = Said(**{**_fields(said), **parts})
                self._compare(said, indicator, number, place)
        said = Said(**{**_fields(said), "status": status}) if status else said
        if parts and recording.check(indicator, None, said):
            return said  # told by the checks of every figure
        return said.completed(indicator)

    def _parsed(self, text, place, indicator):
        if text in WHAT_SIGNS_MEAN:
            raise _Wrong(f"This cell {WHAT_SIGNS_MEAN[text]}", place)
        try:
            return parse_figure(text, indicator)
        except TypedWrong as problem:
            raise _Wrong(str(problem), place) from None

    def _compare(self, said, indicator, number, place):
        """A percentage beside its numerator and denominator has to be what they make, as far as it is written out."""
        made = Said(numerator=said.numerator, denominator=said.denominator)
        if None in (said.numerator, said.denominator) or recording.check(indicator, None, made):
            return
        made = made.completed(indicator).value
        if said.value is None or made is None:
            return
        written = said.value.normalize()
        if abs(made - written) > Decimal(1).scaleb(min(0, written.as_tuple().exponent)):
            shown = words.with_unit(words.number(made, 1), indicator.unit)
            self.preview.warnings.append(
                Problem(
                    number,
                    _letter(place),
                    f"The two numbers make {shown}, the sheet says {words.with_unit(f'{written:f}', indicator.unit)}. "
                    "What the numbers make is recorded.",
                )
            )

    def _status(self, cells):
        text = _cell(cells, self.at["status"]).casefold()
        if not text:
            return "", ""
        if text in _STATUSES:
            return _STATUSES[text], ""
        if text in WHY_MISSING:
            return "", WHY_MISSING[text]
        known = words.listed(sorted(set(map(str, Figure.Status.labels))))
        raise _Wrong(
            f"“{text[:40]}” is no status of a figure. Write one of {known}, or leave it empty.", self.at["status"]
        )

    def _reject(self, row, place, message, *, once=False):
        """Note a rejected cell; what is wrong with a heading is told once, with how many cells it concerns."""
        problem = Problem(row, _letter(place), message)
        if once and (row, place) in self.told:
            at = self.told[row, place]
            before = self.preview.rejected[at]
            self.preview.rejected[at] = Problem(row, before.column, message, before.count + 1)
            return
        self.told[row, place] = len(self.preview.rejected)
        self.preview.rejected.append(problem)


class _Wrong(TypedWrong):
    """A cell that is no figure, and its column where that is not the column of the value."""

    def __init__(self, message, place):
        super().__init__(message)
        self.place = place


class _Whole:
    """What a numerator or denominator is read as: a number of things."""

    unit, is_change, decimals = "count", False, 0


_WHOLE = _Whole()


def _fields(said):
    return {name: getattr(said, name) for name in FIGURE_FIELDS}


def _cell(cells, place):
    return cells[place] if place is not None and place < len(cells) else ""


def _letter(place):
    return letter(place) if place is not None else ""


# --- Beside what is recorded ---------------------------------------------------------------------------------------


def _without_doubles(reads, preview):
    """Each figure once. What stands twice is rejected: the second one, and the first as well where they differ."""
    first, doubtful = {}, set()
    for read in reads:
        before = first.setdefault(read.place, read)
        if before is read:
            continue
        same = before.said == read.said
        where = f"row {before.row:,}, column {before.column}"
        what = f"{read.indicator}, {read.area}, {read.period.label}"
        preview.rejected.append(
            Problem(
                read.row,
                read.column,
                f"{what} stands in {where} already{', with the same figure' if same else ', with another figure'}. "
                "Keep one of the two.",
            )
        )
        if not same and read.place not in doubtful:
            doubtful.add(read.place)
            preview.rejected.append(
                Problem(before.row, before.column, f"{what} stands again in row {read.row:,} with another figure.")
            )
    return [read for place, read in first.items() if place not in doubtful]


def _held(reads):
    """{place: (Said, known on)} of what is recorded of these figures: one query."""
    indicators, areas = {read.indicator.pk for read in reads}, {read.area.pk for read in reads}
    starts = [read.period.start for read in reads]
    if not reads:
        return {}
    rows = Observation.objects.filter(
        indicator__in=indicators, area__in=areas, period_start__range=(min(starts), max(starts))
    ).values_list("indicator_id", "area_id", "period_start", "known_on", *FIGURE_FIELDS)
    return {
        tuple(place): (Said(**dict(zip(FIGURE_FIELDS, figure, strict=True))), known_on)
        for *place, known_on, figure in ((*row[:4], row[4:]) for row in rows.iterator())
    }


def _put_on_pile(read, held, known_on, preview):
    if held is None:
        preview.new.append(Finding(read))
        return
    old, since = held
    if old == read.said:
        preview.unchanged.append(Finding(read, old))
    elif since and known_on < since:
        message = (
            f"What is recorded ({_in_print(old, read.indicator)}) has been known since {since:%-d %B %Y}, later than the "
            f"day given for this file. Give {since:%-d %B %Y} or a later day."
        )
        preview.rejected.append(Problem(read.row, read.column, message))
    else:
        preview.revised.append(Finding(read, old))


# --- What is to be confirmed ---------------------------------------------------------------------------------------


def _doubtful(preview, progress):
    """Figures that look wrong though they may be right: a person looks at them. Some series at a time."""
    by_indicator = defaultdict(dict)
    for finding in (*preview.new, *preview.revised):
        by_indicator[finding.read.indicator.pk][finding.read.place] = finding.read
    together, series, done = {}, set(), 0
    for number, reads in enumerate(by_indicator.values(), 1):
        together |= reads
        series |= {place[:2] for place in reads}
        if len(series) < _SERIES_AT_A_TIME and number < len(by_indicator):
            continue
        yield from _doubts_about(together)
        done += len(together)
        together, series = {}, set()
        if progress:
            progress(done, len(preview.new) + len(preview.revised), "Comparing with what is usual")


def _doubts_about(reads):
    rows = [Row(read.indicator, read.area, read.period.start, read.said) for read in reads.values()]
    for place, sentences in doubts(rows).items():
        read = reads[place]
        about = f"{read.indicator}, {read.area}, {read.period.label}"
        yield Problem(read.row, read.column, f"{about}: {' '.join(sentences)}")
