"""Addresses of the reminders, below /desk/reminders/."""

from django.urls import path

from scrutiny.reminders import views

urlpatterns = [
    path("", views.reminders, name="reminders"),
    path("stop/<str:token>/", views.stop, name="reminders-stop"),
]
