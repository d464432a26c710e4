"""Which published awards a question means: one function for the public list, its totals and the files behind it."""

from funding.open_data.models import PublicAward

# The name in the address, and what it must equal.
EQUAL = {
    "area": "area",
    "priority": "priority",
    "year": "year",
    "fund": "fund",
    "round": "round",
    "status": "status",
    "recipient": "recipient_id",
}
NAMES = ("q", *EQUAL, "at_least", "at_most")


def filtered(asked):
    """The published awards that a cleaned form asks for, newest first. What is empty or missing leaves that side open."""
    found = PublicAward.objects.all()
    for word in (asked.get("q") or "").lower().split():
        found = found.filter(words__contains=word)
    for name, column in EQUAL.items():
        if (value := asked.get(name)) not in (None, ""):
            found = found.filter(**{column: value})
    if (least := asked.get("at_least")) is not None:
        found = found.filter(amount__gte=least)
    if (most := asked.get("at_most")) is not None:
        found = found.filter(amount__lte=most)
    return found
