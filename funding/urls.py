"""Front door: the addresses of every funding room, below /desk/. Imports only."""

from django.urls import include, path

urlpatterns = [
    path("grants/", include("funding.desk.urls")),
    path("grants/", include("funding.rounds.urls")),
    path("grants/", include("funding.open_data.urls")),
    path("grants/", include("funding.assessment.urls")),
    path("grants/", include("funding.awards.urls")),
    path("grants/", include("funding.totals.urls")),
    path("grants/", include("funding.applications.urls")),
    path("grants/", include("funding.applications.importing.urls")),
]
