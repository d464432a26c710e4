"""The quality rules of the 360Giving Data Standard, restated: what the schema lets pass and users of the data stumble over.

Each rule says what is meant and what to do. They warn; what must never go out is in `validate.py`.
"""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

from opcc_portal.office.dates import today

LONGEST_TITLE = 140
# Lists of org-id.guide by which organisations of the United Kingdom and beyond are known.
KNOWN_LISTS = (
    "GB-CHC-", "GB-COH-", "GB-SC-", "GB-NIC-", "GB-LAE-", "GB-LAS-", "GB-LANI-", "GB-PLA-", "GB-EDU-", "GB-SCOTEDU-",
    "GB-NIEDU-", "GB-UKPRN-", "GB-HESA-", "GB-MPR-", "GB-REV-", "GB-GOR-", "GB-GOVUK-", "GB-NHS-", "GB-SHPE-",
    "GB-ROR-", "GB-ASC-", "XI-ROR-", "XI-GRID-", "XI-WIKIDATA-", "XM-DAC-",
)  # fmt: skip
CHARITY_NUMBER = re.compile(r"[1-9]\d{5,6}|SC\d{6}|(?:NIC)?\d{6}")
COMPANY_NUMBER = re.compile(r"\d{8}|[A-Z]{2}\d{6}|R\d{7}")
POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}", re.IGNORECASE)
DATES = ("awardDate", "dateModified")


@dataclass(frozen=True)
class Rule:
    """Something that should hold of a grant: `fails` says of a record whether it does not."""

    code: str
    title: str
    todo: str
    fails: Callable


def warnings_of(grant):
    """The rules that a record does not keep."""
    return [rule for rule in RULES if rule.fails(grant)]


def organisations(grant, *names):
    """The organisations of a record: those who give, those who receive, or both."""
    for name in names or ("fundingOrganization", "recipientOrganization"):
        found = grant.get(name)
        yield from (each for each in found if isinstance(each, dict)) if isinstance(found, list) else ()


def _recipients(grant):
    return organisations(grant, "recipientOrganization")


def _ids(grant):
    return [str(each.get("id", "")) for each in organisations(grant)]


def _places(grant):
    yield from (each for each in grant.get("beneficiaryLocation") or () if isinstance(each, dict))
    for each in organisations(grant):
        yield from (place for place in each.get("location") or () if isinstance(place, dict))


def _days(grant):
    """(name, text) of every date of the record."""
    for name in DATES:
        if name in grant:
            yield name, str(grant[name])
    for kind in ("plannedDates", "actualDates"):
        for event in grant.get(kind) or ():
            yield from ((name, str(event[name])) for name in ("startDate", "endDate") if name in event)


def _day(text):
    """The date of an ISO text; None where no calendar has it."""
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _number(grant, name):
    value = grant.get(name)
    return value if isinstance(value, int | float) else None


def _nothing_awarded(grant):
    amount = _number(grant, "amountAwarded")
    return amount is not None and amount <= 0


def _own_number_only(grant):
    return any(str(each.get("id", "")).upper().startswith("360G-") for each in _recipients(grant))


def _unknown_list(grant):
    return any(not text.upper().startswith(("360G-", *KNOWN_LISTS)) for text in _ids(grant))


def _wrong_shape(name, shape):
    def fails(grant):
        return any(name in each and not shape.fullmatch(str(each[name])) for each in organisations(grant))

    return fails


def _no_number(grant):
    return any(not each.get("charityNumber") and not each.get("companyNumber") for each in _recipients(grant))


def _no_place_by_code(grant):
    has_code = any(place.get("geoCode") for place in _places(grant))
    return not has_code and not any(each.get("postalCode") for each in _recipients(grant))


def _not_a_day(grant):
    return any(len(text) >= 10 and _day(text) is None for _, text in _days(grant))


def _ends_before_start(grant):
    for kind in ("plannedDates", "actualDates"):
        for event in grant.get(kind) or ():
            first, last = str(event.get("startDate", "")), str(event.get("endDate", ""))
            if first and last and last < first:
                return True
    return False


def _in_the_future(grant):
    awarded = _day(str(grant.get("awardDate", "")))
    return awarded is not None and awarded > today()


def _postcode_as_code(grant):
    return any(POSTCODE.fullmatch(str(place.get("geoCode") or "")) for place in _places(grant))


def _lacks(name):
    return lambda grant: not grant.get(name)


RULES = (
    Rule("amount-zero", "Nothing or less was awarded", "Correct the amount of the award.", _nothing_awarded),
    Rule(
        "own-number", "The recipient has a number of the office’s own only",
        "Record its charity or company number with the organisation. A group that no register knows keeps ours.",
        _own_number_only,
    ),
    Rule(
        "unknown-list", "An identifier begins with no list that org-id.guide knows",
        "Choose the list of the number with the organisation; for the office, write its identifier into the settings.",
        _unknown_list,
    ),
    Rule(
        "charity-number", "A charity number has the wrong shape",
        "Look it up in the register of charities and correct it with the organisation.",
        _wrong_shape("charityNumber", CHARITY_NUMBER),
    ),
    Rule(
        "company-number", "A company number has not its eight characters",
        "Look it up at Companies House, leading zeros included, and correct it with the organisation.",
        _wrong_shape("companyNumber", COMPANY_NUMBER),
    ),
    Rule(
        "no-number", "The recipient has neither a charity nor a company number",
        "Ask the recipient for it. A group that is not registered has none; then nothing is to be done.", _no_number,
    ),
    Rule(
        "no-code-of-place", "Nothing says by a code where the money goes",
        "Choose an area with the award, and give the area its code of the Office for National Statistics.",
        _no_place_by_code,
    ),
    Rule(
        "several-funders", "More than one organisation is said to give the money",
        "Leave only the office.", lambda grant: len(list(organisations(grant, "fundingOrganization"))) > 1,
    ),
    Rule(
        "no-programme", "The fund is not named", "Name the fund of the award.", _lacks("grantProgramme"),
    ),
    Rule(
        "no-location", "No place is named that benefits", "Choose an area with the award.", _lacks("beneficiaryLocation"),
    ),
    Rule(
        "title-is-description", "Title and description are the same",
        "Write with the award what the money is for, in a sentence or two.",
        lambda grant: _tidy(grant.get("title")) == _tidy(grant.get("description")),
    ),
    Rule(
        "long-title", f"The title has more than {LONGEST_TITLE} characters", "Shorten the name of the project.",
        lambda grant: len(str(grant.get("title", ""))) > LONGEST_TITLE,
    ),
    Rule("not-modified", "Nothing says when it was changed last", "Publish the award again.", _lacks("dateModified")),
    Rule("no-source", "Nothing says where the data come from", "Write the file with the portal.", _lacks("dataSource")),
    Rule("no-page", "The grant has no address of its own", "Write the file with the portal.", _lacks("url")),
    Rule(
        "no-dates", "Nothing says when the project runs", "Enter first and last day with the award.",
        _lacks("plannedDates"),
    ),
    Rule("not-a-day", "A date is on no calendar", "Correct the date of the award.", _not_a_day),
    Rule("ends-first", "The project ends before it starts", "Correct its first or last day.", _ends_before_start),
    Rule("in-the-future", "The award is dated in the future", "Correct the date of the award.", _in_the_future),
    Rule(
        "postcode-as-code", "A postcode stands where the code of an area belongs",
        "Give the area its code of the Office for National Statistics, for example E08000035.", _postcode_as_code,
    ),
)  # fmt: skip


def _tidy(text):
    return " ".join(str(text or "").split()).casefold()
