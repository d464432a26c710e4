"""Where an indicator is used by what stands above it: charts and figures in reports, corrections in minutes."""

from dataclasses import dataclass

from django.db.models import CharField, DateField, F, Value
from django.db.models.functions import Cast
from django.urls import reverse


@dataclass(frozen=True)
class Use:
    """One document that uses the indicator."""

    text: str
    url: str
    hint: str


_ADDRESSES = {"chart": "report", "figure": "report", "correction": "correction"}


def of(indicator, user):
    """The uses that this person may read, newest first: one query. The force reads papers by invitation only."""
    if not user.has_perm("meetings.view"):
        return []
    charts = _rows(indicator.stands_in, "chart", "section__report", "section__report__subject", "section__report__date")
    figures = _rows(indicator.quoted_figures, "figure", "report", "report__subject", "report__date", "words")
    corrections = _rows(
        indicator.corrections.filter(deleted=False),
        "correction",
        "pk",
        "measure",
        "minutes__meeting__date",
        "new_value",
    )
    found = charts.union(figures, corrections).order_by()
    rows = sorted(set(found), key=lambda row: (str(row[3]), row[0]), reverse=True)
    return [_use(*row) for row in rows]


def _rows(held, kind, pk, title, day, words=None):
    text = CharField()
    return (
        held.annotate(
            use_kind=Value(kind, text),
            use_pk=F(pk),
            use_title=Cast(title, text),
            use_day=Cast(day, DateField()),
            use_words=Cast(words, text) if words else Value("", text),
        )
        .order_by()
        .values_list("use_kind", "use_pk", "use_title", "use_day", "use_words")
    )


def _use(kind, pk, title, day, words):
    what = {"chart": "Its chart stands in it", "figure": f"Quotes {words}", "correction": f"Corrected to {words}"}[kind]
    when = f"{day:%-d %B %Y}. " if day else ""
    name = f"Correction: {title}" if kind == "correction" else title
    return Use(name, reverse(_ADDRESSES[kind], args=[pk]), f"{when}{what}.")
