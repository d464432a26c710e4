"""Forms for what the office tells the gate."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from opcc_portal.office.forms import DayField
from scrutiny.publication.gate.words import words_of
from scrutiny.publication.models import PreElectionPeriod, WithheldName
from scrutiny.register.text_fields import WordsField
from scrutiny.workflow.models import PublicationClass

FEWEST_LETTERS = 3


class WithheldNameForm(forms.ModelForm):
    """A name that must not appear, why, and until when."""

    name = WordsField(
        label="Name",
        what="the name",
        max_length=200,
        help_text="In full, as a paper would print it. Short forms, such as the surname with initials, are looked for too.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    why = WordsField(
        label="Why it must not appear",
        what="the reason",
        rows=3,
        max_length=1000,
        help_text="For the office alone, for instance: a witness in a case before the court.",
    )
    until = DayField(label="Last day", required=False, help_text="Leave it empty to withhold the name for good.")

    class Meta:
        model = WithheldName
        fields = ["name", "why", "until"]

    def clean_name(self):
        """Long enough to be looked for, and not on the list in other letters."""
        name, form = self.cleaned_data["name"], words_of(self.cleaned_data["name"])
        if len("".join(form)) < FEWEST_LETTERS:
            raise ValidationError("Enter the name in full: so few letters stand in every text.")
        for other in WithheldName.objects.exclude(pk=self.instance.pk):
            if words_of(other.name) == form:
                raise ValidationError("This name is on the list already. Change it there.")
        return name


class PreElectionPeriodForm(forms.ModelForm):
    """The weeks before an election."""

    name = WordsField(
        label="Election",
        what="the election",
        max_length=200,
        help_text="For instance, police and crime commissioner election.",
    )
    starts = DayField(label="First day")
    ends = DayField(label="Last day", help_text="Mostly the day of the election.")

    class Meta:
        model = PreElectionPeriod
        fields = ["name", "starts", "ends"]

    def clean(self):
        """The order of the days, said beside the field that is wrong."""
        given = super().clean()
        starts, ends = given.get("starts"), given.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", "The last day must not be before the first day.")
        return given

    def validate_constraints(self):
        """Asked in `clean`, where it can name the field."""


class PublicationClassForm(forms.ModelForm):
    """A class of the publication scheme. Its address is made from its first name and stays."""

    name = WordsField(label="Name", what="the name", max_length=120)
    description = WordsField(
        label="What the public finds here", rows=3, max_length=1000, required=False, help_text="One or two sentences."
    )
    position = forms.IntegerField(
        label="Place in the list",
        min_value=1,
        max_value=999,
        widget=forms.TextInput(attrs={"class": "width-5", "inputmode": "numeric"}),
    )

    class Meta:
        model = PublicationClass
        fields = ["name", "description", "position"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["position"] = PublicationClass.objects.count() + 1

    def clean_name(self):
        """A name of its own that makes an address of its own."""
        name = self.cleaned_data["name"]
        slug = self.instance.slug or slugify(name)[:80]
        others = PublicationClass.objects.exclude(pk=self.instance.pk)
        if not slug:
            raise ValidationError("Enter a name with letters or numbers in it.")
        if others.filter(slug=slug).exists() or others.filter(name__iexact=name).exists():
            raise ValidationError("Another class has this name, or one that makes the same address.")
        self.instance.slug = slug
        return name
