"""A series with its reading as plain data: what charts, tables, CSV, Editions and PDFs are made of.

`chart_data` is JSON of schema 1; `tile_data` is what a tile prints. With `public` small counts of places below the force
are told as "fewer than 5" and what could give them away is left out.
"""

from scrutiny.indicators import small_counts, words
from scrutiny.indicators.models import Area, Figure, Indicator
from scrutiny.indicators.periods import Frequency
from scrutiny.indicators.reading import ENOUGH, Verdict, read

SCHEMA = 1
SPARK = 24  # points of a sparkline

_READINGS = {
    "high": "Higher than usual",
    "low": "Lower than usual",
    "improvement": "Better than usual",
    "concern": "Worse than usual",
}


def chart_data(series, reading=None, *, public=False, was=None):
    """Everything about one series as JSON. `was` gives earlier values of stated figures: {observation pk: Decimal}."""
    if public:
        series, reading = small_counts.without(series), None
    reading = reading or read(series)
    indicator = series.indicator
    first = series.points[0].period if series.points else None
    return {
        "schema": SCHEMA,
        "title": indicator.title,
        "area": series.area.name,
        "subtitle": _subtitle(series),
        "unit": indicator.unit,
        "decimals": indicator.decimals,
        "frequency": indicator.frequency,
        "period_name": words.noun_of(indicator),
        "from_zero": indicator.unit == Indicator.Unit.COUNT,
        "points": [_point(series, reading, index) for index in range(len(series.points))],
        "segments": _segments(series, reading),
        "restarts": list(series.restarts),
        "restart_reasons": list(series.restarts.values()),
        "target": _target(series),
        "baseline": _baseline(series),
        "notes": _notes(series, first, public),
        "stated": [_stated(series, point, (was or {}).get(point.observation_id)) for point in series.stated],
        "verdict": {"code": str(reading.verdict), "words": reading.words, "icon": reading.icon},
        "is_signal": reading.is_signal,
        "assurance_words": reading.assurance_words,
        "sentence": reading.sentence,
        "how_to_read": _how_to_read(series, reading),
        "limits": _limits_in_words(series, reading),
        "source": {
            "name": indicator.source_name,
            "url": indicator.source_url,
            "attribution": indicator.attribution,
        },
        "synthetic": indicator.synthetic_note,
        "known_on": series.known_on.isoformat() if series.known_on else None,
        "direction": indicator.direction,
        "direction_why": indicator.direction_why,
    }


def _subtitle(series):
    if not series.points:
        return series.area.name
    first, last = series.points[0].period, series.points[-1].period
    every = {
        Frequency.MONTH: "by month",
        Frequency.QUARTER: "by quarter",
        Frequency.CALENDAR_QUARTER: "by quarter",
        Frequency.FINANCIAL_YEAR: "by financial year",
        Frequency.CALENDAR_YEAR: "by calendar year",
    }[series.indicator.frequency]
    when = first.label if first == last else f"{first.label} to {last.label}"
    return f"{series.area.name}, {every}: {when}"


def _plain(value):
    """A Decimal as a JSON number."""
    return None if value is None else float(value)


def _shown(point, indicator, area):
    is_small = indicator.unit == Indicator.Unit.COUNT and area.kind == Area.Kind.DISTRICT
    if point.missing_reason == Figure.Missing.SUPPRESSED and is_small:
        return f"fewer than {indicator.small_count_threshold}"
    return words.figure(point, indicator)


def _point(series, reading, index):
    point, indicator = series.points[index], series.indicator
    is_held = point.value is not None
    state = reading.states[index] if is_held and reading.states else "none"
    return {
        "start": point.period.start.isoformat(),
        "label": point.period.label,
        "short": point.period.short,
        "axis": point.period.year_label,
        "value": _plain(point.value),
        "low": _plain(point.low),
        "high": _plain(point.high),
        "shown": _shown(point, indicator, series.area),
        "state": state,
        "reading": _in_words(reading, index, state) if is_held else "",
        "cause": reading.causes[index] if is_held and state not in ("usual", "none") else "",
        "status": point.status_in_words,
        "provisional": point.is_provisional,
        "revised": point.is_revised,
        "missing": "" if is_held or point.low is not None else point.status_in_words,
        "numerator": _plain(point.numerator),
        "denominator": _plain(point.denominator),
    }


def _in_words(reading, index, state):
    """What one point says: only where limits judge."""
    if state in _READINGS:
        return _READINGS[state]
    segment = next((place for place, each in enumerate(reading.chart.segments) if each.start <= index < each.end), None)
    return "Usual" if segment is not None and reading.kinds[segment] in ("limits", "locked") else "Not judged"


def _segments(series, reading):
    if reading.chart is None:
        return []
    indicator, found = series.indicator, []
    may_be_negative = indicator.is_change or indicator.unit == Indicator.Unit.POUNDS
    for number, (segment, kind) in enumerate(zip(reading.chart.segments, reading.kinds, strict=True)):
        drawn = kind in ("limits", "locked", "trial")
        lower = None if not drawn else segment.lower if may_be_negative else max(segment.lower, 0)
        found.append(
            {
                "from": segment.start,
                "to": segment.end,
                "kind": kind,
                "mean": segment.mean if kind != "none" else None,
                "lower": lower,
                "upper": segment.upper if drawn else None,
                "mean_shown": words.limit(segment.mean, indicator) if kind != "none" else "",
                "lower_shown": words.limit(lower, indicator) if drawn else "",
                "upper_shown": words.limit(segment.upper, indicator) if drawn else "",
                "label": _segment_label(series, segment, kind, number),
            }
        )
    return found


def _segment_label(series, segment, kind, number):
    name = words.noun_of(series.indicator)
    restarted = f", restarted {series.points[segment.start].period.short}" if number else ""
    if kind == "trial":
        return f"provisional limits, {segment.count} of {ENOUGH} points{restarted}"
    if kind == "mean":
        return f"mean; nothing has varied{restarted}"
    if kind == "none":
        return f"too few {name}s for limits{restarted}"
    return f"limits from {segment.based_on} points{restarted}"


def _target(series):
    target = series.target
    if target is None:
        return None
    indicator = series.indicator
    upper = f" and {words.shown(target.upper_value, indicator)}" if target.upper_value is not None else ""
    said = f"{target.get_comparator_display()} {words.shown(target.value, indicator)}{upper}"
    return {
        "value": _plain(target.value),
        "upper": _plain(target.upper_value),
        "shown": words.shown(target.value, indicator),
        "words": f"Target: {said[0].lower()}{said[1:]}, set by {target.set_by}",
    }


def _baseline(series):
    if series.baseline is None:
        return None
    shown = words.shown(series.baseline.value, series.indicator)
    return {"value": _plain(series.baseline.value), "shown": shown, "label": series.baseline.label}


def _notes(series, first, public):
    """Remarks inside the time that is drawn, lettered in order; `at` is a place on the axis of points."""
    if first is None:
        return []
    last, found = series.points[-1].period, []
    days = len(series.points), (last.end - first.start).days + 1
    for note in series.notes:
        inside = first.start <= note.starts <= last.end
        if not inside or (public and not note.is_public):
            continue
        found.append(
            {
                "letter": chr(ord("A") + len(found) % 26),
                "at": round((note.starts - first.start).days / days[1] * days[0] - 0.5, 2),
                "label": note.label,
                "when": note.day_in_words or f"{note.starts:%-d %B %Y}",
                "text": note.text,
                "kind": note.get_kind_display(),
                "link": note.link,
            }
        )
    return found


def _stated(series, point, was):
    verb = "corrected" if point.is_revised else "reported"
    return {
        "shown": _shown(point, series.indicator, series.area),
        "was": words.shown(was, series.indicator) if was is not None else "",
        "period": f"“{point.stated}”, as {verb} on {point.known_on:%-d %B %Y}",
        "words": "The period is still to be confirmed.",
    }


def _how_to_read(series, reading):
    indicator, said = series.indicator, []
    judged = any(kind in ("limits", "locked") for kind in reading.kinds)
    if judged:
        said.append(
            "A point inside the band is ordinary variation. Only points marked with a triangle say that something changed."
        )
    elif series.points:
        said.append(f"There are too few figures to say what is usual: {ENOUGH} are needed since the last restart.")
    if indicator.direction == Indicator.Direction.NEUTRAL:
        why = indicator.direction_why.strip()
        said.append("Neither a rise nor a fall is good in itself" + (f": {why[0].lower()}{why[1:]}" if why else "."))
    else:
        good = "rise" if indicator.direction == Indicator.Direction.UP else "fall"
        said.append(f"A {good} is what is wanted." + (f" {indicator.direction_why}" if indicator.direction_why else ""))
    if series.indicator.is_synthetic:
        said.append(series.indicator.synthetic_note)
    return [part if part.endswith((".", "!", "?")) else f"{part}." for part in said]


def _limits_in_words(series, reading):
    """The usual range of each stretch, newest first, with why limits start anew."""
    found = []
    reasons = series.restarts
    for segment in reversed(_segments(series, reading)):
        start = series.points[segment["from"]].period.short
        if not segment["upper_shown"]:
            continue
        text = f"{segment['lower_shown']} to {segment['upper_shown']}, mean {segment['mean_shown']}"
        helper = f"{segment['label'][0].upper()}{segment['label'][1:]}"
        if "restarted" not in helper:
            helper += f", from {start}"
        if reason := reasons.get(segment["from"]):
            helper += f". Reason: {reason.rstrip('.')}"
        found.append({"text": text, "helper": helper})
    return found


# --- Tiles -----------------------------------------------------------------------------------------------------------


def due_after(series, today):
    """The day by which the next figure has to be there, or None where the publisher's lag is not followed."""
    indicator = series.indicator
    if not indicator.lag_days or series.latest is None or series.latest.period is None:
        return None
    return series.points[-1].period.next().due(indicator.lag_days)


def tile_data(series, reading, today):
    """What a tile of this series prints and its sparkline draws, as JSON."""
    indicator, latest = series.indicator, reading.latest
    due = due_after(series, today)
    is_stated = latest is not None and latest.stated
    return {
        "name": indicator.title,
        "area": series.area.name,
        "shown": _shown(latest, indicator, series.area) if latest else "",
        "mark": ("p" if latest.is_provisional else "r" if latest.is_revised else "") if latest else "",
        "period": _tile_period(latest),
        "status": latest.status_in_words if latest and not is_stated else "",
        "verdict": str(reading.verdict),
        "words": reading.words,
        "icon": reading.icon,
        "sentence": reading.sentence,
        "helper": _tile_helper(series, reading),
        "spark": _spark(series, reading),
        "target": (_target(series) or {}).get("words", ""),
        "assurance_words": reading.assurance_words,
        "due": due.isoformat() if due else None,
        "owner": str(indicator.owner) if indicator.owner else "",
        "synthetic": indicator.synthetic_note,
    }


def _tile_period(latest):
    if latest is None:
        return ""
    if latest.stated:
        verb = "corrected" if latest.is_revised else "reported"
        return f"“{latest.stated}”, as {verb} on {latest.known_on:%-d %B %Y}"
    return latest.period.label


def _tile_helper(series, reading):
    """One line below the sentence: who has to do something."""
    owner = str(series.indicator.owner) if series.indicator.owner else "Performance analyst"
    if reading.latest is not None and reading.latest.stated:
        return f"{owner} to confirm the period"
    if reading.verdict == Verdict.AS_REPORTED:
        return f"{owner} to ask for the numbers behind it"
    return ""


def _spark(series, reading):
    start = max(len(series.points) - SPARK, 0)
    points = series.points[start:]
    bands = [
        [max(each["from"] - start, 0), each["to"] - start, each["mean"], each["lower"], each["upper"]]
        for each in _segments(series, reading)
        if each["to"] > start and each["mean"] is not None
    ]
    return {
        "values": [_plain(point.value) for point in points],
        "states": [reading.states[start + index] for index in range(len(points))] if reading.states else [],
        "provisional": [point.is_provisional for point in points],
        "segments": bands,
    }
