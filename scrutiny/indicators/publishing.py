"""How an indicator is published: every figure with its revisions, read as on the desk, and small counts of nobody.

Charts, tables, CSV and paper are made from the content alone, so what the public may not know is not in it.
"""

from itertools import groupby

from django.template.loader import render_to_string

from opcc_portal.office.dates import today
from scrutiny.indicators import comparing, small_counts, words
from scrutiny.indicators.charting import chart_data, due_after, tile_data
from scrutiny.indicators.drawing import funnel_svg
from scrutiny.indicators.models import Area, Figure, Indicator, ObservationRevision, Population
from scrutiny.indicators.periods import Frequency, Period
from scrutiny.indicators.reading import read
from scrutiny.indicators.recording import words_of
from scrutiny.indicators.series import load_many
from scrutiny.workflow import kinds
from scrutiny.workflow.kinds import WARNING, Entry, Finding, Line
from scrutiny.workflow.published import common, cover, day, day_of, in_words, logo_of

# Of one figure; what is the same for all of them stands beside, and its columns are added in the file.
COLUMNS = [
    "Area", "Period", "First day", "Last day", "Revision", "Current", "Value", "From", "To", "Numerator", "Denominator",
    "Status", "Reading", "Known on", "Kind of revision", "Why it changed", "Source",
]  # fmt: skip
EVERY = {
    Frequency.MONTH: "month",
    Frequency.QUARTER: "quarter",
    Frequency.CALENDAR_QUARTER: "quarter",
    Frequency.FINANCIAL_YEAR: "financial year",
    Frequency.CALENDAR_YEAR: "calendar year",
}
DIGITS = 6  # of what is worked out: more would be the same figure on no two machines


@kinds.register
class IndicatorKind(kinds.Kind):
    """What an indicator says, for every area whose figures are held."""

    name = "indicator"
    label = "Indicator"
    model = Indicator
    pdf_name = "indicator.pdf"
    scheme_class = "our-priorities"

    def load(self, pk):
        """With its priority, owner and main area."""
        return Indicator.objects.select_related(*Indicator.LOADED_WITH).get(pk=pk)

    def why_not(self, record):
        """There must be a figure."""
        found = record.observations.exclude(value=None, low=None)
        return "" if found.exists() else "No figure is held yet."

    def path(self, record):
        """By its name."""
        return f"indicators/{record.slug}"

    def date(self, content):
        """Since when the newest of its figures has been known."""
        return day_of(content)

    def summary(self, content):
        """The sentence that stands on the tile."""
        return content["sentence"][:500]

    def content(self, record):
        """Figures of every area with their revisions, and how they are to be read."""
        record = self.load(record.pk)  # as it is now, whatever the caller has read before
        return _Public(record).content()

    def parts(self, content):
        """What it says with the chart, the figures, areas beside each other, revisions, what is counted."""
        context = _as_read(content)
        parts = [["says", "indicator_says"], ["figures", "indicator_figures"]]
        parts += [["areas", "indicator_areas"]] if context["others"] else []
        parts += [["revisions", "indicator_revisions"]] if content["revisions"] else []
        parts.append(["counted", "indicator_counted"])
        return [[anchor, render_to_string(f"public/parts/{name}.html", context)] for anchor, name in parts]

    def paper(self, content, imprint):
        """The same as a paper: drawings, every figure of the main area, revisions, definition."""
        logo = logo_of(content)
        context = cover(content, imprint, kind="Indicator", logo=logo) | _as_read(content)
        context |= {
            "title": content["title"],
            "full_title": f"{content['title']}, {context['date']}",
            "description": content["sentence"],
            "keywords": "indicator, figures, control chart",
            "facts": context["head_facts"],
            # How to read it stands below the drawing, together with the limits.
            "main_drawn": {**context["main"], "sentence": "", "how_to_read": []},
            "funnel_drawing": funnel_svg(content["funnel"], prefix="funnel", width="paper")
            if content["funnel"]
            else "",
        }
        return render_to_string("scrutiny/indicators/indicator_pdf.html", context), logo

    def findings(self, record, content):
        """What readers would ask: who owns it, where it comes from, what is late, what does not add up."""
        return [*_gaps(record), *_late(record), *_not_adding_up(record), *_not_public_causes(record)]

    def passes(self, record, content):
        """What is in order."""
        said = []
        if count := len(content["revisions"]):
            said.append(f"{words.so_many(count, 'revised figure')}: every earlier value is published with the day")
        if content["kept_back"]:
            said.append("Small counts of districts are told as “fewer than” and cannot be worked out")
        if content["synthetic"]:
            said.append("Synthetic figures are labelled on page, chart, data and paper")
        return said

    def lines(self, edition):
        """Its tile in the register of indicators."""
        content = edition.content
        names = ("tile", "is_signal", "priority", "place", "owner", "frequency", "synthetic", "area")
        yield Line(
            register="indicator",
            date=edition.date,
            text=content["title"],
            url=edition.get_absolute_url(),
            data={name: content[name] for name in names},
        )

    def search(self, edition):
        """What it says, what is counted, and what happened meanwhile."""
        content = edition.content
        lines = [content["question"], content["sentence"], content["owner"], content["sources"]]
        lines += [each[name] for each in content["definitions"] for name in ("numerator", "denominator", "coverage")]
        lines += [each["area"] for each in content["areas"]]
        lines += [f"{note['label']} {note['text']}" for note in content["areas"][0]["notes"]]
        lines += [step["reason"] for each in content["revisions"] for step in each["trail"]]
        text = "\n".join(dict.fromkeys(filter(None, lines)))
        yield Entry(edition.get_absolute_url(), edition.title, text, priority=content["priority"]["slug"])


# --- content ---------------------------------------------------------------------------------------------------------------


class _Public:
    """One indicator as the public gets it."""

    def __init__(self, indicator):
        self.indicator = indicator
        self.revisions = _by_figure(_revisions_of(indicator))
        self.places = {
            revision.source_subject: kinds.public_place(revision.source_subject)
            for held in self.revisions.values()
            for revision in held
            if revision.source_subject
        }
        areas = _areas_of(indicator)
        found = load_many([(indicator, area) for area in areas])
        self.series = [found[indicator.pk, area.pk] for area in areas]
        places = small_counts.kept_back(self.series)
        self.public = [self._public(series, places) for series in self.series]

    def _public(self, series, places):
        """Without small counts and what gives them away, and without what only minutes say that are not public."""
        shown = small_counts.keeping_back(small_counts.without(series), places)
        stated = tuple(point for point in shown.stated if self._is_told(point))
        return type(shown)(**{**vars(shown), "stated": stated})

    def _is_told(self, point):
        subject = self.revisions[point.observation_id][-1].source_subject
        return not subject or self.places[subject] is not None

    def content(self):
        """Everything, as plain JSON."""
        indicator = self.indicator
        charts = [{**self._chart(series), "slug": series.area.slug} for series in self.public]
        rows = [row for series, chart in zip(self.public, charts, strict=True) for row in self._rows(series, chart)]
        known_on = max((row[COLUMNS.index("Known on")] for row in rows), default="") or today().isoformat()
        reading = read(self.public[0])
        tile = {**tile_data(self.public[0], reading, today()), "helper": "", "due": None}
        return _settled(
            {
                **common(
                    indicator.title,
                    day(known_on),
                    demonstration_note=indicator.demonstration_note,
                    status=f"Figures known on {in_words(known_on)}",
                    priority=indicator.priority,
                ),
                "place": [indicator.priority.plan.starts.isoformat(), indicator.priority.position, indicator.position],
                "question": indicator.question,
                "sentence": charts[0]["sentence"],
                "is_signal": reading.is_signal,
                "area": charts[0]["area"],
                "tile": tile,
                "owner": str(indicator.owner) if indicator.owner else "",
                "sources": indicator.sources,
                "frequency": EVERY[indicator.frequency],
                "unit": indicator.get_unit_display(),
                "definitions": [_definition(each, indicator) for each in self.series[0].definitions],
                "areas": charts,
                "funnel": self._funnel(),
                "revisions": [each for series in self.public for each in self._trails(series)],
                "kept_back": self._kept_back_in_words(),
                "attribution": indicator.attribution,
                "synthetic": indicator.synthetic_note,
                "table": {"columns": COLUMNS, "rows": rows},
            }
        )

    def _chart(self, series):
        """As the desk draws it, with links that everybody can open."""
        was = {
            point.observation_id: held[-2].value
            for point in series.stated
            if len(held := self.revisions[point.observation_id]) > 1 and self._are_public(series, held)
        }
        data = chart_data(series, public=True, was=was)
        data["notes"] = [{**note, "link": _public_link(note["link"])} for note in data["notes"]]
        return data

    def _are_public(self, series, revisions):
        """Whether all that a figure ever said may be told. Its district, or another with it, may have been small once."""
        start = revisions[0].observation.period_start
        return start not in self._once_small and not any(
            small_counts.is_small(each, series.indicator, series.area) for each in revisions
        )

    @property
    def _once_small(self):
        """The first days of the periods in which, of figures that add up, a small one was ever held."""
        if not hasattr(self, "_small"):
            areas = {series.area.pk: series.area for series in self.series}
            self._small = {
                held[0].observation.period_start
                for held in self.revisions.values()
                if (self.indicator.is_additive or held[-1].numerator is not None)
                and any(
                    small_counts.is_small(each, self.indicator, areas[each.observation.area_id])
                    for each in held
                    if each.observation.area_id in areas
                )
            } - {None}
        return self._small

    def _figures(self, series):
        """(what the public reads of each figure, the revisions that may be told, the place in the chart or None)."""
        for place, point in enumerate(series.points):
            if point.observation_id is not None:
                yield point, self._told(series, point), place
        for point in series.stated:
            yield point, self._told(series, point), None

    def _told(self, series, point):
        held = self.revisions[point.observation_id]
        if point.missing_reason and held[-1].missing_reason != point.missing_reason:
            return []
        return held if self._are_public(series, held) else held[-1:]

    def _rows(self, series, chart):
        """Each revision of each figure, as the data file has them."""
        area = series.area.name
        for point, held, place in self._figures(series):
            period = point.period
            when = [period.label, period.start, period.end] if period else [f"{point.stated} (to be confirmed)", "", ""]
            drawn = chart["points"][place] if place is not None else {}
            if not held:
                shown = drawn["shown"] if drawn["shown"] != "none" else ""
                yield _dated([area, *when, 1, "Yes", shown, *[None] * 4, drawn["status"], "", "", "", "", ""])
            for revision in held:
                is_last = revision is held[-1]
                yield _dated(
                    [
                        *(area, *when, revision.n, "Yes" if is_last else "No"),
                        *(
                            _number(getattr(revision, name))
                            for name in ("value", "low", "high", "numerator", "denominator")
                        ),
                        revision.get_missing_reason_display()
                        if revision.missing_reason
                        else revision.get_status_display(),
                        drawn.get("reading", "") if is_last else "",
                        revision.known_on,
                        revision.get_code_display(),
                        self._reason(revision),
                        self._source(revision)[0],
                    ]
                )

    def _trails(self, series):
        """The figures that changed, newest first: what they said, since when, and why."""
        found = []
        for point, held, _ in self._figures(series):
            if len(held) > 1:
                label = point.period.label if point.period else f"“{point.stated}”"
                trail = [self._step(revision) for revision in held]
                found.append({"period": label, "area": series.area.name, "trail": trail})
        return found[::-1]

    def _step(self, revision):
        source, url = self._source(revision)
        return {
            "shown": words_of(revision, self.indicator),
            "known_on": revision.known_on.isoformat(),
            "code": revision.get_code_display(),
            "reason": self._reason(revision),
            "source": source,
            "url": url,
        }

    def _reason(self, revision):
        """Why it changed. What was said in a meeting is told where its minutes are public: there, in their words."""
        return "" if revision.source_subject else revision.reason

    def _source(self, revision):
        """(where a figure comes from, its address). Of a file that was imported the office's name for it is not told."""
        if revision.source_subject:
            url, title = self.places[revision.source_subject] or ("", "")
            return title, url
        if revision.batch_id:
            return "", ""
        return revision.source, _public_link(revision.source_url)

    def _funnel(self):
        """Districts, or else forces, beside each other in the last period of which three are known."""
        for kind in (Area.Kind.DISTRICT, Area.Kind.FORCE):
            series = [each for each in self.public if each.area.kind == kind]
            for start in sorted({point.period.start for each in series for point in each.held}, reverse=True):
                if funnel := self._funnel_of(series, Period(self.indicator.frequency, start)):
                    return funnel
        return None

    def _funnel_of(self, series, period):
        people = _people([each.area for each in series], period.start.year)
        found, years = [], set()
        for each in series:
            point = next((point for point in each.held if point.period == period), None)
            if point is not None:
                number, year = people.get(each.area.pk, (None, None))
                years |= {year} - {None}
                found.append(comparing.Peer(each.area, point.value, point.numerator, point.denominator, number))
        data = comparing.funnel_data(self.indicator, found, period, title="Areas beside each other")
        if data is None:
            return None
        of_people = data["unit"] == "rate"
        counted = " to ".join(str(year) for year in sorted({min(years), max(years)})) if of_people else ""
        return {**data, "people": f"People as counted or estimated for {counted}." if of_people else ""}

    def _kept_back_in_words(self):
        """What is said of figures that are not told; empty where all are."""
        told = {point.missing_reason for series in self.public for point in series.points}
        held = {point.missing_reason for series in self.series for point in series.points}
        said = []
        fewest = self.indicator.small_count_threshold
        if Figure.Missing.SUPPRESSED in told - held:
            said.append(
                f"Counts of districts below {fewest} are told as “fewer than {fewest}”, so that they point to nobody."
            )
        if Figure.Missing.NOT_PUBLISHED in told - held:
            said.append("Some other figures are not published, since a small count could be worked out from them.")
        return " ".join(said)


def _revisions_of(indicator):
    found = ObservationRevision.objects.filter(observation__indicator=indicator).select_related("observation")
    return found.order_by("observation", "n")


def _by_figure(revisions):
    return {pk: list(held) for pk, held in groupby(revisions, key=lambda revision: revision.observation_id)}


def _areas_of(indicator):
    """The areas that have figures, the main one first."""
    areas = Area.objects.filter(observations__indicator=indicator).select_related("parent").distinct()
    return sorted(areas, key=lambda area: (area.pk != indicator.headline_area_id, area.position, area.name, area.pk))


def _definition(definition, indicator):
    start = definition.from_period
    return {
        "from": Period.containing(indicator.frequency, start).label if start else "",
        "numerator": definition.numerator,
        "denominator": definition.denominator,
        "coverage": definition.coverage,
        "breaks_series": definition.breaks_series,
    }


def _people(areas, year):
    """{area pk: (people, year)}: of the year, or the last one before it that is held, or the first after it."""
    found = {}
    counted = Population.objects.filter(area__in=areas).order_by("year", "pk")
    for area, held, people in counted.values_list("area", "year", "people"):
        if area not in found or held <= year:
            found[area] = (people, held)
    return found


def _public_link(url):
    """The address where everybody can open it; nothing for one of the desk."""
    if url.startswith(("https://", "http://")):
        return "" if "/desk/" in url else url
    return url if url.startswith("/") and not url.startswith(("//", "/desk/")) else ""


def _number(value):
    return None if value is None else float(value)


def _dated(row):
    return [each.isoformat() if hasattr(each, "isoformat") else each for each in row]


def _settled(value):
    """The same data wherever it was worked out and whichever database has kept it: no digit beyond the sixth, no minus 0."""
    if isinstance(value, float):
        return round(value, DIGITS) + 0.0
    if isinstance(value, dict):
        return {name: _settled(each) for name, each in value.items()}
    return [_settled(each) for each in value] if isinstance(value, list | tuple) else value


# --- page and paper --------------------------------------------------------------------------------------------------------


def _as_read(content):
    """What page and paper print, from the content alone."""
    main, *others = content["areas"]
    return {
        "content": content,
        "main": main,
        "others": others,
        "drawn": [each for each in others if len(each["points"]) > 1],
        "latest": [_latest(each) for each in content["areas"]],
        "stated": [{**each, "area": chart["area"]} for chart in others for each in chart["stated"]],
        "funnel": content["funnel"],
        "revisions": [_trail(each, is_of_many=bool(others)) for each in content["revisions"]],
        "counted": [row for each in content["definitions"] for row in _counted(each)],
        "head_facts": _head_facts(content),
        "about": _about(content),
        "ranks": _ranked(content["funnel"]),
    }


def _ranked(funnel):
    """The areas of a funnel by rate; equal ones share a rank."""
    if funnel is None:
        return []
    values = [point["value"] for point in funnel["points"]]
    ranked = [{**point, "rank": 1 + sum(value > point["value"] for value in values)} for point in funnel["points"]]
    return sorted(ranked, key=lambda point: point["rank"])


def _latest(chart):
    """The last period of an area of which something is told."""
    told = [point for point in chart["points"] if point["shown"] != "none"]
    return {"area": chart["area"], "words": chart["verdict"]["words"], "point": told[-1] if told else None}


def _trail(revised, *, is_of_many):
    steps = revised["trail"]
    where = f", {revised['area']}" if is_of_many else ""
    return {
        "name": f"{revised['period']}{where}",
        "old": steps[:-1],
        "now": steps[-1]["shown"],
        "steps": [{**step, "on": in_words(step["known_on"])} for step in steps],
    }


def _counted(definition):
    since = f" from {definition['from']}" if definition["from"] else ""
    rows = [
        (f"What is counted{since}", definition["numerator"]),
        ("Out of what", definition["denominator"]),
        ("What is missing or special", definition["coverage"]),
        ("Comparable", "Not with figures before" if definition["breaks_series"] else ""),
    ]
    return [row for row in rows if row[1]]


def _head_facts(content):
    rows = [("Priority", content["priority"]["title"]), ("The question", content["question"])]
    return [row for row in rows if row[1]]


def _about(content):
    rows = [
        ("Owner", content["owner"]),
        ("Counted", f"By {content['frequency']}"),
        ("Recorded by", content["sources"]),
        ("Source", content["areas"][0]["source"]["name"]),
        ("Licence", content["attribution"]),
        ("Synthetic figures", content["synthetic"]),
    ]
    return [row for row in rows if row[1]]


# --- what the gate is told -------------------------------------------------------------------------------------------------


def _found(record, code, title, text):
    return Finding(code, WARNING, title, text, url=record.get_absolute_url(), link="Go to the indicator")


def _gaps(record):
    """What a reader needs and does not find."""
    if record.owner is None:
        text = "Readers cannot ask anybody. Name the post that owns it, or say why none does."
        yield _found(record, "indicator-owner", "The indicator has no owner", text)
    if not record.definitions.exists():
        text = "Write the definition, or say why it is not known."
        yield _found(record, "indicator-definition", "It does not say what exactly is counted", text)
    if not record.source_name:
        yield _found(record, "indicator-source", "It does not say where its figures come from", "Name the publisher.")


def _late(record):
    areas = _areas_of(record)
    if not areas:
        return
    due = due_after(load_many([(record, areas[0])], with_notes=False)[record.pk, areas[0].pk], today())
    if due and due < today():
        text = "Ask for it, or say why the figures are published without it."
        yield _found(record, "indicator-late", f"The next figure was due on {due:%-d %B %Y}", text)


def _not_adding_up(record):
    """Where districts do not add up to their force, though they should."""
    if not record.is_additive:
        return
    held = record.observations.filter(period_start__isnull=False, value__isnull=False).select_related("area")
    values = {(each.area_id, each.period_start): each.value for each in held}
    districts = Area.objects.filter(kind=Area.Kind.DISTRICT, parent__isnull=False).values_list("parent", "pk")
    parts = {whole: [pk for parent, pk in districts if parent == whole] for whole, _ in districts}
    for (area, start), total in sorted(values.items(), key=lambda each: (each[0][1], each[0][0]), reverse=True):
        each = [values.get((pk, start)) for pk in parts.get(area, ())]
        if each and None not in each and sum(each) != total:
            period = Period(record.frequency, start).label
            yield _found(
                record,
                "indicator-sum",
                f"The districts do not add up to the force in {period}",
                f"They add up to {words.shown(sum(each), record)}; the force’s figure is {words.shown(total, record)}.",
            )


def _not_public_causes(record):
    """Figures that were put right in minutes which the public cannot read."""
    found = _revisions_of(record).exclude(source_subject="")
    subjects = dict.fromkeys(found.values_list("source_subject", flat=True))
    hidden = [subject for subject in subjects if kinds.public_place(subject) is None]
    if hidden:
        yield _found(
            record,
            "indicator-cause",
            "A figure was put right in minutes that are not public",
            "The public is told that it was corrected, and not where. One without a confirmed period is left out. "
            "Publish the minutes first, or say why not.",
        )
