"""Charts written by hand, as scrutiny.indicators.charting.chart_data makes them: what drawings and templates are tried with.

The referrals are the Home Office's own figures (Open Government Licence); every other series is invented.
"""

import copy

# UK referrals to the National Referral Mechanism by calendar quarter, latest figures of February 2026.
NRM = {
    (2019, 2): 2320, (2019, 3): 2807, (2020, 1): 2862, (2020, 2): 2207, (2020, 3): 2506, (2020, 4): 3041,
    (2021, 1): 2945, (2021, 3): 3317, (2021, 4): 3331, (2022, 2): 4169, (2022, 3): 4579, (2022, 4): 4413,
    (2023, 1): 4742, (2023, 2): 3992, (2023, 3): 4132, (2023, 4): 4134, (2024, 1): 4521, (2024, 2): 4312,
    (2024, 3): 4758, (2024, 4): 5538, (2025, 3): 6407, (2025, 4): 6021,
}  # fmt: skip
REVISED = {(2020, 2), (2022, 3), (2022, 4), (2023, 1), (2023, 2), (2023, 3), (2023, 4), (2024, 1), (2024, 2), (2025, 3)}
MONTHS = "January February March April May June July August September October November December".split()
SIGNALS = {"high": "Higher than usual", "low": "Lower than usual", "improvement": "Better than usual",
           "concern": "Worse than usual", "usual": "Usual", "none": "Not judged"}  # fmt: skip


def quarter(year, number):
    """The names of a calendar quarter."""
    first, last = MONTHS[3 * number - 3], MONTHS[3 * number - 1]
    return {
        "start": f"{year}-{3 * number - 2:02}-01",
        "label": f"{first} to {last} {year}",
        "short": f"{first[:3]} to {last[:3]} {year}",
        "axis": str(year),
    }


def month(place, first_year=2006):
    """The names of a month, counted from January of a year."""
    year, number = first_year + place // 12, place % 12
    return {
        "start": f"{year}-{number + 1:02}-01",
        "label": f"{MONTHS[number]} {year}",
        "short": f"{MONTHS[number][:3]} {year}",
        "axis": str(year),
    }


def point(period, value, *, state="usual", shown=None, provisional=False, **more):
    """One period of a chart; no value makes it a gap."""
    is_gap = value is None and more.get("low") is None
    return {
        **period,
        "value": value,
        "low": None,
        "high": None,
        "shown": shown
        or ("none" if is_gap else f"{value:,}" if value is not None else f"{more['low']:,} to {more['high']:,}"),
        "state": "none" if is_gap else state,
        "reading": "" if is_gap else SIGNALS[state],
        "cause": "",
        "status": "Not obtained" if is_gap else "Provisional" if provisional else "As published",
        "provisional": provisional,
        "revised": False,
        "missing": "Not obtained" if is_gap else "",
        "numerator": None,
        "denominator": None,
        "interval": None,
        **more,
    }


def chart(points, **more):
    """A chart with nothing but these points."""
    return {
        "schema": 1,
        "title": "Sample",
        "subtitle": "By quarter",
        "area": "West Yorkshire",
        "unit": "count",
        "decimals": 0,
        "frequency": "calendar_quarter",
        "period_name": "quarter",
        "from_zero": True,
        "points": points,
        "segments": [],
        "restarts": [],
        "target": None,
        "baseline": None,
        "notes": [],
        "stated": [],
        "verdict": {"code": "usual", "words": "Usual", "icon": ""},
        "sentence": "The last figure is within its usual range.",
        "how_to_read": [],
        "limits": [],
        "source": {"name": "", "url": "", "attribution": ""},
        "is_signal": False,
        "assurance_words": "",
        "synthetic": "",
        "known_on": None,
        "direction": "neutral",
        "direction_why": "",
        **more,
    }


def segment(start, end, mean, lower=None, upper=None, kind="limits", label=""):
    """A stretch with a mean and perhaps limits."""
    said = {
        f"{name}_shown": f"{value:,.0f}"
        for name, value in (("mean", mean), ("lower", lower), ("upper", upper))
        if value is not None
    }
    return {
        "from": start,
        "to": end,
        "mean": mean,
        "lower": lower,
        "upper": upper,
        "kind": kind,
        "label": label,
        **said,
    }


def note(letter, at, label, when, text="", link=""):
    """A remark on a chart."""
    return {"letter": letter, "at": at, "label": label, "when": when, "text": text, "link": link}


def nrm():
    """The real series: five gaps, a restart in April 2022, two signals at the end, neutral."""
    quarters = [(year, number) for year in range(2019, 2026) for number in range(1, 5)][1:]
    points = []
    for each in quarters:
        is_last = each[0] == 2025
        status = {"status": "Provisional"} if is_last else {"status": "Revised"} if each in REVISED else {}
        state = "high" if is_last else "usual"
        if each in NRM:
            figure = point(
                quarter(*each), NRM[each], state=state, provisional=is_last, revised=each in REVISED, **status
            )
        else:
            figure = point(quarter(*each), None)
        points.append(figure)
    return chart(
        points,
        title="Referrals to the National Referral Mechanism",
        area="United Kingdom",
        subtitle="Potential victims referred, April 2019 to December 2025. Shaded: usual range.",
        segments=[
            segment(0, 12, 2815.1, 1890.4, 3739.8, "trial", "provisional limits, 9 of 12 points"),
            segment(12, 27, 4641.2, 3678.8, 5603.5, "locked", "limits from 12 points, restarted April 2022"),
        ],
        restarts=[12],
        notes=[
            note("A", 3.65, "first national lockdown", "March 2020", "Fewer people were met by those who refer."),
            note("B", 14.83, "test for reasonable grounds changed", "January 2023", link="/minutes/2023-02/"),
        ],
        verdict={"code": "higher", "words": "Higher than usual", "icon": "high"},
        sentence="Referrals are higher than usual: 6,021 in October to December 2025, above the upper limit of 5,604, "
        "as was the quarter before.",
        how_to_read=[
            "A point inside the band is ordinary variation. Only points marked with a triangle say that something changed.",
            "A rise is neither good nor bad here: more referrals can mean more harm or better recognition.",
        ],
        limits=[
            {"text": "3,679 to 5,604, mean 4,641", "helper": "Limits from 12 points, from Apr to Jun 2022"},
            {"text": "1,890 to 3,740, mean 2,815", "helper": "Provisional limits, 9 of 12 points, from Apr to Jun 2019"},
        ],
        source={"name": "Home Office quarterly bulletins", "url": "https://www.gov.uk/", "attribution": "Open Government Licence v3.0"},
    )  # fmt: skip


def monthly(count, **more):
    """A long invented series without a trend."""
    points = [point(month(place), 150 + (place * place * 7 + place * 13) % 41 - 20) for place in range(count)]
    return chart(points, frequency="month", segments=[segment(0, count, 150, 104, 196, "locked")], **more)


def share():
    """Percentages with a target, a trial, signals both good and bad, and how sure the last is."""
    values = [71, 74, 69, 72, 75, 58, 73, 76, 90, 91]
    states = ["usual"] * 5 + ["concern"] + ["usual"] * 2 + ["improvement"] * 2
    points = [
        point(quarter(2016 + n // 4, n % 4 + 1), v, state=s, shown=f"{v}%")
        for n, (v, s) in enumerate(zip(values, states, strict=True))
    ]
    points[-1] |= {"provisional": True, "interval": [82.5, 95.8]}
    trial = segment(0, 10, 75, 61, 89, "trial", "provisional limits, 10 of 12 points")
    trial |= {"mean_shown": "75%", "lower_shown": "61%", "upper_shown": "89%"}
    return chart(
        points, title="Victims satisfied", unit="percent", segments=[trial],
        target={"value": 80, "upper": None, "shown": "80%", "words": "Target: at least 80%, set by the Police and Crime Plan 2016"},
        baseline={"value": 70, "shown": "70%", "label": "June 2015 quarter"},
        synthetic="These figures are made up to try the portal.",
    )  # fmt: skip


def stated():
    """Figures whose period is unclear: they are never drawn."""
    return chart([], title="Modern slavery crimes recorded", sentence="176 was stated for “January”.", stated=[
        {"shown": "176", "period": "“January”, as corrected on 8 January 2018", "was": "127", "words": "Which January is to be confirmed."},
    ])  # fmt: skip


def funnel():
    """Five districts, one of them outside."""
    sizes = {
        "Bradford": (534, 107.2, ""),
        "Calderdale": (207, 29.0, "low"),
        "Kirklees": (431, 78.5, ""),
        "Leeds": (774, 92.1, ""),
        "Wakefield": (333, 81.0, ""),
    }
    points = [
        {"name": name, "value": rate, "size": size * 1000, "shown": f"{rate}", "outside": outside}
        for name, (size, rate, outside) in sizes.items()
    ]
    limits = [
        [size * 1000, 84 - 500 / size**0.5, 84 + 500 / size**0.5, 84 - 800 / size**0.5, 84 + 800 / size**0.5]
        for size in range(100, 900, 20)
    ]
    return {
        "title": "Recorded crime by district",
        "subtitle": "Per 1,000 people, 12 months to December 2014",
        "unit": "rate",
        "per": 1000,
        "mean": 84.0,
        "mean_shown": "84.0",
        "points": points,
        "limits": limits,
        "sentence": "One of five districts differs from the average by more than chance.",
    }


def tile(**more):
    """The tile of the referrals."""
    data = nrm()
    points = data["points"][-24:]
    return {
        "name": "Referrals to the National Referral Mechanism", "area": "United Kingdom", "shown": "6,021", "mark": "p",
        "period": "October to December 2025", "status": "provisional", "verdict": "higher", "words": "Higher than usual",
        "icon": "high", "sentence": "Usual range 3,679 to 5,604. A rise is neither good nor bad in itself.", "helper": "",
        "url": "/desk/indicators/1/",
        "spark": {
            "values": [each["value"] for each in points],
            "segments": [[0, 9, 2815.1, 1890.4, 3739.8], [9, 24, 4641.2, 3678.8, 5603.5]],
            "states": [each["state"] for each in points],
            "provisional": [each["provisional"] for each in points],
        },
        "target": "", "assurance_words": "", "due": None, "owner": "", "synthetic": "", **more,
    }  # fmt: skip


def hostile(data):
    """The same with markup in every text."""
    bad = "\"><script>alert(1)</script>\x00&amp;'"

    def spoil(thing, key=""):
        if isinstance(thing, dict):
            return {name: spoil(each, name) for name, each in thing.items()}
        if isinstance(thing, list):
            return [spoil(each, key) for each in thing]
        keep = key in (
            "state",
            "cause",
            "kind",
            "unit",
            "icon",
            "code",
            "start",
            "frequency",
            "verdict",
            "outside",
            "link",
            "url",
        )
        return bad if isinstance(thing, str) and not keep else thing

    return spoil(copy.deepcopy(data))
