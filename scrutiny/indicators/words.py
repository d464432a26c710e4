"""Figures as people read them: one way for tiles, tables, sentences, papers and reports."""

from decimal import Decimal

from scrutiny.indicators.models import Figure
from scrutiny.indicators.periods import Frequency

MINUS = "−"


def shown(value, indicator, *, missing="none"):
    """A value of an indicator in print: 6,021; 62%; +23%; £36,343; 4.2. `missing` stands for no value."""
    if value is None:
        return missing
    return with_unit(number(value, indicator.decimals), indicator.unit, signed=indicator.is_change, value=value)


def number(value, decimals=0):
    """With commas, so many digits after the point and a real minus sign."""
    text = f"{abs(Decimal(value)):,.{decimals}f}"
    return f"{MINUS}{text}" if value < 0 and text.strip("0.,") else text


def with_unit(text, unit, *, signed=False, value=0):
    """Add sign and unit to a printed number."""
    sign = "+" if signed and value > 0 else ""
    if unit == "pounds":
        return f"{MINUS}£{text[1:]}" if text.startswith(MINUS) else f"{sign}£{text}"
    return f"{sign}{text}%" if unit == "percent" else f"{sign}{text}"


def figure(said, indicator, *, missing="none"):
    """What a point, an observation or a revision says: its value, or its range (10,000 to 13,000)."""
    if said.low is not None:
        return f"{shown(said.low, indicator)} to {shown(said.high, indicator)}"
    return shown(said.value, indicator, missing=missing)


def figure_or_why(said, indicator):
    """The same; where there is no figure, why: no figure (not obtained)."""
    if said.missing_reason:
        return f"no figure ({Figure.Missing(said.missing_reason).label.lower()})"
    return figure(said, indicator)


def limit(value, indicator):
    """A limit or mean in print: it may want one digit more than the figures have, where these are small."""
    decimals = indicator.decimals if abs(value) >= 20 or indicator.decimals > 1 else indicator.decimals + 1
    return with_unit(number(value, decimals), indicator.unit)


def listed(names):
    """Leeds, Bradford and Kirklees."""
    names = list(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def so_many(count, one, many=None):
    """1 quarter, 12 quarters."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def noun_of(indicator):
    """What one of its periods is called: month, quarter, financial year, calendar year."""
    return Frequency(indicator.frequency).noun
