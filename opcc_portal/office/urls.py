"""Addresses of the settings, below /desk/."""

from django.urls import path

from opcc_portal.office import views

urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("settings/office/", views.office_list, name="office-list"),
    path("settings/office/add/", views.office_add, name="office-add"),
    path("settings/office/<int:pk>/", views.office_edit, name="office-edit"),
    path("settings/office/<int:pk>/logo/", views.office_logo, name="office-logo"),
]
