"""Addresses of the actions, below /desk/actions/."""

from django.urls import path

from scrutiny.register import action_views

urlpatterns = [
    path("", action_views.action_list, name="actions"),
    path("actions.csv", action_views.action_csv, name="actions-csv"),
    path("<int:pk>/", action_views.action_page, name="action"),
    path("<int:pk>/update/", action_views.action_note, name="action-note"),
    path("<int:pk>/evidence/<int:update>/", action_views.action_evidence, name="action-evidence"),
    path("<int:pk>/propose/", action_views.action_propose, name="action-propose"),
    path("<int:pk>/due/", action_views.action_due, name="action-due"),
    path("<int:pk>/owners/", action_views.action_owners, name="action-owners"),
    path("<int:pk>/close/", action_views.action_close, name="action-close"),
    path("<int:pk>/reopen/", action_views.action_reopen, name="action-reopen"),
]
