"""Who signs a letter, as of its day: name and office as they are printed, and what is wrong with those that are typed."""

from dataclasses import dataclass

from opcc_portal.office.forms import in_words
from opcc_portal.office.models import Office


@dataclass(frozen=True)
class Signatory:
    """Somebody who signs: name with the letters after it, and the office held on that day."""

    name: str
    office: str


def signatory(person, day):
    """Who signs on that day: this person, or without one the office holder. What is not known is empty."""
    identity = Office.on(day)
    if person is None:
        return Signatory(identity.holder_name, identity.holder_in_full) if identity else Signatory("", "")
    name = " ".join(filter(None, (person.name, person.post_nominals)))
    if identity and identity.holder_name in (person.name, name):
        return Signatory(name, identity.holder_in_full)
    if identity and identity.deputy_name and identity.deputy_name in (person.name, name):
        return Signatory(name, identity.deputy_title)
    held = person.appointment_on(day)
    return Signatory(name, held.title if held else "")


def disagreement(letter):
    """What the letter prints of its sender that was not so on its day, in words; empty when it agrees, or none can tell.

    Invariant 20 of the domain: a letterhead with a former commissioner on it.
    """
    known, day = signatory(letter.sender, letter.date), in_words(letter.date)
    name, office = letter.sender_name.strip(), letter.sender_office.strip()
    if letter.sender is None and name and known.name and not _says(name, known.name):
        return f"It is signed by {name}. On {day} the office holder was {known.name}."
    if letter.sender is not None and name and not _says(name, letter.sender.name):
        return f"It prints the name {name}, and its sender is {letter.sender.name}."
    if office and known.office and not (_says(office, known.office) or _says(known.office, office)):
        return f"It prints the office “{office}”. On {day} it was {known.office}."
    return ""


def _says(text, words):
    return " ".join(words.casefold().split()) in " ".join(text.casefold().split())
