"""Addresses of restrictions, legal bases and markings, below /desk/."""

from django.urls import path

from scrutiny.publication import restriction_views as views

urlpatterns = [
    path("restrictions/", views.overview, name="restrictions"),
    path("restrictions/items/<int:pk>/", views.restrict_item, name="restrict-item"),
    path("restrictions/entries/<int:pk>/", views.restrict_entry, name="restrict-entry"),
    path("restrictions/sections/<int:pk>/", views.restrict_passage, name="restrict-passage"),
    path("restrictions/attachments/<int:pk>/", views.restrict_attachment, name="restrict-attachment"),
    path("restrictions/decisions/<int:pk>/", views.restrict_decision, name="restrict-decision"),
    path("restrictions/awards/<int:pk>/", views.restrict_award, name="restrict-award"),
    path("restrictions/<int:pk>/", views.restriction_edit, name="restriction-edit"),
    path("restrictions/<int:pk>/release/", views.restriction_release, name="restriction-release"),
    path("restrictions/marking/reports/<int:pk>/", views.report_marking, name="report-marking"),
    path("restrictions/marking/minutes/<int:pk>/", views.minutes_marking, name="minutes-marking"),
    path("publishing/bases/", views.legal_bases, name="legal-bases"),
    path("publishing/bases/add/", views.legal_basis_add, name="legal-basis-add"),
    path("publishing/bases/<int:pk>/", views.legal_basis_edit, name="legal-basis-edit"),
]
