"""Forms of awards, payments and monitoring returns."""

import copy
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from funding.awards import operations
from funding.awards.models import AwardRevision, Payment, Status
from funding.awards.names import CONTACT
from funding.awards.returns import RECEIVED
from funding.rounds.models import Fund, Round
from funding.rounds.money import MoneyField
from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField, in_words
from scrutiny.indicators.models import Area
from scrutiny.people.models import Organisation
from scrutiny.plan.models import Priority
from scrutiny.register.forms import TakesFile
from scrutiny.register.models import Decision
from scrutiny.register.text_fields import FilterForm, WordsField

LONGEST = 5000
Kind = AwardRevision.Kind


class SeenForm(forms.Form):
    """A form that knows which version of its record the person read."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def asked_again(self, newer):
        """Keep what was typed, now knowing what somebody else saved."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = newer.version


# --- awards --------------------------------------------------------------------------------------------------------------


class AwardForm(SeenForm):
    """What an award says. `award` is the record as it stands, or an empty one with what cannot be chosen here."""

    title = WordsField(label="Name of the project", what="the name of the project", max_length=140)
    recipient = forms.ModelChoiceField(
        Organisation.objects.all(),
        required=False,
        label="Organisation that receives it",
        empty_label="None: it goes to a person",
        help_text="As the office lists it under People. Add it there first if it is missing.",
    )
    individual = WordsField(
        label="Name of the person",
        required=False,
        max_length=200,
        help_text="Only where it goes to a person. The name is never published.",
    )
    amount = MoneyField(label="Amount, in pounds")
    purpose = WordsField(label="What the money is for", what="what the money is for", rows=4, max_length=LONGEST)
    reasons = WordsField(
        label="How it reduces crime and disorder",
        what="how it reduces crime and disorder",
        rows=4,
        max_length=LONGEST,
        help_text="The law asks the office to publish this for each grant.",
    )
    conditions = WordsField(label="Conditions", required=False, rows=4, max_length=LONGEST)
    without_conditions = forms.BooleanField(label="There are no conditions", required=False)
    awarded_on = DayField(label="Date of the award")
    starts = DayField(label="First day of the project", required=False)
    ends = DayField(label="Last day of the project", required=False)
    area = forms.ModelChoiceField(Area.objects.all(), required=False, empty_label="Not said")
    priority = forms.ModelChoiceField(Priority.objects.all(), required=False, empty_label="None")
    decision = forms.ModelChoiceField(
        Decision.objects.none(),
        required=False,
        label="Decision record",
        empty_label="None",
        help_text="Signed ones only. It is needed for more than the fund’s largest grant.",
    )

    def __init__(self, *args, award, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.award = award
        self.fields["decision"].queryset = Decision.objects.filter(status=Decision.Status.SIGNED)
        self.fields["decision"].label_from_instance = _decision_words
        if not user.has_perm(CONTACT):
            del self.fields["individual"]

    @property
    def words(self):
        """{field of the award: what it is to say}."""
        return {name: value for name, value in self.cleaned_data.items() if name in operations.EDITABLE}

    def clean(self):
        """What stands against the award as typed is said beside the field that it is about."""
        done = super().clean()
        if not self.errors:
            typed = copy.copy(self.award)
            for name, value in {**done, **self.words}.items():
                if name in operations.EDITABLE or name in ("fund", "round", "applied_for"):
                    setattr(typed, name, value)
            for name, words in operations.problems(typed, self.before):
                self.add_error(name if name in self.fields else None, words)
            self.typed = typed
        return done

    @property
    def before(self):
        """The award as it stands, None for a new one."""
        return self.award if self.award.pk else None


class AwardAddForm(AwardForm):
    """An award that an officer writes down."""

    fund = forms.ModelChoiceField(Fund.objects.all(), empty_label="Choose a fund")
    round = forms.ModelChoiceField(
        Round.objects.select_related("fund"), required=False, empty_label="None: awarded outside a round"
    )
    applied_for = MoneyField(label="Amount asked for, in pounds", required=False)
    field_order = ("fund", "round", "title", "recipient", "individual", "amount", "applied_for")

    def clean(self):
        """The round belongs to the fund."""
        fund, round_ = self.cleaned_data.get("fund"), self.cleaned_data.get("round")
        if fund and round_ and round_.fund_id != fund.pk:
            self.add_error("round", f"This round belongs to the {round_.fund}. Choose one of the {fund}, or none.")
        return super().clean()


class AwardChangeForm(AwardForm):
    """An award that changes, and why."""

    kind = forms.ChoiceField(
        label="What kind of change is it?",
        choices=[
            (Kind.VARIED, "A variation: something else is agreed with the recipient"),
            (Kind.CORRECTED, "A correction: the record said something wrong"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it is a variation or a correction."},
    )
    reason = WordsField(
        label="Why it changes",
        what="why the award changes",
        rows=3,
        max_length=2000,
        help_text="The history of the award shows it, also to the public once the award is published.",
    )
    effective_on = DayField(label="With effect from", required=False, help_text="Empty: from today.")
    field_order = ("kind", "reason", "effective_on")

    @classmethod
    def initial_for(cls, award):
        """The award as the form first shows it."""
        return {name: getattr(award, name) for name in operations.EDITABLE} | {"seen": award.version}

    @property
    def change(self):
        """The change, for the operation."""
        done = self.cleaned_data
        decision = done["decision"] if done["decision"] != self.award.decision else None
        return operations.Change(done["kind"], done["reason"], done["effective_on"], decision)


class EndForm(SeenForm):
    """That an award is completed or withdrawn."""

    kind = forms.ChoiceField(
        label="How does it end?",
        choices=[(Kind.COMPLETED, "The project is completed"), (Kind.WITHDRAWN, "The award is withdrawn")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it ends."},
    )
    effective_on = DayField(label="On which day")
    reason = WordsField(
        label="Why",
        required=False,
        rows=3,
        max_length=2000,
        help_text="Needed where it is withdrawn. The history shows it, also to the public once the award is published.",
    )

    def __init__(self, *args, award, **kwargs):
        super().__init__(*args, initial={"seen": award.version, "effective_on": today()}, **kwargs)
        if award.status == Status.COMPLETED:
            self.fields["kind"].choices = [(Kind.WITHDRAWN, "The award is withdrawn")]
            self.initial["kind"] = Kind.WITHDRAWN

    def clean(self):
        """A withdrawal says why."""
        done = super().clean()
        if done.get("kind") == Kind.WITHDRAWN and not done.get("reason"):
            self.add_error("reason", "Write why the award is withdrawn.")
        return done

    @property
    def change(self):
        """The change, for the operation."""
        done = self.cleaned_data
        return operations.Change(done["kind"], done["reason"], done["effective_on"])


class ReasonForm(SeenForm):
    """Why something is done that can be done once."""

    reason = WordsField(label="Why", what="why", rows=2, max_length=300)

    def __init__(self, *args, record, **kwargs):
        super().__init__(*args, initial={"seen": record.version}, **kwargs)


# --- payments ------------------------------------------------------------------------------------------------------------


class PaymentForm(SeenForm):
    """Money that goes to a recipient, or comes back."""

    kind = forms.ChoiceField(label="What is it?", choices=Payment.Kind.choices, widget=forms.RadioSelect)
    amount = MoneyField(label="Amount, in pounds")
    due_on = DayField(label="Due on")
    paid_on = DayField(label="Paid on", required=False, help_text="Empty while it is only planned.")
    reference = WordsField(label="Payment reference", required=False, max_length=80)
    note = WordsField(required=False, max_length=300)

    @classmethod
    def initial_for(cls, payment):
        """The payment as the form first shows it."""
        names = ("kind", "amount", "due_on", "paid_on", "reference", "note")
        return {name: getattr(payment, name) for name in names} | {"seen": payment.version}

    @property
    def words(self):
        """The payment's fields as typed."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


# --- monitoring returns --------------------------------------------------------------------------------------------------


class SpentField(MoneyField):
    """A sum that may be nothing."""

    def to_python(self, value):
        """The sum; £0 is one."""
        try:
            return super().to_python(value)
        except ValidationError as wrong:
            if wrong.code == "zero":
                return Decimal(0)
            raise


class ReturnForm(SeenForm):
    """What a return is called and when it is due."""

    title = WordsField(label="What is asked for", what="what is asked for", max_length=160)
    due_on = DayField(label="Due on")

    @property
    def words(self):
        """The return's name and day as typed."""
        return {name: self.cleaned_data[name] for name in ("title", "due_on")}


class ReceiveForm(TakesFile, SeenForm):
    """What a recipient has reported."""

    received_on = DayField(label="Received on")
    spent = SpentField(label="Spent so far, in pounds", required=False, help_text="Of this award.")
    people_reached = forms.IntegerField(
        label="People reached",
        required=False,
        min_value=0,
        max_value=10_000_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "width-5"}),
    )
    outcome = WordsField(label="What came of it", required=False, rows=5, max_length=LONGEST)
    file = forms.FileField(
        label="The return as a file",
        required=False,
        help_text="PDF, Word, Excel, PowerPoint, CSV, PNG or JPEG, at most 50 MB.",
        error_messages={"empty": "This file is empty. Choose another."},
    )

    @classmethod
    def initial_for(cls, asked):
        """The return as the form first shows it."""
        held = {name: getattr(asked, name) for name in RECEIVED}
        return held | {"received_on": asked.received_on or today(), "seen": asked.version}

    @property
    def words(self):
        """What was reported, as typed."""
        return {name: self.cleaned_data[name] for name in RECEIVED}


class ReturnFilter(FilterForm):
    """Which monitoring returns to list."""

    STATES = [
        ("", "Awaited"),
        ("overdue", "Overdue"),
        ("accept", "To be accepted"),
        ("accepted", "Accepted"),
        ("waived", "Not asked for any more"),
        ("all", "Every state"),
    ]
    state = forms.ChoiceField(required=False, choices=STATES)
    fund = forms.ModelChoiceField(Fund.objects.all(), required=False, empty_label="Every fund")
    until = DayField(label="Due until", required=False)

    def narrow(self, returns):
        """The returns that the filter asks for."""
        wanted = self.wanted
        states = {
            "": returns.awaited,
            "overdue": returns.overdue,
            "accept": returns.to_accept,
            "accepted": lambda: returns.filter(accepted_on__isnull=False),
            "waived": lambda: returns.exclude(waived=""),
            "all": returns.all,
        }
        found = states[wanted.get("state", "")]()
        if fund := wanted.get("fund"):
            found = found.filter(award__fund=fund)
        if until := wanted.get("until"):
            found = found.filter(due_on__lte=until)
        return found


def _decision_words(decision):
    return f"{decision.reference} {decision.title[:80]}, {in_words(decision.decided_on)}"
