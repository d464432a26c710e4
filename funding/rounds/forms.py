"""Forms of funds and rounds: what they are, what a round asks, who assesses."""

from decimal import Decimal

from django import forms
from django.db.models import Q

from funding.rounds.editing import RecordForm
from funding.rounds.models import Fund, Round
from funding.rounds.money import MoneyField
from opcc_portal.accounts.capabilities import CAPABILITIES
from opcc_portal.accounts.models import User
from opcc_portal.office.forms import DayField
from scrutiny.plan.forms import RowForm, Rows
from scrutiny.plan.models import Priority
from scrutiny.workflow.forms import RecordsField, WordsField

LONGEST = 20_000
BLANK_ROWS = 2
MOST_ROWS = 40


class CodeField(WordsField):
    """A short code in capital letters and digits, of which references are made."""

    def __init__(self, **kwargs):
        super().__init__(max_length=12, widget=forms.TextInput(attrs={"class": "width-10"}), **kwargs)

    def clean(self, value):
        """In capitals; nothing but letters and digits, so that a reference can be read out and typed."""
        code = super().clean(value).upper()
        if not (code.isascii() and code.isalnum()):
            raise forms.ValidationError("Use letters and digits only, for example SCF or R2.")
        return code


class FundForm(RecordForm):
    """A fund."""

    name = WordsField(what="the name of the fund", max_length=200)
    code = CodeField(
        what="a short code", label="Short code", help_text="References of awards begin with it, like SCF-2026-0001."
    )
    source = WordsField(
        label="Where the money comes from",
        required=False,
        max_length=200,
        help_text="For instance proceeds of crime. The public reads this.",
    )
    maximum_grant = MoneyField(
        label="Largest grant, in pounds", required=False, help_text="Leave empty if there is no limit."
    )
    decision_above = MoneyField(
        label="A decision record is expected from, in pounds",
        required=False,
        help_text="An award of this much or more without a decision record is pointed out.",
    )
    purpose = WordsField(
        label="What it is for", required=False, rows=4, max_length=LONGEST, help_text="The public reads this."
    )

    GROUPS = (
        ("The fund", ("name", "code", "purpose")),
        ("The money and the law", ("source", "legal_power", "maximum_grant", "decision_above")),
    )

    class Meta:
        model = Fund
        fields = ["name", "code", "purpose", "source", "legal_power", "maximum_grant", "decision_above"]
        labels = {"legal_power": "Legal power"}


class RoundForm(RecordForm):
    """A round of a fund."""

    label = WordsField(
        what="the name of the round",
        label="Name of the round",
        max_length=120,
        help_text="For example, Round 2 or Autumn 2026.",
    )
    code = CodeField(
        what="a short code", label="Short code", help_text="References of applications carry it: R2 makes SCF-R2-0001."
    )
    opens = DayField(label="First day for applications")
    closes = DayField(label="Last day for applications", help_text="Applications may come in until its end.")
    budget = MoneyField(label="Budget, in pounds")
    allowance = forms.DecimalField(
        label="Over-allocation allowed, in per cent",
        min_value=0,
        max_value=100,
        decimal_places=2,
        initial=0,
        widget=forms.TextInput(attrs={"class": "width-4", "inputmode": "decimal", "autocomplete": "off"}),
        help_text="Some projects fall through. 10 means that awards may exceed the budget by a tenth; 0 that they may not.",
        error_messages={
            "required": "Enter 0 if awards may not exceed the budget.",
            "invalid": "Enter a number of per cent, for example 10.",
        },
    )
    priorities = RecordsField(
        Priority.objects.none(),
        required=False,
        label="Priorities of the plan that it serves",
        widget=forms.CheckboxSelectMultiple,
        help_text="Applicants choose one of these. With none ticked they may choose any.",
    )
    guidance = WordsField(
        label="What it funds",
        required=False,
        rows=6,
        max_length=LONGEST,
        help_text="Applicants read this before they start.",
    )
    conditions = WordsField(
        label="Conditions of every award", required=False, rows=4, max_length=5000,
        help_text="Every award of the round begins with these; they are published with it.",
    )  # fmt: skip
    declaration = WordsField(
        label="What applicants declare", required=False, rows=4, max_length=5000, help_text="One sentence a line."
    )
    public_form = forms.BooleanField(
        label="Take applications by the public form",
        required=False,
        help_text="It is open from the first to the last day.",
    )
    returns_every = forms.IntegerField(
        label="Months between monitoring returns",
        min_value=1,
        max_value=60,
        widget=forms.NumberInput(attrs={"class": "width-4"}),
        help_text="Counted from the start of a project; one more is due a month after its end.",
    )

    GROUPS = (
        ("The round", ("label", "code", "opens", "closes")),
        ("The money", ("budget", "allowance")),
        ("What applicants read", ("priorities", "guidance", "declaration", "public_form")),
        ("After the award", ("conditions", "returns_every")),
    )

    class Meta:
        model = Round
        fields = [
            *("label", "code", "opens", "closes", "budget", "allowance", "priorities", "guidance", "declaration"),
            *("public_form", "conditions", "returns_every"),
        ]

    def __init__(self, *args, instance, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        self.initial["allowance"] = plain(instance.allowance)
        chosen = Q(rounds=instance.pk) if instance.pk else Q()
        self.fields["priorities"].queryset = Priority.objects.filter(Q(left_out=False) | chosen).distinct()

    def clean(self):
        """The last day comes after the first; no other round of the fund has the code."""
        done = super().clean()
        if done.get("opens") and done.get("closes") and done["closes"] < done["opens"]:
            self.add_error("closes", "The round would close before it opens. Check both days.")
        same = Round.objects.filter(fund=self.instance.fund_id, code=done.get("code")).exclude(pk=self.instance.pk)
        if same.exists():
            self.add_error("code", "Another round of this fund has this code. Choose another.")
        return done


# --- what a round asks ---------------------------------------------------------------------------------------------------


class CriterionRow(RowForm):
    """One criterion."""

    NEEDED = ("title",)
    title = WordsField(label="Criterion", what="the criterion", max_length=160)
    guidance = WordsField(label="What assessors look for", required=False, rows=2, max_length=2000)
    maximum = forms.IntegerField(
        label="Most points", min_value=1, max_value=100, initial=5, widget=forms.NumberInput(attrs={"class": "width-2"})
    )
    weight = forms.DecimalField(
        label="Weight",
        min_value=0.01,
        max_value=10,
        decimal_places=2,
        max_digits=4,
        initial=1,
        widget=forms.TextInput(attrs={"class": "width-2", "inputmode": "decimal", "autocomplete": "off"}),
    )


class QuestionRow(RowForm):
    """One question of eligibility."""

    NEEDED = ("text",)
    text = WordsField(label="What must hold", what="what must hold", max_length=300)


class _Lines(Rows):
    """Lines of which no two say the same."""

    def clean(self):
        """The same criterion or question stands once."""
        seen = set()
        for form in self.forms:
            name = form.NEEDED[0]
            said = getattr(form, "cleaned_data", {}).get(name) or ""
            if said and not form.cleaned_data.get("DELETE"):
                if said.casefold() in seen:
                    form.add_error(name, "This stands in the list already.")
                seen.add(said.casefold())

    @property
    def lines(self):
        """[{field: value}] in the order of their places; lines without a place come last, as they were typed."""
        kept = [row for row in self.rows if not row.remove]
        return [row.words for row in sorted(kept, key=lambda row: row.place or MOST_ROWS * 2)]


def lines_of(form_class, prefix, data, records):
    """The formset of one list of the round."""
    made = forms.formset_factory(
        form_class, formset=_Lines, extra=BLANK_ROWS, can_order=True, can_delete=True, can_delete_extra=False,
        max_num=MOST_ROWS, absolute_max=MOST_ROWS + 5, validate_max=True,
    )  # fmt: skip
    names = [name for name in form_class.base_fields if name != "pk"]
    initial = [
        {name: plain(getattr(each, name)) for name in names} | {"pk": each.pk, "ORDER": number}
        for number, each in enumerate(records, 1)
    ]
    return made(data, prefix=prefix, initial=initial)


def plain(value):
    """A number as people type it: 0.5, not 0.50."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class SeenForm(forms.Form):
    """The version that somebody read."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def now(self, newer):
        """Keep what was typed, now knowing of what somebody else saved."""
        self.data = self.data.copy()
        self.data["seen"] = newer.version


class PanelForm(SeenForm):
    """Who assesses a round."""

    users = RecordsField(
        User.objects.none(),
        label="Who assesses",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one person."},
        help_text="Before anybody scores, each says in which applicants they have an interest.",
    )
    chair = forms.ModelChoiceField(
        User.objects.none(),
        label="Who chairs the panel",
        required=False,
        empty_label="Nobody yet",
        error_messages={"invalid_choice": "Choose somebody of the panel."},
    )

    def __init__(self, data=None, *, round_):
        members = list(round_.panel.all())
        chair = next((member.user_id for member in members if member.is_chair), None)
        initial = {"users": [member.user_id for member in members], "chair": chair, "seen": round_.version}
        super().__init__(data, initial=initial)
        able = Q(is_active=True, role_holdings__role__in=CAPABILITIES["rounds.assess"]) | Q(panels__round=round_)
        people = User.objects.filter(able).distinct().order_by("name", "pk")
        self.fields["users"].queryset = self.fields["chair"].queryset = people

    def clean(self):
        """The chair belongs to the panel."""
        done = super().clean()
        if done.get("chair") and "users" in done and done["chair"] not in done["users"]:
            self.add_error(
                "chair", f"{done['chair']} is not in the panel. Tick the name above, or choose somebody else."
            )
        return done
