"""Addresses of totals, below /desk/grants/."""

from django.urls import path

from funding.totals import views

urlpatterns = [
    path("totals/", views.grant_totals, name="grant-totals"),
    path("totals.csv", views.grant_totals_csv, name="grant-totals-csv"),
    path("<int:pk>/stated/add/", views.stated_total_add, name="stated-total-add"),
    path("stated/<int:pk>/", views.stated_total, name="stated-total"),
    path("stated/<int:pk>/edit/", views.stated_total_edit, name="stated-total-edit"),
    path("stated/<int:pk>/explain/", views.stated_total_explain, name="stated-total-explain"),
]
