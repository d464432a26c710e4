"""The plan on the desk: every plan with its versions, a priority in the plan's own structure, and the pages that edit them."""

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.office.models import Office
from scrutiny.plan import operations, versions
from scrutiny.plan.forms import PlanSheet, PrioritySheet
from scrutiny.plan.models import Plan, PlanVersion, Priority
from scrutiny.plan.pages import PlanOnDesk, after_conflict
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible


@allow("plan.view")
def plan_page(request):
    """Every plan: what is in force, what is under way, its priorities, its versions."""
    held = PlanVersion.objects.defer("sent", "issued")
    plans = Plan.objects.prefetch_related(
        "outcomes",
        "themes",
        Prefetch("versions", held),
        Prefetch("priorities", Priority.objects.select_related("outcome")),
    )
    context = {
        "plans": [PlanOnDesk(plan) for plan in plans],
        "may_edit": request.user.has_perm("plan.edit"),
        "law": versions.LAW,
        "law_url": versions.LAW_URL,
    }
    return render(request, "scrutiny/plan/plan.html", context)


def priority_context(request, priority):
    """What the page of a priority shows of the plan; pages above the plan show more beside it. 8 queries."""
    may_see_meetings = request.user.has_perm("meetings.view")
    held = list(priority.plan.versions.defer("sent"))
    in_force = next((each for each in held if each.state == PlanVersion.State.ISSUED), None)
    under_way = next((each for each in held if each.is_under_way), None)
    versions.load_parts(priority)
    now = versions.priority_text(priority)
    was = versions.find(in_force.issued, priority) if in_force else None
    return {
        "priority": priority,
        "objectives": priority.objectives.all(),
        "indicators": [each for each in priority.indicators.all() if versions.is_named(each)],
        "reports": priority.reports.all() if may_see_meetings else [],
        "office": Office.on(priority.text_of),
        "in_force": in_force,
        "under_way": under_way,
        "differs": in_force is not None and (was is None or versions.words_of(was) != versions.words_of(now)),
        "closed": versions.why_closed(priority.plan, held),
        "may_edit": request.user.has_perm("plan.edit", priority),
    }


# --- editing the plan ------------------------------------------------------------------------------------------------------


@allow("plan.edit")
def plan_add(request):
    """Write a new plan down: its title and years first."""
    sheet = PlanSheet(request.POST or None)
    if sheet.is_valid():
        try:
            plan = operations.add_plan(sheet.form.words, by=request.user)
            seen = operations.front_of(plan)
            operations.change_plan(plan, sheet.form.words, **sheet.rows, seen=seen, by=request.user)
        except NotPossible as reason:
            return _plan_form(request, sheet, refusal=str(reason))
        messages.success(request, "The plan is written down. Add its priorities next.")
        return redirect(plan)
    return _plan_form(request, sheet)


@allow("plan.edit", of=Plan)
def plan_edit(request, plan):
    """Change title, years, outcomes and themes."""
    if request.method != "POST" and (reason := versions.why_closed(plan)):
        messages.info(request, reason)
        return redirect(plan)
    if request.method != "POST":
        return _plan_form(request, PlanSheet.of(plan, operations.front_of(plan)), plan=plan)
    sheet = PlanSheet(request.POST, plan=plan)
    if not sheet.is_valid():
        return _plan_form(request, sheet, plan=plan)
    seen = sheet.form.cleaned_data["seen"]
    try:
        operations.change_plan(plan, sheet.form.words, **sheet.rows, seen=seen, by=request.user)
    except ChangedMeanwhile:
        now = Plan.objects.get(pk=plan.pk)
        sheet, differs = after_conflict(sheet, PlanSheet.of(now, operations.front_of(now)))
        return _plan_form(request, sheet, plan=now, differs=differs, status=409)
    except NotPossible as reason:
        return _plan_form(request, sheet, plan=plan, refusal=str(reason))
    messages.success(request, "The plan is saved.")
    return redirect(request.path if "stay" in request.POST else plan)


def _plan_form(request, sheet, *, plan=None, refusal="", differs=None, status=0):
    context = {"sheet": sheet, "plan": plan, "refusal": refusal, "differs": differs}
    return render(request, "scrutiny/plan/plan_form.html", context, status=status or _status(sheet, refusal))


# --- editing a priority ----------------------------------------------------------------------------------------------------


@allow("plan.edit", of=Plan)
def priority_add(request, plan):
    """Add a priority to the plan."""
    if request.method != "POST" and (reason := versions.why_closed(plan)):
        messages.info(request, reason)
        return redirect(plan)
    sheet = PrioritySheet(request.POST or None, plan=plan, initial={"text_of": plan.starts})
    if sheet.is_valid():
        try:
            made = operations.add_priority(plan, sheet.form.words, sheet.as_lists, by=request.user)
        except NotPossible as reason:
            return _priority_form(request, sheet, plan=plan, refusal=str(reason))
        messages.success(request, "The priority is added.")
        return redirect("priority-edit" if "stay" in request.POST else "priority", made.pk)
    return _priority_form(request, sheet, plan=plan)


@allow("plan.edit", of=Priority)
def priority_edit(request, priority):
    """Change a priority's words and lists."""
    plan = priority.plan
    if request.method != "POST" and (reason := versions.why_closed(plan)):
        messages.info(request, reason)
        return redirect(priority)
    if request.method != "POST":
        return _priority_form(request, PrioritySheet.of(priority), plan=plan, priority=priority)
    sheet = PrioritySheet(request.POST, plan=plan)
    if not sheet.is_valid():
        return _priority_form(request, sheet, plan=plan, priority=priority)
    seen = sheet.form.cleaned_data["seen_version"]
    try:
        operations.change_priority(priority, sheet.form.words, sheet.as_lists, seen_version=seen, by=request.user)
    except ChangedMeanwhile:
        now = Priority.objects.select_related("plan", "outcome").get(pk=priority.pk)
        sheet, differs = after_conflict(sheet, PrioritySheet.of(now))
        return _priority_form(request, sheet, plan=plan, priority=now, differs=differs, status=409)
    except NotPossible as reason:
        return _priority_form(request, sheet, plan=plan, priority=priority, refusal=str(reason))
    messages.success(request, "The priority is saved.")
    return redirect(request.path if "stay" in request.POST else priority)


def _priority_form(request, sheet, *, plan, priority=None, refusal="", differs=None, status=0):
    context = {"sheet": sheet, "plan": plan, "priority": priority, "refusal": refusal, "differs": differs}
    return render(request, "scrutiny/plan/priority_form.html", context, status=status or _status(sheet, refusal))


def _status(sheet, refusal):
    if refusal:
        return 409
    return (
        422 if sheet.form.is_bound and (sheet.form.errors or any(not rows.is_valid() for rows in sheet.parts)) else 200
    )


@allow("plan.edit", of=Priority)
@require_POST
def priority_move(request, priority):
    """One place up or down in the plan."""
    return _done(
        request,
        priority.plan,
        lambda: operations.move_priority(priority, up=request.POST.get("move") == "up", by=request.user),
    )


@allow("plan.edit", of=Priority)
@require_POST
def priority_leave_out(request, priority):
    """Leave a priority out of the plan, or take it in again."""
    out = request.POST.get("out") != "no"
    words = "The priority is left out of the plan." if out else "The priority is part of the plan again."
    return _done(request, priority, lambda: operations.leave_out(priority, out=out, by=request.user), words)


@allow("plan.edit", of=Priority)
def priority_remove(request, priority):
    """Delete a priority that nothing speaks of; for others the page says what does, and offers to leave it out."""
    if request.method != "POST":
        context = {
            "priority": priority,
            "used": operations.what_uses(priority),
            "closed": versions.why_closed(priority.plan),
        }
        return render(request, "scrutiny/plan/priority_remove.html", context)
    try:
        operations.remove_priority(priority, by=request.user)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect(reverse("priority-remove", args=[priority.pk]))
    messages.success(request, f"“{priority}” is deleted.")
    return redirect(priority.plan)


def _done(request, back, act, words=""):
    try:
        act()
    except NotPossible as reason:
        messages.error(request, str(reason))
    else:
        if words:
            messages.success(request, words)
    return redirect(back)
