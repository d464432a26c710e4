"""Everything that an organisation applied for and was awarded."""

from django.shortcuts import render
from django.urls import reverse

from funding.applications.models import Application
from funding.awards.models import Award
from funding.totals.counting import Scope, total
from opcc_portal.accounts.permissions import allow
from scrutiny.people.models import Organisation

MOST = 200


@allow("awards.view", of=Organisation)
def organisation_grants(request, organisation):
    """Its numbers, its awards with their sum, and those of its applications that the person may see."""
    seen = Application.objects.sent().filter(organisation=organisation).visible_to(request.user)
    context = {
        "organisation": organisation,
        "identifiers": organisation.identifiers.all(),
        "awards": Award.objects.filter(recipient=organisation).select_related("fund", "round")[:MOST],
        "total": total(Scope(recipient=organisation.pk)),
        "applications": seen.select_related("round__fund").order_by("-submitted_at", "-pk")[:MOST],
        "most": MOST,
        "trail": [("Grants", reverse("funding"))],
    }
    return render(request, "funding/desk/organisation.html", context)
