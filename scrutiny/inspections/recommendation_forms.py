"""Forms of recommendations: adding a list of them, changing one, what became of it, and what belongs to it."""

from django import forms

from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField, in_words
from scrutiny.inspections import links, operations, pasting
from scrutiny.inspections.forms import ANY_FILE, SeenForm
from scrutiny.inspections.models import Recommendation
from scrutiny.people.models import Person
from scrutiny.register.forms import TakesFile
from scrutiny.register.text_fields import WordsField
from scrutiny.workflow.forms import RecordsField, readable


class PersonField(forms.ModelChoiceField):
    """A person, with the post held now."""

    def __init__(self, **kwargs):
        super().__init__(Person.objects.with_posts(), **kwargs)

    def label_from_instance(self, person):
        """Alex Moor, Chief Constable"""
        held = person.current_appointment
        return f"{person.name}, {held.title}" if held else person.name


class PasteField(forms.CharField):
    """Recommendations, one a block; its value is the list of them."""

    def to_python(self, value):
        """The blocks, with number and kind in front of them taken off."""
        return pasting.pieces_of(super().to_python(readable(value or "")))

    def validate(self, value):
        """At least one, none too long."""
        if not value:
            raise forms.ValidationError("Paste or write at least one recommendation.", code="required")
        if len(value) > operations.MOST:
            raise forms.ValidationError(
                f"These are {len(value)} recommendations; one report holds at most {operations.MOST}. Check what was pasted."
            )
        for piece in value:
            if len(piece.text) > operations.MOST_LETTERS:
                raise forms.ValidationError(
                    f"“{piece.text[:60]}…” is {len(piece.text):,} letters long; one recommendation has at most "
                    f"{operations.MOST_LETTERS:,}. An empty line begins the next one."
                )

    def run_validators(self, value):
        """The length is looked at before the text is taken apart."""


class AddForm(SeenForm):
    """What a report asks for, pasted as a list, and what all of the list have in common."""

    pasted = PasteField(
        label="Recommendations",
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="With an empty line between one and the next. A number (“3.”) or a name (“Area for improvement 2:”) in "
        "front is understood.",
    )
    kind = forms.ChoiceField(
        choices=Recommendation.Kind.choices,
        widget=forms.RadioSelect,
        initial=Recommendation.Kind.RECOMMENDATION,
        help_text="Of those that do not say it themselves.",
    )
    addressee = WordsField(
        label="Addressed to", required=False, max_length=200, help_text="For instance: chief constables. All of these."
    )
    owner = PersonField(label="Owner", required=False, empty_label="Nobody yet")
    due = DayField(label="Due", required=False)

    def __init__(self, *args, inspection, **kwargs):
        super().__init__(*args, initial={"seen": inspection.version}, **kwargs)
        self.inspection = inspection

    def clean_due(self):
        """Not before the report."""
        return _due(self.cleaned_data["due"], self.inspection)

    @property
    def common(self):
        """What all of the list have in common."""
        return {name: self.cleaned_data[name] for name in ("kind", "addressee", "owner", "due")}


class RecommendationForm(SeenForm):
    """What a recommendation says, who sees to it, and its place in the list."""

    label = WordsField(label="Number as printed", required=False, max_length=20)
    kind = forms.ChoiceField(choices=Recommendation.Kind.choices, widget=forms.RadioSelect)
    text = WordsField(label="What is recommended", what="what is recommended", rows=6, max_length=4000)
    addressee = WordsField(
        label="Addressed to", required=False, max_length=200, help_text="For instance: chief constables"
    )
    owner = PersonField(label="Owner", required=False, empty_label="Nobody yet")
    due = DayField(label="Due", required=False)
    position = forms.IntegerField(
        label="Place in the list",
        min_value=1,
        max_value=operations.MOST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "width-5"}),
        error_messages={"required": "Enter the place in the list.", "invalid": "Enter the place as a number, like 3."},
    )

    SAID = operations.RECOMMENDATION_FIELDS

    def __init__(self, *args, recommendation, **kwargs):
        names = (*self.SAID, "position")
        said = {name: getattr(recommendation, name) for name in names} | {"seen": recommendation.version}
        super().__init__(*args, initial=said, **kwargs)
        self.recommendation = recommendation

    def clean_due(self):
        """Not before the report."""
        return _due(self.cleaned_data["due"], self.recommendation.inspection)

    @property
    def words(self):
        """The fields as typed."""
        return {name: self.cleaned_data[name] for name in self.SAID}


def _due(due, inspection):
    published = inspection.published_on
    if due and due < published:
        raise forms.ValidationError(f"The report was published on {in_words(published)}. Enter a day after that.")
    if due and due - published > operations.FARTHEST:
        raise forms.ValidationError(f"{in_words(due)} is more than twenty years after the report. Check the year.")
    return due


class StatusForm(TakesFile, SeenForm):
    """What became of a recommendation, and what shows it."""

    status = forms.ChoiceField(
        label="Status",
        choices=Recommendation.Status.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what became of it."},
    )
    on = DayField(label="On which day", error_messages={"required": "Enter the day."})
    evidence = WordsField(
        label="What shows it",
        what="what shows it",
        rows=4,
        max_length=4000,
        help_text="For instance a report, a figure, or what was said in which meeting. The public reads the status and its "
        "day, not what shows it.",
    )
    file = forms.FileField(
        label="Evidence as a file",
        required=False,
        help_text=ANY_FILE,
        error_messages={"empty": "This file is empty. Choose another."},
    )

    def __init__(self, *args, recommendation, user, **kwargs):
        initial = {"seen": recommendation.version, "status": recommendation.status, "on": today()}
        super().__init__(*args, initial=initial, **kwargs)
        self.recommendation, self.user = recommendation, user
        if user.works_for_force:
            self.fields["status"].choices = [(each.value, each.label) for each in operations.SAID_BY_FORCE]

    def clean(self):
        """What cannot be is said beside the field."""
        said = super().clean()
        if not self.errors:
            asked = {name: said[name] for name in ("status", "on", "evidence")}
            for name, words in operations.status_problems(self.recommendation, **asked, by=self.user):
                self.add_error(name, words)
        return said

    @property
    def words(self):
        """The change as typed."""
        return {name: self.cleaned_data[name] for name in ("status", "on", "evidence")}


class LinksForm(SeenForm):
    """What belongs to a recommendation: what is linked now, and what was found by the words that were looked for."""

    questions = RecordsField(links.questions(), required=False, widget=forms.CheckboxSelectMultiple)
    actions = RecordsField(links.actions(), required=False, widget=forms.CheckboxSelectMultiple)
    indicators = RecordsField(links.indicators(), required=False, widget=forms.CheckboxSelectMultiple)
    reports = RecordsField(links.reports(), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data=None, *, recommendation, words=""):
        self.now = links.linked_to(recommendation)
        keys = {name: [each.pk for each in records] for name, records in self.now.items()}
        super().__init__(data, initial={**keys, "seen": recommendation.version})
        for name in operations.LINKS:
            offered = list(dict.fromkeys([*self.now[name], *links.found(name, words)]))
            if data:
                typed = [pk for pk in data.getlist(name) if pk.isascii() and pk.isdecimal() and len(pk) < 19]
                offered += [each for each in links.SOURCES[name]().filter(pk__in=typed) if each not in offered]
            self.fields[name].choices = [(each.pk, links.in_words(name, each)) for each in offered]

    @property
    def chosen(self):
        """The records of each kind that are to be linked."""
        return {name: list(self.cleaned_data[name]) for name in operations.LINKS}

    @property
    def groups(self):
        """The fields that have something to choose from."""
        return [self[name] for name in operations.LINKS if self.fields[name].choices]
