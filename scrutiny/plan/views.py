"""The plan as papers quote it, to read."""

from django.shortcuts import render

from opcc_portal.accounts.permissions import allow
from opcc_portal.office.models import Office
from scrutiny.plan.models import Plan, Priority


@allow("plan.view")
def plan_page(request):
    """Every plan with its outcomes and priorities."""
    plans = Plan.objects.prefetch_related("outcomes", "themes", "priorities__outcome")
    return render(request, "scrutiny/plan/plan.html", {"plans": plans})


@allow("plan.view", of=Priority)
def priority_page(request, priority):
    """A priority in the plan's own structure, and the reports written under it that this person may see."""
    reports = priority.reports.all() if request.user.has_perm("meetings.view") else []
    context = {
        "priority": priority,
        "objectives": priority.objectives.select_related("theme"),
        "reports": reports,
        "office": Office.on(priority.text_of),
    }
    return render(request, "scrutiny/plan/priority.html", context)
