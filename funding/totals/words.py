"""A scope of awards in words, as pages, reports and files print it."""

from funding.awards.models import Status
from funding.rounds.models import Fund, Round
from opcc_portal.office.forms import in_words
from scrutiny.indicators.models import Area
from scrutiny.plan.models import Priority

NAMED = {"fund": Fund, "round": Round, "priority": Priority, "area": Area}


def scope_in_words(scope):
    """Safer Communities Fund, Round 2, Bradford, awarded from 1 April 2026 to 30 June 2026, withdrawn. One query a record.

    The day of knowledge is left to the caller; a scope that leaves all open is "all awards".
    """
    said = []
    for name, model in NAMED.items():
        if (pk := getattr(scope, name)) is None or (name == "fund" and scope.round):  # a round names its fund
            continue
        found = model.objects.filter(pk=pk).first()
        said.append(str(found) if found else f"a {name} that is not there any more")
    if scope.starts and scope.ends:
        said.append(f"awarded from {in_words(scope.starts)} to {in_words(scope.ends)}")
    elif scope.starts or scope.ends:
        said.append(f"awarded {f'since {in_words(scope.starts)}' if scope.starts else f'until {in_words(scope.ends)}'}")
    if scope.status:
        said.append(Status(scope.status).label.lower())
    return ", ".join(said) or "all awards"
