"""The indicators: real series with every published value, facts as they were reported, and labelled trial series.

Real figures are carried over from published bulletins and press reports as they stood there; gaps in them are real gaps
and nothing is drawn in their place. Whatever is made up so that a screen has something to show says so in its name, on its
tile, in its chart, its CSV and its PDF.
"""

import datetime
from decimal import Decimal
from math import sin

from django.utils.text import slugify

from scrutiny.indicators import summaries
from scrutiny.indicators.models import (
    Annotation,
    Area,
    ComparatorGroup,
    ComparatorMembership,
    DefinitionVersion,
    Indicator,
    Population,
    Rebase,
    Target,
)
from scrutiny.indicators.recording import Row, Said, record, record_many
from scrutiny.people.models import Post
from scrutiny.plan.models import Priority

TRAFFICKING = "human-trafficking-and-modern-slavery"
FORCE = "west-yorkshire"
DISTRICTS = {
    "bradford": ("Bradford", "E08000032", 523_115),
    "calderdale": ("Calderdale", "E08000033", 204_170),
    "kirklees": ("Kirklees", "E08000034", 422_970),
    "leeds": ("Leeds", "E08000035", 750_683),
    "wakefield": ("Wakefield", "E08000036", 326_433),
}
POPULATION_SOURCE = "Office for National Statistics, estimate for the middle of 2011"
OPEN_GOVERNMENT = "Contains public sector information licensed under the Open Government Licence v3.0."
HOME_OFFICE = "Home Office, quarterly statistics on the National Referral Mechanism"
HOME_OFFICE_URL = (
    "https://www.gov.uk/government/statistics/modern-slavery-nrm-and-dtn-statistics-october-to-december-2025"
)
BOTH_WAYS = "More of them can mean more harm, or that more of it is recognised"
SYNTHETIC = "Made-up figures, to try the portal. They describe no place and no people."

# Quarter, then each published value with the month of the bulletin that gave it: the first, then what it was revised to.
REFERRALS = [
    ("2019-04", ("2019-08", 2320)),
    ("2019-07", ("2020-11", 2807)),
    ("2020-01", ("2021-07", 2862)),
    ("2020-04", ("2020-08", 2209), ("2020-11", 2207)),
    ("2020-07", ("2020-11", 2506)),
    ("2020-10", ("2021-07", 3041)),
    ("2021-01", ("2021-07", 2945)),
    ("2021-07", ("2022-11", 3317)),
    ("2021-10", ("2023-03", 3331)),
    ("2022-04", ("2022-11", 4169)),
    ("2022-07", ("2022-11", 4586), ("2023-03", 4581), ("2023-11", 4579)),
    ("2022-10", ("2023-03", 4418), ("2024-03", 4413)),
    ("2023-01", ("2024-05", 4738), ("2024-11", 4742)),
    ("2023-04", ("2023-11", 3995), ("2024-08", 3992)),
    ("2023-07", ("2023-11", 4138), ("2024-03", 4131), ("2024-11", 4132)),
    ("2023-10", ("2024-03", 4142), ("2024-05", 4134)),
    ("2024-01", ("2024-05", 4524), ("2024-08", 4521)),
    ("2024-04", ("2024-08", 4316), ("2024-11", 4312)),
    ("2024-07", ("2024-11", 4758)),
    ("2024-10", ("2026-02", 5538)),
    ("2025-07", ("2025-11", 6414), ("2026-02", 6407)),
    ("2025-10", ("2026-02", 6021)),
]
# The day of a bulletin where it is known; otherwise the last day of its month counts.
BULLETIN_DAYS = {
    "2020-11": 9,
    "2021-07": 5,
    "2022-11": 3,
    "2023-03": 2,
    "2023-11": 3,
    "2024-03": 7,
    "2024-05": 10,
    "2024-08": 8,
    "2024-11": 7,
    "2026-02": 19,
}
# Year, first and latest published value.
REFERRALS_A_YEAR = [
    (2013, 1746, 1746),
    (2014, 2340, 2340),
    (2016, 3805, 3804),
    (2017, 5145, 5142),
    (2018, 6993, 6985),
    (2019, 10627, 10611),
    (2020, 10601, 10601),
    (2021, 12727, 12727),
    (2022, 16921, 16921),
    (2023, 17004, 17004),
]
# Quarter, reasonable grounds decisions, % of them positive, conclusive grounds decisions, % of them positive.
DECISIONS = [
    ("2021-01", 2922, 91, 406, 84),
    ("2022-07", 4652, 88, 1517, None),
    ("2022-10", 4548, 85, 2103, 84),
    ("2023-07", 3745, 52, 2390, 65),
    ("2023-10", 4705, 55, 3148, 54),
    ("2024-01", 5161, 55, 3893, 48),
    ("2024-04", 4515, 53, 3126, 64),
    ("2024-07", 4953, 50, 5188, 52),
    ("2025-10", 6346, 62, 7406, 73),
]
CRIMES_2016_17 = {"bradford": 57, "calderdale": 6, "kirklees": 14, "leeds": 28, "wakefield": 9, FORCE: 114}
ALL_CRIME_2014 = {
    "bradford": 38_753,
    "calderdale": 12_493,
    "kirklees": 23_523,
    "leeds": 58_407,
    "wakefield": 20_108,
    FORCE: 153_284,
}
MEETING_DAY = datetime.date(2018, 1, 8)


def seed_areas():
    """The places that figures speak of, and how many people live in the five districts."""
    kinds = Area.Kind
    nation, _ = Area.objects.get_or_create(
        slug="united-kingdom", defaults={"name": "United Kingdom", "kind": kinds.NATIONAL, "gss_code": "K02000001"}
    )
    england, _ = Area.objects.get_or_create(
        slug="england-and-wales",
        defaults={"name": "England and Wales", "kind": kinds.NATIONAL, "gss_code": "K04000001", "position": 2},
    )
    force, _ = Area.objects.get_or_create(
        slug=FORCE,
        defaults={
            "name": "West Yorkshire",
            "kind": kinds.FORCE,
            "gss_code": "E23000010",
            "parent": england,
            "position": 3,
        },
    )
    for place, (slug, (name, code, people)) in enumerate(DISTRICTS.items(), 4):
        held = {"name": name, "kind": kinds.DISTRICT, "gss_code": code, "parent": force, "position": place}
        district, _ = Area.objects.get_or_create(slug=slug, defaults=held)
        _people(district, people)
    _people(force, sum(people for _, _, people in DISTRICTS.values()))
    return nation, england, force


def _people(area, people):
    Population.objects.get_or_create(area=area, year=2011, source=POPULATION_SOURCE, defaults={"people": people})


def seed_indicators(*, by):
    """All indicators with their figures. Those that have figures already are left as they are."""
    nation, england, force = seed_areas()
    priority = Priority.objects.get(slug=TRAFFICKING)
    analyst = Post.objects.filter(title="Performance Analyst").first()
    inspector = Post.objects.filter(title="Detective Chief Inspector").first()
    at_force = {"priority": priority, "owner": analyst, "headline_area": force}
    _referrals(priority, analyst, nation, by)
    _decisions(priority, analyst, nation, by)
    _crimes(at_force, by)
    _as_reported(at_force, inspector, by)
    _convictions(priority, analyst, england, by)
    _remarks(priority)
    _trial_series(analyst, force, by)


def _indicator(priority, title, *, definition, **fields):
    """The indicator and whether it is still without figures: then it gets its particulars."""
    found = Indicator.objects.filter(priority=priority, title=title).first() or Indicator(
        priority=priority,
        title=title,
        slug=slugify(title)[:120],
        position=priority.indicators.count() + 1,
        in_plan=fields.pop("in_plan", False),
    )
    if found.pk and found.observations.exists():
        return found, False
    for name, value in fields.items():
        setattr(found, name, value)
    found.save()
    if not found.definitions.exists():
        DefinitionVersion.objects.create(indicator=found, number=1, **definition)
    return found, True


def _bulletin_day(month):
    year, number = map(int, month.split("-"))
    if day := BULLETIN_DAYS.get(month):
        return datetime.date(year, number, day)
    following = datetime.date(year + number // 12, number % 12 + 1, 1)
    return following - datetime.timedelta(days=1)


def _start(month):
    return datetime.date.fromisoformat(f"{month}-01")


def _whole(value, **more):
    return Said(value=Decimal(value), **more)


def _referrals(priority, owner, nation, by):
    indicator, is_new = _indicator(
        priority,
        "Referrals to the National Referral Mechanism",
        question="How many possible victims are referred for help?",
        source_name=HOME_OFFICE,
        source_url=HOME_OFFICE_URL,
        attribution=OPEN_GOVERNMENT,
        owner=owner,
        headline_area=nation,
        frequency="calendar_quarter",
        lag_days=50,
        direction="neutral",
        direction_why=BOTH_WAYS,
        definition={
            "numerator": "People referred as potential victims, in the quarter of their referral",
            "coverage": "The United Kingdom. Figures by police force are not held here. Where the day of a bulletin is not "
            "known, the last day of its month counts as the day from which its figures were known.",
        },
    )
    if is_new:
        _every_vintage(indicator, nation, by)
        Rebase.objects.create(
            indicator=indicator,
            area=nation,
            period_start=datetime.date(2022, 4, 1),
            reason="Every later quarter lies above the old range. The restart is a judgement made for the demonstration.",
            by=by,
        )
        summaries.recompute([(indicator, nation)])
    yearly, is_new = _indicator(
        priority,
        "Referrals to the National Referral Mechanism, by year",
        question="How many possible victims are referred in a year?",
        source_name="National Crime Agency and Home Office, yearly figures",
        attribution=OPEN_GOVERNMENT,
        owner=owner,
        headline_area=nation,
        frequency="calendar_year",
        direction="neutral",
        direction_why=BOTH_WAYS,
        definition={
            "numerator": "People referred as potential victims, in the year of their referral",
            "coverage": "The number for 2015 was not found. It is kept apart from the quarters: later counts differ.",
        },
    )
    if is_new:
        _first_and_latest(yearly, nation, by)


def _every_vintage(indicator, area, by):
    rows = []
    for month, *vintages in REFERRALS:
        for number, (bulletin, value) in enumerate(vintages):
            last = number + 1 == len(vintages)
            provisional = last and month >= "2025"
            status = "provisional" if provisional else "revised" if number else "as_published"
            day = _bulletin_day(bulletin)
            rows.append(
                Row(
                    indicator,
                    area,
                    _start(month),
                    _whole(value, status=status),
                    code="R2" if number else "",
                    reason="Recalculated in a later bulletin" if number else "",
                    known_on=day,
                    source=f"{HOME_OFFICE}, {day:%B %Y}",
                )
            )
    record_many(rows, by=by)


def _first_and_latest(indicator, area, by):
    rows = []
    for year, first, latest in REFERRALS_A_YEAR:
        start = datetime.date(year, 1, 1)
        rows.append(Row(indicator, area, start, _whole(first), known_on=datetime.date(year + 1, 12, 31)))
        if latest != first:
            again = {"code": "R2", "reason": "Recalculated in a later release"}
            said = _whole(latest, status="revised")
            rows.append(Row(indicator, area, start, said, known_on=datetime.date(year + 4, 12, 31), **again))
    record_many(rows, by=by)


def _decisions(priority, owner, nation, by):
    common = {
        "source_name": HOME_OFFICE,
        "source_url": HOME_OFFICE_URL,
        "attribution": OPEN_GOVERNMENT,
        "owner": owner,
        "headline_area": nation,
        "frequency": "calendar_quarter",
        "direction": "neutral",
    }
    coverage = "Nine quarters are held; the others were not found in the bulletins at hand."
    share, is_new = _indicator(
        priority,
        "Reasonable grounds decisions that were positive",
        question="How many first decisions find that somebody may be a victim?",
        unit="percent",
        direction_why="It depends on who is referred and on the test that is applied",
        definition={"numerator": "Positive decisions", "denominator": "All decisions", "coverage": coverage},
        **common,
    )
    if is_new:
        _quarters(share, nation, [(month, positive) for month, _, positive, _, _ in DECISIONS], by)
    conclusive, is_new = _indicator(
        priority,
        "Conclusive grounds decisions",
        question="How many cases are decided in the end?",
        direction_why="More decisions mean shorter waiting, and also more cases",
        definition={"numerator": "Conclusive grounds decisions, positive or not", "coverage": coverage},
        **common,
    )
    if is_new:
        _quarters(conclusive, nation, [(month, made) for month, _, _, made, _ in DECISIONS], by)


def _quarters(indicator, area, figures, by):
    """Decisions as one bulletin or another gave them; the day that each was published is not held."""
    known = datetime.date(2026, 2, 19)
    record_many(
        [
            Row(
                indicator,
                area,
                _start(month),
                _whole(value, status="provisional" if month >= "2025" else "as_published"),
                known_on=known,
                source=HOME_OFFICE,
            )
            for month, value in figures
        ],
        by=by,
    )


def _crimes(at_force, by):
    in_the_press = "Answer to a request for information, as reported in the press"
    yearly, is_new = _indicator(
        at_force["priority"],
        "Modern slavery crimes, answers to requests for information",
        question="How many crimes of modern slavery does the force record in a year?",
        source_name=in_the_press,
        frequency="financial_year",
        is_additive=True,
        direction="neutral",
        direction_why=BOTH_WAYS,
        owner=at_force["owner"],
        headline_area=at_force["headline_area"],
        definition={
            "numerator": "Crimes of modern slavery recorded by the force",
            "coverage": "From answers to requests for information. Not to be joined with official counts, which differ.",
        },
    )
    if is_new:
        areas = Area.objects.in_bulk(field_name="slug")
        rows = [Row(yearly, areas[FORCE], datetime.date(2015, 4, 1), _whole(10), source=in_the_press)]
        rows += [
            Row(yearly, areas[slug], datetime.date(2016, 4, 1), _whole(value), source=in_the_press)
            for slug, value in CRIMES_2016_17.items()
        ]
        record_many(rows, by=by)
    later, is_new = _indicator(
        at_force["priority"],
        "Modern slavery crimes by calendar year, answers to requests for information",
        question="How many crimes of modern slavery does the force record in a calendar year?",
        source_name=in_the_press,
        frequency="calendar_year",
        direction="neutral",
        direction_why=BOTH_WAYS,
        owner=at_force["owner"],
        headline_area=at_force["headline_area"],
        definition={
            "numerator": "Crimes of modern slavery recorded by the force",
            "coverage": "From another answer than the financial years: the two are not joined.",
        },
    )
    if is_new:
        figures = ((2019, 321), (2020, 252), (2021, 223))
        force = at_force["headline_area"]
        record_many(
            [
                Row(later, force, datetime.date(year, 1, 1), _whole(value), source=in_the_press)
                for year, value in figures
            ],
            by=by,
        )
    other = Priority.objects.exclude(slug=TRAFFICKING).order_by("position", "pk").first() or at_force["priority"]
    everything, is_new = _indicator(
        other,
        "All recorded crime",
        question="How much crime is recorded in each district?",
        source_name="Scrutiny paper of the office, figures for the twelve months to December 2014",
        frequency="calendar_year",
        is_additive=True,
        direction="neutral",
        direction_why="More recorded crime can mean more crime, or that more of it is reported and recorded",
        owner=at_force["owner"],
        headline_area=at_force["headline_area"],
        definition={"numerator": "All crimes recorded in the twelve months"},
    )
    if is_new:
        areas = Area.objects.in_bulk(field_name="slug")
        record_many(
            [
                Row(
                    everything,
                    areas[slug],
                    datetime.date(2014, 1, 1),
                    _whole(value),
                    known_on=datetime.date(2015, 1, 31),
                )
                for slug, value in ALL_CRIME_2014.items()
            ],
            by=by,
        )


def _as_reported(at_force, inspector, by):
    """The two figures of the report of January 2018 that the meeting put right: the corrections are made in its minutes."""
    paper = "The chief constable’s update to the meeting of 8 January 2018"
    crimes, is_new = _indicator(
        at_force["priority"],
        "Modern slavery crimes recorded",
        question="How many crimes of modern slavery does the force record?",
        source_name=paper,
        frequency="month",
        direction="neutral",
        direction_why=BOTH_WAYS,
        owner=at_force["owner"],
        headline_area=at_force["headline_area"],
        definition={
            "numerator": "Crimes of modern slavery recorded by the force",
            "coverage": "One figure only, for “January”, without a year. No monthly series is held.",
        },
    )
    if is_new:
        record(
            crimes,
            at_force["headline_area"],
            _whole(127, as_reported=True),
            period_as_stated="January",
            known_on=MEETING_DAY,
            source=paper,
            by=by,
        )
    intelligence, is_new = _indicator(
        at_force["priority"],
        "Instances of intelligence",
        question="How much more intelligence comes in than the year before?",
        sources="West Yorkshire Police, partners, the public",
        source_name=paper,
        frequency="calendar_year",
        unit="percent",
        is_change=True,
        direction="up",
        direction_why="The office and its partners want more people to report what they see.",
        owner=inspector or at_force["owner"],
        headline_area=at_force["headline_area"],
        definition={
            "numerator": "Change in intelligence submissions on the year before",
            "coverage": "Only the percentage was reported. The numbers behind it are not held.",
        },
    )
    if is_new:
        record(
            intelligence,
            at_force["headline_area"],
            _whole(22, as_reported=True),
            period_start=datetime.date(2017, 1, 1),
            known_on=MEETING_DAY,
            source=paper,
            by=by,
        )


def _convictions(priority, owner, england, by):
    indicator, is_new = _indicator(
        priority,
        "Convictions of offenders, above all under the Modern Slavery Act",
        question="How many offenders are convicted?",
        source_name="Crown Prosecution Service, as reported in the press",
        frequency="financial_year",
        direction="up",
        direction_why="The plan wants offenders brought to justice.",
        owner=owner,
        headline_area=england,
        definition={
            "numerator": "People convicted in prosecutions for modern slavery",
            "coverage": "England and Wales. A series for West Yorkshire is not held.",
        },
    )
    if is_new:
        said = _whole(185)
        record(indicator, england, said, period_start=datetime.date(2017, 4, 1), source=indicator.source_name, by=by)


def _remarks(priority):
    """What readers of the charts should know. Where only the year is known, the middle of it is marked."""
    marked = [
        (
            datetime.date(2015, 7, 1),
            "Human trafficking unit set up",
            "operation",
            "2015",
            "The force set up its own unit against human trafficking.",
        ),
        (
            datetime.date(2017, 10, 24),
            "Inspection published",
            "inspection",
            "",
            "The inspectorate’s report “Stolen Freedom” was published.",
        ),
        (datetime.date(2020, 3, 23), "First national lockdown", "event", "March 2020", ""),
        (
            datetime.date(2023, 1, 30),
            "Test for reasonable grounds changed",
            "policy",
            "January 2023",
            "A first positive decision needs more evidence than before.",
        ),
    ]
    for day, label, kind, when, text in marked:
        held = {"kind": kind, "day_in_words": when, "text": text}
        Annotation.objects.get_or_create(priority=priority, starts=day, label=label, defaults=held)


# --- Trial series ----------------------------------------------------------------------------------------------------


def _trial_series(owner, force, by):
    """Made-up series for what no real one at hand can show: targets, wanted directions, districts by month, many forces."""
    other = Priority.objects.exclude(slug=TRAFFICKING).order_by("position", "pk").first()
    if other is None:
        return
    common = {
        "source_name": "Made up for the demonstration",
        "owner": owner,
        "headline_area": force,
        "synthetic_note": SYNTHETIC,
        "demonstration_note": SYNTHETIC,
        "frequency": "month",
    }
    share, is_new = _indicator(
        other,
        "Trial series: calls answered in ten seconds",
        question="Is the telephone answered quickly?",
        unit="percent",
        decimals=1,
        direction="up",
        definition={"numerator": "Calls answered within ten seconds", "denominator": "all calls"},
        **common,
    )
    if is_new:
        starts = datetime.date(2023, 10, 1)
        Target.objects.create(indicator=share, value=90, starts=starts, set_by="the demonstration")
        areas = [force, *Area.objects.filter(kind=Area.Kind.DISTRICT, parent=force)]
        record_many([row for area in areas for row in _months(share, area, starts)], by=by)
    days, is_new = _indicator(
        other,
        "Trial series: crimes that took more than a month to be looked at",
        question="Does anything lie about?",
        direction="down",
        definition={"numerator": "Crimes not looked at for more than a month"},
        **common,
    )
    if is_new:
        rows, start = [], datetime.date(2023, 10, 1)
        for number in range(36):
            value = round(120 + 14 * sin(number * 2.3) + 9 * sin(number * 5.1) + (45 if number >= 33 else 0))
            rows.append(Row(days, force, start, _whole(value), known_on=_month_later(start)))
            start = _month_later(start)
        record_many(rows, by=by)
    _trial_forces(other, common, by)


def _month_later(day):
    return datetime.date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _months(indicator, area, start):
    """Three years of a share that gets better in the last one."""
    rows, size = [], 9000 if area.kind == Area.Kind.FORCE else 1200 + 300 * area.position
    for number in range(36):
        level = 88 + 1.5 * sin(number * 1.7 + area.position) + (5 if number >= 24 else 0)
        said = Said(numerator=Decimal(round(size * level / 100)), denominator=Decimal(size))
        rows.append(Row(indicator, area, start, said, known_on=_month_later(start)))
        start = _month_later(start)
    return rows


def _trial_forces(priority, common, by):
    indicator, is_new = _indicator(
        priority,
        "Trial series: reports of nuisance, by force",
        question="Is one force different from the others?",
        is_additive=False,
        direction="neutral",
        direction_why="More reports can mean more nuisance or more trust",
        definition={"numerator": "Reports of nuisance"},
        **{**common, "frequency": "calendar_year"},
    )
    if not is_new:
        return
    group, _ = ComparatorGroup.objects.get_or_create(
        name="Trial group of forces", defaults={"note": SYNTHETIC, "demonstration_note": SYNTHETIC}
    )
    rows, year = [], datetime.date(2024, 1, 1)
    for number in range(1, 13):
        slug, people = f"trial-force-{number}", 350_000 + 190_000 * number
        held = {"name": f"Trial force {number}", "kind": Area.Kind.FORCE, "position": 20 + number}
        area, _ = Area.objects.get_or_create(slug=slug, defaults={**held, "demonstration_note": SYNTHETIC})
        Population.objects.get_or_create(area=area, year=2024, source=SYNTHETIC, defaults={"people": people})
        ComparatorMembership.objects.get_or_create(group=group, area=area, starts=datetime.date(2020, 1, 1))
        rate = 0.9 + 0.03 * sin(number * 3.7) + (0.25 if number == 4 else 0)
        rows.append(Row(indicator, area, year, _whole(round(people * rate / 1000)), known_on=datetime.date(2025, 2, 1)))
    record_many(rows, by=by)
    indicator.headline_area = Area.objects.get(slug="trial-force-4")
    indicator.save(update_fields=["headline_area"])
