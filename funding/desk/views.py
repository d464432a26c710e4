"""Funds and the totals stated about them, to read."""

from django.shortcuts import render

from funding.rounds.models import Fund
from funding.totals import comparing
from opcc_portal.accounts.permissions import allow


@allow("funding.view")
def funds(request):
    """Every fund with the latest total stated for it."""
    return render(request, "funding/funds.html", {"funds": comparing.funds_with_latest()})


@allow("funding.view", of=Fund)
def fund_page(request, fund):
    """One fund: what each document states, and where two documents disagree."""
    stated = list(fund.stated_totals.all())
    return render(
        request, "funding/fund.html", {"fund": fund, "stated": stated, "clashes": comparing.clashes(fund, stated)}
    )
