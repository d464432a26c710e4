"""Addresses of what the gate knows, below /desk/publishing/."""

from django.urls import path

from scrutiny.publication import gate_views as views

urlpatterns = [
    path("names/", views.withheld_names, name="withheld-names"),
    path("names/add/", views.withheld_name_add, name="withheld-name-add"),
    path("names/<int:pk>/", views.withheld_name_edit, name="withheld-name-edit"),
    path("names/<int:pk>/delete/", views.withheld_name_delete, name="withheld-name-delete"),
    path("periods/", views.pre_election_periods, name="pre-election-periods"),
    path("periods/add/", views.pre_election_period_add, name="pre-election-period-add"),
    path("periods/<int:pk>/", views.pre_election_period_edit, name="pre-election-period-edit"),
    path("periods/<int:pk>/delete/", views.pre_election_period_delete, name="pre-election-period-delete"),
    path("classes/", views.publication_classes, name="publication-classes"),
    path("classes/add/", views.publication_class_add, name="publication-class-add"),
    path("classes/<int:pk>/", views.publication_class_edit, name="publication-class-edit"),
]
