"""Funds and rounds to read: what they hold, how far they have come, what documents state about them."""

from itertools import groupby

from django.shortcuts import render
from django.urls import reverse

from funding.desk import progress
from funding.rounds.editing import trail_of
from funding.rounds.models import Fund, Round
from funding.totals import comparing, counting
from funding.totals.counting import Scope
from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about


@allow("funding.view")
def funds(request):
    """Every fund with what was awarded, what is open, and the latest total stated for it."""
    found = list(comparing.funds_with_latest().prefetch_related("rounds"))
    compared = comparing.compare_each(stated for fund in found for stated in fund.stated_totals.all())
    unexplained = {fund: list(each) for fund, each in groupby(compared, key=lambda each: each.stated.fund_id)}
    real, invented = (counting.totals_by("fund", Scope(demonstration=kind)) for kind in (False, True))
    rows = [
        {
            "fund": fund,
            "open": [round_ for round_ in fund.rounds.all() if round_.is_open],
            "latest": next(iter(fund.stated_totals.all()), None),
            "unexplained": sum(each.needs_explaining for each in unexplained.get(fund.pk, [])),
            "real": real.get(fund.pk),
            "invented": invented.get(fund.pk),
        }
        for fund in found
    ]
    return render(request, "funding/desk/funds.html", {"rows": rows, "may_edit": request.user.has_perm("funding.edit")})


@allow("funding.view", of=Fund)
def fund_page(request, fund):
    """One fund: its rounds, what each document states beside what is listed, and where two documents disagree."""
    compared = comparing.compare_all(fund)
    awarded = counting.totals_by("round", Scope(fund=fund.pk))
    totals = counting.totals_of({number: Scope(fund=fund.pk, demonstration=bool(number)) for number in (False, True)})
    context = {
        "fund": fund,
        "compared": compared,
        "clashes": comparing.clashes(fund, [each.stated for each in compared]),
        "rounds": [(round_, awarded.get(round_.pk)) for round_ in fund.rounds.all()],
        "real": totals[False],
        "invented": totals[True],
        "trail": [("Grants", reverse("funding"))],
        "lines": lines_about(fund),
        "may_edit": request.user.has_perm("funding.edit", fund),
    }
    return render(request, "funding/desk/fund.html", context)


@allow("funding.view", of=Round)
def round_page(request, round_):
    """One round: its sums as they stand, its steps with what is next, what it asks, who assesses."""
    stand = progress.of(round_)
    user = request.user
    steps = [(step, user.has_perm(step.capability, round_)) for step in stand.steps]
    coming = next((step for step, may in steps if may and not step.is_done and not step.is_closed), None)
    context = {
        "round": round_,
        "stand": stand,
        "steps": steps,
        "next": coming,
        "priorities": round_.priorities.all(),
        "trail": trail_of(round_.fund),
        "lines": lines_about(round_, alone=True),  # lines on applications name applicants
        "may_edit": user.has_perm("funding.edit", round_),
    }
    return render(request, "funding/desk/round.html", context)
