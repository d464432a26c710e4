"""The form of a planned question."""

from django import forms

from scrutiny.meetings import planned


class PlannedQuestionForm(forms.Form):
    """Where something is to be asked, and the question."""

    place = forms.ChoiceField(
        label="Where to ask it",
        error_messages={
            "required": "Choose where to ask it.",
            "invalid_choice": "This item is no longer on the agenda. Choose another.",
        },
    )
    new_item = forms.CharField(
        label="Title of the new item",
        required=False,
        max_length=250,
        help_text="Only where you choose a new item. It is printed on the agenda, which the public reads.",
    )
    text = forms.CharField(
        label="Your question",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The office sees it on the agenda. The public reads it once it has been asked and minuted.",
        error_messages={"required": "Write the question.", "max_length": "Keep the question under 2,000 letters."},
    )
    base_version = forms.IntegerField(required=False, min_value=0, max_value=10**9, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offered = planned.offered()
        self.fields["place"].choices = [("", "Choose an item of a coming meeting")]
        self.fields["place"].choices += [(each.meeting.name_and_day, _places(each)) for each in self.offered]

    def clean(self):
        """A new item needs a title."""
        data = super().clean()
        if data.get("place", "").startswith("new:") and not data.get("new_item"):
            self.add_error("new_item", "Enter a title for the new item.")
        return data

    @property
    def planned(self):
        """As planned.plan and planned.change take it."""
        kind, _, pk = self.cleaned_data["place"].partition(":")
        text = self.cleaned_data["text"]
        if kind == "new":
            meeting = next(each.meeting for each in self.offered if each.meeting.pk == int(pk))
            return {"meeting": meeting, "new_item": self.cleaned_data["new_item"], "text": text}
        items = {item.pk: (each.meeting, item) for each in self.offered for item in each.items}
        meeting, item = items[int(pk)]
        return {"meeting": meeting, "item": item, "text": text}


def _places(offered):
    """The items of a meeting, and a new one; with its day, which a closed list would hide."""
    day = f"{offered.meeting.date:%-d %B}"
    items = [(f"item:{item.pk}", f"{item} ({day})") for item in offered.items]
    return [*items, (f"new:{offered.meeting.pk}", f"A new item ({day})")]
