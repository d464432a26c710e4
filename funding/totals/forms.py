"""Forms of totals: what a document states, why it differs, and how a table of awards is divided."""

from dataclasses import replace

from django import forms

from funding.rounds.editing import RecordForm
from funding.rounds.models import Round
from funding.rounds.money import MoneyField
from funding.totals.asking import ScopeForm
from funding.totals.counting import GROUPED_BY
from funding.totals.models import StatedTotal
from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField
from scrutiny.plan.models import Priority
from scrutiny.register.text_fields import FilterForm
from scrutiny.workflow.forms import WordsField


class StatedTotalForm(RecordForm):
    """A sum as a document states it, and which of our awards it is compared with."""

    document = WordsField(
        what="the document", label="Document", max_length=250, help_text="Its title, as a reader would look for it."
    )
    stated_on = DayField(label="Date of the document", help_text="What the register held on this day is compared.")
    amount = MoneyField(label="Amount, in pounds", help_text="As it is printed, also if it looks wrong.")
    organisations = forms.IntegerField(
        label="Number of organisations",
        required=False,
        min_value=0,
        max_value=100_000,
        widget=forms.NumberInput(attrs={"class": "width-4"}),
        help_text="Leave empty if the document does not count them.",
    )
    scope = WordsField(
        what="what the total covers",
        label="What it covers",
        max_length=250,
        help_text="In the document’s sense, in your own words.",
    )
    round = forms.ModelChoiceField(Round.objects.none(), required=False, label="Round", empty_label="Every round")
    priority = forms.ModelChoiceField(
        Priority.objects.all(), required=False, label="Priority", empty_label="Every priority"
    )
    starts = DayField(label="Awards from", required=False)
    ends = DayField(label="Awards until", required=False)

    GROUPS = (
        ("What the document says", ("document", "stated_on", "amount", "organisations", "scope")),
        ("Which awards it is compared with", ("round", "priority", "starts", "ends")),
    )

    class Meta:
        model = StatedTotal
        fields = [
            *("document", "stated_on", "amount", "organisations", "scope", "round", "priority", "starts", "ends"),
        ]

    def __init__(self, *args, instance, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        self.fields["round"].queryset = Round.objects.filter(fund=instance.fund_id).select_related("fund")

    def clean_stated_on(self):
        """A document of tomorrow states nothing."""
        day = self.cleaned_data["stated_on"]
        if day > today():
            raise forms.ValidationError("The date of the document is in the future. Check the day and the year.")
        return day

    def clean(self):
        """The period ends after it starts; a document states a total for a scope once."""
        done = super().clean()
        if done.get("starts") and done.get("ends") and done["ends"] < done["starts"]:
            self.add_error("ends", "The period would end before it starts. Check both days.")
        said = {name: done.get(name) for name in ("document", "stated_on", "scope")}
        same = StatedTotal.objects.filter(fund=self.instance.fund_id, **said).exclude(pk=self.instance.pk)
        if all(said.values()) and same.exists():
            self.add_error("scope", "This document’s total for this scope is recorded already. Say what differs.")
        return done


class ExplainForm(forms.Form):
    """Why the document and the register differ."""

    explanation = WordsField(
        label="Why the two differ",
        what="why the two differ",
        rows=4,
        max_length=2000,
        help_text="The public reads this beside both figures. Neither figure is changed.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)
    computed = forms.DecimalField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, comparison):
        stated = comparison.stated
        initial = {"explanation": stated.explanation, "seen": stated.version, "computed": comparison.computed.amount}
        super().__init__(data, initial=initial)

    def look_again(self, comparison):
        """Keep what was typed, now knowing both figures as they are."""
        self.data = self.data.copy()
        self.data["seen"], self.data["computed"] = comparison.stated.version, comparison.computed.amount


class TotalsForm(FilterForm, ScopeForm):
    """Which awards to count, and how the table divides them."""

    folded = ("starts", "ends", "priority", "area", "status", "known_on")
    BOTH = "both"

    kind = forms.ChoiceField(
        label="Which awards",
        required=False,
        choices=[("", "Real awards"), ("invented", "Demonstration awards"), (BOTH, "Both together")],
    )
    by = forms.ChoiceField(label="Table by", required=False, choices=[("", GROUPED_BY[0][1]), *GROUPED_BY[1:]])
    field_order = ("fund", "round", "kind", "by")

    @property
    def scope(self):
        """The scope that is asked for; a filter that makes no sense narrows nothing."""
        kind = self.wanted.get("kind")
        return replace(super().scope, demonstration=None if kind == self.BOTH else kind == "invented")

    @property
    def grouped_by(self):
        """What the table divides by."""
        return self.wanted.get("by") or GROUPED_BY[0][0]

    @property
    def grouped_words(self):
        """The heading of the table's first column."""
        return dict(GROUPED_BY)[self.grouped_by]

    @property
    def kind_words(self):
        """Which awards are counted: real, invented for the demonstration, or both."""
        return dict(self.fields["kind"].choices)[self.wanted.get("kind", "")]

    @property
    def chips(self):
        """What is filtered; the division of the table takes nothing away."""
        return [chip for name, chip in zip(self.wanted, super().chips, strict=True) if name != "by"]

    @property
    def day(self):
        """The day whose knowledge counts."""
        return self.wanted.get("known_on") or today()
