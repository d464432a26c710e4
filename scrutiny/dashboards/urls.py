"""Addresses of the desk itself."""

from django.urls import path

from scrutiny.dashboards import meeting_tasks, views

urlpatterns = [
    path("", views.home, name="desk"),
    path("look/", views.look, name="look"),
    path("help/", views.help_page, name="help"),
    path("meetings/<int:pk>/", meeting_tasks.meeting, name="meeting"),
]
