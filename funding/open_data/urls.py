"""Addresses of the open data on the desk, below /desk/grants/."""

from django.urls import path

from funding.open_data import views

urlpatterns = [
    path("open-data/", views.open_data, name="open-data"),
    path("open-data/edit/", views.open_data_edit, name="open-data-edit"),
    path("open-data/check/", views.open_data_check, name="open-data-check"),
]
