"""Addresses for writing funds and rounds, below /desk/grants/."""

from django.urls import path

from funding.rounds import views

urlpatterns = [
    path("add/", views.fund_add, name="fund-add"),
    path("<int:pk>/edit/", views.fund_edit, name="fund-edit"),
    path("<int:pk>/rounds/add/", views.round_add, name="round-add"),
    path("rounds/<int:pk>/edit/", views.round_edit, name="round-edit"),
    path("rounds/<int:pk>/criteria/", views.round_criteria, name="round-criteria"),
    path("rounds/<int:pk>/panel/", views.round_panel, name="round-panel"),
]
