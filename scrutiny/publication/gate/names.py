"""People: names to be withheld, those who sent questions in, and private addresses and numbers."""

import re
from functools import cache

from scrutiny.publication.gate import words
from scrutiny.workflow.kinds import ERROR, WARNING, Finding

TITLES = {"mr", "mrs", "ms", "miss", "mx", "dr", "sir", "dame", "lady", "lord", "prof", "professor", "rev"}
EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w/.-])(?:\+44|\(?0)[\d \u00a0()-]{8,15}\d(?![\w/-])")
POST_CODE = re.compile(r"\b(?:GIR ?0AA|[A-PR-UWYZ][A-HK-Y]?\d[\dA-HJKMNPR-Y]? ?\d[ABD-HJLNP-UW-Z]{2})\b")
NATIONAL_INSURANCE = re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b")
PRIVATE = (
    ("An e-mail address", EMAIL),
    ("A telephone number", PHONE),
    ("A post code", POST_CODE),
    ("A National Insurance number", NATIONAL_INSURANCE),
)


# --- names to be withheld ----------------------------------------------------------------------------------------------


def withheld(look):
    """An error for a name that must not appear, a warning for a form of it that may mean somebody else."""
    for name in look.background.withheld:
        whole, maybe = _forms(name)
        for output in look.outputs:
            if place := _first_place(output, whole):
                yield Finding(
                    "withheld-name",
                    ERROR,
                    "A name that is withheld would be published",
                    f"It stands {place[0]}. Take it out, or say who it was in general words.",
                    place[1],
                    **output.desk,
                )
            elif place := _first_place(output, maybe):
                yield Finding(
                    "withheld-name",
                    WARNING,
                    "A short form of a name that is withheld would be published",
                    f"It stands {place[0]}. If it means somebody else, say so; otherwise take it out.",
                    place[1],
                    **output.desk,
                )


@cache
def _forms(name):
    """(the name in full, its shorter forms), each as lists of words: John Smith; Smith, John; J Smith; Mr Smith."""
    every = words.words_of(name)
    bare = [word for word in every if word not in TITLES] or every
    whole = [bare]
    if "," in name and len(bare) > 1:  # typed as Smith, John
        surname = words.words_of(name.partition(",")[0])
        bare = bare[len(surname) :] + surname
        whole.append(bare)
    if len(bare) < 2:
        return whole, []
    first, surname = bare[0], bare[-1]
    initials = [word[0] for word in bare[:-1]]
    maybe = [[surname, *bare[:-1]], [surname, first], [first, surname], [*initials, surname], [first[0], surname]]
    maybe += [[surname, *initials], [surname, first[0]], ["".join(initials), surname]]
    maybe += [[title, surname] for title in ("mr", "mrs", "ms", "miss", "dr")]
    return whole, [form for form in maybe if form not in whole]


def _first_place(output, forms):
    """(where, quote) of the first of the forms that stands anywhere in the output."""
    for surface in output.surfaces:
        for form in forms:
            if surface.holds(form):
                return surface.where, surface.quote(form)
    return None


# --- people who sent questions in ------------------------------------------------------------------------------------------


def askers(look):
    """An error where the name or the address of somebody outside stands who sent a question in."""
    known = look.background.known_names
    for name, contact, asked_as in look.background.askers:
        for what, form in _of_asker(name, contact, asked_as):
            for output in look.outputs:
                if place := _first_place(output, [form]):
                    maybe = what == "name" and (len(form) == 1 or name.casefold() in known)
                    yield Finding(
                        "asker",
                        WARNING if maybe else ERROR,
                        f"The {what} of somebody who sent a question in would be published",
                        f"It stands {place[0]}. The public record names them as “{asked_as}” only. "
                        + ("If it means somebody else, say so; otherwise take it out." if maybe else "Take it out."),
                        place[1],
                        **output.desk,
                    )


def _of_asker(name, contact, asked_as):
    """(what it is, its words) of everything about the person that the record does not say itself."""
    said = f" {' '.join(words.words_of(asked_as))} "
    form = [word for word in words.words_of(name) if word not in TITLES]
    if form and len("".join(form)) > 2 and f" {' '.join(form)} " not in said:
        yield "name", form
    for piece in re.split(r"[,;\n]|\s{2,}|\bor\b", contact):
        form = words.words_of(piece)
        # A street's name alone is nobody's address.
        if len("".join(form)) >= 6 and (re.search(r"\d", piece) or "@" in piece):
            yield "address or number", form


# --- private addresses and numbers ------------------------------------------------------------------------------------------


def contacts(look):
    """A warning for each e-mail address, telephone number or post code in our own text that is not the office's."""
    for output in look.outputs:
        text, allowed = output.body.text, _own(look, output)
        for what, pattern in PRIVATE:
            for found in _each_once(pattern, text):
                if _key(found[0]) in allowed or (what == "A telephone number" and not _is_phone(found[0])):
                    continue
                yield Finding(
                    "contact",
                    WARNING,
                    f"{what} that is not the office’s",
                    f"It stands in the text of the {output.name}. If everybody may have it, say so; otherwise take it out.",
                    words.around(text, found.start(), found.end()),
                    **output.desk,
                )


def _own(look, output):
    """What may stand there: the office's own, and where the meeting is held and whom to ask about it."""
    own = [
        text for office in look.background.offices for text in (office.email, office.phone, office.address, office.web)
    ]
    meeting = output.edition.content.get("meeting") or {}
    own += [str(meeting.get(name) or "") for name in ("venue", "contact")] if isinstance(meeting, dict) else []
    own += [str(output.edition.content.get(name) or "") for name in ("contact",)]
    everything = "\n".join(own)
    return {_key(found[0]) for _, pattern in PRIVATE for found in pattern.finditer(everything)}


def _key(text):
    return re.sub(r"[\s()-]", "", text).casefold().replace("+440", "0").replace("+44", "0").rstrip(".")


def _is_phone(text):
    return 10 <= len(re.sub(r"\D", "", text.replace("+44", "0"))) <= 11


def _each_once(pattern, text):
    seen = {}
    for found in pattern.finditer(text):
        seen.setdefault(_key(found[0]), found)
    return seen.values()
