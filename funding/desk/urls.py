"""Addresses of funds and rounds, below /desk/grants/."""

from django.urls import path

from funding.desk import award_views, organisation_views, views

urlpatterns = [
    path("", views.funds, name="funding"),
    path("<int:pk>/", views.fund_page, name="fund"),
    path("rounds/<int:pk>/", views.round_page, name="round"),
    path("awards/", award_views.awards, name="awards"),
    path("awards.csv", award_views.awards_csv, name="awards-csv"),
    path("organisations/<int:pk>/", organisation_views.organisation_grants, name="organisation-grants"),
]
