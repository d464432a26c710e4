"""Addresses of the import, below /desk/indicators/import/."""

from django.urls import path

from scrutiny.indicators.importing import views

urlpatterns = [
    path("", views.bring, name="figures-import"),
    path("<int:pk>/", views.batch, name="figures-batch"),
    path("<int:pk>/sheet/", views.sheet, name="figures-sheet"),
    path("<int:pk>/columns/", views.batch_columns, name="figures-columns"),
    path("<int:pk>/look/", views.look, name="figures-look"),
    path("<int:pk>/drop/", views.drop, name="figures-drop"),
    path("<int:pk>/take-back/", views.take_back, name="figures-take-back"),
]
