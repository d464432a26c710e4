"""Addresses of the decisions, below /desk/decisions/."""

from django.urls import path

from scrutiny.register import decision_views

urlpatterns = [
    path("", decision_views.decisions, name="decisions"),
    path("decisions.csv", decision_views.decisions_csv, name="decisions-csv"),
    path("add/", decision_views.decision_add, name="decision-add"),
    path("<int:pk>/", decision_views.decision, name="decision"),
    path("<int:pk>/edit/", decision_views.decision_edit, name="decision-edit"),
    path("<int:pk>/sign/", decision_views.decision_sign, name="decision-sign"),
    path("<int:pk>/withdraw/", decision_views.decision_withdraw, name="decision-withdraw"),
]
