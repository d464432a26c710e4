"""Pages of an award: what it says, changing and ending it, its payments, its dossier; and making those of a round."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from funding.awards import dossier, from_round, operations, payments
from funding.awards.acting import carry_out
from funding.awards.forms import AwardAddForm, AwardChangeForm, EndForm, PaymentForm, ReasonForm
from funding.awards.models import Award, Payment, Status
from funding.awards.names import named_for
from funding.rounds.models import Round
from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from opcc_portal.office.dates import today
from scrutiny.workflow import papers
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

ROOM = "funding/awards"


# --- one award -----------------------------------------------------------------------------------------------------------


@allow("awards.view", of=Award)
def award_page(request, award):
    """One award with its money, its returns and every state in which it was known."""
    user, application = request.user, award.application
    withdrawn, threshold = award.status == Status.WITHDRAWN, award.fund.decision_above
    context = {
        "award": award,
        "name": named_for(award, user),
        "money": payments.standing(award),
        "payments": award.payments.all(),
        "returns": award.returns.all(),
        "revisions": award.revisions.select_related("by", "decision").order_by("-n"),
        "lines": lines_about(award),
        "reads_application": application is not None and user.has_perm("applications.view", application),
        "lacks_decision": threshold and award.amount >= threshold and award.decision_id is None,
        "may_edit": user.has_perm("awards.edit"),
        "is_open": not withdrawn,
        "is_completed": award.status == Status.COMPLETED,
    }
    return render(request, f"{ROOM}/award.html", context)


@allow("awards.view", of=Award)
def award_dossier(request, award):
    """Everything about the award that this person may read, as one paper."""
    paper = dossier.of(award, request.user)
    return papers.respond(request, html=paper.html, logo=paper.logo, file_name=paper.file_name, title=paper.title)


@allow("grants.publish", of=Award)
@require_POST
def award_pdf(request, award):
    """Ask for a PDF of the award for the public, or for none any more."""
    held = operations.publish_with_pdf(award, request.POST.get("wanted") == "yes", by=request.user)
    messages.success(request, f"Published next, this award will have {'a' if held.with_pdf else 'no'} PDF.")
    return redirect(held)


@allow("awards.edit")
def award_add(request):
    """Write down an award that no round made."""
    given = {name: request.GET[name] for name in ("fund", "round", "recipient") if name in request.GET}
    initial = {**given, "awarded_on": today()}
    form = AwardAddForm(request.POST or None, award=Award(), user=request.user, initial=initial)
    if form.is_valid():
        try:
            award = operations.write_down(form.typed, by=request.user)
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, f"The award is written down as {award.reference}.")
            return redirect(award)
    return _award_form(request, form, None)


@allow("awards.edit", of=Award)
def award_change(request, award):
    """Vary or correct an award."""
    if award.status == Status.WITHDRAWN:
        messages.info(request, "This award is withdrawn and stays as it is.")
        return redirect(award)
    initial = AwardChangeForm.initial_for(award)
    form = AwardChangeForm(request.POST or None, award=award, user=request.user, initial=initial)
    if form.is_valid():
        try:
            seen = form.cleaned_data["seen"]
            changed = operations.change(award, form.words, form.change, seen=seen, by=request.user)
        except ChangedMeanwhile as meanwhile:
            return _award_form(request, form, award, newer=_differences(form, meanwhile.now))
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _said(award, changed))
            return redirect(changed)
    return _award_form(request, form, award)


def _said(award, changed):
    return "Nothing was different." if changed.version == award.version else "The award is changed."


def _differences(form, now):
    """[(label, saved, typed)] where the form says something else than the award as it is now."""
    form.asked_again(now)
    fields = form.fields
    return [
        (
            fields[name].label or name.capitalize(),
            fields[name].prepare_value(getattr(now, name)) or "none",
            typed or "none",
        )
        for name, typed in form.words.items()
        if getattr(now, name) != typed and name != "individual"
    ]


def _award_form(request, form, award, newer=None):
    status = 409 if newer is not None else 422 if form.is_bound and form.errors else 200
    context = {"form": form, "award": award, "newer": newer}
    return render(request, f"{ROOM}/award_form.html", context, status=status)


@allow("awards.edit", of=Award)
def award_end(request, award):
    """Complete or withdraw an award."""
    form = EndForm(request.POST or None, award=award)
    planned = [payment for payment in award.payments.all() if payment.is_planned]
    awaited = award.returns.all().awaited()
    context = {
        "heading": "Complete or withdraw this award",
        "hint": "A withdrawn award stays withdrawn and no longer counts in any total.",
        "button": "End it",
        "award": award,
        "back": award,
        "planned": [payment for payment in planned if payment.kind == Payment.Kind.PAYMENT],
        "awaited": awaited,
    }
    return carry_out(
        request,
        form,
        context,
        lambda: operations.end(award, form.change, seen=form.cleaned_data["seen"], by=request.user),
    )


@allow("awards.edit", of=Award)
def award_reopen(request, award):
    """Say that a completed award is under way after all."""
    form = ReasonForm(request.POST or None, record=award)
    context = {
        "heading": "Open this award again",
        "hint": "It is under way after all.",
        "button": "Open it again",
        "award": award,
        "back": award,
    }
    return carry_out(request, form, context, lambda: operations.reopen(award, by=request.user, **form.cleaned_data))


# --- payments ------------------------------------------------------------------------------------------------------------


@allow("awards.edit", of=Award)
def payment_add(request, award):
    """Plan a payment, or note one that was made."""
    unplanned = payments.standing(award).unplanned
    initial = {"kind": Payment.Kind.PAYMENT, "due_on": today(), "amount": unplanned if unplanned > 0 else None}
    form = PaymentForm(request.POST or None, initial=initial)
    context = {
        "heading": "Add a payment",
        "hint": "To the recipient, or back to the office.",
        "button": "Add it",
        "award": award,
        "back": award,
        "money": payments.standing(award),
    }
    return carry_out(request, form, context, lambda: payments.add(award, form.words, by=request.user))


@allow("awards.edit", of=Payment)
def payment(request, payment):
    """Change a payment, or note that it was made."""
    if payment.cancelled:
        messages.info(request, "This payment is cancelled.")
        return redirect(payment.award)
    form = PaymentForm(request.POST or None, initial=PaymentForm.initial_for(payment))
    context = {
        "heading": f"{payment.get_kind_display()} for {payment.award.reference}",
        "hint": "Enter the day on which the money moved, or change what is planned.",
        "button": "Save",
        "award": payment.award,
        "back": payment.award,
        "money": payments.standing(payment.award),
        "to_cancel": payment if payment.is_planned else None,
    }
    return carry_out(
        request,
        form,
        context,
        lambda: payments.change(payment, form.words, seen=form.cleaned_data["seen"], by=request.user),
    )


@allow("awards.edit", of=Payment)
def payment_cancel(request, payment):
    """Say that a planned payment will not be made."""
    form = ReasonForm(request.POST or None, record=payment)
    context = {
        "heading": f"Cancel this {payment.get_kind_display().lower()}",
        "hint": "It stays in the list as cancelled.",
        "button": "Cancel the payment",
        "award": payment.award,
        "back": payment.award,
    }
    return carry_out(request, form, context, lambda: payments.cancel(payment, by=request.user, **form.cleaned_data))


# --- the awards of a round -----------------------------------------------------------------------------------------------


@allow("rounds.decide", of=Round)
def round_awards_make(request, round_):
    """Make the awards of a round from what is decided, after showing what that will do."""
    if request.method == "POST":
        try:
            made = from_round.make_awards(round_, by=request.user)
        except NotPossible as reason:
            messages.error(request, str(reason))
        else:
            many = f"{len(made)} award{'' if len(made) == 1 else 's'}"
            messages.success(request, f"{many} made. Each has its payment and its monitoring returns planned.")
            return redirect(round_)
    barred = from_round.is_barred(round_, request.user)
    plan = None if barred else from_round.plan(round_)
    context = {"round": round_, "plan": plan, "barred": from_round.SOMEBODY_ELSE if barred else ""}
    return render(request, f"{ROOM}/round_make.html", context, status=409 if request.method == "POST" else 200)
