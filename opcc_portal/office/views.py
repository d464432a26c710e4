"""Settings: what the office calls itself, by date, and the way to everything else that is set up once."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from opcc_portal.accounts.permissions import allow
from opcc_portal.files.operations import serve
from opcc_portal.office.forms import IdentityForm, NewIdentityForm, in_words
from opcc_portal.office.models import Office
from opcc_portal.office.operations import begin_identity, change_identity

ROOM = "opcc_portal/office"

# Title, sentence, address name, capability.
SETTINGS = [
    ("Accounts", "Who may sign in, and with which roles.", "users", "accounts.manage"),
    ("The office", "Name, office holder, force, address and logo, by date.", "office-list", "office.view"),
    ("Meeting series", "Names, numbering and standing items of the meetings.", "series-list", "series.edit"),
    ("Legal bases", "The grounds on which something is kept from the public.", "legal-bases", "publishing.settings"),
    ("Names to withhold", "Who must not be named in anything published.", "withheld-names", "withheld_names.edit"),
    ("Pre-election periods", "When publishing needs a reason.", "pre-election-periods", "publishing.settings"),
    ("Publication classes", "Where the public looks for documents.", "publication-classes", "publishing.settings"),
    ("Your password", "Change the password you sign in with.", "password-change", "account.own"),
]


@allow("office.view")
def settings(request):
    """What this person may set up."""
    entries = [
        {"title": title, "text": text, "url": reverse(name)}
        for title, text, name, capability in SETTINGS
        if request.user.has_perm(capability)
    ]
    return render(request, f"{ROOM}/settings.html", {"entries": entries})


@allow("office.view")
def office_list(request):
    """The office's identities, the latest first."""
    identities = Office.objects.select_related("logo")
    context = {"identities": identities, "gaps": Office.objects.gaps(), "present": Office.now()}
    return render(request, f"{ROOM}/office_list.html", context)


@allow("office.edit")
def office_add(request):
    """A new identity from a day: the present one, copied, ends the day before."""
    present = Office.now()
    new = _copy(present) if present else Office()
    form = NewIdentityForm(request.POST or None, request.FILES or None, instance=new, by=request.user)
    if form.is_valid():
        try:
            office = begin_identity(form.instance, by=request.user)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"“{office}” is recorded from {in_words(office.valid_from)} on.")
            return redirect("office-list")
    return render(request, f"{ROOM}/office_form.html", {"form": form, "identity": new, "present": present})


@allow("office.edit", of=Office)
def office_edit(request, office):
    """Correct one identity. A change in the world is a new identity instead."""
    form = IdentityForm(request.POST or None, request.FILES or None, instance=office, by=request.user)
    if form.is_valid():
        try:
            change_identity(form.instance, by=request.user, changed=form.changed_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"“{office}” is changed.")
            return redirect("office-list")
    return render(request, f"{ROOM}/office_form.html", {"form": form, "identity": office})


@allow("office.view", of=Office)
def office_logo(request, office):
    """The logo of one identity, as a picture."""
    if not office.logo_id:
        raise Http404
    return serve(office.logo)


def _copy(office):
    new = Office.objects.get(pk=office.pk)
    new.pk, new.valid_from, new.valid_to = None, None, None
    new._state.adding = True
    return new
