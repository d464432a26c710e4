"""Front door: every address of the portal. Imports only."""

from django.urls import include, path

from opcc_portal import views

urlpatterns = [
    path("favicon.ico", views.favicon, name="favicon"),
    path("healthz", views.healthz, name="healthz"),
    path("", include("opcc_portal.accounts.urls")),
    path("", include("scrutiny.first_office.urls")),
    path("desk/", include("opcc_portal.staff.urls")),
    path("desk/", include("opcc_portal.office.urls")),
    path("desk/", include("opcc_portal.jobs.urls")),
    path("desk/", include("scrutiny.urls")),
    path("desk/", include("funding.urls")),
    path("apply/", include("funding.applications.public.urls")),
    path("", include("scrutiny.publication.public_urls")),
]

handler400 = "opcc_portal.views.bad_request"
handler403 = "opcc_portal.views.forbidden"
handler404 = "opcc_portal.views.not_found"
handler500 = "opcc_portal.views.broken"
