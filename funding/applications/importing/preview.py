"""What the rows of a sheet would do: new applications, unchanged ones, changed ones, and rows that cannot be taken.

Nothing is written here. A row with a cell that cannot be read is rejected, with each such cell and what to write there.
"""

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from funding.applications import operations
from funding.applications.importing.cells import Reader, in_print
from funding.applications.importing.columns import ROLES
from funding.applications.matching import name_key
from funding.applications.models import Application
from opcc_portal.office.forms import in_words
from scrutiny.indicators.importing.sheets import SHOWN, TELL_EVERY, Piles, Problem, letter
from scrutiny.indicators.words import so_many

_LIKE_A_FORMULA = ("=", "@", "+", "-")
Status, Applicant = Application.Status, Application.Applicant


@dataclass(frozen=True)
class Read:
    """One application as the sheet says it: `words` are fields of the record, those that say something."""

    row: int
    words: dict
    reference: str = ""
    received: datetime | None = None

    def application(self, round_):
        """The record that it would be."""
        return Application(round=round_, origin=Application.Origin.IMPORT, **self.words)


@dataclass(frozen=True)
class Finding:
    """One row beside the application that it speaks of: `old` is None for a new one."""

    read: Read
    old: Application | None = None

    @property
    def changes(self):
        """{field: (old, new)} of what the row says otherwise. An empty cell changes nothing."""
        pairs = {name: (getattr(self.old, name), value) for name, value in self.read.words.items()}
        return {name: pair for name, pair in pairs.items() if _compared(pair[0]) != _compared(pair[1])}


@dataclass
class Preview(Piles):
    """The four piles of applications."""

    WHAT, PARTS = "application", "rows"

    late: int = 0
    unsaid: Counter = field(default_factory=Counter)

    @property
    def left_out(self):
        """How many rows cannot be taken; one row may have several problems."""
        return len(self.rejected_rows)

    @property
    def rejected_rows(self):
        """The numbers of the rows that cannot be taken."""
        return sorted({problem.row for problem in self.rejected})

    @cached_property
    def fingerprint(self):
        """Changes when anything that would be written, or left out, changes."""
        digest = hashlib.sha256()
        for finding in (*self.new, *self.revised):
            old = finding.old and (finding.old.pk, finding.old.version)
            said = sorted((name, _digested(value)) for name, value in finding.read.words.items())
            digest.update(repr((finding.read.row, old, said, finding.read.reference)).encode())
        for problem in (*self.rejected, *self.warnings):
            digest.update(repr((problem.row, problem.column, problem.message, problem.count)).encode())
        return digest.hexdigest()

    def as_data(self):
        """What a page shows of it, as plain data."""
        return {
            **super().as_data(),
            "late": self.late,
            "cells": len(self.rejected),
            "new": [_new(finding) for finding in self.new[:SHOWN]],
            "unchanged": [_old(finding) for finding in self.unchanged[:SHOWN]],
            "revised": [_revised(finding) for finding in self.revised[:SHOWN]],
        }


def _new(finding):
    words = finding.read.words
    return {
        "row": finding.read.row,
        "name": words["applicant_name"],
        "kind": Applicant(words["applicant_kind"]).label,
        "title": words["title"],
        "amount": in_print(words["amount"]),
    }


def _old(finding):
    old = finding.old
    return {
        "row": finding.read.row,
        "reference": old.reference,
        "address": old.get_absolute_url(),
        "name": old.applicant_name,
        "title": old.title,
        "amount": in_print(old.amount),
    }


def _revised(finding):
    changes = [
        {"label": ROLES[name], "was": printed(name, was), "now": printed(name, now)}
        for name, (was, now) in finding.changes.items()
    ]
    return {**_old(finding), "changes": changes}


def printed(name, value):
    """What a field says, in print."""
    if name == "applicant_kind" and value:
        return Applicant(value).label
    return in_print(value)


def _compared(value):
    return " ".join(value.split()) if isinstance(value, str) else value


def _digested(value):
    return value.pk if hasattr(value, "pk") else value


# --- Looking through -----------------------------------------------------------------------------------------------


def look(rows, layout, round_, *, by, progress=None):
    """The Preview of these rows read by this layout, for a person who sees them: what is closed to them stays closed."""
    found = Preview()
    rows_read = _Rows(layout, round_, found)
    reads = []
    for place in range(layout.heading + 1, len(rows)):
        read = rows_read.row(place + 1, rows[place])
        reads += [read] if read else []
        if progress and place % TELL_EVERY == 0:
            progress(place, len(rows))
    if not reads and not found.rejected:
        message = "There is no application below the headings. Check that all rows were copied."
        found.rejected.append(Problem(layout.heading + 1, "", message))
    held = _Held(round_, by)
    reads = _without_doubles(reads, held, found)
    for read in reads:
        _put_on_pile(read, held, rows_read, found)
    _say_who_asks_twice(found, held, rows_read.column)
    found.remarks = [
        f"{so_many(count, 'row does', 'rows do')} not say {words}"
        for words, count in found.unsaid.most_common()
        if count
    ]
    found.rejected.sort(key=lambda problem: (problem.row, problem.column))
    found.warnings.sort(key=lambda problem: (problem.row, problem.column))
    return found


class _Rows:
    """Reads row after row; what cannot be read goes onto the rejected pile."""

    def __init__(self, layout, round_, preview):
        self.layout, self.round, self.preview = layout, round_, preview
        self.columns = [(place, role) for place, role in enumerate(layout.roles) if role]
        self.reader = Reader()

    def column(self, name):
        """The letter of the first column that holds this field, empty where none does."""
        places = self.layout.places(name)
        return letter(places[0]) if places else ""

    def row(self, number, cells):
        """The application of one row; None where there is none, or none that can be taken."""
        if not any(cells):
            return None
        said, problems = {}, []
        for place, role in self.columns:
            text = cells[place] if place < len(cells) else ""
            if not text:
                continue
            try:
                value = self.reader.read(role, text)
            except ValidationError as wrong:
                problems.append(Problem(number, letter(place), " ".join(wrong.messages)))
                continue
            if value not in (None, ""):
                said[role] = f"{said[role]}\n{value}" if role in said else value
        if problems:
            self.preview.rejected += problems
            return None
        reference, received = said.pop("reference", ""), said.pop("received", None)
        return Read(number, said, reference, received)


# --- Beside what the round holds -----------------------------------------------------------------------------------


class _Held:
    """Every application that the round has received, found by reference, number or name together with the title."""

    def __init__(self, round_, by):
        self.round = round_
        held = Application.objects.sent().filter(round=round_).select_related("area", "priority")
        self.all = {application.pk: application for application in held}
        for application in self.all.values():
            application.round = round_
        mine = Q(interests__user=by)
        marked = Q(assessments__isnull=False) | Q(moderation__isnull=False) | Q(outcome__isnull=False)
        self.closed = set(held.filter(mine).values_list("pk", flat=True))
        self.marked = set(held.filter(marked).values_list("pk", flat=True))
        self._by_reference = {application.reference.upper(): application for application in self.all.values()}
        self._by_key, self.by_applicant = defaultdict(list), defaultdict(list)
        for application in self.all.values():
            for key in _keys(application):
                self._by_key[key].append(application)
            if application.status != Status.WITHDRAWN:
                for key in _applicant_keys(application):
                    self.by_applicant[key].append(application)

    def find(self, read):
        """The application that a row speaks of, None for a new one. Raises ValidationError where that is not clear."""
        named = self._named(read)
        application = read.application(self.round)
        same = {each.pk: each for key in _keys(application) for each in self._by_key[key]}
        same = {pk: each for pk, each in same.items() if not _other_numbers(each, application)}
        if named:
            others = [each.reference for pk, each in same.items() if pk != named.pk]
            if others:
                raise ValidationError(
                    f"{named.reference} is another application than {others[0]}, which has this organisation and title. "
                    "Correct the reference or the title."
                )
            return named
        if len(same) > 1:
            listed = " and ".join(sorted(each.reference for each in same.values()))
            raise ValidationError(
                f"{listed} both have this organisation and title. Give the reference of the one meant."
            )
        return next(iter(same.values()), None)

    def _named(self, read):
        """The application whose reference the row gives. An office's own numbering of its rows is no reference."""
        reference = read.reference.upper()
        found = self._by_reference.get(reference)
        if not found and reference.startswith(f"{self.round.fund.code}-".upper()):
            raise ValidationError(
                f"No application of this round has the reference {read.reference[:40]}. Correct it, or leave it out if "
                "the application is new."
            )
        return found

    def reference_keys(self, read):
        """By what a row is known again that gives the reference of an application."""
        reference = read.reference.upper()
        return [("reference", reference)] if reference in self._by_reference else []

    def why_not(self, application):
        """Why this application may not be changed by a sheet, in words; empty where it may."""
        if application.pk in self.closed:
            return "An application of this round that is closed to you has this organisation and title."
        if application.pk in self.marked:
            return f"{application.reference} is being assessed already, and stays as the assessors read it."
        if application.status not in (Status.SUBMITTED, Status.ELIGIBLE):
            return f"{application.reference} is {application.get_status_display().lower()}, and stays as it is."
        return ""


def _title_key(title):
    return " ".join(title.split()).casefold()


def _applicant_keys(application):
    """By what an applicant is known again: the number of a public list, or the name."""
    keys = [
        (name, getattr(application, name))
        for name in ("charity_number", "company_number")
        if getattr(application, name)
    ]
    return [*keys, ("name", name_key(application.applicant_name))] if application.applicant_name else keys


def _keys(application):
    """By what an application is known again: the applicant together with the title."""
    title = _title_key(application.title)
    return [(*key, title) for key in _applicant_keys(application)] if title else []


def _other_numbers(one, other):
    """Whether two applicants of one name are different bodies: a public list knows them under different numbers."""
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("charity_number", "company_number")]
    given = [pair for pair in pairs if all(pair)]
    return bool(given) and all(mine != theirs for mine, theirs in given)


def _without_doubles(reads, held, preview):
    """Each application once. What stands twice is rejected: the second row, and the first as well where they differ."""
    first, doubtful = {}, set()
    for read in reads:
        application = read.application(held.round)
        keys = [*_keys(application), *held.reference_keys(read)]
        before = next((first[key] for key in keys if key in first), None)
        if before is None or _other_numbers(before.application(held.round), application):
            first.update({key: read for key in keys if key not in first})
            continue
        same = before.words == read.words
        how = "saying the same" if same else "saying something else"
        preview.rejected.append(
            Problem(read.row, "", f"Row {before.row:,} speaks of this application already, {how}. Keep one of the two.")
        )
        doubtful.add(read.row)
        if not same and before.row not in doubtful:
            doubtful.add(before.row)
            message = f"Row {read.row:,} speaks of this application again, saying something else. Keep one of the two."
            preview.rejected.append(Problem(before.row, "", message))
    return [read for read in reads if read.row not in doubtful]


def _put_on_pile(read, held, rows, preview):
    column = rows.column
    try:
        old = held.find(read)
    except ValidationError as unclear:
        preview.rejected.append(Problem(read.row, column("reference") or column("title"), unclear.messages[0]))
        return
    if old is None:
        _put_new(read, rows, preview)
        return
    finding = Finding(read, old)
    changes = finding.changes
    if old.pk in held.closed:
        preview.rejected.append(Problem(read.row, column("title"), held.why_not(old)))
    elif not changes:
        preview.unchanged.append(finding)
    elif why_not := held.why_not(old):
        preview.rejected.append(Problem(read.row, column("title"), why_not))
    else:
        changed = {name: getattr(old, name) for name in operations.WORDS} | read.words
        if _is_right(Read(read.row, changed), held.round, column, preview, only=changes):
            preview.revised.append(finding)


def _put_new(read, rows, preview):
    round_, column = rows.round, rows.column
    read = _with_kind(read, rows.layout.kind)
    at = read.received or timezone.now()
    day = timezone.localdate(at)
    if day < round_.opens:
        message = f"It came on {in_words(day)}; the round opened on {in_words(round_.opens)}. Check the day."
        preview.rejected.append(Problem(read.row, column("received"), message))
    elif _is_right(read, round_, column, preview):
        preview.new.append(Finding(read))
        preview.late += day > round_.closes
        for name, words in operations.ASKED.items():
            preview.unsaid[words] += name not in read.words


def _with_kind(read, kind):
    """The row with the kind of its organisation: by its number where it says none, else as is said for the sheet."""
    if "applicant_kind" in read.words:
        return read
    for name, found in (("charity_number", Applicant.CHARITY), ("company_number", Applicant.COMPANY)):
        if name in read.words:
            kind = found
            break
    if not kind:
        return read
    return replace(read, words={**read.words, "applicant_kind": str(Applicant(kind))})


def _is_right(read, round_, column, preview, only=None):
    """Whether the application could be received so; what is wrong with it, or worth a look, goes onto its pile.

    With `only` nothing is pointed out but what concerns these fields.
    """
    found = operations.problems(read.application(round_), others=False)
    stops = [Problem(read.row, column(problem.field), problem.text) for problem in found if problem.stops]
    preview.rejected += stops
    if stops:
        return False
    for problem in found:
        if problem.field in operations.ASKED and not read.words.get(problem.field):
            continue  # told once for the sheet
        if only is not None and problem.field not in only:
            continue
        preview.warnings.append(Problem(read.row, column(problem.field), problem.text))
    for name in ("applicant_name", "title"):
        if (only is None or name in only) and read.words[name].startswith(_LIKE_A_FORMULA):
            message = f"“{read.words[name][:60]}” begins like a formula. It is kept as words and worked out by nobody."
            preview.warnings.append(Problem(read.row, column(name), message))
    return True


def _say_who_asks_twice(preview, held, column):
    """Whoever asks the round for two projects is pointed out: a person says whether that is meant."""
    asked = defaultdict(list)
    for finding in preview.new:
        for key in _applicant_keys(finding.read.application(held.round)):
            asked[key].append(finding.read)
    for finding in preview.new:
        others = set()
        for key in _applicant_keys(finding.read.application(held.round)):
            others |= {f"row {read.row:,}" for read in asked[key] if read.row != finding.read.row}
            others |= {each.reference for each in held.by_applicant[key] if each.pk not in held.closed}
        if others:
            listed = ", ".join(sorted(others)[:3])
            message = f"This organisation asks for another project as well: {listed}. Check that both are meant."
            preview.warnings.append(Problem(finding.read.row, column("applicant_name"), message))
