"""Money that goes out and comes back. What is paid and planned, less what came back, never exceeds the award; what
comes back never exceeds what was paid.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, Sum

from funding.awards.models import Award, Payment, Status
from funding.rounds.money import in_pounds
from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

Kind = Payment.Kind
FIELDS = ("kind", "amount", "due_on", "paid_on", "reference", "note")


@dataclass(frozen=True)
class Standing:
    """What has moved and what is still to move, in pounds."""

    amount: Decimal
    paid: Decimal
    planned: Decimal
    repaid: Decimal
    to_come_back: Decimal

    @property
    def with_recipient(self):
        """What was paid and did not come back."""
        return self.paid - self.repaid

    @property
    def unplanned(self):
        """What of the award is neither with the recipient nor planned."""
        return self.amount - self.with_recipient - self.planned


def standing(award):
    """The award's money as it stands. One query."""
    out, back = Q(kind=Kind.PAYMENT), Q(kind=Kind.REPAYMENT)
    done, to_do = Q(paid_on__isnull=False), Q(paid_on=None, cancelled="")
    sums = Payment.objects.filter(award=award).aggregate(
        paid=Sum("amount", filter=out & done),
        planned=Sum("amount", filter=out & to_do),
        repaid=Sum("amount", filter=back & done),
        to_come_back=Sum("amount", filter=back & to_do),
    )
    return Standing(award.amount, **{name: found or Decimal(0) for name, found in sums.items()})


def refuse(award):
    """Raise NotPossible where the award's payments do not fit it as it is."""
    money = standing(award)
    if money.with_recipient > money.amount:
        raise NotPossible(
            f"{in_pounds(money.with_recipient)} has been paid already, more than {in_pounds(money.amount)}. "
            "Record what comes back as a repayment first."
        )
    if money.unplanned < 0:
        raise NotPossible(
            f"The payments would be {in_pounds(-money.unplanned)} more than the award of {in_pounds(money.amount)}. "
            "Lower a payment or cancel one that is planned."
        )
    if money.repaid + money.to_come_back > money.paid:
        raise NotPossible(
            f"No more can come back than was paid, {in_pounds(money.paid)}. Lower the repayment, or enter the payment first."
        )


@transaction.atomic
def add(award, fields, *, by):
    """Plan a payment or a repayment, or note one that has been made. The same words sent again are the same payment."""
    by.act_alone()
    held = _locked(award)
    said = {name: fields[name] for name in FIELDS if name in fields}
    if same := Payment.objects.filter(award=held, cancelled="", **said).first():
        return same
    payment = Payment(award=held, by=by, **said)
    _keep(payment)
    words = f"{payment.get_kind_display()} of {in_pounds(payment.amount)} {'made' if payment.is_paid else 'planned'}"
    audit.write(f"{words}: {held.reference}", subject=payment, context=held, by=by)
    return payment


@transaction.atomic
def change(payment, fields, *, seen, by):
    """Change a payment, or note that it has been made. Raises NotPossible, ChangedMeanwhile."""
    award = _locked(payment.award)
    held = _open(payment, award, seen)
    before = {name: str(getattr(held, name)) for name in fields if getattr(held, name) != fields[name]}
    if not before:
        return held
    for name in before:
        setattr(held, name, fields[name])
    held.version += 1
    _keep(held)
    act = "made" if "paid_on" in before and held.is_paid else "changed"
    words = f"{held.get_kind_display()} of {in_pounds(held.amount)} {act}: {award.reference}"
    audit.write(words, subject=held, context=award, by=by, before=before)
    return held


@transaction.atomic
def cancel(payment, reason, *, seen, by):
    """Say that a planned payment will not be made, and why. Raises NotPossible, ChangedMeanwhile."""
    award = _locked(payment.award)
    held = _open(payment, award, seen)
    if held.is_paid:
        raise NotPossible("This has been paid. If the money came back, enter a repayment.")
    if not reason.strip():
        raise NotPossible("Write why it is not paid any more.")
    return _cancelled(held, reason, award, by)


def cancel_open(award, *, note, by):
    """Cancel every planned payment of an award that the caller has locked. Money that is to come back still is."""
    for payment in Payment.objects.filter(award=award, kind=Kind.PAYMENT, paid_on=None, cancelled=""):
        _cancelled(payment, note, award, by)


def _cancelled(payment, reason, award, by):
    payment.cancelled = reason.strip()
    payment.version += 1
    payment.save(update_fields=["cancelled", "version"])
    words = f"{payment.get_kind_display()} of {in_pounds(payment.amount)} cancelled: {award.reference}"
    audit.write(words, subject=payment, context=award, by=by, reason=payment.cancelled)
    return payment


def _locked(award):
    """The award as it is now: whoever pays it or changes it next waits."""
    return Award.objects.select_for_update(of=("self",)).select_related("fund").get(pk=award.pk)


def _open(payment, award, seen):
    held = Payment.objects.get(pk=payment.pk)
    held.award = award
    if held.version != seen:
        raise ChangedMeanwhile(held)
    if held.cancelled:
        raise NotPossible("This payment is cancelled. Enter a new one where money moves after all.")
    return held


def _keep(payment):
    """Save it if it makes sense with all others of its award."""
    award, word = payment.award, payment.get_kind_display().lower()
    if payment.amount is None or payment.amount <= 0:
        raise NotPossible("Enter an amount above £0.")
    if award.status == Status.WITHDRAWN and payment.kind == Kind.PAYMENT and not payment.is_paid:
        raise NotPossible(
            "This award is withdrawn: nothing more is paid out. Enter a repayment where money comes back."
        )
    if payment.paid_on and payment.paid_on > today():
        raise NotPossible(f"The {word} would have been made in the future. It is {in_words(today())} today.")
    if min(payment.due_on, payment.paid_on or payment.due_on) < award.awarded_on:
        raise NotPossible(f"Money cannot move before the award of {in_words(award.awarded_on)}. Check the days.")
    payment.save()
    refuse(award)
