"""Front door: every address of the portal. Imports only."""

from django.urls import include, path
from django.views.generic import RedirectView

from opcc_portal import views
from opcc_portal.accounts.permissions import open_to_all

urlpatterns = [
    path("", open_to_all(RedirectView.as_view(pattern_name="desk")), name="front"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("healthz", views.healthz, name="healthz"),
    path("", include("opcc_portal.accounts.urls")),
    path("", include("scrutiny.first_office.urls")),
    path("desk/", include("opcc_portal.staff.urls")),
    path("desk/", include("opcc_portal.office.urls")),
    path("desk/", include("opcc_portal.jobs.urls")),
    path("desk/", include("scrutiny.urls")),
    path("desk/", include("funding.urls")),
]

handler400 = "opcc_portal.views.bad_request"
handler403 = "opcc_portal.views.forbidden"
handler404 = "opcc_portal.views.not_found"
handler500 = "opcc_portal.views.broken"
