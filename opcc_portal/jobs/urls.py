"""Addresses of long work, under /desk/."""

from django.urls import path

from opcc_portal.jobs import views

urlpatterns = [
    path("jobs/<uuid:pk>/", views.progress, name="job"),
    path("jobs/<uuid:pk>/again/", views.again, name="job-again"),
]
