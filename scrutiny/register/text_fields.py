"""The small pieces every list of the register filters with, and the field for words that people type or paste."""

from django import forms
from django.http import QueryDict

from scrutiny.meetings.models import MeetingSeries
from scrutiny.workflow.forms import WordsField, readable

__all__ = ["FilterForm", "WordsField", "readable", "series_field"]


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
