"""The page of a priority on the desk: the plan's words with the figures, the money and the reports under it."""

from django.shortcuts import render

from funding.awards.models import Award
from funding.totals import counting
from opcc_portal.accounts.permissions import allow
from scrutiny.dashboards.position import tiles_of
from scrutiny.dashboards.views import day_asked_for
from scrutiny.plan.models import Priority
from scrutiny.plan.views import priority_context

NEWEST = 5


@allow("plan.view", of=Priority)
def priority_page(request, priority):
    """A priority in the plan's own structure, with its tiles, its grants, and the reports this person may see."""
    known_on, problem = day_asked_for(request.GET.get("known", ""))
    user = request.user
    grants = _grants(priority, known_on) if user.has_perm("funding.view") else None
    context = priority_context(request, priority) | {
        "known_on": known_on,
        "problem": problem,
        "tiles": tiles_of(priority, known_on) if user.has_perm("indicators.view") else [],
        "grants": grants,
        "may_ask": user.has_perm("questions.plan"),
    }
    return render(request, "scrutiny/dashboards/priority.html", context, status=422 if problem else 200)


def _grants(priority, known_on):
    """What was awarded under it: the newest awards, each with count and sum of all that were known that day. One query."""
    totals = counting.beside("priority", counting.Scope(known_on=known_on), of="priority_id")
    newest = list(Award.objects.filter(priority=priority).annotate(**totals).order_by("-awarded_on", "-pk")[:NEWEST])
    total = newest[0] if newest and newest[0].awards_made else None
    return {"total": total, "newest": [] if known_on else newest}
