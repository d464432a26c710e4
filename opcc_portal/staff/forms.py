"""Forms for accounts."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from opcc_portal.accounts.capabilities import Role
from opcc_portal.accounts.models import User

ROLE_HINTS = {
    Role.GOVERNANCE: "Meetings, agendas, minutes, reports, people.",
    Role.FORCE: "The force's papers that are asked for, and comments where named as checker.",
    Role.ANALYST: "Reads everything of the office, comments on reports.",
    Role.GRANTS: "Reads everything of the office.",
    Role.COMMISSIONER: "Reads everything of the office, comments, signs off for the office.",
    Role.ADMINISTRATOR: "Accounts, the office's name and address, meeting series, people.",
}


class AccountForm(forms.ModelForm):
    """Who the account belongs to and what they may do."""

    roles = forms.MultipleChoiceField(
        label="Roles",
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="A person may hold several.",
        error_messages={"required": "Choose at least one role."},
    )

    class Meta:
        model = User
        fields = ["name", "username", "email"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "username": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
        }
        error_messages = {
            "name": {"required": "Enter the person's full name."},
            "username": {"required": "Enter a user name."},
            "email": {
                "required": "Enter the person's work e-mail.",
                "invalid": "Enter an e-mail address like name@example.org.",
            },
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].help_text = "Short, without spaces. Signing in works with it and with the e-mail."
        self.fields["roles"].choices = [(role, f"{role.label}: {ROLE_HINTS[role]}") for role in Role]
        if self.instance.pk:
            self.fields["roles"].initial = sorted(self.instance.roles)

    def clean_username(self):
        """An e-mail address as user name would be mistaken for somebody else's e-mail at sign-in."""
        username = self.cleaned_data["username"]
        if "@" in username:
            raise ValidationError("Choose a user name without @. The e-mail works for signing in anyway.")
        return username


class NewAccountForm(AccountForm):
    """An account with its first password: by mailed link, or typed here."""

    first_password = forms.ChoiceField(
        label="First password",
        choices=[
            ("link", "Mail the person a link to choose one"),
            ("typed", "Type one here and hand it over in person"),
        ],
        widget=forms.RadioSelect,
        initial="link",
    )
    password = forms.CharField(
        label="Password, if you type one",
        required=False,
        strip=False,
        help_text="At least 12 characters.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "data-show-password": ""}),
    )

    def clean(self):
        """A typed password is there and strong enough; with a link there is none."""
        given = super().clean()
        if given.get("first_password") == "link":
            given["password"] = None
            return given
        if not given.get("password"):
            self.add_error("password", "Type a password, or choose the link.")
            return given
        user = User(**{name: given.get(name, "") for name in ("username", "email", "name")})
        try:
            validate_password(given["password"], user)
        except ValidationError as refused:
            self.add_error("password", refused)
        return given
