"""What a cell says of an application, as the record keeps it. A cell that cannot be read says what to write instead."""

import datetime
import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from funding.applications.models import Application
from funding.rounds.money import in_pounds, read_money
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words, read_day
from scrutiny.indicators.importing.names import by_name, looked_up
from scrutiny.indicators.importing.reading_files import WHAT_SIGNS_MEAN
from scrutiny.indicators.models import Area
from scrutiny.people.identifiers import clean_number
from scrutiny.people.models import Identifier
from scrutiny.plan.models import Priority

Applicant = Application.Applicant
# How people say that there is nothing to say.
NOTHING = {"", "-", "–", "—", "n/a", "na", "none", "nil", "not applicable", "not registered", "tbc", "no"}
# A kind of organisation by what people call it; the first that fits counts.
KINDS = {
    Applicant.COUNCIL: r"council|local authority",
    Applicant.EDUCATION: r"school|college|universit|academy|education",
    Applicant.CHARITY: r"(?<!un)(?<!not )(?<!not a )registered charity|^charit|\bcio\b|charitable (trust|incorporated)",
    Applicant.COMPANY: r"compan|\bcic\b|\bltd\b|limited|social enterprise",
    Applicant.GROUP: r"group|unregistered|unincorporated|association|club|society|voluntary|community",
    Applicant.INDIVIDUAL: r"individual|person|sole trader",
}
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}")
_WHOLE = re.compile(r"\d{1,9}|\d{1,3}(?:,\d{3}){1,2}")
_WITH_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T]\d\d:\d\d.*")


class Reader:
    """Reads cells; areas and priorities are loaded once for a sheet."""

    def __init__(self):
        areas = by_name(Area.objects.all(), "name", "slug", "gss_code")
        priorities = by_name(Priority.objects.filter(left_out=False), "title", "slug")
        self._read = {
            **_READ,
            "area": lambda text: _one("area", areas, text),
            "priority": lambda text: _one("priority", priorities, text),
        }

    def read(self, role, text):
        """What the text says as the field of that name: "" or None where it says nothing. Raises ValidationError."""
        if text in WHAT_SIGNS_MEAN:
            raise ValidationError(f"This cell {WHAT_SIGNS_MEAN[text]}")
        if role not in self._read:
            return _words(role, text)
        if text.casefold() in NOTHING:
            return "" if role in _TEXTS else None
        return self._read[role](text)


def _one(what, known, text):
    found = looked_up(what, known, text)
    if isinstance(found, str):
        raise ValidationError(found)
    return found


def _words(role, text):
    """Words as long as the field takes them; in one line where it has one line."""
    if role not in ("summary", "reasons", "address"):
        text = " ".join(text.split())
    most = None if role == "reference" else Application._meta.get_field(role).max_length
    if most and len(text) > most:
        raise ValidationError(f"This has {len(text):,} characters; at most {most:,} are kept. Shorten it.")
    return text


def _kind(text):
    plain = text.casefold()
    for kind in Applicant:
        if plain in (kind.value, kind.label.casefold()):
            return kind.value
    for kind, called in KINDS.items():
        if re.search(called, plain):
            return kind.value
    known = ", ".join(label.lower() for label in Applicant.labels)
    raise ValidationError(f"“{text[:60]}” is no kind of organisation that is known here. Write one of: {known}.")


def _email(text):
    address = text.removeprefix("mailto:")
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError(
            f"“{text[:60]}” is not an e-mail address. Write one address, like name@example.org."
        ) from None
    return address


def _postcode(text):
    tidy = "".join(text.upper().split())
    if not _POSTCODE.fullmatch(tidy):
        raise ValidationError(f"“{text[:30]}” is not a postcode. Write it like LS1 4AP.")
    return f"{tidy[:-3]} {tidy[-3:]}"


def _whole(text):
    if not _WHOLE.fullmatch(text):
        raise ValidationError(f"“{text[:30]}” is not a number of people. Write it in figures, for example 40.")
    return int(text.replace(",", ""))


def _day(text):
    with_time = _WITH_TIME.fullmatch(text)
    return read_day(with_time[1] if with_time else text)


def _received(text):
    """The moment at which it came: noon of a day that has passed, now for today."""
    day = _day(text)
    if day > today():
        raise ValidationError(f"It cannot have come on {in_words(day)}: that day has not come yet.")
    if day == today():
        return timezone.now()
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))


_TEXTS = (
    "applicant_kind", "charity_number", "company_number", "postcode", "contact_name", "contact_email", "contact_phone",
)  # fmt: skip
_READ = {
    "applicant_kind": _kind,
    "charity_number": lambda text: clean_number(Identifier.List.CHARITY, text),
    "company_number": lambda text: clean_number(Identifier.List.COMPANY, text),
    "postcode": _postcode,
    "contact_name": lambda text: _words("contact_name", text),
    "contact_email": _email,
    "contact_phone": lambda text: _words("contact_phone", text),
    "amount": read_money,
    "total_cost": read_money,
    "starts": _day,
    "ends": _day,
    "beneficiaries": _whole,
    "received": _received,
}


def in_print(value):
    """What a field says, for a person who compares."""
    if isinstance(value, datetime.date):
        return in_words(value)
    if hasattr(value, "quantize"):
        return in_pounds(value)
    return "" if value is None else str(value)
