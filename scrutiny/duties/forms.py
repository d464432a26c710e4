"""Forms of the duties: the filter of the board, the settings of a line, a confirmation."""

import datetime

from django import forms

from opcc_portal.accounts.models import User
from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField, WebField, in_words
from scrutiny.duties.models import State
from scrutiny.duties.queries import QUERIES
from scrutiny.register.text_fields import FilterForm, WordsField

LONGEST = 3660
OFTEN = 183  # where a line says no interval, a confirmation counts for half a year


class BoardFilter(FilterForm):
    """Which lines the board and its file hold."""

    STATES = [("", "Every state"), ("pressing", "Overdue or due soon"), *State.choices]

    state = forms.ChoiceField(required=False, choices=STATES)
    owner = forms.ChoiceField(required=False, choices=[("", "Everybody"), ("=", "Nobody yet")])
    text = WordsField(label="Words", required=False, max_length=200, what="the words")

    def __init__(self, data, *, lines):
        owners = {line.duty.owner_id: str(line.duty.owner) for line in lines if line.duty.owner_id}
        super().__init__(data, owner=sorted(((str(pk), name) for pk, name in owners.items()), key=lambda each: each[1]))

    def narrow(self, lines):
        """The lines that the filters ask for."""
        wanted = self.wanted
        if state := wanted.get("state"):
            lines = [each for each in lines if (each.is_pressing if state == "pressing" else each.state == state)]
        if owner := wanted.get("owner"):
            lines = [each for each in lines if str(each.duty.owner_id or "=") == owner]
        if words := wanted.get("text", "").casefold():
            lines = [each for each in lines if words in _said(each).casefold()]
        return lines


def _said(line):
    duty = line.duty
    return "\n".join((duty.title, duty.text, duty.citation, duty.group, line.words, line.record_words))


class DutyForm(forms.Form):
    """What the office sets of a line."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    interval_days = forms.IntegerField(
        label="Days allowed",
        min_value=1,
        max_value=LONGEST,
        error_messages={"required": "Enter a number of days.", "invalid": "Enter a whole number of days."},
        widget=forms.NumberInput(attrs={"class": "width-5"}),
    )
    warn_days = forms.IntegerField(
        label="Days of warning",
        min_value=0,
        max_value=366,
        help_text="So many days before it is due, it is due soon.",
        error_messages={"required": "Enter a number of days.", "invalid": "Enter a whole number of days."},
        widget=forms.NumberInput(attrs={"class": "width-5"}),
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label="Who sees to it",
        required=False,
        empty_label="Nobody yet",
        error_messages={"invalid_choice": "Choose from this list only."},
    )
    in_use = forms.BooleanField(
        label="Show it on the board",
        required=False,
        help_text="Take the tick off where it does not apply to the office.",
    )

    def __init__(self, data=None, *, duty):
        names = ("interval_days", "warn_days", "owner", "in_use")
        super().__init__(data, initial={name: getattr(duty, name) for name in names} | {"seen": duty.version})
        people = [user for user in User.objects.filter(is_active=True).order_by("name") if not user.works_for_force]
        self.fields["owner"].queryset = User.objects.filter(pk__in=[user.pk for user in people])
        asked = QUERIES.get(duty.query)
        counted = asked.interval if asked else "between two confirmations"
        if counted:
            self.fields["interval_days"].help_text = f"Days {counted}."
        else:
            del self.fields["interval_days"]

    @property
    def settings(self):
        """{name: value} of what is set here."""
        return {name: self.cleaned_data[name] for name in self.fields if name != "seen"}

    def show_again(self, now):
        """Bring what was typed back on the version that is there now."""
        self.data = self.data.copy()
        self.data["seen"] = str(now.version)
        self.add_error(None, "Somebody changed this line after you opened the page. Look at it, then send it again.")


class ConfirmForm(forms.Form):
    """That somebody looked and found the duty met."""

    on = DayField(label="Looked at on")
    expires_on = DayField(label="Counts until", help_text="From the day after, the line is overdue.")
    url = WebField(
        label="Where it can be seen",
        required=False,
        max_length=200,
        help_text="The address of the page. It stands on the public board too.",
    )
    note = WordsField(
        label="Note",
        rows=3,
        required=False,
        max_length=1000,
        what="the note",
        help_text="What shows it, where there is no address. The public does not read it.",
    )

    def __init__(self, data=None, *, duty):
        until = today() + datetime.timedelta(days=duty.interval_days or OFTEN)
        super().__init__(data, initial={"on": today(), "expires_on": until})

    def clean_on(self):
        """Nobody has looked on a day that has not come."""
        on = self.cleaned_data["on"]
        if on > today():
            raise forms.ValidationError("That day has not come yet. Enter the day on which you looked.")
        return on

    def clean(self):
        """It counts for a while, and can be seen somewhere."""
        said = super().clean()
        on, until = said.get("on"), said.get("expires_on")
        if on and until and until <= on:
            self.add_error("expires_on", f"Enter a day after {in_words(on)}.")
        if not self.errors and not said.get("url") and not said.get("note"):
            self.add_error("url", "Give the address where it can be seen, or say below what shows it.")
        return said
