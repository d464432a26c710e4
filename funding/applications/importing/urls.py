"""Addresses of the import, below /desk/grants/."""

from django.urls import path

from funding.applications.importing import views

urlpatterns = [
    path("rounds/<int:pk>/import/", views.bring, name="applications-import-add"),
    path("imports/<int:pk>/", views.batch, name="applications-import"),
    path("imports/<int:pk>/sheet/", views.sheet, name="applications-import-sheet"),
    path("imports/<int:pk>/columns/", views.batch_columns, name="applications-import-columns"),
    path("imports/<int:pk>/look/", views.look, name="applications-import-look"),
    path("imports/<int:pk>/leave/", views.leave, name="applications-import-leave"),
]
