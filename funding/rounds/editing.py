"""What every form of funds, rounds and totals shares: the version it read, its groups, and one way to save or to ask again."""

from copy import copy

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse

from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible


class RecordForm(forms.ModelForm):
    """A record as somebody read it, with the number of the version that they saw.

    `GROUPS` are the parts of the page: (legend, names of fields). The record that the view holds stays as it is.
    """

    GROUPS = ()
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, instance, **kwargs):
        super().__init__(*args, instance=copy(instance), **kwargs)
        self.initial.setdefault("seen", instance.version)

    @property
    def words(self):
        """{name of a field: value} as typed."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def groups(self):
        """[(legend, fields)] in the order of the page."""
        return [(legend, [self[name] for name in names if name in self.fields]) for legend, names in self.GROUPS]

    def refuse(self, refused):
        """Show why the operation refused, beside the fields that it names."""
        found = refused.error_dict.items() if hasattr(refused, "error_dict") else [(None, refused.messages)]
        for name, problems in found:
            self.add_error(name if name in self.fields else None, problems)

    def build_on(self, newer):
        """Keep what was typed, now knowing what somebody else saved: [(label, saved, typed)] where they differ."""
        self.data = self.data.copy()
        self.data["seen"] = newer.version
        saved = forms.models.model_to_dict(newer, self.words)
        pairs = ((self.fields[name], saved[name], value) for name, value in self.words.items() if name in saved)
        return [
            (field.label, field.prepare_value(before), field.prepare_value(typed))
            for field, before, typed in pairs
            if field.has_changed(before, field.prepare_value(typed))
        ]


def form_page(request, form, act, *, title, back, save="Save", done="Saved.", **context):
    """Show the form; once it makes sense, `act(words, seen)` saves it, or the page says what stands in the way."""
    context |= {"form": form, "title": title, "back": back, "save": save}
    if not form.is_valid():
        return _page(request, context, 422 if form.is_bound else 200)
    try:
        record = act(form.words, form.cleaned_data["seen"])
    except ChangedMeanwhile as changed:
        return _page(request, context | {"newer": form.build_on(changed.now)}, 409)
    except ValidationError as refused:
        form.refuse(refused)
        return _page(request, context, 422)
    except NotPossible as reason:
        form.add_error(None, str(reason))
        return _page(request, context, 422)
    messages.success(request, done)
    return redirect(record)


def _page(request, context, status):
    return render(request, "funding/rounds/form.html", context, status=status)


def trail_of(fund, round_=None):
    """The way back from a page of a fund or round: [(words, address)]."""
    trail = [("Grants", reverse("funding")), (fund.name, fund.get_absolute_url())]
    return [*trail, (round_.label, round_.get_absolute_url())] if round_ else trail
