"""What the public can look for and how it is narrowed: kind, year, person, priority. Reads the public index alone."""

import difflib
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import CharField
from django.db.models.functions import Cast, Substr

from scrutiny.publication.models import PublicSearchEntry
from scrutiny.publication.search import index
from scrutiny.publication.search.question import LONGEST, understand
from scrutiny.workflow import kinds

# How far the words of titles are read for a suggestion; only where nothing was found.
WORDS_FROM = 5000


@dataclass(frozen=True)
class Asked:
    """What stands in the address of a search, cleaned: nothing in it can be wrong, only without effect."""

    q: str = ""
    kind: str = ""
    year: str = ""
    person: str = ""
    priority: str = ""
    page: int = 1

    @classmethod
    def from_query(cls, query):
        """From a QueryDict."""
        words = {name: query.get(name, "").replace("\x00", "").strip()[:1000] for name in FIELDS}
        number = query.get("page", "1")
        return cls(**words, page=int(number) if number.isdecimal() and len(number) < 6 else 1)

    def url(self, **changes):
        """The address of this search with something else in it."""
        wanted = {name: getattr(self, name) for name in (*FIELDS, "page")} | changes
        kept = {name: value for name, value in wanted.items() if value and not (name == "page" and value == 1)}
        return f"/search/?{urlencode(kept)}" if kept else "/search/"


FIELDS = ("q", "kind", "year", "person", "priority")


@dataclass(frozen=True)
class Choice:
    """One entry of a list to choose from."""

    value: str
    words: str
    chosen: bool


class Results:
    """A search of the public record: what was asked, what was found, and what to choose from."""

    def __init__(self, asked):
        self.asked = asked
        self.question = understand(asked.q)
        self.found = index.find(self._narrowed(), self.question, page=asked.page)

    def _narrowed(self):
        rows, asked = PublicSearchEntry.objects.all(), self.asked
        if asked.kind in kinds.all_kinds():
            rows = rows.filter(kind=asked.kind)
        if asked.year.isdecimal() and len(asked.year) == 4:
            rows = rows.filter(date__year=asked.year)
        if asked.person:
            rows = rows.filter(people__icontains=asked.person)
        if asked.priority:
            rows = rows.filter(priority=asked.priority)
        return rows

    @property
    def is_narrowed(self):
        """Whether a filter is set."""
        asked = self.asked
        return bool(asked.kind or asked.year or asked.person or asked.priority)

    @property
    def longest(self):
        """The most characters of a question that are read."""
        return LONGEST

    @property
    def in_words(self):
        """12 results for “trafficking”."""
        count = self.found.count
        number = f"{'More than ' if self.found.more else ''}{count:,}" if count else "No"
        return f"{number} result{'' if count == 1 else 's'} for “{self.asked.q[:LONGEST]}”"

    @cached_property
    def _facets(self):
        """Every (kind, year, priority) that there is. One query."""
        # The year as text: taking it out of a date costs a call for each row on SQLite.
        year = Substr(Cast("date", CharField()), 1, 4)
        rows = PublicSearchEntry.objects.order_by().annotate(year=year)
        return list(rows.values_list("kind", "year", "priority").distinct())

    @property
    def kinds(self):
        """Every kind that is published, to choose from."""
        held = {kind for kind, _, _ in self._facets}
        known = [(name, kind.label) for name, kind in kinds.all_kinds().items() if name in held]
        return [Choice(name, label, name == self.asked.kind) for name, label in sorted(known, key=lambda each: each[1])]

    @property
    def years(self):
        """Every year that something is about, newest first."""
        years = {year for _, year, _ in self._facets if year}
        return [Choice(str(year), str(year), str(year) == self.asked.year) for year in sorted(years, reverse=True)]

    @property
    def priorities(self):
        """Every priority of the plan that something serves."""
        names = sorted({priority for _, _, priority in self._facets if priority})
        return [Choice(name, name, name == self.asked.priority) for name in names]

    @property
    def labels(self):
        """{kind: its label}"""
        return {name: kind.label for name, kind in kinds.all_kinds().items()}

    @property
    def hits(self):
        """[(hit, label of its kind)]"""
        labels = self.labels
        return [(hit, labels.get(hit.kind, hit.kind)) for hit in self.found.hits]

    @property
    def first(self):
        """The number of the first hit of this page."""
        return (self.found.page - 1) * index.PAGE + 1

    @property
    def first_page(self):
        """The address of the first page."""
        return self.asked.url(page=1)

    @property
    def before(self):
        """The address of the page before this one; empty on the first."""
        return self.asked.url(page=self.found.page - 1) if self.found.page > 1 else ""

    @property
    def after(self):
        """The address of the next page; empty on the last."""
        return self.asked.url(page=self.found.page + 1) if self.found.page < self.found.pages else ""

    @property
    def without_filters(self):
        """The same question to everything that is published."""
        return Asked(self.asked.q).url()

    def suggestion(self):
        """(words, address): the question with words that titles know in place of words that nothing knows; else None."""
        if self.found.count or self.question.is_empty:
            return None
        rows = PublicSearchEntry.objects.order_by("-pk").values_list("title", "people")[:WORDS_FROM]
        known = {word.strip(".,:;!?()“”’").lower() for row in rows for text in row for word in text.split()}
        words = self.asked.q[:LONGEST].split()
        better = [_nearest(word, known) for word in words]
        if better == words:
            return None
        return " ".join(better), Asked(" ".join(better)).url()


def _nearest(word, known):
    if len(word) < 4 or word.lower() in known:
        return word
    return next(iter(difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.75)), word)
