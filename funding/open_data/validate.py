"""Whether records keep to the published schemas and to our own hard rules. No network: the schemas stand beside this file.

Our own rules go further than the schema: no sum of several grants goes out as one grant (the schema would let it pass),
no person, and no e-mail address or telephone number in any text.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from funding.open_data import giving, quality
from funding.totals.models import StatedTotal
from scrutiny.workflow.kinds import ERROR, WARNING, Finding

SCHEMAS = Path(__file__).parent / "schemas"
PACKAGE, GRANT = "360-giving-package-schema.json", "360-giving-schema.json"
# The package schema of tag 1.4.3 names the grant schema at tag 1.4.2.
ADDRESSES = tuple(
    f"https://raw.githubusercontent.com/ThreeSixtyGiving/standard/{tag}/schema/" for tag in ("1.4.3", "1.4.2")
)
CHECKED_FORMATS = ("date-time", "uri")
EXAMPLES = 5
# Identifiers, dates and addresses of pages are no texts in which people leave a telephone number.
NOT_TEXT = frozenset(
    "id charityNumber companyNumber awardDate dateModified startDate endDate url dataSource geoCode code".split()
)
# How the desk calls the texts of a record.
CALLED = {
    "title": "the name of the project",
    "description": "what the money is for",
    "reasons": "how it reduces crime and disorder",
    "name": "a name",
}
EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w£.,/-])(?:\+44[\s()-]*|0)(?:\d[\s()-]*){8,10}\d(?![\w/-])")


@dataclass(frozen=True)
class Problem:
    """Something about one record, and what to do about it."""

    severity: str
    code: str
    title: str
    todo: str
    where: str = ""

    def __str__(self):
        return f"{self.severity}: {self.where}: {self.title} {self.todo}".replace(": :", ":")


@dataclass
class Report:
    """What a check of a whole file found: how often each thing, with a few examples. It does not grow with the file."""

    grants: int = 0
    counts: Counter = field(default_factory=Counter)
    said: dict = field(default_factory=dict)

    def add(self, problem):
        """Count it."""
        name = (problem.severity, problem.code, problem.title)
        self.counts[name] += 1
        kept = self.said.setdefault(name, {"todo": problem.todo, "examples": []})
        if len(kept["examples"]) < EXAMPLES:
            kept["examples"].append(problem.where)

    def of(self, severity):
        """[{title, todo, count, examples}, ...] of one severity, the most frequent first."""
        return [
            {"code": name[1], "title": name[2], "count": count, **self.said[name]}
            for name, count in self.counts.most_common()
            if name[0] == severity
        ]

    @property
    def errors(self):
        """What must be mended."""
        return self.of(ERROR)

    @property
    def warnings(self):
        """What should be looked at."""
        return self.of(WARNING)

    def as_data(self):
        """For the page that shows the last check."""
        return {"grants": self.grants, "errors": self.errors, "warnings": self.warnings}


def check(grants, *, package=None):
    """Look through records, one after the other; with `package` through what the file says about itself as well."""
    report, ids, funders, stated = Report(), set(), set(), stated_of_several()
    for grant in grants:
        report.grants += 1
        for problem in problems(grant, stated):
            report.add(problem)
        name = _name(grant)
        if name in ids:
            todo = "Every grant stands in a file once. Leave one of them out."
            report.add(Problem(ERROR, "twice", f"The identifier {name} stands twice.", todo, name))
        ids.add(name)
        funders.update(str(each.get("id")) for each in quality.organisations(grant, "fundingOrganization"))
    if len(funders) > 1:
        title, todo = "The file names more than one funder.", "Leave only the office’s grants in it."
        report.add(Problem(WARNING, "funders", title, todo, ", ".join(sorted(funders)[:EXAMPLES])))
    if not report.grants:
        report.add(Problem(ERROR, "empty", "The file holds no grant.", "Publish an award, or take a filter off."))
    if package is not None:
        for problem in package_errors(package):
            report.add(problem)
    return report


def problems(grant, stated=None):
    """Everything about one record: schema, our own rules, and quality where the schema lets it pass."""
    found = errors(grant, stated)
    return found if any(each.code == "schema" for each in found) else [*found, *warnings(grant)]


def errors(grant, stated=None):
    """What must not go out: what the schema refuses, people, sums of several grants, e-mail addresses, telephone numbers.

    Whoever asks about many records gives `stated_of_several()` along, so that it is asked for once.
    """
    if not isinstance(grant, dict):
        return [Problem(ERROR, "schema", "A grant is no object.", "Write the file with the portal.")]
    found = [_of_schema(error, grant) for error in _validator(GRANT).iter_errors(grant)]
    return [*found, *_person(grant), *_several(grant, stated), *_private(grant)]


def warnings(grant):
    """The standard's quality rules that the record does not keep."""
    where = _name(grant)
    return [Problem(WARNING, rule.code, f"{rule.title}.", rule.todo, where) for rule in quality.warnings_of(grant)]


def package_errors(package):
    """What the schema says against the file's own description."""
    told = {**package, "grants": []}  # they are looked through one by one
    found = (error for error in _validator(PACKAGE).iter_errors(told) if list(error.path)[:1] != ["grants"])
    return [_of_schema(error, {"id": "the file"}) for error in found]


def findings(content, url):
    """What the gate says of an award's content: our hard rules block, for the record could never be listed."""
    try:
        grant = giving.grant_of(content)
    except giving.NotOneGrant as reason:
        text = "Write one award for each recipient. A total is published with its fund, never as a grant."
        return [Finding("one-grant", ERROR, str(reason), text, url=url, link="Go to the award")]
    if not grant:
        return []
    found = [*_several(grant), *_private(grant)]
    return [Finding(each.code, ERROR, each.title, each.todo, url=url, link="Go to the award") for each in found]


# --- schemas -----------------------------------------------------------------------------------------------------------


@cache
def _schema(name):
    return json.loads((SCHEMAS / name).read_text(encoding="utf-8"))


@cache
def _validator(name):
    """A validator with formats. Raises RuntimeError where a format would pass unseen: then every plain date is refused."""
    if missing := [each for each in CHECKED_FORMATS if each not in FormatChecker.checkers]:
        raise RuntimeError(f"jsonschema cannot check {', '.join(missing)}: install jsonschema[format-nongpl].")
    formats = FormatChecker(CHECKED_FORMATS)
    grant = Resource.from_contents(_schema(GRANT), default_specification=DRAFT202012)
    held = Registry().with_resources((f"{address}{GRANT}", grant) for address in ADDRESSES)
    return Draft202012Validator(_schema(name), registry=held, format_checker=formats)


def _of_schema(error, grant):
    where = ".".join(map(str, error.path))
    if error.validator == "oneOf" and not where:
        needed = [name for name in error.validator_value[0]["required"] if name not in grant]
        said = f"It lacks {', '.join(needed)}." if needed else "It names an organisation and a person as recipient."
        return Problem(ERROR, "schema", said, "Enter what is missing with the award.", _name(grant))
    said = f"{where}: {error.message}"[:200] if where else error.message[:200]
    return Problem(ERROR, "schema", f"The schema refuses {said}.", "Correct it with the award.", _name(grant))


def _name(grant):
    return str(grant.get("id", "")) if isinstance(grant, dict) else ""


# --- our own -----------------------------------------------------------------------------------------------------------


def _person(grant):
    if "recipientIndividual" in grant or "toIndividualsDetails" in grant:
        title = "It is about a person."
        yield Problem(ERROR, "person", title, "Grants to people are counted, never listed. Take it out.", _name(grant))


def _several(grant, stated=None):
    """A sum of several grants: by the recipient's name, or because it is to the penny what a document states of several."""
    todo = "Publish each grant by itself. A total is published with its fund, never as a grant."
    for each in quality.organisations(grant, "recipientOrganization"):
        if said := giving.speaks_of_several(str(each.get("name", ""))):
            yield Problem(ERROR, "several", f"The recipient is “{said}”: several organisations.", todo, _name(grant))
            return
    amount = grant.get("amountAwarded")
    known = stated_of_several() if stated is None else stated
    if isinstance(amount, int | float) and amount in known:
        title = "The amount is the total that “{}” states for {} organisations.".format(*known[amount])
        yield Problem(ERROR, "several", title, todo, _name(grant))


def stated_of_several():
    """{amount: (document, organisations)} of the totals that documents state for several organisations. One query."""
    held = StatedTotal.objects.filter(organisations__gt=1).values_list("amount", "document", "organisations")
    return {giving.number(amount): (document, count) for amount, document, count in held}


def _private(grant):
    for name, text in _texts(grant):
        for shape, code, what in ((EMAIL, "email", "an e-mail address"), (PHONE, "phone", "a telephone number")):
            if shape.search(text):
                title = f"There is {what} in “{CALLED.get(name, name)}”."
                todo = "Take it out of the award: nobody can be asked whether they want it in the data of others."
                yield Problem(ERROR, code, title, todo, _name(grant))


def _texts(value, name=""):
    if isinstance(value, str) and name not in NOT_TEXT:
        yield name, value
    elif isinstance(value, str):
        if EMAIL.search(value):
            yield name, EMAIL.search(value)[0]
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, name)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, key)
