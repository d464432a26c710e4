"""Addresses of funds and rounds, below /desk/grants/."""

from django.urls import path

from funding.desk import organisation_views, views

urlpatterns = [
    path("", views.funds, name="funding"),
    path("<int:pk>/", views.fund_page, name="fund"),
    path("organisations/<int:pk>/", organisation_views.organisation_grants, name="organisation-grants"),
]
