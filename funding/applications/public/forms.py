"""The pages of the application form, one subject each. A page can be saved with gaps and with what cannot be read yet."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from funding.applications.models import Application, ApplicationDocument
from funding.rounds.money import MoneyField, in_pounds
from opcc_portal.files.words import size_words
from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField, in_words
from scrutiny.indicators.models import Area
from scrutiny.people.identifiers import clean_number
from scrutiny.people.models import Identifier
from scrutiny.workflow.forms import WordsField, readable

LONGEST = 5000
MOST_KEPT = 20_000  # letters of a text that is too long, so that its writer can shorten it another day
LARGEST_FILE = 10 * 1024 * 1024
POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")
EMAIL_WORDS = {
    "required": "Enter your e-mail address.",
    "invalid": "Enter an e-mail address like name@example.org.",
}


def _email(label, **kwargs):
    widget = forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"})
    return forms.EmailField(label=label, max_length=254, widget=widget, error_messages=EMAIL_WORDS, **kwargs)


class StartForm(forms.Form):
    """Where to send the link."""

    email = _email(
        "Your e-mail address",
        help_text="We mail you a link. With it you begin, and come back as often as you like until you send.",
    )


class AddressForm(forms.Form):
    """Whose link it is."""

    email = _email("Your e-mail address", help_text="The one that the mail with this link was sent to.")


class PageForm(forms.Form):
    """One page of the application."""

    slug = heading = lede = ""

    def __init__(self, data=None, *, application):
        self.application = application
        super().__init__(data)
        self.settle_fields()
        self.initial = {name: self._said(name) for name in self.fields}

    @classmethod
    def of(cls, application):
        """The page as it was saved, looked through: its errors are what is missing or wrong."""
        page = cls(application=application)
        said = {name: page.fields[name].prepare_value(value) for name, value in page.initial.items()}
        page.data = {name: "" if value is None else value for name, value in said.items()}
        page.is_bound = True
        return page

    def settle_fields(self):
        """What depends on the round."""

    def _said(self, name):
        return self.application.typed.get(name) or getattr(self.application, name)

    def taken(self):
        """({field: value}, {field: text that cannot be read}); a field without either is empty."""
        self.is_valid()  # looks through what was typed
        values, typed = {}, {}
        for name in self.fields:
            if name in self.cleaned_data:
                values[name] = self.cleaned_data[name]
                continue
            values[name] = None if Application._meta.get_field(name).null else ""
            text = readable(str(self.data.get(name, ""))[:MOST_KEPT])
            if text.strip():
                typed[name] = text
        return values, typed

    @property
    def is_done(self):
        """Whether nothing is missing or wrong."""
        return not self.errors

    def in_words(self):
        """[(label, what is said)] as the applicant checks it before sending; what cannot be read is shown as typed."""
        return [(field.label, self._shown(field)) for field in self]

    def _shown(self, field):
        value = self._said(field.name)
        if value in (None, ""):
            return ""
        if isinstance(field.field, forms.ChoiceField) and not isinstance(field.field, forms.ModelChoiceField):
            return dict(field.field.choices).get(value, value)
        if isinstance(field.field, MoneyField) and not isinstance(value, str):
            return in_pounds(value)
        if isinstance(value, int):
            return f"{value:,}"
        return str(field.field.prepare_value(value) if isinstance(field.field, DayField) else value)


class OrganisationForm(PageForm):
    """Who applies."""

    slug, heading = "organisation", "Your organisation"

    applicant_kind = forms.ChoiceField(
        label="What kind of organisation are you?",
        choices=Application.Applicant,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what kind of organisation you are."},
    )
    applicant_name = WordsField(
        label="Name of your organisation",
        what="the name of your organisation",
        max_length=200,
        help_text="As it stands in its rules or on the register. If you apply as a person, your own name.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    charity_number = WordsField(
        label="Charity number",
        required=False,
        max_length=40,
        help_text="If you are a registered charity. For example, 1048995.",
        widget=forms.TextInput(attrs={"class": "width-10", "autocomplete": "off"}),
    )
    company_number = WordsField(
        label="Company number",
        required=False,
        max_length=40,
        help_text="If you are a company or community interest company. Eight characters, for example 02065445.",
        widget=forms.TextInput(attrs={"class": "width-10", "autocomplete": "off"}),
    )
    address = WordsField(
        label="Address",
        what="your address",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
        rows=3,
    )
    postcode = WordsField(
        what="your postcode",
        max_length=12,
        widget=forms.TextInput(attrs={"class": "width-10", "autocomplete": "postal-code"}),
    )

    def clean_charity_number(self):
        """As the register writes it."""
        return _number(Identifier.List.CHARITY, self.cleaned_data["charity_number"])

    def clean_company_number(self):
        """As the register writes it, with its leading zeros."""
        return _number(Identifier.List.COMPANY, self.cleaned_data["company_number"])

    def clean_postcode(self):
        """In capitals, with its one space."""
        close = "".join(self.cleaned_data["postcode"].split()).upper()
        if not POSTCODE.fullmatch(close):
            raise ValidationError("Enter a whole postcode, like LS1 1AA.", code="postcode")
        return f"{close[:-3]} {close[-3:]}"

    def clean(self):
        """Whoever is on a register says where."""
        said = super().clean()
        for kind, name, words in (
            (Application.Applicant.CHARITY, "charity_number", "charity number"),
            (Application.Applicant.COMPANY, "company_number", "company number"),
        ):
            if said.get("applicant_kind") == kind and name in said and not said[name]:
                self.add_error(name, f"Enter your {words}.")
        return said


class ContactForm(PageForm):
    """Whom to ask."""

    slug, heading = "contact", "Who we can ask"
    lede = "Somebody who knows the project. We use this for the application only and publish none of it."

    contact_name = WordsField(
        label="Name", what="a name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_email = _email("E-mail address")
    contact_phone = WordsField(
        label="Telephone number",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "width-20"}),
    )


class ProjectForm(PageForm):
    """What it is for."""

    slug, heading = "project", "Your project"

    title = WordsField(
        label="Name of the project",
        what="a name for the project",
        max_length=140,
        help_text="Short and plain: if you are successful, it is published.",
    )
    summary = WordsField(
        label="What is the money for?",
        what="what the money is for",
        rows=8,
        max_length=LONGEST,
        help_text="What you will do, with whom, and what you will pay for. At most 5,000 letters, about 800 words.",
    )
    reasons = WordsField(
        label="How does it reduce crime and disorder?",
        what="how it reduces crime and disorder",
        rows=8,
        max_length=LONGEST,
        help_text="What is wrong now, and how you know that your project helps. At most 5,000 letters.",
    )
    priority = forms.ModelChoiceField(
        None,
        label="Which priority does it serve most?",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose the priority that it serves most."},
    )

    def settle_fields(self):
        """The priorities of the round, where it names any."""
        self.fields["priority"].queryset = named = self.application.round.priorities.all()
        if not named:
            del self.fields["priority"]


class CountField(forms.IntegerField):
    """A number of people, with or without commas."""

    def to_python(self, value):
        """1,200 and 1 200 are the same."""
        return super().to_python("".join(value.replace(",", "").split()) if isinstance(value, str) else value)


class PlaceForm(PageForm):
    """Where and when."""

    slug, heading = "place", "Where and when"

    area = forms.ModelChoiceField(
        None,
        label="Where does the project take place?",
        help_text="The place where most of it happens.",
        empty_label="Choose a place",
        error_messages={"required": "Choose where the project takes place."},
    )
    starts = DayField(label="First day of the project", error_messages={"required": "Enter the first day."})
    ends = DayField(label="Last day of the project", error_messages={"required": "Enter the last day."})
    beneficiaries = CountField(
        label="How many people will take part?",
        required=False,
        min_value=1,
        max_value=10_000_000,
        help_text="Your best estimate, in figures.",
        widget=forms.TextInput(attrs={"class": "width-10", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": "Enter a whole number in figures, like 40.",
            "min_value": "Enter 1 or more, or leave it empty.",
            "max_value": "Check the number: that is more people than live here.",
        },
    )

    def settle_fields(self):
        """The force's area and its districts; without any, nothing is asked."""
        here = Q(kind=Area.Kind.DISTRICT) | Q(kind=Area.Kind.FORCE, parts__kind=Area.Kind.DISTRICT)
        still = Q(valid_to=None) | Q(valid_to__gte=today())
        self.fields["area"].queryset = Area.objects.filter(here, still).distinct()
        if not self.fields["area"].queryset:
            del self.fields["area"]

    def clean_starts(self):
        """Money is given for what is still to come."""
        day, closes = self.cleaned_data["starts"], self.application.round.closes
        if day < closes:
            raise ValidationError(
                f"The round closes on {in_words(closes)}, and money is given for what starts later. Enter a later day.",
                code="past",
            )
        return self._near(day)

    def clean_ends(self):
        """A year far away is a slip."""
        return self._near(self.cleaned_data["ends"])

    def _near(self, day):
        if day.year > self.application.round.closes.year + 10:
            raise ValidationError(f"{day.year} is far away. Check the year.", code="year")
        return day

    def clean(self):
        """First the first day."""
        said = super().clean()
        if said.get("starts") and said.get("ends") and said["ends"] < said["starts"]:
            self.add_error("ends", "The last day must not be before the first day.")
        return said


class MoneyForm(PageForm):
    """How much."""

    slug, heading = "money", "The money"

    amount = MoneyField(label="How much do you ask for?")
    total_cost = MoneyField(
        label="What does the whole project cost?",
        required=False,
        help_text="If others pay as well. Leave it empty if the grant pays for all of it.",
    )

    def settle_fields(self):
        """The most that can be asked for stands beside the field."""
        hint = f" At most {in_pounds(self._most)}." if self._most else ""
        self.fields["amount"].help_text = f"In pounds.{hint}"

    @property
    def _most(self):
        return self.application.round.fund.maximum_grant

    def clean_amount(self):
        """Not more than there is."""
        amount, round_ = self.cleaned_data["amount"], self.application.round
        if self._most and amount > self._most:
            raise ValidationError(f"The largest grant is {in_pounds(self._most)}. Ask for that or less.", code="cap")
        if amount > round_.budget:
            raise ValidationError(f"The round has {in_pounds(round_.budget)} in all. Ask for less.", code="budget")
        return amount

    def clean(self):
        """The whole costs no less than its part."""
        said = super().clean()
        if said.get("amount") and said.get("total_cost") and said["total_cost"] < said["amount"]:
            self.add_error("total_cost", "The whole project would cost less than you ask for. Check both amounts.")
        return said


class DocumentForm(forms.Form):
    """A file that goes with the application."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=[("", "Choose"), *ApplicationDocument.Kind.choices],
        error_messages={"required": "Choose what kind of document it is."},
    )
    file = forms.FileField(
        label="File",
        max_length=255,
        help_text=f"PDF, Word, Excel, PowerPoint, CSV, PNG or JPEG, at most {size_words(LARGEST_FILE)}.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.xlsx,.pptx,.csv,.png,.jpg,.jpeg"}),
        error_messages={"required": "Choose a file.", "empty": "This file is empty. Choose another one."},
    )

    def clean_file(self):
        """Small enough."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(
                f"This file is {size_words(file.size)}; it can be at most {size_words(LARGEST_FILE)}. Save it with "
                "smaller pictures, or split it.",
                code="large",
            )
        return file


class DeclarationForm(forms.Form):
    """The last page: who declares, and that they do."""

    agrees = forms.BooleanField(
        label="I declare this for the applicant", error_messages={"required": "Tick that you declare this."}
    )
    declared_by = WordsField(
        label="Your name",
        what="your name",
        max_length=200,
        help_text="Whoever may sign for the applicant.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


def _number(which, text):
    return clean_number(which, text) if text else ""


PAGES = (OrganisationForm, ContactForm, ProjectForm, PlaceForm, MoneyForm)
