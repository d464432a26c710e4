"""Forms that every kind of document shares."""

from django import forms

from opcc_portal.accounts.models import User


def whole_number(text):
    """The number that a form's or an address' text stands for; None for anything that is no number of a record."""
    text = text or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


class CommentForm(forms.Form):
    """What a checker says about a document or one of its parts.

    `whole` names the document ("The whole report"); `parts` are the pieces one can speak of, shown by their names.
    """

    text = forms.CharField(
        label="Comment",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write the comment.", "max_length": "Keep a comment under 5,000 letters."},
    )
    about = forms.ChoiceField(label="About", required=False)

    def __init__(self, *args, whole, parts, **kwargs):
        super().__init__(*args, **kwargs)
        self.parts = {str(getattr(part, "uid", part.pk)): part for part in parts}
        self.fields["about"].choices = [("", whole), *((key, str(part)) for key, part in self.parts.items())]

    @property
    def part(self):
        """The part the comment speaks of, or None for the whole document."""
        return self.parts.get(self.cleaned_data["about"])


class CheckerForm(forms.Form):
    """Somebody to ask."""

    user = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        label="Who is to check it",
        empty_label="Choose a person",
        error_messages={"required": "Choose a person."},
    )
