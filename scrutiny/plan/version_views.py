"""A version of a plan on the desk: where it stands, its words, what changed, and its steps, each a page with one button."""

from django.contrib import messages
from django.shortcuts import redirect, render

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from scrutiny.plan import forms, steps, versions
from scrutiny.plan.models import Plan, PlanVersion
from scrutiny.plan.pages import next_step, steps_of
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

CHANGED = "Somebody took a step with this version since you opened it. See where it stands now, then go on."
State = PlanVersion.State


@allow("plan.view", of=PlanVersion)
def plan_version(request, version):
    """Where a version stands, the one next step, what was said on the way, and its words."""
    may_edit = request.user.has_perm("plan.edit", version)
    data = version.issued or (version.sent if version.state == State.TO_PANEL else None)
    live = version.plan.priorities.filter(left_out=False).select_related("outcome") if data is None else ()
    context = {
        "version": version,
        "plan": version.plan,
        "steps": steps_of(version),
        "next": next_step(version) if may_edit else None,
        "lacks": steps.what_it_lacks(version.plan) if data is None and may_edit else [],
        "data": data,
        "live": live,
        "years": version.plan.years if data is None else versions.years_of(data),
        "may_edit": may_edit,
        "lines": lines_about(version),
        "law": versions.LAW,
        "law_url": versions.LAW_URL,
    }
    return render(request, "scrutiny/plan/version.html", context)


@allow("plan.view", of=PlanVersion)
def plan_version_changes(request, version):
    """What differs from the version before it, and from what the panel got."""
    now = version.issued or (versions.text_of(version.plan) if version.is_under_way else version.sent)
    before = version.varies.issued if version.varies else None
    context = {
        "version": version,
        "since_before": versions.between(before, now) if before else [],
        "since_sent": versions.between(version.sent, now) if version.sent else [],
    }
    return render(request, "scrutiny/plan/version_changes.html", context)


@allow("plan.edit", of=Plan)
def plan_version_start(request, plan):
    """Open the first version of a plan, or a variation."""
    varies = plan.versions.filter(state=State.ISSUED).first()
    form = forms.StartForm(request.POST or None) if varies else None
    context = {"plan": plan, "varies": varies, "form": form, "law": versions.LAW, "law_url": versions.LAW_URL}
    if request.method != "POST":
        return render(request, "scrutiny/plan/version_start.html", context)
    if form and not form.is_valid():
        return render(request, "scrutiny/plan/version_start.html", context, status=422)
    try:
        made = steps.start(plan, change_note=form.cleaned_data["change_note"] if form else "", by=request.user)
    except NotPossible as reason:
        return render(request, "scrutiny/plan/version_start.html", context | {"refusal": str(reason)}, status=409)
    messages.success(request, f"Version {made.number} is open. The plan can be edited now.")
    return redirect(made)


@allow("plan.edit", of=PlanVersion)
def plan_version_send(request, version):
    """The draft goes to the panel."""
    return _step(request, version, "send", forms.SendForm, steps.send, "The draft is with the panel.")


@allow("plan.edit", of=PlanVersion)
def plan_version_take_back(request, version):
    """The draft comes back from the panel."""
    done = "The draft is taken back. It can be edited again."
    return _step(request, version, "take_back", forms.TakeBackForm, steps.take_back, done)


@allow("plan.edit", of=PlanVersion)
def plan_version_report(request, version):
    """The panel has reported."""
    return _step(request, version, "report", forms.ReportForm, steps.record_report, "The panel’s report is recorded.")


@allow("plan.edit", of=PlanVersion)
def plan_version_respond(request, version):
    """The office has responded, and published its response."""
    return _step(request, version, "respond", forms.ResponseForm, steps.respond, "The response is recorded.")


@allow("plan.edit", of=PlanVersion)
def plan_version_issue(request, version):
    """The plan is issued."""
    done = "The plan is issued. Publish it next, with its priorities."
    return _step(request, version, "issue", forms.IssueForm, steps.issue, done)


@allow("plan.edit", of=PlanVersion)
def plan_version_discard(request, version):
    """The draft is thrown away."""
    return _step(request, version, "discard", forms.DiscardForm, steps.discard, "The draft is discarded.")


WORDS = {  # of each step: the heading, what it means, the button
    "send": (
        "Send the draft to the panel",
        "What the panel gets is kept as it is now. Nothing can be edited until its report is recorded. Consult the chief "
        "constable on the draft before you send it, and leave the panel time to look at it.",
        "Send to the panel",
    ),
    "take_back": (
        "Take the draft back from the panel",
        "The draft can be edited again, and is sent again later.",
        "Take it back",
    ),
    "report": (
        "Record the panel’s report",
        "After this the draft can be edited again, having regard to what the panel said. Say on which points you consult "
        "the chief constable once more.",
        "Record the report",
    ),
    "respond": (
        "Record the response to the panel",
        "The response is given to the panel and published before the plan is issued. It is published with the plan too.",
        "Record the response",
    ),
    "issue": (
        "Issue the plan",
        "From this day its words are in force and kept as they are. A later change is a variation, and goes the same way.",
        "Issue the plan",
    ),
    "discard": (
        "Discard this draft?",
        "The panel never got it. The trail keeps its words.",
        "Discard the draft",
    ),
}


def _step(request, version, name, form_class, act, done):
    """One step: its form, and what is said where it does not fit."""
    form = form_class(request.POST or None, version=version)
    refusal, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                act(version, **form.act, by=request.user)
            except ChangedMeanwhile as changed:
                form.asked_again(changed.now)
                refusal, status = CHANGED, 409
            except NotPossible as reason:
                refusal, status = str(reason), 409
            else:
                messages.success(request, done)
                return redirect(version.plan if name == "discard" else version)
    heading, lede, button = WORDS[name]
    context = {
        "version": version, "form": form, "refusal": refusal, "heading": heading, "lede_text": lede, "button": button,
        "is_danger": name == "discard", "law": versions.LAW, "law_url": versions.LAW_URL,
    }  # fmt: skip
    if name == "discard" and version.varies:
        context["lost"] = versions.between(version.varies.issued, versions.text_of(version.plan))
    return render(request, "scrutiny/plan/version_step.html", context, status=status)
