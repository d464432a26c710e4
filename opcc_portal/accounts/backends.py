"""How a name and a password become a signed-in person."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password

from opcc_portal.accounts.models import User


class NameOrEmailBackend(BaseBackend):
    """Signs in by user name or work e-mail, whichever case it is typed in."""

    def authenticate(self, request, username=None, password=None):
        """The active account with this name or e-mail and this password, or None."""
        if not username or not password:
            return None
        found = list(User.objects.known_as(username)[:2])
        if len(found) != 1:
            make_password(password)  # as slow as a real check, so that timing does not tell which accounts exist
            return None
        user = found[0]
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id):
        """The account of a session with its roles, or None once it has been deactivated. One query."""
        return User.objects.active().with_roles().filter(pk=user_id).first()
