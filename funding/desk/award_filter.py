"""What narrows the register of awards."""

import datetime

from django import forms
from django.db.models import Exists, OuterRef, Q

from funding.awards.models import Status
from funding.awards.names import CONTACT
from funding.open_data.models import PublicAward
from funding.rounds.models import Fund, Round
from funding.totals.counting import Scope
from scrutiny.indicators.models import Area
from scrutiny.plan.models import Priority
from scrutiny.register.text_fields import FilterForm, WordsField


def financial_year(day):
    """The year in which the financial year of that day began."""
    return day.year if day.month >= 4 else day.year - 1


class AwardFilter(FilterForm):
    """Which awards to list. Everything but words and publication is a scope of totals as well."""

    folded = ("priority", "area", "status", "published")

    text = WordsField(label="Words or number", required=False, max_length=200)
    fund = forms.ModelChoiceField(Fund.objects.all(), required=False, empty_label="Every fund")
    round = forms.ModelChoiceField(Round.objects.select_related("fund"), required=False, empty_label="Every round")
    year = forms.TypedChoiceField(
        label="Financial year", required=False, coerce=int, empty_value=None, choices=[("", "Every year")]
    )
    priority = forms.ModelChoiceField(Priority.objects.all(), required=False, empty_label="Every priority")
    area = forms.ModelChoiceField(Area.objects.all(), required=False, empty_label="Every area")
    status = forms.ChoiceField(label="State", required=False, choices=[("", "Every state"), *Status.choices])
    published = forms.ChoiceField(
        label="Public",
        required=False,
        choices=[("", "Published or not"), ("yes", "Published"), ("no", "Not published")],
    )

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    @property
    def scope(self):
        """The filters as a scope of totals; without words and publication."""
        wanted = self.wanted
        keys = {name: wanted[name].pk for name in ("fund", "round", "priority", "area") if name in wanted}
        if year := wanted.get("year"):
            keys |= {"starts": datetime.date(year, 4, 1), "ends": datetime.date(year + 1, 3, 31)}
        return Scope(**keys, status=wanted.get("status", ""))

    @property
    def is_beyond_scope(self):
        """Whether a filter is set that no scope can say."""
        return "text" in self.wanted or "published" in self.wanted

    def narrow(self, awards):
        """The awards that the filters ask for."""
        wanted, scope = self.wanted, self.scope
        found = awards.filter(
            **{name: wanted[name] for name in ("fund", "round", "priority", "area") if name in wanted}
        )
        if scope.starts:
            found = found.filter(awarded_on__range=(scope.starts, scope.ends))
        if scope.status:
            found = found.filter(status=scope.status)
        if published := wanted.get("published"):
            public = Exists(PublicAward.objects.filter(reference=OuterRef("reference")))
            found = found.filter(public if published == "yes" else ~public)
        if text := wanted.get("text"):
            found = found.filter(self._says(text))
        return found

    def _says(self, text):
        says = Q()
        names = ("reference", "title", "purpose", "recipient__name")
        for name in (*names, "individual") if self.user.has_perm(CONTACT) else names:
            says |= Q(**{f"{name}__icontains": text})
        return says
