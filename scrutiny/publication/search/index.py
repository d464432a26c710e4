"""Asking the index of the database: FTS5 on SQLite, tsvector on PostgreSQL, the same hits from both.

Titles weigh most, then people, then text. Where a word stands nearly everywhere, weighing every text tells little and
takes long: then what has the words in its title comes first, and after it the newest. Snippets are cut from the text by
the database; what it marks is escaped before it becomes HTML.
"""

from dataclasses import dataclass

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

OPEN, CLOSE = "\x02", "\x03"
PAGE = 20
MOST = 1000  # hits that are told and shown; whoever has more needs another question
FEW = 300  # hits of which each is weighed by its whole text
CONFIG = "opcc_english"
COLUMNS = ("id", "kind", "url", "title", "date")


@dataclass(frozen=True)
class Hit:
    """One thing found: what a list shows of it, and a snippet with the words found marked."""

    pk: int
    kind: str
    url: str
    title: str
    date: object
    snippet: SafeString


@dataclass(frozen=True)
class Found:
    """One page of what was found, and how many there are in all; `more` where there are more than are told."""

    hits: list
    count: int
    page: int
    more: bool = False

    @property
    def pages(self):
        """How many pages there are."""
        return -(-self.count // PAGE)


def find(rows, question, *, page=1):
    """The hits of a Question among `rows`, a queryset of one kind of SearchEntry, best first. Two queries."""
    if question.is_empty:
        return Found([], 0, 1)
    page, index = max(1, page), _OnPostgreSQL if connection.vendor == "postgresql" else _OnSQLite
    asking = index(rows, question)
    heads, newest = asking.matches()
    ids = list(dict.fromkeys([*heads, *newest]))
    first = (page - 1) * PAGE
    if len(ids) <= FEW:
        hits = asking.best(ids, first) if first < len(ids) else []
    else:
        shown = ids[:MOST][first : first + PAGE]
        found = {hit.pk: hit for hit in (asking.best(shown) if shown else [])}
        hits = [found[pk] for pk in shown if pk in found]
    return Found(hits, min(len(ids), MOST), page, more=len(ids) > MOST)


def _among(column, rows):
    """(SQL, parameters) that narrow to these rows; nothing where all rows are meant."""
    if not rows.query.where:
        return "", ()
    narrowed, values = rows.values("pk").order_by().query.sql_with_params()
    return f"AND {column} IN ({narrowed})", values


def _ask(sql, values):
    with connection.cursor() as cursor:
        cursor.execute(" ".join(sql), values)
        return cursor.fetchall()


# --- SQLite ----------------------------------------------------------------------------------------------------------


def as_fts5(question):
    """The question in the language of FTS5; every word quoted, so that none is an operator."""
    groups = [" OR ".join(_fts5_term(each) for term in group for each in term.spellings) for group in question.groups]
    wanted = " AND ".join(f"({group})" for group in groups)
    return " NOT ".join([f"({wanted})", *(_fts5_term(term) for term in question.without)])


def _fts5_term(term):
    return '"{}"'.format(" ".join(term.words).replace('"', '""'))


class _OnSQLite:
    def __init__(self, rows, question):
        self.table = rows.model._meta.db_table
        self.words = f"{self.table}_words"
        self.match = as_fts5(question)
        # With a plain column SQLite would look up every row in the index, one by one.
        self.among, self.values = _among("+rowid", rows)

    def _where(self):
        return ["FROM", self.words, "WHERE", self.words, "MATCH %s", self.among]

    def matches(self):
        """(hits by title or people, newest hits): ids, each newest first and at most one more than is told."""
        newest_first = "ORDER BY rowid DESC LIMIT %s"
        one = ["SELECT * FROM (SELECT 1 AS head, rowid", *self._where(), newest_first, ")"]
        other = ["SELECT * FROM (SELECT 0, rowid", *self._where(), newest_first, ")"]
        in_heads = f"{{title people}} : ({self.match})"
        found = _ask(
            [*one, "UNION ALL", *other],
            [in_heads, *self.values, MOST + 1, self.match, *self.values, MOST + 1],
        )
        return [pk for head, pk in found if head], [pk for head, pk in found if not head]

    def best(self, ids, first=0):
        """The best PAGE of these rows, from the `first` on, with snippets."""
        columns = ", ".join(f"e.{name}" for name in COLUMNS)
        snippet = [", snippet(", self.words, ", 1, %s, %s, '…', 32)"]
        source = ["FROM", self.words, "JOIN", self.table, "AS e ON e.id =", f"{self.words}.rowid"]
        where = ["WHERE", self.words, "MATCH %s AND", f"{self.words}.rowid IN ({', '.join(['%s'] * len(ids))})"]
        rank = ["ORDER BY bm25(", self.words, ", 8.0, 1.0, 3.0), e.id DESC LIMIT %s OFFSET %s"]
        values = [OPEN, CLOSE, self.match, *ids, PAGE, first]
        return _as_hits(_ask(["SELECT", columns, *snippet, *source, *where, *rank], values))


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


def as_tsquery(question):
    """(SQL expression, parameters) for PostgreSQL; the words are parameters and never part of the expression."""
    parts, values = [], []
    for group in question.groups:
        spellings = [each for term in group for each in term.spellings]
        parts.append("({})".format(" || ".join(f"phraseto_tsquery('{CONFIG}', %s)" for _ in spellings)))
        values += [" ".join(term.words) for term in spellings]
    expression = " && ".join(parts)
    for term in question.without:
        expression += f" && !!phraseto_tsquery('{CONFIG}', %s)"
        values.append(" ".join(term.words))
    return expression, values


class _OnPostgreSQL:
    def __init__(self, rows, question):
        self.table = rows.model._meta.db_table
        self.query, self.asked = as_tsquery(question)
        self.among, self.values = _among("id", rows)

    def matches(self):
        """(hits by title or people, newest hits): ids, each newest first and at most one more than is told."""

        def half(head, column):
            where = ["FROM", self.table, "WHERE", column, "@@ (", self.query, ")", self.among]
            return [f"(SELECT {head}, id", *where, "ORDER BY id DESC LIMIT %s)"]

        values = [*self.asked, *self.values, MOST + 1]
        found = _ask([*half(1, "heading"), "UNION ALL", *half(0, "words")], values * 2)
        return [pk for head, pk in found if head], [pk for head, pk in found if not head]

    def best(self, ids, first=0):
        """The best PAGE of these rows, from the `first` on, with snippets: cutting those costs more than finding."""
        marks = f'StartSel="{OPEN}", StopSel="{CLOSE}", MaxWords=32, MinWords=16, MaxFragments=1'
        columns = ", ".join(COLUMNS)
        rank = ["ORDER BY ts_rank_cd('{0.1, 0.2, 0.4, 1.0}', words,", self.query, ", 1) DESC, id DESC"]
        inside = ["(SELECT", columns, ", text FROM", self.table, "WHERE id = ANY(%s)", *rank, "LIMIT %s OFFSET %s)"]
        snippet = [f", ts_headline('{CONFIG}', text,", self.query, ", %s) FROM"]
        values = [*self.asked, marks, ids, *self.asked, PAGE, first]
        return _as_hits(_ask(["SELECT", columns, *snippet, *inside, "AS best"], values))


# --- both ------------------------------------------------------------------------------------------------------------


def _as_hits(found):
    return [Hit(*row[:-1], marked(row[-1])) for row in found]


def marked(snippet):
    """A snippet as HTML: escaped first, then the words found are put into <mark>."""
    text = escape(snippet or "")
    return mark_safe(text.replace(OPEN, "<mark>").replace(CLOSE, "</mark>"))
