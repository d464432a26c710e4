"""How many awards and how much, for any scope, as known on any day: the one function behind every total.

A total is a sum over the states in which awards were known (AwardRevision). Reports, dashboards, the fund's public page and
the Delivery Quarterly all ask here, so that the same question has one answer. Only the public list of grants adds up its own
rows, by the same rule of what is COUNTED: an award that is not published may not show in a public sum.
"""

import datetime
from dataclasses import asdict, dataclass, fields, replace
from decimal import Decimal
from operator import itemgetter

from django.db.models import Case, Count, DecimalField, Exists, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, ExtractYear

from funding.awards.models import AwardRevision, Status
from funding.rounds.money import in_pounds
from scrutiny.indicators.words import so_many

# What counts as awarded unless a scope asks for a certain status: money that was not given is no award.
COUNTED = (Status.ACTIVE, Status.COMPLETED)

# By what totals can be divided, in words.
GROUPED_BY = (
    ("year", "Financial year"),
    ("area", "Area"),
    ("priority", "Priority"),
    ("fund", "Fund"),
    ("round", "Round"),
    ("status", "What became of them"),
)
# The year in which the financial year of the award began: it runs from April to March.
_FINANCIAL_YEAR = ExtractYear("awarded_on") - Case(When(awarded_on__month__lt=4, then=1), default=0)
_POUNDS = DecimalField(max_digits=14, decimal_places=2)


@dataclass(frozen=True)
class Scope:
    """Which awards are meant; None and "" leave a side open. Records are given by primary key.

    `starts` and `ends` bound the day of the award, both days included. `known_on` is the day whose knowledge counts,
    None for today's. `demonstration` None counts both, False only real awards, True only invented ones.
    """

    fund: int | None = None
    round: int | None = None
    priority: int | None = None
    area: int | None = None
    recipient: int | None = None
    starts: datetime.date | None = None
    ends: datetime.date | None = None
    status: str = ""
    known_on: datetime.date | None = None
    demonstration: bool | None = None

    def as_data(self):
        """For a record that keeps the question it asked: plain JSON without what is left open."""
        kept = {name: value for name, value in asdict(self).items() if value not in (None, "")}
        return {name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in kept.items()}

    @classmethod
    def from_data(cls, data):
        """The scope that `as_data` wrote."""
        days = ("starts", "ends", "known_on")
        known = {field.name for field in fields(cls)}
        return cls(
            **{
                name: datetime.date.fromisoformat(value) if name in days else value
                for name, value in data.items()
                if name in known
            }
        )


@dataclass(frozen=True)
class Total:
    """What was counted: awards, their sum in pounds, and how many organisations received them."""

    count: int
    amount: Decimal
    organisations: int

    def __bool__(self):
        return self.count > 0

    @property
    def words(self):
        """49 awards, £176,400; no award."""
        return f"{so_many(self.count, 'award')}, {in_pounds(self.amount)}" if self.count else "no award"


def states(scope):
    """The states of awards that the scope means: one row an award, as it was known on the scope's day."""
    found = AwardRevision.objects.order_by()
    if scope.known_on:
        found = found.filter(Q(known_to=None) | Q(known_to__gt=scope.known_on), known_on__lte=scope.known_on)
    else:
        found = found.filter(known_to=None)
    for name in ("fund", "round", "priority", "area", "recipient"):
        if (pk := getattr(scope, name)) is not None:
            found = found.filter(**{f"{name}_id": pk})
    if scope.starts:
        found = found.filter(awarded_on__gte=scope.starts)
    if scope.ends:
        found = found.filter(awarded_on__lte=scope.ends)
    if scope.demonstration is not None:
        found = found.filter(is_demonstration=scope.demonstration)
    return found.filter(status=scope.status) if scope.status else found.filter(status__in=COUNTED)


def total(scope, *, among=None):
    """Count, sum and number of organisations of the scope, where given only among these awards. One query."""
    found = states(scope) if among is None else states(scope).filter(award__in=among.order_by().values("pk"))
    found = found.aggregate(count=Count("pk"), amount=Sum("amount"), organisations=Count("recipient", distinct=True))
    return Total(found["count"], found["amount"] or Decimal(0), found["organisations"])


def totals_of(scopes):
    """{key: Total} of {key: Scope}; keys are whole numbers. One query, however many scopes."""
    asked = [
        states(scope)
        .annotate(asked=Value(key))
        .values_list("asked")
        .annotate(
            count=Count("pk"),
            sum=Coalesce(Sum("amount"), Value(Decimal(0)), output_field=DecimalField()),
            organisations=Count("recipient", distinct=True),
        )
        for key, scope in scopes.items()
    ]
    found = asked[0].union(*asked[1:], all=True) if asked else []
    nothing = dict.fromkeys(scopes, Total(0, Decimal(0), 0))
    return nothing | {key: Total(count, amount, organisations) for key, count, amount, organisations in found}


def beside(name, scope, of="pk"):
    """Annotations that put count, sum and whether all of it is invented beside each fund, round or priority of a query.

    Keys: `awards_made`, `sum_awarded` (pounds), `all_invented`. `of` is
    the field of the query that holds the record's key. For lists that ask for the rest of a row anyway: no query of its own.
    """
    own = states(scope).filter(**{f"{name}_id": OuterRef(of)}).annotate(every=Value(1)).values("every")
    real = states(replace(scope, demonstration=False)).filter(**{f"{name}_id": OuterRef(of)})
    return {
        "awards_made": Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), 0),
        "sum_awarded": Coalesce(Subquery(own.annotate(n=Sum("amount")).values("n")), Decimal(0), output_field=_POUNDS),
        "all_invented": ~Exists(real),
    }


def totals_by(name, scope):
    """{value: Total} of the scope by one of GROUPED_BY; a financial year by the year in which it began. One query."""
    column = name if name in ("status", "year") else f"{name}_id"
    found = (
        states(scope)
        .annotate(year=_FINANCIAL_YEAR)
        .values(column)
        .annotate(count=Count("pk"), sum=Sum("amount"), organisations=Count("recipient", distinct=True))
    )
    return {row[column]: Total(row["count"], row["sum"], row["organisations"]) for row in found}


def table(name, scope):
    """[(words, Total)] of the scope by one of GROUPED_BY, as a person reads it. Two queries at most."""
    found = totals_by(name, scope)
    if name == "year":
        return [(f"{year}/{(year + 1) % 100:02}", found[year]) for year in sorted(found)]
    if name == "status":
        return [(label, found[value]) for value, label in Status.choices if value in found]
    model = AwardRevision._meta.get_field(name).related_model
    records = model.objects.select_related(*getattr(model, "LOADED_WITH", ())).in_bulk([pk for pk in found if pk])
    named = sorted(((str(records[pk]), found[pk]) for pk in found if pk), key=itemgetter(0))
    return [*named, (f"No {name}", found[None])] if None in found else named
