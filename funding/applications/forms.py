"""Forms of applications: writing one down, checking it, its papers, who applied, and the filters of the list."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from funding.applications import operations
from funding.applications.models import Application, ApplicationDocument, EligibilityAnswer
from funding.rounds.money import MoneyField
from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField, in_words
from scrutiny.indicators.models import Area
from scrutiny.people.identifiers import clean_number
from scrutiny.people.models import Organisation
from scrutiny.plan.models import Priority
from scrutiny.register.forms import TakesFile
from scrutiny.register.text_fields import FilterForm
from scrutiny.workflow.forms import WordsField

LONGEST = 5000


class SeenForm(forms.Form):
    """A form that knows which state of the application it was filled in for."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def saw(self, newer):
        """Keep what was typed, now knowing the state that somebody else saved."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = newer.version


# --- the application itself ------------------------------------------------------------------------------------------------


class ApplicationForm(SeenForm):
    """What an application says. A number of a list must have the shape that the list gives its numbers."""

    applicant_name = WordsField(label="Name of the applicant", what="the name of the applicant", max_length=200)
    applicant_kind = forms.ChoiceField(
        label="Kind of applicant",
        choices=[("", "Choose one"), *Application.Applicant.choices],
        error_messages={"required": "Choose what kind of applicant it is."},
        help_text="The name of a person is never published.",
    )
    charity_number = WordsField(
        required=False, max_length=30, help_text="Of the Charity Commission for England and Wales, for example 1048995."
    )
    company_number = WordsField(
        required=False, max_length=30, help_text="Eight characters with all leading zeros, for example 02065445."
    )
    address = WordsField(rows=3, required=False, max_length=500)
    postcode = WordsField(required=False, max_length=8, widget=forms.TextInput(attrs={"class": "width-10"}))
    contact_name = WordsField(label="Name of the contact", required=False, max_length=200)
    contact_email = forms.EmailField(
        label="E-mail address",
        required=False,
        error_messages={"invalid": "Enter an e-mail address like name@example.org."},
    )
    contact_phone = WordsField(label="Telephone number", required=False, max_length=40)
    title = WordsField(label="Name of the project", what="the name of the project", max_length=140)
    summary = WordsField(label="What the money is for", what="what the money is for", rows=5, max_length=LONGEST)
    reasons = WordsField(label="How it reduces crime and disorder", required=False, rows=5, max_length=LONGEST)
    amount = MoneyField(label="Amount asked for, in pounds")
    total_cost = MoneyField(label="Cost of the whole project, in pounds", required=False)
    area = forms.ModelChoiceField(Area.objects.all(), required=False, empty_label="Not said")
    priority = forms.ModelChoiceField(Priority.objects.none(), required=False, empty_label="Not said")
    starts = DayField(label="First day of the project", required=False)
    ends = DayField(label="Last day of the project", required=False)
    beneficiaries = forms.IntegerField(
        label="People who take part",
        required=False,
        min_value=0,
        max_value=10_000_000,
        widget=forms.TextInput(attrs={"class": "width-10", "inputmode": "numeric"}),
        error_messages={"invalid": "Enter a whole number of people, for example 120."},
    )
    declared_by = WordsField(
        label="Who signed the declaration", required=False, max_length=200, help_text="Empty where nobody did."
    )

    GROUPS = (
        ("Who applies", ("applicant_name", "applicant_kind", "charity_number", "company_number")),
        ("How to reach them", ("address", "postcode", "contact_name", "contact_email", "contact_phone")),
        ("The project", ("title", "summary", "reasons", "area", "priority", "starts", "ends", "beneficiaries")),
        ("The money", ("amount", "total_cost")),
        ("Declaration", ("declared_by",)),
    )

    def __init__(self, *args, round_, may_contact, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["priority"].queryset = _priorities_of(round_, self.initial.get("priority"))
        if not may_contact:
            for name in operations.CONTACT:
                del self.fields[name]

    @staticmethod
    def initial_for(application):
        """The application as the form first shows it."""
        return {name: getattr(application, name) for name in operations.WORDS} | {"seen": application.version}

    def groups(self):
        """[(legend, fields)] in the order of the page."""
        found = [(legend, [self[name] for name in names if name in self.fields]) for legend, names in self.GROUPS]
        return [(legend, fields) for legend, fields in found if fields]

    def clean(self):
        """Numbers in their lists' shapes; a project that does not end before it starts."""
        done = super().clean()
        for name, which in operations.NUMBERS.items():
            if done.get(name):
                try:
                    done[name] = clean_number(which, done[name])
                except ValidationError as wrong:
                    self.add_error(name, wrong)
        starts, ends = done.get("starts"), done.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", "The last day of the project must not be before its first day.")
        for name in ("starts", "ends"):
            if done.get(name) and done[name] > today() + operations.FARTHEST:
                self.add_error(name, f"{in_words(done[name])} is more than ten years away. Check the year.")
        if done.get("amount") and done.get("total_cost") and done["total_cost"] < done["amount"]:
            self.add_error("total_cost", "The whole project would cost less than is asked for. Check both amounts.")
        return done

    @property
    def words(self):
        """The application's fields as typed."""
        return {name: self.cleaned_data[name] for name in operations.WORDS if name in self.fields}

    def build_on(self, newer):
        """Take over `newer` as seen: [(label, saved, typed)] where what was typed differs from what somebody saved."""
        self.saw(newer)
        differing = []
        for name, typed in self.words.items():
            saved = getattr(newer, name)
            if saved != typed:
                differing.append(
                    (self.fields[name].label or name.capitalize(), self._print(name, saved), self._print(name, typed))
                )
        return [(label.replace("_", " "), saved, typed) for label, saved, typed in differing]

    def _print(self, name, value):
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            return str(value or "not said")
        if isinstance(field, forms.ChoiceField):
            return dict(field.choices).get(value, "")
        return field.prepare_value(value) if value not in (None, "") else "nothing"


def _priorities_of(round_, present):
    """What a round is for, with what an application names already; every priority where the round names none."""
    if not round_.priorities.exists():
        return Priority.objects.all()
    return Priority.objects.filter(Q(rounds=round_) | Q(pk=present.pk if present else None)).distinct()


class PaperForm(ApplicationForm):
    """An application that reached the office on paper or by e-mail."""

    came_on = DayField(label="Day on which it reached the office")
    late = WordsField(
        label="Why it is taken after the last day",
        required=False,
        max_length=300,
        help_text="Only where it came after the round closed. The history of the application shows it.",
    )
    another = forms.BooleanField(
        label="It is another application, not the same one again", required=False, widget=forms.HiddenInput
    )

    GROUPS = (("When it came", ("came_on", "late")), *ApplicationForm.GROUPS)

    def __init__(self, *args, round_, **kwargs):
        super().__init__(*args, round_=round_, **kwargs)
        self.round = round_
        self.initial.setdefault("came_on", min(today(), round_.closes))

    def clean(self):
        """A day on which the round took applications, or why not; the same application only once."""
        done = super().clean()
        day, round_ = done.get("came_on"), self.round
        if day and day > today():
            self.add_error("came_on", f"This day is in the future. It is {in_words(today())} today.")
        elif day and day < round_.opens:
            self.add_error("came_on", f"The round opened on {in_words(round_.opens)} only. Check the day.")
        elif day and day > round_.closes and not done.get("late"):
            self.add_error("late", f"The round closed on {in_words(round_.closes)}. Say why it is taken all the same.")
        if not self.errors:
            self._ask_about_twin(done)
        return done

    def _ask_about_twin(self, done):
        same = operations.twin(self.application)
        if same:
            self.fields["another"].widget = forms.CheckboxInput()
            if not done.get("another"):
                self.add_error(
                    "another", f"{same.reference} says the same: applicant, project and amount. Is this another one?"
                )

    @property
    def application(self):
        """The application that the form describes, not received yet."""
        made = Application(round=self.round, origin=Application.Origin.OFFICE, **self.words)
        made.declared_at = self.arrival if made.declared_by else None
        return made

    @property
    def arrival(self):
        """The moment at which it came: now, or noon of the day."""
        day = self.cleaned_data["came_on"]
        if day == today():
            return timezone.now()
        return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))


# --- status, eligibility, papers ------------------------------------------------------------------------------------------


class StatusForm(SeenForm):
    """Another status, and why."""

    status = forms.ChoiceField(
        label="It is",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what becomes of it."},
    )
    text = WordsField(
        label="Why", what="why", rows=3, max_length=2000, help_text="The history of the application shows it."
    )

    WORDS = {
        Application.Status.SUBMITTED: "taken up again",
        Application.Status.INELIGIBLE: "not eligible",
        Application.Status.WITHDRAWN: "withdrawn by the applicant",
    }

    def __init__(self, *args, application, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [(way, self.WORDS[way]) for way in operations.ways_on(application)]
        self.initial.setdefault("seen", application.version)


class EligibilityForm(SeenForm):
    """Each condition of the round: met, not met, to be asked, or not looked at."""

    NOT_YET = "none"

    def __init__(self, *args, application, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("seen", application.version)
        self.questions = list(application.round.eligibility.all())
        given = {answer.question_id: answer for answer in application.eligibility_answers.all()}
        for question in self.questions:
            answer = given.get(question.pk)
            self.fields[f"outcome_{question.pk}"] = forms.ChoiceField(
                label=question.text,
                choices=[*EligibilityAnswer.Outcome.choices, (self.NOT_YET, "Not looked at")],
                widget=forms.RadioSelect,
                initial=answer.outcome if answer else self.NOT_YET,
                error_messages={"required": "Choose what you found."},
            )
            self.fields[f"note_{question.pk}"] = WordsField(
                label="Note", required=False, max_length=500, initial=answer.note if answer else ""
            )

    def rows(self):
        """[(field of the answer, field of the note)]"""
        return [(self[f"outcome_{each.pk}"], self[f"note_{each.pk}"]) for each in self.questions]

    @property
    def answers(self):
        """{question: (outcome, note)}"""
        done = self.cleaned_data
        found = {each: (done[f"outcome_{each.pk}"], done[f"note_{each.pk}"]) for each in self.questions}
        return {each: ("" if outcome == self.NOT_YET else outcome, note) for each, (outcome, note) in found.items()}


class DocumentForm(TakesFile, forms.Form):
    """A file that goes with the application."""

    kind = forms.ChoiceField(
        label="What it is",
        choices=[("", "Choose one"), *ApplicationDocument.Kind.choices],
        error_messages={"required": "Choose what it is."},
    )
    title = WordsField(required=False, max_length=200, help_text="Empty: the name of the file.")
    file = forms.FileField(
        help_text="PDF, Word, Excel, PowerPoint, CSV, PNG or JPEG, at most 50 MB.",
        error_messages={"required": "Choose a file.", "empty": "This file is empty. Choose another."},
    )


# --- who applied -------------------------------------------------------------------------------------------------------------


class LinkForm(SeenForm):
    """Which of the organisations listed here the applicant is. `candidates` are those to choose from, each with `why`."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.all(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose the organisation.", "invalid_choice": "Choose one of these organisations."},
    )

    def __init__(self, *args, application, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("seen", application.version)
        self.initial.setdefault("organisation", application.organisation_id)
        nobody = [("", "Not known yet")] if application.organisation_id else []
        self.fields["organisation"].choices = [
            *((each.pk, f"{each.name} ({each.why})") for each in candidates),
            *nobody,
        ]
        self.fields["organisation"].required = not nobody


class SearchForm(forms.Form):
    """Looks for an organisation by its name."""

    q = WordsField(label="Name of the organisation", required=False, max_length=200)


class NewOrganisationForm(SeenForm):
    """The applicant as a new organisation."""

    name = WordsField(what="the name of the organisation", max_length=200)
    kind = forms.ChoiceField(choices=Organisation.Kind.choices)
    website = forms.URLField(
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Enter a whole address, like https://www.example.org."},
    )

    KINDS = {
        Application.Applicant.CHARITY: Organisation.Kind.CHARITY,
        Application.Applicant.GROUP: Organisation.Kind.CHARITY,
        Application.Applicant.COMPANY: Organisation.Kind.COMPANY,
        Application.Applicant.COUNCIL: Organisation.Kind.COUNCIL,
    }

    def __init__(self, *args, application, **kwargs):
        super().__init__(*args, **kwargs)
        kind = self.KINDS.get(application.applicant_kind, Organisation.Kind.PARTNER)
        ordinary = {"seen": application.version, "name": application.applicant_name, "kind": kind}
        self.initial = ordinary | self.initial

    def clean_name(self):
        """A name stands once in the list."""
        name = self.cleaned_data["name"]
        if Organisation.objects.filter(name__iexact=name).exists():
            raise ValidationError("This organisation is already listed. Look for it above and choose it there.")
        return name

    @property
    def organisation(self):
        """The organisation as described, not saved."""
        return Organisation(**{name: self.cleaned_data[name] for name in ("name", "kind", "website")})


# --- the list ----------------------------------------------------------------------------------------------------------------


class ApplicationFilter(FilterForm):
    """Which applications of a round to list."""

    text = WordsField(label="Name, project or reference", required=False, max_length=200)
    status = forms.ChoiceField(
        required=False, choices=[("", "Every status"), *Application.Status.choices[1:]]
    )  # drafts are the applicants' own
    look = forms.ChoiceField(
        label="To look at",
        required=False,
        choices=[
            ("", "All"),
            ("unchecked", "Eligibility not checked"),
            ("unlisted", "Applicant not matched"),
            ("above", "Above the largest grant"),
        ],
    )
    applicant = forms.ChoiceField(
        label="Kind of applicant", required=False, choices=[("", "Every kind"), *Application.Applicant.choices]
    )
    area = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, choices=[("", "Every area")])
    priority = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, choices=[("", "Every priority")])
    at_least = MoneyField(label="Amount from", required=False)
    at_most = MoneyField(label="Amount to", required=False)

    folded = ("applicant", "area", "priority", "at_least", "at_most")

    def narrow(self, applications, fund):
        """The applications that the filter asks for."""
        wanted = self.wanted
        plain = {
            "status": "status", "applicant": "applicant_kind", "area": "area", "priority": "priority",
            "at_least": "amount__gte", "at_most": "amount__lte",
        }  # fmt: skip
        applications = applications.filter(**{lookup: wanted[name] for name, lookup in plain.items() if name in wanted})
        if look := wanted.get("look"):
            applications = applications.filter(_to_look_at(look, fund))
        if text := wanted.get("text"):
            applications = applications.filter(
                Q(applicant_name__icontains=text) | Q(title__icontains=text) | Q(reference__icontains=text)
            )
        return applications


def _to_look_at(look, fund):
    if look == "unchecked":
        return Q(status=Application.Status.SUBMITTED)
    if look == "unlisted":
        return Q(organisation=None) & ~Q(applicant_kind=Application.Applicant.INDIVIDUAL)
    return Q(amount__gt=fund.maximum_grant) if fund.maximum_grant else Q(pk=None)
