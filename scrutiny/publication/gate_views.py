"""What the gate knows: names to withhold, pre-election periods, publication classes."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.urls import reverse

from opcc_portal.accounts.permissions import allow
from opcc_portal.office.dates import today
from scrutiny.publication.gate import knowledge
from scrutiny.publication.gate_forms import PreElectionPeriodForm, PublicationClassForm, WithheldNameForm
from scrutiny.publication.models import PreElectionPeriod, WithheldName
from scrutiny.workflow.models import PublicationClass

ROOM = "scrutiny/publication"


# --- names to withhold -------------------------------------------------------------------------------------------------


@allow("withheld_names.edit")
def withheld_names(request):
    """Every name, those in force first."""
    names = list(WithheldName.objects.select_related("created_by"))
    context = {
        "in_force": [name for name in names if name.is_in_force],
        "past": [name for name in names if not name.is_in_force],
    }
    return render(request, f"{ROOM}/withheld_names.html", context)


@allow("withheld_names.edit")
def withheld_name_add(request):
    """Another name."""
    form = WithheldNameForm(request.POST or None)
    return _form_page(request, form, title="Add a name to withhold", after="withheld-names")


@allow("withheld_names.edit", of=WithheldName)
def withheld_name_edit(request, name):
    """Another spelling, reason or last day."""
    form = WithheldNameForm(request.POST or None, instance=name)
    delete = reverse("withheld-name-delete", args=[name.pk])
    return _form_page(request, form, title="Change a name to withhold", after="withheld-names", delete=delete)


@allow("withheld_names.edit", of=WithheldName)
def withheld_name_delete(request, name):
    """Take a name off the list."""
    text = "From then on the checks let it pass. What is published already stays as it is."
    return _delete_page(request, name, words=name.name, text=text, after="withheld-names")


# --- pre-election periods ----------------------------------------------------------------------------------------------


@allow("publishing.settings")
def pre_election_periods(request):
    """Every period, newest first."""
    context = {"periods": PreElectionPeriod.objects.all(), "now": PreElectionPeriod.on(today())}
    return render(request, f"{ROOM}/pre_election_periods.html", context)


@allow("publishing.settings")
def pre_election_period_add(request):
    """Another period."""
    form = PreElectionPeriodForm(request.POST or None)
    return _form_page(request, form, title="Add a pre-election period", after="pre-election-periods")


@allow("publishing.settings", of=PreElectionPeriod)
def pre_election_period_edit(request, period):
    """Another name or other days."""
    form = PreElectionPeriodForm(request.POST or None, instance=period)
    delete = reverse("pre-election-period-delete", args=[period.pk])
    return _form_page(request, form, title="Change a pre-election period", after="pre-election-periods", delete=delete)


@allow("publishing.settings", of=PreElectionPeriod)
def pre_election_period_delete(request, period):
    """Take out a period."""
    text = "From then on publishing in these days needs no reason."
    return _delete_page(request, period, words=str(period), text=text, after="pre-election-periods")


# --- publication classes -------------------------------------------------------------------------------------------------


@allow("publishing.settings")
def publication_classes(request):
    """Every class with how much the public finds there."""
    held = Count("publications", filter=Q(publications__current__isnull=False, publications__withdrawn_at=None))
    return render(
        request, f"{ROOM}/publication_classes.html", {"classes": PublicationClass.objects.annotate(held=held)}
    )


@allow("publishing.settings")
def publication_class_add(request):
    """Another class."""
    form = PublicationClassForm(request.POST or None)
    return _form_page(request, form, title="Add a publication class", after="publication-classes")


@allow("publishing.settings", of=PublicationClass)
def publication_class_edit(request, publication_class):
    """Another name, description or place; its address stays."""
    form = PublicationClassForm(request.POST or None, instance=publication_class)
    return _form_page(request, form, title="Change a publication class", after="publication-classes")


# --- what the pages above share --------------------------------------------------------------------------------------

LISTS = {
    "withheld-names": "Names to withhold",
    "pre-election-periods": "Pre-election periods",
    "publication-classes": "Publication classes",
}


def _form_page(request, form, *, title, after, delete=None):
    """Show the form; once it is right, keep what it says and go back to the list."""
    if form.is_valid():
        try:
            knowledge.save(form.instance, by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, "Saved. The checks go by it from now on.")
            return redirect(after)
    context = {"form": form, "title": title, "list": LISTS[after], "back": reverse(after), "delete": delete}
    return render(request, f"{ROOM}/gate_form.html", context)


def _delete_page(request, record, *, words, text, after):
    """Ask once, then take it out."""
    if request.method == "POST":
        knowledge.delete(record, by=request.user)
        messages.success(request, "Taken out.")
        return redirect(after)
    context = {"words": words, "text": text, "list": LISTS[after], "back": reverse(after)}
    return render(request, f"{ROOM}/gate_delete.html", context)
