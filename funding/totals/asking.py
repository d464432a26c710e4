"""Saying which awards are meant, in a form."""

from django import forms

from funding.awards.models import Status
from funding.rounds.models import Fund, Round
from funding.totals.counting import Scope
from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField, in_words
from scrutiny.indicators.models import Area
from scrutiny.plan.models import Priority


class ScopeForm(forms.Form):
    """Which awards: everything may be left open. Made for addresses: its fields are the question of the page."""

    fund = forms.ModelChoiceField(Fund.objects.all(), required=False, empty_label="Every fund")
    round = forms.ModelChoiceField(Round.objects.select_related("fund"), required=False, empty_label="Every round")
    priority = forms.ModelChoiceField(Priority.objects.all(), required=False, empty_label="Every priority")
    area = forms.ModelChoiceField(Area.objects.all(), required=False, empty_label="Everywhere")
    starts = DayField(label="Awarded from", required=False)
    ends = DayField(label="Awarded until", required=False)
    status = forms.ChoiceField(
        choices=[("", "Under way and completed"), *Status.choices], required=False, label="What became of them"
    )
    known_on = DayField(label="As known on", required=False, help_text="Empty: as known today.")

    def clean_known_on(self):
        """Not a day to come."""
        day = self.cleaned_data["known_on"]
        if day and day > today():
            raise forms.ValidationError(
                f"Enter today or a day before: nobody knows on {in_words(today())} what comes later."
            )
        return day

    def clean(self):
        """A period that begins before it ends; a round of the fund that is chosen."""
        done = super().clean()
        if done.get("starts") and done.get("ends") and done["ends"] < done["starts"]:
            self.add_error("ends", "The last day must not be before the first day.")
        if done.get("fund") and done.get("round") and done["round"].fund_id != done["fund"].pk:
            self.add_error(
                "round", f"This round belongs to the {done['round'].fund}. Choose one of the {done['fund']}."
            )
        return done

    @property
    def scope(self):
        """The Scope that was asked for; of a form that is valid."""
        done = self.cleaned_data
        records = ("fund", "round", "priority", "area")
        return Scope(
            **{name: done[name].pk if done.get(name) else None for name in records},
            **{name: done.get(name) for name in ("starts", "ends", "known_on")},
            status=done.get("status") or "",
        )
