"""A figure as people type or paste it, read the same way in the entry grid, in the forms and in imports.

What could mean two things is never guessed: the message says what to type instead.
"""

import re
import unicodedata
from decimal import Decimal

from scrutiny.indicators.models import Indicator, Observation
from scrutiny.indicators.recording import Said, check

Missing = Observation.Missing
Status = Observation.Status
Unit = Indicator.Unit

LONGEST_QUOTED = 40
# What the database holds: 14 digits before the point, 4 after it.
DIGITS_BEFORE = 14
DIGITS_AFTER = 4

MINUS_SIGNS = "\u2212\u2010\u2011\u2012\u2013\u2014\ufe63"
WHY_MISSING = {
    **dict.fromkeys(("*", "c", "[c]", "s", "[s]", "suppressed", "confidential"), Missing.SUPPRESSED),
    **dict.fromkeys(
        ("..", "...", "\u2026", ":", "x", "[x]", "n/a", "na", "n.a.", "#n/a", "not available", "unknown", "none held"),
        Missing.NOT_OBTAINED,
    ),
    **{str(label).lower(): value for value, label in Missing.choices if value},
}
MARKS = {
    **dict.fromkeys(("p", "provisional"), Status.PROVISIONAL),
    **dict.fromkeys(("r", "revised"), Status.REVISED),
    "final": Status.FINAL,
}

_MARK = re.compile(r"^(?P<rest>.*[0-9%])\s*[\[(]?(?P<mark>p|r|provisional|revised|final)[\])]?$", re.IGNORECASE)
_FEWER = re.compile(r"^(?:<|\u2264|under|below|less than|fewer than|up to)\s*=?\s*(?P<limit>[0-9]+)$", re.IGNORECASE)
_SHARE = re.compile(r"^(?P<part>[^/]+?)\s*(?:/|\bout of\b|\bof\b)\s*(?P<whole>[^/]+)$", re.IGNORECASE)
_RANGE = re.compile(
    r"^(?:between\s+)?(?P<low>\S.*?)\s*(?P<between>\bto\b|\band\b|\bor\b|(?<=[0-9%])-(?=\s*[0-9£]))\s*(?P<high>\S.*)$"
)
_DATE = re.compile(r"^[0-9]{1,4}([/.-])[0-9]{1,2}\1[0-9]{2,4}$")
_PLAIN = re.compile(r"^[0-9]+(?:\.[0-9]+)?$")
_GROUPED = re.compile(r"^[0-9]{1,3}(?P<by>[, ])[0-9]{3}(?:(?P=by)[0-9]{3})*(?:\.[0-9]+)?$")
_EUROPEAN = re.compile(r"^[0-9]{1,3}(?:[. ][0-9]{3})+,[0-9]+$|^[0-9]{1,3}(?:\.[0-9]{3}){2,}$")
_DECIMAL_COMMA = re.compile(r"^[0-9]+,[0-9]{1,2}$|^[0-9]+,[0-9]{4,}$")
_LIKE_THOUSANDS = re.compile(r"^[0-9]{1,3}\.[0-9]{3}$")
_POWER = re.compile(r"^[0-9.]+e[+-]?[0-9]+$", re.IGNORECASE)


class TypedWrong(ValueError):
    """What was typed is no figure of this indicator; the message says what to do."""


def parse_figure(text, indicator):
    """What the text says as a figure of the indicator. Raises TypedWrong.

    "4,586", "62%", "45/120", "3,804 to 3,805", "6,407 r"; "*", "c", "..", "n/a" and the words for a missing figure say
    why there is none.
    """
    said = _read(_tidied(text), indicator).completed(indicator)
    if wrong := check(indicator, None, said):
        raise TypedWrong(" ".join(wrong))
    return said


def _read(tidy, indicator):
    if not tidy:
        raise TypedWrong("Enter the figure, or say why there is none.")
    if reason := WHY_MISSING.get(tidy.lower()):
        return Said(missing_reason=reason)
    status = Status.AS_PUBLISHED
    if marked := _MARK.match(tidy):
        tidy, status = marked["rest"].strip(), MARKS[marked["mark"].lower()]
    _refuse_what_is_no_figure(tidy)
    if shared := _SHARE.match(tidy):
        part, whole = _share(shared, tidy, indicator)
        return Said(numerator=part, denominator=whole, status=status)
    if ranged := _RANGE.match(tidy.lower()):
        low, high = (_number(ranged[name].strip(), indicator) for name in ("low", "high"))
        if low >= high and ranged["between"] != "or":
            raise TypedWrong(
                f"“{_short(tidy)}” does not go from less to more. Type the range like 10 to 20, or one figure."
            )
        low, high = sorted((low, high))
        return Said(low=low, high=high, status=status) if low < high else Said(value=low, status=status)
    return Said(value=_number(tidy, indicator), status=status)


def how_read(text, said):
    """What a sign was taken for, to be shown beside it; empty where a number was read as a number."""
    if not said.missing_reason:
        return ""
    return f"“{_short(text)}” is read as: {Missing(said.missing_reason).label.lower()}. Type a number if there is one."


def _tidied(text):
    """Full-width letters and digits as plain ones, every minus as "-", one kind of space, nothing unseen."""
    letters = []
    for letter in str(text if text is not None else ""):
        if "\uff01" <= letter <= "\uff5e":
            letter = chr(ord(letter) - 0xFEE0)
        if letter in MINUS_SIGNS:
            letter = "-"
        kind = unicodedata.category(letter)
        if kind == "Zs" or letter in "\t\n\r":
            letter = " "
        elif kind.startswith("C"):
            continue
        letters.append(letter)
    return " ".join("".join(letters).split())


def _refuse_what_is_no_figure(tidy):
    quoted = f"“{_short(tidy)}”"
    if tidy == "-":
        raise TypedWrong("“-” can mean nought or no figure. Type 0, or choose why there is no figure.")
    if fewer := _FEWER.match(tidy):
        raise TypedWrong(
            f"{quoted} is a hidden small count. Type the exact count if you hold it: the portal publishes a small one as "
            f"“fewer than {fewer['limit']}” by itself. If you do not hold it, choose “Suppressed”."
        )
    if tidy.startswith(">"):
        raise TypedWrong(f"{quoted} does not say how many. Type the exact figure, or a range such as 10 to 20.")
    if tidy.startswith(("=", "@")):
        raise TypedWrong(f"{quoted} is a formula. Type or paste its result.")
    if _DATE.match(tidy):
        raise TypedWrong(f"{quoted} looks like a date. Type the figure.")


def _share(shared, tidy, indicator):
    """How many, and out of how many."""
    if indicator.unit not in (Unit.PERCENT, Unit.RATE) or indicator.is_change:
        raise TypedWrong(
            f"“{_short(tidy)}” looks like a part of a whole, and this indicator is not a share. Type one figure."
        )
    return [_count(shared[name].strip()) for name in ("part", "whole")]


def _count(text):
    number = _magnitude(text)
    if number != number.to_integral_value():
        raise TypedWrong(f"“{_short(text)}” is not whole. Type how many, out of how many, for example 45/120.")
    return number


def _number(tidy, indicator):
    """One number with its sign and unit, as the indicator takes it."""
    if tidy.startswith("(") and tidy.endswith(")"):
        raise TypedWrong(f"“{_short(tidy)}” can mean less than nought. Type it with a minus, or without brackets.")
    sign, rest = _sign(tidy)
    rest = _without_unit(rest, tidy, indicator)
    if not sign:
        sign, rest = _sign(rest)
    if sign == "+" and not indicator.is_change:
        raise TypedWrong(
            f"“{_short(tidy)}” reads like a change, and this indicator is not one. Type the figure itself."
        )
    number = _magnitude(rest)
    if indicator.unit == Unit.COUNT and _LIKE_THOUSANDS.match(rest):
        raise TypedWrong(
            f"“{_short(tidy)}” is not whole, and this indicator counts. If you mean thousands, type {rest.replace('.', ',')}."
        )
    return -number if sign == "-" else number


def _sign(text):
    return (text[0], text[1:].strip()) if text[:1] in ("+", "-") and text[1:] else ("", text)


def _without_unit(rest, tidy, indicator):
    if rest.endswith("%") or rest.lower().endswith(("per cent", "percent")):
        if indicator.unit != Unit.PERCENT:
            raise TypedWrong(f"“{_short(tidy)}” is a percentage, and this indicator is not. Type the figure itself.")
        return re.sub(r"\s*(?:%|per ?cent)$", "", rest, flags=re.IGNORECASE)
    if rest.startswith("£"):
        if indicator.unit != Unit.POUNDS:
            raise TypedWrong(f"“{_short(tidy)}” is a sum of money, and this indicator is not. Type the figure itself.")
        return rest[1:].strip()
    return rest


def _magnitude(text):
    """The number that the text writes, without sign and unit."""
    quoted = f"“{_short(text)}”"
    if _EUROPEAN.match(text):
        raise TypedWrong(f"{quoted} is written with the comma as decimal point. Write it like 1,234.5.")
    if _DECIMAL_COMMA.match(text):
        raise TypedWrong(
            f"{quoted} can be read in two ways. Write a decimal with a point, like 1.5, and thousands like 4,586."
        )
    if _POWER.match(text):
        raise TypedWrong(f"{quoted} is written with a power of ten. Write the number out, like 100,000.")
    if not (_PLAIN.match(text) or _GROUPED.match(text)):
        raise TypedWrong(
            f"{quoted} is not a number that can be read. Write it like 4,586 or 62.5, or say why there is no figure."
        )
    plain = text.replace(",", "").replace(" ", "")
    before, _, after = plain.partition(".")
    if len(before.lstrip("0")) > DIGITS_BEFORE:
        raise TypedWrong(f"{quoted} is too large. Check the number of digits.")
    if len(after.rstrip("0")) > DIGITS_AFTER:
        raise TypedWrong(f"{quoted} has too many digits after the point. Keep at most {DIGITS_AFTER}.")
    return Decimal(plain)


def _short(text):
    text = str(text)
    return text if len(text) <= LONGEST_QUOTED else f"{text[: LONGEST_QUOTED - 1]}…"
