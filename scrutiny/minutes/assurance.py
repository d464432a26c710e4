"""Assurance: how far a meeting was assured about an item, in one of three levels, with a statement."""

from django import forms
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from scrutiny.minutes.models import MinuteEntry
from scrutiny.register.text_fields import FilterForm, WordsField, series_field

Level = MinuteEntry.Assurance
# [(value, words)] for the editor's select, the empty one first.
LEVELS = Level.choices
TWICE = "This item has another statement of assurance. One is enough."


def on_item():
    """For annotating entries: how many statements of assurance their item has."""
    standing = MinuteEntry.objects.filter(kind=MinuteEntry.Kind.ASSURANCE, deleted=False)
    same_item = standing.filter(minuted_item=OuterRef("minuted_item")).order_by().values("minuted_item")
    return Coalesce(Subquery(same_item.annotate(n=Count("pk")).values("n")), 0)


def living():
    """The statements of assurance that stand in minutes, each with `on_item`: how many its item has."""
    return MinuteEntry.objects.filter(kind=MinuteEntry.Kind.ASSURANCE, deleted=False).annotate(on_item=on_item())


def flags(entry, *, on_item):
    """What should be mended about a statement, of which its item has `on_item`."""
    found = [] if entry.assurance else ["The level is missing: assured, partly assured or not assured"]
    return [*found, TWICE] if on_item > 1 else found


def shown(entry):
    """What the editor shows beside a statement of assurance; None for any other entry."""
    if entry.kind != MinuteEntry.Kind.ASSURANCE or entry.deleted:
        return None
    here = getattr(entry, "on_item", None)
    if here is None:
        here = living().filter(minuted_item=entry.minuted_item_id).count()
    return {
        "level": entry.assurance,
        "words": entry.get_assurance_display() if entry.assurance else "",
        "flags": flags(entry, on_item=here),
    }


class AssuranceFilter(FilterForm):
    """Which statements of assurance to list."""

    text = WordsField(label="Words or item", required=False, max_length=200)
    series = series_field()
    level = forms.ChoiceField(required=False, choices=[("", "Every level"), *LEVELS[1:], ("missing", "Not stated")])

    def narrow(self, entries):
        """The statements that the filter asks for."""
        wanted = self.wanted
        if series := wanted.get("series"):
            entries = entries.filter(minuted_item__minutes__meeting__series=series)
        if level := wanted.get("level"):
            entries = entries.filter(assurance="" if level == "missing" else level)
        if text := wanted.get("text"):
            entries = entries.filter(Q(text__icontains=text) | Q(minuted_item__item__title__icontains=text))
        return entries
