"""Making, changing, closing and opening accounts. There is always an administrator left."""

from django.core.exceptions import ValidationError
from django.db import transaction

from opcc_portal.accounts.capabilities import Role
from opcc_portal.accounts.forms import ask_for_link
from opcc_portal.accounts.models import RoleHolding, User
from opcc_portal.audit.operations import write

LAST_ONE = "This is the last active administrator. Make somebody else an administrator first."


@transaction.atomic
def add_account(*, username, email, name, roles, password=None, by):
    """Create an account with these roles. Without a password its owner chooses one by a mailed link."""
    user = User.objects.create_user(username, email, password, name=name, roles=roles)
    write(
        "Account created", subject=user, by=by, roles=sorted(roles), first_password="typed" if password else "by link"
    )
    return user


@transaction.atomic
def change_account(user, *, username, email, name, roles, by):
    """Change who the account belongs to and what they may do. The last administrator stays one."""
    _administrators_hold_still()
    before = {"username": user.username, "email": user.email, "name": user.name, "roles": sorted(user.roles)}
    if Role.ADMINISTRATOR in user.roles and Role.ADMINISTRATOR not in roles:
        _refuse_if_last(user)
    user.username, user.email, user.name = username, User.objects.normalize_email(email), name
    user.full_clean(exclude=["password"])
    user.save(update_fields=["username", "email", "name"])
    user.set_roles(roles)
    after = {"username": user.username, "email": user.email, "name": user.name, "roles": sorted(user.roles)}
    changes = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if changes:
        write("Account changed", subject=user, by=by, **changes)
    return user


@transaction.atomic
def deactivate(user, *, by):
    """Close the account. Whoever is signed in with it is out at their next request."""
    _administrators_hold_still()
    user.refresh_from_db()
    if user == by:
        raise ValidationError("You cannot close your own account. Another administrator can.")
    if not user.is_active:
        raise ValidationError("This account is closed already.")
    _refuse_if_last(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    write("Account deactivated", subject=user, by=by)


@transaction.atomic
def reactivate(user, *, by):
    """Open a closed account again, with the roles and the password it had."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active:
        raise ValidationError("This account is open already.")
    user.is_active = True
    user.save(update_fields=["is_active"])
    write("Account reactivated", subject=user, by=by)


def send_link(user, *, request, welcome=False):
    """Mail the account's owner a link to choose a password."""
    if not user.is_active:
        raise ValidationError("This account is closed. Open it first.")
    ask_for_link(email=user.email, request=request, welcome=welcome)
    write("Link to choose a password mailed", subject=user, by=request.user)


def _administrators_hold_still():
    """Two administrators who close each other's account at the same moment do so one after the other."""
    list(RoleHolding.objects.select_for_update().filter(role=Role.ADMINISTRATOR).order_by("pk"))


def _refuse_if_last(user):
    if (
        user.is_active
        and Role.ADMINISTRATOR in user.roles
        and not User.objects.administrators().exclude(pk=user.pk).exists()
    ):
        raise ValidationError(LAST_ONE)
