"""Addresses of applications, below /desk/grants/."""

from django.urls import path

from funding.applications import views

urlpatterns = [
    path("rounds/<int:pk>/applications/", views.applications, name="applications"),
    path("rounds/<int:pk>/applications/csv/", views.applications_csv, name="applications-csv"),
    path("rounds/<int:pk>/applications/add/", views.application_add, name="application-add"),
    path("applications/<int:pk>/", views.application, name="application"),
    path("applications/<int:pk>/edit/", views.application_edit, name="application-edit"),
    path("applications/<int:pk>/status/", views.application_status, name="application-status"),
    path("applications/<int:pk>/eligibility/", views.application_eligibility, name="application-eligibility"),
    path("applications/<int:pk>/documents/", views.application_documents, name="application-documents"),
    path("applications/documents/<int:pk>/", views.application_document, name="application-document"),
    path(
        "applications/documents/<int:pk>/remove/", views.application_document_remove, name="application-document-remove"
    ),
    path("applications/<int:pk>/organisation/", views.application_organisation, name="application-organisation"),
    path(
        "applications/<int:pk>/organisation/new/",
        views.application_organisation_new,
        name="application-organisation-new",
    ),
]
