"""Mail about passwords."""

from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django_tasks import task

from opcc_portal.accounts.models import User


@task()
def send_password_link(*, email, site, office, welcome=False):
    """Mail a link to choose a password to the active account with this address; without one, do nothing.

    An account whose first password has not been chosen yet gets it as well. `site` is the portal's own address, `office`
    the name to sign with, `welcome` chooses the words for a new account.
    """
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if not user:
        return
    parts = [urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)]
    context = {
        "user": user,
        "office": office,
        "link": site.rstrip("/") + reverse("password_reset_confirm", args=parts),
        "sign_in": site.rstrip("/") + reverse("sign-in"),
    }
    template = "welcome_mail" if welcome else "password_mail"
    subject = "Your account in the OPCC portal" if welcome else "Choose a new password for the OPCC portal"
    send_mail(subject, render_to_string(f"opcc_portal/accounts/{template}.txt", context), None, [user.email])
