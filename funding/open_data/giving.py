"""A published award as a record of the 360Giving Data Standard 1.4, from the content of its Edition alone.

What is kept holds references of the office's own ("SCF-2026-0001", "ORG-12"); `completed` puts the registered prefix and
whole addresses in when a file is written, so that neither is frozen with the award.
"""

import re
from decimal import Decimal

VERSION = "1.4"
UNREGISTERED = "360G-unregistered"
CURRENCY = "GBP"
OWN_RECORD = re.compile(r"ORG-\d+")
# Codes of the Office for National Statistics say by their beginning what they are codes of; the standard's list of kinds.
GEO_CODE_TYPES = {
    "E05": "WD", "E06": "UA", "E07": "NMD", "E08": "MD", "E09": "LONB", "E10": "CTY", "E12": "RGN", "E22": "CSP",
    "E23": "PFA", "E92": "CTRY", "W05": "WD", "W06": "UA", "W15": "PFA", "W92": "CTRY", "K02": "CTRY",
}  # fmt: skip
DEMONSTRATION = "Demonstration record, not a real grant."
NO_CONDITIONS = "None"


class NotOneGrant(ValueError):
    """What is said of several grants together, which the standard knows nothing of: each has a record of its own."""


def is_listed(content):
    """Whether the award has a record in the file. People and withheld recipients are counted there, never listed."""
    return bool(content["recipient"]) and not content["is_individual"] and not content["withheld"]


def grant_of(content):
    """The record of one award; {} where it is not listed. Raises NotOneGrant for what sums up several grants."""
    if not is_listed(content):
        return {}
    if not content["reference"] or (several := speaks_of_several(content["recipient"]["name"])):
        raise NotOneGrant(
            f"“{several}” is no recipient of one grant." if content["reference"] else "A grant has its own reference."
        )
    grant = {
        "id": content["reference"],
        "title": content["title"],
        "description": _description(content),
        "currency": CURRENCY,
        "amountAppliedFor": number(content["applied_for"]),
        "amountAwarded": number(content["amount"]),
        "amountDisbursed": number(content["paid"]),
        "awardDate": content["awarded_on"],
        "url": f"/grants/{content['reference'].lower()}/",
        "plannedDates": [_filled({"startDate": content["starts"], "endDate": content["ends"]})],
        "recipientOrganization": [_organisation(content["recipient"])],
        "beneficiaryLocation": [_location(content["area"])],
        "fundingOrganization": [
            {"id": "", "name": content["office"]["legal_name"] or content["office"]["display_name"]}
        ],
        "grantProgramme": [_programme(content["fund"])],
        "fromOpenCall": "Yes" if content["round"] else "No",
        "classifications": [_classification(content["priority"])],
        "relatedDocument": [_decision(content["decision"])],
        "dateModified": content["modified"],
        "conditions": content["conditions"] or NO_CONDITIONS,
        "reasons": content["reasons"],
        "awardStatus": content["award_status_words"],
        "demonstration": "Yes" if content["is_demonstration"] else "No",
    }
    return _filled({name: _listed(value) for name, value in grant.items()})


def completed(grant, publisher, base):
    """The record as files give it: with the prefix, whole addresses, who funds, and where it comes from."""
    prefix = publisher.prefix or UNREGISTERED
    whole = {**grant, "id": f"{prefix}-{grant['id']}", "url": f"{base}{grant['url']}"}
    recipient = grant["recipientOrganization"][0]
    if OWN_RECORD.fullmatch(recipient["id"]):
        whole["recipientOrganization"] = [{**recipient, "id": f"{prefix}-{recipient['id']}"}]
    funder = grant["fundingOrganization"][0]
    whole["fundingOrganization"] = [{**funder, "id": publisher.funder_id or f"{prefix}-ORG-office"}]
    if papers := grant.get("relatedDocument"):
        whole["relatedDocument"] = [{**paper, "url": f"{base}{paper['url']}"} for paper in papers]
    whole["dataSource"] = f"{base}/grants/"
    return whole


def number(text):
    """A sum as JSON writes it: 3000 or 3000.5. None for nothing."""
    if text in (None, ""):
        return None
    amount = Decimal(text)
    return int(amount) if amount == amount.to_integral_value() else float(amount)


_SEVERAL = re.compile(
    r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|various|multiple|many|all)\s+"
    r"(?:different\s+|local\s+|community\s+|voluntary\s+)*"
    r"(?:organi[sz]ations|groups|charities|recipients|bodies|grantees|applicants)\b"
    r"|^\W*(?:various|multiple|several|aggregate|all recipients|total)\W*$",
    re.IGNORECASE,
)


def speaks_of_several(name):
    """The words in the name of a recipient that mean more than one; "" for one."""
    found = _SEVERAL.search(name)
    return found[0] if found else ""


def _description(content):
    return f"{DEMONSTRATION} {content['purpose']}" if content["is_demonstration"] else content["purpose"]


def _organisation(recipient):
    key = recipient["key"]
    return _filled(
        {
            "id": recipient["id"] or key.upper(),
            "name": recipient["name"],
            "charityNumber": recipient["charity_number"],
            "companyNumber": recipient["company_number"],
            "url": recipient["website"],
        }
    )


def _location(area):
    if not area:
        return {}
    code = area["gss_code"]
    return _filled({"name": area["name"], "geoCode": code, "geoCodeType": GEO_CODE_TYPES.get(code[:3], "")})


def _programme(fund):
    return _filled({"code": fund["slug"], "title": fund["name"], "description": fund["legal_power"]})


def _classification(priority):
    if not priority:
        return {}
    return {"vocabulary": "Police and Crime Plan", "code": priority["slug"], "title": priority["title"]}


def _decision(decision):
    if not decision:
        return {}
    return {"title": f"Decision {decision['reference']}", "url": decision["url"], "documentType": "decision"}


def _listed(value):
    return [each for each in value if each] if isinstance(value, list) else value


def _filled(record):
    """Without what is not said: the standard leaves a field out rather than empty."""
    return {name: value for name, value in record.items() if value not in (None, "", [], {})}
