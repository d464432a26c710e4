"""Accounts, below Settings."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from opcc_portal.accounts.models import User
from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from opcc_portal.staff import operations
from opcc_portal.staff.forms import AccountForm, NewAccountForm

ROOM = "opcc_portal/staff"
FIELDS = ("username", "email", "name", "roles")


@allow("accounts.manage")
def users(request):
    """All accounts: the open ones, then the closed ones."""
    accounts = User.objects.order_by("-is_active", "name").prefetch_related("role_holdings")
    return render(request, f"{ROOM}/users.html", {"accounts": accounts})


@allow("accounts.manage")
@sensitive_post_parameters("password")
def user_add(request):
    """A new account."""
    form = NewAccountForm(request.POST or None)
    if form.is_valid() and (user := _added(form, request.user)):
        if form.cleaned_data["first_password"] == "link":
            operations.send_link(user, request=request, welcome=True)
            messages.success(request, f"Account for {user} created. A link to choose a password goes to {user.email}.")
        else:
            messages.success(request, f"Account for {user} created. Hand over the password in person.")
        return redirect("users")
    return render(request, f"{ROOM}/user_add.html", {"form": form})


def _added(form, by):
    """The new account, or None where somebody took its name at the same moment; the form then says so."""
    given = {name: form.cleaned_data[name] for name in FIELDS}
    try:
        return operations.add_account(**given, password=form.cleaned_data["password"], by=by)
    except ValidationError as refused:
        form.add_error(None, refused.messages)
    except IntegrityError:
        form.add_error(None, "Somebody else made an account with this user name or e-mail address at this moment.")
    return None


@allow("accounts.manage", of=User)
def user_edit(request, user):
    """One account: who, which roles, open or closed, and what was done to it."""
    # The form changes its instance while it checks, and the operation compares with what was.
    form = AccountForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if form.is_valid():
        try:
            operations.change_account(user, **{name: form.cleaned_data[name] for name in FIELDS}, by=request.user)
        except ValidationError as refused:
            form.add_error("roles", refused.messages[0])
        except IntegrityError:
            form.add_error(None, "Another account has taken this user name or e-mail address at this moment.")
        else:
            messages.success(request, f"Account of {user} changed.")
            return redirect("users")
    return render(request, f"{ROOM}/user_edit.html", {"form": form, "account": user, "lines": lines_about(user)})


def _act(request, act, user, done):
    try:
        act()
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, done)
    return redirect("user-edit", user.pk)


@allow("accounts.manage", of=User)
@require_POST
def user_deactivate(request, user):
    """Close an account."""
    done = f"The account of {user} is closed. They are signed out."
    return _act(request, lambda: operations.deactivate(user, by=request.user), user, done)


@allow("accounts.manage", of=User)
@require_POST
def user_reactivate(request, user):
    """Open a closed account."""
    return _act(request, lambda: operations.reactivate(user, by=request.user), user, f"{user} may sign in again.")


@allow("accounts.manage", of=User)
@require_POST
def user_send_link(request, user):
    """Mail a link to choose a password."""
    done = f"A link to choose a password goes to {user.email}."
    return _act(request, lambda: operations.send_link(user, request=request), user, done)
