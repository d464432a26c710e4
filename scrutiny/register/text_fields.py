"""Fields for words that people type or paste, and the small pieces every list of the register filters with."""

import unicodedata

from django import forms
from django.http import QueryDict

from scrutiny.meetings.models import MeetingSeries

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


class FilterForm(forms.Form):
    """What narrows a list. A filter that makes no sense is said to be wrong and narrows nothing.

    `folded` names the fields that stand behind "More filters"; further arguments are choices that only the view knows.
    """

    folded = ()

    def __init__(self, data, **choices):
        super().__init__(data)
        for name, found in choices.items():
            self.fields[name].choices = [*self.fields[name].choices, *found]
        self.is_valid()

    @property
    def wanted(self):
        """{name: value} of the filters that are set and make sense."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", False)}

    @property
    def is_set(self):
        """Whether anything is filtered."""
        return bool(self.wanted)

    @property
    def shown_first(self):
        """The fields that are always seen."""
        return [self[name] for name in self.fields if name not in self.folded]

    @property
    def shown_folded(self):
        """The fields behind "More filters"."""
        return [self[name] for name in self.folded]

    @property
    def folded_is_open(self):
        """Whether something behind "More filters" is set or wrong."""
        return any(name in self.wanted or name in self.errors for name in self.folded)

    @property
    def chips(self):
        """[{words, without}]: what is filtered, and the address of the page without that filter."""
        return [
            {"words": self._in_words(name, value), "without": self._without(name)}
            for name, value in self.wanted.items()
        ]

    def query(self, *left_out):
        """The filters as the end of an address, empty where none is set."""
        kept = QueryDict(mutable=True)
        for name in self.wanted:
            if name not in left_out:
                kept[name] = self.data[name]
        return f"?{kept.urlencode()}" if kept else ""

    def _without(self, name):
        return self.query(name) or "?"

    def _in_words(self, name, value):
        field = self.fields[name]
        if isinstance(field, forms.BooleanField):
            return field.label
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            return next((words for key, words in field.choices if str(key) == str(value)), value)
        words = field.prepare_value(value) if hasattr(value, "year") else value
        return f"{field.label}: {words}" if not isinstance(field, forms.ModelChoiceField) else str(value)


def series_field():
    """The filter by series."""
    return forms.ModelChoiceField(
        MeetingSeries.objects.all(), required=False, label="Series", empty_label="Every series"
    )
