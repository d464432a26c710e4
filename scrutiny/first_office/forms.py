"""What a new portal must know: one form for the page and for the questions in the terminal."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from opcc_portal.accounts.models import User
from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField
from opcc_portal.office.models import Office
from scrutiny.first_office.operations import is_code
from scrutiny.meetings.models import MeetingSeries

OFFICE = [
    *("legal_name", "display_name", "short_name", "area_name", "holder_title", "holder_abbreviation", "holder_name"),
    *("force_name", "force_short_name", "valid_from"),
]
ADMINISTRATOR = ["name", "username", "email"]


class FirstOfficeForm(forms.ModelForm):
    """The office, its first administrator, its first meeting series."""

    name = forms.CharField(label="Your full name", max_length=200)
    username = forms.CharField(label="Your user name", max_length=150, help_text="Short, without spaces.")
    email = forms.EmailField(label="Your work e-mail")
    password = forms.CharField(
        label="A password",
        strip=False,
        help_text="At least 12 characters.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "data-show-password": ""}, render_value=True),
    )
    password_again = forms.CharField(
        label="The password again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "data-show-password": ""}, render_value=True),
    )
    series = forms.CharField(
        label="Name of the first meeting series",
        max_length=200,
        help_text="The meeting you hold again and again. More can be added later.",
    )

    GROUPS = (
        ("The office", OFFICE),
        ("The first administrator", [*ADMINISTRATOR, "password", "password_again"]),
        ("Meetings", ["series"]),
    )

    class Meta:
        model = Office
        fields = OFFICE
        field_classes = {"valid_from": DayField}
        labels = {"valid_from": "Since which day?"}
        widgets = {"valid_from": forms.TextInput(attrs={"class": "date", "autocomplete": "off"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = today()
        self.fields[
            "valid_from"
        ].help_text = f"The day this name and holder began. {self.fields['valid_from'].help_text}"
        self.fields["username"].validators += User._meta.get_field("username").validators
        for field in self.fields.values():
            field.error_messages["required"] = "This is needed."
        for name, words in (("username", "username"), ("email", "email"), ("name", "name")):
            self.fields[name].widget.attrs["autocomplete"] = words

    def groups(self):
        """[(legend, fields)] in the order of the page."""
        return [(legend, [self[name] for name in names]) for legend, names in self.GROUPS]

    def clean_username(self):
        """An e-mail address as user name would be mistaken for somebody else's e-mail at sign-in."""
        if "@" in self.cleaned_data["username"]:
            raise ValidationError("Choose a user name without @. The e-mail works for signing in anyway.")
        return self.cleaned_data["username"]

    def clean_password(self):
        """Strong enough, and not the person's own name."""
        about = {name: self.cleaned_data.get(name, "") for name in ADMINISTRATOR}
        validate_password(self.cleaned_data["password"], User(**about))
        return self.cleaned_data["password"]

    def clean_password_again(self):
        """Typed the same twice."""
        if self.cleaned_data["password_again"] != self.cleaned_data.get(
            "password", self.cleaned_data["password_again"]
        ):
            raise ValidationError("The two passwords differ. Enter the same one twice.")
        return self.cleaned_data["password_again"]

    def clean_series(self):
        """A name that an address can be made of."""
        MeetingSeries(
            name=self.cleaned_data["series"], slug=slugify(self.cleaned_data["series"])[:80] or "meetings"
        ).clean()
        return self.cleaned_data["series"]

    def parts(self):
        """What open_office takes."""
        given = self.cleaned_data
        return {
            "office": {name: given[name] for name in OFFICE},
            "administrator": {name: given[name] for name in (*ADMINISTRATOR, "password")},
            "series": given["series"],
        }


class FirstOfficePage(FirstOfficeForm):
    """The form as the page shows it: only for whoever knows the code that the server printed."""

    code = forms.CharField(
        label="One-time code",
        help_text="The server printed it when it started.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false", "class": "width-20"}),
    )

    GROUPS = (("May you open this office?", ["code"]), *FirstOfficeForm.GROUPS)

    def clean_code(self):
        """The code beside the data."""
        if not is_code(self.cleaned_data["code"]):
            raise ValidationError("That is not the code. Look where the server was started.")
        return self.cleaned_data["code"]
