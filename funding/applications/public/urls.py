"""Addresses of the public application form. The fixed ones come first."""

from django.urls import path

from funding.applications.public import views

urlpatterns = [
    path("", views.rounds, name="apply"),
    path("mailed/", views.mailed, name="apply-mailed"),
    path("saved/<str:token>/", views.saved, name="apply-saved"),
    path("form/", views.away, name="apply-away"),
    path("form/documents/", views.documents, name="apply-documents"),
    path("form/check/", views.check, name="apply-check"),
    path("form/<slug:slug>/", views.page, name="apply-page"),
    path("kept/", views.kept, name="apply-kept"),
    path("sent/", views.sent, name="apply-sent"),
    path("<slug:fund>/<slug:slug>/", views.start, name="apply-start"),
]
