"""The page that opens an office where nobody sits at a terminal."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from opcc_portal.accounts.permissions import open_to_all
from scrutiny.first_office import operations
from scrutiny.first_office.forms import FirstOfficePage


@open_to_all
@never_cache
@sensitive_post_parameters("password", "password_again", "code")
def first_office(request):
    """Open the office, once; from then on nothing is at this address."""
    if operations.is_open():
        raise Http404
    form = FirstOfficePage(request.POST or None)
    if form.is_valid():
        try:
            office = operations.open_office(**form.parts())
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, f"“{office}” is open. Sign in as {form.cleaned_data['username']}.")
            return redirect("sign-in")
    context = {"form": form, "has_code": operations.has_code()}
    return render(request, "scrutiny/first_office/first_office.html", context)
