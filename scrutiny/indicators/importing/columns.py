"""Which column of a sheet holds what: guessed from its headings, put right by a person, remembered for the next file.

Either every row is one figure (indicator, area, period, value), or one of the three runs across the headings and each
cell below is a figure. What neither a column nor the headings say is said once for the whole sheet.
"""

from dataclasses import dataclass, field

from scrutiny.indicators.importing.names import Unknown
from scrutiny.indicators.importing.sheets import LOOKED_AT, SheetLayout, headings_of
from scrutiny.indicators.models import ColumnMap
from scrutiny.indicators.periods import Frequency, NotAPeriod, parse_period

DIMENSIONS = {"indicator": "Indicator", "area": "Area", "period": "Period"}
ROLES = {
    "": "Not used",
    **DIMENSIONS,
    "value": "Figure",
    "numerator": "How many (numerator)",
    "denominator": "Out of how many (denominator)",
    "status": "Status",
    "note": "Note or reason",
    "across": "Figures of what the heading names",
}
KNOWN = {
    "indicator": "indicator|measure|metric|kpi|name|indicator name|series|what",
    "area": "area|district|force|place|region|geography|local authority|council|force area|area name|police force|gss code",
    "period": "period|month|quarter|year|date|period start|financial year|calendar year|when|month ending|starts",
    "value": "value|figure|count|number|total|rate|percentage|per cent|percent|%|amount|result|observation|£",
    "numerator": "numerator|how many|part|numerator value|positive",
    "denominator": "denominator|out of|base|whole|of how many|denominator value",
    "status": "status|provisional|figure status|state",
    "note": "note|notes|comment|comments|reason|remark|remarks|reason for revision",
}
_ROLE_OF = {words: role for role, listed in KNOWN.items() for words in listed.split("|")}
_SAMPLE = 25  # rows below them that are tried


@dataclass
class Layout(SheetLayout):
    """How a sheet of figures is read; `given` are keys."""

    across: str = ""
    given: dict = field(default_factory=dict)

    def column(self, role):
        """The place of the first column with this role, or None."""
        return self.roles.index(role) if role in self.roles else None

    def missing(self):
        """What is still to be said before rows can be read, as sentences."""
        found = []
        for role in DIMENSIONS:
            named = role in self.roles or self.given.get(role) or self.across == role
            if not named:
                what = "Choose the column of the periods." if role == "period" else ""
                article = "an" if role in ("area", "indicator") else "a"
                found.append(what or f"Choose the column of the {role}s, or {article} {role} for the whole sheet.")
        if self.across and "across" not in self.roles:
            found.append(f"Choose the columns whose headings name the {self.across}s.")
        if not self.across and "across" in self.roles:
            found.append("Say what the headings name: areas, periods or indicators.")
        if not self.across and not {"value", "status"} & set(self.roles) and "numerator" not in self.roles:
            found.append("Choose the column of the figures.")
        if ("numerator" in self.roles) != ("denominator" in self.roles):
            found.append("Choose both columns: how many, and out of how many.")
        found += self.said_twice({role: name for role, name in ROLES.items() if role not in ("", "across")})
        if self.across and self.across in self.roles:
            found.append(f"The {self.across}s stand in a column and in the headings. Choose one of the two.")
        return found


# --- Guessing ------------------------------------------------------------------------------------------------------


def guess(rows, names):
    """The most likely layout: the headings where most is recognised, each column's role, what runs across."""
    place = max(range(min(LOOKED_AT, len(rows))), key=lambda at: (_recognised(rows[at], names), -at))
    layout = Layout(heading=place)
    headings = headings_of(rows, layout.heading)
    layout.roles = [_role_of(text) for text in headings]
    _only_the_first(layout.roles)
    below = rows[place + 1 : place + 1 + _SAMPLE]
    _find_what_runs_across(layout, headings, names)
    _find_by_contents(layout, below, names)
    return layout


def _recognised(row, names):
    return sum(1 for text in row if text and (_role_of(text) or names.is_area(text) or _is_period(text)))


def _role_of(heading):
    return _ROLE_OF.get(heading.strip(" :*").casefold(), "")


def _only_the_first(roles):
    seen = set()
    for place, role in enumerate(roles):
        if role in seen:
            roles[place] = ""
        seen.add(role)


def _find_what_runs_across(layout, headings, names):
    """Two headings or more that name areas, periods or indicators: their columns hold the figures."""
    tests = {"area": names.is_area, "period": _is_period, "indicator": names.is_indicator}
    for kind, fits in tests.items():
        places = [place for place, text in enumerate(headings) if text and not layout.roles[place] and fits(text)]
        if len(places) >= 2 and "value" not in layout.roles:
            layout.across = kind
            # A heading between them that is not known is most likely a misspelt one: it shall be told, not left out.
            for place in range(places[0], len(headings)):
                if headings[place] and not layout.roles[place]:
                    layout.roles[place] = "across"
            return


def _find_by_contents(layout, below, names):
    """Columns whose headings say nothing, by what stands in them."""
    tests = {"period": _is_period, "area": names.is_area, "indicator": names.is_indicator}
    for role, fits in tests.items():
        if role in layout.roles or layout.across == role:
            continue
        for place, taken in enumerate(layout.roles):
            cells = [row[place] for row in below if len(row) > place and row[place]]
            if not taken and cells and sum(map(fits, cells)) * 2 > len(cells):
                layout.roles[place] = role
                break


def _is_period(text):
    for frequency in Frequency:
        try:
            parse_period(text, frequency)
        except NotAPeriod:
            continue
        return True
    return False


# --- Remembering ---------------------------------------------------------------------------------------------------


def remember(source, layout, rows):
    """Keep how a source's columns are read, by their headings."""
    headings = headings_of(rows, layout.heading)
    named = {
        heading: role for heading, role in zip(headings, layout.roles, strict=False) if heading and role != "across"
    }
    kept = {"columns": named, "across": layout.across, "given": layout.given}
    ColumnMap.objects.update_or_create(source=source, defaults={"columns": kept})


def recall(source, rows, names):
    """The layout remembered for this source, where its headings are found again; else None."""
    known = ColumnMap.objects.filter(source__iexact=source).first()
    if known is None or "columns" not in known.columns:
        return None
    used = {heading for heading, role in known.columns["columns"].items() if role}
    place = next((place for place, row in enumerate(rows[:LOOKED_AT]) if used and used <= set(row)), None)
    if place is None:
        return None
    layout = Layout(heading=place, across=known.columns["across"], given=_still_there(known.columns["given"], names))
    headings = headings_of(rows, layout.heading)
    new = "across" if layout.across else ""
    layout.roles = [known.columns["columns"].get(text, new) if text else "" for text in headings]
    return layout


def _still_there(given, names):
    kept = {}
    for role, key in given.items():
        try:
            names.by_key(role, key)
        except Unknown:
            continue
        kept[role] = key
    return kept
