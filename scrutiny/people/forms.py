"""Forms for persons, posts, organisations and appointments."""

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.html import format_html, format_html_join

from opcc_portal.accounts.models import User
from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField, WebField
from scrutiny.people.identifiers import clean_number
from scrutiny.people.models import Appointment, Identifier, Organisation, Person, PersonAlias, Post
from scrutiny.people.operations import namesakes

ONE_LINE = forms.TextInput(attrs={"autocomplete": "off"})
DAY = forms.TextInput(attrs={"class": "date", "autocomplete": "off"})


class PostChoiceField(forms.ModelChoiceField):
    """A post with the body it belongs to: three forces may each have a Chief Constable."""

    def label_from_instance(self, post):
        """Chief Constable (CC), Northmoor Police"""
        return f"{post}, {post.organisation}" if post.organisation else str(post)


class SearchForm(forms.Form):
    """Narrows the list of persons."""

    helper = FormHelper()
    helper.form_method = "get"

    q = forms.CharField(
        label="Name or post", required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.filter(posts__isnull=False).distinct(), required=False, empty_label="All"
    )


class OrganisationSearchForm(forms.Form):
    """Narrows the list of organisations."""

    helper = FormHelper()
    helper.form_method = "get"

    q = forms.CharField(
        label="Name, short form or number",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(required=False, choices=[("", "Every kind"), *Organisation.Kind.choices])


class PersonForm(forms.ModelForm):
    """A person. A name that is known already must be confirmed to be somebody else's."""

    another_person = forms.BooleanField(
        label="This is somebody else with the same name", required=False, widget=forms.HiddenInput
    )

    field_order = ["name", "another_person"]

    class Meta:
        model = Person
        fields = ["name", "post_nominals", "account", "note"]
        widgets = {
            "name": ONE_LINE,
            "post_nominals": forms.TextInput(attrs={"class": "width-10", "autocomplete": "off"}),
        }
        help_texts = {
            "name": "As minutes print it, without rank or title.",
            "post_nominals": "For example, QPM.",
            "account": "If this person signs in here.",
        }
        error_messages = {
            "name": {"required": "Enter the person's name."},
            "account": {"unique": "That account belongs to another person already."},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        free = User.objects.filter(person=None) | User.objects.filter(person=self.instance.pk)
        self.fields["account"].queryset = free if self.instance.pk else User.objects.filter(person=None)
        self.fields["account"].empty_label = "None"

    def clean_name(self):
        """Spaces typed twice make no other person."""
        return " ".join(self.cleaned_data["name"].split())

    def clean(self):
        """Ask once about somebody of the same name."""
        given = super().clean()
        name = given.get("name")
        if not name or (self.instance.pk and name == self.initial.get("name")):
            return given
        known = namesakes(Person(pk=self.instance.pk, name=name))
        if known:
            self.fields["another_person"].widget = forms.CheckboxInput()
            # The bound field took its hint over when the form was read; it is the one that is shown.
            self["another_person"].help_text = format_html("Already listed: {}.", _links(known))
            if not given.get("another_person"):
                self.add_error("another_person", f"{name} is already listed. Say whether this is somebody else.")
        return given


def _links(known):
    return format_html_join(
        "; ", '<a href="{}">{}</a>{}', ((person.get_absolute_url(), person, _in_post(person)) for person in known)
    )


def _in_post(person):
    held = person.appointment_on(today())
    return f", {held.title}" if held else ""


class NewPersonForm(PersonForm):
    """A person and, at once, the post they hold."""

    post = PostChoiceField(
        Post.objects.by_body(), required=False, empty_label="None, or not known", help_text="The post held now."
    )
    qualifier = forms.ChoiceField(
        label="How held", choices=Appointment.Qualifier.choices, required=False, initial=Appointment.Qualifier.NONE
    )
    starts = DayField(label="First day in this post", required=False, help_text="Leave empty if not known.")

    field_order = ["name", "another_person", "post_nominals", "post", "qualifier", "starts", "account", "note"]

    def appointment(self):
        """The appointment that the form describes, or None."""
        given = self.cleaned_data
        if not given["post"]:
            return None
        return Appointment(post=given["post"], qualifier=given["qualifier"], starts=given["starts"])


class OrganisationForm(forms.ModelForm):
    """A body."""

    class Meta:
        model = Organisation
        fields = ["name", "short_name", "kind", "website", "note"]
        widgets = {"name": ONE_LINE, "short_name": forms.TextInput(attrs={"class": "width-20", "autocomplete": "off"})}
        field_classes = {"website": WebField}
        error_messages = {"name": {"required": "Enter the organisation's name."}}

    def clean_name(self):
        """Spaces typed twice make no other organisation."""
        return " ".join(self.cleaned_data["name"].split())


class PostForm(forms.ModelForm):
    """A post or rank."""

    class Meta:
        model = Post
        fields = ["title", "abbreviation", "rank", "organisation", "seniority"]
        widgets = {
            "title": ONE_LINE,
            "abbreviation": forms.TextInput(attrs={"class": "width-10", "autocomplete": "off"}),
            "seniority": forms.NumberInput(attrs={"class": "width-4"}),
        }
        help_texts = {"title": "For example, Assistant Chief Constable.", "abbreviation": "For example, ACC."}
        error_messages = {"title": {"required": "Enter the title of the post."}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].empty_label = "None"


class AppointmentForm(forms.ModelForm):
    """A person in a post, from one day to another."""

    post = PostChoiceField(
        Post.objects.by_body(), error_messages={"required": "Choose a post."}, empty_label="Choose a post"
    )

    class Meta:
        model = Appointment
        fields = ["post", "qualifier", "starts", "ends", "source"]
        field_classes = {"starts": DayField, "ends": DayField}
        widgets = {"starts": DAY, "ends": DAY}
        labels = {"qualifier": "How held"}
        help_texts = {"starts": "Leave empty if not known.", "ends": "Leave empty while it goes on."}


class MoveOnForm(forms.Form):
    """The last day in a post, and the post that follows."""

    last_day = DayField(label="Last day in this post", error_messages={"required": "Enter the last day."})
    post = PostChoiceField(
        Post.objects.by_body(),
        label="Next post",
        required=False,
        empty_label="None",
        help_text="It starts on the following day.",
    )
    qualifier = forms.ChoiceField(
        label="How the next post is held", choices=Appointment.Qualifier.choices, required=False
    )

    def next_appointment(self):
        """The appointment that follows, or None."""
        given = self.cleaned_data
        return Appointment(post=given["post"], qualifier=given["qualifier"]) if given["post"] else None


class AliasForm(forms.ModelForm):
    """Another spelling or rank of the same person, as some paper printed it."""

    class Meta:
        model = PersonAlias
        fields = ["name", "printed_post", "year", "source"]
        widgets = {"name": ONE_LINE, "year": forms.NumberInput(attrs={"class": "width-4", "min": 1800, "max": 2200})}
        labels = {"name": "Name as printed"}
        help_texts = {"source": "The paper that prints it so."}
        error_messages = {"name": {"required": "Enter the other name or spelling."}}

    def clean_name(self):
        """Spaces typed twice make no other name."""
        return " ".join(self.cleaned_data["name"].split())


class IdentifierForm(forms.ModelForm):
    """The number of an organisation in a public list. `seen` is how it read when the form was opened."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    number = forms.CharField(
        max_length=40,
        widget=forms.TextInput(attrs={"class": "width-20", "autocomplete": "off"}),
        help_text="With all leading zeros, for example 02065445.",
        error_messages={"required": "Enter the number."},
    )

    class Meta:
        model = Identifier
        fields = ["list", "number"]
        error_messages = {"list": {"required": "Choose the list."}}

    field_order = ["list", "number"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["list"].choices = [("", "Choose a list"), *Identifier.List.choices]
        self.initial["seen"] = self.stands

    @property
    def stands(self):
        """The identifier as it is kept."""
        kept = Identifier.objects.filter(pk=self.instance.pk).first() if self.instance.pk else None
        return str(kept or "")

    def clean(self):
        """A number of the shape that its list gives, which nobody else changed meanwhile."""
        given = super().clean()
        if given.get("list") and given.get("number"):
            try:
                given["number"] = clean_number(given["list"], given["number"])
            except forms.ValidationError as wrong:
                self.add_error("number", wrong)
        if self.instance.pk and given.get("seen") != self.stands:
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = self.stands
            self.add_error(
                None,
                f"Somebody else changed this number to {self.stands} meanwhile. Yours is below; save it if it is right.",
            )
        return given
