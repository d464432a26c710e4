"""Addresses of the series, below /desk/settings/series/."""

from django.urls import path

from scrutiny.meetings import views

urlpatterns = [
    path("", views.series_list, name="series-list"),
    path("add/", views.series_add, name="series-add"),
    path("<int:pk>/", views.series_page, name="series"),
    path("<int:pk>/edit/", views.series_edit, name="series-edit"),
    path("<int:pk>/standing-items/", views.standing_items, name="standing-items"),
]
