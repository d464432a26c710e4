"""Adding and changing funds and rounds: what they are, what a round asks, who assesses."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from funding.rounds import operations
from funding.rounds.editing import form_page, trail_of
from funding.rounds.forms import CriterionRow, FundForm, PanelForm, QuestionRow, RoundForm, SeenForm, lines_of
from funding.rounds.models import Fund, Round
from opcc_portal.accounts.permissions import allow
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible


@allow("funding.edit")
def fund_add(request):
    """A new fund."""
    return form_page(
        request,
        FundForm(request.POST or None, instance=Fund()),
        lambda words, seen: operations.add_fund(words, by=request.user),
        title="Add a fund",
        lede="A pot of money that the office awards grants from.",
        back=reverse("funding"),
        trail=[("Grants", reverse("funding"))],
        save="Add the fund",
        done="The fund is added. Next, add its first round.",
    )


@allow("funding.edit", of=Fund)
def fund_edit(request, fund):
    """Change a fund."""
    return form_page(
        request,
        FundForm(request.POST or None, instance=fund),
        lambda words, seen: operations.change_fund(fund, words, seen=seen, by=request.user),
        title=f"Change the {fund}",
        back=fund.get_absolute_url(),
        done="The fund is saved.",
        trail=trail_of(fund),
    )


@allow("funding.edit", of=Fund)
def round_add(request, fund):
    """A new round of a fund."""
    return form_page(
        request,
        RoundForm(request.POST or None, instance=Round(fund=fund)),
        lambda words, seen: operations.add_round(fund, words, by=request.user),
        title="Add a round",
        lede=f"Of the {fund}.",
        back=fund.get_absolute_url(),
        save="Add the round",
        done="The round is added. Next, say what applications are scored for.",
        trail=trail_of(fund),
    )


@allow("funding.edit", of=Round)
def round_edit(request, round_):
    """Change a round."""
    return form_page(
        request,
        RoundForm(request.POST or None, instance=round_),
        lambda words, seen: operations.change_round(round_, words, seen=seen, by=request.user),
        title=f"Change {round_.label}",
        back=round_.get_absolute_url(),
        done="The round is saved.",
        trail=trail_of(round_.fund, round_),
    )


@allow("funding.edit", of=Round)
def round_criteria(request, round_):
    """What applications are scored for, and what must hold before they are."""
    data = request.POST or None
    form = SeenForm(data, initial={"seen": round_.version})
    criteria, questions = _lists(round_, data)
    context = {"round": round_, "form": form, "criteria": criteria, "questions": questions}
    valid = [part.is_valid() for part in (form, criteria, questions) if part is not None]
    if data is None or not all(valid):
        return _criteria_page(request, context, 200 if data is None else 422)
    try:
        operations.ask(
            round_,
            criteria=criteria and criteria.lines,
            questions=questions and questions.lines,
            seen=form.cleaned_data["seen"],
            by=request.user,
        )
    except ChangedMeanwhile as changed:
        form.now(changed.now)
        return _criteria_page(request, context | {"newer": changed.now}, 409)
    except NotPossible as reason:
        return _criteria_page(request, context | {"refusal": str(reason)}, 409)
    messages.success(request, "Criteria and eligibility are saved.")
    return redirect(request.path if "stay" in request.POST else round_)


def _lists(round_, data):
    """The lists that may still be written, or that somebody wrote before they could not be any more."""
    criteria = questions = None
    if "criteria-TOTAL_FORMS" in (data or ()) or not operations.is_scored(round_):
        criteria = lines_of(CriterionRow, "criteria", data, round_.criteria.all())
    if "questions-TOTAL_FORMS" in (data or ()) or not operations.is_checked(round_):
        questions = lines_of(QuestionRow, "questions", data, round_.eligibility.all())
    return criteria, questions


def _criteria_page(request, context, status):
    context["trail"] = trail_of(context["round"].fund, context["round"])
    return render(request, "funding/rounds/criteria.html", context, status=status)


@allow("funding.edit", of=Round)
def round_panel(request, round_):
    """Who assesses a round."""
    form = PanelForm(request.POST or None, round_=round_)
    context = {"round": round_, "form": form, "trail": trail_of(round_.fund, round_)}
    if not form.is_valid():
        return _panel_page(request, context, 422 if form.is_bound else 200)
    try:
        operations.name_panel(round_, **form.cleaned_data, by=request.user)
    except ChangedMeanwhile as changed:
        form.now(changed.now)
        return _panel_page(request, context | {"newer": changed.now}, 409)
    except NotPossible as reason:
        form.add_error(None, str(reason))
        return _panel_page(request, context, 422)
    messages.success(request, "The panel is named.")
    return redirect(round_)


def _panel_page(request, context, status):
    return render(request, "funding/rounds/panel.html", context, status=status)
