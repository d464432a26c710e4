"""The pages of an organisation and of a network on the desk: everything that any room holds about them."""

from django.shortcuts import render
from django.urls import reverse

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from opcc_portal.office.dates import today
from scrutiny.dashboards import gathering
from scrutiny.partnerships.launching import began
from scrutiny.partnerships.models import Membership, Network
from scrutiny.people.models import Appointment, Organisation

ROOM = "scrutiny/dashboards"


@allow("people.view", of=Organisation)
def organisation(request, organisation):
    """One body: its posts and who holds them today, and whatever is linked to it."""
    groups = gathering.of_organisation(organisation, request.user)
    context = {
        "organisation": organisation,
        "posts": organisation.posts.prefetch_related(Appointment.objects.as_holders(today())),
        "identifiers": organisation.identifiers.all(),
        "mergers": groups.pop("mergers", None),
        "network": groups.pop("network", None),
        "groups": groups.values(),
        "lines": lines_about(organisation),
        "trail": [("People", reverse("people")), ("Organisations", reverse("organisations"))],
    }
    return render(request, f"{ROOM}/organisation.html", context)


@allow("partnerships.view", of=Network)
def network(request, network):
    """One network: who belongs to it, when it began by which source, what was signed, and whatever is linked to it."""
    members = list(network.memberships.select_related("person", "organisation"))
    day = today()
    now = [each for each in members if each.ends is None or each.ends >= day]
    groups = gathering.of_network(network, request.user)
    context = {
        "network": network,
        "began": began(network.launches.select_related("chosen_by")),
        "people": [each for each in now if each.person_id],
        "bodies": _by_role(each for each in now if not each.person_id),
        "earlier": [each for each in members if each.ends is not None and each.ends < day],
        "agreements": network.agreements.select_related("upload"),
        "groups": groups.values(),
        "lines": lines_about(network),
        "trail": [("Networks", reverse("networks"))],
        "ended": network.ended_on is not None and network.ended_on <= day,
    }
    return render(request, f"{ROOM}/network.html", context)


def _by_role(bodies):
    """[(role, memberships)] in the order of the roles; bodies without one come last under their part."""
    found = {}
    for each in bodies:
        words = each.role or Membership.Part(each.part).label
        found.setdefault((not each.role, words), []).append(each)
    ordered = sorted(found.items(), key=lambda pair: (pair[0][0], pair[0][1].casefold()))
    return [(words, sorted(held, key=lambda each: each.organisation.name.casefold())) for (_, words), held in ordered]
