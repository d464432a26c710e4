"""Forms of assessment: interests, scores, the agreed mark, outcomes, the decision."""

from dataclasses import dataclass

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q

from funding.applications.models import Application
from funding.assessment.deciding import Said
from funding.assessment.models import Assessment, Outcome
from funding.assessment.ranking import Line
from funding.rounds.money import MoneyField
from opcc_portal.accounts.capabilities import CAPABILITIES
from opcc_portal.accounts.models import User
from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField
from scrutiny.register.models import Decision
from scrutiny.workflow.forms import WordsField

# Up to here points are buttons to press, above a number to type.
MOST_BUTTONS = 10
LONGEST = 20_000


class SeenForm(forms.Form):
    """A form that knows which version of the record was read; 0 stands for none yet."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def build_on(self, version):
        """Keep what was typed, to be saved over this newer version."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = version
        return self


def percentage(label, **more):
    """A mark in per cent, to two places."""
    limits = [MinValueValidator(0, "Enter 0 or more."), MaxValueValidator(100, "Enter 100 or less.")]
    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "width-4", "autocomplete": "off"})
    errors = {"invalid": "Enter a number from 0 to 100, for example 72.5.", "required": "Enter a mark from 0 to 100."}
    return forms.DecimalField(
        label=label, max_digits=5, decimal_places=2, validators=limits, widget=widget, error_messages=errors, **more
    )


# --- interests -------------------------------------------------------------------------------------------------------


class InterestsForm(forms.Form):
    """One line for each applicant, empty where there is no interest, and the declaration that there is no other."""

    none_other = forms.BooleanField(
        label="I have looked at every name. I have no interest in any other of these applications.",
        error_messages={"required": "Confirm that you have looked at every name."},
    )

    def __init__(self, *args, applications, **kwargs):
        super().__init__(*args, **kwargs)
        self.applications = {f"interest_{each.pk}": each for each in applications}
        for name, application in self.applications.items():
            self.fields[name] = WordsField(
                label=application.applicant_name or application.reference, what="this", max_length=500, required=False
            )
        self.order_fields([*self.applications, "none_other"])

    @property
    def lines(self):
        """[(application, its field)], as the page lists them."""
        return [(application, self[name]) for name, application in self.applications.items()]

    @property
    def natures(self):
        """{application: what the interest is} of those that were filled in."""
        found = {application: self.cleaned_data[name] for name, application in self.applications.items()}
        return {application: nature for application, nature in found.items() if nature}


def who_may_have_one(round_):
    """Whose interests matter in a round: its panel, and whoever sees or decides about all applications."""
    roles = list(CAPABILITIES["applications.view_all"])
    concerned = Q(panels__round=round_) | Q(role_holdings__role__in=roles)
    return User.objects.filter(concerned, is_active=True).distinct().order_by("name")


class InterestForm(forms.Form):
    """An interest that somebody declared in another way."""

    user = forms.ModelChoiceField(
        User.objects.none(),
        label="Who declared it",
        empty_label="Choose a person",
        error_messages={"required": "Choose who declared the interest."},
    )
    application = forms.ModelChoiceField(
        Application.objects.none(),
        label="In which application",
        empty_label="Choose an application",
        error_messages={"required": "Choose the application."},
    )
    nature = WordsField(label="What the interest is", what="what the interest is", max_length=500, rows=3)

    def __init__(self, *args, round_, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = who_may_have_one(round_)
        of_round = Application.objects.visible_to(by).filter(round=round_)
        self.fields["application"].queryset = of_round.exclude(status=Application.Status.DRAFT)


class ReasonForm(forms.Form):
    """Why an interest is taken off."""

    reason = WordsField(label="Why it was declared in error", what="why it was declared in error", max_length=300)


# --- scores ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scoring:
    """One criterion of the form with its two fields."""

    criterion: object
    points: object
    comment: object


class AssessForm(SeenForm):
    """Points for each criterion, what one thinks, and what one advises. A draft may have gaps."""

    comment = WordsField(label="Your comment on the whole", what="the comment", max_length=5000, rows=5, required=False)
    advice = forms.ChoiceField(
        label="What do you advise? (optional in a draft)",
        choices=Assessment.Advice.choices,
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args, criteria, handing_in=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria, self.handing_in = list(criteria), handing_in
        for criterion in self.criteria:
            self.fields[f"points_{criterion.pk}"] = _points(criterion)
            self.fields[f"comment_{criterion.pk}"] = WordsField(
                label="Why (optional)", what="this comment", max_length=500, required=False
            )

    @classmethod
    def initial_for(cls, assessment):
        """The assessment as the form first shows it; empty for none yet."""
        if assessment is None:
            return {"seen": 0}
        initial = {"seen": assessment.version, "comment": assessment.comment, "advice": assessment.advice}
        for score in assessment.scores.all():
            initial[f"points_{score.criterion_id}"] = score.points
            initial[f"comment_{score.criterion_id}"] = score.comment
        return initial

    @property
    def lines(self):
        """Every criterion with its fields."""
        return [Scoring(each, self[f"points_{each.pk}"], self[f"comment_{each.pk}"]) for each in self.criteria]

    def clean(self):
        """To hand it in, everything is scored and something advised; a comment always goes with points."""
        done = super().clean()
        for criterion in self.criteria:
            name = f"points_{criterion.pk}"
            if name in self.errors or done.get(name) is not None:
                continue
            if self.handing_in or done.get(f"comment_{criterion.pk}"):
                self.add_error(name, f"Give points for “{criterion}”.")
        if self.handing_in and "advice" not in self.errors and not done.get("advice"):
            self.add_error("advice", "Say what you advise.")
        return done

    @property
    def words(self):
        """Comment and advice."""
        return {name: self.cleaned_data[name] for name in ("comment", "advice")}

    @property
    def scores(self):
        """{criterion: (points or None, comment)}"""
        done = self.cleaned_data
        return {each: (done[f"points_{each.pk}"], done[f"comment_{each.pk}"]) for each in self.criteria}


def _points(criterion):
    label = f"{criterion.title}, 0 to {criterion.maximum} points"
    wrong = f"Choose points from 0 to {criterion.maximum} for “{criterion}”."
    if criterion.maximum <= MOST_BUTTONS:
        return forms.TypedChoiceField(
            label=label,
            choices=[(points, str(points)) for points in range(criterion.maximum + 1)],
            coerce=int,
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": wrong},
        )
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=criterion.maximum,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "width-4"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
    )


# --- moderation and outcome ------------------------------------------------------------------------------------------


class AgreeForm(SeenForm):
    """The mark the panel agreed on."""

    mark = percentage("Mark agreed on, in per cent")
    note = WordsField(label="Why", what="why the panel agreed on it", max_length=2000, rows=4)


class OutcomeForm(SeenForm):
    """What is proposed for one application."""

    result = forms.ChoiceField(
        label="What is proposed?",
        choices=Outcome.Result.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is proposed."},
    )
    amount = MoneyField(label="Amount of the award, in pounds", required=False)
    above_cap = forms.BooleanField(label="The decision is to allow more than the fund’s largest grant", required=False)
    reason = WordsField(
        label="What the applicant is told",
        what="what the applicant is told",
        max_length=3000,
        rows=5,
        required=False,
        help_text="It is printed in the letter. Write to the applicant: “The panel liked …”.",
    )

    def clean(self):
        """An award has an amount, nothing else has."""
        done = super().clean()
        if done.get("result") == Outcome.Result.AWARD:
            if done.get("amount") is None and "amount" not in self.errors:
                self.add_error("amount", "Enter the amount of the award in pounds.")
        else:
            done["amount"] = None
        return done

    @property
    def said(self):
        """The proposal."""
        done = self.cleaned_data
        return Said(done["result"], done["amount"], done["reason"].strip(), done["above_cap"])


class FromReserveForm(SeenForm):
    """An award to somebody on the reserve list of a decided round."""

    amount = MoneyField(label="Amount of the award, in pounds")
    decision = forms.ModelChoiceField(
        Decision.objects.filter(status=Decision.Status.SIGNED),
        label="Decision record that allows it",
        empty_label="Choose a signed decision",
        error_messages={"required": "Choose the signed decision record that allows it."},
    )
    reason = OutcomeForm.base_fields["reason"]

    @property
    def words(self):
        """As the operation takes them."""
        return {name: self.cleaned_data[name] for name in ("amount", "decision", "reason")}


class ProposeForm(forms.Form):
    """How outcomes follow from the ranked list."""

    line = forms.ChoiceField(
        label="Award down to",
        choices=[("BUDGET", "the budget"), ("ALLOWANCE", "the budget with the allowance")],
        widget=forms.RadioSelect,
        initial="BUDGET",
    )
    lowest = percentage("Lowest mark that gets an award", initial=0)
    reserve = forms.IntegerField(
        label="How many on the reserve list",
        min_value=0,
        max_value=500,
        initial=0,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "width-4"}),
        error_messages={"required": "Enter 0 for no reserve list.", "invalid": "Enter a whole number."},
    )
    afresh = forms.BooleanField(label="Replace what has been proposed already", required=False)

    @property
    def rule(self):
        """As the operation takes it."""
        return self.cleaned_data | {"line": Line[self.cleaned_data["line"]]}


class DecideForm(forms.Form):
    """What the draft of the decision says beside the outcomes."""

    reasons = WordsField(
        what="the reasons", rows=7, max_length=LONGEST, help_text="Name no applicant: it is published."
    )
    decided_on = DayField(label="Date of the decision", help_text="The day of signing is kept apart from it.")


class SentForm(forms.Form):
    """When letters went out."""

    sent_on = DayField(label="Sent on")

    def clean_sent_on(self):
        """Nothing has been sent on a day to come."""
        day = self.cleaned_data["sent_on"]
        if day > today():
            raise forms.ValidationError("This day is still to come. Enter the day on which the letters went out.")
        return day
