"""Addresses of the importing room, below /desk/import/."""

from django.urls import path

from scrutiny.importing import paste_views

urlpatterns = [
    path("paste/<int:pk>/", paste_views.paste, name="paste"),
    path("paste/<int:pk>/added/", paste_views.added, name="paste-added"),
    path("paste/<int:pk>/take-back/", paste_views.take_back, name="paste-take-back"),
]
