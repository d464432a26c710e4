"""What stands in the address of the public list of grants and of the files behind it, read and written in one way."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.core.exceptions import ValidationError

from funding.awards.models import Status
from funding.open_data.filters import NAMES
from funding.rounds.money import in_pounds, read_money

AMOUNTS = ("at_least", "at_most")
LONGEST = 200


@dataclass(frozen=True)
class Asked:
    """A question to the published awards. `typed` is as somebody wrote it, `cleaned` as `filtered` takes it.

    `errors` says what cannot be read, by field; that side is left open then.
    """

    typed: dict = field(default_factory=dict)
    cleaned: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)
    page: int = 1

    @classmethod
    def from_query(cls, query):
        """From a QueryDict."""
        typed = {name: query.get(name, "").replace("\x00", "").strip()[:LONGEST] for name in NAMES}
        typed = {name: text for name, text in typed.items() if text}
        cleaned, errors = {}, {}
        for name, text in typed.items():
            try:
                cleaned[name] = _READ.get(name, str)(text)
            except ValidationError as refused:
                errors[name] = " ".join(refused.messages)
        if "/" in cleaned.get("round", ""):  # the same name may stand for a round of two funds
            cleaned["fund"], _, cleaned["round"] = cleaned["round"].partition("/")
        if {*AMOUNTS} <= {*cleaned} and cleaned["at_least"] > cleaned["at_most"]:
            errors["at_most"] = "The larger amount must not be below the smaller one."
            del cleaned["at_most"]
        page = query.get("page", "1")
        return cls(typed, cleaned, errors, int(page) if page.isdecimal() and len(page) < 6 else 1)

    @property
    def is_narrowed(self):
        """Whether anything is asked for at all."""
        return bool(self.cleaned)

    @property
    def other_errors(self):
        """What cannot be read where there is no field to type it in: somebody changed the address."""
        return [words for name, words in self.errors.items() if name not in AMOUNTS]

    def query(self, **changes):
        """The query string of the same question with something else in it; "" for everything."""
        wanted = {**{name: text for name, text in self.typed.items() if name in self.cleaned}, **changes}
        return urlencode({name: value for name, value in wanted.items() if value not in ("", None)})

    def address(self, path="/grants/", **changes):
        """An address that asks the same, with something else in it."""
        query = self.query(**changes)
        return f"{path}?{query}" if query else path


def _year(text):
    if not (text.isdecimal() and len(text) == 4):
        raise ValidationError("Enter the year as four digits, for instance 2017 for 2017/18.")
    return int(text)


def _status(text):
    if text not in Status.values:
        raise ValidationError("Choose one of the states in the list.")
    return text


_READ = {"year": _year, "status": _status, "at_least": read_money, "at_most": read_money}


def year_words(year):
    """2017/18 for 2017."""
    return f"{year}/{(year + 1) % 100:02}"


def in_words(name, value, known):
    """A filter as a chip prints it; `known` has the names of what is asked for by its slug, as {name: {slug: words}}."""
    if name == "q":
        return f"“{value}”"
    if name == "year":
        return year_words(value)
    if name == "status":
        return Status(value).label
    if name in AMOUNTS:
        return f"{'At least' if name == 'at_least' else 'At most'} {in_pounds(value)}"
    return known.get(name, {}).get(value, value)
