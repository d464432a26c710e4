"""Forms for signing in and for one's own password."""

from django import forms
from django.contrib.auth import forms as auth_forms
from django.template.loader import render_to_string

from opcc_portal.accounts.mail import send_password_link

WRONG = "That name and password do not go together. Check both; capital letters count in the password."


def _password(label, autocomplete, **kwargs):
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, "data-show-password": ""})
    return forms.CharField(label=label, strip=False, widget=widget, **kwargs)


class SignInForm(auth_forms.AuthenticationForm):
    """Name or e-mail, and password."""

    username = auth_forms.UsernameField(
        label="Work e-mail or user name", widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username"})
    )
    password = _password("Password", "current-password", error_messages={"required": "Enter your password."})
    error_messages = {"invalid_login": WRONG, "inactive": WRONG}

    def __init__(self, request=None, *args, **kwargs):
        super().__init__(request, *args, **kwargs)
        name = self.fields["username"]
        name.max_length = 254  # an e-mail address may be longer than a user name
        name.widget.attrs["maxlength"] = 254
        name.error_messages["required"] = "Enter your work e-mail or user name."
        if self.is_bound:
            del name.widget.attrs["autofocus"]  # the summary of what went wrong takes it


class NewPasswordMixin:
    """Labels and words for choosing a password twice."""

    HINT = "At least 12 characters. Three or four words that only you would put together are easy to keep in mind."

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        first, second = self.fields["new_password1"], self.fields["new_password2"]
        first.label, first.help_text = "New password", self.HINT
        second.label, second.help_text = "New password again", ""
        first.error_messages["required"] = "Enter a new password."
        second.error_messages["required"] = "Enter the new password again."
        for field in (first, second):
            field.widget.attrs["data-show-password"] = ""


class PasswordChangeForm(NewPasswordMixin, auth_forms.PasswordChangeForm):
    """The present password, then a new one twice."""

    error_messages = {
        "password_incorrect": "That is not your present password.",
        "password_mismatch": "The two new passwords differ. Enter the same one twice.",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        present = self.fields["old_password"]
        present.label = "Present password"
        present.error_messages["required"] = "Enter your present password."
        present.widget.attrs["data-show-password"] = ""


class NewPasswordForm(NewPasswordMixin, auth_forms.SetPasswordForm):
    """A new password twice, behind the link of a mail."""

    error_messages = {"password_mismatch": "The two passwords differ. Enter the same one twice."}


class CannotSignInForm(forms.Form):
    """Asks for a link to choose a new password."""

    email = forms.EmailField(
        label="Work e-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Enter your work e-mail.",
            "invalid": "Enter an e-mail address like name@example.org.",
        },
    )

    def save(self, *, request, **_):
        """Have the mail sent, if there is such an account. Whoever asks cannot tell the difference."""
        ask_for_link(email=self.cleaned_data["email"], request=request)


def ask_for_link(*, email, request, welcome=False):
    """Have a link to choose a password mailed to the account with this address.

    The mail is written by the worker, so that an address with an account takes no longer to answer than one without.
    """
    send_password_link.enqueue(
        email=email,
        site=request.build_absolute_uri("/"),
        office=render_to_string("opcc_portal/accounts/office_name.txt", request=request).strip(),
        welcome=welcome,
    )
