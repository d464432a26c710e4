"""The portal's addresses, and one more: the page with every component."""

from django.shortcuts import render
from django.urls import path

from opcc_portal import urls as portal
from opcc_portal.accounts.permissions import open_to_all


@open_to_all
def every_component(request):
    """Show templates/components/all.html."""
    return render(request, "components/all.html")


urlpatterns = [path("desk/look/", every_component, name="look"), *portal.urlpatterns]
