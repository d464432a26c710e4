"""Grants for the public: what documents state, what is listed, who received what and why, and each month's list."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.core.paginator import Paginator
from django.db.models import Count, Max, Min, Sum
from django.db.models.functions import TruncMonth

from funding.open_data import asking
from funding.open_data.content import amount_of
from funding.open_data.filters import filtered
from funding.open_data.models import PublicAward
from funding.rounds.money import in_pounds
from funding.totals.counting import COUNTED
from opcc_portal.office.dates import today
from scrutiny.indicators.words import so_many
from scrutiny.publication.site.documents import document_page
from scrutiny.publication.site.framing import day_words, pdf_link, render
from scrutiny.workflow.models import Edition

A_PAGE = 50
NEWEST = 5
UP = ("/grants/", "Grants")
# What the bars and the lists to choose from are made of: awards are counted once by all of these.
CUBE = ("fund", "round", "year", "area", "priority", "status", "is_demonstration")
NAMES = {"fund": "fund_name", "round": "round_label", "area": "area_name", "priority": "priority_title"}
FEW = 1000  # so many awards with a word are looked up by their keys
LISTED = (
    "reference", "recipient", "recipient_id", "title", "amount", "awarded_on", "area_name", "status", "is_demonstration",
)  # fmt: skip


@dataclass(frozen=True)
class Sums:
    """Awards and their sum in pounds; awards that were withdrawn are counted apart, since nothing was given."""

    awards: int = 0
    amount: Decimal = Decimal(0)
    withdrawn: int = 0
    invented: int = 0
    invented_amount: Decimal = Decimal(0)

    @classmethod
    def of(cls, cells):
        """The sums of some cells of the cube."""
        given = [cell for cell in cells if cell["status"] in COUNTED]
        invented = [cell for cell in given if cell["is_demonstration"]]
        return cls(
            sum(cell["awards"] for cell in given),
            sum((cell["sum"] for cell in given), Decimal(0)),
            sum(cell["awards"] for cell in cells if cell["status"] not in COUNTED),
            sum(cell["awards"] for cell in invented),
            sum((cell["sum"] for cell in invented), Decimal(0)),
        )

    @property
    def in_words(self):
        """57 awards, £150,000; what is invented among them is said."""
        return f"{so_many(self.awards, 'award')}, {in_pounds(self.amount)}"

    @property
    def notes(self):
        """What has to be known about these sums."""
        notes = []
        if self.invented == self.awards and self.awards:
            notes.append("Demonstration: every award here is invented.")
        elif self.invented:
            words = f"{so_many(self.invented, 'award')}, {in_pounds(self.invented_amount)}"
            notes.append(f"Of these {words} are invented for the demonstration.")
        if self.withdrawn:
            notes.append(f"{so_many(self.withdrawn, 'award')} withdrawn: listed, not counted.")
        return notes


def cube_of(rows):
    """How many awards and how much, by everything that can be chosen. One query."""
    return list(rows.order_by().values(*CUBE).annotate(awards=Count("pk"), sum=Sum("amount"), one=Min("pk")))


@dataclass(frozen=True)
class Every:
    """All published awards: the cube of them, and what everything in it is called, as {name: {slug: words}}."""

    cells: list
    known: dict

    def narrowed(self, wanted):
        """The cells of what is asked for by name, without asking the database again."""
        return [cell for cell in self.cells if all(cell[name] == value for name, value in wanted.items())]

    @classmethod
    def now(cls):
        """As it is now. Two queries."""
        cells = cube_of(PublicAward.objects.all())
        examples = {name: {cell[name]: cell["one"] for cell in cells if cell[name]} for name in NAMES}
        keys = {pk for held in examples.values() for pk in held.values()}
        rows = {row["pk"]: row for row in PublicAward.objects.filter(pk__in=keys).values("pk", *NAMES.values())}
        known = {
            name: {slug: rows[pk][NAMES[name]] for slug, pk in held.items() if pk in rows}
            for name, held in examples.items()
        }
        return cls(cells, known)


# --- the list --------------------------------------------------------------------------------------------------------------


def grants_page(record, asked, every):
    """The list of published awards, narrowed as `asked`. `every` are all of them (Every)."""
    rows = filtered(asked.cleaned)
    if asked.cleaned.get("q"):
        rows = _by_key(rows)
    cells = every.narrowed(asked.cleaned) if {*asked.cleaned} <= {*CUBE} else cube_of(rows)
    sums, known = Sums.of(cells), every.known
    count = sums.awards + sums.withdrawn
    page = _page(rows, count, asked.page)
    funds = _funds_of(record, asked)
    one = funds[0]["edition"] if len(funds) == 1 else None
    return render(
        "grants",
        record,
        path="grants",
        title=one.title if one else "Grants",
        description=_lede(one),
        **_invented(sums),
        asked=asked,
        funds=funds,
        choices=_choices(every, asked),
        chips=[
            {"words": asking.in_words(name, value, known), "without": asked.address(**{name: "", **_with(name)})}
            for name, value in asked.cleaned.items()
            if not (name == "fund" and "/" in asked.typed.get("round", ""))
        ],
        sums=sums,
        page=page,
        rows=list(page),
        pages=_links(asked, page),
        files={ending: asked.address(f"/grants/360giving.{ending}") for ending in ("csv", "json")},
        charts=[_bars(cells, "year", "By financial year"), _bars(cells, "area", "By area", known["area"])]
        if count
        else [],
    )


def _invented(sums):
    """What the strip above a list says that holds invented awards."""
    if not sums.invented:
        return {}
    return {"demonstration": "Awards marked “Demonstration” are invented: recipient, project, amount and day."}


def _with(name):
    """What goes when a filter goes: the page, and the round with its fund."""
    return {"page": ""} | ({"round": ""} if name == "fund" else {})


def _lede(fund):
    if fund is None:
        return "Grants to local organisations that make communities safer. Who received them, how much, and why."
    return f"{fund.summary} Who received it, how much, and why."


class _Counted(Paginator):
    """Pages of rows whose number is known already."""

    def __init__(self, rows, per_page, count):
        super().__init__(rows, per_page)
        self.count = count

    def page(self, number):
        """A page; one that is nearer to the end is read from the end, so that no database counts its way through."""
        number = self.validate_number(number)
        before = (number - 1) * self.per_page
        after = max(self.count - before - self.per_page, 0)
        if after >= before:
            return super().page(number)
        last_first = self.object_list.reverse()[after : self.count - before]
        return self._get_page(list(last_first)[::-1], number, self)


def _page(rows, count, number):
    return _Counted(rows.only(*LISTED), A_PAGE, count).get_page(number)


def _by_key(rows):
    """The same awards by their keys where they are few: else the database looks for the words in every row anew."""
    keys = list(rows.order_by().values_list("pk", flat=True)[: FEW + 1])
    return PublicAward.objects.filter(pk__in=keys) if len(keys) <= FEW else rows


def _links(asked, page):
    """Pages before and after: (address before, address after)."""
    before = asked.address(page=page.previous_page_number()) if page.has_previous() else ""
    after = asked.address(page=page.next_page_number()) if page.has_next() else ""
    return {"before": before, "after": after}


def _choices(every, asked):
    """The lists to choose from: (name, label, what stands for everything, [(value, words, chosen)])."""
    cells, known = every.cells, every.known
    several = len(known["fund"]) > 1
    rounds = {
        f"{fund}/{name}": f"{known['fund'][fund]}, {known['round'][name]}" if several else known["round"][name]
        for fund, name in {(cell["fund"], cell["round"]) for cell in cells if cell["round"]}
    }
    years = {str(year): asking.year_words(year) for year in sorted({cell["year"] for cell in cells}, reverse=True)}
    offered = (
        ("priority", "Priority", "All priorities", _by_words(known["priority"])),
        ("area", "Area", "All areas", _by_words(known["area"])),
        ("year", "Year", "All years", years),
    )
    more = (
        ("fund", "Fund", "All funds", _by_words(known["fund"]) if several else {}),
        ("round", "Round", "All rounds", _by_words(rounds)),
        ("status", "Status", "All", dict(asking.Status.choices)),
    )
    return {"first": _selects(offered, asked), "more": _selects(more, asked), "is_open": _is_open(asked, more)}


def _is_open(asked, more):
    return any(name in asked.typed for name in (*(name for name, *_ in more), *asking.AMOUNTS))


def _selects(offered, asked):
    return [
        {
            "name": name,
            "label": label,
            "everything": everything,
            "options": [(value, words, _is_chosen(asked, name, value)) for value, words in values.items() if value],
        }
        for name, label, everything, values in offered
        if len(values) > 1 or name in asked.cleaned
    ]


def _is_chosen(asked, name, value):
    typed = asked.typed.get(name, "")
    return typed == value or (name == "round" and "/" not in typed and typed == value.partition("/")[2])


def _by_words(names):
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def _bars(cells, name, title, known=None):
    """A chart and its table in one: a bar of at most 100 for each year or area, the largest sum 100."""
    ordered = sorted(cells, key=lambda cell: cell[name], reverse=name == "year")
    rows = []
    for value, held in groupby(ordered, key=lambda cell: cell[name]):
        held = list(held)
        words = asking.year_words(value) if name == "year" else known.get(value) or "No area"
        rows.append({"words": words, "sums": Sums.of(held)})
    most = max((row["sums"].amount for row in rows), default=0) or 1
    for row in rows:
        row["length"] = round(float(row["sums"].amount / most) * 100, 1)
    if name == "area":
        rows.sort(key=lambda row: (-row["sums"].amount, row["words"]))
    return {"name": name, "title": title, "head": "Year" if name == "year" else "Area", "rows": rows}


# --- funds and what documents state -----------------------------------------------------------------------------------------


def _funds_of(record, asked):
    """The funds that are published, of one if asked, each with what documents state. One query."""
    wanted = asked.cleaned.get("fund")
    return [_stated(each) for each in record.funds() if wanted in (None, each.content["fund"]["slug"])]


def _stated(edition):
    """What a fund's newest document states, what is listed beside it, and what other documents say."""
    newest, *others = edition.content["stated"] or [None]
    told = {"edition": edition, "newest": None, "others": []}
    if newest is None:
        return told
    listed = newest["computed_awards"]
    return told | {
        "newest": {
            **newest,
            "on": day_words(newest["on"]),
            "amount": _pounds(newest["amount"]),
            "computed": _pounds(newest["computed"]),
            "listed": f"{so_many(listed, 'award')} recorded on {day_words(newest['on'])}",
            "gap": in_pounds(abs(amount_of(newest["difference"]))),
        },
        "others": [{**each, "on": day_words(each["on"]), "amount": _pounds(each["amount"])} for each in others],
    }


def _pounds(text):
    return in_pounds(amount_of(text))


def fund_page(record, edition):
    """A fund: the facts, and each stated total with its comparison."""
    slug = edition.content["fund"]["slug"]
    links = [{"url": f"/grants/?fund={slug}", "text": "The awards of this fund"}]
    return document_page(record, edition, up=UP, caption="Fund", lede=edition.summary, status="", take=links)


def round_page(record, edition):
    """A round: what it asked for, and what was awarded in it."""
    content = edition.content
    rows = PublicAward.objects.filter(fund=content["fund"]["slug"], round=content["round"]["slug"])
    return document_page(
        record,
        edition,
        template="grant_round",
        up=UP,
        caption=content["fund"]["name"],
        heading=content["round"]["label"],
        lede=content["status"],
        status="",
        address_of_list=f"/grants/?round={content['fund']['slug']}/{content['round']['slug']}",
        sums=Sums.of(cube_of(rows)),
        rows=list(rows.only(*LISTED)[:A_PAGE]),
    )


def grant_page(record, edition):
    """One award."""
    content = edition.content
    recipient, paper = content["recipient"], pdf_link(edition, f"Grant {content['reference']}")
    links = [paper] if paper else []
    if recipient:
        links.append({"url": f"/grants/recipients/{recipient['key']}/", "text": "All grants to this recipient"})
    return document_page(
        record,
        edition,
        template="grant",
        pdf_on_request=not paper,
        contact_page="contact" in record.foot,
        reference=content["reference"],
        up=UP,
        caption=f"Grant {content['reference']}",
        heading=content["title"] or f"Grant {content['reference']}",
        lede="",  # stands in the body
        status="",
        take=links,
    )


# --- recipients ------------------------------------------------------------------------------------------------------------


def recipient_page(record, key, number=1):
    """Everything that one organisation received; None where nothing is published of it."""
    found = PublicAward.objects.filter(recipient_id=key)
    newest = found.select_related("edition").defer("edition__parts", "edition__manifest", "grant").first()
    if newest is None:
        return None
    cells = cube_of(found)
    sums = Sums.of(cells)
    page = _page(found, sums.awards + sums.withdrawn, number)
    asked = asking.Asked(page=page.number)
    address = f"/grants/recipients/{key}/"
    return render(
        "grant_recipient",
        record,
        path=f"grants/recipients/{key}",
        title=newest.recipient,
        description=f"Grants to {newest.recipient}: {sums.in_words}.",
        up=UP,
        recipient=newest.edition.content["recipient"],
        sums=sums,
        **_invented(sums),
        page=page,
        rows=list(page),
        pages={name: link.replace("/grants/", address, 1) for name, link in _links(asked, page).items()},
        files={ending: f"/grants/360giving.{ending}?recipient={key}" for ending in ("csv", "json")},
    )


# --- months ----------------------------------------------------------------------------------------------------------------


def months_page(record):
    """Every month from the first published award on, the newest first; months without an award say so."""
    found = (
        PublicAward.objects.filter(status__in=COUNTED)
        .order_by()
        .annotate(month=TruncMonth("awarded_on"))
        .values("month", "is_demonstration", "status")
        .annotate(awards=Count("pk"), sum=Sum("amount"))
    )
    cells = {}
    for cell in found:
        cells.setdefault(cell["month"], []).append(cell)
    return render(
        "grant_months",
        record,
        path="grants/monthly",
        title="Grants by month",
        description="What the office must publish each month: every grant with its recipient, purpose, conditions and "
        "reasons.",
        up=UP,
        months=[
            {
                "address": f"/grants/monthly/{month:%Y-%m}/",
                "words": f"{month:%B %Y}",
                "sums": Sums.of(cells.get(month, ())),
            }
            for month in _months()
        ],
    )


def _months():
    """The first days of the months for which there is a list, the newest first."""
    bounds = PublicAward.objects.aggregate(first=Min("awarded_on"), last=Max("awarded_on"))
    if bounds["first"] is None:
        return
    day, first = max(bounds["last"], today()).replace(day=1), bounds["first"].replace(day=1)
    while day >= first:
        yield day
        day = (day - datetime.timedelta(days=1)).replace(day=1)


def month_of(text):
    """The first day of a month "2018-01"; None for what is no month with a list."""
    try:
        day = datetime.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return day if day in set(_months()) else None


def contents_of_month(month):
    """The contents of the awards of a month, by day and reference."""
    after = (month + datetime.timedelta(days=32)).replace(day=1)
    held = Edition.objects.current().filter(
        kind="award", public_award__awarded_on__gte=month, public_award__awarded_on__lt=after
    )
    held = held.order_by("public_award__awarded_on", "public_award__reference")
    return held.values_list("content", flat=True)


def month_page(record, month):
    """The grants of a month (Specified Information Order 2011, paragraph 3(f))."""
    rows = [
        {**each, "amount": amount_of(each["amount"]), "on": day_words(each["awarded_on"])}
        for each in contents_of_month(month)
    ]
    sums = Sums.of(
        [
            {
                "status": row["award_status"],
                "is_demonstration": row["is_demonstration"],
                "awards": 1,
                "sum": row["amount"],
            }
            for row in rows
        ]
    )
    return render(
        "grant_month",
        record,
        path=f"grants/monthly/{month:%Y-%m}",
        title=f"Grants in {month:%B %Y}",
        description=f"Every grant of {month:%B %Y}: recipient, purpose, conditions, and why it reduces crime and disorder.",
        up=("/grants/monthly/", "Grants by month"),
        rows=rows,
        sums=sums,
        **_invented(sums),
        file=f"/grants/monthly/{month:%Y-%m}.csv",
    )


# --- on other pages --------------------------------------------------------------------------------------------------------


def grants_of_priority(record, slug):
    """What documents state for a priority and what is listed under it; None where there is neither."""
    stated = [
        {**each, "on": day_words(each["on"]), "amount": _pounds(each["amount"]), "fund": edition}
        for edition in record.funds()
        for each in edition.content["stated"]
        if each["priority"] and each["priority"]["slug"] == slug
    ]
    found = PublicAward.objects.filter(priority=slug)
    sums = Sums.of(cube_of(found))
    if not stated and not sums.awards:
        return None
    rows = list(found.filter(status__in=COUNTED).only(*LISTED)[:NEWEST])
    return {"stated": stated, "sums": sums, "rows": rows, "slug": slug}
