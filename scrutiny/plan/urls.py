"""Addresses of the plan, below /desk/plan/."""

from django.urls import path

from scrutiny.plan import views

urlpatterns = [
    path("", views.plan_page, name="plan"),
    path("<int:pk>/", views.priority_page, name="priority"),
]
