"""Forms and fields that every kind of document shares."""

import unicodedata

from django import forms

from opcc_portal.accounts.models import User

# Characters that no reader sees: control characters and halves of a character.
UNSEEN = ("Cc", "Cs")


def readable(text):
    """The text with one kind of line break and without characters that nobody can see."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in UNSEEN)


class WordsField(forms.CharField):
    """A text: what cannot be seen is left out, so that a paste with NUL in it is no reason to refuse the words.

    With `rows` it is a text of several lines, else of one.
    """

    def __init__(self, *, rows=0, what="", **kwargs):
        if rows:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)
        self.one_line = not rows
        if what and self.required:
            self.error_messages["required"] = f"Enter {what}."
        if self.max_length:
            longest = f"{self.max_length:,}"
            self.error_messages["max_length"] = (
                f"Keep {what or 'this'} under {longest} letters. Yours has %(show_value)d."
            )
            # The browser would cut a paste off without a word; the server says what is too long instead.
            self.widget.attrs.pop("maxlength", None)

    def to_python(self, value):
        """The words, tidied."""
        if isinstance(value, str):
            value = readable(value)
            value = " ".join(value.split()) if self.one_line else value
        return super().to_python(value)


def whole_number(text):
    """The number that a form's or an address' text stands for; None for anything that is no number of a record."""
    text = text or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


class RecordsField(forms.ModelMultipleChoiceField):
    """Several records of a list; a number that no database can look up is refused like any other wrong choice."""

    default_error_messages = {
        "invalid_choice": "Choose from this list only. Load the page anew if something is missing."
    }

    def clean(self, value):
        """The chosen records."""
        if any(whole_number(str(chosen)) is None for chosen in value or ()):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


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
